"""The working list: any table of the office as a sheet for the reader's own work.

It holds the reader's own scope. PERSONAL fields are allowed, SPECIAL ones never; it is marked confidential
and the caller writes its ids to the audit trail. Sheets that leave the office are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import extras
from exports.cells import Column
from models import Case
from models.base import Base
from models.declared import Declared, declared
from models.extras import loading
from models.fields import Sensitivity

if TYPE_CHECKING:
    from exports.workbook import Written

MARKING = "Confidential working list: not to leave the office"
OUTSIDE = "another team's record"  # a link that leads out of the reader's scope is never shown as empty
MOST_ROWS = 100_000
CHUNK = 500
_KINDS = {"number": "number", "date": "date", "moment": "moment", "yes_no": "yes_no"}
_WIDTHS = {"number": 10, "date": 12, "moment": 17, "yes_no": 9, "text": 24}


def working_fields(model: type[Base], see: Sensitivity, also: Sequence[Declared] = ()) -> list[Declared]:
    """Give the fields of a working list for a reader who may see up to `see`: SPECIAL never.

    `also` are the fields that the office added to these records.
    """
    highest = min(see, Sensitivity.PERSONAL)
    return [
        one for one in (*declared(model), *also)
        if one.info.sensitivity <= highest and one.kind != "rows" and _is_on_sheet(one)
    ]  # fmt: skip


def _is_on_sheet(field: Declared) -> bool:
    info = field.info
    return info.listed or info.in_form if info.on_sheet is None else info.on_sheet


def columns_of(fields: Sequence[Declared], label: Callable[[str], str] = str) -> list[Column]:
    """Give the sheet's columns; `label` translates."""
    kinds = [_KINDS.get(one.kind, "text") for one in fields]
    return [Column(label(one.info.label), kind, _WIDTHS[kind]) for one, kind in zip(fields, kinds, strict=True)]


def rows_of(
    db: Session, statement: Select[Any], fields: Sequence[Declared], see: Sensitivity, ids: list[int]
) -> Iterator[list[object]]:
    """Give the sheet's rows in the order of `statement`, some hundreds at a time; fills `ids` on the way."""
    model = fields[0].model
    keys = list(db.scalars(statement.with_only_columns(model.id, maintain_column_froms=True).limit(MOST_ROWS)))
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        loaded = db.scalars(select(model).where(model.id.in_(part)).options(*_loading(fields, see)))
        by_id = {row.id: row for row in loaded}
        for key in part:
            if key in by_id:
                ids.append(key)
                yield [value_of(one, by_id[key], see) for one in fields]
        db.expunge_all()


def value_of(field: Declared, row: Base, see: Sensitivity) -> object:
    """Give one field as the sheet writes it: true dates and numbers, words for links and states."""
    value = getattr(row, field.key)
    if field.info.choices:
        return field.info.choice_label(value)
    if field.kind == "link":
        return _linked(field, row, value, min(see, Sensitivity.PERSONAL))
    if field.kind == "many":
        return ", ".join(str(one) for one in value)
    if field.kind == "time" and value is not None:
        return f"{value:%H:%M}"
    return value


def _linked(field: Declared, row: Base, value: Base | None, see: Sensitivity) -> str | None:
    if value is not None:
        return value.label(see)
    return OUTSIDE if getattr(row, f"{field.key}_id") is not None else None


def write(
    out: BinaryIO, kind: str, db: Session, statement: Select[Any], model: type[Base], see: Sensitivity, *,
    title: str, notes: Sequence[str], made_at: datetime, label: Callable[[str], str] = str, only: Sequence[str] = (),
) -> tuple[Written, list[int]]:  # fmt: skip
    """Write the rows of `statement` as "xlsx" or "csv"; give what was written and the ids of its rows.

    `only` names the columns that are wanted, every one if none is named; what may stand on no sheet stays away from it.
    """
    from exports.workbook import Sheet, write_csv, write_workbook  # openpyxl takes half a second to load

    fields = working_fields(model, see, extras.fields_of(db, model))
    if only:
        fields = [one for one in fields if one.key in only]
    ids: list[int] = []
    rows, columns = rows_of(db, statement, fields, see, ids), columns_of(fields, label)
    if kind == "csv":
        return write_csv(out, columns, rows), ids
    sheet = Sheet(title, columns, rows, notes=notes)
    return write_workbook(out, [sheet], title=title, marking=MARKING, made_at=made_at), ids


def _loading(fields: Sequence[Declared], see: Sensitivity) -> list[Any]:
    options: list[Any] = loading(fields)
    for one in fields:
        if one.kind == "many":
            options.append(selectinload(one.attribute))
        elif one.kind == "link":
            load = joinedload(one.attribute)
            options.append(load.joinedload(Case.client) if one.target is Case and see >= Sensitivity.PERSONAL else load)
    return options
