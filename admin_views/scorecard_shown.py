"""A scorecard as plain values for the page: whole for the office's own eyes, or as it may leave."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views.curve import Drawing, drawing
from admin_views.figures_shown import Number
from casework.datetext import without_weekday
from casework.figures import Table
from casework.proportions import Range
from casework.scorecards import REQUESTS, Half, Rate, Share, compared
from casework.survival import Median
from exports.guarded import HIDDEN
from exports.scorecards import Point, Told, range_of

WIDE = 100


@dataclass(frozen=True)
class Segment:
    """One piece of the answers' bar; a hidden number has none."""

    word: str
    x: float
    width: float


@dataclass(frozen=True)
class Line:
    """One row of a table: its words, its number, and the word by which its requests are shown."""

    word: str
    label: str
    number: Number


@dataclass(frozen=True)
class Grid:
    """One table of the scorecard; `note` says what is hidden in it."""

    key: str
    heading: str
    lines: tuple[Line, ...]
    total: Number
    counted: str
    note: str


@dataclass(frozen=True)
class RateLine:
    """A share with its range, or why it is not shown; `others` is the same share of the agencies of the same kind."""

    name: str
    counted: str
    share: str = ""
    between: str = ""
    of: str = ""
    others: str = ""
    why: str = ""
    at: float = 0
    low: float = 0
    width: float = 0
    others_at: float | None = None


@dataclass(frozen=True)
class CurveCard:
    """The curve with its sentences and its table: (day, share, range, watched)."""

    drawing: Drawing
    told: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str], ...]
    others: str


@dataclass(frozen=True)
class Body:
    """Everything that a scorecard tells; `key` keeps two of them on one page apart."""

    key: str
    requests: Number
    is_told: bool
    why_not: str
    curve: CurveCard | None
    no_curve: str
    bar: tuple[Segment, ...]
    answers: Grid | None
    rates: tuple[RateLine, ...]
    trend: tuple[tuple[str, Number, RateLine], ...]
    compared: str
    days: int
    side: tuple[Grid, ...]


def body_of(told: Told, key: str) -> Body:
    """Give a scorecard as the page prints it."""
    grids = tuple(_grid(told, table) for table in told.card.tables)
    return Body(
        key, number(told.number(REQUESTS)), told.is_told, too_few(told),
        _curve(told) if told.has_curve else None, _no_curve(told),
        tuple(_bar(told)), next((one for one in grids if one.key == "answers"), None),
        tuple(rate_line(told, one) for one in told.card.rates),
        tuple(_trend(told, half) for half in told.card.halves), _compared(told),
        told.card.days, tuple(one for one in grids if one.key != "answers" and one.lines),
    )  # fmt: skip


def number(shown: int | str) -> Number:
    """Give a number as the page prints it."""
    if isinstance(shown, int):
        return Number(f"{shown:,}")
    return Number(_(HIDDEN) if shown == HIDDEN else shown, "hidden")


def too_few(told: Told) -> str:
    """Say why nothing is told."""
    if told.is_told:
        return ""
    if told.is_whole:
        return _("No request was sent to them in this time.")
    return _("Not told: fewer than %(requests)s requests, or fewer than %(people)s clients behind them.",
             requests=told.least, people=told.threshold)  # fmt: skip


def _grid(told: Told, table: Table) -> Grid:
    lines = tuple(
        Line(row.key.partition("_")[2], _(row.label), number(told.number(row.key))) for row in table.rows
        if row.number or table.key in ("answers", "clocks")
    )  # fmt: skip
    keys = [*(row.key for row in table.rows), table.total.key]
    return Grid(table.key, _(table.name), lines, number(told.number(table.total.key)), _(table.counted),
                told.hidden_words(keys))  # fmt: skip


def _bar(told: Told) -> list[Segment]:
    """Give the pieces of the bar; none where one of them is hidden, since its gap would tell it."""
    table = next((one for one in told.card.tables if one.key == "answers"), None)
    rows = table.rows if table is not None else ()
    if not told.card.requests or any(isinstance(told.number(row.key), str) for row in rows):
        return []
    made, x = [], 0.0
    for row in rows:
        width = WIDE * row.number / told.card.requests
        if width:
            made.append(Segment(row.key.partition("_")[2], round(x, 2), round(width, 2)))
        x += width
    return made


# Rates


def percent(share: float) -> str:
    """Give a share in whole percent; a part that is not nothing is never 0 %, and one that is not all never 100 %."""
    whole = round(share * WIDE)
    return f"{min(max(whole, 1), 99) if 0 < share < 1 else whole}%"


def between(one: Range) -> str:
    """Give a range in whole percent."""
    return f"{round(one.low * WIDE)}–{round(one.high * WIDE)}%"


def rate_line(told: Told, one: Rate) -> RateLine:
    """Give a rate with its range, beside that of the others."""
    return _line(told, _(one.name), _(one.counted), told.rate(one), told.card.numbers[one.whole], one.others)


def _line(told: Told, name: str, counted: str, share: Share | None, whole: int, others: Share) -> RateLine:
    theirs = told.others(others)
    beside = percent(theirs) if theirs is not None else ""
    if share is None:
        few = _("Fewer than %(least)s", least=told.least)
        return RateLine(name, counted, why=few if whole < told.least else _("hidden"), others=beside)
    found, at = range_of(share), share.part / share.whole
    return RateLine(
        name, counted, percent(at), between(found), _("%(part)s of %(whole)s", part=share.part, whole=share.whole),
        beside, "", round(at * WIDE, 1), round(found.low * WIDE, 1), round((found.high - found.low) * WIDE, 1),
        round(theirs * WIDE, 1) if theirs is not None else None,
    )  # fmt: skip


def _trend(told: Told, half: Half) -> tuple[str, Number, RateLine]:
    known = told.card.numbers[f"half_known:{half.place}"]
    line = _line(told, str(half.period), "", told.half(half), known, half.others)
    return str(half.period), number(told.number(f"half_requests:{half.place}")), line


def _compared(told: Told) -> str:
    """Say whether a half-year differs from the one before, in one sentence; of the last two with enough requests."""
    pair = compared(told.card.halves, told.least)
    shares = [told.half(half) for half in pair] if pair is not None else [None]
    if any(one is None for one in shares):
        return _("No two half-years that follow each other have enough requests to compare.")
    assert pair is not None
    before, last = (range_of(one) for one in shares if one is not None)
    named = {"before": pair[0].period, "last": pair[1].period}
    if not before.is_apart_from(last):
        return _("The ranges of %(before)s and of %(last)s meet: what differs may be chance.", **named)
    if last.low > before.high:
        return _("More were answered so soon in %(last)s than in %(before)s: the ranges do not meet.", **named)
    return _("Fewer were answered so soon in %(last)s than in %(before)s: the ranges do not meet.", **named)


# The curve


def _curve(told: Told) -> CurveCard:
    points, curve = told.points(), told.card.curve
    end = curve.end if told.is_whole and curve.end is not None else points[-1].day
    begin = curve.at(0)
    assert begin is not None
    first = Point(0, begin.share if told.is_whole else 0.0, begin.range, begin.at_risk)
    others = told.card.alike if told.has_others else None
    along = [(one.day, one.share) for one in others.steps] if others is not None else []
    return CurveCard(
        drawing(points, first, max(end, 1), along), tuple(_sentences(told, end, told.table()[-1])),
        tuple(_point(told, one) for one in told.table()),
        ngettext("%(num)s request to others", "%(num)s requests to others", len(others.waits)) if others else "",
    )  # fmt: skip


def _point(told: Told, one: Point) -> tuple[str, str, str, str]:
    watched = f"{one.watched:,}" if told.is_whole else _("%(number)s or more", number=one.watched)
    return f"{one.day:,}", percent(one.share), between(one.range), watched


def _sentences(told: Told, end: int, last: Point) -> list[str]:
    day = without_weekday(told.card.asked.counted_on)
    by_then = _("%(share)s are answered by day %(day)s.", share=percent(last.share), day=end)
    ends = (
        _("There the curve ends: beyond it fewer than %(least)s are watched.", least=told.card.curve.least)
        if told.is_whole else _("On paper the curve is told on few days, so that no single answer can be seen in it.")
    )  # fmt: skip
    return [
        half_words(told.card.curve.median, is_whole=told.is_whole), f"{by_then} {ends}",
        _("%(number)s requests, followed up to %(day)s.", number=told.number(REQUESTS), day=day),
    ]  # fmt: skip


def half_words(median: Median, *, is_whole: bool) -> str:
    """Say by which day half are answered, with its range: in whole days where numbers are not told as they are."""
    told = median if is_whole else median.in_whole_days
    low, high = (None if end is None else f"{end:.1f}" if is_whole else f"{end}" for end in told[1:])
    if told.day is None:
        if low is None:
            return _("Half are not answered within the time that was watched.")
        return _("Half are not answered within the time that was watched; it may be from day %(low)s on.", low=low)
    if high is None:
        return _("Half are answered by day %(day)s (day %(low)s or later).", day=told.day, low=low)
    return _("Half are answered by day %(day)s (%(low)s to %(high)s).", day=told.day, low=low, high=high)


def _no_curve(told: Told) -> str:
    if told.has_curve:
        return ""
    if told.card.requests < told.least:
        return _("Not shown: fewer than %(least)s requests.", least=told.least)
    return _("Not shown: too few answers of which none can be pointed at.")
