"""Notes of a case: whoever wrote one may change it for some hours; then it stays, and a further note corrects it.

So the file says what was written when, and still can be put right in the sight of everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework import guard
from casework.audit import changed_fields
from casework.changes import belonging, has_link, is_changed, is_new
from casework.context import acting
from casework.problems import Problem
from casework.settings import number_setting
from models import CaseNote

MARKS = {"third_party"}  # says who must check a note before it is shown, and changes nothing of what it says
KEPT = (
    "at", "medium", "contact_with", "agency", "direction", "outcome", "at_night", "instruction", "client_told_on",
    "minutes", "third_party", "concern",
)  # fmt: skip
WAY_OUT = "Put it right with “Correct by a further note”."


def correct(db: Session, wrong: CaseNote, text: str, **said: object) -> CaseNote:
    """Write the note that holds instead of `wrong`; of KEPT, what is not `said` again is taken from it.

    A note that tells of somebody else is corrected by one that does, so it is checked anew before it goes out.
    Raises RuleBroken.
    """
    kept = {name: getattr(wrong, name) for name in KEPT}
    note = CaseNote(case=wrong.case, corrects=wrong, text=text, kinds=list(wrong.kinds))
    for name, value in (kept | said).items():
        setattr(note, name, value)
    if note.medium != wrong.medium:
        note.at_night = False  # only the helpline rings at night
    if note.contact_with != wrong.contact_with:
        note.agency = None
    db.add(note)
    db.flush()
    return note


def locked_from(db: Session, note: CaseNote) -> datetime:
    """Give the moment from which the note can no longer be changed."""
    return note.created_at + timedelta(hours=number_setting(db, "entry_locked_after"))


def is_locked(db: Session, note: CaseNote) -> bool:
    return acting(db).now >= locked_from(db, note)


def may_change(db: Session, note: CaseNote) -> bool:
    """Say whether the one at the screen may still change this note: they wrote it, and not long ago."""
    return note.created_by_id == acting(db).user_id and not is_locked(db, note)


# Rules


def stays_as_it_was_written(note: CaseNote, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Quality casework": properly kept files, all work fully recorded."""
    if is_new(note) or set(changed_fields(note)) <= MARKS:
        return
    if note.created_by_id != acting(db).user_id:
        yield Problem("", f"Not changed: only whoever wrote a note may change it. {WAY_OUT}")
    elif is_locked(db, note):
        hours = number_setting(db, "entry_locked_after")
        yield Problem("", f"Not changed: a note stays as it is {hours} hours after it was written. {WAY_OUT}")
    elif is_changed(note, "corrects") or is_changed(note, "case"):
        yield Problem("", f"Not changed: a note stays with its case and with what it corrects. {WAY_OUT}")


def corrects_one_note_of_its_case(note: CaseNote, db: Session) -> Iterator[Problem]:
    if not is_new(note) or not has_link(note, "corrects"):
        return
    wrong = note.corrects
    if wrong is None or wrong.case_id != (note.case.id if note.case is not None else note.case_id):
        yield Problem("corrects", "A note corrects another note of the same case. Open that one and correct it there.")
    elif any(other is not note for other in belonging(db, CaseNote, "corrects", wrong)):
        yield Problem("corrects", "This note has been corrected already. Correct the later note instead.")


guard.register(CaseNote, stays_as_it_was_written, corrects_one_note_of_its_case)
