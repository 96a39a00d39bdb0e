"""Invented tables of figures: two or three ways to sort by, some with sub-totals, every total printed; and periods."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import product

from casework.figures import Sum
from casework.periods import ONE_DAY, Period
from exports.published import SMALL, Fact, Published, published

SIZES = (0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 45)
Tree = dict[str, list[str]]  # each total of one way of sorting, with its parts

DAY = date(2026, 4, 3)


def tree(rng: random.Random, leaves: int, sub_totals: bool) -> Tree:
    """Give one way of sorting: a total of so many rows, at times in two groups with a sub-total each."""
    rows = [f"r{place}" for place in range(leaves)]
    if not sub_totals or leaves < 4:
        return {"all": rows}
    cut = rng.randint(2, leaves - 2)
    return {"all": ["g0", "g1"], "g0": rows[:cut], "g1": rows[cut:]}


def rows_of(one: Tree) -> list[str]:
    return [row for parts in one.values() for row in parts if row not in one]


def ways(rng: random.Random, *, small: bool = False) -> list[Tree]:
    """Give two or three ways of sorting; `small` for tables that an exact search can still do."""
    if rng.random() < 0.5:
        most = 4 if small else 7
        return [tree(rng, rng.randint(2, most), rng.random() < 0.5) for _way in range(2)]
    return [tree(rng, rng.randint(2, 2 if small else 4), not small and rng.random() < 0.3) for _way in range(3)]


def filled(rng: random.Random, sorted_by: Sequence[Tree]) -> dict[str, int]:
    """Give counts for all rows of a table, then every total of them."""
    scale = rng.choice([1, 1, 1, 3])
    rows = {key: rng.choice(SIZES) * scale // rng.choice([1, scale]) for key in product(*map(rows_of, sorted_by))}
    return totals(sorted_by, rows)


def totals(sorted_by: Sequence[Tree], rows: Mapping[tuple[str, ...], int]) -> dict[str, int]:
    under = [{node: _leaves(one, node) for node in (*rows_of(one), *one)} for one in sorted_by]
    made = {}
    for key in product(*under):
        leaves = product(*(below[node] for below, node in zip(under, key, strict=True)))
        made["/".join(key)] = sum(rows[leaf] for leaf in leaves)
    return made


def _leaves(one: Tree, node: str) -> list[str]:
    return [leaf for part in one[node] for leaf in _leaves(one, part)] if node in one else [node]


def sums_of(sorted_by: Sequence[Tree]) -> list[Sum]:
    """Give every sum of the table: in each way of sorting, for each choice in the others."""
    made = []
    for place, one in enumerate(sorted_by):
        others = [(*rows_of(other), *other) for at, other in enumerate(sorted_by) if at != place]
        for node, choice in product(one, product(*others)):
            names = ["/".join((*choice[:place], part, *choice[place:])) for part in (node, *one[node])]
            made.append(Sum(names[0], tuple(names[1:])))
    return made


def table(seed: int, *, small: bool = False) -> tuple[dict[str, int], list[Sum]]:
    rng = random.Random(seed)
    sorted_by = ways(rng, small=small)
    return filled(rng, sorted_by), sums_of(sorted_by)


def file(
    numbers: Mapping[str, int], sums: Iterable[Sum], hidden: Mapping[str, str], period: Period | None = None, *,
    facts: Iterable[Fact] = (),
) -> Published:  # fmt: skip
    """Give the file that a reader has in hand, for a threshold of five."""
    return published(period or Period(DAY, DAY), DAY, numbers, sums, hidden, threshold=5, facts=facts)


def naive(numbers: Mapping[str, int]) -> dict[str, str]:
    """Hide what is small and nothing else."""
    return {key: SMALL for key, number in numbers.items() if 1 <= number < 5}


# Periods


class Months:
    """One table counted month by month: its numbers for any months, as the office would count them then."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.ways = [tree(rng, rng.randint(2, 5), rng.random() < 0.5) for _way in range(2)]
        self.sums = sums_of(self.ways)
        rows = list(product(*map(rows_of, self.ways)))
        usual = {row: rng.choice((0, 0.2, 0.5, 1, 2, 5)) for row in rows}
        self.rows = [{row: _drawn(rng, usual[row]) for row in rows} for _month in range(12)]

    def numbers(self, first: int, last: int) -> dict[str, int]:
        """Give the table for whole months of 2025, 1 to 12, both counted."""
        months = self.rows[first - 1 : last]
        return totals(self.ways, {row: sum(one[row] for one in months) for row in months[0]})


def _drawn(rng: random.Random, usual: float) -> int:
    return sum(rng.random() < usual / 10 for _try in range(10))


def months_of_2025(first: int, last: int) -> Period:
    after = date(2025 + last // 12, last % 12 + 1, 1)
    return Period(date(2025, first, 1), after - ONE_DAY)


def two_periods(seed: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Give two runs of months: one inside the other, one after the other's beginning, or both from the same day."""
    rng = random.Random(seed)
    shape = seed % 3
    if shape == 0:
        last = rng.randint(3, 11)
        return (1, last), (1, rng.randint(last + 1, 12))
    if shape == 1:
        first = rng.randint(2, 6)
        return (1, rng.randint(first + 1, 8)), (first, rng.randint(9, 12))
    first, last = rng.randint(2, 5), rng.randint(7, 11)
    return (first, last), (1, 12)
