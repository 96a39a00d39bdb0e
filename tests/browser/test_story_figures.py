"""The story of a request for figures: drafted from our gaps, sent, answered, and laid beside ours, by keyboard."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models import FiguresRequest
from tests import make
from tests.casework.test_figures_requests import planted


@pytest.fixture
def council(house, office) -> int:
    with house.db() as db:
        agency = make.agency(db, "Eastmere children's services", kind="la_childrens_services", tier="primary",
                             public_body=True)  # fmt: skip
        planted(db, agency, ["refused_no_reason"] * 4 + ["accepted"] * 3 + [""] * 5)
        db.commit()
        return agency.id


@pytest.mark.req("R60")
def test_a_manager_asks_a_body_for_its_figures_and_lays_them_beside_ours(house, sit_down, council):
    maryam = sit_down("maryam")
    maryam.open(f"/manager/agency/scorecard/?id={council}")
    maryam.follow("Ask for their figures")
    assert "4 of 4 refusals gave no reason" in maryam.text
    maryam.push("Keep as a draft")
    assert maryam.said == ["Draft kept. Read it, then a manager sends it."]
    with maryam.page.expect_download() as download:
        maryam.tab_to(maryam.page.get_by_role("button", name="Letter (.docx)"))
        maryam.press("Enter")
    assert re.fullmatch(r"figures-\d+-2026-11-23\.docx", download.value.suggested_filename)
    maryam.push("It is sent")
    assert "21 December 2026" in maryam.text
    long_ago(house)
    maryam.open("/manager/")
    line = maryam.page.get_by_role("heading", name="Eastmere children's services: their own figures")
    expect(line).to_be_visible()
    with house.db() as db:
        key = db.scalars(select(FiguresRequest.id)).one()
    maryam.open(f"/manager/figures-request/?id={key}")
    assert "Ask for an internal review. They have not answered." in maryam.text
    what_they_rely_on = maryam.page.get_by_label(re.compile("^What they rely on"))
    expect(what_they_rely_on).not_to_be_visible()
    maryam.pick("What happened", "They answered in full")
    maryam.push("Write it down")
    first = maryam.page.get_by_label(re.compile("^Their number, question 1 ")).first
    maryam.type_into(first, "48")
    maryam.push("Save answers")
    assert maryam.said == ["Answers saved."]
    expect(maryam.page.locator(".screen-only .figures-beside").get_by_text("25%")).to_be_visible()
    maryam.page.emulate_media(media="print")
    expect(maryam.page.locator(".print-only .figures-beside")).to_be_visible()
    expect(maryam.page.locator(".screen-only .figures-beside")).not_to_be_visible()


def long_ago(house) -> None:
    """Their day passes."""
    with house.engine.begin() as connection:
        connection.execute(
            FiguresRequest.__table__.update().values(sent_on=date(2026, 10, 19), due_on=date(2026, 11, 16))
        )
