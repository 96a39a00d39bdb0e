"""Days set by others, typed in from the page of a case, and what became of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_views import current, details, options, pages, saving
from admin_views.db import db
from admin_views.fields import AreaField, AtMost, ChipsField, DateText, LineField, Required, TimeText
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import deadlines
from casework.context import acting
from casework.datetext import short
from casework.problems import RuleBroken
from models import Case, Code, Deadline
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("deadlines", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE = 422
MOVED, REMINDED = "moved", "reminded"
LONGEST = by_key(Deadline)["what"].length or 0


class DeadlineForm(OfficeForm):
    """What others have set: the kind, the day, what must be done, and where we know it from."""

    kind_id = ChipsField(
        _l("What kind"), [Required(_l("Choose what kind of day it is."))],
        choices=lambda: options.codes("deadline_kind"),
    )  # fmt: skip
    due_on = DateText(_l("The day"), [Required()], prefer="future", description=_l("As the letter or the law says it."))
    due_at = TimeText(_l("At"), description=_l("For a hearing or an eviction."))
    what = LineField(
        _l("What must be done by then"), [Required(), AtMost(LONGEST)], width="w-long",
        description=_l("For example: lodge the appeal."),
    )  # fmt: skip
    source = LineField(
        _l("Where we know it from"), [AtMost(LONGEST)], width="w-long",
        description=_l("For example: the court's letter of 3 November."),
    )  # fmt: skip


class HappenedForm(OfficeForm):
    """What became of the day."""

    what = ChipsField(_l("What happened"), [Required(_l("Choose what happened."))], choices=(
        ("met", _l("It was met")), ("moved", _l("It was moved")), ("passed", _l("It passed")),
        ("withdrawn", _l("It no longer counts")), ("reminded", _l("Still ahead; I have seen the reminder")),
    ))  # fmt: skip
    due_on = DateText(_l("Moved to"), prefer="future", description=_l("Only where it was moved."))
    ended_note = AreaField(
        _l("In a few words"), [AtMost(LONGEST)], description=_l("Needed where it passed or no longer counts."), lines=3,
    )  # fmt: skip


def _add(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    key = row_key(request.args.get("case"))
    case = db.session.scalars(select(Case).where(Case.id == key)).one_or_none() or abort(404)
    form = DeadlineForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            made = deadlines.add(
                db.session, case, options.fetched(Code)(form.kind_id.data), form.due_on.data, form.what.data,
                due_at=form.due_at.data, source=form.source.data or None,
            )  # fmt: skip
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(_reminded_words(made), "success")
            return redirect(_page(role, case))
    page = pages.FormPage(
        heading=_("Add a deadline"), title=_("Add a deadline"), verb=_("Save deadline"), leave_url=_page(role, case),
        above=pages.Link(case.label(Sensitivity.PERSONAL), _page(role, case)), echo_url=url_for("pages.date_in_words"),
        lead=_("A day that a court, a landlord, an agency or a law has set."),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _reminded_words(made: Deadline) -> str:
    days = [day for _before, day in deadlines.reminder_days(db.session, made.due_on)]
    return _("Saved. You are reminded on %(days)s.", days=", ".join(short(day) for day in days))


def _page(role: str, case: Case) -> str:
    return details.url_of(role, case) or url_for("pages.home")


def _happened(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    key = row_key(request.args.get("id"))
    deadline = db.session.scalars(select(Deadline).where(Deadline.id == key)).one_or_none() or abort(404)
    form = HappenedForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate() and _has_its_day(form):
        try:
            words = _record(deadline, form)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(words, "success")
            return redirect(_page(role, deadline.case))
    page = pages.FormPage(
        heading=_("What happened?"), title=_("Deadline"), verb=_("Save"), leave_url=_page(role, deadline.case),
        above=pages.Link(deadline.case.label(Sensitivity.PERSONAL), _page(role, deadline.case)),
        lead=f"{deadline.kind.words}, {short(deadline.due_on)}: {deadline.what}",
        echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _has_its_day(form: HappenedForm) -> bool:
    if form.what.data == MOVED and form.due_on.data is None:
        form.due_on.errors = [_("Say to which day it was moved.")]
    return not form.due_on.errors


def _record(deadline: Deadline, form: HappenedForm) -> str:
    """Do what was chosen and say it in one sentence."""
    note = form.ended_note.data or None
    if form.what.data == REMINDED:
        deadlines.reminded(db.session, deadline)
        return _("Noted. The deadline stays on the case's page.")
    if form.what.data == MOVED:
        return _reminded_words(deadlines.move(db.session, deadline, form.due_on.data, note))
    deadlines.end(db.session, deadline, form.what.data, note)
    words = by_key(Deadline)["state"].info.choice_label(deadline.state)
    return _("Recorded on %(day)s: %(state)s.", day=short(acting(db.session).today), state=_(words).lower())


for _role in ROLES:
    for _name, _path, _view in (("add", "add", _add), ("happened", "happened", _happened)):
        bp.add_url_rule(
            f"/{_role}/deadline/{_path}/", f"{_role}_{_name}", _view, methods=["GET", "POST"], defaults={"role": _role},
        )  # fmt: skip
