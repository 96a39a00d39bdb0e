"""Finds the table in a sheet: which line is the heading, what each column is called, which lines are its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from string import ascii_uppercase

from seed.import_cells import CellError, as_text
from seed.import_rules import SheetMapping
from seed.import_source import ImportRefused, Line, Unreadable, is_empty

LONGEST_SHOWN = 60


@dataclass(frozen=True)
class TableRow:
    """One row: its line number in the sheet and its cells by heading. `broken` says why it is no whole row."""

    number: int
    cells: dict[str, object]
    broken: str = ""


@dataclass(frozen=True)
class LeftOutLine:
    """A line below the heading that is no row, such as totals."""

    number: int
    reason: str


@dataclass(frozen=True)
class Table:
    """The rows of a sheet and the lines that the mapping leaves out."""

    rows: tuple[TableRow, ...]
    left_out: tuple[LeftOutLine, ...]


def read_table(lines: Sequence[Line], mapping: SheetMapping) -> Table:
    """Give the table. Raises ImportRefused unless every column is used or left out with a reason."""
    headings = column_names(lines, mapping)
    _must_agree(headings, mapping)
    below = [line for line in lines if line.number > mapping.header_rows[-1] and not line.is_blank]
    _no_nameless_values(below, headings)
    rows = [_row(line, headings, whole_lines=mapping.format == "csv") for line in below]
    left_out = {row.number: reason for row in rows if (reason := _why_left_out(row, mapping))}
    if len(rows) == len(left_out):
        raise ImportRefused("Not imported: there are no rows below the heading.")
    return Table(
        rows=tuple(row for row in rows if row.number not in left_out),
        left_out=tuple(LeftOutLine(number, reason) for number, reason in left_out.items()),
    )


def column_names(lines: Sequence[Line], mapping: SheetMapping) -> list[str]:
    """Give each column's name as the mapping knows it, "" for a column without one."""
    headings = headings_of([line for line in lines if line.number in mapping.header_rows])
    return all_named(headings, lines, mapping.header_rows) if mapping.name_columns else headings


def all_named(headings: Sequence[str], lines: Sequence[Line], header_rows: Sequence[int]) -> list[str]:
    """Give every column that holds something a name of its own: "Column F", or "Name (2)" for a second "Name"."""
    below = [line for line in lines if line.number > header_rows[-1]]
    widest = max((len(line.cells) for line in below), default=0)
    made = [*headings, *[""] * (widest - len(headings))]
    filled = {at for line in below for at, cell in enumerate(line.cells) if not is_empty(cell)}
    for at, name in enumerate(made):
        if not name and at in filled:
            made[at] = f"Column {_letters(at)}"
        if made[at] in made[:at] and made[at]:
            made[at] = next(f"{name} ({many})" for many in count(2) if f"{name} ({many})" not in made)
    return made


def _letters(at: int) -> str:
    """Give a column's letters as spreadsheet programs write them: 0 is A, 26 is AA."""
    before, letter = divmod(at, len(ascii_uppercase))
    return (_letters(before - 1) if before else "") + ascii_uppercase[letter]


def headings_of(header: Sequence[Line]) -> list[str]:
    """Give each column's name, "" for a column without one.

    Where the heading takes several lines, their words are joined with " / ". A wide cell above several
    columns is stored in its first column only, so its words count until the next word on that line.
    """
    chosen = [line.cells for line in header]
    width = max((len(cells) for cells in chosen), default=0)
    grid = [[_heading_text(cells[at]) if at < len(cells) else "" for at in range(width)] for cells in chosen]
    named = [any(row[at] for row in grid) for at in range(width)]
    for row in grid[:-1]:
        for at in range(1, width):
            if not row[at] and named[at]:
                row[at] = row[at - 1]
    return [" / ".join(dict.fromkeys(row[at] for row in grid if row[at])) for at in range(width)]


def _heading_text(cell: object) -> str:
    return "" if isinstance(cell, Unreadable) else as_text(cell)


def _must_agree(headings: list[str], mapping: SheetMapping) -> None:
    there, wanted = [name for name in headings if name], mapping.columns()
    missing = [name for name in wanted if name not in there]
    if len(missing) == len(wanted):
        where = " and ".join(str(number) for number in mapping.header_rows)
        raise ImportRefused(
            f"Not imported: line {where} holds none of the headings that the mapping names. "
            "Check header_rows, and that the file begins with its headings."
        )
    for name in [*missing, *(name for name in mapping.left_out if name not in there)]:
        raise ImportRefused(f'Not imported: the mapping names the column "{name}", which the file does not have.')
    for at, name in enumerate(there):
        shown = name[:LONGEST_SHOWN]
        if name in there[:at]:
            raise ImportRefused(f'Not imported: the heading "{shown}" stands over two columns. Rename one of them.')
        if name not in wanted and name not in mapping.left_out:
            raise ImportRefused(
                f'Not imported: the file has the column "{shown}", which the mapping neither uses nor leaves out.'
            )


def _no_nameless_values(lines: list[Line], headings: list[str]) -> None:
    """Refuse values without a heading, unless the line is longer than the whole heading (then only that row)."""
    for line in lines:
        for at, (name, cell) in enumerate(zip(headings, line.cells, strict=False), start=1):
            if not name and not is_empty(cell):
                raise ImportRefused(f"Not imported: column {at} holds values but has no heading (line {line.number}).")


def _row(line: Line, headings: list[str], *, whole_lines: bool) -> TableRow:
    beyond = [cell for cell in line.cells[len(headings) :] if not is_empty(cell)]
    padded = (*line.cells, *[None] * (len(headings) - len(line.cells)))
    cells = {name: cell for name, cell in zip(headings, padded, strict=False) if name}
    if beyond:
        return TableRow(line.number, cells, "The row has more cells than there are headings.")
    if whole_lines and len(line.cells) < len(headings):
        return TableRow(line.number, cells, "The row has fewer cells than there are headings.")
    return TableRow(line.number, cells)


def _why_left_out(row: TableRow, mapping: SheetMapping) -> str:
    return next(_reasons(row, mapping), "")


def _reasons(row: TableRow, mapping: SheetMapping) -> Iterator[str]:
    for rule in mapping.leave_out_rows:
        try:
            found = rule.pattern.search(as_text(row.cells[rule.column]))
        except CellError:
            continue  # a cell that cannot be read is told when its row is read
        if found:
            yield rule.reason
