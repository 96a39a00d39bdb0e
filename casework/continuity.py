"""One dedicated caseworker for each case: every change has a reason, is kept, and is told to the client.

The history is written at every flush, so that a plain edit, an import and a handover leave the same trace. The first
caseworker needs no reason. Source: empowering casework article, continuity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import guard, tasks
from casework.calendar import due
from casework.cases import RUNNING
from casework.changes import belonging, has_link, is_changed, is_new, was
from casework.context import acting
from casework.datetext import counted
from casework.merging import same_person
from casework.problems import Problem, RuleBroken
from casework.scope import office_wide
from casework.settings import number_setting, office
from models import Case, CaseWorker, Conflict, Task, Worker

PANEL = "leadership"  # a task about it ends with "client told on" in the row of the present caseworker


def running_cases(db: Session, worker: Worker) -> list[Case]:
    """Give the running cases that somebody leads, as far as the reader may meet them."""
    led = select(Case).where(Case.lead_id == worker.id, Case.status.in_(RUNNING)).order_by(Case.ref)
    return list(db.scalars(led))


def other_tasks(db: Session, worker: Worker) -> list[Task]:
    """Give somebody's open tasks that belong to no case, as far as the reader may meet them."""
    own = select(Task).where(Task.owner_id == worker.id, Task.case_id.is_(None), Task.done_on.is_(None))
    return list(db.scalars(own.order_by(Task.due_on, Task.id)))


def hand_over(
    db: Session,
    giver: Worker,
    to: Worker,
    cases: Sequence[Case],
    reason: str,
    *,
    told_on: date | None = None,
    own_tasks: Sequence[Task] = (),
) -> list[Case]:
    """Give `cases`, the giver's open tasks in them and `own_tasks` to somebody else, all or none.

    With `told_on` the clients know already; without it the new caseworker finds a task for each. Done by a manager,
    or by the caseworker who gives. Raises RuleBroken.
    """
    _may_give(db, giver, to, cases)
    today = acting(db).today
    with db.no_autoflush:
        for case in cases:
            mine = [one for one in tasks.open_tasks(db, case) if one.owner is giver]
            db.add(CaseWorker(case=case, worker=to, valid_from=today, reason=reason, client_told_on=told_on))
            case.lead, case.team = to, to.team or case.team
            for one in mine:
                one.owner = to
        for one in own_tasks:
            one.owner = to
    db.flush()
    return list(cases)


def _may_give(db: Session, giver: Worker, to: Worker, cases: Sequence[Case]) -> None:
    who = acting(db)
    problems = []
    if who.role not in ("manager", "system") and who.worker_id != giver.id:
        problems.append(Problem("from", "Only a manager gives away somebody else's cases. Ask your manager."))
    if to is giver:
        problems.append(Problem("to", "Choose somebody else than the person who gives the cases."))
    if not cases:
        problems.append(Problem("cases", "Tick at least one case."))
    if any(case.lead_id != giver.id or case.status not in RUNNING for case in cases):
        problems.append(Problem("cases", "Some of these are not led by this person any more. Look at the list again."))
    if problems:
        raise RuleBroken(problems)


def changes_between(db: Session, first: date, last: date) -> tuple[int, int]:
    """Count the changes of caseworker from `first` to `last`, and the cases that they touched; office-wide."""
    days = CaseWorker.valid_from.between(first, last)
    counts = select(func.count(CaseWorker.id), func.count(CaseWorker.case_id.distinct()))
    changes, cases = db.execute(office_wide(counts.where(days, CaseWorker.reason.is_not(None)))).one()
    return changes, cases


# Filled in by itself


def keep_history(case: Case, db: Session) -> None:
    """End the row of the caseworker who leaves and begin the next one's; what was typed as reason moves there."""
    today = acting(db).today
    if is_new(case):
        if has_link(case, "lead"):
            db.add(CaseWorker(case=case, worker=case.lead, valid_from=min(case.opened_on or today, today)))
        return
    if not _changes_hands(case):
        return
    rows = belonging(db, CaseWorker, "case", case)
    reason = (case.lead_reason or acting(db).reason or "").strip() or None
    for row in rows:
        if row.valid_to is None and not is_new(row):
            row.valid_to = today
    case.lead_reason = None
    if case.lead is not None:
        _begin(db, case, next((row for row in rows if is_new(row)), None), reason)


def _begin(db: Session, case: Case, announced: CaseWorker | None, reason: str | None) -> None:
    """Begin the new caseworker's row, unless a handover has written it, and see that the client is told."""
    is_first = was(case, "lead_id") is None
    row = announced or CaseWorker(case=case, valid_from=acting(db).today)
    row.worker, row.reason = case.lead, row.reason or (None if is_first else reason)
    db.add(row)
    if not is_first and row.client_told_on is None and case.status in RUNNING:
        _see_that_the_client_is_told(db, case, row)


def _see_that_the_client_is_told(db: Session, case: Case, row: CaseWorker) -> None:
    """Leave a task for the new caseworker; one of an earlier change that was never told is taken over by it."""
    what = f"Tell the client that {case.lead.name} is now their caseworker"
    clock = due(acting(db).today, number_setting(db, "handover_told"), "working_day", office(db),
                rule="A client is told of a new caseworker", source="Chosen by the office")  # fmt: skip
    untold = next((one for one in tasks.open_tasks(db, case) if one.about == PANEL), None)
    task = untold or tasks.ask(db, case.lead, what, clock.on, case=case, about=(PANEL, row))
    task.what, task.owner, task.due_on = what[: tasks.LONGEST], case.lead, clock.on
    task.trace, task.put_off_until = "\n".join(clock.explained()), None


def _changes_hands(case: Case) -> bool:
    before, now = was(case, "lead_id"), case.lead.id if case.lead is not None else None
    return not is_new(case) and is_changed(case, "lead") and before != now


def note_that_the_client_knows(task: Task, db: Session) -> None:
    """Keep the day on which the client was told, once the task of telling them is done."""
    if task.about == PANEL and task.case is not None and is_changed(task, "done_on"):
        for row in belonging(db, CaseWorker, "case", task.case, CaseWorker.valid_to.is_(None)):
            if row.valid_to is None and row.worker is task.case.lead:
                row.client_told_on = task.done_on


guard.prepare(Case, keep_history)
guard.prepare(Task, note_that_the_client_knows)


# Rules


def changed_for_a_reason(case: Case, db: Session) -> Iterator[Problem]:
    """Source: empowering casework article, continuity: one dedicated worker."""
    if not _changes_hands(case) or case.lead is None or was(case, "lead_id") is None:
        return
    fresh = [row for row in belonging(db, CaseWorker, "case", case) if is_new(row)]
    if not any((row.reason or "").strip() for row in fresh):
        yield Problem("lead_reason", "Say why this case gets another caseworker.")


def reason_belongs_to_a_change(case: Case, _db: Session) -> Iterator[Problem]:
    if case.lead_reason and not is_new(case):
        yield Problem("lead_reason", "The caseworker stays the same. Leave this empty, or choose somebody else.")


def no_conflict_with_the_client(case: Case, db: Session) -> Iterator[Problem]:
    """The reason, and whose it is, stay where the conflict was declared; it holds for every record of the person."""
    taken_on = is_new(case) or _changes_hands(case)
    if not taken_on or case.lead is None or case.client is None:
        return
    against = select(Conflict.id).where(
        Conflict.worker_id == case.lead.id, Conflict.client_id.in_(same_person(case.client.id))
    )
    if db.scalar(office_wide(against.limit(1))) is not None:
        yield Problem("lead", f"{case.lead.name} cannot take {case.ref}: a conflict of interest was declared. Leave "
                      "this case out, or choose somebody else.")  # fmt: skip


def led_by_somebody_who_is_here(case: Case, _db: Session) -> Iterator[Problem]:
    if _changes_hands(case) and case.lead is not None and not case.lead.active:
        yield Problem("lead", f"{case.lead.name} no longer works with us. Choose somebody else.")


def cases_are_handed_over_first(worker: Worker, db: Session) -> Iterator[Problem]:
    if worker.active is not False or is_new(worker) or not is_changed(worker, "active"):
        return
    led = select(func.count(Case.id)).where(Case.lead_id == worker.id, Case.status.in_(RUNNING))
    number = db.scalar(office_wide(led.where(Case.voided_reason.is_(None)))) or 0
    if number:
        yield Problem("active", f"{worker.name} still leads {counted(number, 'running case')}. Hand them over first, "
                      "by “Hand over cases” on this person's page.")  # fmt: skip


def told_once_it_happened(row: CaseWorker, db: Session) -> Iterator[Problem]:
    if row.client_told_on is not None and row.client_told_on > acting(db).today:
        yield Problem("client_told_on", "This is recorded once the client was told. Correct the day.")


def history_stays(_row: CaseWorker, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: who looked after a case stays on the file.")


guard.register(
    Case, changed_for_a_reason, reason_belongs_to_a_change, no_conflict_with_the_client, led_by_somebody_who_is_here
)
guard.register(Worker, cases_are_handed_over_first)
guard.register(CaseWorker, told_once_it_happened)
guard.register_deletion(CaseWorker, history_stays)
