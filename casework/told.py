"""The client hears from us what each agency answered, also that it did not; what is not told yet is a task.

We act on what the client asked for: the gate lets only go what they agreed to, and what they asked for in their own
words stands on the referral. Source: empowering casework article, advocacy under the client's instruction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from casework import guard, tasks
from casework.calendar import due
from casework.changes import is_changed, is_new, was
from casework.context import acting
from casework.problems import Problem
from casework.settings import number_setting, office
from models import Referral
from models.referrals import OUT


def leave_task(db: Session, referral: Referral) -> None:
    """Leave the task of telling the client, on whoever looks after the case, with its day and why that day."""
    owner = tasks.whose(db, referral.case)
    if referral.kind not in OUT or referral.case.client_id is None or owner is None:
        return
    rule = "The client hears from us what an agency answered"
    clock = due(acting(db).today, number_setting(db, "client_told"), "working_day", office(db), rule=rule)
    words = "has not answered" if referral.status == "no_response" else "answered"
    tasks.ask(
        db, owner, f"Tell the client: {referral.agency.name} {words}", clock.on, case=referral.case,
        trace="\n".join(clock.explained()), about=("referral", referral),
    )  # fmt: skip


def tell_client(db: Session, referral: Referral, on: date | None = None) -> Referral:
    """Record that the client was told of the agency's answer, today unless said otherwise."""
    with db.no_autoflush:
        referral.client_told_on = on or acting(db).today
        tasks.finish(db, "referral", referral)
    db.flush()
    return referral


def a_later_answer_is_told_anew(referral: Referral, _db: Session) -> None:
    """Forget that silence was told once the agency answers after all: the answer is news."""
    if not is_new(referral) and referral.status == "responded" and was(referral, "status") == "no_response":
        referral.client_told_on = None


guard.prepare(Referral, a_later_answer_is_told_anew)


def told_of_an_answer_and_by_today(referral: Referral, db: Session) -> Iterator[Problem]:
    day = referral.client_told_on
    if day is None or not is_changed(referral, "client_told_on"):
        return
    if referral.status not in ("responded", "no_response", "closed"):
        yield Problem("client_told_on", "There is no answer yet of which the client could be told. Record it first.")
    elif day > acting(db).today or (referral.responded_on is not None and day < referral.responded_on):
        yield Problem("client_told_on", "The client is told after the answer came, until today. Correct the day.")


guard.register(Referral, told_of_an_answer_and_by_today)
