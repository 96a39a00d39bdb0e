"""What a public body is asked about its own figures, and what it answers. It belongs to no client and to no case."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Date, Integer, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, col, link, rows, states

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.people import Worker

OPEN, OFFICE = Sensitivity.OPEN, Sensitivity.OFFICE
FIGURES_STATES = states(
    "draft: Draft",
    "sent: Sent",
    "acknowledged: Acknowledged",
    "answered: Answered in full",
    "in_part: Answered in part",
    "refused: Refused",
    "no_answer: No answer",
    "withdrawn: Withdrawn",
)
FIGURES_STEPS = {
    "draft": ("sent", "withdrawn"),
    "sent": ("acknowledged", "answered", "in_part", "refused", "no_answer", "withdrawn"),
    "acknowledged": ("answered", "in_part", "refused", "no_answer", "withdrawn"),
    "no_answer": ("answered", "in_part", "refused"),
    "answered": (),
    "in_part": (),
    "refused": (),
    "withdrawn": (),
}
# The sections of the Act that bodies name; the law makes this list, not the office.
EXEMPTIONS = states(
    "s12: Section 12, it would cost too much",
    "s14: Section 14, vexatious or repeated",
    "s21: Section 21, to be had elsewhere",
    "s22: Section 22, to be published later",
    "s31: Section 31, law enforcement",
    "s36: Section 36, conduct of public affairs",
    "s40: Section 40, personal data",
    "s41: Section 41, given in confidence",
    "s43: Section 43, commercial interests",
    "not_held: They do not hold it",
    "not_bound: They say the Act does not bind them",
    "other: Another section",
    "none_named: None named",
)
REVIEW_OUTCOMES = states(
    "given: They gave what was missing", "more: They gave more", "kept: They keep to it", "silent: No word"
)
SAID = states(
    "number: A number",
    "few: Fewer than 5",
    "not_held: Not held",
    "withheld: Withheld",
    "other_way: Counted in another way",
    "nothing: Nothing said",
)


class FiguresRequest(Base):
    """A request to one agency for its own figures of a time, from draft to answer, with what may follow.

    Not a Referral: that one belongs to a case and leaves under its client's consent, see docs/decisions/0090.
    """

    __order__ = ("-id",)
    __table_args__ = (
        check("period_begins_before_it_ends", "period_from <= period_to"),
        check("sent_on_a_day", "status IN ('draft', 'withdrawn') OR sent_on IS NOT NULL"),
        check("answered_on_a_day", "(status IN ('answered', 'in_part', 'refused')) = (answered_on IS NOT NULL)"),
        check("a_refusal_names_its_reason", "status NOT IN ('in_part', 'refused') OR exemption IS NOT NULL"),
    )

    agency: Mapped[Agency] = link(FieldInfo("Agency", OPEN, listed=True, filtered=True, in_form=False))
    period_from: Mapped[date] = col(Date, FieldInfo("From", OPEN, listed=True, in_form=False))
    period_to: Mapped[date] = col(Date, FieldInfo("To", OPEN, listed=True, in_form=False))
    status: Mapped[str] = col(
        String(20),
        FieldInfo("State", OPEN, listed=True, filtered=True, in_form=False, choices=FIGURES_STATES),
        default="draft",
    )
    owner: Mapped[Worker | None] = link(FieldInfo("Who sees to it", OFFICE, listed=True, in_form=False))
    sent_on: Mapped[date | None] = col(Date, FieldInfo("Sent on", OPEN, listed=True, in_form=False))
    due_on: Mapped[date | None] = col(Date, FieldInfo("Answer due", OPEN, listed=True, in_form=False))
    due_trace: Mapped[str | None] = col(Text, FieldInfo("Why this date", OFFICE, long=True, in_form=False))
    acknowledged_on: Mapped[date | None] = col(Date, FieldInfo("Acknowledged on", OPEN, in_form=False))
    answered_on: Mapped[date | None] = col(Date, FieldInfo("Answered on", OPEN, in_form=False))
    exemption: Mapped[str | None] = col(
        String(20), FieldInfo("What they rely on", OPEN, in_form=False, choices=EXEMPTIONS)
    )
    review_asked_on: Mapped[date | None] = col(Date, FieldInfo("Review asked for on", OPEN, in_form=False))
    review_due: Mapped[date | None] = col(Date, FieldInfo("Review due", OPEN, in_form=False))
    review_trace: Mapped[str | None] = col(Text, FieldInfo("Why that date", OFFICE, long=True, in_form=False))
    reviewed_on: Mapped[date | None] = col(Date, FieldInfo("Review over on", OPEN, in_form=False))
    review_outcome: Mapped[str | None] = col(
        String(10), FieldInfo("What the review said", OPEN, in_form=False, choices=REVIEW_OUTCOMES)
    )
    commissioner_on: Mapped[date | None] = col(Date, FieldInfo("Commissioner asked on", OPEN, in_form=False))
    questions: Mapped[list[FiguresQuestion]] = rows(FieldInfo("Questions", OFFICE, in_form=False), back="request")

    def __str__(self) -> str:
        return f"Request for figures {self.id}"


class FiguresQuestion(Base):
    """One question of such a request, as it goes out, with what was answered. `topic` is its word in the sets.

    `why` is our own gap that raised it, with our own numbers: it stays in the office and stands in no letter.
    """

    __part_of__ = "request"
    __order__ = ("id",)
    __table_args__ = (
        check("a_number_where_one_was_given", "(answer IS NOT NULL) = (COALESCE(said, '') = 'number')"),
        check("answer_not_negative", "answer IS NULL OR answer >= 0"),
    )

    request: Mapped[FiguresRequest] = link(
        FieldInfo("Request", OFFICE, listed=True, filtered=True, in_form=False), back="questions"
    )
    topic: Mapped[str] = col(String(40), FieldInfo("Topic", OPEN, in_form=False), default="")
    text: Mapped[str] = col(Text, FieldInfo("Question", OPEN, listed=True, long=True, in_form=False))
    unit: Mapped[str] = col(String(40), FieldInfo("Counted in", OPEN, in_form=False))
    breakdown: Mapped[str | None] = col(String(120), FieldInfo("Broken down by", OPEN, in_form=False))
    why: Mapped[str | None] = col(Text, FieldInfo("Why we ask", OFFICE, long=True, in_form=False))
    said: Mapped[str | None] = col(
        String(10), FieldInfo("What they said", OPEN, listed=True, in_form=False, choices=SAID)
    )
    answer: Mapped[int | None] = col(Integer, FieldInfo("Their number", OPEN, listed=True, in_form=False))
    note: Mapped[str | None] = col(Text, FieldInfo("Note on the answer", OFFICE, long=True, in_form=False))

    def __str__(self) -> str:
        return f"Question {self.id}"
