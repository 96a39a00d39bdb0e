"""Who may go to an appointment, in which order it proceeds, and what must be said or shown for it.

Recording what became of an appointment, or calling it off, is never refused because the office has closed
a day since or somebody has declared a conflict. When and where stand in `casework.visit_times`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from casework import guard
from casework.avoidance import kept_away
from casework.calendar import local
from casework.changes import was
from casework.context import acting
from casework.datetext import without_weekday
from casework.diary import Diary, client_id_of, key_of, people_of
from casework.interpreters import Facts, Need, mode_of, unfit
from casework.problems import Problem
from casework.settings import number_setting, office, yes_setting
from casework.visit_times import has_changed, plan_changed, plan_counts, time_and_place_are_free, times_run_forward
from models import Appointment, Worker
from models.fields import FieldInfo

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
OUTCOMES = ("attended", "not_attended")
GOES = ("accepted", "attended")
ROLES = ("lead", "second", "interpreter")
PAIR = 2


def has_text(text: str | None) -> bool:
    return bool(text and text.strip())


def the_case_is_known(appointment: Appointment, _db: Session) -> Iterator[Problem]:
    if appointment.case is None:
        yield Problem("case", "Choose the case this is for, one that you work on.")


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
    if appointment.kind == "home_visit" and not has_text(appointment.cannot_attend_reason):
        yield Problem("cannot_attend_reason", "Say why they cannot come to us, or offer a room at the office instead.")


def the_promise_is_kept_or_explained(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (an appointment within two weeks of contact)."""
    if not plan_counts(appointment, db) or appointment.offer_by is None or has_text(appointment.late_reason):
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
    if not has_text(appointment.lone_reason):
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


def identity_is_shown(appointment: Appointment, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (the caseworker carries proof of identity)."""
    anew = has_changed(appointment, "status", "id_carried") or plan_changed(appointment, db)
    if appointment.kind != "home_visit" or appointment.status != "attended" or not anew:
        return
    if not appointment.id_carried:
        yield Problem("id_carried", "Tick that the ID card was shown; only then is the visit recorded as held.")
    for one in people_of(appointment, db):
        if one.role == "lead" and (text := card_will_not_do(one.worker, appointment)):
            yield Problem("id_carried", f"{text} Record the new card first.")


def card_will_not_do(worker: Worker, appointment: Appointment) -> str | None:
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
guard.register(Appointment, *RULES)
guard.register_deletion(Appointment, appointments_are_kept)
