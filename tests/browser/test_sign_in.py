"""Signing in and out, and the way past the menu, without a mouse."""

from __future__ import annotations

from playwright.sync_api import expect


def test_somebody_signs_in_where_they_wanted_to_go_and_out_again(sit_down):
    person = sit_down()
    person.open("/caseworker/case/")
    assert person.heading == "Sign in"
    person.sign_in("amina")
    assert person.heading == "Cases"
    person.push("Sign out")
    assert person.heading == "Sign in"
    person.page.go_back()
    assert person.heading == "Sign in", "the page that was left can still be read"
    person.open("/caseworker/case/")
    assert person.heading == "Sign in"


def test_a_wrong_passphrase_is_refused_and_the_name_stays_typed(sit_down):
    person = sit_down()
    person.expects(401)
    person.sign_in("amina", "not the words")
    expect(person.field("User name")).to_have_value("amina")
    expect(person.field("Password")).to_have_value("")
    expect(person.page.get_by_role("alert")).to_contain_text("not right")
    person.type_into("Password", "four dull words here")
    person.push("Sign in")
    assert person.heading == "My day"


def test_the_first_stop_of_every_page_leads_past_the_menu(sit_down):
    person = sit_down("amina")
    for path in ("/caseworker/", "/caseworker/case/", "/caseworker/client/new/"):
        person.open(path)
        person.press("Tab")
        skip = person.page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        person.press("Enter")
        expect(person.page.locator("main")).to_be_focused()
