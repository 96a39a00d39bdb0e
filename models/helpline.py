"""Who holds the emergency telephone: one row for each night, and for each day, of the year."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped

from models.base import Base, Moment, check, unique
from models.fields import FieldInfo, Sensitivity, col, link, states

if TYPE_CHECKING:
    from models.people import Worker

OFFICE = Sensitivity.OFFICE
PARTS = states("day: Day", "night: Night")


class HelplineShift(Base):
    """One person's turn. A day runs from the office's opening to its closing, a night until the next opening."""

    __order__ = ("-day", "-part")
    __table_args__ = (
        unique("day", "part"),
        check("backup_is_somebody_else", "backup_id IS NULL OR backup_id <> worker_id"),
    )

    day: Mapped[date] = col(
        Date,
        FieldInfo("Day", OFFICE, help="A night belongs to the day on which it begins.", listed=True, filtered=True),
    )
    part: Mapped[str] = col(
        String(10), FieldInfo("Day or night", OFFICE, listed=True, filtered=True, choices=PARTS), default="night"
    )
    worker: Mapped[Worker] = link(FieldInfo("Who holds the phone", OFFICE, listed=True, filtered=True))
    backup: Mapped[Worker | None] = link(FieldInfo("Backup", OFFICE, help="Rung if nobody answers.", listed=True))
    reason: Mapped[str | None] = col(
        String(200), FieldInfo("Reason for the last swap", OFFICE, help="Colleagues read it.")
    )
    taken_over_at: Mapped[datetime | None] = col(Moment, FieldInfo("Handed over at", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}, {dict(PARTS)[self.part].lower()}"
