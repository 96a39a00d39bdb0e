"""Somebody at the screen who uses the keyboard alone, and whose browser is watched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote_plus

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

from tests.browser.office import NAMES, PASSPHRASE

MOST_TABS = 250  # the longest form has about a hundred stops
REFUSED = re.compile(r"the server responded with a status of (\d{3})")
IS_THERE = """one => {
    const here = document.activeElement;
    return one === here || (one.type === "radio" && here.name === one.name && here.form === one.form);
}"""
# About how many stops lie before `one`: keys to press before it is worth looking whether we are there.
STOPS_BEFORE = """one => {
    const stops = [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")]
        .filter((stop) => stop.checkVisibility() && !stop.disabled && (stop.type !== "radio" || stop === one));
    return Math.max(0, stops.indexOf(one) - stops.indexOf(document.activeElement) - 4);
}"""


class Person:
    """One browser context. Everything is reached by Tab; `faults` holds what the browser complained of."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.faults: list[str] = []
        self._expected: set[str] = set()
        self.pressed = 0  # keys, but those of words that were typed
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.context.on("request", self._asked)

    def leave(self) -> None:
        self.page.context.close()

    # What the browser saw

    def expects(self, *statuses: int) -> None:
        """Announce refusals that are part of the walk: the browser notes each in its console."""
        self._expected |= {str(status) for status in statuses}

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        refused = REFUSED.search(message.text)
        if refused is None or refused[1] not in self._expected:
            self.faults.append(f"console, {self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self.faults.append(f"another host: {request.url}")
        self.faults += [f"a name in an address: {name}" for name in NAMES if _holds(request.url, name)]

    # Where the person is

    def open(self, path: str) -> Person:
        self.page.goto(path)
        return self

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.url)

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def said(self) -> list[str]:
        """What the page says was done, or not."""
        return self.page.locator(".status-line").all_inner_texts()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def facts(self) -> dict[str, str]:
        """Give what a record's page says, by its labels."""
        pairs = self.page.locator("dl.summary > div")
        return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in pairs.all()}

    # The keyboard

    def sign_in(self, username: str, passphrase: str = PASSPHRASE) -> None:
        if not self.path.startswith("/login"):
            self.open("/login")
        self.type_into("User name", username)
        self.type_into("Password", passphrase)
        self.push("Sign in")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)

    def tab_to(self, target: Locator) -> Locator:
        """Press Tab until the focus stands on `target`, or in its group of radio buttons."""
        expect(target).to_have_count(1)
        one = target.element_handle()
        if one.evaluate(IS_THERE):
            return target
        self.press(*["Tab"] * one.evaluate(STOPS_BEFORE))
        for _time in range(MOST_TABS):
            if one.evaluate(IS_THERE):
                return target
            self.press("Tab")
        raise AssertionError(f"{target} cannot be reached with the Tab key on {self.path}.")

    def follow(self, words: str | re.Pattern[str], *, within: Locator | None = None, exact: bool = True) -> None:
        """Go through a link."""
        self._enter((within or self.page).get_by_role("link", name=words, exact=exact))

    def follow_under(self, part: str, words: str) -> None:
        """Go through a link of the menu that stands behind a word."""
        self.tab_to(self.page.locator("nav summary", has_text=part))
        self.press("Enter")
        self.follow(words)

    def push(self, words: str | re.Pattern[str], *, within: Locator | None = None, exact: bool = True) -> None:
        """Press a button that leads to another page."""
        self._enter((within or self.page).get_by_role("button", name=words, exact=exact))

    def _enter(self, target: Locator) -> None:
        self.tab_to(target)
        with self.page.expect_navigation():
            self.press("Enter")

    def field(self, label: str | re.Pattern[str]) -> Locator:
        """Find a control by the beginning of its label; "(optional)" may follow."""
        pattern = label if isinstance(label, re.Pattern) else re.compile(rf"^{re.escape(label)}( \(optional\))?$")
        return self.page.get_by_label(pattern).filter(visible=True)

    def type_into(self, label: str | Locator, text: str) -> Locator:
        """Replace what stands in a box."""
        box = self.tab_to(label if isinstance(label, Locator) else self.field(label))
        self.press("ControlOrMeta+a", "Delete")
        self.page.keyboard.type(text)
        return box

    def choose(self, label: str | Locator, words: str) -> None:
        """Choose from a drop-down by typing what it says."""
        box = self.tab_to(label if isinstance(label, Locator) else self.field(label))
        self.page.keyboard.type(words)
        assert box.locator("option:checked").inner_text() == words, f"typing does not reach {words}"

    def pick(self, question: str, words: str | re.Pattern[str]) -> None:
        """Choose one of a few chips with the arrow keys."""
        group = self.page.get_by_role("radiogroup", name=re.compile(rf"^{re.escape(question)}"))
        wanted = self.tab_to(group.get_by_label(words, exact=isinstance(words, str)))
        for _time in range(group.get_by_role("radio").count()):
            if wanted.evaluate("one => one === document.activeElement"):
                break
            self.press("ArrowDown")
        if not wanted.is_checked():
            self.press("Space")
        expect(wanted).to_be_checked()

    def tick(self, words: str | Sequence[str], *, within: Locator | None = None) -> None:
        for one in [words] if isinstance(words, str) else words:
            box = self.tab_to((within or self.page).get_by_role("checkbox", name=one, exact=True))
            self.press("Space")
            expect(box).to_be_checked()

    def when(self, question: str, day: str, clock: str) -> None:
        """Type a day and a time into their two boxes."""
        group = self.page.get_by_role("group", name=re.compile(rf"^{re.escape(question)}"))
        self.type_into(group.get_by_label("Day", exact=True), day)
        self.type_into(group.get_by_label("Time", exact=True), clock)


def _holds(url: str, name: str) -> bool:
    return name.casefold() in unquote_plus(url).casefold()
