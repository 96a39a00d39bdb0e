"""Meetings with clients: at the office, at home, by phone; who goes, and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Index, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, Moment, check, unique
from models.fields import FieldInfo, Sensitivity, col, link, rows, states

if TYPE_CHECKING:
    from models.cases import Case
    from models.people import Worker
    from models.words import Area, Language, Venue

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
APPOINTMENT_STATES = states(
    "requested: Asked for",
    "offered: Offered",
    "booked: Booked",
    "attended: Took place",
    "not_attended: Client did not come",
    "cancelled_client: Cancelled by the client",
    "cancelled_office: Cancelled by us",
)
TOLD_BY = states(
    "phone: Telephone",
    "text: Text message",
    "email: E-mail",
    "post: Letter",
    "person: Face to face",
    "other: As agreed",
)
HOLDS_PEOPLE = ("offered", "booked", "attended")  # the states in which people and room are taken


class Appointment(Base):
    """A meeting. What an interpreter must know stands here, so that a coordinator need not open the client."""

    __order__ = ("-starts_at", "-id")
    __table_args__ = (
        check("starts_before_it_ends", "starts_at < ends_at"),
        check("home_visit_says_why", "kind <> 'home_visit' OR cannot_attend_reason IS NOT NULL"),
        Index("ix_appointments_starts_at_id", "starts_at", "id"),
    )

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    kind: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Kind",
            OPEN,
            listed=True,
            filtered=True,
            exported_as="Kind",
            choices=states(
                "office: At the office",
                "home_visit: Home visit",
                "phone: By telephone",
                "video: By video",
                "accompaniment: Going along",
                "aftercare: After-care",
            ),
        ),
        default="office",
    )
    starts_at: Mapped[datetime] = col(
        Moment, FieldInfo("Starts", OPEN, listed=True, filtered=True, exported_as="Starts")
    )
    ends_at: Mapped[datetime] = col(Moment, FieldInfo("Ends", OPEN, exported_as="Ends"))
    status: Mapped[str] = col(
        String(20),
        FieldInfo("State", OPEN, listed=True, filtered=True, exported_as="State", choices=APPOINTMENT_STATES),
        default="booked",
    )
    people: Mapped[list[AppointmentWorker]] = rows(FieldInfo("Who goes", OFFICE), back="appointment")
    venue: Mapped[Venue | None] = link(FieldInfo("Room", OFFICE, listed=True))
    area: Mapped[Area | None] = link(FieldInfo("Borough", OPEN, listed=True, filtered=True, exported_as="Borough"))
    language: Mapped[Language | None] = link(
        FieldInfo(
            "Interpreter for",
            OPEN,
            listed=True,
            filtered=True,
            exported_as="Interpreter for",
            help="Empty: no interpreter needed.",
        )
    )
    interpreter_gender: Mapped[str] = col(
        String(10),
        FieldInfo("Interpreter's gender", OFFICE, choices=states("any: Any", "female: Woman", "male: Man")),
        default="any",
    )
    step_free: Mapped[bool] = col(Boolean, FieldInfo("Needs step-free access", OFFICE), default=False)
    requested_on: Mapped[date | None] = col(
        Date, FieldInfo("Asked for on", OPEN, help="Our promise of two weeks counts from here.")
    )
    offer_by: Mapped[date | None] = col(Date, FieldInfo("Promised by", OPEN, in_form=False))
    late_reason: Mapped[str | None] = col(String(200), FieldInfo("Reason, if later than promised", OFFICE))
    cannot_attend_reason: Mapped[str | None] = col(
        String(200), FieldInfo("Why they cannot come to us", SPECIAL, help="For home visits.")
    )
    lone_reason: Mapped[str | None] = col(
        String(200), FieldInfo("Reason for a lone visit", OFFICE, help="Managers only; with a check-in plan.")
    )
    check_in_plan: Mapped[str | None] = col(
        String(200),
        FieldInfo("Check-in plan", OFFICE, help="For a lone visit: who rings whom, when, and what if nobody answers."),
    )
    approved_by: Mapped[Worker | None] = link(FieldInfo("Lone visit approved by", OFFICE, in_form=False))
    id_carried: Mapped[bool] = col(
        Boolean, FieldInfo("ID card shown", OFFICE, help="Tick once the visit has taken place."), default=False
    )
    client_told_on: Mapped[date | None] = col(
        Date, FieldInfo("Client told the time on", OFFICE, help="By a way that is safe for them.")
    )
    client_told_by: Mapped[str | None] = col(String(10), FieldInfo("Client told by", OFFICE, choices=TOLD_BY))
    note: Mapped[str | None] = col(Text, FieldInfo("Note for colleagues", SPECIAL, long=True))

    def __str__(self) -> str:
        return f"Appointment {self.id}"


class AppointmentWorker(Base):
    """One person at one appointment."""

    __part_of__ = "appointment"
    __table_args__ = (
        unique("appointment_id", "worker_id"),
        check("arrives_before_leaving", "checked_out_at IS NULL OR checked_in_at <= checked_out_at"),
    )

    appointment: Mapped[Appointment] = link(FieldInfo("Appointment", OFFICE), back="people")
    worker: Mapped[Worker] = link(FieldInfo("Who", OFFICE, listed=True))
    role: Mapped[str] = col(
        String(20),
        FieldInfo(
            "As",
            OFFICE,
            listed=True,
            choices=states("lead: Caseworker", "second: Second person", "interpreter: Interpreter"),
        ),
        default="lead",
    )
    status: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Answer",
            OFFICE,
            listed=True,
            choices=states("invited: Asked", "accepted: Accepted", "declined: Declined", "attended: Was there"),
        ),
        default="accepted",
    )

    checked_in_at: Mapped[datetime | None] = col(Moment, FieldInfo("Arrived", OFFICE, in_form=False))
    checked_out_at: Mapped[datetime | None] = col(Moment, FieldInfo("Left safely", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"{self.worker}"
