"""Volunteers: what is written down of them, what is about to run out, and what they gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casework import guard
from casework.context import acting
from casework.problems import Problem
from casework.scope import office_wide
from casework.settings import number_setting
from casework.text import clean_line
from models import Avoidance, LanguageRequest, VolunteerEntry, Worker

FEWEST_WORDS = 2
RUNS_OUT = (  # what, from when, until when
    ("Confidentiality", "confidentiality_signed_on", "confidentiality_until"),
    ("DBS check", "checked_on", "checked_until"),
    ("Training", "training_on", "training_until"),
)


# Rules


def papers_run_forward(worker: Worker, _db: Session) -> Iterator[Problem]:
    for what, begins, ends in RUNS_OUT:
        since, until = getattr(worker, begins), getattr(worker, ends)
        if until is not None and since is None:
            yield Problem(begins, f"{what} cannot run out before it began. Give its first day too.")
        elif until is not None and since is not None and until < since:
            yield Problem(ends, f"{what} would end before it began. Correct one of the two days.")


def hours_are_whole(worker: Worker, _db: Session) -> Iterator[Problem]:
    if worker.hours_a_month is not None and worker.hours_a_month < 1:
        yield Problem("hours_a_month", "Give at least one hour a month, or leave it empty for no limit.")


def a_wish_can_be_matched(worker: Worker, db: Session) -> Iterator[Problem]:
    for one in (row for row in (*db.new, *db.dirty) if isinstance(row, Avoidance) and row.worker is worker):
        text = clean_line(one.text or "")
        if one.kind != "estate" and len(text.split()) < FEWEST_WORDS:
            yield Problem("avoids", "Give first name and surname, or too many people would be kept apart.")
        elif not text:
            yield Problem("avoids", "Write the name of the estate or the street, or the postcode.")


def entries_say_what_they_count(worker: Worker, db: Session) -> Iterator[Problem]:
    for one in (row for row in (*db.new, *db.dirty) if isinstance(row, VolunteerEntry) and row.worker is worker):
        yield from _entry_problems(one, acting(db).today)


def _entry_problems(one: VolunteerEntry, today: date) -> Iterator[Problem]:
    if one.day is None:
        yield Problem("entries", "Give the day.")
    elif one.day > today:
        yield Problem("entries", "This day lies ahead. Write it down once it has come.")
    if (one.kind == "hours") != (one.minutes is not None) or _is_nothing(one.minutes):
        yield Problem("entries", "Hours take their minutes, and nothing else does. Give at least one minute.")
    if (one.kind == "expense") != (one.pence is not None) or _is_nothing(one.pence):
        yield Problem("entries", "An expense takes its amount, and nothing else does. Give at least one penny.")
    if one.paid_on is not None and one.kind != "expense":
        yield Problem("entries", "Only an expense is paid.")


def _is_nothing(amount: int | None) -> bool:
    return amount is not None and amount < 1


guard.register(Worker, papers_run_forward, hours_are_whole, a_wish_can_be_matched, entries_say_what_they_count)


# What is about to run out


@dataclass(frozen=True)
class Lapse:
    """One paper of one volunteer that runs out soon, or has."""

    worker: Worker
    what: str
    until: date


def lapses(db: Session) -> list[Lapse]:
    """Give what of active volunteers runs out within the office's days, the first to do so first. One statement."""
    last = acting(db).today + timedelta(days=number_setting(db, "volunteer_lapse_shown"))
    soon = or_(*(getattr(Worker, ends) <= last for _what, _begins, ends in RUNS_OUT))
    wanted = select(Worker).where(Worker.kind == "volunteer", Worker.active, soon)
    found = [
        Lapse(worker, what, getattr(worker, ends))
        for worker in db.scalars(wanted) for what, _begins, ends in RUNS_OUT
        if getattr(worker, ends) is not None and getattr(worker, ends) <= last
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.until, one.worker.name.casefold(), one.what))


# What they gave


@dataclass(frozen=True)
class Given:
    """What one volunteer has given so far, and what is owed to them; minutes and pence."""

    interpreted: int
    requests: int
    other_minutes: int
    owed_pence: int
    thanked_on: date | None


def given_by(db: Session, worker: Worker) -> Given:
    """Give the sums of one volunteer; their requests count office-wide."""
    done = select(func.coalesce(func.sum(LanguageRequest.minutes), 0), func.count(LanguageRequest.id)).where(
        LanguageRequest.worker_id == worker.id, LanguageRequest.minutes.is_not(None)
    )
    minutes, requests = db.execute(office_wide(done)).one()
    entries = worker.entries
    return Given(
        minutes, requests, sum(one.minutes or 0 for one in entries),
        sum(one.pence or 0 for one in entries if one.paid_on is None),
        max((one.day for one in entries if one.kind == "thanks"), default=None),
    )  # fmt: skip


def wishes(db: Session, worker: Worker) -> int:
    """Count whom and what a volunteer keeps away from; only how many, for those who may not read it."""
    return db.scalar(office_wide(select(func.count(Avoidance.id)).where(Avoidance.worker_id == worker.id))) or 0


# Verbs


def keep_apart(db: Session, worker: Worker, kind: str, text: str) -> Avoidance:
    """Write down whom or what a volunteer keeps away from. Raises RuleBroken if it could not be matched."""
    made = Avoidance(worker_id=worker.id, kind=kind, text=clean_line(text))
    made.worker = worker
    db.add(made)
    db.flush()
    return made


def enter(
    db: Session, worker: Worker, kind: str, day: date, *, what: str = "", minutes: int | None = None,
    pence: int | None = None, paid_on: date | None = None,
) -> VolunteerEntry:  # fmt: skip
    """Write down hours, an expense or thanks. Raises RuleBroken if its number is missing."""
    made = VolunteerEntry(kind=kind, day=day, what=what or None, minutes=minutes, pence=pence, paid_on=paid_on)
    worker.entries.append(made)
    db.flush()
    return made
