"""Opens our workbooks in LibreOffice, saves them there, and compares every cell. Run by `make libreoffice`.

The funder's workbook of an invented office of 4,000 cases, an evidence pack and a working list with words that a
spreadsheet could take for formulas. A workbook that needs repair is refused there: a cut one is tried as well, so that
a silent LibreOffice is not taken for a content one. Ends with 1 if anything differs.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy.orm import Session

from casework.context import Acting
from casework.periods import Period
from casework.sessions import session_for
from exports import evidence_pack, funder
from exports.funder_scores import times_by_kind
from exports.guarded import guarded_figures
from exports.workbook import Sheet, write_workbook
from models import Base
from models.database import open_engine
from seed.reference import load_reference
from tests import make
from tests.exports.test_evidence_pack import WORDS, told
from tests.exports.test_workbook import COLUMNS, FORMULAS, MADE_AT, MARKING, ROWS
from tests.random_work import random_work

CLIENTS, YEAR = 2_000, Period(date(2025, 4, 1), date(2026, 3, 31))  # twice as many cases as clients
PATIENCE = 180  # seconds for one file
DIGITS = 13  # a spreadsheet keeps 15 of a number, and rounds on the way


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def funder_workbook(folder: Path) -> bytes:
    engine, out = open_engine(f"sqlite:///{folder / 'office.db'}"), io.BytesIO()
    Base.metadata.create_all(engine)
    with session_for(engine, Acting(now=make.NOW)) as db:
        _fill(db)
        figures = guarded_figures(db, YEAR, make.TODAY)
        funder.write(out, figures, times_by_kind(db, figures))
    engine.dispose()
    return out.getvalue()


def _fill(db: Session) -> None:
    load_reference(db, today=make.TODAY)
    random_work(db, 1, CLIENTS)
    db.commit()


def working_list() -> bytes:
    rows = [*ROWS, *((f"C{place}", None, None, None, None, None, text) for place, text in enumerate(FORMULAS, 10))]
    out = io.BytesIO()
    sheet = Sheet("Cases", COLUMNS, rows)
    write_workbook(out, [sheet], title="Cases", marking=MARKING, made_at=MADE_AT)
    return out.getvalue()


def saved_again(folder: Path, name: str, content: bytes) -> bytes | None:
    """Give a workbook as LibreOffice saves it, or None if it does not open it."""
    before, after = folder / "ours" / f"{name}.xlsx", folder / "theirs" / f"{name}.xlsx"
    before.parent.mkdir(exist_ok=True)
    before.write_bytes(content)
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(after.parent), str(before)],
        check=False, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    return after.read_bytes() if after.exists() else None


def cells(content: bytes) -> dict[tuple[str, str], object]:
    """Give (sheet, place) -> value of every filled cell. A formula comes as its text: the values are not computed."""
    return {
        (sheet.title, cell.coordinate): _rounded(cell.value)
        for sheet in load_workbook(io.BytesIO(content))
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


def _rounded(value: object) -> object:
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def differing(name: str, ours: bytes, theirs: bytes | None) -> int:
    if theirs is None:
        say(f"{name}: LibreOffice does not open it")
        return 1
    before, after = cells(ours), cells(theirs)
    wrong = [place for place in before.keys() | after.keys() if before.get(place) != after.get(place)]
    sheets, numbers = {sheet for sheet, _place in before}, [one for one in before.values() if isinstance(one, int)]
    say(f"{name}: {len(sheets)} sheets, {len(before):,} cells, {len(numbers):,} whole numbers; {len(wrong)} differ")
    for place in sorted(wrong)[:5]:
        say(f"  {place}: {before.get(place)!r} became {after.get(place)!r}")
    return len(wrong)


def main() -> int:
    if shutil.which("soffice") is None:
        say("LibreOffice is not installed (Debian: libreoffice-calc).")
        return 1
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        books = {
            "funder workbook": funder_workbook(folder), "evidence pack": evidence_pack.make(WORDS, told()).xlsx,
            "working list": working_list(),
        }  # fmt: skip
        wrong = sum(differing(name, ours, saved_again(folder, name, ours)) for name, ours in books.items())
        cut = books["working list"][: len(books["working list"]) // 2]
        if saved_again(folder, "cut in half", cut) is not None:
            say("a workbook cut in half is opened: LibreOffice mends in silence, so this proves nothing")
            wrong += 1
    return min(1, wrong)


if __name__ == "__main__":
    sys.exit(main())
