"""A manager brings the desk book in: file, heading, columns, words, dry run, progress, and the way back."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import Case, ImportBatch
from tests.data.make_office_sheet import make_office_sheet

MOST_LOOKS = 60


@pytest.mark.req("R70")
def test_the_desk_book_comes_in_by_the_keyboard_and_goes_again(sit_down, house, tmp_path):
    person = sit_down("maryam")
    page = person.page
    person.follow_under("Set up", "Imports")
    person.follow("Bring a spreadsheet in", within=page.locator(".page-head"))
    page.get_by_label("File", exact=True).set_input_files(make_office_sheet(tmp_path / "book.xlsx"))
    person.push("Send and look at it")
    assert [one.split()[0] for one in page.locator("tr.is-heading th").all_inner_texts()] == ["4", "5"]
    person.push("This is the heading")
    person.choose("What it is about", "Racist incident")
    person.choose("Perceived so by", "The person themselves")
    person.push("Go on")
    for box in page.locator("main select").all():
        if box.input_value() == "!refuse":
            box.select_option("!empty" if box.locator("xpath=../label").inner_text() != "letters (1)" else "!refuse")
    person.push("Go on to the dry run")
    assert person.facts() == {
        "Will come in": "3", "Already in the office": "0", "Refused": "1", "Left out": "2", "Together": "6",
    }  # fmt: skip
    with page.expect_download() as coming:
        page.get_by_role("button", name="Refused rows as a list").click()
    cells = [
        cell
        for row in load_workbook(BytesIO(Path(coming.value.path()).read_bytes())).active.iter_rows(values_only=True)
        for cell in row
    ]
    assert "Column What happened / Kind holds words that the mapping does not know." in cells
    person.follow("Left out (2)")
    assert "totals" in person.text and "blank" in person.text
    person.type_into("Name", "Desk book")
    person.push("Keep it")
    person.push("Bring 3 rows in")
    expect(page.get_by_role("heading", level=1)).to_have_text("The rows are in", timeout=30_000)
    assert person.facts() == {"Brought in": "3", "Already in the office": "0", "Refused": "1", "Rows": "4"}
    with house.db() as db:
        batch = db.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
        assert len(db.scalars(select(Case).where(Case.import_batch_id == batch.id)).all()) == 3
    person.follow("Undo the import")
    person.push("Undo the import")
    assert "Undone: 3 cases and 1 client set aside." in person.text
    person.open("/manager/import-sheet/")
    assert "Desk book" in person.text


def leave_by(page: Page, role: Literal["button", "link"], words: str) -> None:
    with page.expect_navigation():
        page.get_by_role(role, name=words, exact=True).click()


def test_without_script_the_page_tells_how_far_it_is_when_it_is_opened_again(chromium, house, tmp_path, sit_down):
    sit_down("maryam")
    context = chromium.new_context(
        base_url=house.url, java_script_enabled=False, storage_state=house.signed_in["maryam"]
    )
    page = context.new_page()
    page.goto("/manager/import-sheet/")
    page.get_by_label("File", exact=True).set_input_files(make_office_sheet(tmp_path / "book.xlsx"))
    leave_by(page, "button", "Send and look at it")
    leave_by(page, "button", "This is the heading")
    page.get_by_label("What it is about").select_option("racist_incident")
    leave_by(page, "button", "Go on")
    for box in page.locator("main select").all():
        if box.input_value() == "!refuse":
            box.select_option("!empty")
    leave_by(page, "button", "Go on to the dry run")
    leave_by(page, "button", "Bring 4 rows in")
    for _look in range(MOST_LOOKS):
        if page.get_by_role("heading", level=1).inner_text() == "The rows are in":
            break
        page.wait_for_timeout(500)
        leave_by(page, "link", "Look again")
    assert page.locator("dl.summary dd").first.inner_text() == "4"
    context.close()
