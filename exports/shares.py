"""What stands beside the numbers of a table: shares, and medians; told only where the numbers behind them are."""

from __future__ import annotations

from collections.abc import Iterable

from casework.figures import Row
from exports.guarded import HIDDEN, Guarded

NONE = "none"  # there is nothing to take a median of


def share_of(figures: Guarded, parts: Iterable[Row], whole: Row) -> float | str:
    """Give parts as a share of their whole; "hidden" where a number is, or the whole is too small."""
    shown, base = [figures.shown(row.key) for row in parts], figures.shown(whole.key)
    if isinstance(base, str) or base < figures.least_base:
        return HIDDEN
    numbers = [one for one in shown if isinstance(one, int)]
    return sum(numbers) / base if len(numbers) == len(shown) else HIDDEN


def aside(figures: Guarded, row: Row, value: float | None) -> float | str:
    """Give what stands aside, where the number it is taken from is shown and large enough."""
    base = figures.shown(row.key)
    if isinstance(base, str) or base < figures.least_base:
        return HIDDEN
    return NONE if value is None else value
