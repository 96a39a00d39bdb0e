"""Tables that a reader could take for the true one: what is printed stays, what is hidden moves within its limits.

Each such table shows other values for hidden numbers, and is kept as a proof that these values are possible. A number
that is still shown may move too, at a price: then it has to be hidden. The cheapest table therefore says what to hide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from exports.linear import ENOUGH, Column, Row
from exports.systems import System

LOOSE = "!"  # behind a small number's key: that it is printed as "hidden" and no longer as "<5"
LOOSENED = 160  # what "<5" is worth beside "hidden": as much as a total of totals, since the office promises it


class Worth(NamedTuple):
    """The true numbers, which of them are small, and what each of the others is worth to a reader."""

    numbers: Mapping[str, int]
    small: frozenset[str]
    worth: Mapping[str, int]
    threshold: int

    def lowest(self, key: str) -> int:
        """Give the least that a reader reckons with when this number is printed as "hidden"."""
        return self.threshold if self.numbers[key] >= self.threshold else 1

    def price(self, move: str) -> int:
        """Give what a move costs a reader: a number that is shown no more, or a "<5" that says less."""
        return LOOSENED if move.endswith(LOOSE) else self.worth[move]


@dataclass(frozen=True)
class Other:
    """A table that fits: what it says of every number that moves, and the moves that it needs."""

    values: Mapping[str, int]
    moves: frozenset[str]


class Moves:
    """One connected part of the numbers, of which those in `may` may be hidden or loosened."""

    def __init__(self, part: System, known: Worth, may: Collection[str]) -> None:
        self.known, self.may = known, frozenset(may) & _moves_of(part, known)
        self.part = part
        self.linear = System(self._columns(), tuple(row for one in part.rows if (row := self._row(one)).terms)).linear()
        self.shut: set[str] = set()

    def _columns(self) -> dict[str, Column]:
        columns = {}
        for key in self.part.columns:
            if key not in self.known.worth:
                columns[key] = self._limits(key)
                if f"{key}{LOOSE}" in self.may:
                    columns[f"{key}{LOOSE}"] = Column(0, ENOUGH)
            elif key in self.may:
                columns[f"{key}+"] = Column(0, ENOUGH)
                columns[f"{key}-"] = Column(0, self.known.numbers[key] - self.known.lowest(key))
        return columns

    def _limits(self, key: str) -> Column:
        """Give what a number can be as long as it is not loosened."""
        return Column(1, self.known.threshold - 1) if key in self.known.small else self.part.columns[key]

    def _row(self, row: Row) -> Row:
        terms: dict[str, int] = {}
        fixed = 0
        for key, factor in row.terms.items():
            if key not in self.known.worth:
                terms[key] = factor
                if f"{key}{LOOSE}" in self.may:
                    terms[f"{key}{LOOSE}"] = factor
            else:
                fixed += factor * self.known.numbers[key]
                if key in self.may:
                    terms |= {f"{key}+": factor, f"{key}-": -factor}
        least, most = (None if one is None else one - fixed for one in (row.least, row.most))
        return Row(terms, least, most)

    def with_value(self, key: str, value: int, free: Collection[str]) -> Other | None:
        """Give the table in which `key` has this value, at the least price; moves in `free` cost nothing."""
        within = self._at(key, value)
        if within is None:
            return None
        costs = {}
        for move in self.may - set(free) - self.shut:
            price = self.known.price(move)
            costs |= dict.fromkeys(_columns_of(move), price)
        found = self.linear.cheapest(costs, within)
        return None if found is None else self._other(found)

    def close(self, move: str) -> None:
        """Keep a number where it is, from now on."""
        self.shut.add(move)
        for column in _columns_of(move):
            self.linear.limit(column, 0, 0)

    def reopen(self, move: str) -> None:
        """Let a number that was closed move again."""
        self.shut.discard(move)
        columns = self._columns()
        for column in _columns_of(move):
            self.linear.limit(column, *columns[column])

    def _at(self, key: str, value: int) -> dict[str, Column] | None:
        """Give the limits under which a number has this value; None where it cannot have it."""
        if key in self.known.worth:
            by = value - self.known.numbers[key]
            if key not in self.may - self.shut or value < self.known.lowest(key):
                return None
            return {f"{key}+": Column(max(by, 0), max(by, 0)), f"{key}-": Column(max(-by, 0), max(-by, 0))}
        least, most = self._limits(key)
        beyond = max(value - most, 0)
        loose = f"{key}{LOOSE}"
        if value < least or (beyond and (loose not in self.may or loose in self.shut)):
            return None
        limits = {key: Column(value - beyond, value - beyond)}
        return limits | ({loose: Column(beyond, beyond)} if loose in self.may else {})

    def _other(self, found: Mapping[str, int]) -> Other:
        values, moves = {}, set()
        for key in self.part.columns:
            loose = f"{key}{LOOSE}"
            if key not in self.known.worth:
                values[key] = found[key] + found.get(loose, 0)
                moves |= {loose} if found.get(loose) else set()
            elif key in self.may:
                by = found[f"{key}+"] - found[f"{key}-"]
                values[key] = self.known.numbers[key] + by
                moves |= {key} if by else set()
        return Other(values, frozenset(moves))


def _moves_of(part: System, known: Worth) -> frozenset[str]:
    return frozenset(every_move(part.columns, known))


def every_move(keys: Iterable[str], known: Worth) -> Iterable[str]:
    for key in keys:
        if key in known.worth:
            yield key
        elif key in known.small:
            yield f"{key}{LOOSE}"


def _columns_of(move: str) -> tuple[str, ...]:
    return (move,) if move.endswith(LOOSE) else (f"{move}+", f"{move}-")
