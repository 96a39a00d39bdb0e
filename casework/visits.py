"""Appointments: what is filled in by itself, what is said without being refused, and the verb that books.

The rules stand in `casework.visit_rules` (who, and in which order) and `casework.visit_times` (when and where).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard
from casework.calendar import local
from casework.changes import is_new
from casework.context import acting
from casework.diary import is_free, people_of
from casework.interpreters import for_appointment
from casework.offers import Offer, needs_of, next_feasible
from casework.scope import office_wide
from casework.settings import number_setting, office
from casework.visit_rules import APPOINTMENT_STEPS, FIRST_STATES, GOES, card_will_not_do, has_text
from casework.visit_times import has_changed
from models import Appointment, AppointmentWorker, Area, Case, Language, Task, Venue, Worker

__all__ = ["APPOINTMENT_STEPS", "Offer", "next_feasible", "schedule", "warnings"]

PROMISED = ("office", "home_visit", "phone", "video")  # these answer a contact; the others keep dates of their own


# What is filled in by itself


def fill_in(appointment: Appointment, db: Session) -> None:
    """Fill in what the client needs, the day we promise and who approved a lone visit."""
    for key in ("starts_at", "ends_at"):
        if getattr(appointment, key) is not None:
            # Two London times are otherwise compared as if no clock changed between them.
            setattr(appointment, key, local(getattr(appointment, key)).astimezone(UTC))
    if is_new(appointment) and appointment.case is not None:
        _copy_needs(appointment, db)
    _promise(appointment, db)
    _approve(appointment, db)


def _copy_needs(appointment: Appointment, db: Session) -> None:
    needs = needs_of(db, appointment.case)
    appointment.step_free = appointment.step_free or needs.step_free
    if appointment.interpreter_gender == "any":
        appointment.interpreter_gender = needs.gender
    if appointment.language is None and needs.language_id is not None:
        appointment.language = db.get_one(Language, needs.language_id)
    if appointment.area is None and needs.area_id is not None:
        appointment.area = db.get_one(Area, needs.area_id)


def _promise(appointment: Appointment, db: Session) -> None:
    """Source: service statement, "Availability" (an appointment within two weeks of contact)."""
    if appointment.kind not in PROMISED:
        appointment.offer_by = None
        return
    if appointment.requested_on is None:
        appointment.requested_on = _asked_on(appointment, db)
    if appointment.offer_by is None or has_changed(appointment, "requested_on"):
        appointment.offer_by = appointment.requested_on + timedelta(days=number_setting(db, "appointment_offer"))


def _asked_on(appointment: Appointment, db: Session) -> date:
    """Give the day of first contact for a case's first appointment, today for another one.

    After a cancellation by us the client still waits since the first contact.
    """
    case, today = appointment.case, acting(db).today
    if case is None or case.first_contact_at is None:
        return today
    earlier = (
        select(Appointment.id)
        .where(Appointment.case_id == case.id, Appointment.status != "cancelled_office")
        .where(Appointment.id != appointment.id)
        .limit(1)
    )
    return today if db.scalar(office_wide(earlier)) is not None else local(case.first_contact_at).date()


def _approve(appointment: Appointment, db: Session) -> None:
    """A manager who saves a lone visit approves it; anybody else's change of it needs a new approval."""
    who = acting(db)
    changed = is_new(appointment) or has_changed(appointment, "lone_reason", "starts_at", "approved_by")
    if who.role == "manager" and who.worker_id is not None and has_text(appointment.lone_reason):
        if changed or appointment.approved_by is None:
            appointment.approved_by = db.get_one(Worker, who.worker_id)
    elif who.role != "system" and changed:
        appointment.approved_by = None


guard.prepare(Appointment, fill_in)


# What is not refused, but said


def warnings(appointment: Appointment, db: Session) -> list[str]:
    """Give what somebody should see to before this appointment, each as a sentence; empty once it is over."""
    if appointment.status not in FIRST_STATES:
        return []
    return [*_interpreter_unsure(appointment, db), *_not_given(appointment, db), *_still_missing(appointment, db)]


def _interpreter_unsure(appointment: Appointment, db: Session) -> Iterator[str]:
    asked = [one for one in people_of(appointment, db) if one.role == "interpreter"]
    if appointment.language is None or any(one.status in GOES for one in asked):
        return
    if asked:
        yield f"{asked[0].worker} has been asked to interpret {appointment.language} and has not said yes yet."
        return
    free = [str(match.worker) for match in for_appointment(db, appointment) if match.free]
    first = ", ".join(free[: number_setting(db, "planner_offers")])
    could = f"{len(free)} could: {first}" if free else "nobody we know is free then"
    yield f"An interpreter for {appointment.language} is not confirmed ({could})."


def _not_given(appointment: Appointment, db: Session) -> Iterator[str]:
    for one in people_of(appointment, db):
        if not is_free(one.worker, appointment.starts_at, appointment.ends_at, office(db)):
            yield f"{one.worker} is not down as free then. Ask first."


def _still_missing(appointment: Appointment, db: Session) -> Iterator[str]:
    if appointment.kind == "office" and appointment.venue is None:
        yield "No room is chosen yet."
    elif appointment.venue is not None and not appointment.venue.private:
        yield f"{appointment.venue.name} is not private: others may hear. Choose another room, or agree it with them."
    for one in people_of(appointment, db):
        if appointment.kind == "home_visit" and one.role == "lead":
            text = card_will_not_do(one.worker, appointment)
            yield from [f"{text} A new one is needed by then."] if text else []


# The verb


def schedule(
    db: Session,
    case: Case,
    kind: str,
    starts_at: datetime,
    minutes: int,
    *,
    lead: Worker | None,
    second: Worker | None = None,
    interpreter: Worker | None = None,
    interpreter_accepted: bool = False,
    venue: Venue | None = None,
    cannot_attend_reason: str | None = None,
    language: Language | None = None,
    requested_on: date | None = None,
    late_reason: str | None = None,
    lone_reason: str | None = None,
    check_in_plan: str | None = None,
    note: str | None = None,
    status: str = "booked",
) -> Appointment:
    """Book an appointment and give it, flushed and not committed.

    A home visit puts a reminder of the ID card on the lead's list for that day. What is left empty comes
    from the client: language, gender of the interpreter, step-free access, borough. Raises RuleBroken with
    problems at starts_at, ends_at, lead, second, interpreter, venue, cannot_attend_reason, late_reason,
    lone_reason or status; the caller then rolls back.
    Source: service statement, "Availability".
    """
    starts_at = local(starts_at).astimezone(UTC)
    appointment = Appointment(
        case=case, kind=kind, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), venue=venue,
        cannot_attend_reason=cannot_attend_reason, language=language, requested_on=requested_on,
        late_reason=late_reason, lone_reason=lone_reason, check_in_plan=check_in_plan, note=note, status=status,
    )  # fmt: skip
    answer = "accepted" if interpreter_accepted else "invited"
    going = ((lead, "lead", "accepted"), (second, "second", "accepted"), (interpreter, "interpreter", answer))
    for worker, role, said in going:
        if worker is not None:
            appointment.people.append(AppointmentWorker(worker=worker, role=role, status=said))
    db.add(appointment)
    if kind == "home_visit" and lead is not None:
        db.add(_card_reminder(case, lead, starts_at))
    db.flush()
    return appointment


def _card_reminder(case: Case, lead: Worker, starts_at: datetime) -> Task:
    """Source: service statement, "Availability" (the caseworker carries proof of identity)."""
    at = local(starts_at)
    return Task(what=f"Bring your ID card to the home visit at {at:%H:%M}, case {case}.", case=case, owner=lead,
                due_on=at.date())  # fmt: skip
