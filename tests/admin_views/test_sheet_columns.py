"""A sheet follows the columns chosen for its list, as far as each may leave the screen; the page says how far."""

from __future__ import annotations

import csv
import io

import pytest
from lxml import html
from openpyxl import load_workbook

CASES = "/manager/case/"
CHOSEN = "?col=ref&col=risk&col=opened_on"


def header(answer) -> list[str]:
    return next(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def sheet_link(answer, words: str) -> str:
    return next(one.get("href") for one in html_of(answer).xpath("//a") if (one.text or "").strip() == words)


def html_of(answer):
    return html.fromstring(answer.data.decode())


def test_a_sheet_has_the_chosen_columns_and_no_other(browse):
    manager = browse("manager")
    page = manager.get(CASES + CHOSEN)
    assert "A sheet of this list holds the columns that you chose." in page.text
    sheet = manager.get(sheet_link(page, "Export as CSV"))
    assert sorted(header(sheet)) == ["Opened on", "Reference", "Risk"]
    book = load_workbook(io.BytesIO(manager.get(sheet_link(page, "Export to Excel")).data))
    cells = {cell.value for row in book.worksheets[-1].iter_rows() for cell in row}
    assert {"Opened on", "Reference", "Risk"} <= cells
    assert "Client" not in cells


def test_the_usual_columns_give_the_whole_sheet_without_a_word(browse):
    manager = browse("manager")
    page = manager.get(CASES)
    assert "A sheet of this list" not in page.text
    assert {"Client", "Reference", "Risk"} < set(header(manager.get(sheet_link(page, "Export as CSV"))))


def test_the_page_names_what_a_sheet_leaves_out_and_the_sheet_leaves_it_out(browse):
    manager = browse("manager")
    page = manager.get(CASES + "?col=ref&col=created_at")
    assert "A sheet of this list holds these columns without Made on." in page.text
    assert header(manager.get(sheet_link(page, "Export as CSV"))) == ["Reference"]


def test_no_sheet_is_offered_or_made_of_columns_that_never_leave_the_screen(browse):
    manager = browse("manager")
    page = manager.get(CASES + "?col=created_at")
    assert "No sheet can be made of these columns" in page.text
    assert [one for one in html_of(page).xpath("//a") if "Export" in (one.text or "")] == []
    assert manager.get(CASES + "export/csv/?col=created_at").status == 404


@pytest.mark.parametrize("who", ["reports", "coordinator"])
def test_choosing_columns_opens_no_sheet_to_whoever_had_none(browse, who):
    assert browse(who).get(f"/{who}/case/export/csv/{CHOSEN}").status in {403, 404}
