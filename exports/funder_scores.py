"""The sheet of the funder workbook on how agencies answer: shares with their ranges and the time to an answer, by kind.

It names kinds of agency, never one agency. The shares are of numbers that stand in the sheet; where one of these is
hidden, so is the share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from casework.figures import IN_TIME, NO_REASON, OVER, REFUSED, Row, Table
from casework.proportions import wilson_of
from casework.requests_sent import Sent, people_behind, requests_sent, wait_of
from casework.settings import number_setting
from casework.survival import Curve, Median
from casework.tallies import EVERYTHING, Within
from exports.cells import Column
from exports.guarded import HIDDEN, Guarded, keys_of
from exports.workbook import Sheet

NAME, NOT_REACHED = "Agency scorecards", "not reached"
PERCENT = "0%"
COLUMNS = (
    Column("Kind of agency", "text", 34), Column("Requests", "number", 12), Column("Day over", "number", 12),
    Column("In time", "number", 12), Column("Share in time", "number", 10, number_format=PERCENT),
    Column("from", "number", 8, number_format=PERCENT), Column("to", "number", 8, number_format=PERCENT),
    Column("Refusals", "number", 12), Column("No reason", "number", 12),
    Column("Share without", "number", 10, number_format=PERCENT), Column("from", "number", 8, number_format=PERCENT),
    Column("to", "number", 8, number_format=PERCENT), Column("Half by day", "number", 12),
    Column("from day", "number", 10), Column("to day", "number", 10),
)  # fmt: skip
WORDS = (
    ("Share in time", "In time, of all requests whose day is over. From and to: the range in which the true share "
     "lies, 95 times in 100 (Wilson's interval)."),
    ("Share without", "Without a reason, of all refusals; its range likewise."),
    ("Half by day", "The day after the request by which half are answered (Kaplan-Meier). Requests still waiting count "
     "as waiting; they are not left out. From and to: the days that the range of the curve does not rule out."),
    (NOT_REACHED, "Half are not answered within the time that was watched."),
)  # fmt: skip

Times = Mapping[str, Median]


REFERRALS = ("referral_out",)  # the sheet counts what the table of agencies counts; complaints stand apart


def times_by_kind(db: Session, figures: Guarded, within: Within = EVERYTHING) -> Times:
    """Give the time to an answer for each row of the sheet, by the key of its requests; only where enough are told."""
    report, least = figures.report, number_setting(db, "scorecard_minimum")
    every, at_risk = requests_sent(db, report.period, REFERRALS, within), number_setting(db, "scorecard_at_risk")
    rows = report.scores.tables[0].rows
    named = {int(one.key.partition(":")[2]) for one in rows if one.key.partition(":")[2].isdecimal()}
    found = {row.key: [one for one in every if _is_of(row, one, named)] for row in rows}
    found[report.scores.tables[0].total.key] = every
    return {
        key: Curve(tuple(wait_of(one, report.counted_on) for one in several), at_risk).median.in_whole_days
        for key, several in found.items()
        if len(several) >= least and people_behind(several) >= figures.threshold
    }


def _is_of(row: Row, sent: Sent, named: set[int]) -> bool:
    kind = row.key.partition(":")[2]
    return sent.kind_id == int(kind) if kind.isdecimal() else sent.kind_id not in named


def sheet(figures: Guarded, times: Times) -> Sheet:
    """Give the sheet; `times` come from `times_by_kind`."""
    tables = {table.key: table for table in figures.report.scores.tables}
    order = [tables[key] for key in ("requests", OVER, IN_TIME, REFUSED, NO_REASON)]
    lines = [_line(figures, times, same[0].label, same) for same in zip(*(one.rows for one in order), strict=True)]
    return Sheet(
        NAME, COLUMNS, lines, totals=_line(figures, times, "All", [one.total for one in order]),
        notes=["Requests made through this office; they do not tell how an agency answers others."],
        notes_below=list(_notes(figures, order)),
    )  # fmt: skip


def _line(figures: Guarded, times: Times, label: str, rows: Sequence[Row]) -> tuple[object, ...]:
    requests, over, in_time, refused, no_reason = (figures.shown(row.key) for row in rows)
    return (
        label, requests, over, in_time, *_share(figures, in_time, over), refused, no_reason,
        *_share(figures, no_reason, refused), *_half(times.get(rows[0].key), requests),
    )  # fmt: skip


def _share(figures: Guarded, part: int | str, whole: int | str) -> tuple[object, ...]:
    if isinstance(part, str) or isinstance(whole, str) or whole < figures.least_base:
        return HIDDEN, HIDDEN, HIDDEN
    return part / whole, *wilson_of(part, whole)


def _half(median: Median | None, requests: int | str) -> tuple[object, ...]:
    if median is None or isinstance(requests, str):
        return HIDDEN, HIDDEN, HIDDEN
    return tuple(NOT_REACHED if day is None else day for day in median)


def _notes(figures: Guarded, tables: Iterable[Table]) -> Iterator[str]:
    yield from (f"{name}: {meaning}" for name, meaning in WORDS)
    hidden = figures.hidden_words(keys_of(tables))
    if hidden:
        yield hidden
