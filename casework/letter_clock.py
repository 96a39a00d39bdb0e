"""By when a letter or message is to be answered or written, and why then.

Which of the office's promises applies follows from what it is; an earlier day set by others comes first.
Source: service statement, "Availability".
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.calendar import ANSWERPHONE, Due, clock_start, earlier, local
from casework.promises import counted_from
from casework.settings import office
from models import Correspondence

WRITTEN = ("letter", "email")
ASKS, REQUEST = "enquiry", "letter_request"  # the kinds that somebody waits for


def promise_of(direction: str, kind: str, medium: str) -> str | None:
    """Give the key of the promise that this carries, None where nobody waits for us."""
    if kind == REQUEST:
        return "requested_letter"
    if direction == "in" and kind == ASKS:
        return "letter_answer" if medium in WRITTEN else "telephone_answer"
    return None


def answer_due(
    db: Session, direction: str, kind: str, medium: str, at: datetime, outside_deadline: date | None = None
) -> Due | None:
    """Give when something that came or was asked for at `at` is due, with its trace; None if nobody waits.

    The day of receipt is day 0; what lies on the answerphone counts from the next opening.
    """
    key = promise_of(direction, kind, medium)
    if key is None:
        return None
    started = clock_start(at, office(db), medium)
    received = at if medium == ANSWERPHONE else None
    return earlier(counted_from(db, key, local(started), received=received), outside_deadline)


def clock_of(db: Session, letter: Correspondence) -> Due | None:
    """Give when this letter or message is due by our promises, whatever day was agreed instead."""
    if letter.at is None:
        return None
    return answer_due(db, letter.direction, letter.kind, letter.medium, letter.at, letter.outside_deadline)
