"""The plain values of a week of interpreting: what is needed, who could come, how far it is, and the plan of it.

Nothing here knows a session, so a week can be planned, tested and measured without a database. Moments are aware
datetimes, lengths are minutes, and every record is known by its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from casework.calendar import local

ONE_MINUTE = timedelta(minutes=1)
ANY = "any"


class Against(NamedTuple):
    """One reason: the rule's short name, and words that follow a person's name."""

    rule: str
    words: str


@dataclass(frozen=True)
class Spoken:
    """One language of a person: how (spoken, written or signed), how well, and of which dialect."""

    language: str
    mode: str = "spoken"
    level: str = "fluent"
    dialect: str | None = None


@dataclass(frozen=True)
class Span:
    """From when to when, and where; `place` is None for what can be done from anywhere, as by telephone."""

    starts_at: datetime
    ends_at: datetime
    place: int | str | None = None

    @property
    def minutes(self) -> int:
        """Give how long it lasts, a minute that has begun counting whole."""
        return -((self.starts_at - self.ends_at) // ONE_MINUTE)


@dataclass(frozen=True)
class Wanted:
    """One need: a language in one mode at one time and place. `client` is a number, nobody's name.

    `said_no` are people who were asked for this need and declined.
    """

    key: int
    language: str
    span: Span
    mode: str = "spoken"
    dialect: str | None = None
    gender: str = ANY
    client: int | None = None
    said_no: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Person:
    """Somebody who could interpret. `given` holds the minutes already taken in a month, by its first day.

    `most` is the minutes agreed for a month, None without a limit; `load` the minutes that fairness counts;
    `knows` and `never` are clients. `never` counts conflicts and their own wishes. `signed_until` and
    `trained_until` are last days too, None for what does not run out; `checked_until` is the last day on which the
    person's check is fresh. `out` says why somebody who was asked before is not planned for anything new.
    """

    key: int
    name: str
    languages: tuple[Spoken, ...]
    gender: str | None = None
    free: tuple[Span, ...] = ()
    busy: tuple[Span, ...] = ()
    most: int | None = None
    given: Mapping[date, int] = field(default_factory=dict)
    load: int = 0
    place: int | None = None
    knows: frozenset[int] = frozenset()
    never: frozenset[int] = frozenset()
    signed_on: date | None = None
    signed_until: date | None = None
    checked_until: date | None = None
    trained_until: date | None = None
    out: Against | None = None


@dataclass(frozen=True)
class Travel:
    """Minutes between places. A pair that is not in `minutes`, either way round, takes `otherwise`."""

    minutes: Mapping[tuple[int | str, int | str], int] = field(default_factory=dict)
    otherwise: int = 0

    def between(self, here: int | str | None, there: int | str | None) -> int:
        """Give the minutes on the way; none where one of the two can be anywhere."""
        if here is None or there is None:
            return 0
        found = self.minutes.get((here, there), self.minutes.get((there, here)))
        return found if found is not None else 0 if here == there else self.otherwise


@dataclass(frozen=True)
class Week:
    """All that is asked at once. `fixed` are lines already agreed, `before` the lines of the plan before this one;
    both lead from a need to a person. `far` is the longest way, in minutes, that asks nothing special.
    """

    wanted: tuple[Wanted, ...]
    people: tuple[Person, ...]
    travel: Travel = Travel()
    far: int = 60
    fixed: Mapping[int, int] = field(default_factory=dict)
    before: Mapping[int, int] = field(default_factory=dict)

    def in_order(self) -> Week:
        """Give the same week with its rows in the one order that all planning uses."""
        needs = sorted(self.wanted, key=lambda one: (one.span.starts_at, one.key))
        people = sorted(self.people, key=lambda one: one.key)
        return Week(tuple(needs), tuple(people), self.travel, self.far, dict(self.fixed), dict(self.before))


class Lost(NamedTuple):
    """Somebody who was not chosen, with the first rule that stood against them."""

    person: Person
    against: Against


@dataclass(frozen=True)
class Line:
    """One need met: by whom, what speaks for it, and each soft rule that it waives.

    `lost` are those who would waive less, each with why not them. A line that was agreed before is `fixed`, and
    `broken` says which hard rules it no longer keeps.
    """

    wanted: Wanted
    person: Person
    why: tuple[str, ...]
    waived: tuple[Against, ...]
    fixed: bool = False
    broken: tuple[Against, ...] = ()
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True)
class Gap:
    """One need that nobody can meet, with whom it lost by which rule; `silent` others do not know the language."""

    wanted: Wanted
    lost: tuple[Lost, ...]
    silent: int

    @property
    def by_rule(self) -> dict[str, int]:
        """Give how many people each rule took, the most first."""
        return dict(Counter(one.against.rule for one in self.lost).most_common())


class Load(NamedTuple):
    """The minutes that fairness counts for one person: what was agreed before, and with what is suggested."""

    person: Person
    before: int
    after: int


@dataclass(frozen=True)
class Plan:
    """The lines and gaps in order of time; `minutes` is what each person would do in this week, by number.

    `loads` holds everybody who has a line.
    """

    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    minutes: Mapping[int, int]
    loads: tuple[Load, ...] = ()

    @property
    def waivers(self) -> int:
        """Give how many soft rules are waived in all."""
        return sum(len(line.waived) for line in self.lines)

    def chosen(self) -> dict[int, int]:
        """Give the plan as numbers, from need to person."""
        return {line.wanted.key: line.person.key for line in self.lines}


def month_of(span: Span) -> date:
    """Give the first day of the London month in which something begins; hours are agreed by month."""
    return local(span.starts_at).date().replace(day=1)
