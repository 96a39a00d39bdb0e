"""The review of all open cases: planned by itself, opened with every open case listed, complete once each has an entry.

A complete review stays as it was; what comes to mind later is a note to it. Completing it leaves each next step as a
task of its owner, and plans the next review. Source: service statement, "Quality casework" (reviewed bimonthly).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import guard, promises, review_figures, tasks
from casework.cases import RUNNING
from casework.changes import is_changed, is_new, was
from casework.context import acting
from casework.datetext import counted, without_weekday
from casework.my_day import last_day_shown
from casework.periods import ONE_DAY, Period, months_before, months_from
from casework.problems import Problem, RuleBroken
from casework.review_figures import Picture
from casework.review_reasons import look_at
from casework.scope import office_wide
from casework.settings import number_setting
from models import Case, Review, ReviewEntry, ReviewRemark
from models.reviews import REVIEW_STATES

STAYS = "This review is complete and stays as it was. Add a note to it instead."
STATES = [word for word, _label in REVIEW_STATES]  # in the only order in which one follows the other
REVIEW = "review"  # the kind of its tasks
HOLDS = ("note", "next_step", "owner", "due_on", "flags")  # what is written into an entry


# Facts


def all_reviews(db: Session) -> list[Review]:
    """Give every review, the newest first."""
    return list(db.scalars(select(Review).order_by(Review.period_from.desc()).options(joinedload(Review.chair))))


def unfinished(db: Session) -> Review | None:
    """Give the review that is planned or open; there is one at a time."""
    found = select(Review).where(Review.status != "complete").order_by(Review.period_from)
    return db.scalars(found.options(joinedload(Review.chair))).first()


def can_be_opened(db: Session, review: Review) -> bool:
    """Say whether the period of a planned review is over."""
    return acting(db).today >= review.period_to


def to_do(db: Session) -> tuple[Review, int, int] | None:
    """Give the review that is open or due by the next open day, with how many of its cases have no entry yet."""
    review = unfinished(db)
    if review is None or (review.status == "scheduled" and review.due_on > last_day_shown(db)):
        return None
    return (review, *missing(db, review)) if review.status == "open" else (review, 0, 0)


def period_of(review: Review) -> Period:
    return Period(review.period_from, review.period_to)


def entries(db: Session, review: Review) -> list[ReviewEntry]:
    """Give the cases of a review within the reader's scope: those with a reason to talk first, then by reference."""
    found = (
        select(ReviewEntry)
        .join(Case, Case.id == ReviewEntry.case_id)
        .where(ReviewEntry.review_id == review.id)
        .order_by(Case.ref)
        .options(
            joinedload(ReviewEntry.case).joinedload(Case.client), joinedload(ReviewEntry.lead),
            joinedload(ReviewEntry.owner), selectinload(ReviewEntry.flags),
        )
    )  # fmt: skip
    return sorted(db.scalars(found).unique(), key=lambda one: not one.why)


def is_written(entry: ReviewEntry) -> bool:
    """Say whether something was said about this case."""
    return bool((entry.note or "").strip())


def missing(db: Session, review: Review) -> tuple[int, int]:
    """Give how many cases have no entry yet, and how many are listed, whoever may meet them.

    A case that was set aside meanwhile is no longer asked for.
    """
    empty = or_(ReviewEntry.note.is_(None), ReviewEntry.note == "")
    found = (
        select(func.count(ReviewEntry.id), func.count(ReviewEntry.id).filter(empty))
        .join(Case, Case.id == ReviewEntry.case_id)
        .where(ReviewEntry.review_id == review.id, Case.voided_reason.is_(None))
    )
    listed, without = db.execute(office_wide(found)).one()
    return without, listed


def missing_words(without: int, listed: int) -> str:
    """Give "12 of 41 cases have no entry yet."."""
    return f"{without} of {counted(listed, 'case')} {'has' if without == 1 else 'have'} no entry yet."


def figures(db: Session, review: Review) -> Picture:
    """Give the figures: as they were once the review is complete, else as they are now."""
    if review.snapshot is not None:
        return review_figures.from_text(review.snapshot)
    _without, listed = missing(db, review)
    before = before_it(db, review)
    kept = review_figures.from_text(before.snapshot) if before is not None and before.snapshot else None
    return review_figures.picture(db, period_of(review), _period_before(db, review), listed, kept)


def before_it(db: Session, review: Review) -> Review | None:
    """Give the review of the months just before."""
    return db.scalars(select(Review).where(Review.period_to == review.period_from - ONE_DAY)).one_or_none()


def _period_before(db: Session, review: Review) -> Period:
    return months_before(review.period_from, number_setting(db, "review_every"))


# Verbs


def plan_first(db: Session) -> Review:
    """Plan the office's first review: of the last whole months. Raises RuleBroken if there is one already."""
    if db.scalars(select(Review.id).limit(1)).first() is not None:
        raise RuleBroken([Problem("", "A review is planned already. Open that one.")])
    first_of_month = acting(db).today.replace(day=1)
    return _plan(db, months_before(first_of_month, number_setting(db, "review_every")))


def _plan(db: Session, period: Period) -> Review:
    due = promises.counted_from(db, "review_every", period.first - ONE_DAY)
    made = Review(period_from=period.first, period_to=period.last, due_on=due.on, due_trace=promises.text(due))
    db.add(made)
    db.flush()
    return made


def open_review(db: Session, review: Review) -> Review:
    """List every case that is open at this moment, with why to talk it through. Raises RuleBroken."""
    _must_be(review, "scheduled")
    now = acting(db).now
    running = select(Case).where(Case.status.in_(RUNNING), Case.voided_reason.is_(None)).order_by(Case.ref)
    cases = list(db.scalars(office_wide(running)))
    review.status, review.opened_at = "open", now
    db.add_all(
        ReviewEntry(
            review=review, case_id=one.case.id, lead_id=one.case.lead_id, silent_days=one.silent_days,
            why="\n".join(one.why) or None,
        )
        for one in look_at(db, cases, period_of(review))
    )  # fmt: skip
    db.flush()
    return review


def complete(db: Session, review: Review) -> Review:
    """Keep the figures as they are, leave the next steps as tasks and plan the next review. Raises RuleBroken."""
    _must_be(review, "open")
    told, chair = review_figures.to_text(figures(db, review)), tasks.whoever_acts(db)
    review.snapshot, review.chair, review.status, review.held_on = told, chair, "complete", acting(db).today
    db.flush()
    for one in _next_steps(db, review):
        assert one.next_step is not None and one.owner is not None and one.due_on is not None
        tasks.ask(db, one.owner, one.next_step, one.due_on, case=one.case, kind=REVIEW)
    _plan(db, months_from(review.period_to + ONE_DAY, number_setting(db, "review_every")))
    return review


def _next_steps(db: Session, review: Review) -> Sequence[ReviewEntry]:
    found = (
        select(ReviewEntry)
        .join(ReviewEntry.case)
        .where(ReviewEntry.review_id == review.id, ReviewEntry.next_step.is_not(None), Case.voided_reason.is_(None))
        .order_by(ReviewEntry.id)
        .options(joinedload(ReviewEntry.case), joinedload(ReviewEntry.owner))
    )
    return db.scalars(office_wide(found)).all()


def add_remark(db: Session, review: Review, text: str) -> ReviewRemark:
    """Add a note to a review that is complete. Raises RuleBroken."""
    made = ReviewRemark(review=review, at=acting(db).now, by=tasks.whoever_acts(db), text=text)
    db.add(made)
    db.flush()
    return made


def _must_be(review: Review, status: str) -> None:
    if review.status == status:
        return
    words = {"scheduled": "This review is not open yet. Open it first.", "open": "This review is open already.",
             "complete": STAYS}  # fmt: skip
    raise RuleBroken([Problem("", words[review.status])])


# Filled in by itself


def name_owner_and_day(entry: ReviewEntry, db: Session) -> None:
    """A next step without a name is the caseworker's; without a day it has the office's usual time. Blanks are none."""
    entry.note = (entry.note or "").strip() or None
    if not (entry.next_step or "").strip():
        entry.next_step = entry.owner = entry.due_on = None
        return
    if entry.owner is None and entry.owner_id is None:
        entry.owner = entry.lead if entry.lead is not None and entry.lead.active else tasks.whoever_acts(db)
    if entry.due_on is None:
        entry.due_on = promises.counted_from(db, "review_step", acting(db).today).on


guard.prepare(ReviewEntry, name_owner_and_day)


# Rules


def one_step_after_the_other(review: Review, db: Session) -> Iterator[Problem]:
    before = was(review, "status")
    if before == "complete" and any(is_changed(review, key) for key in ("status", "snapshot", "held_on", "chair")):
        yield Problem("", STAYS)
    elif is_changed(review, "status") and STATES.index(review.status) > STATES.index(before or STATES[0]) + 1:
        yield Problem("", "A review is opened before it is completed. Open it first.")
    elif before == "open" and review.status == "scheduled":
        yield Problem("", "This review is open already: its cases are listed. Complete it.")
    if is_changed(review, "status") and review.status == "open" and not can_be_opened(db, review):
        yield Problem("", f"Not opened: its period runs to {without_weekday(review.period_to)}. Open it then.")


def every_case_has_an_entry(review: Review, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Quality casework" (all cases are reviewed)."""
    if review.status != "complete" or not is_changed(review, "status"):
        return
    without, listed = missing(db, review)
    if without:
        yield Problem("", f"Not completed: {missing_words(without, listed)} Write a few words for each of them first.")


def written_while_open(entry: ReviewEntry, _db: Session) -> Iterator[Problem]:
    changes = is_new(entry) or any(is_changed(entry, key) for key in HOLDS)
    if changes and entry.review is not None and entry.review.status != "open":
        yield Problem("", STAYS if entry.review.status == "complete" else "This review is not open yet. Open it first.")


def steps_still_to_come(entry: ReviewEntry, db: Session) -> Iterator[Problem]:
    today = acting(db).today
    if entry.due_on is not None and is_changed(entry, "due_on") and entry.due_on < today:
        yield Problem("due_on", "A next step is done on a day that is still to come. Correct the day.")
    if entry.next_step and entry.owner is None and entry.owner_id is None:
        yield Problem("owner", "Say who does the next step.")
    if entry.owner is not None and is_changed(entry, "owner") and not entry.owner.active:
        yield Problem("owner", f"{entry.owner.name} no longer works here. Choose a colleague.")


def remarked_once_complete(remark: ReviewRemark, _db: Session) -> Iterator[Problem]:
    if not (remark.text or "").strip():
        yield Problem("text", "Write down what is to be added.")
    if remark.review is not None and remark.review.status != "complete":
        yield Problem("", "This review is not complete yet. Write it into the entry of the case.")
    if not is_new(remark) and is_changed(remark, "text"):
        yield Problem("text", "What was added stays. Add a further note.")


def what_was_reviewed_is_kept(_row: object, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what a review said is kept.")


guard.register(Review, one_step_after_the_other, every_case_has_an_entry)
guard.register(ReviewEntry, written_while_open, steps_still_to_come)
guard.register(ReviewRemark, remarked_once_complete)
for kept in (Review, ReviewEntry, ReviewRemark):
    guard.register_deletion(kept, what_was_reviewed_is_kept)
