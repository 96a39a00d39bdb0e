"""Grants: which cases and days each pays for, the periods in which a funder asks, and every file made for one.

Source: spreadsheet of figures for funders; a funder that is a public body gets no say and no record of a client.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import guard, periods
from casework.periods import Period
from casework.problems import Problem, RuleBroken
from casework.settings import number_setting
from casework.tallies import Within
from models import ExportRun, FunderTemplate, Grant, TemplateLine

PERIODS = ("last_quarter", "year", "last_year", "grant", "days")  # how a funder's period is called


# Facts


def in_use(db: Session) -> list[Grant]:
    """Give the grants that files are made for, the newest first, with what they are limited to."""
    found = select(Grant).where(Grant.active.is_(True)).order_by(Grant.starts_on.desc(), Grant.name)
    return list(db.scalars(found.options(selectinload(Grant.areas), selectinload(Grant.kinds),
                                         joinedload(Grant.template))))  # fmt: skip


def within(grant: Grant) -> Within:
    """Give the cases that a grant pays for."""
    return Within(frozenset(one.id for one in grant.areas), frozenset(one.id for one in grant.kinds))


def named_period(db: Session, grant: Grant, name: str, today: date) -> Period | None:
    """Give the period of this name, cut to the days of the grant; None where none of them lies in it."""
    first_month = number_setting(db, "year_first_month")
    if name == "grant":
        return cut_to(grant, Period(min(grant.starts_on, today), today))
    named = {"year": periods.year_so_far, "last_year": periods.last_year, "last_quarter": periods.last_quarter}
    return cut_to(grant, named[name](today, first_month))


def cut_to(grant: Grant, period: Period) -> Period | None:
    """Give the days of a period that the grant pays for; None where there is none."""
    first = max(period.first, grant.starts_on)
    last = period.last if grant.ends_on is None else min(period.last, grant.ends_on)
    return Period(first, last) if first <= last else None


def so_far(grant: Grant, last: date) -> Period:
    """Give the days of the grant up to `last`: over these a person counts once for the grant."""
    return Period(min(grant.starts_on, last), last)


def runs(db: Session) -> list[ExportRun]:
    """Give every file that was made, the newest first, without what is in it."""
    return list(db.scalars(select(ExportRun).order_by(ExportRun.id.desc()).options(joinedload(ExportRun.grant))))


def overlapping(db: Session, period: Period) -> list[ExportRun]:
    """Give the files of any grant whose days meet these: a reader may lay them beside each other."""
    meets = ExportRun.period_from <= period.last, ExportRun.period_to >= period.first
    return list(db.scalars(select(ExportRun).where(*meets).order_by(ExportRun.id)))


def templates(db: Session) -> Sequence[FunderTemplate]:
    """Give every template, those in use first."""
    return list(db.scalars(select(FunderTemplate).order_by(FunderTemplate.active.desc(), FunderTemplate.name)))


# Verbs


def save_template(
    db: Session, template: FunderTemplate | None, name: str, sheets: str, lines: Sequence[tuple[str, str]]
) -> FunderTemplate:
    """Write a layout down, a new one where there was none; `lines` are (key of our figure, the funder's heading).

    Raises RuleBroken where another layout has the name.
    """
    same = select(FunderTemplate).where(FunderTemplate.name == name)
    found = db.scalars(same).first()
    if found is not None and found is not template:
        raise RuleBroken([Problem("name", "Another layout has this name. Choose another one.")])
    made = template or FunderTemplate(name=name)
    made.name = name
    made.sheets = "\n".join(one.strip() for one in sheets.splitlines() if one.strip()) or None
    db.add(made)
    # Rows are kept in their places: two rows in one place are refused, also for a moment.
    kept = sorted(made.lines, key=lambda one: one.place)
    for place, (figure, heading) in enumerate(lines, 1):
        row = kept[place - 1] if place <= len(kept) else TemplateLine(place=place, figure=figure, heading=heading)
        row.place, row.figure, row.heading = place, figure, heading
        if row not in made.lines:
            made.lines.append(row)
    for row in kept[len(lines) :]:
        made.lines.remove(row)
        db.delete(row)
    db.flush()
    return made


# Rules


def ends_after_it_begins(grant: Grant, _db: Session) -> Iterator[Problem]:
    if grant.starts_on is not None and grant.ends_on is not None and grant.ends_on < grant.starts_on:
        yield Problem("ends_on", "The last day is before the first. Correct one of the two.")


def says_something_in_its_lines(template: FunderTemplate, _db: Session) -> Iterator[Problem]:
    if any(not (line.heading or "").strip() for line in template.lines):
        yield Problem("lines", "A line has no heading of the funder. Fill it in or empty the line.")


def files_stay(_row: ExportRun | Grant, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what was told to a funder stays on record. Untick “In use” instead.")


guard.register(Grant, ends_after_it_begins)
guard.register(FunderTemplate, says_something_in_its_lines)
for kept in (ExportRun, Grant, FunderTemplate):
    guard.register_deletion(kept, files_stay)
