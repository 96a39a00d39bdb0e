"""What several clients meet with, and what it rests on: from casework to an issue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, code_link, col, link, rows, states

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.cases import Case, Incident
    from models.clients import Client
    from models.conduct import AgencyConduct
    from models.people import Worker
    from models.referrals import Referral
    from models.words import Code

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
ISSUE_STATES = states("signal: Signal", "issue: Issue", "adopted: Adopted", "dropped: Not pursued")
ISSUE_STEPS = {  # from which state to which; every other step is refused
    "signal": ("issue", "dropped"),
    "issue": ("adopted", "dropped"),
    "adopted": ("dropped",),
    "dropped": ("signal",),
}


class Issue(Base):
    """One pattern that several clients meet with. `noticed` says how it came to light, also where a count showed it."""

    __order__ = ("-id",)
    __table_args__ = (
        check("adopted_on_a_day", "(status = 'adopted') = (adopted_on IS NOT NULL)"),
        check("dropped_with_a_reason", "status <> 'dropped' OR dropped_reason IS NOT NULL"),
    )

    title: Mapped[str] = col(
        String(120),
        FieldInfo(
            "The pattern in a sentence",
            OPEN,
            help="For example: refused at the desk, no reason given. A practice, never a person: ours, theirs or a "
            "client.",
            listed=True,
            searched=True,
        ),
    )
    agency: Mapped[Agency | None] = link(FieldInfo("Agency", OPEN, listed=True, filtered=True))
    unit: Mapped[Agency | None] = link(
        FieldInfo("Which part of it", OPEN, help="A department or team that stands under this agency.")
    )
    policy: Mapped[str | None] = col(
        String(200), FieldInfo("Policy or practice", OPEN, help="The rule or habit that does it, where you know it.")
    )
    cause: Mapped[Code | None] = code_link(
        "systemic_cause",
        FieldInfo(
            "The cause we see", OPEN, help="In the system: money, rules, numbers. Never a worker.", filtered=True
        ),
    )
    status: Mapped[str] = col(
        String(10),
        FieldInfo("State", OPEN, listed=True, filtered=True, in_form=False, choices=ISSUE_STATES),
        default="signal",
    )
    first_seen_on: Mapped[date] = col(Date, FieldInfo("First seen", OPEN, help="The day of the first of these cases."))
    finding: Mapped[str | None] = col(
        Text,
        FieldInfo(
            "What we find",
            SPECIAL,
            help="Stays in the office. About the practice: no names of staff, ours or theirs.",
            long=True,
        ),
    )
    noticed: Mapped[str | None] = col(Text, FieldInfo("How it was noticed", SPECIAL, long=True, in_form=False))
    owner: Mapped[Worker | None] = link(FieldInfo("Who decides", OFFICE, listed=True, filtered=True))
    decide_by: Mapped[date | None] = col(Date, FieldInfo("Decide by", OFFICE, listed=True))
    adopted_on: Mapped[date | None] = col(Date, FieldInfo("Adopted on", OPEN, in_form=False))
    adopted_by: Mapped[Worker | None] = link(FieldInfo("Adopted by", OFFICE, in_form=False))
    dropped_reason: Mapped[str | None] = col(String(200), FieldInfo("Why not pursued", SPECIAL, in_form=False))
    evidence: Mapped[list[IssueEvidence]] = rows(FieldInfo("Evidence", SPECIAL, in_form=False), back="issue")

    def __str__(self) -> str:
        return f"Issue {self.id}"


class IssueEvidence(Base):
    """One thing of one client on which an issue rests: their case as a whole, or a request, incident or conduct of it.

    `happened_on` is the day it happened, `agency` whom it is about, both as they were when it was added. What was
    taken out stays with its reason and counts no more.
    """

    __part_of__ = "issue"
    __touches__ = False
    __order__ = ("-id",)
    __table_args__ = (
        check("out_with_a_reason", "(out_on IS NULL) = (out_reason IS NULL)"),
        check(
            "one_thing",
            "(referral_id IS NULL OR (incident_id IS NULL AND conduct_id IS NULL)) "
            "AND (incident_id IS NULL OR conduct_id IS NULL)",
        ),
    )

    issue: Mapped[Issue] = link(FieldInfo("Issue", OFFICE, listed=True, filtered=True, in_form=False), back="evidence")
    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL, listed=True, in_form=False))
    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, in_form=False))
    referral: Mapped[Referral | None] = link(FieldInfo("Request", OFFICE, in_form=False))
    incident: Mapped[Incident | None] = link(FieldInfo("Incident", OFFICE, in_form=False))
    conduct: Mapped[AgencyConduct | None] = link(FieldInfo("Conduct of an agency", OFFICE, in_form=False))
    agency: Mapped[Agency | None] = link(FieldInfo("About", OPEN, listed=True, filtered=True, in_form=False))
    happened_on: Mapped[date] = col(Date, FieldInfo("Happened on", OPEN, listed=True, in_form=False))
    why: Mapped[str | None] = col(String(200), FieldInfo("Why it belongs here", SPECIAL, in_form=False))
    added_on: Mapped[date] = col(Date, FieldInfo("Added on", OFFICE, in_form=False))
    added_by: Mapped[Worker | None] = link(FieldInfo("Added by", OFFICE, in_form=False))
    out_on: Mapped[date | None] = col(Date, FieldInfo("Taken out on", OFFICE, listed=True, in_form=False))
    out_reason: Mapped[str | None] = col(String(200), FieldInfo("Why taken out", SPECIAL, in_form=False))

    def __str__(self) -> str:
        return f"Evidence {self.id}"
