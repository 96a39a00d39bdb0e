"""Find an interpreter: who speaks, writes or signs a language and is free then; who is not, and why.

Reasons are plain sentences about the person found, never about another client. What decides is what people
have said of their languages, hours and limits, and nothing about origin or belief.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casework.calendar import ONE_DAY, Office, local
from casework.datetext import WEEKDAYS, counted
from casework.diary import (
    ONE_HOUR,
    Diary,
    Spell,
    client_id_of,
    free_spells,
    has_said,
    is_free,
    month_of,
    place_of,
    spell_around,
    taken,
)
from casework.scope import office_wide
from casework.settings import office
from casework.travel import NOWHERE, Place
from models import Appointment, Client, Conflict, Language, Worker, WorkerLanguage

__all__ = ["Facts", "Match", "Need", "all_workers", "facts_for", "find", "for_appointment", "is_free", "matches",
           "mode_of", "unfit"]  # fmt: skip

ANY = "any"
LEVELS = ("native", "fluent", "working")
DO = {"spoken": "speak", "written": "write", "signed": "sign"}
DOES = {"spoken": "speaks", "written": "writes", "signed": "signs"}
WHO = {"female": "a woman", "male": "a man"}
NOT_THIS_PERSON = "not this person"


@dataclass(frozen=True)
class Need:
    """What is asked for: a language in one mode, from when to when (aware moments), of which gender, and where."""

    language: Language
    mode: str
    starts_at: datetime
    ends_at: datetime
    gender: str = ANY
    place: Place = NOWHERE


@dataclass(frozen=True)
class Match:
    """One person, with what speaks for them and, unless they are free, each reason against."""

    worker: Worker
    free: bool
    why: tuple[str, ...]
    why_not: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What is known for all people at once: the office, what is taken, who must not meet this client."""

    office: Office
    diary: Diary
    conflicted: frozenset[int]


Reasons = Callable[[Worker, Need, Facts], Iterator[str]]


def find(
    db: Session,
    language: Language,
    mode: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    gender: str = ANY,
    client: Client | int | None = None,
    exclude: Iterable[Worker] = (),
    without: Appointment | None = None,
    place: Place = NOWHERE,
) -> list[Match]:
    """Give every worker for this need, those free first, then by level, fewest meetings that month, name.

    `mode` is spoken, written or signed. `client` (or its number) brings in declared conflicts. People in
    `exclude` are left out: they go as somebody else. The appointment `without` takes nobody's time. With a
    `place` the way there counts, and the way on.
    """
    need = Need(language, mode, local(starts_at).astimezone(UTC), local(ends_at).astimezone(UTC), gender, place)
    client_id = client.id if isinstance(client, Client) else client
    facts = facts_for(db, need.starts_at, need.ends_at, client_id, without=without)
    left_out = {worker.id for worker in exclude}
    return matches(need, [worker for worker in all_workers(db) if worker.id not in left_out], facts)


def for_appointment(db: Session, appointment: Appointment) -> list[Match]:
    """Find interpreters for an appointment by its own needs, also for those who may not open the client.

    Raises LookupError if it needs no interpreter.
    """
    if appointment.language is None:
        raise LookupError("This appointment needs no interpreter.")
    return find(
        db, appointment.language, mode_of(appointment.language), appointment.starts_at, appointment.ends_at,
        gender=appointment.interpreter_gender, client=client_id_of(appointment, db), without=appointment,
        exclude=[one.worker for one in appointment.people if one.role != "interpreter"],
        place=place_of(appointment, db),
    )  # fmt: skip


def mode_of(language: Language) -> str:
    """Give how a meeting is held in this language: signed where it is a language of signs, else spoken."""
    return "signed" if language.signed and not language.spoken else "spoken"


def all_workers(db: Session) -> list[Worker]:
    """Give every worker with languages and hours, by name; three statements however many there are."""
    with_rows = (selectinload(Worker.languages), selectinload(Worker.availability))
    return list(db.scalars(select(Worker).options(*with_rows).order_by(Worker.name, Worker.id)))


def facts_for(
    db: Session, starts_at: datetime, ends_at: datetime, client_id: int | None,
    *, without: Appointment | None = None,
) -> Facts:  # fmt: skip
    """Read what decides between two moments; whole months, since meetings and hours are counted by month."""
    first, last = month_of(starts_at)[0], month_of(ends_at)[1]
    conflicted = select(Conflict.worker_id).where(Conflict.client_id == client_id)
    return Facts(
        office=office(db),
        diary=taken(db, first, last, without=without),
        conflicted=frozenset(db.scalars(office_wide(conflicted))) if client_id is not None else frozenset(),
    )


def matches(need: Need, workers: Iterable[Worker], facts: Facts) -> list[Match]:
    """Give the workers in the order in which to ask them, each with the reasons; no database is asked."""
    found = [_match(worker, need, facts) for worker in workers]
    return sorted(found, key=lambda one: _place(one, need, facts))


def unfit(worker: Worker, need: Need, facts: Facts) -> list[str]:
    """Give why this person cannot interpret here at any hour, each as words that follow a name."""
    return [words for reasons in LASTING for words in reasons(worker, need, facts)]


def _match(worker: Worker, need: Need, facts: Facts) -> Match:
    now = [words for reasons in PASSING for words in reasons(worker, need, facts)]
    why_not = tuple(_sentence(words) for words in (*unfit(worker, need, facts), *now))
    return Match(worker, not why_not, tuple(_in_favour(worker, need, facts)), why_not)


def _place(match: Match, need: Need, facts: Facts) -> tuple[bool, int, int, str, int]:
    known = _knows(match.worker, need)
    level = LEVELS.index(known.level) if known else len(LEVELS)
    meetings = len(facts.diary.in_month(match.worker, need.starts_at))
    return not match.free, level, meetings, match.worker.name.casefold(), match.worker.id


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _knows(worker: Worker, need: Need) -> WorkerLanguage | None:
    known = (one for one in worker.languages if one.language_id == need.language.id)
    return next((one for one in known if one.mode == need.mode), None)


# In favour


def _in_favour(worker: Worker, need: Need, facts: Facts) -> Iterator[str]:
    known = _knows(worker, need)
    if known:
        dialect = f" ({known.dialect})" if known.dialect else ""
        level = WorkerLanguage.level.info["field"].choice_label(known.level).lower()
        yield f"{need.language}{dialect}, {level}{', in writing' if need.mode == 'written' else ''}"
    spell = spell_around(worker, need.starts_at, facts.office)
    if spell and is_free(worker, need.starts_at, need.ends_at, facts.office):
        yield f"free {_hours_in_words(spell)}"
    meetings = len(facts.diary.in_month(worker, need.starts_at))
    yield f"{counted(meetings, 'visit')} this month" if meetings else "no visit yet this month"


def _hours_in_words(spell: Spell) -> str:
    ends = "midnight" if spell[1].date() > spell[0].date() else f"{spell[1]:%H:%M}"
    return f"{WEEKDAYS[spell[0].weekday()]} {spell[0]:%H:%M} to {ends}"


# Against, whatever the hour


def _other_language(worker: Worker, need: Need, _facts: Facts) -> Iterator[str]:
    if _knows(worker, need) is None:
        others = [DOES[one.mode] for one in worker.languages if one.language_id == need.language.id]
        if others:
            yield f"{' and '.join(sorted(others))} {need.language} but does not {DO[need.mode]} it"
        else:
            yield f"does not {DO[need.mode]} {need.language}"


def _not_active(worker: Worker, _need: Need, _facts: Facts) -> Iterator[str]:
    if not worker.active:
        yield "is not active with us now"


def _confidentiality(worker: Worker, need: Need, _facts: Facts) -> Iterator[str]:
    signed_on = worker.confidentiality_signed_on
    if signed_on is None or signed_on > local(need.starts_at).date():
        yield "has not signed confidentiality"


def _conflict(worker: Worker, _need: Need, facts: Facts) -> Iterator[str]:
    if worker.id in facts.conflicted:
        yield NOT_THIS_PERSON


def _gender(worker: Worker, need: Need, _facts: Facts) -> Iterator[str]:
    if need.gender not in (ANY, worker.gender):
        yield f"is not recorded as {WHO[need.gender]}, and {WHO[need.gender]} is asked for"


# Against, at this hour


def _hours(worker: Worker, need: Need, facts: Facts) -> Iterator[str]:
    if not has_said(worker):
        yield "has not said when free"
    elif not is_free(worker, need.starts_at, need.ends_at, facts.office):
        yield f"is not free then, {_that_week(worker, need, facts)}"


def _that_week(worker: Worker, need: Need, facts: Facts) -> str:
    day = local(need.starts_at).date()
    monday = day - day.weekday() * ONE_DAY
    days = [monday + number * ONE_DAY for number in range(len(WEEKDAYS))]
    hours = [_hours_in_words(spell) for day in days for spell in free_spells(worker, day, facts.office)]
    return f"but that week {', '.join(hours)}" if hours else "nor at any time that week"


def _elsewhere(worker: Worker, need: Need, facts: Facts) -> Iterator[str]:
    clash = facts.diary.clash(worker, need.starts_at, need.ends_at, need.place)
    if clash is not None:
        yield clash.in_words(need.starts_at)


def _hours_limit(worker: Worker, need: Need, facts: Facts) -> Iterator[str]:
    if worker.hours_a_month is None:
        return
    agreed = worker.hours_a_month * ONE_HOUR
    meetings = facts.diary.in_month(worker, need.starts_at)
    used = sum((one.ends_at - one.starts_at for one in meetings), timedelta())
    if used + (need.ends_at - need.starts_at) > agreed:
        limit = counted(worker.hours_a_month, "hour")
        yield f"would pass the {limit} agreed for this month, of which {_amount(used)} are taken"


def _amount(used: timedelta) -> str:
    return f"{used / ONE_HOUR:.1f}".removesuffix(".0")


LASTING: tuple[Reasons, ...] = (_other_language, _not_active, _confidentiality, _conflict, _gender)
PASSING: tuple[Reasons, ...] = (_hours, _elsewhere, _hours_limit)
