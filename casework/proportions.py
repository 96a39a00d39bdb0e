"""A share with the range in which the true share may lie: the Wilson score interval."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

NORMAL_95 = 1.959963984540054  # the normal quantile of 0.975: the ranges hold the truth 95 times in 100


class Range(NamedTuple):
    """The two ends of a range, each from 0 to 1."""

    low: float
    high: float

    def holds(self, share: float) -> bool:
        return self.low <= share <= self.high

    def is_apart_from(self, other: Range) -> bool:
        """Say whether the two ranges do not meet: only then is a difference called one."""
        return self.high < other.low or other.high < self.low


def wilson(share: float, number: float, quantile: float = NORMAL_95) -> Range:
    """Give the Wilson score interval of a `share` (0 to 1) seen among `number`, which need not be whole.

    The widest range where there is nothing to count. Raises ValueError for a share that is none.
    """
    if not 0 <= share <= 1:
        raise ValueError("A share lies between 0 and 1.")
    if number <= 0:
        return Range(0.0, 1.0)
    weight = quantile**2 / number
    middle = (share + weight / 2) / (1 + weight)
    reach = quantile * sqrt(share * (1 - share) / number + weight / (4 * number)) / (1 + weight)
    return Range(max(0.0, middle - reach) if share > 0 else 0.0, min(1.0, middle + reach) if share < 1 else 1.0)


def wilson_of(part: int, whole: int) -> Range:
    """Give the interval of `part` out of `whole`. Raises ValueError for a part larger than its whole."""
    if not 0 <= part <= whole:
        raise ValueError("A part lies between 0 and its whole.")
    return wilson(part / whole if whole else 0.0, whole)
