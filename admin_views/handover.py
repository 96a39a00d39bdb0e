"""Hand over: all running cases of one caseworker, and their open tasks, to somebody else in one act.

A manager does it for anybody, a caseworker for their own cases. All or none: a case that may not go is named, and is
unticked by whoever hands over.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from admin_views import current, details, pages, saving
from admin_views.db import db
from admin_views.fields import ChoiceField, DateText, LineField, Required, TickField, TicksField
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import continuity
from casework.cases import RUNNING
from casework.context import acting
from casework.periods import last_year, year_so_far
from casework.problems import Problem, RuleBroken
from casework.settings import number_setting
from models import Case, Worker
from models.fields import Sensitivity

bp = Blueprint("handover", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE, CONFLICT = 422, 409


def _leads() -> list[tuple[int, str]]:
    """Give who leads running cases, and how many, in one statement."""
    statement = (
        select(Worker.id, Worker.name, func.count(Case.id))
        .join(Case, Case.lead_id == Worker.id)
        .where(Case.status.in_(RUNNING))
        .group_by(Worker.id, Worker.name)
        .order_by(Worker.name)
    )
    return [
        (key, ngettext("%(who)s, %(num)s running case", "%(who)s, %(num)s running cases", number, who=name))
        for key, name, number in db.session.execute(statement)
    ]


class GiverForm(OfficeForm):
    """The first question: whose cases?"""

    giver = ChoiceField(_l("Whose cases"), [Required(_l("Choose whose cases are handed over."))], choices=_leads)


def _form_class(giver: Worker, led: list[Case], has_own: bool) -> type[OfficeForm]:
    """Give the form with this person's cases and everybody who could take them."""
    others = select(Worker).where(Worker.kind == "staff", Worker.active, Worker.id != giver.id).order_by(Worker.name)

    class HandoverForm(OfficeForm):
        to = ChoiceField(
            _l("To whom"), [Required(_l("Choose who takes the cases."))],
            choices=[(one.id, one.name) for one in db.session.scalars(others)],
        )  # fmt: skip
        cases = TicksField(
            _l("Cases"), [Required(_l("Tick at least one case."))],
            choices=[(case.id, _case_words(case)) for case in led],
            description=_l("All are ticked. Untick what stays or goes to somebody else."),
        )  # fmt: skip
        own_tasks = TickField(_l("Their open tasks that belong to no case go as well"), default=True)
        reason = LineField(
            _l("Reason"), [Required(_l("Say why these cases get another caseworker."))], width="w-full",
            description=_l("It stays in the history of each case."),
        )  # fmt: skip
        told_on = DateText(
            _l("Clients told on"), prefer="past",
            description=_l("Only if all of them know already. Else the new caseworker finds a task for each client."),
        )  # fmt: skip

    if not has_own:
        del HandoverForm.own_tasks
    return HandoverForm


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    giver = _giver(role)
    if giver is None:
        return _ask_whose(role)
    cases, own = continuity.running_cases(db.session, giver), continuity.other_tasks(db.session, giver)
    form = _form(giver, cases, bool(own))
    if request.method == "POST" and form.validate():
        answer = _hand_over(role, giver, form, cases)
        if answer is not None:
            return answer
    return _show(role, giver, form, cases, len(own))


def _giver(role: str) -> Worker | None:
    """Give whose cases these are: a caseworker's own, or whom the manager has chosen."""
    key = acting(db.session).worker_id if role == "caseworker" else row_key(request.values.get("giver"))
    return db.session.scalars(select(Worker).where(Worker.id == key)).one_or_none()


def _ask_whose(role: str) -> Any:
    form = GiverForm(request.form if request.method == "POST" else None)
    if request.method == "POST":
        form.validate()
    page = pages.FormPage(
        heading=_("Hand over cases"), title=_("Hand over cases"), verb=_("Show the cases"), lead=_changes_words(),
        leave_url=url_for(f"{role}_home.index"), above=pages.Link(_("My day"), url_for(f"{role}_home.index")),
    )  # fmt: skip
    answer = render_template("casework/form.html", page=page, form=form)
    return answer, UNPROCESSABLE if form.errors else 200


def _changes_words() -> str:
    """Say how often caseworkers changed in this year of ours and the last one."""
    today = acting(db.session).today
    begins = number_setting(db.session, "year_first_month")
    this, last = year_so_far(today, begins), last_year(today, begins)
    words = []
    for text, period in ((_("since %(day)s", day=f"{this.first:%d/%m/%Y}"), this), (_("in the year before"), last)):
        changes, cases = continuity.changes_between(db.session, period.first, period.last)
        touched = ngettext("%(num)s case", "%(num)s cases", cases)
        words.append(_("%(changes)s in %(cases)s %(when)s", changes=changes, cases=touched, when=text))
    return _("Changes of caseworker: %(these)s.", these="; ".join(words))


def _form(giver: Worker, cases: list[Case], has_own: bool) -> Any:
    made = _form_class(giver, cases, has_own)
    ticked = {"cases": [case.id for case in cases], "own_tasks": True}
    return made(request.form) if _was_sent() else made(data=ticked)


def _case_words(case: Case) -> str:
    """Give the case with how its client can be told safely."""
    way = details.safe_contact(case.client).rstrip(".") if case.client is not None else ""
    return ": ".join(filter(None, (case.label(Sensitivity.PERSONAL), way)))


def _was_sent() -> bool:
    """Say whether the second page was filled in; the first page posts only its own question."""
    return request.method == "POST" and "reason" in request.form


def _hand_over(role: str, giver: Worker, form: Any, cases: list[Case]) -> Any:
    """Hand over, or put each broken rule beside its field and give None."""
    to = db.session.scalars(select(Worker).where(Worker.id == form.to.data)).one()
    chosen = [case for case in cases if case.id in set(form.cases.data or ())]
    own = continuity.other_tasks(db.session, giver) if "own_tasks" in form and form.own_tasks.data else []
    try:
        current.give_reason(form.reason.data)
        continuity.hand_over(
            db.session, giver, to, chosen, form.reason.data, told_on=form.told_on.data, own_tasks=own,
        )  # fmt: skip
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        named = {"lead": "cases", "client_told_on": "told_on"}
        saving.show_problems(form, [Problem(named.get(one.field, one.field), one.text) for one in broken.problems])
        return None
    except StaleDataError:
        db.session.rollback()
        form.is_conflict = True
        saving.show_problems(form, [Problem("", _("Nothing was handed over: a colleague changed one of these cases a "
                                                  "moment ago. Look at the list again."))])  # fmt: skip
        return None
    flash(ngettext("%(num)s case handed over to %(who)s.", "%(num)s cases handed over to %(who)s.", len(chosen),
                   who=to.name), "success")  # fmt: skip
    if not form.told_on.data:
        flash(_("%(who)s finds a task for each client who has to be told.", who=to.name), "info")
    return redirect(url_for(f"{role}_home.index"))


def _show(role: str, giver: Worker, form: Any, cases: list[Case], own: int) -> Any:
    counts = ngettext("%(num)s running case", "%(num)s running cases", len(cases))
    lead = _("%(who)s: %(cases)s and the open tasks in them. Booked appointments stay as they are; look at them "
             "afterwards.", who=giver.name, cases=counts)  # fmt: skip
    page = pages.FormPage(
        heading=_("Hand over cases"), title=_("Hand over cases"), verb=_("Hand over"), lead=lead,
        leave_url=url_for(f"{role}_home.index"), above=pages.Link(_("My day"), url_for(f"{role}_home.index")),
        echo_url=url_for("pages.date_in_words"), action_url=url_for(f"handover.{role}", giver=giver.id),
    )  # fmt: skip
    if not cases:
        text = _("%(who)s leads no running case.", who=giver.name)
        answer = pages.MessagePage(_("Nothing to hand over"), text, links=(page.above,) if page.above else ())
        return render_template("casework/message.html", page=answer)
    wrong = CONFLICT if form.is_conflict else UNPROCESSABLE
    return render_template("casework/form.html", page=page, form=form), wrong if form.errors else 200


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/handover/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
