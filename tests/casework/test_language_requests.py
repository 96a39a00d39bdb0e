"""Requests for a language: their state follows from the facts, and every rule has its lawful neighbour."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework import asking, language_requests
from casework.problems import RuleBroken
from models import Avoidance, Conflict, LanguageRequest
from tests import make

TODAY, LATER = make.TODAY, date(2026, 12, 4)


def sylheti(db):
    return make.language(db, "Sylheti")


def bengali(db):
    return make.language(db, "Bengali")


def farida(db, name="Farida A", **more):
    more.setdefault("speaks", (("Sylheti", "spoken"), ("Bengali", "written")))
    more.setdefault("free", (("2", "10:00", "16:00"),))
    return make.volunteer(db, name, **more)


def meeting(db, **more):
    return make.appointment(db, more.pop("case", None) or make.case(db), language=sylheti(db), **more)


def letter(db, **more):
    more.setdefault("case", make.case(db))
    made = LanguageRequest(language=bengali(db), due_on=more.pop("due_on", LATER), pages=2, **more)
    db.add(made)
    db.flush()
    return made


def request_of(db, appointment) -> LanguageRequest:
    return db.scalars(select(LanguageRequest).where(LanguageRequest.appointment_id == appointment.id)).one()


def state(request) -> tuple[str, str | None]:
    return request.status, request.worker.name if request.worker is not None else None


# From appointments


@pytest.mark.req("R20")
def test_an_appointment_with_a_language_makes_its_request_and_one_without_makes_none(db):
    client = make.client(db, language=sylheti(db), interpreter="spoken", dialect="Habiganj",
                         interpreter_gender="female")  # fmt: skip
    made = request_of(db, make.appointment(db, make.case(db, client)))
    assert (made.language.name, made.mode, made.dialect, made.gender) == ("Sylheti", "spoken", "Habiganj", "female")
    assert state(made) == ("open", None)
    make.appointment(db, make.case(db), clock="15:00")
    assert len(db.scalars(select(LanguageRequest)).all()) == 1


def test_a_request_goes_from_open_to_offered_and_back_when_somebody_declines_and_is_filled_by_a_yes(db):
    appointment, person, other = meeting(db), farida(db), farida(db, "Rahima S")
    request = request_of(db, appointment)
    asking.ask(db, appointment, person)
    assert state(request) == ("offered", None)
    asking.answer(db, appointment, person, "declined")
    assert state(request) == ("open", None)
    asking.ask(db, appointment, other)
    asking.answer(db, appointment, other, "accepted")
    assert state(request) == ("filled", "Rahima S")
    assert [(one.worker.name, one.status, one.asked_on, one.answered_on) for one in request.offers] == [
        ("Farida A", "declined", TODAY, TODAY), ("Rahima S", "accepted", TODAY, TODAY),
    ]  # fmt: skip


def test_an_interpreter_who_is_taken_off_an_appointment_leaves_its_request_open(db):
    appointment = meeting(db, interpreter=farida(db))
    request = request_of(db, appointment)
    assert state(request) == ("filled", "Farida A")
    row = next(one for one in appointment.people if one.role == "interpreter")
    appointment.people.remove(row)
    db.delete(row)
    db.flush()
    assert state(request) == ("open", None)
    assert [one.status for one in request.offers] == ["taken_back"]


@pytest.mark.parametrize("called_off", ["cancelled_client", "cancelled_office"])
def test_an_appointment_called_off_takes_its_request_with_it(db, called_off):
    appointment = meeting(db, interpreter=farida(db))
    appointment.status = called_off
    db.flush()
    request = request_of(db, appointment)
    assert (state(request), request.cancelled_reason) == (("cancelled", None), "The appointment was called off.")


def test_an_appointment_that_needs_no_language_any_more_needs_nobody_and_one_that_does_again_is_open(db):
    appointment = meeting(db)
    appointment.language = None
    db.flush()
    request = request_of(db, appointment)
    assert state(request) == ("cancelled", None)
    appointment.language = sylheti(db)
    db.flush()
    assert (state(request), request.cancelled_reason) == (("open", None), None)


@pytest.mark.parametrize(("outcome", "reason"), [
    ("attended", "The meeting went ahead without an interpreter."),
    ("not_attended", "Nobody had been found when the time came; the client did not come either."),
])  # fmt: skip
def test_a_meeting_that_is_over_without_an_interpreter_is_a_need_that_was_not_met(db, outcome, reason):
    appointment = meeting(db)
    make.act_as(db, "manager", now=make.at("2026-11-26", "09:00"))
    appointment.status = outcome
    db.flush()
    request = request_of(db, appointment)
    assert (request.status, request.unfilled_reason, request.minutes) == ("unfilled", reason, None)


def test_an_interpreted_meeting_counts_its_minutes_as_planned_or_by_the_taps(db):
    planned = meeting(db, interpreter=farida(db), minutes=45)
    tapped = meeting(db, clock="14:00", kind="home_visit", interpreter=farida(db, "Rahima S"), id_carried=True)
    row = next(one for one in tapped.people if one.role == "interpreter")
    make.act_as(db, "manager", now=make.at("2026-11-25", "16:00"))
    row.checked_in_at, row.checked_out_at = make.at("2026-11-25", "14:05"), make.at("2026-11-25", "15:25")
    planned.status = tapped.status = "attended"
    db.flush()
    found = [request_of(db, one) for one in (planned, tapped)]
    assert [(one.minutes, one.done_on) for one in found] == [(45, date(2026, 11, 25)), (80, date(2026, 11, 25))]
    planned.status = "not_attended"  # a wrong tap is put right
    db.flush()
    assert (found[0].minutes, found[0].done_on, found[0].status) == (None, None, "filled")


def test_the_needs_of_an_appointment_are_changed_at_the_appointment(db):
    appointment = meeting(db)
    request = request_of(db, appointment)
    request.language = bengali(db)
    assert make.problems(db) == [("language", "This need comes from an appointment. Change the language there.")]
    with db.no_autoflush:
        request.language = sylheti(db)
    request.gender = "male"
    assert make.problems(db) == [
        ("gender", "This need comes from an appointment. Change the interpreter's gender there.")
    ]
    request.gender, request.due_on = "any", LATER
    assert make.problems(db) == [("due_on", "An appointment has its own time. Days and pages are for written work.")]
    with db.no_autoflush:
        request.due_on = None
        appointment.language, appointment.interpreter_gender = bengali(db), "female"
    assert make.problems(db) == []
    assert (request.language.name, request.gender) == ("Bengali", "female")


# Written work


@pytest.mark.parametrize(("change", "problem"), [
    ({"due_on": None}, ("due_on", "Say by which day the written work is needed.")),
    ({"mode": "spoken"},
     ("mode", "Only written work is asked for by itself. For speaking or signing, book an appointment.")),
    ({"language": "British Sign Language"},
     ("language", "British Sign Language is not written. Choose a language that the client reads.")),
    ({"minutes": 30}, ("minutes", "Give both: the minutes spent and the day on which it was done.")),
    ({"minutes": 30, "done_on": TODAY},
     ("minutes", "Nobody has said yes yet. Write down who does it before the minutes.")),
])  # fmt: skip
def test_written_work_says_what_it_is_and_by_when(db, change, problem):
    request = letter(db)
    for key, value in change.items():
        setattr(request, key, make.language(db, value) if key == "language" else value)
    assert make.problems(db) == [problem]
    with db.no_autoflush:
        for key, value in {"mode": "written", "language": bengali(db), "due_on": LATER}.items():
            setattr(request, key, value)
        request.minutes = request.done_on = None
    assert make.problems(db) == []


def test_written_work_is_asked_answered_and_done(db):
    request, person = letter(db), farida(db)
    language_requests.ask(db, request, person)
    assert state(request) == ("offered", None)
    language_requests.answer(db, request, person, "accepted")
    assert state(request) == ("filled", "Farida A")
    with pytest.raises(RuleBroken, match="Give both: the minutes spent and the day"):
        language_requests.finish(db, request, None, TODAY)
    request.done_on = None
    language_requests.finish(db, request, 75, TODAY)
    assert (request.minutes, request.done_on, request.status) == (75, TODAY, "filled")


def test_work_is_not_done_on_a_day_that_lies_ahead(db):
    request, person = letter(db), farida(db)
    language_requests.ask(db, request, person)
    language_requests.answer(db, request, person, "accepted")
    request.minutes, request.done_on = 75, date(2026, 11, 24)
    assert make.problems(db) == [("done_on", "This day lies ahead. Write the minutes down once it is done.")]


def test_two_people_do_not_fill_one_piece_of_written_work(db):
    request, first, second = letter(db), farida(db), farida(db, "Rahima S")
    for person in (first, second):
        language_requests.ask(db, request, person)
    language_requests.answer(db, request, first, "accepted")
    with pytest.raises(RuleBroken, match="Farida A and Rahima S have both said yes"):
        language_requests.answer(db, request, second, "accepted")
    db.expire_all()
    language_requests.answer(db, request, second, "declined")
    assert state(request) == ("filled", "Farida A")


def test_nobody_found_takes_a_reason_and_nobody_who_may_still_answer(db):
    request, person = letter(db), farida(db)
    with pytest.raises(RuleBroken, match="Say in a few words why nobody was found"):
        language_requests.give_up(db, request, "  ")
    language_requests.ask(db, request, person)
    with pytest.raises(RuleBroken, match="Farida A has been asked and has not answered"):
        language_requests.give_up(db, request, "All are away")
    request.unfilled_reason = None
    language_requests.answer(db, request, person, "declined")
    language_requests.give_up(db, request, "All are away")
    assert state(request) == ("unfilled", None)
    language_requests.ask(db, request, farida(db, "Rahima S"))  # somebody came back after all
    assert (state(request), request.unfilled_reason) == (("offered", None), None)


def test_a_request_that_somebody_fills_is_not_given_up(db):
    request, person = letter(db), farida(db)
    language_requests.ask(db, request, person)
    language_requests.answer(db, request, person, "accepted")
    with pytest.raises(RuleBroken, match="Farida A has said yes"):
        language_requests.give_up(db, request, "All are away")


@pytest.mark.parametrize(("fact", "words"), [
    ("language", "signs Bengali but does not write it"), ("unsigned", "has not signed confidentiality"),
    ("conflict", "not this person"), ("estate", "not this person"), ("gender", "is not recorded as a woman"),
])  # fmt: skip
def test_whoever_may_not_do_written_work_cannot_be_asked_by_any_way(db, fact, words):
    client = make.client(db, address="Flat 4, Lantern Tower")
    request, person = letter(db, case=make.case(db, client), gender="female"), farida(db, gender="female")
    if fact == "language":
        written = next(one for one in person.languages if one.mode == "written")
        written.mode = "signed"
    elif fact == "unsigned":
        person.confidentiality_signed_on = None
    elif fact == "conflict":
        db.add(Conflict(worker=person, client=client, reason="Cousin", declared_on=TODAY))
    elif fact == "estate":
        person.avoids.append(Avoidance(kind="estate", text="Lantern Tower"))
    else:
        person.gender = "male"
    db.flush()
    with pytest.raises(RuleBroken, match=f"Farida A cannot be asked: {words}"):
        language_requests.ask(db, request, person)
    db.expire_all()
    language_requests.ask(db, request, farida(db, "Rahima S", gender="female"))
    assert state(request) == ("offered", None)


def test_passing_over_a_soft_rule_takes_a_reason_that_is_kept(db):
    request, person = letter(db), farida(db)
    with pytest.raises(RuleBroken, match="Not asked: give a reason for asking Farida A first"):
        language_requests.ask(db, request, person, passed_over=("papers",), reason=" ")
    offer = language_requests.ask(db, request, person, passed_over=("papers",), reason="The new check is on its way")
    assert (offer.passed_over, offer.reason) == ("papers", "The new check is on its way")


def test_an_answer_needs_a_question_and_a_filled_request_asks_nobody_else(db):
    request, person = letter(db), farida(db)
    with pytest.raises(RuleBroken, match="Ask them first"):
        language_requests.answer(db, request, person, "accepted")
    language_requests.ask(db, request, person)
    language_requests.answer(db, request, person, "accepted")
    with pytest.raises(RuleBroken, match="Not asked: Farida A has said yes already"):
        language_requests.ask(db, request, farida(db, "Rahima S"))


def test_a_request_stays_on_record(db):
    request = letter(db)
    db.delete(request)
    assert [text for _field, text in make.problems(db)] == [
        "Not deleted: what was asked for stays on record. Write down that it is not needed instead."
    ]


@pytest.mark.parametrize(("left_out", "told"), [
    ("case", "Choose the case this is for."), ("language", "Choose the language."),
])  # fmt: skip
def test_a_need_has_its_case_and_its_language(db, left_out, told):
    whole = {"case": make.case(db), "language": bengali(db), "due_on": LATER, "mode": "written"}
    db.add(LanguageRequest(**{**whole, left_out: None}))
    assert make.problems(db) == [(left_out, told)]


def test_a_need_that_comes_from_an_appointment_stays_with_its_case(db):
    request = request_of(db, meeting(db))
    request.case = make.case(db)
    assert make.problems(db) == [("case", "This need comes from an appointment and stays with its case.")]
