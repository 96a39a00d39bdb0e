"""Reads the file that an import comes from into numbered lines of cells; CSV here, XLSX in its own module.

A file that is broken anywhere is refused whole: half a spreadsheet looks like a whole one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 20 * 1024 * 1024  # as for documents; ten years of an office's sheet take about one
MOST_LINES = 50_000
MOST_COLUMNS = 200
_READABLE = {"utf-8": "UTF-8", "cp1252": "Windows Western"}
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # a zip (XLSX, ODS); the older XLS and locked files


class ImportRefused(Exception):
    """The whole file or mapping cannot be used. Its text is one sentence for the person who brought it."""


@dataclass(frozen=True)
class Unreadable:
    """A cell that holds something, but not a value: `why` says what, never the content."""

    why: str


@dataclass(frozen=True)
class Line:
    """One line of the sheet, `number` counted from 1 as spreadsheet programs do.

    A cell is text, a number, a date or time, yes or no, Unreadable, or None where it is empty.
    """

    number: int
    cells: tuple[object, ...]

    @property
    def is_blank(self) -> bool:
        return all(is_empty(cell) for cell in self.cells)


def is_empty(cell: object) -> bool:
    """Say whether a cell holds nothing but blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def read_bytes(path: Path) -> bytes:
    """Give the content of `path`, whose size is looked at before a byte is read. Raises ImportRefused."""
    if not path.is_file():
        raise ImportRefused("Not imported: there is no such file. Check its name and folder.")
    if path.stat().st_size > MOST_BYTES:
        raise ImportRefused(
            f"Not imported: the file is larger than {MOST_BYTES // 1024 // 1024} MB. Save only the one sheet."
        )
    data = path.read_bytes()
    if not data.strip():
        raise ImportRefused("Not imported: the file is empty.")
    return data


def read_csv(data: bytes, *, encoding: str, delimiter: str) -> list[Line]:
    """Give the lines of a CSV file. Raises ImportRefused for another kind of file or broken quotes."""
    if data.startswith(_WORKBOOK_STARTS):
        raise ImportRefused("Not imported: this is a workbook, and the mapping expects a CSV file.")
    text = _decoded(data, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return list(within_limits(_csv_lines(reader)))


def within_limits(lines: Iterable[Line]) -> Iterator[Line]:
    """Pass lines on until there are more, or wider ones, than an office's sheet has. Raises ImportRefused."""
    for line in lines:
        if line.number > MOST_LINES:
            raise ImportRefused(f"Not imported: the sheet has more than {MOST_LINES} lines. Split it up.")
        if len(line.cells) > MOST_COLUMNS:
            raise ImportRefused(
                f"Not imported: line {line.number} has more than {MOST_COLUMNS} columns. Check how the file was saved."
            )
        yield line


def _csv_lines(reader: Iterator[list[str]]) -> Iterator[Line]:
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield Line(number, tuple(cells))
    except csv.Error as error:
        raise ImportRefused(
            f"Not imported: line {number + 1} has a quotation mark that does not close, or a cell that is too "
            "long. The file may be cut off: save it again."
        ) from error


def _decoded(data: bytes, encoding: str) -> str:
    """Decode strictly: a wrong guess would turn names into other names without a word."""
    if encoding not in _READABLE:
        raise ImportRefused(f"Not imported: the mapping's encoding must be one of {', '.join(_READABLE)}.")
    if encoding != "utf-8" and _is_utf8_beyond_ascii(data):
        raise ImportRefused(f"Not imported: the mapping says {_READABLE[encoding]}, but the file is UTF-8 text.")
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ImportRefused(
            f"Not imported: the file is not {_READABLE[encoding]} text (see line {line}). Save it again as CSV UTF-8."
        ) from error
    if "\0" in text:
        raise ImportRefused("Not imported: this is not a text file. Save the sheet as CSV UTF-8 or as XLSX.")
    return text


def _is_utf8_beyond_ascii(data: bytes) -> bool:
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
