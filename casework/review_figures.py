"""The figures of a review: five numbers beside those of the period before, and how the work is shared out.

Counted from the rows while the review is open; kept as text once it is complete, so that later corrections of the
files change nothing that was said then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework import review_bars
from casework.calendar import local
from casework.cases import RUNNING
from casework.context import acting
from casework.datetext import short
from casework.periods import Period
from casework.review_bars import Bars, Line
from casework.scope import office_wide
from casework.tallies import cases_by_kind
from models import Appointment, AppointmentWorker, Case, CaseNote, Correspondence, Incident, Task, User, Worker

CLOCKED = ("in", "enquiry")  # letters and messages that ask for an answer
OVER = ("answered", "sent")
BY_TELEPHONE = ("phone", "emergency_helpline", "answerphone")


@dataclass(frozen=True)
class Numbers:
    """The five numbers of a period and what stands behind them. Shares are counted from the two numbers given."""

    new: int
    open: int  # at the end of the period
    closed: int  # with the client's agreement
    closed_all: int
    aftercare: int  # contacts that were due
    aftercare_made: int
    aftercare_late: int
    answered: int  # letters and messages answered in time
    answered_of: int  # whose day is over


@dataclass(frozen=True)
class Load:
    """What one person has to carry: cases they lead now; meetings, calls and incidents of the period."""

    name: str
    cases: int
    visits: int
    calls: int
    incidents: int


@dataclass(frozen=True)
class Picture:
    """The figures of one review. `listed` counts its cases, `counted_on` is the day in words.

    `bars` are not in what was kept of reviews before there were any.
    """

    numbers: Numbers
    before: Numbers
    workload: tuple[Load, ...]
    listed: int
    counted_on: str
    bars: tuple[Bars, ...] = ()


def picture(db: Session, period: Period, before: Period, listed: int, kept: Picture | None) -> Picture:
    """Count the figures now; the period before is taken from its own review (`kept`) where there was one."""
    said = {(one.of, one.rows): one for one in kept.bars} if kept is not None else {}
    return Picture(
        numbers(db, period), kept.numbers if kept is not None else numbers(db, before), workload(db, period), listed,
        short(acting(db).today), review_bars.bars(db, period, said),
    )  # fmt: skip


def to_text(figures: Picture) -> str:
    """Give the text that is kept."""
    return json.dumps(asdict(figures), ensure_ascii=False)


def from_text(text: str) -> Picture:
    """Read what was kept."""
    found: dict[str, Any] = json.loads(text)
    return Picture(
        Numbers(**found["numbers"]), Numbers(**found["before"]), tuple(Load(**one) for one in found["workload"]),
        found["listed"], found["counted_on"], tuple(_bars(**one) for one in found.get("bars", ())),
    )  # fmt: skip


def _bars(of: str, rows: str, lines: list[dict[str, Any]], total: dict[str, Any]) -> Bars:
    return Bars(of, rows, tuple(Line(**one) for one in lines), Line(**total))


def numbers(db: Session, period: Period) -> Numbers:
    """Count the five numbers of a period in four statements, over the whole office."""
    kinds = cases_by_kind(db, period)
    agreed = _sum(db, Case, (and_(period.has_day(Case.closed_on), Case.closure_agreed == "client"),))
    return Numbers(
        sum(one.new for one in kinds), sum(one.at_end for one in kinds), agreed[0], sum(one.closed for one in kinds),
        *_aftercare(db, period), *_answered(db, period),
    )  # fmt: skip


def _sum(db: Session, model: Any, rules: Iterable[ColumnElement[bool]]) -> tuple[int, ...]:
    """Count how often each rule holds, among rows of cases that were not set aside."""
    statement = select(*(func.count(case((rule, 1))) for rule in rules)).select_from(model)
    if model is not Case:
        statement = statement.join(Case, Case.id == model.case_id)
    return tuple(db.execute(office_wide(statement.where(Case.voided_reason.is_(None)))).one())


def _aftercare(db: Session, period: Period) -> tuple[int, ...]:
    due = and_(Task.kind == "aftercare", period.has_day(Task.due_on))
    day = func.coalesce(Task.put_off_until, Task.due_on)
    late = or_(Task.done_on > day, and_(Task.done_on.is_(None), day < acting(db).today))
    return _sum(db, Task, (due, and_(due, Task.done_on.is_not(None)), and_(due, late)))


def _answered(db: Session, period: Period) -> tuple[int, int]:
    """Give how many letters and messages were answered by their day in London, and of how many."""
    direction, kind = CLOCKED
    asked = (
        select(Correspondence.due_on, Correspondence.status, Correspondence.answered_at)
        .join(Case, Case.id == Correspondence.case_id)
        .where(Correspondence.direction == direction, Correspondence.kind == kind, Case.voided_reason.is_(None))
        .where(period.has_day(Correspondence.due_on), Correspondence.due_on < acting(db).today)
        .where(Correspondence.status != "dropped")
    )
    rows = db.execute(office_wide(asked)).all()
    in_time = [due for due, status, at in rows if status in OVER and at is not None and local(at).date() <= due]
    return len(in_time), len(rows)


def workload(db: Session, period: Period) -> tuple[Load, ...]:
    """Give what each member of staff carries, by name: four statements, whatever the staff."""
    people = db.execute(select(Worker.id, Worker.name).where(Worker.kind == "staff").order_by(Worker.name, Worker.id))
    cases, visits, calls, incidents = (
        _by_worker(db, one) for one in (_cases(), _visits(period), _calls(period), _incidents(period))
    )
    loads = [
        Load(name, cases.get(key, 0), visits.get(key, 0), calls.get(key, 0), incidents.get(key, 0))
        for key, name in people
    ]
    return tuple(one for one in loads if one.cases or one.visits or one.calls or one.incidents)


def _by_worker(db: Session, statement: Any) -> dict[int, int]:
    return {row[0]: row[1] for row in db.execute(office_wide(statement))}


def _cases() -> Any:
    running = and_(Case.status.in_(RUNNING), Case.voided_reason.is_(None), Case.lead_id.is_not(None))
    return select(Case.lead_id, func.count(Case.id)).where(running).group_by(Case.lead_id)


def _visits(period: Period) -> Any:
    """Meetings that took place; whoever interprets is counted elsewhere."""
    there = and_(AppointmentWorker.role != "interpreter", AppointmentWorker.status.in_(("accepted", "attended")))
    return (
        select(AppointmentWorker.worker_id, func.count(AppointmentWorker.id))
        .join(Appointment, Appointment.id == AppointmentWorker.appointment_id)
        .join(Case, Case.id == Appointment.case_id)
        .where(there, Appointment.status == "attended", period.has_moment(Appointment.starts_at))
        .where(Case.voided_reason.is_(None))
        .group_by(AppointmentWorker.worker_id)
    )


def _calls(period: Period) -> Any:
    """Talks by telephone, by who wrote them down."""
    account = aliased(User)
    return (
        select(account.worker_id, func.count(CaseNote.id))
        .join(account, account.id == CaseNote.created_by_id)
        .join(Case, Case.id == CaseNote.case_id)
        .where(CaseNote.medium.in_(BY_TELEPHONE), period.has_moment(CaseNote.at), Case.voided_reason.is_(None))
        .group_by(account.worker_id)
    )


def _incidents(period: Period) -> Any:
    """Incidents in the cases that somebody leads."""
    return (
        select(Case.lead_id, func.count(Incident.id))
        .join(Case, Case.id == Incident.case_id)
        .where(period.has_moment(Incident.from_at), Case.voided_reason.is_(None))
        .group_by(Case.lead_id)
    )
