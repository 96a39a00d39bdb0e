"""What a reader has in hand of one file of figures: for each number the least and the most it can be, and every sum.

It is kept with each file that left, so that a later file can be laid beside it; it holds what was printed and no more,
but for one thing: of a number printed as "hidden" it says whether it was small, as a reader may guess.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from casework.figures import Sum
from casework.periods import Period

SMALL, BESIDE = "small", "beside"  # why a number is hidden: for itself, or to keep another


class Shown(NamedTuple):
    """The least and the most that a printed number can be; `most` is None where nothing limits it."""

    least: int
    most: int | None

    @property
    def is_exact(self) -> bool:
        return self.least == self.most


class Fact(NamedTuple):
    """What a file says of several numbers beside its sums: numbers times factors make at least 0, all by key."""

    terms: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Published:
    """One file as it can be read. A key of `sums` or `facts` that is not among `numbers` is printed nowhere.

    `threshold` is the smallest number that is shown, `counted_on` the day on which it was counted.
    """

    period: Period
    counted_on: date
    threshold: int
    numbers: Mapping[str, Shown]
    sums: tuple[Sum, ...]
    facts: tuple[Fact, ...] = ()

    def to_text(self) -> str:
        """Give it as JSON, the same text for the same figures."""
        return json.dumps({
            "first": self.period.first.isoformat(), "last": self.period.last.isoformat(),
            "counted_on": self.counted_on.isoformat(), "threshold": self.threshold,
            "numbers": {key: one.least if one.is_exact else list(one) for key, one in sorted(self.numbers.items())},
            "sums": [[one.total, list(one.parts)] for one in self.sums],
            "facts": [[list(term) for term in one.terms] for one in self.facts],
        }, ensure_ascii=False, separators=(",", ":"))  # fmt: skip

    @classmethod
    def from_text(cls, text: str) -> Published:
        """Read what `to_text` gave. Raises ValueError or KeyError for anything else."""
        kept = json.loads(text)
        return cls(
            Period(date.fromisoformat(kept["first"]), date.fromisoformat(kept["last"])),
            date.fromisoformat(kept["counted_on"]), int(kept["threshold"]),
            MappingProxyType({key: _shown(one) for key, one in kept["numbers"].items()}),
            tuple(Sum(total, tuple(parts)) for total, parts in kept["sums"]),
            tuple(Fact(tuple((key, int(factor)) for key, factor in terms)) for terms in kept["facts"]),
        )  # fmt: skip


def _shown(kept: Any) -> Shown:
    return Shown(kept, kept) if isinstance(kept, int) else Shown(*kept)


def published(
    period: Period, counted_on: date, numbers: Mapping[str, int], sums: Iterable[Sum], hidden: Mapping[str, str], *,
    threshold: int, facts: Iterable[Fact] = (),
) -> Published:  # fmt: skip
    """Give the file that shows `numbers` but for what is `hidden`, key -> SMALL or BESIDE."""
    shown = {key: shown_as(number, hidden.get(key), threshold) for key, number in numbers.items()}
    return Published(period, counted_on, threshold, MappingProxyType(shown), tuple(sums), tuple(facts))


def shown_as(number: int, why: str | None, threshold: int) -> Shown:
    """Give what a reader must reckon with: the number, 1 to threshold - 1, or "hidden".

    Zero is never hidden, so a hidden number is 1 at least. Nearly always it is from the threshold on, and a reader may
    guess so: where it is so, it counts as known.
    """
    if why is None:
        return Shown(number, number)
    if why == SMALL:
        return Shown(1, threshold - 1)
    return Shown(threshold if number >= threshold else 1, None)


def percent(part: str, whole: str, shown: int) -> tuple[Fact, Fact]:
    """Give what a share printed in whole percent, halves either way, says of its part and its whole."""
    above = Fact(((part, 200), (whole, 1 - 2 * shown)))
    return above, Fact(((whole, 2 * shown + 1), (part, -200)))


def at_least(larger: str, smaller: str) -> Fact:
    """Give what the naming of a leading row says: this number is no smaller than that."""
    return Fact(((larger, 1), (smaller, -1)))
