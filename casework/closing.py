"""Closing without contact: tries on different days that nobody answered, and a last message by a safe way.

Source: empowering casework article, closing with the client's permission; the rule itself stands in `cases`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casework.calendar import local
from casework.changes import belonging
from casework.clients import is_safe_way
from casework.context import acting
from casework.datetext import counted
from casework.problems import Problem
from casework.settings import number_setting
from models import Case, CaseNote, Code

TRIED, LAST_MESSAGE = "tried_no_answer", "last_message"
REACHING = (TRIED, LAST_MESSAGE)
WITH_CLIENT = ("client", "third_party")  # some clients are reached through somebody they trust
MANAGERS = ("manager", "system")


@dataclass(frozen=True)
class Tries:
    """What was tried since the client was last reached: the days without an answer, and the last safe message."""

    days: tuple[date, ...]
    message: CaseNote | None
    wanted: int

    @property
    def are_enough(self) -> bool:
        return len(self.days) >= self.wanted


def tries(db: Session, case: Case) -> Tries:
    """Count from the notes of a case what was tried since the last note of contact with the client."""
    tried, messages = _notes(db, case, TRIED), _notes(db, case, LAST_MESSAGE)
    reaching = {*tried, *messages}
    with_client = belonging(
        db, CaseNote, "case", case, CaseNote.contact_with == "client", ~CaseNote.kinds.any(Code.code.in_(REACHING))
    )
    reached = [note.at for note in with_client if note.contact_with == "client" and note not in reaching]
    last = max(reached, default=None)
    since = [note for note in tried if last is None or note.at > last]
    safe = [note for note in messages if (last is None or note.at > last) and is_safe_way(case.client, note.medium)]
    return Tries(
        days=tuple(sorted({local(note.at).date() for note in since})),
        message=max(safe, key=lambda note: note.at, default=None),
        wanted=number_setting(db, "closing_attempts"),
    )


def what_is_missing(case: Case, db: Session) -> Iterator[Problem]:
    """Give what stands against closing a case in the way that is recorded in it."""
    said = (case.closure_note or "").strip()
    if case.closure_agreed == "no_contact":
        yield from _missing_tries(case, db, said)
    elif case.closure_agreed in ("deceased", "other") and not said:
        yield Problem("closure_note", "Say in a few words why it closes without the client's permission.")


def _missing_tries(case: Case, db: Session, said: str) -> Iterator[Problem]:
    found = tries(db, case)
    if not found.are_enough:
        yield Problem("closure_agreed", "A case is closed with the client's permission. Record it, or "
                      f"{counted(found.wanted, 'attempt')} on different days without an answer ({len(found.days)} so "
                      "far) and a last message by a safe way.")  # fmt: skip
    elif found.message is None and acting(db).role not in MANAGERS:
        yield Problem("closure_agreed", "Leave a last message by a safe way and record it. If no way is safe, ask a "
                      "manager to close the case and to say so.")  # fmt: skip
    elif found.message is None and not said:
        yield Problem("closure_note", "Say why no last message could be left by a safe way.")


def _notes(db: Session, case: Case, kind: str) -> list[CaseNote]:
    """Give the notes of one kind of reaching out, saved or not."""
    found = belonging(
        db, CaseNote, "case", case, CaseNote.contact_with.in_(WITH_CLIENT), CaseNote.kinds.any(Code.code == kind)
    )
    _bring_kinds(db, found)
    return [one for one in found if one.contact_with in WITH_CLIENT and any(word.code == kind for word in one.kinds)]


def _bring_kinds(db: Session, notes: list[CaseNote]) -> None:
    """Read the kinds of all these notes in one statement, instead of one for each note."""
    keys = [one.id for one in notes if one.id is not None]
    if keys:
        db.scalars(select(CaseNote).where(CaseNote.id.in_(keys)).options(selectinload(CaseNote.kinds))).all()
