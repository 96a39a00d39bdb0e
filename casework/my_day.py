"""What waits for somebody today: tasks late or due, visits, what waits for their word, after-care.

Each question is one statement, whatever the rows. "Mine" is what I own or go to; "everyone" is what the reader may
meet at all: their own and their team's cases, for a manager all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework.calendar import ONE_DAY, utc_from_local
from casework.calls import HELPLINE
from casework.context import Acting, acting
from casework.settings import number_setting, office
from models import Appointment, AppointmentWorker, Case, Client, Deadline, Referral, Task
from models.referrals import OUT

SHOWN, SHOWN_TO_ALL = 12, 40  # lines of a block, mine and everyone's; the rest is counted and stands on the list
SHORTEST_NAME = 3  # letters; shorter parts of a name ("Al", "Bi") are words of other sentences too
HELD = ("offered", "booked")
WAITING = ("sent", "acknowledged")


@dataclass(frozen=True)
class Block:
    """The first rows of a question, and how many there are in all."""

    rows: Sequence[object]
    count: int


@dataclass(frozen=True)
class Day:
    """One person's day, or their team's."""

    due: Block  # tasks
    visits: Block  # appointments
    drafts: Block  # referrals not sent yet, and sent ones
    asked: Block  # people asked to interpret who have not answered
    aftercare: Block  # tasks
    late: int  # of the tasks
    today: int


def day_of(db: Session, *, everyone: bool) -> Day:
    """Give today's work within the reader's scope."""
    who = acting(db)
    most = SHOWN_TO_ALL if everyone else SHOWN
    late, today = _counts(db, who, everyone)
    return Day(
        due=_block(db, _due(db, who, everyone), most), visits=_block(db, _visits(db, who, everyone), most),
        drafts=_block(db, _referrals(db, who, everyone), most), asked=_block(db, _asked(who, everyone), most),
        aftercare=_block(db, _aftercare(db, who, everyone), most), late=late, today=today,
    )  # fmt: skip


def _block(db: Session, statement: Select[Any], most: int) -> Block:
    """Read the first rows; the number of all comes along with them in a window."""
    found = db.execute(statement.add_columns(func.count().over()).limit(most)).unique().all()
    return Block([row[0] for row in found], found[0][1] if found else 0)


def _counts(db: Session, who: Acting, everyone: bool) -> tuple[int, int]:
    """Count the tasks that are late and those due today, after-care left out; a reminder is late once its day is."""
    day = func.coalesce(Task.put_off_until, Task.due_on)
    ahead = select(Deadline.id).where(
        Task.about == "deadline", Deadline.id == Task.about_id, Deadline.due_on >= who.today
    ).exists()  # fmt: skip
    rules = (day < who.today) & ~ahead, (day == who.today) | (day < who.today) & ahead
    late, today = (func.coalesce(func.sum(case((rule, 1), else_=0)), 0) for rule in rules)
    statement = select(late, today).where(Task.done_on.is_(None), Task.kind != "aftercare")
    if not everyone:
        statement = statement.where(Task.owner_id == who.worker_id)
    found = db.execute(statement).one()
    return found[0], found[1]


def last_day_shown(db: Session) -> date:
    """Give the next open day: what is due by then is shown today already."""
    return office(db).next_open_day(acting(db).today + ONE_DAY)


def wanted_on(task: Task) -> date:
    """Give the day on which a task is on the list: its due day, or the day to which it was put off."""
    return task.put_off_until or task.due_on


def days_set_by_others(db: Session, tasks: Iterable[Task]) -> dict[int, date]:
    """Give, for each of these tasks that reminds of a deadline, the day of that deadline."""
    reminders = {one.id: one.about_id for one in tasks if one.about == "deadline"}
    found = select(Deadline.id, Deadline.due_on).where(Deadline.id.in_(reminders.values()))
    days = dict(db.execute(found).all()) if reminders else {}
    return {task: days[deadline] for task, deadline in reminders.items() if deadline in days}


def is_urgent(task: Task) -> bool:
    """Say whether a task goes first: somebody at high risk waits for it."""
    return task.case is not None and task.case.risk == "high"


def _open_tasks(who: Acting, everyone: bool) -> Select[tuple[Task]]:
    rules: list[ColumnElement[bool]] = [Task.done_on.is_(None)]
    if not everyone:
        rules.append(Task.owner_id == who.worker_id)
    loading = (joinedload(Task.case).joinedload(Case.client), joinedload(Task.owner))
    return select(Task).outerjoin(Case, Case.id == Task.case_id).where(*rules).options(*loading)


def _due(db: Session, who: Acting, everyone: bool) -> Select[tuple[Task]]:
    day = func.coalesce(Task.put_off_until, Task.due_on)
    urgent = case((Case.risk == "high", 0), else_=1)
    first_step = (Task.about == "case") & (Task.kind == "general")  # of an intake: nobody has rung back yet
    rang_by_night = and_(Case.first_contact_medium == HELPLINE, first_step)
    return (
        _open_tasks(who, everyone)
        .where(day <= last_day_shown(db), Task.kind != "aftercare")
        .order_by(case((day <= who.today, 0), else_=1), urgent, case((rang_by_night, 0), else_=1), day, Task.id)
    )  # fmt: skip


def _aftercare(db: Session, who: Acting, everyone: bool) -> Select[tuple[Task]]:
    day = func.coalesce(Task.put_off_until, Task.due_on)
    last = who.today + timedelta(days=number_setting(db, "aftercare_shown"))
    return _open_tasks(who, everyone).where(day <= last, Task.kind == "aftercare").order_by(day, Task.id)


def _visits(db: Session, who: Acting, everyone: bool) -> Select[tuple[Appointment]]:
    """Appointments from now to the end of the next open day to which somebody goes; for everyone, all of them.

    The coordinator sees those that need an interpreter as well.
    """
    ends = _end_of(last_day_shown(db))
    rules: list[ColumnElement[bool]] = [
        Appointment.ends_at >= who.now, Appointment.starts_at < ends, Appointment.status.in_(HELD)
    ]  # fmt: skip
    going = select(AppointmentWorker.appointment_id).where(AppointmentWorker.worker_id == who.worker_id)
    if who.role == "coordinator":
        rules.append(or_(Appointment.language_id.is_not(None), Appointment.id.in_(going)))
    elif not everyone:
        rules.append(Appointment.id.in_(going))
    loading = (
        joinedload(Appointment.case).joinedload(Case.client), joinedload(Appointment.venue),
        joinedload(Appointment.area), joinedload(Appointment.language),
        selectinload(Appointment.people).joinedload(AppointmentWorker.worker),
    )  # fmt: skip
    return select(Appointment).where(*rules).order_by(Appointment.starts_at, Appointment.id).options(*loading)


def _end_of(day: date) -> datetime:
    return utc_from_local(day + ONE_DAY, time(0))


def _referrals(db: Session, who: Acting, everyone: bool) -> Select[tuple[Referral]]:
    """Drafts to send, and answers still awaited that are not on the list of due things yet."""
    day = func.coalesce(Task.put_off_until, Task.due_on)
    on_the_list = (
        select(Task.id)
        .where(Task.about == "referral", Task.about_id == Referral.id, Task.done_on.is_(None))
        .where(day <= last_day_shown(db))
        .exists()
    )
    draft = (Referral.status == "draft") & (Referral.kind.in_(OUT))
    statement = select(Referral).join(Case, Case.id == Referral.case_id)
    if not everyone:
        statement = statement.where(Case.lead_id == who.worker_id)
    loading = (
        joinedload(Referral.case).joinedload(Case.client), joinedload(Referral.agency), joinedload(Referral.request),
    )  # fmt: skip
    return (
        statement.where(or_(draft, Referral.status.in_(WAITING) & ~on_the_list))
        .order_by(case((draft, 0), else_=1), Referral.response_due, Referral.id)
        .options(*loading)
    )


def _asked(who: Acting, everyone: bool) -> Select[tuple[AppointmentWorker]]:
    """People who were asked to interpret and have not answered."""
    statement = (
        select(AppointmentWorker)
        .join(Appointment, Appointment.id == AppointmentWorker.appointment_id)
        .join(Case, Case.id == Appointment.case_id)
        .where(AppointmentWorker.status == "invited", AppointmentWorker.role == "interpreter")
        .where(Appointment.starts_at >= who.now, Appointment.status.in_(HELD))
    )
    if not everyone and who.role != "coordinator":
        statement = statement.where(Case.lead_id == who.worker_id)
    meeting = joinedload(AppointmentWorker.appointment)
    return statement.order_by(Appointment.starts_at, AppointmentWorker.id).options(
        joinedload(AppointmentWorker.worker), meeting.joinedload(Appointment.case).joinedload(Case.client),
        meeting.joinedload(Appointment.language),
    )  # fmt: skip


def initials(client: Client | None) -> str:
    """Give "R.B." for a name; nothing where there is none or the reader may not meet it."""
    return "".join(f"{word[0].upper()}." for word in client.name.split()) if client is not None else ""


def without_names(text: str, client: Client | None) -> str:
    """Give a task's text with the client's name as initials: the day's list lies on desks and hangs on walls."""
    if client is None:
        return text
    words = (word for word in client.name.split() if len(word) >= SHORTEST_NAME)
    parts = sorted({client.name, *words}, key=len, reverse=True)
    return re.sub(rf"\b(?:{'|'.join(map(re.escape, parts))})\b", initials(client), text)
