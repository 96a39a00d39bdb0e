"""Guesses how a sheet is laid out: which lines are the heading, which are totals, how its dates are written.

A guess is offered, never taken: whoever brings the sheet sees it on the lines themselves and may correct it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from seed.import_cells import NUMBERS_ONLY, CellError, as_text
from seed.import_source import Line, Unreadable, is_empty
from seed.import_table import headings_of

LOOKED_AT = 60  # lines from the top in which a heading is looked for; notes above a table are shorter
MOST_HEADING_LINES = 3
BODY = 25  # lines below a heading that are compared with it
LONGEST_HEADING = 60
FEWEST_COLUMNS = 2
MOST_MONTHS = 12
# A line of totals says so and no more: "Total", "Grand total:", "Totals for 2024". "Total Football Club" is somebody.
TOTALS_ARE = (
    r"^\s*(?:(?:grand |sub[ -]?)?totals?|sums?|averages?|counts?|number of rows)(?: (?:for|of|in) .*|[\s\d]*)[:.]?\s*$"
)
TOTALS = re.compile(TOTALS_ARE, re.IGNORECASE)
LIKE_A_VALUE = re.compile(r"[\d\s/.,:£€$%+()-]*\d[\d\s/.,:£€$%+()-]*")
SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Layout:
    """Where the table stands: the lines of its heading, from 1; none where no heading was found."""

    header_rows: tuple[int, ...]
    score: float


def layout_of(lines: Sequence[Line]) -> Layout:
    """Guess the heading: the window of lines whose words stand over the most columns of what follows."""
    top = [line for line in lines if line.number <= LOOKED_AT]
    windows = (tuple(top[at : at + many]) for at in range(len(top)) for many in range(1, MOST_HEADING_LINES + 1))
    guesses = [Layout(tuple(one.number for one in window), _score(window, lines)) for window in windows if window]
    return max((one for one in guesses if one.score > 0), key=lambda guess: guess.score, default=Layout((), 0.0))


def best_sheet(sheets: Mapping[str, Sequence[Line]]) -> str:
    """Guess which sheet holds the table: the largest one under a heading."""

    def size(name: str) -> float:
        layout = layout_of(sheets[name])
        below = sum(not one.is_blank for one in sheets[name] if one.number > max(layout.header_rows, default=0))
        return layout.score * min(below, LOOKED_AT)

    return max(sheets, key=size, default="")


def _score(window: Sequence[Line], lines: Sequence[Line]) -> float:
    """Give how well these lines serve as a heading, 0 for not at all."""
    if any(not _is_wordy(line) for line in window):
        return 0
    body = [one for one in lines if one.number > window[-1].number and not one.is_blank][:BODY]
    names = headings_of(window)
    named = {at for at, name in enumerate(names) if name}
    filled = Counter(at for line in body for at, cell in enumerate(line.cells) if not is_empty(cell))
    columns = {at for at, times in filled.items() if times > 1 or len(body) == 1}
    if len(named) < FEWEST_COLUMNS or not body or not columns:
        return 0
    covered = len(named & columns) / len(columns)
    told_apart = len({names[at] for at in named}) / len(named)
    is_title = sum(not is_empty(cell) for cell in window[0].cells) < FEWEST_COLUMNS
    lost = 0.01 * window[0].number + 0.05 * (len(window) - 1) + 0.5 * is_title
    return max(covered * told_apart - lost, 0) * min(len(columns), 8)


def _is_wordy(line: Line) -> bool:
    """Say whether a line holds words alone, as headings do."""
    cells = [cell for cell in line.cells if not is_empty(cell)]
    words = [isinstance(one, str) and len(one) <= LONGEST_HEADING and not _is_value(one) for one in cells]
    return bool(cells) and all(words)


def _is_value(cell: str) -> bool:
    """Say whether a text is a number, an amount, a date or a time; a bare year may be a heading."""
    plain = cell.strip()
    return bool(LIKE_A_VALUE.fullmatch(plain)) and not re.fullmatch(r"(?:19|20)\d\d", plain)


# Lines that are no rows


def totals_column(lines: Sequence[Line], headings: Sequence[str], header_rows: Sequence[int]) -> str:
    """Give the heading of the column in which lines of totals say so, "" if there are none."""
    found = Counter(name for line in _below(lines, header_rows) if (name := _total_in(line, headings)))
    return found.most_common(1)[0][0] if found else ""


def totals_lines(lines: Sequence[Line], headings: Sequence[str], header_rows: Sequence[int]) -> tuple[int, ...]:
    return tuple(line.number for line in _below(lines, header_rows) if _total_in(line, headings))


def _total_in(line: Line, headings: Sequence[str]) -> str:
    """Give the heading over the first filled cell, if this cell speaks of totals."""
    for name, cell in zip(headings, line.cells, strict=False):
        if not is_empty(cell):
            return name if isinstance(cell, str) and TOTALS.match(cell.strip()) else ""
    return ""


def _below(lines: Sequence[Line], header_rows: Sequence[int]) -> Iterator[Line]:
    last = max(header_rows, default=0)
    return (line for line in lines if line.number > last and not line.is_blank)


# How values are written


def date_order(cells: Sequence[object]) -> str:
    """Guess how dates typed as text are written: "iso", "month_first" where that alone fits, else "day_first"."""
    typed = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    if typed and all(re.fullmatch(r"\d{4}-\d\d-\d\d", one) for one in typed):
        return "iso"
    figures = [found for one in typed if (found := NUMBERS_ONLY.fullmatch(one))]
    turned = any(int(one[3]) > MOST_MONTHS for one in figures)
    straight = any(int(one[1]) > MOST_MONTHS for one in figures)
    return "month_first" if turned and not straight else "day_first"


def looks_like_dates(cells: Sequence[object]) -> bool:
    """Say whether most filled cells are days."""
    filled = [cell for cell in cells if not is_empty(cell)]
    return bool(filled) and sum(_is_day(cell) for cell in filled) * 2 > len(filled)


def _is_day(cell: object) -> bool:
    if isinstance(cell, date | datetime):
        return True
    months = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    written = rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[/. -]\d{{1,2}}[/. -]\d{{2,4}}|.*\b\d{{1,2}}.*\b{months}\b.*)"
    return isinstance(cell, str) and re.fullmatch(written, cell.strip(), re.IGNORECASE) is not None


def looks_like_times(cells: Sequence[object]) -> bool:
    """Say whether most filled cells are times of the day."""
    filled = [cell for cell in cells if not is_empty(cell)]
    fits = [
        isinstance(one, time)
        or (isinstance(one, str) and re.fullmatch(r"\d{1,2}([:.]\d\d)?\s*([ap]m)?", one.strip(), re.I) is not None)
        for one in filled
    ]
    return bool(filled) and sum(fits) * 2 > len(filled)


def distinct(cells: Sequence[object], *, split: str | None = None) -> Counter[str]:
    """Count the different texts in a column, those of one cell apart where `split` parts them."""
    found: Counter[str] = Counter()
    for cell in cells:
        if is_empty(cell) or isinstance(cell, Unreadable):
            continue
        try:
            typed = as_text(cell)
        except CellError:
            continue
        found.update(one for part in (typed.split(split) if split else [typed]) if (one := part.strip()))
    return found


def split_sign(cells: Sequence[object]) -> str | None:
    """Guess the sign between several values of one cell: ";" is nothing else, others only if fewer words are left."""
    whole = distinct(cells)
    if any(";" in one for one in whole):
        return ";"
    tried = {sign: distinct(cells, split=sign) for sign in ("/", ",") if any(sign in one for one in whole)}
    fewest = min(tried, key=lambda sign: len(tried[sign]), default=None)
    return fewest if fewest is not None and len(tried[fewest]) <= len(whole) else None


# How a CSV file is written


def written_as(data: bytes) -> tuple[str, str]:
    """Guess the encoding and the delimiter of a CSV file; what fits neither is told when it is read."""
    try:
        text, encoding = data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = data.decode("cp1252", errors="replace"), "cp1252"
    start = text[:50_000]
    return encoding, max(SEPARATORS, key=lambda sign: _columns(start, sign))


def _columns(text: str, sign: str) -> tuple[int, int]:
    """Give (cells of the most usual line that has several, how many lines are so long)."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    widths: Counter[int] = Counter()
    try:
        for cells, _at in zip(reader, range(LOOKED_AT), strict=False):
            widths[len(cells)] += len(cells) > 1
    except csv.Error:
        pass
    width, times = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
    return (times, width)
