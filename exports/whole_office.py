"""Everything that the office keeps, in one zip: for the day it moves to another program, or closes.

`office.xlsx` holds each table as a sheet to read; `data/TABLE.jsonl` the same rows exactly, one in a line, for a
program; `files/` every document, template and file that was kept. What lets somebody in (passphrases, second steps,
sign-ins) and what is not saved yet (drafts) stays behind. Rows are read and written a few at a time, and files one by
one, so that an office of any size passes through the same memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Numeric, Table, select
from sqlalchemy.orm import Session

from casework import sniff
from casework.calendar import local
from exports.cells import Column as SheetColumn
from exports.workbook import Sheet, write_workbook
from models import Base
from models.base import Moment
from models.documents import Document, DocumentContent

AT_ONCE = 500  # rows held in memory
IN_MEMORY = 4_000_000  # bytes of the workbook; what is larger waits on disk, in a file without a name
MOST_IN_A_SHEET = 1_000_000  # rows; a longer table goes on in a further sheet
WIDTH = 24
STAYS_BEHIND: dict[str, str] = {
    "sign_ins": "who is signed in now", "sign_in_tries": "failed tries, as hashes",
    "second_factors": "secrets of second steps", "recovery_codes": "hashes of recovery codes",
    "import_uploads": "spreadsheets that wait to be brought in, for a day",
    "drafts": "what is being typed and is not saved", "saved_pages": "pages saved a moment ago",
    "client_keys": "the index of names, made anew from the clients",
}  # fmt: skip
LETS_SOMEBODY_IN = {"password_hash", "epoch"}  # columns that stay behind in every table
READ_ME = """Everything that {office} keeps, as it stood on {when}.

office.xlsx        each table as a sheet, to read; a very long text is cut there
data/TABLE.jsonl   the same rows whole, one in a line (JSON, UTF-8)
files/TABLE/       documents, letter templates and files made for others, by the number of their row

A column NAME_id holds the number (id) of a row of the table it points to; words of lists stand in the table codes.
Times are in UTC. Left behind: passphrases, second steps, sign-ins and drafts.

This is every file of every client. Keep it locked away or encrypted, and destroy it once it has been brought in.
"""


@dataclass(frozen=True)
class Told:
    """How much was taken out."""

    tables: int
    rows: int
    files: int

    def __str__(self) -> str:
        return f"{self.tables} tables, {self.rows} rows, {self.files} files"


def tables() -> list[Table]:
    """Give every table that is taken out, by name; link tables too."""
    return sorted(
        (one for one in Base.metadata.tables.values() if one.name not in STAYS_BEHIND), key=lambda one: one.name
    )


def columns_of(table: Table) -> list[Column[Any]]:
    """Give the columns that stand in a sheet: all but what lets somebody in, and bytes, which are files."""
    return [
        one for one in table.columns if one.name not in LETS_SOMEBODY_IN and not isinstance(one.type, LargeBinary)
    ]  # fmt: skip


def write(out: BinaryIO, db: Session, *, office: str, made_at: datetime) -> Told:
    """Write the zip to `out`, office-wide and as of one moment; `made_at` is an aware time."""
    every, rows = tables(), 0
    with ZipFile(out, "w", ZIP_DEFLATED, allowZip64=True) as kept:
        kept.writestr(
            _named("READ ME.txt", made_at), READ_ME.format(office=office, when=f"{local(made_at):%Y-%m-%d %H:%M}")
        )
        for table in every:
            rows += _write_lines(kept, db, table, made_at)
        _write_book(kept, db, every, made_at)
        files = sum(_write_files(kept, db, table, made_at) for table in every)
    return Told(len(every), rows, files)


def _named(name: str, made_at: datetime) -> ZipInfo:
    info = ZipInfo(name, local(made_at).timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    return info


def _rows(db: Session, table: Table, columns: Sequence[Column[Any]]) -> Iterator[Any]:
    found = select(*columns).order_by(*table.primary_key.columns)
    yield from db.connection().execute(found, execution_options={"yield_per": AT_ONCE})


def _write_lines(kept: ZipFile, db: Session, table: Table, made_at: datetime) -> int:
    columns, count = columns_of(table), 0
    with kept.open(_named(f"data/{table.name}.jsonl", made_at), "w", force_zip64=True) as part:
        for row in _rows(db, table, columns):
            values = {column.name: _plain(value) for column, value in zip(columns, row, strict=True)}
            part.write(json.dumps(values, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _write_book(kept: ZipFile, db: Session, every: Sequence[Table], made_at: datetime) -> None:
    sheets = [sheet for table in every for sheet in _sheets(db, table)]
    with SpooledTemporaryFile(IN_MEMORY) as book:
        write_workbook(
            cast(BinaryIO, book), sheets, title="Everything", marking="Confidential: every file", made_at=made_at
        )
        book.seek(0)
        info = _named("office.xlsx", made_at)
        info.compress_type = ZIP_STORED  # a workbook is compressed already
        with kept.open(info, "w", force_zip64=True) as part:
            while piece := book.read(65_536):
                part.write(piece)


def _sheets(db: Session, table: Table) -> Iterator[Sheet]:
    """Give the sheet of a table, or several where it is longer than one holds; rows are read as they are written."""
    columns = columns_of(table)
    heads = [SheetColumn(one.name, _kind(one), WIDTH) for one in columns]
    total = len(db.execute(select(*table.primary_key.columns).order_by(*table.primary_key.columns).offset(
        MOST_IN_A_SHEET).limit(1)).all())  # fmt: skip
    for place in range(1 + total):
        yield Sheet(table.name, heads, _some(db, table, columns, place))


def _some(db: Session, table: Table, columns: Sequence[Column[Any]], place: int) -> Iterator[list[Any]]:
    first = place * MOST_IN_A_SHEET
    for number, row in enumerate(_rows(db, table, columns)):
        if number >= first and (place or number < MOST_IN_A_SHEET):
            yield [_in_sheet(value) for value in row]


def _in_sheet(value: object) -> object:
    return str(value) if isinstance(value, time) else value


def _kind(column: Column[Any]) -> Any:
    kinds = ((Moment, "moment"), (Boolean, "yes_no"), (Integer, "number"), (Numeric, "number"), (Date, "date"))
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "text")


def _write_files(kept: ZipFile, db: Session, table: Table, made_at: datetime) -> int:
    """Write the bytes that a table holds, one file at a time."""
    binary = [one for one in table.columns if isinstance(one.type, LargeBinary)]
    count = 0
    for key in db.scalars(select(table.c.id).order_by(table.c.id)).all() if binary else ():
        for column in binary:
            data = db.scalar(select(column).where(table.c.id == key))
            if data:
                kept.writestr(_named(f"files/{_name_of(db, table, column, key)}", made_at), data)
                count += 1
    return count


def _name_of(db: Session, table: Table, column: Column[Any], key: int) -> str:
    """Give where a file lies: a document by its own number and the ending of its kind."""
    if table is not DocumentContent.__table__:
        return f"{table.name}/{key}-{column.name}"
    found = select(Document.id, Document.mime).join(DocumentContent, DocumentContent.document_id == Document.id)
    number, mime = db.execute(found.where(DocumentContent.id == key).execution_options(office_wide=True)).one()
    kind = sniff.by_mime(mime)
    return f"documents/{number}.{kind.endings[0] if kind is not None else 'bin'}"
