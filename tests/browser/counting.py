"""Counts what a task costs: clicks, keys that steer, and pages. Words that are written down are free.

A way through the screens is walked with the mouse and the keyboard as a practised person does; each step is counted
as it is made, so the figure cannot differ from the walk.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Frame, Locator, Page


@dataclass
class Cost:
    """What was spent: `keys` choose, move and send; letters of a name or of a note are not among them."""

    clicks: int = 0
    keys: int = 0
    pages: int = 0

    def within(self, clicks: int, keys: int, pages: int) -> bool:
        """Say whether the walk stayed within a goal, one above it in each allowed."""
        return self.clicks <= clicks + 1 and self.keys <= keys + 1 and self.pages <= pages + 1


class Counter:
    """A hand at the screen whose every act is counted; the page at which it begins counts as the first."""

    def __init__(self, page: Page) -> None:
        self.page, self.cost = page, Cost(pages=1)
        page.on("framenavigated", self._went)

    def _went(self, frame: Frame) -> None:
        """Count a page once: what a redirect passes through is never seen."""
        if frame is self.page.main_frame:
            self.cost.pages += 1

    def click(self, target: Locator) -> None:
        self.cost.clicks += 1
        target.click()

    def leave_by(self, target: Locator) -> None:
        """Click and wait for the next page."""
        with self.page.expect_navigation():
            self.click(target)

    def keys(self, *pressed: str) -> None:
        """Press keys that steer: Tab, arrows, letters that choose from a list, a stroke, a date."""
        for key in pressed:
            self.cost.keys += 1
            self.page.keyboard.press(key)

    def send(self, *pressed: str) -> None:
        """Press keys of which the last leads to the next page; held keys count as one."""
        with self.page.expect_navigation():
            self.keys(*pressed)

    def write(self, words: str) -> None:
        """Type what is written down: a name, a number, a note. Not counted."""
        self.page.keyboard.type(words)
