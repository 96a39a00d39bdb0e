"""What forms and filters offer to choose from, read once for each request; and finding rows of big tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_views.db import db
from casework import search
from models import Area, ClosedDay, Code, Language, ResponseStandard, Team, Venue
from models.base import Base
from models.declared import Declared
from models.fields import Sensitivity

SMALL = {Area, ClosedDay, Code, Language, ResponseStandard, Team, Venue}  # lists that fit a drop-down
MOST_FOUND = 12


def choices_for(field: Declared) -> Callable[[], list[tuple[Any, str]]]:
    """Give a function that lists (id, words) for a link or ticks to a small table."""
    if field.target is Code:
        return lambda: codes(field.info.code_list or "")
    target = field.target
    assert target is not None
    return lambda: rows_of(target)


def codes(code_list: str) -> list[tuple[int, str]]:
    """Give the words in use of one list; all lists are read together, in one statement."""
    if "codes" not in g:
        statement = select(Code.list, Code.id, Code.words).where(Code.active).order_by(Code.list, Code.sort, Code.words)
        g.codes = {}
        for name, key, words in db.session.execute(statement):
            g.codes.setdefault(name, []).append((key, words))
    return g.codes.get(code_list, [])


def rows_of(model: type[Base]) -> list[tuple[int, str]]:
    """Give every row of a small table, in its usual order."""
    known = g.setdefault("small_tables", {})
    if model not in known:
        known[model] = [(row.id, str(row)) for row in db.session.scalars(search.ordered(select(model), model))]
    return known[model]


def fetched(model: type[Base]) -> Callable[[Any], Any]:
    """Give a function from an id to its row, or from several ids to their rows, within the reader's scope."""

    def fetch(key: Any) -> Any:
        if isinstance(key, list):
            return list(db.session.scalars(select(model).where(model.id.in_(key))))
        return row_of(model, key)

    return fetch


def row_of(model: type[Base], key: int) -> Any:
    """Give a row in the reader's scope by its number, with what its label needs; read once in a request."""
    known = g.setdefault("rows_by_number", {})
    if (model, key) not in known:
        with_label = search.for_label(model, Sensitivity.SECRET)
        found = db.session.scalars(select(model).where(model.id == key).options(*with_label))
        known[model, key] = found.one_or_none()
    return known[model, key]


class Finder:
    """Finds rows of one big table among those the reader may see."""

    def __init__(self, session: Session, model: type[Base], see: Sensitivity, where: Iterable[Any] = ()) -> None:
        self.session, self.model, self.see, self.where = session, model, see, tuple(where)

    def by_text(self, text: str) -> list[tuple[int, str]]:
        """Give (id, label) of what `text` fits, at most thirteen; an exact reference comes alone."""
        found = search.find(self.session, self.model, text, self.see, limit=MOST_FOUND + 1, where=self.where)
        return [(row.id, self.label(row)) for row in found]

    def get(self, key: int) -> str | None:
        if self.session is db.session and not self.where:
            row = row_of(self.model, key)
        else:
            statement = select(self.model).where(self.model.id == key, *self.where)
            row = self.session.scalars(statement.options(*search.for_label(self.model, self.see))).one_or_none()
        return self.label(row) if row is not None else None

    def label(self, row: Base) -> str:
        return row.label(self.see)
