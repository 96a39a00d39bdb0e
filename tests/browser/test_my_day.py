"""My day by keyboard: a line is done and taken back, another is put off; the print holds no button and no name."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.office import NAMES


def test_a_caseworker_clears_a_line_takes_it_back_and_puts_it_off(sit_down):
    amina = sit_down("amina")
    amina.open("/caseworker/")
    line = amina.page.get_by_role("heading", name="Ring the school back")
    expect(line).to_be_visible()
    assert not [name for name in NAMES if name in amina.text]
    amina.page.emulate_media(media="print")
    expect(line).to_be_visible()
    expect(amina.page.get_by_role("button", name="Done Ring the school back")).to_be_hidden()
    amina.page.emulate_media(media="screen")
    amina.push("Done Ring the school back")
    expect(line).to_have_count(0)
    expect(amina.page.locator(".status")).to_contain_text("Done: Ring the school back.")
    amina.push("Undo")
    expect(line).to_be_visible()
    amina.follow("Put off, why Ring the school back")
    amina.type_into("Until", "fri")
    amina.type_into("Reason", "School is closed until then")
    amina.push("Put it off")
    assert amina.said == ["Put off until Friday 27 November 2026."]
    expect(line).to_have_count(0)
