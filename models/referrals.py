"""What the office asks of an agency for a client, and what comes back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Index, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, code_link, col, link, many, states

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.cases import Case
    from models.clients import Consent
    from models.words import Code, ResponseStandard

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
REFERRAL_STATES = states(
    "draft: Draft",
    "sent: Sent",
    "acknowledged: Acknowledged",
    "responded: Answered",
    "no_response: No response",
    "withdrawn: Withdrawn",
    "closed: Closed",
)
REFERRAL_STEPS = {
    "draft": ("sent", "withdrawn"),
    "sent": ("acknowledged", "responded", "no_response", "withdrawn"),
    "acknowledged": ("responded", "no_response", "withdrawn"),
    "no_response": ("responded", "closed"),
    "responded": ("closed",),
    "withdrawn": (),
    "closed": (),
}


class Referral(Base):
    """A referral out (data leaves, under a consent), a referral in, or a signpost (no data leaves)."""

    __order__ = ("-id",)
    __table_args__ = (
        check(
            "sent_under_a_consent",
            "kind <> 'referral_out' OR status IN ('draft', 'withdrawn') OR consent_id IS NOT NULL",
        ),
        check("sent_on_a_day", "status IN ('draft', 'withdrawn') OR sent_on IS NOT NULL"),
        Index("ix_referrals_agency_id_status_due", "agency_id", "status", "response_due"),
    )

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    agency: Mapped[Agency] = link(FieldInfo("Agency", OPEN, listed=True, filtered=True, exported_as="Agency"))
    kind: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Kind",
            OPEN,
            listed=True,
            filtered=True,
            exported_as="Kind",
            choices=states("referral_out: Referral", "referral_in: Referral to us", "signpost: Signpost"),
        ),
        default="referral_out",
    )
    request: Mapped[Code] = code_link(
        "request", FieldInfo("Request", OPEN, listed=True, filtered=True, exported_as="Request")
    )
    instruction: Mapped[str | None] = col(
        Text,
        FieldInfo("What the client asks us to do", SPECIAL, help="In their words. It stays with us.", long=True),
    )
    reason: Mapped[str | None] = col(
        Text, FieldInfo("Why", SPECIAL, help="What the letter will say, in a few sentences.", long=True)
    )
    items: Mapped[list[Code]] = many(
        FieldInfo("What will be shared", SPECIAL, help="Nothing is ticked for you."),
        through="referral_items",
        code_list="data_scope",
    )
    urgent: Mapped[bool] = col(Boolean, FieldInfo("Urgent", OPEN, filtered=True, exported_as="Urgent"), default=False)
    status: Mapped[str] = col(
        String(20),
        FieldInfo(
            "State", OPEN, listed=True, filtered=True, exported_as="State", in_form=False, choices=REFERRAL_STATES
        ),
        default="draft",
    )
    consent: Mapped[Consent | None] = link(FieldInfo("Under consent", OFFICE, in_form=False))
    sent_on: Mapped[date | None] = col(
        Date, FieldInfo("Sent on", OPEN, listed=True, filtered=True, exported_as="Sent on", in_form=False)
    )
    acknowledged_on: Mapped[date | None] = col(Date, FieldInfo("Acknowledged on", OPEN, exported_as="Acknowledged on"))
    response_due: Mapped[date | None] = col(
        Date, FieldInfo("Answer due", OPEN, listed=True, filtered=True, exported_as="Answer due", in_form=False)
    )
    due_trace: Mapped[str | None] = col(Text, FieldInfo("Why this date", OFFICE, long=True, in_form=False))
    standard: Mapped[ResponseStandard | None] = link(FieldInfo("By the standard", OPEN, in_form=False))
    responded_on: Mapped[date | None] = col(Date, FieldInfo("Answered on", OPEN, exported_as="Answered on"))
    outcome: Mapped[Code | None] = code_link("outcome", FieldInfo("Answer", OPEN, filtered=True, exported_as="Answer"))
    refusal_reason: Mapped[Code | None] = code_link(
        "refusal_reason", FieldInfo("Reason given", OPEN, exported_as="Reason given")
    )
    in_writing: Mapped[bool | None] = col(Boolean, FieldInfo("In writing", OPEN, exported_as="In writing"))
    client_told_on: Mapped[date | None] = col(Date, FieldInfo("Client told on", OFFICE, in_form=False))
    closed_on: Mapped[date | None] = col(
        Date, FieldInfo("Closed on", OPEN, exported_as="Closed on", in_form=False)
    )  # closed or withdrawn: from here on no answer is awaited
    previous: Mapped[Referral | None] = link(FieldInfo("Follows", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"Referral {self.id}"
