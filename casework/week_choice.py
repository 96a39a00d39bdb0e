"""What the solver of a week is given: possible lines, what binds them, and the goals in their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

QUARTER = 15  # minutes: fairness counts quarters of an hour that have begun
LARGEST_WEIGHT = 10_000  # of the last goal at once; well inside what the solver's tolerance can tell apart


class Pair(NamedTuple):
    """One possible line, by the places of need and person in their lists, and what it costs."""

    need: int
    person: int
    waivers: int
    changes: int
    way: int
    kept: int


@dataclass(frozen=True)
class Choice:
    """Possible lines and what binds them. `minutes` by need, `load` by person, `month` by need.

    `clashes` are pairs of needs that one person cannot do both, by person; `limits` the minutes left, by person
    and month.
    """

    pairs: Sequence[Pair]
    minutes: Sequence[int]
    load: Sequence[int]
    month: Sequence[Any]
    clashes: Mapping[int, frozenset[tuple[int, int]]]
    limits: Mapping[tuple[int, Any], int]


def quarters(minutes: int) -> int:
    """Give the quarters of an hour that have begun."""
    return -(-minutes // QUARTER)


def in_order(pairs: Sequence[Pair]) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Give what each pair costs, by its place: needs met, waivers and changes in one; the way; lines kept.

    A need met outweighs every waiver and change there could be, a waiver every change.
    """
    of_need: dict[int, int] = {}
    for one in pairs:
        of_need[one.need] = max(one.waivers, of_need.get(one.need, 0))
    many = len(of_need) + 1  # more than the changes of all lines together
    met = many * (sum(of_need.values()) + 1)
    first = {at: one.changes + many * one.waivers - met for at, one in enumerate(pairs)}
    return first, {at: one.way for at, one in enumerate(pairs)}, {at: -one.kept for at, one in enumerate(pairs)}


def blocks(of_needs: Sequence[Sequence[int]]) -> Iterator[dict[int, int]]:
    """Give what says which of equal plans comes first: the first need has the first person, then the second, and so on.

    `of_needs` holds the places of the pairs of each need, in order. Each part outweighs within itself what comes later
    in it, and is given before the next one.
    """
    part: list[Sequence[int]] = []
    weight = 1
    for columns in of_needs:
        if part and weight * (len(columns) + 1) > LARGEST_WEIGHT:
            yield _weighed(part)
            part, weight = [], 1
        part.append(columns)
        weight *= len(columns) + 1
    if part:
        yield _weighed(part)


def _weighed(part: Sequence[Sequence[int]]) -> dict[int, int]:
    goal: dict[int, int] = {}
    weight = 1
    for columns in reversed(part):
        goal |= {column: (place - len(columns)) * weight for place, column in enumerate(columns)}
        weight *= len(columns) + 1
    return goal
