"""What the tallies are built from: how rows are counted, which cases count, and those that a grant pays for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from models import Case, Code


@dataclass(frozen=True)
class Within:
    """The cases that figures are about: of these boroughs and of these kinds, by id; an empty set leaves all in."""

    areas: frozenset[int] = frozenset()
    kinds: frozenset[int] = frozenset()

    def holds(self) -> ColumnElement[bool]:
        """Say in SQL that a case is among them."""
        area = Case.area_id.in_(sorted(self.areas)) if self.areas else true()
        return and_(area, Case.kind_id.in_(sorted(self.kinds))) if self.kinds else area


EVERYTHING = Within()


def times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def yes(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def grouped(rows: Select[Any]) -> Select[Any]:
    """Count equal rows. Grouped from outside: PostgreSQL takes an expression with values in it for two."""
    inner = rows.subquery()
    return select(*inner.c, func.count()).group_by(*inner.c).order_by(*inner.c)


def is_live(within: Within = EVERYTHING) -> ColumnElement[bool]:
    """Cases of which something counts: not set aside."""
    return and_(Case.voided_reason.is_(None), within.holds())


def is_counted(within: Within = EVERYTHING) -> ColumnElement[bool]:
    """Cases and enquiries that count: not set aside, and not a case that was recorded twice."""
    twice = select(Code.id).where(Code.list == "closure_reason", Code.code == "duplicate")
    return and_(
        is_live(within), or_(Case.closure_reason_id.is_(None), Case.closure_reason_id.not_in(twice)),
    )  # fmt: skip
