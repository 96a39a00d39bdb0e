"""What we were asked for and could not give: counted, so that the gap can be shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Date
from sqlalchemy.orm import Mapped

from models.base import Base, unique
from models.fields import FieldInfo, Sensitivity, code_link, col, link

if TYPE_CHECKING:
    from models.cases import Case, CaseNote
    from models.words import Code

OPEN, OFFICE = Sensitivity.OPEN, Sensitivity.OFFICE


class Turnaway(Base):
    """One service that one enquiry did not get, why not, and the advice that was given instead."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-given_on", "-id")
    __table_args__ = (unique("case_id", "service_id"),)

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    service: Mapped[Code] = code_link(
        "service", FieldInfo("What was asked for", OPEN, listed=True, filtered=True, exported_as="Asked for")
    )
    reason: Mapped[Code] = code_link(
        "turnaway_reason", FieldInfo("Why not", OPEN, listed=True, filtered=True, exported_as="Why not")
    )
    advice: Mapped[CaseNote] = link(FieldInfo("Advice given", OFFICE, help="The note that says what was advised."))
    given_on: Mapped[date] = col(Date, FieldInfo("On", OPEN, listed=True, filtered=True, exported_as="On"))

    def __str__(self) -> str:
        return f"Turned away {self.id}"
