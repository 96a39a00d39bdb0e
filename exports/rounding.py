"""The other way to guard small numbers: every number rounded to a multiple of five, so that the sums still add up.

Each number goes to the multiple below or above it, whichever lets all sums of the figures hold among the rounded ones;
of the ways to do so, the one nearest to the true numbers. A multiple stays as it is. A reader is told that each number
lies less than five from what is printed, and no more. Where no such way is found, each number goes to the nearest
multiple, and sums need not hold. The attacker is asked in both cases; what he can tell all the same is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from casework.figures import Sum
from casework.periods import Period
from exports.attacker import derived
from exports.linear import ENOUGH, Column, Row
from exports.published import Published, Shown
from exports.systems import System

BASE = 5
HIDDEN = Shown(0, None)


@dataclass(frozen=True)
class Rounded:
    """What is printed, None for "hidden"; `adds_up` says whether the sums hold among rounded numbers."""

    printed: Mapping[str, int | None]
    adds_up: bool
    file: Published


def rounded(
    numbers: Mapping[str, int], sums: Sequence[Sum], *, period: Period, counted_on: date, threshold: int,
    base: int = BASE, earlier: Iterable[Published] = (),
) -> Rounded:  # fmt: skip
    """Round every number so that no small one can be worked out; the unprinted parts of sums are left alone."""
    before = list(earlier)
    together = adding_up(numbers, sums, base)
    made = nearest(numbers, base) if together is None else together
    reach = base // 2 if together is None else base - 1
    limits = {key: Shown(max(one - reach, 0), one + reach) for key, one in made.items()}
    file = Published(period, counted_on, threshold, MappingProxyType(limits), tuple(sums))
    while told := {one.key for one in derived(file, before)}:
        more = _to_hide(told, file)
        if not more:
            break  # nothing is left to hide: the gate will say so
        file = replace(file, numbers=MappingProxyType({**file.numbers, **dict.fromkeys(more, HIDDEN)}))
    printed = {key: None if file.numbers[key] == HIDDEN else one for key, one in made.items()}
    return Rounded(MappingProxyType(printed), together is not None, file)


def _to_hide(told: set[str], file: Published) -> set[str]:
    """Give what to hide: what is told itself, else what stands in one sum with it, else everything."""
    shown = {key for key, one in file.numbers.items() if one != HIDDEN}
    beside = {key for one in file.sums if told & {one.total, *one.parts} for key in (one.total, *one.parts)}
    return told & shown or beside & shown or shown


def nearest(numbers: Mapping[str, int], base: int) -> dict[str, int]:
    """Round each number by itself; halves, which an odd base does not have, go up."""
    return {key: (number + base // 2) // base * base for key, number in numbers.items()}


def adding_up(numbers: Mapping[str, int], sums: Sequence[Sum], base: int) -> dict[str, int] | None:
    """Round each number to a multiple next to it so that all sums of printed numbers hold; None if none is found."""
    printed = [one for one in sums if {one.total, *one.parts} <= numbers.keys()]
    columns = {key: Column(0, int(number % base > 0)) for key, number in numbers.items()}
    rows = []
    for total, parts in printed:
        fixed = sum(numbers[part] // base for part in parts) - numbers[total] // base
        terms = {total: -1}
        for part in parts:
            terms[part] = terms.get(part, 0) + 1
        rows.append(Row(terms, -fixed, -fixed))
    ups: dict[str, int] = {}
    for part in System(columns, tuple(rows)).parts():
        found = part.linear().cheapest({key: base - 2 * (numbers[key] % base) for key in part.columns})
        if found is None:
            return None
        ups |= found
    made = {key: (number // base + ups.get(key, 0)) * base for key, number in numbers.items()}
    assert max(made.values(), default=0) < ENOUGH
    return made
