"""Turns one cell into a value: text, a date, a time of day, a number, yes or no, a phone number.

Nothing is guessed. What cannot be read surely raises CellError, whose text says what was expected and
never repeats the cell, since reports are printed and passed on.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from casework.datetext import DateTextError, Prefer, parse_date, parse_time
from casework.text import clean_line, clean_text
from seed.import_source import Unreadable

DATE_ORDERS = ("day_first", "month_first", "iso")
TIME_KINDS = ("clock", "number")
LAST_HOUR, LAST_MINUTE = 23, 59
DIGITS_WITHOUT_ZERO = 10  # 7700900123: a British number whose first 0 the spreadsheet dropped
DAY = timedelta(days=1)
BOTH_WAYS: tuple[Prefer, ...] = ("past", "future")
YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"no", "n", "false", "0"})
NUMBERS_ONLY = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)


class CellError(ValueError):
    """What is wrong with a cell, as the end of the sentence "Column X ..."."""


def as_text(cell: object) -> str:
    """Give a cell as one line of clean text; a whole number without a point, a date as 2024-03-04."""
    return clean_line(_typed(cell))


def as_long_text(cell: object) -> str:
    """Give a cell as clean text that keeps its lines."""
    return clean_text(_typed(cell))


def as_phone(cell: object) -> str:
    """Give a phone number as typed; one kept as a number gets back the 0 that spreadsheets drop."""
    typed = as_text(cell)
    lost_zero = isinstance(cell, int | float) and len(typed) == DIGITS_WITHOUT_ZERO
    return f"0{typed}" if lost_zero else typed


def as_date(cell: object, *, order: str, today: date) -> date:
    """Give the day in a cell. `order` says how dates typed as text are written, see DATE_ORDERS."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        raise CellError("holds a number where a date is expected.")
    return _iso(cell) if order == "iso" else _written_out(_day_first(cell, order), today)


def as_time(cell: object, *, kind: str) -> time:
    """Give the time of day in a cell.

    "clock" reads 9.30pm, 21:30 and 9 (09:00). "number" reads a bare number as hours and minutes run
    together, as some systems export it: 1 is 00:01, 55 is 00:55, 1200 is 12:00.
    """
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    typed = as_text(cell)
    if kind == "number" and typed.isascii() and typed.isdigit():
        return _from_bare_number(int(typed))
    try:
        return parse_time(typed)
    except DateTextError as error:
        raise CellError("cannot be read as a time of day.") from error


def as_number(cell: object) -> int:
    """Give a whole number; 3.5 or "about 3" is refused."""
    typed = as_text(cell)
    if not re.fullmatch(r"[+-]?\d{1,9}", typed, re.ASCII):
        raise CellError("is not a whole number.")
    return int(typed)


def as_yes_no(cell: object) -> bool:
    """Give yes or no."""
    typed = as_text(cell).casefold()
    if typed not in YES | NO:
        raise CellError("is neither yes nor no.")
    return typed in YES


def has_time(cell: object) -> bool:
    """Say whether a date cell also carries a time of day."""
    return isinstance(cell, datetime) and cell.time() != time(0)


def must_be_readable(cell: object) -> None:
    """Raise CellError for a cell that holds something without a value."""
    if isinstance(cell, Unreadable):
        raise CellError(f"holds {cell.why}.")


def _typed(cell: object) -> str:
    must_be_readable(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes") if has_time(cell) else cell.date().isoformat()
    return str(cell)


def _iso(typed: str) -> date:
    try:
        return datetime.strptime(typed.strip(), "%Y-%m-%d").date()
    except ValueError as error:
        raise CellError("is not a date written like 2024-03-05.") from error


def _day_first(typed: str, order: str) -> str:
    """Give a date of figures with its day first; one with the month's name needs no turning."""
    plain = " ".join(typed.split())
    figures = NUMBERS_ONLY.fullmatch(plain)
    if order == "month_first" and figures:
        return f"{figures[3]}/{figures[1]}/{figures[4]}"
    return plain


def _written_out(typed: str, today: date) -> date:
    """Read a date that is whole: it means the same looking back, looking ahead, and on another day.

    "3 March" and "4/3/27" do not in 2026, nor do "fri" and "today".
    """
    try:
        readings = {parse_date(typed, today=seen, prefer=way) for seen in (today, today + DAY) for way in BOTH_WAYS}
    except DateTextError as error:
        raise CellError("cannot be read as a date.") from error
    if len(readings) > 1:
        raise CellError("does not hold a whole date: day, month and the year in four digits are needed.")
    return readings.pop()


def _from_bare_number(number: int) -> time:
    hours, minutes = divmod(number, 100)
    if hours > LAST_HOUR or minutes > LAST_MINUTE:
        raise CellError("is not a time of day.")
    return time(hours, minutes)
