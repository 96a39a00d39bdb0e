"""Sending what a client has agreed to takes few clicks: counted with a mouse, from the page of the case.

The goal is 4 clicks, 4 keys and 3 pages; one more of each is let pass. Keys are those spent steering, not words.
"""

from __future__ import annotations

import re

from sqlalchemy import select

from models import Referral

GOAL = {"clicks": 4, "keys": 4, "pages": 3}
LEEWAY = 1


class Counted:
    """A person with a mouse; every click, every key and every page that comes is counted."""

    def __init__(self, page):
        self.page, self.clicks, self.keys, self.pages = page, 0, 0, 0
        page.on("framenavigated", self._came)

    def _came(self, frame):
        self.pages += frame is self.page.main_frame

    def click(self, role, name):
        """Click a link, a button or a box; the page that follows has come when this returns."""
        self.clicks += 1
        target = self.page.get_by_role(role, name=name)
        target.click()
        self.page.wait_for_load_state()


def test_a_consented_referral_is_sent_within_the_goal_from_the_case(sit_down, house, office):
    person = sit_down("amina")
    person.open(f"/caseworker/case/details/?id={office['case']}")
    counted = Counted(person.page)
    counted.click("link", re.compile("^Refer$"))
    counted.click("link", "Refer Marsh Lane Homes: Repair damage or make the home safe")
    chosen = person.page.get_by_role("radio", name=re.compile("^Marsh Lane Homes"))
    assert chosen.is_checked()
    person.page.get_by_text("Name", exact=True).click()  # nothing is ticked for anybody
    counted.clicks += 1
    counted.click("button", "Check permission")
    counted.click("button", "Send now")
    person.page.locator(".status-line").wait_for()
    assert person.said == ["Sent."]
    with house.db() as db:
        assert db.scalars(select(Referral.status)).all() == ["sent"]
    spent = {"clicks": counted.clicks, "keys": counted.keys, "pages": counted.pages}
    assert {name: number for name, number in spent.items() if number > GOAL[name] + LEEWAY} == {}, spent


def test_straight_from_the_permission_it_takes_no_more_than_the_goal(sit_down, house, office):
    """The card "Consent to share" on the page of a case leads here with everything chosen but the items."""
    person = sit_down("amina")
    person.open(f"/caseworker/refer/?case={office['case']}")
    counted = Counted(person.page)
    counted.click("link", "Refer Marsh Lane Homes: Repair damage or make the home safe")
    person.page.get_by_text("Name", exact=True).click()
    counted.clicks += 1
    counted.click("button", "Check permission")
    counted.click("button", "Send now")
    person.page.locator(".status-line").wait_for()
    assert (counted.clicks, counted.keys, counted.pages) == (4, 0, 3)
