"""What the office promises about hours, appointments and visits, as people meet it on the screens."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from casework.calendar import local
from models import Appointment, Venue, Worker

LATE = "She was away"


def book(person, office, day: str, clock: str, **typed: str):
    """Send the booking form of Amina's own case; Tariq comes along."""
    path = f"/caseworker/visit/?case={office['case', 'own']}"
    usual = {"cannot_attend_reason": "Cannot leave the flat", "second_id": str(office.people["tariq"])}
    filled = usual | {"starts_at": day, "starts_at-time": clock, "late_reason": LATE} | typed
    return person.fill(path, filled, holding="cannot_attend_reason")


def booked(site, answer) -> Appointment:
    """Give the appointment whose page the answer leads to."""
    assert answer.status == 302, answer.page.faults
    with site.db() as db:
        return db.get_one(Appointment, int(answer.location.rpartition("=")[2]))


OUTSIDE = [
    ("26 Nov 2026", "17:30", "a Thursday, past closing"), ("26 Nov 2026", "9:30", "before opening"),
    ("28 Nov 2026", "11:00", "a Saturday"), ("29 Nov 2026", "11:00", "a Sunday"),
    ("25 Dec 2026", "11:00", "Christmas Day"), ("28 Dec 2026", "11:00", "the day instead of Boxing Day"),
    ("29 Mar 2027", "11:00", "Easter Monday"), ("30 Mar 2027", "17:30", "past closing, in summer time"),
]  # fmt: skip
INSIDE = [  # (day, London, the same in UTC)
    ("26 Nov 2026", "10:00", "10:00"), ("26 Nov 2026", "17:00", "17:00"), ("30 Mar 2027", "10:00", "09:00"),
    ("30 Mar 2027", "17:00", "16:00"),
]  # fmt: skip


@pytest.mark.req("R11")
@pytest.mark.parametrize("kind", ["home_visit", "office"])
@pytest.mark.parametrize(("day", "clock", "_what"), OUTSIDE)
def test_nothing_is_booked_outside_opening_hours(site, browse, office, kind, day, clock, _what):
    answer = book(browse("caseworker"), office, day, clock, kind=kind, minutes="60")
    assert answer.status == 422
    assert "Monday to Friday, 10:00 to 18:00" in answer.page.said_beside("starts_at")


@pytest.mark.req("R11")
@pytest.mark.parametrize("kind", ["home_visit", "office"])
@pytest.mark.parametrize(("day", "clock", "utc"), INSIDE)
def test_the_first_and_the_last_hour_of_a_day_can_be_booked_summer_and_winter(
    site, browse, office, kind, day, clock, utc
):
    made = booked(site, book(browse("caseworker"), office, day, clock, kind=kind, minutes="60"))
    assert f"{made.starts_at.astimezone(UTC):%H:%M}" == utc
    assert f"{local(made.starts_at):%H:%M}" == clock


@pytest.mark.req("R12")
def test_somebody_who_walks_in_is_noted_and_offered_an_appointment_but_not_written_down_as_one(site, browse, office):
    amina, case = browse("caseworker"), {"case_id": "26-0001"}
    before = site.rows(Appointment)
    walked_in = {"kind": "office", "status": "attended", "starts_at": "20 Nov 2026", "starts_at-time": "11:00",
                 "ends_at": "20 Nov 2026", "ends_at-time": "12:00", "people-0-worker_id": "Amina K"}  # fmt: skip
    refused = amina.fill("/caseworker/appointment/new/", case | walked_in)
    assert refused.status == 422
    assert "by appointment. Record this visit as a note and offer an appointment." in refused.text
    assert site.rows(Appointment) == before

    note = {"at": "20 Nov 2026", "at-time": "11:00", "medium": "visit", "text": "Came to the door. Told how to book."}
    assert amina.fill("/caseworker/casenote/new/", case | note).status == 302
    offered = booked(site, book(amina, office, "26 Nov 2026", "11:00", kind="office"))
    assert (offered.kind, offered.status) == ("office", "booked")


@pytest.mark.req("R14")
def test_a_home_visit_is_for_who_cannot_come_to_us(site, browse, office):
    amina, before = browse("caseworker"), site.rows(Appointment)
    answer = book(amina, office, "26 Nov 2026", "11:00", cannot_attend_reason="")
    assert answer.status == 422
    assert "offer a room at the office instead" in answer.page.said_beside("cannot_attend_reason")
    assert site.rows(Appointment) == before
    assert booked(site, book(amina, office, "26 Nov 2026", "11:00")).kind == "home_visit"


@pytest.mark.req("R14")
def test_where_nobody_is_free_the_next_time_is_named_and_can_be_booked(site, browse, office):
    amina = browse("caseworker")
    answer = book(amina, office, "25 Nov 2026", "12:00")  # Tariq sees another client from twelve to one
    assert answer.status == 422
    assert "Tariq B is at another appointment until 13:00." in answer.text
    first_free = r"First free: \w+ (\d+ \w+ 2026) (\d\d:\d\d) with ([\w ,]+) and (\w+ \w)\."
    day, clock, lead, second = re.search(first_free, answer.text).groups()
    assert (lead, day) == ("Amina K", "25 November 2026")
    with site.db() as db:
        who = str(db.scalars(select(Worker.id).where(Worker.name == second)).one())
    made = booked(site, book(amina, office, day, clock, second_id=who))
    assert f"{local(made.starts_at):%H:%M}" == clock


@pytest.mark.req("R16")
def test_a_visit_is_held_only_with_a_card_that_was_shown_and_still_valid(site, browse, office):
    visit = booked(site, book(browse("caseworker"), office, "26 Nov 2026", "11:00"))
    card = f"/manager/staff/edit/?id={office.people['amina']}"
    edit = f"/caseworker/appointment/edit/?id={visit.id}"
    with site.at(datetime(2026, 11, 26, 15, tzinfo=UTC)):
        amina, manager = browse("caseworker"), browse("manager")
        unseen = amina.fill(edit, {"status": "attended"})
        assert unseen.status == 422
        assert "Tick that the ID card was shown" in unseen.page.said_beside("id_carried")

        assert manager.fill(card, {"id_card_expires": "25 Nov 2026"}).status == 302
        expired = amina.fill(edit, {"status": "attended", "id_carried": "y"})
        assert expired.status == 422
        assert "valid until 25 November 2026, which is before the visit" in expired.page.said_beside("id_carried")

        assert manager.fill(card, {"id_card_expires": "26 Nov 2026"}).status == 302
        assert amina.fill(edit, {"status": "attended", "id_carried": "y"}).status == 302
        assert "Took place" in amina.get(f"/caseworker/appointment/details/?id={visit.id}").text


@pytest.mark.req("R19")
def test_whoever_cannot_use_stairs_is_offered_the_room_on_the_ground_floor(site, browse, office):
    amina = browse("caseworker")
    with site.db() as db:
        rooms = {room.name: str(room.id) for room in db.scalars(select(Venue))}
    upstairs, downstairs = rooms["Room 1"], rooms["Ground-floor interview room"]
    in_room = {"kind": "office", "cannot_attend_reason": "", "second_id": ""}
    assert booked(site, book(amina, office, "26 Nov 2026", "11:00", **in_room, venue_id=upstairs)).venue_id

    client = f"/caseworker/client/edit/?id={office['client', 'own']}"
    assert amina.fill(client, {"mobility_need": "y"}).status == 302
    refused = book(amina, office, "27 Nov 2026", "11:00", **in_room, venue_id=upstairs)
    assert refused.status == 422
    assert "Room 1 is not step free" in refused.page.said_beside("venue_id")
    assert "Ground-floor interview room is free then." in refused.page.said_beside("venue_id")
    made = booked(site, book(amina, office, "27 Nov 2026", "11:00", **in_room, venue_id=downstairs))
    assert str(made.venue_id) == downstairs
