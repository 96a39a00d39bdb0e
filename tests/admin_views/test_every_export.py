"""G6: every way out of the office, with every text of every record beginning like a formula and holding a control.

What may leave at all, and who may take it, is tried for the same ways in test_nothing_leaves.py; here those probes are
run over an office full of hostile text, and every file that comes out is opened.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import pytest
from docx import Document as WordDocument
from openpyxl import Workbook, load_workbook
from sqlalchemy import String, Table, select, update

from models import Agency, Campaign, Case, CaseNote, Client, Code, Document, Incident, Referral, Task, Team, Worker
from models.base import Base
from models.declared import declared
from tests.admin_views.test_nothing_leaves import PROBES, Doors

# The twelve of SECURITY.md: plain, full-width and hidden beginnings of formulas, and links and commands in them.
STARTS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", "\uff1d1+1", "  =1+1", "\u200b=1+1",
          '=HYPERLINK("http://x.example","y")', "=cmd|' /C calc'!A0")  # fmt: skip
RUNS = "=+-@\t\r"
CONTROL = "\x0b"
SETS_ASIDE = "voided_reason"  # a record that has one is met by nobody
# Text that the program itself reads: what a list is found by, how an agency is reached, which file it is.
KEPT = {(Client, "ref"), (Case, "ref"), (Case, "file_box"), (Code, "list"), (Code, "code"), (Document, "mime"),
        (Document, "sha256"), (Document, "name"), (Client, "name_key"), (Client, "phone_digits"), (Client, "name"),
        (Agency, "name"), (Task, "about"), (Client, "safe_contact"), (Worker, "name")}  # fmt: skip
MODELS = (Agency, Campaign, Case, CaseNote, Client, Code, Document, Incident, Referral, Task, Team, Worker)
NO_FILE = {
    "refer.ROLE",
    "refer.ROLE_send",
    "refer.ROLE_chase",
    "partners.ROLE_reply",
    "ROLE_publication.create_view",
    "ledger.ROLE_recall",
    "scorecard.ROLE_print",
    "letters.ROLE_write",
}  # what leaves there is a page or a row


def hostile_texts(model: type[Base]) -> Iterator[str]:
    """Give the columns of a table that hold whatever somebody types."""
    for one in declared(model):
        is_text = one.kind in ("text", "long") and one.column is not None and isinstance(one.column.type, String)
        if is_text and not one.info.choices and one.key != SETS_ASIDE and (model, one.key) not in KEPT:
            yield one.column.name


def poison(engine: Any) -> int:
    """Begin each text of each record with one of the twelve, in turn; give how many texts were written."""
    written = 0
    with engine.begin() as connection:
        for model in MODELS:
            table: Table = model.__table__
            for at, name in enumerate(hostile_texts(model)):
                for row in connection.execute(select(table.c.id, table.c[name])).all():
                    text = f"{STARTS[(row.id + at) % len(STARTS)]}{CONTROL}{row[1] or ''}"
                    connection.execute(update(table).where(table.c.id == row.id).values({name: text}))
                    written += 1
    return written


def files_in(content: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Give a file, and every file that lies in it."""
    yield name, content
    if is_zipfile(io.BytesIO(content)) and not name.endswith((".xlsx", ".docx")):
        with ZipFile(io.BytesIO(content)) as packed:
            for inside in packed.namelist():
                yield from files_in(packed.read(inside), inside)


def runs_as_formula(cell: str) -> bool:
    """Say whether a spreadsheet program would run this cell of a CSV file; a figure with its sign is none."""
    seen = unicodedata.normalize("NFKC", "".join(one for one in cell if unicodedata.category(one) != "Cf"))
    start = seen.lstrip(" \n\xa0")
    if not start.startswith(tuple(RUNS)):
        return False
    return not start[1:].replace(".", "").isdigit()


def faults(name: str, content: bytes) -> Iterator[str]:
    if name.endswith(".xlsx"):
        for sheet in load_workbook(io.BytesIO(content)):
            for row in sheet.iter_rows():
                yield from (f"{name} {cell.coordinate}: {cell.value!r}" for cell in row if cell.data_type == "f")
                yield from (f"{name}: a control" for cell in row if CONTROL in str(cell.value))
    elif name.endswith(".docx"):
        text = WordDocument(io.BytesIO(content)).element.xml
        yield from (f"{name}: {word}" for word in (CONTROL, "_x000B_") if word in text)
    elif name.endswith(".ics"):
        yield from (f"{name}: a control" for _one in range(content.decode().count(CONTROL)))
    elif name.endswith(".csv"):
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            yield from (f"{name}: {cell!r}" for cell in row if runs_as_formula(cell))
            yield from (f"{name}: a control" for cell in row if CONTROL in cell)


class Catcher:
    """Keeps every file that the office answers with."""

    def __init__(self, answers: Callable[..., Any]) -> None:
        self.answers, self.caught = answers, []

    def __call__(self, environ: dict[str, Any], begin: Callable[..., Any]) -> Any:
        head: dict[str, str] = {}

        def begun(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            head.update({name.lower(): value for name, value in headers})
            return begin(status, headers, *more)

        answered = self.answers(environ, begun)
        kind = head.get("content-type", "")
        for word, ending in (
            ("spreadsheetml", ".xlsx"),
            ("text/csv", ".csv"),
            ("/zip", ".zip"),
            ("word", ".docx"),
            ("text/calendar", ".ics"),
        ):
            if word in kind:
                with closing(answered):
                    parts = list(answered)
                self.caught.append((f"{environ['PATH_INFO']}{ending}", b"".join(parts)))
                return parts
        return answered


@pytest.fixture
def caught(site) -> Iterator[list[tuple[str, bytes]]]:
    usual = site.app.wsgi_app
    site.app.wsgi_app = catcher = Catcher(usual)
    yield catcher.caught
    site.app.wsgi_app = usual


@pytest.mark.parametrize("way", sorted(set(PROBES) - NO_FILE))
def test_no_file_of_any_way_out_holds_a_formula_or_a_control(site, way, tmp_path, caught):
    assert poison(site.engine) > 200
    site.engine.dispose()
    PROBES[way](Doors(site, site.browse, tmp_path))
    made = [*caught, *((one.name, one.read_bytes()) for one in Path(tmp_path).rglob("*") if one.is_file())]
    found = [inside for name, content in made for inside in files_in(content, name)]
    assert any(name.endswith((".xlsx", ".csv", ".docx", ".zip", ".ics")) for name, _content in found), way
    assert [fault for name, content in found for fault in faults(name, content)] == []


def test_a_formula_and_a_control_would_be_found():
    book = Workbook()
    book.active.append(["=1+1", "-5"])
    book.active["C1"].value, book.active["C1"].data_type = "=2+2", "s"  # text that only looks like one
    file = io.BytesIO()
    book.save(file)
    assert list(faults("a.xlsx", file.getvalue())) == ["a.xlsx A1: '=1+1'"]
    lines = "-5,+44 20,word\n" + "\n".join(f'"{one}"' for one in STARTS if '"' not in one) + "\n\x0b\n"
    assert len(list(faults("a.csv", lines.encode()))) == len(STARTS) - 1 + 2
    assert [runs_as_formula(one) for one in ("'=1+1", "-5.5", "a=1", "", "+44 20")] == [
        False,
        False,
        False,
        False,
        True,
    ]
