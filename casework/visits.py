"""Appointments and home visits: who may be booked, when and where, and the verb that books.

The plan (time, people, room) is held to every rule while it lies ahead, and again whenever it is changed.
Recording what became of an appointment, or calling it off, is never refused because the office has closed
a day since or somebody has declared a conflict. Every refusal says what can be done instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard
from casework.avoidance import kept_away
from casework.calendar import Office, local
from casework.changes import is_changed, is_new, was
from casework.context import acting
from casework.datetext import WEEKDAYS, in_words, without_weekday
from casework.diary import LONGEST, Diary, client_id_of, clock, is_free, key_of, people_of, taken
from casework.interpreters import Facts, Need, for_appointment, mode_of, unfit
from casework.locks import hold
from casework.offers import Offer, needs_of, next_feasible
from casework.problems import Problem
from casework.scope import office_wide
from casework.settings import number_setting, office, yes_setting
from models import Appointment, AppointmentWorker, Area, Base, Case, Language, Task, Venue, Worker
from models.appointments import HOLDS_PEOPLE
from models.fields import FieldInfo

__all__ = ["APPOINTMENT_STEPS", "Offer", "next_feasible", "schedule", "warnings"]

APPOINTMENT_STEPS = {  # from which state to which; every other step is refused
    "requested": ("offered", "booked", "cancelled_client", "cancelled_office"),
    "offered": ("booked", "requested", "cancelled_client", "cancelled_office"),
    "booked": ("attended", "not_attended", "requested", "cancelled_client", "cancelled_office"),
    "attended": ("not_attended",),  # a wrong tap is put right
    "not_attended": ("attended",),
    "cancelled_client": (),
    "cancelled_office": (),
}
FIRST_STATES = ("requested", "offered", "booked")
AHEAD = ("offered", "booked")
OUTCOMES = ("attended", "not_attended")
AT_OFFICE_HOURS = ("office", "home_visit")
PROMISED = ("office", "home_visit", "phone", "video")  # these answer a contact; the others keep dates of their own
GOES = ("accepted", "attended")
ROLES = ("lead", "second", "interpreter")
PAIR = 2


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
    if appointment.offer_by is None or _has_changed(appointment, "requested_on"):
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
    changed = is_new(appointment) or _has_changed(appointment, "lone_reason", "starts_at", "approved_by")
    if who.role == "manager" and who.worker_id is not None and _has_text(appointment.lone_reason):
        if changed or appointment.approved_by is None:
            appointment.approved_by = db.get_one(Worker, who.worker_id)
    elif who.role != "system" and changed:
        appointment.approved_by = None


def _has_changed(row: Base, *keys: str) -> bool:
    return any(is_changed(row, key) for key in keys)


def _has_text(text: str | None) -> bool:
    return bool(text and text.strip())


# When the plan is looked at


def plan_counts(appointment: Appointment, db: Session) -> bool:
    """Tell whether the plan must keep the rules now: it lies ahead, or it holds people and was changed."""
    if next(times_run_forward(appointment, db), None) is not None:
        return False  # told already; nothing can be worked out from such times
    holds = appointment.status in HOLDS_PEOPLE
    return appointment.status in AHEAD or (holds and _plan_changed(appointment, db))


def _plan_changed(appointment: Appointment, db: Session) -> bool:
    return (
        was(appointment, "status") not in HOLDS_PEOPLE
        or _has_changed(appointment, "case", "kind", "starts_at", "ends_at", "venue")
        or any(_goes_anew(row, db) for row in (*db.new, *db.dirty, *db.deleted) if _is_of(row, appointment))
    )


def _is_of(row: object, appointment: Appointment) -> bool:
    return isinstance(row, AppointmentWorker) and row.appointment is appointment


def _goes_anew(person: AppointmentWorker, db: Session) -> bool:
    came_back = was(person, "status") == "declined"
    return person not in db.dirty or came_back or _has_changed(person, "worker", "role")


# Rules


def the_case_is_known(appointment: Appointment, _db: Session) -> Iterator[Problem]:
    if appointment.case is None:
        yield Problem("case", "Choose the case this is for, one that you work on.")


def times_run_forward(appointment: Appointment, _db: Session) -> Iterator[Problem]:
    if appointment.starts_at is None:
        yield Problem("starts_at", "Say on which day and at what time it starts.")
    elif appointment.ends_at is None or appointment.ends_at <= appointment.starts_at:
        yield Problem("ends_at", "The end must come after the start. Correct the end or the length.")
    elif appointment.ends_at - appointment.starts_at > LONGEST:
        yield Problem("ends_at", "An appointment lasts a day at most. Correct the end or the length.")


def states_follow_in_order(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (advice by appointment only)."""
    before, now = was(appointment, "status"), appointment.status
    if now == before:
        return
    if before is None:
        yield from _first_state(appointment, db)
    elif now not in APPOINTMENT_STEPS[before]:
        yield Problem("status", _no_such_step(before, now))
    if now in OUTCOMES and appointment.starts_at is not None and appointment.starts_at > acting(db).now:
        yield Problem("status", "It has not begun yet. Record this once the time has come.")


def _first_state(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """A meeting at the office begins as a booking; one elsewhere, or an imported one, may be told afterwards."""
    may_be_told = appointment.kind != "office" or acting(db).role == "system"
    if appointment.status not in (*FIRST_STATES, *(OUTCOMES if may_be_told else ())):
        text = "Advice at the office is by appointment. Record this visit as a note and offer an appointment."
        told = appointment.status in OUTCOMES
        yield Problem("status", text if told else "Book it first; only then can it be cancelled.")


def _no_such_step(before: str, now: str) -> str:
    words = dict(_info("status").choices)
    ways = " or ".join(f"“{words[state]}”" for state in APPOINTMENT_STEPS[before])
    way_out = f"Next can be {ways}." if ways else "Make a new appointment."
    return f"An appointment that is “{words[before]}” cannot become “{words[now]}”. {way_out}"


def _info(key: str) -> FieldInfo:
    info: FieldInfo = Appointment.__table__.c[key].info["field"]
    return info


def a_home_visit_is_for_who_cannot_come(appointment: Appointment, _db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (home visits for those who cannot come)."""
    if appointment.kind == "home_visit" and not _has_text(appointment.cannot_attend_reason):
        yield Problem("cannot_attend_reason", "Say why they cannot come to us, or offer a room at the office instead.")


def the_promise_is_kept_or_explained(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (an appointment within two weeks of contact)."""
    if not plan_counts(appointment, db) or appointment.offer_by is None or _has_text(appointment.late_reason):
        return
    day, asked_on = local(appointment.starts_at).date(), appointment.requested_on
    if asked_on is not None and day > appointment.offer_by:
        number, promise = (day - asked_on).days, (appointment.offer_by - asked_on).days
        yield Problem("late_reason", f"This is day {number} after contact; our promise is {promise}. Give the reason.")


def enough_people_go(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (the caseworker brings another person)."""
    if not plan_counts(appointment, db):
        return
    leads = [one for one in people_of(appointment, db) if one.role == "lead"]
    if not leads:
        yield Problem("lead", "Say which caseworker leads this appointment.")
    for one in leads[1:]:
        yield Problem("lead", f"Only one person leads. Make {one.worker} the second person.")
    if appointment.kind == "home_visit":
        yield from _two_go(appointment, db)


def _two_go(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """Whether an interpreter may be the second person is the office's own choice, a setting."""
    counted = ROLES if yes_setting(db, "interpreter_as_second_person") else ("lead", "second")
    sure = [one for one in people_of(appointment, db) if one.status in GOES and one.role in counted]
    fewest = number_setting(db, "visit_workers")
    if len({one.worker for one in sure}) >= fewest:
        return
    if not _has_text(appointment.lone_reason):
        what = "a second person" if fewest == PAIR else f"{fewest} people"
        yield Problem(
            "second",
            f"A home visit needs {what}. Add somebody who has said yes, or ask a manager to approve a lone visit "
            "with a reason. Until then it can stay “Asked for”.",
        )
    elif appointment.approved_by is None:
        text = "A lone visit needs a manager's approval. Ask a manager to save it, or add a second person."
        yield Problem("lone_reason", text)


def nobody_goes_twice(appointment: Appointment, db: Session) -> Iterator[Problem]:
    seen: set[Worker] = set()
    named = [one for one in appointment.people if one not in db.deleted]
    for one in sorted(named, key=lambda one: ROLES.index(one.role)):
        if one.worker in seen:
            yield Problem(one.role, f"{one.worker} is named twice. Choose somebody else.")
        seen.add(one.worker)


def nobody_goes_against_a_conflict(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """The reason, and whose it is, stay where the conflict was declared."""
    client_id = client_id_of(appointment, db)
    if client_id is None or not plan_counts(appointment, db):
        return
    going = people_of(appointment, db)
    apart = kept_away(db, [client_id], [key for one in going if (key := key_of(one, "worker")) is not None])
    for one in going:
        if key_of(one, "worker") in apart[client_id]:
            yield Problem(one.role, f"{one.worker} cannot go to this visit. Choose somebody else.")


def an_interpreter_can_interpret(appointment: Appointment, db: Session) -> Iterator[Problem]:
    interpreters = [one.worker for one in people_of(appointment, db) if one.role == "interpreter"]
    if not interpreters or not plan_counts(appointment, db):
        return
    language = appointment.language
    if language is None:
        yield Problem("interpreter", "Say which language is to be interpreted, or leave the interpreter out.")
        return
    need = Need(language, mode_of(language), appointment.starts_at, appointment.ends_at, appointment.interpreter_gender)
    facts = Facts(office(db), Diary(()), frozenset())
    for worker in interpreters:
        for words in unfit(worker, need, facts):
            yield Problem("interpreter", f"{worker} {words}. Choose another interpreter.")


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
    """Hold every day that this flush plans on, always in the same order, so that no two wait for each other."""
    touched = {appointment, *(one for one in (*db.new, *db.dirty) if isinstance(one, Appointment))}
    moments = [moment for one in touched for moment in (one.starts_at, one.ends_at) if moment is not None]
    for day in sorted({local(moment).date() for moment in moments}):
        hold(db, f"day {day.isoformat()}")


def _is_over(appointment: Appointment, db: Session) -> Iterator[Problem]:
    put_there = was(appointment, "status") not in HOLDS_PEOPLE or _has_changed(appointment, "starts_at")
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
    for one in people_of(appointment, db):
        until = diary.until(("worker", one.worker.id), starts_at, ends_at)
        if until is not None:
            yield Problem(one.role, f"{one.worker} is at another appointment until {clock(until, starts_at)}.")
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
        step_free=appointment.step_free, count=1, without=appointment,
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


def identity_is_shown(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (the caseworker carries proof of identity)."""
    anew = _has_changed(appointment, "status", "id_carried") or _plan_changed(appointment, db)
    if appointment.kind != "home_visit" or appointment.status != "attended" or not anew:
        return
    if not appointment.id_carried:
        yield Problem("id_carried", "Tick that the ID card was shown; only then is the visit recorded as held.")
    for one in people_of(appointment, db):
        if one.role == "lead" and (text := _card_will_not_do(one.worker, appointment)):
            yield Problem("id_carried", f"{text} Record the new card first.")


def _card_will_not_do(worker: Worker, appointment: Appointment) -> str | None:
    expires = worker.id_card_expires
    if expires is None:
        return f"{worker} has no ID card on record."
    if expires < local(appointment.starts_at).date():
        return f"{worker}'s ID card is valid until {without_weekday(expires)}, which is before the visit."
    return None


def appointments_are_kept(_appointment: Appointment, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: an appointment stays on record. Set it to cancelled instead.")


RULES = (
    the_case_is_known,
    times_run_forward,
    states_follow_in_order,
    a_home_visit_is_for_who_cannot_come,
    the_promise_is_kept_or_explained,
    enough_people_go,
    nobody_goes_twice,
    nobody_goes_against_a_conflict,
    an_interpreter_can_interpret,
    time_and_place_are_free,
    identity_is_shown,
)
guard.prepare(Appointment, fill_in)
guard.register(Appointment, *RULES)
guard.register_deletion(Appointment, appointments_are_kept)


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
    for one in people_of(appointment, db):
        if appointment.kind == "home_visit" and one.role == "lead":
            text = _card_will_not_do(one.worker, appointment)
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
