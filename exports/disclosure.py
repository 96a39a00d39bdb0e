"""Hides small numbers, and enough others that no hidden one can be worked out from everything that is printed.

A count from 1 to one below the threshold can point at a family, so it is shown as "<5"; zero is shown. Where sums, or
earlier files of overlapping periods, would tell more of it than that, other numbers are hidden beside it. What is to be
hidden is chosen by `exports.suppression` and tried by `exports.attacker`; what counts as derived is written there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from math import log2
from types import MappingProxyType
from typing import NamedTuple

from casework.figures import Sum
from casework.periods import Period
from exports.attacker import known_before
from exports.moves import LOOSE, Worth
from exports.overlaps import Apart, Beside, laid_beside
from exports.published import BESIDE, SMALL, Fact, Published, published
from exports.suppression import choose, choose_more
from exports.systems import of_file

Numbers = tuple[tuple[str, int], ...]  # each with its key
ANY_DAY = date(2000, 1, 1)  # of figures that are laid beside nothing


class Hidden(NamedTuple):
    """What to hide, key -> SMALL or BESIDE, and which numbers of earlier files disagree with these."""

    why: dict[str, str]
    apart: frozenset[Apart]


def hide(
    numbers: Mapping[str, int], sums: Sequence[Sum], *, threshold: int, unprinted: Mapping[str, int] | None = None,
    facts: Sequence[Fact] = (), earlier: Iterable[Published] = (), period: Period | None = None,
) -> dict[str, str]:  # fmt: skip
    """Give what to hide, key -> SMALL or BESIDE, so that nothing printed gives a hidden or small number away.

    `unprinted` numbers are nowhere shown, but a sum may still give them away. `earlier` are the files that have left
    already; `period`, that of these numbers, is then needed. Raises ValueError for a sum that does not hold.

    Without earlier files the choice is kept for those who ask with the very same numbers: it follows from them alone,
    and from nothing about who asks.
    """
    before, kept_apart = tuple(earlier), tuple((unprinted or {}).items())
    if not before:
        return dict(_chosen(tuple(numbers.items()), tuple(sums), threshold, kept_apart, tuple(facts)))
    return hidden_beside(
        numbers, sums, threshold=threshold, unprinted=unprinted, facts=facts, earlier=before, period=period
    ).why  # fmt: skip


@lru_cache(maxsize=64)
def _chosen(
    numbers: Numbers, sums: tuple[Sum, ...], threshold: int, unprinted: Numbers, facts: tuple[Fact, ...]
) -> Mapping[str, str]:
    """Choose what to hide. That took nine tenths of the time of a table which is looked at again and again."""
    why = hidden_beside(dict(numbers), sums, threshold=threshold, unprinted=dict(unprinted), facts=facts).why
    return MappingProxyType(why)


def hidden_beside(
    numbers: Mapping[str, int], sums: Sequence[Sum], *, threshold: int, unprinted: Mapping[str, int] | None = None,
    facts: Sequence[Fact] = (), earlier: Iterable[Published] = (), period: Period | None = None,
) -> Hidden:  # fmt: skip
    """Give what `hide` gives, and which numbers of earlier files were found to disagree with these."""
    before = list(earlier)
    if before and period is None:
        raise ValueError("Figures are laid beside earlier ones only if it is known of which period they are.")
    _must_hold({**numbers, **(unprinted or {})}, sums)
    whole = published(period or Period(ANY_DAY, ANY_DAY), ANY_DAY, numbers, sums, {}, threshold=threshold, facts=facts)
    beside = agreeing(whole, before)
    small = frozenset(key for key, number in numbers.items() if 1 <= number < threshold)
    known = Worth(numbers, small, worth(numbers, sums, small), threshold)
    chosen = choose(of_file(whole), known)
    if len(beside.files) > 1:
        changed = {key for key, _place in beside.differ_a_little()} & known.worth.keys() - chosen
        without = known_before(whole, before, beside.apart)
        chosen = choose_more(beside.system, known, chosen, changed, without)
    why = {key: BESIDE if f"{key}{LOOSE}" in chosen else SMALL for key in numbers if key in small}
    return Hidden(why | {key: BESIDE for key in numbers if key in chosen}, beside.apart)


def _must_hold(numbers: Mapping[str, int], sums: Iterable[Sum]) -> None:
    for total, parts in sums:
        if numbers[total] != sum(numbers[part] for part in parts):
            raise ValueError(f"The parts of {total} do not make it up.")


def agreeing(whole: Published, earlier: Sequence[Published]) -> Beside:
    """Lay earlier files beside true numbers; where their sums taken together disagree, those numbers are apart too."""
    beside = laid_beside(whole, earlier)
    if len(beside.files) == 1:
        return beside
    apart = set(beside.apart)
    for part in beside.system.parts():
        if part.linear().cheapest({}) is None:
            plain = {re.split("[@~^#]", key)[0] for key in part.columns}
            apart |= {(key, place) for key in plain for place in range(1, len(beside.files))}
    return laid_beside(whole, earlier, apart) if apart != beside.apart else beside


def worth(numbers: Mapping[str, int], sums: Iterable[Sum], small: Iterable[str]) -> dict[str, int]:
    """Give what each number that may be hidden is worth: more the larger it is, and much more for totals of totals.

    Doubling a number adds four; how much a reader loses with it grows far slower than the number. A total of several
    tables heads each of them, so it is worth as much in each.
    """
    several = list(sums)
    above, heads = heights(several), Counter(one.total for one in several)
    left = {key: number for key, number in numbers.items() if number and key not in set(small)}
    return {
        key: (1 + round(4 * log2(number))) * (1 + 2 * above.get(key, 0)) * max(1, heads[key])
        for key, number in left.items()
    }  # fmt: skip


def heights(sums: Iterable[Sum]) -> dict[str, int]:
    """Give how many sums lie below each total at most; a part that is no total has none."""
    parts: dict[str, set[str]] = {}
    for one in sums:
        parts.setdefault(one.total, set()).update(one.parts)
    found: dict[str, int] = {}

    def height(key: str) -> int:
        if key not in found:
            found[key] = 0  # a number that makes itself up, by whatever way, is no higher for it
            found[key] = 1 + max((height(part) for part in parts[key]), default=0) if key in parts else 0
        return found[key]

    for key in parts:
        height(key)
    return found
