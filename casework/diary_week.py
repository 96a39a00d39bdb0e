"""One week of the office as it lies in the diary: each person's or each room's meetings, day by day.

What lies outside the reader's scope is "busy": when somebody or a room is taken, and never whose meeting it is. The
number of statements is the same whatever the week holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework.calendar import ONE_DAY, Office, local, utc_from_local
from casework.diary import Spell, free_spells
from casework.scope import office_wide
from casework.settings import office
from models import Appointment, AppointmentWorker, Base, Venue, Worker
from models.appointments import HOLDS_PEOPLE

By = Literal["person", "room"]
DAYS_IN_WEEK = 7


@dataclass(frozen=True)
class Meeting:
    """One meeting in one cell; `appointment` is None where the reader may only know that somebody is busy."""

    starts_at: datetime
    ends_at: datetime
    appointment: Appointment | None


@dataclass(frozen=True)
class Cell:
    """One person or room on one day. `free` holds the hours that a volunteer has given, where asked for."""

    day: date
    meetings: tuple[Meeting, ...]
    free: tuple[Spell, ...] = ()


@dataclass(frozen=True)
class Line:
    """One person or room over the week."""

    who: Worker | Venue
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Week:
    """Days from Monday on, why a day is closed ("" where it is open), and the lines."""

    days: tuple[date, ...]
    closed: tuple[str, ...]
    lines: tuple[Line, ...]


def monday_of(day: date) -> date:
    """Give the Monday of the week in which `day` lies."""
    return day - day.weekday() * ONE_DAY


def week_of(db: Session, monday: date, by: By, *, with_free_hours: bool = False) -> Week:
    """Give the week that begins on `monday`, by person or by room; with the free hours of volunteers if asked.

    A day on which the office is always closed is left out unless something takes place on it.
    """
    hours = office(db)
    taken = _taken(db, monday)
    seen = _within_scope(db, monday)
    busy_days = {local(row.starts_at).date() for row in taken}
    all_days = [monday + number * ONE_DAY for number in range(DAYS_IN_WEEK)]
    days = tuple(day for day in all_days if day.weekday() in hours.weekdays or day in busy_days)
    rows: Iterable[Worker | Venue] = (
        db.scalars(select(Venue).order_by(Venue.name)).all() if by == "room" else _people(db, taken, with_free_hours)
    )
    lines = tuple(
        Line(row, tuple(_cell(row, day, taken, seen, hours, with_free_hours) for day in days)) for row in rows
    )
    return Week(days, tuple(hours.why_closed(day) or "" for day in days), lines)


def _bounds(monday: date) -> tuple[datetime, datetime]:
    return utc_from_local(monday, time()), utc_from_local(monday + timedelta(days=DAYS_IN_WEEK), time())


def _taken(db: Session, monday: date) -> list[Row[Any]]:
    """Give what takes people and rooms in this week, whoever booked it: times and numbers alone."""
    first, following = _bounds(monday)
    going = and_(AppointmentWorker.appointment_id == Appointment.id, AppointmentWorker.status != "declined")
    found = (
        select(Appointment.id, Appointment.starts_at, Appointment.ends_at, Appointment.venue_id,
               AppointmentWorker.worker_id)
        .outerjoin(AppointmentWorker, going)
        .where(Appointment.status.in_(HOLDS_PEOPLE), Appointment.starts_at >= first, Appointment.starts_at < following)
        .order_by(Appointment.starts_at, Appointment.id)
    )  # fmt: skip
    return list(db.execute(office_wide(found)))


def _within_scope(db: Session, monday: date) -> dict[int, Appointment]:
    first, following = _bounds(monday)
    links = (Appointment.case, Appointment.area, Appointment.venue, Appointment.language)
    found = select(Appointment).where(
        Appointment.status.in_(HOLDS_PEOPLE), Appointment.starts_at >= first, Appointment.starts_at < following
    )
    return {one.id: one for one in db.scalars(found.options(*(joinedload(link) for link in links)))}


def _people(db: Session, taken: list[Row[Any]], with_free_hours: bool) -> list[Worker]:
    """Give the staff, and whoever else goes somewhere in this week or, where asked for, has given hours."""
    going = {row.worker_id for row in taken if row.worker_id is not None}
    wanted = [and_(Worker.kind == "staff", Worker.active), Worker.id.in_(going)]
    if with_free_hours:
        wanted.append(and_(Worker.kind == "volunteer", Worker.active, Worker.availability.any()))
    found = select(Worker).where(or_(*wanted)).options(selectinload(Worker.availability))
    return sorted(db.scalars(found), key=lambda one: (one.kind != "staff", one.name.casefold(), one.id))


def _cell(
    row: Base, day: date, taken: list[Row[Any]], seen: dict[int, Appointment], hours: Office, with_free: bool
) -> Cell:
    is_room = isinstance(row, Venue)
    own = {
        one.id: Meeting(one.starts_at, one.ends_at, seen.get(one.id))
        for one in taken
        if (one.venue_id if is_room else one.worker_id) == row.id and local(one.starts_at).date() == day
    }
    gives = with_free and isinstance(row, Worker) and row.kind == "volunteer"
    free = tuple(free_spells(row, day, hours)) if gives and isinstance(row, Worker) else ()
    return Cell(day, tuple(own.values()), free)
