"""What clients tell us about our work: feedback, complaints, concerns about respect; and reading each other's files.

Sources: service statement, "Complaints" and "Feedback"; empowering casework article, satisfaction and reflection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard, tasks
from casework.calendar import Due, due
from casework.changes import is_changed, is_linked, is_new, was
from casework.context import acting
from casework.datetext import in_words
from casework.problems import Problem
from casework.settings import number_setting, office
from models import Complaint, Feedback, FileReview, Restriction, Worker
from models.learning import ITEMS, LEAST, MOST

SOURCE = "Chosen by the office"


def for_next_review(db: Session) -> list[Feedback]:
    """Give the feedback whose suggestions no review has discussed yet, the oldest first, within the reader's scope."""
    waiting = select(Feedback).where(Feedback.improvement.is_not(None), Feedback.discussed_on.is_(None))
    return list(db.scalars(waiting.order_by(Feedback.received_on, Feedback.id)))


def discuss(db: Session, feedback: Sequence[Feedback]) -> Sequence[Feedback]:
    """Write down that the review discussed these suggestions, today."""
    for one in feedback:
        one.discussed_on = acting(db).today
    db.flush()
    return feedback


def receive(db: Session, complaint: Complaint) -> Complaint:
    """Write a complaint down; its handler finds both clocks as tasks. Raises RuleBroken."""
    db.add(complaint)
    db.flush()
    for what, day, trace in (
        ("Acknowledge a complaint about us", complaint.acknowledge_by, complaint.acknowledge_trace),
        ("Answer a complaint about us", complaint.answer_by, complaint.answer_trace),
    ):
        tasks.ask(db, complaint.handler, what, day, trace=trace, about=("complaint", complaint), kind="complaint")
    db.flush()
    return complaint


def impose(db: Session, restriction: Restriction) -> Restriction:
    """Write a restriction down; the manager who decided it finds the day to look again as a task. Raises RuleBroken."""
    db.add(restriction)
    db.flush()
    if restriction.decided_by is not None:
        tasks.ask(db, restriction.decided_by, "Look again at a restriction", restriction.review_on,
                  about=("restriction", restriction), kind="review")  # fmt: skip
    db.flush()
    return restriction


# Filled in by itself


def start_the_clocks(complaint: Complaint, db: Session) -> None:
    """Count both due days from the day it was received, with their traces."""
    if complaint.received_on is not None and (is_new(complaint) or is_changed(complaint, "received_on")):
        first = _clock(complaint, db, "complaint_acknowledged", "A complaint about us is acknowledged")
        last = _clock(complaint, db, "complaint_answered", "A complaint about us is answered")
        complaint.acknowledge_by, complaint.acknowledge_trace = first.on, "\n".join(first.explained())
        complaint.answer_by, complaint.answer_trace = last.on, "\n".join(last.explained())


def _clock(complaint: Complaint, db: Session, key: str, rule: str) -> Due:
    return due(complaint.received_on, number_setting(db, key), "working_day", office(db), rule=rule, source=SOURCE)


def end_its_tasks(complaint: Complaint, db: Session) -> None:
    """Let its tasks follow both clocks, and tick each off once it has its day, whichever form it was typed into."""
    if is_new(complaint):
        return
    acknowledged = complaint.acknowledged_on or complaint.answered_on
    clocks = {  # what a task was due for -> its day now, why, and whether it is over
        was(complaint, "acknowledge_by"): (complaint.acknowledge_by, complaint.acknowledge_trace, acknowledged),
        was(complaint, "answer_by"): (complaint.answer_by, complaint.answer_trace, complaint.answered_on),
    }
    for task in tasks.waiting_for(db, "complaint", complaint):
        by_hand = (task.due_on, task.trace, complaint.answered_on)  # somebody gave it another day: the answer ends it
        task.due_on, task.trace, done = clocks.get(task.due_on, by_hand)
        if done is not None:
            task.done_on = acting(db).today
        elif is_changed(complaint, "handler"):
            task.owner = complaint.handler


def decide_as_manager(restriction: Restriction, db: Session) -> None:
    """Name the manager who decides, and move or end the day to look again with the restriction."""
    if is_new(restriction):
        restriction.decided_by = restriction.decided_by or tasks.whoever_acts(db)
        return
    for task in tasks.waiting_for(db, "restriction", restriction):
        if restriction.ended_on is not None:
            task.done_on = acting(db).today
        elif restriction.review_on is not None and task.due_on != restriction.review_on:
            task.due_on = restriction.review_on


guard.prepare(Complaint, start_the_clocks, end_its_tasks)
guard.prepare(Restriction, decide_as_manager)


# Rules


def on_the_scale_and_not_empty(feedback: Feedback, db: Session) -> Iterator[Problem]:
    for name in ITEMS:
        value = getattr(feedback, name)
        if value is not None and not LEAST <= value <= MOST:
            yield Problem(name, f"Choose a number from {LEAST} to {MOST}.")
    said = [getattr(feedback, name) for name in (*ITEMS, "text", "improvement")]
    if all(one is None or one == "" for one in said):
        yield Problem("text", "Write down at least one answer or a few of their words.")
    if feedback.received_on is not None and feedback.received_on > acting(db).today:
        yield Problem("received_on", "Feedback is written down once it was given. Correct the day.")


def handled_by_somebody_else(complaint: Complaint, _db: Session) -> Iterator[Problem]:
    """Source: service statement, "Complaints"."""
    if complaint.about is not None and complaint.handler is complaint.about:
        yield Problem("handler", "Somebody else than the person it is about handles a complaint. Choose a colleague.")


def not_written_by_whom_it_is_about(complaint: Complaint, db: Session) -> Iterator[Problem]:
    me = acting(db).worker_id
    if me is not None and complaint.about is not None and complaint.about.id == me and not is_new(complaint):
        yield Problem("about", "A complaint about you is handled by a colleague; you cannot change it.")


def answered_in_full(complaint: Complaint, _db: Session) -> Iterator[Problem]:
    if complaint.answered_on is None:
        if complaint.outcome is not None:
            yield Problem("answered_on", "Say on which day it was answered.")
        return
    if complaint.outcome is None:
        yield Problem("outcome", "Say what came of it.")
    if not (complaint.learning or "").strip():
        yield Problem("learning", "Say what we learn from it, also where it was not upheld.")
    if complaint.answered_on > complaint.answer_by and not (complaint.late_reason or "").strip():
        yield Problem("late_reason", f"It was due on {in_words(complaint.answer_by)}. Give the reason for the delay.")


def dated_in_order(complaint: Complaint, db: Session) -> Iterator[Problem]:
    for name in ("received_on", "acknowledged_on", "answered_on"):
        day = getattr(complaint, name)
        if day is not None and day > acting(db).today:
            yield Problem(name, "This is recorded once it has happened. Correct the day.")
        elif day is not None and complaint.received_on is not None and day < complaint.received_on:
            yield Problem(name, "This comes after the complaint was received. Correct the day.")


def decided_by_a_manager(restriction: Restriction, db: Session) -> Iterator[Problem]:
    """Source: service statement, respect both ways: only a manager restricts, with a reason and a day to look again."""
    if acting(db).role not in ("manager", "system"):
        yield Problem("reason", "Only a manager restricts how a client deals with us. Ask your manager.")
    if not (restriction.reason or "").strip():
        yield Problem("reason", "Give the manager's reason.")
    begins, again = restriction.decided_on, restriction.review_on
    if begins is not None and again is not None and again <= begins:
        yield Problem("review_on", "Choose a later day to look at this again.")
    if restriction.ended_on is not None and begins is not None and restriction.ended_on < begins:
        yield Problem("ended_on", "It ends after it begins. Correct the day.")


def read_by_a_colleague(review: FileReview, _db: Session) -> Iterator[Problem]:
    """Source: empowering casework article, supervision and reflection."""
    if review.case is not None and review.reviewer is not None and is_linked(review.case, "lead", review.reviewer):
        yield Problem("reviewer", "A file is read by somebody else than its caseworker. Choose a colleague.")


def read_in_the_past(review: FileReview, db: Session) -> Iterator[Problem]:
    if review.reviewed_on is not None and review.reviewed_on > acting(db).today:
        yield Problem("reviewed_on", "A review is written down once the file was read. Correct the day.")


def trained_in_the_past(worker: Worker, db: Session) -> Iterator[Problem]:
    if worker.training_on is not None and worker.training_on > acting(db).today:
        yield Problem("training_on", "A training is written down once it has taken place. Correct the day.")


def what_was_said_is_kept(_row: object, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what was said about our work is kept.")


guard.register(Feedback, on_the_scale_and_not_empty)
guard.register(Complaint, handled_by_somebody_else, not_written_by_whom_it_is_about, answered_in_full, dated_in_order)
guard.register(Restriction, decided_by_a_manager)
guard.register(FileReview, read_by_a_colleague, read_in_the_past)
guard.register(Worker, trained_in_the_past)
for kept in (Feedback, Complaint, Restriction, FileReview):
    guard.register_deletion(kept, what_was_said_is_kept)
