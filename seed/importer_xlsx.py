"""Reads one sheet of an XLSX workbook, which is a zip of XML parts and may be broken or built to do harm."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice, zip_longest
from typing import Any, TypeVar

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL

from seed.import_source import ImportRefused, Line, Unreadable, within_limits

T = TypeVar("T")
# A sheet of 50,000 lines and 25 columns unpacks to about 60 MB, and sheets shrink to a tenth or twentieth.
MOST_UNPACKED = 150 * 1024 * 1024
MOST_RATIO = 100
SMALL = 10 * 1024 * 1024  # below this a high ratio harms nobody: an almost empty sheet packs well
MOST_PARTS = 500
LOCKED_OR_OLD = b"\xd0\xcf\x11\xe0"
# What openpyxl and zipfile raise on parts that are missing, cut off, or not what their names say.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, SyntaxError, KeyError, IndexError, ValueError, TypeError, AttributeError,
    EOFError, OSError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip


def read_xlsx(data: bytes, *, sheet: str | int, most: int | None = None) -> list[Line]:
    """Give the lines of one sheet, named or counted from 1, and no more than `most` of them.

    Raises ImportRefused if anything is broken.
    """
    _must_be_a_sound_zip(data)
    return _whole(lambda: list(within_limits(islice(_lines(data, sheet), most))))


def sheet_names(data: bytes) -> list[str]:
    """Give the names of the sheets that hold cells, in their order. Raises ImportRefused if anything is broken."""
    _must_be_a_sound_zip(data)
    return _whole(lambda: [one.title for one in _book(data, data_only=True).worksheets])


def _whole(read: Callable[[], T]) -> T:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # parts that openpyxl leaves aside: rules, pictures
            return read()
    except _BROKEN as error:
        raise ImportRefused("Not imported: this workbook is broken or cut off. Open it and save it again.") from error


def _must_be_a_sound_zip(data: bytes) -> None:
    """Look at the sizes written in the zip before anything is unpacked; zipfile unpacks no more than these."""
    if data.startswith(LOCKED_OR_OLD):
        raise ImportRefused("Not imported: the workbook has a password, or is an old XLS. Save it as XLSX without one.")
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise ImportRefused("Not imported: this is no XLSX workbook, or it is cut off. Save it again.") from error
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    swollen = unpacked > SMALL and unpacked > MOST_RATIO * max(packed, 1)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or swollen:
        raise ImportRefused("Not imported: unpacked, this workbook would be far larger than an office's sheet.")


def _lines(data: bytes, sheet: str | int) -> Iterator[Line]:
    """Read the sheet twice side by side: as written, to know the formulas, and with their stored results."""
    rows = (_rows(data, sheet, data_only=False), _rows(data, sheet, data_only=True))
    for number, (written, shown) in enumerate(zip(*rows, strict=True), start=1):
        yield Line(number, _without_empty_end(tuple(
            _value(one, other) for one, other in zip_longest(written, shown, fillvalue=EMPTY_CELL)
        )))  # fmt: skip


def _rows(data: bytes, sheet: str | int, *, data_only: bool) -> Iterator[tuple[Any, ...]]:
    chosen = _chosen(_book(data, data_only=data_only), sheet)
    chosen.reset_dimensions()  # the size that a file states of itself is often wrong
    return chosen.iter_rows()


def _book(data: bytes, *, data_only: bool) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)


def _chosen(book: Any, sheet: str | int) -> Any:
    names = book.sheetnames
    if isinstance(sheet, int):
        if not 1 <= sheet <= len(names):
            raise ImportRefused(f"Not imported: the mapping asks for sheet {sheet}, the workbook has {len(names)}.")
        return book[names[sheet - 1]]
    if sheet not in names:
        raise ImportRefused(f'Not imported: the workbook has no sheet named "{sheet}".')
    return book[sheet]


def _value(written: Any, shown: Any) -> object:
    """Give one cell as a person sees it. A formula is worth its stored result, never its text."""
    if written.data_type == "f" and shown.value is None and shown.data_type != "str":
        return Unreadable("a formula whose result was not saved; open the workbook, save it and try again")
    if shown.data_type == "e":
        return Unreadable("an error of the spreadsheet, such as #REF!")
    return shown.value


def _without_empty_end(cells: tuple[object, ...]) -> tuple[object, ...]:
    """Drop empty cells at the end: coloured lines often run far beyond the table."""
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return cells[:end]
