"""Builds the kind of workbook an office brings along; every person in it is invented.

Two notes above the table, headings merged over two lines, dates typed as text or kept as dates, phone
numbers that became numbers, several kinds of incident in one cell, an empty line, a line of totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

FIRST_ROW = 6
HEADINGS = (  # cells of line 4, cells of line 5, merged ranges
    ("No", "Person", None, None, None, "What happened", None, None, "Where", "In their words", "Rang us on",
     "How to reach", "Taken by", "Fare paid"),
    (None, "Name", "Phone", "Borough", "Speaks", "When", "Time", "Kind"),
    ("A4:A5", "B4:E4", "F4:H4", "I4:I5", "J4:J5", "K4:K5", "L4:L5", "M4:M5", "N4:N5"),
)  # fmt: skip

GOOD = (
    (101, "Ruksana Miah", 7700900101, "Tower Hamlets", "Sylheti", "3rd March 2024", "9.30pm", "graffiti; threats",
     "home", "It was on the door when I came back.", "04/03/24", "ring only", "Desk", 2.8),
    (102, "Ruksana Miah", 7700900101, "Tower Hamlets", "Sylheti", "11 March 2024", None, "stones thrown", "home",
     None, "12.3.2024", "ring only", "Desk", None),
    (103, None, None, "Hackney", None, "2 Feb 2024", "14:00", "shouted at; spat at", "bus", "Did not want to be named.",
     "2/2/24", None, "Night line", None),
    (104, "Ibrahim Sesay", "020 7946 0018", "newham", "Krio", datetime(2024, 5, 7), None, "letters", "-",
     "=1+1 was written in the letter", datetime(2024, 5, 8, 10, 15), "no letters", "@desk", None),
)  # fmt: skip


def make_office_sheet(path: Path, rows: Iterable[Sequence[object]] = GOOD) -> Path:
    """Write the workbook to `path` and give `path` back."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Book"
    sheet["A1"] = "Record of calls about racist incidents, kept at the front desk"
    sheet["A2"] = "Confidential. Do not leave on the desk."
    _write_headings(sheet)
    number = FIRST_ROW
    for number, row in enumerate(rows, start=FIRST_ROW):
        _write_row(sheet, number, row)
    _write_row(sheet, number + 2, ("Total", *[None] * 12))  # one empty line stands between
    sheet.cell(number + 2, 14).value = f"=SUM(N{FIRST_ROW}:N{number})"
    book.save(path)
    return path


def _write_headings(sheet: Worksheet) -> None:
    upper, lower, merged = HEADINGS
    _write_row(sheet, 4, upper)
    _write_row(sheet, 5, lower)
    for cells in merged:
        sheet.merge_cells(cells)


def _write_row(sheet: Worksheet, number: int, row: Sequence[object]) -> None:
    for at, value in enumerate(row, start=1):
        if value is None:
            continue
        cell = sheet.cell(number, at)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # a person typed it, so it is text, also when it begins with =
