"""How many cases came in which year, by which way, and to whom: the shape of the office's published years.

Source: the casework reports of 2006-07 and 2007-08: 187 and 142 cases, nearly half by the emergency helpline,
29 and 34 referrals to outside organisations. Our two last whole years have these numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from casework.calendar import ONE_DAY
from casework.periods import Period, last_year
from casework.settings import number_setting
from seed.demo_dice import Dice
from seed.demo_stage import Staff, Stage

YEARS = 3
BOROUGHS = MappingProxyType({
    "Newham and Barking": {"Newham": 40, "Barking and Dagenham": 15},
    "Tower Hamlets and Waltham Forest": {"Tower Hamlets": 25, "Waltham Forest": 20},
})  # fmt: skip
# Of a hundred first contacts; "nearly half" by the helpline.
MEDIA = MappingProxyType({
    "emergency_helpline": 46, "phone": 22, "email": 10, "visit": 9, "answerphone": 6, "text": 4, "letter": 3,
})  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How large the office is: new cases of the last whole year, the one before, and the rest of three years."""

    year_before_last: int = 187
    last_year: int = 142
    other_months: int = 151
    returning: int = 104  # cases of people who were here before
    enquiries: int = 40
    volunteers: int = 60


FULL = Size()
# Days before today on which the stories of `demo_known` open a case; they count in their year.
KNOWN = (560, 300, 34, 33, 20, 9, 6, 4)
CAME_FIRST, CAME_AGAIN, TOOK_BACK, NO_FUNDS, WORSHIP, SIGNED, TO_SEND, TO_VISIT = KNOWN


@dataclass(frozen=True)
class Plan:
    """One case to come: who takes it on which day, and how it comes in."""

    number: int
    day: date
    lead: Staff
    area: str
    medium: str
    returning: bool


def first_day(today: date) -> date:
    """Give the day three years before; the last of February has one every year."""
    return date(today.year - YEARS, today.month, min(today.day, 28))


def plan_cases(stage: Stage, size: Size) -> list[Plan]:
    """Give every case in the order of opening."""
    dice = Dice("plan")
    found = [one for period, number in _pieces(stage, size) for one in _of_period(stage, period, number, dice)]
    found.sort(key=lambda one: (one[0], one[1].place))
    returning = _returning(len(found), size.returning, dice)
    return [
        Plan(number, day, lead, dice.weighed(_areas(lead)), medium, number in returning)
        for number, (day, lead, medium) in enumerate(found)
    ]


def _pieces(stage: Stage, size: Size) -> Iterator[tuple[Period, int]]:
    """Give the two last whole years, and the months before and after them with their share of the rest."""
    later = last_year(stage.today, number_setting(stage.db, "year_first_month"))
    earlier = last_year(later.first, later.first.month)
    before = Period(first_day(stage.today), max(first_day(stage.today), earlier.first - ONE_DAY))
    after = Period(later.last + ONE_DAY, max(later.last + ONE_DAY, stage.today - ONE_DAY))
    days = [(one.last - one.first).days for one in (before, after)]
    share = round(size.other_months * days[0] / (sum(days) or 1))
    numbers = (share, size.year_before_last, size.last_year, size.other_months - share)
    for period, number in zip((before, earlier, later, after), numbers, strict=True):
        yield period, max(0, number - _known_in(stage, period))


def _known_in(stage: Stage, period: Period) -> int:
    return sum(period.first <= stage.today - days * ONE_DAY <= period.last for days in KNOWN)


def _of_period(stage: Stage, period: Period, number: int, dice: Dice) -> Iterator[tuple[date, Staff, str]]:
    """Give an open day and a caseworker for each case."""
    days = [period.first + place * ONE_DAY for place in range((period.last - period.first).days + 1)]
    open_days = [day for day in days if stage.office.is_open_day(day)]
    for medium in _dealt(MEDIA, number, dice) if open_days else ():
        yield dice.pick(open_days), dice.pick(stage.caseworkers), medium


def _dealt(shares: Mapping[str, int], number: int, dice: Dice) -> list[str]:
    """Give `number` words in these shares exactly, in any order."""
    whole = sum(shares.values())
    exact = [word for word, share in shares.items() for _ in range(round(number * share / whole))]
    filled = [*exact, *(next(iter(shares)) for _ in range(number - len(exact)))]
    return dice.shuffled(filled[:number])


def _returning(number: int, wanted: int, dice: Dice) -> set[int]:
    """Choose who comes back, among those late enough that somebody has gone before."""
    return set(dice.shuffled(range(number // 6, number))[:wanted])


def _areas(lead: Staff) -> Mapping[str, int]:
    return BOROUGHS[lead.worker.team.name if lead.worker.team else ""]
