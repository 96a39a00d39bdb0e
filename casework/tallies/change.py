"""What became different for clients: how they say they stand, what they say of us, who took the steps."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.periods import Period
from casework.scope import office_wide
from casework.tallies.parts import EVERYTHING, Within, is_live
from casework.who_acts import month_of
from models import Case, Feedback, Measure, Plan, PlanStep
from models.learning import ITEMS
from models.plans import MEASURED

BETTER, SAME, WORSE = "better", "same", "worse"
AGREES = 3  # 3 and 4 of 0 to 4 say that it was so
STRETCHES = ((3, "Months 1 to 3"), (6, "Months 4 to 6"), (12, "Months 7 to 12"), (None, "Later"))


class FeedbackTally(NamedTuple):
    """How many answers one item had, and how many of them say that it was so."""

    item: str
    answered: int
    agreed: int


def outcomes(db: Session, period: Period, within: Within = EVERYTHING) -> Counter[tuple[str, str]]:
    """Count (scale, BETTER, SAME or WORSE) over the cases last asked in the period and asked at the beginning before.

    Compared are the first answer at the beginning and the last one in the period, each scale for itself.
    """
    found = (
        select(Measure).join(Case, Case.id == Measure.case_id)
        .where(is_live(within), Measure.measured_on <= period.last).order_by(Measure.measured_on, Measure.id)
    )  # fmt: skip
    of_case: dict[int, list[Measure]] = defaultdict(list)
    for row in db.scalars(office_wide(found)):
        of_case[row.case_id].append(row)
    counted: Counter[tuple[str, str]] = Counter()
    for rows in of_case.values():
        for scale in MEASURED:
            before = [one for one in rows if one.point == "intake" and getattr(one, scale) is not None]
            after = [one for one in rows if one.point != "intake" and getattr(one, scale) is not None
                     and one.measured_on >= period.first]  # fmt: skip
            if before and after:
                moved = getattr(after[-1], scale) - getattr(before[0], scale)
                counted[scale, BETTER if moved > 0 else WORSE if moved < 0 else SAME] += 1
    return counted


def feedback(db: Session, period: Period, within: Within = EVERYTHING) -> tuple[int, list[FeedbackTally]]:
    """Give how many forms came back in the period, and the answers to each item.

    A form without a case is anonymous and belongs to no grant, so it counts only in the figures of the whole office.
    """
    found = select(Feedback).outerjoin(Case, Case.id == Feedback.case_id).where(period.has_day(Feedback.received_on))
    if within == EVERYTHING:
        found = found.where(Feedback.case_id.is_(None) | is_live())
    else:
        found = found.where(Feedback.case_id.is_not(None), is_live(within))
    forms = list(db.scalars(office_wide(found)))
    given = {item: [answer for one in forms if (answer := getattr(one, item)) is not None] for item in ITEMS}
    return len(forms), [
        FeedbackTally(item, len(answers), sum(one >= AGREES for one in answers)) for item, answers in given.items()
    ]


def steps_done(db: Session, period: Period, within: Within = EVERYTHING) -> Counter[tuple[str, str]]:
    """Count (stretch of the case's life, who acted) over the steps of plans that were done in the period."""
    found = (
        select(PlanStep.actor, PlanStep.done_on, Case.opened_on, Case.first_contact_at)
        .join(Plan, Plan.id == PlanStep.plan_id).join(Case, Case.id == Plan.case_id)
        .where(is_live(within), PlanStep.state == "done", period.has_day(PlanStep.done_on))
        .where(PlanStep.choice == "chosen", Plan.superseded_on.is_(None))  # a new version copies the steps of the old
    )  # fmt: skip
    return Counter(
        (_stretch(opened or contact.date(), done), actor)
        for actor, done, opened, contact in db.execute(office_wide(found))
    )


def _stretch(opened: date, done: date) -> str:
    month = month_of(opened, done)
    return next(words for most, words in STRETCHES if most is None or month <= most)
