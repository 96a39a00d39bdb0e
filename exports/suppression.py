"""Chooses what to hide beside the small numbers, so that each of them keeps as many values as "<5" leaves.

For each small number and each value it must keep, the cheapest table is found in which it has that value; what moves in
it is hidden, and moves free of charge from then on. Then it is tried which of the hidden numbers can be shown again,
the most valuable first. What is chosen rests on tables that are there to be looked at; the attacker, who knows nothing
of all this, is asked at the end, and what he tells is demanded too. Where nothing helps, everything in that part of the
figures is hidden but zero: then every number can be itself, its double, its threefold and so on, whatever the sums.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from exports.attacker import Proofs, beyond, bounds, fewest, says_little, told
from exports.linear import ENOUGH, Column
from exports.moves import LOOSE, Moves, Other, Worth, every_move
from exports.published import Shown
from exports.systems import System

TRIES = 400  # questions to the solver when trying to show numbers again, for one connected part
ROUNDS = 25  # of asking the attacker
FEW, MORE = 120, 4  # a part of so few numbers is tried in two orders and so many more
DEAREST = 2  # so many of the most valuable numbers that were hidden are tried with the word that they must be shown


class Demand(NamedTuple):
    """What a number must keep: each of `values`; or, with a `spread`, a most that is so far above its least.

    With a spread, `values` are those that are tried.
    """

    key: str
    values: tuple[int, ...]
    spread: int = 0

    def is_met(self, possible: Collection[int]) -> bool:
        if self.spread:
            return bool(possible) and max(possible) - min(possible) >= self.spread
        return set(self.values) <= set(possible)


def choose(alone: System, known: Worth) -> frozenset[str]:
    """Give the moves to allow: keys of shown numbers to hide, and keys with LOOSE of small ones to print as "hidden".

    In `alone` every number of the file has its true value as its only one. One table at a time is found, so a total may
    be hidden where some of its parts would cost less: with few numbers that is tried as well.
    """
    found = _chosen(alone, known)
    dearest = sorted(found & known.worth.keys(), key=lambda key: (-known.worth[key], key))[:DEAREST]
    for key in dearest if len(alone.columns) <= FEW else ():
        kept = known._replace(worth={one: price for one, price in known.worth.items() if one != key})
        other = _chosen(alone, kept)
        if _price(other, known) < _price(found, known) and not told(seen(alone, known, other), known.threshold):
            found, known = other, kept
    return found


def _chosen(alone: System, known: Worth) -> frozenset[str]:
    loose = frozenset(f"{key}{LOOSE}" for key in known.small if not says_little(known.threshold))
    demands = [demand_of(key, known, loose) for key in sorted(known.small)]
    return _mended(alone, known, _met(alone, known, demands, loose), None)


def _price(moves: Iterable[str], known: Worth) -> int:
    return sum(known.price(move) for move in moves)


def choose_more(
    beside: System, known: Worth, chosen: frozenset[str], changed: Iterable[str], before: System
) -> frozenset[str]:  # fmt: skip
    """Give what to hide with earlier files beside it; `chosen` is hidden already for the sake of the file alone.

    `changed` are numbers of the file that are not small and must be hidden all the same; `before` is what is known
    without the file.
    """
    demands = [demand_of(key, known, chosen) for key in sorted(changed)]
    return _mended(beside, known, _met(beside, known, demands, chosen), before)


def _mended(system: System, known: Worth, chosen: frozenset[str], before: System | None) -> frozenset[str]:
    """Ask the attacker, and hide more for what he tells, until he tells nothing; what was hidden stays so."""
    asked: dict[str, Demand] = {}
    proofs: Proofs = {}
    for _round in range(ROUNDS):
        left = told(seen(system, known, chosen), known.threshold, proofs)
        left = left if before is None else beyond(left, before)
        room = {} if before is None else bounds(before, [one.key for one in left])
        demands = {one.key: _at_most(demand_of(one.key, known, chosen), room.get(one.key)) for one in left}
        if not left or all(asked.get(key) == demand for key, demand in demands.items()):
            break
        asked |= demands
        chosen = _met(system, known, list(demands.values()), chosen)
    return chosen | _around({one.key for one in left}, system, known)


def _at_most(demand: Demand, room: Shown | None) -> Demand:
    """Ask no more of a number than what is known of it without the file leaves."""
    if room is None or room.most is None:
        return demand
    values = tuple(value for value in demand.values if room.least <= value <= room.most)
    if not demand.spread:
        return Demand(demand.key, values)
    ends = (room.least, room.most)
    return Demand(demand.key, (*values, *ends), min(demand.spread, room.most - room.least))


def _around(keys: Collection[str], system: System, known: Worth) -> frozenset[str]:
    """Give everything that can be hidden in the parts in which these numbers stand."""
    parts = (part for part in seen(system, known, everything(known)).parts() if keys & part.columns.keys())
    return frozenset(move for part in parts for move in every_move(part.columns, known))


def seen(system: System, known: Worth, chosen: Collection[str]) -> System:
    """Give what a reader knows if this is hidden."""
    columns = dict(system.columns)
    for key in known.small & columns.keys():
        columns[key] = Column(1, ENOUGH if f"{key}{LOOSE}" in chosen else known.threshold - 1)
    for key in known.worth.keys() & columns.keys():
        number = known.numbers[key]
        columns[key] = Column(known.lowest(key), ENOUGH) if key in chosen else Column(number, number)
    return System(columns, system.rows)


def demand_of(key: str, known: Worth, chosen: Collection[str]) -> Demand:
    """Say what a number must keep, as the attacker asks it (`exports.attacker`)."""
    threshold, spread = known.threshold, fewest(known.threshold) - 1
    if key in known.small and f"{key}{LOOSE}" not in chosen:
        return Demand(key, (1, threshold - 1))
    if key not in known.worth:
        return Demand(key, (1, 1 + spread, 0, *(times * threshold for times in (1, 2, 4, 8, 16, 64))), spread)
    number, lowest = known.numbers[key], known.lowest(key)
    steps = (0, spread, -spread, spread // 2, spread // 2 - spread, *(times * threshold for times in (1, 2, 4, 8)))
    return Demand(key, tuple(number + step for step in steps if number + step >= lowest), spread)


def _met(system: System, known: Worth, demands: Sequence[Demand], chosen: frozenset[str]) -> frozenset[str]:
    for part in seen(system, known, everything(known)).parts():
        own = [one for one in demands if one.key in part.columns]
        if own:
            chosen = _of_part(part, known, own, chosen)
    return chosen


def _of_part(part: System, known: Worth, demands: Sequence[Demand], chosen: frozenset[str]) -> frozenset[str]:
    """Give the cheapest of what is found when the demands of one part come in several orders."""
    every = frozenset(every_move(part.columns, known))
    found = (_tried(part, known, several, chosen) for several in _orders(demands, len(part.columns)))
    return min(found, key=lambda one: (sum(known.price(move) for move in one & every), sorted(one)))


def _orders(demands: Sequence[Demand], size: int) -> Iterator[list[Demand]]:
    yield list(demands)
    if size <= FEW:
        yield list(reversed(demands))
        for seed in range(MORE):
            yield sorted(demands, key=lambda one: sha256(f"{seed} {one.key}".encode()).digest())


def _tried(part: System, known: Worth, demands: Sequence[Demand], chosen: frozenset[str]) -> frozenset[str]:
    """Give what to hide to meet the demands in this order, as far as they can be met."""
    every = frozenset(every_move(part.columns, known))
    search = _Search(Moves(part, known, every), demands, chosen)
    search.open()
    found = search.chosen
    for narrow in seen(part, known, search.chosen).parts():
        own = [one for one in search.demands.values() if one.key in narrow.columns]
        if own:
            again = _Search(Moves(narrow, known, search.chosen & every), own, search.chosen)
            again.proofs = list(search.proofs)
            again.close(search.chosen - chosen)
            found -= again.moves.shut
    return found


class _Search:
    """One connected part while it is chosen what is hidden in it; `proofs` are the tables on which that rests."""

    def __init__(self, moves: Moves, demands: Iterable[Demand], chosen: frozenset[str]) -> None:
        self.moves, self.chosen = moves, chosen
        self.demands = {one.key: one for one in demands}
        self.proofs: list[Other] = []

    def open(self) -> None:
        """Hide until every demand is met; one that cannot be met is given up, and the attacker will speak of it."""
        for one in list(self.demands.values()):
            if not self._meet(one) and not self._meet_loosely(one.key):
                del self.demands[one.key]

    def _meet_loosely(self, key: str) -> bool:
        """Print a small number as "hidden" where "<5" says too much."""
        loose = f"{key}{LOOSE}"
        if loose not in self.moves.may:
            return False
        self.chosen |= {loose}
        self.demands[key] = demand_of(key, self.moves.known, self.chosen)
        return self._meet(self.demands[key])

    def _meet(self, demand: Demand) -> bool:
        """Find tables until a demand is met; what moves in them is hidden. Say whether it is met."""
        for other in _tables(demand, self.moves, self.proofs, self.chosen):
            self.proofs.append(other)
            self.chosen |= other.moves
        return demand.is_met(_possible(demand.key, self.proofs))

    def close(self, moves: Collection[str]) -> None:
        """Show again what of these can be shown, the most valuable first, and what no table needs."""
        known = self.moves.known
        for move in sorted(self.moves.may & set(moves), key=lambda move: (-known.price(move), move)):
            if not self._without(move) and self.moves.linear.asked < TRIES:
                self._replaced(move)

    def _without(self, move: str) -> bool:
        """Close a move that no demand needs; say whether it was so."""
        return self._keep([one for one in self.proofs if move not in one.moves], move)

    def _keep(self, proofs: list[Other], move: str) -> bool:
        demands = self.demands | self._tighter(move)
        if not all(one.is_met(_possible(one.key, proofs)) for one in demands.values()):
            return False
        self.proofs, self.demands = proofs, demands
        self.moves.close(move)
        return True

    def _tighter(self, move: str) -> dict[str, Demand]:
        """Give what is demanded of a small number that is printed as "<5" again."""
        key = move.removesuffix(LOOSE)
        return {key: demand_of(key, self.moves.known, ())} if key != move and key in self.demands else {}

    def _replaced(self, move: str) -> None:
        """Close a move if other tables can show what those that need it show."""
        self.moves.close(move)
        proofs = [one for one in self.proofs if move not in one.moves]
        for demand in (self.demands | self._tighter(move)).values():
            proofs += _tables(demand, self.moves, proofs, self.moves.may)
            if not demand.is_met(_possible(demand.key, proofs)):
                self.moves.reopen(move)
                return
        self._keep(proofs, move)


def _tables(demand: Demand, moves: Moves, proofs: Iterable[Other], free: Collection[str]) -> Iterator[Other]:
    """Give tables with further values of a number until its demand is met, as far as there are any."""
    possible = _possible(demand.key, proofs)
    for value in demand.values:
        if demand.is_met(possible):
            return
        if value not in possible and (other := moves.with_value(demand.key, value, free)) is not None:
            possible.add(value)
            free = {*free, *other.moves}
            yield other


def _possible(key: str, proofs: Iterable[Other]) -> set[int]:
    return {one.values[key] for one in proofs if key in one.values}


def everything(known: Worth) -> frozenset[str]:
    """Give every move: all numbers that can be hidden, and all small ones that can be loosened."""
    return frozenset(every_move(known.numbers, known))
