"""When an agency must answer, by its own code or by law: the standard that applies, and the day it gives.

An agency's clock stops on bank holidays and at weekends only; our own closures do not bind others.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.calendar import Due, Office, due, local
from casework.settings import number_setting, office
from models import Agency, ClosedDay, Code, Referral, ResponseStandard

# A standard's name ends with its clock, see docs/sources.md, "How the standards are named". All clocks run
# from sending, but for these: one waits for the agency's acknowledgement, one binds the client, one runs from our
# asking for a review.
FROM_ACKNOWLEDGING = "answer after acknowledging"
NOT_THEIRS = "ask for a review"
OF_A_REVIEW = "answer a review"
WEEKDAYS = frozenset(range(5))
# In hours, so that two standards can be put in order: a working day as 7/5 of a day, a month as 1/12 of a year.
LENGTH = {"hour": 1, "day": 24, "working_day": 34, "month": 730}


def standard_for(
    db: Session, agency: Agency, request: Code, day: date, *, acknowledged: bool = False
) -> ResponseStandard | None:
    """Give the standard under which `agency` must answer next, or None where no text sets one.

    One for this kind and this request goes before one for the request alone, then for the kind alone; of
    several the shortest, since that answer is due first. With `acknowledged` the clock is the one that starts
    when the agency has acknowledged. Only what is in force on `day` counts.
    """
    running = [
        one
        for one in _in_force(db, agency, request, day)
        if _clock(one) not in (NOT_THEIRS, OF_A_REVIEW) and (_clock(one) == FROM_ACKNOWLEDGING) == acknowledged
    ]
    return min(running, key=_specific_then_short, default=None)


def review_standard(db: Session, agency: Agency, request: Code, day: date) -> ResponseStandard | None:
    """Give the standard under which `agency` must answer a review that was asked for, or None without one."""
    fitting = [one for one in _in_force(db, agency, request, day) if _clock(one) == OF_A_REVIEW]
    return min(fitting, key=_specific_then_short, default=None)


class LastDays:
    """The client's own last days to ask for a review, by the texts that set one; read in a few statements."""

    def __init__(self, db: Session) -> None:
        self._standards = [one for one in db.scalars(select(ResponseStandard)) if _clock(one) == NOT_THEIRS]
        self._calendar = public_calendar(db)

    def for_answer(self, agency: Agency, request: Code, answered_on: date) -> date | None:
        """Give the last day to ask for a review of an answer that came on `answered_on`, None where none is set."""
        fitting = [one for one in self._standards if _fits(one, agency, request, answered_on)]
        standard = min(fitting, key=_specific_then_short, default=None)
        if standard is None:
            return None
        return due(answered_on, standard.amount, standard.unit, self._calendar, roll=False, rule=standard.name).on


def _fits(standard: ResponseStandard, agency: Agency, request: Code, day: date) -> bool:
    named = (standard.agency_kind_id in (None, agency.kind_id)) and (standard.request_id in (None, request.id))
    begun = standard.valid_from is None or standard.valid_from <= day
    return named and begun and (standard.valid_to is None or standard.valid_to >= day)


def answer_due(db: Session, standard: ResponseStandard, started: datetime) -> Due:
    """Give the day by which the agency must have answered what it got at `started`, with the trace."""
    moment = started if standard.unit == "hour" else local(started).date()
    # Only a right of the client's that counts in months moves to the next working day; "today" stays today.
    return due(moment, standard.amount, standard.unit, public_calendar(db), roll=standard.unit == "month",
               rule=standard.name, source=standard.source)  # fmt: skip


def set_clock(db: Session, referral: Referral, standard: ResponseStandard | None, moment: datetime) -> date:
    """Set the day the answer is due, with its trace; give the day on which we look for it.

    Where no standard is known the agency owes no day; we ask after our own time instead.
    """
    if standard is None:
        clock = _our_own_clock(db, local(moment).date())
    else:
        clock = answer_due(db, standard, moment)
        referral.response_due = clock.on
    referral.standard, referral.due_trace = standard, "\n".join(clock.explained())
    return clock.on


def _our_own_clock(db: Session, day: date) -> Due:
    rule = "No standard is known for this agency and request; we ask when our own time is over"
    return due(day, number_setting(db, "chase_every"), "working_day", office(db), rule=rule)


def _in_force(db: Session, agency: Agency, request: Code, day: date) -> list[ResponseStandard]:
    kind, wanted = ResponseStandard.agency_kind_id, ResponseStandard.request_id
    begins, ends = ResponseStandard.valid_from, ResponseStandard.valid_to
    return list(
        db.scalars(
            select(ResponseStandard)
            .where(or_(kind.is_(None), kind == agency.kind_id), or_(wanted.is_(None), wanted == request.id))
            .where(or_(begins.is_(None), begins <= day), or_(ends.is_(None), ends >= day))
        )
    )


def _specific_then_short(standard: ResponseStandard) -> tuple[bool, bool, int, int]:
    length = standard.amount * LENGTH[standard.unit]
    return standard.request_id is None, standard.agency_kind_id is None, length, standard.id


def _clock(standard: ResponseStandard) -> str:
    return standard.name.rpartition(":")[2].strip().lower()


def public_calendar(db: Session) -> Office:
    """Give the calendar of clocks that are not ours: closed at weekends and on bank holidays only."""
    bank_holidays = select(ClosedDay.day, ClosedDay.name).where(ClosedDay.kind == "bank_holiday")
    return replace(office(db), weekdays=WEEKDAYS, closed_days=dict(db.execute(bank_holidays).all()))
