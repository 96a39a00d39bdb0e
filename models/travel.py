"""How many minutes people need from one borough to another, as the office reckons it."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped

from models.base import Base, check, unique
from models.fields import FieldInfo, Sensitivity, col, link
from models.words import Area

OPEN = Sensitivity.OPEN


class AreaTravel(Base):
    """The way between two boroughs; the way back takes as long. What is not named here is a setting."""

    __order__ = ("from_area_id", "to_area_id")
    __table_args__ = (
        unique("from_area_id", "to_area_id"),
        check("minutes_not_negative", "minutes >= 0"),
        check("two_boroughs", "from_area_id <> to_area_id"),
    )

    from_area: Mapped[Area] = link(FieldInfo("From", OPEN, listed=True, filtered=True))
    to_area: Mapped[Area] = link(FieldInfo("To", OPEN, help="The way back takes as long.", listed=True, filtered=True))
    minutes: Mapped[int] = col(Integer, FieldInfo("Minutes", OPEN, help="From door to door.", listed=True))
    note: Mapped[str | None] = col(String(200), FieldInfo("Note", OPEN, help="Where it comes from.", listed=True))

    def __str__(self) -> str:
        return f"{self.from_area} to {self.to_area}"
