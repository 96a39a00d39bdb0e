"""Counting for the pattern radar: different clients, in stretches of the same length back from today.

A client counts once in a stretch, whatever the rows: a person who meets the same thing ten times is one. Beside them
stands how many clients there were who could have met it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

PART = "_part"  # after the key of a family: the same again, counted for the parts of its rows
EVERY = None  # a row or column that stands for all of them
Key = Hashable
Cell = tuple[Key, Key]
Sizes = tuple[int, ...]  # how many clients in each stretch; the first is the window, the second the one before it


class Seen(NamedTuple):
    """One client met one thing on one day. `case` is where it is written down, `thing` the row's own number."""

    row: Key
    column: Key
    person: int
    on: date
    case: int
    thing: int = 0


class There(NamedTuple):
    """One client who could have met it: we worked with them (for this row) on this day."""

    row: Key
    person: int
    on: date


@dataclass(frozen=True)
class Family:
    """One kind of thing that is counted. `by_row`: a row is measured by its own clients, not by the office's."""

    key: str
    seen: Sequence[Seen]
    there: Sequence[There]
    by_row: bool = False


@dataclass
class Counts:
    """The clients of one family in stretches of `days` back from `today`: the window, and `past` stretches before."""

    family: Family
    today: date
    days: int
    past: int
    met: Mapping[Cell, Sizes] = field(init=False)
    there: Mapping[Key, Sizes] = field(init=False)

    def __post_init__(self) -> None:
        met: dict[Cell, list[set[int]]] = defaultdict(self._stretches)
        there: dict[Key, list[set[int]]] = defaultdict(self._stretches)
        for one in self.family.there:
            self._put(one.person, one.on, (there[EVERY], there[one.row]))
        for seen in self.family.seen:
            cells = [(row, column) for row in (seen.row, EVERY) for column in (seen.column, EVERY)]
            self._put(seen.person, seen.on, (there[EVERY], there[seen.row], *(met[cell] for cell in cells)))
        self.met = {cell: tuple(map(len, stretches)) for cell, stretches in met.items()}
        self.there = {row: tuple(map(len, stretches)) for row, stretches in there.items()}

    def _stretches(self) -> list[set[int]]:
        return [set() for _stretch in range(self.past + 1)]

    def _put(self, person: int, on: date, into: Iterable[list[set[int]]]) -> None:
        place = self.stretch(on)
        if 0 <= place <= self.past:
            for stretches in into:
                stretches[place].add(person)

    def stretch(self, on: date) -> int:
        """Give in which stretch a day lies: 0 is the window up to today, 1 the stretch before it."""
        return (self.today - on).days // self.days

    @property
    def rows(self) -> list[Key]:
        return sorted({row for row, _column in self.met if row is not EVERY}, key=repr)

    @property
    def columns(self) -> list[Key]:
        return sorted({column for _row, column in self.met if column is not EVERY}, key=repr)

    def met_by(self, cell: Cell) -> Sizes:
        return self.met.get(cell, (0,) * (self.past + 1))

    def of(self, cell: Cell) -> Sizes:
        """Give how many clients could have met it."""
        return self.there.get(cell[0] if self.family.by_row else EVERY, (0,) * (self.past + 1))

    def behind(self, cell: Cell) -> tuple[Seen, ...]:
        """Give what a cell counts in its window."""
        row, column = cell
        return tuple(
            one for one in self.family.seen
            if row in (one.row, EVERY) and column in (one.column, EVERY) and self.stretch(one.on) == 0
        )  # fmt: skip
