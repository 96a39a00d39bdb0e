"""What stands on My day and in which order: urgent and due, then due, then what the next open day brings."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework import my_day, referrals, tasks
from models import AppointmentWorker, Deadline
from tests import make

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


@pytest.fixture
def amina(db):
    return make.worker(db, "Amina K")


def day(db, person, today="2026-11-23", clock="09:00", role="caseworker", *, everyone=False):
    make.act_as(db, role, person, now=make.at(today, clock))
    return my_day.day_of(db, everyone=everyone)


def left(db, owner, what, due_on, risk="medium", medium="phone", **more):
    case = make.case(db, make.client(db, f"Client of {what}"), lead=owner, risk=risk, first_contact_medium=medium)
    task = tasks.ask(db, owner, what, due_on, case=case, **more)
    db.flush()
    return task


def words(block):
    return [row.what for row in block.rows]


def test_what_is_due_today_comes_before_tomorrows_however_urgent_that_is(db, amina):
    left(db, amina, "urgent tomorrow", MONDAY + timedelta(1), risk="high")
    left(db, amina, "today", MONDAY)
    left(db, amina, "late", FRIDAY)
    left(db, amina, "urgent today", MONDAY, risk="high")
    left(db, amina, "urgent late", FRIDAY, risk="high")
    left(db, amina, "in two days", MONDAY + timedelta(2))
    assert words(day(db, amina).due) == ["urgent late", "urgent today", "late", "today", "urgent tomorrow"]


@pytest.mark.parametrize("today, shown", [
    ("2026-11-20", ["friday", "monday"]), ("2026-11-23", ["friday", "monday", "tuesday"]),
    ("2026-12-24", ["friday", "monday", "tuesday", "after christmas"]),
])  # fmt: skip
def test_the_day_shows_the_next_open_day_already(db, amina, today, shown):
    for what, on in (("friday", FRIDAY), ("monday", MONDAY), ("tuesday", MONDAY + timedelta(1)),
                     ("after christmas", date(2026, 12, 29)), ("the day after that", date(2026, 12, 30))):  # fmt: skip
        left(db, amina, what, on)
    assert words(day(db, amina, today).due) == shown


@pytest.mark.parametrize("clock, shown", [("10:59", 1), ("11:30", 1), ("12:00", 1), ("12:01", 0)])
def test_a_visit_stands_there_until_it_is_over(db, amina, clock, shown):
    make.appointment(db, make.case(db, lead=amina), "2026-11-23", "11:00")
    assert day(db, amina, clock=clock).visits.count == shown


def test_a_visit_that_was_called_off_is_gone_and_one_after_the_next_open_day_is_not_there_yet(db, amina):
    off = make.appointment(db, make.case(db, lead=amina), "2026-11-23", "14:00")
    make.appointment(db, make.case(db, make.client(db, "B"), lead=amina), "2026-11-25", "11:00")
    kept = make.appointment(db, make.case(db, make.client(db, "C"), lead=amina), "2026-11-24", "11:00")
    off.status = "cancelled_client"
    db.flush()
    assert day(db, amina).visits.rows == [kept]


def test_drafts_come_first_and_an_awaited_answer_stands_here_only_until_it_is_due(db, amina):
    make.act_as(db, "caseworker", amina)
    client = make.client(db)
    case, homes = make.case(db, client, lead=amina), make.agency(db)
    make.consent(db, client, homes, purposes=("complaint_stage1",))
    sent = referrals.send(db, make.referral(db, case, homes, request="complaint_stage1"), "letter")
    draft = make.referral(db, case, make.agency(db, "Other Homes"))
    assert day(db, amina).drafts.rows == [draft, sent]
    due = sent.response_due.isoformat()
    assert day(db, amina, due).drafts.rows == [draft]
    assert [row.about_id for row in day(db, amina, due).due.rows] == [sent.id]


def test_only_interpreters_who_were_asked_and_have_not_answered_are_waited_for(db, amina):
    language = make.language(db, "Sylheti")
    farida, nadia = (
        make.volunteer(db, name, speaks=(("Sylheti", "spoken"),), free=(("1", "10:00", "16:00"),))
        for name in ("Farida A", "Nadia H")
    )
    meeting = make.appointment(db, make.case(db, lead=amina), "2026-11-24", "11:00", kind="home_visit",
                               interpreter=farida, language=language)  # fmt: skip
    meeting.people.append(AppointmentWorker(worker=make.worker(db, "Jon Q"), role="second", status="invited"))
    db.flush()
    assert day(db, amina).asked.count == 0
    meeting.people.append(AppointmentWorker(worker=nadia, role="interpreter", status="invited"))
    db.flush()
    assert [one.worker for one in day(db, amina).asked.rows] == [nadia]


def test_a_first_step_after_a_call_by_night_is_lifted_and_after_care_of_the_same_case_is_not(db, amina):
    left(db, amina, "late", FRIDAY)
    night = make.case(db, make.client(db, "N"), lead=amina, first_contact_medium="emergency_helpline")
    tasks.ask(db, amina, "tell of the new caseworker", MONDAY, case=night, about=("case", night), kind="follow_up")
    tasks.ask(db, amina, "ring back", MONDAY, case=night, about=("case", night))
    db.flush()
    assert words(day(db, amina).due) == ["ring back", "late", "tell of the new caseworker"]


@pytest.mark.parametrize("today, late, due_today", [("2026-11-23", 1, 1), ("2026-12-01", 1, 1), ("2026-12-02", 2, 0)])
def test_a_reminder_is_not_late_before_the_day_it_reminds_of(db, amina, today, late, due_today):
    case = make.case(db, lead=amina)
    set_by_others = Deadline(case=case, kind=make.code(db, "deadline_kind", "court"), due_on=date(2026, 12, 1),
                             what="Bring the papers")  # fmt: skip
    db.add(set_by_others)
    db.flush()
    reminder = tasks.ask(db, amina, "Hearing", date(2026, 11, 20), case=case, about=("deadline", set_by_others))
    left(db, amina, "late", FRIDAY)
    found = day(db, amina, today)
    assert (found.late, found.today) == (late, due_today)
    assert my_day.days_set_by_others(db, found.due.rows) == {reminder.id: date(2026, 12, 1)}


@pytest.mark.parametrize("text, shown", [
    ("Ring Al Bi about Albion Road", "Ring A.B. about Albion Road"), ("Ali is late", "Ali is late"),
    ("Al is late", "Al is late"),  # two letters are words of other sentences too
])  # fmt: skip
def test_short_parts_of_a_name_do_not_spoil_other_words(db, text, shown):
    assert my_day.without_names(text, make.client(db, "Al Bi")) == shown


@pytest.mark.parametrize("done_on, told", [(MONDAY + timedelta(1), ["done_on"]), (MONDAY, []), (FRIDAY, [])])
def test_a_task_is_ticked_off_once_it_is_done(db, amina, done_on, told):
    task = left(db, amina, "ring", MONDAY)
    task.done_on = done_on
    assert [field for field, _text in make.problems(db)] == told
