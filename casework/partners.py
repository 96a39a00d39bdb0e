"""Work with community partners: what they ask of us, what we answer, and one log of both directions.

To answer a partner is to speak of somebody, so it passes the same gate as what we ask of others.
Source: migrant families statement (a coalition of centres that stand with families).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casework import audit, tasks
from casework.consent import must_cover
from casework.context import acting
from casework.coverage import listed
from casework.promises import counted_from, text
from casework.referrals import respond
from models import Agency, Case, Code, Referral, Release


def came_to_us(
    db: Session, case: Case, partner: Agency, request: Code, items: Sequence[Code], *, on: date,
    reason: str | None = None, urgent: bool = False,
) -> Referral:  # fmt: skip
    """Write down that a partner sent somebody to us on a day; answering them is a task.

    `items` are what an answer of ours would tell them. Raises RuleBroken.
    """
    came = Referral(
        case=case, agency=partner, request=request, items=list(items), reason=reason, urgent=urgent, sent_on=on,
        kind="referral_in", status="sent",
    )  # fmt: skip
    db.add(came)
    db.flush()
    owner = tasks.whose(db, case)
    if owner is not None:
        clock = counted_from(db, "letter_answer", on)
        tasks.ask(
            db, owner, f"Answer {partner.name}: {request.words}", clock.on, case=case, trace=text(clock),
            about=("referral", came), kind="letter",
        )  # fmt: skip
        db.flush()
    return came


def answer_partner(
    db: Session, came: Referral, outcome: Code, channel: str, *, refusal_reason: Code | None = None
) -> Referral:
    """Tell a partner what became of what they asked: through the consent gate, with the record of what left.

    `channel` is letter, email, phone or meeting. Raises RuleBroken, with the way out, if no live consent covers it; at
    flush it is read afresh, so that a withdrawal saved a moment ago counts.
    """
    client, today = came.case.client, acting(db).today
    consent = must_cover(db, client, came.agency, came.request, came.items, day=today, case=came.case)
    in_writing = channel in ("letter", "email")
    with db.no_autoflush:
        release = Release(
            at=acting(db).now, client=client, consent=consent, agency=came.agency, referral=came, channel=channel,
            items=listed(one.words for one in came.items),
        )  # fmt: skip
        db.add(release)
    respond(db, came, outcome, refusal_reason=refusal_reason, in_writing=in_writing)
    audit.write(db, "released", "Release", release.id)
    return came


def decide_without_telling(
    db: Session, came: Referral, outcome: Code, *, refusal_reason: Code | None = None
) -> Referral:
    """Write down what we do, where the client does not want the partner to hear of it. Nothing leaves."""
    return respond(db, came, outcome, refusal_reason=refusal_reason, in_writing=False)


def joint_log(db: Session, partner: Agency) -> list[Referral]:
    """Give everything between us and a partner, in and out, the newest first, as far as the reader may meet it."""
    found = select(Referral).where(Referral.agency_id == partner.id, Referral.status != "draft")
    links = (Referral.case, Referral.request, Referral.outcome, Referral.refusal_reason)
    whole = (joinedload(one) for one in links)
    return list(db.scalars(found.order_by(Referral.sent_on.desc(), Referral.id.desc()).options(*whole)))
