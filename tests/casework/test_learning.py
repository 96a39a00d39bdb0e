"""What clients say about our work, complaints with their clocks, respect both ways, and reading each other's files."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework import learning
from models import Complaint, Feedback, FileReview, Restriction, Task
from models.learning import ITEMS
from tests import make


def fields(db, *rows) -> list[str]:
    db.add_all(rows)
    found = [field for field, _text in make.problems(db)]
    if found:
        for one in rows:
            db.expunge(one)
    return found


@pytest.mark.parametrize("item", ITEMS)
def test_each_of_the_nine_answers_lies_between_0_and_4(db, item):
    for value, wrong in ((0, []), (4, []), (5, [item]), (-1, [item])):
        assert fields(db, Feedback(received_on=make.TODAY, **{item: value})) == wrong


def test_feedback_may_be_anonymous_but_not_empty_and_its_suggestion_waits_for_the_review(db):
    assert fields(db, Feedback(received_on=make.TODAY)) == ["text"]
    first = Feedback(received_on=date(2026, 11, 20), improvement="Ring back the same day")
    second = Feedback(received_on=make.TODAY, improvement="A room with a door", case=make.case(db))
    assert fields(db, first, second, Feedback(received_on=make.TODAY, relief=4)) == []
    assert learning.for_next_review(db) == [first, second]
    learning.discuss(db, [first])
    assert (first.discussed_on, learning.for_next_review(db)) == (make.TODAY, [second])


def test_a_complaint_runs_two_clocks_and_ends_each_task_with_its_day(db):
    handler, about = make.worker(db, "Maryam Y"), make.worker(db, "Tariq B")
    made = learning.receive(
        db, Complaint(received_on=make.TODAY, what="Was not rung back", about=about, handler=handler)
    )
    # 5 and 20 open days after Monday 23 November, Christmas not reached
    assert (made.acknowledge_by, made.answer_by) == (date(2026, 11, 30), date(2026, 12, 21))

    def open_days() -> list[date]:
        waiting = select(Task).where(Task.about == "complaint", Task.done_on.is_(None)).order_by(Task.due_on)
        return [one.due_on for one in db.scalars(waiting)]

    assert open_days() == [made.acknowledge_by, made.answer_by]
    made.acknowledged_on = make.TODAY
    db.flush()
    assert open_days() == [made.answer_by]
    made.answered_on = make.TODAY
    assert [field for field, _text in make.problems(db)] == ["outcome", "learning"]
    made.outcome, made.learning = "partly", "Two people know each call-back"
    assert make.problems(db) == []
    assert open_days() == []


def test_a_complaint_that_came_on_another_day_has_its_tasks_moved_with_both_clocks(db):
    handler = make.worker(db, "Maryam Y")
    made = learning.receive(db, Complaint(received_on=make.TODAY, what="Was not rung back", handler=handler))
    first, last = db.scalars(select(Task).where(Task.about == "complaint").order_by(Task.due_on))
    made.received_on = date(2026, 11, 16)  # a week before
    db.flush()
    assert (first.due_on, last.due_on) == (date(2026, 11, 23), date(2026, 12, 14))
    assert (first.trace, last.trace) == (made.acknowledge_trace, made.answer_trace)
    assert "16 November 2026" in first.trace
    made.acknowledged_on = make.TODAY
    db.flush()
    assert (first.done_on, last.done_on) == (make.TODAY, None)
    last.due_on, made.handler = date(2026, 12, 1), make.worker(db, "Jo N")  # sooner, as somebody wished
    db.flush()
    made.answered_on, made.outcome, made.learning = make.TODAY, "partly", "Two people know each call-back"
    db.flush()
    assert (last.due_on, last.done_on, last.owner.name) == (date(2026, 12, 1), make.TODAY, "Jo N")


@pytest.mark.parametrize("late", [False, True])
def test_a_complaint_answered_after_its_day_needs_a_reason(db, late):
    handler = make.worker(db, "Maryam Y")
    made = learning.receive(db, Complaint(received_on=make.TODAY, what="Was not rung back", handler=handler))
    make.act_as(db, "system", now=make.at("2026-12-22" if late else "2026-12-21", "12:00"))
    made.answered_on = date(2026, 12, 22 if late else 21)
    made.outcome, made.learning = "upheld", "Two people know each call-back"
    assert [field for field, _text in make.problems(db)] == (["late_reason"] if late else [])


def test_nobody_handles_a_complaint_about_themselves(db):
    tariq = make.worker(db, "Tariq B")
    assert fields(db, Complaint(received_on=make.TODAY, what="Shouted", about=tariq, handler=tariq)) == ["handler"]
    assert fields(db, Complaint(received_on=make.TODAY, what="x", about=tariq, handler=make.worker(db, "Jo"))) == []


def test_only_a_manager_restricts_with_a_reason_and_a_day_to_look_again(db):
    client, manager, worker = make.client(db), make.worker(db, "Maryam Y"), make.worker(db, "Tariq B")

    def restriction(**more) -> Restriction:
        usual = {"client": client, "what": "Visits by two of us only", "reason": "Threatened a colleague",
                 "decided_on": make.TODAY, "review_on": date(2026, 12, 23)}  # fmt: skip
        return Restriction(**usual | more)

    make.act_as(db, "caseworker", worker)
    assert fields(db, restriction()) == ["reason"]
    make.act_as(db, "manager", manager)
    assert fields(db, restriction(reason=" ")) == ["reason"]
    assert fields(db, restriction(review_on=make.TODAY)) == ["review_on"]
    made = learning.impose(db, restriction())
    assert made.decided_by is manager
    [task] = db.scalars(select(Task).where(Task.about == "restriction"))
    assert (task.owner, task.due_on, task.kind) == (manager, date(2026, 12, 23), "review")
    made.review_on = date(2027, 1, 20)
    db.flush()
    assert task.due_on == date(2027, 1, 20)
    made.ended_on = make.TODAY
    db.flush()
    assert task.done_on == make.TODAY


def test_a_file_is_read_by_somebody_else_than_its_caseworker(db):
    case = make.case(db, lead=make.worker(db, "Amina K"))
    usual = {"case": case, "reviewed_on": make.TODAY, "findings": "Consent of June is not in the file"}
    assert fields(db, FileReview(reviewer=case.lead, **usual)) == ["reviewer"]
    assert fields(db, FileReview(reviewer=make.worker(db, "Jon P"), reflection="Ask sooner", **usual)) == []


TOMORROW = date(2026, 11, 24)


def complaint(db, **more) -> Complaint:
    """A complaint of last week about Tariq, handled by Maryam; nothing else is known of it yet."""
    handler, about = make.worker(db, "Maryam Y"), make.worker(db, "Tariq B")
    usual = {"received_on": date(2026, 11, 16), "what": "Was not rung back", "about": about, "handler": handler}
    return learning.receive(db, Complaint(**usual | more))


def told(db) -> list[tuple[str, str]]:
    """Give what stands against what was changed, and take the change back."""
    found = make.problems(db)
    db.expire_all()
    return [(field, text.partition(".")[0]) for field, text in found]


def test_feedback_was_given_by_today(db):
    assert fields(db, Feedback(received_on=TOMORROW, relief=4)) == ["received_on"]
    assert fields(db, Feedback(received_on=make.TODAY, relief=4)) == []


def test_whom_a_complaint_is_about_cannot_change_it_and_a_colleague_can(db):
    made = complaint(db)
    make.act_as(db, "manager", made.about)
    made.acknowledged_on = make.TODAY
    assert told(db) == [("about", "A complaint about you is handled by a colleague; you cannot change it")]
    make.act_as(db, "manager", made.handler)
    made.acknowledged_on = make.TODAY
    assert told(db) == []


def test_an_outcome_has_the_day_of_the_answer(db):
    made = complaint(db)
    made.outcome = "upheld"
    assert told(db) == [("answered_on", "Say on which day it was answered")]


@pytest.mark.parametrize(("name", "day", "wrong"), [
    ("received_on", TOMORROW, "This is recorded once it has happened"), ("received_on", make.TODAY, None),
    ("acknowledged_on", TOMORROW, "This is recorded once it has happened"), ("acknowledged_on", make.TODAY, None),
    ("acknowledged_on", date(2026, 11, 15), "This comes after the complaint was received"),
    ("acknowledged_on", date(2026, 11, 16), None),
])  # fmt: skip
def test_the_days_of_a_complaint_are_in_order_and_by_today(db, name, day, wrong):
    made = complaint(db)
    setattr(made, name, day)
    assert told(db) == ([(name, wrong)] if wrong else [])


def test_a_restriction_ends_after_it_begins(db):
    make.act_as(db, "manager", make.worker(db, "Maryam Y"))
    usual = {"client": make.client(db), "what": "Visits by two of us only", "reason": "Threatened a colleague",
             "decided_on": make.TODAY, "review_on": date(2026, 12, 23)}  # fmt: skip
    assert fields(db, Restriction(ended_on=date(2026, 11, 22), **usual)) == ["ended_on"]
    assert fields(db, Restriction(ended_on=make.TODAY, **usual)) == []


def test_a_file_was_read_and_a_training_taken_by_today(db):
    case, jon = make.case(db), make.worker(db, "Jon P")
    for day, reviewed, trained in ((TOMORROW, ["reviewed_on"], ["training_on"]), (make.TODAY, [], [])):
        assert fields(db, FileReview(case=case, reviewer=jon, reviewed_on=day, findings="Fine")) == reviewed
        jon.training_on = day
        assert [field for field, _text in told(db)] == trained


def test_what_was_said_about_our_work_is_not_deleted(db):
    made = complaint(db)
    db.delete(made)
    assert told(db) == [("", "Not deleted: what was said about our work is kept")]
