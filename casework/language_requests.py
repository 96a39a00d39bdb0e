"""Requests for a language: made by appointments that need an interpreter, and for written work by whoever needs it.

The state is never typed. It follows from facts: somebody said yes, somebody is asked, nobody could be found and
why, it is not needed any more. So a declined offer opens a request again by itself, an interpreter's yes at an
appointment fills it, and an appointment called off takes its request with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from casework import asking, guard
from casework.avoidance import kept_away
from casework.calendar import local
from casework.changes import belonging, is_changed, is_new, was
from casework.context import acting
from casework.diary import Diary, key_of
from casework.interpreters import Facts, mode_of, person_of
from casework.matching import Need, lasting
from casework.problems import Problem, RuleBroken
from casework.scope import office_wide
from casework.settings import office
from models import Appointment, AppointmentWorker, Client, LanguageOffer, LanguageRequest, Worker

ANSWER_OF = {"invited": "invited", "accepted": "accepted", "attended": "accepted", "declined": "declined"}
CANCELLED = ("cancelled_client", "cancelled_office")
OVER = ("attended", "not_attended")
WITHOUT_ONE = "The meeting went ahead without an interpreter."
NOBODY_CAME = "Nobody had been found when the time came; the client did not come either."
BY_ITSELF = (WITHOUT_ONE, NOBODY_CAME)
CALLED_OFF = "The appointment was called off."
NO_LANGUAGE = "The appointment needs no interpreter any more."


# What is filled in by itself


def follow_appointment(appointment: Appointment, db: Session) -> None:
    """Make the request of an appointment that needs an interpreter, and keep it in step with the appointment."""
    request = request_of(db, appointment)
    if request is None:
        if appointment.language is None or appointment.case is None or appointment.status in CANCELLED:
            return
        request = LanguageRequest(appointment=appointment, case=appointment.case, dialect=_dialect(db, appointment))
        request.offers = []
        db.add(request)
    if appointment.language is not None:
        request.language, request.mode = appointment.language, mode_of(appointment.language)
        request.gender = appointment.interpreter_gender or "any"
    _copy_answers(appointment, request, db)
    _copy_outcome(appointment, request)
    settle(request, db)


def follow_person(person: AppointmentWorker, db: Session) -> None:
    """Somebody's answer at an appointment is their answer to its request."""
    if person.appointment is not None and (person.role == "interpreter" or was(person, "role") == "interpreter"):
        follow_appointment(person.appointment, db)


def follow_answer(offer: LanguageOffer, db: Session) -> None:
    today = acting(db).today
    if is_new(offer) and offer.asked_on is None:
        offer.asked_on = today
    if offer.status in ("accepted", "declined") and is_changed(offer, "status") and was(offer, "status") is not None:
        offer.answered_on = today
    if offer.request is not None:
        settle(offer.request, db)


def request_of(db: Session, appointment: Appointment) -> LanguageRequest | None:
    """Give the request of an appointment, saved or not; past every scope, since it goes with the appointment.

    So do its offers: read through the scope of whoever saves, one that is there would be made a second time.
    """
    request = next(iter(belonging(db, LanguageRequest, "appointment", appointment)), None)
    if request is not None and "offers" in inspect(request).unloaded:
        set_committed_value(request, "offers", belonging(db, LanguageOffer, "request", request))
    return request


def _dialect(db: Session, appointment: Appointment) -> str | None:
    client_id = key_of(appointment.case, "client")
    if client_id is None:
        return None
    spoken = select(Client.dialect).where(Client.id == client_id, Client.language_id == key_of(appointment, "language"))
    return db.scalar(office_wide(spoken))


def _copy_answers(appointment: Appointment, request: LanguageRequest, db: Session) -> None:
    """Each interpreter of the appointment is an offer of the request; who was taken off was not needed after all."""
    offers = {key_of(one, "worker") or id(one.worker): one for one in request.offers}
    there = set()
    for person in appointment.people:
        if person.role != "interpreter" or person in db.deleted:
            continue
        key = key_of(person, "worker") or id(person.worker)
        there.add(key)
        offer = offers.get(key)
        if offer is None:
            request.offers.append(LanguageOffer(worker=person.worker, status=ANSWER_OF[person.status or "invited"]))
        elif offer.status != ANSWER_OF[person.status]:
            offer.status = ANSWER_OF[person.status]
            offer.answered_on = acting(db).today if offer.status != "invited" else None
    for key, offer in offers.items():
        if key not in there and offer.status in ("invited", "accepted"):
            offer.status = "taken_back"


def _copy_outcome(appointment: Appointment, request: LanguageRequest) -> None:
    accepted = any(one.status == "accepted" for one in request.offers)
    needless = NO_LANGUAGE if appointment.language is None else None
    called_off = CALLED_OFF if appointment.status in CANCELLED else needless
    if called_off or request.cancelled_reason in (CALLED_OFF, NO_LANGUAGE):
        request.cancelled_reason = called_off
    if appointment.status in OVER and not accepted:
        request.unfilled_reason = request.unfilled_reason or (
            WITHOUT_ONE if appointment.status == "attended" else NOBODY_CAME
        )
    elif accepted or request.unfilled_reason in BY_ITSELF:
        request.unfilled_reason = None
    if appointment.status == "attended" and accepted and request.minutes is None:
        request.minutes = _minutes(appointment)
        request.done_on = local(appointment.starts_at).date()
    elif appointment.status != "attended" or not accepted:
        request.minutes = request.done_on = None


def _minutes(appointment: Appointment) -> int:
    """Give how long the interpreter was there: by their own taps, else as planned."""
    for one in appointment.people:
        if one.role == "interpreter" and one.checked_in_at and one.checked_out_at:
            return max(1, (one.checked_out_at - one.checked_in_at) // timedelta(minutes=1))
    return (appointment.ends_at - appointment.starts_at) // timedelta(minutes=1)


def settle(request: LanguageRequest, _db: Session) -> None:
    """Set the state, and who fills it, from the facts."""
    accepted = [one for one in request.offers if one.status == "accepted"]
    if request.cancelled_reason:
        status = "cancelled"
    elif accepted:
        status = "filled"
    elif request.unfilled_reason:
        status = "unfilled"
    else:
        status = "offered" if any(one.status == "invited" for one in request.offers) else "open"
    request.status = status
    request.worker = accepted[0].worker if status == "filled" else None


# Rules


def the_need_is_whole(request: LanguageRequest, _db: Session) -> Iterator[Problem]:
    if request.case is None:
        yield Problem("case", "Choose the case this is for.")
    if request.language is None:
        yield Problem("language", "Choose the language.")
    if request.appointment_id is None and request.appointment is None:
        yield from _written_work_is_dated(request)


def _written_work_is_dated(request: LanguageRequest) -> Iterator[Problem]:
    if request.mode != "written":
        text = "Only written work is asked for by itself. For speaking or signing, book an appointment."
        yield Problem("mode", text)
    elif request.due_on is None:
        yield Problem("due_on", "Say by which day the written work is needed.")
    elif request.language is not None and not request.language.written:
        yield Problem("language", f"{request.language} is not written. Choose a language that the client reads.")


def the_appointment_leads(request: LanguageRequest, _db: Session) -> Iterator[Problem]:
    appointment = request.appointment
    if appointment is None or is_new(request):
        return
    if is_changed(request, "case") and request.case is not appointment.case:
        yield Problem("case", "This need comes from an appointment and stays with its case.")
    wanted = appointment.language
    if wanted is not None and (request.language is not wanted or request.mode != mode_of(wanted)):
        yield Problem("language", "This need comes from an appointment. Change the language there.")
    if request.gender != (appointment.interpreter_gender or "any") and wanted is not None:
        yield Problem("gender", "This need comes from an appointment. Change the interpreter's gender there.")
    if request.due_on is not None or request.pages is not None:
        yield Problem("due_on", "An appointment has its own time. Days and pages are for written work.")


def one_person_fills_it(request: LanguageRequest, _db: Session) -> Iterator[Problem]:
    accepted = [str(one.worker) for one in request.offers if one.status == "accepted"]
    if accepted[1:] and request.appointment is None:
        text = f"{' and '.join(accepted)} have both said yes. Write down that one of them is not needed."
        yield Problem("worker", text)
    if accepted and request.unfilled_reason:
        text = f"{accepted[0]} has said yes. Write down first that they cannot do it after all."
        yield Problem("unfilled_reason", text)
    asked = [one for one in request.offers if one.status == "invited"]
    if asked and request.unfilled_reason and request.unfilled_reason not in BY_ITSELF:
        text = f"{asked[0].worker} has been asked and has not answered. Write down the answer first."
        yield Problem("unfilled_reason", text)


def what_is_done_was_filled(request: LanguageRequest, db: Session) -> Iterator[Problem]:
    if (request.minutes is None) != (request.done_on is None):
        yield Problem("minutes", "Give both: the minutes spent and the day on which it was done.")
    elif request.minutes is not None and request.status != "filled":
        yield Problem("minutes", "Nobody has said yes yet. Write down who does it before the minutes.")
    if request.done_on is not None and request.done_on > acting(db).today:
        yield Problem("done_on", "This day lies ahead. Write the minutes down once it is done.")


def who_is_asked_can_do_it(request: LanguageRequest, db: Session) -> Iterator[Problem]:
    """For written work; the rules of an appointment say the same of its interpreters."""
    if request.appointment is not None or request.language is None or request.due_on is None or request.case is None:
        return
    anew = [one for one in request.offers if one.status in ("invited", "accepted") and is_changed(one, "status")]
    if not anew:
        return
    client_id = key_of(request.case, "client")
    apart = kept_away(db, [client_id], [one.worker.id for one in anew]) if client_id is not None else {}
    facts = Facts(office(db), Diary(()), frozenset())
    for one in anew:
        kept_from = (client_id,) if client_id is not None and one.worker.id in apart.get(client_id, ()) else ()
        for words in lasting(_plain(request, client_id), person_of(one.worker, facts, kept_from=kept_from)):
            yield Problem("worker", f"{one.worker} cannot be asked: {words}. Choose somebody else.")


def _plain(request: LanguageRequest, client_id: int | None) -> Need:
    return Need(
        request.id or 0, request.language.id, request.language.name, request.mode, due_on=request.due_on,
        gender=request.gender or "any", client=client_id,
    )  # fmt: skip


def requests_are_kept(_request: LanguageRequest, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what was asked for stays on record. Write down that it is not needed instead.")


RULES = (
    the_need_is_whole, the_appointment_leads, one_person_fills_it, what_is_done_was_filled, who_is_asked_can_do_it,
)  # fmt: skip
guard.prepare(Appointment, follow_appointment)
guard.prepare(AppointmentWorker, follow_person)
guard.prepare(LanguageOffer, follow_answer)
guard.prepare(LanguageRequest, settle)
guard.register(LanguageRequest, *RULES)
guard.register_deletion(LanguageRequest, requests_are_kept)


# Verbs


def ask(
    db: Session, request: LanguageRequest, worker: Worker, *, passed_over: tuple[str, ...] = (), reason: str = ""
) -> LanguageOffer:
    """Write down that somebody is asked; `passed_over` names the soft rules that put them back, which takes a reason.

    Raises RuleBroken without one, or if the rules refuse this person.
    """
    _reason_is_given(worker, passed_over, reason)
    if request.status in ("filled", "cancelled"):
        text = f"{request.worker} has said yes already." if request.worker else "This is not needed any more."
        raise RuleBroken([Problem("worker", f"Not asked: {text}")])
    request.unfilled_reason = None
    if request.appointment is not None:
        asking.ask(db, request.appointment, worker)
    else:
        _invite(request, worker)
    db.flush()
    offer = offer_to(request, worker)
    assert offer is not None
    return _written(db, offer, passed_over, reason)


def ask_to_interpret(
    db: Session, appointment: Appointment, worker: Worker, *, passed_over: tuple[str, ...] = (), reason: str = ""
) -> LanguageOffer:
    """Ask somebody for an appointment, with the soft rules that are not kept, as `ask` does for its request.

    Raises RuleBroken without a reason, or if the rules of the appointment refuse them.
    """
    _reason_is_given(worker, passed_over, reason)
    asking.ask(db, appointment, worker)
    request = request_of(db, appointment)
    offer = offer_to(request, worker) if request is not None else None
    assert offer is not None  # whoever is asked to interpret is an offer by now
    return _written(db, offer, passed_over, reason)


def _reason_is_given(worker: Worker, passed_over: tuple[str, ...], reason: str) -> None:
    if passed_over and not reason.strip():
        raise RuleBroken([Problem("reason", f"Not asked: give a reason for asking {worker} first.")])


def _written(db: Session, offer: LanguageOffer, passed_over: tuple[str, ...], reason: str) -> LanguageOffer:
    """Write down why somebody was asked all the same; what was said when they were asked before stays without it."""
    if passed_over:
        offer.passed_over, offer.reason = ", ".join(passed_over), reason.strip()
    offer.answered_on = None
    db.flush()
    return offer


def _invite(request: LanguageRequest, worker: Worker) -> None:
    offer = offer_to(request, worker)
    if offer is None:
        request.offers.append(LanguageOffer(worker=worker, status="invited"))
    else:
        offer.status = "invited"


def offer_to(request: LanguageRequest, worker: Worker) -> LanguageOffer | None:
    """Give the offer of a request to one person."""
    return next((one for one in request.offers if one.worker is worker), None)


def answer(db: Session, request: LanguageRequest, worker: Worker, said: str) -> LanguageOffer:
    """Write down "accepted" or "declined". Raises RuleBroken if they were not asked."""
    offer = offer_to(request, worker)
    if offer is None or said not in asking.ANSWERS:
        raise RuleBroken([Problem("worker", "Ask them first, then write down their answer.")])
    if request.appointment is not None:
        asking.answer(db, request.appointment, worker, said)
    else:
        offer.status = said
        db.flush()
    return offer


def give_up(db: Session, request: LanguageRequest, reason: str) -> LanguageRequest:
    """Write down that nobody could be found, and why. Raises RuleBroken without a reason or while somebody is asked."""
    if not reason.strip():
        raise RuleBroken([Problem("unfilled_reason", "Say in a few words why nobody was found.")])
    request.unfilled_reason = reason.strip()
    db.flush()
    return request


def finish(db: Session, request: LanguageRequest, minutes: int | None, done_on: date) -> LanguageRequest:
    """Write down how long the written work took. Raises RuleBroken if nobody does it."""
    request.minutes, request.done_on = minutes, done_on
    db.flush()
    return request
