"""A visit while it happens: arriving, leaving safely, and what came of it. Whoever has not left in time is missed.

Source: service statement, "Availability" (home visits, accompanied by another person, proof of identity).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casework import guard, tasks
from casework.calendar import local
from casework.cases import add_note
from casework.changes import is_changed, was
from casework.context import acting
from casework.diary import people_of
from casework.problems import Problem, RuleBroken
from casework.scope import office_wide
from casework.settings import number_setting
from models import Appointment, AppointmentWorker, Worker

GOES_OUT = ("home_visit", "accompaniment")  # where our people leave the office for somebody's door
SENT = ("lead", "second")
OUTCOMES = ("attended", "not_attended", "cancelled_client", "cancelled_office")
MISSED_FOR = timedelta(days=14)  # longer than any closing of the office: Friday's visit is asked after on Monday
MEDIUM = {"phone": "phone", "video": "meeting"}  # how the note says it took place; else in person


@dataclass(frozen=True)
class Missed:
    """Somebody who should have left a visit by now: who, where in broad terms, since when (aware moment)."""

    appointment_id: int
    names: tuple[str, ...]
    phones: tuple[str, ...]
    borough: str
    ended_at: datetime


def check_in(db: Session, appointment: Appointment, worker_id: int | None) -> AppointmentWorker:
    """Write down that this person has arrived, now. Raises RuleBroken."""
    person = _person(db, appointment, worker_id)
    if person.checked_in_at is None:
        person.checked_in_at = acting(db).now
    db.flush()
    return person


def check_out(db: Session, appointment: Appointment, worker_id: int | None) -> AppointmentWorker:
    """Write down that this person has left safely, now; who forgot to arrive has arrived now too."""
    person = _person(db, appointment, worker_id)
    person.checked_in_at = person.checked_in_at or acting(db).now
    if person.checked_out_at is None:
        person.checked_out_at = acting(db).now
    db.flush()
    return person


def _person(db: Session, appointment: Appointment, worker_id: int | None) -> AppointmentWorker:
    going = [one for one in people_of(appointment, db) if one.worker_id == worker_id]
    if not going:
        raise RuleBroken([Problem("", "You are not down for this visit. Ask whoever goes to tell us themselves.")])
    return going[0]


def record(
    db: Session,
    appointment: Appointment,
    outcome: str,
    text: str,
    *,
    id_shown: bool = False,
    all_left: bool = False,
    next_action: str | None = None,
    next_on: date | None = None,
    owner: Worker | None = None,
) -> Appointment:
    """Write down what came of an appointment, with the note and the next thing to do, in one go.

    `outcome` is one of OUTCOMES; `all_left` says that everybody who arrived has left safely by now. Raises RuleBroken
    with problems at outcome, all_left, id_carried, text or next_on.
    """
    if outcome not in OUTCOMES:
        raise RuleBroken([Problem("outcome", "Say what came of it.")])
    if next_action and next_on is None:
        raise RuleBroken([Problem("next_on", "Say by when this is to be done.")])
    with db.no_autoflush:
        appointment.status = outcome
        appointment.id_carried = appointment.id_carried or id_shown
        for person in still_there(appointment) if all_left else ():
            person.checked_out_at = acting(db).now
    medium = MEDIUM.get(appointment.kind, "visit") if outcome == "attended" else "other"
    add_note(db, appointment.case, text, medium=medium, contact_with="client" if outcome == "attended" else "internal")
    if next_action and next_on is not None:
        who = owner or tasks.whose(db, appointment.case)
        if who is None:
            raise RuleBroken([Problem("next_action", "Nobody would see the next step: choose a caseworker first.")])
        tasks.ask(db, who, next_action, next_on, case=appointment.case)
    db.flush()
    return appointment


def still_there(appointment: Appointment) -> list[AppointmentWorker]:
    """Give those who were sent, have told that they arrived, and have not told that they left."""
    return [
        one for one in appointment.people
        if one.role in SENT and one.checked_in_at is not None and one.checked_out_at is None
    ]  # fmt: skip


def missed(db: Session) -> list[Missed]:
    """Give every visit that ended some time ago and that somebody sent there has not left, office-wide.

    How long is a setting, in minutes. A visit whose outcome was recorded, or that was called off, is over; nothing else
    ends it within MISSED_FOR. Everybody sees it, so it names our own people and the borough, never the client.
    """
    now = acting(db).now
    late = now - timedelta(minutes=number_setting(db, "visit_checkout_overdue"))
    still_out = (
        select(Appointment, Worker)
        .join(AppointmentWorker, AppointmentWorker.appointment_id == Appointment.id)
        .join(Worker, Worker.id == AppointmentWorker.worker_id)
        .where(
            Appointment.kind.in_(GOES_OUT), Appointment.status == "booked", Appointment.ends_at <= late,
            Appointment.ends_at > now - MISSED_FOR, AppointmentWorker.role.in_(SENT),
            AppointmentWorker.status != "declined", AppointmentWorker.checked_out_at.is_(None),
        )
        .order_by(Appointment.ends_at, Appointment.id, AppointmentWorker.id)
        .options(joinedload(Appointment.area))
    )  # fmt: skip
    out: dict[Appointment, list[Worker]] = {}
    for appointment, worker in db.execute(office_wide(still_out)):
        out.setdefault(appointment, []).append(worker)
    return [_missed(one, workers) for one, workers in out.items()]


def _missed(appointment: Appointment, out: list[Worker]) -> Missed:
    return Missed(
        appointment.id, tuple(one.name for one in out), tuple(one.phone for one in out if one.phone),
        appointment.area.name if appointment.area is not None else "", appointment.ends_at,
    )  # fmt: skip


# Rules


def told_when_it_happens(person: AppointmentWorker, db: Session) -> Iterator[Problem]:
    """Arriving and leaving are told on the day, each once, by those who go out."""
    if not (is_changed(person, "checked_in_at") or is_changed(person, "checked_out_at")):
        return
    appointment, who = person.appointment, acting(db)
    if appointment.kind not in GOES_OUT and who.role != "system":
        yield Problem("", "Only visits outside the office have somebody arrive and leave.")
    elif appointment.status not in ("booked", "attended"):
        yield Problem("", "This visit is not booked, so nobody is expected there.")
    elif local(appointment.starts_at).date() != who.today and who.role != "system" and not _has_left_since(person, db):
        yield Problem("", "Arriving and leaving are told on the day of the visit.")
    for name in ("checked_in_at", "checked_out_at"):
        if was(person, name) is not None and is_changed(person, name):
            yield Problem("", "This was told already and stays as it is.")


def _has_left_since(person: AppointmentWorker, db: Session) -> bool:
    """Tell whether all that is told now is that somebody who had arrived has left, after the day or on it."""
    arrived = not is_changed(person, "checked_in_at") and person.checked_in_at is not None
    return arrived and local(person.appointment.starts_at).date() <= acting(db).today


def whoever_arrived_has_left(appointment: Appointment, _db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability"; a visit that is over must not hide that somebody is still out."""
    if appointment.status != "attended" or was(appointment, "status") != "booked":
        return
    names = [one.worker.name for one in still_there(appointment)]
    if names:
        verb = "have" if names[1:] else "has"
        yield Problem("all_left", f"{' and '.join(names)} {verb} arrived and not told us about leaving. Ask, then tick "
                      "that everybody who went has left safely.")  # fmt: skip


def a_lone_visit_has_a_plan(appointment: Appointment, _db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability"; whoever goes alone is missed if they do not ring."""
    if appointment.lone_reason and appointment.lone_reason.strip() and not (appointment.check_in_plan or "").strip():
        yield Problem("check_in_plan", "A lone visit needs a check-in plan: who rings whom, and when.")


guard.register(AppointmentWorker, told_when_it_happens)
guard.register(Appointment, whoever_arrived_has_left, a_lone_visit_has_a_plan)
