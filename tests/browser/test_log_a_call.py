"""Log a call by keyboard; what it costs in clicks, keys and pages is in test_six_tasks.py."""

from __future__ import annotations

from sqlalchemy import select

from models import Task


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
