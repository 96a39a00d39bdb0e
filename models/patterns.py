"""What the office said of a pattern that the radar proposed: it became an issue, or it is none, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Date, Integer, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, col, link, states

if TYPE_CHECKING:
    from models.issues import Issue
    from models.people import Worker

OFFICE, SPECIAL, SECRET = Sensitivity.OFFICE, Sensitivity.SPECIAL, Sensitivity.SECRET
PATTERN_STATES = states("issue: Became an issue", "dismissed: Not a pattern", "taken_back: Taken back")


class Pattern(Base):
    """One proposal of the radar and its answer, with the words and the number of clients as they were that day.

    `looks` names each row and column that told of these clients, one a line, see casework.patterns: what was answered
    is not proposed again until it has grown. A line may hold a postcode, so no page shows them.
    """

    __order__ = ("-decided_on", "-id")
    __table_args__ = (
        check("dismissed_with_a_reason", "status <> 'dismissed' OR reason IS NOT NULL"),
        check("an_issue_is_named", "status <> 'issue' OR issue_id IS NOT NULL"),
        check("taken_back_on_a_day", "(status = 'taken_back') = (taken_back_on IS NOT NULL)"),
    )

    title: Mapped[str] = col(String(160), FieldInfo("Pattern", OFFICE, listed=True, in_form=False))
    words: Mapped[str] = col(Text, FieldInfo("As it was told", OFFICE, long=True, in_form=False))
    looks: Mapped[str] = col(Text, FieldInfo("Where it was seen", SECRET, long=True, in_form=False))
    clients: Mapped[int] = col(Integer, FieldInfo("Clients then", OFFICE, listed=True, in_form=False))
    status: Mapped[str] = col(
        String(10),
        FieldInfo("Answer", OFFICE, listed=True, filtered=True, in_form=False, choices=PATTERN_STATES),
        default="dismissed",
    )
    reason: Mapped[str | None] = col(
        String(300), FieldInfo("Not a pattern, because", SPECIAL, help="A season, a new form, one family.")
    )
    issue: Mapped[Issue | None] = link(FieldInfo("Issue", OFFICE, listed=True, in_form=False))
    decided_on: Mapped[date] = col(Date, FieldInfo("Answered on", OFFICE, listed=True, in_form=False))
    decided_by: Mapped[Worker | None] = link(FieldInfo("Answered by", OFFICE, in_form=False))
    taken_back_on: Mapped[date | None] = col(Date, FieldInfo("Taken back on", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"Pattern {self.id}"
