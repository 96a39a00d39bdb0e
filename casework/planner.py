"""The planner of home visits and appointments: a grid of days and starting times, and why a time will not do.

Each time says how many pairs of staff and how many interpreters could come; what is offered, and what is booked,
is decided by `casework.offers` and by the rules of `casework.visits`, the same for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from casework.calendar import ONE_DAY, Office, local
from casework.diary import clock, has_said, is_free
from casework.offers import BY_TWO, IN_A_ROOM, Offer, Search
from casework.settings import number_setting
from models import Venue, Worker

PAIR = 2


@dataclass(frozen=True)
class Slot:
    """One starting time: `pairs` of staff (for other meetings: people) and `interpreters` who could come.

    `interpreters` is None where no language is asked for. `offer` is the best way to staff this time, None
    where the rules would refuse it. `is_past` marks a time that is over.
    """

    starts_at: datetime
    pairs: int
    interpreters: int | None
    offer: Offer | None
    is_past: bool = False


@dataclass(frozen=True)
class Row:
    """One day: closed with the reason, or its starting times in order."""

    day: date
    closed: str
    slots: tuple[Slot, ...]


def times_of_day(db: Session, office: Office) -> list[time]:
    """Give the starting times of a day as the planner shows them, from opening to the last step before closing."""
    step = timedelta(minutes=max(1, number_setting(db, "planner_slot_minutes")))
    at, end = datetime.combine(date.min, office.opens), datetime.combine(date.min, office.closes)
    found = []
    while at < end:
        found.append(at.time())
        at += step
    return found


def days_ahead(db: Session, office: Office, today: date) -> list[date]:
    """Give the days of the grid: from today to the last of the next working days, without the weekly closings."""
    last = office.add_working_days(today, number_setting(db, "planner_days"))
    days = (today + number * ONE_DAY for number in range((last - today).days + 1))
    return [day for day in days if day.weekday() in office.weekdays]


def grid(search: Search, days: list[date], times: list[time], now: datetime) -> list[Row]:
    """Give the rows of the grid; no further statement is needed than those of the search."""
    return [_row(search, day, times, now) for day in days]


def _row(search: Search, day: date, times: list[time], now: datetime) -> Row:
    office = search.facts.office
    if not office.is_open_day(day):
        return Row(day, office.why_closed(day) or "", ())
    steps = [office.opens_on(day) + (_since(at) - _since(office.opens)) for at in times]
    return Row(day, "", tuple(_slot(search, at, office.closes_on(day), now) for at in steps))


def _since(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _slot(search: Search, starts_at: datetime, closes: datetime, now: datetime) -> Slot:
    asks = None if search.language is None else 0
    if starts_at < now or starts_at + search.length > closes:
        return Slot(starts_at, 0, asks, None, is_past=starts_at < now)
    pairs = pairs_of(search, len(search.staff_free(starts_at)))
    if not pairs:
        return Slot(starts_at, 0, asks, None)
    interpreters = None if search.language is None else len(search.interpreters_free(starts_at))
    return Slot(starts_at, pairs, interpreters, search.offer_at(starts_at))


def pairs_of(search: Search, people: int) -> int:
    """Give in how many ways `people` can go: for a home visit in pairs, for other meetings one by one."""
    return people * (people - 1) // PAIR if search.kind == BY_TWO else people


def why_not(search: Search, starts_at: datetime, now: datetime) -> list[str]:
    """Give each reason against one time in a sentence; empty where the time is possible."""
    return list(_reasons(search, starts_at, now))


def _reasons(search: Search, starts_at: datetime, now: datetime) -> Iterator[str]:
    office, ends_at = search.facts.office, starts_at + search.length
    if starts_at < now:
        yield "This time is over."
        return
    if not office.is_within_hours(starts_at, ends_at):
        yield f"It would not end by closing time, {office.closes:%H:%M}."
        return
    until = search.client_until(starts_at)
    if until is not None:
        yield f"This client has another appointment until {clock(until, starts_at)}."
    yield from _staff_missing(search, starts_at, ends_at)
    if search.language is not None and not search.interpreters_free(starts_at):
        yield f"Nobody who could interpret {search.language} is free then."
    if search.kind == IN_A_ROOM and search.room_free(starts_at) is None:
        yield "No room that would do is free then."


def _staff_missing(search: Search, starts_at: datetime, ends_at: datetime) -> Iterator[str]:
    free = search.staff_free(starts_at)
    needed = number_setting(search.db, "visit_workers") if search.kind == BY_TWO else 1
    if len(free) >= needed:
        return
    for worker in (one for one in search.leads if one not in free):
        yield _where(worker, search, starts_at, ends_at)
    takes = f"and a home visit takes {needed}" if search.kind == BY_TWO else "and somebody must be there"
    who = f"Only {' and '.join(str(one) for one in free)}" if free else "Nobody of the staff"
    yield f"{who} {'are' if free[1:] else 'is'} free, {takes}."


def _where(worker: Worker, search: Search, starts_at: datetime, ends_at: datetime) -> str:
    """Say until when somebody is taken, and how long the way is; never with whom."""
    clash = search.facts.diary.clash(worker, starts_at, ends_at, search.place)
    if clash is not None:
        return f"{worker} {clash.in_words(starts_at)}."
    known = has_said(worker) and not is_free(worker, starts_at, ends_at, search.facts.office)
    return f"{worker} does not work then." if known else f"{worker} is not known to be free then."


def best(rows: list[Row], count: int) -> list[Offer]:
    """Give the offers to put first: the first time of each day that keeps every rule, at most `count`."""
    firsts = [next((slot.offer for slot in row.slots if slot.offer is not None), None) for row in rows]
    return [offer for offer in firsts if offer is not None][:count]


def rooms_of(search: Search) -> list[Venue]:
    """Give the rooms that would do for this meeting."""
    return search.venues


def in_grid(rows: list[Row], starts_at: datetime) -> Slot | None:
    """Give the slot that begins at `starts_at`, None where the grid has none."""
    day = local(starts_at).date()
    return next((slot for row in rows if row.day == day for slot in row.slots if slot.starts_at == starts_at), None)
