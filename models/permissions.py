"""What stands beside a consent: what was made public under it, what was told without one, the letters' templates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, check, unique
from models.fields import FieldInfo, Sensitivity, code_link, col, link, states

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.cases import Case
    from models.clients import Client, Consent
    from models.people import Worker
    from models.words import Code, Language

OPEN, OFFICE, PERSONAL, SPECIAL, SECRET = Sensitivity
PUBLIC_KINDS = states("quote: Quote of their words", "case_study: Case study", "media: Press or broadcast")
LETTER_KINDS = states(
    "recall_letter: Letter asking for return",
    "consent_receipt: Receipt for a client",
    "right_of_reply: Right of reply for an agency",
    "figures_request: Request for an agency's own figures",
)


class Publication(Base):
    """The record that a client's words or story were made public, under which permission. Never changed."""

    __order__ = ("-printed_on", "-id")
    __table_args__ = (check("taken_down_later", "taken_down_on IS NULL OR taken_down_on >= printed_on"),)

    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL, listed=True, filtered=True))
    case: Mapped[Case | None] = link(FieldInfo("Case", OFFICE, help="Where it comes from one case."))
    kind: Mapped[str] = col(
        String(20), FieldInfo("What", OFFICE, listed=True, filtered=True, choices=PUBLIC_KINDS), default="quote"
    )
    words: Mapped[str] = col(
        Text, FieldInfo("The words", SPECIAL, help="Exactly as they are printed or told.", long=True)
    )
    used_in: Mapped[str] = col(
        String(200), FieldInfo("Where", OFFICE, help="For example: annual report 2026, page 4.", listed=True)
    )
    printed_on: Mapped[date] = col(Date, FieldInfo("Made public on", OFFICE, listed=True))
    consent: Mapped[Consent] = link(FieldInfo("Under", OFFICE, listed=True, in_form=False))
    taken_down_on: Mapped[date | None] = col(
        Date, FieldInfo("Taken down on", OFFICE, help="Once it is no longer to be found there.", listed=True)
    )

    def __str__(self) -> str:
        return f"Publication {self.id}"


class DisclosureWithoutConsent(Base):
    """What was told without permission, on a legal duty or to save a life: written down afterwards, sends nothing."""

    __order__ = ("-told_on", "-id")
    __table_args__ = (
        check("client_told_or_why_not", "client_told_on IS NOT NULL OR why_not_told IS NOT NULL"),
        Index("ix_disclosure_without_consents_told_on", "told_on"),
    )

    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL, listed=True, filtered=True))
    told_on: Mapped[date] = col(
        Date, FieldInfo("Told on", OFFICE, help="The day on which they were told.", listed=True, filtered=True)
    )
    agency: Mapped[Agency] = link(FieldInfo("Whom", OFFICE, help="The body that was told.", listed=True))
    what: Mapped[str] = col(Text, FieldInfo("What was told", SPECIAL, help="No more than was needed.", long=True))
    ground: Mapped[Code] = code_link("disclosure_ground", FieldInfo("Why it had to be told", OFFICE, listed=True))
    explanation: Mapped[str] = col(
        Text, FieldInfo("What made it so", SPECIAL, help="The order, the law, or what was about to happen.", long=True)
    )
    decided_by: Mapped[Worker] = link(FieldInfo("Decided by", OFFICE, listed=True))
    client_told_on: Mapped[date | None] = col(
        Date, FieldInfo("Client told on", OFFICE, help="The day the client heard of it from us.", listed=True)
    )
    why_not_told: Mapped[str | None] = col(
        Text, FieldInfo("Why the client was not told", SPECIAL, help="Only where they were not.", long=True)
    )

    def __str__(self) -> str:
        return f"Disclosure {self.id}"


class LetterTemplate(Base):
    """One edition of the text of a letter in one language, as a .docx that the office edits itself."""

    __order__ = ("kind", "language_id", "-edition")
    __table_args__ = (unique("kind", "language_id", "edition"),)

    kind: Mapped[str] = col(
        String(30), FieldInfo("Letter", OFFICE, listed=True, filtered=True, in_form=False, choices=LETTER_KINDS)
    )
    language: Mapped[Language] = link(FieldInfo("Language", OFFICE, listed=True, filtered=True, in_form=False))
    edition: Mapped[int] = col(Integer, FieldInfo("Edition", OFFICE, listed=True, in_form=False))
    active: Mapped[bool] = col(
        Boolean, FieldInfo("In use", OFFICE, listed=True, filtered=True, in_form=False), default=True
    )
    made_for: Mapped[str | None] = col(
        String(200), FieldInfo("What changed", OFFICE, listed=True, in_form=False)
    )  # one sentence of whoever brought it
    sha256: Mapped[str] = col(String(64), FieldInfo("Fingerprint", OFFICE, in_form=False))
    # The file itself shows nowhere as a field and is read only when a letter is made or the file is fetched.
    content: Mapped[bytes] = col(LargeBinary, FieldInfo("File", SECRET, in_form=False), deferred=True)

    def __str__(self) -> str:
        return f"Letter template {self.id}"
