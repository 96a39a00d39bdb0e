"""An empty list says what belongs in it and offers the next act; a narrowed one says how to see all of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from lxml import html

from admin_views.teaching import TEACHES
from casework.access import PANELS, ROLES, panels_of
from models import AuditEntry, ExportRun, Setting, Team, User, Worker


def test_every_list_has_its_sentence_and_no_sentence_is_without_a_list():
    assert set(TEACHES) == {panel.name for panel in PANELS}


KEPT = {User, Team, Worker, Setting, AuditEntry, ExportRun}  # for signing in; rows that the database never gives up


def emptied(site) -> set[str]:
    """Take the rows out of every table of a panel that may be emptied; give the names of these panels."""
    bare = [panel for panel in PANELS if panel.model not in KEPT]
    with closing(sqlite3.connect(site.engine.url.database, isolation_level=None)) as file:
        file.execute("PRAGMA foreign_keys = OFF")
        for panel in bare:
            file.execute(f"DELETE FROM {panel.model.__tablename__}")
    return {panel.name for panel in bare}


@pytest.mark.parametrize("role", ROLES)
def test_a_list_without_rows_teaches_and_offers_a_new_one_to_those_who_may(site, browse, role):
    person, taught = browse(role), 0
    bare = emptied(site)
    for panel in panels_of(role):
        page = person.get(f"/{role}/{panel.name}/")
        empty = html.fromstring(page.data.decode()).xpath("//main//div[@class='empty']")
        sentence = str(TEACHES[panel.name])
        assert bool(empty) is (sentence in page.text)
        assert empty or panel.name not in bare
        if empty and panel.rights[role].create:
            [offered] = empty[0].xpath(".//a[@class='btn']")
            assert offered.text.startswith("New ")
        taught += bool(empty)
    assert taught >= FEWEST[role]


FEWEST = {"manager": 30, "caseworker": 20, "coordinator": 1, "reports": 0}


@pytest.mark.parametrize("path", ["?flt0_status=closing", "?flt0_lead_is=999"])
def test_a_list_that_is_only_narrowed_says_so_and_shows_all_with_one_click(browse, path):
    manager = browse("manager")
    page = manager.get(f"/manager/case/{path}")
    [empty] = html.fromstring(page.data.decode()).xpath("//main//div[@class='empty']")
    said = " ".join(empty.itertext())
    assert "Nothing fits" in said
    assert str(TEACHES["case"]) not in page.text
    [link] = empty.xpath(".//a")
    assert (link.text, link.get("href")) == ("Show all", "/manager/case/")


def test_a_search_that_finds_nothing_does_not_claim_that_there_is_nothing(browse):
    page = browse("manager").post("/manager/agency/", {"search": "zzzzqqq"})
    assert "Nothing fits" in page.text
    assert str(TEACHES["agency"]) not in page.text
