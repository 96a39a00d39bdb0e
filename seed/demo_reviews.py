"""The invented office's reviews of all cases: one completed two months ago, one that is open this morning."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from casework import reviews
from casework.calendar import ONE_DAY
from casework.periods import months_before
from models import Review, ReviewEntry, Task
from seed.demo_dice import Dice
from seed.demo_stage import Stage, Story, on

MONTHS = 2
OPENED = timedelta(days=5)  # before today
LEFT = 5  # every so many cases have no entry yet
SAID = (
    "Goes on as planned. She rings herself when something happens.",
    "The landlord has not answered. We chase and write down each silence.",
    "Quiet for three weeks now. Ask how they are, not what happened.",
    "The plan holds. Two steps are theirs, both done.",
    "Waits for the hearing. Solicitor has everything.",
    "Talked about what they want most: to sleep in their own bed.",
    "New incidents since the last review. Every one is written down and passed on.",
    "Could be closed with the client. Ask them at the next visit.",
)
STEPS = (
    "Ring and ask how the last weeks were", "Look at the plan together again", "Write to the landlord a third time",
    "Visit at home with an interpreter", "Ask the school for a meeting",
)  # fmt: skip
WHICH_MARK = ("", "", "again", "", "pattern", "second_pair", "", "closing")
ADDED = "The figures of July were late because of a holiday; nothing in them has changed."


def reviews_of_all_cases(stage: Stage) -> Story:
    """Play the review of the months before, and the one that is open now."""
    dice, manager = Dice("reviews"), stage.staff["manager"]
    last = months_before(stage.today.replace(day=1), MONTHS)
    yield on(manager, last.first + 2 * ONE_DAY)
    if reviews.unfinished(stage.db) is not None or stage.day > last.last:
        return
    first = reviews.open_review(stage.db, reviews.plan_first(stage.db))
    for place, entry in enumerate(reviews.entries(stage.db, first)):
        _write(stage, entry, place, dice, with_step=place < len(STEPS))
    stage.db.flush()
    reviews.complete(stage.db, first)
    _done_at_once(stage)
    yield on(manager, stage.day + 7 * ONE_DAY)
    reviews.add_remark(stage.db, first, ADDED)
    yield on(manager, stage.today - OPENED)
    _half_written(stage, dice)


def _half_written(stage: Stage, dice: Dice) -> None:
    review = reviews.unfinished(stage.db)
    assert isinstance(review, Review)
    reviews.open_review(stage.db, review)
    for place, entry in enumerate(reviews.entries(stage.db, review)):
        if place % LEFT:
            _write(stage, entry, place, dice, with_step=place % 3 == 0)


def _write(stage: Stage, entry: ReviewEntry, place: int, dice: Dice, *, with_step: bool) -> None:
    entry.note = SAID[place % len(SAID)]
    if with_step:
        entry.next_step = dice.pick(STEPS)
    mark = WHICH_MARK[place % len(WHICH_MARK)]
    if mark:
        entry.flags = [stage.code("review_flag", mark)]


def _done_at_once(stage: Stage) -> None:
    """What the first review agreed on was done the same day: no case of the play waits for it."""
    fresh = select(Task).where(Task.kind == reviews.REVIEW, Task.about.is_(None), Task.created_at == stage.now)
    for task in stage.db.scalars(fresh):
        task.done_on = stage.day
    stage.db.flush()
