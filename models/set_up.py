"""Changes of what the office has set up, kept with what stood there before, so that they can be undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, Moment
from models.fields import FieldInfo, Sensitivity, col, states

OFFICE, SECRET = Sensitivity.OFFICE, Sensitivity.SECRET
SUBJECTS = states(
    "Area: Area", "AreaTravel: Travel time", "ClosedDay: Closed day", "Code: Word of a list",
    "ExtraField: Field of our own", "FunderTemplate: Layout for a funder", "Language: Language",
    "LetterTemplate: Letter template", "ResponseStandard: Response standard", "Setting: Promise or setting",
    "Venue: Room",
)  # fmt: skip


class SetUpChange(Base):
    """One change that somebody saved: to a record of the set-up and the rows inside it.

    `told` says it in words, a line for each field. `kept` holds it as JSON, see casework.set_up.
    """

    __table_args__ = (Index("ix_set_up_changes_subject_row_id", "subject", "row_id"),)

    at: Mapped[datetime] = col(Moment, FieldInfo("When", OFFICE, listed=True, filtered=True, in_form=False))
    who: Mapped[str] = col(String(40), FieldInfo("Who", OFFICE, listed=True, filtered=True, in_form=False))
    act: Mapped[str] = col(
        String(10),
        FieldInfo(
            "What",
            OFFICE,
            listed=True,
            in_form=False,
            choices=states("created: Made", "changed: Changed", "deleted: Deleted"),
        ),
    )
    subject: Mapped[str] = col(
        String(40),
        FieldInfo("Kind of record", OFFICE, listed=True, filtered=True, in_form=False, choices=SUBJECTS),
    )
    row_id: Mapped[int] = col(Integer, FieldInfo("Its number", SECRET, in_form=False))
    name: Mapped[str] = col(String(160), FieldInfo("Its name", OFFICE, listed=True, searched=True, in_form=False))
    told: Mapped[str] = col(Text, FieldInfo("Before and after", OFFICE, long=True, in_form=False))
    kept: Mapped[str] = col(Text, FieldInfo("Kept for undoing", SECRET, in_form=False))
    undone_at: Mapped[datetime | None] = col(Moment, FieldInfo("Undone", OFFICE, listed=True, in_form=False))

    def __str__(self) -> str:
        return f"Change {self.id}"
