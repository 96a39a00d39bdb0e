"""The tasks that a plan leaves: each step with a day is on the caseworker's list until it is done or dropped."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.datetext import in_words
from casework.tasks import LONGEST, ask, finish
from models import Plan, PlanStep, Task

ABOUT = "planstep"


def keep_tasks(db: Session, plan: Plan) -> None:
    """Let the open tasks say what the steps of this version say; a step that is over ends its task."""
    open_tasks = _open_tasks(db, [step.id for step in plan.steps])
    for step in plan.steps:
        waits = step.is_todo and step.due_on is not None and plan.case.lead is not None
        task = open_tasks.get(step.id)
        if not waits:
            if task is not None:
                finish(db, ABOUT, step)
        elif task is None:
            ask(db, plan.case.lead, words_of(step), step.due_on, case=plan.case, trace=_trace(step),
                about=(ABOUT, step))  # fmt: skip
        else:
            task.what, task.due_on, task.trace = words_of(step)[:LONGEST], step.due_on, _trace(step)


def move_tasks(db: Session, copies: Mapping[PlanStep, PlanStep]) -> None:
    """Let a task follow its step into the new version, with what was put off and why."""
    moved = {old.id: new for old, new in copies.items() if old is not new}
    for key, task in _open_tasks(db, list(moved)).items():
        task.about_id = moved[key].id


def words_of(step: PlanStep) -> str:
    """Give what the caseworker does about a step by its day: a client's own step is asked after."""
    if step.actor == "client":
        return f"Ask how it went: {step.what}"
    if step.actor == "joint":
        return f"With the client: {step.what}"
    if step.actor == "agency" and step.agency is not None:
        return f"Ask {step.agency.name}: {step.what}"
    return step.what


def _trace(step: PlanStep) -> str:
    agreed = step.plan.agreed_on
    said = f"Agreed with the client on {in_words(agreed)}." if agreed else "Not agreed with the client yet."
    return f"Step of the action plan, version {step.plan.number}. {said}\nDue {in_words(step.due_on)}."


def _open_tasks(db: Session, keys: list[int]) -> dict[int, Task]:
    if not keys:
        return {}
    found = db.scalars(select(Task).where(Task.about == ABOUT, Task.about_id.in_(keys), Task.done_on.is_(None)))
    return {task.about_id: task for task in found if task.about_id is not None}
