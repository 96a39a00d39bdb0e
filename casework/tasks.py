"""What is to do, by whom and by when. Whatever waits for something leaves a task, and its progress ends it.

"My day" reads only tasks: a verb that makes something due calls `ask` for it, and the verb that answers it calls
`finish`. A task with nothing behind it is ticked off by hand.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.changes import belonging
from casework.context import acting
from casework.scope import office_wide
from models import Base, Case, Task, Worker
from models.declared import by_key

LONGEST = by_key(Task)["what"].length


def ask(
    db: Session,
    owner: Worker,
    what: str,
    due_on: date,
    *,
    case: Case | None = None,
    trace: str | None = None,
    about: tuple[str, Base] | None = None,
) -> Task:
    """Leave a task for `owner`; `about` names the panel and the saved record whose progress ends it."""
    name, row = about or (None, None)
    task = Task(
        what=what[:LONGEST], owner=owner, due_on=due_on, case=case, trace=trace, about=name,
        about_id=row.id if row is not None else None,
    )  # fmt: skip
    db.add(task)
    return task


def waiting(db: Session, about: str, row: Base) -> list[Task]:
    """Give every open task that waits for this record, saved or not."""
    found = db.scalars(
        office_wide(select(Task).where(Task.about == about, Task.about_id == row.id, Task.done_on.is_(None)))
    ).all()
    here = [one for one in db.new if isinstance(one, Task) and (one.about, one.about_id) == (about, row.id)]
    return [one for one in (*found, *here) if one.done_on is None]


def finish(db: Session, about: str, row: Base) -> list[Task]:
    """Tick off every open task that waits for this record; give them."""
    done = waiting(db, about, row)
    for one in done:
        one.done_on = acting(db).today
    return done


def open_tasks(db: Session, case: Case) -> list[Task]:
    """Give what is still to do in a case, saved or not, the earliest first."""
    found = belonging(db, Task, "case", case, Task.done_on.is_(None))
    return sorted((one for one in found if one.done_on is None), key=lambda one: (one.due_on, one.id or 0))
