"""Requests for a language: an interpreter at an appointment, or something to be put into writing; and who was asked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped

from models.base import Base, check, unique
from models.fields import FieldInfo, Sensitivity, col, link, rows, states
from models.people import MODES

if TYPE_CHECKING:
    from models.appointments import Appointment
    from models.cases import Case
    from models.people import Worker
    from models.words import Language

OPEN, OFFICE = Sensitivity.OPEN, Sensitivity.OFFICE
REQUEST_STATES = states(
    "open: Open", "offered: Somebody is asked", "filled: Filled", "unfilled: Nobody found", "cancelled: Not needed"
)


class LanguageRequest(Base):
    """One need for a language. Its state is never typed: it follows from who was asked and what they said."""

    __order__ = ("-id",)
    __table_args__ = (
        check("pages_positive", "pages > 0"),
        check("minutes_positive", "minutes > 0"),
        check("filled_by_somebody", "(status = 'filled') = (worker_id IS NOT NULL)"),
        check("unfilled_says_why", "status <> 'unfilled' OR unfilled_reason IS NOT NULL"),
    )

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    appointment: Mapped[Appointment | None] = link(FieldInfo("Appointment", OFFICE, in_form=False), unique=True)
    language: Mapped[Language] = link(FieldInfo("Language", OPEN, listed=True, filtered=True, exported_as="Language"))
    mode: Mapped[str] = col(
        String(10),
        FieldInfo("How", OPEN, listed=True, filtered=True, exported_as="How", choices=MODES),
        default="written",
    )
    dialect: Mapped[str | None] = col(
        String(60), FieldInfo("Dialect", OFFICE, help="Only if another one will not be understood well.")
    )
    gender: Mapped[str] = col(
        String(10),
        FieldInfo("Gender wished", OFFICE, choices=states("any: Any", "female: Woman", "male: Man")),
        default="any",
    )
    due_on: Mapped[date | None] = col(
        Date,
        FieldInfo("Needed by", OPEN, help="For written work.", listed=True, filtered=True, exported_as="Needed by"),
    )
    pages: Mapped[int | None] = col(
        Integer, FieldInfo("Pages", OPEN, help="For written work: how much it is, about.", exported_as="Pages")
    )
    status: Mapped[str] = col(
        String(20),
        FieldInfo(
            "State", OPEN, listed=True, filtered=True, exported_as="State", in_form=False, choices=REQUEST_STATES
        ),
        default="open",
    )
    worker: Mapped[Worker | None] = link(FieldInfo("Filled by", OFFICE, listed=True, in_form=False))
    minutes: Mapped[int | None] = col(
        Integer,
        FieldInfo(
            "Minutes spent", OPEN, help="Once it is done; meetings fill it in by themselves.", exported_as="Minutes"
        ),
    )
    done_on: Mapped[date | None] = col(Date, FieldInfo("Done on", OPEN, exported_as="Done on"))
    unfilled_reason: Mapped[str | None] = col(
        String(200), FieldInfo("Nobody found, because", OFFICE, help="Only once nobody else is left to ask.")
    )
    cancelled_reason: Mapped[str | None] = col(String(200), FieldInfo("Not needed, because", OFFICE))
    offers: Mapped[list[LanguageOffer]] = rows(FieldInfo("Who was asked", OFFICE, in_form=False), back="request")

    def __str__(self) -> str:
        return f"Request {self.id}"


class LanguageOffer(Base):
    """One person asked for one request. Where a soft rule was passed over to ask them, it says which and why."""

    __part_of__ = "request"
    __table_args__ = (
        unique("request_id", "worker_id"),
        check("passed_over_says_why", "(passed_over IS NULL) = (reason IS NULL)"),
    )

    request: Mapped[LanguageRequest] = link(FieldInfo("Request", OFFICE), back="offers")
    worker: Mapped[Worker] = link(FieldInfo("Who", OFFICE, listed=True))
    status: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Answer",
            OFFICE,
            listed=True,
            choices=states(
                "invited: Asked", "accepted: Accepted", "declined: Declined", "taken_back: Not needed after all"
            ),
        ),
        default="invited",
    )
    asked_on: Mapped[date | None] = col(Date, FieldInfo("Asked on", OFFICE, listed=True, in_form=False))
    answered_on: Mapped[date | None] = col(Date, FieldInfo("Answered on", OFFICE, listed=True, in_form=False))
    passed_over: Mapped[str | None] = col(String(200), FieldInfo("Asked although", OFFICE, in_form=False))
    reason: Mapped[str | None] = col(String(200), FieldInfo("Reason", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"{self.worker}"
