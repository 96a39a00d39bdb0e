"""Tables that somebody keeps by name: the question, never its numbers, which are counted anew each time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, String
from sqlalchemy.orm import Mapped

from models.base import Base
from models.fields import FieldInfo, Sensitivity, col, link

if TYPE_CHECKING:
    from models.people import User

OFFICE = Sensitivity.OFFICE


class SavedTable(Base):
    """One question to the table builder under a name. `asked` holds what stands in the page's address."""

    __order__ = ("name", "id")

    name: Mapped[str] = col(
        String(80),
        FieldInfo("Name", OFFICE, help="Of the table; never of a client.", listed=True, searched=True, in_form=False),
    )
    owner: Mapped[User] = link(FieldInfo("Whose", OFFICE, listed=True, in_form=False))
    asked: Mapped[str] = col(String(400), FieldInfo("What it shows", OFFICE, in_form=False))
    shared: Mapped[bool] = col(
        Boolean, FieldInfo("Shown to everybody who sees figures", OFFICE, listed=True, in_form=False), default=False
    )
    set_aside_on: Mapped[date | None] = col(Date, FieldInfo("Set aside on", OFFICE, listed=True, in_form=False))

    def __str__(self) -> str:
        return self.name
