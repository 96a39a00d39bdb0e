"""The review of all open cases that the office holds every two months, and what is written down at it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, Integer, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, Moment, check, unique
from models.fields import FieldInfo, Sensitivity, col, link, many, rows, states

if TYPE_CHECKING:
    from models.cases import Case
    from models.people import Worker
    from models.words import Code

OPEN, OFFICE, PERSONAL, SPECIAL, SECRET = Sensitivity
REVIEW_STATES = states("scheduled: Planned", "open: Open", "complete: Complete")


class Review(Base):
    """One review of all open cases, for the months from `period_from` to `period_to`.

    `snapshot` holds the figures of a complete review as JSON, see casework.review_figures: they stay as they were
    whatever is corrected later.
    """

    __order__ = ("-due_on", "-id")
    __table_args__ = (
        check("period_begins_before_it_ends", "period_from <= period_to"),
        check("listed_once_open", "(status = 'scheduled') = (opened_at IS NULL)"),
        check("figures_kept_once_complete", "(status = 'complete') = (snapshot IS NOT NULL)"),
        check("held_on_a_day", "(status = 'complete') = (held_on IS NOT NULL)"),
    )

    period_from: Mapped[date] = col(Date, FieldInfo("From", OPEN, listed=True, in_form=False), unique=True)
    period_to: Mapped[date] = col(Date, FieldInfo("To", OPEN, listed=True, in_form=False))
    due_on: Mapped[date] = col(Date, FieldInfo("Due", OPEN, listed=True, in_form=False))
    due_trace: Mapped[str | None] = col(Text, FieldInfo("Why this date", OFFICE, long=True, in_form=False))
    status: Mapped[str] = col(
        String(10),
        FieldInfo("State", OPEN, listed=True, filtered=True, in_form=False, choices=REVIEW_STATES),
        default="scheduled",
    )
    opened_at: Mapped[datetime | None] = col(Moment, FieldInfo("Opened", OFFICE, in_form=False))
    held_on: Mapped[date | None] = col(Date, FieldInfo("Completed on", OFFICE, listed=True, in_form=False))
    chair: Mapped[Worker | None] = link(FieldInfo("Chair", OFFICE, listed=True, in_form=False))
    snapshot: Mapped[str | None] = col(Text, FieldInfo("Figures as they were", SECRET, in_form=False))
    remarks: Mapped[list[ReviewRemark]] = rows(FieldInfo("Added later", SPECIAL, in_form=False), back="review")

    def __str__(self) -> str:
        return f"Review {self.period_from:%m/%Y} to {self.period_to:%m/%Y}"


class ReviewEntry(Base):
    """One open case at one review: why it is talked through, what was said, and what is next.

    `lead`, `silent_days` and `why` (one reason a line) are as they were when the review was opened.
    """

    __order__ = ("-id",)
    __table_args__ = (
        unique("review_id", "case_id"),
        check("a_next_step_has_owner_and_day", "next_step IS NULL OR (owner_id IS NOT NULL AND due_on IS NOT NULL)"),
    )

    review: Mapped[Review] = link(FieldInfo("Review", OFFICE, listed=True, filtered=True, in_form=False))
    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True, in_form=False))
    lead: Mapped[Worker | None] = link(FieldInfo("Caseworker then", OFFICE, listed=True, in_form=False))
    silent_days: Mapped[int] = col(Integer, FieldInfo("Days since contact", OFFICE, listed=True, in_form=False))
    why: Mapped[str | None] = col(Text, FieldInfo("Why talked through", SPECIAL, long=True, in_form=False))
    note: Mapped[str | None] = col(Text, FieldInfo("What was said", SPECIAL, long=True))
    next_step: Mapped[str | None] = col(String(200), FieldInfo("Next step", SPECIAL))
    owner: Mapped[Worker | None] = link(FieldInfo("Who", OFFICE))
    due_on: Mapped[date | None] = col(Date, FieldInfo("By", OFFICE))
    flags: Mapped[list[Code]] = many(FieldInfo("Marks", OFFICE), through="review_entry_flags", code_list="review_flag")

    def __str__(self) -> str:
        return f"Entry {self.id}"


class ReviewRemark(Base):
    """What is added to a complete review, which itself stays as it was."""

    __part_of__ = "review"
    __touches__ = False
    __order__ = ("at", "id")

    review: Mapped[Review] = link(FieldInfo("Review", OFFICE, listed=True, in_form=False), back="remarks")
    at: Mapped[datetime] = col(Moment, FieldInfo("When", OFFICE, listed=True, in_form=False))
    by: Mapped[Worker | None] = link(FieldInfo("By", OFFICE, listed=True, in_form=False))
    text: Mapped[str] = col(Text, FieldInfo("Note", SPECIAL, long=True))

    def __str__(self) -> str:
        return f"Note {self.id}"
