"""What is to do, by whom and by when. Whatever waits for something leaves a task, and its progress ends it.

"My day" reads only tasks: a verb that makes something due calls `ask` for it, and the verb that answers it calls
`finish`. A task with nothing behind it is ticked off by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard
from casework.changes import belonging, is_changed
from casework.context import acting
from casework.datetext import without_weekday
from casework.problems import Problem, RuleBroken
from casework.scope import office_wide
from models import Base, Case, Task, Worker
from models.declared import by_key

LONGEST = by_key(Task)["what"].length
KIND_OF = MappingProxyType({  # what a task waits for -> its kind, where nobody said another
    "referral": "answer", "correspondence": "letter", "deadline": "deadline", "planstep": "plan_step",
    "filerequest": "file_access", "complaint": "complaint", "restriction": "review", "leadership": "follow_up",
})  # fmt: skip
BY_HAND = ("case", "leadership")  # a task about these may be ticked off too


def ask(
    db: Session,
    owner: Worker,
    what: str,
    due_on: date,
    *,
    case: Case | None = None,
    trace: str | None = None,
    about: tuple[str, Base] | None = None,
    kind: str = "general",
) -> Task:
    """Leave a task for `owner`; `about` names the panel and the saved record whose progress ends it.

    `kind` is one of models.cases.TASK_KINDS; left general, it follows from what the task waits for.
    """
    name, row = about or (None, None)
    task = Task(
        what=what[:LONGEST], owner=owner, due_on=due_on, case=case, trace=trace, about=name,
        about_id=row.id if row is not None else None, kind=kind,
    )  # fmt: skip
    db.add(task)
    return task


def whoever_acts(db: Session) -> Worker | None:
    """Give the person who acts, as the owner of what nobody else is there for; None for an account without one."""
    who = acting(db)
    return db.get(Worker, who.worker_id) if who.worker_id is not None else None


def whose(db: Session, case: Case) -> Worker | None:
    """Give who sees to what a case needs: its caseworker, else the person who acts."""
    return case.lead or whoever_acts(db)


def finish(db: Session, about: str, row: Base, *, kind: str | None = None) -> list[Task]:
    """Tick off every open task that waits for this record, or those of one kind; give them."""
    done = [one for one in waiting_for(db, about, row) if kind in (None, one.kind)]
    for one in done:
        one.done_on = acting(db).today
    return done


def waiting_for(db: Session, about: str, row: Base) -> list[Task]:
    """Give the open tasks that wait for a record, saved or not, whoever is to do them."""
    stored = db.scalars(
        office_wide(select(Task).where(Task.about == about, Task.about_id == row.id, Task.done_on.is_(None)))
    ).all()
    here = [one for one in db.new if isinstance(one, Task) and (one.about, one.about_id) == (about, row.id)]
    return [one for one in (*stored, *here) if one.done_on is None]


def open_tasks(db: Session, case: Case) -> list[Task]:
    """Give what is still to do in a case, saved or not, the earliest first."""
    found = belonging(db, Task, "case", case, Task.done_on.is_(None))
    return sorted((one for one in found if one.done_on is None), key=lambda one: (one.due_on, one.id or 0))


def tick_off(db: Session, task: Task) -> Task:
    """Write down that it is done, today. What waits for a record is done there. Raises RuleBroken."""
    if task.about is not None and task.about not in BY_HAND:
        raise RuleBroken([Problem("done_on", "Not ticked off: this ends by itself once its record is answered. "
                                  "Open the record.")])  # fmt: skip
    task.done_on = acting(db).today
    db.flush()
    return task


def undo(db: Session, task: Task) -> Task:
    """Take back a tick of today. Raises RuleBroken for an older one."""
    if task.done_on != acting(db).today:
        raise RuleBroken([Problem("done_on", "Not undone: this was not ticked off today. Leave a new task instead.")])
    task.done_on = None
    db.flush()
    return task


def put_off(db: Session, task: Task, until: date, reason: str) -> Task:
    """Put a task off to a later day, with the reason. Raises RuleBroken."""
    task.put_off_until, task.put_off_reason = until, reason
    db.flush()
    return task


# Filled in by itself


def name_its_kind(task: Task, _db: Session) -> None:
    """Tell the kind by what the task waits for, where only "general" is known."""
    if task.kind in (None, "general") and task.about in KIND_OF:
        task.kind = KIND_OF[task.about]


guard.prepare(Task, name_its_kind)


# Rules


def put_off_with_a_reason(task: Task, db: Session) -> Iterator[Problem]:
    """A line leaves the day's list by being done, or for a while by a reason that colleagues can read."""
    if task.put_off_until is None or not is_changed(task, "put_off_until"):
        return
    if not (task.put_off_reason or "").strip():
        yield Problem("put_off_reason", "Give the reason for putting this off.")
    if task.put_off_until <= acting(db).today:
        yield Problem("put_off_until", "Put it off to a day that is still to come.")
    elif task.put_off_until <= task.due_on:
        yield Problem("put_off_until", f"It is due on {without_weekday(task.due_on)} anyway. Choose a later day.")
    if task.kind == "deadline":
        yield Problem("put_off_until", "This date is set by others or by law, so it cannot be put off. Do it, or give "
                      "it to a colleague.")  # fmt: skip


def done_by_today(task: Task, db: Session) -> Iterator[Problem]:
    if task.done_on is not None and is_changed(task, "done_on") and task.done_on > acting(db).today:
        yield Problem("done_on", "This is ticked off once it is done. Correct the day.")


guard.register(Task, put_off_with_a_reason, done_by_today)
