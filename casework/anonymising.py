"""Takes the words, names and papers out of one file for good, and leaves what the figures count.

Everything that belongs to a client or a case is found by its keys, tables added later too. Free text goes, and what
finds or reaches a person; kinds, days, boroughs and states stay, so every figure stays true. Rules that keep a note or
a document as it was would refuse this, so it is written past them, and past the audit's flush: each row that loses
something gets its line in the trail all the same. It cannot be undone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import Engine, LargeBinary, delete, select, update
from sqlalchemy.orm import Session

from casework import audit, trail
from casework.calendar import local
from casework.context import acting
from casework.merging import same_person
from casework.scope import office_wide
from models import Base, Case, Client, ClientMember, Document, DocumentContent, Draft, Incident, Task, client_keys
from models import RetentionDecision as Decision
from models.declared import Declared, declared
from models.extras import NAMES, VALUES
from models.fields import Sensitivity

WORD = "Removed"
NO_FINGERPRINT = "0" * 64
# Text that tells of nobody, or without which a row loses what it is.
STAYS: dict[tuple[type[Base], str], str] = {
    (Client, "ref"): "the trail and a paper file are found by it",
    (Case, "ref"): "the trail and a paper file are found by it",
    (Case, "file_box"): "where the paper file lies, which is still to be destroyed",
    (Task, "about"): "which table the task waits for",
    (Document, "mime"): "the kind of file, out of a fixed list",
    (Document, "sha256"): "replaced below: it would tell whether somebody's copy is this document",
}
NOT_TOUCHED = (Decision,)  # its reason names nobody: a rule holds that
# Beside free text: what finds or reaches somebody, and what no figure counts.
ALSO: dict[type[Base], dict[str, Any]] = {
    Client: {"safe_contact": None, "immigration_id": None},
    ClientMember: {"birth_year": None},
    Incident: {"external_ref": None},
    Document: {"sha256": NO_FINGERPRINT},
    DocumentContent: {"data": b""},
    # what the office's own fields hold is counted by no figure, and what each of them asks is not known here
    **{values: dict.fromkeys(NAMES) for values in VALUES.values()},
}
COUNTED_AS = {"CaseNote": "notes", "Document": "documents", "Correspondence": "letters", "Case": "cases"}


@dataclass(frozen=True)
class Whole:
    """One file: the numbers of its clients' records (all of one person) and of its cases."""

    clients: tuple[int, ...]
    cases: tuple[int, ...]

    @property
    def keys(self) -> trail.Keys:
        return {"client_id": self.clients, "case_id": self.cases}


def whole_of(db: Session, record: Client | Case) -> Whole:
    """Give the file of a client, or of an enquiry without one; whole, also what was set aside."""
    if isinstance(record, Case):
        return Whole((), (record.id,))
    clients = tuple(db.scalars(same_person(record.id)))
    return Whole(clients, tuple(db.scalars(office_wide(select(Case.id).where(Case.client_id.in_(clients))))))


def counts_of(db: Session, whole: Whole) -> Counter[str]:
    """Count the rows of a file by kind of record."""
    return Counter({model.__name__: len(keys) for model, keys in _rows(db, whole)})


def anonymise(db: Session, whole: Whole, reason: str) -> str:
    """Empty the file, write each row's line into the trail, and give in counts what was removed. Not committed."""
    db.flush()
    days = _days(db, whole)
    lines: list[audit.Row] = []
    found = Counter[str]()
    for model, keys in _rows(db, whole):
        found[model.__name__] = len(keys)
        lines += _empty(db, model, keys, days)
    _forget_keys(db, whole)
    _forget_drafts(db, whole)
    audit.write_many(db, "changed", lines, reason)
    db.expire_all()
    told = [f"{found[kind]} {words}" for kind, words in COUNTED_AS.items() if found[kind]]
    return ", ".join([*told, f"{len(lines)} records in all"])


def _rows(db: Session, whole: Whole) -> Iterator[tuple[Any, list[int]]]:
    """Give each table with the numbers of its rows in the file."""
    for model in trail.tables():
        own = {Client: whole.clients, Case: whole.cases}.get(model)
        rule = model.id.in_(own) if own is not None else trail.belongs(model, whole.keys)
        if rule is None or model in NOT_TOUCHED:
            continue
        keys = list(db.scalars(office_wide(select(model.id).where(rule))))
        if keys:
            yield model, keys


def _empty(db: Session, model: Any, keys: Sequence[int], days: Iterable[date]) -> list[audit.Row]:
    """Empty the fields of these rows; give the rows that lost something, with the names of the fields."""
    table, fields = model.__table__, dict(_emptied(model))
    read = [table.c[name] for name in fields if not isinstance(table.c[name].type, LargeBinary)]
    if model is Client:
        read.append(table.c.date_of_birth)
    stamps = {"updated_at": acting(db).now, "updated_by_id": acting(db).user_id}
    lines = []
    for row in db.execute(select(table.c.id, *read).where(table.c.id.in_(keys))).mappings().all():
        values = {name: value for name, value in fields.items() if row.get(name, WORD) not in (None, "", value)}
        values |= _marks(model, row, days, acting(db).today)
        if values:
            one = update(table).where(table.c.id == row["id"])
            db.execute(one.values(**values, **stamps, version=table.c.version + 1))
            lines.append((model.__name__, row["id"], tuple(sorted(values))))
    return lines


def _marks(model: Any, row: Any, days: Iterable[date], today: date) -> dict[str, Any]:
    """Give what is written beside the emptied fields: a blurred birthday, and the marks that keep the file as it is."""
    values: dict[str, Any] = {"anonymised_on": today} if model in (Client, Case) else {}
    if model is Client and row["date_of_birth"] is not None:
        values["date_of_birth"] = blurred(row["date_of_birth"], days)
    if model is Document:
        values["voided_reason"] = WORD  # an empty document is shown to nobody
    return values


def _emptied(model: type[Base]) -> Iterator[tuple[str, Any]]:
    """Give each column that is emptied and what stands in it then: nothing, or a word where a rule asks for one."""
    for one in declared(model):
        if one.kind in ("text", "long") and one.column is not None and (model, one.key) not in STAYS:
            yield one.column.name, _in_place(one)
    yield from ALSO.get(model, {}).items()


def _in_place(field: Declared) -> str | bytes | None:
    """What finds a person goes without a trace; whether something was written counts in figures, what was does not."""
    if field.key == "name_key":
        return WORD.lower()
    finds = field.info.sensitivity is Sensitivity.PERSONAL and field.optional and field.key != "org_contact"
    return None if finds else WORD


def _days(db: Session, whole: Whole) -> set[date]:
    """Give every day that stands in the file: on each of them an age may have been counted."""
    found: set[date] = set()
    for model, keys in _rows(db, whole):
        table = model.__table__
        columns = [table.c[one.column.name] for one in declared(model) if _is_a_day(one)]
        for row in db.execute(select(*columns).where(table.c.id.in_(keys))) if columns else ():
            found |= {local(value).date() if isinstance(value, datetime) else value for value in row if value}
    return found


def _is_a_day(field: Declared) -> bool:
    return field.kind in ("date", "moment") and (field.model, field.key) != (Client, "date_of_birth")


def blurred(born: date, days: Iterable[date]) -> date:
    """Give the earliest day of the month of birth on which every age counted on one of `days` stays the same.

    The month stays since ages are counted on the last day of a month too.
    """
    before = [day.day + 1 for day in days if day.month == born.month and day.day < born.day]
    return born.replace(day=max(before, default=1))


def _forget_keys(db: Session, whole: Whole) -> None:
    db.execute(delete(client_keys).where(client_keys.c.client_id.in_(whole.clients)))


def _forget_drafts(db: Session, whole: Whole) -> None:
    """Forget what anybody has typed about this file and not saved."""
    table = Draft.__table__
    found = db.execute(select(table.c.id, table.c.form)).all()
    gone = [key for key, form in found if is_about(form, whole)]
    if gone:
        db.execute(delete(table).where(table.c.id.in_(gone)))


def is_about(form: str, whole: Whole) -> bool:
    """Say whether the form of a draft names the client or a case of this file in its address."""
    address = urlsplit(form)
    given = parse_qsl(address.query)
    table = re.match(r"/\w+/(client|case)/", address.path)
    own = {"client": whole.clients, "case": whole.cases}
    for name, value in given:
        kind = name.removesuffix("_id") if name != "id" else table[1] if table else ""
        if value.isdecimal() and int(value) in own.get(kind, ()):
            return True
    return False


def sweep(engine: Engine) -> None:
    """Let the database file itself forget: what was overwritten may stand in a journal until it is written back.

    To be called once everything is committed. SQLite overwrites what is deleted (`secure_delete`); PostgreSQL keeps
    old rows until they are vacuumed.
    """
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.close()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")
