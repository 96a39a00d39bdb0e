"""A table as it may be seen, by every role alike: small lines joined, small numbers and their keepers hidden.

Both periods of a comparison go through one look at all sums, and a change is told only where both of its numbers
are. Two periods that meet end to end do not nest, so neither can be taken from the other. Not covered here: another
table of the same records laid beside this one, and overlapping periods; so what is made of it is a draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from sqlalchemy.orm import Session

from casework.dimensions import Dimension, Line
from casework.figures import Sum
from casework.settings import number_setting
from casework.table_counts import ALL, Asked, Cell, CrossTable, count_table
from exports.disclosure import SMALL, hide
from exports.guarded import HIDDEN

JOINED, DIFFERENT = "joined", "different"


@dataclass(frozen=True)
class Shown:
    """A table whose small lines are joined, with what is hidden in it: key -> SMALL or BESIDE."""

    table: CrossTable
    numbers: Mapping[str, int]
    hidden: Mapping[str, str]
    threshold: int

    @property
    def asked(self) -> Asked:
        return self.table.asked

    @property
    def is_empty(self) -> bool:
        return not any(self.table.different)

    @property
    def has_columns(self) -> bool:
        return bool(self.asked.columns)

    def number(self, which: int, row: str = ALL, column: str = ALL) -> int | str:
        """Give a number as it may be seen: itself, "<5" or "hidden"; `ALL` gives a margin."""
        return self._seen(key_of((which, row, column)))

    def different(self, which: int) -> int | str:
        """Give how many different records, or people, the whole table counts in one period."""
        return self._seen(key_of((which, DIFFERENT, DIFFERENT)))

    def change(self, row: str = ALL, column: str = ALL) -> int | str:
        """Give how much more there were than in the period compared with; hidden where one of the two is."""
        now, earlier = self.number(0, row, column), self.number(1, row, column)
        return HIDDEN if isinstance(now, str) or isinstance(earlier, str) else now - earlier

    def _seen(self, key: str) -> int | str:
        why = self.hidden.get(key)
        return self.numbers[key] if why is None else f"<{self.threshold}" if why == SMALL else HIDDEN

    def hidden_words(self) -> str:
        """Say how many numbers are hidden and why; nothing where all are shown."""
        small = sum(1 for why in self.hidden.values() if why == SMALL)
        told = []
        if small:
            told.append(f"Counts from 1 to {self.threshold - 1} are shown as “<{self.threshold}”: {small} here.")
        if len(self.hidden) > small:
            told.append(
                f"So that none of them can be worked out by taking away, others are hidden: {len(self.hidden) - small} "
                "here."
            )
        return " ".join(told)

    def rules(self) -> Iterator[tuple[str, str]]:
        """Give each word of the table with what it means."""
        subject, measure = self.asked.subject, self.asked.measure
        yield subject.name, subject.counted
        yield from ((name, counted) for key, name, counted in subject.measures() if key == measure != "each")
        yield from ((one.name, one.counted or f"As recorded under “{one.name}”.") for one in self.asked.dimensions)
        if self.table.overlaps:
            yield "All", ("One of them may stand in several lines. “All” adds the lines up; how many different ones "
                          "there are is told under the table.")  # fmt: skip


def shown_table(db: Session, asked: Asked, today: date) -> Shown:
    """Count a table as recorded on `today`, with small numbers hidden as the office has set it."""
    return shown(count_table(db, asked, today), number_setting(db, "small_number_threshold"))


def shown(table: CrossTable, threshold: int) -> Shown:
    """Join the small lines of a table and hide what must be hidden."""
    joined = joined_lines(table, threshold)
    numbers, unprinted = numbers_of(joined), overlap_of(joined)
    hidden = hide(numbers, list(sums_of(joined)), threshold=threshold, unprinted=unprinted)
    return Shown(joined, MappingProxyType(numbers), MappingProxyType(hidden), threshold)


def key_of(cell: Cell) -> str:
    """Give the key of a number: period, row, column."""
    return ":".join(map(str, cell))


def numbers_of(table: CrossTable) -> dict[str, int]:
    """Give every number that is printed, margins too; without columns the one column is its own margin."""
    found: dict[str, int] = {}
    for which in range(len(table.asked.periods)):
        for row in table.rows:
            cells = [table.cells.get((which, row.key, column.key), 0) for column in table.columns]
            found[key_of((which, row.key, ALL))] = sum(cells)
            if table.asked.columns:
                found |= {key_of((which, row.key, column.key)): number
                          for column, number in zip(table.columns, cells, strict=True)}  # fmt: skip
        for column in table.columns if table.asked.columns else ():
            found[key_of((which, ALL, column.key))] = sum(
                table.cells.get((which, row.key, column.key), 0) for row in table.rows
            )
        found[key_of((which, ALL, ALL))] = sum(found[key_of((which, row.key, ALL))] for row in table.rows)
        if table.overlaps:
            found[key_of((which, DIFFERENT, DIFFERENT))] = table.different[which]
    return found


def overlap_of(table: CrossTable) -> dict[str, int]:
    """Give what nobody prints: by how much the lines add up to more than there are different ones."""
    if not table.overlaps:
        return {}
    return {
        key_of((which, DIFFERENT, "more")): sum(number for cell, number in table.cells.items() if cell[0] == which)
        - different
        for which, different in enumerate(table.different)
    }


def sums_of(table: CrossTable) -> Iterator[Sum]:
    """Give every sum that a reader of the table could write down."""
    rows, columns = [one.key for one in table.rows], [one.key for one in table.columns if table.asked.columns]
    for which in range(len(table.asked.periods)):

        def at(row: str, column: str, which: int = which) -> str:
            return key_of((which, row, column))

        yield Sum(at(ALL, ALL), tuple(at(row, ALL) for row in rows))
        if columns:
            yield Sum(at(ALL, ALL), tuple(at(ALL, column) for column in columns))
            yield from (Sum(at(row, ALL), tuple(at(row, column) for column in columns)) for row in rows)
            yield from (Sum(at(ALL, column), tuple(at(row, column) for row in rows)) for column in columns)
        if table.overlaps:
            yield Sum(at(ALL, ALL), (at(DIFFERENT, DIFFERENT), at(DIFFERENT, "more")))


# Small lines


def joined_lines(table: CrossTable, threshold: int) -> CrossTable:
    """Put the small lines of languages, boroughs and kinds of agency into one line each, in rows and columns."""
    for place, one in enumerate(table.asked.dimensions, start=1):
        if one.joined:
            table = _joined(table, one, place, threshold)
    return table


def _joined(table: CrossTable, one: Dimension, place: int, threshold: int) -> CrossTable:
    """Join by the period asked for, so that both periods keep the same lines; `place` is 1 for rows, 2 for columns."""
    lines = table.rows if place == 1 else table.columns
    small = {line.key for line in lines if not line.fixed and _margin(table, place, line.key) < threshold}
    if not small:
        return table
    cells: dict[Cell, int] = {}
    for cell, number in table.cells.items():
        moved = cell if cell[place] not in small else _moved(cell, place)
        cells[moved] = cells.get(moved, 0) + number
    named = [line for line in lines if line.key not in small and not line.fixed]
    kept = (*named, Line(JOINED, one.joined), *(line for line in lines if line.fixed))
    return replace(table, cells=cells, **{"rows" if place == 1 else "columns": kept})


def _moved(cell: Cell, place: int) -> Cell:
    return (cell[0], JOINED, cell[2]) if place == 1 else (cell[0], cell[1], JOINED)


def _margin(table: CrossTable, place: int, key: str) -> int:
    return sum(number for cell, number in table.cells.items() if cell[0] == 0 and cell[place] == key)
