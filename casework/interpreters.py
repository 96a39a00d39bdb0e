"""Find an interpreter: who speaks, writes or signs a language and is free then; who is not, and why.

What decides is in `matching`; here the office's rows are read for it. Reasons are plain sentences about the
person found, never about another client.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casework import matching
from casework.avoidance import kept_away
from casework.calendar import Office, local
from casework.diary import Diary, client_id_of, has_said, is_free, month_of, place_of, spells_of, taken
from casework.matching import ANY, LEVELS, NOT_THIS_PERSON, Person, Speaks
from casework.scope import office_wide
from casework.settings import number_setting, office
from casework.travel import NOWHERE, Place, Travel
from models import Appointment, Client, Language, LanguageOffer, LanguageRequest, Worker

__all__ = ["ANY", "LEVELS", "NOT_THIS_PERSON", "Facts", "Match", "Need", "Written", "all_workers", "facts_for", "find",
           "for_appointment", "is_free", "matches", "mode_of", "person_of", "unfit", "written_work"]  # fmt: skip

Written = Mapping[int, tuple[tuple[date, timedelta], ...]]  # by worker: the day due, and how long it takes
GIVEN = ("invited", "accepted")  # answers with which an offer takes somebody's hours
PAPERS = (("DBS check", "checked_until"), ("training", "training_until"))
THIS_CLIENT = 0  # where only one client is in question, their number does not matter


@dataclass(frozen=True)
class Need:
    """What is asked for: a language in one mode, from when to when (aware moments), of which gender, and where."""

    language: Language
    mode: str
    starts_at: datetime
    ends_at: datetime
    gender: str = ANY
    place: Place = NOWHERE
    dialect: str = ""

    def plain(self, travel: Travel) -> matching.Need:
        """Give the same as plain values, with the office's ways to and from the place."""
        return matching.Need(
            THIS_CLIENT, self.language.id, self.language.name, self.mode, self.starts_at, self.ends_at,
            gender=self.gender, dialect=self.dialect, client=THIS_CLIENT, place=self.place, travel=travel,
        )  # fmt: skip


@dataclass(frozen=True)
class Match:
    """One person, with what speaks for them and, unless they are free, each hard reason against; `soft` puts back."""

    worker: Worker
    free: bool
    why: tuple[str, ...]
    why_not: tuple[str, ...]
    soft: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What is known for all people at once: the office, what is taken, who must not meet this client."""

    office: Office
    diary: Diary
    conflicted: frozenset[int]
    written: Written = field(default_factory=dict)


def find(
    db: Session,
    language: Language,
    mode: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    gender: str = ANY,
    dialect: str = "",
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
    begins, ends = local(starts_at).astimezone(UTC), local(ends_at).astimezone(UTC)
    need = Need(language, mode, begins, ends, gender, place, dialect)
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
    wished = select(LanguageRequest.dialect).where(LanguageRequest.appointment_id == appointment.id)
    return find(
        db, appointment.language, mode_of(appointment.language), appointment.starts_at, appointment.ends_at,
        gender=appointment.interpreter_gender, dialect=db.scalar(office_wide(wished)) or "",
        client=client_id_of(appointment, db), without=appointment,
        exclude=[one.worker for one in appointment.people if one.role != "interpreter"],
        place=place_of(appointment, db),
    )  # fmt: skip


def mode_of(language: Language) -> str:
    """Give how a meeting is held in this language: signed where it is a language of signs, else spoken."""
    return "signed" if language.signed and not language.spoken else "spoken"


def all_workers(db: Session, *more: Any) -> list[Worker]:
    """Give every worker with languages and hours, by name; three statements however many there are."""
    with_rows = (selectinload(Worker.languages), selectinload(Worker.availability))
    return list(db.scalars(select(Worker).options(*with_rows, *more).order_by(Worker.name, Worker.id)))


def facts_for(
    db: Session, starts_at: datetime, ends_at: datetime, client_id: int | None,
    *, without: Appointment | None = None,
) -> Facts:  # fmt: skip
    """Read what decides between two moments; whole months, since meetings and hours are counted by month."""
    first, last = month_of(starts_at)[0], month_of(ends_at)[1]
    apart = kept_away(db, [client_id]) if client_id is not None else {}
    return Facts(
        office=office(db), diary=taken(db, first, last, without=without),
        conflicted=apart.get(client_id or THIS_CLIENT, frozenset()),
        written=written_work(db, local(first).date(), local(last).date()),
    )  # fmt: skip


def written_work(db: Session, first: date, following: date) -> dict[int, tuple[tuple[date, timedelta], ...]]:
    """Give the written work of each worker that is due from `first` on and before `following`. One statement."""
    due = (
        select(LanguageOffer.worker_id, LanguageRequest.due_on, LanguageRequest.pages, LanguageRequest.minutes)
        .join(LanguageRequest, LanguageOffer.request_id == LanguageRequest.id)
        .where(LanguageOffer.status.in_(GIVEN), LanguageRequest.status.in_(("offered", "filled")))
        .where(LanguageRequest.due_on >= first, LanguageRequest.due_on < following)
    )
    found: dict[int, tuple[tuple[date, timedelta], ...]] = {}
    for worker_id, day, pages, minutes in db.execute(office_wide(due)):
        found[worker_id] = (*found.get(worker_id, ()), (day, time_for(db, pages, minutes)))
    return found


def time_for(db: Session, pages: int | None, minutes: int | None) -> timedelta:
    """Give how long written work took, or is taken to need by its pages."""
    return timedelta(minutes=minutes or (pages or 1) * number_setting(db, "written_page_minutes"))


def matches(need: Need, workers: Iterable[Worker], facts: Facts) -> list[Match]:
    """Give the workers in the order in which to ask them, each with the reasons; no database is asked."""
    plain = need.plain(facts.diary.travel)
    found = [(worker, matching.answer_for(plain, _person(worker, facts))) for worker in workers]
    found.sort(key=lambda one: (bool(one[1].hard), matching.place(plain, one[1])))
    return [_match(worker, answer) for worker, answer in found]


def _match(worker: Worker, answer: matching.Answer) -> Match:
    why_not = tuple(sentence(words) for words in answer.hard)
    return Match(worker, not why_not, answer.why, why_not, tuple(sentence(one.words) for one in answer.soft))


def unfit(worker: Worker, need: Need, facts: Facts) -> list[str]:
    """Give why this person cannot interpret here at any hour, each as words that follow a name."""
    return matching.lasting(need.plain(facts.diary.travel), _person(worker, facts))


def sentence(words: str) -> str:
    """Give part of a sentence as one of its own."""
    return f"{words[0].upper()}{words[1:]}."


def _person(worker: Worker, facts: Facts) -> Person:
    apart = frozenset((THIS_CLIENT,)) if worker.id in facts.conflicted else frozenset[int]()
    return person_of(worker, facts, kept_from=apart)


def person_of(worker: Worker, facts: Facts, *, kept_from: Collection[int] = (), knows: Collection[int] = ()) -> Person:
    """Give what decides about one worker as plain values; their free hours are worked out when asked for."""
    return Person(
        key=worker.id, name=worker.name, active=worker.active, gender=worker.gender,
        base=Place(worker.base_area_id),
        speaks=tuple(Speaks(one.language_id, one.mode, one.level, one.dialect or "") for one in worker.languages),
        signed_on=worker.confidentiality_signed_on, signed_until=worker.confidentiality_until,
        papers=tuple((what, getattr(worker, key)) for what, key in PAPERS if getattr(worker, key) is not None),
        hours_a_month=worker.hours_a_month, has_said=has_said(worker),
        spells=spells_of(worker, facts.office),
        meetings=tuple(facts.diary.of(("worker", worker.id))),
        written=facts.written.get(worker.id, ()), kept_from=frozenset(kept_from), knows=frozenset(knows),
    )  # fmt: skip
