"""The five-minute tours say what is on the screen, in docs/ and on the help page alike."""

from __future__ import annotations

import re

import pytest

from admin_views.tours import DOCS, PICTURES, tour, tour_file
from casework import reviews
from tests.browser.test_six_tasks import a_grant
from tests.browser.tours import LARGEST, STOPS, Guest, walked

WHO = {"caseworker": "amina", "coordinator": "leyla", "manager": "maryam", "reports": "figures"}
MOST_PICTURES, LONGEST = 16, 100


def a_review(house) -> None:
    """A review of all cases, opened."""
    with house.db() as db:
        reviews.open_review(db, reviews.plan_first(db))
        db.commit()


@pytest.mark.parametrize("role", STOPS)
def test_every_word_in_bold_is_met_where_the_tour_says(house, sit_down, role):
    a_grant(house)
    a_review(house)
    person = sit_down(WHO[role])
    assert [(section.heading, missing) for section, missing in walked(Guest(person.page, role)) if missing] == []


def test_a_word_that_is_gone_from_the_screen_is_told(house, sit_down, monkeypatch):
    a_grant(house)
    monkeypatch.setitem(STOPS["reports"], "Campaigns", STOPS["reports"]["Agencies"])
    guest = Guest(sit_down("figures").page, "reports")
    guest.page.add_init_script("""addEventListener("DOMContentLoaded", () => {
        const named = [...document.querySelectorAll("nav a")].filter(one => one.textContent === "Campaigns");
        for (const one of named) one.textContent = "Causes";
    })""")  # fmt: skip
    told = {section.heading: missing for section, missing in walked(guest)}
    assert {heading: missing for heading, missing in told.items() if missing} == {"Campaigns": ["Campaigns"]}


@pytest.mark.parametrize("role", STOPS)
def test_a_tour_is_short(role):
    assert len(tour_file(role).read_text(encoding="utf-8").splitlines()) < LONGEST


def test_the_pictures_are_those_of_the_tours_few_and_small():
    named = {one.picture for role in STOPS for part in tour(role).sections for one in part.passages if one.picture}
    there = {path.name: path.stat().st_size for path in PICTURES.iterdir()}
    assert set(there) == named
    assert len(there) <= MOST_PICTURES
    assert [name for name, size in there.items() if size > LARGEST] == []


@pytest.mark.parametrize("role", STOPS)
def test_everybody_finds_their_own_tour_at_the_foot_of_each_page_with_its_pictures(sit_down, role):
    page = sit_down(WHO[role]).page
    with page.expect_navigation():
        page.get_by_role("contentinfo").get_by_role("link", name="Help: your day in five minutes").click()
    told = page.locator("main").inner_text()
    _heading, written = tour_file(role).read_text(encoding="utf-8").split("\n", 1)
    plain = re.sub(r"!\[[^\]]*\]\([^)]*\)|^#+ |\*\*", "", written, flags=re.MULTILINE)
    assert " ".join(plain.split()) in " ".join(told.split())
    widths = """async () => {
        const pictures = [...document.images];
        for (const one of pictures) one.loading = "eager";
        await Promise.all(pictures.map(one => one.decode()));
        return pictures.map(one => one.naturalWidth);
    }"""
    assert set(page.evaluate(widths)) == {1280}


def test_a_role_that_is_none_has_no_tour_and_a_picture_is_nothing_else(sit_down):
    person = sit_down("amina")
    person.expects(404)
    for address in ("/help/nobody/", "/help/pictures/..%2Fmap.md", "/help/pictures/gone.png"):
        assert person.page.goto(address).status == 404
    assert (DOCS / "map.md").exists()
