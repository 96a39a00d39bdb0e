"""Looking after what is kept: how long, who may come in, and what is done when something went wrong."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, Moment, check
from models.fields import FieldInfo, Sensitivity, col, link, rows, states

if TYPE_CHECKING:
    from models.cases import Case
    from models.clients import Client
    from models.people import User

OFFICE, PERSONAL, SPECIAL = Sensitivity.OFFICE, Sensitivity.PERSONAL, Sensitivity.SPECIAL
RETAINED = states("file: Closed file", "enquiry: Enquiry that became no case")


class RetentionDecision(Base):
    """What was decided of one record once its day had come: kept longer, or anonymised by two people."""

    __order__ = ("-decided_on", "-id")
    __table_args__ = (
        check("of_one_record", "(client_id IS NULL) <> (case_id IS NULL)"),
        check("kept_until_a_day", "(decision = 'keep') = (keep_until IS NOT NULL)"),
        check("kept_or_proposed", "(decision = 'keep') = (status = 'kept')"),
        check("answered_on_a_day", "(status IN ('anonymised', 'turned_down')) = (answered_on IS NOT NULL)"),
        check("answered_by_somebody_else", "answered_by_id IS NULL OR answered_by_id <> decided_by_id"),
        check("anonymised_by_two", "status <> 'anonymised' OR answered_by_id IS NOT NULL"),
    )

    kind: Mapped[str] = col(
        String(10), FieldInfo("Kind", OFFICE, listed=True, filtered=True, in_form=False, choices=RETAINED)
    )
    client: Mapped[Client | None] = link(FieldInfo("Client", PERSONAL, listed=True, in_form=False))
    case: Mapped[Case | None] = link(FieldInfo("Case", OFFICE, listed=True, in_form=False))
    due_on: Mapped[date] = col(Date, FieldInfo("Its day was", OFFICE, listed=True, in_form=False))
    decision: Mapped[str] = col(
        String(10),
        FieldInfo(
            "Decision",
            OFFICE,
            listed=True,
            filtered=True,
            in_form=False,
            choices=states("keep: Keep until", "anonymise: Anonymise"),
        ),
    )
    reason: Mapped[str] = col(String(300), FieldInfo("Reason", OFFICE, help="It names nobody.", in_form=False))
    keep_until: Mapped[date | None] = col(Date, FieldInfo("Kept until", OFFICE, listed=True, in_form=False))
    status: Mapped[str] = col(
        String(12),
        FieldInfo(
            "State",
            OFFICE,
            listed=True,
            filtered=True,
            in_form=False,
            choices=states(
                "kept: Kept",
                "proposed: Waits for a second person",
                "anonymised: Anonymised",
                "turned_down: Turned down",
            ),
        ),
    )
    decided_by: Mapped[User | None] = link(FieldInfo("Decided by", OFFICE, listed=True, in_form=False))
    decided_on: Mapped[date] = col(Date, FieldInfo("Decided on", OFFICE, listed=True, in_form=False))
    answered_by: Mapped[User | None] = link(FieldInfo("Confirmed or turned down by", OFFICE, in_form=False))
    answered_on: Mapped[date | None] = col(Date, FieldInfo("Confirmed or turned down on", OFFICE, in_form=False))
    removed: Mapped[str | None] = col(
        String(300), FieldInfo("What was removed", OFFICE, help="Counts alone.", in_form=False)
    )

    def __str__(self) -> str:
        return f"Retention decision {self.id}"


class Breach(Base):
    """Something about people came to the wrong place, was lost or was changed: every one is written down.

    Source: UK GDPR, articles 33 and 34.
    """

    __order__ = ("-known_at", "-id")
    __table_args__ = (check("known_after_it_happened", "happened_at IS NULL OR happened_at <= known_at"),)

    kind: Mapped[str] = col(
        String(12),
        FieldInfo(
            "What kind",
            OFFICE,
            listed=True,
            filtered=True,
            choices=states(
                "sent_wrong: Sent or told to the wrong person",
                "lost: Lost or stolen",
                "seen: Seen by somebody who should not",
                "changed: Changed or destroyed",
                "out_of_reach: Out of reach when it was needed",
            ),
        ),
    )
    known_at: Mapped[datetime] = col(
        Moment, FieldInfo("When we knew", OFFICE, help="The 72 hours begin here, nights and weekends too.", listed=True)
    )
    happened_at: Mapped[datetime | None] = col(
        Moment, FieldInfo("When it happened", OFFICE, help="As near as is known.")
    )
    what: Mapped[str] = col(
        Text, FieldInfo("What happened", SPECIAL, help="Without names: who is affected stands below.", long=True)
    )
    people: Mapped[list[BreachPerson]] = rows(
        FieldInfo("Clients affected", PERSONAL, help="Each by their record."), back="breach"
    )
    others: Mapped[str | None] = col(
        String(200), FieldInfo("Others affected", SPECIAL, help="Without names, for example: two volunteers.")
    )
    measures: Mapped[str | None] = col(
        Text, FieldInfo("What we did about it", OFFICE, help="Without names. Got it back? What will be otherwise?",
                        long=True)
    )  # fmt: skip
    risk: Mapped[str | None] = col(
        String(10),
        FieldInfo(
            "Risk to the people",
            OFFICE,
            help="Think of who could find out where somebody lives.",
            listed=True,
            filtered=True,
            choices=states("unlikely: Unlikely", "likely: Possible", "high: High"),
        ),
    )
    risk_reason: Mapped[str | None] = col(Text, FieldInfo("Why we judge so", SPECIAL, help="Without names.", long=True))
    regulator_by: Mapped[datetime] = col(Moment, FieldInfo("Regulator told by", OFFICE, listed=True, in_form=False))
    regulator_trace: Mapped[str | None] = col(Text, FieldInfo("Why by then", OFFICE, long=True, in_form=False))
    regulator_told_at: Mapped[datetime | None] = col(
        Moment, FieldInfo("Regulator told at", OFFICE, help="The Information Commissioner's Office.", listed=True)
    )
    regulator_ref: Mapped[str | None] = col(
        String(40), FieldInfo("Their reference", OFFICE, help="As the regulator gave it.")
    )
    regulator_reason: Mapped[str | None] = col(
        String(300),
        FieldInfo("Or reason for not telling them", OFFICE, help="Lawful only where harm is unlikely."),
    )
    late_reason: Mapped[str | None] = col(
        String(300), FieldInfo("Reason, if told after 72 hours", OFFICE, help="The regulator asks for it.")
    )
    people_told_on: Mapped[date | None] = col(
        Date, FieldInfo("People told on", OFFICE, help="Each by a way that is safe for them.", listed=True)
    )
    people_reason: Mapped[str | None] = col(
        String(300), FieldInfo("Or reason for not telling them so far", OFFICE, help="Needed where the risk is high.")
    )
    closed_on: Mapped[date | None] = col(
        Date, FieldInfo("Closed on", OFFICE, help="Once everything above is answered.", listed=True, filtered=True)
    )

    def __str__(self) -> str:
        return f"Breach {self.id}"


class BreachPerson(Base):
    """One client whom a breach touches."""

    __part_of__ = "breach"

    breach: Mapped[Breach] = link(FieldInfo("Breach", OFFICE), back="people")
    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL, help="By name or reference."))
    told_on: Mapped[date | None] = col(Date, FieldInfo("Told on", OFFICE, help="Empty: not told yet."))

    def __str__(self) -> str:
        return f"Client {self.client_id}"

    def label(self, see: Sensitivity) -> str:
        return self.client.ref if self.client is not None else "A client whom you may not open"


class AccountCheck(Base):
    """One account looked at: may it stay as it is? Every account, every quarter."""

    __order__ = ("-checked_on", "-id")

    account: Mapped[User] = link(FieldInfo("Account", OFFICE, listed=True, filtered=True, in_form=False))
    decision: Mapped[str] = col(
        String(10),
        FieldInfo(
            "Decision",
            OFFICE,
            listed=True,
            filtered=True,
            in_form=False,
            choices=states("keep: Keep as it is", "change: To be changed", "close: Close"),
        ),
    )
    note: Mapped[str | None] = col(String(200), FieldInfo("Note", OFFICE, listed=True, in_form=False))
    role_then: Mapped[str] = col(String(20), FieldInfo("Role then", OFFICE, listed=True, in_form=False))
    last_sign_in_at: Mapped[datetime | None] = col(
        Moment, FieldInfo("Last sign-in then", OFFICE, listed=True, in_form=False)
    )
    checked_by: Mapped[User | None] = link(FieldInfo("Looked at by", OFFICE, listed=True, in_form=False))
    checked_on: Mapped[date] = col(Date, FieldInfo("Looked at on", OFFICE, listed=True, in_form=False))

    def __str__(self) -> str:
        return f"Account check {self.id}"
