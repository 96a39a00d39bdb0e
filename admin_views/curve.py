"""The drawing of a curve of answer times: paths in a square of 100 by 100, which the page stretches to its width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exports.scorecards import Point

SIDE = 100
QUARTERS = (1, 2, 5, 7, 10, 14, 20, 25, 30, 40, 50, 60, 75, 90, 100, 120, 150, 200, 250, 300, 400)  # days


@dataclass(frozen=True)
class Drawing:
    """Paths for the curve, its range and the other agencies (empty: not drawn), and the days under it."""

    line: str
    band: str
    others: str
    days: tuple[int, ...]


def drawing(points: Sequence[Point], first: Point, end: int, others: Sequence[tuple[int, float]]) -> Drawing:
    """Draw the points after `first`, the state on day 0, up to the day `end`; the others as (day, share)."""
    quarter = next((one for one in QUARTERS if 4 * one >= end), end)
    scale = SIDE / (4 * quarter)
    told = [first, *points]
    last = told[-1]._replace(day=max(end, told[-1].day))
    shown = [one for one in others if one[0] <= end]
    return Drawing(
        _steps([(one.day * scale, one.share) for one in (*told, last)]), _band([*told, last], scale),
        _steps([(day * scale, share) for day, share in [(0, 0.0), *shown, (end, shown[-1][1])]]) if shown else "",
        tuple(place * quarter for place in range(5)),
    )  # fmt: skip


def _steps(points: Iterable[tuple[float, float]]) -> str:
    (x, share), *rest = points
    return f"M{_n(x)} {_y(share)}" + "".join(f"H{_n(across)}V{_y(up)}" for across, up in rest)


def _band(points: Sequence[Point], scale: float) -> str:
    """Go along the upper edge of the range and back along the lower one."""
    upper = _steps([(one.day * scale, one.range.high) for one in points])
    lower = "".join(
        f"V{_y(before.range.low)}H{_n(before.day * scale)}" for before in reversed(points[:-1])
    )  # fmt: skip
    return f"{upper}V{_y(points[-1].range.low)}{lower}Z"


def _y(share: float) -> str:
    return _n(SIDE * (1 - share))


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
