"""What every table shares: a key, who and when, a version, and the building of declared links."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Integer, MetaData, Table, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from models.fields import FieldInfo, LinkMark, ManyMark, RowsMark, Sensitivity, col, words

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time, stored as UTC; only times that know their zone are taken."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs its time zone.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table_name(class_name: str) -> str:
    """Give the plural table name of a class: CaseNote -> case_notes, Agency -> agencies, Batch -> batches."""
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", class_name).lower()
    if snake.endswith("y") and snake[-2] not in "aeiou":
        return snake[:-1] + "ies"
    return snake + ("es" if snake.endswith(("s", "x", "ch", "sh")) else "s")


class Base(DeclarativeBase):
    """A table of the office.

    `__part_of__` names the link to the record that a row belongs to: its rules are checked when the row
    changes. `__touches__` says whether the record's version rises too (rows edited inside its form).
    `__order__` is the usual order of its list: attribute names, `-` before one for descending.
    """

    metadata = MetaData(naming_convention=NAMES)
    __part_of__: ClassVar[str | None] = None
    __touches__: ClassVar[bool] = True
    __order__: ClassVar[tuple[str, ...]] = ("-id",)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return table_name(cls.__name__)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    id: Mapped[int] = mapped_column(
        primary_key=True,
        sort_order=-10,
        info={"field": FieldInfo("Number", Sensitivity.OFFICE, in_form=False)},
    )
    created_at: Mapped[datetime] = col(Moment, FieldInfo("Made on", Sensitivity.OFFICE, in_form=False), sort_order=90)
    created_by_id: Mapped[int | None] = col(
        Integer, FieldInfo("Made by", Sensitivity.OFFICE, in_form=False), sort_order=91
    )
    updated_at: Mapped[datetime] = col(
        Moment, FieldInfo("Changed on", Sensitivity.OFFICE, in_form=False), sort_order=92
    )
    updated_by_id: Mapped[int | None] = col(
        Integer, FieldInfo("Changed by", Sensitivity.OFFICE, in_form=False), sort_order=93
    )
    version: Mapped[int] = col(
        Integer, FieldInfo("Version", Sensitivity.OFFICE, in_form=False), sort_order=94, nullable=False
    )

    def __init_subclass__(cls, **options: Any) -> None:
        marks = {name: mark for name, mark in vars(cls).items() if isinstance(mark, LinkMark | ManyMark | RowsMark)}
        for name, mark in marks.items():
            _build(cls, name, mark)
        super().__init_subclass__(**options)
        if "__table__" in vars(cls):
            _check_states(cls)

    def __str__(self) -> str:
        """Give the label that anyone of the office may read; never a client's name."""
        return f"{type(self).__name__} {self.id}"

    def label(self, see: Sensitivity) -> str:
        """Give the label for a reader who may see up to `see`."""
        return str(self)


def _build(cls: type[Base], name: str, mark: LinkMark | ManyMark | RowsMark) -> None:
    target, optional = _annotated_target(cls, name)
    del cls.__annotations__[name]
    if isinstance(mark, LinkMark):
        _build_link(cls, name, mark, target, optional)
    elif isinstance(mark, ManyMark):
        secondary = _link_table(cls, target, mark.through)
        setattr(cls, name, _related(target, mark.info, secondary=secondary, uselist=True))
    else:
        setattr(
            cls,
            name,
            _related(
                target,
                mark.info,
                back_populates=mark.back,
                uselist=True,
                passive_deletes="all",
                cascade="save-update, merge",
                order_by=f"{target}.id",
            ),
        )


def _build_link(cls: type[Base], name: str, mark: LinkMark, target: str, optional: bool) -> None:
    key = mapped_column(
        ForeignKey(f"{table_name(target)}.id", ondelete="RESTRICT"),
        index=not mark.unique,
        unique=mark.unique,
        nullable=optional,
        active_history=True,
        info={"key_of": name},
    )
    setattr(cls, f"{name}_id", key)
    cls.__annotations__[f"{name}_id"] = Mapped[int | None] if optional else Mapped[int]
    to_itself = {"remote_side": f"{target}.id"} if target == cls.__name__ else {}
    setattr(cls, name, _related(target, mark.info, foreign_keys=[key], back_populates=mark.back, **to_itself))


def _related(target: str, info: FieldInfo, **options: Any) -> Any:
    return relationship(target, info={"field": info}, active_history=True, **options)


def _annotated_target(cls: type[Base], name: str) -> tuple[str, bool]:
    """Read the class name and whether it may be empty out of `Mapped[X]`, `Mapped[X | None]`, `Mapped[list[X]]`."""
    text = str(cls.__annotations__[name])
    found = re.fullmatch(r"Mapped\[(?:list\[)?(\w+)\]?( \| None)?\]?", text)
    if found is None:
        raise TypeError(f"{cls.__name__}.{name}: annotate as Mapped[X], Mapped[X | None] or Mapped[list[X]]")
    return found[1], found[2] is not None


def _link_table(cls: type[Base], target: str, name: str) -> Table:
    own, other = table_name(cls.__name__), table_name(target)
    return Table(
        name,
        Base.metadata,
        Column(_key_name(cls.__name__), ForeignKey(f"{own}.id", ondelete="RESTRICT"), primary_key=True),
        Column(_key_name(target), ForeignKey(f"{other}.id", ondelete="RESTRICT"), primary_key=True, index=True),
    )


def _key_name(class_name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", class_name).lower() + "_id"


def _check_states(cls: type[Base]) -> None:
    """Hold the states of a workflow in the database too: a word outside the list is refused."""
    for column in cls.__table__.columns:
        info = column.info.get("field")
        if info is not None and info.choices:
            cls.__table__.append_constraint(
                CheckConstraint(column.in_(words((*info.choices, *info.withdrawn))), name=f"{column.name}_known")
            )


def unique(*columns: str) -> UniqueConstraint:
    """Give a named constraint: no two rows alike in all of `columns`."""
    return UniqueConstraint(*columns)


def check(name: str, rule: str) -> CheckConstraint:
    """Give a named check, for what the database itself can hold."""
    return CheckConstraint(rule, name=name)
