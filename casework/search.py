"""Finding records by what people type: the one place that decides how text is compared.

Names of clients are found by the beginnings of their words, which the index of names answers; everything else by any
part of it. Nobody else builds such a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from casework.name_index import HIGHEST, word_key
from casework.sounds import PARTICLES
from casework.text import clean_line, digits, name_key
from models import Case, Client, client_keys
from models.base import Base
from models.declared import Declared, by_key, declared
from models.fields import Sensitivity
from models.finding import LONGEST_KEY

MOST_WORDS = 8
FEWEST_DIGITS = 4  # fewer would fit half the telephone numbers of the borough
_FOLDED = {Client: ("name", "own_script")}  # columns whose folded form stands in name_key


def matches(model: type[Base], typed: str, see: Sensitivity, also: Sequence[Declared] = ()) -> ColumnElement[bool]:
    """Give the condition that every word of `typed` is in a field that this reader may search.

    `also` are fields that the office added, as far as this reader meets them.
    """
    words = clean_line(typed).split()[:MOST_WORDS]
    return and_(*(_word(model, word, see, also) for word in words)) if words else false()


def find(
    db: Session, model: type[Base], typed: str, see: Sensitivity, *, limit: int, where: Sequence[Any] = ()
) -> list[Base]:
    """Give the rows in scope that fit: the one whose reference is exactly the first word, else by all words."""
    first = clean_line(typed).split(" ", 1)[0]
    rows = select(model).where(*where).options(*for_label(model, see))
    if hasattr(model, "ref"):
        exact = db.scalars(rows.where(func.lower(model.ref) == first.lower())).one_or_none()
        if exact is not None:
            return [exact]
    return list(db.scalars(ordered(rows.where(matches(model, typed, see)), model).limit(limit)))


def for_label(model: type[Base], see: Sensitivity) -> list[Any]:
    """Give the loader options for what a label needs beside its own row: a case is named by its client."""
    return [joinedload(Case.client)] if model is Case and see >= Sensitivity.PERSONAL else []


def ordered(statement: Select[Any], model: type[Base]) -> Select[Any]:
    """Put a select in the usual order of its table, the key last so that the order is stable."""
    keys = [name for name in model.__order__ if name.lstrip("-") != "id"]
    last = model.id.desc() if "-id" in model.__order__ else model.id
    return statement.order_by(*(_direction(model, name) for name in keys), last)


def searched(model: type[Base], see: Sensitivity) -> tuple[str, ...]:
    """Give the names of the fields that this reader may search in this table."""
    return tuple(one.key for one in declared(model) if one.info.searched and one.info.sensitivity <= see)


def can_search(model: type[Base], see: Sensitivity) -> bool:
    return bool(searched(model, see)) or (model in _THROUGH and see >= Sensitivity.PERSONAL)


def by_beginnings(model: type[Base], see: Sensitivity) -> bool:
    """Say whether a search of this table finds clients by the beginnings of their names."""
    return see >= Sensitivity.PERSONAL and (model in _FOLDED or model in _THROUGH)


def _direction(model: type[Base], name: str) -> Any:
    return getattr(model, name[1:]).desc() if name.startswith("-") else getattr(model, name)


def _word(model: type[Base], word: str, see: Sensitivity, also: Sequence[Declared] = ()) -> ColumnElement[bool]:
    keys = [key for key in searched(model, see) if key not in _FOLDED.get(model, ())]
    keys = [key for key in keys if key != "ref" or _may_be_of_a_reference(word)]
    tests = [_contains(getattr(model, key), word) for key in keys if key != "phone"]
    tests.extend(_contains(one.compared, word) for one in also)
    if "phone" in keys:
        tests.extend(_phone(model, word))
    if by_beginnings(model, see) and (parts := name_key(word).split()):
        if model in _FOLDED:
            tests.append(and_(*(_named(Client.id, part) for part in parts)))
        if model in _THROUGH:
            # Among the clients whom the reader may meet: their names must not be tried out on cases.
            clients = select(Client.id).where(and_(*(_named(Client.id, part) for part in parts)))
            tests.append(model.client_id.in_(clients))  # type: ignore[attr-defined]
    return or_(false(), *tests)


def _may_be_of_a_reference(word: str) -> bool:
    """Every reference has its year and its number; looking for letters alone would read through all of them."""
    return any(sign.isdigit() for sign in word)


def _named(client_id: Any, part: str) -> ColumnElement[bool]:
    """Give the condition that a word of the client's names begins with this one, as folded."""
    if part in PARTICLES:  # no keys are kept for these
        return or_(_begins(Client.name_key, part), _contains(Client.name_key, f" {part}"))
    start = word_key(part)[:LONGEST_KEY]
    return client_id.in_(
        select(client_keys.c.client_id).where(client_keys.c.key >= start, client_keys.c.key < start + HIGHEST)
    )


def _phone(model: type[Base], word: str) -> list[ColumnElement[bool]]:
    figures = digits(word)
    if len(figures) < FEWEST_DIGITS:
        return []
    column = "phone_digits" if "phone_digits" in by_key(model) else "phone"
    return [_contains(getattr(model, column), figures)]


def _contains(column: Any, word: str) -> ColumnElement[bool]:
    """Compare without regard to case; % and _ mean themselves."""
    return column.ilike(f"%{_escaped(word)}%", escape="\\")


def _begins(column: Any, word: str) -> ColumnElement[bool]:
    return column.ilike(f"{_escaped(word)}%", escape="\\")


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_THROUGH: frozenset[Any] = frozenset({Case})  # found by their client's name too
