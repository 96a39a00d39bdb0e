"""Days that others have set: a court, a landlord, a law. People type them; nothing here counts them."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from sqlalchemy import Date, Index, String, Time
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, code_link, col, link, states

if TYPE_CHECKING:
    from models.cases import Case
    from models.words import Code

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
DEADLINE_STATES = states("ahead: Still ahead", "met: Met", "passed: Passed", "withdrawn: No longer counts")


class Deadline(Base):
    """A day in a case that somebody outside has set: a hearing, an eviction, the end of a time to appeal."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("due_on", "id")
    __table_args__ = (
        check("ended_on_a_day", "(state = 'ahead') = (ended_on IS NULL)"),
        Index("ix_deadlines_case_id_state_due_on", "case_id", "state", "due_on"),
    )

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    kind: Mapped[Code] = code_link("deadline_kind", FieldInfo("What kind", OPEN, listed=True, filtered=True))
    due_on: Mapped[date] = col(Date, FieldInfo("The day", OFFICE, listed=True, filtered=True))
    due_at: Mapped[time | None] = col(Time, FieldInfo("At", OFFICE, help="For a hearing or an eviction."))
    what: Mapped[str] = col(
        String(200), FieldInfo("What must be done by then", SPECIAL, help="For example: lodge the appeal.", listed=True)
    )
    source: Mapped[str | None] = col(
        String(200), FieldInfo("Where we know it from", SPECIAL, help="For example: the court's letter of 3 November.")
    )
    state: Mapped[str] = col(
        String(10),
        FieldInfo("State", OFFICE, listed=True, filtered=True, in_form=False, choices=DEADLINE_STATES),
        default="ahead",
    )
    ended_on: Mapped[date | None] = col(Date, FieldInfo("Recorded on", OFFICE, in_form=False))
    ended_note: Mapped[str | None] = col(String(200), FieldInfo("What came of it", SPECIAL, in_form=False))

    def __str__(self) -> str:
        return f"Deadline {self.id}"
