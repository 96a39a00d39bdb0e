"""The box at the top leads to pages, people and references; never to what its reader may not meet."""

from __future__ import annotations

import json
from urllib.parse import unquote_plus

import pytest

from casework.access import panels_of
from tests.admin_views.office import NAMES, ROLE_OF, SCRIPTS


def offered(person, typed: str) -> list[dict[str, str]]:
    answer = person.ask(f"/{person.role}/jump/offered/", query=typed)
    assert answer.status == 200
    return json.loads(answer.data)


def texts(person, typed: str) -> list[str]:
    return [one["text"] for one in offered(person, typed)]


@pytest.mark.parametrize("who", [*ROLE_OF])
def test_every_page_of_the_menu_is_offered_by_the_beginning_of_its_words_and_opens(browse, who):
    person = browse(who)
    first = person.get("/account/").page
    menu = {one.text: one.get("href") for one in first.all("a") if one.within("nav") is not None}
    assert len(menu) >= 5
    for words, address in menu.items():
        places = offered(person, words)
        assert {"text": words, "kind": "page", "url": address} in places, words
        assert person.get(address, follow=True).status == 200
    assert "My day" in texts(person, "my d") or who == "figures"


@pytest.mark.parametrize("who", [*ROLE_OF])
def test_nothing_is_offered_that_another_role_has_and_this_one_not(browse, who):
    person, role = browse(who), ROLE_OF[who]
    for typed in ("a", "re", "new", "set", "acc", "aud", "ca", "fig"):
        for one in offered(person, typed):
            assert one["url"].startswith((f"/{role}/", "/account/")), one
            assert person.get(one["url"], follow=True).status == 200, one


def test_forms_that_begin_something_are_offered_to_those_who_may_begin_it(browse):
    assert "New task" in texts(browse("amina"), "new task")
    assert "New enquiry" in texts(browse("amina"), "new enq")
    assert texts(browse("figures"), "new") == []
    may = {panel.one for panel in panels_of("coordinator") if panel.rights["coordinator"].create}
    assert {one.removeprefix("New ") for one in texts(browse("leyla"), "new")} <= may


def test_a_person_in_any_spelling_and_a_reference_are_offered_within_the_readers_scope(browse, office):
    amina = browse("amina")
    person = f"/caseworker/client/details/?id={office['client', 'own']}"
    assert {"text": NAMES["own"], "kind": "CL-2026-0001", "url": person} in offered(amina, "Rihana Begom")
    case = f"/caseworker/case/details/?id={office['case', 'own']}"
    assert {"text": "26-0001", "kind": "case", "url": case} in offered(amina, "26-0001")
    for file in ("other", "hidden"):
        assert offered(amina, NAMES[file]) == [] and offered(amina, SCRIPTS[file]) == []
        assert offered(amina, f"26-000{office['case', file]}") == []
    assert NAMES["other"] in texts(browse("joan"), NAMES["other"])


@pytest.mark.parametrize("who", ["leyla", "figures"])
def test_whoever_reads_no_files_finds_nobody_of_them(browse, who):
    person = browse(who)
    for file in NAMES:
        assert texts(person, NAMES[file]) == []
        assert NAMES[file].split()[0] not in person.post(f"/{person.role}/jump/", {"find": "x"}).text
    assert texts(browse("leyla"), "Farida") == ["Farida A"]
    assert texts(browse("figures"), "Farida") == []


def test_without_a_script_the_box_is_a_plain_form(browse):
    leyla = browse("leyla")
    answer = leyla.post("/coordinator/jump/", {"find": "Matching board"})
    assert (answer.status, answer.location) == (302, "/coordinator/board/")
    listed = leyla.post("/coordinator/jump/", {"find": "dia"})
    assert listed.page.links["Diary"] == "/coordinator/diary/"
    assert leyla.post("/coordinator/jump/", {"find": "Zzz"}).page.heading == "Nothing found"
    amina = browse("amina")
    assert amina.post("/caseworker/find/", {"find": "diary"}).location == "/caseworker/diary/"
    found = amina.post("/caseworker/find/", {"find": "lett"})
    assert found.status == 200 and "Pages with this name" in found.text
    lists = [one for one in found.page.all("ul") if "places" in one.get("class").split()]
    offers = [one.get("href") for one in found.page.all("a") if lists[0] in one.above]
    assert "/caseworker/correspondence/" in offers


def test_what_is_typed_stands_in_no_address_and_short_words_ask_for_nobody(browse):
    amina = browse("amina")
    assert amina.get("/caseworker/jump/offered/?query=Rehana").status == 405
    assert [one for one in offered(amina, "Re") if one["kind"] not in ("page", "form")] == []
    assert not any("rehana" in unquote_plus(one["url"]).lower() for one in offered(amina, "Rehana"))
    assert amina.ask("/manager/jump/offered/", query="x").status == 403
    for odd in ("", "%", "' OR 1=1 --", "\x00", "x" * 5000, "\U0001f600"):
        assert amina.ask("/caseworker/jump/offered/", query=odd).status == 200


def test_an_offer_takes_few_statements_and_does_not_wait_for_somebody_who_saves(site, browse):
    amina, leyla = browse("amina"), browse("leyla")
    assert amina.ask("/caseworker/jump/offered/", query="rehana").statements <= 10
    assert leyla.ask("/coordinator/jump/offered/", query="farida").statements <= 6
    writer = site.engine.connect().execution_options(begin="IMMEDIATE")
    with writer, writer.begin():
        assert amina.ask("/caseworker/jump/offered/", query="rehana").status == 200
