"""How a client says they stand, from 0 to 4, at the beginning, on the way, at closing and afterwards.

Four questions and no sum: safety, being alone with it, being sure of oneself, coping. Each may stay unanswered.
Source: empowering casework article (a secure sense of self and place).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard
from casework.context import acting
from casework.problems import Problem
from models import Case, Measure
from models.plans import BEST, MEASURED


def measures_of(db: Session, case: Case) -> list[Measure]:
    """Give what was asked in a case, the earliest first."""
    return list(db.scalars(select(Measure).where(Measure.case_id == case.id).order_by(Measure.measured_on, Measure.id)))


def measure(
    db: Session, case: Case, point: str, values: Mapping[str, int | None], on: date | None = None
) -> Measure | None:
    """Write down how the client stands, today unless said otherwise; None where nothing was answered."""
    if all(values.get(name) is None for name in MEASURED):
        return None
    made = Measure(case=case, point=point, measured_on=on or acting(db).today,
                   **{name: values.get(name) for name in MEASURED})  # fmt: skip
    db.add(made)
    db.flush()
    return made


def answers_something(row: Measure, _db: Session) -> Iterator[Problem]:
    if all(getattr(row, name) is None for name in MEASURED):
        yield Problem("safety", "Record at least one answer, or leave the question for another day.")


def on_the_scale(row: Measure, _db: Session) -> Iterator[Problem]:
    for name in MEASURED:
        value = getattr(row, name)
        if value is not None and not 0 <= value <= BEST:
            yield Problem(name, f"Choose from 0 to {BEST}.")


def asked_by_today(row: Measure, db: Session) -> Iterator[Problem]:
    if row.measured_on is not None and row.measured_on > acting(db).today:
        yield Problem("measured_on", "This is recorded once the client was asked. Correct the day.")


def measures_are_kept(_row: Measure, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what the client said stays on file. Record a further answer instead.")


guard.register(Measure, answers_something, on_the_scale, asked_by_today)
guard.register_deletion(Measure, measures_are_kept)
