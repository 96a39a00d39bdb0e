"""What a mapping says, as plain values: which column of a sheet becomes which field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from models import Area, Base, Case, Client, Incident, Language, Team, Worker
from models.declared import Declared, by_key

RECORDS: dict[str, type[Base]] = {"client": Client, "case": Case, "incident": Incident}
NAMED = (Area, Language, Team, Worker)  # rows that a sheet may name in words
NOT_BY_IMPORT = {"case.status", "case.client", "incident.case"}  # an import makes enquiries, and links them itself
ANYTHING = "*"


@dataclass(frozen=True)
class FieldRule:
    """Fill one field from the first of `columns` that holds something.

    `words` turns what stands in the cell into the office's words; "*" stands for any other text. `split`
    is the sign between several values of one cell. `otherwise` is taken if every column holds nothing.
    """

    to: str
    columns: tuple[str, ...]
    time: str | None = None
    dates: str = "day_first"
    times: str = "clock"
    split: str | None = None
    words: Mapping[str, tuple[str, ...]] | None = None
    otherwise: tuple[str, ...] = ()
    nothing: frozenset[str] = frozenset()

    @property
    def record(self) -> str:
        return self.to.partition(".")[0]

    @property
    def declared(self) -> Declared:
        return field_of(self.to)


@dataclass(frozen=True)
class TextRule:
    """Keep a column that fits no field as one line "says: value" of what happened."""

    column: str
    says: str
    nothing: frozenset[str]


@dataclass(frozen=True)
class RowRule:
    """Leave out lines whose `column` is like `pattern`: totals and the like."""

    column: str
    pattern: re.Pattern[str]
    reason: str


@dataclass(frozen=True)
class SheetMapping:
    """Everything a mapping says; `name` is that of its file, or under which it is kept.

    `by_content` knows a row again by all that stands in it, where the sheet numbers nothing. `name_columns` gives a
    column without a heading its letter, and a second heading of the same words a number.
    """

    name: str
    format: str
    encoding: str
    delimiter: str
    sheet: str | int
    header_rows: tuple[int, ...]
    zone: ZoneInfo
    reference: tuple[str, ...]
    prefix: str
    left_out: Mapping[str, str]
    leave_out_rows: tuple[RowRule, ...]
    constants: Mapping[str, tuple[str, ...]]
    fields: tuple[FieldRule, ...]
    kept_as_text: tuple[TextRule, ...]
    same_person: tuple[str, ...]
    by_content: bool = False
    name_columns: bool = False

    def columns(self) -> dict[str, None]:
        """Give every column that is used, in the order of the mapping."""
        used = [*self.reference, *(rule.column for rule in self.leave_out_rows)]
        for rule in self.fields:
            used += [*rule.columns, *([rule.time] if rule.time else [])]
        return dict.fromkeys([*used, *(rule.column for rule in self.kept_as_text)])

    @property
    def makes_clients(self) -> bool:
        """Whether the sheet names people, so that clients are made and not enquiries alone."""
        return any(rule.record == "client" for rule in self.fields)


def field_of(to: str) -> Declared:
    """Give the declaration of a field named like "incident.place"."""
    record, _, key = to.partition(".")
    return by_key(RECORDS[record])[key]


def needed(record: str) -> Iterator[str]:
    """Give the fields without which a record of this kind cannot be kept."""
    for key, field in by_key(RECORDS[record]).items():
        column, to = field.column, f"{record}.{key}"
        if column is None or column.nullable or column.default is not None:
            continue
        if field.info.in_form and to not in NOT_BY_IMPORT:
            yield to


def folded(word: object) -> str:
    """Give a word as it is compared: small letters, single blanks."""
    return " ".join(str(word).split()).casefold()
