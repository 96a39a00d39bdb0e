"""The planner's grid: what each cell says is recomputed person by person, and no cell promises what a rule refuses."""

from __future__ import annotations

import random
from datetime import date, time, timedelta
from itertools import combinations

import pytest

from casework import offers, planner, visit_times
from casework.calendar import LONDON, local
from casework.settings import office
from models import Appointment, Venue
from tests import make
from tests.casework.test_visits import LONG, _has_given, random_office, ways

DAYS = [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]


def search(db, case, kind="home_visit", language=None, minutes=60):
    return offers.search_for(
        db, case, after=make.at("2026-11-23", "00:30"), days=3, minutes=minutes, kind=kind, language=language,
        gender="female" if language else "any",
    )  # fmt: skip


def taken_by_hand(db, worker, starts_at):
    """Look through every appointment that there is: all at the office, half an hour away from every home here."""
    ends_at, way = starts_at + timedelta(hours=1), timedelta(minutes=30)
    return any(
        one.status in ("offered", "booked", "attended")
        and one.starts_at < ends_at + way and starts_at < one.ends_at + way
        and any(person.worker is worker and person.status != "declined" for person in one.people)
        for one in db.query(Appointment)
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(20 if LONG else 1))
def test_a_cell_says_how_many_could_come_and_offers_only_what_the_rules_accept(db, engine, seed, monkeypatch):
    chance = random.Random(f"planner {engine.dialect.name} {seed}")
    case, staff, helpers = random_office(db, chance)
    language = make.language(db, "Sylheti")
    monkeypatch.setattr(visit_times, "_first_free", lambda *_: "")
    found = search(db, case, language=language)
    times = planner.times_of_day(db, office(db))
    rows = planner.grid(found, DAYS, times, make.at("2026-11-23", "10:00"))
    checked = 0
    for row in rows:
        if row.closed:
            assert not office(db).is_open_day(row.day)
            continue
        assert [f"{local(slot.starts_at):%H:%M}" for slot in row.slots] == [f"{at:%H:%M}" for at in times]
        for slot in row.slots[:-1]:  # the last would end after closing
            kept_away = {one.id for one in (*staff, *helpers) if one.id in found.facts.conflicted}
            there = [
                one for one in (*staff, *helpers)
                if one.id not in kept_away and _has_given(one, slot.starts_at)
                and not taken_by_hand(db, one, slot.starts_at)
            ]  # fmt: skip
            pairs = list(combinations([one for one in there if one.kind == "staff"], 2))
            assert slot.pairs == len(pairs)
            if pairs:
                fitting = [one for one in there if one.kind == "volunteer" and one.gender == "female"]
                assert slot.interpreters == len(fitting)
            possible = any(ways(db, case, staff, helpers, "home_visit", language, slot.starts_at))
            assert (slot.offer is not None) is possible
            assert (planner.why_not(found, slot.starts_at, make.at("2026-11-23", "10:00")) == []) is possible
            checked += 1
        assert row.slots[-1].offer is None and row.slots[-1].pairs == 0
    assert checked > 20


@pytest.fixture
def quiet(db):
    """One case, its caseworker and one colleague, both free all day."""
    case = make.case(db, lead=make.worker(db, "Maryam Y"))
    make.worker(db, "Jon P")
    return case


def reasons(db, case, clock="11:00", day="2026-11-24", **more):
    return planner.why_not(search(db, case, **more), make.at(day, clock), make.at("2026-11-23", "10:00"))


def test_a_free_hour_has_no_reason_against_it(db, quiet):
    assert reasons(db, quiet) == []


def test_a_colleague_who_is_away_is_named_with_the_time_and_never_with_whom(db, quiet):
    other = make.case(db, make.client(db, "Somebody else"), lead=make.worker(db, "Leila S", active=False))
    jon = next(one for one in search(db, quiet).seconds if one.name == "Jon P")
    make.appointment(db, other, "2026-11-24", "10:30", minutes=75, lead=jon)
    assert reasons(db, quiet) == [
        "Jon P is at another appointment until 11:45.",
        "Only Maryam Y is free, and a home visit takes 2.",
    ]
    assert reasons(db, quiet, "12:00")[0] == (
        "Jon P is at another appointment until 11:45, and the office to Tower Hamlets takes 30 minutes."
    )
    assert reasons(db, quiet, "12:15") == []
    assert reasons(db, quiet, kind="phone") == []


def test_the_clients_own_appointment_closing_time_the_past_and_a_missing_language_are_said(db, quiet):
    make.appointment(db, quiet, "2026-11-24", "11:00", kind="phone")
    assert reasons(db, quiet)[0] == "This client has another appointment until 12:00."
    assert reasons(db, quiet, "17:30") == ["It would not end by closing time, 18:00."]
    assert reasons(db, quiet, "09:30", "2026-11-23") == ["This time is over."]
    told = reasons(db, quiet, "14:00", language=make.language(db, "Tigrinya"))
    assert told == ["Nobody who could interpret Tigrinya is free then."]


def test_the_grid_shows_the_next_working_days_and_a_closed_day_with_its_reason(db, quiet):
    from models import ClosedDay

    db.add(ClosedDay(day=date(2026, 11, 27), name="Staff training"))
    db.flush()
    days = planner.days_ahead(db, office(db), date(2026, 11, 23))
    open_days = [day for day in days if day != date(2026, 11, 27)]
    assert date(2026, 11, 27) in days and len(open_days) == 11  # today and ten working days
    assert all(day.weekday() < 5 for day in days)
    row = planner.grid(search(db, quiet), [date(2026, 11, 27)], [time(10)], make.at("2026-11-23", "10:00"))[0]
    assert row.closed == "Staff training" and row.slots == ()


def test_times_are_london_times_after_the_clocks_have_changed(db, quiet):
    found = offers.search_for(db, quiet, after=make.at("2027-03-29", "00:30"), days=2, minutes=60, kind="phone")
    [row] = planner.grid(found, [date(2027, 3, 30)], [time(10)], make.at("2026-11-23", "10:00"))
    assert row.slots[0].starts_at.astimezone(LONDON).strftime("%H:%M %z") == "10:00 +0100"


NOW = make.at("2026-11-23", "10:00")


def slots(db, case, *clocks, now=NOW, day=DAYS[1], **more):
    """Give the slots of one day, by their clock."""
    [row] = planner.grid(search(db, case, **more), [day], [time.fromisoformat(clock) for clock in clocks], now)
    return {f"{local(slot.starts_at):%H:%M}": slot for slot in row.slots}


@pytest.mark.parametrize("more", [0, 1, 2, 4])
def test_so_many_pairs_as_people_can_be_joined_by_two_and_one_by_one_for_a_call(db, quiet, more):
    for number in range(more):
        make.worker(db, f"Colleague {number}")
    people = ["Maryam", "Jon", *range(more)]
    assert slots(db, quiet, "11:00")["11:00"].pairs == len(list(combinations(people, 2)))
    assert slots(db, quiet, "11:00", kind="phone")["11:00"].pairs == len(people)


def test_a_meeting_may_end_just_at_closing_and_begin_just_now(db, quiet):
    late = slots(db, quiet, "17:00", "17:30")
    assert late["17:00"].offer is not None and late["17:00"].pairs == 1
    assert late["17:30"].offer is None and not late["17:30"].is_past
    today = slots(db, quiet, "10:00", "10:30", "11:00", now=make.at("2026-11-23", "10:30"), day=DAYS[0])
    assert [slot.is_past for slot in today.values()] == [True, False, False]
    assert [slot.pairs for slot in today.values()] == [0, 1, 1]


def test_the_grid_keeps_to_the_clock_on_a_day_that_opens_at_the_changed_hour(db, quiet):
    found = offers.search_for(db, quiet, after=make.at("2027-03-29", "00:30"), days=2, minutes=60, kind="phone")
    times = [time(10), time(10, 30), time(17)]
    [row] = planner.grid(found, [date(2027, 3, 30)], times, NOW)
    assert [local(slot.starts_at).time() for slot in row.slots] == times


def test_the_best_are_the_first_of_each_day_and_no_more_than_asked_for(db, quiet):
    times = [time(11), time(10, 30), time(12)]
    rows = planner.grid(search(db, quiet), DAYS, times, NOW)
    best = planner.best(rows, 2)
    assert [local(offer.starts_at).date() for offer in best] == DAYS[:2]
    assert all(
        offer is next(slot.offer for slot in row.slots if slot.offer) for offer, row in zip(best, rows, strict=False)
    )
    assert len(planner.best(rows, 5)) == len(DAYS)


def test_an_hour_without_a_room_says_so(db, quiet):
    assert reasons(db, quiet, kind="office") == []
    rooms = db.query(Venue).all()
    for number, room in enumerate(rooms):
        assert reasons(db, quiet, kind="office") == []
        other = make.case(db, make.client(db, f"Somebody {number}"), lead=make.worker(db, f"Colleague {number}"))
        make.appointment(db, other, "2026-11-24", "11:00", kind="office", venue=room)
    assert reasons(db, quiet, kind="office") == ["No room that would do is free then."]
