"""Appointments and home visits of the invented office: a free hour, who goes, who interprets, what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from sqlalchemy import select

from casework.calendar import ONE_DAY, local, utc_from_local
from casework.diary import Diary, is_free
from casework.interpreters import Facts, Need, mode_of, unfit
from casework.travel import Place, travel_times
from casework.visits import schedule
from models import Appointment, AppointmentWorker, Task, Venue, Worker
from seed.demo_consents import TALKED
from seed.demo_file import File, note_of, task
from seed.demo_stage import LATELY, Entry, Stage, Story, on

HOURS = range(10, 18)
REMINDS = "ID card"
WITHIN = 14  # days from the first contact, the office's promise
AT_HOME_ONLY = (
    "Cannot leave the flat: fourth floor, the lift is out", "Afraid to leave the home empty", "Cares for her mother",
    "Small children and nobody to leave them with", "Wheelchair, and no transport", "Not well enough to travel",
)  # fmt: skip
LATE = ("Client asked for a later day", "Interpreter not free before", "Client away until then")
KINDS = MappingProxyType({"office": 66, "phone": 18, "home_visit": 14, "video": 2})
LENGTHS = MappingProxyType({"office": 60, "phone": 30, "home_visit": 60, "video": 45, "accompaniment": 60})
OUTCOMES = MappingProxyType({"attended": 84, "not_attended": 8, "cancelled_client": 6, "cancelled_office": 2})
SOON, FURTHER = (1, 6), (3, 10)  # days from booking; lately further, so that a demonstration has a diary
SAYS_YES, OFFERED = 85, 15  # percent: of those asked to interpret; of what lies ahead and is not settled yet


@dataclass(frozen=True)
class Going:
    """Who and what a meeting takes beside the caseworker and the client."""

    second: Worker | None = None
    interpreter: Worker | None = None
    room: Venue | None = None

    @property
    def rows(self) -> list[Worker | Venue]:
        return [one for one in (self.second, self.interpreter, self.room) if one is not None]


def meet(stage: Stage, file: File, *, kind: str = "", first: date | None = None) -> Appointment | None:
    """Book a meeting inside the promise, or later with its reason; None if the next two weeks are full."""
    kind = kind or file.dice.weighed(KINDS)
    first = first or stage.day + file.dice.between(*(SOON if stage.day < stage.today - LATELY else FURTHER)) * ONE_DAY
    speakers = _speakers(stage, file)
    openings = _openings(stage, file, kind, first, speakers)
    found = next(openings, None)
    if found is not None and speakers and found[1].interpreter is None:
        found = next((one for one in openings if one[1].interpreter is not None), found)
    return _booked(stage, file, kind, *found) if found is not None else None


def booked_without_interpreter(stage: Stage, file: File, kind: str, days: int) -> Appointment | None:
    """Book a meeting ahead for which nobody has been asked to interpret yet."""
    openings = _openings(stage, file, kind, stage.today + days * ONE_DAY, [])
    found = next(openings, None)
    return _booked(stage, file, kind, *found) if found is not None else None


def _speakers(stage: Stage, file: File) -> list[Worker]:
    """Give the volunteers who might interpret for this client; nobody where no interpreter is needed."""
    language = file.client.language
    if language is None or file.client.interpreter not in TALKED:
        return []
    speaking = (one for one in stage.volunteers if any(known.language is language for known in one.languages))
    return [one for one in speaking if stage.may_meet(one, file.client)]


def _openings(
    stage: Stage, file: File, kind: str, first: date, speakers: list[Worker]
) -> Iterator[tuple[datetime, Going]]:
    """Give hours at which the caseworker, the client, a room and a second person are free, day by day."""
    place = place_of(stage, file, kind)
    for day in (first + number * ONE_DAY for number in range(WITHIN)):
        for clock in file.dice.shuffled(HOURS) if stage.office.is_open_day(day) else ():
            hour = utc_from_local(day, time(clock))
            if stage.book.is_free(file.client, hour) and _can_go(stage, file.lead.worker, hour, place):
                second = _second(stage, file, hour, place) if kind == "home_visit" else None
                room = _room(stage, file, hour) if kind == "office" else None
                if (second is not None or kind != "home_visit") and (room is not None or kind != "office"):
                    there = [one for one in speakers if _can_go(stage, one, hour, place)]
                    yield hour, Going(second, _interpreter(stage, file, hour, LENGTHS[kind], there), room)


def place_of(stage: Stage, file: File, kind: str) -> Place:
    """Give where a meeting of this kind would be."""
    area = file.client.area  # of a client written down a moment ago the key is not known yet
    return travel_times(stage.db).place(kind, area.id if area is not None else None, file.client.id)


def _can_go(stage: Stage, worker: Worker, hour: datetime, place: Place) -> bool:
    comes = stage.book.can_come(worker, hour, place, travel_times(stage.db))
    return comes and is_free(worker, hour, hour + timedelta(hours=1), stage.office)


def _room(stage: Stage, file: File, hour: datetime) -> Venue | None:
    fitting = [room for room in stage.venues if room.step_free or not file.client.mobility_need]
    return next((room for room in fitting if stage.book.is_free(room, hour)), None)


def _second(stage: Stage, file: File, hour: datetime, place: Place) -> Worker | None:
    """Give a colleague who is free then, of the same team first."""
    others = [one.worker for one in stage.caseworkers if one is not file.lead]
    others.sort(key=lambda one: one.team is not file.lead.worker.team)
    return next((one for one in others if _can_go(stage, one, hour, place) and stage.may_meet(one, file.client)), None)


def _interpreter(stage: Stage, file: File, hour: datetime, minutes: int, speakers: list[Worker]) -> Worker | None:
    """Give one of those who are free then and may interpret here; None if nobody is."""
    language, client = file.client.language, file.client
    if language is None or not speakers:
        return None
    need = Need(language, mode_of(language), hour, hour + timedelta(minutes=minutes), client.interpreter_gender)
    facts = Facts(stage.office, Diary(()), frozenset())
    free = [one for one in speakers if not unfit(one, need, facts)]
    return file.dice.pick(free) if free else None


def _booked(stage: Stage, file: File, kind: str, hour: datetime, going: Going) -> Appointment:
    late = (local(hour).date() - _asked_on(stage, file)).days > WITHIN
    reason = file.dice.pick(LATE) if late else None
    book = _home_visit if kind == "home_visit" else _meeting
    made = book(stage, file, kind, hour, going, reason)
    stage.book.take([file.lead.worker, file.client, *going.rows], hour, place_of(stage, file, kind))
    stage.keep.append(made)
    file.meetings.append(made)
    stage.begin(_afterwards(stage, file, made))
    if going.interpreter is not None and _is_lately(stage, made):
        stage.begin(_asked(stage, file, made, going.interpreter))
    return made


def _home_visit(stage: Stage, file: File, kind: str, hour: datetime, going: Going, late: str | None) -> Appointment:
    """Book with the office's own verb, which reminds the caseworker of the ID card."""
    return schedule(
        stage.db, file.case, kind, hour, LENGTHS[kind], lead=file.lead.worker, second=going.second, late_reason=late,
        interpreter=going.interpreter, cannot_attend_reason=file.dice.pick(AT_HOME_ONLY),
    )  # fmt: skip


def _meeting(stage: Stage, file: File, kind: str, hour: datetime, going: Going, late: str | None) -> Appointment:
    """Book another meeting; it is saved, and every rule asked, with the rest of what is written that day."""
    ends = hour + timedelta(minutes=LENGTHS[kind])
    ahead = local(hour).date() >= stage.today
    offered = ahead and file.dice.chance(OFFERED)
    made = Appointment(case=file.case, kind=kind, starts_at=hour, ends_at=ends, venue=going.room, late_reason=late,
                       status="offered" if offered else "booked")  # fmt: skip
    made.people.append(AppointmentWorker(worker=file.lead.worker, role="lead"))
    if going.interpreter is not None:
        asked = "invited" if _is_lately(stage, made) else "accepted"
        made.people.append(AppointmentWorker(worker=going.interpreter, role="interpreter", status=asked))
    stage.db.add(made)
    return made


def _is_lately(stage: Stage, meeting: Appointment) -> bool:
    return local(meeting.starts_at).date() >= stage.today - LATELY


def _asked_on(stage: Stage, file: File) -> date:
    """Give the day from which the promise counts: the first contact, until something was offered and held to."""
    offered = any(one.status != "cancelled_office" for one in file.meetings)
    return stage.day if offered else local(file.case.first_contact_at).date()


def _asked(stage: Stage, file: File, meeting: Appointment, interpreter: Worker) -> Story:
    """The coordinator writes down what the interpreter answers; most can, and some have not been reached yet."""
    yield on(stage.staff["coordinator"], stage.day + file.dice.between(1, 4) * ONE_DAY)
    for one in meeting.people if meeting.status == "booked" and meeting.starts_at > stage.now else ():
        if one.worker is interpreter and one.status == "invited":
            one.status = "accepted" if file.dice.chance(SAYS_YES) else "declined"


def _afterwards(stage: Stage, file: File, meeting: Appointment) -> Story:
    """The caseworker writes down what became of a meeting, and ticks off the reminder to bring the ID card."""
    file.threads += 1
    reminder = reminder_of(stage, file, meeting)
    yield Entry(file.lead, meeting.ends_at)
    if meeting.status == "booked":
        meeting.status = file.dice.weighed(OUTCOMES)
        for one in meeting.people if meeting.status == "attended" else ():
            if one.role == "interpreter" and one.status != "declined":
                one.status = "attended"
        meeting.id_carried = meeting.kind == "home_visit" and meeting.status == "attended"
    if reminder is not None:
        reminder.done_on = local(meeting.starts_at).date()
    _talked(stage, file, meeting)
    file.threads -= 1


def _talked(stage: Stage, file: File, meeting: Appointment) -> None:
    if meeting.status == "attended":
        noted = note_of(stage, file, "visit" if meeting.kind == "home_visit" else "advice")
        noted.at, noted.medium = meeting.ends_at, "phone" if meeting.kind == "phone" else noted.medium
        file.case.expectations_on = file.case.expectations_on or local(meeting.ends_at).date()
    elif file.is_running:
        task(stage, file, stage.day + timedelta(days=3), "Offer another appointment")


def reminder_of(stage: Stage, file: File, meeting: Appointment) -> Task | None:
    """Give the task that the booking of a home visit has put on the list."""
    if meeting.kind != "home_visit":
        return None
    theirs = select(Task).where(Task.case_id == file.case.id, Task.done_on.is_(None), Task.what.contains(REMINDS))
    return stage.db.scalars(theirs.where(Task.due_on == local(meeting.starts_at).date())).first()
