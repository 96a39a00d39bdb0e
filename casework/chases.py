"""Asking an agency again for the answer that it owes: each time is kept, and the next time is a task.

A chase tells the agency nothing that it was not sent already, but it speaks of somebody: so it needs a permission that
covers the request on that day. Source: empowering casework article (contact until the matter is resolved).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from casework import audit, guard, tasks
from casework.calendar import local
from casework.changes import belonging, is_new
from casework.consent import GATE, best_consent, hold_consents, refusal
from casework.context import acting
from casework.datetext import counted
from casework.problems import Problem
from casework.promises import counted_from, text
from casework.referral_rules import WAITING
from models import Referral, ReferralChase
from models.referrals import OUT

CHASED_WHILE = (*WAITING, "no_response")


def chase(
    db: Session, referral: Referral, medium: str = "phone", *, note: str | None = None, at: datetime | None = None
) -> ReferralChase:
    """Write down that the agency was asked again, now unless said otherwise, and when to ask next.

    `medium` is phone, email, letter or meeting. Raises RuleBroken, with the way out, where nothing is owed or no live
    consent covers the request.
    """
    if referral.case.client is not None:
        hold_consents(db, referral.case.client)
    me = tasks.whoever_acts(db)
    made = ReferralChase(
        referral=referral, at=at or acting(db).now, medium=medium, chased_by=me or referral.case.lead, note=note
    )
    db.add(made)
    db.flush()
    if referral.status in WAITING:
        _ask_again_later(db, referral)
    db.flush()
    return made


def _ask_again_later(db: Session, referral: Referral) -> None:
    """Put the task of asking in the place of the one before: on the day of the answer, or when our own time is over."""
    tasks.finish(db, "referral", referral, kind="answer")
    owner = tasks.whose(db, referral.case)
    if owner is None:
        return
    again = counted_from(db, "chase_every", acting(db).today)
    due_first = referral.response_due is not None and referral.response_due > again.on
    number = counted(len(belonging(db, ReferralChase, "referral", referral)), "time")
    tasks.ask(
        db, owner, f"Answer due from {referral.agency.name}: {referral.request.words} (chased {number})",
        referral.response_due if due_first and referral.response_due else again.on, case=referral.case,
        trace=referral.due_trace if due_first else text(again), about=("referral", referral), kind="answer",
    )  # fmt: skip


# Rules


def a_chase_stays_as_it_was(chase: ReferralChase, _db: Session) -> Iterator[Problem]:
    if not is_new(chase):
        yield Problem("", "Not changed: a chase stays as it was written. Add a note, or a further chase.")


def chased_while_an_answer_is_owed(chase: ReferralChase, db: Session) -> Iterator[Problem]:
    referral = chase.referral
    if not is_new(chase) or referral is None:
        return
    if referral.kind not in OUT or referral.status not in CHASED_WHILE:
        yield Problem("referral", "Nobody owes an answer here, so there is nothing to chase. Open the request to see "
                      "what became of it.")  # fmt: skip
    elif chase.at > acting(db).now or (referral.sent_on is not None and local(chase.at).date() < referral.sent_on):
        yield Problem("at", "A chase lies between the day of sending and now. Correct the day.")


def chased_under_a_permission(chase: ReferralChase, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Quality casework": only with the explicit permission of the person concerned."""
    referral = chase.referral
    if not is_new(chase) or referral is None or referral.kind not in OUT or referral.case.client is None:
        return
    client, day = referral.case.client, local(chase.at).date()
    for asked in dict.fromkeys((day, acting(db).today)):
        best = best_consent(
            db, client, referral.agency, referral.request, referral.items, day=asked, case=referral.case
        )
        if best is None or not best.complete:
            audit.refuse(db, "Client", client.id, GATE)
            yield Problem("medium", refusal(best, client.name, referral.agency, asked).text)
            return


def chases_are_kept(_chase: ReferralChase, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: how often an agency was asked stays on file.")


guard.register(ReferralChase, a_chase_stays_as_it_was, chased_while_an_answer_is_owed, chased_under_a_permission)
guard.register_deletion(ReferralChase, chases_are_kept)
