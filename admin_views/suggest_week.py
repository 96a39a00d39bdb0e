"""Suggest a week: who could interpret at every meeting that needs it, and why; ask them line by line or all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import current, details, pages
from admin_views.db import db
from admin_views.keys import is_number
from casework.calendar import local
from casework.context import acting
from casework.datetext import in_words, without_year
from casework.travel import AT_OFFICE
from casework.week import Gap, Line, Lost, Plan, Wanted
from casework.week_asking import Asked, ask_lines
from casework.week_plan import suggest
from casework.week_read import DAYS_IN_A_WEEK, monday_of, read_week
from casework.week_rules import amount
from models import Appointment

bp = Blueprint("suggest_week", __name__)
ROLES = ("coordinator",)
NEXT = "next"
MOST_LINES = 200
ALL = "all"


@dataclass(frozen=True)
class Row:
    """One meeting as the page prints it. `value` names its line in the form; empty once somebody has been asked.

    `day` stands only where the heading above does not say it.
    """

    when: str
    language: str
    ref: pages.Link
    where: str
    person: str = ""
    why: str = ""
    notes: tuple[str, ...] = ()
    value: str = ""
    day: str = ""


@dataclass(frozen=True)
class Bar:
    """One person's hours before and after this plan, in words, and as parts of the longest bar (0 to 100)."""

    name: str
    before: str
    after: str
    began: float
    more: float


@dataclass(frozen=True)
class WeekPage:
    """What the page prints. `key` is the week's name in addresses, `shown` the lines that "Ask all" asks."""

    lead: str
    key: str
    weeks: tuple[pages.MenuItem, ...]
    summary: tuple[str, ...]
    days: tuple[tuple[str, tuple[Row, ...]], ...]
    gaps: tuple[Row, ...]
    loads: tuple[Bar, ...]
    shown: tuple[str, ...]
    action_url: str
    is_empty: bool


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    if request.method == "POST":
        return _ask(role)
    monday = _monday()
    week = read_week(db.session, monday, before=dict(_numbers(request.args.get("was", "").split("."))))
    return render_template("casework/suggest_week.html", page=_week_page(role, monday, suggest(week)))


def _monday() -> date:
    this = monday_of(acting(db.session).today)
    return this + timedelta(days=DAYS_IN_A_WEEK) if request.values.get("week") == NEXT else this


def _numbers(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give lines as numbers (appointment, worker); what is none is left out."""
    for line in lines[:MOST_LINES]:
        need, _hyphen, person = line.partition("-")
        if is_number(need) and is_number(person):
            yield int(need), int(person)


def _ask(role: str) -> Any:
    """Ask for one line or for all that were shown; the page that follows keeps what was shown as far as it can."""
    asked, shown = request.form.get("ask", ""), request.form.getlist("shown")
    lines = list(_numbers(shown if asked == ALL else [asked]))
    if not lines:
        abort(404)
    done = ask_lines(db.session, _monday(), lines)
    words = list(_told(done))
    db.session.commit()
    for text, category in words:
        flash(text, category)
    was = ".".join(f"{need}-{person}" for need, person in _numbers(shown))
    key = {"week": NEXT} if request.form.get("week") == NEXT else {}
    return redirect(url_for(f"suggest_week.{role}", **key, was=was))


def _told(done: Sequence[Asked]) -> Iterator[tuple[str, str]]:
    """Say each line that was not asked for and why; of those that were, how many."""
    asked = [one for one in done if not one.problem]
    if len(asked) > 1:
        yield ngettext("%(num)s line has been asked for.", "%(num)s lines have been asked for.", len(asked)), "success"
    yield from (_became(one) for one in done if one.problem or len(asked) == 1)


def _became(one: Asked) -> tuple[str, str]:
    """Give what became of a line in a sentence that names its meeting, and of what kind the sentence is."""
    what = _meeting_words(one.appointment) if one.appointment is not None else _("A meeting that is gone")
    if one.problem:
        return _("%(what)s: %(problem)s", what=what, problem=one.problem), "warning"
    return _("%(what)s: %(name)s has been asked.", what=what, name=one.worker), "success"


def _meeting_words(one: Appointment) -> str:
    begins = local(one.starts_at)
    return f"{in_words(begins.date())} {begins:%H:%M}, {one.language}"


# The page


def _week_page(role: str, monday: date, plan: Plan) -> WeekPage:
    meetings = _meetings([line.wanted for line in plan.lines] + [gap.wanted for gap in plan.gaps])
    rows = [(local(line.wanted.span.starts_at).date(), _line_row(role, line, meetings)) for line in plan.lines]
    days = dict.fromkeys(day for day, _row in rows)
    url = url_for(f"suggest_week.{role}")
    key = NEXT if monday > monday_of(acting(db.session).today) else ""
    return WeekPage(
        lead=_("Week from %(monday)s to %(sunday)s", monday=in_words(monday),
               sunday=in_words(monday + timedelta(days=DAYS_IN_A_WEEK - 1))),
        key=key, action_url=url, weeks=(
            pages.MenuItem(_("This week"), url, not key),
            pages.MenuItem(_("Next week"), f"{url}?week={NEXT}", bool(key)),
        ),
        summary=tuple(_summary(plan)), is_empty=not (plan.lines or plan.gaps),
        days=tuple((in_words(day), tuple(row for on, row in rows if on == day)) for day in days),
        gaps=tuple(_gap_row(role, gap, meetings) for gap in plan.gaps),
        loads=tuple(_loads(plan)), shown=tuple(row.value for _day, row in rows if row.value),
    )  # fmt: skip


def _meetings(wanted: Sequence[Wanted]) -> Mapping[int, Appointment]:
    keys = [one.key for one in wanted]
    shown = select(Appointment).where(Appointment.id.in_(keys)).options(
        joinedload(Appointment.case), joinedload(Appointment.area), joinedload(Appointment.language),
    )  # fmt: skip
    return {one.id: one for one in db.session.scalars(shown)}


def _summary(plan: Plan) -> Iterator[str]:
    """Say how far the plan goes: filled of all, asked already, what is waived."""
    met, needed = len(plan.lines), len(plan.lines) + len(plan.gaps)
    asked = sum(line.fixed for line in plan.lines)
    yield ngettext("%(met)s of %(num)s meeting has somebody.", "%(met)s of %(num)s meetings have somebody.", needed,
                   met=met)  # fmt: skip
    if asked:
        yield ngettext(
            "%(num)s has been asked and has not answered.", "%(num)s have been asked and not answered.", asked
        )
    if plan.waivers:
        yield ngettext("%(num)s wish is not kept.", "%(num)s wishes are not kept.", plan.waivers)


def _place(wanted: Wanted, meetings: Mapping[int, Appointment], role: str) -> dict[str, Any]:
    meeting = meetings[wanted.key]
    begins, ends = local(wanted.span.starts_at), local(wanted.span.ends_at)
    kind = str(Appointment.kind.info["field"].choice_label(meeting.kind))
    borough = str(meeting.area or "") if meeting.kind != AT_OFFICE else ""  # at our office nobody goes to the client's
    return {
        "when": f"{begins:%H:%M}–{ends:%H:%M}", "language": wanted.language,
        "ref": pages.Link(str(meeting.case), details.url_of(role, meeting) or ""),
        "where": ", ".join(part for part in (_(kind), borough) if part),
    }  # fmt: skip


def _line_row(role: str, line: Line, meetings: Mapping[int, Appointment]) -> Row:
    notes = [_("Not kept: %(words)s.", words=one.words) for one in line.waived]
    notes += [_sentence(one) for one in line.lost]
    notes += [_("No longer fits: %(words)s.", words=one.words) for one in line.broken]
    value = "" if line.fixed else f"{line.wanted.key}-{line.person.key}"
    return Row(**_place(line.wanted, meetings, role), person=line.person.name, why="; ".join(line.why),
               notes=tuple(notes), value=value)  # fmt: skip


def _gap_row(role: str, gap: Gap, meetings: Mapping[int, Appointment]) -> Row:
    begins = local(gap.wanted.span.starts_at)
    return Row(**_place(gap.wanted, meetings, role), day=without_year(begins.date()), why=_lost_words(gap),
               notes=tuple(_sentence(one) for one in gap.lost))  # fmt: skip


def _sentence(one: Lost) -> str:
    return f"{one.person.name}: {one.against.words}."


def _lost_words(gap: Gap) -> str:
    """Say how many were lost by which rule."""
    if not gap.lost:
        return _("Nobody among our volunteers knows this language.")
    parts = [f"{count} {_(RULE_WORDS[rule])}" for rule, count in gap.by_rule.items()]
    know = ngettext("%(num)s volunteer knows it", "%(num)s volunteers know it", len(gap.lost))
    return f"{know}: {', '.join(parts)}."


RULE_WORDS = {
    "inactive": "no longer with us", "staff": "of the staff", "language": "not in the way that is needed",
    "confidentiality": "without a signature", "conflict": "not this person", "gender": "of another gender than wished",
    "answer": "asked and cannot come", "hours": "not free then", "elsewhere": "at another appointment",
    "travel": "too far from another appointment", "month": "with no hours left this month",
    "planned": "suggested for another meeting",
}  # fmt: skip


def _loads(plan: Plan) -> Iterator[Bar]:
    """Give the hours of everybody in the plan, the most used first."""
    most = max((one.after for one in plan.loads), default=0)
    for one in sorted(plan.loads, key=lambda one: (-one.after, one.person.name)):
        more = _part(one.after - one.before, most)
        yield Bar(one.person.name, amount(one.before), amount(one.after), _part(one.before, most), more)


def _part(minutes: int, most: int) -> float:
    return round(100 * minutes / most, 1) if most else 0.0


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/suggest-week/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
