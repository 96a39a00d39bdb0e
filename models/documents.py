"""Papers, pictures and recordings of a file. What is in them lies in a table of its own: lists never load it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, code_link, col, link

if TYPE_CHECKING:
    from models.cases import Case, Incident
    from models.clients import Client, Consent
    from models.words import Code

OFFICE, PERSONAL, SPECIAL, SECRET = Sensitivity.OFFICE, Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.SECRET


class Document(Base):
    """One file as it came: its name, kind and fingerprint, and what it is about."""

    __order__ = ("-id",)
    __table_args__ = (
        check("belongs_somewhere", "case_id IS NOT NULL OR client_id IS NOT NULL"),
        check("holds_something", "size > 0"),
        Index("ix_documents_sha256", "sha256"),
    )

    kind: Mapped[Code] = code_link("document_kind", FieldInfo("What it is", OFFICE, listed=True, filtered=True))
    name: Mapped[str] = col(
        String(120), FieldInfo("Name it came with", PERSONAL, listed=True, searched=True, in_form=False)
    )
    shows: Mapped[str | None] = col(String(200), FieldInfo("What it shows", SPECIAL, help="In a few words."))
    third_party: Mapped[bool] = col(
        Boolean,
        FieldInfo(
            "Names or shows somebody else",
            OFFICE,
            help="It is then looked through before a copy of the file is given out.",
            listed=True,
            filtered=True,
        ),
        default=False,
    )
    case: Mapped[Case | None] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True, in_form=False))
    client: Mapped[Client | None] = link(FieldInfo("Client", PERSONAL, in_form=False))
    incident: Mapped[Incident | None] = link(FieldInfo("About incident", OFFICE, in_form=False))
    consent: Mapped[Consent | None] = link(FieldInfo("About consent", OFFICE, in_form=False))
    mime: Mapped[str] = col(String(100), FieldInfo("Kind of file", OFFICE, in_form=False))
    size: Mapped[int] = col(Integer, FieldInfo("Bytes", OFFICE, in_form=False))
    sha256: Mapped[str] = col(
        String(64),
        FieldInfo("Fingerprint (SHA-256)", OFFICE, help="The same as long as not one byte differs.", in_form=False),
    )
    voided_reason: Mapped[str | None] = col(String(200), FieldInfo("Set aside because", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"Document {self.id}"


class DocumentContent(Base):
    """The bytes of one document."""

    __part_of__ = "document"
    __touches__ = False

    document: Mapped[Document] = link(FieldInfo("Document", OFFICE, in_form=False), unique=True)
    data: Mapped[bytes] = col(LargeBinary, FieldInfo("Content", SECRET, in_form=False))
