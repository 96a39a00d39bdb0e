"""Lists under the strict policy: several rows at once, deletion on a page of its own, rows inside a record, sheets."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import func, select

from models import Task, Team, Worker
from tests.browser.axe import barriers, overhang
from tests.browser.office import CLIENT


def test_ticked_tasks_are_marked_as_done_together(sit_down, house):
    amina = sit_down("amina")
    amina.follow_under("Records", "Tasks")
    boxes = amina.page.locator("input[name=rowid]")
    amina.tick("Choose all on this page")
    assert boxes.evaluate_all("all => all.every((one) => one.checked)")
    amina.push("Mark as done")
    assert amina.said == [f"{boxes.count()} tasks marked as done."]
    with house.db() as db:
        assert db.scalar(select(func.count(Task.id)).where(Task.done_on.is_(None))) == 0


def test_acts_on_several_rows_wait_until_a_row_is_ticked(sit_down):
    amina = sit_down("amina")
    amina.follow_under("Records", "Tasks")
    done = amina.page.get_by_role("button", name="Mark as done")
    expect(done).to_be_hidden()
    amina.tab_to(amina.page.locator("input[name=rowid]").first)
    amina.press("Space")
    expect(done).to_be_visible()
    amina.press("Space")
    expect(done).to_be_hidden()


def test_a_day_is_changed_for_several_tasks_after_a_look_and_put_back(sit_down, house):
    amina = sit_down("amina")
    amina.follow_under("Records", "Tasks")
    amina.tick("Choose all on this page")
    before = _days(house)
    amina.push("Change a field")
    amina.choose("Which field", "By")
    amina.push("Next")
    assert barriers(amina.page) == []
    amina.type_into("By", "4 Dec")
    amina.push("Show what would change")
    assert f"{len(before)} will change." in amina.text and _days(house) == before
    assert barriers(amina.page) == []
    amina.push(f"Change all {len(before)}")
    assert amina.heading == f"{len(before)} tasks changed"
    assert _days(house) == [date(2026, 12, 4)] * len(before)
    assert barriers(amina.page) == []
    amina.page.set_viewport_size({"width": 320, "height": 800})
    assert overhang(amina.page) == 0
    amina.push("Put back as before")
    assert _days(house) == before


def test_deleting_asks_on_a_page_of_its_own(sit_down, house, office):
    """Only managers delete rows of the office's lists."""
    maryam = sit_down("maryam")
    maryam.open(f"/manager/team/details/?id={office['spare_team']}")
    maryam.follow("Delete")
    assert "Spare" in maryam.text
    assert _teams(house) == {"East", "Spare"}
    maryam.follow("Go back, change nothing")
    assert _teams(house) == {"East", "Spare"}
    maryam.follow("Delete")
    maryam.push("Delete it")
    assert maryam.said == ["Deleted."]
    assert _teams(house) == {"East"}


def test_the_coordinator_adds_and_takes_away_languages_inside_a_volunteer(sit_down, house, office):
    leyla = sit_down("leyla")
    leyla.follow("Volunteers")
    leyla.follow("Selam T")
    leyla.follow("Edit")
    rows = leyla.page.get_by_role("group", name="Languages, row")
    assert rows.count() == 3  # one that is there, two blank
    leyla.choose(rows.nth(1).get_by_role("combobox", name="Language", exact=True), "Amharic")
    leyla.push("Save volunteer")
    assert _languages(house, office) == {"Amharic", "Tigrinya"}
    leyla.follow("Edit")
    assert rows.count() == 4
    tigrinya = rows.filter(has=leyla.page.locator("option:checked", has_text="Tigrinya"))
    leyla.tick("Remove", within=tigrinya)
    leyla.push("Save volunteer")
    assert _languages(house, office) == {"Amharic"}


def test_a_caseworker_takes_the_filtered_list_along_as_a_spreadsheet(sit_down):
    amina = sit_down("amina")
    amina.follow("Cases")
    amina.choose("State", "Open")
    amina.push("Apply filter")
    shown = amina.page.locator("tbody th").all_inner_texts()
    amina.tab_to(amina.page.get_by_role("link", name="Export to Excel", exact=True))
    with amina.page.expect_download() as coming:
        amina.press("Enter")
    assert coming.value.suggested_filename == "case-2026-11-23.xlsx"
    book = load_workbook(BytesIO(Path(coming.value.path()).read_bytes()))
    cells = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    refs = [row[0] for row in cells if isinstance(row[0], str) and row[0].startswith("26-")]
    assert sorted(refs) == sorted(shown) and len(refs) > 1
    everything = " ".join(str(value) for row in cells for value in row)
    assert CLIENT in everything
    assert "Harassment by neighbour" not in everything, "what happened never stands in a working list"
    assert "onfidential" in everything


def test_sorting_and_searching_work_without_a_name_in_the_address(sit_down):
    amina = sit_down("amina")
    amina.follow("Clients")
    amina.type_into("Search", "begum")
    amina.push("Search")
    assert CLIENT in amina.text and "1 client" in amina.text
    assert "egum" not in amina.path
    expect(amina.page.get_by_role("link", name="Export to Excel")).to_have_count(0)
    amina.push("Clear the search")
    assert "1 client\n" not in amina.text


def _days(house):
    with house.db() as db:
        return list(db.scalars(select(Task.due_on).order_by(Task.id)))


def _teams(house):
    with house.db() as db:
        return set(db.scalars(select(Team.name)))


def _languages(house, office):
    with house.db() as db:
        return {one.language.name for one in db.get_one(Worker, office["volunteer Selam T"]).languages}


def test_code_that_gets_into_a_page_does_not_run(sit_down):
    person = sit_down("amina")
    person.page.locator("main").evaluate("""main => {
        const script = document.createElement("script");
        script.textContent = "document.title = 'taken over'";
        const button = document.createElement("button");
        button.setAttribute("onclick", "document.title = 'taken over'");
        main.append(script, button);
        button.click();
    }""")
    assert person.page.title() == "My day - Casework"
    refused, person.faults[:] = list(person.faults), []
    assert len(refused) == 2 and all("Content Security Policy" in fault for fault in refused)
