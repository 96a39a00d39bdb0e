"""What stands against one person for one need of a week, and what would have to be waived.

Hard rules are never broken by a plan. Soft rules may be, one by one, and each waiver is counted and said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from casework.calendar import local
from casework.datetext import counted, without_weekday
from casework.diary import clock
from casework.matching import DO, DOES, NOT_THIS_PERSON, WHO
from casework.week import ANY, ONE_MINUTE, Against, Person, Span, Spoken, Wanted, Week, month_of

MINUTES_IN_AN_HOUR = 60


Lasting = Callable[[Person, Wanted], Iterator[Against]]


def known(person: Person, wanted: Wanted) -> Spoken | None:
    """Give how this person knows the language that is wanted, in the mode that is wanted."""
    fitting = (one for one in person.languages if one.language == wanted.language and one.mode == wanted.mode)
    return next(fitting, None)


# Hard rules, whatever the hour


def _with_us(person: Person, _wanted: Wanted) -> Iterator[Against]:
    if person.out is not None:
        yield person.out


def _language(person: Person, wanted: Wanted) -> Iterator[Against]:
    if known(person, wanted) is None:
        others = sorted({DOES[one.mode] for one in person.languages if one.language == wanted.language})
        but = f"{' and '.join(others)} {wanted.language} but does not {DO[wanted.mode]} it"
        yield Against("language", but if others else f"does not {DO[wanted.mode]} {wanted.language}")


def _confidentiality(person: Person, wanted: Wanted) -> Iterator[Against]:
    day = local(wanted.span.starts_at).date()
    if person.signed_on is None or person.signed_on > day:
        yield Against("confidentiality", "has not signed confidentiality")
    elif person.signed_until is not None and person.signed_until < day:
        words = f"has to sign confidentiality again, since it ran out on {without_weekday(person.signed_until)}"
        yield Against("confidentiality", words)


def _conflict(person: Person, wanted: Wanted) -> Iterator[Against]:
    if wanted.client is not None and wanted.client in person.never:
        yield Against("conflict", NOT_THIS_PERSON)


def _gender(person: Person, wanted: Wanted) -> Iterator[Against]:
    if wanted.gender not in (ANY, person.gender):
        words = f"is not recorded as {WHO[wanted.gender]}, and {WHO[wanted.gender]} is asked for"
        yield Against("gender", words)


LASTING: tuple[Lasting, ...] = (_with_us, _language, _confidentiality, _conflict, _gender)


def lasting(person: Person, wanted: Wanted) -> list[Against]:
    """Give why this person could not interpret here at any hour."""
    return [found for rule in LASTING for found in rule(person, wanted)]


# Hard rules at this hour


def against(person: Person, wanted: Wanted, week: Week) -> list[Against]:
    """Give every hard rule that one person breaks for one need, whoever else is planned."""
    return [*lasting(person, wanted), *_passing(person, wanted, week)]


def _passing(person: Person, wanted: Wanted, week: Week) -> Iterator[Against]:
    span = wanted.span
    if person.key in wanted.said_no:
        yield Against("answer", "was asked and cannot come")
    if not person.free:
        yield Against("hours", "has not said when free")
    elif not any(one.starts_at <= span.starts_at and span.ends_at <= one.ends_at for one in person.free):
        yield Against("hours", "is not free then")
    yield from _elsewhere(person, span, week)
    if (over := over_the_month(person, [span])) is not None:
        yield over


def _elsewhere(person: Person, span: Span, week: Week) -> Iterator[Against]:
    there = [one for one in person.busy if clash(one, span, week)]
    if not there:
        return
    last = max(there, key=lambda one: one.ends_at)
    if any(overlap(one, span) for one in there):
        yield Against("elsewhere", f"is at another appointment until {clock(last.ends_at, span.starts_at)}")
    else:
        way = counted(max(week.travel.between(one.place, span.place) for one in there), "minute")
        yield Against("travel", f"could not be there in time: the way from or to another appointment takes {way}")


def over_the_month(person: Person, spans: list[Span]) -> Against | None:
    """Give the reason if these together pass the hours agreed for a month, counting what is taken already."""
    if person.most is None:
        return None
    for month in sorted({month_of(one) for one in spans}):
        taken = person.given.get(month, 0)
        if taken + sum(one.minutes for one in spans if month_of(one) == month) > person.most:
            limit = hours(person.most)
            return Against("month", f"would pass the {limit} agreed for this month, of which {hours(taken)} are taken")
    return None


def clash(one: Span, other: Span, week: Week) -> bool:
    """Tell whether one person cannot do both, the way between the two places counted."""
    first, second = sorted((one, other), key=lambda span: (span.starts_at, span.ends_at))
    way = week.travel.between(first.place, second.place) * ONE_MINUTE
    return second.starts_at < first.ends_at + way


def overlap(one: Span, other: Span) -> bool:
    """Tell whether two spans share a moment; touching is none."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def hours(minutes: int) -> str:
    """Give minutes as hours in words: "1 hour", "2.5 hours"."""
    return f"{amount(minutes)} {'hour' if minutes == MINUTES_IN_AN_HOUR else 'hours'}"


def amount(minutes: int) -> str:
    """Give minutes as a number of hours: "1", "2.5"."""
    return f"{minutes / MINUTES_IN_AN_HOUR:.2f}".rstrip("0").rstrip(".")


# Soft rules


def known_to(week: Week) -> Mapping[int, tuple[Person, ...]]:
    """Give, for each need, who has interpreted for this client and could at another hour do so again."""
    return {
        one.key: tuple(person for person in week.people if one.client in person.knows and not lasting(person, one))
        for one in week.wanted
    }


def waived(person: Person, wanted: Wanted, week: Week, knowing: tuple[Person, ...]) -> list[Against]:
    """Give each soft rule that this person would not keep; `knowing` are those who know the client."""
    return [*_dialect(person, wanted), *_continuity(person, knowing), *_check(person, wanted),
            *_training(person, wanted), *_distance(person, wanted, week)]  # fmt: skip


def _dialect(person: Person, wanted: Wanted) -> Iterator[Against]:
    spoken = known(person, wanted)
    if wanted.dialect and spoken is not None and (spoken.dialect or "").casefold() != wanted.dialect.casefold():
        theirs = f"{spoken.dialect} is recorded" if spoken.dialect else "none is recorded"
        yield Against("dialect", f"dialect: {wanted.dialect} is wished for, {theirs}")


def _continuity(person: Person, knowing: tuple[Person, ...]) -> Iterator[Against]:
    if knowing and person not in knowing:
        names = " or ".join(one.name for one in knowing)
        yield Against("continuity", f"continuity: {names} has interpreted for this client before")


def _check(person: Person, wanted: Wanted) -> Iterator[Against]:
    if person.checked_until is None:
        yield Against("check", "check: none is on record")
    elif person.checked_until < local(wanted.span.starts_at).date():
        yield Against("check", f"check: fresh until {without_weekday(person.checked_until)} only")


def _training(person: Person, wanted: Wanted) -> Iterator[Against]:
    if person.trained_until is not None and person.trained_until < local(wanted.span.starts_at).date():
        yield Against("training", f"training: valid until {without_weekday(person.trained_until)} only")


def _distance(person: Person, wanted: Wanted, week: Week) -> Iterator[Against]:
    way = week.travel.between(person.place, wanted.span.place)
    if way > week.far:
        yield Against("distance", f"distance: {counted(way, 'minute')} on the way, more than {week.far}")
