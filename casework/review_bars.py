"""The bars of a review: what new cases were about, where, in which language, and what agencies answered.

Each chart is a table of `casework.table_counts`, the period before beside it. Whole: only managers see them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.context import acting
from casework.cross_tables import EACH
from casework.periods import Period
from casework.table_counts import ALL, ONLY, PERIOD_BEFORE, Asked, count_table

CHARTS = (("cases", "case_kind"), ("cases", "area"), ("requests", "outcome"), ("cases", "language"))
MOST = 6  # lines of one chart, the joined ones among them
JOINED = "joined"


@dataclass(frozen=True)
class Line:
    """One line: its key (`ALL` of the total, `JOINED` of the small ones), its words, its number now and before."""

    key: str
    label: str
    now: int
    before: int


@dataclass(frozen=True)
class Bars:
    """One chart. `of` and `rows` name the table that it shows; `lines` stand in the order of their numbers."""

    of: str
    rows: str
    lines: tuple[Line, ...]
    total: Line


def bars(db: Session, period: Period, kept: Mapping[tuple[str, str], Bars]) -> tuple[Bars, ...]:
    """Count each chart; "before" is what the review before said (`kept`), where it had this chart."""
    return tuple(_bars(db, *one, period, kept.get(one)) for one in CHARTS)


def _bars(db: Session, of: str, rows: str, period: Period, kept: Bars | None) -> Bars:
    table = count_table(db, Asked(of, rows, "", EACH, period, PERIOD_BEFORE), acting(db).today)
    words = {one.key: one.label for one in table.rows}
    earlier = {key: table.cells.get((1, key, ONLY), 0) for key in words}
    if kept is not None:
        words = {one.key: one.label for one in kept.lines} | words
        earlier = {one.key: one.now for one in kept.lines}
    lines = (Line(key, label, table.cells.get((0, key, ONLY), 0), earlier.get(key, 0)) for key, label in words.items())
    return Bars(
        of, rows, tuple(sorted((one for one in lines if one.now or one.before), key=_largest_first)),
        Line(ALL, "All", table.different[0], kept.total.now if kept is not None else table.different[1]),
    )  # fmt: skip


def _largest_first(one: Line) -> tuple[int, int, str]:
    return -one.now, -one.before, one.label


def shortened(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Give at most `MOST` lines: the small ones become one, which adds them up."""
    if len(lines) <= MOST:
        return lines
    rest = lines[MOST - 1 :]
    joined = Line(JOINED, f"{len(rest)} others", sum(one.now for one in rest), sum(one.before for one in rest))
    return (*lines[: MOST - 1], joined)
