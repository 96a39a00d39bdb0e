"""The office's own words as an import meets them: a code, a borough, a language named in a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.scope import office_wide
from casework.text import name_key
from models import Area, Base, Code, Language
from models.declared import Declared
from seed.import_rules import NAMED, SheetMapping, field_of
from seed.import_source import ImportRefused

_TABLES: dict[str, type[Base]] = {table.__name__: table for table in (Code, *NAMED)}


@dataclass(frozen=True, order=True)
class Linked:
    """A row of one of the office's lists, by its table and number."""

    table: str
    id: int


class Lists:
    """Reads each list once; gives the row that a word means, or None where none or several fit."""

    def __init__(self, db: Session) -> None:
        self._db = db
        self._by_name: dict[type[Base], dict[str, set[int]]] = {}
        self._rows: dict[Linked, Any] = {}

    @cached_property
    def _codes(self) -> dict[tuple[str, str], int]:
        return {(code.list, code.code): self._keep(code).id for code in self._db.scalars(office_wide(select(Code)))}

    def find(self, field: Declared, word: str) -> Linked | None:
        """Give the row that `word` means for a link field: a code's short form, otherwise a name."""
        if field.info.code_list:
            found = self._codes.get((field.info.code_list, word))
            return Linked(Code.__name__, found) if found else None
        if field.target is None:
            raise TypeError(f"{field.key} is no link")
        if field.target not in self._by_name:
            self._by_name[field.target] = self._read_names(field.target)
        ids = self._by_name[field.target].get(name_key(word), set())
        return Linked(field.target.__name__, next(iter(ids))) if len(ids) == 1 else None

    def names_of(self, target: type[Base]) -> dict[str, str]:
        """Give for each way to name a row of a list, folded for comparing, the row's own name where one fits alone."""
        if target not in self._by_name:
            self._by_name[target] = self._read_names(target)
        return {
            key: self._rows[Linked(target.__name__, next(iter(ids)))].name
            for key, ids in self._by_name[target].items() if len(ids) == 1
        }  # fmt: skip

    def row(self, linked: Linked) -> Any:
        """Give the row itself, as this session holds it."""
        if linked not in self._rows:
            self._rows[linked] = self._db.get_one(_TABLES[linked.table], linked.id)
        return self._rows[linked]

    def _keep(self, row: Any) -> Any:
        self._rows[Linked(type(row).__name__, row.id)] = row
        return row

    def _read_names(self, target: type[Base]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for row in self._db.scalars(office_wide(select(target))):
            for name in _names(self._keep(row)):
                found.setdefault(name_key(name), set()).add(row.id)
        return found


def _names(row: Any) -> Iterator[str]:
    """Give every name under which a row may stand in a sheet."""
    yield row.name
    if isinstance(row, Language):
        yield row.code
        yield from (row.own_name or "").split(" / ")
        yield from (row.other_names or "").split(";")
    if isinstance(row, Area) and row.ons_code:
        yield row.ons_code


def must_know_all_words(mapping: SheetMapping, lists: Lists) -> None:
    """Refuse a mapping that turns a cell into a word which the office's list does not have."""
    for to, words in _given_words(mapping):
        field = field_of(to)
        for word in words:
            if not _is_known(field, word, lists):
                raise ImportRefused(
                    f'Not imported: the mapping gives {to} the word "{word}", which its list does not have.'
                )


def _is_known(field: Declared, word: str, lists: Lists) -> bool:
    if field.target is not None:
        return lists.find(field, word) is not None
    return not field.info.choices or word in dict(field.info.choices)


def _given_words(mapping: SheetMapping) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from mapping.constants.items()
    for rule in mapping.fields:
        yield rule.to, rule.otherwise
        for words in (rule.words or {}).values():
            yield rule.to, words
