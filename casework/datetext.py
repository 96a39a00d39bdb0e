"""Dates and times as people type them, day first always, and as the office writes them.

The browser's own date box follows the browser's language and can turn 4 December into 12 April
unseen. So a date is typed as text, read here, and echoed in words with its weekday.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap, monthrange
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from casework.calendar import Office

Prefer = Literal["future", "past"]

# Names are written out: strftime would follow the server's language.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NEAR_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
NEAR_WORDS = {days: word for word, days in NEAR_DAYS.items()}
CLOCK_WORDS = {"noon": time(12), "midday": time(12)}

FIRST_YEAR = 1900  # the oldest person we may meet was born later
YEARS_AHEAD = 20  # permission to stay and a child's coming of age lie nearer
MONTHS_IN_YEAR, HOURS_IN_DAY, MINUTES_IN_HOUR = 12, 24, 60
FEBRUARY, LEAP_DAY = 2, 29
YEAR_DIGITS, SHORT_YEAR_DIGITS, CENTURY = 4, 2, 100
DAY_MONTH_YEAR = 3
DIGITS_RUN_TOGETHER = 8  # 04122026
SHORTEST_NAME = 3  # "mon", "dec": with fewer letters two names would fit
LONGEST_TEXT = 60  # "Wednesday the 30th of September 2026" has 36 signs
DISTANT_YEARS = 2  # from here on nearness is told in years, as for a date of birth

EXAMPLES = "for example 4/12/26, 4 Dec, today, fri or +10wd"
NOT_A_DATE = f"This cannot be read as a date. Type the day first, {EXAMPLES}."
NOT_A_TIME = "This cannot be read as a time. Type it like 14:00 or 2pm."
TOO_FAR = f"Dates here run from {FIRST_YEAR} to {YEARS_AHEAD} years from today. Check the year."

# Signs other keyboards give for . / - + : and the comma: full-width, Arabic, the dashes and the minus.
PLAIN_SIGNS = str.maketrans(
    "\uff0e\uff0f\uff0d\uff0b\uff1a\uff0c\u060c\u2010\u2011\u2012\u2013\u2014\u2212",
    "./-+:,,------",
)
DATE_SHAPE = re.compile(r"[a-z\d]+(?:(?: ?[-/.,] ?| )[a-z\d]+)*\.?", re.ASCII)
SHIFT_SHAPE = re.compile(r"([+-]) ?(\d+) ?(d|days?|w|weeks?|wd|working days?)?", re.ASCII)
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.ASCII)
TIME_SHAPE = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))? ?(?:([ap])\.?m\.?)?", re.ASCII)


class DateTextError(ValueError):
    """A sentence for the person at the screen: what could not be read, and what to type instead."""


def parse_date(text: str, *, today: date, prefer: Prefer = "future", office: Office | None = None) -> date:
    """Give the date that `text` means, the day always first.

    Without a year it is the nearest such date from `today` on (`prefer="future"`) or up to `today`
    ("past"). A weekday alone never means today: `fri` on a Friday is a week away, since "today" says
    the other. Two digits of a year give the latest year that is not after this one ("past") or not
    more than 20 years ahead ("future"). `+10wd` needs `office`. A weekday typed with a date must agree.
    Raises DateTextError.
    """
    typed = _plain(text)
    if not typed:
        raise DateTextError(f"Type a date, {EXAMPLES}.")
    if typed in NEAR_DAYS:
        return today + timedelta(days=NEAR_DAYS[typed])
    shift = SHIFT_SHAPE.fullmatch(typed)
    day = _shifted(today, shift, office) if shift else _written(typed, today, prefer)
    return _within_limits(day, today)


def parse_time(text: str) -> time:
    """Give the clock time that `text` means: 14:00, 14.30, 1400, 2pm, 9 (09:00), noon.

    Without am or pm the day has 24 hours. Raises DateTextError.
    """
    typed = _plain(text)
    if typed in CLOCK_WORDS:
        return CLOCK_WORDS[typed]
    shape = TIME_SHAPE.fullmatch(typed)
    if not shape:
        raise DateTextError(NOT_A_TIME)
    hour, minute, half = int(shape[1]), int(shape[2] or 0), shape[3]
    if minute >= MINUTES_IN_HOUR:
        raise DateTextError(f"There is no minute {minute}. Minutes run from 00 to 59.")
    return time(_hour(hour, half), minute)


def in_words(day: date) -> str:
    """Give `day` in full: "Friday 4 December 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {without_weekday(day)}"


def without_weekday(day: date) -> str:
    """Give `day` as "4 December 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short(day: date) -> str:
    """Give `day` for a list: "Fri 4 Dec 2026"."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def without_year(day: date) -> str:
    """Give `day` where the year is plain: "Fri 4 Dec"."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"


def nearness(day: date, today: date, office: Office) -> str:
    """Say how far `day` is: "9 working days from now", "today", "3 days ago", "41 years ago".

    Ahead the office's open days are counted, as for its promises, and a closed `day` is called so;
    back it is calendar days.
    """
    apart = (day - today).days
    if apart in NEAR_WORDS:
        return NEAR_WORDS[apart] + (_closed_note(day, office) if apart > 0 else "")
    years = _full_years(min(day, today), max(day, today))
    if years >= DISTANT_YEARS:
        return f"{years} years {'from now' if apart > 0 else 'ago'}"
    if apart < 0:
        return f"{counted(-apart, 'day')} ago"
    open_days = office.working_days_between(today, day)
    ahead = counted(open_days, "working day") if open_days else counted(apart, "day")
    return f"{ahead} from now{_closed_note(day, office)}"


def counted(amount: int, noun: str) -> str:
    """Give "1 day", "2 days"."""
    return f"{amount} {noun}{'' if amount == 1 else 's'}"


def _closed_note(day: date, office: Office) -> str:
    why = office.why_closed(day)
    return f", closed: {why}" if why else ""


def _full_years(first: date, last: date) -> int:
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def _plain(text: str) -> str:
    """Give `text` in small letters, plain digits and signs, single spaces; unseen signs dropped."""
    if len(text) > LONGEST_TEXT:
        raise DateTextError(f"This is too long. Type the day alone, {EXAMPLES}.")
    signs = "".join(_plain_sign(sign) for sign in text.translate(PLAIN_SIGNS))
    return " ".join(signs.casefold().split())


def _plain_sign(sign: str) -> str:
    # decimal(), not digit(): a raised 2 or a circled 2 is a foot note, not part of a date.
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    # Pasted right-to-left text carries unseen marks of direction.
    return "" if unicodedata.category(sign) == "Cf" else sign


def _shifted(today: date, shift: re.Match[str], office: Office | None) -> date:
    """Give the day that "+3", "+2w", "+10wd" or "-3d" means; a bare number counts calendar days."""
    amount, unit = int(shift[2]), shift[3] or "d"
    if amount > YEARS_AHEAD * 366:
        raise DateTextError(TOO_FAR)
    if unit.startswith("wo") or unit == "wd":
        return _working_days_on(today, amount, shift[1], office)
    days = timedelta(weeks=amount) if unit.startswith("w") else timedelta(days=amount)
    return today - days if shift[1] == "-" else today + days


def _working_days_on(today: date, amount: int, sign: str, office: Office | None) -> date:
    if sign == "-" or office is None:
        raise DateTextError("Working days are counted forward from today only. Type the date itself.")
    try:
        return office.add_working_days(today, amount)
    except ValueError as no_open_day:
        raise DateTextError(str(no_open_day)) from no_open_day


def _written(typed: str, today: date, prefer: Prefer) -> date:
    """Give the day for a weekday, a date, or both together ("Fri 4 Dec")."""
    if not DATE_SHAPE.fullmatch(typed):
        raise DateTextError(NOT_A_DATE)
    words = [word for word in re.findall(r"\d+|[a-z]+", ORDINAL.sub("", typed)) if word not in ("the", "of")]
    weekday = _place(words[0], WEEKDAYS) if words else None
    if weekday is None:
        return _from_parts(words, today, prefer)
    if not words[1:]:
        return _such_weekday(weekday, today, prefer)
    day = _from_parts(words[1:], today, prefer)
    if day.weekday() != weekday:
        raise DateTextError(
            f"{without_weekday(day)} is a {WEEKDAYS[day.weekday()]}, not a {WEEKDAYS[weekday]}. Correct one of the two."
        )
    return day


def _place(word: str, names: Sequence[str]) -> int | None:
    """Give the place of the name that `word` begins ("dec", "thurs"); None if it begins none."""
    begun = "wed" if word == "weds" else word
    if len(begun) < SHORTEST_NAME:
        return None
    return next((place for place, name in enumerate(names) if name.casefold().startswith(begun)), None)


def _such_weekday(weekday: int, today: date, prefer: Prefer) -> date:
    """Give the next (or last) day of that name, 1 to 7 days from `today`."""
    if prefer == "past":
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _from_parts(words: Sequence[str], today: date, prefer: Prefer) -> date:
    day_typed, month_typed, year_typed = _in_order(words)
    month = int(month_typed) if month_typed.isdigit() else _month_named(month_typed)
    if not day_typed.isdigit() or not (year_typed or "0").isdigit():
        raise DateTextError(NOT_A_DATE)
    day = int(day_typed)
    _must_be_a_month(month, day)
    year = _year(year_typed, month, day, today, prefer)
    if not FIRST_YEAR <= year <= today.year + YEARS_AHEAD:
        raise DateTextError(TOO_FAR)
    _must_be_in_month(day, month, year)
    return date(year, month, day)


def _in_order(words: Sequence[str]) -> tuple[str, str, str]:
    """Give day, month and year as typed, the year "" if none: 4 12 26, 4 Dec, Dec 4, 2026-12-04, 04122026."""
    parts = list(words)
    if len(parts) == 1 and parts[0].isdigit() and len(parts[0]) == DIGITS_RUN_TOGETHER:
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    if len(parts) not in (DAY_MONTH_YEAR - 1, DAY_MONTH_YEAR):
        raise DateTextError(NOT_A_DATE)
    if len(parts) == DAY_MONTH_YEAR and parts[0].isdigit() and len(parts[0]) == YEAR_DIGITS:
        parts.reverse()
    elif parts[0].isalpha():
        parts[:2] = parts[1], parts[0]
    return parts[0], parts[1], parts[2] if parts[2:] else ""


def _month_named(word: str) -> int:
    place = _place(word, MONTHS)
    if place is None:
        raise DateTextError(NOT_A_DATE)
    return place + 1


def _must_be_a_month(month: int, day: int) -> None:
    if 1 <= month <= MONTHS_IN_YEAR:
        return
    if 1 <= day <= MONTHS_IN_YEAR and 1 <= month <= monthrange(2000, day)[1]:
        raise DateTextError(
            f"There is no month {month}. The day comes first: type {month}/{day} for {month} {MONTHS[day - 1]}."
        )
    raise DateTextError(f"There is no month {month}. Type the day, then the month, {EXAMPLES}.")


def _year(typed: str, month: int, day: int, today: date, prefer: Prefer) -> int:
    if not typed:
        return _nearest_year(month, day, today, prefer)
    if len(typed) == YEAR_DIGITS:
        return int(typed)
    if len(typed) != SHORT_YEAR_DIGITS:
        raise DateTextError("Type the year with two or four digits, for example 26 or 2026.")
    latest = today.year if prefer == "past" else today.year + YEARS_AHEAD
    return latest - (latest - int(typed)) % CENTURY


def _nearest_year(month: int, day: int, today: date, prefer: Prefer) -> int:
    this_year = (today.month, today.day)
    if prefer == "past":
        return today.year - ((month, day) > this_year)
    return today.year + ((month, day) < this_year)


def _must_be_in_month(day: int, month: int, year: int) -> None:
    days = monthrange(year, month)[1]
    if 1 <= day <= days:
        return
    if (month, day) == (FEBRUARY, LEAP_DAY) and not isleap(year):
        raise DateTextError(
            f"There is no 29 February {year}, because {year} is not a leap year. "
            "Check the day, or type the year as well."
        )
    raise DateTextError(f"There is no day {day} in {MONTHS[month - 1]}, which has {days} days.")


def _within_limits(day: date, today: date) -> date:
    last_year = today.year + YEARS_AHEAD
    last = today.replace(year=last_year, day=min(today.day, monthrange(last_year, today.month)[1]))
    if not date(FIRST_YEAR, 1, 1) <= day <= last:
        raise DateTextError(TOO_FAR)
    return day


def _hour(hour: int, half: str | None) -> int:
    """Give the hour of the day for `hour` with "a" (am), "p" (pm) or neither."""
    if half is None:
        if hour >= HOURS_IN_DAY:
            raise DateTextError(f"There is no hour {hour}. Hours run from 0 to 23.")
        return hour
    if not 1 <= hour <= HOURS_IN_DAY // 2:
        raise DateTextError("With am or pm the hour is 1 to 12. Type it like 2pm, or 14:00 without pm.")
    return hour % 12 + (12 if half == "p" else 0)
