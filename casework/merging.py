"""Two records of one person: one points at the other. Nothing is moved, nothing is lost, and it can be undone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from casework import guard
from casework.changes import has_link, is_changed
from casework.problems import Problem, RuleBroken
from casework.scope import office_wide
from models import Case, Client


def merge(db: Session, record: Client, kept: Client) -> Client:
    """Say that `record` is the same person as `kept`; the kept record's page then shows the cases of both.

    Raises RuleBroken if either is merged already, or is not one that the person acting may meet.
    """
    record.merged_into = kept
    db.flush()
    return kept


def undo_merge(db: Session, record: Client) -> Client:
    """Say that a record is a person of its own again."""
    if record.merged_into_id is None:
        raise RuleBroken([Problem("merged_into", "This record stands for itself already.")])
    record.merged_into = None
    db.flush()
    return record


def records_of(db: Session, client: Client) -> list[Client]:
    """Give the records that point at this one, within the reader's scope, the oldest first."""
    return list(db.scalars(select(Client).where(Client.merged_into_id == client.id).order_by(Client.id)))


def same_person(key: int) -> Select[tuple[int]]:
    """Give the numbers of all records of the person whose record `key` is one of, whoever may meet them."""
    records, asked = Client.__table__.alias(), Client.__table__.alias()
    kept = select(func.coalesce(asked.c.merged_into_id, asked.c.id)).where(asked.c.id == key).scalar_subquery()
    return select(records.c.id).where(or_(records.c.id == kept, records.c.merged_into_id == kept))


def records_of_each(db: Session, keys: Collection[int]) -> dict[int, set[int]]:
    """Give, for each of these records, the numbers of all records of the same person, its own among them."""
    asked, pairs = _same()
    found: dict[int, set[int]] = {key: {key} for key in keys}
    for key, record in db.execute(pairs.where(asked.in_(found))) if found else ():
        found[key].add(record)
    return found


@cache
def _same() -> tuple[Any, Select[tuple[int, int]]]:
    """Give the pairs of records of one person, and the column of the first; every column of both is copied for it."""
    asked, records = Client.__table__.alias(), Client.__table__.alias()
    kept = func.coalesce(asked.c.merged_into_id, asked.c.id)
    same = or_(records.c.id == kept, records.c.merged_into_id == kept)
    return asked.c.id, select(asked.c.id, records.c.id).join(records, same)


# Rules


def another_record(client: Client, db: Session) -> Iterator[Problem]:
    if not is_changed(client, "merged_into") or not has_link(client, "merged_into"):
        return
    kept = client.merged_into
    if kept is None or not _both_are_met(db, client, kept):
        yield Problem("merged_into", "Not joined: both records must be ones that you may open. Ask the manager.")
    elif kept is client:
        yield Problem("merged_into", "A record is the same person as itself already. Choose the other one.")
    elif kept.merged_into_id is not None:
        yield Problem("merged_into", f"{kept.ref} is itself the same person as another record. Choose that one.")
    elif _has_records(db, client):
        yield Problem("merged_into", f"Other records point at {client.ref}. Keep that one and join the other to it.")


def _both_are_met(db: Session, client: Client, kept: Client) -> bool:
    """Say whether the person acting may meet both; the program itself may."""
    ids = {one.id for one in (client, kept)}
    with db.no_autoflush:
        return set(db.scalars(select(Client.id).where(Client.id.in_(ids)))) == ids


def _has_records(db: Session, client: Client) -> bool:
    with db.no_autoflush:
        pointing = select(Client.id).where(Client.merged_into_id == client.id)
        return db.scalar(office_wide(pointing.limit(1))) is not None


def new_cases_go_to_the_kept_record(case: Case, db: Session) -> Iterator[Problem]:
    client = case.client
    if client is not None and client.merged_into_id is not None and is_changed(case, "client"):
        kept = _ref_of(db, client.merged_into_id)
        yield Problem("client", f"{client.ref} is the same person as {kept}. Choose {kept} for this case.")


def _ref_of(db: Session, key: int) -> str:
    met = db.scalar(select(Client.ref).where(Client.id == key))
    return met or "another record"


guard.register(Client, another_record)
guard.register(Case, new_cases_go_to_the_kept_record)
