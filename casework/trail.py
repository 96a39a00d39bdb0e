"""Reads the audit trail of one file: everything that was done to a client's or a case's record and what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, inspect, literal, or_, select, union_all
from sqlalchemy.orm import Session

from casework.context import acting
from casework.merging import same_person
from casework.scope import office_wide
from models import AuditEntry, Base, Case, Client, User, Worker

CHANGES = ("created", "changed", "deleted", "imported")
SENT = ("released", "exported")
READ = ("opened",)
REFUSED = ("refused",)
TOLD_TO_CLIENT = (*CHANGES, *SENT, *READ)
LATEST = 20  # people named in "who has opened it"

Rows = dict[str, list[int]]  # kind of record -> its numbers
Keys = Mapping[str, Any]  # the name of a key, as "case_id" -> the numbers it may have, or the select that gives them


def rows_of(db: Session, record: Client | Case) -> Rows:
    """Give the record and everything that belongs to it, by kind; two statements, however much there is.

    Of a client: every record of the same person, with what belongs to each of them.
    """
    keys: Keys = {"case_id": [record.id]}
    numbers = [record.id]
    if isinstance(record, Client):
        numbers = list(db.scalars(same_person(record.id)))
        keys = {"client_id": numbers, "case_id": select(Case.id).where(Case.client_id.in_(numbers))}
    found: Rows = {type(record).__name__: numbers}
    selects = [
        select(literal(model.__name__).label("kind"), model.id.label("id")).where(condition)
        for model in tables() if (condition := belongs(model, keys)) is not None
    ]  # fmt: skip
    for kind, number in db.execute(union_all(*selects)):
        found.setdefault(kind, []).append(number)
    return found


def tables() -> list[Any]:
    """Give every kind of record, by name; the trail itself is none."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    return sorted((one for one in models if one is not AuditEntry), key=lambda one: one.__name__)


def belongs(model: Any, keys: Keys) -> ColumnElement[bool] | None:
    """Say which rows of a table belong to a file, by a key of their own or by what they are part of; None: no row."""
    columns = inspect(model).column_attrs.keys()
    own = [getattr(model, key).in_(numbers) for key, numbers in keys.items() if key in columns]
    if own or model.__part_of__ is None:
        return or_(*own) if own else None
    above = inspect(model).relationships[model.__part_of__].mapper.class_
    of_it = belongs(above, keys)
    return getattr(model, f"{model.__part_of__}_id").in_(select(above.id).where(of_it)) if of_it is not None else None


def entries(db: Session, of: Rows, acts: Sequence[str], most: int) -> Sequence[AuditEntry]:
    """Give the lines of these rows, newest first; all acts if none is named."""
    wanted = select(AuditEntry).where(_are(of), _done(acts)).order_by(AuditEntry.id.desc()).limit(most)
    return db.scalars(wanted).all()


def changes_of(db: Session, of: Rows, most: int) -> Sequence[AuditEntry]:
    """Give who made and changed these rows, newest first, to whoever may open the rows themselves.

    The trail as a whole is a manager's. What was done to one record is told to each of its readers.
    """
    wanted = select(AuditEntry).where(_are(of), _done(CHANGES)).order_by(AuditEntry.id.desc()).limit(most)
    return db.scalars(office_wide(wanted)).all()


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
