"""What clients tell us about our own work, and how we look at it ourselves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Date, Integer, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, col, link, states

if TYPE_CHECKING:
    from models.cases import Case
    from models.clients import Client
    from models.people import Worker
    from models.words import Language

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
SATISFIED = ("relief", "support", "understanding", "guidance")
DISSATISFIED = ("differing_view", "not_explained", "doubted", "not_interested", "no_authority")
ITEMS = SATISFIED + DISSATISFIED
LEAST, MOST = 0, 4  # not at all, very much: the scale of the form, as the measures of a case have it


def _item(label: str) -> FieldInfo:
    return FieldInfo(label, SPECIAL, help="0 not at all, 4 very much.")


class Feedback(Base):
    """What a client says of our work, in the nine ways in which people told researchers what helped and hurt.

    Source: empowering casework article, satisfaction and dissatisfaction. Without a case it is anonymous.
    """

    __order__ = ("-received_on", "-id")
    __table_args__ = tuple(check(f"{one}_on_the_scale", f"{one} BETWEEN {LEAST} AND {MOST}") for one in ITEMS)

    case: Mapped[Case | None] = link(
        FieldInfo("Case", OFFICE, help="Empty: it stays anonymous.", listed=True, filtered=True)
    )
    received_on: Mapped[date] = col(Date, FieldInfo("Given on", OFFICE, listed=True))
    language: Mapped[Language | None] = link(FieldInfo("Asked in", OPEN))
    relief: Mapped[int | None] = col(Integer, _item("It was a relief to talk to somebody"))
    support: Mapped[int | None] = col(Integer, _item("I was supported"))
    understanding: Mapped[int | None] = col(Integer, _item("I was understood"))
    guidance: Mapped[int | None] = col(Integer, _item("I was told what I could do"))
    differing_view: Mapped[int | None] = col(Integer, _item("They saw it differently from me"))
    not_explained: Mapped[int | None] = col(Integer, _item("Things were not explained to me"))
    doubted: Mapped[int | None] = col(Integer, _item("I felt doubted"))
    not_interested: Mapped[int | None] = col(Integer, _item("They were not interested"))
    no_authority: Mapped[int | None] = col(Integer, _item("They could not get others to act"))
    text: Mapped[str | None] = col(Text, FieldInfo("In their words", SPECIAL, long=True))
    improvement: Mapped[str | None] = col(
        Text, FieldInfo("What we should do better", SPECIAL, help="Goes to the next review.", long=True, listed=True)
    )
    discussed_on: Mapped[date | None] = col(
        Date, FieldInfo("Discussed at the review on", OFFICE, help="Empty: waits for the next review.", listed=True)
    )

    def __str__(self) -> str:
        return f"Feedback {self.id}"


class Complaint(Base):
    """A complaint about us, with its own clocks. Whoever it is about neither handles nor meets it."""

    __order__ = ("-received_on", "-id")
    __table_args__ = (
        check("handler_is_not_the_person_it_is_about", "about_id IS NULL OR handler_id <> about_id"),
        check("answered_has_an_outcome", "answered_on IS NULL OR outcome IS NOT NULL"),
    )

    case: Mapped[Case | None] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    received_on: Mapped[date] = col(Date, FieldInfo("Received on", OFFICE, listed=True))
    what: Mapped[str] = col(Text, FieldInfo("What happened", SPECIAL, help="In their words.", long=True))
    reply_to: Mapped[str | None] = col(
        String(200), FieldInfo("Who complained, and how to answer safely", PERSONAL, help="Empty: anonymous.")
    )
    about: Mapped[Worker | None] = link(FieldInfo("About whom of us", OFFICE))
    handler: Mapped[Worker] = link(
        FieldInfo("Handled by", OFFICE, help="Somebody else than the person it is about.", listed=True, filtered=True)
    )
    acknowledge_by: Mapped[date] = col(Date, FieldInfo("To be acknowledged by", OFFICE, listed=True, in_form=False))
    acknowledge_trace: Mapped[str | None] = col(
        Text, FieldInfo("Why acknowledged by then", OFFICE, long=True, in_form=False)
    )
    acknowledged_on: Mapped[date | None] = col(Date, FieldInfo("Acknowledged on", OFFICE))
    answer_by: Mapped[date] = col(Date, FieldInfo("To be answered by", OFFICE, listed=True, in_form=False))
    answer_trace: Mapped[str | None] = col(Text, FieldInfo("Why answered by then", OFFICE, long=True, in_form=False))
    answered_on: Mapped[date | None] = col(Date, FieldInfo("Answered on", OFFICE, listed=True))
    outcome: Mapped[str | None] = col(
        String(12),
        FieldInfo(
            "Outcome",
            OFFICE,
            listed=True,
            choices=states(
                "upheld: Upheld", "partly: Upheld in part", "not_upheld: Not upheld", "withdrawn: Withdrawn"
            ),
        ),
    )
    learning: Mapped[str | None] = col(
        Text, FieldInfo("What we learn from it", OFFICE, help="Needed with the answer.", long=True)
    )
    late_reason: Mapped[str | None] = col(String(200), FieldInfo("Reason, if answered late", OFFICE))

    def __str__(self) -> str:
        return f"Complaint {self.id}"


class Restriction(Base):
    """How far a client may deal with us after a concern about respect: the manager's, with a day to look again."""

    __order__ = ("-decided_on", "-id")
    __table_args__ = (check("reviewed_after_it_begins", "review_on > decided_on"),)

    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL, listed=True, filtered=True))
    what: Mapped[str] = col(
        String(200), FieldInfo("What is restricted", SPECIAL, help="As little as will do. Say what stays open to them.")
    )
    reason: Mapped[str] = col(String(200), FieldInfo("Manager's reason", SPECIAL))
    decided_by: Mapped[Worker | None] = link(FieldInfo("Decided by", OFFICE, in_form=False))
    decided_on: Mapped[date] = col(Date, FieldInfo("From", OFFICE, listed=True))
    review_on: Mapped[date] = col(Date, FieldInfo("Looked at again on", OFFICE, listed=True))
    ended_on: Mapped[date | None] = col(Date, FieldInfo("Ended on", OFFICE, listed=True))

    def __str__(self) -> str:
        return f"Restriction {self.id}"


class FileReview(Base):
    """One case file read by a colleague: what is kept well, what is missing, what we think about it.

    Source: empowering casework article (supervision, training, reflection).
    """

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-reviewed_on", "-id")

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    reviewer: Mapped[Worker] = link(
        FieldInfo("Read by", OFFICE, help="Somebody else than the caseworker.", listed=True, filtered=True)
    )
    reviewed_on: Mapped[date] = col(Date, FieldInfo("Read on", OFFICE, listed=True))
    findings: Mapped[str] = col(Text, FieldInfo("What was found", SPECIAL, long=True))
    reflection: Mapped[str | None] = col(
        Text, FieldInfo("Reflection", SPECIAL, help="What we would do again, and what otherwise.", long=True)
    )

    def __str__(self) -> str:
        return f"File review {self.id}"
