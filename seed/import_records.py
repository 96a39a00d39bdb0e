"""Builds the records that an entry stands for, asks the office's rules about them and finds differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from casework import guard
from casework.context import acting
from models import Base, Case, Client, Incident
from models.declared import declared
from seed.import_lists import Linked, Lists
from seed.import_rows import Entry
from seed.import_rules import field_of

NOT_NUMBERED_YET = "-"  # a dry run takes no reference from the office's series


@dataclass(frozen=True)
class Records:
    """One row as records; `client` is None for an enquiry without a name."""

    client: Client | None
    case: Case
    incident: Incident


def build(entry: Entry, lists: Lists, *, person: Client | None = None) -> Records:
    """Give new records that no session holds yet; `person` is the client if an earlier row made them."""
    client = person
    if client is None and entry.names_a_person:
        client = Client(**_attributes(entry, "client", lists))
    case = Case(client=client, status="enquiry", **_attributes(entry, "case", lists))
    incident = Incident(case=case, external_ref=entry.reference, **_attributes(entry, "incident", lists))
    return Records(client, case, incident)


def tried(entry: Entry, lists: Lists, db: Session, *, person: Client | None = None) -> Records:
    """Give the records as saving would prepare them, without saving: for rules and comparison."""
    made = build(entry, lists, person=person)
    for row in _new_ones(made, person):
        _fill_defaults(row)
        row.created_at = row.updated_at = acting(db).now
        if isinstance(row, Client | Case):
            row.ref = NOT_NUMBERED_YET
        for step in guard.PREPARATIONS.get(type(row), ()):
            step(row, db)
    return made


def broken_rules(records: Records, db: Session, *, person: Client | None = None) -> tuple[str, ...]:
    """Give the sentences of the rules that would refuse these records."""
    problems = (problem for row in _new_ones(records, person) for problem in guard.problems_of(row, db))
    return tuple(dict.fromkeys(problem.text for problem in problems))


def differences(entry: Entry, told: Records, stored: Incident) -> tuple[str, ...]:
    """Give the labels of the fields in which the sheet and the office's records differ."""
    ours = {"client": stored.case.client, "case": stored.case, "incident": stored}
    theirs = {"client": told.client, "case": told.case, "incident": told.incident}
    return tuple(
        field_of(to).info.label
        for to, record, key in ((to, *to.split(".")) for to in entry.compared)
        if (record != "client" or entry.names_a_person) and _plain(theirs[record], key) != _plain(ours[record], key)
    )


def differing_labels(one: Entry, other: Entry) -> tuple[str, ...]:
    """Give the labels of the client's fields in which two rows differ."""
    fields = [to for to in one.compared if to.startswith("client.")]
    return tuple(field_of(to).info.label for to in fields if one.values[to] != other.values.get(to))


def _new_ones(records: Records, person: Client | None) -> Iterator[Base]:
    if records.client is not None and records.client is not person:
        yield records.client
    yield records.case
    yield records.incident


def _fill_defaults(row: Base) -> None:
    for one in declared(type(row)):
        default = one.column.default if one.column is not None else None
        if default is not None and default.is_scalar and getattr(row, one.column.key) is None:
            setattr(row, one.column.key, default.arg)


def _attributes(entry: Entry, record: str, lists: Lists) -> dict[str, Any]:
    return {key: _as_held(value, lists) for key, value in entry.of(record).items()}


def _as_held(value: Any, lists: Lists) -> Any:
    if isinstance(value, Linked):
        return lists.row(value)
    return [lists.row(one) for one in value] if isinstance(value, tuple) else value


def _plain(row: Base | None, key: str) -> Any:
    """Give an attribute so that it can be compared: linked rows by their numbers."""
    value = getattr(row, key, None)
    if isinstance(value, Base):
        return value.id
    return _numbers(value) if isinstance(value, list) else value


def _numbers(rows: Iterable[Base]) -> frozenset[int]:
    return frozenset(row.id for row in rows)
