"""Judges each row of a sheet against the rows before it, the office's records and the office's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework.scope import office_wide
from casework.text import digits, name_key
from models import Case, Client, Incident
from models.declared import declared
from seed.import_lists import Lists
from seed.import_records import broken_rules, differences, differing_labels, tried
from seed.import_rows import Entry
from seed.import_rules import SheetMapping
from seed.import_table import TableRow
from seed.import_verdicts import NewRow, PlannedRow, Verdict

AT_A_TIME = 500  # references asked for in one statement


def stored_under(db: Session, references: list[str]) -> dict[str, Incident]:
    """Give the incidents that the office already has under these references, with what is compared."""
    many = [selectinload(one.attribute) for one in declared(Incident) if one.kind == "many"]
    found: dict[str, Incident] = {}
    for start in range(0, len(references), AT_A_TIME):
        asked = select(Incident).where(Incident.external_ref.in_(references[start : start + AT_A_TIME]))
        whole = asked.options(joinedload(Incident.case).joinedload(Case.client), *many)
        found |= {row.external_ref: row for row in db.scalars(office_wide(whole)) if row.external_ref}
    return found


@dataclass(frozen=True)
class _Person:
    """Somebody whom a row of this sheet names: the row, what it says of them, their record."""

    row: int
    entry: Entry
    client: Client
    client_id: int | None


@dataclass
class Judge:
    """Judges rows in the order of the sheet, remembering references and people."""

    db: Session
    lists: Lists
    mapping: SheetMapping
    stored: Mapping[str, Incident]
    _first_row: dict[str, int] = field(default_factory=dict)
    _people: dict[tuple[str, ...], _Person] = field(default_factory=dict)

    def verdict(self, row: TableRow, entry: Entry) -> PlannedRow:
        """Give the verdict on a row that could be read."""
        first = self._first_row.setdefault(entry.reference, row.number)
        if first != row.number:
            return PlannedRow(row.number, Verdict.CLASH, f"Row {first} has the same reference.")
        there = self.stored.get(entry.reference)
        return self._known(row, entry, there) if there is not None else self._new(row, entry)

    def _known(self, row: TableRow, entry: Entry, there: Incident) -> PlannedRow:
        self._remember(row, entry, there.case.client, there.case.client_id)
        fields = differences(entry, tried(entry, self.lists, self.db), there)
        if fields:
            reason = f"The office's record of this reference differs in: {', '.join(fields)}."
            return PlannedRow(row.number, Verdict.CLASH, reason)
        return PlannedRow(row.number, Verdict.SAME)

    def _new(self, row: TableRow, entry: Entry) -> PlannedRow:
        person = self._people.get(self._key(entry)) if entry.names_a_person else None
        if person is not None and (fields := differing_labels(entry, person.entry)):
            reason = f"Row {person.row} names the same person, but differs in: {', '.join(fields)}."
            return PlannedRow(row.number, Verdict.CLASH, reason)
        known = person.client if person else None
        records = tried(entry, self.lists, self.db, person=known)
        if broken := broken_rules(records, self.db, person=known):
            return PlannedRow(row.number, Verdict.BAD, " ".join(broken))
        self._remember(row, entry, records.client, None)
        new = NewRow(entry, person.row, person.client_id) if person else NewRow(entry, row.number, None)
        return PlannedRow(row.number, Verdict.NEW, new=new)

    def _remember(self, row: TableRow, entry: Entry, client: Client | None, client_id: int | None) -> None:
        key = self._key(entry)
        if client is not None and client.voided_reason is None and key:
            self._people.setdefault(key, _Person(row.number, entry, client, client_id))

    def _key(self, entry: Entry) -> tuple[str, ...]:
        """Give what makes two rows name one person; empty unless every part of it is there."""
        values = [entry.values.get(to) for to in self.mapping.same_person]
        if not entry.names_a_person or any(value is None for value in values):
            return ()
        return tuple(
            digits(str(value)) if to.endswith(".phone") else name_key(str(value))
            for to, value in zip(self.mapping.same_person, values, strict=True)
        )
