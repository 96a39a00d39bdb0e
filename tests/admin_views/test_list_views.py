"""Columns to choose, and views of a list by name, on the screen."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from casework import extras
from casework.access import panels_of
from models import SavedView
from models.declared import by_key
from models.fields import Sensitivity
from tests.admin_views.office import NAMES, ROLE_OF
from tests.admin_views.test_statements import LIST, add_much

CASES = "/caseworker/case/"


def heads(page) -> list[str]:
    return [one.text for one in page.all("th") if one.get("scope") == "col"]


def firsts(page) -> list[str]:
    return [one.text for one in page.all("th") if one.get("scope") == "row"]


def offered(page) -> set[str]:
    return {one.get("value") for one in page.all("input") if one.get("name") == "col"}


def tabs(page) -> dict[str, str]:
    return {one.text: one.get("href") for one in page.all("a") if (nav := one.within("nav")) is not None
            and nav.get("aria-label") == "Views of this list"}  # fmt: skip


def current(page) -> str:
    return next((one.text for one in page.all("a") if one.get("aria-current") and one.text in tabs(page)), "")


def status_box(page) -> str:
    return next(one.get("name") for one in page.all("select") if one.get("name").endswith("_status"))


def keep(person, page, name: str, **more: str):
    return person.submit(page, {"name": name, **more}, holding="asked")


# Columns


def test_chosen_columns_are_shown_and_stay_through_sorting_and_filtering(browse):
    amina = browse("amina")
    page = amina.get(f"{CASES}?col=ref&col=first_contact_at&col=nothing").page
    assert len(heads(page)) == 2 and heads(page)[1] == "First contact"
    sort = next(one.get("href") for one in page.all("a") if one.text == "First contact")
    assert parse_qs(urlsplit(sort).query) == {"sort": ["first_contact_at"], "col": ["ref", "first_contact_at"]}
    down = next(one.get("href") for one in amina.get(sort).page.all("a") if one.text == "First contact")
    answer = amina.get(down)
    assert heads(answer.page) == heads(page) and answer.statements <= LIST
    form = amina.get(down).page.form(status_box(answer.page))
    assert [value for name, value in form.values if name == "col"] == ["ref", "first_contact_at"]


@pytest.mark.parametrize("who", ["manager", "amina", "leyla"])
def test_only_what_the_person_may_see_is_offered(site, browse, who):
    role, person = ROLE_OF[who], browse(who)
    for panel in panels_of(role):
        see = panel.rights[role].see
        with site.db() as db:
            fields = by_key(panel.model) | {one.key: one for one in extras.fields_of(db, panel.model)}
        page = person.get(f"/{role}/{panel.name}/").page
        assert {key for key in offered(page) if fields[key].info.sensitivity > see} == set(), panel.name
        assert Sensitivity.SECRET not in {fields[key].info.sensitivity for key in offered(page)}
        above = [key for key, one in fields.items() if one.info.sensitivity > see]
        asked = "&".join(f"col={key}&sort={key}" for key in above)
        if above:
            assert heads(person.get(f"/{role}/{panel.name}/?{asked}").page) == heads(page), panel.name


@pytest.mark.parametrize("who", ["manager", "amina", "leyla"])
def test_every_column_there_is_costs_no_statement_for_each_row(site, who):
    def costs(person) -> dict[str, int]:
        role = ROLE_OF[who]
        found = {}
        for panel in panels_of(role):
            base = f"/{role}/{panel.name}/"
            every = sorted(offered(person.get(base).page))
            parts = [every[at : at + 12] for at in range(0, len(every), 12)]
            asked = ["&".join(f"col={key}" for key in part) for part in parts]
            found[panel.name] = max(person.get(f"{base}?{query}").statements for query in asked)
        return found

    few = costs(site.browse(who))
    many = costs(site.with_more(add_much).browse(who))
    assert many == few
    assert max(few.values()) <= LIST, few


# Views


def test_a_view_is_kept_under_a_name_and_opened_again(site, browse):
    amina = browse("amina")
    box = status_box(amina.get(CASES).page)
    page = amina.get(f"{CASES}?{box}=open&sort=opened_on&desc=1&col=ref&col=status&col=opened_on")
    told = keep(amina, page, "Mine, open")
    assert told.status == 302
    again = amina.get(told.location).page
    assert (heads(again), firsts(again)) == (heads(page.page), firsts(page.page))
    assert current(again) == "Mine, open"
    tags = [one.text for one in again.all("a") if one.get("class") == "tag"]
    assert len(tags) == 1
    assert tabs(amina.get(CASES).page)["Mine, open"] == told.location
    with site.db() as db:
        kept = db.scalars(select(SavedView)).one()
        assert "flt_status=open" in kept.asked and "sort=opened_on" in kept.asked
        assert kept.user_id == site.office.users["amina"]


def test_a_search_is_kept_and_never_stands_in_an_address(site, browse):
    amina = browse("amina")
    page = amina.post("/caseworker/client/", {"search": "rehana"})
    told = keep(amina, page, "Her")
    assert "rehana" not in told.location
    again = amina.get(told.location).page
    assert len(again.rows) == 1 and dict(again.form("search").values)["search"] == "rehana"
    addresses = [one.get(name, "") for one in again.elements for name in ("href", "action", "formaction")]
    assert not any("rehana" in address.casefold() for address in addresses)
    assert not any(NAMES["own"] in (one.reason or "") + (one.fields or "") for one in site.trail())


def test_a_view_that_was_changed_offers_to_keep_the_change(site, browse):
    amina = browse("amina")
    told = keep(amina, amina.get(f"{CASES}?sort=ref"), "By reference")
    number = parse_qs(urlsplit(told.location).query)["view"][0]
    changed = amina.get(f"{CASES}?sort=risk&of={number}")
    assert current(changed.page) == "By reference"
    asked = dict(changed.page.form("asked").values)
    data = {**asked, "over": number, "csrf_token": amina.token}
    assert amina.post("/caseworker/views/keep/", data, token=False).location == told.location
    with site.db() as db:
        assert db.scalars(select(SavedView)).one().asked == "sort=risk"


def test_the_view_opened_first_is_opened_first_and_the_plain_list_stays_in_reach(browse):
    amina = browse("amina")
    box = status_box(amina.get(CASES).page)
    told = keep(amina, amina.get(f"{CASES}?{box}=closed"), "Closed", first="1")
    assert told.status == 302
    opened = amina.get(CASES).page
    assert current(opened) == "Closed"
    clear = next(one.get("href") for one in opened.all("a") if one.get("class") == "clear")
    plain = amina.get(clear).page
    assert [one for one in plain.all("a") if one.get("class") == "tag"] == []
    everything = amina.get(tabs(opened)["All cases"]).page
    assert current(everything) == "All cases" and len(everything.rows) >= len(opened.rows)
    assert amina.get("/caseworker/case/export/csv/").status == 200


def test_renaming_removing_and_bringing_back(site, browse):
    amina = browse("amina")
    keep(amina, amina.get(f"{CASES}?sort=ref"), "First name")
    page = "/caseworker/views/?table=case"
    with site.db() as db:
        number = str(db.scalars(select(SavedView.id)).one())

    def act(**more: str) -> str:
        answer = amina.post("/caseworker/views/change/", {"table": "case", "id": number, **more})
        assert answer.location == page
        return amina.get(page).text

    assert "Second name" in act(act="rename", name="Second name")
    assert "Give the view a name." in act(act="rename", name=" ")
    assert "Bring back" in act(act="remove")
    assert tabs(amina.get(CASES).page) == {}
    assert amina.get(f"{CASES}?view={number}").status == 200
    act(act="back")
    assert "Second name" in tabs(amina.get(CASES).page)


def test_parts_of_a_view_that_are_not_there_any_more_are_left_out_with_a_word(site, browse):
    with site.db() as db:
        db.add(SavedView(user_id=site.office.users["amina"], panel="case", name="Old",
                         asked="col=ref&col=colour&flt_moon=1&sort=colour&flt_status=open"))  # fmt: skip
        db.commit()
        number = db.scalars(select(SavedView.id)).one()
    page = browse("amina").get(f"{CASES}?view={number}").page
    assert "3 parts of this view are not there any more" in page.text
    assert len(heads(page)) == 1
    assert len([one for one in page.all("a") if one.get("class") == "tag"]) == 1


def test_nobody_opens_or_changes_a_colleagues_view(site, browse):
    amina, joan = browse("amina"), browse("joan")
    box = status_box(amina.get(CASES).page)
    told = keep(amina, amina.get(f"{CASES}?{box}=closed"), "Closed")
    number = parse_qs(urlsplit(told.location).query)["view"][0]
    assert tabs(joan.get(told.location).page) == {}
    assert [one for one in joan.get(told.location).page.all("a") if one.get("class") == "tag"] == []
    before = site.rows(SavedView)
    data = {"table": "case", "id": number, "act": "rename", "name": "Ours"}
    assert joan.post("/caseworker/views/change/", data).status == 404
    assert joan.post("/caseworker/views/keep/", {"table": "case", "over": number, "asked": ""}).status == 404
    assert joan.get("/caseworker/views/?table=user").status == 404
    assert site.rows(SavedView) == before


def test_views_cost_no_more_statements_however_many_there_are(site, browse):
    amina = browse("amina")
    few = amina.get(CASES).statements
    with site.db() as db:
        db.add_all([SavedView(user_id=site.office.users["amina"], panel="case", name=f"v{n}", asked="sort=ref")
                    for n in range(20)])  # fmt: skip
        db.commit()
    answer = amina.get(CASES)
    assert len(tabs(answer.page)) == 21
    assert answer.statements == few <= LIST


@pytest.mark.parametrize("query", [
    "view=x", "view=-1", "view=999999999999999999999", "of=x", "col=", "sort=999", "sort=-1", "desc=2",
    "col=id&col=version",
])  # fmt: skip
def test_a_broken_question_gives_the_plain_list(browse, query):
    amina = browse("amina")
    plain = amina.get(CASES).page
    assert heads(amina.get(f"{CASES}?{query}").page) == heads(plain)
