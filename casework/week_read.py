"""Reads a week of interpreting from the office's records: what is needed, who could come, who has been asked.

Everything that matters is read once, office-wide, in a number of statements that does not grow. What comes back to
a screen names languages, times, places and volunteers, and clients only as numbers that are not shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from casework import week_rules
from casework.avoidance import kept_away
from casework.calendar import LONDON, ONE_DAY, Office, due, local, utc_from_local
from casework.context import acting
from casework.diary import free_spells, month_of
from casework.familiar import who_knows
from casework.interpreters import Written, all_workers, mode_of, written_work
from casework.scope import office_wide
from casework.settings import number_setting, office
from casework.travel import Place, travel_times
from casework.week import ONE_MINUTE, Against, Person, Span, Spoken, Travel, Wanted, Week
from casework.week import month_of as month_in
from models import Appointment, AppointmentWorker, Case, Language, LanguageRequest, Worker

DAYS_IN_A_WEEK = 7
UNDER_WAY = ("requested", "offered", "booked", "attended")  # whoever goes there has no time for another
AHEAD = ("requested", "offered", "booked")
GOES = ("accepted", "attended")
AT_OUR_DOOR, FROM_ANYWHERE = "office", ("phone", "video")


class Meeting(NamedTuple):
    """One appointment, as far as planning must know it, with everybody who was asked: (worker, role, answer)."""

    key: int
    span: Span
    status: str
    language: int | None
    gender: str
    dialect: str | None
    client: int | None
    people: tuple[tuple[int, str, str], ...]


def monday_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - day.weekday() * ONE_DAY


def read_week(db: Session, monday: date, before: Mapping[int, int] | None = None) -> Week:
    """Give what is needed and who could come in the week that begins on `monday`.

    Needed are meetings ahead with a language and no interpreter who has said yes. Where one has been asked and not
    answered, that line is fixed. `before` is the plan before this one, from need to person.
    """
    begins, ends = utc_from_local(monday, time()), utc_from_local(monday + DAYS_IN_A_WEEK * ONE_DAY, time())
    load_from = begins - timedelta(days=number_setting(db, "interpreter_load"))
    first, last = min(load_from, month_of(begins)[0]), month_of(ends - timedelta(minutes=1))[1]
    meetings = _meetings(db, first, last)
    now = acting(db).now
    asked = [one for one in meetings if max(begins, now) <= one.span.starts_at < ends and _asks(one)]
    fixed = {one.key: worker for one in asked for worker in _waits_for(one)}
    languages = {row.id: row for row in db.scalars(select(Language))}
    writes = written_work(db, local(first).date(), local(last).date())
    return Week(
        wanted=tuple(_wanted(one, languages) for one in asked),
        people=tuple(_people(db, monday, load_from, ends, meetings, asked, fixed, languages, writes)),
        travel=travel(db), far=number_setting(db, "interpreter_far"), fixed=fixed, before=before or {},
    )  # fmt: skip


def travel(db: Session) -> Travel:
    """Give the office's ways between boroughs, and from our door to each; two statements."""
    times = travel_times(db)
    door = Place(times.office_area_id, at_office=True)
    inside = {(key, key): times.inside for key in times.names}
    from_us = {(AT_OUR_DOOR, key): times.minutes(door, Place(key)) for key in times.names}
    return Travel({**times.pairs, **inside, **from_us}, otherwise=times.elsewhere)


# Meetings


def _meetings(db: Session, first: datetime, last: datetime) -> list[Meeting]:
    going = AppointmentWorker.appointment_id == Appointment.id
    statement = (
        select(Appointment.id, Appointment.starts_at, Appointment.ends_at, Appointment.status, Appointment.kind,
               Appointment.area_id, Appointment.language_id, Appointment.interpreter_gender, LanguageRequest.dialect,
               Case.client_id, AppointmentWorker.worker_id, AppointmentWorker.role, AppointmentWorker.status)
        .join(Case, Appointment.case_id == Case.id)
        .outerjoin(AppointmentWorker, going)
        .outerjoin(LanguageRequest, LanguageRequest.appointment_id == Appointment.id)
        .where(Appointment.status.in_(UNDER_WAY), Appointment.starts_at >= first, Appointment.starts_at < last)
        .where(Case.voided_reason.is_(None))
        .order_by(Appointment.starts_at, Appointment.id, AppointmentWorker.id)
    )  # fmt: skip
    rows: dict[int, list[Row[Any]]] = {}
    for row in db.execute(office_wide(statement)):
        rows.setdefault(row[0], []).append(row)
    return [_meeting(several) for several in rows.values()]


def _meeting(rows: Sequence[Row[Any]]) -> Meeting:
    key, starts_at, ends_at, status, kind, area, language, gender, dialect, client, *_going = rows[0]
    place = None if kind in FROM_ANYWHERE else AT_OUR_DOOR if kind == "office" else area
    people = tuple((row[-3], row[-2], row[-1]) for row in rows if row[-3] is not None)
    return Meeting(key, Span(starts_at, ends_at, place), status, language, gender, dialect, client, people)


def _asks(one: Meeting) -> bool:
    """Tell whether a meeting still needs somebody who says yes."""
    has_one = any(role == "interpreter" and said in GOES for _worker, role, said in one.people)
    return one.status in AHEAD and one.language is not None and not has_one


def _waits_for(one: Meeting) -> Iterator[int]:
    """Give the first interpreter who was asked and has not answered, if there is one."""
    asked = [worker for worker, role, said in one.people if role == "interpreter" and said == "invited"]
    yield from asked[:1]


def _wanted(one: Meeting, languages: Mapping[int, Language]) -> Wanted:
    assert one.language is not None
    language = languages[one.language]
    said_no = frozenset(worker for worker, _role, said in one.people if said == "declined")
    return Wanted(
        one.key, language.name, one.span, mode_of(language), dialect=one.dialect, gender=one.gender,
        client=one.client, said_no=said_no,
    )  # fmt: skip


# People


def _people(
    db: Session, monday: date, load_from: datetime, ends: datetime, meetings: Sequence[Meeting],
    asked: Sequence[Meeting], fixed: Mapping[int, int], languages: Mapping[int, Language], writes: Written,
) -> Iterator[Person]:  # fmt: skip
    never, knows, taken = _never(db, asked), _knows(db, asked), _taken(meetings, fixed)
    lasts = number_setting(db, "interpreter_check")
    hours = office(db)
    for worker in all_workers(db):
        out = _out(worker)
        if out is not None and worker.id not in fixed.values():
            continue
        spans = taken.get(worker.id, [])
        given: Counter[date] = Counter()
        for span in spans:
            given[month_in(span)] += span.minutes
        for day, takes in writes.get(worker.id, ()):
            given[day.replace(day=1)] += takes // ONE_MINUTE
        yield Person(
            worker.id, worker.name, tuple(_spoken(worker, languages)), gender=worker.gender,
            free=tuple(_free(worker, monday, hours)), busy=tuple(spans),
            most=worker.hours_a_month * week_rules.MINUTES_IN_AN_HOUR if worker.hours_a_month is not None else None,
            given=dict(given), load=sum(one.minutes for one in spans if load_from <= one.starts_at < ends),
            place=worker.base_area_id, knows=frozenset(knows.get(worker.id, ())),
            never=frozenset(never.get(worker.id, ())), signed_on=worker.confidentiality_signed_on,
            signed_until=worker.confidentiality_until, trained_until=worker.training_until,
            checked_until=worker.checked_until or _fresh_until(worker.checked_on, lasts, hours), out=out,
        )  # fmt: skip


def _out(worker: Worker) -> Against | None:
    """Give why a person is planned for nothing new: only volunteers who are with us are."""
    if not worker.active:
        return Against("inactive", "is not active with us now")
    return None if worker.kind == "volunteer" else Against("staff", "is one of the staff")


def _fresh_until(checked_on: date | None, months: int, hours: Office) -> date | None:
    return due(checked_on, months, "month", hours, roll=False).on if checked_on is not None else None


def _spoken(worker: Worker, languages: Mapping[int, Language]) -> Iterator[Spoken]:
    for one in worker.languages:
        yield Spoken(languages[one.language_id].name, one.mode, one.level, one.dialect)


def _free(worker: Worker, monday: date, hours: Office) -> Iterator[Span]:
    for day in (monday + number * ONE_DAY for number in range(DAYS_IN_A_WEEK)):
        for begins, ends in free_spells(worker, day, hours):
            yield Span(begins.replace(tzinfo=LONDON).astimezone(UTC), ends.replace(tzinfo=LONDON).astimezone(UTC))


def _taken(meetings: Sequence[Meeting], fixed: Mapping[int, int]) -> dict[int, list[Span]]:
    """Give when each person is taken; a line that is fixed is counted by the plan itself."""
    taken: dict[int, list[Span]] = {}
    for one in meetings:
        for worker, role, said in one.people:
            if said != "declined" and not (role == "interpreter" and fixed.get(one.key) == worker):
                taken.setdefault(worker, []).append(one.span)
    return taken


def _never(db: Session, asked: Iterable[Meeting]) -> dict[int, set[int]]:
    """Give whom each person must not meet: by a declared conflict, or because they asked not to."""
    apart = kept_away(db, _clients(asked))
    return _by_worker((worker, client) for client, workers in apart.items() for worker in workers)


def _knows(db: Session, asked: Iterable[Meeting]) -> dict[int, set[int]]:
    """Give whose meetings each person has interpreted before."""
    known = who_knows(db, _clients(asked))
    return _by_worker((worker, client) for client, workers in known.items() for worker in workers)


def _clients(asked: Iterable[Meeting]) -> set[int]:
    return {one.client for one in asked if one.client is not None}


def _by_worker(rows: Iterable[Sequence[Any]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for worker, client in rows:
        found.setdefault(worker, set()).add(client)
    return found
