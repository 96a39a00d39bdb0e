"""Nothing that was typed is lost: drafts, signing in again in place, the hidden screen; by keyboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from models import CaseNote, Draft, SignIn
from tests.browser.office import NAMES, PASSPHRASE

WORDS = 'She said: "the door is mended".'


def notes(house):
    """Give what was written in this walk; the office is furnished with two notes about an officer."""
    with house.db() as db:
        written = select(CaseNote.text).where(CaseNote.text.not_like("The officer comes on %"))
        return list(db.scalars(written.order_by(CaseNote.id)))


def drafts(house):
    with house.db() as db:
        return len(db.scalars(select(Draft)).all())


def write(person, office, text=WORDS):
    person.open(f"/caseworker/casenote/new/?case_id={office['case']}")
    person.when("When", "today", "9:00")
    person.choose("With", "Ourselves")
    person.type_into("Note", text)


def let_sign_ins_end(house):
    """Let time pass for the office's server alone."""
    long_ago = datetime(2026, 11, 23, 8, tzinfo=UTC) - timedelta(hours=9)
    with house.db() as db:
        db.execute(update(SignIn).values(idle_ends_at=long_ago))
        db.commit()


@pytest.mark.req("R33")
def test_what_was_typed_is_kept_when_the_page_is_left_and_offered_when_it_is_opened_again(house, office, sit_down):
    person = sit_down("amina")
    write(person, office)
    person.press("Tab")  # leaving the box keeps it
    kept = person.page.get_by_text("Draft kept 09:00. It is not on the case until you save.")
    expect(kept).to_be_visible()
    person.follow("Leave without saving")
    write_again = f"/caseworker/casenote/new/?case_id={office['case']}"
    person.open(write_again)
    banner = person.page.get_by_role("status").filter(has_text="Your draft of 09:00 was kept.")
    person.tab_to(banner.get_by_role("button", name="Use it"))
    person.press("Enter")
    expect(person.field("Note")).to_have_value(WORDS)
    expect(person.field("With")).to_have_value("internal")
    person.push("Save note")
    assert notes(house) == [WORDS]
    assert drafts(house) == 0


def test_equality_answers_are_kept_nowhere_until_they_are_saved(house, office, sit_down):
    person = sit_down("amina")
    person.open(f"/caseworker/equality/?client={office['client']}")
    person.choose("Religion", "Sikh")
    person.pick("Sex", "Female")
    person.press("Tab")  # leaving a box would keep a draft at once
    person.follow("Leave without saving")
    assert drafts(house) == 0
    person.open(f"/caseworker/equality/?client={office['client']}")
    expect(person.page.get_by_text("was kept.")).to_have_count(0)
    expect(person.field("Religion")).to_have_value("")


def test_a_draft_is_thrown_away_and_does_not_come_back(house, office, sit_down):
    person = sit_down("amina")
    write(person, office)
    person.press("Tab")
    expect(person.page.get_by_text("Draft kept 09:00.")).to_be_visible()
    person.follow("Leave without saving")
    for _time in range(2):
        person.open(f"/caseworker/casenote/new/?case_id={office['case']}")
        button = person.page.get_by_role("button", name="Throw it away")
        if _time == 0:
            person.tab_to(button)
            with person.page.expect_response("**/drafts"):
                person.press("Enter")
            expect(button).to_have_count(0)
    expect(person.field("Note")).to_have_value("")
    assert drafts(house) == 0


@pytest.mark.req("R33")
def test_a_note_is_saved_after_signing_in_again_in_place(house, office, sit_down):
    person = sit_down("amina")
    write(person, office)
    let_sign_ins_end(house)
    person.expects(401)
    person.push("Save note")
    assert person.heading == "Sign in again"
    person.type_into("Password", PASSPHRASE)
    person.push("Sign in")
    assert person.heading == "You are signed in again. Nothing was lost."
    assert notes(house) == []
    person.push("Save now")
    assert notes(house) == [WORDS]


@pytest.mark.req("R29")
def test_three_times_shift_hides_the_screen_and_the_passphrase_brings_page_and_text_back(house, office, sit_down):
    person = sit_down("amina")
    write(person, office)
    path = person.path
    with person.page.expect_navigation(url="**/hide"):
        person.press("Shift", "Shift", "Shift")
    assert person.page.title() == "Screen hidden"
    shown = person.page.content()
    assert not [word for word in (*NAMES, "Casework", "Amina", WORDS) if word in shown]
    person.page.go_back()
    assert person.heading == "Screen hidden", "the page that was hidden can still be read"
    person.expects(401)
    person.type_into("Password", "not the words")
    person.push("Show again")
    assert person.heading == "Screen hidden"
    person.type_into("Password", PASSPHRASE)
    person.push("Show again")
    assert person.path == path
    person.tab_to(person.page.get_by_role("button", name="Use it"))
    person.press("Enter")
    expect(person.field("Note")).to_have_value(WORDS)


def test_capital_letters_and_slow_shifts_do_not_hide_the_screen(office, sit_down):
    person = sit_down("amina")
    person.open("/caseworker/casenote/new/")
    box = person.type_into("Note", "ABC DEF")
    person.press("Shift", "a", "Shift", "Shift")
    expect(box).to_have_value("ABC DEFa")
    assert person.heading == "New note"


def test_a_draft_of_an_older_version_ends_in_the_comparison_and_overwrites_nothing(house, office, sit_down):
    person, colleague = sit_down("amina"), sit_down("maryam")
    path = f"client/edit/?id={office['client']}"
    person.open(f"/caseworker/{path}")
    person.type_into("Phone", "07700 900333")
    person.press("Tab")
    expect(person.page.get_by_text("Draft kept 09:00.")).to_be_visible()
    person.follow("Leave without saving")
    colleague.open(f"/manager/{path}")
    colleague.type_into("Phone", "07700 900444")
    colleague.push("Save client")
    person.open(f"/caseworker/{path}")
    person.tab_to(person.page.get_by_role("button", name="Use it"))
    person.press("Enter")
    expect(person.field("Phone")).to_have_value("07700 900333")
    person.expects(409)
    person.push("Save client")
    row = person.page.get_by_role("row", name="Phone")
    expect(row).to_contain_text("07700 900444")
    expect(row).to_contain_text("07700 900333")
