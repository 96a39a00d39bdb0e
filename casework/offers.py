"""What a client needs at a meeting, and the next times that can be offered, with the people who would go.

All that matters for the days looked at is read once and computed in memory, so the number of statements
does not grow with days, people or appointments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from casework.calendar import ONE_DAY, Office, local
from casework.datetext import in_words
from casework.diary import Spell, free_spells, is_given, key_of
from casework.interpreters import Facts, Match, Need, all_workers, facts_for, matches, mode_of
from casework.scope import office_wide
from casework.settings import number_setting, yes_setting
from casework.travel import NOWHERE, Place
from models import Appointment, Case, Client, Language, Venue, Worker

BY_TWO = "home_visit"
IN_A_ROOM = "office"
TALKED_THROUGH = ("spoken", "both", "signed")  # interpreter wishes that matter at a meeting


@dataclass(frozen=True)
class Needs:
    """What one client needs at a meeting: keys, and yes or no."""

    language_id: int | None = None
    gender: str = "any"
    step_free: bool = False
    area_id: int | None = None


def needs_of(db: Session, case: Case) -> Needs:
    """Give what the client of `case` needs, also to those who may not open the client; nothing without one."""
    put = inspect(case).attrs["client"].history.added
    if put and put[0] is not None and put[0].id is None:  # a new client, written in the same flush
        return _needs(put[0], key_of(put[0], "language"), key_of(put[0], "area"))
    client_id = key_of(case, "client")
    if client_id is None:
        return Needs()
    wishes = (Client.interpreter, Client.interpreter_gender, Client.mobility_need)
    of_the_client = select(Client.language_id, Client.area_id, *wishes).where(Client.id == client_id)
    row = db.execute(office_wide(of_the_client)).one()
    return _needs(row, row.language_id, row.area_id)


def _needs(client: Any, language_id: int | None, area_id: int | None) -> Needs:
    """`client` is a Client, or a row with its columns of the same names."""
    return Needs(
        language_id=language_id if client.interpreter in TALKED_THROUGH else None,
        gender=client.interpreter_gender or "any",
        step_free=bool(client.mobility_need),
        area_id=area_id,
    )


@dataclass(frozen=True)
class Offer:
    """One time that keeps every rule, who would go, in which room, and what speaks for it."""

    starts_at: datetime
    ends_at: datetime
    lead: Worker
    second: Worker | None
    interpreter: Worker | None
    venue: Venue | None
    why: tuple[str, ...]

    def in_words(self) -> str:
        """Give "Monday 8 June 2026 11:00 with Sara and Joe"."""
        begins = local(self.starts_at)
        names = [str(one) for one in (self.lead, self.second, self.interpreter) if one is not None]
        people = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
        room = f" in {self.venue.name}" if self.venue is not None else ""
        return f"{in_words(begins.date())} {begins:%H:%M} with {people}{room}"


def next_feasible(
    db: Session,
    case: Case,
    *,
    after: datetime,
    minutes: int,
    kind: str = BY_TWO,
    lead: Worker | None = None,
    language: Language | None = None,
    gender: str = "any",
    step_free: bool = False,
    count: int | None = None,
    horizon_days: int | None = None,
    without: Appointment | None = None,
    place: Place | None = None,
) -> list[Offer]:
    """Give the first time of each of the next days on which a meeting can be, at most `count` of them.

    Times start at `after` or later, inside office hours, in the planner's steps, on days up to
    `horizon_days` on; both numbers come from the office's settings if not given. `lead` is asked first,
    then the caseworker, then other staff, the least taken first; the second person is of the staff. With
    a `language` only times with a free interpreter count, unless these days have none: then times without,
    which say so. The appointment `without` takes nobody's time. `place` is where it is to be, for the ways there
    and on; if not given, where this client would be met.
    """
    after = local(after).astimezone(UTC)
    days = number_setting(db, "appointment_offer") if horizon_days is None else horizon_days
    wanted = number_setting(db, "planner_offers") if count is None else count
    search = search_for(
        db, case, after=after, days=days, minutes=minutes, kind=kind, lead=lead, language=language, gender=gender,
        step_free=step_free, without=without, place=place,
    )  # fmt: skip
    slots = list(slots_from(db, search.facts.office, after, search.length, days))
    found = _first_of_each_day(search, slots, wanted)
    if found or language is None:
        return found
    note = f"no {language} interpreter is free on these days"
    without_one = _first_of_each_day(replace(search, language=None), slots, wanted)
    return [replace(offer, why=(*offer.why, note)) for offer in without_one]


def search_for(
    db: Session,
    case: Case,
    *,
    after: datetime,
    days: int,
    minutes: int,
    kind: str,
    lead: Worker | None = None,
    language: Language | None = None,
    gender: str = "any",
    step_free: bool = False,
    without: Appointment | None = None,
    place: Place | None = None,
) -> Search:
    """Read everything that decides about a meeting from `after` (UTC) on, for `days` days; few statements."""
    needs, client_id = needs_of(db, case), key_of(case, "client")
    facts = facts_for(db, after, after + (days + 1) * ONE_DAY, client_id, without=without)
    workers = [one for one in all_workers(db) if one.active and one.id not in facts.conflicted]
    staff = sorted((one for one in workers if one.kind == "staff"), key=lambda one: _load(one, facts))
    return Search(
        db=db, facts=facts, case=case, kind=kind, length=timedelta(minutes=minutes), language=language,
        gender=gender, leads=_leads(staff, case, lead if lead in workers else None), seconds=staff,
        speakers=_speakers(workers, language),
        venues=_venues(db, kind, step_free or needs.step_free),
        place=facts.diary.travel.place(kind, needs.area_id, client_id) if place is None else place,
    )  # fmt: skip


def _load(worker: Worker, facts: Facts) -> tuple[int, str, int]:
    return len(facts.diary.of(("worker", worker.id))), worker.name.casefold(), worker.id


def _leads(staff: list[Worker], case: Case, first: Worker | None) -> list[Worker]:
    others = sorted(staff, key=lambda one: one.id != key_of(case, "lead"))
    return [first, *(one for one in others if one is not first)] if first is not None else others


def _speakers(workers: list[Worker], language: Language | None) -> list[Worker]:
    if language is None:
        return []
    return [worker for worker in workers if any(one.language_id == language.id for one in worker.languages)]


def _venues(db: Session, kind: str, step_free: bool) -> list[Venue]:
    """Give the rooms that would do, private ones first; the step-free ones are kept for who needs them."""
    if kind != IN_A_ROOM:
        return []
    rooms = [room for room in db.scalars(select(Venue)) if room.step_free or not step_free]
    return sorted(rooms, key=lambda room: (not room.private, room.step_free, room.name))


def slots_from(db: Session, office: Office, after: datetime, length: timedelta, days: int) -> Iterator[datetime]:
    """Give each time at which a meeting of this length can begin inside office hours, in order."""
    step = timedelta(minutes=max(1, number_setting(db, "planner_slot_minutes")))
    first = local(after).date()
    for day in (first + number * ONE_DAY for number in range(days + 1)):
        at, closes = office.opens_on(day), office.closes_on(day)
        while length > timedelta() and office.is_open_day(day) and at + length <= closes:
            if at >= after:
                yield at
            at += step


def _first_of_each_day(search: Search, slots: list[datetime], wanted: int) -> list[Offer]:
    found: dict[date, Offer] = {}
    for starts_at in slots:
        day = local(starts_at).date()
        if day in found:
            continue
        if len(found) == wanted:
            break
        offer = search.offer_at(starts_at)
        if offer is not None:
            found[day] = offer
    return list(found.values())


@dataclass(frozen=True)
class Search:
    """One search: what is asked for, everything read for it, and who may go as what, in order of asking."""

    db: Session
    facts: Facts
    case: Case
    kind: str
    length: timedelta
    language: Language | None
    gender: str
    leads: list[Worker]
    seconds: list[Worker]
    speakers: list[Worker]
    venues: list[Venue]
    place: Place = NOWHERE
    spells: dict[tuple[int, date], list[Spell]] = field(default_factory=dict)  # free hours already worked out

    def staff_free(self, starts_at: datetime) -> list[Worker]:
        """Give who of the staff could go then, in order of asking."""
        ends_at = starts_at + self.length
        return [one for one in self.leads if self._can_go(one, starts_at, ends_at)]

    def interpreters_free(self, starts_at: datetime) -> list[Match]:
        """Give who could interpret then, the best first; none where no language is asked for."""
        found = self._interpreters(starts_at, starts_at + self.length)
        return [match for match in found if match is not None]

    def room_free(self, starts_at: datetime) -> Venue | None:
        """Give the room that would do then, None where none is free or none is needed."""
        ends_at = starts_at + self.length
        return next((room for room in self.venues if self._is_empty(room, starts_at, ends_at)), None)

    def client_until(self, starts_at: datetime) -> datetime | None:
        """Give when another appointment of this client ends, None if they are free then."""
        client_id = key_of(self.case, "client")
        if client_id is None:
            return None
        return self.facts.diary.until(("client", client_id), starts_at, starts_at + self.length)

    def offer_at(self, starts_at: datetime) -> Offer | None:
        """Give the best offer at one time, None if the time is not possible."""
        ends_at = starts_at + self.length
        if self.client_until(starts_at):
            return None
        venue = self.room_free(starts_at)
        if self.kind == IN_A_ROOM and venue is None:
            return None
        return next(self._offers(starts_at, ends_at, venue), None)

    def _offers(self, starts_at: datetime, ends_at: datetime, venue: Venue | None) -> Iterator[Offer]:
        """Give the ways to staff one time, the best first."""
        free = {one.id for one in {*self.leads, *self.seconds} if self._can_go(one, starts_at, ends_at)}
        interpreters = self._interpreters(starts_at, ends_at) if len(free) >= self._fewest_staff() else []
        for lead in (one for one in self.leads if one.id in free):
            for match in interpreters:
                interpreter = match.worker if match is not None else None
                second = self._second(free, lead, interpreter)
                if lead is not interpreter and self._are_enough(second, interpreter):
                    why = tuple(self._why(lead, match))
                    yield Offer(starts_at, ends_at, lead, second, interpreter, venue, why)

    def _second(self, free: set[int], lead: Worker, interpreter: Worker | None) -> Worker | None:
        others = (one for one in self.seconds if one.id in free and one not in (lead, interpreter))
        return next(others, None) if self.kind == BY_TWO else None

    def _are_enough(self, second: Worker | None, interpreter: Worker | None) -> bool:
        """A home visit takes two; an interpreter counts as one of them only if the office says so."""
        counts = interpreter is not None and yes_setting(self.db, "interpreter_as_second_person")
        going = 1 + (second is not None) + counts
        return self.kind != BY_TWO or going >= number_setting(self.db, "visit_workers")

    def _fewest_staff(self) -> int:
        """Give how many of staff must be free at least: asked first, since it is quick to answer."""
        alone = self.kind != BY_TWO or yes_setting(self.db, "interpreter_as_second_person")
        return 1 if alone else number_setting(self.db, "visit_workers")

    def _can_go(self, worker: Worker, starts_at: datetime, ends_at: datetime) -> bool:
        given = is_given(lambda day: self._spells(worker, day), starts_at, ends_at)
        return given and self.facts.diary.clash(worker, starts_at, ends_at, self.place) is None

    def _spells(self, worker: Worker, day: date) -> list[Spell]:
        if (worker.id, day) not in self.spells:
            self.spells[worker.id, day] = free_spells(worker, day, self.facts.office)
        return self.spells[worker.id, day]

    def _is_empty(self, room: Venue, starts_at: datetime, ends_at: datetime) -> bool:
        return self.facts.diary.until(("venue", room.id), starts_at, ends_at) is None

    def _interpreters(self, starts_at: datetime, ends_at: datetime) -> list[Match | None]:
        """Give who can interpret then, the best first; one None where nobody is needed."""
        if self.language is None:
            return [None]
        need = Need(self.language, mode_of(self.language), starts_at, ends_at, self.gender, self.place)
        there = [one for one in self.speakers if self._can_go(one, starts_at, ends_at)]  # most are not: quick
        return [match for match in matches(need, there, self.facts) if match.free]

    def _why(self, lead: Worker, match: Match | None) -> Iterator[str]:
        if lead.id == key_of(self.case, "lead"):
            yield f"{lead} is the caseworker"
        if match is not None:
            yield f"{match.worker}: {', '.join(match.why)}"
            yield from (f"{match.worker}: {words.removesuffix('.')}" for words in match.soft)
