"""Charts drawn by the server: bars side by side or stacked, and lines over time, as places in a drawing.

A drawing is as wide as the page: across, places are percent; down, they are pixels, so that words keep their size.
The scale follows the numbers that are seen, and a hidden number has one length: neither tells what it is. The table
under a chart is its text.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Shown = int | str  # a number as it may be seen: itself, "<5" or "hidden"

MOST_SERIES = 6  # more shades than these nobody tells apart
LONGEST_LABEL = 34  # characters in one line: they fit beside nothing on a telephone's width
LINE, BAR, STACK, GAP = 20, 16, 26, 14  # pixels: a line of words, a bar, a stacked bar, the space between two rows
WIDEST, HIDDEN_WIDTH = 80, 4  # percent: the longest bar, so that its number fits behind it, and each hidden one
PLOT_TOP, PLOT_HEIGHT, PLOT_FOOT = 12, 220, 48  # pixels of a line chart
PLOT_LEFT, PLOT_RIGHT = 12, 94  # percent
FEW_TICKS, MORE_TICKS = 4, 12  # words under a line chart on a narrow screen, on a wide one
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Series:
    """The numbers of one name, one for each label of the chart."""

    name: str
    numbers: tuple[Shown, ...]


@dataclass(frozen=True)
class Bar:
    """One bar: where it begins and how long it is (percent), how far down (pixels), and the words behind it."""

    x: float
    width: float
    y: int
    height: int
    fill: int
    hidden: bool
    words: str = ""
    words_x: float = 0


@dataclass(frozen=True)
class Label:
    """Lines of words, each at its own place down."""

    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class BarChart:
    height: int
    labels: tuple[Label, ...]
    bars: tuple[Bar, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Tick:
    """Words under a line chart; `minor` ones are left out on a narrow screen."""

    x: float
    lines: tuple[str, ...]
    minor: bool


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    hidden: bool
    words: str


@dataclass(frozen=True)
class Trend:
    """One line: its points, and the pieces between two that are both seen (x1, y1, x2, y2)."""

    points: tuple[Point, ...]
    pieces: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True)
class LineChart:
    height: int
    foot: int
    left: float
    right: float
    grid: tuple[tuple[float, str], ...]
    ticks: tuple[Tick, ...]
    trends: tuple[Trend, ...]
    names: tuple[str, ...]


def side_by_side(labels: Sequence[str], series: Sequence[Series]) -> BarChart:
    """Draw one bar for each number, those of one label under each other."""
    scale = WIDEST / max(_seen(series), default=1)
    made: list[Bar] = []
    told: list[Label] = []
    y = 0
    for place, text in enumerate(labels):
        label, y = _label(text, y)
        told.append(label)
        for fill, one in enumerate(series):
            made.append(_bar(one.numbers[place], scale, y, fill))
            y += BAR + 4
        y += GAP
    return BarChart(max(y - GAP, 1), tuple(told), tuple(made), tuple(one.name for one in series))


def stacked(labels: Sequence[str], series: Sequence[Series], totals: Sequence[Shown]) -> BarChart:
    """Draw one bar for each label, its parts end to end, and the total behind it."""
    most_hidden = max((sum(isinstance(one.numbers[place], str) for one in series) for place in range(len(labels))),
                      default=0)  # fmt: skip
    longest = max((sum(one for one in _numbers(series, place) if isinstance(one, int)) for place in range(len(labels))),
                  default=0)  # fmt: skip
    scale = (WIDEST - HIDDEN_WIDTH * most_hidden) / max(longest, 1)
    made: list[Bar] = []
    told: list[Label] = []
    y = 0
    for place, text in enumerate(labels):
        label, y = _label(text, y)
        told.append(label)
        made += _stack(_numbers(series, place), totals[place], scale, y)
        y += STACK + GAP
    return BarChart(max(y - GAP, 1), tuple(told), tuple(made), tuple(one.name for one in series))


def _stack(numbers: Sequence[Shown], total: Shown, scale: float, y: int) -> Iterator[Bar]:
    x = 0.0
    for fill, number in enumerate(numbers):
        width = _length(number, scale)
        if width:
            yield Bar(_n(x), width, y, STACK, fill + 1, isinstance(number, str))
        x += width
    yield Bar(_n(x), 0, y, STACK, 0, False, words_of(total), _n(x))


def _numbers(series: Sequence[Series], place: int) -> list[Shown]:
    return [one.numbers[place] for one in series]


def _label(text: str, y: int) -> tuple[Label, int]:
    """Give the words above a bar and how far down the bar begins."""
    lines = textwrap.wrap(text, LONGEST_LABEL) or [""]
    return Label(tuple((y + LINE * place + 15, line) for place, line in enumerate(lines))), y + LINE * len(lines) + 2


def _bar(number: Shown, scale: float, y: int, fill: int) -> Bar:
    width = _length(number, scale)
    return Bar(0, width, y, BAR, fill + 1, isinstance(number, str), words_of(number), width)


def _length(number: Shown, scale: float) -> float:
    return HIDDEN_WIDTH if isinstance(number, str) else _n(number * scale)


def _seen(series: Sequence[Series]) -> list[int]:
    return [number for one in series for number in one.numbers if isinstance(number, int) and number]


def words_of(number: Shown) -> str:
    """Give a number as it is printed."""
    return f"{number:,}" if isinstance(number, int) else number


# Lines


def over_time(labels: Sequence[str], series: Sequence[Series]) -> LineChart:
    """Draw one line for each series; where a number is hidden, its line is broken and an empty mark stands below."""
    top = _round_top(max(_seen(series), default=1))
    across = (PLOT_RIGHT - PLOT_LEFT) / max(len(labels) - 1, 1)
    trends = tuple(_trend(one, top, across) for one in series)
    steps = top // _step(top)
    grid = tuple((_down(_step(top) * place, top), f"{_step(top) * place:,}") for place in range(steps + 1))
    return LineChart(
        PLOT_TOP + PLOT_HEIGHT + PLOT_FOOT, PLOT_TOP + PLOT_HEIGHT, PLOT_LEFT, PLOT_RIGHT, grid,
        tuple(_ticks(labels, across)), trends, tuple(one.name for one in series),
    )  # fmt: skip


def _trend(one: Series, top: int, across: float) -> Trend:
    points = tuple(
        Point(
            _n(PLOT_LEFT + place * across), _down(number if isinstance(number, int) else 0, top),
            isinstance(number, str), words_of(number),
        )
        for place, number in enumerate(one.numbers)
    )  # fmt: skip
    pairs = pairwise(points)
    return Trend(points, tuple((a.x, a.y, b.x, b.y) for a, b in pairs if not (a.hidden or b.hidden)))


def _ticks(labels: Sequence[str], across: float) -> Iterator[Tick]:
    few, more = (-(-len(labels) // most) for most in (FEW_TICKS, MORE_TICKS))
    for place, label in enumerate(labels):
        if place % more == 0 or place % few == 0:
            words, _, year = label.rpartition(" ")
            yield Tick(_n(PLOT_LEFT + place * across), (words, year) if words else (label,), place % few != 0)


def _down(number: float, top: int) -> float:
    return _n(PLOT_TOP + PLOT_HEIGHT * (1 - number / top))


def _step(top: int) -> int:
    """Give the distance of two lines of the grid: four or five of them up to `top`."""
    size = 1
    while True:
        for step in STEPS:
            if step * size * 5 >= top:
                return step * size
        size *= 10


def _round_top(most: int) -> int:
    step = _step(most)
    return -(-most // step) * step


def _n(number: float) -> float:
    return round(number, 2)
