"""Equality answers: written down, replaced, or taken out because the client objects. Never read back.

The condition of the law under which they are held allows counting alone, and ends with a written objection (Data
Protection Act 2018, schedule 1, paragraph 8). So no verb here gives an answer, and no rule depends on one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard
from casework.context import acting
from casework.merging import same_person
from casework.problems import Problem
from models import Client, EqualityAnswer
from models.equality import NOT_ASKED, QUESTIONS


def days_of(db: Session, client: Client) -> tuple[date, date | None] | None:
    """Give when this person was last asked, in whichever of their merged files, and since when they object."""
    mine = select(EqualityAnswer.asked_on, EqualityAnswer.objected_on)
    mine = mine.where(EqualityAnswer.client_id.in_(same_person(client.id)))
    last = db.execute(mine.order_by(EqualityAnswer.asked_on.desc(), EqualityAnswer.id.desc()).limit(1)).first()
    return None if last is None else (last[0], last[1])


def write_down(db: Session, client: Client, answers: Mapping[str, str], on: date | None = None) -> EqualityAnswer:
    """Put these answers in the place of all earlier ones; what is missing was not asked. Raises RuleBroken."""
    record = _of(db, client)
    record.asked_on, record.objected_on = on or acting(db).today, None
    for question in QUESTIONS:
        setattr(record, question, answers.get(question) or NOT_ASKED)
    db.flush()
    return record


def object_to(db: Session, client: Client) -> EqualityAnswer:
    """Take every answer of this person out for good, and write down that they do not want to be counted."""
    mine = select(EqualityAnswer).where(EqualityAnswer.client_id.in_(same_person(client.id)))
    own = _of(db, client)
    with db.no_autoflush:
        records = {own, *db.scalars(mine).all()}
    for record in records:
        record.asked_on = record.objected_on = acting(db).today
        for question in QUESTIONS:
            setattr(record, question, NOT_ASKED)
    db.flush()
    return own


def _of(db: Session, client: Client) -> EqualityAnswer:
    found = db.scalars(select(EqualityAnswer).where(EqualityAnswer.client_id == client.id)).one_or_none()
    if found is None:
        found = EqualityAnswer(client=client, asked_on=acting(db).today)
        db.add(found)
    return found


def a_person_answers(row: EqualityAnswer, _db: Session) -> Iterator[Problem]:
    if row.client is not None and row.client.kind == "organisation":
        yield Problem("client", "An organisation is not asked. Ask the people who come from it.")


def asked_by_today(row: EqualityAnswer, db: Session) -> Iterator[Problem]:
    if row.asked_on is not None and row.asked_on > acting(db).today:
        yield Problem("asked_on", "This is recorded once the client was asked. Correct the day.")


def answers_or_an_objection(row: EqualityAnswer, _db: Session) -> Iterator[Problem]:
    answered = [one for one in QUESTIONS if (getattr(row, one) or NOT_ASKED) != NOT_ASKED]
    if row.objected_on is None and not answered:
        yield Problem(QUESTIONS[0], "Choose at least one answer, or leave the page: nothing has to be asked.")
    if row.objected_on is not None and answered:
        yield Problem(answered[0], "They do not want to be counted, so no answer is kept.")


guard.register(EqualityAnswer, a_person_answers, asked_by_today, answers_or_an_objection)
