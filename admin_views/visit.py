"""Plan an appointment for a case: a grid of times, three best offers, or a time and people of one's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_views import current, details, options, pages, planner, saving, shown
from admin_views.db import db
from admin_views.fields import ChipsField, ChoiceField, DateText, LineField, NumberField, Required, WhenText
from admin_views.forms import OfficeForm
from admin_views.keys import is_number, row_key
from casework import offers, visits
from casework.problems import RuleBroken
from casework.settings import number_setting
from models import Appointment, Case, Language, Venue, Worker
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("visit", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE = 422
OFFERED = 4  # caseworker, second person, interpreter, room
LONGEST_DAY = 8 * 60  # minutes between ten and six


def _staff() -> list[tuple[int, str]]:
    found = db.session.scalars(select(Worker).where(Worker.kind == "staff", Worker.active).order_by(Worker.name))
    return [(one.id, one.name) for one in found]


def _volunteers_and_staff() -> list[tuple[int, str]]:
    """Give everybody who has said what they speak; the rules say who of them cannot come."""
    found = db.session.scalars(select(Worker).where(Worker.active, Worker.languages.any()).order_by(Worker.name))
    return [(one.id, one.name) for one in found]


class VisitForm(OfficeForm):
    kind = ChipsField(
        _l("Kind"),
        [Required()],
        choices=[(word, _l(words)) for word, words in by_key(Appointment)["kind"].info.choices[:4]],
        default="home_visit",
    )
    cannot_attend_reason = LineField(
        _l("Why they cannot come to us"), width="w-full",
        description=_l("For home visits. Their own words are enough."),
    )  # fmt: skip
    starts_at = WhenText(_l("Starts"), [Required(_l("Enter the day and the time."))], quick=(1, 3, 5))
    minutes = NumberField(_l("Minutes"), [Required()], least=10, most=LONGEST_DAY)
    lead_id = ChoiceField(_l("Caseworker who goes"), [Required()], choices=_staff)
    second_id = ChoiceField(_l("Second person"), choices=_staff, description=_l("A home visit takes two."))
    interpreter_id = ChoiceField(_l("Interpreter"), choices=_volunteers_and_staff)
    venue_id = ChoiceField(
        _l("Room"), choices=lambda: options.rows_of(Venue), description=_l("For appointments at the office.")
    )
    requested_on = DateText(_l("Asked for on"), prefer="past", description=_l("Empty: the first contact of this case."))
    late_reason = LineField(_l("Reason, if later than promised"), width="w-full")
    lone_reason = LineField(
        _l("Reason for a lone visit"), description=_l("Managers only; with a check-in plan."), width="w-full",
    )  # fmt: skip
    check_in_plan = LineField(
        _l("Check-in plan"), description=_l("For a lone visit: who rings whom, when, and what if nobody answers."),
        width="w-full",
    )  # fmt: skip


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    case = _case()
    if request.method == "POST" and request.form.get("offer"):
        return _book_offer(role, case)
    form = _form(case)
    if request.method == "POST" and (request.form.get("why") or request.form.get("show")):
        return _show(role, case, form, _moment(request.form.get("why", "")))
    if request.method == "POST" and form.validate():
        answer = _book(role, case, form, _typed_plan(form))
        if answer is not None:
            return answer
    return _show(role, case, form)


def _case() -> Case:
    key = row_key(request.args.get("case"))
    return db.session.scalars(select(Case).where(Case.id == key)).one_or_none() or abort(404)


def _form(case: Case) -> VisitForm:
    usual = {"minutes": number_setting(db.session, "visit_minutes"), "lead_id": case.lead_id}
    return VisitForm(request.form if request.method == "POST" else None, data=usual)


def _typed_plan(form: VisitForm) -> dict[str, Any]:
    fetch = options.fetched(Worker)
    people = {name: fetch(form[f"{name}_id"].data) if form[f"{name}_id"].data else None
              for name in ("lead", "second", "interpreter")}  # fmt: skip
    venue = options.fetched(Venue)(form.venue_id.data) if form.venue_id.data else None
    return {"starts_at": form.starts_at.data, "venue": venue, **people}


def _book(role: str, case: Case, form: VisitForm, plan: dict[str, Any]) -> Any:
    """Book, or put each broken rule beside its field and give None."""
    try:
        made = visits.schedule(
            db.session, case, form.kind.data, minutes=form.minutes.data, requested_on=form.requested_on.data,
            cannot_attend_reason=form.cannot_attend_reason.data, late_reason=form.late_reason.data,
            lone_reason=form.lone_reason.data, check_in_plan=form.check_in_plan.data, **plan,
        )  # fmt: skip
        told = visits.warnings(made, db.session)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return None
    flash(_("Booked: %(when)s.", when=shown.moment(made.starts_at)), "success")
    for sentence in told:
        flash(sentence, "info")
    return redirect(details.url_of(role, made) or url_for("home"))


def _book_offer(role: str, case: Case) -> Any:
    """Book one of the offers; the rules look again, since somebody may have been quicker."""
    form = _form(case)
    plan = _offered_plan(request.form["offer"])
    if plan is None:
        abort(400)
    form.starts_at.process_data(plan["starts_at"])
    for name in ("lead", "second", "interpreter", "venue"):
        form[f"{name}_id"].process_data(plan[name])
    if not form.validate():
        return _show(role, case, form)
    return _book(role, case, form, plan) or _show(role, case, form)


def _offered_plan(value: str) -> dict[str, Any] | None:
    """Read "2026-11-25T11:00:00+00:00,3,4,,": when, caseworker, second, interpreter, room."""
    when, *people = value.split(",")
    if len(people) != OFFERED or not all(part == "" or is_number(part) for part in people):
        return None
    starts_at = _moment(when)
    if starts_at is None:
        return None
    worker, venue = options.fetched(Worker), options.fetched(Venue)
    lead, second, interpreter = (worker(int(part)) if part else None for part in people[:3])
    room = venue(int(people[3])) if people[3] else None
    return {"starts_at": starts_at, "lead": lead, "second": second, "interpreter": interpreter, "venue": room}


def _moment(text: str) -> datetime | None:
    """Read a moment as our own buttons post it; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _show(role: str, case: Case, form: VisitForm, asked: datetime | None = None) -> Any:
    label = case.label(Sensitivity.PERSONAL)
    own = details.url_of(role, case) or url_for("home")
    page = pages.FormPage(
        heading=_("Book an appointment"), title=_("Book an appointment for %(case)s", case=case),
        verb=_("Book this time"), leave_url=own, above=pages.Link(label, own), lead=_needs_words(case),
        echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    minutes = form.minutes.data or number_setting(db.session, "visit_minutes")
    board = planner.board(case, form.kind.data or offers.BY_TWO, min(minutes, LONGEST_DAY), asked)
    answer = render_template("casework/visit.html", page=page, form=form, board=board)
    return answer, UNPROCESSABLE if form.errors else 200


def _needs_words(case: Case) -> str:
    """Say what the client needs at a meeting, in one line."""
    needs = offers.needs_of(db.session, case)
    language = db.session.get(Language, needs.language_id) if needs.language_id else None
    gender = {"female": _("a woman"), "male": _("a man")}.get(needs.gender)
    wished = _("%(language)s interpreter", language=language) if language else ""
    parts = [f"{wished}, {gender}" if wished and gender else wished, _("step-free room") if needs.step_free else ""]
    return "; ".join(part for part in parts if part)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/visit/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
