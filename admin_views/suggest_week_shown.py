"""The plan of a week as plain values for its template: lines, gaps, the reason that a line asks for, hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import details, pages
from admin_views.board_shown import soft_words
from admin_views.db import db
from casework.calendar import local
from casework.context import acting
from casework.datetext import in_words, without_year
from casework.travel import AT_OFFICE
from casework.week import Gap, Line, Lost, Plan, Wanted
from casework.week_read import DAYS_IN_A_WEEK, monday_of
from casework.week_rules import amount
from models import Appointment, LanguageOffer, LanguageRequest

NEXT = "next"  # the following week, in addresses


@dataclass(frozen=True)
class Row:
    """One meeting as the page prints it. `value` names its line in the form; empty once somebody has been asked.

    `day` stands only where the heading above does not say it. A line that does not keep a soft rule `asks_reason`;
    `reason` is what was typed for it and `problem` what was said of that.
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
    asks_reason: bool = False
    reason: str = ""
    problem: str = ""


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
    """What the page prints. `key` is the week's name in addresses, `shown` the lines that "Ask all" asks.

    `reason` is what was typed for all lines that have no reason of their own, `asks_reason` whether there are several.
    """

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
    asks_reason: bool
    reason: str = ""


@dataclass(frozen=True)
class Typed:
    """What was typed on the page: a reason for each line, one for all others, and what was said of a line."""

    reasons: Mapping[tuple[int, int], str]
    for_all: str = ""
    problems: Mapping[tuple[int, int], str] = field(default_factory=dict)


def week_page(role: str, monday: date, plan: Plan, typed: Typed) -> WeekPage:
    """Give the page of one planned week; `typed` is shown again in its boxes."""
    meetings = _meetings([line.wanted for line in plan.lines] + [gap.wanted for gap in plan.gaps])
    kept = _kept_reasons([line for line in plan.lines if line.fixed])
    rows = [(local(line.wanted.span.starts_at).date(), _line_row(role, line, meetings, kept, typed))
            for line in plan.lines]  # fmt: skip
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
        asks_reason=sum(row.asks_reason for _day, row in rows) > 1, reason=typed.for_all,
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


def _kept_reasons(lines: Sequence[Line]) -> dict[tuple[int, int], str]:
    """Give, by line, why somebody was asked although a soft rule is not kept; one statement."""
    keys = [line.wanted.key for line in lines]
    found = (
        select(LanguageRequest.appointment_id, LanguageOffer.worker_id, LanguageOffer.passed_over, LanguageOffer.reason)
        .join(LanguageRequest, LanguageOffer.request_id == LanguageRequest.id)
        .where(LanguageRequest.appointment_id.in_(keys), LanguageOffer.passed_over.is_not(None))
    )
    return {
        (need, worker): _("Asked although: %(rules)s. %(reason)s", rules=soft_words(rules), reason=reason)
        for need, worker, rules, reason in db.session.execute(found)
    }


def _line_row(
    role: str, line: Line, meetings: Mapping[int, Appointment], kept: Mapping[tuple[int, int], str], typed: Typed
) -> Row:
    key = line.wanted.key, line.person.key
    notes = [_("Not kept: %(words)s.", words=one.words) for one in line.waived]
    notes += [_sentence(one) for one in line.lost]
    notes += [_("No longer fits: %(words)s.", words=one.words) for one in line.broken]
    notes += [kept[key]] if line.fixed and key in kept else []
    value = "" if line.fixed else f"{line.wanted.key}-{line.person.key}"
    return Row(**_place(line.wanted, meetings, role), person=line.person.name, why="; ".join(line.why),
               notes=tuple(notes), value=value, asks_reason=bool(line.waived) and not line.fixed,
               reason=typed.reasons.get(key, ""), problem=typed.problems.get(key, ""))  # fmt: skip


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
