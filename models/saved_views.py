"""Views of a list that somebody keeps by name: the question, never its rows."""

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


class SavedView(Base):
    """One list as one person likes to see it. `asked` holds columns, order and filters by their names, as an address
    does; `search` stands apart, since it may be somebody's name. Only its owner ever meets it.
    """

    __order__ = ("name", "id")

    user: Mapped[User] = link(FieldInfo("Whose", OFFICE, in_form=False))
    panel: Mapped[str] = col(String(40), FieldInfo("List", OFFICE, in_form=False))
    name: Mapped[str] = col(
        String(60), FieldInfo("Name", OFFICE, help="Of the view; never of a client.", in_form=False)
    )
    asked: Mapped[str] = col(String(1000), FieldInfo("What it shows", OFFICE, in_form=False))
    search: Mapped[str | None] = col(String(100), FieldInfo("Searched for", Sensitivity.PERSONAL, in_form=False))
    opens_first: Mapped[bool] = col(Boolean, FieldInfo("Opened first", OFFICE, in_form=False), default=False)
    set_aside_on: Mapped[date | None] = col(Date, FieldInfo("Removed on", OFFICE, in_form=False))

    def __str__(self) -> str:
        return self.name
