"""Writes the audit trail: who made, changed or deleted what, and which fields; opened, exported, released.

Field names are written, never values, so that the trail is no second copy of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Engine, event, insert, inspect
from sqlalchemy.orm import Session

from casework.context import Acting, acting
from models import AuditEntry, Base
from models.declared import Declared, declared

_SILENT = {"created_at", "created_by_id", "updated_at", "updated_by_id", "version", "id"}
_NOT_AUDITED = {"AuditEntry"}


def install(session_class: Any) -> None:
    """Write the trail for every flush of every session made by `session_class`."""
    event.listen(session_class, "after_flush", _after_flush)


def _after_flush(db: Session, _context: object) -> None:
    lines = [line for action, rows in _changes(db) for row in rows if (line := _line(db, action, row))]
    if lines:
        db.execute(insert(AuditEntry), lines)


def _changes(db: Session) -> tuple[tuple[str, Iterable[Any]], ...]:
    return ("created", db.new), ("changed", db.dirty), ("deleted", db.deleted)


def _line(db: Session, action: str, row: Any) -> dict[str, Any] | None:
    if not isinstance(row, Base) or type(row).__name__ in _NOT_AUDITED:
        return None
    fields = changed_fields(row) if action == "changed" else ()
    if action == "changed" and not fields:
        return None
    return entry(acting(db), action, type(row).__name__, row.id, fields)


def changed_fields(row: Base) -> tuple[str, ...]:
    """Give the names of the fields whose values differ from what was loaded, many-to-many too."""
    return tuple(
        one.key
        for one in declared(type(row))
        if one.key not in _SILENT and one.kind != "rows" and _has_changed(row, one)
    )


def _has_changed(row: Base, field: Declared) -> bool:
    """A link may have been set through its key column or through the linked row."""
    keys = (field.key, f"{field.key}_id") if field.kind == "link" else (field.key,)
    return any(inspect(row).attrs[key].history.has_changes() for key in keys)


def entry(
    who: Acting, action: str, subject: str, row_id: int | None, fields: Iterable[str] = (), reason: str | None = None
) -> dict[str, Any]:
    """Give one line of the trail as column values."""
    return {
        "at": who.now, "user_id": who.user_id, "who": who.username, "action": action, "subject": subject,
        "row_id": row_id, "fields": ", ".join(fields) or None, "reason": reason or who.reason,
        "created_at": who.now, "updated_at": who.now, "created_by_id": who.user_id, "updated_by_id": who.user_id,
        "version": 1,
    }  # fmt: skip


def write(
    db: Session, action: str, subject: str, row_id: int | None, fields: Iterable[str] = (), reason: str | None = None
) -> None:
    """Add one line to the trail in the caller's own transaction (exported, released)."""
    db.execute(insert(AuditEntry), [entry(acting(db), action, subject, row_id, fields, reason)])


def write_now(
    engine: Engine, who: Acting, action: str, subject: str, row_id: int | None, reason: str | None = None
) -> None:
    """Write one line in a short transaction of its own, before a page is read (opened, refused, signed in).

    The lock is asked for at the start: a read that turns into a write inside a page's transaction was
    refused nine times in ten with eight busy threads.
    """
    write_line(engine, entry(who, action, subject, row_id, reason=reason))


def write_line(engine: Engine, line: dict[str, Any], also: Callable[[Connection], Any] | None = None) -> Any:
    """Write one line made by `entry` in a short transaction of its own; give what `also` does in it afterwards."""
    with engine.connect().execution_options(begin="IMMEDIATE") as connection, connection.begin():
        connection.execute(insert(AuditEntry), [line])
        return also(connection) if also is not None else None
