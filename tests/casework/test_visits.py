"""Appointments: each rule on both sides of its edge, the race for one hour, and the next time that is free."""

from __future__ import annotations

import os
import random
import threading
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations

import pytest
from sqlalchemy import func, select

from casework import guard, visit_times
from casework.calendar import LONDON
from casework.context import Acting
from casework.problems import RuleBroken
from casework.sessions import session_for
from casework.visits import APPOINTMENT_STEPS, next_feasible, schedule, warnings
from models import (
    Appointment,
    AppointmentWorker,
    AuditEntry,
    Availability,
    Base,
    Case,
    Client,
    ClosedDay,
    Conflict,
    Setting,
    Task,
    Venue,
    Worker,
)
from models.appointments import APPOINTMENT_STATES, HOLDS_PEOPLE
from models.fields import words
from tests import make

WEDNESDAY = "2026-11-25"
LONG = os.environ.get("CASEWORK_LONG") == "1"


def refused(db, act, *args, **more) -> dict[str, str]:
    """Give what is refused, by field; the attempt leaves nothing behind."""
    with pytest.raises(RuleBroken) as told, db.begin_nested():
        act(*args, **more)
        db.flush()
    return {problem.field: problem.text for problem in told.value.problems}


def change(row, **values):
    for key, value in values.items():
        setattr(row, key, value)


def booked(db, **more) -> bool:
    """Try to book; give whether it was accepted."""
    try:
        with db.begin_nested():
            make.appointment(db, **more)
    except RuleBroken:
        return False
    return True


@pytest.fixture
def case(db):
    return make.case(db, lead=make.worker(db, "Sara K", in_team=make.team(db)))


@pytest.fixture
def joe(db):
    return make.worker(db, "Joe B")


def visit(db, case, day=WEDNESDAY, clock="11:00", minutes=60, **more) -> Appointment:
    more.setdefault("lead", case.lead)
    more.setdefault("cannot_attend_reason", "Cannot leave the flat")
    return schedule(db, case, more.pop("kind", "home_visit"), make.at(day, clock), minutes, **more)


# Office hours


@pytest.mark.parametrize("kind", ["office", "home_visit"])
@pytest.mark.parametrize(
    ("day", "clock", "minutes", "accepted"),
    [
        (WEDNESDAY, "10:00", 60, True),
        (WEDNESDAY, "17:00", 60, True),
        (WEDNESDAY, "10:00", 480, True),
        (WEDNESDAY, "17:30", 60, False),
        (WEDNESDAY, "17:01", 60, False),
        (WEDNESDAY, "09:59", 60, False),
        ("2026-11-27", "17:00", 60, True),  # a Friday
        ("2026-11-28", "11:00", 60, False),  # a Saturday
        ("2026-11-29", "11:00", 60, False),  # a Sunday
        ("2026-12-24", "11:00", 60, True),
        ("2026-12-25", "11:00", 60, False),  # Christmas Day, a Friday
        ("2026-12-28", "11:00", 60, False),  # for Boxing Day, which is a Saturday
        ("2026-12-29", "11:00", 60, True),
    ],
)
def test_office_appointments_and_home_visits_lie_inside_the_hours_of_an_open_day(
    db, case, kind, day, clock, minutes, accepted
):
    late = "The client is away"
    assert booked(db, of=case, day=day, clock=clock, minutes=minutes, kind=kind, late_reason=late) is accepted


@pytest.mark.parametrize("kind", ["phone", "accompaniment"])
def test_calls_and_going_along_may_be_at_any_hour(db, case, kind):
    assert booked(db, of=case, day="2026-11-28", clock="21:00", kind=kind)


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [("2026-10-23", 9), ("2026-10-26", 10), ("2027-03-26", None), ("2027-03-25", 10), ("2027-03-30", 9)],
)
def test_ten_in_the_morning_is_london_time_before_and_after_the_clocks_change(db, case, day, utc_hour):
    """Clocks go back on 25 October 2026 and forward on 28 March 2027; 26 and 29 March are Easter closures."""
    make.act_as(db, "system", now=datetime(2026, 10, 1, 9, tzinfo=UTC))
    for hour in (8, 9, 10):
        starts_at = datetime.combine(date.fromisoformat(day), time(hour), tzinfo=UTC)
        ends_at = starts_at + timedelta(hours=8)
        whole_day = {"people": [AppointmentWorker(worker=case.lead)], "case": case, "late_reason": "Asked for"}
        with db.no_autoflush:
            one = Appointment(starts_at=starts_at, ends_at=ends_at, **whole_day)
            accepted = _is_accepted(db, one)
        assert accepted is (hour == utc_hour)


def _is_accepted(db, appointment) -> bool:
    try:
        with db.begin_nested():
            db.add(appointment)
            db.flush()
    except RuleBroken:
        return False
    return True


def test_a_closed_day_is_named_and_so_is_the_next_time_that_would_do(db, case, joe):
    told = refused(db, visit, db, case, "2026-12-25", second=joe, late_reason="The client is away")
    assert told == {
        "starts_at": "Home visits take place Monday to Friday, 10:00 to 18:00. Friday 25 December 2026 is closed: "
        "Christmas Day. First free: Tuesday 29 December 2026 10:00 with Sara K and Joe B."
    }
    weekend = refused(db, visit, db, case, "2026-11-28", second=joe)["starts_at"]
    assert "Saturday 28 November 2026 is closed. First free: Monday 30 November 2026 10:00" in weekend


def test_a_day_the_office_closes_for_itself_is_closed_too(db, case):
    db.add(ClosedDay(day=date(2026, 11, 25), name="Staff training"))
    db.flush()
    assert not booked(db, of=case, kind="home_visit")
    assert booked(db, of=case, kind="home_visit", day="2026-11-26")


def test_an_appointment_has_a_beginning(db, case):
    one = visit(db, case, kind="office")
    assert refused(db, change, one, starts_at=None) == {"starts_at": "Say on which day and at what time it starts."}


def test_everything_that_stands_against_a_time_is_told_at_once(db, case, joe):
    """Eight in the evening is too late, and both who would go are at another visit then."""
    visit(db, case, clock="20:00", kind="accompaniment", second=joe)
    other = make.case(db, make.client(db, "Hodan Warsame"), lead=case.lead)
    told = refused(db, visit, db, other, clock="20:00", second=joe)
    assert told["starts_at"].startswith("Home visits take place Monday to Friday, 10:00 to 18:00.")
    assert told["lead"].startswith("Sara K ") and told["second"].startswith("Joe B ")


def test_whoever_books_holds_each_day_that_the_meeting_and_the_ways_to_it_reach_into(db, case, joe, monkeypatch):
    """The first visit ends half an hour before midnight: the way back lies in Thursday. The days come in order."""
    held = []
    monkeypatch.setattr(visit_times, "hold", lambda _db, name: held.append(name))
    visit(db, case, clock="22:30", kind="accompaniment")
    assert held[:2] == ["day 2026-11-25", "day 2026-11-26"]
    held.clear()
    visit(db, case, day="2026-11-27", clock="11:00", kind="office")
    assert set(held) == {"day 2026-11-27"}


def test_where_nobody_is_left_the_refusal_says_so(db, case):
    db.add(Availability(worker=case.lead, weekday="6", starts=time(10), ends=time(12)))  # the only one, on Sundays
    db.flush()
    told = refused(db, visit, db, case, "2026-11-28", second=None, lone_reason="Short visit", check_in_plan="Rings")
    assert told["starts_at"].endswith("No other time is free in the days after it. Ask which appointment could move.")


# Two weeks from contact


@pytest.mark.parametrize(
    ("day", "reason", "accepted"),
    [
        ("2026-11-30", None, True),  # Monday 16 November plus 14 days
        ("2026-12-01", None, False),
        ("2026-12-01", "  ", False),
        ("2026-12-01", "The client is away until then", True),
    ],
)
def test_an_appointment_is_within_two_weeks_of_contact_or_says_why_not(db, case, day, reason, accepted):
    assert booked(db, of=case, day=day, late_reason=reason) is accepted


def test_a_late_appointment_is_told_which_day_it_is(db, case, joe):
    told = refused(db, visit, db, case, "2026-12-03", second=joe)
    assert told == {"late_reason": "This is day 17 after contact; our promise is 14. Give the reason."}


def test_the_promise_counts_from_first_contact_then_from_the_day_of_asking(db, case):
    first = make.appointment(db, case)
    assert (first.requested_on, first.offer_by) == (date(2026, 11, 16), date(2026, 11, 30))
    again = make.appointment(db, case, "2026-12-07")
    assert (again.requested_on, again.offer_by) == (date(2026, 11, 23), date(2026, 12, 7))


def test_after_a_cancellation_by_us_the_client_still_waits_since_first_contact(db, case):
    for status, asked_on in (("cancelled_office", date(2026, 11, 16)), ("cancelled_client", date(2026, 11, 23))):
        make.appointment(db, case).status = status
        db.flush()
        with db.begin_nested() as attempt:
            assert make.appointment(db, case).requested_on == asked_on
            attempt.rollback()


def test_a_new_day_of_asking_moves_the_promise(db, case):
    one = make.appointment(db, case)
    one.requested_on = date(2026, 11, 20)
    db.flush()
    assert one.offer_by == date(2026, 12, 4)


@pytest.mark.parametrize("kind", ["accompaniment", "aftercare"])
def test_going_along_and_after_care_keep_dates_of_their_own(db, case, kind):
    assert make.appointment(db, case, "2027-01-12", kind=kind).offer_by is None


def test_the_promise_is_a_figure_the_office_may_change(db, case):
    db.scalars(select(Setting).where(Setting.key == "appointment_offer")).one().value = "21"
    db.flush()
    assert booked(db, of=case, day="2026-12-07")
    assert not booked(db, of=case, day="2026-12-08", requested_on=date(2026, 11, 16))


# Who goes


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_a_home_visit_says_why_the_client_cannot_come(db, case, joe, reason):
    told = refused(db, visit, db, case, second=joe, cannot_attend_reason=reason)
    assert told == {"cannot_attend_reason": "Say why they cannot come to us, or offer a room at the office instead."}


def test_a_home_visit_takes_two_people(db, case, joe):
    told = refused(db, visit, db, case)
    assert list(told) == ["second"]
    assert "needs a second person" in told["second"]
    assert "ask a manager to approve a lone visit" in told["second"]
    assert refused(db, visit, db, case, second=case.lead)["second"]
    assert visit(db, case, second=joe)


def test_an_office_appointment_takes_one(db, case):
    assert visit(db, case, kind="office", cannot_attend_reason=None)


def test_every_booking_has_exactly_one_who_leads(db, case, joe):
    assert list(refused(db, visit, db, case, kind="office", lead=None)) == ["lead"]
    one = make.appointment(db, case, kind="home_visit", second=joe)
    told = refused(db, change, next(p for p in one.people if p.role == "second"), role="lead")
    assert told["lead"] == "Only one person leads. Make Joe B the second person."


def test_nobody_is_named_twice(db, case):
    sylheti, both = make.language(db, "Sylheti"), make.worker(db, "Jon P", speaks=(("Sylheti", "spoken"),))
    told = refused(db, visit, db, case, second=both, interpreter=both, language=sylheti)
    assert told == {"interpreter": "Jon P is named twice. Choose somebody else."}
    assert visit(db, case, second=make.worker(db, "Joe B"), interpreter=both, language=sylheti)


def test_a_second_person_who_has_not_said_yes_does_not_count(db, case, joe):
    one = make.appointment(db, case, kind="home_visit", second=joe)
    second = next(person for person in one.people if person.role == "second")
    for answer in ("invited", "declined"):
        assert "second" in refused(db, change, second, status=answer)
    one.status, second.status = "requested", "declined"
    db.flush()


def test_taking_the_second_person_off_is_refused_too(db, case, joe):
    one = make.appointment(db, case, kind="home_visit", second=joe)
    assert "second" in refused(db, db.delete, next(person for person in one.people if person.role == "second"))


def speaker(db, name="Farida A", **more):
    more.setdefault("speaks", (("Sylheti", "spoken"),))
    return make.volunteer(db, name, **more)


def test_an_interpreter_is_the_second_person_only_if_the_office_says_so(db, case):
    language, person = make.language(db, "Sylheti"), speaker(db)
    plan = {"interpreter": person, "interpreter_accepted": True, "language": language}
    assert list(refused(db, visit, db, case, **plan)) == ["second"]
    db.scalars(select(Setting).where(Setting.key == "interpreter_as_second_person")).one().value = "1"
    db.flush()
    assert "second" in refused(db, visit, db, case, **{**plan, "interpreter_accepted": False})
    assert visit(db, case, **plan)


# A lone visit


def test_a_lone_visit_needs_a_reason_and_a_manager(db, case):
    make.act_as(db, "caseworker", case.lead)
    told = refused(db, visit, db, case, lone_reason="Urgent, nobody else is here", check_in_plan="Rings")
    assert told == {
        "lone_reason": "A lone visit needs a manager's approval. Ask a manager to save it, or add a second person."
    }
    manager = make.worker(db, "Dilys M")
    make.act_as(db, "manager", manager)
    assert "second" in refused(db, visit, db, case)
    assert visit(db, case, lone_reason="Urgent, nobody else is here", check_in_plan="Rings").approved_by is manager


def test_nobody_but_a_manager_can_write_the_approval_in(db, case):
    manager = make.worker(db, "Dilys M")
    make.act_as(db, "caseworker", case.lead)
    lone = {
        "kind": "home_visit",
        "cannot_attend_reason": "Ill",
        "lone_reason": "Urgent",
        "check_in_plan": "Rings",
    }
    people = {"people": [AppointmentWorker(worker=case.lead)]}
    when = {"starts_at": make.at(WEDNESDAY, "11:00"), "ends_at": make.at(WEDNESDAY, "12:00")}
    for approval in ({"approved_by": manager}, {"approved_by_id": manager.id}):
        told = refused(db, db.add, Appointment(case=case, **lone, **people, **when, **approval))
        assert list(told) == ["lone_reason"]


def test_a_manager_approves_what_a_caseworker_has_asked_for(db, case):
    make.act_as(db, "caseworker", case.lead)
    one = visit(db, case, lone_reason="Urgent", check_in_plan="Rings", status="requested")
    assert "lone_reason" in refused(db, change, one, status="booked")
    manager = make.worker(db, "Dilys M")
    make.act_as(db, "manager", manager)
    one.status = "booked"
    db.flush()
    assert one.approved_by is manager


def test_an_approval_holds_for_its_time_and_reason_only(db, case):
    make.act_as(db, "manager", make.worker(db, "Dilys M"))
    one = visit(db, case, lone_reason="Urgent", check_in_plan="Rings")
    make.act_as(db, "caseworker", case.lead)
    one.note = "Ring first"
    db.flush()
    assert one.approved_by is not None
    later = {"starts_at": make.at(WEDNESDAY, "14:00"), "ends_at": make.at(WEDNESDAY, "15:00")}
    assert "lone_reason" in refused(db, change, one, **later)
    assert "lone_reason" in refused(db, change, one, lone_reason="Another one")


# Nobody and nothing twice


EDGES = (  # around 11:00 to 12:00
    ("10:00", 60, True),  # ends when the other begins
    ("10:00", 61, False),
    ("12:00", 60, True),  # begins when the other ends
    ("11:59", 60, False),
    ("11:15", 30, False),  # inside
    ("10:30", 120, False),  # around
    ("11:00", 60, False),
)


@pytest.mark.parametrize("what", ["lead", "second", "interpreter", "room", "client"])
def test_no_person_room_or_client_is_taken_twice_and_touching_is_allowed(db, case, joe, what):
    room = db.scalars(select(Venue).where(Venue.step_free.is_(True))).one()
    language, person = make.language(db, "Sylheti"), speaker(db)
    make.appointment(db, case, second=joe, interpreter=person, language=language, venue=room)
    plan = {"day": WEDNESDAY, "lead": make.worker(db, "Ann L")}
    plan |= {"lead": {"lead": case.lead}, "second": {"second": joe}, "room": {"venue": room}, "client": {"of": case},
             "interpreter": {"interpreter": person, "language": language}}[what]  # fmt: skip
    plan.setdefault("of", make.case(db, make.client(db, "Somebody else"), lead=make.worker(db, "Tom R")))
    for clock, minutes, free in EDGES:
        with db.begin_nested() as attempt:
            assert booked(db, **plan, clock=clock, minutes=minutes) is free, (clock, minutes)
            attempt.rollback()


def test_the_same_client_is_not_seen_twice_at_once_under_two_cases(db, case):
    make.appointment(db, case)
    other = make.case(db, case.client, lead=make.worker(db, "Tom R"))
    told = refused(db, make.appointment, db, other)
    assert told["starts_at"].startswith("This client has another appointment until 12:00.")


def test_a_refusal_says_until_when_somebody_is_taken_and_never_by_whom(db, case, joe):
    other = make.case(db, make.client(db, "Nasima Khatun"), lead=make.worker(db, "Tom R"))
    make.appointment(db, other, clock="13:30", lead=joe)
    told = refused(db, visit, db, case, clock="13:00", second=joe)
    # Sara and Joe are both in until 13:00 on that day, Tom until 18:00: the second person may be somebody else.
    assert told == {
        "second": "Joe B is at another appointment until 14:30. "
        "First free: Wednesday 25 November 2026 13:00 with Sara K and Tom R."
    }
    for private in ("Nasima", other.ref, other.client.ref):
        assert private not in str(told)


@pytest.mark.parametrize("state", words(APPOINTMENT_STATES))
def test_only_offered_booked_and_held_appointments_take_peoples_time(db, case, state):
    one = make.appointment(db, case, clock="11:00")
    make.act_as(db, "system", now=make.at(WEDNESDAY, "11:05"))
    if state == "offered":
        one.status = "requested"
        db.flush()
        make.act_as(db, "system", now=make.NOW)
    one.status = state
    db.flush()
    make.act_as(db, "system", now=make.NOW)
    other = make.case(db, make.client(db, "Somebody else"), lead=case.lead)
    assert booked(db, of=other) is (state in ("requested", "not_attended", "cancelled_client", "cancelled_office"))


def test_who_has_declined_is_free_again(db, case, joe):
    one = make.appointment(db, case, second=joe)
    next(person for person in one.people if person.worker is joe).status = "declined"
    db.flush()
    other = make.case(db, make.client(db, "Somebody else"), lead=joe)
    assert booked(db, of=other)
    back = next(person for person in one.people if person.worker is joe)
    assert "second" in refused(db, change, back, status="accepted")


def test_moving_an_appointment_by_half_an_hour_does_not_collide_with_itself(db, case):
    one = make.appointment(db, case)
    one.starts_at, one.ends_at = make.at(WEDNESDAY, "11:30"), make.at(WEDNESDAY, "12:30")
    db.flush()


def test_two_that_overlap_are_refused_also_when_they_are_saved_together(db, case):
    other = make.case(db, make.client(db, "Somebody else"), lead=case.lead)

    def both():
        for of in (case, other):
            db.add(Appointment(
                case=of, starts_at=make.at(WEDNESDAY, "11:00"), ends_at=make.at(WEDNESDAY, "12:00"),
                people=[AppointmentWorker(worker=case.lead)],
            ))  # fmt: skip

    assert "lead" in refused(db, both)


def test_two_that_change_places_in_one_save_are_accepted(db, case):
    other = make.case(db, make.client(db, "Somebody else"), lead=case.lead)
    early, late = make.appointment(db, case, clock="11:00"), make.appointment(db, other, clock="12:00")
    early.starts_at, late.starts_at = late.starts_at, early.starts_at
    early.ends_at, late.ends_at = late.ends_at, early.ends_at
    db.flush()


def test_a_person_put_there_by_number_alone_is_checked_too(db, case, joe):
    make.appointment(db, make.case(db, make.client(db, "Somebody else"), lead=joe))
    one = make.appointment(db, case)
    told = refused(db, db.add, AppointmentWorker(appointment_id=one.id, worker_id=joe.id, role="second"))
    assert "until 12:00" in told["second"]


def test_another_teams_bookings_count_for_a_caseworker_who_cannot_see_them(db, case, joe):
    make.appointment(db, make.case(db, make.client(db, "Somebody else"), lead=joe))
    make.act_as(db, "caseworker", case.lead)
    db.expire_all()
    assert "second" in refused(db, visit, db, case, second=joe)


# Conflicts


def test_a_worker_with_a_declared_conflict_never_goes_and_no_reason_is_told(db, case, joe):
    db.add(Conflict(worker=joe, client=case.client, reason="Cousin", declared_on=date(2026, 11, 1)))
    db.flush()
    told = refused(db, visit, db, case, second=joe)
    assert told == {"second": "Joe B cannot go to this visit. Choose somebody else."}
    assert visit(db, case, second=make.worker(db, "Jon P"))


def test_a_conflict_declared_later_stops_changes_but_not_cancelling(db, case, joe):
    one = visit(db, case, second=joe)
    db.add(Conflict(worker=joe, client=case.client, reason="Cousin", declared_on=date(2026, 11, 23)))
    db.flush()
    assert "second" in refused(db, change, one, note="Ring first")
    one.status = "cancelled_office"
    db.flush()


# Rooms


def test_a_client_who_needs_step_free_access_is_offered_the_ground_floor(db):
    case = make.case(db, make.client(db, mobility_need=True))
    upstairs, ground = (db.scalars(select(Venue).where(Venue.step_free.is_(one))).first() for one in (False, True))
    told = refused(db, visit, db, case, kind="office", venue=upstairs)
    assert told == {"venue": f"{upstairs.name} is not step free (Second floor, no lift). {ground.name} is free then."}
    assert visit(db, case, kind="office", venue=ground)


def test_where_the_ground_floor_is_taken_another_time_is_asked_for(db):
    case = make.case(db, make.client(db, mobility_need=True))
    upstairs, ground = (db.scalars(select(Venue).where(Venue.step_free.is_(one))).first() for one in (False, True))
    make.appointment(db, make.case(db, make.client(db, "Other"), lead=make.worker(db, "Tom R")), venue=ground)
    told = refused(db, visit, db, case, kind="office", venue=upstairs)
    assert told["venue"].endswith("No other room is free then. Choose another time.")


def test_a_taken_room_names_those_that_are_free(db, case):
    one, two, ground = db.scalars(select(Venue).order_by(Venue.step_free, Venue.name)).all()
    make.appointment(db, make.case(db, make.client(db, "Other"), lead=make.worker(db, "Tom R")), venue=one)
    told = refused(db, visit, db, case, kind="office", venue=one)
    assert told == {"venue": f"{one.name} is taken until 12:00. {ground.name} and {two.name} are free then."}


def test_an_appointment_may_need_step_free_access_though_the_client_does_not(db, case):
    upstairs = db.scalars(select(Venue).where(Venue.step_free.is_(False))).first()
    one = make.appointment(db, case, venue=upstairs)
    assert "venue" in refused(db, change, one, step_free=True)


# Interpreters


@pytest.mark.parametrize(
    ("fact", "words_used"),
    [
        ({"speaks": (("Bengali", "spoken"),)}, "does not speak Sylheti"),
        ({"speaks": (("Sylheti", "written"),)}, "writes Sylheti but does not speak it"),
        ({"confidentiality_signed_on": None}, "has not signed confidentiality"),
        ({"active": False}, "is not active"),
        ({"gender": "male"}, "a woman is asked for"),
    ],
)
def test_an_interpreter_really_has_the_language_and_what_else_is_asked_for(db, case, joe, fact, words_used):
    plan = {"second": joe, "language": make.language(db, "Sylheti")}
    case.client.interpreter_gender = "female"
    told = refused(db, visit, db, case, **plan, interpreter=speaker(db, "Wrong one", **{"gender": "female", **fact}))
    assert list(told) == ["interpreter"]
    assert words_used in told["interpreter"]
    assert visit(db, case, **plan, interpreter=speaker(db, "Right one", gender="female"))


def test_a_signed_language_takes_somebody_who_signs(db, case, joe):
    plan = {"second": joe, "language": make.language(db, "British Sign Language")}
    signs = speaker(db, speaks=(("British Sign Language", "signed"),))
    assert "interpreter" in refused(db, visit, db, case, **plan, interpreter=speaker(db, "Speaks"))
    assert visit(db, case, **plan, interpreter=signs)


def test_an_interpreter_is_for_a_language(db, case, joe):
    assert "which language" in refused(db, visit, db, case, second=joe, interpreter=speaker(db))["interpreter"]


def test_a_missing_interpreter_is_a_warning_with_those_who_could_and_no_refusal(db, case, joe):
    one = visit(db, case, second=joe, language=make.language(db, "Sylheti"))
    assert warnings(one, db) == ["An interpreter for Sylheti is not confirmed (nobody we know is free then)."]
    person = speaker(db, free=(("2", "10:00", "14:00"),))
    assert warnings(one, db) == ["An interpreter for Sylheti is not confirmed (1 could: Farida A)."]
    asked = AppointmentWorker(appointment=one, worker=person, role="interpreter", status="invited")
    db.add(asked)
    db.flush()
    assert warnings(one, db) == ["Farida A has been asked to interpret Sylheti and has not said yes yet."]
    asked.status = "accepted"
    db.flush()
    assert warnings(one, db) == []


def test_warnings_name_what_is_missing_before_the_day(db, case, joe):
    case.lead.id_card_expires = date(2026, 11, 24)
    joe.availability.append(Availability(weekday="0", starts=time(10), ends=time(18)))
    one = visit(db, case, second=joe)
    assert warnings(one, db) == [
        "Joe B is not down as free then. Ask first.",
        "Sara K's ID card is valid until 24 November 2026, which is before the visit. A new one is needed by then.",
    ]
    assert warnings(make.appointment(db, case, "2026-11-26"), db) == ["No room is chosen yet."]


# What comes from the client


def test_a_new_appointment_takes_over_what_the_client_needs(db):
    language = make.language(db, "Sylheti")
    client = make.client(
        db, language=language, interpreter="spoken", interpreter_gender="female", mobility_need=True,
    )  # fmt: skip
    one = make.appointment(db, make.case(db, client))
    assert (one.language, one.interpreter_gender, one.step_free, one.area) == (language, "female", True, client.area)
    one.language, one.interpreter_gender = None, "any"
    db.flush()
    assert (one.language, one.interpreter_gender) == (None, "any")  # once made, the office decides


@pytest.mark.parametrize(("wish", "needed"), [("no", False), ("written", False), ("both", True), ("signed", True)])
def test_only_a_wish_for_an_interpreter_at_meetings_is_taken_over(db, wish, needed):
    client = make.client(db, language=make.language(db, "Sylheti"), interpreter=wish)
    assert (make.appointment(db, make.case(db, client)).language is not None) is needed


def test_what_is_said_on_the_appointment_stands(db):
    client = make.client(db, language=make.language(db, "Sylheti"), interpreter="spoken")
    bengali, newham = make.language(db, "Bengali"), make.area(db, "Newham")
    one = make.appointment(db, make.case(db, client), language=bengali, area=newham)
    assert (one.language, one.area) == (bengali, newham)


# Steps and outcomes


@pytest.mark.parametrize("before", words(APPOINTMENT_STATES))
def test_an_appointment_moves_only_along_its_steps(db, case, before):
    one = make.appointment(db, case)
    db.connection().execute(Appointment.__table__.update().where(Appointment.id == one.id).values(status=before))
    make.act_as(db, "system", now=make.at(WEDNESDAY, "11:00"))
    for after in words(APPOINTMENT_STATES):
        db.expire_all()
        if after == before or after in APPOINTMENT_STEPS[before]:
            with db.begin_nested() as step:
                one.status = after
                db.flush()
                step.rollback()
        else:
            assert list(refused(db, change, one, status=after)) == ["status"]


def test_a_step_that_is_refused_names_the_next_ones(db, case):
    one = make.appointment(db, case)
    one.status = "cancelled_client"
    db.flush()
    assert refused(db, change, one, status="booked")["status"] == (
        "An appointment that is “Cancelled by the client” cannot become “Booked”. Make a new appointment."
    )


def test_an_outcome_is_recorded_only_once_the_time_has_come(db, case):
    one = make.appointment(db, case)
    for state in ("attended", "not_attended"):
        make.act_as(db, "caseworker", case.lead, now=make.at(WEDNESDAY, "10:59"))
        assert "status" in refused(db, change, one, status=state)
    make.act_as(db, "caseworker", case.lead, now=make.at(WEDNESDAY, "11:00"))
    one.status = "not_attended"
    db.flush()


def test_advice_at_the_office_is_by_appointment_only(db, case):
    make.act_as(db, "caseworker", case.lead, now=make.at(WEDNESDAY, "13:00"))
    assert list(refused(db, visit, db, case, kind="office", status="attended")) == ["status"]
    assert visit(db, case, kind="phone", status="attended")


def test_a_time_that_is_over_cannot_be_booked(db, case, joe):
    make.act_as(db, "caseworker", case.lead, now=make.at(WEDNESDAY, "11:01"))
    told = refused(db, visit, db, case, second=joe)
    assert told["starts_at"].startswith("This time is over. First free: Wednesday 25 November 2026 11:30")
    one = visit(db, case, clock="11:30", second=joe)
    make.act_as(db, "caseworker", case.lead, now=make.at(WEDNESDAY, "15:00"))
    one.note = "It went well"
    db.flush()


@pytest.mark.parametrize(
    ("expires", "shown", "refused_at"),
    [
        (date(2026, 11, 25), True, []),
        (date(2026, 11, 24), True, ["id_carried"]),
        (None, True, ["id_carried"]),
        (date(2026, 11, 25), False, ["id_carried"]),
    ],
)
def test_a_home_visit_is_recorded_as_held_with_a_valid_card_that_was_shown(db, case, joe, expires, shown, refused_at):
    one = visit(db, case, second=joe)
    case.lead.id_card_expires = expires
    db.flush()
    make.act_as(db, "caseworker", case.lead, now=make.at(WEDNESDAY, "12:00"))
    held = {"status": "attended", "id_carried": shown}
    if refused_at:
        assert list(refused(db, change, one, **held)) == refused_at
    else:
        change(one, **held)
        db.flush()


def test_an_office_appointment_needs_no_card(db, case):
    case.lead.id_card_expires = None
    one = make.appointment(db, case)
    make.act_as(db, "caseworker", case.lead, now=make.at(WEDNESDAY, "12:00"))
    one.status = "attended"
    db.flush()


def test_a_day_closed_since_does_not_stop_recording_or_cancelling(db, case, joe):
    held, dropped = visit(db, case, second=joe), visit(db, case, clock="14:00", second=joe)
    db.add(ClosedDay(day=date(2026, 11, 25), name="Burst pipe"))
    db.flush()
    make.act_as(db, "caseworker", case.lead, now=make.at(WEDNESDAY, "12:30"))
    change(held, status="attended", id_carried=True)
    dropped.status = "cancelled_office"
    db.flush()


def held_visit(db, case, joe) -> Appointment:
    one = visit(db, case, second=joe)
    make.act_as(db, "system", now=make.at(WEDNESDAY, "13:00"))
    change(one, status="attended", id_carried=True)
    db.flush()
    return one


@pytest.mark.parametrize("when", ["held", "put right", "taken back"])
def test_who_really_went_is_recorded_within_the_same_rules(db, case, joe, when):
    """Changing the people, time or room of a visit that was held is a new plan and is checked as one."""
    elsewhere, kept_away, free = (make.worker(db, name) for name in ("Else Where", "Kept Away", "Is Free"))
    make.appointment(db, make.case(db, make.client(db, "Somebody else"), lead=elsewhere))
    db.add(Conflict(worker=kept_away, client=case.client, reason="Cousin", declared_on=date(2026, 11, 1)))
    one = held_visit(db, case, joe)
    second = next(person for person in one.people if person.role == "second")
    if when != "held":
        one.status = "not_attended"
        second.status = "declined" if when == "taken back" else "accepted"
        db.flush()

    def went(worker):
        second.worker, second.status, one.status = worker, "attended", "attended"

    assert "second" in refused(db, went, elsewhere)
    assert "second" in refused(db, went, kept_away)
    went(free)
    db.flush()


def test_a_state_put_right_does_not_take_somebody_twice(db, case, joe):
    one = held_visit(db, case, joe)
    one.status = "not_attended"
    db.flush()
    make.act_as(db, "system")
    make.appointment(db, make.case(db, make.client(db, "Somebody else"), lead=joe))
    make.act_as(db, "system", now=make.at(WEDNESDAY, "13:00"))
    assert "second" in refused(db, change, one, status="attended")


@pytest.mark.parametrize(
    "moved",
    [
        {"starts_at": make.at(WEDNESDAY, "09:00")},
        {"ends_at": make.at(WEDNESDAY, "18:30")},
        {"starts_at": make.at(WEDNESDAY, "14:00"), "ends_at": make.at(WEDNESDAY, "15:00")},
    ],
)
def test_a_visit_that_was_held_is_not_moved_out_of_hours_or_onto_another(db, case, joe, moved):
    make.appointment(db, make.case(db, make.client(db, "Somebody else"), lead=joe), clock="14:30")
    assert refused(db, change, held_visit(db, case, joe), **moved)


def test_a_coordinator_who_cannot_open_the_client_is_held_to_the_same_rules(db, joe):
    client = make.client(db, language=make.language(db, "Sylheti"), interpreter="spoken", mobility_need=True)
    one = make.appointment(db, make.case(db, client), interpreter=speaker(db))
    kept_away, upstairs = speaker(db, "Kept Away"), db.scalars(select(Venue).where(~Venue.step_free)).first()
    db.add(Conflict(worker=kept_away, client=client, reason="Cousin", declared_on=date(2026, 11, 1)))
    one.step_free = False
    db.flush()
    make.act_as(db, "coordinator", joe)
    db.expire_all()
    asked = next(person for person in one.people if person.role == "interpreter")
    assert "interpreter" in refused(db, change, asked, worker=kept_away)
    assert "venue" in refused(db, change, one, venue=upstairs)
    asked.worker = speaker(db, "Right One")
    db.flush()


def test_an_appointment_belongs_to_a_case(db, joe):
    when = {"starts_at": make.at(WEDNESDAY, "11:00"), "ends_at": make.at(WEDNESDAY, "12:00")}
    people = [AppointmentWorker(worker=joe)]
    assert list(refused(db, db.add, Appointment(**when, people=people))) == ["case"]
    out_of_hours = Appointment(starts_at=make.at(WEDNESDAY, "08:00"), ends_at=make.at(WEDNESDAY, "09:00"))
    assert "case" in refused(db, db.add, out_of_hours)


def test_an_appointment_is_called_off_and_never_deleted(db, case):
    one = make.appointment(db, case)
    assert "cancelled instead" in refused(db, db.delete, one)[""]
    one.status = "cancelled_office"
    db.flush()


def test_an_enquiry_without_a_client_may_have_an_appointment(db, case, joe):
    enquiry = make.case(db, status="enquiry")
    enquiry.client = None
    db.flush()
    one = visit(db, enquiry, second=joe)
    assert (one.language, one.step_free, one.interpreter_gender) == (None, False, "any")
    assert "second" in refused(db, visit, db, case, second=joe)


@pytest.mark.parametrize(("minutes", "field"), [(0, "ends_at"), (-30, "ends_at"), (24 * 60 + 1, "ends_at")])
def test_an_appointment_has_a_sensible_length(db, case, minutes, field):
    assert list(refused(db, visit, db, case, kind="phone", minutes=minutes)) == [field]


def test_the_day_before_a_clock_change_an_hour_is_an_hour(db, case):
    """London times with their zone would be compared as if no clock changed."""
    make.act_as(db, "system", now=datetime(2026, 10, 1, 9, tzinfo=UTC))
    starts_at = datetime(2026, 10, 25, 0, 30, tzinfo=LONDON)
    one = schedule(db, case, "phone", starts_at, 120, lead=case.lead)
    assert (one.starts_at, one.ends_at) == (
        datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )  # fmt: skip


def test_the_lead_is_reminded_of_the_card_on_the_day_of_a_home_visit(db, case, joe):
    visit(db, case, "2026-11-26", second=joe)
    task = db.scalars(select(Task)).one()
    assert (task.owner, task.due_on, task.case) == (case.lead, date(2026, 11, 26), case)
    assert task.what == f"Bring your ID card to the home visit at 11:00, case {case.ref}."
    assert case.client.name not in task.what
    visit(db, case, "2026-11-27", kind="office")
    assert db.scalar(select(func.count(Task.id))) == 1


# Two people at once


@pytest.fixture
def committed(engine):
    """A case, two members of staff and a second case, really saved; all but the trail of it goes afterwards."""
    tables = [one for one in Base.metadata.sorted_tables if "id" in one.c and one is not AuditEntry.__table__]
    last = {table: _last_id(engine, table) for table in tables}
    with session_for(engine, Acting(now=make.NOW)) as db:
        joe = make.worker(db, "Joe B")
        one = make.case(db, make.client(db, "First"), lead=make.worker(db, "Sara K"))
        other = make.case(db, make.client(db, "Second"), lead=make.worker(db, "Tom R"))
        db.commit()
        ids = one.id, other.id, joe.id
    yield ids
    keys = Base.metadata.tables["client_keys"]
    with engine.begin() as connection:
        connection.execute(keys.delete().where(keys.c.client_id > last[Client.__table__]))
        for table in reversed(Base.metadata.sorted_tables):
            if table in last:
                connection.execute(table.delete().where(table.c.id > last[table]))


def _last_id(engine, table) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.coalesce(func.max(table.c.id), 0)))


def _book(engine, case_id, joe_id, day, clock, *, ready=None, flushed=None, go_on=None) -> str:
    """Book in a connection of its own; give "booked" or the field that was refused."""
    if ready is not None:
        ready.wait()
    with session_for(engine, Acting(now=make.NOW)) as db:
        case, joe = db.get_one(Case, case_id), db.get_one(Worker, joe_id)
        try:
            visit(db, case, day, clock, second=joe, requested_on=make.TODAY, late_reason="Asked for")
        except RuleBroken as error:
            return error.problems[0].field
        if flushed is not None:
            flushed.set()
            go_on.wait(10)
        db.commit()
    return "booked"


def _in_threads(*jobs) -> list[str]:
    answers: list[str] = [""] * len(jobs)

    def run(place, job):
        answers[place] = job()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    return answers


def test_of_two_who_save_the_same_persons_hour_at_once_exactly_one_succeeds(engine, committed):
    one, other, joe = committed
    days = [date(2026, 12, 1) + timedelta(days=number) for number in range(60)]
    open_days = [day for day in days if day.weekday() < 5 and not date(2026, 12, 24) < day < date(2027, 1, 2)][:20]
    assert len(open_days) == 20
    for day in map(str, open_days):
        ready = threading.Barrier(2)
        answers = _in_threads(
            lambda day=day, ready=ready: _book(engine, one, joe, day, "11:00", ready=ready),
            lambda day=day, ready=ready: _book(engine, other, joe, day, "11:30", ready=ready),
        )
        assert sorted(answers) == ["booked", "second"]
    with engine.connect() as connection:
        saved = select(func.count(Appointment.id)).where(Appointment.case_id.in_([one, other]))
        assert connection.scalar(saved) == 20


def test_who_saves_second_waits_for_the_first_and_is_then_refused(engine, committed):
    """The first has written and not committed: without the wait the second would not see it."""
    one, other, joe = committed
    flushed, go_on, answers = threading.Event(), threading.Event(), {}

    def second():
        answers["second"] = _book(engine, other, joe, "2026-12-01", "11:30")

    def first():
        answers["first"] = _book(engine, one, joe, "2026-12-01", "11:00", flushed=flushed, go_on=go_on)

    threads = [threading.Thread(target=job) for job in (first, second)]
    threads[0].start()
    assert flushed.wait(10)
    threads[1].start()
    threads[1].join(0.5)
    assert "second" not in answers
    go_on.set()
    for thread in threads:
        thread.join(40)
    assert answers == {"first": "booked", "second": "second"}


# Whatever is tried


@pytest.mark.parametrize("seed", range(20 if LONG else 1))
def test_after_any_attempts_no_person_room_or_client_is_ever_taken_twice(db, seed):
    chance = random.Random(seed)
    staff = [make.worker(db, name) for name in ("Ann", "Bea", "Cal")]
    cases = [make.case(db, make.client(db, name), lead=staff[0]) for name in ("One", "Two", "Three")]
    cases.append(make.case(db, cases[0].client, lead=staff[1]))
    rooms = [*db.scalars(select(Venue)), None]
    made: list[Appointment] = []

    def book():
        clock = f"{chance.randrange(10, 14)}:{chance.choice('03')}0"
        starts_at = make.at(chance.choice([WEDNESDAY, "2026-11-26"]), clock)
        people = chance.sample(staff, 2)
        made.append(schedule(
            db, chance.choice(cases), "office", starts_at, chance.choice([30, 60, 90]), lead=people[0],
            second=chance.choice([people[1], None]), venue=chance.choice(rooms), late_reason="Asked for",
            status=chance.choice(["requested", "offered", "booked"]),
        ))  # fmt: skip

    def move():
        one, length = chance.choice(made), timedelta(minutes=chance.choice([30, 60, 90]))
        one.starts_at = make.at(WEDNESDAY, f"{chance.randrange(10, 14)}:00")
        one.ends_at = one.starts_at + length

    def set_state():
        chance.choice(made).status = chance.choice(words(APPOINTMENT_STATES))

    def set_answer():
        chance.choice(chance.choice(made).people).status = chance.choice(["invited", "accepted", "declined"])

    def swap():
        chance.choice(chance.choice(made).people).worker = chance.choice(staff)

    def set_room():
        chance.choice(made).venue = chance.choice(rooms)

    refusals = 0
    for _ in range(120):
        before = len(made)
        try:
            with db.begin_nested():
                (book if not made else chance.choice([book, book, move, set_state, set_answer, swap, set_room]))()
                db.flush()
        except RuleBroken:
            refusals += 1
            del made[before:]
    assert refusals >= 10
    assert sum(one.status in HOLDS_PEOPLE for one in made) >= 3
    assert list(taken_twice(db)) == []


def taken_twice(db):
    """Compare every two appointments that hold people, read afresh."""
    db.expire_all()
    holding = [one for one in db.scalars(select(Appointment)) if one.status in ("offered", "booked", "attended")]
    for one, other in combinations(holding, 2):
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
            going = [{person.worker_id for person in of.people if person.status != "declined"} for of in (one, other)]
            same_room = one.venue_id is not None and one.venue_id == other.venue_id
            if going[0] & going[1] or same_room or one.case.client_id == other.case.client_id:
                yield one, other


# The next times that can be offered


def random_office(db, chance: random.Random):
    """A small office: three of staff, two volunteers, one case, some hours taken, some people kept away."""
    staff = [make.worker(db, name, free=_some_hours(chance, 0.6)) for name in ("Ann", "Bea", "Cal")]
    speaks = (("Sylheti", "spoken"),)
    helpers = [
        make.volunteer(db, name, speaks=speaks, free=_some_hours(chance, 0.9), gender=chance.choice(["female", "male"]))
        for name in ("Dia", "Eva")
    ]
    case = make.case(db, make.client(db, mobility_need=chance.random() < 0.3), lead=staff[0])
    other = make.case(db, make.client(db, "Somebody else"), lead=staff[1])
    for person in (*staff, *helpers):
        if chance.random() < 0.15:
            db.add(Conflict(worker=person, client=case.client, reason="Same estate", declared_on=date(2026, 11, 1)))
    if chance.random() < 0.3:
        db.add(ClosedDay(day=date(2026, 11, 24), name="Staff training"))
    db.flush()
    rooms = list(db.scalars(select(Venue)))
    for _ in range(chance.randrange(8, 24)):
        with_room = {"venue": chance.choice(rooms)} if chance.random() < 0.7 else {}
        booked(
            db, of=chance.choice([case, other, other]), day=f"2026-11-{chance.choice([23, 24, 25])}",
            clock=f"{chance.randrange(10, 15)}:{chance.choice('03')}0", minutes=chance.choice([60, 120]),
            lead=chance.choice([*staff, *helpers]), **with_room,
        )  # fmt: skip
    return case, staff, helpers


def _some_hours(chance: random.Random, share: float) -> tuple[tuple[str, str, str], ...]:
    if chance.random() > share:
        return ()
    starts = [chance.randrange(9, 15) for _ in range(3)]
    ends = [one + chance.randrange(1, 5) for one in starts]
    return tuple((str(day), f"{starts[day]:02d}:00", f"{ends[day]:02d}:00") for day in range(3))


def ways(db, case, staff, helpers, kind, language, starts_at):
    """Give every way to staff one time that the rules and people's own hours allow, tried one by one."""
    hours = [one for one in (*staff, *helpers) if _has_given(one, starts_at)]
    rooms = list(db.scalars(select(Venue))) if kind == "office" else [None]
    seconds = [one for one in staff if one in hours] if kind == "home_visit" else [None]
    for lead in (one for one in staff if one in hours):
        for second in seconds:
            for interpreter in [one for one in helpers if one in hours] if language else [None]:
                for room in rooms:
                    if _allowed(db, case, kind, starts_at, lead, second, interpreter, room, language):
                        yield lead, second, interpreter, room


def _has_given(worker: Worker, starts_at: datetime) -> bool:
    shown = starts_at.astimezone(LONDON)
    begins, ends = shown.time(), (shown + timedelta(hours=1)).time()
    if not worker.availability:
        return worker.kind == "staff"  # the office's hours, which the rules hold
    that_day = [row for row in worker.availability if row.weekday == str(shown.weekday())]
    return any(row.starts <= begins and ends <= row.ends for row in that_day)


def _allowed(db, case, kind, starts_at, lead, second, interpreter, room, language) -> bool:
    going = (("lead", lead), ("second", second), ("interpreter", interpreter))
    one = Appointment(
        case=case, kind=kind, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), status="booked",
        venue=room, language=language, interpreter_gender="female" if language else "any", step_free=False,
        area=case.client.area,
        cannot_attend_reason="Ill",
        people=[AppointmentWorker(worker=who, role=role, status="accepted") for role, who in going if who],
    )  # fmt: skip
    with db.no_autoflush:
        db.add(one)
        accepted = next(guard.problems_of(one, db), None) is None
        for row in (*one.people, one):
            db.expunge(row)
    return accepted


@pytest.mark.parametrize("seed", range(50 if LONG else 5))
def test_the_next_offers_keep_every_rule_and_no_earlier_time_was_possible(db, engine, seed, monkeypatch):
    chance = random.Random(f"{engine.dialect.name} {seed}")
    case, staff, helpers = random_office(db, chance)
    kind = chance.choice(["home_visit", "home_visit", "office"])
    language = make.language(db, "Sylheti") if chance.random() < 0.6 else None
    after = make.at("2026-11-23", chance.choice(["09:00", "11:15", "15:00"]))
    monkeypatch.setattr(visit_times, "_first_free", lambda *_: "")  # only the refusal itself counts here
    offers = next_feasible(
        db, case, after=after, minutes=60, kind=kind, language=language, gender="female", horizon_days=2,
    )  # fmt: skip

    tried = _first_of_each_day_tried_one_by_one(db, case, staff, helpers, kind, language, after)
    if language and not tried:
        tried = _first_of_each_day_tried_one_by_one(db, case, staff, helpers, kind, None, after)
        assert all("no Sylheti interpreter is free on these days" in offer.why for offer in offers)
    assert [offer.starts_at for offer in offers] == [starts_at for starts_at, _ in tried]
    for offer, (_, possible) in zip(offers, tried, strict=True):
        assert (offer.lead, offer.second, offer.interpreter, offer.venue) in possible
        caseworker_can = any(way[0] is case.lead for way in possible)
        assert (offer.lead is case.lead) is caseworker_can
        assert (f"{case.lead} is the caseworker" in offer.why) is caseworker_can


def _first_of_each_day_tried_one_by_one(db, case, staff, helpers, kind, language, after):
    found = []
    for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
        for number in range(48):
            starts_at = make.at(day, f"{number // 2:02d}:{number % 2 * 30:02d}")
            possible = list(ways(db, case, staff, helpers, kind, language, starts_at)) if starts_at >= after else []
            if possible:
                found.append((starts_at, possible))
                break
    return found


def test_offers_can_be_booked_as_they_stand(db, case, joe):
    language, person = make.language(db, "Sylheti"), speaker(db, gender="female", free=(("3", "10:00", "14:00"),))
    offers = next_feasible(db, case, after=make.NOW, minutes=60, language=language, gender="female")
    assert [offer.in_words() for offer in offers] == [
        "Thursday 26 November 2026 10:00 with Sara K, Joe B and Farida A",
        "Thursday 3 December 2026 10:00 with Sara K, Joe B and Farida A",
    ]
    assert offers[0].why == (
        "Sara K is the caseworker",
        "Farida A: Sylheti, fluent, free Thursday 10:00 to 14:00, no visit yet this month",
    )
    one = schedule(
        db, case, "home_visit", offers[0].starts_at, 60, lead=offers[0].lead, second=offers[0].second,
        interpreter=offers[0].interpreter, interpreter_accepted=True, language=language, cannot_attend_reason="Ill",
    )  # fmt: skip
    assert warnings(one, db) == []
    assert person in [going.worker for going in one.people]


def test_an_offer_says_what_its_interpreter_does_not_keep_and_prefers_who_keeps_everything(db, case, joe):
    language, free = make.language(db, "Sylheti"), (("3", "10:00", "14:00"),)
    lapsed = speaker(db, gender="female", free=free, training_on=date(2026, 1, 5), training_until=date(2026, 11, 25))
    asked = {"after": make.NOW, "minutes": 60, "language": language, "gender": "female", "count": 1}
    [offer] = next_feasible(db, case, **asked)
    assert (offer.interpreter, offer.why[-1]) == (
        lapsed, "Farida A: Training runs out before then, on 25 November 2026",
    )  # fmt: skip
    fresh = make.volunteer(db, "Zubeda T", speaks=(("Sylheti", "spoken"),), gender="female", free=free)
    [offer] = next_feasible(db, case, **asked)
    assert offer.interpreter is fresh
    assert not [words for words in offer.why if "runs out" in words]


def test_a_visit_is_offered_when_both_people_are_there_and_neither_is_taken(db, case):
    joe = make.worker(db, "Joe B", free=(("1", "13:00", "16:00"),))  # Tuesdays
    other = make.case(db, make.client(db, "Somebody else"), lead=joe)
    make.appointment(db, other, "2026-11-24", "13:00", minutes=30, lead=case.lead)
    make.appointment(db, other, "2026-11-24", "14:00", minutes=30, lead=joe)
    offer = next_feasible(db, case, after=make.NOW, minutes=60, count=1)[0]
    assert offer.starts_at == make.at("2026-11-24", "15:00"), "Joe is at the office until 14:30, half an hour away"
    assert (offer.lead, offer.second) == (case.lead, joe)


def test_a_colleague_who_interprets_is_not_also_the_second_person(db, case):
    joe = make.worker(db, "Joe B", speaks=(("Sylheti", "spoken"),))
    tom = make.worker(db, "Tom R", free=(("3", "10:00", "16:00"),))  # Thursdays
    plan = {"after": make.NOW, "minutes": 60, "language": make.language(db, "Sylheti"), "count": 1}
    offer = next_feasible(db, case, **plan)[0]
    assert (offer.starts_at, offer.interpreter) == (make.at("2026-11-26", "10:00"), joe)
    assert {offer.lead, offer.second} == {case.lead, tom}
    db.scalars(select(Setting).where(Setting.key == "interpreter_as_second_person")).one().value = "1"
    offer = next_feasible(db, case, **plan)[0]
    assert (offer.starts_at, offer.lead, offer.second) == (make.at("2026-11-23", "10:00"), case.lead, None)
    assert offer.interpreter is joe


def test_who_is_asked_to_lead_leads_where_they_can(db, case, joe):
    assert next_feasible(db, case, after=make.NOW, minutes=60, lead=joe)[0].lead is joe
    db.add(Conflict(worker=joe, client=case.client, reason="Cousin", declared_on=date(2026, 11, 1)))
    make.worker(db, "Jon P")
    assert next_feasible(db, case, after=make.NOW, minutes=60, lead=joe)[0].lead is case.lead


def test_offers_come_with_a_room_and_keep_the_ground_floor_for_who_needs_it(db, case):
    ground = db.scalars(select(Venue).where(Venue.step_free.is_(True))).one()
    assert next_feasible(db, case, after=make.NOW, minutes=60, kind="office")[0].venue is not ground
    case.client.mobility_need = True
    assert next_feasible(db, case, after=make.NOW, minutes=60, kind="office")[0].venue is ground


def test_the_number_of_statements_for_offers_does_not_grow(db, case, joe, statements):
    def sent(days: int) -> int:
        db.flush()
        db.expire_all()
        db.refresh(case)
        statements.clear()
        next_feasible(db, case, after=make.NOW, minutes=60, kind="office", count=50, horizon_days=days)
        return len(statements)

    few = sent(3)
    for number in range(8):
        person = make.volunteer(db, f"Volunteer {number}", speaks=(("Sylheti", "spoken"),))
        make.appointment(db, case, "2026-11-27", f"{10 + number}:00", lead=person)
    assert sent(60) <= few <= 14
