"""Sheets as files: workbooks (XLSX) and plain tables (CSV), whole or not at all.

openpyxl makes the workbook's frame: looks, widths, frozen headings, filters, print set-up. Its own
way of writing rows costs over ten times the processor time of formatting them here, so each sheet of
the frame holds one marker row, and our rows are written in its place as they come. Times inside the file
are given by the caller or fixed: the same data gives the same bytes, and so the same hash.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count, islice
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from exports.cells import CellStyle, Column, csv_cell, csv_safe, fit, moment_words, safe_text, sheet_cell

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

ROW_LIMIT = 1_048_576  # these three: Microsoft's "Excel specifications and limits"
COLUMN_LIMIT = 16_384
LONGEST_SHEET_NAME = 31
LONGEST_LABEL = 100  # signs: even if each is a doubled &, page numbers and codes fit beside it in the 255 allowed
PART_LIMIT = 2**31 - 1  # bytes of one sheet's XML: beyond, the zip needs a form not every program reads

BATCH = 100  # rows formatted in one go; more took longer and held more memory (tried 50 to 2,000)
SPOOL_BYTES = 8 * 2**20  # a file up to this size never touches the disk
COPY_BYTES = 2**16
QUICKEST = 1  # deflate level; tried: the usual 6 took up to a third longer for files a third smaller
BOOK_PART = "xl/workbook.xml"
LINE = Column("Notes", "text", 100)  # a line of words outside a table; this wide on a sheet of notes alone

NAME_BREAKERS = re.compile(r"[\[\]:*?/\\\s]+")
RESERVED_NAMES = ("history",)  # Excel keeps this one for itself
MARKER_ROW = re.compile(rb"<row .*</row>", re.DOTALL)

BOLD = Font(name="Calibri", size=11, family=2, bold=True)  # the frame's usual letters, but bold
HEADING_FILL = PatternFill("solid", fgColor="E7E6E6")
THIN_LINE = Side("thin", color="7F7F7F")


class SheetTooLargeError(ValueError):
    """A sentence for the person at the screen: the sheet does not fit in a workbook, and what to do."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: notes, a table, its totals, notes below. Without columns it is a page of notes.

    `rows` is read once, in the sheets' order. `totals` and `notes_below` are read after it, so that
    a list the rows' generator fills (sums, how many were left out and why) may be given.
    """

    name: str
    columns: Sequence[Column] = ()
    rows: Iterable[Sequence[object]] = ()
    notes: Sequence[str] = ()
    totals: Sequence[object] = ()
    notes_below: Sequence[str] = ()


@dataclass(frozen=True)
class Written:
    """What was written: rows of data by sheet name, the SHA-256 of the file's bytes, their number."""

    rows: dict[str, int]
    sha256: str
    size: int

    @property
    def total(self) -> int:
        """Count the rows of data in all sheets."""
        return sum(self.rows.values())


class _Styles(NamedTuple):
    marking: CellStyle
    note: CellStyle
    headings: tuple[CellStyle, ...]
    cells: tuple[CellStyle, ...]
    totals: tuple[CellStyle, ...]


@dataclass(frozen=True)
class _Plan:
    """Where things stand in one sheet."""

    sheet: Sheet
    name: str
    place: int
    marking: str
    styles: _Styles

    @property
    def part(self) -> str:
        return f"xl/worksheets/sheet{self.place}.xml"

    @property
    def heading_row(self) -> int:
        lines_above = bool(self.marking) + len(self.sheet.notes)
        return lines_above + 2 if lines_above else 1

    @property
    def last_column(self) -> str:
        return get_column_letter(len(self.sheet.columns))

    @property
    def stand_in_row(self) -> int:
        """Give the row that ends the filter in the frame, until the true one is known: one per sheet."""
        return ROW_LIMIT - self.place


def write_workbook(out: BinaryIO, sheets: Sequence[Sheet], *, title: str, marking: str, made_at: datetime) -> Written:
    """Write `sheets` to `out` as one XLSX file; return what was written.

    `marking` ("Confidential working list") stands first on each sheet and in each printed footer; empty
    for none. `made_at` is an aware time and part of the bytes. Nothing reaches `out` before the file is
    complete. Raises SheetTooLargeError, ValueError for a wrong set-up, TypeError for a value that does
    not fit its column, and whatever reading the rows raises.
    """
    _must_be_sound(sheets, marking, made_at)
    plans, frame = _framed(sheets, title=title, marking=marking, made_at=made_at)
    with SpooledTemporaryFile(SPOOL_BYTES) as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=QUICKEST) as archive:
            rows = _write_parts(archive, plans, frame)
        return _hand_over(file, out, rows)


def write_csv(out: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> Written:
    """Write the table to `out` as CSV: UTF-8 with its mark, CRLF, text safe from being run as a formula.

    Nothing reaches `out` before the file is complete. The rows are counted under the name "CSV".
    Raises TypeError for a value that does not fit its column, ValueError for a row of another length.
    """
    fields = [csv_cell(column) for column in columns]
    headings = [csv_safe(safe_text(column.title)) for column in columns]
    written = 0
    with SpooledTemporaryFile(SPOOL_BYTES) as file:
        file.write(BOM_UTF8 + _csv_lines([headings]))
        for batch in _batches(rows, len(columns), "CSV"):
            file.write(_csv_lines(zip(*_by_column(fields, batch), strict=True)))
            written += len(batch)
        return _hand_over(file, out, {"CSV": written})


def _csv_lines(rows: Iterable[Sequence[str]]) -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return lines.getvalue().encode()


def _must_be_sound(sheets: Sequence[Sheet], marking: str, made_at: datetime) -> None:
    if not sheets:
        raise ValueError("A workbook needs at least one sheet.")
    if made_at.tzinfo is None:
        raise ValueError("The time a workbook was made needs its time zone.")
    if len(marking) > LONGEST_LABEL:
        raise ValueError(f"A marking has up to {LONGEST_LABEL} signs, so that it prints whole.")
    for sheet in sheets:
        if len(sheet.columns) > COLUMN_LIMIT:
            raise SheetTooLargeError(f'Not made: the sheet "{sheet.name}" has over {COLUMN_LIMIT:,} columns.')


def _framed(
    sheets: Sequence[Sheet], *, title: str, marking: str, made_at: datetime
) -> tuple[list[_Plan], dict[str, bytes]]:
    """Give the plan of each sheet, and openpyxl's workbook of marker rows as its parts by name."""
    book = Workbook(write_only=True)
    line, mark = fit(_one_line(title), LONGEST_LABEL), _one_line(marking)
    utc = made_at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    book.properties = DocumentProperties(creator="Casework", title=line, subject=mark, created=utc, modified=utc)
    plans = []
    for place, (sheet, name) in enumerate(zip(sheets, _sheet_names(sheets), strict=True), 1):
        page = book.create_sheet(name)
        plan = _Plan(sheet, name, place, mark, _styles(page, sheet.columns))
        _set_table(page, plan)
        _set_print(page, line, mark, made_at)
        page.append(["the rows"])
        plans.append(plan)
    return plans, _parts(book)


def _one_line(text: str) -> str:
    return " ".join(safe_text(text).split())


def _sheet_names(sheets: Sequence[Sheet]) -> list[str]:
    """Give names a workbook accepts, each once: capitals do not tell two sheets apart."""
    taken, names = set(RESERVED_NAMES), []
    for sheet in sheets:
        wanted = NAME_BREAKERS.sub(" ", safe_text(sheet.name)).strip(" '") or "Sheet"
        endings = ("" if number == 1 else f" ({number})" for number in count(1))
        tries = (fit(wanted, LONGEST_SHEET_NAME - len(ending)).rstrip(" '") + ending for ending in endings)
        name = next(name for name in tries if name.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _styles(page: WriteOnlyWorksheet, columns: Sequence[Column]) -> _Styles:
    below, above = Border(bottom=THIN_LINE), Border(top=THIN_LINE)
    # A word in a number's place ("<5") stands where the number would, not beside the next column's.
    looks = [(column.shown_as, column.wrap, column.kind == "number") for column in columns]
    # dict.fromkeys keeps the columns' order; a set's order would differ from run to run, and so the bytes.
    cells = {look: _style(page, *look) for look in dict.fromkeys(looks)}
    totals = {look: _style(page, *look, font=BOLD, border=above) for look in cells}
    sides = dict.fromkeys(look[2] for look in looks)
    headings = {
        right: _style(page, wrap=True, right=right, font=BOLD, fill=HEADING_FILL, border=below) for right in sides
    }
    return _Styles(
        marking=_style(page, wrap=not columns, font=BOLD),
        note=_style(page, wrap=not columns),
        headings=tuple(headings[look[2]] for look in looks),
        cells=tuple(cells[look] for look in looks),
        totals=tuple(totals[look] for look in looks),
    )


def _style(
    page: WriteOnlyWorksheet,
    number_format: str = "General",
    wrap: bool = False,
    right: bool = False,
    **look: Font | PatternFill | Border,
) -> CellStyle:
    # Two cells, since the book keeps the very list that a cell would go on changing.
    usual, guarded = WriteOnlyCell(page), WriteOnlyCell(page)
    for cell in (usual, guarded):
        cell.number_format = number_format
        cell.alignment = Alignment(horizontal="right" if right else None, vertical="top", wrap_text=wrap)
        for part, value in look.items():
            setattr(cell, part, value)
    guarded.quotePrefix = True
    return CellStyle(usual.style_id, guarded.style_id)


def _set_table(page: WriteOnlyWorksheet, plan: _Plan) -> None:
    """Set widths, frozen heading, filter and the heading repeated on each printed page."""
    if not plan.sheet.columns:
        page.column_dimensions["A"].width = LINE.width
        return
    for number, column in enumerate(plan.sheet.columns, 1):
        page.column_dimensions[get_column_letter(number)].width = column.width
    page.freeze_panes = f"A{plan.heading_row + 1}"
    page.auto_filter.ref = f"A{plan.heading_row}:{plan.last_column}{plan.stand_in_row}"
    page.print_title_rows = f"{plan.heading_row}:{plan.heading_row}"


def _set_print(page: WriteOnlyWorksheet, title: str, marking: str, made_at: datetime) -> None:
    """Set A4 landscape, one page wide, with title and sheet above, marking, page and time below."""
    page.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    page.page_setup.orientation = Worksheet.ORIENTATION_LANDSCAPE
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    header, footer = page.HeaderFooter.oddHeader, page.HeaderFooter.oddFooter
    # In these lines & begins a code, && is the sign itself.
    header.left.text, header.right.text = title.replace("&", "&&"), "&A"
    footer.left.text, footer.center.text = marking.replace("&", "&&"), "Page &P of &N"
    footer.right.text = f"Made {moment_words(made_at)}"


def _parts(book: Workbook) -> dict[str, bytes]:
    """Give the parts of the frame by name. (`book.save` would set the time of change to now.)"""
    file = io.BytesIO()
    ExcelWriter(book, ZipFile(file, "w")).save()
    with ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _write_parts(archive: ZipFile, plans: Sequence[_Plan], frame: dict[str, bytes]) -> dict[str, int]:
    """Write all parts, the book's list of names last since it tells where each filter ends.

    A part opened by its name alone bears no time: the zip's earliest day, always.
    """
    rows, book = {}, frame[BOOK_PART]
    for name in sorted(frame.keys() - {plan.part for plan in plans} - {BOOK_PART}):
        _write_part(archive, name, frame[name])
    for plan in plans:
        rows[plan.name] = _write_sheet(archive, plan, frame[plan.part])
        if plan.sheet.columns:
            book = _filter_ends(book, f":${plan.last_column}$", plan, rows[plan.name])
    _write_part(archive, BOOK_PART, book)
    return rows


def _write_part(archive: ZipFile, name: str, xml: bytes) -> None:
    with archive.open(name, "w") as part:
        part.write(xml)


def _write_sheet(archive: ZipFile, plan: _Plan, frame_xml: bytes) -> int:
    """Write one sheet with its rows in the marker's place; return the number of rows of data."""
    before, after = MARKER_ROW.split(frame_xml)
    with archive.open(plan.part, "w") as part:
        part.write(before)
        page = _Page(part, plan.name)
        _write_above(page, plan)
        written = _write_table(page, plan)
        _write_below(page, plan)
        if plan.sheet.columns:
            after = _filter_ends(after, f":{plan.last_column}", plan, written)
        part.write(after)
    return written


def _filter_ends(xml: bytes, column: str, plan: _Plan, rows: int) -> bytes:
    """Give `xml` with the filter's last row set to the last row of data."""
    stand_in = f"{column}{plan.stand_in_row}".encode()
    if xml.count(stand_in) != 1:
        raise RuntimeError("The workbook's frame does not look as expected; its library has changed.")
    return xml.replace(stand_in, f"{column}{plan.heading_row + rows}".encode())


class _Page:
    """Writes rows one below the other into a sheet's part, and refuses what a sheet cannot hold."""

    def __init__(self, part: IO[bytes], name: str) -> None:
        self.part, self.name = part, name
        self.next_row, self.size = 1, 0

    def add(self, columns: Sequence[Iterable[str]], rows: int = 1) -> None:
        """Add `rows` rows, given column by column as what follows `<c`."""
        self._must_hold(rows)
        numbers = range(self.next_row, self.next_row + rows)
        # Formatting whole rows in one C loop is what makes this quick.
        xml = "".join(map(_row_template(len(columns)).__mod__, zip(numbers, *columns, strict=True))).encode()
        self.next_row += rows
        self.size += len(xml)
        self._must_hold(0)
        self.part.write(xml)

    def _must_hold(self, rows: int) -> None:
        if self.next_row - 1 + rows > ROW_LIMIT or self.size > PART_LIMIT:
            raise SheetTooLargeError(
                f'Not made: the sheet "{self.name}" would hold more than a spreadsheet can '
                f"({ROW_LIMIT:,} rows). Narrow the filter or choose a shorter period."
            )


@lru_cache
def _row_template(columns: int) -> str:
    # Cells follow each other without their addresses, as the format allows: with them the file doubles.
    return f'<row r="%d">{"<c%s" * columns}</row>'


def _write_above(page: _Page, plan: _Plan) -> None:
    """Write the marking, the notes and the headings."""
    if plan.marking:
        page.add([[sheet_cell(LINE, plan.styles.marking)(plan.marking)]])
    _write_notes(page, plan, plan.sheet.notes)
    if plan.sheet.columns:
        # A blank row between: a program that guesses the table's edge must not take the notes into it.
        page.next_row = plan.heading_row
        looks = zip(plan.sheet.columns, plan.styles.headings, strict=True)
        page.add([[sheet_cell(LINE, style)(column.title)] for column, style in looks])


def _write_notes(page: _Page, plan: _Plan, notes: Iterable[str]) -> None:
    write_note = sheet_cell(LINE, plan.styles.note)
    for note in notes:
        page.add([[write_note(note)]])


def _write_table(page: _Page, plan: _Plan) -> int:
    """Write the rows of data; return how many there were."""
    columns, written = plan.sheet.columns, 0
    cells = [sheet_cell(column, style) for column, style in zip(columns, plan.styles.cells, strict=True)]
    for batch in _batches(plan.sheet.rows, len(columns), plan.name):
        page.add(_by_column(cells, batch), len(batch))
        written += len(batch)
    return written


def _write_below(page: _Page, plan: _Plan) -> None:
    """Write the totals and, after a blank row, the notes below."""
    sheet = plan.sheet
    if sheet.totals:
        columns = zip(sheet.columns, plan.styles.totals, strict=True)
        cells = [sheet_cell(column, style) for column, style in columns]
        page.add(_by_column(cells, _checked([sheet.totals], len(cells), plan.name)))
    if sheet.notes_below:
        page.next_row += 1
        _write_notes(page, plan, sheet.notes_below)


def _batches(rows: Iterable[Sequence[object]], width: int, name: str) -> Iterator[list[Sequence[object]]]:
    """Yield `rows` in lists of up to BATCH, each row checked to have `width` values."""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield _checked(batch, width, name)


def _checked(rows: list[Sequence[object]], width: int, name: str) -> list[Sequence[object]]:
    if {len(row) for row in rows} != {width}:
        raise ValueError(f'The sheet "{name}" has {width} columns, but a row of another length was given.')
    return rows


def _by_column(writers: Sequence[Callable[[object], str]], rows: Sequence[Sequence[object]]) -> list[Iterable[str]]:
    """Give the written values column by column, each made when it is asked for."""
    return [map(write, column) for write, column in zip(writers, zip(*rows, strict=True), strict=True)]


def _hand_over(file: IO[bytes], out: BinaryIO, rows: dict[str, int]) -> Written:
    """Copy the complete `file` to `out`; return what was written."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(COPY_BYTES):
        digest.update(chunk)
        size += out.write(chunk)
    return Written(rows, digest.hexdigest(), size)
