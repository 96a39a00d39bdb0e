"""Reads a model's declarations back: one `Declared` for each field, in the order of declaration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, Time, inspect
from sqlalchemy.orm import ColumnProperty, InstrumentedAttribute, RelationshipProperty

from models.base import Base, Moment
from models.fields import FieldInfo, words

_KINDS = ((Moment, "moment"), (Boolean, "yes_no"), (Integer, "number"), (Date, "date"), (Time, "time"))


@dataclass(frozen=True)
class Declared:
    """One field of one model.

    `kind` is text, long, number, yes_no, date, moment, time, choice, link, many or rows. `column` is the
    column that holds it (for a link its key column; None for many and rows); `target` the linked model.
    """

    model: type[Base]
    key: str
    info: FieldInfo
    kind: str
    column: Column[Any] | None
    target: type[Base] | None

    @property
    def attribute(self) -> InstrumentedAttribute[Any]:
        return getattr(self.model, self.key)

    @property
    def compared(self) -> Any:
        """What filters and orders compare: a link by its key, everything else by its attribute."""
        return self.column if self.kind == "link" else self.attribute

    @property
    def optional(self) -> bool:
        return self.column is None or bool(self.column.nullable)

    @property
    def length(self) -> int | None:
        """The longest text the column takes, in characters; None where it has no length."""
        return getattr(self.column.type, "length", None) if self.column is not None else None


@cache
def declared(model: type[Base]) -> tuple[Declared, ...]:
    """Give every field of `model` that has a FieldInfo, in the order of declaration."""
    mapper = inspect(model)
    found = [_declared(model, attribute) for attribute in mapper.attrs if "field" in attribute.class_attribute.info]
    return tuple(sorted(found, key=lambda one: one.info.order))


@cache
def by_key(model: type[Base]) -> dict[str, Declared]:
    """Give the fields of `model` by attribute name."""
    return {one.key: one for one in declared(model)}


def _declared(model: type[Base], attribute: Any) -> Declared:
    info = attribute.class_attribute.info["field"]
    if isinstance(attribute, RelationshipProperty):
        return _declared_link(model, attribute, info)
    assert isinstance(attribute, ColumnProperty)
    column = attribute.columns[0]
    return Declared(model, attribute.key, info, _column_kind(column, info), column, None)


def _declared_link(model: type[Base], attribute: RelationshipProperty[Any], info: FieldInfo) -> Declared:
    target = attribute.mapper.class_
    if not attribute.uselist:
        return Declared(model, attribute.key, info, "link", next(iter(attribute.local_columns)), target)
    return Declared(model, attribute.key, info, "many" if attribute.secondary is not None else "rows", None, target)


def _column_kind(column: Column[Any], info: FieldInfo) -> str:
    if info.choices:
        return "choice"
    for kind, name in _KINDS:
        if isinstance(column.type, kind):
            return name
    return "long" if info.long else "text"


def value_in_words(field: Declared, value: Any) -> str:
    """Give the words for a plain stored value that needs no calendar: choices, yes and no, text, numbers."""
    if value is None:
        return ""
    if field.info.choices:
        return field.info.choice_label(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)


def state_words(model: type[Base], key: str) -> list[str]:
    """Give the states a column may hold."""
    return words(by_key(model)[key].info.choices)
