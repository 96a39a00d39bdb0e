"""The person who reports makes the funder workbook from the page of figures."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import select

from models import AuditEntry


def test_the_workbook_of_the_days_on_the_page_is_made_and_written_down(sit_down, house):
    person = sit_down("figures")
    assert person.heading == "Figures"
    person.pick("Period", "Other days")
    person.type_into("First day", "1/7")
    person.type_into("Last day", "30 Sep")
    person.push("Show these figures")
    assert "Draft, not for release" in person.text
    person.tab_to(person.page.get_by_role("button", name="Make the workbook"))
    with person.page.expect_download() as coming:
        person.press("Enter")
    assert coming.value.suggested_filename == "figures-2026-07-01-to-2026-09-30-draft.xlsx"
    book = load_workbook(BytesIO(Path(coming.value.path()).read_bytes()))
    assert {"Cover", "Definitions", "Summary", "Caseload", "Areas", "Languages", "Agencies"} <= set(book.sheetnames)
    for sheet in book:
        words = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
        assert "raft, not for release" in words, sheet.title
    with house.db() as db:
        line = db.scalars(select(AuditEntry).where(AuditEntry.action == "exported")).one()
        assert (line.who, line.at.date()) == ("figures", date(2026, 11, 23))


def test_an_end_before_the_beginning_is_told_beside_the_box(sit_down):
    person = sit_down("figures")
    person.expects(422)
    person.pick("Period", "Other days")
    person.type_into("First day", "30 Sep")
    person.type_into("Last day", "1 Jul")
    person.push("Show these figures")
    summary = person.page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("The last day is before the first")
    assert person.field("First day").input_value() == "30 Sep"
    assert person.page.get_by_role("button", name="Make the workbook").count() == 0
