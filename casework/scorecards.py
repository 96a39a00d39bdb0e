"""The scorecard of one agency: what was asked, what came back and when, beside other agencies of the same kind.

Every number has a key and every sum is said, as in `casework.figures`, so that whoever hides small numbers knows
what gives what away. A rate is a part of a whole that is printed too. What an agency's people did (conduct) is added
by a function in PARTS, like the other tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import requests_sent as sent_
from casework.figures import Row, Sum, Table
from casework.periods import ONE_DAY, Period, half_years
from casework.requests_sent import Sent, answer_of, clock_of, family_of, is_answered, is_soon, people_behind, wait_of
from casework.settings import number_setting
from casework.survival import Curve
from models import Agency

REQUESTS, DECIDED, ANSWERED, REFUSED = "requests", "decided", "answered", "refused"
MOST_HALVES = 8
ANSWERS = (
    ("accepted", "Accepted"), ("accepted_in_part", "Accepted in part"), (sent_.REASON, "Refused, reason given"),
    (sent_.NO_REASON, "Refused, no reason given"), (sent_.OTHER, "Other answer"), (sent_.SILENT, "No response"),
    (sent_.WAITING, "Not answered so far"), (sent_.WITHDRAWN, "Taken back"),
)  # fmt: skip
CLOCKS = (
    (sent_.IN_TIME, "Answered in time"), (sent_.LATE, "Answered late"),
    (sent_.OVERDUE, "Day over, not answered"), (sent_.OPEN, "No day yet"),
)  # fmt: skip


class Asked(NamedTuple):
    """Which scorecard: an agency, with what is part of it or alone, for a period, as known on a day."""

    agency: Agency
    family: frozenset[int]
    period: Period
    counted_on: date


class Limits(NamedTuple):
    """How many must be watched for the curve, and within how many days an answer counts in the trend."""

    at_risk: int
    days: int


class Share(NamedTuple):
    """A part of a whole."""

    part: int
    whole: int


@dataclass(frozen=True)
class Rate:
    """A share by the keys of its part and its whole; `others` is the same share of the agencies of the same kind."""

    key: str
    name: str
    counted: str
    part: str
    whole: str
    others: Share


@dataclass(frozen=True)
class Half:
    """One half-year of the trend: requests, those known for the days of the trend, and of these the ones answered.

    `place` ends its keys; `others` as in a rate.
    """

    place: int
    period: Period
    numbers: dict[str, int]
    others: Share


@dataclass(frozen=True)
class Scorecard:
    """Everything that is counted for one agency.

    `people` are the clients behind it, `days` those of the trend, `alike` the others' requests.
    """

    asked: Asked
    people: int
    days: int
    counts: dict[str, int]
    tables: tuple[Table, ...]
    rates: tuple[Rate, ...]
    halves: tuple[Half, ...]
    curve: Curve
    alike: Curve

    @property
    def requests(self) -> int:
        return self.counts[REQUESTS]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Give every printed number by its key."""
        rows = {row.key: row.number for one in self.tables for row in (*one.rows, one.total)}
        return self.counts | rows | {key: number for half in self.halves for key, number in half.numbers.items()}

    @cached_property
    def rests(self) -> dict[str, int]:
        """Give what is left of each whole beside a part of it; nobody prints these numbers."""
        return {f"{key}_rest": self.numbers[whole] - self.numbers[key] for key, whole in self._parts()}

    @cached_property
    def sums(self) -> list[Sum]:
        """Give every sum that a reader could write down."""
        down = [Sum(one.total.key, tuple(row.key for row in one.rows)) for one in self.tables if one.rows]
        fixed = [
            Sum(REQUESTS, tuple(f"clock_{word}" for word, _name in CLOCKS)),
            Sum(REQUESTS, tuple(f"answer_{word}" for word, _name in ANSWERS)),
            Sum(DECIDED, tuple(f"clock_{word}" for word in (sent_.IN_TIME, sent_.LATE, sent_.OVERDUE))),
            Sum(REFUSED, tuple(f"answer_{word}" for word in (sent_.REASON, sent_.NO_REASON))),
            Sum(ANSWERED, (*(f"answer_{word}" for word in ("accepted", "accepted_in_part", sent_.OTHER)), REFUSED)),
        ]
        parts = [Sum(whole, (key, f"{key}_rest")) for key, whole in self._parts()]
        return [*down, *fixed, *parts, *self._sums_of_halves()]

    def _parts(self) -> Iterator[tuple[str, str]]:
        yield from ((one.part, one.whole) for one in self.rates)
        for half in self.halves:
            yield f"half_soon:{half.place}", f"half_known:{half.place}"
            yield f"half_known:{half.place}", f"half_requests:{half.place}"

    def _sums_of_halves(self) -> Iterator[Sum]:
        if self.halves and self.halves[0].period.first <= self.asked.period.first:
            yield Sum(REQUESTS, tuple(f"half_requests:{half.place}" for half in self.halves))


def asked_for(db: Session, agency: Agency, period: Period, counted_on: date, *, alone: bool = False) -> Asked:
    """Say which agencies a scorecard is about: with everything that is part of it, unless it is asked for alone."""
    family = frozenset({agency.id}) if alone else family_of(agency.id, parents(db))
    return Asked(agency, family, period, counted_on)


def parents(db: Session) -> dict[int, int | None]:
    """Give each agency's number with that of the one it is part of."""
    return dict(db.execute(select(Agency.id, Agency.parent_id)).all())


def whole_time(db: Session, today: date) -> Period:
    """Give the days from the first request that was ever sent up to today."""
    return Period(min(sent_.first_sent(db) or today, today), today)


def scorecard(db: Session, asked: Asked) -> Scorecard:
    """Count one agency's scorecard; a few statements, whatever the rows."""
    every = sent_.requests_sent(db, asked.period)
    own = [one for one in every if one.agency_id in asked.family]
    tables = [made for part in PARTS if (made := part(db, asked, own)) is not None]
    return scorecard_of(asked, every, limits(db), tables)


def limits(db: Session) -> Limits:
    """Give the office's settings for scorecards."""
    return Limits(number_setting(db, "scorecard_at_risk"), number_setting(db, "scorecard_days"))


def scorecard_of(asked: Asked, every: Sequence[Sent], within: Limits, tables: Iterable[Table] = ()) -> Scorecard:
    """Count a scorecard from all requests of the period."""
    own = [one for one in every if one.agency_id in asked.family]
    kinds = {one.kind_id for one in own}
    others = [one for one in every if one.kind_id in kinds and one.agency_id not in asked.family]
    day = asked.counted_on
    return Scorecard(
        asked, people_behind(own), within.days, counts(own, day), tuple(tables), tuple(_rates(counts(others, day))),
        tuple(_halves(asked, own, others, within.days)),
        *(Curve(tuple(wait_of(one, day) for one in several), within.at_risk) for several in (own, others)),
    )  # fmt: skip


def counts(several: Iterable[Sent], counted_on: date) -> dict[str, int]:
    """Give the numbers that rates are made of, by their keys."""
    several = list(several)
    clocks, answers = Counter(clock_of(one, counted_on) for one in several), Counter(map(answer_of, several))
    answered = [one for one in several if is_answered(one)]
    return {
        REQUESTS: len(several), DECIDED: sum(clocks[word] for word in (sent_.IN_TIME, sent_.LATE, sent_.OVERDUE)),
        ANSWERED: len(answered), REFUSED: answers[sent_.REASON] + answers[sent_.NO_REASON],
        "in_writing": sum(one.in_writing is True for one in answered),
        **{f"clock_{word}": clocks[word] for word, _name in CLOCKS},
        **{f"answer_{word}": answers[word] for word, _name in ANSWERS},
    }  # fmt: skip


# Tables


def requests_by_kind(_db: Session, _asked: Asked, own: Sequence[Sent]) -> Table:
    """What was asked for."""
    return _listed("request", "What was asked for", "Requests by what was asked for.", own,
                   Row(REQUESTS, "All", len(own)), lambda one: (one.request_id, one.request))  # fmt: skip


def answers(_db: Session, _asked: Asked, own: Sequence[Sent]) -> Table:
    """What was answered."""
    found = Counter(map(answer_of, own))
    rows = tuple(Row(f"answer_{word}", name, found[word]) for word, name in ANSWERS)
    return Table(
        "answers", "What they answered", "Each request once, by what came back. “No response” was recorded as such "
        "after its day; “Not answered so far” is still being waited for; “Taken back” was withdrawn by client or us.",
        rows, Row(REQUESTS, "All", len(own)),
    )  # fmt: skip


def clocks(_db: Session, asked: Asked, own: Sequence[Sent]) -> Table:
    """When it was answered."""
    found = Counter(clock_of(one, asked.counted_on) for one in own)
    rows = tuple(Row(f"clock_{word}", name, found[word]) for word, name in CLOCKS)
    return Table(
        "clocks", "When they answered", "By the day on which the answer was due under the agency's own code or the law."
        " “No day yet” has no such day, or it is not over, or the request was taken back before.",
        rows, Row(REQUESTS, "All", len(own)),
    )  # fmt: skip


def reasons(_db: Session, _asked: Asked, own: Sequence[Sent]) -> Table:
    """Which reasons were given."""
    refused = [one for one in own if answer_of(one) == sent_.REASON]
    return _listed(
        "reason", "Reasons they gave", "Refusals with a reason, by the reason that was given.", refused,
        Row(f"answer_{sent_.REASON}", "All", len(refused)), lambda one: (one.reason_id, one.reason or "Not recorded"),
    )  # fmt: skip


def _listed(
    key: str, name: str, counted: str, several: Sequence[Sent], total: Row,
    word: Callable[[Sent], tuple[int | None, str]],
) -> Table:  # fmt: skip
    found = Counter(map(word, several))
    ordered = sorted(found, key=lambda one: one[1].casefold())
    return Table(key, name, counted, tuple(Row(f"{key}:{id}", words, found[id, words]) for id, words in ordered), total)


# Each gives one table of the scorecard, or None, in few statements; page, paper, letter and what is hidden in them
# follow from it. A table of its own subject, such as conduct, has a total with a key of its own.
Part = Callable[[Session, Asked, Sequence[Sent]], Table | None]
PARTS: tuple[Part, ...] = (answers, clocks, requests_by_kind, reasons)


# Rates and trend


def _rates(others: dict[str, int]) -> Iterator[Rate]:
    for key, name, part, whole, counted in RATES:
        yield Rate(key, name, counted, part, whole, Share(others[part], others[whole]))


RATES = (
    ("in_time", "Answered in time", f"clock_{sent_.IN_TIME}", DECIDED,
     "Answered on or before the day due, of all requests whose day is over, answered or not."),
    ("overdue", "Day over, not answered", f"clock_{sent_.OVERDUE}", DECIDED,
     "Not answered on the counting day, of all requests whose day is over."),
    ("refused", "Refused", REFUSED, ANSWERED, "Refused with or without a reason, of all answers that came."),
    ("no_reason", "No reason given", f"answer_{sent_.NO_REASON}", REFUSED, "Without a reason, of all refusals."),
    ("in_writing", "Answered in writing", "in_writing", ANSWERED, "In writing, of all answers that came."),
)  # fmt: skip


def _halves(asked: Asked, own: Sequence[Sent], others: Sequence[Sent], days: int) -> Iterator[Half]:
    """Give the half-years of the period, the last ones where there are many."""
    for place, period in enumerate(half_years(asked.period)[-MOST_HALVES:]):
        mine = _sent_in(own, period)
        soon = _soon(mine, asked.counted_on, days)
        numbers = {f"half_requests:{place}": len(mine), f"half_known:{place}": soon.whole,
                   f"half_soon:{place}": soon.part}  # fmt: skip
        yield Half(place, period, numbers, _soon(_sent_in(others, period), asked.counted_on, days))


def _soon(several: Iterable[Sent], counted_on: date, days: int) -> Share:
    found = Counter(is_soon(one, counted_on, days) for one in several)
    return Share(found[True], found[True] + found[False])


def _sent_in(several: Iterable[Sent], period: Period) -> list[Sent]:
    return [one for one in several if period.first <= one.sent_on <= period.last]


def compared(halves: Sequence[Half], least: int) -> tuple[Half, Half] | None:
    """Give the last two half-years that follow each other and have enough requests known for the trend's days."""
    enough = [half for half in halves if half.numbers[f"half_known:{half.place}"] >= least]
    pairs = [(one, other) for one, other in pairwise(enough) if one.period.last + ONE_DAY == other.period.first]
    return pairs[-1] if pairs else None
