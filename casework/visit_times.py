"""When and where an appointment may be: inside the hours, with people, room and client free.

The plan (time, people, room) is held to every rule while it lies ahead, and again whenever it is changed.
Every refusal says what can be done instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import Office, local
from casework.changes import is_changed, was
from casework.context import acting
from casework.datetext import WEEKDAYS, in_words
from casework.diary import LONGEST, Diary, client_id_of, clock, people_of, place_of, taken
from casework.locks import hold
from casework.offers import needs_of, next_feasible
from casework.problems import Problem
from casework.settings import office
from casework.travel import travel_times
from models import Appointment, AppointmentWorker, Base, Venue
from models.appointments import HOLDS_PEOPLE

AHEAD = ("offered", "booked")
AT_OFFICE_HOURS = ("office", "home_visit")


# When the plan is looked at


def plan_counts(appointment: Appointment, db: Session) -> bool:
    """Tell whether the plan must keep the rules now: it lies ahead, or it holds people and was changed."""
    if next(times_run_forward(appointment, db), None) is not None:
        return False  # told already; nothing can be worked out from such times
    holds = appointment.status in HOLDS_PEOPLE
    return appointment.status in AHEAD or (holds and plan_changed(appointment, db))


def plan_changed(appointment: Appointment, db: Session) -> bool:
    return (
        was(appointment, "status") not in HOLDS_PEOPLE
        or has_changed(appointment, "case", "kind", "starts_at", "ends_at", "venue")
        or any(_goes_anew(row, db) for row in (*db.new, *db.dirty, *db.deleted) if _is_of(row, appointment))
    )


def _is_of(row: object, appointment: Appointment) -> bool:
    return isinstance(row, AppointmentWorker) and row.appointment is appointment


def _goes_anew(person: AppointmentWorker, db: Session) -> bool:
    came_back = was(person, "status") == "declined"
    return person not in db.dirty or came_back or has_changed(person, "worker", "role")


def has_changed(row: Base, *keys: str) -> bool:
    return any(is_changed(row, key) for key in keys)


# Rules


def times_run_forward(appointment: Appointment, _db: Session) -> Iterator[Problem]:
    if appointment.starts_at is None:
        yield Problem("starts_at", "Say on which day and at what time it starts.")
    elif appointment.ends_at is None or appointment.ends_at <= appointment.starts_at:
        yield Problem("ends_at", "The end must come after the start. Correct the end or the length.")
    elif appointment.ends_at - appointment.starts_at > LONGEST:
        yield Problem("ends_at", "An appointment lasts a day at most. Correct the end or the length.")


def time_and_place_are_free(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """Two people who save at once: the second waits here, then sees what the first has saved."""
    if not plan_counts(appointment, db):
        return
    _hold_days(appointment, db)
    diary = taken(db, appointment.starts_at, appointment.ends_at, without=appointment)
    when = [*_is_over(appointment, db), *_out_of_hours(appointment, db), *_is_taken(appointment, db, diary)]
    if when:
        yield replace(when[0], text=f"{when[0].text} {_first_free(appointment, db)}")
        yield from when[1:]
    yield from _room_will_not_do(appointment, db, diary)


def _hold_days(appointment: Appointment, db: Session) -> None:
    """Hold every day that this flush plans on, always in the same order, so that no two wait for each other.

    The way there and on from there may reach into the day before or after: those days are held too.
    """
    way = travel_times(db).longest
    touched = {appointment, *(one for one in (*db.new, *db.dirty) if isinstance(one, Appointment))}
    planned = [one for one in touched if one.starts_at is not None and one.ends_at is not None]
    days = {local(moment).date() for one in planned for moment in (one.starts_at - way, one.ends_at + way)}
    for day in sorted(days):
        hold(db, f"day {day.isoformat()}")


def _is_over(appointment: Appointment, db: Session) -> Iterator[Problem]:
    put_there = was(appointment, "status") not in HOLDS_PEOPLE or has_changed(appointment, "starts_at")
    if put_there and appointment.status in AHEAD and appointment.starts_at < acting(db).now:
        yield Problem("starts_at", "This time is over.")


def _out_of_hours(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (Monday to Friday, 10:00 to 18:00, home visits too)."""
    hours = office(db)
    if appointment.kind not in AT_OFFICE_HOURS or hours.is_within_hours(appointment.starts_at, appointment.ends_at):
        return
    what = "Home visits take place" if appointment.kind == "home_visit" else "Appointments at the office are"
    day = local(appointment.starts_at).date()
    why = hours.why_closed(day)
    reason = f": {why}" if why and why not in WEEKDAYS else ""
    closed = f" {in_words(day)} is closed{reason}." if why else ""
    yield Problem("starts_at", f"{what} {_opening(hours)}.{closed}")


def _opening(hours: Office) -> str:
    days = sorted(hours.weekdays)
    in_a_row = len(days) > 1 and days == list(range(days[0], days[-1] + 1))
    named = [WEEKDAYS[day] for day in days]
    shown = f"{named[0]} to {named[-1]}" if in_a_row else ", ".join(named)
    return f"{shown}, {hours.opens:%H:%M} to {hours.closes:%H:%M}"


def _is_taken(appointment: Appointment, db: Session, diary: Diary) -> Iterator[Problem]:
    starts_at, ends_at = appointment.starts_at, appointment.ends_at
    place = place_of(appointment, db)
    for one in people_of(appointment, db):
        clash = diary.clash(one.worker, starts_at, ends_at, place)
        if clash is not None:
            yield Problem(one.role, f"{one.worker} {clash.in_words(starts_at)}.")
    client_id = client_id_of(appointment, db)
    until = diary.until(("client", client_id), starts_at, ends_at) if client_id is not None else None
    if until is not None:
        yield Problem("starts_at", f"This client has another appointment until {clock(until, starts_at)}.")


def _first_free(appointment: Appointment, db: Session) -> str:
    """Say the next time that would do. Source: service statement, "Availability" (as staff allow)."""
    lead = next((one.worker for one in people_of(appointment, db) if one.role == "lead"), None)
    minutes = (appointment.ends_at - appointment.starts_at) // timedelta(minutes=1)
    offers = next_feasible(
        db, appointment.case, after=max(appointment.starts_at, acting(db).now), minutes=minutes, kind=appointment.kind,
        lead=lead, language=appointment.language, gender=appointment.interpreter_gender,
        step_free=appointment.step_free, count=1, without=appointment, place=place_of(appointment, db),
    ) if appointment.case is not None else []  # fmt: skip
    if offers:
        return f"First free: {offers[0].in_words()}."
    return "No other time is free in the days after it. Ask which appointment could move."


def _room_will_not_do(appointment: Appointment, db: Session, diary: Diary) -> Iterator[Problem]:
    """Source: service statement, "Availability" (offices without a lift, a room on the ground floor)."""
    venue, starts_at, ends_at = appointment.venue, appointment.starts_at, appointment.ends_at
    if venue is None:
        return
    step_free = appointment.step_free or (appointment.case is not None and needs_of(db, appointment.case).step_free)
    until = diary.until(("venue", venue.id), starts_at, ends_at)
    if step_free and not venue.step_free:
        text = f"{venue.name} is not step free ({venue.floor})."
    elif until is not None:
        text = f"{venue.name} is taken until {clock(until, starts_at)}."
    else:
        return
    rooms = [room for room in db.scalars(select(Venue).order_by(Venue.name)) if room.step_free or not step_free]
    free = [room.name for room in rooms if diary.until(("venue", room.id), starts_at, ends_at) is None]
    ways = f"{' and '.join(free)} {'are' if free[1:] else 'is'} free then."
    yield Problem("venue", f"{text} {ways if free else 'No other room is free then. Choose another time.'}")
