"""Periods that figures are counted for: two days and all between, or the office's years and quarters by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_

from casework.calendar import utc_from_local
from casework.datetext import MONTHS, without_weekday

ONE_DAY = timedelta(days=1)
MONTHS_IN_YEAR, MONTHS_IN_HALF, MONTHS_IN_QUARTER = 12, 6, 3
LEAP_DAY = (2, 29)


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last` in London, both included. Raises ValueError if `last` is earlier."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("The last day is before the first. Correct one of the two.")

    def __str__(self) -> str:
        first, last = without_weekday(self.first), without_weekday(self.last)
        if self.first == self.last:
            return last
        if self.first.year == self.last.year:
            first = f"{self.first.day} {MONTHS[self.first.month - 1]}"
        return f"{first} to {last}"

    def has_day(self, column: ColumnElement[date]) -> ColumnElement[bool]:
        """Say in SQL that a date lies in the period."""
        return column.between(self.first, self.last)

    def has_moment(self, column: ColumnElement[datetime]) -> ColumnElement[bool]:
        """Say in SQL that a moment lies in the period, from midnight to midnight on London's clocks."""
        starts, ends = (utc_from_local(day, time.min) for day in (self.first, self.last + ONE_DAY))
        return and_(column >= starts, column < ends)


def year_so_far(today: date, first_month: int) -> Period:
    """Give the office's year from its first day up to `today`; it begins with month `first_month` (1 to 12)."""
    return Period(_year_start(today, first_month), today)


def last_year(today: date, first_month: int) -> Period:
    """Give the office's last whole year."""
    start = _year_start(today, first_month)
    return Period(_months_on(start, -MONTHS_IN_YEAR), start - ONE_DAY)


def last_quarter(today: date, first_month: int) -> Period:
    """Give the last whole quarter of the office's years."""
    into_quarter = (today.month - first_month) % MONTHS_IN_QUARTER
    start = _months_on(today.replace(day=1), -into_quarter)
    return Period(_months_on(start, -MONTHS_IN_QUARTER), start - ONE_DAY)


def half_years(period: Period) -> list[Period]:
    """Give the calendar's half-years (January to June, July to December) in a period, its ends cut to it."""
    found, first = [], date(period.first.year, 1 if period.first.month <= MONTHS_IN_HALF else MONTHS_IN_HALF + 1, 1)
    while first <= period.last:
        after = _months_on(first, MONTHS_IN_HALF)
        found.append(Period(max(first, period.first), min(after - ONE_DAY, period.last)))
        first = after
    return found


def this_quarter(today: date, first_month: int) -> Period:
    """Give the quarter of the office's years that `today` lies in, up to `today`."""
    return Period(_months_on(today.replace(day=1), -((today.month - first_month) % MONTHS_IN_QUARTER)), today)


def pieces(period: Period, months: int, first_month: int) -> list[Period]:
    """Give the months, quarters or years (`months` is 1, 3 or 12) of the office in a period, its ends cut to it."""
    into = (period.first.month - first_month) % months
    found, first = [], _months_on(period.first.replace(day=1), -into)
    while first <= period.last:
        after = _months_on(first, months)
        found.append(Period(max(first, period.first), min(after - ONE_DAY, period.last)))
        first = after
    return found


def before(period: Period) -> Period:
    """Give the period just before: as many whole months for whole months, else as many days."""
    after = period.last + ONE_DAY
    if period.first.day == 1 and after.day == 1:
        months = (after.year - period.first.year) * MONTHS_IN_YEAR + after.month - period.first.month
        return months_before(period.first, months)
    return Period(period.first - (after - period.first), period.first - ONE_DAY)


def year_earlier(period: Period) -> Period:
    """Give the same days one year earlier; 29 February becomes the 28th, and whole months stay whole."""
    last = _year_less(period.last)
    if (period.last + ONE_DAY).day == 1:
        last = _months_on((period.last + ONE_DAY).replace(day=1), -MONTHS_IN_YEAR) - ONE_DAY
    return Period(_year_less(period.first), last)


def in_short(period: Period) -> str:
    """Give the months of a period, "Apr–Jun 2026": for the heading of a column."""
    first, last = (f"{MONTHS[day.month - 1][:3]} {day.year}" for day in (period.first, period.last))
    if first == last:
        return first
    return f"{first[:3] if period.first.year == period.last.year else first}–{last}"


def months_from(first: date, months: int) -> Period:
    """Give whole months, `months` of them, from the first day `first` of a month."""
    return Period(first, _months_on(first, months) - ONE_DAY)


def months_before(first: date, months: int) -> Period:
    """Give the whole months just before the first day `first` of a month."""
    return Period(_months_on(first, -months), first - ONE_DAY)


def months_in_words(period: Period) -> str:
    """Give "September–October 2026" for whole months, "December 2026–January 2027" over the turn of a year."""
    first, last = (f"{MONTHS[day.month - 1]} {day.year}" for day in (period.first, period.last))
    if first == last:
        return first
    return f"{first.split()[0] if period.first.year == period.last.year else first}–{last}"


def _year_start(today: date, first_month: int) -> date:
    return date(today.year - (today.month < first_month), first_month, 1)


def _year_less(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == LEAP_DAY else day.day)


def _months_on(first_of_month: date, months: int) -> date:
    years, place = divmod(first_of_month.month - 1 + months, MONTHS_IN_YEAR)
    return date(first_of_month.year + years, place + 1, 1)
