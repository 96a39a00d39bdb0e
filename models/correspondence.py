"""Letters and messages: what came in and waits for an answer, what clients ask us to write, what we send."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Index, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, Moment, check
from models.fields import FieldInfo, Sensitivity, code_link, col, link, many, states

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.cases import Case, CaseNote
    from models.clients import Release
    from models.people import Worker
    from models.words import Code

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
MESSAGE_MEDIA = states(
    "letter: Letter",
    "email: E-mail",
    "phone: Telephone message",
    "answerphone: Answerphone",
    "emergency_helpline: Emergency helpline",
    "text: Text message",
)
CORRESPONDENCE_STATES = states(
    "received: Waits for an answer",
    "assigned: Handed to a colleague",
    "answered: Answered",
    "noted: Noted",
    "requested: Asked for",
    "agreed: Agreed",
    "declined: Declined",
    "draft: Draft",
    "sent: Sent",
    "dropped: Needs nothing more",
)
CORRESPONDENCE_STEPS = {  # from which state to which; every other step is refused
    "received": ("assigned", "answered", "dropped"),
    "assigned": ("answered", "dropped"),
    "requested": ("agreed", "declined", "dropped"),
    "agreed": ("sent", "dropped"),
    "draft": ("sent", "dropped"),
    "answered": (),
    "noted": (),
    "declined": (),
    "sent": (),
    "dropped": (),
}


class Correspondence(Base):
    """One letter or message of a case, in or out, or a letter that the client asked us to write.

    What waits is said by `status`; by when and why by `due_on` and `due_trace`. A letter to an agency leaves under
    a consent, and `release` is the record of it.
    """

    __order__ = ("-at", "-id")
    __table_args__ = (
        check("answered_at_a_time", "status NOT IN ('answered', 'sent') OR answered_at IS NOT NULL"),
        check("declined_with_an_explanation", "status NOT IN ('declined', 'dropped') OR explanation IS NOT NULL"),
        check("left_under_a_release", "NOT (status = 'sent' AND contact_with = 'agency') OR release_id IS NOT NULL"),
        Index("ix_correspondences_case_id_status", "case_id", "status"),
        Index("ix_correspondences_status_due_on", "status", "due_on"),
    )

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    direction: Mapped[str] = col(
        String(10),
        FieldInfo("Direction", OPEN, listed=True, filtered=True, choices=states("in: To us", "out: From us")),
    )
    medium: Mapped[str] = col(
        String(20), FieldInfo("How", OPEN, listed=True, filtered=True, choices=MESSAGE_MEDIA), default="letter"
    )
    kind: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Kind",
            OPEN,
            listed=True,
            filtered=True,
            choices=states(
                "enquiry: Asks for an answer", "reply: Answers or informs", "letter_request: Letter asked for"
            ),
        ),
    )
    contact_with: Mapped[str] = col(
        String(20),
        FieldInfo(
            "With",
            OFFICE,
            listed=True,
            filtered=True,
            choices=states("client: The client", "agency: An agency", "third_party: Somebody else"),
        ),
        default="client",
    )
    agency: Mapped[Agency | None] = link(FieldInfo("Agency", OFFICE, listed=True, filtered=True))
    at: Mapped[datetime] = col(Moment, FieldInfo("When", OFFICE, listed=True, filtered=True))
    status: Mapped[str] = col(
        String(20), FieldInfo("State", OPEN, listed=True, filtered=True, choices=CORRESPONDENCE_STATES)
    )
    subject: Mapped[str] = col(String(160), FieldInfo("What it is about", SPECIAL, searched=True))
    text: Mapped[str | None] = col(Text, FieldInfo("Text", SPECIAL, long=True))
    owner: Mapped[Worker | None] = link(FieldInfo("Who answers", OFFICE, filtered=True))
    urgent: Mapped[bool] = col(Boolean, FieldInfo("Urgent", OPEN, filtered=True), default=False)
    outside_deadline: Mapped[date | None] = col(
        Date, FieldInfo("Needed by", OFFICE, help="A day set by others; the earlier day counts.")
    )
    due_on: Mapped[date | None] = col(Date, FieldInfo("Due", OPEN, listed=True, filtered=True))
    due_trace: Mapped[str | None] = col(Text, FieldInfo("Why this date", OFFICE, long=True))
    late_reason: Mapped[str | None] = col(String(200), FieldInfo("Reason, if later than promised", OFFICE))
    explained_on: Mapped[date | None] = col(
        Date, FieldInfo("Timeframe explained on", OFFICE, help="So that the client can say if it is too late.")
    )
    explanation: Mapped[str | None] = col(
        String(400), FieldInfo("Explanation", SPECIAL, help="Why it was declined, or why nothing more is needed.")
    )
    request: Mapped[Code | None] = code_link("request", FieldInfo("What for", OFFICE))
    items: Mapped[list[Code]] = many(
        FieldInfo("What it tells about the client", SPECIAL),
        through="correspondence_items",
        code_list="data_scope",
    )
    safe_way: Mapped[str | None] = col(String(200), FieldInfo("How it reaches them safely", PERSONAL))
    release: Mapped[Release | None] = link(FieldInfo("Record of what left", OFFICE))
    answers: Mapped[Correspondence | None] = link(FieldInfo("Answers", OFFICE))
    note: Mapped[CaseNote | None] = link(FieldInfo("Answered in the call", OFFICE))
    answered_at: Mapped[datetime | None] = col(Moment, FieldInfo("Answered or sent", OFFICE, listed=True))

    def __str__(self) -> str:
        return f"Letter {self.id}" if self.medium in ("letter", "email") else f"Message {self.id}"
