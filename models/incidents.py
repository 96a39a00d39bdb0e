"""To whom an incident was told, or why not, and what they call it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, check, unique
from models.fields import FieldInfo, Sensitivity, code_link, col, link, states

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.cases import Incident
    from models.words import Code

OFFICE, SPECIAL = Sensitivity.OFFICE, Sensitivity.SPECIAL


class IncidentReport(Base):
    """One incident and one agency: told, not told, or not told because the client does not want it."""

    __part_of__ = "incident"
    __order__ = ("-told_on", "-id")
    __table_args__ = (
        unique("incident_id", "agency_id"),
        check("told_on_a_day", "state <> 'reported' OR told_on IS NOT NULL"),
    )

    incident: Mapped[Incident] = link(
        FieldInfo("Incident", OFFICE, listed=True, filtered=True, in_form=False), back="reports"
    )
    agency: Mapped[Agency] = link(FieldInfo("Agency", OFFICE, listed=True, filtered=True))
    state: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Told or not",
            OFFICE,
            listed=True,
            filtered=True,
            choices=states(
                "reported: Reported", "not_reported: Not reported", "client_declined: The client does not want it"
            ),
        ),
    )
    told_on: Mapped[date | None] = col(Date, FieldInfo("Reported on", OFFICE, listed=True))
    reason: Mapped[str | None] = col(
        Text, FieldInfo("Why not", SPECIAL, help="Only if it was not reported. A client need not say why.", long=True)
    )
    agency_classification: Mapped[Code | None] = code_link(
        "agency_classification", FieldInfo("They call it", OFFICE, listed=True, filtered=True)
    )
    answered_on: Mapped[date | None] = col(Date, FieldInfo("They said so on", OFFICE))
    in_writing: Mapped[bool | None] = col(Boolean, FieldInfo("In writing", OFFICE))
    mismatch: Mapped[bool] = col(
        Boolean,
        FieldInfo("Differs from what the client says", OFFICE, listed=True, filtered=True, in_form=False),
        default=False,
    )

    def __str__(self) -> str:
        return f"Report {self.id}"
