"""A case that is kept to a few within its team: who they are, who says so, and that its caseworker is one of them.

Everybody else, but the managers, meets nothing of it: `casework.scope` leaves it out of every list, search, count,
look-up, sheet and page. Source: service statement, "Confidentiality".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard
from casework.changes import is_changed, is_new, was
from casework.context import acting
from casework.merging import same_person
from casework.problems import Problem
from models import Case, Conflict, User, Worker


def keep_to(db: Session, case: Case, people: Sequence[Worker], reason: str) -> Case:
    """Keep a case to these people and its caseworker; with nobody named, open it to its team again."""
    with db.no_autoflush:
        case.kept_to = list(people)
        case.kept_reason = reason.strip() or None
    db.flush()
    return case


def is_kept(case: Case) -> bool:
    return bool(case.kept_to)


def who_could_be_named(db: Session, case: Case) -> list[Worker]:
    """Give the active people with an account through which they could meet a case, but those in a conflict.

    A conflict holds for every record that the client has.
    """
    barred = select(Conflict.worker_id).where(Conflict.client_id.in_(same_person(case.client_id)))
    found = (
        select(Worker).join(User, User.worker_id == Worker.id)
        .where(User.active, User.role.in_(("caseworker", "coordinator")), Worker.active, Worker.id.not_in(barred))
        .order_by(Worker.name)
    )  # fmt: skip
    return list(db.scalars(found))


# Filled in by itself


def caseworker_is_one_of_them(case: Case, _db: Session) -> None:
    """Whoever looks after a kept case meets it, also after a handover."""
    if case.kept_to and case.lead is not None and case.lead not in case.kept_to:
        case.kept_to.append(case.lead)


guard.prepare(Case, caseworker_is_one_of_them)


# Rules


def who_says_so(case: Case, db: Session) -> Iterator[Problem]:
    """A manager or the caseworker; nobody shuts themselves out, or opens what somebody else has kept."""
    who = acting(db)
    if not is_changed(case, "kept_to") or is_new(case) or who.role in ("manager", "system"):
        return
    if who.worker_id not in (None, was(case, "lead_id"), case.lead_id):
        yield Problem("people", "A manager or the caseworker says to whom a case is kept.")


def kept_for_a_reason(case: Case, _db: Session) -> Iterator[Problem]:
    if is_changed(case, "kept_to") and case.kept_to and not (case.kept_reason or "").strip():
        yield Problem("reason", "Say why it is kept to a few.")


guard.register(Case, who_says_so, kept_for_a_reason)
