"""Days set by others: who is reminded of them when, and what may become of them."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from casework import deadlines
from casework.problems import RuleBroken
from models import Task
from tests import make


@pytest.fixture
def case(db):
    return make.case(db)


def typed(db, case, day: date, **more):
    more.setdefault("source", "The court's letter of 20 November")
    return deadlines.add(db, case, make.code(db, "deadline_kind", "court"), day, "Be there with the diary", **more)


def reminders(db, deadline, *, done: bool = False) -> list[Task]:
    found = select(Task).where(Task.about == "deadline", Task.about_id == deadline.id).order_by(Task.due_on)
    return [one for one in db.scalars(found) if (one.done_on is not None) is done]


def test_the_caseworker_is_reminded_fourteen_and_three_days_before_and_reads_why(db, case):
    """Friday 18 December less 14 days is Friday 4 December; less 3 is Tuesday 15 December."""
    deadline = typed(db, case, date(2026, 12, 18), due_at=time(10, 30))
    first, second = reminders(db, deadline)
    assert [first.due_on, second.due_on] == [date(2026, 12, 4), date(2026, 12, 15)]
    assert {first.owner, second.owner} == {case.lead}
    assert first.what == "Court or tribunal hearing on Fri 18 Dec 2026: Be there with the diary"
    assert first.trace.splitlines() == [
        "The day was set by others: Friday 18 December 2026.",
        "Source: The court's letter of 20 November.",
        "Reminded 14 days before: Friday 4 December 2026.",
    ]


def test_a_reminder_on_a_closed_day_comes_on_the_open_day_before(db, case):
    """Monday 28 December less 3 days is Christmas Day, a Friday: the day before it is open."""
    first, second = reminders(db, typed(db, case, date(2026, 12, 28)))
    assert (first.due_on, second.due_on) == (date(2026, 12, 14), date(2026, 12, 24))
    assert "Closed then (Christmas Day), so on the open day before it: Thursday 24 December 2026." in second.trace


@pytest.mark.parametrize(("days", "expected"), [(13, [0, 10]), (3, [0]), (2, [0]), (0, [0]), (-4, [0])])
def test_what_would_lie_behind_us_is_told_today_and_only_once(db, case, days, expected):
    """13 days from Monday 23 November is Sunday 6 December, 3 before that Thursday 3 December."""
    found = reminders(db, typed(db, case, make.TODAY + timedelta(days=days)))
    assert [(one.due_on - make.TODAY).days for one in found] == expected


def test_the_office_sets_how_long_before(db, case):
    make.setting(db, "deadline_reminders", "7")
    assert [one.due_on for one in reminders(db, typed(db, case, date(2026, 12, 18)))] == [date(2026, 12, 11)]


@pytest.mark.parametrize(("state", "note"), [("met", None), ("withdrawn", "Adjourned for good")])
def test_what_came_of_it_ends_the_reminders(db, case, state, note):
    deadline = deadlines.end(db, typed(db, case, date(2026, 12, 18)), state, note)
    assert (deadline.state, deadline.ended_on) == (state, make.TODAY)
    assert reminders(db, deadline) == [] and len(reminders(db, deadline, done=True)) == 2


def test_a_day_that_was_moved_is_reminded_of_anew(db, case):
    deadline = deadlines.move(db, typed(db, case, date(2026, 12, 18)), date(2027, 1, 29), "The court's letter of today")
    assert [one.due_on for one in reminders(db, deadline)] == [date(2027, 1, 15), date(2027, 1, 26)]
    assert deadline.source == "The court's letter of today"


def test_a_reminder_that_was_seen_leaves_and_the_next_one_stays(db, case):
    deadline = typed(db, case, date(2026, 12, 4))
    assert [one.due_on for one in reminders(db, deadline)] == [
        date(2026, 11, 20) + timedelta(days=3),
        date(2026, 12, 1),
    ]
    assert deadlines.reminded(db, deadline) == 1
    assert [one.due_on for one in reminders(db, deadline)] == [date(2026, 12, 1)]


@pytest.mark.parametrize(("days", "lawful"), [(0, False), (-1, True)])
def test_a_day_passes_only_once_it_is_over(db, case, days, lawful):
    deadline = typed(db, case, make.TODAY + timedelta(days=days))
    if lawful:
        assert deadlines.end(db, deadline, "passed", "The client was in hospital").state == "passed"
        return
    with pytest.raises(RuleBroken, match="not over yet"):
        deadlines.end(db, deadline, "passed", "The client was in hospital")


@pytest.mark.parametrize(("state", "lawful"), [("met", True), ("withdrawn", False), ("passed", False)])
def test_the_file_says_why_a_day_was_not_met(db, case, state, lawful):
    deadline = typed(db, case, make.TODAY - timedelta(days=1))
    if lawful:
        assert deadlines.end(db, deadline, state).state == state
        return
    with pytest.raises(RuleBroken, match="Say in a few words why"):
        deadlines.end(db, deadline, state, " ")


def test_what_came_of_it_is_recorded_once(db, case):
    deadline = deadlines.end(db, typed(db, case, date(2026, 12, 18)), "met")
    deadline.ended_note = "The judge adjourned"
    assert make.problems(db) == []
    deadline.due_on = date(2026, 12, 19)
    assert [field for field, _text in make.problems(db)] == ["state"]


def test_it_must_say_what_is_to_be_done(db, case):
    with pytest.raises(RuleBroken, match="what must be done"):
        deadlines.add(db, case, make.code(db, "deadline_kind", "eviction"), date(2026, 12, 18), "  ")


def test_a_deadline_is_kept(db, case):
    deadline = typed(db, case, date(2026, 12, 18))
    db.delete(deadline)
    assert "Not deleted" in make.problems(db)[0][1]


def test_somebody_must_be_there_to_be_reminded(db):
    nobodys = make.case(db, status="enquiry")
    nobodys.lead = None
    db.flush()
    with pytest.raises(RuleBroken, match="Nobody would be reminded"):
        typed(db, nobodys, date(2026, 12, 18))
