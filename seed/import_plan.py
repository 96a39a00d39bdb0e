"""The dry run: what would become of each row of a sheet. Nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from casework.context import acting
from casework.text import clean_line
from seed.import_judge import Judge, stored_under
from seed.import_lists import Lists, must_know_all_words
from seed.import_rows import RowReader
from seed.import_rules import SheetMapping
from seed.import_source import Line, read_bytes, read_csv
from seed.import_table import Table, read_table
from seed.import_values import ValueReader
from seed.import_verdicts import Plan, PlannedRow, Verdict
from seed.importer_xlsx import read_xlsx


def plan(db: Session, path: Path, mapping: SheetMapping) -> Plan:
    """Give the verdict on every row of the file at `path`. Raises ImportRefused if the file cannot be used.

    The file is read before the first question to the database, so that nobody waits for it.
    """
    return plan_of(db, read_bytes(path), path.name, mapping)


def plan_of(db: Session, data: bytes, name: str, mapping: SheetMapping) -> Plan:
    """Give the verdict on every row of a file that is at hand already. Raises ImportRefused."""
    table = read_table(lines_of(data, mapping), mapping)
    with db.no_autoflush:
        pending = set(db.new)
        rows = tuple(_judged(db, table, mapping))
        for stray in set(db.new) - pending:
            db.expunge(stray)
    return Plan(
        file=clean_line(name), sha256=hashlib.sha256(data).hexdigest(), mapping=mapping.name, rows=rows,
        lines_left_out=table.left_out, columns_left_out=mapping.left_out,
    )  # fmt: skip


def lines_of(data: bytes, mapping: SheetMapping) -> list[Line]:
    """Give the lines of the file as the mapping says how it is written. Raises ImportRefused."""
    if mapping.format == "xlsx":
        return read_xlsx(data, sheet=mapping.sheet)
    return read_csv(data, encoding=mapping.encoding, delimiter=mapping.delimiter)


def _judged(db: Session, table: Table, mapping: SheetMapping) -> Iterator[PlannedRow]:
    who, lists = acting(db), Lists(db)
    must_know_all_words(mapping, lists)
    reader = RowReader(mapping, ValueReader(lists, mapping.zone, who.today), who.now)
    read = [(row, *reader.read(row)) for row in table.rows]
    stored = stored_under(db, [entry.reference for _, entry, _ in read if entry is not None])
    judge = Judge(db, lists, mapping, stored)
    for row, entry, reasons in read:
        yield judge.verdict(row, entry) if entry else PlannedRow(row.number, Verdict.BAD, " ".join(reasons))
