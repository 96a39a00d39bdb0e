"""The page of those who wait, as a caseworker opens it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Appointment, Case, CaseNote, Task
from tests import make


def silent(site, office, file: str, days: int) -> None:
    """Let one case be `days` old, with nothing since."""
    with site.db() as db:
        case = db.get_one(Case, office["case", file])
        case.first_contact_at = make.NOW - timedelta(days=days)
        for note in db.scalars(select(CaseNote).where(CaseNote.case_id == case.id)):
            note.at = case.first_contact_at
        for meeting in db.scalars(select(Appointment).where(Appointment.case_id == case.id)):
            meeting.status = "cancelled_office"
        for task in db.scalars(select(Task).where(Task.case_id == case.id)):
            task.done_on = make.TODAY
        db.commit()


def block(page, heading: str) -> list[str]:
    section = next(one for one in page.all("section") if one.text.startswith(heading))
    return [one.text for one in page.all("h3") if section in one.above]


@pytest.mark.req("R13", "R21")
def test_those_who_wait_are_listed_with_the_proof_and_the_one_act_that_ends_it(site, browse, office):
    amina = browse("amina")
    quiet = amina.get("/caseworker/waiting/").page
    assert block(quiet, "No contact with the client") == []
    for file in ("own", "other"):
        silent(site, office, file, 22)
    page = amina.get("/caseworker/waiting/").page
    for heading in ("No appointment offered yet", "No contact with the client", "No next step"):
        assert block(page, heading) == ["26-0001 Rehana Begum"], heading
    assert "Day 22" in page.text and "22 days" in page.text
    assert "Open case listed after no contact with the client for: 21 days." in page.text
    assert "Appointment offered within: 14 days." in page.text
    acts = {one.text.split(" 26-")[0]: one.get("href") for one in page.all("a") if "26-0001" in one.text}
    assert acts["Book"] == f"/caseworker/visit/?case={office['case', 'own']}"
    call = f"/caseworker/call/?case={office['case', 'own']}"
    assert acts["Log a call"] == call
    amina.submit(amina.get(call), {"direction": "out", "text": "She is well."}, holding="text", path=call)
    after = amina.get("/caseworker/waiting/").page
    assert block(after, "No contact with the client") == block(after, "No next step") == []


def test_the_page_takes_as_many_statements_however_many_wait(site, browse, office):
    amina = browse("amina")
    silent(site, office, "own", 30)
    few = amina.get("/caseworker/waiting/").statements
    with site.db() as db:
        lead = db.get_one(Case, office["case", "own"]).lead
        for number in range(15):
            make.case(db, make.client(db, f"Person {number}"), lead=lead,
                      first_contact_at=make.NOW - timedelta(days=30 + number))  # fmt: skip
        db.commit()
    page = amina.get("/caseworker/waiting/")
    assert len(block(page.page, "No contact with the client")) == 16
    assert (page.statements, amina.get("/caseworker/waiting/?mine=1").statements) == (few, few)


@pytest.mark.req("R61")
def test_a_case_without_an_agreed_plan_is_listed_once_it_is_time(site, browse, office):
    with site.db() as db:
        for case, opened in ((office["case", "own"], make.TODAY - timedelta(days=40)), (office["case", "team"], None)):
            db.get_one(Case, case).opened_on = opened or make.TODAY
        db.commit()
    page = browse("amina").get("/caseworker/waiting/").page
    assert block(page, "No plan agreed") == ["26-0001 Rehana Begum"]
    assert "40 days" in page.text and "An action plan is agreed with the client in time" in page.text
    acts = [one.get("href") for one in page.all("a") if one.text.startswith("Open plan")]
    assert acts == [f"/caseworker/actionplan/?case={office['case', 'own']}"]
