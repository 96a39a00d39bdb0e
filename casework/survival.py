"""How long people wait, where some still wait: the Kaplan-Meier estimator, its range, and its median.

Whoever still waits is not left out and not counted as answered: they count as waiting up to the last day on which
an answer would have been known (censored). A tie of an answer and an end of watching on one day counts the answer
first. Days are whole and counted from the day of asking, which is day 0.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, exp, inf, log, sqrt
from typing import NamedTuple

from casework.proportions import NORMAL_95, Range, wilson

HALF, ROUNDING = 0.5, 1e-12  # a product of fractions may miss a half by its last digit


class Wait(NamedTuple):
    """How many days were waited, and whether an answer ended it or our watching did."""

    days: int
    answered: bool


@dataclass(frozen=True)
class Step:
    """One day on which something ended.

    `at_risk` waited up to this day, `answered` and `ended` of them stopped waiting on it. `waiting` is the share
    still without an answer after it (0 to 1), `greenwood` the sum under Greenwood's variance (infinite at 0),
    `effective` the number of requests that would tell as much if all had been watched to their answer.
    """

    day: int
    at_risk: int
    answered: int
    ended: int
    waiting: float
    greenwood: float
    effective: float

    @property
    def variance(self) -> float:
        """Greenwood's variance of the share still waiting."""
        return self.waiting**2 * self.greenwood if self.waiting else 0.0

    @property
    def share(self) -> float:
        """The share answered by this day."""
        return 1 - self.waiting

    @property
    def range(self) -> Range:
        """The range of the share answered: Wilson's on the effective number of requests."""
        return wilson(self.share, self.effective)


def kaplan_meier(waits: Iterable[Wait]) -> tuple[Step, ...]:
    """Give one step for each day on which a wait ended, in order. Raises ValueError for a day before day 0."""
    answered, every = Counter[int](), Counter[int]()
    for wait in waits:
        if wait.days < 0:
            raise ValueError("An answer cannot come before its request.")
        every[wait.days] += 1
        answered[wait.days] += wait.answered
    at_risk, steps = every.total(), []
    before = Step(0, at_risk, 0, 0, 1.0, 0.0, float(at_risk))
    for day in sorted(every):
        before = _next(before, day, at_risk, answered[day], every[day] - answered[day])
        steps.append(before)
        at_risk -= every[day]
    return tuple(steps)


def _next(before: Step, day: int, at_risk: int, answered: int, ended: int) -> Step:
    waiting = before.waiting * (at_risk - answered) / at_risk
    lost = at_risk * (at_risk - answered)
    greenwood = before.greenwood + (answered / lost if lost else inf)
    return Step(day, at_risk, answered, ended, waiting, greenwood, _effective(waiting, greenwood, at_risk, before))


def _effective(waiting: float, greenwood: float, at_risk: int, before: Step) -> float:
    """Give Rothman's effective number; without an answer so far it is who is watched, with all answered as before."""
    if greenwood == 0:
        return float(at_risk)
    if waiting == 0:
        return before.effective
    return (1 - waiting) / (waiting * greenwood)


def log_log(step: Step) -> Range:
    """Give the other usual range of the share answered, for comparing; it says nothing before the first answer."""
    if not 0 < step.waiting < 1:
        return Range(step.share, step.share)
    reach = NORMAL_95 * sqrt(step.greenwood) / log(step.waiting)
    low, high = (exp(-exp(log(-log(step.waiting)) + side * reach)) for side in (1, -1))
    return Range(1 - max(low, high), 1 - min(low, high))


class Median(NamedTuple):
    """The day by which half are answered, with its range in days and parts of a day; None where that is not reached."""

    day: int | None
    low: float | None
    high: float | None

    @property
    def in_whole_days(self) -> Median:
        """The range as days of the calendar: whoever has the half during a day has it by that day."""
        return Median(self.day, *(None if end is None else ceil(end - ROUNDING) for end in (self.low, self.high)))


@dataclass(frozen=True)
class Curve:
    """The share answered, day by day, up to the last day on which at least `least` were still watched."""

    waits: tuple[Wait, ...]
    least: int

    @cached_property
    def end(self) -> int | None:
        """The last day that is told; None where fewer than `least` were ever watched."""
        days = sorted((one.days for one in self.waits), reverse=True)
        return days[self.least - 1] if len(days) >= self.least else None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps up to the end."""
        end = self.end
        return tuple(one for one in kaplan_meier(self.waits) if end is not None and one.day <= end)

    def at(self, day: int) -> Step | None:
        """Give how it stands on a day, `at_risk` as of that day; None after the end."""
        if self.end is None or not 0 <= day <= self.end:
            return None
        place = bisect_right(self.steps, day, key=lambda one: one.day)
        at_risk = self.at_risk(day)
        if place == 0:
            return Step(day, at_risk, 0, 0, 1.0, 0.0, float(at_risk))
        last = self.steps[place - 1]
        if last.day == day:
            return last
        effective = last.effective if last.greenwood else float(at_risk)
        return Step(day, at_risk, 0, 0, last.waiting, last.greenwood, effective)

    def at_risk(self, day: int) -> int:
        """Give how many waited up to a day, also after the end."""
        return sum(one.days >= day for one in self.waits)

    @cached_property
    def median(self) -> Median:
        """The day by which half are answered, and the days that the range of the curve does not rule out.

        As Brookmeyer and Crowley: from where half comes within the range of the share answered to where it leaves it.
        Answers are known by whole days, so between two days both ends of the range go in a straight line; taking
        the whole days at both sides instead holds the truth too often, the more so the more is answered in a day.
        """
        return Median(
            _first(self.steps, lambda one: one.share >= HALF - ROUNDING),
            self._crossing(lambda one: one.range.high, _first(self.steps, lambda one: one.range.high >= HALF)),
            self._crossing(lambda one: one.range.low, _first(self.steps, lambda one: one.range.low > HALF)),
        )

    def _crossing(self, end: Callable[[Step], float], day: int | None) -> float | None:
        """Give where an end of the range reaches half on its way to this day, on which it is there."""
        before = self.at(day - 1) if day else None
        there = self.at(day) if day else None
        if day is None or before is None or there is None:
            return day
        if end(before) >= HALF:  # so few are watched that nothing was ruled out from the beginning
            return 0.0
        return day - 1 + (HALF - end(before)) / (end(there) - end(before))


def _first(steps: Sequence[Step], holds: Callable[[Step], bool]) -> int | None:
    return next((one.day for one in steps if holds(one)), None)
