"""The plan of a case: how it is written, agreed and carried out.

What holds for its versions and steps stands in `plan_rules`. Source: empowering casework article (an action plan
that is communicated clearly and agreed).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from casework.calendar import Due, due, local
from casework.changes import belonging, is_new
from casework.context import acting
from casework.plan_tasks import ABOUT, keep_tasks, move_tasks
from casework.settings import number_setting, office
from casework.tasks import finish
from models import Case, Code, Language, Plan, PlanStep

COPIED = (
    "what", "task", "actor", "agency", "choice", "instruction", "instructed_on", "due_on", "state", "done_on",
    "dropped_reason", "result",
)  # fmt: skip
IN_TIME = "An action plan is agreed with the client in time"
SOURCE = "Empowering casework article"


# Facts


def current_plan(db: Session, case: Case) -> Plan | None:
    """Give the version in force, agreed or not; None before the first."""
    found = [one for one in belonging(db, Plan, "case", case, Plan.superseded_on.is_(None)) if one.is_current]
    return max(found, key=lambda one: one.number, default=None)


def steps_of(db: Session, plan: Plan) -> list[PlanStep]:
    """Give every step of one version, saved or not, in the order of writing."""
    return sorted(belonging(db, PlanStep, "plan", plan), key=lambda one: (one.id is None, one.id or 0))


def steps_to_do(db: Session, case: Case) -> list[PlanStep]:
    """Give the steps that the client chose and that are neither done nor dropped."""
    plan = current_plan(db, case)
    return [step for step in steps_of(db, plan) if step.is_todo] if plan is not None else []


def to_be_agreed_by(db: Session, case: Case, plan: Plan | None) -> Due:
    """Give the day by which the present plan of an opened case is to be agreed, with its trace."""
    changed = plan is not None and plan.number > 1
    start = local(plan.created_at).date() if plan is not None and changed else case.opened_on
    began = "The plan was changed" if changed else "The case was opened"
    return due(start, number_setting(db, "plan_agreed"), "day", office(db), rule=IN_TIME, source=SOURCE, began=began)


# Verbs


def open_for_change(db: Session, case: Case) -> tuple[Plan, dict[PlanStep, PlanStep]]:
    """Give the plan to write into, and for each step of the present plan the one that stands for it there.

    What is not agreed yet is changed as it is; an agreed plan is copied into a new version, which replaces it.
    """
    plan = current_plan(db, case)
    if plan is None:
        plan = Plan(case=case, number=_next_number(db, case))
        db.add(plan)
        return plan, {}
    if plan.agreed_on is None:
        return plan, {step: step for step in steps_of(db, plan)}
    newer = Plan(case=case, number=_next_number(db, case), language=plan.language)
    with db.no_autoflush:  # half a new version would break the rules
        plan.superseded_on = acting(db).today
        db.add(newer)
        return newer, {step: _copy(step, newer) for step in steps_of(db, plan)}


def new_step(plan: Plan) -> PlanStep:
    """Give a further step of the plan, still to be filled in."""
    made = PlanStep(state="todo", choice="chosen")
    plan.steps.append(made)
    return made


def leave_out(db: Session, plan: Plan, step: PlanStep, copies: dict[PlanStep, PlanStep]) -> None:
    """Leave a step out of what is being written; its task ends. In an earlier version it stays."""
    written = copies.pop(step)
    plan.steps.remove(written)
    if is_new(written):
        db.expunge(written)
    else:
        db.delete(written)
    finish(db, ABOUT, step)


def save_steps(db: Session, plan: Plan, copies: dict[PlanStep, PlanStep]) -> None:
    """Keep what was written into the plan, and let its tasks follow the steps. Raises RuleBroken."""
    db.flush()
    move_tasks(db, copies)
    keep_tasks(db, plan)
    db.flush()


def agree(
    db: Session,
    plan: Plan,
    on: date,
    language: Language | None,
    *,
    copy_given: bool | None = None,
    expectations_on: date | None = None,
) -> Plan:
    """Write down that the client has agreed to this version, on which day and in which language."""
    if expectations_on is not None:
        plan.case.expectations_on = expectations_on
    plan.agreed_on, plan.language, plan.copy_given = on, language, copy_given
    db.flush()
    keep_tasks(db, plan)
    db.flush()
    return plan


def tick_off(db: Session, step: PlanStep, *, on: date | None = None, result: Code | None = None) -> PlanStep:
    """A step is done, today unless said otherwise."""
    step.state, step.done_on, step.dropped_reason = "done", on or acting(db).today, None
    step.result = result
    return _went_on(db, step)


def drop(db: Session, step: PlanStep, reason: str) -> PlanStep:
    """A step will not be taken; the reason stays with it."""
    step.state, step.done_on, step.dropped_reason = "dropped", None, reason.strip()
    return _went_on(db, step)


def take_up_again(db: Session, step: PlanStep) -> PlanStep:
    """A step that was ticked off or dropped is to do after all."""
    step.state, step.done_on, step.dropped_reason, step.result = "todo", None, None, None
    return _went_on(db, step)


def _went_on(db: Session, step: PlanStep) -> PlanStep:
    db.flush()
    keep_tasks(db, step.plan)
    db.flush()
    return step


def _next_number(db: Session, case: Case) -> int:
    return max((one.number for one in belonging(db, Plan, "case", case)), default=0) + 1


def _copy(step: PlanStep, plan: Plan) -> PlanStep:
    made = PlanStep(**{name: getattr(step, name) for name in COPIED}, tags=list(step.tags))
    plan.steps.append(made)
    return made
