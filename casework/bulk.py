"""One field of several records changed at once: each tried, then changed, then put back for a day.

Each record is flushed by itself inside the caller's transaction, so every rule and the audit trail meet it as they
meet a form; one that a rule refuses stays as it was and says why, the others change. The order is that of the
records' numbers, and so is the order of the trail's lines. A preview is the same walk, rolled back by the caller.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Date, Time, event, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from casework import audit, drafts
from casework.context import acting
from casework.problems import RuleBroken
from models.base import Base, Moment

MOST = 200  # records in one go
UNDO_FOR = timedelta(days=1)
CHANGED, SAME, REFUSED = "changed", "same", "refused"
_STAMPS = {"id", "version", "created_at", "created_by_id", "updated_at", "updated_by_id"}
_MEANWHILE = "A colleague changed it a moment ago. Look at it again first."
_DOES_NOT_FIT = "This does not fit with what is already recorded."
_WROTE_ELSEWHERE = "Changing it also wrote other records. Put it right on its own page."
_SINCE = "It was changed again since. Put it right on its own page."


@dataclass(frozen=True)
class Verdict:
    """What became of one record: `outcome` is one of CHANGED, SAME and REFUSED, `why` the sentences of a refusal.

    `before` holds the columns that changed, by name, as they were; `version` is the record's after the change.
    `elsewhere` says that the change wrote other records too, which nothing here can put back.
    """

    row: Base
    outcome: str
    why: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    elsewhere: bool = False


@dataclass(frozen=True)
class Kept:
    """The last change of several records of one table, as it can be put back: each record by its number."""

    at: datetime
    field: str
    records: Mapping[int, Mapping[str, Any]]  # number -> version, elsewhere, before

    @property
    def until(self) -> datetime:
        return self.at + UNDO_FOR


Write = Callable[[Any], None]
Refusal = Callable[[Any], str]


def change(
    db: Session,
    rows: Sequence[Base],
    write: Write,
    *,
    versions: Mapping[int, int] | None = None,
    refusal: Refusal = lambda _row: "",
) -> list[Verdict]:
    """Let `write` set a field of each row, and flush it; the caller commits, or rolls a preview back.

    `versions` are those that the reader has looked at: a record that is another one since is refused. `refusal`
    gives what stands against changing a record before any rule is asked, "" for nothing.
    """
    return [_one(db, row, write, versions, refusal) for row in sorted(rows, key=lambda one: one.id)]  # fmt: skip


def _one(db: Session, row: Base, write: Write, versions: Mapping[int, int] | None, refusal: Refusal) -> Verdict:
    if versions is not None and versions.get(row.id) != row.version:
        return Verdict(row, REFUSED, _MEANWHILE)
    no = refusal(row)
    return Verdict(row, REFUSED, no) if no else _written(db, row, write)


def _written(db: Session, row: Base, write: Write) -> Verdict:
    """Write and flush one record inside a savepoint: what is refused leaves nothing behind."""
    before = _stored(row)
    try:
        with db.begin_nested(), _others(db, row) as others:
            with db.no_autoflush:
                write(row)
            if not audit.changed_fields(row):
                return Verdict(row, SAME)
            db.flush()
            after = _stored(row)
            was = {name: value for name, value in before.items() if after[name] != value}
            return Verdict(row, CHANGED, before=was, version=row.version, elsewhere=bool(others))
    except RuleBroken as broken:
        return Verdict(row, REFUSED, " ".join(problem.text for problem in broken.problems))
    except StaleDataError:
        return Verdict(row, REFUSED, _MEANWHILE)
    except IntegrityError:
        return Verdict(row, REFUSED, _DOES_NOT_FIT)


def _stored(row: Base) -> dict[str, Any]:
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs if one.key not in _STAMPS}


@contextmanager
def _others(db: Session, row: Base) -> Iterator[list[Base]]:
    """Collect every other record that a flush makes, changes or deletes."""
    found: list[Base] = []

    def note(session: Session, _context: object) -> None:
        made = [one for one in (*session.new, *session.deleted) if isinstance(one, Base)]
        changed = [one for one in session.dirty if isinstance(one, Base) and audit.changed_fields(one)]
        found.extend(one for one in (*made, *changed) if one is not row)

    event.listen(db, "after_flush", note)
    try:
        yield found
    finally:
        event.remove(db, "after_flush", note)


# Putting back


def remember(db: Session, table: str, name: str, verdicts: Sequence[Verdict]) -> bool:
    """Keep what changed for whoever acts, in place of their earlier change of this table; False: it is too much.

    It is kept beside what they type, where only they ever meet it.
    """
    records = [
        (str(one.row.id), json.dumps({
            "version": one.version, "elsewhere": one.elsewhere,
            "before": {key: _text(value) for key, value in one.before.items()},
        })) for one in verdicts if one.outcome == CHANGED
    ]  # fmt: skip
    return drafts.keep(db, _place(table), [("field", name), *records]) is not None


def remembered(db: Session, table: str) -> Kept | None:
    """Give the actor's last change of this table, while it can be put back."""
    draft = drafts.of(db, _place(table))
    if draft is None or draft.saved_at + UNDO_FOR < acting(db).now:
        return None
    (_, name), *records = drafts.typed_of(draft)
    return Kept(draft.saved_at, name, {int(number): json.loads(text) for number, text in records})


def undo(
    db: Session, table: str, kept: Kept, rows: Sequence[Base], refusal: Refusal = lambda _row: ""
) -> list[Verdict]:
    """Put each row back as it was, but for those changed since; the caller commits. It can be done once."""
    verdicts = [_put_back(db, row, kept.records[row.id], refusal) for row in sorted(rows, key=lambda one: one.id)]
    drafts.throw_away(db, _place(table))
    return verdicts


def _put_back(db: Session, row: Base, was: Mapping[str, Any], refusal: Refusal) -> Verdict:
    against = _SINCE if row.version != was["version"] else _WROTE_ELSEWHERE if was["elsewhere"] else refusal(row)
    if against:
        return Verdict(row, REFUSED, against)

    def write(one: Base) -> None:
        for name, text in was["before"].items():
            setattr(one, name, _value(type(one), name, text))

    return _written(db, row, write)


def _place(table: str) -> str:
    """Give the name under which a table's last change is kept; no address of a form is like it."""
    return f"several:{table}"


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value


def _value(model: type[Base], name: str, text: Any) -> Any:
    """Read back what `_text` wrote, by the column's type."""
    kind = inspect(model).column_attrs[name].columns[0].type
    for known, read in ((Moment, datetime.fromisoformat), (Date, date.fromisoformat), (Time, time.fromisoformat)):
        if isinstance(kind, known) and text is not None:
            return read(text)
    return text
