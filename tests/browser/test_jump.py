"""The key "/" leads to the box at the top; what it offers is chosen with the arrow keys."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.axe import barriers
from tests.browser.office import CLIENT


def type_slowly(person, words):
    person.press("/")
    person.page.keyboard.type(words)
    expect(person.page.get_by_role("listbox")).to_be_visible()


def test_a_caseworker_goes_to_a_page_and_to_a_person_by_keys_alone(sit_down):
    amina = sit_down("amina")
    type_slowly(amina, "diar")
    box = amina.page.get_by_role("combobox", name="Find a client, a case or a page")
    assert box.get_attribute("aria-expanded") == "true"
    amina.press("ArrowDown")
    with amina.page.expect_navigation():
        amina.press("Enter")
    assert amina.path == "/caseworker/diary/"
    type_slowly(amina, "rihana")
    option = amina.page.get_by_role("option", name=CLIENT)
    expect(option).to_be_visible()
    assert barriers(amina.page) == []
    amina.press("ArrowUp")
    chosen = amina.page.locator('[role=option][aria-selected="true"]')
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    while CLIENT not in chosen.inner_text():
        amina.press("ArrowUp")
    with amina.page.expect_navigation():
        amina.press("Enter")
    assert "/caseworker/client/details/" in amina.path


def test_escape_closes_the_list_and_keeps_what_was_typed(sit_down):
    leyla = sit_down("leyla")
    type_slowly(leyla, "farid")
    leyla.press("Escape")
    expect(leyla.page.get_by_role("listbox")).to_be_hidden()
    assert leyla.page.locator("#find").input_value() == "farid"
    with leyla.page.expect_navigation():
        leyla.press("Enter")
    assert leyla.path == "/coordinator/jump/" and leyla.heading == "1 result"
    assert "Farida A" in leyla.text


def test_the_list_fits_a_telephone(sit_down):
    amina = sit_down("amina")
    amina.page.set_viewport_size({"width": 320, "height": 700})
    amina.page.locator("#find").click()
    amina.page.keyboard.type("re")
    options = amina.page.get_by_role("option")
    expect(options.first).to_be_visible()
    assert amina.page.evaluate("document.documentElement.scrollWidth") <= 320
    box = options.first.bounding_box()
    assert box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= 320
    with amina.page.expect_navigation():
        options.first.click()
    assert amina.path.startswith("/caseworker/")
