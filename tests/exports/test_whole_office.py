"""Everything in one zip: every row of every table, every document's bytes, no secret, and the same memory for more."""

from __future__ import annotations

import json
import tracemalloc
from hashlib import sha256
from io import BytesIO
from tempfile import TemporaryFile
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import LargeBinary, func, select

from exports import whole_office
from models import Base, CaseNote, Document, DocumentContent
from models.fields import Sensitivity
from tests import make
from tests.admin_views.office import FILES, canary, furnish

MB = 1024**2
TAKEN_SECRETS = {  # kept from every screen, and part of what the office keeps: think before adding one
    ("audit_entries", "mac"), ("export_runs", "frozen"), ("export_runs", "published"), ("patterns", "looks"),
    ("reviews", "snapshot"), ("import_mappings", "told"), ("set_up_changes", "row_id"), ("set_up_changes", "kept"),
}  # fmt: skip


@pytest.fixture
def taken(db):
    """The furnished office, taken out: (its zip, what was told)."""
    furnish(db)
    db.flush()
    out = BytesIO()
    told = whole_office.write(out, db, office="Casework", made_at=make.NOW)
    return db, ZipFile(out), told


def lines(packed: ZipFile, table: str) -> list[dict]:
    return [json.loads(line) for line in packed.read(f"data/{table}.jsonl").decode().splitlines()]


def test_every_row_of_every_table_is_in_it_twice(taken):
    db, packed, told = taken
    book = load_workbook(BytesIO(packed.read("office.xlsx")), read_only=True)
    total = 0
    for table in whole_office.tables():
        number = db.scalar(select(func.count()).select_from(table))
        assert len(lines(packed, table.name)) == number, table.name
        sheet = next(book[name] for name in book.sheetnames if table.name.startswith(name[:31]) or name == table.name)
        words = [row for row in sheet.iter_rows(values_only=True) if any(one is not None for one in row)]
        assert len(words) == number + 2, table.name  # the marking and the headings
        total += number
    assert (told.tables, told.rows) == (len(whole_office.tables()), total)
    assert total > 300


def test_what_was_written_comes_back_as_it_was(taken):
    db, packed, _told = taken
    kept = {one.id: (one.text, one.at.isoformat()) for one in db.scalars(select(CaseNote))}
    assert {one["id"]: (one["text"], one["at"]) for one in lines(packed, "case_notes")} == kept
    assert {canary("note", file) for file in FILES} <= {text for text, _at in kept.values()}


def test_every_document_is_there_byte_for_byte(taken):
    db, packed, told = taken
    for one in db.scalars(select(Document)):
        assert sha256(packed.read(f"files/documents/{one.id}.txt")).hexdigest() == one.sha256
    assert told.files == len([name for name in packed.namelist() if name.startswith("files/")]) >= len(FILES)


def test_no_secret_is_in_it(taken):
    _db, packed, _told = taken
    everything = b"".join(packed.read(name) for name in packed.namelist() if not name.endswith(".xlsx"))
    assert b"argon2" not in everything
    assert b"password_hash" not in everything


def test_a_table_stays_behind_for_a_reason_and_a_new_one_does_not():
    named = {table.name for table in whole_office.tables()}
    assert named | set(whole_office.STAYS_BEHIND) == set(Base.metadata.tables)
    assert not named & set(whole_office.STAYS_BEHIND)
    secret = {
        (table.name, one.name) for table in whole_office.tables() for one in table.columns
        if getattr(one.info.get("field"), "sensitivity", 0) == Sensitivity.SECRET
        and not isinstance(one.type, LargeBinary)
    }  # fmt: skip
    taken = {(table.name, one.name) for table in whole_office.tables() for one in whole_office.columns_of(table)}
    assert secret - taken == {("users", "password_hash"), ("users", "epoch")}
    assert secret & taken == TAKEN_SECRETS


def test_a_long_text_is_whole_in_the_data_and_a_formula_is_text_in_the_sheet(db):
    text = "=1+1 " + "long " * 20_000
    note = CaseNote(case=make.case(db), at=make.NOW, text=text)
    db.add(note)
    db.flush()
    out = BytesIO()
    whole_office.write(out, db, office="Casework", made_at=make.NOW)
    packed = ZipFile(out)
    assert next(one["text"] for one in lines(packed, "case_notes") if one["id"] == note.id) == text
    sheet = load_workbook(BytesIO(packed.read("office.xlsx")))["case_notes"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr", "d", "b"}


def test_sixty_large_documents_pass_through_the_memory_of_a_few(db):
    """Sixty documents of one megabyte: what is held at once stays under a tenth of that."""
    case = make.case(db)
    first = make.document(db, case, data=b"x" * MB)
    kind, of = first.kind_id, case.id
    for number in range(59):
        data = bytes([number % 250]) * MB
        made = Document(kind_id=kind, case_id=of, name=f"{number}.txt", mime="text/plain", size=MB,
                        sha256=sha256(data).hexdigest())  # fmt: skip
        db.add(DocumentContent(document=made, data=data))
        db.flush()
        db.expunge_all()
    with TemporaryFile() as out:
        tracemalloc.start()
        told = whole_office.write(out, db, office="Casework", made_at=make.NOW)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert told.files >= 60
    assert peak < 12 * MB
