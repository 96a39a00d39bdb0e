"""Story 1: somebody comes back with the same trouble, unresolved; plan, steps, closing with permission, after-care.

Source: empowering casework article, "In practice". Everything is done by keyboard, as the caseworker who does it.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from casework import referrals
from casework.tasks import open_tasks
from models import Agency, Case, Client, Code, Plan, Task
from tests import make
from tests.browser.axe import barriers
from tests.browser.office import CLIENT

SPEAKS, CAMERA = "Speak at the residents' meeting", "Ask for a camera on the stairs"


def came_before(house) -> int:
    """Rehana's earlier case: closed, told to the landlord with her consent, and she may be rung after closing."""
    with house.db() as db:
        client = db.scalars(select(Client).where(Client.name == CLIENT)).one()
        lead = db.scalars(select(Case).where(Case.client_id == client.id)).one().lead
        homes = db.scalars(select(Agency).where(Agency.name == "Marsh Lane Homes")).one()
        case = make.case(db, client, lead=lead, title="Eggs thrown at the door")
        sent = referrals.send(db, make.referral(db, case, homes), "letter")
        referrals.respond(db, sent, make.code(db, "outcome", "accepted"), in_writing=True)
        make.consent(db, client, kind="contact_after_closure", purposes=(), scope=())
        for task in open_tasks(db, case):
            task.done_on = make.TODAY  # she was told what the landlord answered
        case.status = "closing"
        db.flush()
        case.closure_reason, case.closure_agreed = make.code(db, "closure_reason", "partly_resolved"), "client"
        case.status = "closed"
        db.commit()
        return case.id


def write_step(amina, place: int, what: str, task: str, actor: str) -> None:
    row = amina.page.get_by_role("group", name=f"Steps, row {place}", exact=True)
    amina.type_into(row.get_by_label("What will be done"), what)
    chip = amina.tab_to(row.get_by_role("radiogroup", name="Who acts").get_by_label(actor, exact=True))
    for _time in range(4):
        if chip.evaluate("one => one === document.activeElement"):
            break
        amina.press("ArrowDown")
    amina.press("Space")
    expect(chip).to_be_checked()
    amina.choose(row.get_by_label("What it is for"), task)


def tick_off(amina, what: str, result: str) -> None:
    amina.tab_to(amina.page.locator("summary", has_text=f"Done or dropped: {what}"))
    amina.press("Enter")
    step = amina.page.locator("li", has_text=what).locator("details[open]")
    amina.choose(step.get_by_label(re.compile("^What came of it")), result)
    amina.push(re.compile("^Done"), within=step)


@pytest.mark.req("R10", "R61", "R67")
def test_she_comes_back_agrees_a_plan_speaks_for_herself_closes_and_is_asked_after_four_weeks(sit_down, house):
    key = came_before(house)
    amina = sit_down("amina")
    amina.expects(422)
    amina.open(f"/caseworker/case/details/?id={key}")
    amina.follow("Open again")
    amina.type_into("Reason", "The camera was torn down and it has begun again")
    amina.push("Open again")
    assert "Open" in amina.page.locator(".identity").inner_text()

    amina.follow("Action plan")
    amina.follow("Write the plan")
    write_step(amina, 1, SPEAKS, "Empowerment", "The client")
    write_step(amina, 2, CAMERA, "Resolve the complaint", "Together")
    assert barriers(amina.page) == []
    amina.push("Save plan")
    assert "Version 1, not agreed yet" in amina.text
    amina.push("Save agreement")  # what was discussed comes first
    assert "Before the plan is agreed, talk about" in amina.text
    amina.type_into("Expectations discussed on", "20 Nov 2026")
    amina.push("Save agreement")
    assert "Version 1, agreed Mon 23 Nov 2026 in Sylheti" in amina.text

    tick_off(amina, SPEAKS, "Client spoke for themselves")
    tick_off(amina, CAMERA, "Camera installed")
    assert "2 of 2 steps taken by the client, alone or with us." in amina.text
    assert barriers(amina.page) == []

    amina.open(f"/caseworker/case/details/?id={key}")
    amina.follow("Close case")
    assert barriers(amina.page) == []
    amina.choose("Why it closes", "What the client wanted was reached")
    amina.pick("Closing agreed by", "The client")
    amina.type_into("Their wishes for after-care", "ring before noon")
    amina.push("Close case")
    assert amina.said == ["Closed. After-care on Mon 21 Dec 2026 and Mon 22 Feb 2027."]
    _looked_up(house, key)


def _looked_up(house, key: int) -> None:
    """What the walk has left: the chain, the plan, and a contact four weeks after closing."""
    with house.db() as db:
        case = db.get_one(Case, key)
        assert (case.status, case.closure_agreed, case.closed_on) == ("closed", "client", make.TODAY)
        plan = db.scalars(select(Plan).where(Plan.case_id == key)).one()
        assert [(one.actor, one.state, one.result.code) for one in plan.steps] == [
            ("client", "done", "client_spoke"), ("joint", "done", "cctv_installed"),
        ]  # fmt: skip
        waits = db.scalars(select(Task).where(Task.about == "case", Task.done_on.is_(None)).order_by(Task.due_on)).all()
        assert waits[0].due_on == make.TODAY + timedelta(days=28) and waits[0].what.endswith("ring before noon")
        assert db.scalars(select(Code.code).where(Code.id == case.closure_reason_id)).one() == "resolved"
