"""A searched list marks what was searched for, and nothing that somebody typed becomes markup."""

from __future__ import annotations

from models import Client
from tests.admin_views.office import NAMES


def marks(page) -> list[str]:
    return [one.text for one in page.all("mark")]


def test_the_searched_words_are_marked_where_they_stand(browse):
    page = browse("amina").post("/caseworker/client/", {"search": "BEGUM"}).page
    assert marks(page) == ["Begum"]
    cases = browse("amina").post("/caseworker/case/", {"search": "rehana"}).page
    assert marks(cases) == ["Rehana"]
    assert marks(browse("amina").get("/caseworker/client/").page) == []


def test_markup_in_a_name_or_in_a_search_stays_text(site, browse, office):
    with site.db() as db:
        db.get(Client, office["client", "own"]).name = "<img src=x>Rehana<script>"
        db.commit()
    page = browse("amina").post("/caseworker/client/", {"search": "<script>"}).page
    assert "&lt;script&gt;" in page.markup and "<script>R" not in page.markup and "<img src=x>" not in page.markup
    assert marks(page) == ["<script>"]
    found = browse("amina").post("/caseworker/client/", {"search": "<mark>x</mark>"}).page
    assert marks(found) == []


def test_a_row_found_by_a_field_that_is_no_column_says_which(site, browse, office):
    with site.db() as db:
        client = db.get(Client, office["client", "own"])
        phone = client.phone
    page = browse("amina").post("/caseworker/client/", {"search": phone.replace(" ", "")}).page
    assert len(page.rows) == 1
    assert marks(page) or "found by: " in page.text


def test_a_filter_is_taken_off_one_by_one_or_all_at_once_and_the_search_stays(browse):
    amina = browse("amina")
    pages = amina.get("/caseworker/case/").page
    status = next(one.get("name") for one in pages.all("select") if one.get("name").endswith("_status"))
    risk = next(one.get("name") for one in pages.all("select") if one.get("name").endswith("_risk"))
    both = f"/caseworker/case/?{status}=open&{risk}=high&sort=0"
    plain = amina.get(both).page
    tags = [one for one in plain.all("a") if one.get("class") == "tag"]
    assert len(tags) == 2
    left = [one.text for one in amina.get(tags[0].get("href")).page.all("a") if one.get("class") == "tag"]
    assert left == [tags[1].text]
    clear = next(one.get("href") for one in plain.all("a") if one.get("class") == "clear")
    assert clear.endswith("?sort=0")
    searched = amina.post("/caseworker/case/", {status: "open", "search": "begum"}).page
    off = next(one for one in searched.all("button") if "clear" in one.get("class").split())
    again = amina.post(off.get("formaction"), {"search": "begum"}).page
    assert dict(again.form("search").values)["search"] == "begum"
    assert [one for one in again.all("button") if one.get("class") == "tag"] == []
    assert NAMES["own"] not in again.markup or marks(again)
