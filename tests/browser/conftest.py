"""The real office in a real browser: the app behind its own server on a free port, and Debian's Chromium.

Every test gets the same furnished office afresh and browser contexts of its own. What the pages ask for and
what the browser complains of is watched all the while: a test ends with an error if anything was fetched
from another host, or if the browser's console holds an error that the test did not announce.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from tests.browser.house import House
from tests.browser.office import Office
from tests.browser.person import Person
from tests.conftest import CHROMIUM, MUST_HAVE_ALL

FLAGS = [
    "--no-sandbox",  # CI runs as root, where Chromium's own sandbox cannot start
    "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
]  # fmt: skip
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds until something that does not come counts as missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder: `-m "not browser"` leaves it out."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def needs(path: str | None, *, must: bool) -> str:
    """Give the path of Chromium. Without one the test is reported as not run, or fails where it must run."""
    if path is None:
        (pytest.fail if must else pytest.skip)("Chromium is not installed: the pages were not tried in a browser.")
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    path = needs(CHROMIUM, must=MUST_HAVE_ALL)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _house(tmp_path_factory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.close()


@pytest.fixture
def house(_house) -> House:
    """The office as it was furnished."""
    return _house.fresh()


@pytest.fixture
def office(house) -> Office:
    """The ids of its records."""
    return house.office


@pytest.fixture
def people(chromium, house) -> Iterator[list[Person]]:
    """Everybody who sat down in this test; when they leave, what their browsers saw is looked through."""
    seated: list[Person] = []
    yield seated
    for person in seated:
        person.leave()
    assert [fault for person in seated for fault in person.faults] == []


@pytest.fixture
def sit_down(chromium, house, people) -> Callable[..., Person]:
    """Give somebody a browser of their own: sit_down("amina") is signed in already, sit_down() is a stranger."""

    def sit(username: str = "", *, locale: str = "en-GB", phone: bool = False) -> Person:
        context = chromium.new_context(
            base_url=house.url, viewport=PHONE if phone else DESK, has_touch=phone, is_mobile=phone, locale=locale,
            reduced_motion="reduce", storage_state=house.signed_in.get(username),
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        person = Person(context.new_page(), house.url)
        people.append(person)
        if username and username not in house.signed_in:
            person.sign_in(username)
            house.remember(username, person.page.context.storage_state())
        elif username:
            person.open("/")
        return person

    return sit
