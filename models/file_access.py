"""Somebody asks to see their own file: the office's promise and the legal right run side by side."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Index, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, Moment, check, unique
from models.fields import FieldInfo, Sensitivity, col, link, rows, states

if TYPE_CHECKING:
    from models.cases import Case, CaseNote
    from models.people import Worker

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
ACCESS_STATES = states(
    "requested: Asked for",
    "ready: Ready to read",
    "informed: In storage, client told",
    "agreed: Time agreed",
    "retrieved: Fetched, ready to read",
    "provided: Provided",
    "withdrawn: Withdrawn",
)
ACCESS_STEPS = {  # where the file is -> from which state to which; every other step is refused
    "premises": {"requested": ("ready", "provided", "withdrawn"), "ready": ("provided", "withdrawn")},
    "off_site": {
        "requested": ("informed", "withdrawn"),
        "informed": ("agreed", "withdrawn"),
        "agreed": ("retrieved", "withdrawn"),
        "retrieved": ("provided", "withdrawn"),
    },
}
READY = ("ready", "retrieved", "provided")  # the file lies there for the client


class FileRequest(Base):
    """A client's request to read their file, or to have a copy of everything. Only verbs write its dates."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-requested_at", "-id")
    __table_args__ = (
        check("extension_is_told", "extended_to IS NULL OR extension_told_on IS NOT NULL"),
        Index("ix_file_requests_status_due_on", "status", "due_on"),
    )

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    requested_at: Mapped[datetime] = col(Moment, FieldInfo("Asked for", OFFICE, listed=True))
    subject_access: Mapped[bool] = col(
        Boolean,
        FieldInfo("A copy of everything", OFFICE, help="The legal right: its own clock runs beside ours."),
        default=True,
    )
    location: Mapped[str] = col(
        String(10),
        FieldInfo(
            "Where the file is",
            OFFICE,
            choices=states("premises: On the premises", "off_site: In storage"),
            in_form=False,
        ),
        default="premises",
    )
    status: Mapped[str] = col(
        String(10),
        FieldInfo("State", OFFICE, listed=True, filtered=True, choices=ACCESS_STATES, in_form=False),
        default="requested",
    )
    handler: Mapped[Worker] = link(FieldInfo("Prepared by", OFFICE, listed=True, filtered=True))
    safe_way: Mapped[str | None] = col(
        String(200),
        FieldInfo("How it reaches them safely", PERSONAL, help="Read here, handed over, sent: who else sees it?"),
    )
    urgency: Mapped[str | None] = col(
        String(200),
        FieldInfo("How urgent it is for them", SPECIAL, help="For files in storage: what it is for."),
    )
    informed_on: Mapped[date | None] = col(Date, FieldInfo("Told that it is in storage on", OFFICE, in_form=False))
    agreed_on: Mapped[date | None] = col(Date, FieldInfo("Agreed to have it by", OFFICE, in_form=False))
    due_on: Mapped[date] = col(Date, FieldInfo("Our promise", OFFICE, listed=True, in_form=False))
    due_at: Mapped[datetime | None] = col(Moment, FieldInfo("Our promise, at", OFFICE, in_form=False))
    due_trace: Mapped[str | None] = col(Text, FieldInfo("Why our date", OFFICE, long=True, in_form=False))
    sar_due_on: Mapped[date | None] = col(Date, FieldInfo("Legal date", OFFICE, listed=True, in_form=False))
    sar_trace: Mapped[str | None] = col(Text, FieldInfo("Why the legal date", OFFICE, long=True, in_form=False))
    extended_to: Mapped[date | None] = col(Date, FieldInfo("Extended to", OFFICE, in_form=False))
    extension_told_on: Mapped[date | None] = col(Date, FieldInfo("Told of the longer time on", OFFICE, in_form=False))
    extension_reason: Mapped[str | None] = col(String(200), FieldInfo("Why it takes longer", OFFICE, in_form=False))
    ready_at: Mapped[datetime | None] = col(Moment, FieldInfo("Ready", OFFICE, in_form=False))
    late_reason: Mapped[str | None] = col(String(200), FieldInfo("Reason, if later than due", OFFICE, in_form=False))
    identity_checked_by: Mapped[Worker | None] = link(FieldInfo("Identity checked by", OFFICE, in_form=False))
    redacted_by: Mapped[Worker | None] = link(FieldInfo("Other people's details checked by", OFFICE, in_form=False))
    redacted_at: Mapped[datetime | None] = col(
        Moment, FieldInfo("Other people's details checked", OFFICE, in_form=False)
    )
    provided_at: Mapped[datetime | None] = col(Moment, FieldInfo("Provided", OFFICE, in_form=False))
    redactions: Mapped[list[Redaction]] = rows(
        FieldInfo("As it may be given out", SPECIAL, in_form=False), back="request"
    )

    def __str__(self) -> str:
        return f"File request {self.id}"


class Redaction(Base):
    """A note that tells of somebody else, as a second person lets it go out; empty text: left out altogether."""

    __part_of__ = "request"
    __table_args__ = (unique("request_id", "note_id"),)

    request: Mapped[FileRequest] = link(FieldInfo("Request", OFFICE, in_form=False), back="redactions")
    note: Mapped[CaseNote] = link(FieldInfo("Note", OFFICE, in_form=False))
    text: Mapped[str | None] = col(Text, FieldInfo("As it may be given out", SPECIAL, long=True, in_form=False))

    def __str__(self) -> str:
        return f"Redaction {self.id}"
