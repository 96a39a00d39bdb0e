"""Counts a table: one grouped statement over the whole office, whatever the rows. No row, name or reference comes back.

What may be asked for is named in `casework.cross_tables`; what of it may be seen is decided in `exports.cross_tables`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, func, inspect, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from casework.cross_tables import CASES, EACH, PEOPLE, Subject, subjects
from casework.dimensions import NOT_RECORDED, Dimension, Line, Span
from casework.periods import Period, before, in_short, year_earlier
from casework.problems import Problem
from casework.scope import office_wide
from casework.settings import number_setting
from models import Case, Client, Code

ALL, ONLY, NO_LINE = "all", "only", "none"  # a margin; the one column of a table without columns; nothing recorded
NOT_COMPARED, PERIOD_BEFORE, YEAR_EARLIER = "no", "before", "year"
BEFORE = {PERIOD_BEFORE: before, YEAR_EARLIER: year_earlier}
ODD = "Not in the list"
LONGEST_YEARS, MOST_LINES, MOST_COLUMNS = 30, 60, 24
EARLIEST = date(1950, 1, 1)  # no record of an office can be older
Cell = tuple[int, str, str]  # which period, the row's line, the column's line


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see, by keys of `casework.cross_tables`; `columns` may be empty."""

    of: str
    rows: str
    columns: str
    measure: str
    period: Period
    compared: str = NOT_COMPARED

    @property
    def subject(self) -> Subject:
        return subjects()[self.of]

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        known = self.subject.by_key()
        return tuple(known[key] for key in (self.rows, self.columns) if key)

    @property
    def overlaps(self) -> bool:
        """Say whether one record, or one person, may stand in two lines."""
        return self.measure != EACH or any(one.through is not None for one in self.dimensions)

    @property
    def periods(self) -> tuple[Period, ...]:
        earlier = BEFORE.get(self.compared)
        return (self.period,) if earlier is None else (self.period, earlier(self.period))


@dataclass(frozen=True)
class CrossTable:
    """A table that is counted: its lines in their order, each cell's number, and how many different ones there are.

    Lines whose records may stand in two of them add up to more than `different`, by period.
    """

    asked: Asked
    counted_on: date
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: Mapping[Cell, int]
    different: tuple[int, ...]

    @property
    def overlaps(self) -> bool:
        """Say whether one record, or one person, may stand in two lines."""
        return self.asked.overlaps


def faults(of: str, rows: str, columns: str, measure: str) -> Iterator[Problem]:
    """Say what is wrong with a choice of keys, each beside its field."""
    subject = subjects().get(of)
    if subject is None:
        yield Problem("of", "We do not count this. Choose what to count.")
        return
    if rows not in subject.by_key():
        yield Problem("rows", f"{subject.name} cannot be divided by this. Choose what stands in the rows.")
    if columns and columns not in subject.by_key():
        yield Problem("columns", f"{subject.name} cannot be divided by this. Choose other columns, or none.")
    if columns and columns == rows:
        yield Problem("columns", "Rows and columns are the same. Choose other columns, or none.")
    if measure not in {key for key, _name, _counted in subject.measures()}:
        yield Problem("measure", "This cannot be counted here. Choose what is counted.")


def faults_of_period(asked: Asked) -> Iterator[Problem]:
    """Say what stands against the period of a table whose keys are known."""
    first, last = asked.period.first, asked.period.last
    if first < EARLIEST or last.year - first.year > LONGEST_YEARS:
        yield Problem("first", f"This period is too long for a table. Choose {LONGEST_YEARS} years at the most.")
        return
    if asked.compared == YEAR_EARLIER and asked.periods[1].last >= first:
        yield Problem("compared", "The period is longer than a year, so the same days a year earlier lie in it. "
                      "Compare with the period before, or choose a shorter one.")  # fmt: skip
    if asked.compared != NOT_COMPARED and any(one.is_time for one in asked.dimensions):
        yield Problem("compared", "A table by month, quarter or year shows the course of time by itself. Choose no "
                      "comparison, or other rows.")  # fmt: skip


def count_table(db: Session, asked: Asked, counted_on: date) -> CrossTable:
    """Count what is asked for, as recorded on `counted_on`; one statement, and one for each list of words."""
    span = _span(db, asked, counted_on)
    cells: dict[Cell, int] = {}
    different = [0] * len(span.periods)
    for whole, which, row, column, number in db.execute(office_wide(_statement(asked, span))):
        if whole:
            different[which] = number
        else:
            cells[which, _key(row), _key(column)] = number
    rows = _lines(db, asked.dimensions[0], span, {row for _which, row, _column in cells})
    columns: tuple[Line, ...] = (Line(ONLY, asked.subject.name),)
    if asked.columns:
        columns = _lines(db, asked.dimensions[1], span, {column for _which, _row, column in cells})
    return CrossTable(asked, counted_on, rows, columns, cells, tuple(different))


def _span(db: Session, asked: Asked, counted_on: date) -> Span:
    first_month = number_setting(db, "year_first_month")
    return Span(asked.periods, counted_on, first_month, db.get_bind().dialect.name)


def is_too_large(table: CrossTable) -> Problem | None:
    """Say that a table has too many lines to be read, or to be told safely."""
    for lines, most, field in ((table.rows, MOST_LINES, "rows"), (table.columns, MOST_COLUMNS, "columns")):
        if len(lines) > most:
            return Problem(field, f"This makes {len(lines)} {field}, and {most} are the most that fit. Choose a "
                           "shorter period, or something with fewer lines.")  # fmt: skip
    return None


def _key(value: str | None) -> str:
    return NO_LINE if value is None else value


def _lines(db: Session, one: Dimension, span: Span, used: Iterable[str]) -> tuple[Line, ...]:
    """Give the lines in an order that does not depend on the numbers; a line is left out if it was never used."""
    used = set(used)
    found = [line for line in one.lines(db, span) if one.is_whole or line.key in used]
    odd = sorted(used - {line.key for line in found} - {NO_LINE})  # what an import may have brought in
    return (*found, *(Line(key, ODD) for key in odd), *([Line(NO_LINE, NOT_RECORDED)] if NO_LINE in used else []))


# The statement


def _statement(asked: Asked, span: Span) -> Any:
    people = _people()
    parts = (_counted(asked, span, place, people) for place in range(len(span.periods)))
    counted = union_all(*parts).cte("counted")
    each = counted.c
    number = func.count(each.one.distinct() if asked.overlaps else each.one)
    cells = select(literal(0).label("whole"), each.which, each.line, each.across, number).group_by(
        each.which, each.line, each.across
    )
    nothing = cast(null(), String)
    wholes = select(literal(1), each.which, nothing, nothing, number).group_by(each.which)
    return select(union_all(cells, wholes).subquery())


def _counted(asked: Asked, span: Span, place: int, people: Any) -> Select[Any]:
    """Give one row for each record and line of one period: which period, both lines, and the number counted."""
    values = [one.value(span) for one in asked.dimensions]
    across = values[1] if asked.columns else literal(ONLY)
    statement = select(
        literal(place).label("which"), values[0].label("line"), across.label("across"), _one(asked).label("one")
    )
    return records(asked, statement, people).where(asked.subject.within(span.periods[place]))


def records(asked: Asked, statement: Select[Any], people: Any) -> Select[Any]:
    """Give a statement over the records that count, with everything joined that their lines may need."""
    subject = asked.subject
    model: Any = subject.model
    statement = statement.select_from(model)
    if model is not Case:
        statement = statement.join(Case, model.case_id == Case.id)
    statement = statement.outerjoin(people, people.c.client_id == Case.client_id)
    person = func.coalesce(people.c.person_id, Case.client_id)
    statement = subject.joined(statement.outerjoin(Client, Client.id == person))
    for one in asked.dimensions:
        if one.through is not None:
            statement = statement.outerjoin(one.through, _points_at(one))
    statement = statement.where(Case.voided_reason.is_(None))
    if subject.with_doubles:
        return statement
    twice = select(Code.id).where(Code.list == "closure_reason", Code.code == "duplicate")
    return statement.where(
        or_(Case.closure_reason_id.is_(None), Case.closure_reason_id.not_in(twice)),
    )  # fmt: skip


def _points_at(one: Dimension) -> Any:
    owner: Any = one.owner
    assert one.through is not None
    return next(key for key in one.through.c if key.references(inspect(owner).local_table.c.id)) == owner.id


def _one(asked: Asked) -> Any:
    if asked.measure == PEOPLE:
        return Client.id
    model: Any = asked.subject.model
    return Case.id if asked.measure == CASES else model.id


def _people() -> Any:
    """Give (client_id, person_id) of the records that were joined to another, through however many mergings.

    These are few; whoever is not among them is a person of their own. Laying all clients out took most of the time.
    """
    joined = Client.merged_into_id.is_not(None)
    merged = select(Client.id.label("client_id"), Client.merged_into_id.label("onward")).where(joined)
    merged = merged.cte("mergings", recursive=True)
    further = select(merged.c.client_id, Client.merged_into_id).select_from(merged)
    merged = merged.union(further.join(Client, Client.id == merged.c.onward).where(joined))
    last = select(merged.c.client_id, Client.id.label("person_id")).select_from(merged)
    return last.join(Client, Client.id == merged.c.onward).where(~joined).subquery("people")


def records_behind(asked: Asked, counted_on: date, db: Session, row: str, column: str) -> Select[Any]:
    """Give a select of the ids behind one cell of the period asked for, still to be narrowed to what a reader meets."""
    span = _span(db, asked, counted_on)
    model: Any = asked.subject.model
    found = records(asked, select(model.id), _people()).where(asked.subject.within(asked.period))
    for one, line in zip(asked.dimensions, (row, column), strict=False):
        value = one.value(span)
        found = found.where(value.is_(None) if line == NO_LINE else value == line)
    return found.correlate(None)


def period_words(table: CrossTable) -> tuple[str, ...]:
    """Give a short name for each period of a table."""
    return tuple(in_short(one) for one in table.asked.periods)
