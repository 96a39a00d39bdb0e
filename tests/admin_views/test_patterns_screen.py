"""The page of the patterns: what a manager and a caseworker see and do, and what stays shut."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.conduct import note_conduct
from casework.context import Acting, set_acting
from models import AuditEntry, Issue, Pattern, Worker
from tests import make

PAGE, OWN = "/manager/review/patterns/", "/caseworker/review/patterns/"
TITLE = "Interview was humiliating"
SEEN, BEFORE = 7, (20, 33, 47)  # clients of the last week; which ones met it long ago


@pytest.fixture
def risen(site, office):
    """Two years with a few notes, then seven clients of the manager's own who met the same at one invented agency."""
    with site.db() as db:
        set_acting(db, Acting(now=make.NOW, role="system", username="system"))
        lead = db.get(Worker, office.people["joan"])
        body, word = make.agency(db, "Cinder Lane Homes"), make.code(db, "conduct", "humiliating_interview")
        for place in range(60):
            moment = make.at(str(make.TODAY - timedelta(days=20 + 12 * place)), "10:00")
            case = make.case(db, make.client(db, f"Person {place}"), lead=lead, first_contact_at=moment)
            if place < SEEN:
                note_conduct(db, case, body, [word], on=make.TODAY - timedelta(days=place))
            elif place in BEFORE:
                note_conduct(db, case, body, [word], on=moment.date())
        db.commit()


def key_on(page) -> str:
    return page.page.all("input", name="key")[0].get("value")


@pytest.mark.req("R71")
def test_a_manager_makes_an_issue_of_a_pattern_and_may_take_the_answer_back(site, browse, risen):
    manager = browse("manager")
    page = manager.get(PAGE)
    assert f"{TITLE}: Cinder Lane Homes" in page.text and f"{SEEN} clients met" in page.text
    assert page.text.count("Person ") == SEEN
    key = key_on(page)
    answer = manager.post(f"{PAGE}issue/", data={"key": key})
    with site.db() as db:
        issue = db.scalars(select(Issue).order_by(Issue.id.desc())).first()
        kept = db.scalars(select(Pattern).order_by(Pattern.id.desc())).first()
        assert (issue.title, issue.noticed) == (f"{TITLE}: Cinder Lane Homes", kept.words)
        assert db.scalars(select(AuditEntry).where(AuditEntry.subject == "Pattern")).all()
        number, pattern = issue.id, kept.id
    assert answer.status == 302 and f"id={number}" in answer.headers["Location"]
    after = manager.get(PAGE)
    assert "Nothing stands out" in after.text and "Answered already" in after.text
    again = manager.post(f"{PAGE}issue/", data={"key": key})  # a second press
    assert again.status == 302 and "a colleague has answered it" in manager.get(PAGE).text
    manager.post(f"{PAGE}back/?id={pattern}")
    assert f"{SEEN} clients met" in manager.get(PAGE).text


def test_no_pattern_needs_a_reason_and_what_was_typed_stays(site, browse, risen):
    manager = browse("manager")
    key = key_on(manager.get(PAGE))
    refused = manager.post(f"{PAGE}dismiss/", data={"key": key, "reason": " "})
    assert refused.status == 422 and "Say why it is no pattern" in refused.text
    manager.post(f"{PAGE}dismiss/", data={"key": key, "reason": "A new form at the desk"})
    page = manager.get(PAGE)
    assert "A new form at the desk" in page.text and f"{SEEN} clients met" not in page.text
    assert manager.post(f"{PAGE}dismiss/", data={"key": "no|such|thing", "reason": "x"}).status == 302


def test_a_caseworker_reads_counts_of_the_office_and_cases_of_their_own_and_dismisses_nothing(site, browse, risen):
    page = browse("caseworker").get(OWN)
    assert f"{SEEN} clients met" in page.text
    assert page.text.count("Person ") + _unseen(page.text) == SEEN
    assert "Not a pattern, because" not in page.text
    key = key_on(browse("manager").get(PAGE))
    for where in (PAGE, OWN):
        assert browse("caseworker").post(f"{where}dismiss/", data={"key": key, "reason": "x"}).status in (403, 404)
    for who in ("coordinator", "reports"):
        assert browse(who).get(PAGE).status == 403
    assert browse("").get(PAGE).status in (302, 401)


def _unseen(text: str) -> int:
    found = re.search(r"(\d+) further cases?", text)
    return int(found[1]) if found else 0


def test_the_page_teaches_where_nothing_stands_out_and_takes_few_statements(browse):
    manager = browse("manager")
    manager.get(PAGE)
    page = manager.get(PAGE)
    assert "Nothing " in page.text and "How counted" in page.text
    assert page.statements <= 16
