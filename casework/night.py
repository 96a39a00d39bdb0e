"""What happened on the helpline since the telephone last changed hands, for the sheet that is handed on with it.

Calls and tasks are those of the reader's own scope; of the others it says how many there are, so that nobody takes a
short list for the whole night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from casework import helpline
from casework.calendar import ONE_DAY
from casework.calls import HELPLINE
from casework.context import acting
from casework.problems import Problem, RuleBroken
from casework.scope import office_wide
from casework.settings import office
from models import Case, CaseNote, HelplineShift, Task


@dataclass(frozen=True)
class Night:
    """Since when; the calls within scope, oldest first; how many others there were; what is to be done from them."""

    since: datetime
    holder: HelplineShift | None
    calls: Sequence[CaseNote]
    others: int
    tasks: Sequence[Task]


def night_of(db: Session) -> Night:
    """Give what happened since the last handover, or since the office last closed where none was written down."""
    since = last_handover(db)
    wanted = _calls(since, acting(db).now)
    calls = list(db.scalars(wanted.options(joinedload(CaseNote.case).joinedload(Case.client))))
    everybodys = db.scalar(office_wide(wanted.with_only_columns(func.count()).order_by(None))) or 0
    return Night(since, _holder(db), calls, everybodys - len(calls), _tasks(db, since, calls))


def last_handover(db: Session) -> datetime:
    """Give when the telephone last changed hands; where nobody wrote it down, when the office last closed."""
    noted = db.scalar(
        select(func.max(HelplineShift.taken_over_at)).where(HelplineShift.taken_over_at <= acting(db).now)
    )
    closed = _last_closing(db)
    return max(noted, closed) if noted is not None else closed


def take_over(db: Session) -> HelplineShift:
    """Write down that the telephone has changed hands now, in the turn that runs. Raises RuleBroken; not committed."""
    shift = _holder(db)
    if shift is None:
        raise RuleBroken([Problem("", "Nobody is named for this turn yet. Put a name in the rota, then hand over.")])
    shift.taken_over_at = acting(db).now
    db.flush()
    return shift


def _last_closing(db: Session) -> datetime:
    """Give the last moment at which an open day of the office ended."""
    hours, now = office(db), acting(db).now
    day = acting(db).today
    while not hours.is_open_day(day) or hours.closes_on(day) > now:
        day -= ONE_DAY
    return hours.closes_on(day)


def _holder(db: Session) -> HelplineShift | None:
    day, part = helpline.turn_at(acting(db).now, office(db))
    return next((one.shift for one in helpline.turns(db, day, day) if one.part == part), None)


def _calls(since: datetime, until: datetime) -> Select[tuple[CaseNote]]:
    on_the_line = or_(CaseNote.medium == HELPLINE, CaseNote.at_night)
    within = CaseNote.at.between(since, until)
    return select(CaseNote).where(on_the_line, within).order_by(CaseNote.at, CaseNote.id)


def _tasks(db: Session, since: datetime, calls: Sequence[CaseNote]) -> Sequence[Task]:
    cases = {one.case_id for one in calls}
    found = (
        select(Task)
        .where(Task.case_id.in_(cases), Task.done_on.is_(None), Task.created_at >= since)
        .order_by(Task.due_on, Task.id)
        .options(joinedload(Task.case), joinedload(Task.owner))
    )
    return list(db.scalars(found))
