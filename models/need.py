"""What being left without help did to somebody, each thing on its day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, code_link, col, link

if TYPE_CHECKING:
    from models.cases import Case
    from models.words import Code

OFFICE, SPECIAL = Sensitivity.OFFICE, Sensitivity.SPECIAL


class Consequence(Base):
    """One consequence: nights on the street, school missed, no money for food. Caseworkers' and managers' alone."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-happened_on", "-id")
    __table_args__ = (check("nights_counted_from_one", "nights IS NULL OR nights > 0"),)

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    code: Mapped[Code] = code_link("consequence", FieldInfo("What it led to", SPECIAL, listed=True, filtered=True))
    happened_on: Mapped[date] = col(Date, FieldInfo("On, or from", SPECIAL, listed=True))
    nights: Mapped[int | None] = col(
        Integer,
        FieldInfo("How many nights", SPECIAL, help="For nights on the street or at other people's.", listed=True),
    )
    note: Mapped[str | None] = col(String(300), FieldInfo("In words", SPECIAL))

    def __str__(self) -> str:
        return f"Consequence {self.id}"
