"""The frame of a page is written out once for each role and page: nobody gets somebody else's."""

from __future__ import annotations

import flask_babel
import pytest
from flask_babel import gettext

from admin_views import home
from tests.admin_views.office import ROLE_OF


def menu(answer) -> list[tuple[str, str, str]]:
    links = [one for one in answer.page.all("a") if (nav := one.within("nav")) and nav.get("aria-label") == "Main"]
    return [(one.text, one.get("href"), one.get("aria-current")) for one in links]


def fresh(site) -> None:
    site.app.extensions.pop("frames", None)


@pytest.mark.parametrize("who", ["manager", "amina", "leyla", "figures"])
def test_each_role_meets_its_own_menu_whoever_came_before(site, who):
    fresh(site)
    alone = menu(site.browse(who).get("/", follow=True))
    fresh(site)
    for other in ("manager", "amina", "leyla", "figures"):
        site.browse(other).get("/", follow=True)
    assert menu(site.browse(who).get("/", follow=True)) == alone
    assert len(alone) >= 5
    assert all(ROLE_OF[who] in url.split("/") for _text, url, _current in alone)


def test_the_name_of_the_person_is_never_kept(browse):
    first, second = browse("amina"), browse("joan")
    pages = [first.get("/caseworker/case/"), second.get("/caseworker/case/"), first.get("/caseworker/case/")]
    names = [page.page.all("p", **{"class": "who"})[0].text for page in pages]
    assert names[0] == names[2] != names[1]


def test_the_page_at_hand_is_marked_and_no_other(browse):
    person = browse("manager")
    for _round in range(2):
        for path in ("/manager/case/", "/manager/client/", "/manager/task/", "/manager/"):
            marked = [url for _text, url, current in menu(person.get(path)) if current == "page"]
            assert marked == [path]


def test_the_menu_is_written_once_for_each_page_of_it(site, monkeypatch):
    fresh(site)
    person, written = site.browse("manager"), []
    frame = home._frame
    monkeypatch.setattr(home, "_frame", lambda *given: written.append(1) or frame(*given))
    for _again in range(3):
        person.get("/manager/case/")
        person.get("/manager/case/?page=1")
    assert written == [1]


def test_the_language_is_asked_for_once_in_a_request_and_anew_when_it_changes(site, monkeypatch):
    asked, found = [], flask_babel.Domain.get_translations
    monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda self: asked.append(1) or found(self))
    with site.app.test_request_context("/"):
        assert [gettext("Saved: %(what)s.", what="it") for _again in range(3)] == ["Saved: it."] * 3
        assert asked == [1]
        with flask_babel.force_locale("de"):
            gettext("Deleted.")
            assert asked == [1, 1]
