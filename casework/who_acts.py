"""Who takes the steps of a case, month by month: how far people come to act for themselves.

Source: service statement (people come to speak for themselves over time); empowering casework article (the worker
lends power for a while). No questionnaire is needed: each step of the plan says who acts.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Protocol

ACTING = ("client", "joint", "caseworker", "agency")
THEMSELVES = ("client", "joint")
MONTHS_IN_YEAR = 12
NORMAL_95 = 1.959963984540054  # quantile of the normal distribution for an interval of 95 %


class Step(Protocol):
    """What is counted of a step."""

    actor: str
    state: str
    done_on: date | None


@dataclass(frozen=True)
class MonthOfSteps:
    """The steps done in one month of a case. `number` counts from 1 and `first` is its first day."""

    number: int
    first: date
    counts: tuple[int, ...]  # in the order of ACTING

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Share:
    """A share of `total`, with the interval of Wilson (95 %) that says how far so few cases carry; None of none."""

    count: int
    total: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """Source: E. B. Wilson, Probable inference, 1927."""
        if not self.total:
            return None
        n, z2 = self.total, NORMAL_95**2
        middle = (self.count + z2 / 2) / (n + z2)
        half = NORMAL_95 * sqrt(self.count * (n - self.count) / n + z2 / 4) / (n + z2)
        return max(0.0, middle - half), min(1.0, middle + half)


def who_acts(steps: Iterable[Step], opened_on: date) -> list[MonthOfSteps]:
    """Count the steps done in each month since `opened_on` by who acted; months without one are left out.

    The order of the steps does not matter. What was done before the opening counts in the first month.
    """
    done = [(month_of(opened_on, step.done_on), step.actor) for step in steps if step.state == "done" and step.done_on]
    counts = Counter(done)
    return [
        MonthOfSteps(number, month_begins(opened_on, number), tuple(counts[number, actor] for actor in ACTING))
        for number in sorted({number for number, _actor in done})
    ]


def by_themselves(months: Iterable[MonthOfSteps]) -> Share:
    """Give the share of all done steps that the client took, alone or together with us."""
    rows = list(months)
    taken = sum(count for row in rows for actor, count in zip(ACTING, row.counts, strict=True) if actor in THEMSELVES)
    return Share(taken, sum(row.total for row in rows))


def month_of(opened_on: date, day: date) -> int:
    """Give in which month since the opening a day lies, counted from 1."""
    months = MONTHS_IN_YEAR * (day.year - opened_on.year) + day.month - opened_on.month
    number = max(1, months + 1)
    return number - 1 if number > 1 and day < month_begins(opened_on, number) else number


def month_begins(opened_on: date, number: int) -> date:
    """Give the first day of a month of the case: the same date as the opening, or the last of a shorter month."""
    years, place = divmod(opened_on.month - 1 + number - 1, MONTHS_IN_YEAR)
    year, month = opened_on.year + years, place + 1
    return date(year, month, min(opened_on.day, monthrange(year, month)[1]))
