"""Equality answers of the people reached in a period. The only place where they are read."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.periods import Period
from casework.scope import office_wide
from casework.tallies.clients import persons_reached, whom_each_stands_for
from casework.tallies.parts import EVERYTHING, Within
from models import Client, EqualityAnswer
from models.equality import QUESTIONS


class AnswerTally(NamedTuple):
    """How many people and families of those reached gave one answer to one question."""

    question: str
    answer: str
    number: int


def equality_answers(db: Session, period: Period, within: Within = EVERYTHING) -> list[AnswerTally]:
    """Count each person's last record, of whichever of their merged files; who was never asked is in none."""
    person = whom_each_stands_for()
    reached = persons_reached(person, period, within)
    latest = (EqualityAnswer.asked_on.desc(), EqualityAnswer.id.desc())
    columns = [getattr(EqualityAnswer, one) for one in QUESTIONS]
    each = (
        select(person.c.person_id, *columns,
               func.row_number().over(partition_by=person.c.person_id, order_by=latest).label("place"))
        .join(person, person.c.client_id == EqualityAnswer.client_id)
    ).subquery()  # fmt: skip
    found = (
        select(*(each.c[one] for one in QUESTIONS), func.count())
        .join(reached, reached.c.person_id == each.c.person_id)
        .join(Client, Client.id == each.c.person_id)
        .where(each.c.place == 1, Client.kind != "organisation", Client.voided_reason.is_(None))
        .group_by(*(each.c[one] for one in QUESTIONS))
    )
    numbers: dict[tuple[str, str], int] = {}
    for *answers, number in db.execute(office_wide(found)):
        for key in zip(QUESTIONS, answers, strict=True):
            numbers[key] = numbers.get(key, 0) + number
    return [AnswerTally(*key, number) for key, number in sorted(numbers.items())]
