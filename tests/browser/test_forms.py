"""What makes a form safe to type in: dates that answer, people found by typing, faults in sight, nothing lost."""

from __future__ import annotations

import re

from playwright.sync_api import Dialog, expect

from models import Case
from tests.browser.office import CLIENT


def test_a_typed_day_is_read_day_first_and_answered_with_its_weekday_in_any_browser(sit_down):
    amina = sit_down("amina", locale="en-US")
    amina.open("/caseworker/consent/new/")
    box = amina.type_into("Until", "4/12")
    echo = amina.page.locator(f"#{box.get_attribute('data-echo')}")
    # 24 to 27 November and 30 November to 4 December
    expect(echo).to_have_text("Friday 4 December 2026, 9 working days from now")
    amina.type_into("Until", "31/2")
    expect(echo).to_have_class(re.compile("echo-wrong"))


def test_a_client_is_found_by_typing_and_no_name_stands_in_an_address(sit_down, office):
    amina = sit_down("amina")
    amina.open("/caseworker/case/new/")
    box = amina.type_into("Client", "rehana")
    offered = amina.page.locator(f"#{box.get_attribute('list')} option")
    expect(offered).to_have_count(1)
    words = offered.get_attribute("value") or ""
    assert words.endswith(f" {CLIENT}")
    key = amina.page.locator("input[name=client_id-id]")
    expect(key).to_have_value("")
    amina.type_into("Client", words)
    expect(key).to_have_value(str(office["client"]))
    amina.choose("What it is about", "Racist incident")
    amina.when("First contact", "today", "8:40")
    amina.push("Save case")
    assert CLIENT in amina.heading


def test_faults_are_listed_first_and_each_leads_to_its_box(sit_down):
    amina = sit_down("amina")
    amina.expects(422)
    amina.open("/caseworker/consent/new/")
    amina.push("Save consent")
    summary = amina.page.locator(".error-summary")
    expect(summary).to_be_focused()
    assert amina.page.title().startswith("Error: ")
    first = summary.get_by_role("link").first
    wanted = (first.get_attribute("href") or "").removeprefix("#")
    amina.tab_to(first)
    amina.press("Enter")
    expect(amina.page.locator(f"[id='{wanted}']")).to_be_focused()
    for link in summary.get_by_role("link").all():
        told = amina.page.locator(f"[id='{(link.get_attribute('href') or '').removeprefix('#')}-error']")
        if told.count():
            assert told.inner_text() in link.inner_text()


def test_leaving_a_page_with_something_typed_is_asked_about_and_nothing_is_lost(sit_down, office):
    amina = sit_down("amina")
    amina.open(f"/caseworker/casenote/new/?case_id={office['case']}")
    amina.type_into("Note", "She rang: the windows again.")
    asked: list[Dialog] = []
    amina.page.on("dialog", lambda dialog: (asked.append(dialog), dialog.dismiss()))
    amina.tab_to(amina.page.get_by_role("link", name="Clients", exact=True))
    amina.press("Enter")
    expect(amina.field("Note")).to_have_value("She rang: the windows again.")
    assert [dialog.type for dialog in asked] == ["beforeunload"]
    amina.follow("Leave without saving")
    assert len(asked) == 1, "leaving on purpose needs no second question"


def test_two_editors_meet_both_versions_side_by_side_and_neither_is_lost(sit_down, house, office):
    amina, tariq = sit_down("amina"), sit_down("tariq")
    amina.expects(409)
    for person in (amina, tariq):
        person.open(f"/caseworker/case/edit/?id={office['case']}")
    tariq.type_into("In a few words", "Windows broken again")
    tariq.push("Save case")
    amina.type_into("In a few words", "Threats on the stairs")
    amina.push("Save case")

    conflict = amina.page.get_by_role("alert")
    expect(conflict).to_be_focused()
    row = conflict.get_by_role("row").filter(has_text="In a few words")
    assert row.get_by_role("cell").all_inner_texts() == ["Windows broken again", "Threats on the stairs"]
    assert amina.field("In a few words").input_value() == "Threats on the stairs"
    with house.db() as db:
        assert db.get_one(Case, office["case"]).title == "Windows broken again"

    amina.push("Save case")
    with house.db() as db:
        assert db.get_one(Case, office["case"]).title == "Threats on the stairs"


def test_enter_in_a_line_never_sends_a_form_that_is_half_filled_and_control_enter_saves(sit_down):
    amina = sit_down("amina")
    amina.open("/caseworker/client/new/")
    amina.type_into("Phone", "07700 900188")
    amina.press("Enter")
    amina.type_into("Name or alias", "Amal")
    assert amina.path == "/caseworker/client/new/"
    with amina.page.expect_navigation():
        amina.press("ControlOrMeta+Enter")
    assert amina.heading == "Amal"
