"""What the page of one table prints: its lines, its chart, what is hidden in it and how it was counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import charts
from admin_views.cross_table_forms import LINES, NO_CHART, STACKED
from casework.cross_tables import CASES, EACH
from casework.datetext import without_weekday
from casework.dimensions import Line
from casework.table_counts import ALL
from exports.cross_tables import JOINED, Shown
from exports.guarded import HIDDEN
from models.fields import Sensitivity


@dataclass(frozen=True)
class Value:
    """One number as it may be seen; `url` leads to the records behind it."""

    text: str
    hidden: bool = False
    url: str = ""


@dataclass(frozen=True)
class Grid:
    """One table: a heading, its columns, its rows as (label, numbers), the last of them the total."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Value, ...]], ...]


@dataclass(frozen=True)
class Drawn:
    """A chart; `kind` says which of the two drawings it is (bars or lines), `note` what it leaves out."""

    kind: str
    chart: Any
    title: str
    told: str
    note: str = ""


@dataclass(frozen=True)
class TablePage:
    """Everything that the page prints of one table; `drawn` is its chart, None where there is none."""

    title: str
    lead: str
    is_empty: bool
    grids: tuple[Grid, ...]
    different: str
    note: str
    counted: tuple[tuple[str, str], ...]
    drawn: Drawn | None


def filled(shown: Shown, chart: str, drill_url: str) -> TablePage:
    """Give the page of one table; `drill_url` is the address of the records, "" where the reader opens none."""
    asked = shown.asked
    lead = _("%(period)s, counted on %(day)s", period=asked.period, day=without_weekday(shown.table.counted_on))
    if len(asked.periods) > 1:
        lead = _("%(lead)s; compared with %(period)s", lead=lead, period=asked.periods[1])
    drawn = None if chart == NO_CHART or shown.is_empty else _drawn(shown, chart)
    return TablePage(
        title_of(shown), lead, shown.is_empty, tuple(_grids(shown, drill_url if may_drill(shown) else "")),
        _different(shown), shown.hidden_words(), tuple((_(word), _(rule)) for word, rule in shown.rules()), drawn,
    )  # fmt: skip


def title_of(shown: Shown) -> str:
    """Give what a table shows in one line: "Incidents by place and quarter"."""
    asked = shown.asked
    measure = next(name for key, name, _counted in asked.subject.measures() if key == asked.measure)
    what = _(measure) if asked.measure == EACH else f"{_(asked.subject.name)}: {_(measure).lower()}"
    names = [_(one.name).lower() for one in asked.dimensions]
    if len(names) == 1:
        return _("%(what)s by %(rows)s", what=what, rows=names[0])
    return _("%(what)s by %(rows)s and %(columns)s", what=what, rows=names[0], columns=names[1])


def may_drill(shown: Shown) -> bool:
    """Say whether single records may be reached: never by what is personal or special, never from counts of people."""
    known = all(one.sensitivity <= Sensitivity.OFFICE for one in shown.asked.dimensions)
    return known and shown.asked.measure in (EACH, CASES)


def can_open(shown: Shown, row: str, column: str) -> bool:
    """Say whether the records behind one cell may be listed: it is shown, it is not empty, it is no joined line."""
    number = shown.number(0, row, column)
    return isinstance(number, int) and number > 0 and JOINED not in (row, column) and \
        ALL not in (row, column if shown.has_columns else row) and may_drill(shown)  # fmt: skip


def _different(shown: Shown) -> str:
    if not shown.table.overlaps:
        return ""
    numbers = [_value(shown.different(which)).text for which in range(len(shown.asked.periods))]
    if len(numbers) == 1:
        return _("Different ones, each counted once: %(number)s.", number=numbers[0])
    return _("Different ones, each counted once: %(number)s, and %(earlier)s in the period compared with.",
             number=numbers[0], earlier=numbers[1])  # fmt: skip


def _grids(shown: Shown, drill_url: str) -> Iterator[Grid]:
    """Give one table; with columns, one for each period."""
    first = _(shown.asked.dimensions[0].name)
    rows = (*shown.table.rows, Line(ALL, _("All")))
    if shown.has_columns:
        first = _("%(rows)s; across: %(columns)s", rows=first, columns=_(shown.asked.dimensions[1].name).lower())
        columns = (first, *(_(one.label) for one in shown.table.columns), _("All"))
        for which, period in enumerate(shown.asked.periods):
            url = drill_url if which == 0 else ""
            yield Grid(str(period), columns, tuple((_(row.label), _across(shown, which, row, url)) for row in rows))
        return
    names = [_("Number")]
    if len(shown.asked.periods) > 1:
        names = [*(str(one) for one in shown.asked.periods), _("Change")]
    yield Grid(
        str(shown.asked.period), (first, *names), tuple((_(row.label), _line(shown, row, drill_url)) for row in rows)
    )


def _across(shown: Shown, which: int, row: Line, url: str) -> tuple[Value, ...]:
    cells = (_cell(shown, which, row.key, one.key, url) for one in shown.table.columns)
    return (*cells, _value(shown.number(which, row.key)))


def _line(shown: Shown, row: Line, url: str) -> tuple[Value, ...]:
    numbers = [_cell(shown, 0, row.key, ALL, url)]
    if len(shown.asked.periods) > 1:
        numbers += [_value(shown.number(1, row.key)), _signed(shown.change(row.key))]
    return tuple(numbers)


def _cell(shown: Shown, which: int, row: str, column: str, url: str) -> Value:
    value = _value(shown.number(which, row, column))
    if url and can_open(shown, row, column):
        line = {"row": row} if column == ALL else {"row": row, "column": column}
        return Value(value.text, value.hidden, f"{url}&{urlencode(line)}")
    return value


def _value(number: int | str) -> Value:
    if isinstance(number, int):
        return Value(f"{number:,}")
    return Value(_(HIDDEN) if number == HIDDEN else number, True)


def _signed(number: int | str) -> Value:
    if isinstance(number, str):
        return _value(number)
    return Value(f"+{number:,}" if number > 0 else f"−{-number:,}" if number else "0")


# The chart


def _drawn(shown: Shown, chart: str) -> Drawn | None:
    """Draw what the table tells, if most of it may be seen; what cannot be told apart is left to the table."""
    labels, series, note = _series(shown)
    if is_mostly_hidden(series):
        return None
    dimensions = shown.asked.dimensions
    title = title_of(shown)
    told = ngettext("%(num)s line. All its numbers are in the table below.",
                    "%(num)s lines. All their numbers are in the table below.", len(labels))  # fmt: skip
    if chart == LINES and dimensions[0].is_time:
        return Drawn("lines", charts.over_time(labels, series), title, told, note)
    if chart == LINES and len(dimensions) > 1 and dimensions[1].is_time:
        turned, across, note = _turned(shown)
        return Drawn("lines", charts.over_time(turned, across), title, told, note)
    if chart == LINES:
        note = note or _("Lines need months, quarters or years in the rows or columns; these are bars instead.")
    if chart == STACKED and shown.has_columns and len(series) > 1:
        totals = [shown.number(0, row.key) for row in shown.table.rows]
        return Drawn("bars", charts.stacked(labels, series, totals), title, told, note)
    return Drawn("bars", charts.side_by_side(labels, series), title, told, note)


def _series(shown: Shown) -> tuple[list[str], list[charts.Series], str]:
    """Give the labels, the numbers by name, and what the chart leaves out."""
    rows, columns, periods = shown.table.rows, shown.table.columns, shown.asked.periods
    labels, note = [_(row.label) for row in rows], ""
    if not shown.has_columns:
        return labels, [charts.Series(str(period), tuple(shown.number(which, row.key) for row in rows))
                        for which, period in enumerate(periods)], note  # fmt: skip
    if len(periods) > 1:
        note = _("The chart shows %(period)s alone.", period=periods[0])
    totals = [charts.Series(_("All"), tuple(shown.number(0, row.key) for row in rows))]
    if len(columns) > charts.MOST_SERIES:
        note = _("The chart shows the totals: more than %(most)s columns cannot be told apart.",
                 most=charts.MOST_SERIES)  # fmt: skip
        return labels, totals, note
    series = [charts.Series(_(one.label), tuple(shown.number(0, row.key, one.key) for row in rows)) for one in columns]
    if is_mostly_hidden(series):
        return labels, totals, _("The chart shows the totals: most of the single numbers are hidden.")
    return labels, series, note


def is_mostly_hidden(series: list[charts.Series]) -> bool:
    """Say whether fewer than half of the numbers that are not 0 may be seen: a drawing of them would tell little."""
    told = [number for one in series for number in one.numbers if number != 0]
    return 2 * sum(isinstance(one, str) for one in told) > len(told)


def _turned(shown: Shown) -> tuple[list[str], list[charts.Series], str]:
    """Give the columns as labels and the rows as lines; of many rows their total alone."""
    rows, columns = shown.table.rows, shown.table.columns
    labels = [_(one.label) for one in columns]
    totals = [charts.Series(_("All"), tuple(shown.number(0, ALL, one.key) for one in columns))]
    if len(rows) > charts.MOST_SERIES:
        note = _("The chart shows the totals: more than %(most)s lines cannot be told apart.", most=charts.MOST_SERIES)
        return labels, totals, note
    series = [charts.Series(_(row.label), tuple(shown.number(0, row.key, one.key) for one in columns)) for row in rows]
    if is_mostly_hidden(series):
        return labels, totals, _("The chart shows the totals: most of the single numbers are hidden.")
    return labels, series, ""
