"""Log a call by keyboard: how many clicks, keys and pages it takes, from the case and from anywhere.

A click is a button or link that is gone to and pressed; keys are what is typed and is no part of the note itself; a
page is one that is loaded. The figures are the goals; one more fails.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from models import CaseNote, Task
from tests.browser.office import CLIENT
from tests.browser.person import Person

NOTE = "The door was repaired on Saturday. She wants to know if the camera comes."
FROM_THE_CASE, FROM_ANYWHERE = (2, 0, 2), (3, 8, 4)


@dataclass
class Counted:
    """One person's clicks, keys and pages."""

    person: Person
    clicks: int = 0
    keys: int = 0
    pages: int = 0

    def __post_init__(self) -> None:
        self.person.page.on("domcontentloaded", self._loaded)

    def _loaded(self, _page: object) -> None:
        self.pages += 1

    def follow(self, words: str, within: str) -> None:
        self.clicks += 1
        self.person.follow(words, within=self.person.page.locator(within))

    def push(self, words: str) -> None:
        self.clicks += 1
        self.person.push(words)

    def type_and_enter(self, text: str) -> None:
        self.keys += len(text) + 1
        self.person.page.keyboard.type(text)
        with self.person.page.expect_navigation():
            self.person.press("Enter")

    def write_the_note(self) -> None:
        """The note takes the focus: nothing is clicked to begin it, and its own words are not counted."""
        assert self.person.page.evaluate("document.activeElement.name") == "text"
        self.person.page.keyboard.type(NOTE)

    def within_goal(self, goal: tuple[int, int, int]) -> bool:
        met = (self.clicks, self.keys, self.pages)
        assert all(number <= most + 1 for number, most in zip(met, goal, strict=True)), (met, goal)
        return met == goal


def saved(house, office) -> list[str]:
    with house.db() as db:
        notes = db.scalars(select(CaseNote).where(CaseNote.case_id == office["case"], CaseNote.direction == "in"))
        return [one.text for one in notes]


@pytest.mark.req("R48")
def test_a_call_is_logged_from_the_case_in_two_clicks(sit_down, house, office):
    amina = sit_down("amina").open(f"/caseworker/case/details/?id={office['case']}")
    counted = Counted(amina)
    counted.follow("Log a call", within="main")
    counted.write_the_note()
    counted.push("Save call")
    assert amina.said == ["Saved. Reply due Thu 26 Nov."]
    assert counted.within_goal(FROM_THE_CASE)
    assert saved(house, office) == [NOTE]


def test_a_call_is_logged_from_anywhere_in_three_clicks(sit_down, house, office):
    amina = sit_down("amina").open("/caseworker/")
    counted = Counted(amina)
    counted.follow("Log a call", within="header")
    counted.type_and_enter("rehana ")
    counted.clicks += 1
    amina.follow(CLIENT, within=amina.page.locator("main"), exact=False)
    counted.write_the_note()
    counted.push("Save call")
    assert amina.said == ["Saved. Reply due Thu 26 Nov."]
    assert counted.within_goal(FROM_ANYWHERE)
    assert saved(house, office) == [NOTE]


def test_a_call_is_saved_with_control_and_enter_and_chips_go_by_arrow_keys(sit_down, house, office):
    amina = sit_down("amina").open(f"/caseworker/call/?case={office['case']}")
    amina.pick("Who called", "We called")
    amina.pick("Outcome", "No answer")
    amina.pick("Next step", "Other date")
    amina.type_into("Day of the next step", "4/12")
    amina.press("ControlOrMeta+Enter")
    amina.page.wait_for_url("**/case/details/**")
    assert amina.said == ["Saved. Next step due Fri 4 Dec."]
    with house.db() as db:
        task = db.scalars(select(Task).where(Task.case_id == office["case"]).order_by(Task.id.desc())).first()
        assert (str(task.due_on), task.owner.name) == ("2026-12-04", "Amina K")
