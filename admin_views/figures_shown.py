"""What pages of figures print: numbers as they may be seen, with shares and rules, as lines, bars and grids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.datetext import without_weekday
from casework.figures import WHOLES, Chapter, Figure, Section, Table
from casework.periods import Period
from exports.guarded import HIDDEN, NOT_COUNTED, Guarded, keys_of
from exports.shares import aside, share_of

WIDEST = 100  # a bar's length in the units of its drawing
GROUPS = (  # the parts of the page by what they tell of, in the order of the page; any other stands under the last
    (_l("People"), ("Areas", "Languages", "People reached", "Equality", "NRPF families")),
    (_l("What happened to them"), ("Kinds of case", "Incidents", "Conduct")),
    (_l("Our work, and what came of it"), ("Agencies", "Appointments and visits", "Volunteers", "Outcomes", "Who acts",
                           "Turned away and signposted", "Issues and campaigns")),
    (_l("How well, and how complete"), ("Service promises", "Written down late")),
)  # fmt: skip
HIDDEN_WIDTHS = 3, 12  # a hidden number's bar is no shorter and no longer, so that its dashes can be seen


@dataclass(frozen=True)
class Number:
    """One number as it may be seen; `mark` says why it is none: "hidden", "not-yet" or nothing."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Told:
    """One figure with its share and its rule of counting."""

    name: str
    number: Number
    share: str
    counted: str


@dataclass(frozen=True)
class Bar:
    """One line of a chart; `url` leads to what stands behind its number, `was` is the period before, at `was_at`."""

    label: str
    number: Number
    width: float
    url: str = ""
    was: str = ""
    was_at: float | None = None


@dataclass(frozen=True)
class Chart:
    """Bars over a total; `note` says what is hidden in them, `more` leads on, `was` is the total before."""

    heading: str
    first_column: str
    bars: tuple[Bar, ...]
    total: Number
    counted: str
    note: str
    was: str = ""
    more: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Grid:
    """Several counts of the same rows side by side."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Number, ...]], ...]
    counted: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True)
class Part:
    """One subject: single figures, tables that stand alone as bars, and wide tables. `note` is said above them."""

    heading: str
    charts: tuple[Chart, ...] = ()
    grids: tuple[Grid, ...] = ()
    told: tuple[Told, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Parts that tell of the same thing, under one heading of the contents."""

    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class FiguresPage:
    lead: str
    period: Period
    threshold: int
    statements: tuple[Told, ...]
    leading: str
    summary: tuple[Told, ...]
    caseload: tuple[Told, ...]
    groups: tuple[Group, ...]


def filled(figures: Guarded) -> FiguresPage:
    report = figures.report
    return FiguresPage(
        lead=_("%(period)s, counted on %(day)s", period=report.period, day=without_weekday(report.counted_on)),
        period=report.period, threshold=figures.threshold,
        statements=told(figures, report.statements), leading=leading(figures),
        summary=told(figures, report.summary), caseload=told(figures, report.caseload),
        groups=tuple(_groups(figures)),
    )  # fmt: skip


def _groups(figures: Guarded) -> Iterator[Group]:
    """Give every part once, in groups; the names are the counts' own, before they are put into another language."""
    report = figures.report
    parts = {one.name: part(figures, one) for one in report.sections}
    parts |= {one.name: _of_chapter(figures, one) for one in report.chapters}
    last = len(GROUPS) - 1
    for place, (heading, names) in enumerate(GROUPS):
        own = [parts.pop(name) for name in names if name in parts]
        yield Group(str(heading), (*own, *(parts.values() if place == last else ())))


def told(figures: Guarded, several: Iterable[Figure]) -> tuple[Told, ...]:
    return tuple(
        Told(_(one.name), number_of(figures.figure(one)), share(figures, one), _(one.counted)) for one in several
    )


def number_of(shown: int | str) -> Number:
    if isinstance(shown, int):
        return Number(f"{shown:,}")
    if shown == NOT_COUNTED:
        return Number(_(NOT_COUNTED), "not-yet")
    return Number(_(HIDDEN) if shown == HIDDEN else shown, "hidden")


def share(figures: Guarded, one: Figure) -> str:
    found = figures.share(one)
    if found is None:
        return ""
    if isinstance(found, str):
        return _("share of %(whole)s not shown", whole=_(WHOLES[one.of]))
    return _("%(share)s of %(whole)s", share=f"{found:.0%}", whole=_(WHOLES[one.of]))


def leading(figures: Guarded) -> str:
    rows = [f"{_(row.label)} ({figures.shown(row.key)})" for row in figures.leading()]
    return ", ".join(rows) or _("too few to tell")


def _of_chapter(figures: Guarded, chapter: Chapter) -> Part:
    parts = [part(figures, section) for section in chapter.sections]
    return Part(
        _(chapter.name), tuple(chart for one in parts for chart in one.charts),
        tuple(grid for one in parts for grid in one.grids), told(figures, chapter.figures), _(chapter.note),
    )  # fmt: skip


def part(figures: Guarded, section: Section) -> Part:
    """Draw the tables that stand alone as bars; print those that make up another one beside it."""
    by_key = {table.key: table for table in section.tables}
    inside = {key for _told, _whole, parts in section.across for key in parts}
    return Part(
        _(section.name),
        tuple(chart(figures, section, one) for one in section.tables if one.key not in inside),
        tuple(
            grid(figures, section, told, [by_key[key] for key in (whole, *parts)])
            for told, whole, parts in section.across
        ),
    )  # fmt: skip


def chart(figures: Guarded, section: Section, table: Table) -> Chart:
    shown = [figures.shown(row.key) for row in table.rows]
    # The scale follows the numbers that are seen: one that followed a hidden number would tell it.
    largest = max((number for number in shown if isinstance(number, int)), default=0)
    bars = (
        Bar(_(row.label), number_of(number), width(number, largest, figures.threshold))
        for row, number in zip(table.rows, shown, strict=True)
    )
    return Chart(
        _(table.name), _(section.heading), tuple(bars), number_of(figures.shown(table.total.key)), _(table.counted),
        figures.hidden_words(keys_of([table])),
    )  # fmt: skip


def width(number: int | str, largest: int, threshold: int) -> float:
    """Give a bar's length; every hidden number of a chart has the same, whatever it is."""
    if isinstance(number, int):
        return round(WIDEST * number / largest, 1) if largest else 0
    least, most = HIDDEN_WIDTHS
    return round(max(least, min(most, WIDEST * (threshold - 1) / max(largest, 1))), 1)


def grid(figures: Guarded, section: Section, told: str, tables: list[Table]) -> Grid:
    """Give tables side by side, with the shares and medians that are taken from them."""
    keys = {one.key for one in tables}
    ratios = [one for one in section.ratios if {one.whole, *one.parts} <= keys]
    asides = [one for one in section.asides if one.of in keys]
    lines = list(zip(*((*one.rows, one.total) for one in tables), strict=True))
    beside = [[*one.values, one.total] for one in asides]
    rows = []
    for place, cells in enumerate(lines):
        by_key = dict(zip((one.key for one in tables), cells, strict=True))
        shares = [share_words(share_of(figures, [by_key[key] for key in one.parts], by_key[one.whole]))
                  for one in ratios]  # fmt: skip
        medians = [_median(aside(figures, by_key[one.of], values[place]))
                   for one, values in zip(asides, beside, strict=True)]  # fmt: skip
        counts = [number_of(figures.shown(row.key)) for row in cells]
        rows.append((_(cells[0].label), (*counts, *shares, *medians)))
    names = (*(one.name for one in tables), *(one.name for one in ratios), *(one.name for one in asides))
    return Grid(
        _(told), (_(section.heading), *map(_, names)), tuple(rows),
        tuple((_(one.name), _(one.counted)) for one in (*tables, *asides)), figures.hidden_words(keys_of(tables)),
    )  # fmt: skip


def share_words(share: float | str) -> Number:
    """Give a share in whole percent, or the word that it is not shown."""
    return Number(_(share), "hidden") if isinstance(share, str) else Number(f"{share:.0%}")


def _median(value: float | str) -> Number:
    if isinstance(value, str):
        return Number(_(value), "hidden" if value == HIDDEN else "none")
    return Number(f"{value:g}")
