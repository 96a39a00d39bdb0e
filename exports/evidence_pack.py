"""The evidence pack of a campaign: a document to hand over and a workbook of the same figures, both for the public.

In it: what is asked for, counts with small numbers hidden, words of clients who permit it, and how all of it was
counted. Not in it: a name, a reference, a worker of ours or theirs, a finding or note of the file. The same data on
the same day gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import load_workbook

from casework.calendar import utc_from_local
from casework.datetext import without_weekday
from casework.figures import Table
from casework.issue_counts import CASES, CLIENTS, PIECES, RULES
from exports.cells import Column, readable
from exports.issue_figures import ToldFigures
from exports.workbook import Sheet, write_workbook

BIGGEST_BAR = 24  # signs of the longest bar
BLOCK, EARLIEST = "█", (1980, 1, 1, 0, 0, 0)
NAMES = ((CLIENTS, "Clients"), (CASES, "Cases"), (PIECES, "Pieces of evidence"))
HEADINGS = {"agency": "Agency", "kind": "Kind", "quarter": "Quarter", "year": "Year"}
COUNTED = ("Figures", *(f"By {one}" for one in HEADINGS))  # the sheets that count people and evidence


@dataclass(frozen=True)
class Words:
    """What is said in public beside the figures: each text as it is printed.

    `issues` are (pattern, policy, cause); `demands` (demand, how it stands); `log` (kind, how often); `quotes` words.
    """

    title: str
    office: str
    began_on: date
    issues: Sequence[tuple[str, str, str]]
    demands: Sequence[tuple[str, str]]
    targets: Sequence[str]
    partners: Sequence[str]
    log: Sequence[tuple[str, int]]
    quotes: Sequence[str]

    def texts(self) -> list[str]:
        """Give every text that somebody typed, to be looked through for names."""
        typed = [self.title, *self.quotes]
        typed += [text for one in self.issues for text in one if text]
        return typed + [text for text, _state in self.demands]


NO_WORDS = Words("", "", date(2000, 1, 1), (), (), (), (), (), ())


@dataclass(frozen=True)
class Files:
    docx: bytes
    xlsx: bytes

    @property
    def prints(self) -> tuple[str, str]:
        """Give the SHA-256 of both files."""
        return hashlib.sha256(self.docx).hexdigest(), hashlib.sha256(self.xlsx).hexdigest()


def make(words: Words, told: ToldFigures) -> Files:
    """Make both files. Raises ValueError for figures that are not made to leave."""
    if told.is_whole and any(1 <= number < told.threshold for number in told.counted.numbers().values()):
        raise ValueError("A pack leaves the office, so small numbers are hidden in it.")
    return Files(_document(readable(words), told), _workbook(words, told))


def method(told: ToldFigures) -> list[str]:
    """Give how it was counted, as sentences."""
    counted = told.counted
    return [
        f"Counted on {without_weekday(counted.counted_on)} from the records of the office.",
        *(f"{name}: {RULES[key]}" for key, name in NAMES),
        *(f"{table.name}: {table.counted}" for table in counted.tables),
        "These are people who came to one office: they do not tell how many there are in all, and nobody was drawn by "
        "chance. A rise may also mean that more people found their way here.",
        f"Counts from 1 to {told.threshold - 1} are shown as “<{told.threshold}”, and others are hidden where one of "
        f"them could be worked out: {len(told.hidden)} numbers in all.",
        "Words of clients are printed with their permission for this, which they may take back.",
    ]


def shown_rows(told: ToldFigures, table: Table) -> Iterator[tuple[str, int | str, str]]:
    """Give each row of a table as (label, number as it may be seen, its bar)."""
    seen = [(row, told.number(row.key)) for row in table.rows]
    largest = max((number for _row, number in seen if isinstance(number, int)), default=0)
    for row, number in seen:
        yield row.label, number, bar(number, largest)


def bar(number: int | str, largest: int) -> str:
    """Give a number as a row of blocks; a hidden one has a mark that is the same for all."""
    if isinstance(number, str):
        return "·"
    return BLOCK * round(BIGGEST_BAR * number / largest) if largest else ""


# The document


def _document(words: Words, told: ToldFigures) -> bytes:
    from docx import Document  # the letters' library is slow to load and only needed here

    made = Document()
    made.core_properties.author, made.core_properties.title = "", words.title
    for section in made.sections:
        section.footer.paragraphs[0].text = f"{words.office} · {without_weekday(told.counted.counted_on)}"
    made.add_heading(words.title, 0)
    made.add_paragraph(f"{words.office}, {without_weekday(told.counted.counted_on)}")
    _asked_for(made, words)
    _seen(made, words)
    _figures(made, told)
    if words.quotes:
        made.add_heading("In their words", 1)
        for one in words.quotes:
            made.add_paragraph(f"“{one}”", style="Intense Quote")
            made.add_paragraph("A client")
    _done(made, words)
    made.add_heading("How this was counted", 1)
    for line in method(told):
        made.add_paragraph(line, style="List Bullet")
    out = BytesIO()
    made.save(out)
    return same_bytes(out.getvalue())


def _asked_for(made: Any, words: Words) -> None:
    made.add_heading("What is asked for", 1)
    for text, state in words.demands:
        made.add_paragraph(f"{text} ({state.lower()})", style="List Number")
    if words.targets:
        made.add_paragraph(f"To: {', '.join(words.targets)}")
    if words.partners:
        made.add_paragraph(f"With: {', '.join(words.partners)}")


def _seen(made: Any, words: Words) -> None:
    made.add_heading("What people meet with", 1)
    for pattern, policy, cause in words.issues:
        made.add_paragraph(pattern, style="List Bullet")
        told = [
            f"Policy or practice: {policy}." if policy else "",
            f"The cause we see: {cause.lower()}." if cause else "",
        ]
        if any(told):
            made.add_paragraph(" ".join(filter(None, told)))


def _figures(made: Any, told: ToldFigures) -> None:
    made.add_heading("Figures", 1)
    _table(made, ("", "Number"), [(name, str(told.number(key))) for key, name in NAMES])
    for table in told.counted.tables:
        made.add_heading(table.name, 2)
        rows = [(label, str(number), drawn) for label, number, drawn in shown_rows(told, table)]
        _table(made, (HEADINGS[table.key], "Number", ""), [*rows, ("All", str(told.number(table.total.key)), "")])
        made.add_paragraph(f"How counted: {table.counted}")


def _done(made: Any, words: Words) -> None:
    if not words.log:
        return
    made.add_heading("What was done so far", 1)
    made.add_paragraph(f"Since {without_weekday(words.began_on)}:")
    _table(made, ("What", "How often"), [(kind, str(number)) for kind, number in words.log])


def _table(made: Any, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from docx.shared import RGBColor

    table = made.add_table(rows=1, cols=len(columns), style="Light Grid Accent 1")
    for line in (columns, *rows):
        cells = table.rows[0].cells if line is columns else table.add_row().cells
        for place, (cell, text) in enumerate(zip(cells, line, strict=True)):
            cell.text = readable(text)
            if place == len(columns) - 1 and text.startswith(BLOCK):
                cell.paragraphs[0].runs[0].font.color.rgb = RGBColor(0x2D, 0x75, 0x82)


def same_bytes(content: bytes) -> bytes:
    """Give a zip of the same parts without the moment of its making."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for one in before.infolist():
            part = ZipInfo(one.filename, EARLIEST)
            part.compress_type = ZIP_DEFLATED
            after.writestr(part, before.read(one))
    return out.getvalue()


# Beside an earlier pack


def tells_by_taking_away(told: ToldFigures, earlier: Iterable[bytes]) -> bool:
    """Say whether a number shown here differs from one shown in an earlier workbook of the campaign by a small number.

    Evidence comes in between two packs, and their difference is who it is about. What one of them hides is not asked.
    """
    now = _numbers_of(_workbook(NO_WORDS, told))
    for before in map(_numbers_of, earlier):
        both = now.keys() & before.keys()
        if any(1 <= abs(now[label] - before[label]) < told.threshold for label in both):
            return True
    return False


def _numbers_of(workbook: bytes) -> dict[tuple[str, str], int]:
    """Give the numbers that a workbook shows of people and evidence: (sheet, line) -> number."""
    pages = [one for one in load_workbook(BytesIO(workbook), read_only=True) if one.title in COUNTED]
    rows = ((page.title, row) for page in pages for row in page.iter_rows(values_only=True) if len(row) > 1)
    return {(title, str(row[0])): row[1] for title, row in rows if isinstance(row[1], int)}


# The workbook


def _workbook(words: Words, told: ToldFigures) -> bytes:
    out = BytesIO()
    marking = f"{words.office}: small numbers are hidden"
    made_at = utc_from_local(told.counted.counted_on, time(12))
    write_workbook(out, list(_sheets(words, told)), title=words.title, marking=marking, made_at=made_at)
    return out.getvalue()


def _sheets(words: Words, told: ToldFigures) -> Iterator[Sheet]:
    about = [
        words.title, *(f"Asked for: {text} ({state.lower()})" for text, state in words.demands),
        *(f"To: {one}" for one in words.targets), *(f"With: {one}" for one in words.partners),
        *(f"People meet with: {pattern}" for pattern, _policy, _cause in words.issues),
    ]  # fmt: skip
    yield Sheet("About", notes=about)
    numbers = [(name, told.number(key), RULES[key]) for key, name in NAMES]
    yield Sheet("Figures", (Column("What", "text", 24), Column("Number", "number", 10),
                            Column("How counted", "text", 90, wrap=True)), numbers)  # fmt: skip
    for table in told.counted.tables:
        yield _sheet(told, table)
    yield Sheet("Log", (Column("What", "text", 24), Column("How often", "number", 12)), words.log,
                notes=[f"What was done since {without_weekday(words.began_on)}, by kind."])  # fmt: skip
    if words.quotes:
        yield Sheet("Words of clients", (Column("Words", "text", 100, wrap=True),), [(one,) for one in words.quotes],
                    notes=["Printed with permission, without a name."])  # fmt: skip
    yield Sheet("How counted", notes=method(told))


def _sheet(told: ToldFigures, table: Table) -> Sheet:
    columns = (Column(HEADINGS[table.key], "text", 44), Column("Number", "number", 10),
               Column("Bar", "text", BIGGEST_BAR + 4))  # fmt: skip
    return Sheet(f"By {table.key}", columns, list(shown_rows(told, table)), notes=[table.name, table.counted],
                 totals=("All", told.number(table.total.key), ""))  # fmt: skip
