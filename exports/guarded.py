"""The figures as they may be seen outside the records: small rows joined, small numbers and their keepers hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from sqlalchemy.orm import Session

from casework.figures import Figure, Report, Row, Section, Table, count_figures
from casework.periods import Period
from casework.settings import number_setting
from casework.tallies import EVERYTHING, Within
from exports import attacker
from exports.disclosure import hidden_beside
from exports.overlaps import Apart
from exports.published import BESIDE, SMALL, Fact, Published, at_least, published

NOT_COUNTED, HIDDEN = "not counted yet", "hidden"


@dataclass(frozen=True)
class Guarded:
    """A report whose small rows are joined, with what is hidden in it: key -> SMALL or BESIDE.

    `threshold` is the smallest number that is shown, `least_base` the smallest whole of a percentage. `earlier` are the
    files it was laid beside, `apart` the numbers of theirs that no longer agree with these.
    """

    report: Report
    numbers: Mapping[str, int]
    hidden: Mapping[str, str]
    threshold: int
    least_base: int
    earlier: tuple[Published, ...] = ()
    apart: frozenset[Apart] = frozenset()

    def shown(self, key: str) -> int | str:
        """Give a number as it may be seen: itself, "<5" or "hidden"."""
        why = self.hidden.get(key)
        return self.numbers[key] if why is None else f"<{self.threshold}" if why == SMALL else HIDDEN

    def figure(self, figure: Figure) -> int | str:
        """Give a figure's number as it may be seen, or why there is none."""
        if figure.number is None:
            return NOT_COUNTED
        return self.shown(figure.key) if figure.of_people else figure.number

    def share(self, figure: Figure) -> float | str | None:
        """Give a part as a share of its whole (0 to 1), "hidden", or None where it is a part of nothing."""
        if not figure.of:
            return None
        part, whole = self.figure(figure), self.shown(figure.of)
        if isinstance(part, str) or isinstance(whole, str) or whole < self.least_base:
            return HIDDEN
        return part / whole

    def leading(self) -> tuple[Row, ...]:
        """Give the kinds of case with the most new cases; none where the number is too small to be told."""
        return tuple(row for row in self.report.leading_kinds() if row.number >= self.threshold)

    def published(self) -> Published:
        """Give what a reader has in hand of these figures; kept, it is laid beside those of a later file."""
        return published(
            self.report.period, self.report.counted_on, self.numbers, self.report.sums(), self.hidden,
            threshold=self.threshold, facts=_facts(self.report, self.threshold),
        )  # fmt: skip

    def must_withstand(self) -> None:
        """Let the figures leave only if nothing hidden can be worked out, alone or with earlier files.

        Raises `attacker.Betrayed`. What has passed needs no marking of a draft.
        """
        attacker.must_withstand(self.published(), self.earlier, self.apart)

    def hidden_words(self, keys: Iterable[str]) -> str:
        """Say how many of these numbers are hidden and why; nothing where all are shown."""
        why = [self.hidden[key] for key in dict.fromkeys(keys) if key in self.hidden]
        small, beside = why.count(SMALL), why.count(BESIDE)
        told = []
        if small:
            told.append(f"Counts from 1 to {self.threshold - 1} are shown as “<{self.threshold}”: {small} here.")
        if beside:
            told.append(f"So that none of them can be worked out by taking away, others are hidden: {beside} here.")
        return " ".join(told)


def guarded_figures(
    db: Session, period: Period, today: date, earlier: Iterable[Published] = (), *, within: Within = EVERYTHING,
    since: Period | None = None,
) -> Guarded:  # fmt: skip
    """Count the figures of `period` as recorded on `today`, with small numbers hidden as the office has set it.

    `earlier`: the files of figures that have left the office before. `within` and `since`, the cases and the days of a
    grant, are those of `count_figures`.
    """
    return guarded(
        count_figures(db, period, today, within, since), threshold=number_setting(db, "small_number_threshold"),
        least_base=number_setting(db, "percentage_base_minimum"), earlier=earlier,
    )  # fmt: skip


def guarded(report: Report, *, threshold: int, least_base: int, earlier: Iterable[Published] = ()) -> Guarded:
    """Join the report's small rows and hide what must be hidden."""
    joined = report.each_section(lambda one: join_small(one, threshold))
    numbers, before = joined.numbers(), tuple(earlier)
    hidden = hidden_beside(
        numbers, joined.sums(), threshold=threshold, unprinted=joined.rests(), facts=list(_facts(joined, threshold)),
        earlier=before, period=report.period,
    )  # fmt: skip
    return Guarded(
        joined, MappingProxyType(numbers), MappingProxyType(hidden.why), threshold, least_base, before, hidden.apart
    )


def _facts(report: Report, threshold: int) -> Iterator[Fact]:
    """Give what the naming of the leading kinds says: they are no smaller than any other."""
    rows = report.kinds.tables[0].rows
    for leading in (row for row in report.leading_kinds() if row.number >= threshold):
        yield from (at_least(leading.key, row.key) for row in rows if row.key != leading.key)


def join_small(section: Section, threshold: int) -> Section:
    """Put the rows that are small in the first table into one line, in every table of the section."""
    rows = section.tables[0].rows if section.joined else ()
    small = {place for place, row in enumerate(rows) if not row.fixed and row.number < threshold}
    if not small:
        return section
    return replace(section, tables=tuple(_joined(table, small, section.joined) for table in section.tables))


def _joined(table: Table, small: set[int], label: str) -> Table:
    kept = [row for place, row in enumerate(table.rows) if place not in small]
    line = Row(f"{table.key}:joined", label, sum(table.rows[place].number for place in small))
    named, fixed = ([row for row in kept if row.fixed is is_fixed] for is_fixed in (False, True))
    return replace(table, rows=(*named, line, *fixed))


def keys_of(tables: Iterable[Table]) -> Iterator[str]:
    """Give the key of every number of these tables, totals too."""
    for table in tables:
        yield from (row.key for row in (*table.rows, table.total))
