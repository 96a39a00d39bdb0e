"""A visit while it happens: arriving, leaving, being missed, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from casework import held
from casework.problems import RuleBroken
from models import AppointmentWorker, Case, CaseNote, Task
from tests import make

DAY = "2026-11-25"


@pytest.fixture
def visit(db):
    """A home visit on Wednesday at eleven, by Maryam and Jon, with Farida to interpret."""
    make.language(db, "Sylheti")
    client = make.client(db, language=make.language(db, "Sylheti"), interpreter="spoken")
    case = make.case(db, client, lead=make.worker(db, "Maryam Y", phone="07700 900101"))
    farida = make.volunteer(db, "Farida A", speaks=(("Sylheti", "spoken"),), free=(("2", "10:00", "16:00"),))
    return make.appointment(db, case, DAY, "11:00", kind="home_visit", interpreter=farida)


def at(db, visit, clock, day=DAY, who="Maryam Y"):
    """Let somebody of this visit act at a time of that day."""
    person = next(one.worker for one in visit.people if one.worker.name == who)
    make.act_as(db, "caseworker", person, now=make.at(day, clock))
    return person


def test_those_who_go_tell_when_they_arrive_and_when_they_leave(db, visit):
    maryam = at(db, visit, "10:58")
    assert held.check_in(db, visit, maryam.id).checked_in_at == datetime(2026, 11, 25, 10, 58, tzinfo=UTC)
    at(db, visit, "11:50")
    gone = held.check_out(db, visit, maryam.id)
    assert (gone.checked_in_at.hour, gone.checked_out_at.hour, gone.checked_out_at.minute) == (10, 11, 50)
    at(db, visit, "11:55")
    assert held.check_out(db, visit, maryam.id).checked_out_at.minute == 50, "a second tap changes nothing"


def test_nobody_else_can_tell_for_them_nor_on_another_day(db, visit):
    stranger = make.worker(db, "Leila S")
    at(db, visit, "11:00")
    with pytest.raises(RuleBroken, match="You are not down for this visit"):
        held.check_in(db, visit, stranger.id)
    maryam = at(db, visit, "11:00", day="2026-11-24")
    with pytest.raises(RuleBroken, match="on the day of the visit"), db.begin_nested():
        held.check_in(db, visit, maryam.id)


def test_whoever_said_no_tells_nothing(db, visit):
    maryam = at(db, visit, "11:00")
    next(one for one in visit.people if one.worker is maryam).status = "declined"
    with pytest.raises(RuleBroken, match="You are not down for this visit"), db.no_autoflush:
        held.check_in(db, visit, maryam.id)


def test_what_was_told_stays_as_it_is(db, visit):
    maryam = at(db, visit, "11:00")
    person = held.check_in(db, visit, maryam.id)
    person.checked_in_at += timedelta(minutes=5)
    with pytest.raises(RuleBroken, match="stays as it is"):
        db.flush()


@pytest.mark.parametrize("clock, is_missed", [("12:29", False), ("12:30", True)])
def test_whoever_has_not_left_half_an_hour_after_the_end_is_missed_by_everybody(db, visit, clock, is_missed):
    at(db, visit, clock)
    found = held.missed(db)
    assert bool(found) is is_missed
    if is_missed:
        assert found[0].names == ("Maryam Y", "Jon P") and found[0].phones == ("07700 900101",)
        assert found[0].ended_at == make.at(DAY, "12:00")


@pytest.mark.parametrize("days, is_missed", [(3, True), (13, True), (15, False)])
def test_somebody_missed_on_a_friday_is_still_missed_on_monday(db, visit, days, is_missed):
    make.act_as(db, "manager", now=make.at(DAY, "12:00") + timedelta(days=days))
    assert bool(held.missed(db)) is is_missed


def test_however_many_are_missed_they_are_found_in_one_statement(db, visit, statements):
    for hour in ("13:00", "15:00"):
        make.appointment(db, visit.case, DAY, hour, kind="accompaniment", area=make.area(db, "Newham"))
    at(db, visit, "17:00")
    db.expunge_all()
    held.missed(db)  # the settings are read by now
    db.expunge_all()
    statements.clear()
    found = held.missed(db)
    assert [one.ended_at.hour for one in found] == [12, 14, 16]
    assert [one.borough for one in found][1:] == ["Newham", "Newham"] and found[0].names == ("Maryam Y", "Jon P")
    assert len(statements) == 1


def test_a_next_step_that_nobody_would_see_is_sent_back(db):
    case = Case(kind=make.code(db, "case_kind", "racist_incident"), first_contact_at=make.NOW, area=make.area(db))
    db.add(case)
    meeting = make.appointment(db, case, DAY, "11:00", kind="phone", lead=make.worker(db))
    make.act_as(db, "system", now=make.at(DAY, "12:10"))
    with pytest.raises(RuleBroken) as told:
        held.record(db, meeting, "attended", "x", next_action="Ring", next_on=make.TODAY + timedelta(days=5))
    assert [one.field for one in told.value.problems] == ["next_action"]


def test_nobody_is_missed_who_has_left_or_whose_visit_is_over(db, visit):
    for name in ("Maryam Y", "Jon P"):
        person = at(db, visit, "11:55", who=name)
        held.check_out(db, visit, person.id)
    at(db, visit, "13:00")
    assert held.missed(db) == []


def test_a_visit_that_was_called_off_misses_nobody(db, visit):
    at(db, visit, "10:00")
    held.record(db, visit, "cancelled_client", "She rang: the baby is ill.")
    at(db, visit, "13:00")
    assert held.missed(db) == []


def test_one_who_is_still_there_is_named_alone(db, visit):
    jon = at(db, visit, "11:55", who="Jon P")
    held.check_out(db, visit, jon.id)
    at(db, visit, "13:00")
    assert [one.names for one in held.missed(db)] == [("Maryam Y",)]


def test_what_came_of_it_is_one_save_state_note_and_next_step(db, visit):
    maryam = at(db, visit, "12:10")
    held.record(db, visit, "attended", "Door is repaired.", id_shown=True, next_action="Ring the landlord",
                next_on=make.TODAY + timedelta(days=5))  # fmt: skip
    assert (visit.status, visit.id_carried) == ("attended", True)
    note = db.query(CaseNote).filter_by(case_id=visit.case_id).order_by(CaseNote.id.desc()).first()
    assert (note.text, note.medium, note.contact_with) == ("Door is repaired.", "visit", "client")
    task = db.query(Task).filter_by(case_id=visit.case_id, what="Ring the landlord").one()
    assert (task.owner, task.due_on) == (maryam, make.TODAY + timedelta(days=5))


def test_a_next_step_needs_its_day_and_a_visit_its_card(db, visit):
    at(db, visit, "12:10")
    with pytest.raises(RuleBroken) as told:
        held.record(db, visit, "attended", "x", id_shown=True, next_action="Ring")
    assert [one.field for one in told.value.problems] == ["next_on"]
    with pytest.raises(RuleBroken) as told, db.begin_nested():
        held.record(db, visit, "attended", "x", id_shown=False)
    assert "id_carried" in [one.field for one in told.value.problems]


def test_a_lone_visit_needs_a_plan_for_checking_in(db, visit):
    manager = make.worker(db, "Dilys M")
    make.act_as(db, "manager", manager)
    visit.lone_reason = "Client asked for it"
    with pytest.raises(RuleBroken, match="check-in plan"), db.begin_nested():
        db.flush()
    visit.lone_reason, visit.check_in_plan = "Client asked for it", "Dilys rings at 12:15"
    db.flush()


def test_who_was_asked_and_said_no_is_not_missed(db, visit):
    visit.people.append(AppointmentWorker(worker=make.worker(db, "Leila S"), role="second", status="declined"))
    at(db, visit, "13:00")
    assert [one.names for one in held.missed(db)] == [("Maryam Y", "Jon P")]


@pytest.mark.parametrize("kind, is_missed", [("accompaniment", True), ("office", False), ("phone", False)])
def test_only_who_left_the_office_is_missed(db, visit, kind, is_missed):
    visit.status = "cancelled_office"
    make.appointment(db, visit.case, DAY, "14:00", kind=kind)
    make.act_as(db, "manager", now=make.at(DAY, "16:00"))
    assert bool(held.missed(db)) is is_missed


def test_a_second_tap_does_not_move_the_arrival(db, visit):
    maryam = at(db, visit, "10:58")
    held.check_in(db, visit, maryam.id)
    at(db, visit, "11:20")
    assert held.check_in(db, visit, maryam.id).checked_in_at == make.at(DAY, "10:58")


def test_the_time_of_leaving_stays_too(db, visit):
    maryam = at(db, visit, "11:50")
    held.check_out(db, visit, maryam.id).checked_out_at += timedelta(minutes=5)
    with pytest.raises(RuleBroken, match="stays as it is"):
        db.flush()


@pytest.mark.parametrize("kind, status, words", [
    ("office", "booked", "Only visits outside the office"), ("home_visit", "cancelled_client", "is not booked"),
])  # fmt: skip
def test_nobody_arrives_where_nobody_is_expected(db, visit, kind, status, words):
    visit.status = "cancelled_office"
    other = make.appointment(db, visit.case, DAY, "14:00", kind=kind)
    other.status = status
    maryam = at(db, other, "14:00")
    with pytest.raises(RuleBroken, match=words):
        held.check_in(db, other, maryam.id)


@pytest.mark.parametrize("kind, outcome, medium, contact", [
    ("phone", "attended", "phone", "client"), ("video", "attended", "meeting", "client"),
    ("office", "attended", "visit", "client"), ("phone", "not_attended", "other", "internal"),
])  # fmt: skip
def test_the_note_says_how_it_took_place_and_whether_we_spoke_with_the_client(
    db, visit, kind, outcome, medium, contact
):
    meeting = make.appointment(db, visit.case, DAY, "14:00", kind=kind)
    at(db, meeting, "15:05")
    held.record(db, meeting, outcome, "Said in short.")
    note = db.query(CaseNote).filter_by(text="Said in short.").one()
    assert (note.medium, note.contact_with) == (medium, contact)


def test_a_card_that_was_shown_is_not_forgotten_and_the_next_step_may_be_somebody_elses(db, visit):
    jon = next(one.worker for one in visit.people if one.worker.name == "Jon P")
    visit.id_carried = True
    at(db, visit, "12:10")
    held.record(db, visit, "attended", "Card was shown.", next_action="Ask the school", owner=jon,
                next_on=make.TODAY + timedelta(days=5))  # fmt: skip
    assert visit.id_carried is True
    assert db.query(Task).filter_by(what="Ask the school").one().owner is jon


def test_an_outcome_is_one_of_those_that_there_are(db, visit):
    at(db, visit, "12:10")
    with pytest.raises(RuleBroken, match="Say what came of it"):
        held.record(db, visit, "booked", "Nothing yet.")


def test_a_visit_is_not_over_while_somebody_who_arrived_has_not_left(db, visit):
    """Else whoever records it first would take the other off the list of those who are missed."""
    jon = at(db, visit, "10:58", who="Jon P")
    held.check_in(db, visit, jon.id)
    at(db, visit, "12:40")
    with (
        pytest.raises(RuleBroken, match="Jon P has arrived and not told us about leaving") as refused,
        db.begin_nested(),
    ):
        held.record(db, visit, "attended", "Spoke about the move.", id_shown=True)
    assert [one.field for one in refused.value.problems] == ["all_left"]
    db.refresh(visit)
    assert [one.names for one in held.missed(db)] == [("Maryam Y", "Jon P")]
    held.record(db, visit, "attended", "Spoke about the move.", id_shown=True, all_left=True)
    left = {one.worker.name: one.checked_out_at for one in visit.people}
    assert left == {"Maryam Y": None, "Jon P": make.at(DAY, "12:40"), "Farida A": None}


def test_that_somebody_left_may_be_told_on_a_later_day_that_they_arrived_may_not(db, visit):
    maryam = at(db, visit, "11:00")
    held.check_in(db, visit, maryam.id)
    at(db, visit, "09:00", day="2026-11-26", who="Jon P")
    held.record(db, visit, "attended", "Spoke about the move.", id_shown=True, all_left=True)
    assert held.still_there(visit) == []
    with pytest.raises(RuleBroken, match="on the day of the visit"), db.begin_nested():
        held.check_in(db, visit, next(one.worker_id for one in visit.people if one.worker.name == "Jon P"))
