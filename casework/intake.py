"""A first contact, written down in one go: who it is if they say so, how to reach them safely, what happened.

Nothing else is asked at first: much is never reported because the first answer asks too much. Source: empowering
casework article (non-reporting; the first response must suit).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import promises, tasks
from casework.calendar import ANSWERPHONE, Due, clock_start, due, local
from casework.cases import add_note
from casework.context import acting
from casework.settings import office
from models import Area, Case, Client, Code, Language, Task

HELPLINE = "emergency_helpline"
VALIDATION = "validation"
NO_TEXT_RELAY = (
    "The emergency helpline cannot take text relay or a text phone. Agree with this person on another way to reach us "
    "out of hours, and write it under “Times and other care to take”."
)


@dataclass(frozen=True)
class Told:
    """What somebody tells at their first contact. Without a name and a client the enquiry is anonymous."""

    what: str
    kind: Code
    name: str = ""
    safe_contact: str | None = None
    safe_note: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    postcode: str | None = None
    language: Language | None = None
    interpreter: str = "no"
    interpreter_gender: str = "any"
    text_relay: bool = False
    area: Area | None = None
    medium: str = "phone"
    at: datetime | None = None
    source: Code | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Taken:
    """What an intake leaves behind; `due` is when the next thing is to be done, with its trace."""

    case: Case
    task: Task | None
    due: Due
    is_outside: bool

    @property
    def opened(self) -> bool:
        return self.case.status == "open"


def take_in(db: Session, told: Told, *, client: Client | None = None, previous: Case | None = None) -> Taken:
    """Save the person, the case, the first note and the next thing to do; open the case where it can be.

    It is opened for whoever takes the call if the borough is ours and the safe way is known; else it stays an
    enquiry. `client` is somebody known already, `previous` the case that this one follows. Raises RuleBroken.
    """
    with db.no_autoflush:
        client = _client(db, told, client)
        case = _case(db, told, client, previous)
        db.add(case)
        if _can_open(db, case):
            case.status = "open"
    add_note(db, case, told.what, kinds=_kinds(db), medium=told.medium, at=case.first_contact_at)
    outside = case.area is not None and not case.area.is_served_on(acting(db).today)
    what, when = _next(db, case, told, outside=outside)
    task = _ask(db, case, what, when)
    db.flush()
    return Taken(case, task, when, outside)


def _client(db: Session, told: Told, known: Client | None) -> Client | None:
    """Give the person: a new record, or the known one with what it did not say yet."""
    if known is None and not told.name.strip():
        return None
    client = known or Client(name=told.name)
    for name in ("safe_contact", "safe_note", "phone", "email", "address", "postcode", "language", "area"):
        if getattr(client, name) is None and getattr(told, name):
            setattr(client, name, getattr(told, name))
    if known is None or (client.interpreter or "no") == "no":
        client.interpreter, client.interpreter_gender = told.interpreter, told.interpreter_gender
    client.text_relay = bool(client.text_relay or told.text_relay)
    if known is None:
        db.add(client)
    return client


def _case(db: Session, told: Told, client: Client | None, previous: Case | None) -> Case:
    return Case(
        client=client, kind=told.kind, area=told.area or (client.area if client is not None else None),
        first_contact_at=told.at or acting(db).now, first_contact_medium=told.medium, source=told.source,
        risk="high" if told.urgent else "medium", previous=previous,
    )  # fmt: skip


def _can_open(db: Session, case: Case) -> bool:
    """Say whether the rules of opening are met: a client, a safe way, our borough, somebody who takes it on."""
    who, client = acting(db), case.client
    is_ours = case.area is not None and case.area.is_served_on(who.today)
    return client is not None and bool(client.safe_contact) and is_ours and who.worker_id is not None


def _kinds(db: Session) -> list[Code]:
    """Whoever tells what happened was listened to and believed: that is help given, and counted."""
    return list(db.scalars(select(Code).where(Code.list == "note_kind", Code.code == VALIDATION)))


def _next(db: Session, case: Case, told: Told, *, outside: bool) -> tuple[str, Due]:
    """Give what is to be done next and by when, with the promise behind it."""
    hours, today, came = office(db), acting(db).today, case.first_contact_at
    if outside:
        rule = "Whoever comes from outside our area is advised at once and, where possible, referred on"
        return "Advise and refer on", due(today, 0, "day", hours, rule=rule, source="Client group")
    if told.urgent:
        rule, opens = "Urgent: on the same day, or when the office next opens", hours.next_opening(came)
        return "Ring back: urgent", due(opens, 0, "day", hours, rule=rule, source="Chosen by the office", received=came)
    if told.medium == ANSWERPHONE:
        started = clock_start(came, hours, ANSWERPHONE)
        return "Ring back", promises.counted_from(db, "telephone_answer", started, received=came)
    return "Offer an appointment", promises.counted_from(db, "appointment_offer", local(came).date())


def _ask(db: Session, case: Case, what: str, when: Due) -> Task | None:
    owner = tasks.whose(db, case)
    if owner is None:
        return None
    return tasks.ask(db, owner, what, when.on, case=case, trace="\n".join(when.explained()), about=("case", case))
