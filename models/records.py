"""What the office keeps about its own work: who saw and changed what, and which rows were imported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped

from models.append_only import append_only
from models.base import Base, Moment
from models.fields import FieldInfo, Sensitivity, col, states

OFFICE = Sensitivity.OFFICE


class AuditEntry(Base):
    """One line of the audit trail. It names fields, never their values, so that it is no second file.

    The database refuses to change or remove a line; `mac` seals each to the one before it.
    """

    __order__ = ("-id",)
    __table_args__ = (
        Index("ix_audit_entries_subject_row_id", "subject", "row_id"),
        Index("ix_audit_entries_user_id_at", "user_id", "at"),
        {"sqlite_autoincrement": True},
    )

    at: Mapped[datetime] = col(Moment, FieldInfo("When", OFFICE, listed=True, filtered=True, in_form=False))
    user_id: Mapped[int | None] = col(Integer, FieldInfo("Account", OFFICE, in_form=False))
    who: Mapped[str] = col(String(40), FieldInfo("Who", OFFICE, listed=True, filtered=True, in_form=False))
    action: Mapped[str] = col(
        String(20),
        FieldInfo(
            "What",
            OFFICE,
            listed=True,
            filtered=True,
            in_form=False,
            choices=states(
                "created: Made",
                "changed: Changed",
                "deleted: Deleted",
                "opened: Opened",
                "exported: Exported",
                "released: Released",
                "refused: Refused",
                "signed_in: Signed in",
                "signed_out: Signed out",
                "sign_in_failed: Sign-in failed",
                "imported: Imported",
                "locked: Too many tries",
                "code_failed: Wrong code",
                "factor_set: Second step set up",
                "factor_reset: Second step taken away",
                "recovery_used: Recovery code used",
                "hidden: Screen hidden",
                "shown: Screen shown again",
            ),
        ),
    )
    subject: Mapped[str] = col(
        String(40), FieldInfo("Kind of record", OFFICE, listed=True, filtered=True, in_form=False)
    )
    row_id: Mapped[int | None] = col(Integer, FieldInfo("Record", OFFICE, listed=True, filtered=True, in_form=False))
    fields: Mapped[str | None] = col(Text, FieldInfo("Fields", OFFICE, listed=True, in_form=False))
    reason: Mapped[str | None] = col(String(200), FieldInfo("Reason", OFFICE, in_form=False))
    mac: Mapped[str | None] = col(String(64), FieldInfo("Seal", Sensitivity.SECRET, in_form=False))  # see casework.seal

    def __str__(self) -> str:
        return f"Entry {self.id}"


append_only(AuditEntry.__table__)


class ImportBatch(Base):
    """One spreadsheet that came in: imported + already there + refused = total."""

    __order__ = ("-id",)

    name: Mapped[str] = col(String(120), FieldInfo("File", OFFICE, listed=True, in_form=False))
    sha256: Mapped[str] = col(String(64), FieldInfo("Fingerprint", OFFICE, in_form=False))
    mapping: Mapped[str] = col(String(120), FieldInfo("Mapping", OFFICE, listed=True, in_form=False))
    total: Mapped[int] = col(Integer, FieldInfo("Rows", OFFICE, listed=True, in_form=False))
    imported: Mapped[int] = col(Integer, FieldInfo("Imported", OFFICE, listed=True, in_form=False))
    already_there: Mapped[int] = col(Integer, FieldInfo("Already there", OFFICE, listed=True, in_form=False))
    refused: Mapped[int] = col(Integer, FieldInfo("Refused", OFFICE, listed=True, in_form=False))
    undone_at: Mapped[datetime | None] = col(Moment, FieldInfo("Undone", OFFICE, listed=True, in_form=False))

    def __str__(self) -> str:
        return f"Import {self.id}"
