"""Who waits with nothing in sight: on which day somebody appears on the list, and what takes them off it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework import calls, correspondence, waiting
from casework.calls import Call
from models import Task
from tests import make


@pytest.fixture
def lead(db):
    return make.worker(db, "Amina K", in_team=make.team(db))


def case_since(db, lead, days: int, name: str = "Rehana Begum", **more):
    """A case whose first contact was so many days before today; seen by its caseworker."""
    at = make.at(str(make.TODAY - timedelta(days=days)), "10:30")
    made = make.case(db, make.client(db, name), lead=lead, first_contact_at=at, **more)
    make.act_as(db, "caseworker", lead)
    return made


@pytest.mark.parametrize("days, seen", [(9, None), (10, False), (14, False), (15, True)])
def test_a_contact_without_an_offer_is_amber_from_day_ten_and_late_after_day_fourteen(db, lead, days, seen):
    case = case_since(db, lead, days)
    found = waiting.contacts_without_offer(db)
    assert [(one.case, one.days, one.is_late) for one in found] == ([(case, days, seen)] if seen is not None else [])


def test_both_days_are_the_offices_settings(db, lead):
    make.setting(db, "appointment_offer_warning", "3")
    make.setting(db, "appointment_offer", "4")
    case_since(db, lead, 5)
    [one] = waiting.contacts_without_offer(db)
    assert (one.is_late, one.due.on) == (True, make.TODAY - timedelta(days=1))
    assert one.due.explained()[0] == "Appointment offered within: 4 days."


@pytest.mark.parametrize("status, waits", [
    ("requested", True), ("cancelled_office", True), ("offered", False), ("booked", False), ("cancelled_client", False),
])  # fmt: skip
def test_an_offer_takes_a_contact_off_the_list_and_one_that_we_cancelled_does_not(db, lead, status, waits):
    case = case_since(db, lead, 12)
    begins = status if status in ("requested", "offered") else "booked"
    meeting = make.appointment(db, case, kind="phone", status=begins, late_reason="x")
    meeting.status = status
    db.flush()
    assert bool(waiting.contacts_without_offer(db)) is waits


def test_a_contact_that_was_advised_or_closed_waits_for_no_appointment(db, lead):
    case_since(db, lead, 30, status="advised")
    case_since(db, lead, 30, "Hodan Warsame", status="closed")
    assert waiting.contacts_without_offer(db) == []


@pytest.mark.parametrize("risk, days, silent", [
    ("medium", 21, False), ("medium", 22, True), ("high", 7, False), ("high", 8, True), ("low", 8, False),
])  # fmt: skip
def test_a_client_nobody_has_spoken_to_is_listed_after_three_weeks_at_high_risk_after_one(db, lead, risk, days, silent):
    case = case_since(db, lead, days, risk=risk)
    assert [one.case for one in waiting.silent_cases(db)] == ([case] if silent else [])


@pytest.mark.parametrize("call, ends", [
    (Call(text="Spoke."), True), (Call(direction="out", outcome="no_answer"), False),
    (Call(contact_with="agency", text="They will look."), False),
])  # fmt: skip
def test_only_a_call_that_reached_the_client_ends_the_silence(db, lead, call, ends):
    case = case_since(db, lead, 40)
    calls.log(db, case, call)
    assert (waiting.silent_cases(db) == []) is ends


def test_a_letter_from_the_client_or_a_meeting_that_took_place_ends_the_silence(db, lead):
    heard, met = case_since(db, lead, 40), case_since(db, lead, 41, "Hodan Warsame")
    assert [one.case for one in waiting.silent_cases(db)] == [met, heard]
    correspondence.receive(db, heard, medium="letter", at=make.NOW, subject="News")
    assert [one.case for one in waiting.silent_cases(db)] == [met]
    meeting = make.appointment(db, met, "2026-11-24", "11:00", kind="phone", late_reason="x")
    make.act_as(db, "caseworker", lead, now=make.at("2026-11-24", "13:00"))
    meeting.status = "attended"
    db.flush()
    assert waiting.silent_cases(db) == []


def test_a_running_case_without_a_task_or_a_meeting_ahead_has_no_next_step(db, lead):
    idle, busy, meets = (case_since(db, lead, 3, name) for name in ("Idle One", "Busy One", "Meets One"))
    db.add(Task(case=busy, owner=lead, what="Ring", due_on=date(2026, 12, 1)))
    make.appointment(db, meets, "2026-12-01", kind="phone")
    make.act_as(db, "caseworker", lead)
    assert waiting.without_next_step(db) == [idle]


def test_everybody_waits_only_where_the_reader_may_look_and_mine_narrows_it(db, lead):
    colleague = make.worker(db, "Tariq B", in_team=lead.team)
    stranger = make.worker(db, "Joan W", in_team=make.team(db, "West"))
    mine = case_since(db, lead, 40)
    teams, theirs = case_since(db, colleague, 41, "Of The Team"), case_since(db, stranger, 42, "Of Others")
    make.act_as(db, "caseworker", lead)
    for find in (waiting.contacts_without_offer, waiting.silent_cases):
        assert [one.case for one in find(db)] == [teams, mine]
        assert [one.case for one in find(db, mine=True)] == [mine]
    assert theirs not in waiting.without_next_step(db)
    assert waiting.without_next_step(db, mine=True) == [mine]
