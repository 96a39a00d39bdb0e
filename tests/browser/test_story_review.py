"""The story of a bimonthly review: 41 open cases, 12 without an entry, completed by keyboard, and then as it was."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from casework import reviews
from casework.cases import RUNNING
from models import Case, Review, ReviewEntry, Task, Worker
from tests import make

OPEN, MISSING = 41, 12
BOARD = "/manager/review/board/"


@pytest.fixture
def planned(house, office) -> None:
    """Forty-one open cases, and the first review planned."""
    with house.db() as db:
        lead = db.get(Worker, office["person Amina K"])
        there = db.scalar(select(func.count(Case.id)).where(Case.status.in_(RUNNING)))
        for place in range(OPEN - there):
            make.case(db, make.client(db, f"Client {place}"), lead=lead)
        reviews.plan_first(db)
        db.commit()


def all_but_twelve(house) -> None:
    """Colleagues have written 29 entries meanwhile."""
    with house.db() as db:
        entries = db.scalars(select(ReviewEntry).order_by(ReviewEntry.id)).all()
        for one in entries[: OPEN - MISSING]:
            one.note = "Goes on as planned."
        db.commit()


@pytest.mark.req("R70")
def test_a_manager_writes_the_last_twelve_entries_and_completes_the_review(house, sit_down, planned):
    maryam = sit_down("maryam")
    maryam.open("/manager/")
    expect(maryam.page.get_by_role("heading", name="Review of all cases: September–October 2026")).to_be_visible()
    maryam.open(BOARD)
    maryam.push("Open the review")
    all_but_twelve(house)
    maryam.open(BOARD)
    assert "12 of 41 cases have no entry yet." in maryam.text
    assert maryam.page.get_by_role("button", name="Complete review").count() == 0
    maryam.follow("Without an entry")
    notes = maryam.page.locator("textarea")
    expect(notes).to_have_count(MISSING)
    for place in range(MISSING - 1):
        maryam.type_into(notes.nth(place), f"Talked through, {place}.")
    first = maryam.page.locator(".review-entry").first
    maryam.type_into(first.get_by_label(re.compile("^Next step")), "Ring the school")
    maryam.type_into(first.get_by_label(re.compile("^By")), "fri")
    maryam.push("Save entries")
    assert maryam.said == ["11 entries saved."]
    assert "1 of 41 cases has no entry yet." in maryam.text
    maryam.type_into(maryam.page.locator("textarea"), "The last one.")
    maryam.push("Save entries")
    maryam.push("Complete review")
    assert "This review is complete and stays as it was." in maryam.text
    numbers = maryam.page.locator(".big-numbers").inner_text()
    later(house)
    maryam.page.reload()
    assert maryam.page.locator(".big-numbers").inner_text() == numbers
    assert "41 cases" in maryam.page.locator(".lead").inner_text()
    maryam.open(BOARD)
    assert maryam.heading == "Review: November–December 2026"
    assert "Due Thu 31 Dec 2026" in maryam.page.locator(".lead").inner_text()
    with house.db() as db:
        task = db.scalars(select(Task).where(Task.kind == "review")).one()
        assert (task.what, task.due_on.isoformat()) == ("Ring the school", "2026-11-27")
        assert [one.status for one in db.scalars(select(Review).order_by(Review.period_from))] == [
            "complete", "scheduled",
        ]  # fmt: skip


def later(house) -> None:
    """What is written down afterwards would count in every one of the figures."""
    with house.db() as db:
        for case in db.scalars(select(Case).where(Case.status == "open").limit(5)):
            case.opened_on = make.TODAY.replace(month=9, day=9)
        db.commit()


def test_what_was_typed_on_the_board_is_kept_as_a_draft_and_saves_beside_a_colleagues_words(house, sit_down, planned):
    maryam = sit_down("maryam")
    maryam.open(BOARD)
    maryam.push("Open the review")
    notes = maryam.page.locator("textarea")
    maryam.type_into(notes.nth(0), "Typed and not saved.")
    with maryam.page.expect_response("**/drafts"):
        maryam.press("Tab")
    with house.db() as db:  # a colleague writes about another case meanwhile
        other = db.scalars(select(ReviewEntry).order_by(ReviewEntry.id.desc())).first()
        other.note = "A colleague's words."
        db.commit()
    maryam.page.reload()
    maryam.page.locator('[data-draft="use"]').click()
    expect(notes.nth(0)).to_have_value("Typed and not saved.")
    maryam.push("Save entries")
    assert maryam.said == ["1 entry saved."]
    assert "A colleague's words." in maryam.page.content()
