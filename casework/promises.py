"""The office's own promises: how long each may take, and the due day with its trace.

The amount, its unit, the words and the source are one row of `Setting`, which the office may change.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.calendar import Due, due
from casework.datetext import counted
from casework.settings import office, promise

UNIT_WORDS = {"working_day": "working day", "day": "day", "hour": "hour", "month": "month"}


def counted_from(
    db: Session, key: str, started: datetime | date, *, roll: bool = True, received: datetime | None = None
) -> Due:
    """Give the day by which the promise `key` is due when its clock started at `started`, with the trace.

    `received` is when a message came in, where its clock started later. Raises LookupError without such a row.
    """
    row = promise(db, key)
    return within(db, int(row.value), row.unit or "day", started, rule=row.meaning, source=row.source or "",
                  roll=roll, received=received)  # fmt: skip


def within(
    db: Session,
    amount: int,
    unit: str,
    started: datetime | date,
    *,
    rule: str,
    source: str = "",
    roll: bool = True,
    received: datetime | None = None,
) -> Due:
    """Give the day `amount` of `unit` after `started` in the office's calendar; `rule` says why, in words."""
    words = f"{rule}: {counted(amount, UNIT_WORDS[unit])}"
    return due(started, amount, unit, office(db), roll=roll, rule=words, source=source, received=received)


def text(answer: Due) -> str:
    """Give the trace as the text that is kept beside a due day: one sentence a line."""
    return "\n".join(answer.explained())
