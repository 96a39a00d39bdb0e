"""After-care: some weeks after closing we ask once more how things are, if the client has agreed to it.

Closing a case leaves the dated contacts by itself, whichever way it is closed; reopening it or taking the
permission back ends them. Source: empowering casework article, after-care (contact after a time gap).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casework import guard
from casework.calendar import Due, due, local
from casework.cases import add_note
from casework.changes import belonging, is_changed, was
from casework.closing import TRIED
from casework.context import acting
from casework.measures import measure
from casework.permission import live_permission
from casework.problems import Problem
from casework.settings import number_setting, office
from casework.tasks import ask, finish
from models import Case, CaseNote, Code, Consent, Task

ABOUT = "case"  # its tasks are about the closed case
KIND = "aftercare"  # the kind of note, and of task
PERMISSION = "contact_after_closure"
PROMISES = (("aftercare_first", "First after-care contact"), ("aftercare_second", "Second after-care contact"))
NOBODY_TO_ASK = ("client_died", "duplicate")  # reasons of closing after which nobody is contacted
SOURCE = "Empowering casework article"


@dataclass(frozen=True)
class Contact:
    """One after-care contact to come, with its day and why."""

    what: str
    by: Due


# Facts


def waiting(db: Session) -> list[Task]:
    """Give the after-care contacts still to make in the reader's scope, the earliest first."""
    statement = (
        select(Task)
        .join(Task.case)
        .where(Task.about == ABOUT, Task.done_on.is_(None), Case.status == "closed")
        .order_by(Task.due_on, Task.id)
        .options(joinedload(Task.case).joinedload(Case.client))
    )
    return list(db.scalars(statement))


def overdue(db: Session) -> list[Task]:
    """Give the after-care contacts whose day is over, the latest first; one put off is late after its new day."""
    today = acting(db).today
    return [task for task in waiting(db) if max(task.due_on, task.put_off_until or task.due_on) < today]


def waiting_for(db: Session, case: Case) -> list[Task]:
    """Give the contacts still to make after one case was closed, saved or not, the earliest first."""
    found = belonging(db, Task, "case", case, Task.about == ABOUT, Task.done_on.is_(None))
    return sorted((one for one in found if one.about == ABOUT and one.done_on is None), key=lambda one: one.due_on)


def permission(db: Session, case: Case, day: date) -> Consent | None:
    """Give the permission to contact the client of this case after closing that holds on `day`."""
    return live_permission(db, case.client, PERMISSION, day, case=case) if case.client is not None else None


def contacts_after(db: Session, case: Case, closed_on: date) -> list[Contact]:
    """Give the contacts that closing on `closed_on` would leave: those for which the permission still holds."""
    made = [
        Contact(words, due(closed_on, number_setting(db, key), "day", office(db), rule=f"{words} after closing",
                           source=SOURCE, began="The case was closed"))
        for key, words in PROMISES
    ]  # fmt: skip
    return [one for one in made if permission(db, case, one.by.on) is not None]


# Verbs


def record_contact(
    db: Session, case: Case, text: str, *, medium: str = "phone", answers: Mapping[str, int | None] | None = None
) -> CaseNote:
    """Write down an after-care contact and how the client stands; the first contact that waits is done by it."""
    for task in waiting_for(db, case)[:1]:
        task.done_on = acting(db).today
    note = add_note(db, case, text, kinds=_kinds(db, KIND), medium=medium)
    measure(db, case, "aftercare", answers or {})
    return note


def record_try(db: Session, case: Case, text: str, *, medium: str = "phone") -> CaseNote:
    """Write down that nobody answered; what waits goes on waiting."""
    return add_note(db, case, text, kinds=_kinds(db, TRIED), medium=medium)


def _kinds(db: Session, *shorts: str) -> list[Code]:
    return list(db.scalars(select(Code).where(Code.list == "note_kind", Code.code.in_(shorts))))


# Filled in by themselves


def leave_aftercare(case: Case, db: Session) -> None:
    """Leave the dated contacts when a case closes, and end them when it is opened again."""
    if not is_changed(case, "status"):
        return
    before = was(case, "status")
    if before == "closed" and case.status != "closed":
        finish(db, ABOUT, case)
    if case.status != "closed" or before in (None, "closed") or not _is_wished(case):
        return
    assert case.lead is not None and case.closed_on is not None
    for one in contacts_after(db, case, case.closed_on):
        wishes = f": {case.aftercare_wishes}" if case.aftercare_wishes else ""
        ask(db, case.lead, f"{one.what}{wishes}", one.by.on, case=case, trace="\n".join(one.by.explained()),
            about=(ABOUT, case), kind=KIND)  # fmt: skip


def _is_wished(case: Case) -> bool:
    reason = case.closure_reason.code if case.closure_reason is not None else ""
    somebody = case.lead is not None and case.closed_on is not None and case.opened_on is not None
    return somebody and case.closure_agreed != "deceased" and reason not in NOBODY_TO_ASK


def end_aftercare(consent: Consent, db: Session) -> None:
    """Let nobody ring after closing once the client has taken the permission back."""
    if consent.kind != PERMISSION or consent.withdrawn_on is None or not is_changed(consent, "withdrawn_on"):
        return
    for case in belonging(db, Case, "client", consent.client, Case.status == "closed"):
        if case.status == "closed" and permission(db, case, acting(db).today) is None:
            finish(db, ABOUT, case)


guard.prepare(Case, leave_aftercare)
guard.prepare(Consent, end_aftercare)


# Rules


def contacted_with_permission(note: CaseNote, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Quality casework": only with the person's explicit permission."""
    if not is_changed(note, "kinds") or note.case is None or note.at is None:
        return
    is_aftercare = any(kind.code == KIND for kind in note.kinds)
    if is_aftercare and permission(db, note.case, local(note.at).date()) is None:
        yield Problem("kinds", "The client has not agreed to be contacted after closing, or no longer agrees. Record "
                      "their permission first, or leave them in peace.")  # fmt: skip


guard.register(CaseNote, contacted_with_permission)
