"""Logging a call: the note, the next step, and the messages that it answers, in one go.

A message left on the answerphone, or a wish to be rung back, is written down as a message that waits; a call
that reached somebody ends the clocks it answers. Rules of calls stand here too; those of notes in
`casework.cases`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from casework import correspondence, guard, promises, search, tasks
from casework.calendar import ANSWERPHONE, Due
from casework.cases import RUNNING
from casework.changes import is_changed, is_new
from casework.context import acting
from casework.problems import Problem, RuleBroken
from casework.settings import text_setting
from models import Agency, Case, CaseNote, Client, Code, Correspondence, Task, Worker
from models.declared import by_key
from models.fields import Sensitivity

HELPLINE = "emergency_helpline"
CALL_MEDIA = ("phone", HELPLINE, ANSWERPHONE)
REACHED = "spoke"
LEFT_WORD = "voicemail"
ASKED_BACK = "ring_back"
ADVOCACY = "advocacy"
SEE = Sensitivity.SPECIAL  # those who log calls read files
RUNNING_FIRST = (*RUNNING, "enquiry", "advised")


@dataclass(frozen=True)
class Call:
    """What is written down of one call; `at` None means now."""

    direction: str = "in"
    outcome: str = REACHED
    contact_with: str = "client"
    agency: Agency | None = None
    text: str | None = None
    kinds: Sequence[Code] = ()
    medium: str = "phone"
    at: datetime | None = None
    minutes: int | None = None
    at_night: bool = False
    instruction: str | None = None
    client_told_on: date | None = None

    @property
    def leaves_a_message(self) -> bool:
        """Whether somebody waits for us to ring back: a word on the answerphone, or the wish itself."""
        return self.direction == "in" and (self.medium == ANSWERPHONE or self.outcome == ASKED_BACK)

    @property
    def came_to(self) -> str:
        """What came of it: on the answerphone nobody is spoken to, whatever was chosen."""
        return LEFT_WORD if self.medium == ANSWERPHONE and self.outcome == REACHED else self.outcome

    @property
    def reached_somebody(self) -> bool:
        return self.came_to == REACHED


@dataclass(frozen=True)
class FollowUp:
    """The next step of a case: what, by whom, by when, and why that day."""

    what: str
    due_on: date
    owner: Worker | None = None
    trace: str | None = None


@dataclass(frozen=True)
class Logged:
    """What one save has left: the note, the message that waits for an answer, and the next step."""

    note: CaseNote
    message: Correspondence | None = None
    next_step: Task | None = None


def log(
    db: Session,
    case: Case,
    call: Call,
    *,
    follow_up: FollowUp | None = None,
    answers: Iterable[Correspondence] = (),
    done: Iterable[Task] = (),
) -> Logged:
    """Write down a call with its next step; end the clocks of the messages it answers and the tasks it did.

    A try that reached nobody answers nothing, whatever was ticked. Raises RuleBroken.
    """
    note = _note(db, case, call)
    if call.reached_somebody:
        for one in answers:
            correspondence.answer_in_call(db, one, note)
    for task in done:
        task.done_on = acting(db).today
    message = _message(db, case, call, note) if call.leaves_a_message else None
    next_step = _next_step(db, case, follow_up) if follow_up is not None else None
    db.flush()
    return Logged(note, message, next_step)


def _note(db: Session, case: Case, call: Call) -> CaseNote:
    note = CaseNote(
        case=case, at=call.at or acting(db).now, medium=call.medium, direction=call.direction, outcome=call.came_to,
        contact_with=call.contact_with, agency=call.agency, kinds=list(call.kinds), text=_words(call),
        minutes=call.minutes, at_night=call.at_night, instruction=call.instruction,
        client_told_on=call.client_told_on,
    )  # fmt: skip
    db.add(note)
    db.flush()
    return note


def _words(call: Call) -> str:
    """Give the note; a try that reached nobody needs no more words than its outcome."""
    outcome = by_key(CaseNote)["outcome"].info.choice_label(call.came_to)
    return (call.text or "").strip() or ("" if call.reached_somebody else f"{outcome}.")


def _message(db: Session, case: Case, call: Call, note: CaseNote) -> Correspondence:
    """Write down that somebody waits for a call, with the promise for telephone messages."""
    known = {one for one, _label in by_key(Correspondence)["contact_with"].info.choices}
    return correspondence.receive(
        db, case, medium=call.medium, at=note.at, subject=MESSAGES[call.medium == ANSWERPHONE],
        contact_with=call.contact_with if call.contact_with in known else "third_party", agency=call.agency,
    )  # fmt: skip


MESSAGES = {True: "Message on the answerphone", False: "Asked us to ring back"}


def _next_step(db: Session, case: Case, wanted: FollowUp) -> Task:
    owner = wanted.owner or tasks.whoever_acts(db) or case.lead
    if owner is None:
        raise RuleBroken([Problem("owner", "Nobody would see the next step: choose who does it.")])
    return tasks.ask(db, owner, wanted.what, wanted.due_on, case=case, trace=wanted.trace)


def follow_up_days(db: Session) -> list[tuple[int, Due]]:
    """Give the follow-up times that the office offers after a call, in working days from today, with their days."""
    amounts = [int(part) for part in text_setting(db, "follow_up_choices").split(",")]
    today = acting(db).today
    return [(one, promises.within(db, one, "working_day", today, rule="Next step after a call")) for one in amounts]


def find_cases(db: Session, typed: str, *, limit: int) -> list[Case]:
    """Give the cases in scope that fit a name in any part, a reference or a telephone number; running ones first."""
    clients = select(Client.id).where(search.matches(Client, typed, SEE))
    found = select(Case).where(or_(search.matches(Case, typed, SEE), Case.client_id.in_(clients)))
    return _running_first(db, found, limit)


def recent_cases(db: Session, *, limit: int) -> list[Case]:
    """Give the cases of whoever is acting that were written in last, the newest first."""
    who = acting(db)
    mine = select(Case).where(Case.lead_id == who.worker_id, Case.status.in_(RUNNING_FIRST))
    last = select(CaseNote.at).where(CaseNote.case_id == Case.id).order_by(CaseNote.at.desc()).limit(1)
    newest = last.scalar_subquery().desc().nulls_last()
    found = mine.options(joinedload(Case.client), joinedload(Case.kind)).order_by(newest, Case.id.desc())
    return list(db.scalars(found.limit(limit)))


def _running_first(db: Session, found: Select[tuple[Case]], limit: int) -> list[Case]:
    order = (Case.status.in_(RUNNING_FIRST).desc(), Case.opened_on.desc().nulls_first(), Case.id.desc())
    return list(db.scalars(found.options(joinedload(Case.client), joinedload(Case.kind)).order_by(*order).limit(limit)))


# Rules


def a_call_says_who_rang_and_what_came_of_it(note: CaseNote, _db: Session) -> Iterator[Problem]:
    if (note.direction is None) != (note.outcome is None):
        missing = "direction" if note.direction is None else "outcome"
        yield Problem(missing, "Say both who called and what came of it.")


def woken_by_the_helpline_only(note: CaseNote, _db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (the emergency helpline answers at any hour)."""
    if note.at_night and note.medium != HELPLINE:
        yield Problem("at_night", "Only the emergency helpline rings at night. Choose it, or clear this.")


def advocacy_on_instruction(note: CaseNote, _db: Session) -> Iterator[Problem]:
    """Source: empowering casework article (advocacy under the client's own instruction)."""
    is_call = is_new(note) and note.direction is not None and note.contact_with != "client"
    speaks_up = any(kind.code == ADVOCACY for kind in note.kinds)
    if is_call and speaks_up and not (note.instruction or "").strip():
        yield Problem("instruction", "We speak up for a client on their instruction: write down what they asked for.")


def told_by_today(note: CaseNote, db: Session) -> Iterator[Problem]:
    day = note.client_told_on
    if is_changed(note, "client_told_on") and day is not None and day > acting(db).today:
        yield Problem("client_told_on", "This is recorded once the client was told. Correct the day.")


def with_an_agency_only(note: CaseNote, _db: Session) -> Iterator[Problem]:
    if note.agency is not None and note.contact_with != "agency":
        yield Problem("contact_with", "An agency is named, so this was with an agency. Choose that, or clear it.")


guard.register(
    CaseNote,
    a_call_says_who_rang_and_what_came_of_it,
    woken_by_the_helpline_only,
    advocacy_on_instruction,
    told_by_today,
    with_an_agency_only,
)
