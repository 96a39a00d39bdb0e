"""The frame from right to left, with the one Arabic catalogue that comes along: Flask-Admin's own.

English alone is shipped, since a translation of this vocabulary by a machine would be unsafe. What is proven is that
the first catalogue written by people will find pages that are laid out for it.
"""

from __future__ import annotations

from importlib.resources import files

import flask_babel
import pytest
from babel.support import Translations

from tests.browser.axe import barriers, overhang

WIDTHS = (1280, 390, 320)
ARABIC = Translations.load(str(files("flask_admin").joinpath("translations")), ["ar"], "admin")
PAGES = {
    "my day": ("amina", "/caseworker/"), "a list": ("amina", "/caseworker/case/"),
    "a form": ("amina", "/caseworker/casenote/new/"), "a case": ("amina", "/caseworker/case/details/?id={case}"),
    "refer": ("amina", "/caseworker/refer/?case={case}"), "figures": ("figures", "/reports/figures/"),
    "delete?": ("maryam", "/manager/team/delete/?id={spare_team}"), "rota": ("maryam", "/manager/helpline/"),
}  # fmt: skip


@pytest.fixture
def arabic(house, monkeypatch):
    """Let the running office speak Arabic, as far as that catalogue goes."""
    monkeypatch.setattr(house.app.extensions["babel"], "locale_selector", lambda: "ar")
    monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda _self: ARABIC)


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_from_right_to_left_has_no_barrier_and_nothing_hangs_over(sit_down, office, arabic, kind):
    who, path = PAGES[kind]
    page = sit_down(who).open(path.format(**office.ids)).page
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("html").get_attribute("lang") == "ar"
    assert barriers(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overhang(page) == 0, width


def test_the_frame_begins_at_the_right_and_words_of_the_catalogue_are_there(sit_down, arabic):
    page = sit_down("maryam").open("/manager/client/").page
    brand = page.locator("a.brand").bounding_box()
    sign_out = page.locator("header form button").last.bounding_box()
    assert brand["x"] > sign_out["x"]
    heading = page.locator("h1").bounding_box()
    assert heading["x"] + heading["width"] > WIDTHS[0] / 2
    assert ARABIC.gettext("Search") == "بحث"
    assert "بحث" in page.locator("main").inner_text()


def test_english_stays_from_left_to_right(sit_down):
    page = sit_down("amina").open("/caseworker/").page
    assert page.locator("html").get_attribute("dir") == "ltr"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("a.brand").bounding_box()["x"] < page.locator("h1").bounding_box()["x"] + 1
