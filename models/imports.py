"""Spreadsheets on their way in: what somebody has sent and not brought in yet, and mappings kept by name."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, Moment
from models.fields import FieldInfo, Sensitivity, col, link, states

if TYPE_CHECKING:
    from models.people import User
    from models.records import ImportBatch

_OPEN, OFFICE, _PERSONAL, _SPECIAL, SECRET = Sensitivity


class ImportMapping(Base):
    """What was chosen for one kind of sheet, under a name. `told` is JSON: columns by heading, words, answers."""

    __order__ = ("name", "id")

    name: Mapped[str] = col(
        String(80), FieldInfo("Name", OFFICE, help="Of the kind of sheet; never of a client.", listed=True)
    )
    told: Mapped[str] = col(Text, FieldInfo("What goes where", SECRET, in_form=False))
    set_aside_on: Mapped[date | None] = col(Date, FieldInfo("Set aside on", OFFICE, listed=True, in_form=False))

    def __str__(self) -> str:
        return self.name


class ImportUpload(Base):
    """A spreadsheet that somebody has sent, with what they chose so far. Only they ever meet it, for one day.

    `choices` and `verdicts` are JSON: what was chosen in the steps; what the last dry run said of each line.
    `run` counts how often bringing it in was begun, so that a run which was thought dead writes nothing more.
    """

    __table_args__ = (Index("ix_import_uploads_sent_at", "sent_at"),)

    user: Mapped[User] = link(FieldInfo("Account", SECRET, in_form=False))
    name: Mapped[str] = col(String(120), FieldInfo("File", OFFICE, in_form=False))
    sha256: Mapped[str] = col(String(64), FieldInfo("Fingerprint", OFFICE, in_form=False))
    sent_at: Mapped[datetime] = col(Moment, FieldInfo("Sent", OFFICE, in_form=False))
    content: Mapped[bytes] = col(LargeBinary, FieldInfo("Content", SECRET, in_form=False), deferred=True)
    choices: Mapped[str] = col(Text, FieldInfo("What was chosen", SECRET, in_form=False), default="{}")
    verdicts: Mapped[str | None] = col(Text, FieldInfo("Dry run", SECRET, in_form=False), deferred=True)
    state: Mapped[str] = col(
        String(10),
        FieldInfo(
            "State",
            OFFICE,
            in_form=False,
            choices=states("choosing: Not checked", "checked: Checked", "running: Coming in", "stopped: Stopped",
                           "done: In the office"),
        ),
        default="choosing",
    )  # fmt: skip
    run: Mapped[int] = col(Integer, FieldInfo("Run", OFFICE, in_form=False), default=0)
    moved_at: Mapped[datetime | None] = col(Moment, FieldInfo("Last sign of life", OFFICE, in_form=False))
    wanted: Mapped[int] = col(Integer, FieldInfo("Rows to bring in", OFFICE, in_form=False), default=0)
    came: Mapped[int] = col(Integer, FieldInfo("Rows that came in", OFFICE, in_form=False), default=0)
    fault: Mapped[str | None] = col(String(400), FieldInfo("Why it stopped", OFFICE, in_form=False))
    batch: Mapped[ImportBatch | None] = link(FieldInfo("Import", OFFICE, in_form=False))
