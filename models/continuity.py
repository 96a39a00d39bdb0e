"""Who has been the caseworker of a case, from when until when and why it changed; and when a case was opened again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, col, link

if TYPE_CHECKING:
    from models.cases import Case
    from models.people import Worker

OFFICE = Sensitivity.OFFICE


class CaseWorker(Base):
    """One caseworker of one case. The row without an end is the present one; only the guard's preparation writes it."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-valid_from", "-id")
    __table_args__ = (
        check("ends_after_it_begins", "valid_to IS NULL OR valid_from <= valid_to"),
        Index("ix_case_workers_case_id_valid_from", "case_id", "valid_from"),
    )

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True, in_form=False))
    worker: Mapped[Worker] = link(FieldInfo("Caseworker", OFFICE, listed=True, filtered=True, in_form=False))
    valid_from: Mapped[date] = col(Date, FieldInfo("From", OFFICE, listed=True, in_form=False))
    valid_to: Mapped[date | None] = col(Date, FieldInfo("Until", OFFICE, listed=True, in_form=False))
    reason: Mapped[str | None] = col(String(200), FieldInfo("Why it changed", OFFICE, listed=True, in_form=False))
    client_told_on: Mapped[date | None] = col(
        Date, FieldInfo("Client told on", OFFICE, listed=True, help="Empty for the first caseworker.", in_form=False)
    )

    def __str__(self) -> str:
        return f"Caseworker {self.id}"


class Reopening(Base):
    """A closed case that was opened again: from which day it had been closed, and on which day that ended.

    The case itself forgets its closing; only the guard's preparation writes this row.
    """

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-reopened_on", "-id")
    __table_args__ = (check("opened_again_after_closing", "closed_on <= reopened_on"),)

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True, in_form=False))
    closed_on: Mapped[date] = col(Date, FieldInfo("Had been closed on", OFFICE, listed=True, in_form=False))
    reopened_on: Mapped[date] = col(Date, FieldInfo("Opened again on", OFFICE, listed=True, in_form=False))

    def __str__(self) -> str:
        return f"Reopening {self.id}"
