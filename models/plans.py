"""What client and caseworker have agreed to do, step by step; and how the client stands, from 0 to 4."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Index, Integer, String
from sqlalchemy.orm import Mapped

from models.base import Base, check, unique
from models.fields import FieldInfo, Sensitivity, code_link, col, link, many, rows, states

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.cases import Case
    from models.words import Code, Language

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
PLAN_TASKS = states(  # source: empowering casework article, the five key tasks
    "help: Offer help",
    "reduce_impact: Reduce the immediate impact",
    "resolve: Resolve the complaint",
    "develop_practice: Develop professional practice",
    "empower: Empowerment",
)
ACTORS = states("client: The client", "joint: Together", "caseworker: Caseworker", "agency: An agency")
MEASURE_POINTS = states(
    "intake: At the beginning", "review: On the way", "closure: At closing", "aftercare: After-care"
)
MEASURED = ("safety", "isolation", "confidence", "coping")
BEST = 4  # every scale runs from 0, the worst, to this


class Plan(Base):
    """One version of a case's plan. The one that is not superseded is the plan; older ones stay as they were."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-id",)
    __table_args__ = (unique("case_id", "number"), check("counted_from_one", "number >= 1"))

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    number: Mapped[int] = col(Integer, FieldInfo("Plan version", OFFICE, listed=True, in_form=False), default=1)
    agreed_on: Mapped[date | None] = col(Date, FieldInfo("Agreed by the client on", OFFICE, listed=True, filtered=True))
    language: Mapped[Language | None] = link(FieldInfo("Agreed in", OFFICE, listed=True))
    copy_given: Mapped[bool | None] = col(Boolean, FieldInfo("Copy given to the client", OFFICE), default=None)
    superseded_on: Mapped[date | None] = col(Date, FieldInfo("Replaced on", OFFICE, listed=True, in_form=False))
    steps: Mapped[list[PlanStep]] = rows(FieldInfo("Steps", SPECIAL), back="plan")

    def __str__(self) -> str:
        return f"Plan {self.id}"

    @property
    def is_current(self) -> bool:
        return self.superseded_on is None


class PlanStep(Base):
    """One possibility of a plan: a step that the client chose, or one that they looked at and declined."""

    __part_of__ = "plan"
    __order__ = ("-id",)
    __table_args__ = (
        check("done_on_a_day", "(state = 'done') = (done_on IS NOT NULL)"),
        check("dropped_for_a_reason", "(state = 'dropped') = (dropped_reason IS NOT NULL)"),
        Index("ix_plan_steps_plan_id_state", "plan_id", "state"),
    )

    plan: Mapped[Plan] = link(FieldInfo("Plan", OFFICE, listed=True, filtered=True), back="steps")
    what: Mapped[str] = col(String(200), FieldInfo("What", SPECIAL, help="In plain words.", listed=True))
    task: Mapped[str] = col(
        String(20), FieldInfo("What it is for", OFFICE, listed=True, filtered=True, choices=PLAN_TASKS)
    )
    actor: Mapped[str] = col(String(12), FieldInfo("Who acts", OFFICE, listed=True, filtered=True, choices=ACTORS))
    agency: Mapped[Agency | None] = link(FieldInfo("Agency", OFFICE, listed=True, help="Whom it goes to."))
    choice: Mapped[str] = col(
        String(10),
        FieldInfo(
            "The client",
            OFFICE,
            choices=states("chosen: chose it", "declined: said no"),
        ),
        default="chosen",
    )
    instruction: Mapped[str | None] = col(
        String(300), FieldInfo("What the client asked us to say", SPECIAL, help="When we speak to an agency for them.")
    )
    instructed_on: Mapped[date | None] = col(Date, FieldInfo("Asked on", OFFICE))
    due_on: Mapped[date | None] = col(Date, FieldInfo("By", OFFICE, listed=True, filtered=True))
    tags: Mapped[list[Code]] = many(
        FieldInfo("What it strengthens", OFFICE), through="plan_step_tags", code_list="step_tag"
    )
    state: Mapped[str] = col(
        String(10),
        FieldInfo(
            "State",
            OFFICE,
            listed=True,
            filtered=True,
            in_form=False,
            choices=states("todo: To do", "done: Done", "dropped: Dropped"),
        ),
        default="todo",
    )
    done_on: Mapped[date | None] = col(Date, FieldInfo("Done on", OFFICE, listed=True, in_form=False))
    dropped_reason: Mapped[str | None] = col(String(200), FieldInfo("Dropped because", SPECIAL, in_form=False))
    result: Mapped[Code | None] = code_link("step_result", FieldInfo("What came of it", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"Step {self.id}"

    @property
    def is_chosen(self) -> bool:
        return self.choice == "chosen"

    @property
    def is_todo(self) -> bool:
        return self.is_chosen and self.state == "todo"


def _scale(label: str, help: str) -> Mapped[int | None]:
    return col(Integer, FieldInfo(label, SPECIAL, help=help), default=None)


class Measure(Base):
    """How the client says they stand on one day. All four run the same way: 0 is the worst, 4 the best."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-measured_on", "-id")
    __table_args__ = tuple(check(f"{name}_on_the_scale", f"{name} BETWEEN 0 AND {BEST}") for name in MEASURED)

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    measured_on: Mapped[date] = col(Date, FieldInfo("Asked on", OFFICE, listed=True, filtered=True))
    point: Mapped[str] = col(
        String(10), FieldInfo("When in the case", OFFICE, listed=True, filtered=True, choices=MEASURE_POINTS)
    )
    safety: Mapped[int | None] = _scale("Safe", "0: not safe at all. 4: safe.")
    isolation: Mapped[int | None] = _scale("Not alone", "0: quite alone with it. 4: not alone.")
    confidence: Mapped[int | None] = _scale("Sure of themselves", "0: cannot act on it. 4: can act on it.")
    coping: Mapped[int | None] = _scale("Coping", "0: not coping. 4: coping well.")

    def __str__(self) -> str:
        return f"Measure {self.id}"
