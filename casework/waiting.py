"""Who waits with nothing in sight: without an offer, a contact, an agreed plan or a next step.

Each function gives rows in the reader's scope, the longest wait first, with one statement however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from casework import plans, promises
from casework.calendar import Due, local, utc_from_local
from casework.clients import OPEN_STATES
from casework.context import acting
from casework.settings import number_setting
from models import Appointment, Case, CaseNote, Correspondence, Plan, Task

TO_BE_OFFERED = ("enquiry", "open")
GOES_ON = ("open", "on_hold")
AHEAD = ("requested", "offered", "booked")
TOOK_PLACE = ("attended",)
NOT_AN_OFFER = ("requested", "cancelled_office")  # asked for only, or taken back by us
REACHED = "spoke"


@dataclass(frozen=True)
class Waiting:
    """One case that waits: since which day, for how many days, the day that our own measure sets, and its proof."""

    case: Case
    since: date
    days: int
    due: Due
    is_late: bool


def contacts_without_offer(db: Session, *, mine: bool = False) -> list[Waiting]:
    """Give the contacts that were offered no appointment: amber from the warning on, late after the promise.

    Source: service statement, "Availability" (an appointment within two weeks of contact).
    """
    today = acting(db).today
    soon = number_setting(db, "appointment_offer_warning")
    offered = select(Appointment.id).where(
        Appointment.case_id == Case.id, Appointment.status.not_in(NOT_AN_OFFER)
    )  # fmt: skip
    last_day = utc_from_local(today - timedelta(days=soon - 1), time())
    found = _cases(db, mine).where(
        Case.status.in_(TO_BE_OFFERED), Case.first_contact_at < last_day, ~offered.exists()
    )  # fmt: skip
    rows = db.scalars(found.order_by(Case.first_contact_at, Case.id))
    return [_waiting(db, one, local(one.first_contact_at).date(), "appointment_offer") for one in rows]


def silent_cases(db: Session, *, mine: bool = False) -> list[Waiting]:
    """Give the running cases whose client nobody has reached for longer than the office's measure; high risk sooner.

    A try that reached nobody is no contact. Source: empowering casework article (people are told that it moves on).
    """
    found = _cases(db, mine).where(Case.status.in_(GOES_ON)).add_columns(*last_contacts())
    made = []
    for case, *moments in db.execute(found.order_by(Case.id)):
        last = max(one for one in (case.first_contact_at, *moments) if one is not None)
        key = "high_risk_contact_gap" if case.risk == "high" else "contact_gap"
        waits = _waiting(db, case, local(last).date(), key)
        if waits.is_late:
            made.append(waits)
    return sorted(made, key=lambda one: (one.due.on, one.case.id))


def without_agreed_plan(db: Session, *, mine: bool = False) -> list[Waiting]:
    """Give the running cases whose plan is not agreed although it is time.

    The time runs from the opening; after a change, from the day of the change, since until then a plan was agreed.
    Source: empowering casework article (an action plan that is communicated clearly and agreed).
    """
    unagreed = (
        _cases(db, mine)
        .outerjoin(Plan, and_(Plan.case_id == Case.id, Plan.superseded_on.is_(None)))
        .where(Case.status.in_(OPEN_STATES), Case.opened_on.is_not(None), Plan.agreed_on.is_(None))
        .add_columns(Plan)
    )
    made = [_of_a_plan(db, case, plan) for case, plan in db.execute(unagreed.order_by(Case.opened_on, Case.id))]
    return sorted((one for one in made if one.is_late), key=lambda one: (one.due.on, one.case.id))


def without_next_step(db: Session, *, mine: bool = False) -> list[Case]:
    """Give the running cases that have no task and no meeting ahead, so that nothing is sure to happen.

    Source: empowering casework article (every case has a next dated step).
    """
    found = _cases(db, mine).where(Case.status.in_(GOES_ON), ~has_next_step(acting(db).now))
    return list(db.scalars(found.order_by(Case.opened_on, Case.id)))


def has_next_step(now: datetime) -> ColumnElement[bool]:
    """Say in SQL that a case has a task or a meeting ahead."""
    task = select(Task.id).where(Task.case_id == Case.id, Task.done_on.is_(None))
    meeting = select(Appointment.id).where(
        Appointment.case_id == Case.id, Appointment.status.in_(AHEAD), Appointment.starts_at >= now
    )  # fmt: skip
    return or_(task.exists(), meeting.exists())


def _cases(db: Session, mine: bool) -> Select[tuple[Case]]:
    found = select(Case).options(joinedload(Case.client), joinedload(Case.kind), joinedload(Case.lead))
    return found.where(Case.lead_id == acting(db).worker_id) if mine else found


def last_contacts() -> Iterator[Any]:
    """Give, for each case, when the client was last spoken to, met, or heard from in writing."""
    spoken = and_(CaseNote.contact_with == "client", or_(CaseNote.outcome.is_(None), CaseNote.outcome == REACHED))
    yield _newest(CaseNote.at, CaseNote.case_id, spoken)
    yield _newest(Appointment.starts_at, Appointment.case_id, Appointment.status.in_(TOOK_PLACE))
    heard = and_(Correspondence.direction == "in", Correspondence.contact_with == "client")
    yield _newest(Correspondence.at, Correspondence.case_id, heard)


def _newest(moment: Any, case_id: Any, rule: ColumnElement[bool]) -> Any:
    return select(func.max(moment)).where(case_id == Case.id, rule).scalar_subquery()


def _waiting(db: Session, case: Case, since: date, key: str) -> Waiting:
    return _until(db, case, since, promises.counted_from(db, key, since, roll=False))


def _of_a_plan(db: Session, case: Case, plan: Plan | None) -> Waiting:
    due = plans.to_be_agreed_by(db, case, plan)
    return _until(db, case, due.trace[0].day, due)


def _until(db: Session, case: Case, since: date, due: Due) -> Waiting:
    today = acting(db).today
    return Waiting(case, since, (today - since).days, due, is_late=due.on < today)
