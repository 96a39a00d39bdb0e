"""The office's own promises in a period: kept, kept late or broken, still open; and how long they took."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local
from casework.periods import Period
from casework.scope import office_wide
from casework.tallies.parts import EVERYTHING, Within, is_live
from models import Appointment, Case, Correspondence, FileRequest

MET, LATE, OPEN, ENDED = "met", "late", "open", "ended"
LETTERS, MESSAGES, ASKED_LETTERS, OFFERS = "letters", "messages", "asked_letters", "offers"
FILE_HERE, FILE_STORED = "file_here", "file_stored"
IN_WRITING = ("letter", "email")
UNKEPT = ("requested", "cancelled_office")  # there is no time that still holds


class Kept(NamedTuple):
    """One promise made: which, how it stands on the counting date, and the calendar days it took where it was kept."""

    promise: str
    state: str
    days: int | None


def promises_made(db: Session, period: Period, counted_on: date, within: Within = EVERYTHING) -> list[Kept]:
    """Give every promise whose clock started in the period, in three statements."""
    return [
        *_letters(db, period, counted_on, within), *_offers(db, period, counted_on, within),
        *_files(db, period, counted_on, within),
    ]  # fmt: skip


def stands(due: date | None, done: date | None, counted_on: date, *, ended: bool = False) -> str:
    """Say how a promise stands: late only once its day is over."""
    if ended or due is None:
        return ENDED
    if done is not None:
        return MET if done <= due else LATE
    return LATE if due < counted_on else OPEN


def _letters(db: Session, period: Period, counted_on: date, within: Within) -> Iterator[Kept]:
    found = (
        select(Correspondence.kind, Correspondence.medium, Correspondence.at, Correspondence.due_on,
               Correspondence.answered_at, Correspondence.status)
        .join(Case, Case.id == Correspondence.case_id)
        .where(is_live(within), Correspondence.direction == "in", period.has_moment(Correspondence.at))
        .where(Correspondence.kind.in_(("enquiry", "letter_request")))
    )  # fmt: skip
    for kind, medium, at, due, answered, status in db.execute(office_wide(found)):
        promise = ASKED_LETTERS if kind == "letter_request" else LETTERS if medium in IN_WRITING else MESSAGES
        done = local(answered).date() if answered is not None and status in ("answered", "sent") else None
        yield Kept(
            promise, stands(due, done, counted_on, ended=status in ("dropped", "declined", "noted")),
            (done - local(at).date()).days if done else None,
        )  # fmt: skip


def _offers(db: Session, period: Period, counted_on: date, within: Within) -> Iterator[Kept]:
    """An appointment within two weeks of being asked for; one that we cancelled does not keep the promise."""
    found = (
        select(Appointment.requested_on, Appointment.offer_by, Appointment.starts_at, Appointment.status)
        .join(Case, Case.id == Appointment.case_id)
        .where(is_live(within), period.has_day(Appointment.requested_on))
    )  # fmt: skip
    for asked, due, starts, status in db.execute(office_wide(found)):
        day = None if status in UNKEPT else local(starts).date()
        yield Kept(OFFERS, stands(due, day, counted_on, ended=status == "cancelled_client"),
                   (day - asked).days if day and status != "cancelled_client" else None)  # fmt: skip


def _files(db: Session, period: Period, counted_on: date, within: Within) -> Iterator[Kept]:
    found = (
        select(FileRequest.location, FileRequest.requested_at, FileRequest.due_on, FileRequest.ready_at,
               FileRequest.provided_at, FileRequest.status)
        .join(Case, Case.id == FileRequest.case_id)
        .where(is_live(within), period.has_moment(FileRequest.requested_at))
    )  # fmt: skip
    for location, asked, due, ready, provided, status in db.execute(office_wide(found)):
        at = min((one for one in (ready, provided) if one is not None), default=None)
        done = local(at).date() if at is not None else None
        yield Kept(FILE_HERE if location == "premises" else FILE_STORED,
                   stands(due, done, counted_on, ended=status == "withdrawn"),
                   (done - local(asked).date()).days if done and status != "withdrawn" else None)  # fmt: skip
