"""A case, what was done in it and what is to do next."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Index, Integer, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, Moment, check
from models.fields import FieldInfo, Sensitivity, code_link, col, link, many, rows, states

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.clients import Client
    from models.incidents import IncidentReport
    from models.people import Team, Worker
    from models.records import ImportBatch
    from models.words import Area, Code

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
CASE_STATES = states(
    "enquiry: Enquiry", "advised: Advised", "open: Open", "on_hold: On hold", "closing: Closing", "closed: Closed"
)
CASE_STEPS = {  # from which state to which; every other step is refused
    "enquiry": ("advised", "open", "closed"),
    "advised": ("open", "closed"),
    "open": ("on_hold", "closing"),
    "on_hold": ("open", "closing"),
    "closing": ("open", "closed"),
    "closed": ("open",),
}
MEDIA = states(
    "phone: Telephone",
    "emergency_helpline: Emergency helpline",
    "answerphone: Answerphone",
    "email: E-mail",
    "letter: Letter",
    "text: Text message",
    "visit: In person",
    "meeting: Meeting",
    "other: Other",
)
DIRECTIONS = states("in: They called us", "out: We called")
CALL_OUTCOMES = states(
    "spoke: Spoke", "no_answer: No answer", "voicemail: Left voicemail", "ring_back: Asked to ring back"
)


TASK_KINDS = states(
    "general: General",
    "follow_up: Follow-up",
    "answer: Answer awaited",
    "letter: Letter",
    "aftercare: After-care",
    "deadline: Deadline set by others",
    "plan_step: Step of a plan",
    "file_access: Access to a file",
    "complaint: Complaint",
    "review: Review",
)


class Case(Base):
    __order__ = ("-opened_on", "-id")
    __table_args__ = (
        check("client_known_once_open", "client_id IS NOT NULL OR status IN ('enquiry', 'advised', 'closed')"),
        Index("ix_cases_status_lead_id", "status", "lead_id"),
        Index("ix_cases_opened_on_id", "opened_on", "id"),
        Index("ix_cases_status_area_id_opened_on", "status", "area_id", "opened_on"),
    )

    ref: Mapped[str] = col(
        String(20), FieldInfo("Reference", OFFICE, listed=True, searched=True, in_form=False), unique=True
    )
    client: Mapped[Client | None] = link(
        FieldInfo("Client", PERSONAL, help="May stay empty only while it is an enquiry.", listed=True, filtered=True)
    )
    kind: Mapped[Code] = code_link(
        "case_kind", FieldInfo("What it is about", OPEN, listed=True, filtered=True, exported_as="About")
    )
    title: Mapped[str | None] = col(
        String(120), FieldInfo("In a few words", SPECIAL, help="For example: harassment by neighbour.")
    )
    status: Mapped[str] = col(
        String(20),
        FieldInfo("State", OPEN, listed=True, filtered=True, exported_as="State", choices=CASE_STATES),
        default="enquiry",
    )
    area: Mapped[Area | None] = link(
        FieldInfo(
            "Borough",
            OPEN,
            help="Where it happened or where they live.",
            listed=True,
            filtered=True,
            exported_as="Borough",
        )
    )
    team: Mapped[Team | None] = link(FieldInfo("Team", OFFICE, filtered=True))
    lead: Mapped[Worker | None] = link(FieldInfo("Caseworker", OFFICE, listed=True, filtered=True))
    lead_reason: Mapped[str | None] = col(
        String(200),
        FieldInfo("Why the caseworker changes", OFFICE, help="Only when you choose another one; kept in the history."),
    )  # what was typed for the change under way; `casework.continuity` moves it into the history and empties it
    risk: Mapped[str] = col(
        String(10),
        FieldInfo(
            "Risk", OFFICE, listed=True, filtered=True, choices=states("low: Low", "medium: Medium", "high: High")
        ),
        default="medium",
    )
    first_contact_at: Mapped[datetime] = col(Moment, FieldInfo("First contact", OPEN, exported_as="First contact"))
    first_contact_medium: Mapped[str] = col(
        String(20),
        FieldInfo("First contact by", OPEN, filtered=True, exported_as="First contact by", choices=MEDIA),
        default="phone",
    )
    source: Mapped[Code | None] = code_link(
        "contact_source", FieldInfo("How they heard of us", OPEN, exported_as="How they heard of us")
    )
    opened_on: Mapped[date | None] = col(
        Date, FieldInfo("Opened on", OPEN, listed=True, filtered=True, exported_as="Opened on", in_form=False)
    )
    destitute_from: Mapped[date | None] = col(Date, FieldInfo("Destitute from", SPECIAL))
    causes: Mapped[list[Code]] = many(
        FieldInfo("What the need comes from", SPECIAL, help="Poverty and homelessness are no lack of care."),
        through="case_causes",
        code_list="cause_of_need",
    )
    expectations_on: Mapped[date | None] = col(
        Date, FieldInfo("Expectations discussed on", OFFICE, help="What the law can and cannot do here.")
    )
    closed_on: Mapped[date | None] = col(
        Date, FieldInfo("Closed on", OPEN, filtered=True, exported_as="Closed on", in_form=False)
    )
    closure_reason: Mapped[Code | None] = code_link(
        "closure_reason", FieldInfo("Why closed", OPEN, exported_as="Why closed")
    )
    closure_agreed: Mapped[str | None] = col(
        String(20),
        FieldInfo(
            "Closing agreed by",
            OFFICE,
            help="A case is closed with the client's permission.",
            choices=states(
                "client: The client",
                "no_contact: No contact after three tries",
                "deceased: The client has died",
                "other: Other",
            ),
        ),
    )
    closure_note: Mapped[str | None] = col(
        String(300),
        FieldInfo("Closing, in words", SPECIAL, help="Why, where the client could not be asked or reached safely."),
    )
    aftercare_wishes: Mapped[str | None] = col(
        String(150), FieldInfo("Wishes for after-care", SPECIAL, help="For example: ring in the morning.")
    )
    previous: Mapped[Case | None] = link(
        FieldInfo("Follows case", OFFICE, help="When somebody comes back with the same problem.")
    )
    file_location: Mapped[str] = col(
        String(10),
        FieldInfo(
            "Where the paper file is",
            OFFICE,
            filtered=True,
            choices=states("premises: On the premises", "off_site: In storage"),
        ),
        default="premises",
    )
    file_box: Mapped[str | None] = col(String(40), FieldInfo("Box", OFFICE, help="For files in storage."))
    kept_to: Mapped[list[Worker]] = many(
        FieldInfo("Kept to", OFFICE, help="Nobody here: the whole team.", in_form=False), through="case_kept_to"
    )  # whom a restricted case is kept to, beside the managers
    kept_reason: Mapped[str | None] = col(String(200), FieldInfo("Why it is kept to a few", SPECIAL, in_form=False))
    import_batch: Mapped[ImportBatch | None] = link(FieldInfo("Came with", OFFICE, in_form=False))
    anonymised_on: Mapped[date | None] = col(Date, FieldInfo("Anonymised on", OFFICE, in_form=False))
    voided_reason: Mapped[str | None] = col(String(200), FieldInfo("Set aside because", OFFICE, in_form=False))

    def __str__(self) -> str:
        return self.ref

    def label(self, see: Sensitivity) -> str:
        if see < PERSONAL or self.client is None:
            return self.ref
        return f"{self.ref} {self.client.name}"


class CaseNote(Base):
    """What was said or done, by whom and when. A note does not change the case's version: see decisions."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-at", "-id")
    __table_args__ = (Index("ix_case_notes_case_id_at", "case_id", "at"),)

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    at: Mapped[datetime] = col(Moment, FieldInfo("When", OFFICE, listed=True))
    medium: Mapped[str] = col(
        String(20), FieldInfo("How", OFFICE, listed=True, filtered=True, choices=MEDIA), default="phone"
    )
    contact_with: Mapped[str] = col(
        String(20),
        FieldInfo(
            "With",
            OFFICE,
            listed=True,
            filtered=True,
            choices=states(
                "client: The client",
                "family: Their family",
                "agency: An agency",
                "interpreter: An interpreter",
                "third_party: Somebody else",
                "internal: Ourselves",
            ),
        ),
        default="client",
    )
    agency: Mapped[Agency | None] = link(FieldInfo("Which agency", OFFICE, filtered=True))
    direction: Mapped[str | None] = col(
        String(10), FieldInfo("Who called", OFFICE, choices=DIRECTIONS, in_form=False)
    )  # of a call only
    outcome: Mapped[str | None] = col(
        String(20), FieldInfo("Outcome", OFFICE, listed=True, choices=CALL_OUTCOMES, in_form=False)
    )
    at_night: Mapped[bool] = col(
        Boolean,
        FieldInfo("Woken at night", OFFICE, help="A call to the emergency helpline at night.", in_form=False),
        default=False,
    )
    kinds: Mapped[list[Code]] = many(FieldInfo("Help given", SPECIAL), through="case_note_kinds", code_list="note_kind")
    text: Mapped[str] = col(Text, FieldInfo("Note", SPECIAL, long=True, searched=True))
    instruction: Mapped[str | None] = col(
        Text, FieldInfo("What the client instructs us to do", SPECIAL, help="In their words.", long=True)
    )
    client_told_on: Mapped[date | None] = col(
        Date, FieldInfo("Client told on", OFFICE, help="When they heard what was said or answered.")
    )
    minutes: Mapped[int | None] = col(Integer, FieldInfo("Minutes", OFFICE))
    third_party: Mapped[bool] = col(
        Boolean,
        FieldInfo("Tells of somebody else", OFFICE, help="Checked by a second person before the client gets a copy."),
        default=False,
    )
    concern: Mapped[str | None] = col(
        String(10),
        FieldInfo(
            "Concern about respect",
            SPECIAL,
            help="Respect is expected both ways: whose conduct is it about?",
            filtered=True,
            choices=states("client: The client towards us", "worker: One of us towards the client"),
        ),
    )
    corrects: Mapped[CaseNote | None] = link(FieldInfo("Corrects note", OFFICE, in_form=False), unique=True)

    def __str__(self) -> str:
        return f"Note {self.id}"


class Task(Base):
    """One thing to do, by one person, by one day. My day reads only this."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("due_on", "id")
    __table_args__ = (
        check("put_off_has_a_reason", "put_off_until IS NULL OR put_off_reason IS NOT NULL"),
        Index("ix_tasks_owner_id_done_on_due_on", "owner_id", "done_on", "due_on"),
        Index("ix_tasks_about_about_id", "about", "about_id"),
    )

    what: Mapped[str] = col(String(200), FieldInfo("What", SPECIAL, listed=True))
    kind: Mapped[str] = col(
        String(12), FieldInfo("Kind", OFFICE, listed=True, filtered=True, choices=TASK_KINDS), default="general"
    )
    case: Mapped[Case | None] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    owner: Mapped[Worker] = link(FieldInfo("Who", OFFICE, listed=True, filtered=True))
    due_on: Mapped[date] = col(Date, FieldInfo("By", OFFICE, listed=True, filtered=True))
    done_on: Mapped[date | None] = col(Date, FieldInfo("Done on", OFFICE, listed=True, filtered=True))
    put_off_until: Mapped[date | None] = col(Date, FieldInfo("Put off until", OFFICE))
    put_off_reason: Mapped[str | None] = col(String(200), FieldInfo("Reason for putting off", OFFICE))
    trace: Mapped[str | None] = col(Text, FieldInfo("Why this date", OFFICE, long=True, in_form=False))
    about: Mapped[str | None] = col(
        String(30), FieldInfo("Waits for", OFFICE, in_form=False)
    )  # the panel of the record whose progress ends this task, for example "referral"; empty: ticked off by hand
    about_id: Mapped[int | None] = col(Integer, FieldInfo("Number of that record", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"Task {self.id}"


class Incident(Base):
    """What happened, as the person tells it. Perceived by whom is the only test of what it is."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-from_at", "-id")
    __table_args__ = (check("begins_before_it_ends", "to_at IS NULL OR from_at <= to_at"),)

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    from_at: Mapped[datetime] = col(Moment, FieldInfo("When", OPEN, listed=True, exported_as="When"))
    to_at: Mapped[datetime | None] = col(Moment, FieldInfo("Until", OPEN))
    precision: Mapped[str] = col(
        String(10),
        FieldInfo(
            "How exact is the time",
            OPEN,
            choices=states("exact: Exact", "day: The day", "month: The month", "approx: About then"),
        ),
        default="day",
    )
    area: Mapped[Area | None] = link(FieldInfo("Borough", OPEN, listed=True, filtered=True, exported_as="Borough"))
    place: Mapped[Code | None] = code_link(
        "place", FieldInfo("Place", OPEN, listed=True, filtered=True, exported_as="Place")
    )
    types: Mapped[list[Code]] = many(
        FieldInfo("What kind", OPEN, exported_as="Kinds"), through="incident_types", code_list="incident_type"
    )
    strands: Mapped[list[Code]] = many(
        FieldInfo("Perceived as", OPEN, help="As the person sees it.", exported_as="Perceived as"),
        through="incident_strands",
        code_list="hate_strand",
    )
    perceived_by: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Perceived so by",
            OPEN,
            listed=True,
            filtered=True,
            exported_as="Perceived so by",
            choices=states(
                "victim: The person themselves",
                "witness: A witness",
                "family: Family",
                "worker: A worker",
                "other: Somebody else",
            ),
        ),
        default="victim",
    )
    what: Mapped[str | None] = col(Text, FieldInfo("What happened", SPECIAL, help="In their words.", long=True))
    perpetrators: Mapped[list[Code]] = many(
        FieldInfo("Who did it", SPECIAL, help="Relation only; no names."),
        through="incident_perpetrators",
        code_list="perpetrator_relation",
    )
    coping: Mapped[list[Code]] = many(
        FieldInfo("What they did to cope", SPECIAL, help="What people do to get by. It is never held against them."),
        through="incident_coping",
        code_list="coping",
    )
    previous_count: Mapped[int | None] = col(Integer, FieldInfo("Times before", OPEN, exported_as="Times before"))
    first_happened_on: Mapped[date | None] = col(
        Date, FieldInfo("First time", OPEN, help="If it has happened before; about is fine.")
    )
    fear_of_escalation: Mapped[bool | None] = col(Boolean, FieldInfo("Fears it will get worse", SPECIAL))
    impact: Mapped[str | None] = col(
        Text, FieldInfo("What it does to them", SPECIAL, help="To the person, the family, the neighbours.", long=True)
    )
    crime_ref: Mapped[str | None] = col(String(40), FieldInfo("Police reference", PERSONAL, searched=True))
    reports: Mapped[list[IncidentReport]] = rows(
        FieldInfo("Who has been told", SPECIAL, help="Each agency: reported, or why not."), back="incident"
    )
    raised_risk_to: Mapped[str | None] = col(
        String(10),
        FieldInfo(
            "Raised the risk of the case to",
            OFFICE,
            in_form=False,
            choices=states("low: Low", "medium: Medium", "high: High"),
        ),
    )
    external_ref: Mapped[str | None] = col(
        String(60), FieldInfo("Reference where it came from", OFFICE, searched=True, in_form=False), unique=True
    )
    import_batch: Mapped[ImportBatch | None] = link(FieldInfo("Came with", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"Incident {self.id}"
