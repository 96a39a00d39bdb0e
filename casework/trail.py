"""Reads the audit trail of one file: everything that was done to a client's or a case's record and what hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from casework.context import acting
from models import AuditEntry, Base, Case, Client, User, Worker

CHANGES = ("created", "changed", "deleted", "imported")
SENT = ("released", "exported")
READ = ("opened",)
REFUSED = ("refused",)
TOLD_TO_CLIENT = (*CHANGES, *SENT, *READ)
LATEST = 20  # people named in "who has opened it"

Rows = dict[str, list[int]]  # kind of record -> its numbers


def rows_of(db: Session, record: Client | Case) -> Rows:
    """Give the record and everything that belongs to it, by kind; two statements, however much there is."""
    found: Rows = {type(record).__name__: [record.id]}
    keys = {"case_id": [record.id]}
    if isinstance(record, Client):
        keys = {
            "client_id": [record.id],
            "case_id": list(db.scalars(select(Case.id).where(Case.client_id == record.id))),
        }
    selects = [
        select(literal(model.__name__).label("kind"), model.id.label("id")).where(getattr(model, key).in_(ids))
        for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__)
        for key, ids in keys.items()
        if (model := mapper.class_) is not AuditEntry and key in mapper.columns.keys()  # noqa: SIM118
    ]  # fmt: skip
    for kind, number in db.execute(union_all(*selects)):
        if number not in found.setdefault(kind, []):
            found[kind].append(number)
    return found


def entries(db: Session, of: Rows, acts: Sequence[str], most: int) -> Sequence[AuditEntry]:
    """Give the lines of these rows, newest first; all acts if none is named."""
    wanted = select(AuditEntry).where(_are(of), _done(acts)).order_by(AuditEntry.id.desc()).limit(most)
    return db.scalars(wanted).all()


def counts(db: Session, of: Rows) -> dict[str, int]:
    """Give how many lines of these rows there are, by act."""
    found = select(AuditEntry.action, func.count(AuditEntry.id)).where(_are(of)).group_by(AuditEntry.action)
    return dict(db.execute(found).all())


def openers(db: Session, of: Rows, days: int) -> list[tuple[str, int]]:
    """Give who has read these rows in the last `days`, and how often, most often first."""
    since = acting(db).now - timedelta(days=days)
    times = func.count(AuditEntry.id)
    found = db.execute(
        select(AuditEntry.who, times).where(_are(of), _done(READ), AuditEntry.at >= since)
        .group_by(AuditEntry.who).order_by(times.desc(), AuditEntry.who).limit(LATEST)
    )  # fmt: skip
    return [(who, number) for who, number in found]


def people(db: Session) -> dict[str, tuple[str, str]]:
    """Give (own name, role) of every account, by its sign-in name."""
    named = select(User.username, Worker.name, User.role).outerjoin(Worker, User.worker_id == Worker.id)
    return {username: (name or username, role) for username, name, role in db.execute(named)}


def _are(of: Rows) -> ColumnElement[bool]:
    return or_(*(and_(AuditEntry.subject == kind, AuditEntry.row_id.in_(ids)) for kind, ids in of.items()))


def _done(acts: Sequence[str]) -> ColumnElement[bool]:
    return AuditEntry.action.in_(acts) if acts else literal(True)
