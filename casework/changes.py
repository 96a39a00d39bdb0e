"""What a record was before this flush, and which rows belong to it, whether or not they are saved yet.

Rules look while a change is still on its way: some rows are new, some links are set by row and some by key,
and a question to the database alone would miss what is being saved beside it.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import PASSIVE_NO_INITIALIZE, get_history

from casework.scope import office_wide
from models import Base

Row = TypeVar("Row", bound=Base)


def is_new(row: Base) -> bool:
    """Say whether the row has never been saved."""
    return inspect(row).key is None


def was(row: Base, name: str) -> Any:
    """Give the saved value of one field; None for a new row."""
    if is_new(row):
        return None
    history = get_history(row, name)
    return next(iter((*history.deleted, *history.unchanged)), None)


def is_changed(row: Base, name: str) -> bool:
    """Say whether one field differs from what is saved; a new row's fields are changed once they are set."""
    names = (name, f"{name}_id") if name in inspect(type(row)).relationships else (name,)
    return any(get_history(row, one, PASSIVE_NO_INITIALIZE).has_changes() for one in names if hasattr(type(row), one))


def is_linked(row: Base, name: str, other: Base) -> bool:
    """Say whether the link `name` of `row` is `other`, also where the reader may not meet `other`."""
    linked = getattr(row, name)
    if linked is not None or get_history(row, name, PASSIVE_NO_INITIALIZE).has_changes():
        return linked is other
    key = getattr(row, f"{name}_id")
    return key is not None and key == other.id


def has_link(row: Base, name: str) -> bool:
    """Say whether the link `name` is set, also where the reader may not meet its row."""
    if getattr(row, name) is not None:
        return True
    emptied = get_history(row, name, PASSIVE_NO_INITIALIZE).has_changes()
    return not emptied and getattr(row, f"{name}_id") is not None


def belonging(db: Session, model: type[Row], link: str, to: Base, *where: ColumnElement[bool]) -> list[Row]:
    """Give the rows of `model` whose `link` is `to`, saved or not, deleted ones left out; office-wide.

    `where` narrows what is read; what is new or changed in this session comes as well, so the caller asks
    each row again for what it needs.
    """
    stored: list[Row] = []
    if to.id is not None:
        stored = list(db.scalars(office_wide(select(model).where(getattr(model, f"{link}_id") == to.id, *where))))
    here = [row for row in (*db.new, *db.dirty) if isinstance(row, model)]
    found = dict.fromkeys((*stored, *here))
    return [row for row in found if row not in db.deleted and is_linked(row, link, to)]
