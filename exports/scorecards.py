"""A scorecard as it may be read: whole on the office's own screens, with small numbers hidden for everybody else.

The curve is a set of numbers too: an answer on one day is a step of one. Outside it is told on few days only, so far
apart that between two of them at least `threshold` requests were answered, in whole percent, and how many were still
watched is rounded down to a multiple of `threshold`: who stopped waiting without an answer cannot be counted from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.periods import Period
from casework.proportions import Range, wilson_of
from casework.requests_sent import family_of, requests_sent
from casework.scorecards import Asked, Half, Rate, Scorecard, Share, limits, parents, scorecard, scorecard_of
from casework.settings import number_setting
from casework.survival import Curve
from exports.disclosure import hide
from exports.guarded import HIDDEN
from exports.published import SMALL
from models import Agency

DAYS = (7, 14, 21, 28, 42, 56, 84, 112, 168, 224, 280, 365, 545, 730, 1095)  # days after which a curve is told
EVERY = 7  # outside, days are tried in steps of a week


class Point(NamedTuple):
    """The share answered by a day with its range, and how many were watched up to that day (outside: at least)."""

    day: int
    share: float
    range: Range
    watched: int


@dataclass(frozen=True)
class Told:
    """A scorecard with what is hidden in it; `is_whole` says that nothing is, for the office's own eyes.

    `least` is how many requests a rate or curve needs, `threshold` the smallest number that is told outside.
    """

    card: Scorecard
    hidden: Mapping[str, str]
    threshold: int
    least: int
    is_whole: bool

    @property
    def is_told(self) -> bool:
        """Say whether there is anything to tell: outside only where enough requests of enough clients stand behind."""
        if self.is_whole:
            return self.card.requests > 0
        return self.card.requests >= self.least and self.card.people >= self.threshold

    def number(self, key: str) -> int | str:
        """Give a number as it may be seen: itself, "<5" or "hidden"."""
        why = self.hidden.get(key)
        return self.card.numbers[key] if why is None else f"<{self.threshold}" if why == SMALL else HIDDEN

    def share(self, part: str, whole: str) -> Share | None:
        """Give a part and its whole where both may be seen and the whole is large enough; None otherwise."""
        numbers = self.number(part), self.number(whole)
        if not all(isinstance(one, int) for one in numbers) or self.card.numbers[whole] < self.least:
            return None
        return Share(self.card.numbers[part], self.card.numbers[whole])

    def rate(self, one: Rate) -> Share | None:
        return self.share(one.part, one.whole)

    def half(self, one: Half) -> Share | None:
        return self.share(f"half_soon:{one.place}", f"half_known:{one.place}")

    def others(self, share: Share) -> float | None:
        """Give the share of the other agencies; None where they have too few requests."""
        return share.part / share.whole if share.whole >= self.least else None

    @property
    def has_curve(self) -> bool:
        return self.is_told and self.card.requests >= self.least and bool(self.points())

    @property
    def has_others(self) -> bool:
        return len(self.card.alike.waits) >= self.least and self.card.alike.end is not None

    def points(self) -> list[Point]:
        """Give the curve as it may be told, day 0 left out."""
        curve = self.card.curve
        if curve.end is None:
            return []
        if self.is_whole:
            return [_point(curve, one.day) for one in curve.steps]
        return list(coarse(curve, self.threshold))

    def table(self) -> list[Point]:
        """Give the few points of the curve that are printed as a table."""
        curve = self.card.curve
        if not self.is_whole or curve.end is None:
            return self.points()
        end = curve.end
        return [_point(curve, day) for day in (*(one for one in DAYS if one < end), end)]

    def hidden_words(self, keys: Iterable[str]) -> str:
        """Say how many of these numbers are hidden and why; nothing where all are shown."""
        why = [self.hidden[key] for key in dict.fromkeys(keys) if key in self.hidden]
        small = why.count(SMALL)
        told = []
        if small:
            told.append(f"Counts from 1 to {self.threshold - 1} are shown as “<{self.threshold}”: {small} here.")
        if len(why) > small:
            told.append(f"So that none of them can be worked out, others are hidden: {len(why) - small} here.")
        return " ".join(told)


def told(db: Session, asked: Asked, *, is_whole: bool) -> Told:
    """Count a scorecard as it may be read; `is_whole` is for the office's own screens alone."""
    return told_of(
        scorecard(db, asked), threshold=number_setting(db, "small_number_threshold"),
        least=number_setting(db, "scorecard_minimum"), is_whole=is_whole,
    )  # fmt: skip


def all_told(db: Session, period: Period, counted_on: date, *, is_whole: bool) -> list[Told]:
    """Give every agency that was asked something, with its services; inside, those with most requests first."""
    every, above = requests_sent(db, period), parents(db)
    within = limits(db)
    smallest = {"threshold": number_setting(db, "small_number_threshold"),
                "least": number_setting(db, "scorecard_minimum")}  # fmt: skip
    found = (
        scorecard_of(Asked(agency, family_of(agency.id, above), period, counted_on), every, within)
        for agency in db.scalars(select(Agency).order_by(Agency.name))
    )
    made = [told_of(card, is_whole=is_whole, **smallest) for card in found if card.requests]
    return sorted(made, key=lambda one: -one.card.requests) if is_whole else made


def told_of(card: Scorecard, *, threshold: int, least: int, is_whole: bool) -> Told:
    """Hide what must be hidden in a scorecard that is counted."""
    hidden = {} if is_whole else hide(card.numbers, card.sums, threshold=threshold, unprinted=card.rests)
    return Told(card, MappingProxyType(hidden), threshold, least, is_whole)


def for_outside(inside: Told) -> Told:
    """Give the same scorecard as it may leave the office."""
    return told_of(inside.card, threshold=inside.threshold, least=inside.least, is_whole=False)


def coarse(curve: Curve, threshold: int) -> Iterator[Point]:
    """Give the curve on days between which no small number of requests was answered, and beyond which enough wait."""
    before, end = -1, curve.end or 0
    for day in range(EVERY, end + 1, EVERY):
        answered = sum(one.answered for one in curve.waits if before < one.days <= day)
        after = curve.at_risk(day + 1)
        if min(answered, after) >= threshold:
            yield _point(curve, day)._replace(watched=after - after % threshold)
            before = day


def _point(curve: Curve, day: int) -> Point:
    step = curve.at(day)
    assert step is not None
    return Point(day, step.share, step.range, curve.at_risk(day))


def parameters(told: Told) -> tuple[str, ...]:
    """Give what was told, for the audit trail: with it the same scorecard can be made again."""
    asked = told.card.asked
    return (
        f"from {asked.period.first.isoformat()}", f"to {asked.period.last.isoformat()}",
        f"counted on {asked.counted_on.isoformat()}", f"counts below {told.threshold} hidden",
        f"rates of fewer than {told.least} hidden",
    )  # fmt: skip


def range_of(share: Share) -> Range:
    """Give the range in which the true share may lie."""
    return wilson_of(share.part, share.whole)
