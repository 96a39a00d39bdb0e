"""Counts what a task costs: clicks, keys that steer, and pages. Words that are written down are free.

A way through the screens is walked by one of three hands: a mouse with a keyboard beside it, a keyboard alone, or a
finger on a phone. Each act is counted as it is made, so the figure cannot differ from the walk.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import ElementHandle, Frame, Locator

from tests.browser.person import Person


@dataclass
class Cost:
    """What was spent: `keys` choose, move and send; letters of a name or of a note are not among them."""

    clicks: int = 0
    keys: int = 0
    pages: int = 0


class Mouse:
    """A practised person with a mouse, whose other hand lies on the keyboard."""

    phone = False

    def __init__(self, person: Person) -> None:
        """Begin on the page that is open: counted are those that come after it."""
        self.person, self.page, self.cost = person, person.page, Cost()
        self.page.on("framenavigated", self._went)

    def _went(self, frame: Frame) -> None:
        """Count a page once: what a redirect passes through is never seen."""
        if frame is self.page.main_frame:
            self.cost.pages += 1

    def act(self, target: Locator | ElementHandle) -> None:
        """Press a link, a button or a chip that leads nowhere else."""
        self.cost.clicks += 1
        target.click()

    def leave_by(self, target: Locator) -> None:
        """Press what leads to the next page."""
        with self.page.expect_navigation():
            self.act(target)

    def tick(self, target: Locator) -> None:
        """Press one of several boxes or chips by its words."""
        self.act(target.evaluate_handle("one => one.labels[0]").as_element())

    def into(self, box: Locator) -> None:
        """Bring the cursor into a box."""
        self.act(box)

    def next_box(self, box: Locator) -> None:
        """Bring the cursor into a box that lies a little further on."""
        self._tab_to(box)

    def choose(self, box: Locator, letters: str, words: str) -> None:
        """Choose `words` from a drop-down by the letters with which they begin."""
        self._tab_to(box)
        self.keys(*letters)
        assert box.locator("option:checked").inner_text() == words

    def keys(self, *pressed: str) -> None:
        """Press keys that steer: Tab, arrows, letters that choose from a list, a stroke, a date."""
        for key in pressed:
            self.cost.keys += 1
            self.page.keyboard.press(key)

    def look_for(self, words: str) -> None:
        """Type what is looked for, and send it off."""
        self._ready()
        with self.page.expect_navigation():
            self.keys(*words, "Enter")

    def send(self, button: Locator) -> None:
        """Send the form: from the keyboard, whatever has the focus."""
        assert button.is_visible()
        with self.page.expect_navigation():
            self.keys("Control+Enter")

    def write(self, words: str) -> None:
        """Type what is written down: a name, a number, a note. Not counted."""
        self._ready()
        self.page.keyboard.type(words)

    def _ready(self) -> None:
        """Wait for the cursor: nobody types into a page that has not drawn its box yet."""
        self.page.wait_for_function("document.activeElement.matches('input, textarea, select')")

    def _tab_to(self, target: Locator) -> None:
        before = self.person.pressed
        self.person.tab_to(target)
        self.cost.keys += self.person.pressed - before


class Keyboard(Mouse):
    """Somebody who uses no mouse: every press of a key is counted that is not part of what is written."""

    def act(self, target: Locator) -> None:
        self._tab_to(target)
        self.keys("Enter")

    def tick(self, target: Locator) -> None:
        self._tab_to(target)
        if target.get_attribute("type") == "radio":
            for _chip in range(target.page.locator(f"[name='{target.get_attribute('name')}']").count()):
                if target.evaluate("one => one === document.activeElement"):
                    break
                self.keys("ArrowDown")
        if not target.is_checked():
            self.keys("Space")

    def into(self, box: Locator) -> None:
        self._tab_to(box)


class Finger(Mouse):
    """A thumb on a phone of 390 px: nothing but taps, and the letters of the keyboard on the glass."""

    phone = True

    def act(self, target: Locator) -> None:
        self.cost.clicks += 1
        target.tap()

    def next_box(self, box: Locator) -> None:
        self.act(box)

    def choose(self, box: Locator, letters: str, words: str) -> None:
        """Open the list and tap on the words: two taps. `letters` are not needed."""
        del letters
        self.act(box)
        self.cost.clicks += 1
        box.select_option(label=words)

    def send(self, button: Locator) -> None:
        self.leave_by(button)
