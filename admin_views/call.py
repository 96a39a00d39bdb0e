"""Log a call: who it was is found first and never chosen beforehand; then one page, one save."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import call_parts, current, details, doors, once, options, pages, saving
from admin_views.call_forms import NONE, OTHER, CallForm, Offered, agency_of, form_for, usual_step
from admin_views.db import db
from admin_views.keys import row_key
from casework import calls, correspondence, promises
from casework.context import acting
from casework.problems import RuleBroken
from models import Case, Client, Code, Worker

bp = Blueprint("call", __name__)
ROLES = ("manager", "caseworker")
MOST_FOUND, MOST_RECENT = 12, 6
LONGEST_ANSWER = 100
UNPROCESSABLE = 422


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    if "case" not in request.args:
        return _find(role)
    once.only()
    case = _case()
    offered = _offered(case)
    form = form_for(offered, request.form if request.method == "POST" else None, _usual(case))
    if request.method == "POST" and form.validate():
        answer = _save(role, case, offered, form)
        if answer is not None:
            return answer
    return _show(role, case, offered, form)


def _case() -> Case:
    """Give the case that the address names, if the reader may open it."""
    found = select(Case).where(Case.id == row_key(request.args.get("case")))
    with_client = joinedload(Case.client).joinedload(Client.language)
    return db.session.scalars(found.options(with_client)).one_or_none() or abort(404)


def _offered(case: Case) -> Offered:
    due = call_parts.open_tasks(case)
    return Offered(
        agencies=call_parts.agencies_of(case), messages=correspondence.waiting_in(db.session, case), tasks=due,
        days=calls.follow_up_days(db.session),
    )  # fmt: skip


def _usual(case: Case) -> dict[str, Any]:
    return {"what": usual_step(), "owner_id": acting(db.session).worker_id or case.lead_id}


def _find(role: str, typed: str = "", cases: list[Case] | None = None) -> Any:
    """Ask whose call it is. Nothing is chosen beforehand; one's own last cases stand ready to be chosen."""
    intake = f"intake.{role}"
    return render_template(
        "casework/call_find.html", typed=typed, asked=cases is not None,
        found=[_line(role, one) for one in cases or ()],
        recent=[_line(role, one) for one in calls.recent_cases(db.session, limit=MOST_RECENT)],
        find_url=url_for(f"call.{role}_cases_found"), more=len(cases or ()) == MOST_FOUND,
        intake_url=url_for(intake) if intake in doors.endpoints() else None,
    )  # fmt: skip


def _line(role: str, case: Case) -> pages.Line:
    words = case.client.name if case.client is not None else _("Anonymous enquiry")
    second = " · ".join(part for part in (case.ref, case.title or case.kind.words) if part)
    over = pages.Badge(_("Closed"), "note") if case.status == "closed" else None
    return pages.Line(words, over, second, url_for(f"call.{role}", case=case.id))


def _cases_found(role: str) -> Any:
    """Give the cases that fit what was typed, to choose from. By POST, so that a name stands in no address."""
    if current.acting_role() != role:
        abort(403)
    typed = request.form.get("typed", "").strip()[:LONGEST_ANSWER]
    found = calls.find_cases(db.session, typed, limit=MOST_FOUND) if typed else None
    return _find(role, typed, found)


def _save(role: str, case: Case, offered: Offered, form: CallForm) -> Any:
    """Save everything at once, or put each broken rule beside its field and give None."""
    leads_to = details.url_of(role, case) or url_for("home")
    try:
        logged = calls.log(
            db.session, case, _call(form), follow_up=_follow_up(offered, form),
            answers=_chosen(form, "answers", offered.messages), done=_chosen(form, "done", offered.by_hand),
        )  # fmt: skip
        words = _saved_words(form, logged)
        once.commit(leads_to)
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return None
    flash(words, "success")
    return redirect(leads_to)


def _call(form: CallForm) -> calls.Call:
    with_whom, agency = agency_of(form)
    return calls.Call(
        direction=form.direction.data, outcome=form.outcome.data, contact_with=with_whom, agency=agency,
        text=form.text.data, kinds=options.fetched(Code)(form.kinds.data) if form.kinds.data else (),
        medium=form.medium.data, at=form.at.data, minutes=form.minutes.data, at_night=form.at_night.data,
        instruction=form.instruction.data, client_told_on=form.client_told_on.data,
    )  # fmt: skip


def _follow_up(offered: Offered, form: CallForm) -> calls.FollowUp | None:
    if form.follow_up.data == NONE:
        return None
    owner = options.fetched(Worker)(form.owner_id.data) if form.owner_id.data else None
    if form.follow_up.data == OTHER:
        return calls.FollowUp(form.what.data, form.follow_up_on.data, owner)
    due = next(day for number, day in offered.days if str(number) == form.follow_up.data)
    return calls.FollowUp(form.what.data, due.on, owner, promises.text(due))


def _chosen(form: CallForm, name: str, rows: list[Any]) -> list[Any]:
    return [one for one in rows if name in form and one.id in form[name].data]


def _saved_words(form: CallForm, logged: calls.Logged) -> str:
    """Say that it is saved, and the day that somebody waits for."""
    days = [logged.message.due_on if logged.message else None, logged.next_step.due_on if logged.next_step else None]
    due = min((day for day in days if day is not None), default=None)
    if due is None:
        return _("Saved.")
    if form.direction.data == "in":
        return _("Saved. Reply due %(day)s.", day=call_parts.near(due))
    return _("Saved. Next step due %(day)s.", day=call_parts.near(due))


def _show(role: str, case: Case, offered: Offered, form: CallForm) -> Any:
    own = details.url_of(role, case) or url_for("home")
    page = pages.FormPage(
        heading=_("Log a call"), title=_("Log a call on case %(ref)s", ref=case.ref), verb=_("Save call"),
        leave_url=own, above=pages.Link(_("Case %(ref)s", ref=case.ref), own), echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    answer = render_template(
        "casework/call.html", page=page, form=form, case=case, glance=call_parts.glance(role, case),
        due=call_parts.due_lines(role, offered.tasks), last=call_parts.last_entry(case),
        change_url=url_for(f"call.{role}"), warning=_warning(case, offered),
        interpreters=url_for(f"interpreters.{role}"),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _warning(case: Case, offered: Offered) -> str:
    """Say what to mind before one rings: a line that cannot serve the client, and messages that wait."""
    parts = []
    if case.client is not None and case.client.text_relay:
        parts.append(_("Uses text relay or a text phone: the emergency helpline cannot take it."))
    if offered.messages:
        waiting = len(offered.messages)
        parts.append(ngettext("1 letter or message waits for an answer.",
                              "%(num)s letters or messages wait for an answer.", waiting))  # fmt: skip
    return " ".join(parts)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/call/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
    bp.add_url_rule(
        f"/{_role}/call/find/", f"{_role}_cases_found", _cases_found, methods=["POST"], defaults={"role": _role}
    )
