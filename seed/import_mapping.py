"""The mapping: a TOML file that says which column of a sheet becomes which field. No code for a new file.

`docs/import.md` explains every word of it; the files beside this module, in `mappings/`, are examples.
Everything is checked here that needs neither the sheet nor the database.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from models.declared import by_key
from seed.import_cells import DATE_ORDERS, TIME_KINDS
from seed.import_rules import NAMED, NOT_BY_IMPORT, RECORDS, FieldRule, RowRule, SheetMapping, TextRule, folded, needed
from seed.import_source import ImportRefused

MAPPINGS = Path(__file__).parent / "mappings"
_TOP = {
    "about", "format", "encoding", "delimiter", "sheet", "header_rows", "time_zone", "nothing", "reference",
    "left_out", "leave_out_row", "constants", "field", "kept_as_text", "same_person", "name_columns",
}  # fmt: skip
_FIELD = {"to", "column", "columns", "time", "dates", "times", "split", "words", "otherwise", "nothing"}


def read_mapping(path: Path) -> SheetMapping:
    """Read a mapping file. Raises ImportRefused with the place that is wrong."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ImportRefused(f"Not imported: there is no mapping file {path.name}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImportRefused(f"Not imported: the mapping {path.name} is not TOML: {error}.") from error
    try:
        return mapping_from(told, path.stem)
    except (AttributeError, TypeError) as error:  # a list where a table stands in the examples, or the other way
        raise ImportRefused(f"Not imported: the mapping {path.name} is not built as docs/import.md says.") from error


def mapping_from(told: Mapping[str, Any], name: str) -> SheetMapping:
    """Give a mapping from its parsed words. Raises ImportRefused with the place that is wrong."""
    _only(told, _TOP, "the mapping")
    nothing = frozenset(folded(word) for word in told.get("nothing", []))
    reference = _table(told, "reference", {"columns", "prefix", "by_content"})
    made = SheetMapping(
        name=name,
        format=_one_of(told.get("format", "csv"), ("csv", "xlsx"), "format"),
        encoding=_text(told, "encoding", "utf-8"),
        delimiter=_text(told, "delimiter", ","),
        sheet=told.get("sheet", 1),
        header_rows=_header_rows(told.get("header_rows", [1])),
        zone=_zone(_text(told, "time_zone", "Europe/London")),
        reference=_texts(reference.get("columns", []), "reference.columns"),
        prefix=_text(reference, "prefix", ""),
        left_out={str(column): str(why) for column, why in told.get("left_out", {}).items()},
        leave_out_rows=tuple(_row_rule(one) for one in told.get("leave_out_row", [])),
        constants={_target(to, "constants"): _listed(value) for to, value in told.get("constants", {}).items()},
        fields=tuple(_field_rule(one, nothing) for one in told.get("field", [])),
        kept_as_text=tuple(_text_rule(one, nothing) for one in told.get("kept_as_text", [])),
        same_person=tuple(_target(to, "same_person") for to in told.get("same_person", [])),
        by_content=reference.get("by_content") is True,
        name_columns=told.get("name_columns") is True,
    )
    _must_be_whole(made)
    return made


def _must_be_whole(mapping: SheetMapping) -> None:
    if bool(mapping.reference) == mapping.by_content:
        raise ImportRefused("Not imported: the mapping names no reference columns, so a second run would double rows.")
    if any(not why.strip() for why in mapping.left_out.values()):
        raise ImportRefused("Not imported: the mapping gives no reason for a column that it leaves out.")
    both = [column for column in mapping.columns() if column in mapping.left_out]
    if both:
        raise ImportRefused(f'Not imported: the mapping both uses and leaves out the column "{both[0]}".')
    filled = {rule.to for rule in mapping.fields} | set(mapping.constants)
    for record in ("case", "incident", *(["client"] if mapping.makes_clients else [])):
        missing = [to for to in needed(record) if to not in filled]
        if missing:
            raise ImportRefused(f"Not imported: the mapping does not say what fills {missing[0]}.")


def _field_rule(told: Mapping[str, Any], nothing: frozenset[str]) -> FieldRule:
    to = _target(told.get("to"), "field")
    _only(told, _FIELD, f"the field {to}")
    columns = _texts(told.get("columns") or [told.get("column")], f"the columns of {to}")
    words = told.get("words")
    return FieldRule(
        to=to,
        columns=columns,
        time=told.get("time"),
        dates=_one_of(told.get("dates", "day_first"), DATE_ORDERS, f"dates of {to}"),
        times=_one_of(told.get("times", "clock"), TIME_KINDS, f"times of {to}"),
        split=told.get("split"),
        words=None if words is None else {folded(word): _listed(value) for word, value in words.items()},
        otherwise=_listed(told.get("otherwise", [])),
        nothing=nothing | {folded(word) for word in told.get("nothing", [])},
    )


def _text_rule(told: Mapping[str, Any], nothing: frozenset[str]) -> TextRule:
    _only(told, {"column", "says", "nothing"}, "kept_as_text")
    column = _texts([told.get("column")], "kept_as_text")[0]
    return TextRule(column, _text(told, "says", column), nothing | {folded(word) for word in told.get("nothing", [])})


def _row_rule(told: Mapping[str, Any]) -> RowRule:
    _only(told, {"column", "like", "reason"}, "leave_out_row")
    column = _texts([told.get("column")], "leave_out_row")[0]
    try:
        pattern = re.compile(_text(told, "like", ""), re.IGNORECASE)
    except re.error as error:
        raise ImportRefused(f'Not imported: the pattern of leave_out_row for "{column}" cannot be read.') from error
    return RowRule(column, pattern, _text(told, "reason", "no row of the table"))


def _target(to: object, place: str) -> str:
    """Check that a field exists and may be filled by an import."""
    record, _, key = str(to).partition(".")
    field = by_key(RECORDS[record]).get(key) if record in RECORDS else None
    if field is None:
        raise ImportRefused(f'Not imported: "{to}", named under {place} in the mapping, is no field of the office.')
    named = field.info.code_list or field.target is None or field.target in NAMED
    if not field.info.in_form or field.kind == "rows" or not named or to in NOT_BY_IMPORT:
        raise ImportRefused(f'Not imported: "{to}", named under {place} in the mapping, cannot be filled by an import.')
    return str(to)


def _only(told: Mapping[str, Any], known: set[str], place: str) -> None:
    unknown = sorted(set(told) - known)
    if unknown:
        raise ImportRefused(f'Not imported: "{unknown[0]}" in {place} is no word that mappings know.')


def _table(told: Mapping[str, Any], key: str, known: set[str]) -> Mapping[str, Any]:
    table = told.get(key, {})
    if not isinstance(table, dict):
        raise ImportRefused(f'Not imported: "{key}" in the mapping is not a table.')
    _only(table, known, key)
    return table


def _text(told: Mapping[str, Any], key: str, usual: str) -> str:
    value = told.get(key, usual)
    if not isinstance(value, str):
        raise ImportRefused(f'Not imported: "{key}" in the mapping is not a text.')
    return value


def _texts(values: object, place: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(one, str) and one for one in values):
        raise ImportRefused(f"Not imported: {place} in the mapping: column names in quotation marks are expected.")
    return tuple(values)


def _listed(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(("yes" if one else "no") if isinstance(one, bool) else str(one) for one in values)


def _one_of(value: object, known: tuple[str, ...], place: str) -> str:
    if value not in known:
        raise ImportRefused(f"Not imported: {place} in the mapping must be one of {', '.join(known)}.")
    return str(value)


def _header_rows(numbers: object) -> tuple[int, ...]:
    good = isinstance(numbers, list) and numbers and all(type(one) is int and one > 0 for one in numbers)
    if not good or numbers != sorted(set(numbers)):
        raise ImportRefused("Not imported: header_rows in the mapping must be line numbers from 1 on, in order.")
    return tuple(numbers)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ImportRefused(f'Not imported: "{name}" in the mapping is no time zone such as Europe/London.') from error
