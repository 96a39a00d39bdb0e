"""The visit itself on the screens: the sheet, the taps, and what came of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models import Appointment, AuditEntry, CaseNote, User
from tests import make


def visit_today(site, office) -> int:
    """Book a home visit of the own file for today, at eleven."""
    with site.db() as db:
        case = db.get(Appointment, office["appointment", "own"]).case
        one = make.appointment(db, case, "2026-11-23", "15:00", kind="home_visit", second=make.worker(db, "Jon P"))
        db.commit()
        return one.id


def test_a_caseworker_arrives_leaves_and_writes_down_what_came_of_it_from_one_page(site, browse, office):
    visit = visit_today(site, office)
    amina = browse("amina")
    page = f"/caseworker/visit/held/?id={visit}"
    assert "I have arrived" in amina.get(page).text
    for tap in ("arrive", "leave"):
        assert amina.post(f"/caseworker/visit/{tap}/?id={visit}", {}).status == 302
    told = amina.get(page).text
    assert "left safely at" in told and "I have arrived" not in told
    empty = amina.fill(page, {"text": ""}, holding="outcome")
    assert empty.status == 422 and "Say in a few words what happened." in empty.page.said_beside("text")
    early = amina.fill(page, {"text": "Spoke about the move."}, holding="outcome")
    assert early.status == 422, "it has not begun yet"
    with site.db() as db:
        assert db.get(Appointment, visit).status == "booked"
        assert db.scalars(select(CaseNote).where(CaseNote.text == "Spoke about the move.")).all() == []


def test_the_sheet_says_whom_where_and_what_to_bring_and_its_opening_is_written_down(site, browse, office):
    visit = visit_today(site, office)
    sheet = browse("amina").get(f"/caseworker/visit/sheet/?id={visit}")
    way = "the office to Tower Hamlets, about 30 minutes; leave by 14:30"
    for words in (
        "Rehana Begum",
        "address-of-own-file",
        "Your ID card",
        "10:00 to 14:30",
        "Jon P",
        way,
        "Tower Hamlets",
    ):
        assert words in sheet.text
    with site.db() as db:
        line = db.scalars(select(AuditEntry).where(AuditEntry.reason == "visit sheet")).one()
        assert (line.subject, line.row_id, line.who) == ("Appointment", visit, "amina")


def test_the_pages_of_a_visit_of_another_team_are_not_found(site, browse, office):
    joan = browse("joan")
    visit = visit_today(site, office)
    for path in ("held", "sheet", "tell"):
        assert joan.get(f"/caseworker/visit/{path}/?id={visit}").status == 404
    for path in ("arrive", "leave", "confirm"):
        assert joan.post(f"/caseworker/visit/{path}/?id={visit}", {"way": "phone"}).status == 404
    with site.db() as db:
        one = db.get(Appointment, visit)
        assert one.client_told_on is None and all(person.checked_in_at is None for person in one.people)


def test_that_the_client_was_told_is_one_press_on_the_way_that_is_safe_for_them(site, browse, office):
    """Rehana said: phone only."""
    visit = visit_today(site, office)
    page = browse("amina").get(f"/caseworker/visit/tell/?id={visit}")
    offered = [one.get("value") for one in page.page.all("button", name="way")]
    assert offered == ["phone", "person", "other"]
    assert "10:00 to 14:30" in page.text and "“We meet on Monday 23 November 2026 at 15:00." in page.text
    assert "Not by letter: the safe way for Rehana Begum is “phone only”." in page.text
    assert browse("amina").post(f"/caseworker/visit/confirm/?id={visit}", {"way": "phone"}).status == 302
    with site.db() as db:
        one = db.get(Appointment, visit)
        assert (one.client_told_on, one.client_told_by) == (date(2026, 11, 23), "phone")


@pytest.mark.parametrize("way", ["text", "email", "post"])
def test_by_a_way_that_is_not_safe_nothing_is_written_down(site, browse, office, way):
    visit = visit_today(site, office)
    answer = browse("amina").post(f"/caseworker/visit/confirm/?id={visit}", {"way": way})
    assert answer.status == 422 and "the safe way for Rehana Begum is “phone only”. Tell them so" in answer.text
    with site.db() as db:
        one = db.get(Appointment, visit)
        assert (one.client_told_on, one.client_told_by) == (None, None)


def test_the_words_by_text_and_e_mail_name_nobody_and_say_nothing_of_us(site, browse, office):
    visit = visit_today(site, office)
    with site.db() as db:
        db.get(Appointment, visit).case.client.safe_contact = "any"
        db.commit()
    page = browse("amina").get(f"/caseworker/visit/tell/?id={visit}").page
    for way in ("Text message", "E-mail"):
        card = next(one.within("section") for one in page.all("h2") if one.text == way)
        assert "Rehana" not in card.text and "Casework" not in card.text and "Monday 23 November" in card.text


def test_before_it_begins_the_page_offers_to_confirm_and_afterwards_asks_how_it_went(site, browse, office):
    page = f"/caseworker/visit/held/?id={visit_today(site, office)}"
    ahead = browse("amina").get(page).page
    assert [one.text for one in ahead.all("h1")] == ["Confirm or call off"]
    assert not [one for one in ahead.all("input", name="outcome") if "checked" in one.attributes]
    with site.at(make.at("2026-11-23", "15:00")):
        begun = browse("amina").get(page).page
    assert [one.text for one in begun.all("h1")] == ["How did it go?"]
    ticked = [one.get("value") for one in begun.all("input", name="outcome") if "checked" in one.attributes]
    assert ticked == ["attended"]


def test_everybody_is_told_of_a_visit_that_nobody_has_left_and_of_its_day_when_that_is_over(site, browse, office):
    visit_today(site, office)
    words = "No word yet from Amina K and Jon P: the visit was to end at "
    homes = {"amina": "/caseworker/", "joan": "/caseworker/", "manager": "/manager/", "coordinator": "/coordinator/"}
    for day, clock, told in (("23", "16:29", None), ("23", "16:30", "16:00"), ("24", "09:00", "Mon 23 Nov, 16:00")):
        with site.at(make.at(f"2026-11-{day}", clock)):
            for who, home in homes.items():
                shown = browse(who).get(home).text
                assert ("Not back yet" in shown) is (told is not None)
                assert told is None or f"{words}{told}." in shown


def test_a_coordinator_who_comes_along_taps_and_meets_no_file(site, browse, office):
    with site.db() as db:
        leyla = db.scalars(select(User).where(User.username == "leyla")).one().worker
        case = db.get(Appointment, office["appointment", "own"]).case
        theirs = make.appointment(db, case, "2026-11-23", "15:00", kind="home_visit", second=leyla).id
        others = make.appointment(db, case, "2026-11-23", "17:00", kind="home_visit").id
        db.commit()
    leyla = browse("leyla")
    page = leyla.get(f"/coordinator/visit/held/?id={theirs}")
    assert "I have arrived" in page.text and "Tower Hamlets" in page.text
    for hidden in ("Rehana", "address-of-own-file", "visit/sheet", "visit/tell"):
        assert hidden not in page.text
    for overview in ("/coordinator/", "/coordinator/diary/"):
        led_to = {one.get("href") for one in leyla.get(overview).page.all("a")}
        assert f"/coordinator/visit/held/?id={theirs}" in led_to
        assert f"/coordinator/visit/held/?id={others}" not in led_to
    for tap in ("arrive", "leave"):
        assert leyla.post(f"/coordinator/visit/{tap}/?id={theirs}", {}).status == 302
    assert "left safely at" in leyla.get(f"/coordinator/visit/held/?id={theirs}").text
    assert leyla.get(f"/coordinator/visit/held/?id={others}").status == 404
    assert leyla.post(f"/coordinator/visit/arrive/?id={others}", {}).status == 302
    with site.db() as db:
        assert [one.checked_in_at is not None for one in db.get(Appointment, theirs).people] == [False, True]
        assert all(one.checked_in_at is None for one in db.get(Appointment, others).people)
