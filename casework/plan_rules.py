"""What holds for a plan and its steps, at every flush.

A plan that the client has agreed to stays as it was agreed. Steps are ticked off or dropped in it; every other
change makes a new version, which the client agrees to anew. Source: empowering casework article (realistic
expectations; advocacy under instruction); service statement (people come to speak for themselves).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from casework import guard
from casework.audit import changed_fields
from casework.changes import belonging, has_link, is_changed, is_new, was
from casework.clients import OPEN_STATES
from casework.context import acting
from casework.plans import steps_of
from casework.problems import Problem
from models import Plan, PlanStep

PROGRESS = ("state", "done_on", "dropped_reason", "result")  # what may change in a step that was agreed
AFTERWARDS = ("superseded_on", "copy_given")  # what may change in a plan that was agreed
FOR_THEM = ("caseworker", "agency")  # who acts in the client's name when an agency is spoken to


def speaks_for_the_client(step: PlanStep) -> bool:
    """Say whether somebody goes to an agency in the client's name: that is advocacy."""
    return step.actor in FOR_THEM and has_link(step, "agency")


# Rules of a plan


def agreed_when_expectations_are_clear(plan: Plan, db: Session) -> Iterator[Problem]:
    """Source: empowering casework article; most reports bring no legal sanction, so this is said first."""
    if plan.agreed_on is None or not is_changed(plan, "agreed_on"):
        return
    discussed = plan.case.expectations_on if plan.case is not None else None
    if discussed is None:
        yield Problem("expectations_on", "Before the plan is agreed, talk about what the law and the agencies can and "
                      "cannot do here, and record the day.")  # fmt: skip
    elif discussed > plan.agreed_on:
        yield Problem("agreed_on", "Expectations are discussed before the plan is agreed. Correct one of the two days.")
    if plan.agreed_on > acting(db).today:
        yield Problem("agreed_on", "A plan is agreed once the client has said yes. Correct the day.")


def agreed_in_a_language(plan: Plan, _db: Session) -> Iterator[Problem]:
    if plan.agreed_on is not None and not has_link(plan, "language"):
        yield Problem("language", "Say in which language the client agreed to the plan.")


def agreed_on_something(plan: Plan, db: Session) -> Iterator[Problem]:
    newly = plan.agreed_on is not None and is_changed(plan, "agreed_on")
    if newly and not any(step.is_chosen for step in steps_of(db, plan)):
        yield Problem("steps", "Write down at least one step that the client chose before the plan is agreed.")


def one_plan_at_a_time(plan: Plan, db: Session) -> Iterator[Problem]:
    if plan.case is None or not plan.is_current or not (is_new(plan) or is_changed(plan, "superseded_on")):
        return
    others = [one for one in belonging(db, Plan, "case", plan.case) if one is not plan]
    if any(one.is_current for one in others):
        yield Problem("", "This case has a plan already. Change that one; the earlier version is kept.")


def of_a_running_case(plan: Plan, _db: Session) -> Iterator[Problem]:
    written = is_new(plan) or is_changed(plan, "agreed_on")
    if written and plan.case is not None and plan.case.status not in OPEN_STATES:
        yield Problem("", "A plan belongs to an open case. Open or reopen the case first.")


def an_agreed_plan_stays(plan: Plan, _db: Session) -> Iterator[Problem]:
    if is_new(plan):
        return
    if was(plan, "superseded_on") is not None:
        yield Problem("", "This version was replaced, so it stays as it was. Change the present version.")
    elif was(plan, "agreed_on") is not None and set(changed_fields(plan)) - set(AFTERWARDS):
        yield Problem("", "The client has agreed to this version, so it stays as it was. Write a new version and agree "
                      "it again.")  # fmt: skip


def plans_are_kept(_plan: Plan, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: the file keeps every version of the plan. Write a new version instead.")


# Rules of a step


def says_what_for_and_who_acts(step: PlanStep, _db: Session) -> Iterator[Problem]:
    """Source: empowering casework article, five key tasks; service statement, speaking for oneself over time."""
    if step.what is not None and not step.what.strip():
        yield Problem("what", "Say in a few words what will be done.")
    if not step.task:
        yield Problem("task", "Say which of the five tasks this step is for.")
    if not step.actor:
        yield Problem("actor", "Say who acts: the client, together, the caseworker or an agency.")


def names_the_agency_that_acts(step: PlanStep, _db: Session) -> Iterator[Problem]:
    if step.actor == "agency" and not has_link(step, "agency"):
        yield Problem("agency", "Name the agency that acts.")


def speaks_as_instructed(step: PlanStep, db: Session) -> Iterator[Problem]:
    """Source: empowering casework article; advocacy is representing somebody under their instruction."""
    if not step.is_chosen or not speaks_for_the_client(step):
        return
    if not (step.instruction or "").strip():
        yield Problem("instruction", "We speak for a client as they instruct us. Write what they asked us to say.")
    elif step.instructed_on is None:
        yield Problem("instructed_on", "Say on which day the client asked for this.")
    elif step.instructed_on > acting(db).today:
        yield Problem("instructed_on", "An instruction is recorded once it was given. Correct the day.")


def ends_once_for_a_reason(step: PlanStep, db: Session) -> Iterator[Problem]:
    if step.state == "done" and step.done_on is None:
        yield Problem("done_on", "Say on which day this was done.")
    if step.done_on is not None and step.done_on > acting(db).today:
        yield Problem("done_on", "A step is ticked off once it is done. Correct the day.")
    if step.state == "dropped" and not (step.dropped_reason or "").strip():
        yield Problem("dropped_reason", "Say why this step is dropped.")
    if not step.is_chosen and step.state != "todo":
        yield Problem("state", "The client said no to this, so it is not taken as a step. If they chose it after all, "
                      "write a new version.")  # fmt: skip


def an_agreed_step_stays(step: PlanStep, _db: Session) -> Iterator[Problem]:
    plan = step.plan
    if plan is None or is_new(plan):
        return
    replaced, agreed = was(plan, "superseded_on") is not None, was(plan, "agreed_on") is not None
    touched = is_new(step) or set(changed_fields(step)) - set(PROGRESS)
    if replaced and (is_new(step) or changed_fields(step)):
        yield Problem("", "This step belongs to a version that was replaced. Use the present version.")
    elif agreed and touched:
        yield Problem("", "The client has agreed to these steps. A change to them makes a new version, to be agreed "
                      "again.")  # fmt: skip


def agreed_steps_are_kept(step: PlanStep, _db: Session) -> Iterator[Problem]:
    plan = step.plan
    if plan is not None and (was(plan, "agreed_on") is not None or was(plan, "superseded_on") is not None):
        yield Problem("", "Not deleted: the client has agreed to this step. Drop it with a reason, or write a new "
                      "version.")  # fmt: skip


guard.register(
    Plan,
    agreed_when_expectations_are_clear,
    agreed_in_a_language,
    agreed_on_something,
    one_plan_at_a_time,
    of_a_running_case,
    an_agreed_plan_stays,
)
guard.register_deletion(Plan, plans_are_kept)
guard.register(
    PlanStep,
    says_what_for_and_who_acts,
    names_the_agency_that_acts,
    speaks_as_instructed,
    ends_once_for_a_reason,
    an_agreed_step_stays,
)
guard.register_deletion(PlanStep, agreed_steps_are_kept)
