"""When each person last looked at a case, so that its page can say what is new since."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped

from models.base import Base, Moment, unique
from models.fields import FieldInfo, Sensitivity, col, link

if TYPE_CHECKING:
    from models.cases import Case

OFFICE = Sensitivity.OFFICE


class CaseLook(Base):
    """One person's looks at one case; `before` is the end of the sitting before this one."""

    __table_args__ = (unique("user_id", "case_id"),)

    user_id: Mapped[int] = col(Integer, FieldInfo("Account", OFFICE, in_form=False))
    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, in_form=False))
    at: Mapped[datetime] = col(Moment, FieldInfo("Last looked at", OFFICE, in_form=False))
    before: Mapped[datetime | None] = col(Moment, FieldInfo("Looked at before", OFFICE, in_form=False))
