"""What invented clients and their caseworkers agree to do, how it goes on, and how the clients say they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

from casework.measures import measure
from casework.plans import agree, drop, new_step, open_for_change, save_steps, tick_off
from models import Plan, PlanStep
from models.plans import MEASURED
from seed.demo_file import File
from seed.demo_stage import Stage

PLANNED, ASKED, COPY_GIVEN, ENGLISH_ENOUGH = 70, 60, 70, "English"  # percent of lately opened cases, and so on
DONE_IN_TIME, DROPPED = 78, 8  # percent of steps whose day has come
FIRST_DAY, LAST_DAY = 6, 70  # days until a step is due
AT_FIRST = MappingProxyType({0: 26, 1: 40, 2: 24, 3: 10})  # answer: weight
LATER = MappingProxyType({1: 8, 2: 30, 3: 40, 4: 22})
WHY_DROPPED = ("Overtaken by events", "The client has changed her mind", "The agency did it by itself")


class Possible(NamedTuple):
    """A step as people write it; `result` is what came of it where it went well."""

    what: str
    task: str
    actor: str
    tags: tuple[str, ...]
    result: str = ""
    instruction: str = ""
    declined: bool = False
    dated: bool = True


POSSIBLE = (
    Possible("Keep a diary of incidents", "empower", "client", ("negative_valuation",)),
    Possible("Go through what the law says and what to ask", "help", "joint", ("context", "all_possibilities")),
    Possible("Write to the landlord for a camera and repairs", "resolve", "caseworker", ("remove_blocks",),
             "home_protected", "A camera on the stairs and the lock mended, and that it happens when I am alone."),
    Possible("Meet the housing manager", "resolve", "joint", ("remove_blocks",), "meeting_held"),
    Possible("Speak at the residents' meeting", "empower", "client", ("collectivity",), "client_spoke"),
    Possible("Join the Tuesday group", "empower", "client", ("collectivity", "reinforce_supports"), "network_joined"),
    Possible("Agree whom to ring on a bad day", "reduce_impact", "joint", ("reinforce_supports",)),
    Possible("Bring the children to school together", "reduce_impact", "joint", ("reinforce_supports",)),
    Possible("Ask the school what it has written down", "resolve", "caseworker", ("remove_blocks",)),
    Possible("Move in with the sister for a while", "reduce_impact", "client", ("all_possibilities",), declined=True),
    Possible("Go to a newspaper", "develop_practice", "joint", ("all_possibilities",), declined=True),
)  # fmt: skip
# What the father who came back agreed to, the first time and when the camera was torn down.
FIRST_TIME = (
    Possible("Keep a diary of incidents", "empower", "client", ("negative_valuation",)),
    Possible("Write to the landlord for a camera", "resolve", "caseworker", ("remove_blocks",), "cctv_installed",
             "A camera over the door, and that the police call it damage and nothing more."),
    Possible("Go to a newspaper", "develop_practice", "joint", ("all_possibilities",), declined=True),
)  # fmt: skip
SECOND_TIME = (
    Possible("Speak at the residents' meeting", "empower", "client", ("collectivity",), "client_spoke"),
    Possible("Meet the landlord's director", "resolve", "joint", ("remove_blocks",), "meeting_held", dated=False),
    Possible("Ask the landlord for priority to be rehoused", "resolve", "caseworker", ("remove_blocks",), "",
             "That we cannot live there any longer, and that my daughter sleeps with us."),
)  # fmt: skip
RESULTS = MappingProxyType({one.what: one.result for one in (*POSSIBLE, *FIRST_TIME, *SECOND_TIME) if one.result})


def make_plan(stage: Stage, file: File) -> None:
    """Write and agree a plan in a talk: two or three steps that the client chose, now and then one declined."""
    if file.dice.chance(PLANNED):
        plan_with(stage, file, _some(file))
        if file.dice.chance(ASKED):
            ask_how_they_stand(stage, file, "intake")


def plan_with(stage: Stage, file: File, steps: Sequence[Possible]) -> None:
    """Write these steps into the plan, into a new version of an agreed one, and agree it in the same talk."""
    plan, copies = open_for_change(stage.db, file.case)
    with stage.db.no_autoflush:
        for one in steps:
            _write(stage, file, plan, one)
    save_steps(stage.db, plan, copies)
    language = file.client.language or stage.languages[ENGLISH_ENOUGH]
    discussed = None if file.case.expectations_on else file.day
    agree(stage.db, plan, file.day, language, copy_given=file.dice.chance(COPY_GIVEN), expectations_on=discussed)
    file.plan = plan


def _some(file: File) -> list[Possible]:
    dice = file.dice
    chosen = dice.some([one for one in POSSIBLE if not one.declined], dice.between(2, 4))
    return [*chosen, *dice.some([one for one in POSSIBLE if one.declined], dice.between(0, 1))]


def _write(stage: Stage, file: File, plan: Plan, one: Possible) -> None:
    step = new_step(plan)
    step.what, step.task, step.actor = one.what, one.task, one.actor
    step.choice = "declined" if one.declined else "chosen"
    step.tags = stage.words("step_tag", one.tags)
    if not one.declined and one.dated:
        step.due_on = stage.open_day(file.day + timedelta(days=file.dice.between(FIRST_DAY, LAST_DAY)))
    if one.instruction:
        step.agency = next(agency for agency in stage.agencies.values() if agency.kind.code == "housing_association")
        step.instruction, step.instructed_on = one.instruction, file.day


def go_on_with_plan(stage: Stage, file: File) -> None:
    """Tick off in a talk what has been done since; a few steps are late, a few are dropped."""
    for step in _waiting(file):
        if step.due_on is not None and step.due_on <= file.day:
            if file.dice.chance(DONE_IN_TIME):
                _done(stage, step, file)
            elif file.dice.chance(DROPPED):
                drop(stage.db, step, file.dice.pick(WHY_DROPPED))


def end_plan(stage: Stage, file: File) -> None:
    """Before closing, every step is done or dropped; and we ask once more how they stand."""
    for step in _waiting(file):
        if file.dice.chance(DONE_IN_TIME):
            _done(stage, step, file)
        else:
            drop(stage.db, step, file.dice.pick(WHY_DROPPED))
    if file.plan is not None:
        ask_how_they_stand(stage, file, "closure")


def ask_how_they_stand(stage: Stage, file: File, point: str) -> None:
    """Write down answers; one question in eight stays open."""
    weights = AT_FIRST if point == "intake" else LATER
    values = {name: file.dice.weighed(weights) if file.dice.chance(88) else None for name in MEASURED}
    measure(stage.db, file.case, point, values, file.day)


def _waiting(file: File) -> list[PlanStep]:
    return [step for step in file.plan.steps if step.is_todo] if file.plan is not None else []


def _done(stage: Stage, step: PlanStep, file: File) -> None:
    result = stage.code("step_result", RESULTS[step.what]) if step.what in RESULTS else None
    tick_off(stage.db, step, on=file.day, result=result)
