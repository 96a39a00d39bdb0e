"""The way to one visit: from where each person comes, how long it takes, and when to leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from casework.calendar import local, utc_from_local
from casework.diary import people_of, place_of, taken
from casework.travel import OUTSIDE, Place
from models import Appointment, Worker


@dataclass(frozen=True)
class Way:
    """One person's way: "the office to Hackney", in minutes; `leave_by` is the moment at which to set out."""

    worker: Worker
    words: str
    minutes: int
    leave_by: datetime


def ways_to(db: Session, appointment: Appointment) -> list[Way]:
    """Give the way of everybody who goes: from their last meeting of that day, else from the office.

    Nothing is given for meetings that nobody goes out to, or in a borough that is not recorded. Few statements,
    however many people go.
    """
    if appointment.kind not in OUTSIDE:
        return []
    place = place_of(appointment, db)
    morning = utc_from_local(local(appointment.starts_at).date(), time())
    diary = taken(db, morning, appointment.starts_at, without=appointment)
    made = []
    for one in people_of(appointment, db):
        before = [each for each in diary.of(("worker", one.worker.id)) if each.ends_at <= appointment.starts_at]
        known = [each for each in before if each.starts_at >= morning and each.place.area_id is not None]
        last = max(known, key=lambda each: each.ends_at, default=None)
        start = last.place if last is not None else Place(diary.travel.office_area_id, at_office=True)
        minutes = diary.travel.minutes(start, place)
        if minutes:
            leave_by = appointment.starts_at - timedelta(minutes=minutes)
            made.append(Way(one.worker, diary.travel.way(start, place), minutes, leave_by))
    return made
