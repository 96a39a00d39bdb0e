"""Which day it is on London's clocks, said in SQL: SQLite knows no time zones, PostgreSQL knows them all."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, func, or_, type_coerce

from casework.calendar import local

ONE_DAY = timedelta(days=1)
CHANGES_AT = 1  # o'clock in UTC: when London's clocks change, in spring and in autumn


def london_day(moment: Any, dialect: str, first: date, last: date) -> ColumnElement[Any]:
    """Give the day of a moment that lies between `first` and `last`; what lies outside them may be a day off."""
    if dialect == "postgresql":
        return type_coerce(func.date(func.timezone("Europe/London", moment)), Date)
    summers = [and_(moment >= begins, moment < ends) for begins, ends in summer_times(first, last)]
    day = func.date(moment)
    if summers:
        day = func.date(moment, case((or_(*summers), "+1 hour"), else_="+0 hours"))
    return type_coerce(day, Date)


def summer_times(first: date, last: date) -> list[tuple[datetime, datetime]]:
    """Give when summer time began and ended, for each summer that touches the days from `first` to `last`."""
    found: list[tuple[datetime, datetime]] = []
    day, end, began = date(first.year, 1, 1), date(last.year, 12, 31), None
    while day <= end:
        is_summer = bool(local(datetime.combine(day, time(12), UTC)).utcoffset())
        at = datetime.combine(day, time(CHANGES_AT), UTC)
        if is_summer and began is None:
            began = at
        elif not is_summer and began is not None:
            found.append((began, at))
            began = None
        day += ONE_DAY
    return found
