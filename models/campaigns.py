"""What the office does about an issue: a campaign with demands, a dated log, clients' words and evidence packs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Date, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, col, link, many, rows, states

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.cases import Case
    from models.clients import Client
    from models.issues import Issue
    from models.people import Worker
    from models.permissions import Publication

OPEN, OFFICE, PERSONAL, SPECIAL, SECRET = Sensitivity
CAMPAIGN_STATES = states("running: Running", "won: Won", "partly_won: Partly won", "lost: Lost", "dormant: At rest")
OVER = ("won", "partly_won", "lost")
DEMAND_STATES = states("open: Open", "met: Met", "partly_met: Partly met", "refused: Refused")
EVENT_KINDS = states(
    "meeting: Meeting", "letter: Letter", "demand: Demand put to them", "reply: Reply", "publicity: Public action",
    "result: Result", "other: Other",
)  # fmt: skip
STORY_KINDS = states("quote: Quote of their words", "case_study: Case study")


class Campaign(Base):
    """What the office asks for together with others, on the ground of one or more adopted issues."""

    __order__ = ("-began_on", "-id")
    __table_args__ = (
        check("over_on_a_day", "(status IN ('won', 'partly_won', 'lost')) = (ended_on IS NOT NULL)"),
        check("ended_after_it_began", "ended_on IS NULL OR ended_on >= began_on"),
    )

    title: Mapped[str] = col(
        String(120),
        FieldInfo(
            "Campaign",
            OPEN,
            help="As it may stand in public: what is to change. No names of people.",
            listed=True,
            searched=True,
        ),
    )
    issues: Mapped[list[Issue]] = many(
        FieldInfo("Issues", OFFICE, help="Adopted ones.", in_form=False), through="campaign_issues"
    )
    targets: Mapped[list[Agency]] = many(
        FieldInfo("To whom", OPEN, help="Whoever can change it.", in_form=False), through="campaign_targets"
    )
    partners: Mapped[list[Agency]] = many(FieldInfo("With", OPEN, in_form=False), through="campaign_partners")
    demands: Mapped[list[CampaignDemand]] = rows(FieldInfo("Demands", OPEN), back="campaign")
    lead: Mapped[Worker | None] = link(FieldInfo("Who leads it", OFFICE, listed=True, filtered=True))
    began_on: Mapped[date] = col(Date, FieldInfo("Began on", OPEN, listed=True))
    status: Mapped[str] = col(
        String(10),
        FieldInfo("State", OPEN, listed=True, filtered=True, in_form=False, choices=CAMPAIGN_STATES),
        default="running",
    )
    ended_on: Mapped[date | None] = col(Date, FieldInfo("Ended on", OPEN, listed=True, in_form=False))
    result: Mapped[str | None] = col(Text, FieldInfo("What came of it", OFFICE, long=True, in_form=False))
    log: Mapped[list[CampaignEvent]] = rows(FieldInfo("Log", OFFICE, in_form=False), back="campaign")
    quotes: Mapped[list[CampaignQuote]] = rows(FieldInfo("Quotes", SPECIAL, in_form=False), back="campaign")

    def __str__(self) -> str:
        return f"Campaign {self.id}"


class CampaignDemand(Base):
    """One thing that a campaign asks for, in the words in which it is asked for in public."""

    __part_of__ = "campaign"
    __order__ = ("id",)

    campaign: Mapped[Campaign] = link(FieldInfo("Campaign", OFFICE, in_form=False), back="demands")
    text: Mapped[str] = col(
        String(200), FieldInfo("Demand", OPEN, help="As it may stand in public. No names of people.", listed=True)
    )
    status: Mapped[str] = col(
        String(10), FieldInfo("How it stands", OPEN, listed=True, choices=DEMAND_STATES), default="open"
    )

    def __str__(self) -> str:
        return f"Demand {self.id}"


class CampaignEvent(Base):
    """One line of a campaign's log: what was done or what came, on which day, with whom."""

    __part_of__ = "campaign"
    __touches__ = False
    __order__ = ("-happened_on", "-id")

    campaign: Mapped[Campaign] = link(FieldInfo("Campaign", OFFICE, listed=True, filtered=True), back="log")
    happened_on: Mapped[date] = col(Date, FieldInfo("On", OPEN, listed=True))
    kind: Mapped[str] = col(
        String(10), FieldInfo("What", OPEN, listed=True, filtered=True, choices=EVENT_KINDS), default="letter"
    )
    what: Mapped[str] = col(String(400), FieldInfo("In words", OFFICE, help="What was said, asked or decided."))
    agency: Mapped[Agency | None] = link(FieldInfo("With", OPEN, listed=True))
    reply_by: Mapped[date | None] = col(Date, FieldInfo("Reply due", OPEN, listed=True))
    by: Mapped[Worker | None] = link(FieldInfo("Written down by", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"Log entry {self.id}"


class CampaignQuote(Base):
    """A client's words, or their story, for a campaign's material: printed only while they permit it."""

    __part_of__ = "campaign"
    __touches__ = False
    __order__ = ("id",)
    __table_args__ = (check("out_with_a_reason", "(out_on IS NULL) = (out_reason IS NULL)"),)

    campaign: Mapped[Campaign] = link(FieldInfo("Campaign", OFFICE, listed=True, in_form=False), back="quotes")
    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL, listed=True, in_form=False))
    case: Mapped[Case | None] = link(FieldInfo("Case", OFFICE, in_form=False))
    kind: Mapped[str] = col(
        String(20), FieldInfo("What", OFFICE, listed=True, choices=STORY_KINDS, in_form=False), default="quote"
    )
    words: Mapped[str] = col(Text, FieldInfo("The words", SPECIAL, long=True, in_form=False))
    out_on: Mapped[date | None] = col(Date, FieldInfo("Taken out on", OFFICE, in_form=False))
    out_reason: Mapped[str | None] = col(String(200), FieldInfo("Why taken out", SPECIAL, in_form=False))

    def __str__(self) -> str:
        return f"Quote {self.id}"


class EvidencePack(Base):
    """The two files that were made of a campaign on one day, kept as they were made.

    `publications` are the proofs of the quotes in it; a file is handed out only while every one of them is permitted.
    """

    __order__ = ("-id",)

    campaign: Mapped[Campaign] = link(FieldInfo("Campaign", OFFICE, listed=True, filtered=True, in_form=False))
    made_on: Mapped[date] = col(Date, FieldInfo("Made on", OFFICE, listed=True, in_form=False))
    made_by: Mapped[Worker | None] = link(FieldInfo("Made by", OFFICE, listed=True, in_form=False))
    threshold: Mapped[int] = col(Integer, FieldInfo("Counts hidden below", OPEN, in_form=False))
    quoted: Mapped[int] = col(Integer, FieldInfo("Quotes in it", OFFICE, listed=True, in_form=False))
    left_out: Mapped[int] = col(Integer, FieldInfo("Quotes left out", OFFICE, in_form=False))
    docx_sha256: Mapped[str] = col(String(64), FieldInfo("Fingerprint of the document", OFFICE, in_form=False))
    xlsx_sha256: Mapped[str] = col(String(64), FieldInfo("Fingerprint of the workbook", OFFICE, in_form=False))
    # The bytes show nowhere as a field and are read only when a file is fetched.
    docx: Mapped[bytes] = col(LargeBinary, FieldInfo("Document", SECRET, in_form=False), deferred=True)
    xlsx: Mapped[bytes] = col(LargeBinary, FieldInfo("Workbook", SECRET, in_form=False), deferred=True)
    publications: Mapped[list[Publication]] = many(
        FieldInfo("Made public in it", SPECIAL, in_form=False), through="evidence_pack_publications"
    )

    def __str__(self) -> str:
        return f"Evidence pack {self.id}"
