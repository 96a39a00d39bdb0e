"""Who and what is taken, and who is free: the times under every plan of an appointment.

Taken are people, rooms and clients of appointments in a state that holds them; they are read office-wide,
and a screen may say until when somebody is taken, never by whom. Free are the hours that a person has
given, on London clocks. People also need time for the way from one meeting to the next: `casework.travel`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import Select, and_, inspect, select
from sqlalchemy.orm import Session

from casework.calendar import ONE_DAY, Office, local, utc_from_local
from casework.datetext import in_words
from casework.scope import office_wide
from casework.travel import NOWHERE, Place, Travel, travel_times
from models import Appointment, AppointmentWorker, Base, Case, Worker
from models.appointments import HOLDS_PEOPLE

# A rule of visits refuses longer appointments, so the search for overlaps need not begin earlier.
LONGEST = ONE_DAY
ONE_HOUR = timedelta(hours=1)
LONGEST_MONTH = timedelta(days=31)
# A time of day cannot be 24:00: hours given until 23:59 mean the whole evening.
LAST_MINUTE = time(23, 59)

What = tuple[Literal["worker", "venue", "client"], int]
Said = tuple[time, time, bool]  # from and to on one day, and whether somebody is free then
Spell = tuple[datetime, datetime]  # from and to, as London clocks show them on one day


@dataclass(frozen=True)
class Booking:
    """One person, room or client taken from `starts_at` to `ends_at`, both in UTC, and where."""

    what: What
    starts_at: datetime
    ends_at: datetime
    place: Place = NOWHERE


@dataclass(frozen=True)
class Clash:
    """Why somebody cannot be there: until (or, `is_next`, from) when they are elsewhere, and the way in `minutes`.

    Without minutes the times themselves overlap. It tells a time and two boroughs, never whose appointment it is.
    """

    at: datetime
    is_next: bool = False
    minutes: int = 0
    way: str = ""

    def in_words(self, beside: datetime) -> str:
        """Give "is at another appointment until 14:30, and Newham to Hackney takes 30 minutes"."""
        words = f"is at another appointment {'from' if self.is_next else 'until'} {clock(self.at, beside)}"
        return f"{words}, and {self.way} takes {self.minutes} minutes" if self.minutes else words


class Diary:
    """What is taken between two moments; never whose appointment takes it."""

    def __init__(self, bookings: Iterable[Booking], travel: Travel | None = None) -> None:
        self.travel = travel or Travel()
        self._bookings: dict[What, list[Booking]] = {}
        for booking in bookings:
            self._bookings.setdefault(booking.what, []).append(booking)

    def of(self, what: What) -> list[Booking]:
        """Give every booking of one person, room or client."""
        return self._bookings.get(what, [])

    def until(self, what: What, starts_at: datetime, ends_at: datetime) -> datetime | None:
        """Give when the last booking that overlaps this time ends, None if it is free; touching is free."""
        return _until(self.of(what), starts_at, ends_at)

    def clash(self, worker: Worker, starts_at: datetime, ends_at: datetime, place: Place) -> Clash | None:
        """Give why this person cannot be at `place` then, with the way there and on from there; None if they can."""
        return first_clash(self.of(("worker", worker.id)), self.travel, starts_at, ends_at, place)


def first_clash(
    bookings: Sequence[Booking], travel: Travel, starts_at: datetime, ends_at: datetime, place: Place
) -> Clash | None:
    """Give why somebody with these bookings cannot be at `place` then, with the way there and on; None if they can."""
    until = _until(bookings, starts_at, ends_at)
    if until is not None:
        return Clash(until)
    others = sorted(bookings, key=lambda one: one.starts_at)
    found = (_too_near(one, travel, starts_at, ends_at, place) for one in others)
    return next((one for one in found if one is not None), None)


def _until(bookings: Sequence[Booking], starts_at: datetime, ends_at: datetime) -> datetime | None:
    overlapping = [one for one in bookings if one.starts_at < ends_at and starts_at < one.ends_at]
    return max((one.ends_at for one in overlapping), default=None)


def _too_near(one: Booking, travel: Travel, starts_at: datetime, ends_at: datetime, place: Place) -> Clash | None:
    is_next = one.starts_at >= ends_at
    between = one.starts_at - ends_at if is_next else starts_at - one.ends_at
    if between >= travel.longest:
        return None
    minutes = travel.minutes(one.place, place)
    if between >= timedelta(minutes=minutes):
        return None
    ends = (place, one.place) if is_next else (one.place, place)
    return Clash(one.starts_at if is_next else one.ends_at, is_next, minutes, travel.way(*ends))


def clock(moment: datetime, beside: datetime) -> str:
    """Give the London clock time of `moment`, with its day unless that is the day of `beside`."""
    shown = local(moment)
    day = "" if shown.date() == local(beside).date() else f" on {in_words(shown.date())}"
    return f"{shown:%H:%M}{day}"


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """Give the beginnings of the London month of `moment` and of the next one, in UTC."""
    first = local(moment).date().replace(day=1)
    following = (first + LONGEST_MONTH).replace(day=1)
    return utc_from_local(first, time()), utc_from_local(following, time())


def taken(db: Session, starts_at: datetime, ends_at: datetime, *, without: Appointment | None = None) -> Diary:
    """Give what is taken between two moments, and near enough that the way counts; `without` takes nothing.

    One statement, and two for the travel times once a session. Appointments that this session has changed and
    not yet written count as they are in memory, or two that overlap could pass in one flush.
    """
    travel = travel_times(db)
    near = _holding(starts_at - travel.longest, ends_at + travel.longest)
    saved = db.execute(office_wide(near)).all()
    in_hand = _in_hand(db)
    skipped = {one.id for one in in_hand} | ({without.id} if without is not None else set())
    bookings = {booking for row in saved if row[0] not in skipped for booking in _of_row(travel, *row[1:])}
    for one in in_hand:
        if one is not without and one not in db.deleted and one.status in HOLDS_PEOPLE:
            bookings.update(_of_row_in_memory(one, db))
    return Diary(bookings, travel)


def _holding(starts_at: datetime, ends_at: datetime) -> Select[Any]:
    going = and_(AppointmentWorker.appointment_id == Appointment.id, AppointmentWorker.status != "declined")
    return (
        select(Appointment.id, Appointment.starts_at, Appointment.ends_at, Appointment.kind, Appointment.area_id,
               AppointmentWorker.worker_id, Appointment.venue_id, Case.client_id)
        .join(Case, Appointment.case_id == Case.id)
        .outerjoin(AppointmentWorker, going)
        .where(Appointment.status.in_(HOLDS_PEOPLE))
        .where(Appointment.starts_at.between(starts_at - LONGEST, ends_at), Appointment.ends_at > starts_at)
    )  # fmt: skip


def _of_row(
    travel: Travel, starts_at: datetime, ends_at: datetime, kind: str, area_id: int | None, worker_id: int | None,
    venue_id: int | None, client_id: int | None,
) -> Iterator[Booking]:  # fmt: skip
    place = travel.place(kind, area_id, client_id)
    if worker_id is not None:
        yield Booking(("worker", worker_id), starts_at, ends_at, place)
    if venue_id is not None:
        yield Booking(("venue", venue_id), starts_at, ends_at, place)
    if client_id is not None:
        yield Booking(("client", client_id), starts_at, ends_at, place)


def _in_hand(db: Session) -> set[Appointment]:
    """Give the appointments that this session has changed in memory, themselves or who goes."""
    changed = [*db.new, *db.dirty, *db.deleted]
    through_people = [row.appointment for row in changed if isinstance(row, AppointmentWorker)]
    return {row for row in (*changed, *through_people) if isinstance(row, Appointment)}


def _of_row_in_memory(one: Appointment, db: Session) -> Iterator[Booking]:
    people = [key_of(person, "worker") for person in people_of(one, db)]
    fixed = (travel_times(db), one.starts_at, one.ends_at, one.kind, key_of(one, "area"))
    for worker_id in people or [None]:
        yield from _of_row(*fixed, worker_id, key_of(one, "venue"), client_id_of(one, db))


def place_of(appointment: Appointment, db: Session) -> Place:
    """Give where an appointment is, as it stands in memory."""
    travel = travel_times(db)
    return travel.place(appointment.kind, key_of(appointment, "area"), client_id_of(appointment, db))


def people_of(appointment: Appointment, db: Session) -> list[AppointmentWorker]:
    """Give those who were asked and have not declined, without those this session takes off."""
    return [one for one in appointment.people if one not in db.deleted and one.status != "declined"]


def key_of(row: Base, link: str) -> int | None:
    """Give the key that `link` will have once saved: a row put there in memory wins over the loaded key."""
    put = inspect(row).attrs[link].history.added
    if put:
        return put[0].id if put[0] is not None else None
    key: int | None = getattr(row, f"{link}_id")
    return key


def client_id_of(appointment: Appointment, db: Session) -> int | None:
    """Give whose appointment it is, also where the person acting may not open that case."""
    if appointment.case is not None:
        return key_of(appointment.case, "client")
    return db.scalar(office_wide(select(Case.client_id).where(Case.id == appointment.case_id)))


def is_free(worker: Worker, starts_at: datetime, ends_at: datetime, office: Office) -> bool:
    """Tell whether the worker has given the whole time from `starts_at` to `ends_at` (aware moments).

    A volunteer who has not said when free is not known to be. Bookings are another question: `Diary`.
    """
    return is_given(spells_of(worker, office), starts_at, ends_at)


def is_given(spells_of: Callable[[date], list[Spell]], starts_at: datetime, ends_at: datetime) -> bool:
    """Tell whether the free hours of each day, given by `spells_of`, hold the whole time."""
    return all(
        any(spell[0] <= begins and ends <= spell[1] for spell in spells_of(begins.date()))
        for begins, ends in _on_clocks(starts_at, ends_at)
    )


def _on_clocks(starts_at: datetime, ends_at: datetime) -> Iterator[Spell]:
    """Cut a time into pieces inside which London clocks run on evenly, as those clocks show them.

    Clocks change, and days begin, at a full hour of UTC. So nothing is lost in the night when an hour
    comes twice, and nothing is asked of the hour that is jumped over.
    """
    at, end = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    while at < end:
        until = min(end, at.replace(minute=0, second=0, microsecond=0) + ONE_HOUR)
        shown = local(at).replace(tzinfo=None)
        yield shown, shown + (until - at)
        at = until


def free_spells(worker: Worker, day: date, office: Office) -> list[Spell]:
    """Give the free hours of a worker on `day`, in order, touching spells joined.

    What is said for this date overrides the weekly pattern for that part of the day; where both "free"
    and "not free" are said for a date, "not free" wins. Staff without a weekly pattern have office hours.
    """
    return spells_of(worker, office)(day)


def spells_of(worker: Worker, office: Office) -> Callable[[date], list[Spell]]:
    """Give a function from a day to the free hours of a worker, which reads their rows and works out each day once.

    A look at everybody asks for the same days again and again, for each rule and for each hour of a meeting.
    """
    said: dict[date | str, list[Said]] = defaultdict(list)
    for row in worker.availability:
        said[row.day if row.day is not None else row.weekday or ""].append((row.starts, row.ends, row.free))
    in_office_hours = worker.kind == "staff" and all(isinstance(when, date) for when in said)

    @cache
    def spells(day: date) -> list[Spell]:
        pattern, dated = said.get(str(day.weekday()), []), said.get(day, [])
        weekly = _without(_hours(pattern, day, free=True), _hours(pattern, day, free=False))
        if in_office_hours:
            weekly = _office_hours(day, office)
        given = _joined([*weekly, *_hours(dated, day, free=True)])
        return _without(given, _hours(dated, day, free=False))

    return spells


def has_said(worker: Worker) -> bool:
    """Tell whether anything is known of when this worker is free; staff are there in office hours."""
    return worker.kind == "staff" or bool(worker.availability)


def _office_hours(day: date, office: Office) -> list[Spell]:
    opens, closes = datetime.combine(day, office.opens), datetime.combine(day, office.closes)
    return [(opens, closes)] if office.is_open_day(day) else []


def _hours(said: Iterable[Said], day: date, *, free: bool) -> list[Spell]:
    fitting = [(starts, ends) for starts, ends, is_free in said if is_free is free]
    return _joined([(datetime.combine(day, starts), _end(day, ends)) for starts, ends in fitting])


def _end(day: date, ends: time) -> datetime:
    return datetime.combine(day, time()) + ONE_DAY if ends >= LAST_MINUTE else datetime.combine(day, ends)


def _joined(spells: list[Spell]) -> list[Spell]:
    joined: list[Spell] = []
    for begins, ends in sorted(spells):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((begins, ends))
    return joined


def _without(spells: list[Spell], removed: list[Spell]) -> list[Spell]:
    for begins, ends in removed:
        before = [(spell[0], min(spell[1], begins)) for spell in spells]
        after = [(max(spell[0], ends), spell[1]) for spell in spells]
        spells = sorted(part for part in before + after if part[0] < part[1])
    return spells
