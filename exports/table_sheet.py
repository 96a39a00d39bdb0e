"""One table as a workbook: the table, and how it was counted. Counts and the office's own words, nothing else.

The same data, question and counting date give the same bytes. It is marked as a draft, as the funder workbook is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import BinaryIO

from casework.calendar import utc_from_local
from casework.datetext import without_weekday
from casework.table_counts import ALL
from exports.cells import Column
from exports.cross_tables import Shown
from exports.workbook import Sheet, Written, write_workbook

MARKING = "Draft, not for release"
SUBJECT = "CrossTable"  # what the audit trail calls it
LABEL, COUNT, RULE = 40, 14, 90  # widths in characters


def write(out: BinaryIO, shown: Shown, name: str) -> Written:
    """Write the workbook of one table; nothing reaches `out` before it is complete."""
    notes = [f"{name}.", f"Counted on {without_weekday(shown.table.counted_on)}."]
    sheets = [*_tables(shown, notes), Sheet("How counted", _RULES, list(_rules(shown)))]
    made_at = utc_from_local(shown.table.counted_on, time.min)
    return write_workbook(out, sheets, title=name, marking=MARKING, made_at=made_at)


def _tables(shown: Shown, notes: list[str]) -> Iterator[Sheet]:
    """Give one sheet; with columns, a further one for the period compared with."""
    periods, below = shown.asked.periods, list(_below(shown))
    if not shown.has_columns:
        whole = notes + [f"Period: {period}." for period in periods]
        yield Sheet("Table", _headings(shown), [_line(shown, row.key, row.label) for row in shown.table.rows],
                    notes=whole, totals=_line(shown, ALL, "All"), notes_below=below)  # fmt: skip
        return
    for which, period in enumerate(periods):
        rows = [_across(shown, which, row.key, row.label) for row in shown.table.rows]
        yield Sheet("Compared with" if which else "Table", _headings(shown), rows, notes=[*notes, f"Period: {period}."],
                    totals=_across(shown, which, ALL, "All"), notes_below=below)  # fmt: skip


def _headings(shown: Shown) -> list[Column]:
    first = Column("; across: ".join(one.name for one in shown.asked.dimensions), "text", LABEL)
    if shown.has_columns:
        names = [*(one.label for one in shown.table.columns), "All"]
    else:
        names = ["This period", "Compared with", "Change"][: 3 if len(shown.asked.periods) > 1 else 1]
    return [first, *(Column(one, "number", COUNT) for one in names)]


def _line(shown: Shown, row: str, label: str) -> tuple[object, ...]:
    numbers = [shown.number(which, row) for which in range(len(shown.asked.periods))]
    return (label, *numbers, *([shown.change(row)] if len(numbers) > 1 else []))


def _across(shown: Shown, which: int, row: str, label: str) -> tuple[object, ...]:
    return (label, *(shown.number(which, row, one.key) for one in shown.table.columns), shown.number(which, row))


def _below(shown: Shown) -> Iterator[str]:
    if shown.table.overlaps:
        different = ", ".join(str(shown.different(which)) for which in range(len(shown.asked.periods)))
        yield f"Different ones, each counted once: {different}."
    words = shown.hidden_words()
    if words:
        yield words


_RULES = (Column("Word", "text", LABEL), Column("What it means", "text", RULE, wrap=True))


def _rules(shown: Shown) -> Iterator[tuple[str, str]]:
    yield from shown.rules()
    yield "Small numbers", f"Counts from 1 to {shown.threshold - 1} are shown as “<{shown.threshold}”; 0 is shown."
    yield "Joined lines", "Languages, boroughs and kinds of agency with fewer than that are one line together."


def parameters(shown: Shown) -> tuple[str, ...]:
    """Give what the file was made from, for the audit trail: with it the same table can be made again."""
    asked = shown.asked
    return (
        f"of {asked.of}", f"rows {asked.rows}", f"columns {asked.columns or 'none'}", f"measure {asked.measure}",
        *(f"period {one.first.isoformat()} to {one.last.isoformat()}" for one in asked.periods),
        f"counted on {shown.table.counted_on.isoformat()}", f"counts below {shown.threshold} hidden",
    )  # fmt: skip
