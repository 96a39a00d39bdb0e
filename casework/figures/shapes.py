"""Figures as plain values: a number with its name and rule, tables of numbers, and the sums that join them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from casework.periods import Period
from casework.tallies import ClientTally, KindTally, RequestTally

AWAY = "turned_away"
AN_HOUR, HALF_AN_HOUR = 60, 30  # minutes
UNMET = "language_unmet"
WORKED_ON = "cases_worked_on"
NEW, PEOPLE, SENT, ENQUIRIES, HELD, ASKED = "cases_new", "people", "sent", "enquiries", "held", "interpreter_asked"
# How a share names what it is a share of.
WHOLES = {
    NEW: "new cases", HELD: "appointments", AWAY: "services turned away", "incidents": "incidents",
    "incident_people": "people with an incident", "home_visits": "home visits",
    "no_recourse:yes": "people without recourse to public funds",
}  # fmt: skip


class Sum(NamedTuple):
    """The number `total` is made up of the numbers `parts`, all by key."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One number. `number` is None where the office does not count it yet; `of` is the key of its whole.

    `of_people` is False for what counts neither people nor what happened to them, such as languages.
    """

    key: str
    name: str
    counted: str
    number: int | None
    of: str = ""
    of_people: bool = True


@dataclass(frozen=True)
class Row:
    """One number of a table; `fixed` rows keep their own line however small they are."""

    key: str
    label: str
    number: int
    fixed: bool = True


@dataclass(frozen=True)
class Table:
    """Numbers that make up a total, in an order that does not depend on them."""

    key: str
    name: str
    counted: str
    rows: tuple[Row, ...]
    total: Row


@dataclass(frozen=True)
class Aside:
    """What stands beside each row and in the last line, and is no count: a median. `of` is the table it is taken from.

    It is told only where that table's number in the row is shown and large enough for a share.
    """

    name: str
    counted: str
    of: str
    values: tuple[float | None, ...]  # in the order of the rows; None where there is nothing to take it from
    total: float | None = None


class Ratio(NamedTuple):
    """A share in each row: of the numbers of some tables together by another's, all by key."""

    name: str
    parts: tuple[str, ...]
    whole: str


@dataclass(frozen=True)
class Section:
    """Tables over the same rows, side by side.

    `across` says which tables make up which, row by row: (what they tell, the whole's key, the parts' keys).
    `joined` is the label of the one line into which small rows that are not fixed are put; asides need fixed rows.
    """

    name: str
    heading: str
    tables: tuple[Table, ...]
    across: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    joined: str = ""
    ratios: tuple[Ratio, ...] = ()
    asides: tuple[Aside, ...] = ()

    def sums(self) -> Iterator[Sum]:
        """Give every sum of the section: down each table, and across the tables in each line and in the totals."""
        for table in self.tables:
            yield Sum(table.total.key, tuple(row.key for row in table.rows))
        by_key = {table.key: table for table in self.tables}
        for _told, whole, parts in self.across:
            lines = zip(*(_lines(by_key[key]) for key in (whole, *parts)), strict=True)
            yield from (Sum(total.key, tuple(row.key for row in rows)) for total, *rows in lines)


def _lines(table: Table) -> tuple[Row, ...]:
    return (*table.rows, table.total)


@dataclass(frozen=True)
class Chapter:
    """One subject: single figures, then tables; one sheet of the workbook, with a further one for each wide table.

    `sums` join its numbers to each other and to those of other chapters, beyond what figures and tables say
    themselves; `note` says what the office does not keep.
    """

    name: str
    figures: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()
    sums: tuple[Sum, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Report:
    """Everything that is counted for one period. `statements` are those the office makes every year."""

    period: Period
    counted_on: date
    statements: tuple[Figure, ...]
    summary: tuple[Figure, ...]
    caseload: tuple[Figure, ...]
    kinds: Section
    areas: Section
    languages: Section
    agencies: Section
    scores: Section  # the wholes that the scores of agencies are shares of; their parts stand in `agencies`
    chapters: tuple[Chapter, ...] = ()

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.kinds, self.areas, self.languages, self.agencies

    @property
    def counted_sections(self) -> tuple[Section, ...]:
        """Give every section: the first ones, the scores, and those of the chapters."""
        return *self.sections, self.scores, *(one for chapter in self.chapters for one in chapter.sections)

    @property
    def figures(self) -> tuple[Figure, ...]:
        chapters = (one for chapter in self.chapters for one in chapter.figures)
        return *self.statements, *self.summary, *self.caseload, *chapters

    def each_section(self, change: Callable[[Section], Section]) -> Report:
        """Give the report with every section changed in this way."""
        chapters = tuple(replace(one, sections=tuple(map(change, one.sections))) for one in self.chapters)
        own = {name: change(getattr(self, name)) for name in ("kinds", "areas", "languages", "agencies", "scores")}
        return replace(self, chapters=chapters, **own)

    def numbers(self) -> dict[str, int]:
        """Give every number about people by its key."""
        rows = {row.key: row.number for section in self.counted_sections for one in section.tables
                for row in _lines(one)}  # fmt: skip
        single = {one.key: one.number for one in self.figures if one.number is not None and one.of_people}
        return rows | single

    def rests(self) -> dict[str, int]:
        """Give what is left of each whole beside a figure that is a part of it; nobody prints these numbers."""
        numbers = self.numbers()
        parts = [one for one in self.figures if one.of and one.number is not None]
        rests = {f"{one.key}_rest": numbers[one.of] - numbers[one.key] for one in parts}
        return rests | _unprinted(numbers, (one for chapter in self.chapters for one in chapter.sums))

    def sums(self) -> list[Sum]:
        """Give every sum that a reader of all figures could write down."""
        parts = [Sum(one.of, (one.key, f"{one.key}_rest")) for one in self.figures if one.of and one.number is not None]
        course = [Sum(WORKED_ON, ("cases_at_start", NEW, "cases_reopened")),
                  Sum(WORKED_ON, ("cases_closed", "cases_at_end"))]  # fmt: skip
        chapters = [one for chapter in self.chapters for one in chapter.sums]
        return [*parts, *course, *chapters, *(one for section in self.counted_sections for one in section.sums())]

    def leading_kinds(self) -> tuple[Row, ...]:
        """Give the kind of case with the most new cases; several if they are level, none without a case."""
        rows = self.kinds.tables[0].rows
        most = max((row.number for row in rows), default=0)
        return tuple(row for row in rows if row.number == most and most > 0)


def _unprinted(numbers: Mapping[str, int], sums: Iterable[Sum]) -> dict[str, int]:
    """Give what nobody prints of the sums of chapters: the one part of each that is not among the numbers."""
    found = {}
    for total, parts in sums:
        missing = [part for part in parts if part not in numbers]
        if len(missing) == 1:
            found[missing[0]] = numbers[total] - sum(numbers[part] for part in parts if part in numbers)
    return found


def table_of(total: str, name: str, counted: str, rows: tuple[Row, ...], key: str = "") -> Table:
    return Table(key or total, name, counted, rows, Row(total, "All", sum(row.number for row in rows)))


# Adding up


def referrals_in(sent: Sequence[RequestTally]) -> list[RequestTally]:
    return [one for one in sent if one.sort == "referral_out"]


def people_in(reached: Sequence[ClientTally]) -> list[ClientTally]:
    return [one for one in reached if one.kind != "organisation"]


def number_of(rows: Iterable[Any]) -> int:
    return sum(row.number for row in rows)


def total_of(cases: Sequence[KindTally], name: str) -> int:
    return sum(getattr(one, name) for one in cases)
