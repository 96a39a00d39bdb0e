"""Hides small numbers, and enough others that no hidden one can be worked out by taking away.

A count from 1 to one below the threshold can point at a family, so it is shown as "<5". Where a total and the
other parts would give it away, the next smallest number beside it is hidden too, in the end the total. What can
be worked out is found by narrowing: each number lies between two limits, and every sum of the figures narrows
them until nothing changes. Not covered yet: several sums added up before taking away, figures of another period,
rounding, and what is known from elsewhere. So what is made with this is a draft.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from casework.figures import Sum

SMALL, BESIDE = "small", "beside"  # why a number is hidden: for itself, or to keep another
Limits = dict[str, tuple[float, float]]  # the least and the most that a reader must reckon with


def hide(
    numbers: Mapping[str, int], sums: Sequence[Sum], *, threshold: int, unprinted: Mapping[str, int] | None = None
) -> dict[str, str]:
    """Give what to hide, key -> SMALL or BESIDE, so that no sum gives a hidden or small number away.

    `unprinted` numbers are nowhere shown, but a sum may still give them away. Raises ValueError for a sum that
    does not hold.
    """
    unprinted = unprinted or {}
    _must_hold({**numbers, **unprinted}, sums)
    hidden = {key: SMALL for key, number in numbers.items() if 1 <= number < threshold}
    around, totals = _sums_by_key(sums), {one.total for one in sums}
    while told := _told(numbers, unprinted, sums, hidden, threshold):
        near = {key for secret in told for one in around[secret] for key in (one.total, *one.parts)}
        hidden[_next_to_hide(near & numbers.keys(), numbers, hidden, totals)] = BESIDE
    return hidden


def _must_hold(numbers: Mapping[str, int], sums: Iterable[Sum]) -> None:
    for total, parts in sums:
        if numbers[total] != sum(numbers[part] for part in parts):
            raise ValueError(f"The parts of {total} do not make it up.")


def _sums_by_key(sums: Sequence[Sum]) -> dict[str, list[Sum]]:
    around: dict[str, list[Sum]] = {}
    for one in sums:
        for key in (one.total, *one.parts):
            around.setdefault(key, []).append(one)
    return around


def _told(
    numbers: Mapping[str, int],
    unprinted: Mapping[str, int],
    sums: Sequence[Sum],
    hidden: Mapping[str, str],
    threshold: int,
) -> list[str]:
    """Give the keys that should not be known and can be worked out."""
    limits = narrowed(_limits(numbers, unprinted, hidden, threshold), sums)
    secret = [*hidden, *(key for key, number in unprinted.items() if 1 <= number < threshold)]
    return [key for key in secret if limits[key][0] == limits[key][1]]


def _limits(
    numbers: Mapping[str, int], unprinted: Mapping[str, int], hidden: Mapping[str, str], threshold: int
) -> Limits:
    """Give what a reader knows of each number before any taking away.

    "hidden" is taken for a number from the threshold on, as it nearly always is; a small one that had to be
    called so is any number from 1, since the reader cannot tell.
    """
    limits: Limits = {key: (number, number) for key, number in numbers.items()}
    for key, why in hidden.items():
        beside = (threshold if numbers[key] >= threshold else 1, math.inf)
        limits[key] = (1, threshold - 1) if why == SMALL else beside
    return limits | dict.fromkeys(unprinted, (0, math.inf))


def narrowed(limits: Limits, sums: Sequence[Sum]) -> Limits:
    """Give the limits after every sum has narrowed them as far as it goes; it ends only if every sum holds."""
    known = dict(limits)
    loose = [one for one in sums if any(known[key][0] < known[key][1] for key in (one.total, *one.parts))]
    changed = True
    while changed:
        changed = False
        for one in loose:
            for key, (least, most) in _narrowed_by(one, known):
                if (least, most) != known[key]:
                    known[key] = (least, most)
                    changed = True
    return known


def _narrowed_by(one: Sum, known: Limits) -> Iterator[tuple[str, tuple[float, float]]]:
    least, most = sum(known[key][0] for key in one.parts), sum(known[key][1] for key in one.parts)
    yield one.total, _within(known[one.total], least, most)
    whole = known[one.total]
    for key in one.parts:
        if known[key][0] < known[key][1]:
            others = [known[other] for other in one.parts if other != key]
            rest_least, rest_most = sum(other[0] for other in others), sum(other[1] for other in others)
            yield key, _within(known[key], whole[0] - rest_most, whole[1] - rest_least)


def _within(limits: tuple[float, float], least: float, most: float) -> tuple[float, float]:
    return max(limits[0], least), min(limits[1], most)


def _next_to_hide(
    near: Iterable[str], numbers: Mapping[str, int], hidden: Mapping[str, str], totals: Iterable[str]
) -> str:
    """Choose the smallest number still shown among `near`; a total only where no part is left.

    Where all of them are hidden, a "<5" becomes "hidden": four parts under a "<5" can only be four ones. Where
    that is done too, the choice is among all numbers; once all are hidden, nothing can be worked out.
    """
    keys = [key for key in near if _can_be_hidden(key, numbers, hidden)] or [
        key for key in numbers if _can_be_hidden(key, numbers, hidden)
    ]
    shown = [key for key in keys if key not in hidden]
    if shown:
        return min(shown, key=lambda key: (key in totals, numbers[key], key))
    return min(keys, key=lambda key: (key not in totals, numbers[key], key))


def _can_be_hidden(key: str, numbers: Mapping[str, int], hidden: Mapping[str, str]) -> bool:
    return numbers[key] > 0 and hidden.get(key) != BESIDE
