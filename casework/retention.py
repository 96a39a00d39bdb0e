"""How long a file is kept: whose day has come, what was decided of each, and who may decide.

Nothing goes by itself. A manager keeps a record until a day, or proposes that it be anonymised; another manager
confirms. Source: UK GDPR, article 5(1)(e).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from casework import anonymising, guard
from casework.anonymising import whole_of
from casework.audit import changed_fields
from casework.calendar import due, local
from casework.changes import has_link, is_changed, is_new, was
from casework.context import acting
from casework.file_access import OVER as ANSWERED
from casework.locks import hold
from casework.naming import somebody_in
from casework.problems import Problem, RuleBroken
from casework.settings import number_setting, office
from casework.tallies.clients import whom_each_stands_for
from models import Case, Client, Complaint, FileRequest, RetentionDecision, User

FINISHED = ("advised", "closed")
SETTINGS = {"file": "retention_file", "enquiry": "retention_enquiry"}
SHOWN = 200  # lines at once; the rest is counted


@dataclass(frozen=True)
class Waiting:
    """One record whose day has come. `last_on` is the day from which its time is counted."""

    record: Client | Case
    kind: str
    cases: int
    last_on: date
    due_on: date


@dataclass(frozen=True)
class Review:
    """Everything that waits for a decision, what waits for a second person, and how much was kept or is done."""

    waiting: Sequence[Waiting]
    proposed: Sequence[RetentionDecision]
    kept: int
    anonymised: int


def review(db: Session) -> Review:
    """Give the retention review as it stands today, within the reader's scope; the oldest first."""
    decided = _standing(db)
    found = [one for one in _come(db) if _key(one.record) not in decided]
    counts = Counter(db.scalars(select(RetentionDecision.status)))
    proposed = [one for one in decided.values() if one.status == "proposed"]
    kept = sum(one.status == "kept" for one in decided.values())
    return Review(sorted(found, key=lambda one: (one.due_on, one.record.id)), proposed, kept, counts["anonymised"])


def to_decide(db: Session) -> tuple[int, date | None]:
    """Count the files that wait for a decision, and give the earliest of their days; managers alone decide."""
    decided = _standing(db)
    days = [one.due_on for one in _come(db) if _key(one.record) not in decided]
    return len(days), min(days, default=None)


def to_confirm(db: Session) -> int:
    """Count the proposals that wait for this very manager: those of others."""
    others = RetentionDecision.decided_by_id != acting(db).user_id
    return db.scalar(select(func.count()).where(RetentionDecision.status == "proposed", others)) or 0


def _standing(db: Session) -> dict[tuple[str, int], RetentionDecision]:
    """Give the decisions that hold today: kept until a later day, or proposed and not answered."""
    holds = or_(RetentionDecision.status == "proposed", RetentionDecision.keep_until > acting(db).today)
    found = db.scalars(select(RetentionDecision).where(holds).order_by(RetentionDecision.id))
    return {("Client", one.client_id) if one.client_id else ("Case", one.case_id): one for one in found}


def _key(record: Client | Case) -> tuple[str, int]:
    return type(record).__name__, record.id


def _come(db: Session) -> Iterator[Waiting]:
    """Give every file whose time is over, whatever was decided of it."""
    for client, *facts in db.execute(_clients(db)):
        yield from _if_come(db, client, *facts)
    alone = select(Case).where(Case.client_id.is_(None), Case.status.in_(FINISHED), Case.anonymised_on.is_(None))
    for one in db.scalars(alone):
        yield from _if_come(db, one, 1, None, one.closed_on, one.first_contact_at)


def _clients(db: Session) -> Select[Any]:
    """Give each person with how many cases, the first opening, the last closing and the last first contact.

    One statement for all: a person with a case that is not over is left out, and so is who was anonymised, and whose
    day cannot have come, since a month has 28 days at least: My day asks for this, and an office keeps thousands.
    """
    person = whom_each_stands_for()
    is_running = case((Case.status.not_in(FINISHED), 1), else_=0)  # nobody's case, none that runs
    facts = (
        select(
            person.c.person_id, func.count(Case.id).label("cases"), func.min(Case.opened_on).label("opened_on"),
            func.max(Case.closed_on).label("closed_on"), func.max(Case.first_contact_at).label("contact_at"),
        )
        .select_from(person).outerjoin(Case, Case.client_id == person.c.client_id)
        .group_by(person.c.person_id).having(func.max(is_running) == 0)
    ).subquery()  # fmt: skip
    contact_at = func.coalesce(facts.c.contact_at, Client.created_at)
    return (
        select(Client, facts.c.cases, facts.c.opened_on, facts.c.closed_on, contact_at)
        .join(facts, facts.c.person_id == Client.id).where(Client.anonymised_on.is_(None))
        .where(or_(*_may_have_come(db, facts.c.opened_on, facts.c.closed_on, contact_at)))
    )  # fmt: skip


def _may_have_come(db: Session, opened_on: Any, closed_on: Any, contact_at: Any) -> Iterator[Any]:
    """Give the conditions of which a record whose day has come meets one; not each that meets one has come."""
    for kind, is_of_kind in (("file", opened_on.is_not(None)), ("enquiry", opened_on.is_(None))):
        before = timedelta(days=28 * number_setting(db, SETTINGS[kind]))
        last_on, last_at = acting(db).today - before, acting(db).now - before + timedelta(days=1)
        yield and_(is_of_kind, or_(closed_on <= last_on, and_(closed_on.is_(None), contact_at <= last_at)))


def _if_come(
    db: Session, record: Client | Case, cases: int, opened_on: date | None, closed_on: date | None, contact_at: datetime
) -> Iterator[Waiting]:
    kind = "file" if opened_on is not None else "enquiry"
    last = closed_on if kind == "file" and closed_on else max(filter(None, (closed_on, local(contact_at).date())))
    day = due(last, number_setting(db, SETTINGS[kind]), "month", office(db), roll=False).on
    if day <= acting(db).today:
        yield Waiting(record, kind, cases, last, day)


def waiting_for(db: Session, record: Client | Case) -> Waiting:
    """Give what waits of one record. Raises RuleBroken if its day has not come or it was decided meanwhile."""
    for one in _come(db):
        if one.record is record and _key(record) not in _standing(db):
            return one
    raise RuleBroken([Problem("", "Nothing is to be decided of this record now: its day has not come, it is in use "
                                  "again, or somebody has decided meanwhile.")])  # fmt: skip


# Verbs


def keep(db: Session, waiting: Waiting, until: date | None, reason: str) -> RetentionDecision:
    """Keep a record until a day, for a reason that names nobody."""
    return _decide(db, waiting, reason, decision="keep", status="kept", keep_until=until)


def propose(db: Session, waiting: Waiting, reason: str) -> RetentionDecision:
    """Propose that a record be anonymised; another manager confirms it, and until then nothing is removed."""
    return _decide(db, waiting, reason, decision="anonymise", status="proposed")


def _decide(db: Session, waiting: Waiting, reason: str, **more: Any) -> RetentionDecision:
    made = RetentionDecision(
        kind=waiting.kind, due_on=waiting.due_on, reason=reason.strip(), decided_on=acting(db).today,
        decided_by=db.get(User, acting(db).user_id), **{type(waiting.record).__name__.lower(): waiting.record}, **more,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def turn_down(db: Session, decision: RetentionDecision) -> None:
    """Turn a proposal down; the record waits for a decision again. Whoever proposed may take it back like this."""
    me = acting(db).user_id
    with db.no_autoflush:
        decision.status, decision.answered_on = "turned_down", acting(db).today
        decision.answered_by = db.get(User, me) if me != decision.decided_by_id else None
    db.flush()


def confirm(db: Session, decision: RetentionDecision) -> RetentionDecision:
    """Confirm a proposal as the second person: the file is emptied at once and for good."""
    hold(db, f"retention {decision.id}")
    record = decision.client or decision.case
    if record is None or decision.status != "proposed":
        raise RuleBroken([Problem("", "Nothing was removed: this proposal has been answered already.")])
    if faults := list(against(db, record)):
        raise RuleBroken([Problem("", text) for text in faults])
    with db.no_autoflush:
        decision.status, decision.answered_on = "anonymised", acting(db).today
        decision.answered_by = db.get(User, acting(db).user_id)
    db.flush()  # the rules look at who confirms before anything is lost
    decision.removed = anonymising.anonymise(db, whole_of(db, record), f"anonymised, decision {decision.id}")
    db.flush()
    return decision


def against(db: Session, record: Client | Case) -> Iterator[str]:
    """Say what stands against emptying a file now: it is in use again, or something is still owed."""
    whole = whole_of(db, record)
    if not any(one.record is record for one in _come(db)):
        yield "Not done: a case is in use again, or its day has not come."
    if _any(
        db, select(FileRequest.id).where(FileRequest.case_id.in_(whole.cases), FileRequest.status.not_in(ANSWERED))
    ):
        yield "Not done: the client has asked to see this file. Give it out first."
    if _any(db, select(Complaint.id).where(Complaint.case_id.in_(whole.cases), Complaint.answered_on.is_(None))):
        yield "Not done: a complaint about this file is not answered yet."


def _any(db: Session, statement: Select[Any]) -> bool:
    return db.scalar(statement.limit(1)) is not None


# Rules


def managers_decide(decision: RetentionDecision, db: Session) -> Iterator[Problem]:
    if acting(db).role not in ("manager", "system"):
        yield Problem("", "Managers decide how long a file is kept.")


def reason_names_nobody(decision: RetentionDecision, db: Session) -> Iterator[Problem]:
    """The reason stays when the file is gone."""
    if not (decision.reason or "").strip():
        yield Problem("reason", "Give a reason: it stays on record.")
    clients = whole_of(db, decision.client).clients if decision.client is not None else ()
    if is_changed(decision, "reason") and (whom := somebody_in(db, decision.reason, clients)):
        yield Problem("reason", f"This names {whom}. Write it without names and references: it stays when all else "
                      "is gone.")  # fmt: skip


def kept_for_a_time(decision: RetentionDecision, db: Session) -> Iterator[Problem]:
    if decision.decision == "keep" and is_new(decision):
        if decision.keep_until is None:
            yield Problem("keep_until", "Say until which day it is kept; it is looked at again then.")
        elif decision.keep_until <= acting(db).today:
            yield Problem("keep_until", "This day is over. Choose a later one.")


def two_people(decision: RetentionDecision, db: Session) -> Iterator[Problem]:
    """One manager proposes, another confirms; a confirmation cannot be undone, so it cannot be lent either."""
    if decision.status != "anonymised":
        return
    confirmed_by = decision.answered_by.id if decision.answered_by is not None else decision.answered_by_id
    proposed_by = decision.decided_by.id if decision.decided_by is not None else decision.decided_by_id
    if confirmed_by is None or confirmed_by == proposed_by:
        yield Problem("", "Not done: a second manager confirms, under their own account.")
    elif was(decision, "status") == "proposed" and acting(db).user_id not in (None, confirmed_by):
        yield Problem("", "Only the second manager themselves confirms.")
    elif was(decision, "status") not in ("proposed", "anonymised"):
        yield Problem("", "Not done: it was not proposed first.")


def decisions_stay(decision: RetentionDecision, _db: Session) -> Iterator[Problem]:
    before = was(decision, "status")
    moved = set(changed_fields(decision)) - {"removed"}
    if before in ("kept", "anonymised", "turned_down") and moved:
        yield Problem("", "Not changed: a decision stays as it was taken. Take a further one.")
    if before == "proposed" and moved - {"status", "answered_by", "answered_on"}:
        yield Problem("", "Not changed: turn this proposal down and make another.")


def decisions_are_kept(_decision: RetentionDecision, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what was decided stays on record.")


def anonymised_stays(record: Client | Case, _db: Session) -> Iterator[Problem]:
    """Nothing is written into a file that was emptied, or it would no longer be empty."""
    if was(record, "anonymised_on") is not None:
        yield Problem("", "This file was anonymised. Whoever comes back begins as a new client.")


def nothing_new_for_the_anonymised(one: Case, _db: Session) -> Iterator[Problem]:
    if is_new(one) and has_link(one, "client") and one.client is not None and one.client.anonymised_on is not None:
        yield Problem("client", "This client's file was anonymised. Write down a new client.")


guard.register(
    RetentionDecision, managers_decide, reason_names_nobody, kept_for_a_time, two_people, decisions_stay,
)  # fmt: skip
guard.register_deletion(RetentionDecision, decisions_are_kept)
guard.register(Client, anonymised_stays)
guard.register(Case, anonymised_stays, nothing_new_for_the_anonymised)
