"""Checks every rule at flush, over the records that a change belongs to.

Forms, actions, imports and seeds all write through a session, and every session passes here, so a rule
cannot be walked around. What changed is traced to its roots along `__part_of__`; each root's rules run
once; a child edited inside a record's form raises the record's version.

Before the rules look, a new row gets what its columns fill in by themselves, and a link that was set through
its key alone is followed: a rule may read `row.agency` and `row.status` without asking how they were set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from sqlalchemy import Column, event, inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import PASSIVE_NO_INITIALIZE, flag_modified, get_history

from casework.context import Acting, acting
from casework.problems import Problem, RuleBroken
from models import Base
from models.declared import declared

Rule = Callable[[Any, Session], Iterable[Problem]]
Preparation = Callable[[Any, Session], None]
RULES: dict[type[Base], tuple[Rule, ...]] = {}
PREPARATIONS: dict[type[Base], tuple[Preparation, ...]] = {}
DELETIONS: dict[type[Base], tuple[Rule, ...]] = {}


def register(model: type[Base], *rules: Rule) -> None:
    """Name the rules of one kind of record; each is a generator over (record, db)."""
    RULES[model] = RULES.get(model, ()) + rules


def prepare(model: type[Base], *steps: Preparation) -> None:
    """Name what is filled in by itself before the rules look: a reference, a key for finding."""
    PREPARATIONS[model] = PREPARATIONS.get(model, ()) + steps


def register_deletion(model: type[Base], *rules: Rule) -> None:
    """Name what stands against deleting one kind of record; each is a generator over (record, db)."""
    DELETIONS[model] = DELETIONS.get(model, ()) + rules


def install(session_class: Any) -> None:
    """Put the guard on every session made by `session_class` (a Session class or a sessionmaker)."""
    event.listen(session_class, "before_flush", _before_flush)


def _before_flush(db: Session, _context: object, _instances: object) -> None:
    changed = [row for row in (*db.new, *db.dirty, *db.deleted) if isinstance(row, Base) and _really(db, row)]
    if not changed:
        return
    who = acting(db)
    _prepare(changed, db)
    roots = list(_roots(changed))
    for row in roots:
        _touch(row, changed, db, who)
    for row in changed:
        _stamp(row, db, who)
    problems = [problem for row in roots for problem in _problems(row, db)]
    if problems:
        raise RuleBroken(problems)


def _prepare(changed: list[Base], db: Session) -> None:
    """Fill in each changed record; what that makes or changes elsewhere joins the list and is filled in too."""
    for whole in _bereft(changed, db):
        for step in PREPARATIONS.get(type(whole), ()):
            step(whole, db)
    ready: set[int] = set()
    while fresh := [row for row in changed if id(row) not in ready]:
        for row in fresh:
            _complete(row, db)
        for row in fresh:
            for step in PREPARATIONS.get(type(row), ()) if row not in db.deleted else ():
                step(row, db)
        ready |= {id(row) for row in fresh}
        here = [row for row in (*db.new, *db.dirty) if isinstance(row, Base) and id(row) not in ready]
        changed += [row for row in here if _really(db, row)]


def _bereft(changed: list[Base], db: Session) -> list[Base]:
    """Give the records that lose a part in this flush: what follows from their parts is filled in anew."""
    losing = (getattr(row, row.__part_of__) for row in changed if row in db.deleted and row.__part_of__)
    found = dict.fromkeys(one for one in losing if one is not None and one not in db.deleted)
    changed += [one for one in found if one not in changed and _really(db, one)]
    return list(found)


def _problems(row: Base, db: Session) -> Iterator[Problem]:
    if row not in db.deleted:
        return problems_of(row, db)
    return (problem for rule in DELETIONS.get(type(row), ()) for problem in rule(row, db))


def problems_of(row: Base, db: Session) -> Iterator[Problem]:
    """Give what is wrong with one record now, by every rule of its kind."""
    for rule in RULES.get(type(row), ()):
        yield from rule(row, db)


def _complete(row: Base, db: Session) -> None:
    """Fill a new row's defaults and follow each link whose key was set and whose row was not."""
    if row in db.deleted:
        return
    if row in db.new:
        for name, default in _defaults(type(row)):
            if getattr(row, name) is None:
                setattr(row, name, default)
    for link, target in _links(type(row)):
        if _only_key_was_set(row, link):
            key = getattr(row, f"{link}_id")
            linked = db.get(target, key, execution_options={"office_wide": True}) if key is not None else None
            if key is None or linked is not None:  # a key without a row is left to the database to refuse
                setattr(row, link, linked)


@cache
def _defaults(model: type[Base]) -> tuple[tuple[str, Any], ...]:
    columns = [(one.key, one.columns[0]) for one in inspect(model).column_attrs if isinstance(one.columns[0], Column)]
    return tuple((key, column.default.arg) for key, column in columns if column.default and column.default.is_scalar)


@cache
def _links(model: type[Base]) -> tuple[tuple[str, type[Base]], ...]:
    return tuple((one.key, one.target) for one in declared(model) if one.kind == "link" and one.target is not None)


def _only_key_was_set(row: Base, link: str) -> bool:
    return _was_set(row, f"{link}_id") and not _was_set(row, link)


def _was_set(row: Base, name: str) -> bool:
    return get_history(row, name, PASSIVE_NO_INITIALIZE).has_changes()


def _really(db: Session, row: Base) -> bool:
    return row in db.new or row in db.deleted or db.is_modified(row)


def _roots(changed: Iterable[Base]) -> Iterator[Base]:
    """Give each changed record and everything it is part of, once, in the order found."""
    seen: set[int] = set()
    for row in changed:
        at: Base | None = row
        while at is not None and id(at) not in seen:
            seen.add(id(at))
            yield at
            at = getattr(at, at.__part_of__) if at.__part_of__ else None


def _touch(root: Base, changed: list[Base], db: Session, who: Acting) -> None:
    """Raise the version of a record whose child was changed inside its form, by writing its stamp."""
    inside = any(row.__touches__ and row.__part_of__ and getattr(row, row.__part_of__) is root for row in changed)
    if inside and root not in changed and root not in db.deleted:
        _stamp(root, db, who)


def _stamp(row: Base, db: Session, who: Acting) -> None:
    if row in db.new:
        row.created_at, row.created_by_id = who.now, who.user_id
    if row not in db.deleted:
        row.updated_at, row.updated_by_id = who.now, who.user_id
        if row not in db.new:
            flag_modified(row, "updated_at")  # two changes at one moment, or of links only, still raise the version
