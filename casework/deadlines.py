"""Days set by others: a hearing, an eviction, the end of a time to appeal. People type them, reminders follow.

Nothing here counts such a day: it stands in a letter or a law, and whoever types it says where. What is counted
is when somebody here is reminded of it, and each reminder is a task.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from casework import guard, tasks
from casework.cases import files_are_kept
from casework.changes import is_changed, is_new, was
from casework.context import acting
from casework.datetext import counted, in_words, short
from casework.problems import Problem, RuleBroken
from casework.settings import office, text_setting
from models import Case, Code, Deadline, Worker

PANEL = "deadline"
ENDED = ("met", "passed", "withdrawn")


def add(
    db: Session, case: Case, kind: Code, due_on: date, what: str, *, due_at: time | None = None,
    source: str | None = None,
) -> Deadline:  # fmt: skip
    """Write down a day set by others and leave the reminders for it. Raises RuleBroken."""
    deadline = Deadline(case=case, kind=kind, due_on=due_on, due_at=due_at, what=what, source=source)
    db.add(deadline)
    db.flush()
    _remind(db, deadline)
    return deadline


def end(db: Session, deadline: Deadline, state: str, note: str | None = None) -> Deadline:
    """Record what became of the day: met, passed or withdrawn; nobody is reminded any more. Raises RuleBroken."""
    with db.no_autoflush:
        deadline.state, deadline.ended_on, deadline.ended_note = state, acting(db).today, note
        tasks.finish(db, PANEL, deadline)
    db.flush()
    return deadline


def move(db: Session, deadline: Deadline, due_on: date, note: str | None = None) -> Deadline:
    """Put the day where others have moved it to, with new reminders. Raises RuleBroken."""
    with db.no_autoflush:
        deadline.due_on, deadline.source = due_on, note or deadline.source
        tasks.finish(db, PANEL, deadline)
    db.flush()
    _remind(db, deadline)
    return deadline


def reminded(db: Session, deadline: Deadline) -> int:
    """Tick off the reminders that are due by today; those to come stay. Give how many there were."""
    due = [one for one in tasks.waiting_for(db, PANEL, deadline) if one.due_on <= acting(db).today]
    for one in due:
        one.done_on = acting(db).today
    db.flush()
    return len(due)


def reminders(db: Session) -> list[int]:
    """Give how many calendar days before a deadline people are reminded, the earliest first."""
    return sorted((int(one) for one in text_setting(db, "deadline_reminders").split(",")), reverse=True)


def reminder_days(db: Session, due_on: date) -> list[tuple[int, date]]:
    """Give (days before, day) of each reminder, the earliest first; on a closed day it comes before.

    What would lie behind us comes today, once: somebody must hear of it.
    """
    today, hours = acting(db).today, office(db)
    days: dict[date, int] = {}
    for before in reminders(db):
        day = due_on - timedelta(days=before)
        while not hours.is_open_day(day) and day > today:
            day -= timedelta(days=1)
        days[max(day, today)] = before
    return [(before, day) for day, before in sorted(days.items())]


def _remind(db: Session, deadline: Deadline) -> None:
    owner = _owner(db, deadline.case)
    what = f"{deadline.kind.words} on {short(deadline.due_on)}: {deadline.what}"
    for before, day in reminder_days(db, deadline.due_on):
        tasks.ask(
            db, owner, what, day, case=deadline.case, about=(PANEL, deadline),
            trace="\n".join(_why(db, deadline, before, day)),
        )  # fmt: skip
    db.flush()


def _why(db: Session, deadline: Deadline, before: int, day: date) -> Iterator[str]:
    yield f"The day was set by others: {in_words(deadline.due_on)}."
    if deadline.source:
        yield f"Source: {deadline.source.rstrip('.')}."
    usual = deadline.due_on - timedelta(days=before)
    yield f"Reminded {counted(before, 'day')} before: {in_words(usual)}."
    if day < usual:
        yield f"Closed then ({office(db).why_closed(usual)}), so on the open day before it: {in_words(day)}."
    elif day > usual:
        yield f"That day is over, so today: {in_words(day)}."


def _owner(db: Session, case: Case) -> Worker:
    owner = tasks.whose(db, case)
    if owner is None:
        raise RuleBroken([Problem("case", "Nobody would be reminded: choose a caseworker for this case first.")])
    return owner


# Rules


def says_what_must_be_done(deadline: Deadline, _db: Session) -> Iterator[Problem]:
    if deadline.what is not None and not deadline.what.strip():
        yield Problem("what", "Say in a few words what must be done by then.")


def ends_once(deadline: Deadline, _db: Session) -> Iterator[Problem]:
    if not is_new(deadline) and was(deadline, "state") in ENDED and _changes_anything(deadline):
        yield Problem("state", "What became of this day is recorded already. Add a deadline for a new one.")


def _changes_anything(deadline: Deadline) -> bool:
    return any(is_changed(deadline, name) for name in ("state", "due_on", "due_at", "what", "source", "kind"))


def passes_only_once_it_is_over(deadline: Deadline, db: Session) -> Iterator[Problem]:
    if deadline.state == "passed" and deadline.due_on is not None and deadline.due_on >= acting(db).today:
        yield Problem("state", "This day is not over yet. It passes only once it lies behind us.")


def says_why_it_no_longer_counts(deadline: Deadline, _db: Session) -> Iterator[Problem]:
    if deadline.state in ("passed", "withdrawn") and not (deadline.ended_note or "").strip():
        yield Problem("ended_note", "Say in a few words why: the file must show what came of this day.")


guard.register(Deadline, says_what_must_be_done, ends_once, passes_only_once_it_is_over, says_why_it_no_longer_counts)
guard.register_deletion(Deadline, files_are_kept)
