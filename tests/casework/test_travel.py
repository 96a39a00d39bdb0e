"""The way from one meeting to the next: how long it takes, and on which side of that minute a plan is refused."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import offers, planner
from casework.interpreters import find, for_appointment
from casework.problems import RuleBroken
from casework.travel import Place, travel_times
from models import AppointmentWorker, Area, AreaTravel, Setting
from tests import make

DAY = "2026-11-25"
SEED = Path(__file__).parents[2] / "seed" / "area_travel.csv"


def case_of(db, client=None, **more):
    """A case in our own area, wherever the client lives now."""
    return make.case(db, client, area=make.area(db), **more)


@pytest.fixture
def joe(db):
    """Joe, at somebody's home in Newham from one until half past two."""
    person = make.worker(db, "Joe B")
    other = case_of(db, make.client(db, "Somebody else", area=make.area(db, "Newham")), lead=person)
    make.appointment(db, other, DAY, "13:00", minutes=90, kind="home_visit")
    return person


def visit(db, joe, clock, borough="Hackney", minutes=60, kind="home_visit", **more):
    """Let Joe go to a client of this borough; give what is refused."""
    client = make.client(db, "Rehana Begum", area=make.area(db, borough) if borough else None)
    case = case_of(db, client, lead=joe)
    sara = more.pop("second", None) or make.worker(db, "Sara K")
    try:
        with db.begin_nested():
            make.appointment(db, case, DAY, clock, kind=kind, minutes=minutes, second=sara, **more)
    except RuleBroken as broken:
        return " ".join(one.text for one in broken.problems)
    return ""


@pytest.mark.parametrize("clock, accepted", [("15:00", True), ("14:59", False), ("14:30", False)])
def test_exactly_enough_time_for_the_way_is_accepted_and_a_minute_less_is_refused(db, joe, clock, accepted):
    told = visit(db, joe, clock)
    assert (told == "") is accepted
    if not accepted:
        assert "Joe B is at another appointment until 14:30, and Newham to Hackney takes 30 minutes." in told
        assert "Somebody else" not in told


@pytest.mark.parametrize("minutes, accepted", [(60, True), (61, False)])
def test_the_way_on_to_the_next_meeting_counts_too(db, joe, minutes, accepted):
    told = visit(db, joe, "11:30", minutes=minutes)
    assert (told == "") is accepted
    if not accepted:
        assert "Joe B is at another appointment from 13:00, and Hackney to Newham takes 30 minutes." in told


@pytest.mark.parametrize(
    "borough, kind, first",
    [
        ("Newham", "home_visit", "14:45"),  # the same borough: a quarter of an hour
        ("Hackney", "home_visit", "15:00"),  # a neighbour
        ("Croydon", "home_visit", "15:15"),  # any other
        ("Croydon", "office", "14:45"),  # the office stands in Newham
        ("Croydon", "phone", "14:30"),  # nobody goes anywhere
        (None, "home_visit", "14:30"),  # not recorded: nothing is counted
    ],
)
def test_what_is_counted_follows_from_where_both_meetings_are(db, joe, borough, kind, first):
    earlier = f"{(make.at(DAY, first) - timedelta(minutes=1)):%H:%M}"
    assert visit(db, joe, earlier, borough, kind=kind) != ""
    assert visit(db, joe, first, borough, kind=kind) == ""


def test_two_appointments_at_the_office_may_touch(db):
    case = case_of(db)
    make.appointment(db, case, DAY, "11:00")
    make.appointment(db, case_of(db, make.client(db, "B"), lead=case.lead), DAY, "12:00")


def test_people_go_with_a_client_from_door_to_door_without_a_way_of_their_own(db):
    case = case_of(db)
    make.appointment(db, case, DAY, "11:00", kind="home_visit")
    make.appointment(db, case, DAY, "12:00", kind="accompaniment")
    with pytest.raises(RuleBroken, match="the office takes 30 minutes"), db.begin_nested():
        make.appointment(db, case, DAY, "13:00", kind="office")


def test_a_second_person_and_an_interpreter_need_the_way_as_well(db, joe):
    assert "Joe B is at another" in visit(db, make.worker(db, "Lead L"), "14:45", second=joe)
    farida = make.volunteer(db, speaks=(("Sylheti", "spoken"),), free=(("2", "10:00", "18:00"),))
    sylheti = make.language(db, "Sylheti")
    client = make.client(db, "C", area=make.area(db, "Newham"), language=sylheti, interpreter="spoken")
    case = case_of(db, client, lead=make.worker(db, "Maryam Y"))
    make.appointment(db, case, DAY, "11:00", kind="home_visit", interpreter=farida)
    meeting = case_of(db, make.client(db, "D", area=make.area(db, "Hackney")), lead=make.worker(db, "Leila S"))
    later = make.appointment(db, meeting, DAY, "12:15", kind="home_visit", language=sylheti,
                             second=make.worker(db, "Tom R"))  # fmt: skip
    [match] = [one for one in for_appointment(db, later) if one.worker is farida]
    assert match.why_not == ("Is at another appointment until 12:00, and Newham to Hackney takes 30 minutes.",)
    anywhere = find(db, sylheti, "spoken", later.starts_at, later.ends_at)
    assert next(one for one in anywhere if one.worker is farida).free, "without a place no way is known"
    later.people.append(AppointmentWorker(worker=farida, role="interpreter"))
    with pytest.raises(RuleBroken, match="Newham to Hackney takes 30 minutes"):
        db.flush()


def test_the_planner_offers_no_time_that_the_way_forbids_and_says_why(db, joe):
    case = case_of(db, make.client(db, area=make.area(db, "Hackney")), lead=joe)
    make.worker(db, "Sara K")
    plan = {"after": make.at(DAY, "12:45"), "days": 0, "minutes": 60, "kind": "home_visit"}
    search = offers.search_for(db, case, **plan)
    at = make.at(DAY, "14:30")
    assert search.offer_at(at) is None and search.offer_at(make.at(DAY, "15:00")).lead is joe
    assert "Joe B is at another appointment until 14:30, and Newham to Hackney takes 30 minutes." in planner.why_not(
        search, at, make.NOW
    )
    [first] = offers.next_feasible(db, case, after=make.at(DAY, "12:45"), minutes=60, count=1)
    assert first.starts_at == make.at(DAY, "15:00")


def test_a_visit_late_in_the_evening_and_one_after_midnight_are_as_near_as_their_clocks_say(db):
    lead = make.worker(db, "Night N")
    one = case_of(db, make.client(db, area=make.area(db, "Newham")), lead=lead)
    two = case_of(db, make.client(db, "B", area=make.area(db, "Hackney")), lead=lead)
    make.appointment(db, one, "2026-11-30", "22:50", kind="accompaniment")  # until 23:50, the last of the month
    with pytest.raises(RuleBroken, match="until 23:50 on Monday 30 November 2026"), db.begin_nested():
        make.appointment(db, two, "2026-12-01", "00:19", kind="accompaniment", late_reason="Court")
    make.appointment(db, two, "2026-12-01", "00:20", kind="accompaniment", late_reason="Court")


# The table


def test_the_way_back_takes_as_long_and_the_office_changes_it(db, joe):
    row = db.scalars(select(AreaTravel).where(AreaTravel.from_area == make.area(db, "Hackney"),
                                              AreaTravel.to_area == make.area(db, "Newham"))).one()  # fmt: skip
    row.minutes = 20
    db.flush()
    assert "takes 20 minutes" in visit(db, joe, "14:49")
    assert visit(db, joe, "14:50") == ""


@pytest.mark.parametrize("ends", [("Hackney", "Newham"), ("Newham", "Hackney")])
def test_a_way_stands_in_the_table_once_whichever_end_comes_first(db, ends):
    one, other = (make.area(db, name) for name in ends)
    db.add(AreaTravel(from_area=one, to_area=other, minutes=10))
    with pytest.raises(RuleBroken, match="are in the table already"):
        db.flush()


@pytest.mark.parametrize(
    "ends, minutes, told",
    [
        (("Hackney", "Croydon"), 70, None),
        (("Hackney", "Croydon"), 0, None),
        (("Hackney", "Croydon"), -1, "Type the minutes from door to door"),
        (("Hackney", "Croydon"), 481, "Type the minutes from door to door"),
        (("Hackney", "Hackney"), 10, "Choose two boroughs"),
    ],
)
def test_a_way_joins_two_boroughs_in_minutes_that_can_be(db, ends, minutes, told):
    one, other = (make.area(db, name) for name in ends)
    db.add(AreaTravel(from_area=one, to_area=other, minutes=minutes))
    if told is None:
        db.flush()
        assert travel_times(db).minutes(Place(one.id), Place(other.id)) == minutes
        return
    with pytest.raises(RuleBroken, match=told):
        db.flush()


@pytest.mark.parametrize("name, accepted", [("Hackney", True), ("Atlantis", False)])
def test_the_office_stands_in_a_borough_that_is_known(db, name, accepted):
    db.scalars(select(Setting).where(Setting.key == "office_area")).one().value = name
    if accepted:
        db.flush()
        assert travel_times(db).office_area_id == make.area(db, name).id
        return
    with pytest.raises(RuleBroken, match="name of a borough"):
        db.flush()


def test_the_first_guess_names_each_pair_of_known_boroughs_once_and_says_that_it_is_one(db):
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = [frozenset((row["from_area"], row["to_area"])) for row in rows]
    assert len(set(pairs)) == len(pairs) and all(len(pair) == 2 for pair in pairs)
    assert {name for pair in pairs for name in pair} <= set(db.scalars(select(Area.name)))
    assert all(row["minutes"] == "30" and "guess" in row["note"] for row in rows)
    assert len(db.scalars(select(AreaTravel)).all()) == len(rows)


def test_the_statements_of_a_search_do_not_grow_with_ways_and_appointments(db, joe, statements):
    case = case_of(db, make.client(db, area=make.area(db, "Hackney")), lead=joe)

    def sent():
        db.flush()
        db.expire_all()
        db.info.pop("travel", None)
        db.refresh(case)
        statements.clear()
        offers.search_for(db, case, after=make.NOW, days=14, minutes=60, kind="home_visit").offer_at(
            make.at(DAY, "15:00")
        )
        return len(statements)

    few = sent()
    db.add(AreaTravel(from_area=make.area(db, "Hackney"), to_area=make.area(db, "Croydon"), minutes=70))
    for clock in ("10:00", "15:00", "16:15"):
        other = case_of(db, make.client(db, f"Client {clock}", area=make.area(db, "Newham")), lead=joe)
        make.appointment(db, other, "2026-11-26", clock, kind="home_visit", second=make.worker(db, f"P {clock}"))
    assert sent() == few <= 12
