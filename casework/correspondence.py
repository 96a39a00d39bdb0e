"""Letters and messages: what comes in gets its clock, what clients ask us to write is agreed or declined, what we
send goes by a safe way or through the consent gate.

Each thing that waits leaves a task; the verb that answers it ends the task. The rules: `casework.letter_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit, tasks
from casework.changes import belonging
from casework.consent import hold_consents, must_cover
from casework.context import acting
from casework.coverage import listed
from casework.letter_clock import ASKS, REQUEST, WRITTEN
from casework.problems import Problem, RuleBroken
from models import Agency, Base, Case, CaseNote, Code, Correspondence, Release, Task, Worker

PANEL = "correspondence"
IN_WAITING = ("received", "assigned")  # somebody waits for our answer
OUT_WAITING = ("requested", "agreed", "draft")  # we have yet to write or send
WAITING = (*IN_WAITING, *OUT_WAITING)


def receive(
    db: Session,
    case: Case,
    *,
    medium: str,
    at: datetime,
    subject: str,
    text: str | None = None,
    kind: str = ASKS,
    contact_with: str = "client",
    agency: Agency | None = None,
    outside_deadline: date | None = None,
    owner: Worker | None = None,
) -> Correspondence:
    """Write down what came in; whatever asks for an answer gets its due day and a task for whoever answers."""
    asks = kind == ASKS
    letter = Correspondence(
        case=case, direction="in", medium=medium, at=at, subject=subject, text=text, kind=kind,
        contact_with=contact_with, agency=agency, outside_deadline=outside_deadline,
        status="received" if asks else "noted", owner=who_looks_after(db, case, owner) if asks else None,
    )  # fmt: skip
    return _wait_for(db, letter, "Answer" if medium in (*WRITTEN, "text") else "Ring back")


def ask_for(
    db: Session,
    case: Case,
    *,
    subject: str,
    text: str | None = None,
    contact_with: str = "client",
    agency: Agency | None = None,
    request: Code | None = None,
    urgent: bool = False,
    outside_deadline: date | None = None,
    at: datetime | None = None,
    owner: Worker | None = None,
) -> Correspondence:
    """Write down that the client asks for a letter; it is agreed or declined next. The clock runs from now on."""
    letter = Correspondence(
        case=case, direction="out", medium="letter", kind=REQUEST, status="requested", at=at or acting(db).now,
        subject=subject, text=text, contact_with=contact_with, agency=agency, request=request, urgent=urgent,
        outside_deadline=outside_deadline, owner=who_looks_after(db, case, owner),
    )  # fmt: skip
    return _wait_for(db, letter, "Letter asked for")


def who_looks_after(db: Session, case: Case, owner: Worker | None = None) -> Worker:
    """Give who answers: whoever was chosen, else the case's caseworker, else whoever is acting."""
    found = owner or tasks.whose(db, case)
    if found is None:
        raise RuleBroken([Problem("owner", "Nobody would answer this: choose who does.")])
    return found


def agree(db: Session, letter: Correspondence, explained_on: date | None = None) -> Correspondence:
    """Agree to write the letter; `explained_on` is when the client heard by when it will come."""
    letter.status, letter.explained_on = "agreed", explained_on or letter.explained_on
    db.flush()
    return letter


def explain(db: Session, letter: Correspondence, on: date | None = None) -> Correspondence:
    """Write down that the client was told by when the letter will come, today unless said otherwise."""
    letter.explained_on = on or acting(db).today
    db.flush()
    return letter


def decline(db: Session, letter: Correspondence, explanation: str | None) -> Correspondence:
    """Decline to write it, with the explanation that the client was given."""
    return _end(db, letter, "declined", explanation)


def drop(db: Session, letter: Correspondence, explanation: str | None) -> Correspondence:
    """Write down why nothing more is needed: it answered itself, or the client no longer wants it."""
    return _end(db, letter, "dropped", explanation)


def hand_over(db: Session, letter: Correspondence, to: Worker) -> Correspondence:
    """Give it to a colleague, with its task and its unchanged clock."""
    letter.owner = to
    if letter.status == "received":
        letter.status = "assigned"
    for task in _tasks(db, letter):
        task.owner = to
    db.flush()
    return letter


def put_later(db: Session, letter: Correspondence, day: date, reason: str | None) -> Correspondence:
    """Agree on another day; one later than promised needs its reason."""
    letter.due_on, letter.late_reason = day, reason or letter.late_reason
    for task in _tasks(db, letter):
        task.due_on = day
    db.flush()
    return letter


def draft(
    db: Session,
    case: Case,
    *,
    subject: str,
    text: str | None = None,
    medium: str = "letter",
    kind: str = "reply",
    contact_with: str = "client",
    agency: Agency | None = None,
    request: Code | None = None,
    items: Sequence[Code] = (),
    safe_way: str | None = None,
    answers: Correspondence | None = None,
) -> Correspondence:
    """Write a letter without sending it; `answers` is the one it replies to. A draft waits to be sent."""
    letter = Correspondence(
        case=case, direction="out", medium=medium, kind=kind, status="draft", at=acting(db).now, subject=subject,
        text=text, contact_with=contact_with, agency=agency, request=request, items=list(items), safe_way=safe_way,
        answers=answers,
    )  # fmt: skip
    db.add(letter)
    db.flush()
    return letter


def send(db: Session, letter: Correspondence) -> Correspondence:
    """Send a draft or an agreed letter: to an agency through the consent gate, with the record of what left.

    What it answers is answered with it. Raises RuleBroken, with the way out, if no live consent covers it or no
    safe way to the client is named.
    """
    release = None
    if letter.contact_with == "agency" and letter.agency is not None:
        release = _through_the_gate(db, letter, letter.agency)
    with db.no_autoflush:
        letter.release, letter.status, letter.answered_at = release, "sent", acting(db).now
        answered = [letter.answers] if letter.answers is not None else []
        for one in answered:
            one.status, one.answered_at = "answered", letter.answered_at
        for one in (letter, *answered):
            tasks.finish(db, PANEL, one)
    db.flush()
    if release is not None:
        audit.write(db, "released", "Release", release.id)
    return letter


def answer_in_call(db: Session, letter: Correspondence, note: CaseNote) -> Correspondence:
    """End the clock of a message that was answered in a call."""
    with db.no_autoflush:
        letter.note, letter.status, letter.answered_at = note, "answered", note.at
        tasks.finish(db, PANEL, letter)
    db.flush()
    return letter


def waiting_in(db: Session, case: Case) -> list[Correspondence]:
    """Give what came in for this case and waits for an answer, the earliest first; in the reader's scope."""
    found = select(Correspondence).where(Correspondence.case_id == case.id, Correspondence.status.in_(IN_WAITING))
    return list(db.scalars(found.order_by(Correspondence.due_on, Correspondence.id)))


def unfinished(db: Session, case: Case) -> list[Correspondence]:
    """Give every letter and message of a case that still waits, for the rule about closing; office-wide."""
    found = belonging(db, Correspondence, "case", case, Correspondence.status.in_(WAITING))
    return [one for one in found if one.status in WAITING]


def in_number(letters: Sequence[Base]) -> str:
    """Give "1 letter or message", "2 letters or messages"."""
    count = len(letters)
    return f"{count} {'letter or message' if count == 1 else 'letters or messages'}"


def _wait_for(db: Session, letter: Correspondence, verb: str) -> Correspondence:
    """Save it and leave its task, where it is due; the clock was set on saving."""
    db.add(letter)
    db.flush()
    if letter.due_on is not None and letter.owner is not None:
        tasks.ask(
            db, letter.owner, f"{verb}: {letter.subject}", letter.due_on, case=letter.case, trace=letter.due_trace,
            about=(PANEL, letter),
        )  # fmt: skip
        db.flush()
    return letter


def _end(db: Session, letter: Correspondence, status: str, explanation: str | None) -> Correspondence:
    with db.no_autoflush:
        letter.status, letter.explanation = status, explanation or None
        tasks.finish(db, PANEL, letter)
    db.flush()
    return letter


def _tasks(db: Session, letter: Correspondence) -> list[Task]:
    mine = (Task.about == PANEL, Task.about_id == letter.id, Task.done_on.is_(None))
    return list(db.scalars(select(Task).where(*mine)))


def _through_the_gate(db: Session, letter: Correspondence, agency: Agency) -> Release:
    """Give the record of what leaves, under the consent that covers it; refused without one."""
    client = letter.case.client
    if client is not None:
        hold_consents(db, client)
    who = acting(db)
    consent = must_cover(db, client, agency, letter.request, letter.items, day=who.today, case=letter.case)
    release = Release(
        at=who.now, client=client, consent=consent, agency=agency, items=listed(one.words for one in letter.items),
        channel=letter.medium if letter.medium in WRITTEN else "phone",
    )  # fmt: skip
    db.add(release)
    return release
