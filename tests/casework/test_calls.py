"""Logging a call: one save keeps the note, the next step and the end of the clocks it answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework import calls, correspondence, promises
from casework.calls import Call, FollowUp
from casework.problems import RuleBroken
from models import CaseNote, Correspondence, Task
from tests import make


def logged(db, case, call, **more):
    make.act_as(db, "caseworker", case.lead)
    return calls.log(db, case, call, **more)


def refused(db, case, call) -> list[tuple[str, str]]:
    make.act_as(db, "caseworker", case.lead)
    with pytest.raises(RuleBroken) as broken:
        calls.log(db, case, call)
    for row in list(db.new):
        db.expunge(row)
    return [(one.field, one.text) for one in broken.value.problems]


def test_one_save_keeps_the_note_and_the_next_step_with_the_proof_of_its_day(db):
    case = make.case(db)
    make.act_as(db, "caseworker", case.lead)
    [(_one, _first), (three, due), _ten] = calls.follow_up_days(db)
    made = logged(
        db, case, Call(text="She is safe."), follow_up=FollowUp("Ring again", due.on, None, promises.text(due))
    )
    assert (made.note.direction, made.note.outcome, made.note.contact_with) == ("in", "spoke", "client")
    assert (three, made.next_step.due_on, made.next_step.owner) == (3, date(2026, 11, 26), case.lead)
    assert made.next_step.trace.splitlines()[-1] == "Due Thursday 26 November 2026."


def test_a_try_that_reached_nobody_needs_no_words_of_ones_own(db):
    made = logged(db, make.case(db), Call(direction="out", outcome="no_answer"))
    assert made.note.text == "No answer."
    assert "text" in dict(refused(db, made.note.case, Call(direction="out", outcome="spoke")))


def test_a_wish_to_be_rung_back_waits_three_days_and_a_call_that_reaches_them_ends_it(db):
    case = make.case(db)
    message = logged(db, case, Call(outcome="ring_back", text="Rings about the door.")).message
    assert (message.due_on, message.status) == (date(2026, 11, 26), "received")
    [task] = db.scalars(select(Task).where(Task.about == "correspondence")).all()
    assert (task.due_on, task.owner, task.done_on) == (message.due_on, case.lead, None)
    logged(db, case, Call(direction="out", outcome="voicemail"), answers=[message])
    assert (message.status, task.done_on) == ("received", None)
    answer = logged(db, case, Call(direction="out", text="Told her."), answers=[message])
    assert (message.status, message.note, message.answered_at) == ("answered", answer.note, make.NOW)
    assert task.done_on == make.TODAY


def test_a_call_of_ours_or_one_that_reached_us_leaves_no_message(db):
    case = make.case(db)
    assert logged(db, case, Call(direction="out", outcome="ring_back")).message is None
    assert logged(db, case, Call(text="Spoke.")).message is None


@pytest.mark.parametrize("left, due", [
    (("2026-11-21", "23:10"), date(2026, 11, 26)),  # a Saturday night counts from Monday, three days on
    (("2026-11-19", "15:00"), date(2026, 11, 23)),  # while the office was open: a Sunday, rolled to Monday
])  # fmt: skip
def test_what_lies_on_the_answerphone_counts_from_the_next_opening(db, left, due):
    message = logged(db, make.case(db), Call(medium="answerphone", at=make.at(*left), text="Please ring.")).message
    assert message.due_on == due
    waited = "out of hours" in message.due_trace
    assert waited is (left[1] == "23:10")


def test_an_answerphone_message_waits_even_if_somebody_ticked_that_they_spoke(db):
    made = logged(db, make.case(db), Call(medium="answerphone", text="Please ring."))
    assert (made.message.status, made.note.outcome) == ("received", "voicemail")
    assert not Call(medium="answerphone").reached_somebody


def test_what_a_call_has_done_is_ticked_off_with_it(db):
    case = make.case(db)
    task = Task(case=case, owner=case.lead, what="Ring the school", due_on=make.TODAY)
    db.add(task)
    db.flush()
    logged(db, case, Call(direction="out", text="Done."), done=[task])
    assert task.done_on == make.TODAY


def test_a_call_says_who_rang_and_what_came_of_it(db):
    case = make.case(db)
    db.add(CaseNote(case=case, at=make.NOW, text="x", direction="in"))
    assert make.problems(db) == [("outcome", "Say both who called and what came of it.")]
    db.expunge_all()
    db.add(CaseNote(case=make.case(db), at=make.NOW, text="a visit, neither"))
    assert make.problems(db) == []


def test_only_the_emergency_helpline_wakes_somebody_at_night(db):
    case = make.case(db)
    assert [field for field, _text in refused(db, case, Call(text="x", at_night=True))] == ["at_night"]
    night = Call(
        medium="emergency_helpline", text="Eggs at the door.", at_night=True, at=make.at("2026-11-22", "02:30")
    )
    assert logged(db, make.case(db), night).note.at_night


def test_speaking_up_with_an_agency_needs_what_the_client_asked_for(db):
    case, agency = make.case(db), make.agency(db)
    speaking = {"contact_with": "agency", "agency": agency, "text": "Asked for the repair.",
                "kinds": [make.code(db, "note_kind", "advocacy")]}  # fmt: skip
    [(field, _text)] = refused(db, case, Call(**speaking))
    assert field == "instruction"
    kept = logged(
        db, make.case(db), Call(**speaking, instruction="Ask them for a new lock.", client_told_on=make.TODAY)
    )
    assert kept.note.instruction == "Ask them for a new lock."


def test_an_agency_is_named_only_where_it_was_spoken_to_and_the_client_is_not_told_tomorrow(db):
    case, agency = make.case(db), make.agency(db)
    assert [field for field, _ in refused(db, case, Call(text="x", agency=agency))] == ["contact_with"]
    tomorrow = Call(text="x", client_told_on=make.TODAY + timedelta(days=1))
    assert [field for field, _ in refused(db, make.case(db), tomorrow)] == ["client_told_on"]


def test_a_next_step_without_anybody_to_do_it_is_refused(db):
    case = make.case(db, status="enquiry", lead=make.worker(db, "Leaves"))
    case.lead = None
    db.flush()
    make.act_as(db, "manager")
    with pytest.raises(RuleBroken, match="Nobody would see the next step"):
        calls.log(db, case, Call(text="x"), follow_up=FollowUp("Ring", make.TODAY))


def test_cases_are_found_by_name_reference_or_telephone_within_reach_the_running_first(db):
    team, other = make.team(db, "East"), make.team(db, "West")
    mine = make.worker(db, "Amina K", in_team=team)
    client = make.client(db, "Özgür Şahin", phone="07700 900 345")
    closed = make.case(db, client, lead=mine, status="closed")
    open_one = make.case(db, client, lead=mine)
    theirs = make.case(db, make.client(db, "Ozgur Demir"), lead=make.worker(db, "Joan W", in_team=other))
    make.act_as(db, "caseworker", mine)
    assert calls.find_cases(db, "ozgur", limit=9) == [open_one, closed]
    assert calls.find_cases(db, "900345", limit=9) == [open_one, closed]
    assert calls.find_cases(db, open_one.ref, limit=9) == [open_one]
    assert theirs not in calls.find_cases(db, "demir", limit=9)


def test_ones_own_last_cases_come_by_their_newest_entry(db):
    mine = make.worker(db, "Amina K", in_team=make.team(db))
    quiet, spoken = (make.case(db, make.client(db, name), lead=mine) for name in ("Quiet One", "Spoken To"))
    closed = make.case(db, make.client(db, "Closed One"), lead=mine, status="closed")
    make.act_as(db, "caseworker", mine)
    calls.log(db, spoken, Call(text="x", at=make.NOW - timedelta(days=3)))
    calls.log(db, closed, Call(text="x"))
    assert calls.recent_cases(db, limit=5) == [spoken, quiet]


def test_a_message_from_the_family_is_kept_as_from_somebody_else(db):
    made = logged(db, make.case(db), Call(contact_with="family", outcome="ring_back", text="Her sister."))
    assert made.message.contact_with == "third_party"
    assert correspondence.waiting_in(db, made.note.case) == [made.message]
    assert db.scalars(select(Correspondence)).all() == [made.message]
