"""Appointments of a period, and what was given and missing in each language."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from casework.periods import Period
from casework.scope import office_wide
from casework.tallies.parts import EVERYTHING, Within, grouped, is_live, times, yes
from models import Appointment, AppointmentWorker, Case, Language, LanguageRequest, VolunteerEntry, Worker

TWO = 2  # of us at a home visit


class MeetingTally(NamedTuple):
    """How many appointments of one sort there were; `language_id` is empty where no interpreter was needed."""

    language_id: int | None
    language: str | None
    is_home_visit: bool
    took_place: bool
    was_interpreted: bool
    number: int


class LanguageTally(NamedTuple):
    """What volunteers gave in one language, in minutes, and the requests for it by what became of them."""

    language_id: int
    language: str
    minutes: int
    unmet: int
    filled: int = 0
    waiting: int = 0
    cancelled: int = 0


class BookedTally(NamedTuple):
    """How many appointments of one kind came to one end."""

    kind: str
    status: str
    number: int


class VisitsTally(NamedTuple):
    """Home visits that took place: by two of us or more, and by one alone with the manager's word for it."""

    number: int
    by_two: int
    alone_agreed: int


class GivenTally(NamedTuple):
    """How many different volunteers gave something, and their minutes beside requests for a language."""

    volunteers: int
    other_minutes: int


def meetings(db: Session, period: Period, within: Within = EVERYTHING) -> list[MeetingTally]:
    """Give the appointments whose start lies in the period, whatever became of them."""
    interpreter = exists().where(
        AppointmentWorker.appointment_id == Appointment.id, AppointmentWorker.role == "interpreter",
        AppointmentWorker.status.in_(("accepted", "attended")),
    )  # fmt: skip
    held = and_(Appointment.status == "attended", Appointment.language_id.is_not(None), interpreter)
    planned = (
        select(
            Language.id.label("language_id"), Language.name.label("language"),
            yes(Appointment.kind == "home_visit").label("is_home_visit"),
            yes(Appointment.status == "attended").label("took_place"), yes(held).label("was_interpreted"),
        )
        .join(Case, Appointment.case_id == Case.id)
        .outerjoin(Language, Appointment.language_id == Language.id)
        .where(is_live(within), period.has_moment(Appointment.starts_at))
    )  # fmt: skip
    rows = db.execute(office_wide(grouped(planned)))
    return [MeetingTally(*row[:2], *map(bool, row[2:5]), row[5]) for row in rows]


def language_requests(db: Session, period: Period, within: Within = EVERYTHING) -> list[LanguageTally]:
    """Give the minutes of volunteers by the day on which they were given, and unmet requests by when they were for."""
    given = and_(Worker.kind == "volunteer", LanguageRequest.minutes.is_not(None),
                 period.has_day(LanguageRequest.done_on))  # fmt: skip
    then = or_(period.has_moment(Appointment.starts_at), period.has_day(LanguageRequest.due_on))
    minutes = func.coalesce(func.sum(case((given, LanguageRequest.minutes), else_=0)), 0)
    statement = (
        select(
            Language.id,
            Language.name,
            minutes,
            *(
                times(and_(LanguageRequest.status.in_(ends), then))
                for ends in (("unfilled",), ("filled",), ("open", "offered"), ("cancelled",))
            ),
        )
        .select_from(LanguageRequest)
        .join(Language, LanguageRequest.language_id == Language.id)
        .join(Case, LanguageRequest.case_id == Case.id)
        .outerjoin(Appointment, LanguageRequest.appointment_id == Appointment.id)
        .outerjoin(Worker, LanguageRequest.worker_id == Worker.id)
        .where(is_live(within))
        .group_by(Language.id, Language.name)
    )
    found = (LanguageTally(*row) for row in db.execute(office_wide(statement)))
    return [one for one in found if one.minutes or one.unmet or one.filled or one.waiting or one.cancelled]


def booked(db: Session, period: Period, within: Within = EVERYTHING) -> list[BookedTally]:
    """Give the appointments whose start lies in the period, by their kind and by what became of them."""
    found = (
        select(Appointment.kind, Appointment.status, func.count())
        .join(Case, Case.id == Appointment.case_id)
        .where(is_live(within), period.has_moment(Appointment.starts_at))
        .group_by(Appointment.kind, Appointment.status)
    )  # fmt: skip
    return [BookedTally(*row) for row in db.execute(office_wide(found))]


def home_visits(db: Session, period: Period, within: Within = EVERYTHING) -> VisitsTally:
    """Give the home visits of the period that took place, by how many of us went; interpreters are not counted."""
    went = (
        select(func.count()).where(AppointmentWorker.appointment_id == Appointment.id)
        .where(AppointmentWorker.role != "interpreter", AppointmentWorker.status.in_(("accepted", "attended")))
        .correlate(Appointment).scalar_subquery()
    )  # fmt: skip
    two = went >= TWO
    found = (
        select(func.count(), times(two), times(and_(~two, Appointment.lone_reason.is_not(None))))
        .select_from(Appointment).join(Case, Case.id == Appointment.case_id)
        .where(is_live(within), Appointment.kind == "home_visit", Appointment.status == "attended")
        .where(period.has_moment(Appointment.starts_at))
    )  # fmt: skip
    return VisitsTally(*db.execute(office_wide(found)).one())


def volunteers(db: Session, period: Period, within: Within = EVERYTHING) -> GivenTally:
    """Give how many volunteers gave something in the period; what they gave outside any case, to no grant."""
    spoke = (
        select(AppointmentWorker.worker_id).join(Appointment, Appointment.id == AppointmentWorker.appointment_id)
        .join(Case, Case.id == Appointment.case_id)
        .where(is_live(within), Appointment.status == "attended", period.has_moment(Appointment.starts_at))
        .where(AppointmentWorker.role == "interpreter", AppointmentWorker.status.in_(("accepted", "attended")))
    )  # fmt: skip
    did = (
        select(LanguageRequest.worker_id).join(Case, Case.id == LanguageRequest.case_id)
        .where(is_live(within), LanguageRequest.minutes.is_not(None), period.has_day(LanguageRequest.done_on))
    )  # fmt: skip
    entries = and_(VolunteerEntry.kind == "hours", period.has_day(VolunteerEntry.day))
    ways = [spoke, did, *([select(VolunteerEntry.worker_id).where(entries)] if within == EVERYTHING else [])]
    people = select(func.count(Worker.id)).where(Worker.kind == "volunteer", or_(*(Worker.id.in_(one) for one in ways)))
    minutes = select(func.coalesce(func.sum(VolunteerEntry.minutes), 0)).where(entries)
    other = db.scalar(office_wide(minutes)) if within == EVERYTHING else 0
    return GivenTally(db.scalar(office_wide(people)) or 0, other or 0)
