"""Who fits a need for a language, and why not the others: plain values in, reasons out; no database, no clock.

A hard rule is never passed over: language, mode, gender wished, hours given, confidentiality, nobody who is to be
kept apart, hours agreed. A soft rule puts somebody back: another dialect, papers that have run out, and after that
whoever does not know the family, lives further away or has been asked more. Somebody put back may be asked with a
reason. What decides is what people said of their languages, hours and limits, and nothing about origin or belief.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import inf

from casework.calendar import ONE_DAY, local, utc_from_local
from casework.datetext import WEEKDAYS, counted, without_weekday
from casework.diary import ONE_HOUR, Booking, Spell, first_clash, is_given, month_of
from casework.travel import NOWHERE, Place, Travel

ANY = "any"
LEVELS = ("native", "fluent", "working")
LEVEL_WORDS = {"native": "first language", "fluent": "fluent", "working": "working knowledge"}
DO = {"spoken": "speak", "written": "write", "signed": "sign"}
DOES = {"spoken": "speaks", "written": "writes", "signed": "signs"}
WHO = {"female": "a woman", "male": "a man"}
NOT_THIS_PERSON = "not this person"
FIRST = 3  # people suggested for one need


@dataclass(frozen=True)
class Need:
    """One need. A meeting has its aware moments; written work has the day it is due and how long it may take."""

    key: int
    language: int
    language_name: str
    mode: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    due_on: date | None = None
    takes: timedelta = timedelta()
    dialect: str = ""
    gender: str = ANY
    client: int | None = None
    place: Place = NOWHERE  # where somebody has to come to; nowhere by telephone, in writing, or if not recorded
    travel: Travel = field(default_factory=Travel)  # the office's ways, by which the way to `place` and on is counted

    @property
    def length(self) -> timedelta:
        """How long the work takes, in hours of the clock."""
        return self.ends_at - self.starts_at if self.starts_at and self.ends_at else self.takes

    @property
    def moment(self) -> datetime:
        """When it counts: the beginning of a meeting, noon of the day on which something written is due."""
        if self.starts_at is not None:
            return self.starts_at
        assert self.due_on is not None
        return utc_from_local(self.due_on, time(12))


@dataclass(frozen=True)
class Speaks:
    """One language that somebody speaks, writes or signs."""

    language: int
    mode: str
    level: str = "fluent"
    dialect: str = ""


@dataclass(frozen=True)
class Person:
    """What is known of one person; `spells` gives their free hours of a day, as London clocks show them.

    `meetings` are in UTC, each with its place; `written` is (day due, time it takes). `kept_from` and `knows` are
    clients.
    """

    key: int
    name: str
    speaks: tuple[Speaks, ...] = ()
    active: bool = True
    gender: str | None = None
    base: Place = NOWHERE  # where they live or work; nowhere if that is not recorded
    signed_on: date | None = None
    signed_until: date | None = None
    papers: tuple[tuple[str, date], ...] = ()  # what runs out, and the last day on which it counts
    hours_a_month: int | None = None
    has_said: bool = True
    spells: Callable[[date], list[Spell]] = field(default=lambda _day: [])
    meetings: tuple[Booking, ...] = ()
    written: tuple[tuple[date, timedelta], ...] = ()
    kept_from: frozenset[int] = frozenset()
    knows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Soft:
    """A soft rule that somebody is put back by: its name, and what it says of them."""

    rule: str
    words: str


@dataclass(frozen=True)
class Answer:
    """One person for one need: what speaks for them, each hard reason against, each soft one."""

    person: Person
    why: tuple[str, ...]
    hard: tuple[str, ...] = ()
    soft: tuple[Soft, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """The answer to one need: whom to ask first; whom with a reason only; whom not. `silent` do not know it at all."""

    need: Need
    first: tuple[Answer, ...]
    put_back: tuple[Answer, ...]
    refused: tuple[Answer, ...]
    silent: int

    @property
    def lost(self) -> dict[str, list[str]]:
        """Give who is lost by which soft rule."""
        found: dict[str, list[str]] = {}
        for answer in self.put_back:
            for one in answer.soft:
                found.setdefault(one.rule, []).append(answer.person.name)
        return found


def suggest(need: Need, people: Iterable[Person], *, first: int = FIRST) -> Suggestion:
    """Give whom to ask for a need and why not the others, each with every reason."""
    everybody = list(people)
    answers = [answer_for(need, person) for person in everybody if _any_of(person, need)]
    able = sorted((one for one in answers if not one.hard), key=lambda one: place(need, one))
    fitting = [one for one in able if not one.soft]
    chosen, further = fitting[:first], fitting[first:]
    behind = [_behind(need, one, chosen[-1]) for one in further]
    return Suggestion(
        need, tuple(chosen), (*(one for one in able if one.soft), *behind),
        tuple(sorted((one for one in answers if one.hard), key=lambda one: (len(one.hard), _name(one.person)))),
        len(everybody) - len(answers),
    )  # fmt: skip


def answer_for(need: Need, person: Person) -> Answer:
    """Give everything that speaks for and against one person."""
    return Answer(
        person, tuple(in_favour(need, person)), tuple(words for rule in HARD for words in rule(need, person)),
        tuple(Soft(rule, words) for rule, reasons in SOFT.items() for words in reasons(need, person)),
    )  # fmt: skip


def lasting(need: Need, person: Person) -> list[str]:
    """Give why this person cannot do it at any hour."""
    return [words for rule in LASTING for words in rule(need, person)]


def place(need: Need, answer: Answer) -> tuple[int, bool, int, int, float, str, int]:
    """Give what puts people in order: nobody put back, who knows the family, level, how often asked, way, name.

    Whose way is not known comes after those whose way is.
    """
    person = answer.person
    return (
        len(answer.soft), not knows_family(need, person), _level(need, person), load(need, person),
        _way(need, person), _name(person), person.key,
    )  # fmt: skip


def load(need: Need, person: Person) -> int:
    """Count what this person does in the month of the need: meetings, and written work due in it."""
    first, following = month_of(need.moment)
    return sum(first <= one.starts_at < following for one in person.meetings) + sum(
        _in_month(need, day) for day, _ in person.written
    )


def knows_family(need: Need, person: Person) -> bool:
    return need.client is not None and need.client in person.knows


def minutes_to(need: Need, person: Person) -> int | None:
    """Give the minutes on the way by the office's table; None where nobody travels or either end is not recorded."""
    if need.place.area_id is None or person.base.area_id is None:
        return None
    return need.travel.minutes(person.base, need.place)


def _way(need: Need, person: Person) -> float:
    minutes = minutes_to(need, person)
    if minutes is None:
        return 0 if need.place.area_id is None else inf
    return minutes


def _name(person: Person) -> str:
    return person.name.casefold()


def _any_of(person: Person, need: Need) -> bool:
    return any(one.language == need.language for one in person.speaks)


def _known(need: Need, person: Person) -> Speaks | None:
    return next((one for one in person.speaks if (one.language, one.mode) == (need.language, need.mode)), None)


def _level(need: Need, person: Person) -> int:
    known = _known(need, person)
    return LEVELS.index(known.level) if known else len(LEVELS)


def _in_month(need: Need, day: date) -> bool:
    at = local(need.moment).date()
    return (day.year, day.month) == (at.year, at.month)


# In favour


def in_favour(need: Need, person: Person) -> Iterator[str]:
    """Give what speaks for somebody, each as a part of a sentence."""
    known = _known(need, person)
    if known:
        dialect = f" ({known.dialect})" if known.dialect else ""
        in_writing = ", in writing" if need.mode == "written" else ""
        yield f"{need.language_name}{dialect}, {LEVEL_WORDS[known.level]}{in_writing}"
    if need.starts_at is not None and need.ends_at is not None:
        spell = _spell_around(need.starts_at, person)
        if spell and is_given(person.spells, need.starts_at, need.ends_at):
            yield f"free {hours_in_words(spell)}"
    if knows_family(need, person):
        yield "knows the family already"
    minutes = minutes_to(need, person)
    if minutes is not None:
        yield f"{counted(minutes, 'minute')} on the way"
    meetings = load(need, person)
    noun = "visit" if need.starts_at is not None else "request"
    yield f"{counted(meetings, noun)} this month" if meetings else f"no {noun} yet this month"


def _spell_around(moment: datetime, person: Person) -> Spell | None:
    shown = local(moment).replace(tzinfo=None)
    return next((spell for spell in person.spells(shown.date()) if spell[0] <= shown < spell[1]), None)


def hours_in_words(spell: Spell) -> str:
    """Give "Tuesday 10:00 to 14:00"."""
    ends = "midnight" if spell[1].date() > spell[0].date() else f"{spell[1]:%H:%M}"
    return f"{WEEKDAYS[spell[0].weekday()]} {spell[0]:%H:%M} to {ends}"


# Hard, whatever the hour


def _other_language(need: Need, person: Person) -> Iterator[str]:
    if _known(need, person) is None:
        others = [DOES[one.mode] for one in person.speaks if one.language == need.language]
        if others:
            yield f"{' and '.join(sorted(others))} {need.language_name} but does not {DO[need.mode]} it"
        else:
            yield f"does not {DO[need.mode]} {need.language_name}"


def _not_active(_need: Need, person: Person) -> Iterator[str]:
    if not person.active:
        yield "is not active with us now"


def _confidentiality(need: Need, person: Person) -> Iterator[str]:
    day = local(need.moment).date()
    if person.signed_on is None or person.signed_on > day:
        yield "has not signed confidentiality"
    elif person.signed_until is not None and person.signed_until < day:
        yield f"has to sign confidentiality again, since it ran out on {without_weekday(person.signed_until)}"


def _kept_apart(need: Need, person: Person) -> Iterator[str]:
    """Also for relatives: why, and who asked for it, stays where it was written down."""
    if need.client is not None and need.client in person.kept_from:
        yield NOT_THIS_PERSON


def _gender(need: Need, person: Person) -> Iterator[str]:
    if need.gender not in (ANY, person.gender):
        yield f"is not recorded as {WHO[need.gender]}, and {WHO[need.gender]} is asked for"


# Hard, at this hour


def _hours(need: Need, person: Person) -> Iterator[str]:
    if need.starts_at is None or need.ends_at is None:
        return  # written work is done whenever somebody likes
    if not person.has_said:
        yield "has not said when free"
    elif not is_given(person.spells, need.starts_at, need.ends_at):
        yield f"is not free then, {_that_week(need.starts_at, person)}"


def _that_week(moment: datetime, person: Person) -> str:
    day = local(moment).date()
    monday = day - day.weekday() * ONE_DAY
    days = [monday + number * ONE_DAY for number in range(len(WEEKDAYS))]
    hours = [hours_in_words(spell) for day in days for spell in person.spells(day)]
    return f"but that week {', '.join(hours)}" if hours else "nor at any time that week"


def _elsewhere(need: Need, person: Person) -> Iterator[str]:
    if need.starts_at is None or need.ends_at is None:
        return
    clash = first_clash(person.meetings, need.travel, need.starts_at, need.ends_at, need.place)
    if clash is not None:
        yield clash.in_words(need.starts_at)


def _hours_limit(need: Need, person: Person) -> Iterator[str]:
    if person.hours_a_month is None:
        return
    used = hours_used(need, person)
    if used + need.length > person.hours_a_month * ONE_HOUR:
        limit = counted(person.hours_a_month, "hour")
        yield f"would pass the {limit} agreed for this month, of which {amount(used)} are taken"


def hours_used(need: Need, person: Person) -> timedelta:
    """Give how much of the month of the need somebody has given already, in meetings and in writing."""
    first, following = month_of(need.moment)
    met = (
        one.ends_at.astimezone(UTC) - one.starts_at.astimezone(UTC)
        for one in person.meetings if first <= one.starts_at < following
    )  # fmt: skip
    return sum((*met, *(takes for day, takes in person.written if _in_month(need, day))), timedelta())


def amount(used: timedelta) -> str:
    """Give "1.5" or "2" hours."""
    return f"{used / ONE_HOUR:.1f}".removesuffix(".0")


# Soft: somebody is put back


def _dialect(need: Need, person: Person) -> Iterator[str]:
    known = _known(need, person)
    if need.dialect and known is not None and known.dialect.casefold() != need.dialect.casefold():
        has = f"{DOES[need.mode]} {known.dialect}" if known.dialect else "has not named a dialect"
        yield f"{has}, and {need.dialect} is asked for"


def _papers(need: Need, person: Person) -> Iterator[str]:
    day = local(need.moment).date()
    for what, until in person.papers:
        if until < day:
            yield f"{what} runs out before then, on {without_weekday(until)}"


def _behind(need: Need, answer: Answer, last: Answer) -> Answer:
    """Say by which soft rule somebody who fits comes after the last one suggested."""
    person, other = answer.person, last.person
    if knows_family(need, other) and not knows_family(need, person):
        soft = Soft("continuity", f"has not met the family yet, and {other.name} has")
    elif _level(need, person) > _level(need, other):
        soft = Soft("level", f"knows {need.language_name} less well than {other.name}")
    elif load(need, person) > load(need, other):
        soft = Soft("least used", f"has been asked more this month than {other.name}")
    elif _way(need, person) > _way(need, other):
        soft = Soft("distance", _longer(need, person, other))
    else:
        soft = Soft("turn", f"would do as well; {other.name} comes first by name")
    return Answer(person, answer.why, answer.hard, (soft,))


def _longer(need: Need, person: Person, other: Person) -> str:
    """Say both ways in minutes, or that one of them is not known."""
    theirs, shorter = minutes_to(need, person), minutes_to(need, other)
    if theirs is None:
        return f"has no borough on record, and {other.name} has {counted(shorter or 0, 'minute')} on the way"
    return f"has {counted(theirs, 'minute')} on the way, and {other.name} has {shorter}"


Rule = Callable[[Need, Person], Iterator[str]]
LASTING: tuple[Rule, ...] = (_other_language, _not_active, _confidentiality, _kept_apart, _gender)
PASSING: tuple[Rule, ...] = (_hours, _elsewhere, _hours_limit)
HARD = (*LASTING, *PASSING)
SOFT: dict[str, Rule] = {"dialect": _dialect, "papers": _papers}
