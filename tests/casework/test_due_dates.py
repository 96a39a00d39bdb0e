"""Due dates against a calendar on the wall: walked day by day, with bank holidays and summer time by their rules.

Nothing here comes from the program, from a list of holidays or from zone data: Easter is reckoned, substitute
days follow from the weekday, and British Summer Time is its legal rule (1 am UTC on the last Sundays of March and
October). 100,000 random starts for each clock.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays
import pytest

from casework.calendar import Office, due

HOW_MANY = 100_000
YEARS = range(2025, 2031)
FIRST = date(YEARS[0], 1, 1)
OPENS, CLOSES = 10 * 60, 18 * 60  # minutes of the day
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AMOUNTS = {"working_day": 13, "day": 22, "month": 13, "hour": 80}  # what promises count up to, and a little more


def easter(year: int) -> date:
    """Give Easter Sunday by the Gregorian reckoning."""
    golden, century = year % 19, year // 100
    moon = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    return date(year, 3, 28) + timedelta(days=moon - weekday)


def monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def bank_holidays(year: int) -> set[date]:
    """Give England's eight days of a year, each moved to the next weekday that is not one already."""
    moved: set[date] = set()
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while day.weekday() > 4 or day in moved:
            day += DAY  # noqa: PLW2901
        moved.add(day)
    last_of_may, last_of_august = monday_from(date(year, 5, 25)), monday_from(date(year, 8, 25))
    return moved | {
        easter(year) - 2 * DAY, easter(year) + DAY, monday_from(date(year, 5, 1)), last_of_may, last_of_august,
    }  # fmt: skip


CLOSED = set().union(*(bank_holidays(year) for year in YEARS))
WALL = [FIRST + timedelta(days=number) for number in range(len(YEARS) * 366)]
IS_OPEN = [day.weekday() < 5 and day not in CLOSED for day in WALL]
NEXT_OPEN = list(range(len(WALL)))
for number in range(len(WALL) - 2, -1, -1):
    NEXT_OPEN[number] = number if IS_OPEN[number] else NEXT_OPEN[number + 1]
SUMMER = {
    year: tuple(
        int((datetime.combine(max(date(year, month, day) for day in range(25, 32)
            if date(year, month, day).weekday() == 6), time(1)) - datetime.combine(FIRST, time())) / MINUTE)
        for month in (3, 10)
    )
    for year in (*YEARS, YEARS[-1] + 1)
}  # fmt: skip
OFFICE = Office(time(10), time(18), frozenset(range(5)), dict.fromkeys(CLOSED, "Bank holiday"))


def clock_in_london(utc: int) -> int:
    """Give London's clock, in minutes since the first midnight, for a UTC minute."""
    begins, ends = SUMMER[WALL[utc // 1440].year]
    return utc + 60 if begins <= utc < ends else utc


def in_utc(clock: int) -> int:
    return clock - 60 if clock_in_london(clock - 60) == clock else clock


@cache
def walked(place: int, amount: int) -> int:
    while amount:
        place += 1
        amount -= IS_OPEN[place]
    return place


@cache
def months_on(place: int, amount: int) -> int:
    day = WALL[place]
    year, month = day.year, day.month
    for _ in range(amount):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    there = range(place + 28 * amount - 3, place + 31 * amount + 1)
    fitting = [one for one in there if (WALL[one].year, WALL[one].month) == (year, month) and WALL[one].day <= day.day]
    return NEXT_OPEN[max(fitting)]


def opening_from(utc: int) -> int:
    """Give the UTC minute itself while the office is open, else that of the next opening."""
    place, minute = divmod(clock_in_london(utc), 1440)
    if IS_OPEN[place] and OPENS <= minute < CLOSES:
        return utc
    following = place if IS_OPEN[place] and minute < OPENS else NEXT_OPEN[place + 1]
    return in_utc(following * 1440 + OPENS)


def expected(utc: int, amount: int, unit: str) -> tuple[date, datetime | None]:
    place = clock_in_london(utc) // 1440
    if unit == "hour":
        at = opening_from(utc + 60 * amount)
        moment = datetime.combine(FIRST, time(), UTC) + at * MINUTE
        return WALL[clock_in_london(at) // 1440], moment
    if unit == "working_day":
        return WALL[NEXT_OPEN[place] if not amount else walked(place, amount)], None
    return WALL[NEXT_OPEN[place + amount] if unit == "day" else months_on(place, amount)], None


def test_the_bank_holidays_that_the_office_starts_with_are_those_of_the_rules():
    listed = holidays.country_holidays("GB", subdiv="ENG", years=YEARS)
    assert {day for day in listed if day.weekday() < 5} == {day for day in CLOSED if day.weekday() < 5}


@pytest.mark.parametrize("unit", AMOUNTS)
def test_every_due_date_is_the_one_that_the_calendar_on_the_wall_gives(unit):
    chance = random.Random(f"due dates, {unit}")
    midnight = datetime.combine(FIRST, time(), UTC)
    last = (date(YEARS[-1] - 1, 6, 1) - FIRST).days * 1440
    wrong = []
    for _ in range(HOW_MANY):
        utc, amount = chance.randrange(last), chance.randrange(AMOUNTS[unit])
        answer = due(midnight + utc * MINUTE, amount, unit, OFFICE)
        if (answer.on, answer.at) != expected(utc, amount, unit):
            wrong.append((utc, amount, answer.on, expected(utc, amount, unit)))
    assert wrong == []


def test_the_walk_meets_every_clock_change_and_substitute_day():
    """The starts above reach all of them: this says which there are, so that none is missed unseen."""
    assert [WALL[minute // 1440].isoformat() for minute in SUMMER[2027]] == ["2027-03-28", "2027-10-31"]
    assert date(2027, 12, 27) in CLOSED and date(2027, 12, 28) in CLOSED  # Christmas on a Saturday
    assert date(2028, 1, 3) in CLOSED  # New Year on a Saturday
    assert date(2026, 12, 28) in CLOSED  # Boxing Day on a Saturday
