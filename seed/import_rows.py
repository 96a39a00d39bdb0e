"""Turns one row of a sheet into the values of a client, a case and an incident, or says why it cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from seed import import_cells as cells
from seed.import_cells import CellError
from seed.import_rules import RECORDS, FieldRule, SheetMapping, field_of, folded, needed
from seed.import_table import TableRow
from seed.import_values import ValueReader, is_nothing

LONGEST_REFERENCE = 40  # leaves room in the column for the words that an undone import puts before it
FINGERPRINT = 16  # signs, 64 bits: two rows of one office meet by chance less than once in a million imports
BEGAN, EXACTNESS, STORY = "incident.from_at", "incident.precision", "incident.what"
NAME = "client.name"
NOT_LATER_THAN_NOW = ("case.first_contact_at", BEGAN)


@dataclass(frozen=True)
class Entry:
    """What one row says: field -> value, and under which reference the row is known again.

    A link is Linked, several are a sorted tuple of Linked, a moment is UTC, None is an empty cell.
    `compared` are the fields whose values come from the row and not from the mapping alone.
    """

    reference: str
    values: Mapping[str, Any] = field(repr=False)  # people's words have no place in a trace
    compared: tuple[str, ...]

    @property
    def names_a_person(self) -> bool:
        return self.values.get(NAME) is not None

    def of(self, record: str) -> dict[str, Any]:
        """Give the values of one record by attribute name."""
        return {to.partition(".")[2]: value for to, value in self.values.items() if to.startswith(f"{record}.")}


@dataclass
class RowReader:
    """Reads rows by one mapping. `now` is the moment of the import."""

    mapping: SheetMapping
    reader: ValueReader
    now: datetime

    def read(self, row: TableRow) -> tuple[Entry | None, tuple[str, ...]]:
        """Give the entry and no reasons, or no entry and every reason why this row cannot be taken."""
        if row.broken:
            return None, (row.broken,)
        reasons: list[str] = []
        values = self._values(row, reasons)
        self._keep_as_text(row, values, reasons)
        reference = self._reference(row, reasons)
        if not reasons:
            reasons += [*self._missing(values), *self._lost(row, values), *_impossible(values, self.now)]
        if reasons:
            return None, tuple(dict.fromkeys(reasons))
        return Entry(reference, {**self._constants, **values}, tuple(values)), ()

    @cached_property
    def _constants(self) -> dict[str, Any]:
        return {to: self.reader.of_words(FieldRule(to, ()), words) for to, words in self.mapping.constants.items()}

    @cached_property
    def _exactness_is_told(self) -> bool:
        return EXACTNESS in self.mapping.constants or any(rule.to == EXACTNESS for rule in self.mapping.fields)

    def _values(self, row: TableRow, reasons: list[str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for rule in self.mapping.fields:
            filled = (one for one in rule.columns if not is_nothing(row.cells[one], rule.nothing))
            column = next(filled, rule.columns[0])
            try:
                value = self.reader.value(rule, row, column)
                if rule.to == BEGAN and not self._exactness_is_told:
                    exact = self.reader.clock(rule, row.cells[column], row) is not None
                    values.setdefault(EXACTNESS, "exact" if exact else "day")
            except CellError as error:
                reasons.append(f"Column {column} {error}")
                continue
            if value is not None or rule.declared.optional:  # an empty cell leaves the field its usual value
                values[rule.to] = _joined(values.get(rule.to), value)
        return values

    def _keep_as_text(self, row: TableRow, values: dict[str, Any], reasons: list[str]) -> None:
        """Add the columns that fit no field to what happened, each as a line of its own."""
        if not self.mapping.kept_as_text:
            return
        lines = [values[STORY]] if values.get(STORY) else []
        for rule in self.mapping.kept_as_text:
            try:
                if not is_nothing(row.cells[rule.column], rule.nothing):
                    lines.append(f"{rule.says}: {cells.as_text(row.cells[rule.column])}")
            except CellError as error:
                reasons.append(f"Column {rule.column} {error}")
        values[STORY] = "\n".join(lines) or None

    def _reference(self, row: TableRow, reasons: list[str]) -> str:
        if self.mapping.by_content:
            return self.mapping.prefix + fingerprint(row)
        parts: list[str] = []
        for column in self.mapping.reference:
            try:
                parts.append(cells.as_text(row.cells[column]))
            except CellError as error:
                reasons.append(f"Column {column} {error}")
        if not all(parts):
            reasons.append(f"Column {self.mapping.reference[0]} is empty, so this row could not be known again.")
        reference = self.mapping.prefix + " ".join(parts)
        if len(reference) > LONGEST_REFERENCE:
            reasons.append(f"The reference is longer than {LONGEST_REFERENCE} characters.")
        return reference

    def _missing(self, values: Mapping[str, Any]) -> Iterator[str]:
        for record in RECORDS if values.get(NAME) else ("case", "incident"):
            for to in needed(record):
                if values.get(to, self._constants.get(to)) is None:
                    yield f"{field_of(to).info.label} is missing."

    def _lost(self, row: TableRow, values: Mapping[str, Any]) -> Iterator[str]:
        """Without a name no client is made; what stands only in the client's columns would vanish."""
        for column, nothing in self._only_for_clients.items() if values.get(NAME) is None else ():
            if not is_nothing(row.cells[column], nothing):
                yield f"Column {column} says something of a person, but there is no name."

    @cached_property
    def _only_for_clients(self) -> dict[str, frozenset[str]]:
        """The columns that fill nothing but the client, each with its words for nothing."""
        elsewhere = {column for rule in self.mapping.fields if rule.record != "client" for column in rule.columns}
        elsewhere |= {rule.column for rule in self.mapping.kept_as_text}
        theirs = [rule for rule in self.mapping.fields if rule.record == "client"]
        return {one: rule.nothing for rule in theirs for one in rule.columns if one not in elsewhere}


def fingerprint(row: TableRow) -> str:
    """Give the same few signs for the same words under the same headings, wherever the row stands."""
    said = sorted(f"{name}\0{folded(_shown(cell))}" for name, cell in row.cells.items())
    return hashlib.sha256("\1".join(said).encode()).hexdigest()[:FINGERPRINT]


def _shown(cell: object) -> str:
    return cell.why if isinstance(cell, cells.Unreadable) else cells.as_text(cell)


def _joined(there: Any, value: Any) -> Any:
    """Give what several rules say of one field: all rows of a list, otherwise the first that says anything."""
    if isinstance(value, tuple):
        return tuple(sorted({*(there or ()), *value}))
    return value if there is None else there


def _impossible(values: Mapping[str, Any], now: datetime) -> Iterator[str]:
    for to in NOT_LATER_THAN_NOW:
        if values.get(to) is not None and values[to] > now:
            yield f"{field_of(to).info.label} lies in the future."
