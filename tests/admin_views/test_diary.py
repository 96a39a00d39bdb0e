"""The diary: what the reader's scope allows is named, everything else is busy; by person and by room, week by week."""

from __future__ import annotations

from datetime import date

import pytest

from models import Appointment, Case, ClosedDay, Venue
from tests import make

PAGE = "/{}/diary/?week=25/11/2026"


def cells(page, name: str) -> list[str]:
    """Give what stands on each day of one line."""
    row = next(one.within("tr") for one in page.all("th") if one.get("scope") == "row" and name in one.text)
    return [one.text for one in page.all("td") if one.within("tr") is row]


@pytest.mark.req("R11")
@pytest.mark.parametrize(
    "who, role, amina, joan",
    [
        ("amina", "caseworker", "10:30–11:30 26-0001 At the office Tower Hamlets", "13:30–14:30 Busy"),
        ("joan", "caseworker", "10:30–11:30 Busy", "13:30–14:30 26-0003 At the office Tower Hamlets"),
        ("manager", "manager", "10:30–11:30 26-0001 At the office Tower Hamlets",
         "13:30–14:30 26-0003 At the office Tower Hamlets"),
        ("leyla", "coordinator", "10:30–11:30 26-0001 At the office Tower Hamlets",
         "13:30–14:30 26-0003 At the office Tower Hamlets"),
    ],
)  # fmt: skip
def test_a_week_names_what_is_in_scope_and_calls_the_rest_busy(browse, who, role, amina, joan):
    page = browse(who).get(PAGE.format(role)).page
    assert cells(page, "Amina K") == ["", "", amina, "", ""]
    assert cells(page, "Joan W") == ["", "", joan, "", ""]
    for name in ("Rehana", "Jamila", "Begum", "address-of"):
        assert name not in page.text


def test_a_meeting_of_somebody_whose_file_is_hidden_from_the_reader_is_busy(browse):
    """Bashir Khan asked that Amina never sees his file; Tariq, of her team, meets him at three."""
    told = cells(browse("amina").get(PAGE.format("caseworker")).page, "Tariq B")[2]
    assert "26-0002" in told and "15:00–16:00 Busy" in told and "26-0004" not in told


def test_the_reports_role_has_no_diary(browse):
    assert browse("figures").get(PAGE.format("caseworker")).status == 403


def test_a_closed_day_is_named_in_its_column_and_weekends_are_left_out_unless_something_is_on(site, browse):
    with site.db() as db:
        db.add(ClosedDay(day=date(2026, 11, 26), name="Staff training"))
        case = db.get_one(Case, site.office["case", "own"])
        make.appointment(db, case, "2026-11-28", "12:00", kind="accompaniment", lead=case.lead)
        db.commit()
    page = browse("amina").get(PAGE.format("caseworker")).page
    heads = [one.text for one in page.all("th") if one.get("scope") == "col"]
    assert [one[:6] for one in heads] == ["Person", "Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27", "Sat 28"]
    assert any("Closed: Staff training" in one for one in heads)
    assert "12:00–13:00" in cells(page, "Amina K")[-1]


def test_by_room_shows_each_room_with_its_floor(site, browse):
    with site.db() as db:
        one = db.get_one(Appointment, site.office["appointment", "own"])
        one.venue = db.query(Venue).filter_by(name="Room 1").one()
        db.commit()
    page = browse("joan").get(PAGE.format("caseworker") + "&by=room").page
    assert cells(page, "Room 1") == ["", "", "10:30–11:30 Busy", "", ""]
    assert cells(page, "Ground-floor interview room") == [""] * 5
    assert "Second floor, no lift" in page.text


def test_the_hours_that_volunteers_have_given_are_shown_on_request(browse):
    leyla = browse("leyla")
    assert "Farida A" not in leyla.get(PAGE.format("coordinator")).text
    assert cells(leyla.get(PAGE.format("coordinator") + "&free=1").page, "Farida A")[2] == "Free 10:00–16:00"


def test_previous_next_and_this_week_are_links_and_a_phone_is_shown_one_day(browse):
    page = browse("amina").get(PAGE.format("caseworker")).page
    links = {one.text: one.get("href") for one in page.all("a")}
    assert "week=16/11/2026" in links["Previous week"] and "week=30/11/2026" in links["Next week"]
    assert "week=23/11/2026" in links["This week"]
    chosen = [one for one in page.all("td") if "diary-on" in one.get("class").split()]
    rows = [one for one in page.all("th") if one.get("scope") == "row"]
    assert len(chosen) == len(rows)
    assert "Wednesday 25 November 2026" in page.text


def test_a_week_that_cannot_be_read_is_told_beside_its_box_and_this_week_is_shown(browse):
    answer = browse("amina").get("/caseworker/diary/?week=soonish")
    assert answer.status == 422
    assert "This cannot be read as a date." in answer.page.said_beside("week")
    assert "Week of Mon 23 Nov to Sun 29 Nov 2026" in answer.text


def test_the_statements_are_the_same_with_one_meeting_and_with_forty(site, browse):
    page = PAGE.format("caseworker") + "&free=1"
    few = {by: browse("amina").get(f"{page}&by={by}").statements for by in ("person", "room")}
    with site.db() as db:
        case = db.get_one(Case, site.office["case", "own"])
        for number in range(40):
            lead = make.worker(db, f"Worker {number:02}", free=(("2", "10:00", "12:00"),))
            make.volunteer(db, f"Helper {number:02}", free=(("2", "10:00", "12:00"),))
            make.appointment(
                db, case, f"2026-11-{24 + number % 4}", f"{number // 4:02}:30", kind="accompaniment", lead=lead
            )
        db.commit()
    many = {by: browse("amina").get(f"{page}&by={by}").statements for by in ("person", "room")}
    assert many == few
    assert max(many.values()) <= 12
