"""Many people who book at the same moment: each in a session and a transaction of their own, with a commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import visits
from casework.context import Acting, set_acting
from casework.problems import RuleBroken
from models import Appointment, AppointmentWorker, Case, Worker
from tests import make

STARTS_AT = make.at("2026-11-26", "11:00")
WON, REFUSED = "won", "refused"


def cases(db: Session, many: int) -> tuple[list[int], int, int]:
    """Make as many cases, each with a caseworker of its own, and the two colleagues whom all want to take along."""
    team = make.team(db)
    lead, second = make.worker(db, "Sara N", in_team=team), make.worker(db, "Joe M", in_team=team)
    made = [make.case(db, make.client(db, f"Person {number}"), lead=lead) for number in range(many)]
    return [one.id for one in made], lead.id, second.id


def rush(maker: Any, files: Sequence[int], lead: int, second: int) -> Counter[str]:
    """Book one home visit for each case, all at once, at one time with the same two; count what became of them.

    What is neither a booking nor a refusal by the rule of taken people is counted by its own words.
    """
    together = Barrier(len(files))

    def book(case: int) -> str:
        together.wait(120)
        with maker() as db:
            set_acting(db, Acting(now=make.NOW))
            try:
                visits.schedule(
                    db, db.get_one(Case, case), "home_visit", STARTS_AT, 60, lead=db.get_one(Worker, lead),
                    second=db.get_one(Worker, second), cannot_attend_reason="Cannot leave the flat",
                )  # fmt: skip
                db.commit()
            except RuleBroken as broken:
                db.rollback()
                return REFUSED if "is at another appointment until 12:00." in str(broken) else str(broken)
            return WON

    with ThreadPoolExecutor(len(files)) as pool:
        return Counter(pool.map(book, files))


def booked(db: Session, worker: int) -> int:
    """Give at how many appointments somebody is at that time."""
    going = select(func.count(Appointment.id)).join(AppointmentWorker).where(AppointmentWorker.worker_id == worker)
    return db.scalar(going.where(Appointment.starts_at == STARTS_AT)) or 0
