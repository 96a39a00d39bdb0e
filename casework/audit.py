"""Writes the audit trail: who made, changed or deleted what, and which fields; opened, exported, released.

Field names are written, never values, so that the trail is no second copy of the file. Each line is sealed to
the one before it (`casework.seal`), one writer at a time: `check` finds every line that was changed or taken out,
and a tail that was cut off when the last seal is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event, insert, inspect, select
from sqlalchemy.orm import Session

from casework import extras, locks, seal
from casework.context import Acting, acting
from models import AuditEntry, Base
from models.database import own_transaction
from models.declared import Declared, declared
from models.extras import VALUES

_SILENT = {"created_at", "created_by_id", "updated_at", "updated_by_id", "version", "id"}
# What the program writes about sign-ins stands in lines of its own; what is being typed is nobody's record yet.
_NOT_AUDITED = {"AuditEntry", "SignIn", "SignInTry", "SecondFactor", "RecoveryCode", "Draft", "SavedPage"}
_TOLD_WITH_THEIR_RECORD = tuple(VALUES.values())
_TRAIL = AuditEntry.__table__
_SAID = tuple(column.name for column in _TRAIL.columns if column.name != "mac")
_PUBLIC_KEY = b"lines from before the trail was sealed"
Row = tuple[str, int, tuple[str, ...]]  # kind of record, its number, names of fields
_AT_ONCE = 1000  # lines read into memory while checking


@dataclass(frozen=True)
class Tail:
    """The last line and its seal. Kept elsewhere, it shows later that nothing was cut off."""

    id: int
    mac: str

    def __str__(self) -> str:
        return f"{self.id}:{self.mac}"

    @classmethod
    def read(cls, text: str) -> Tail:
        """Read a tail as it was printed. Raises ValueError for any other text."""
        number, _, mac = text.strip().partition(":")
        if not mac:
            raise ValueError("no seal")
        return cls(int(number), mac)


@dataclass(frozen=True)
class Checked:
    """What checking the whole trail has found; `faults` are sentences, none if it is whole."""

    lines: int
    older: int  # from before lines were sealed; they are covered as one by the first seal
    tail: Tail | None
    faults: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return not self.faults


def install(session_class: Any) -> None:
    """Write the trail for every flush of every session made by `session_class`."""
    event.listen(session_class, "before_flush", _take_turn)
    event.listen(session_class, "after_flush", _after_flush)


def _take_turn(db: Session, _context: object, _instances: object) -> None:
    """Take the trail's turn before any row is locked: two who save at once then never wait for each other."""
    locks.take_turn(db.connection())


def _after_flush(db: Session, _context: object) -> None:
    lines = [line for action, rows in _changes(db) for row in rows if (line := _line(db, action, row))]
    _add(db.connection(), lines)


def _add(connection: Connection, lines: list[dict[str, Any]]) -> None:
    """Seal lines to the last one and add them; whoever adds has the trail's turn until the transaction ends."""
    if not lines:
        return
    locks.take_turn(connection)
    key = seal.key_for(connection, "audit")
    number, mac = _last(connection)
    for line in lines:
        number += 1
        line["id"] = number
        mac = line["mac"] = seal.sealed(key, mac, seal.content(line, _SAID))
    connection.execute(insert(_TRAIL), lines)


def _last(connection: Connection) -> tuple[int, str]:
    """Give the number and the seal of the last line; over lines that were never sealed, one made of them all."""
    last = connection.execute(select(_TRAIL.c.id, _TRAIL.c.mac).order_by(_TRAIL.c.id.desc()).limit(1)).one_or_none()
    if last is None:
        return 0, ""
    if last.mac is not None:
        return last.id, last.mac
    mac = ""
    for line in _lines(connection):
        mac = seal.sealed(_PUBLIC_KEY, mac, seal.content(line, _SAID))
    return last.id, mac


def _lines(connection: Connection) -> Iterator[Any]:
    lines = select(_TRAIL).order_by(_TRAIL.c.id)
    yield from connection.execute(lines, execution_options={"yield_per": _AT_ONCE}).mappings()


def check(connection: Connection, anchor: Tail | None = None) -> Checked:
    """Go through the whole trail, oldest line first; `anchor` is the tail that was kept elsewhere.

    Each line that was changed is named, and each place where lines are missing.
    """
    key = seal.key_for(connection, "audit")
    faults: list[str] = []
    count, older, number, mac, met = 0, 0, 0, "", False
    for line in _lines(connection):
        count += 1
        is_older = line["mac"] is None and older == count - 1
        older += is_older
        found = seal.sealed(_PUBLIC_KEY if is_older else key, mac, seal.content(line, _SAID))
        if not is_older and line["id"] != number + 1:
            faults.append(f"Lines {number + 1} to {line['id'] - 1} are missing.")
        if not is_older and line["mac"] != found:
            faults.append(f"Line {line['id']} does not fit its seal: it, or a line before it, was changed.")
        number, mac = line["id"], found if is_older else line["mac"] or ""
        met = met or (anchor is not None and (number, mac) == (anchor.id, anchor.mac))
    if anchor is not None and not met:
        faults.append(f"The line that was last, {anchor.id}, is not there as it was: lines were cut off or changed.")
    return Checked(count, older, Tail(number, mac) if count else None, tuple(faults))


def _changes(db: Session) -> tuple[tuple[str, Iterable[Any]], ...]:
    return ("created", db.new), ("changed", db.dirty), ("deleted", db.deleted)


def _line(db: Session, action: str, row: Any) -> dict[str, Any] | None:
    if not isinstance(row, Base) or type(row).__name__ in _NOT_AUDITED or isinstance(row, _TOLD_WITH_THEIR_RECORD):
        return None
    fields = (*changed_fields(row), *extras.changed(db, row)) if action == "changed" else ()
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
    _add(db.connection(), [entry(acting(db), action, subject, row_id, fields, reason)])


def write_many(db: Session, action: str, rows: Iterable[Row], reason: str) -> None:
    """Add a line for each of these rows, which were written past the flush, in the caller's own transaction."""
    who = acting(db)
    _add(db.connection(), [entry(who, action, subject, key, fields, reason) for subject, key, fields in rows])


def refuse(db: Session, subject: str, row_id: int | None, reason: str) -> None:
    """Remember that something was refused; the request writes it once what it tried is undone."""
    db.info.setdefault("refused", []).append(entry(acting(db), "refused", subject, row_id, reason=reason))


def write_now(
    engine: Engine, who: Acting, action: str, subject: str, row_id: int | None, reason: str | None = None
) -> None:
    """Write one line in a short transaction of its own, before a page is read (opened, refused, signed in)."""
    write_line(engine, entry(who, action, subject, row_id, reason=reason))


def write_line(engine: Engine, line: dict[str, Any], also: Callable[[Connection], Any] | None = None) -> Any:
    """Write one line made by `entry` in a short transaction of its own; give what `also` does in it afterwards."""
    with own_transaction(engine) as connection:
        _add(connection, [line])
        return also(connection) if also is not None else None
