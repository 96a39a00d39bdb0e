"""Opens a file that was sent: its sheets, where its table seems to stand, and the columns of a chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seed.import_guess import LOOKED_AT, best_sheet, layout_of, written_as
from seed.import_source import MOST_LINES, ImportRefused, Line, is_empty, read_csv
from seed.import_table import all_named, headings_of
from seed.importer_xlsx import LOCKED_OR_OLD, read_xlsx, sheet_names

ZIP = b"PK\x03\x04"
MOST_SHEETS = 60
MOST_BROWSED = 10_000  # lines that a page waits for; longer sheets come in by the command


@dataclass(frozen=True)
class Source:
    """How a file is read: "xlsx" with a sheet by name, or "csv" with its signs."""

    format: str
    sheet: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","


@dataclass(frozen=True)
class Column:
    """One column of the table: its name and its cells, top to bottom, without blank lines."""

    name: str
    cells: tuple[object, ...]


def guessed_source(data: bytes) -> tuple[Source, tuple[str, ...]]:
    """Guess how a file is to be read; give the names of its sheets too. Raises ImportRefused."""
    if not data.strip():
        raise ImportRefused("Not imported: the file is empty.")
    if not data.startswith((ZIP, LOCKED_OR_OLD)):
        encoding, delimiter = written_as(data)
        return Source("csv", encoding=encoding, delimiter=delimiter), ()
    names = tuple(sheet_names(data))[:MOST_SHEETS]
    tops = {name: read_xlsx(data, sheet=name, most=LOOKED_AT * 2) for name in names}
    return Source("xlsx", sheet=best_sheet(tops)), names


def lines_at(data: bytes, source: Source, *, most: int | None = None) -> list[Line]:
    """Give the lines of the sheet, no more than `most`. Raises ImportRefused."""
    if source.format == "xlsx":
        lines = read_xlsx(data, sheet=source.sheet, most=most)
    else:
        lines = read_csv(data, encoding=source.encoding, delimiter=source.delimiter)[:most]
    if len(lines) > MOST_BROWSED:
        raise ImportRefused(
            f"Not imported: the sheet has more than {MOST_BROWSED:,} lines. Split it up, or bring it in by the command "
            f"of docs/import.md, which takes {MOST_LINES:,}."
        )
    return lines


def guessed_header(lines: Sequence[Line]) -> tuple[int, ...]:
    """Guess the lines of the heading; the first line that holds anything where no heading was found."""
    found = layout_of(lines).header_rows
    return found or tuple(line.number for line in lines if not line.is_blank)[:1]


def columns_of(lines: Sequence[Line], header_rows: Sequence[int]) -> list[Column]:
    """Give every column that has a name or holds something, each with a name of its own."""
    if not header_rows:
        return []
    names = all_named(headings_of([one for one in lines if one.number in header_rows]), lines, header_rows)
    below = [line for line in lines if line.number > header_rows[-1] and not line.is_blank]
    return [
        Column(name, tuple(line.cells[at] if at < len(line.cells) else None for line in below))
        for at, name in enumerate(names) if name
    ]  # fmt: skip


def blank_lines(lines: Sequence[Line], header_rows: Sequence[int]) -> tuple[int, ...]:
    """Give the numbers of the blank lines inside the table; what follows its last filled line is none of it."""
    below = [line for line in lines if line.number > max(header_rows, default=0)]
    last = max((line.number for line in below if not line.is_blank), default=0)
    return tuple(line.number for line in below if line.is_blank and line.number < last)


def fills(column: Column) -> int:
    """Count the filled cells of a column."""
    return sum(not is_empty(cell) for cell in column.cells)
