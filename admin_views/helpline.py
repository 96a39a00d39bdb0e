"""The rota of the emergency helpline: week by week, who holds the telephone; naming, swapping, repeating a week."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import current, options, pages, saving
from admin_views.db import db
from admin_views.fields import ChoiceField, DateText, LineField, NumberField, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import helpline
from casework.calendar import ONE_DAY
from casework.context import acting
from casework.datetext import short, without_year
from casework.diary_week import DAYS_IN_WEEK, monday_of
from casework.helpline import WEEK, Turn
from casework.problems import Problem, RuleBroken
from casework.settings import office
from models import HelplineShift, Worker
from models.helpline import PARTS

bp = Blueprint("helpline", __name__)
ROLES = ("manager", "caseworker", "coordinator")
UNPROCESSABLE = 422
READ_CALLS = ("manager", "caseworker")  # whose day the handover sheet is for
WEEKS_SHOWN = 2
WORDS = dict(PARTS)


def _people() -> list[tuple[int, str]]:
    """Give who may hold the phone in the turn that the address names: staff first, then volunteers."""
    return [(one.id, one.name) for one in helpline.who_may_hold(db.session, _turn()[0])]


class TurnForm(OfficeForm):
    """Who holds the phone in a turn that nobody holds yet."""

    worker_id = ChoiceField(_l("Who holds the phone"), [Required(_l("Choose somebody."))], choices=_people)
    backup_id = ChoiceField(_l("Backup"), choices=_people, description=_l("Rung if nobody answers."))


class RepeatForm(OfficeForm):
    monday = DateText(_l("The week of"), [Required(_l("Enter a day of the week that is repeated."))], prefer="past")
    weeks = NumberField(_l("For how many weeks"), [Required()], least=1, most=helpline.MOST_WEEKS, default=4)


class SwapForm(OfficeForm):
    reason = LineField(
        _l("Reason"), [Required(_l("Say in a few words why the turn goes to somebody else."))], width="w-full",
        description=_l("Colleagues read it."),
    )  # fmt: skip


def _own_page(role: str) -> None:
    if current.acting_role() != role:
        abort(403)


def _rota(role: str) -> Any:
    _own_page(role)
    first = _first_day()
    form = RepeatForm(request.form if request.method == "POST" else None, data={"monday": first, "weeks": 4})
    if request.method == "POST" and form.validate():
        try:
            filled = helpline.repeat_week(db.session, monday_of(form.monday.data), form.weeks.data)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(ngettext("%(num)s turn filled. What somebody held already stayed.",
                           "%(num)s turns filled. What somebody held already stayed.", filled), "success")  # fmt: skip
            return redirect(url_for(f"helpline.{role}", week=f"{first:%d/%m/%Y}"))
    return _show(role, first, form)


def _first_day() -> date:
    """Give the Monday from which the rota is shown: of the week that the address names, else this one's."""
    form = _WeekForm(request.args)
    asked = form.week.data if form.validate() and form.week.data else acting(db.session).today
    return monday_of(asked)


class _WeekForm(OfficeForm):
    week = DateText(_l("Week of"))


def _show(role: str, first: date, form: RepeatForm) -> Any:
    turns = helpline.turns(db.session, first, first + WEEKS_SHOWN * WEEK - ONE_DAY)
    pairs = [_night_and_day(pair) for pair in zip(turns[::2], turns[1::2], strict=True)]
    weeks = [pairs[place : place + DAYS_IN_WEEK] for place in range(0, len(pairs), DAYS_IN_WEEK)]
    hours, here = office(db.session), url_for(f"helpline.{role}")
    ways = ((_("Earlier"), first - WEEKS_SHOWN * WEEK), (_("Now"), acting(db.session).today),
            (_("Later"), first + WEEKS_SHOWN * WEEK))  # fmt: skip
    answer = render_template(
        "casework/helpline.html", form=form, role=role, now=helpline.turn_at(acting(db.session).now, hours),
        weeks=[(_("Week of %(day)s", day=short(week[0][1])), week) for week in weeks],
        parts={part: _(words) for part, words in PARTS},
        turns=[(words, f"{here}?week={day:%d/%m/%Y}") for words, day in ways],
        echo_url=url_for("pages.date_in_words"), clock=f"{hours.opens:%H:%M}", closes=f"{hours.closes:%H:%M}",
        sheet_url=url_for(f"helpline.{role}_handover") if role in READ_CALLS else "",
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _night_and_day(pair: tuple[Turn, Turn]) -> tuple[str, date, tuple[Turn, Turn]]:
    return without_year(pair[0].day), pair[0].day, pair


def _name(role: str) -> Any:
    """Put a name to a turn that nobody holds yet."""
    _own_page(role)
    day, part = _turn()
    form = TurnForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        fetch = options.fetched(Worker)
        backup = fetch(form.backup_id.data) if form.backup_id.data else None
        try:
            helpline.put(db.session, day, part, fetch(form.worker_id.data), backup=backup)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            named = {"worker": "worker_id", "backup": "backup_id"}
            saving.show_problems(form, [Problem(named.get(one.field, ""), one.text) for one in broken.problems])
        else:
            flash(_("Written down: %(turn)s.", turn=words_of(day, part)), "success")
            return redirect(url_for(f"helpline.{role}", week=f"{day:%d/%m/%Y}"))
    page = _form_page(role, day, _("Who holds the phone?"), words_of(day, part), _("Save"))
    answer = render_template("casework/form.html", page=page, form=form)
    return answer, UNPROCESSABLE if form.errors else 200


def _turn() -> tuple[date, str]:
    """Read the turn that the address names, "2026-11-27" and "night"."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        abort(404)
    part = request.args.get("part", "")
    return (day, part) if part in WORDS else abort(404)


def words_of(day: date, part: str) -> str:
    """Give "Fri 27 Nov 2026, night"."""
    return f"{short(day)}, {_(WORDS[part]).lower()}"


def _form_page(role: str, day: date, heading: str, lead: str, verb: str) -> pages.FormPage:
    back = url_for(f"helpline.{role}", week=f"{day:%d/%m/%Y}")
    return pages.FormPage(heading=heading, title=heading, verb=verb, lead=lead, leave_url=back,
                          above=pages.Link(_("Helpline rota"), back))  # fmt: skip


def _swap(role: str) -> Any:
    """Give a turn to somebody else, or change it for one of theirs: a reason, and one press."""
    _own_page(role)
    shift = _shift(request.args.get("id"))
    form = SwapForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            words = _swapped(shift, form.reason.data)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(words, "success")
            return redirect(url_for(f"helpline.{role}", week=f"{shift.day:%d/%m/%Y}"))
    lead = _("%(turn)s: %(who)s", turn=words_of(shift.day, shift.part), who=shift.worker)
    page = _form_page(role, shift.day, _("Swap this turn"), lead, _("Swap"))
    answer = render_template("casework/helpline_swap.html", page=page, form=form, groups=_others(shift),
                             theirs=[(one, words_of(one.day, one.part)) for one in _exchanges(shift)])  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _shift(key: str | None) -> HelplineShift:
    found = select(HelplineShift).where(HelplineShift.id == row_key(key)).options(joinedload(HelplineShift.worker))
    return db.session.scalars(found).one_or_none() or abort(404)


def _swapped(shift: HelplineShift, reason: str) -> str:
    """Do what the pressed button says; give it in words."""
    if request.form.get("other"):
        other = _shift(request.form["other"])
        helpline.swap(db.session, shift, other, reason)
        return _("Swapped: %(one)s holds it now, and %(other)s takes %(turn)s.", one=shift.worker, other=other.worker,
                 turn=words_of(other.day, other.part))  # fmt: skip
    worker = options.fetched(Worker)(row_key(request.form.get("worker")))
    if worker is None:
        raise RuleBroken([Problem("", _("Press the name of whoever takes this turn."))])
    helpline.take(db.session, shift, worker, reason)
    return _("Swapped: %(one)s holds it now.", one=worker)


def _others(shift: HelplineShift) -> list[tuple[str, list[Worker]]]:
    """Give whose names are buttons, under their headings: everybody who may hold the phone then."""
    may = [one for one in helpline.who_may_hold(db.session, shift.day) if one.id != shift.worker_id]
    staff = [one for one in may if one.kind == "staff"]
    volunteers = [one for one in may if one not in staff]
    named = ((_("Staff"), staff), (_("Volunteers trained for it"), volunteers))
    return [(heading, several) for heading, several in named if several]


def _exchanges(shift: HelplineShift) -> list[HelplineShift]:
    """Give the turns of others in the two weeks around this one that each of the two could take in exchange."""
    today = acting(db.session).today
    found = helpline.turns(db.session, max(today, shift.day - WEEK), shift.day + WEEK)
    shifts = [one.shift for one in found if one.shift is not None and one.part == shift.part]
    return [
        one for one in shifts
        if one is not shift and one.worker_id != shift.worker_id
        and helpline.why_not(one.worker, shift.day) is None and helpline.why_not(shift.worker, one.day) is None
    ]  # fmt: skip


def numbers(shift: HelplineShift) -> str:
    """Give the numbers on which a turn is reached: of who holds the phone and, with the name, of the backup."""
    words = shift.worker.phone or _("no number is recorded")
    if shift.backup is None:
        return words
    backup = ", ".join(filter(None, (shift.backup.name, shift.backup.phone)))
    return _("%(who)s; backup %(backup)s", who=words, backup=backup)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/helpline/", _role, _rota, methods=["GET", "POST"], defaults={"role": _role})
    bp.add_url_rule(f"/{_role}/helpline/turn/", f"{_role}_turn", _name, methods=["GET", "POST"],
                    defaults={"role": _role})  # fmt: skip
    bp.add_url_rule(f"/{_role}/helpline/swap/", f"{_role}_swap", _swap, methods=["GET", "POST"],
                    defaults={"role": _role})  # fmt: skip
