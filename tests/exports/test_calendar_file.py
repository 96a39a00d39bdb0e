"""Calendar files of appointments, read back by another program, on both sides of the clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from exports import calendar_file
from tests import make

NASTY = "=1+1\r\nEND:VEVENT\r\nBEGIN:VALARM;,\\ \u2028“é”"


@pytest.fixture
def meeting(db):
    client = make.client(db, "Rehana Begum", address="12 Marsh Lane", postcode="e6 1ab", area=make.area(db, "Newham"))
    return make.appointment(db, make.case(db, client), "2026-11-25", "11:00", kind="home_visit", note=NASTY)


def event(meeting, **more):
    calendar = Calendar.from_ical(calendar_file.write(meeting, **more))
    [found] = calendar.walk("VEVENT")
    return calendar, found


def test_it_says_kind_reference_and_district_and_names_nobody(meeting):
    calendar, found = event(meeting, postcode=meeting.case.client.postcode)
    assert str(found["SUMMARY"]) == f"Visit {meeting.case.ref}, E6"
    assert (str(calendar["METHOD"]), str(found["STATUS"]), str(found["CLASS"])) == ("PUBLISH", "CONFIRMED", "PRIVATE")
    assert set(found) == {"UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "STATUS",
                          "CLASS", "TRANSP"}  # fmt: skip
    whole = calendar_file.write(meeting, postcode=meeting.case.client.postcode).decode()
    for word in ("Rehana", "Begum", "Marsh", "1AB", "1ab", "CL-", "VALARM"):
        assert word not in whole


@pytest.mark.parametrize(
    "kind, postcode, area, words",
    [
        ("home_visit", "E6 1AB", "Newham", "Visit {}, E6"),
        ("home_visit", None, "Newham", "Visit {}, Newham"),
        ("home_visit", "by the canal", "Newham", "Visit {}, Newham"),
        ("home_visit", None, None, "Visit {}"),
        ("office", "E6 1AB", "Newham", "Appointment {}"),
        ("accompaniment", "EC1A 1BB", None, "Going along {}, EC1A"),
        ("phone", "E6 1AB", "Newham", "Call {}"),
    ],
)
def test_where_it_is_follows_from_the_kind(db, kind, postcode, area, words):
    client = make.client(db, area=make.area(db, area) if area else None)
    case = make.case(db, client, area=make.area(db))
    meeting = make.appointment(db, case, kind=kind)
    assert str(event(meeting, postcode=postcode)[1]["SUMMARY"]) == words.format(case.ref)


@pytest.mark.parametrize(
    "starts, shown",
    [
        ("2026-03-28T10:00", "2026-03-28T10:00:00+00:00"),
        ("2026-03-29T00:59", "2026-03-29T00:59:00+00:00"),
        ("2026-03-29T01:00", "2026-03-29T02:00:00+01:00"),
        ("2026-10-24T23:59", "2026-10-25T00:59:00+01:00"),
        ("2026-10-25T00:00", "2026-10-25T01:00:00+01:00"),
        ("2026-10-25T01:00", "2026-10-25T01:00:00+00:00"),
        ("2026-10-25T02:00", "2026-10-25T02:00:00+00:00"),
        ("2027-06-01T09:00", "2027-06-01T10:00:00+01:00"),
    ],
)
def test_the_moment_is_the_same_in_the_calendar_on_both_sides_of_the_clock_changes(meeting, starts, shown):
    meeting.starts_at = datetime.fromisoformat(starts).replace(tzinfo=UTC)
    meeting.ends_at = meeting.starts_at + timedelta(hours=1)
    found = event(meeting)[1]
    assert found.DTSTART.astimezone(UTC) == meeting.starts_at == datetime.fromisoformat(shown)
    assert found.DTEND.astimezone(UTC) == meeting.ends_at


@pytest.mark.parametrize("year", [1997, 2026, 2027, 2040])
def test_the_zone_in_the_file_changes_the_clocks_when_london_does(meeting, year):
    """The file's own zone is read without any other table of zones, around both changes of a year."""
    calendar, _ = event(meeting)
    [zone] = calendar.walk("VTIMEZONE")
    own = zone.to_tz(lookup_tzid=False)
    for month in (1, 3, 4, 7, 10, 11):
        for day in range(1, 32 if month in (1, 3, 7, 10) else 31):
            for hour in (0, 3, 12):
                clock = datetime(year, month, day, hour)
                wanted = clock.replace(tzinfo=calendar_file.LONDON).utcoffset()
                assert clock.replace(tzinfo=own).utcoffset() == wanted, clock


def test_the_identity_stays_and_the_number_rises_with_each_change(db, meeting):
    first = event(meeting)[1]
    meeting.starts_at += timedelta(hours=1)
    meeting.ends_at += timedelta(hours=1)
    db.flush()
    second = event(meeting)[1]
    assert first["UID"] == second["UID"] and second["SEQUENCE"] > first["SEQUENCE"]
    person = meeting.people[0]
    person.worker = make.worker(db, "Somebody new")
    db.flush()
    assert event(meeting)[1]["SEQUENCE"] > second["SEQUENCE"]
    other = make.appointment(db, meeting.case, "2026-11-26")
    assert event(other)[1]["UID"] != first["UID"]


@pytest.mark.parametrize(
    "status, method, state",
    [
        ("requested", "PUBLISH", "TENTATIVE"), ("offered", "PUBLISH", "TENTATIVE"), ("booked", "PUBLISH", "CONFIRMED"),
        ("cancelled_client", "CANCEL", "CANCELLED"), ("cancelled_office", "CANCEL", "CANCELLED"),
    ],
)  # fmt: skip
def test_what_is_called_off_takes_itself_out_of_the_calendar(meeting, status, method, state):
    meeting.status = status
    calendar, found = event(meeting)
    assert (str(calendar["METHOD"]), str(found["STATUS"])) == (method, state)


@given(text=st.text() | st.just(NASTY) | st.text(alphabet="é;,\\\r\n“\U0001f600", min_size=80))
def test_no_text_breaks_out_of_its_line_and_no_line_is_too_long(text):
    line = f"SUMMARY:{calendar_file.escaped(text)}"
    pieces = list(calendar_file.folded(line))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert "".join([pieces[0], *(piece[1:] for piece in pieces[1:])]) == line
    whole = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1", *pieces, "END:VEVENT",
                         "END:VCALENDAR", ""])  # fmt: skip
    [found] = Calendar.from_ical(whole).walk("VEVENT")
    assert set(found) == {"UID", "SUMMARY"}
    kept = "".join(one for one in str(found["SUMMARY"]) if one != "\n")
    assert kept == "".join(one for one in text if one.isprintable())


def test_every_line_ends_with_both_signs_and_none_is_longer_than_75_octets(meeting):
    data = calendar_file.write(meeting, postcode="E6 1AB")
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 75
