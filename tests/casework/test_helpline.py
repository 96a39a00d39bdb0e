"""The helpline's rota: whose turn it is at every hour, gaps, swaps, repeated weeks, and the handover."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework import helpline, night
from casework.calendar import local
from casework.helpline import DAY, NIGHT
from casework.problems import RuleBroken
from casework.settings import office
from models import CaseNote, HelplineShift, Task
from tests import make

MONDAY = date(2026, 11, 23)


@pytest.fixture
def maryam(db):
    return make.worker(db, "Maryam Y", phone="07700 900101")


@pytest.fixture
def jon(db):
    return make.worker(db, "Jon P")


def at(db, clock, day="2026-11-23", **more):
    return make.act_as(db, "manager", now=make.at(day, clock), **more)


@pytest.mark.parametrize(
    "day, clock, turn",
    [
        ("2026-11-24", "09:59", (date(2026, 11, 23), NIGHT)),
        ("2026-11-24", "10:00", (date(2026, 11, 24), DAY)),
        ("2026-11-24", "17:59", (date(2026, 11, 24), DAY)),
        ("2026-11-24", "18:00", (date(2026, 11, 24), NIGHT)),
        ("2026-11-25", "00:00", (date(2026, 11, 24), NIGHT)),
        ("2026-12-25", "12:00", (date(2026, 12, 25), DAY)),  # Christmas Day: the phone rings all the same
        ("2026-11-28", "03:00", (date(2026, 11, 27), NIGHT)),  # a Saturday
        ("2027-01-01", "02:00", (date(2026, 12, 31), NIGHT)),
        ("2026-10-25", "01:30", (date(2026, 10, 24), NIGHT)),  # the hour that comes twice
    ],
)
def test_every_hour_of_the_year_belongs_to_one_turn(db, day, clock, turn):
    assert helpline.turn_at(make.at(day, clock), office(db)) == turn


def test_the_turns_of_a_whole_year_are_one_day_and_one_night_each(db, maryam, statements):
    helpline.put(db, date(2027, 1, 1), NIGHT, maryam)
    statements.clear()
    found = helpline.turns(db, date(2027, 1, 1), date(2027, 12, 31))
    assert len(statements) == 1
    assert len(found) == 365 * 2 and len({(one.day, one.part) for one in found}) == 365 * 2
    assert [(one.day, one.part) for one in found if one.shift is not None] == [(date(2027, 1, 1), NIGHT)]


def test_now_and_tonight_are_given_and_every_gap_of_seven_days(db, maryam):
    at(db, "09:30", "2026-11-24")  # still the night of Monday
    for number in range(-1, 9):
        for part in (DAY, NIGHT):
            if (number, part) not in ((3, NIGHT), (8, DAY)):
                helpline.put(db, date(2026, 11, 24) + timedelta(days=number), part, maryam)
    now, gaps = helpline.now_and_gaps(db)
    assert [(one.day.day, one.part) for one in now] == [(23, NIGHT), (24, NIGHT)], "at half past nine it is still night"
    assert [(one.day.day, one.part) for one in gaps] == [(27, NIGHT)], "the eighth day is not looked at yet"
    at(db, "12:00", "2026-11-24")
    now, _gaps = helpline.now_and_gaps(db)
    assert [(one.day.day, one.part) for one in now] == [(24, DAY), (24, NIGHT)]
    at(db, "20:00", "2026-11-24")
    assert [(one.day.day, one.part) for one in helpline.now_and_gaps(db)[0]] == [(24, NIGHT)]
    at(db, "12:00", "2026-11-25")
    assert [(one.day.day, one.part) for one in helpline.now_and_gaps(db)[1]] == [(27, NIGHT), (2, DAY)]


def test_a_swap_needs_a_reason_and_a_colleague_who_is_with_us(db, maryam, jon):
    shift = helpline.put(db, MONDAY, NIGHT, maryam, backup=jon)
    with pytest.raises(RuleBroken, match="why the turn goes to somebody else"), db.begin_nested():
        helpline.take(db, shift, jon, " ")
    gone = make.worker(db, "Leila S", active=False)
    with pytest.raises(RuleBroken, match="not active with us now"), db.begin_nested():
        helpline.take(db, shift, gone, "Ill")
    db.refresh(shift)
    helpline.take(db, shift, jon, "Child ill")
    assert (shift.worker, shift.backup, shift.reason) == (jon, None, "Child ill")


def test_two_people_change_their_turns_in_one_go(db, maryam, jon):
    one = helpline.put(db, MONDAY, NIGHT, maryam, backup=jon)
    other = helpline.put(db, date(2026, 11, 27), NIGHT, jon)
    helpline.swap(db, one, other, "Wedding")
    assert (one.worker, one.backup, other.worker) == (jon, None, maryam)
    assert {one.reason, other.reason} == {"Wedding"}
    with pytest.raises(RuleBroken, match="held by the same person"):
        helpline.swap(db, one, one, "Again")


# Who may hold the phone; a turn on Monday 23 November

TRAINED = {"may_hold_helpline": True, "training_on": date(2026, 1, 5)}
MAY_OR_NOT = [
    ("staff", {}, None),
    ("staff", {"confidentiality_signed_on": None}, None),
    ("trustee", TRAINED, "is a trustee; the phone is held by staff, and by volunteers trained for it"),
    ("volunteer", TRAINED, None),
    ("volunteer", {**TRAINED, "active": False}, "is not active with us now"),
    ("volunteer", {**TRAINED, "may_hold_helpline": False},
     "is not written down as somebody who may hold the helpline"),
    ("volunteer", {**TRAINED, "training_on": None}, "has no training that counts on that day"),
    ("volunteer", {**TRAINED, "training_until": date(2026, 11, 22)}, "has no training that counts on that day"),
    ("volunteer", {**TRAINED, "training_until": MONDAY}, None),
    ("volunteer", {**TRAINED, "confidentiality_signed_on": None}, "has no signed confidentiality for that day"),
    ("volunteer", {**TRAINED, "confidentiality_signed_on": date(2026, 11, 24)},
     "has no signed confidentiality for that day"),
    ("volunteer", {**TRAINED, "confidentiality_signed_on": MONDAY}, None),
    ("volunteer", {**TRAINED, "confidentiality_until": date(2026, 11, 22)},
     "has no signed confidentiality for that day"),
]  # fmt: skip


@pytest.mark.parametrize("kind, more, words", MAY_OR_NOT)
def test_the_phone_is_held_by_staff_and_by_volunteers_trained_for_it(db, maryam, kind, more, words):
    """Named, taken over and as backup alike; and whoever may is offered, and nobody else."""
    somebody = make.worker(db, "Somebody", kind=kind, **more)
    assert (somebody in helpline.who_may_hold(db, MONDAY)) is (words is None)
    if words is None:
        helpline.put(db, MONDAY, NIGHT, somebody, backup=maryam)
        helpline.put(db, MONDAY, DAY, maryam, backup=somebody)
        return
    for worker, backup in ((somebody, maryam), (maryam, somebody)):
        with pytest.raises(RuleBroken, match=f"Somebody {words}. Choose somebody else."), db.begin_nested():
            helpline.put(db, MONDAY, NIGHT, worker, backup=backup)
    held = helpline.put(db, MONDAY, NIGHT, maryam)
    with pytest.raises(RuleBroken, match=f"Somebody {words}"), db.begin_nested():
        helpline.take(db, held, somebody, "Ill")


def test_staff_are_offered_before_volunteers_each_by_name(db, maryam, jon):
    make.volunteer(db, "Aliya K", **TRAINED)
    make.volunteer(db, "Farida A")
    make.volunteer(db, "Bilal O", **TRAINED)
    assert [one.name for one in helpline.who_may_hold(db, MONDAY)] == ["Jon P", "Maryam Y", "Aliya K", "Bilal O"]


def test_a_repeated_week_leaves_out_whose_training_has_run_out_by_then(db, maryam):
    aliya = make.volunteer(db, "Aliya K", **TRAINED, training_until=date(2026, 11, 30))
    helpline.put(db, MONDAY, NIGHT, aliya)
    helpline.put(db, MONDAY, DAY, maryam, backup=aliya)
    assert helpline.repeat_week(db, MONDAY, 2) == 3
    later = [one for one in helpline.turns(db, date(2026, 11, 30), date(2026, 12, 7)) if one.shift is not None]
    assert [(one.day.isoformat(), one.part, one.shift.worker.name, one.shift.backup) for one in later] == [
        ("2026-11-30", DAY, "Maryam Y", aliya), ("2026-11-30", NIGHT, "Aliya K", None),
        ("2026-12-07", DAY, "Maryam Y", None),
    ]  # fmt: skip


@pytest.mark.parametrize("clock, accepted", [("09:59", True), ("10:00", False)])
def test_who_held_the_phone_in_a_turn_that_is_over_stays_on_record(db, maryam, jon, clock, accepted):
    shift = helpline.put(db, MONDAY, NIGHT, maryam)
    at(db, clock, "2026-11-24")
    if accepted:
        helpline.take(db, shift, jon, "Ill since three")
        return
    with pytest.raises(RuleBroken, match="This turn is over"), db.begin_nested():
        helpline.take(db, shift, jon, "Ill since three")
    db.refresh(shift)
    db.delete(shift)
    with pytest.raises(RuleBroken, match="stays on record"):
        db.flush()


def test_a_turn_ahead_may_be_taken_out_again(db, maryam):
    shift = helpline.put(db, date(2026, 11, 27), NIGHT, maryam)
    db.delete(shift)
    db.flush()
    assert helpline.turns(db, date(2026, 11, 27), date(2026, 11, 27))[1].shift is None


def test_one_turn_has_one_name_and_nobody_is_their_own_backup(db, maryam, jon):
    helpline.put(db, MONDAY, NIGHT, maryam)
    with pytest.raises(RuleBroken, match="Mon 23 Nov 2026, night, already"), db.begin_nested():
        db.add(HelplineShift(day=MONDAY, part=NIGHT, worker=jon))
        db.flush()
    with pytest.raises(RuleBroken, match="cannot be their own backup"), db.begin_nested():
        helpline.put(db, MONDAY, DAY, jon, backup=jon)
    helpline.put(db, MONDAY, DAY, jon, backup=maryam)


@pytest.mark.parametrize("days, accepted", [(400, True), (401, False)])
def test_a_turn_lies_within_about_a_year(db, maryam, days, accepted):
    day = make.TODAY + timedelta(days=days)
    if accepted:
        helpline.put(db, day, NIGHT, maryam)
        return
    with pytest.raises(RuleBroken, match="Check the year"):
        helpline.put(db, day, NIGHT, maryam)


def test_a_week_is_repeated_without_taking_a_turn_from_anybody(db, maryam, jon):
    for number in range(7):
        helpline.put(db, MONDAY + timedelta(days=number), NIGHT, maryam if number % 2 else jon, backup=None)
    taken = helpline.put(db, date(2026, 12, 1), NIGHT, jon)  # the Tuesday after, otherwise Maryam's
    assert helpline.repeat_week(db, MONDAY, 2) == 13
    later = helpline.turns(db, date(2026, 11, 30), date(2026, 12, 13))
    assert [one.shift.worker.name for one in later if one.part == NIGHT] == [
        *("Jon P", "Jon P", "Jon P", "Maryam Y", "Jon P", "Maryam Y", "Jon P"),
        *("Jon P", "Maryam Y", "Jon P", "Maryam Y", "Jon P", "Maryam Y", "Jon P"),
    ]
    assert taken.worker is jon and all(one.shift is None for one in later if one.part == DAY)
    assert helpline.repeat_week(db, MONDAY, 2) == 0


@pytest.mark.parametrize("weeks", [0, 13])
def test_a_week_is_repeated_for_up_to_twelve_weeks(db, maryam, weeks):
    helpline.put(db, MONDAY, NIGHT, maryam)
    with pytest.raises(RuleBroken, match="from 1 to 12"):
        helpline.repeat_week(db, MONDAY, weeks)


def test_an_empty_week_is_not_repeated_and_who_has_left_is_left_out(db, maryam, jon):
    with pytest.raises(RuleBroken, match="Nobody is named in this week yet"):
        helpline.repeat_week(db, MONDAY, 1)
    helpline.put(db, MONDAY, NIGHT, maryam, backup=jon)
    helpline.put(db, MONDAY, DAY, jon)
    jon.active = False
    db.flush()
    assert helpline.repeat_week(db, MONDAY, 1) == 1
    assert helpline.turns(db, date(2026, 11, 30), date(2026, 11, 30))[1].shift.backup is None


# Handover


def call(db, case, day, clock, text, **more):
    more.setdefault("medium", "emergency_helpline")
    note = CaseNote(case=case, at=make.at(day, clock), text=text, direction="in", outcome="spoke", **more)
    db.add(note)
    db.flush()
    return note


def test_the_sheet_holds_the_calls_since_the_last_handover_and_what_is_to_be_done_from_them(db, maryam, jon):
    case = make.case(db, lead=maryam)
    at(db, "09:00", "2026-11-24", person=maryam)
    for day, clock, text in (("2026-11-23", "17:59", "before closing"), ("2026-11-23", "23:10", "windows"),
                             ("2026-11-24", "04:00", "again")):  # fmt: skip
        call(db, case, day, clock, text, at_night=True)
    call(db, case, "2026-11-23", "20:00", "an ordinary call", medium="phone")
    task = Task(case=case, owner=maryam, what="Ring back", due_on=date(2026, 11, 24))
    other = Task(
        case=make.case(db, make.client(db, "B"), lead=maryam), owner=maryam, what="Else", due_on=date(2026, 11, 24)
    )
    db.add_all([task, other])
    db.flush()
    found = night.night_of(db)
    assert [one.text for one in found.calls] == ["windows", "again"]
    assert (found.tasks, found.others, local(found.since).hour) == ([task], 0, 18)
    helpline.put(db, MONDAY, NIGHT, jon)
    night.take_over(db)
    at(db, "09:30", "2026-11-24", person=maryam)
    call(db, case, "2026-11-24", "09:20", "a third time", at_night=True)
    assert [one.text for one in night.night_of(db).calls] == ["a third time"]


def test_after_a_weekend_the_sheet_goes_back_to_friday_evening(db, maryam):
    at(db, "10:30", "2026-11-30", person=maryam)
    assert local(night.last_handover(db)).strftime("%A %H:%M") == "Friday 18:00"


def test_calls_of_other_teams_are_counted_and_not_shown(db, maryam):
    case = make.case(db, lead=maryam)
    theirs = make.case(
        db, make.client(db, "Somebody else"), lead=make.worker(db, "Joan W", in_team=make.team(db, "West"))
    )
    call(db, case, "2026-11-22", "23:00", "ours", at_night=True)
    call(db, theirs, "2026-11-22", "23:30", "theirs", at_night=True)
    make.act_as(db, "caseworker", maryam)
    found = night.night_of(db)
    assert ([one.text for one in found.calls], found.others) == (["ours"], 1)


def test_the_phone_is_handed_over_in_a_turn_that_has_a_name(db, maryam):
    with pytest.raises(RuleBroken, match="Nobody is named for this turn yet"):
        night.take_over(db)
    helpline.put(db, date(2026, 11, 22), NIGHT, maryam)  # at nine on Monday it is still Sunday's night
    assert night.take_over(db).taken_over_at == make.NOW
