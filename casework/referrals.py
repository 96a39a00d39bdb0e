"""Asking an agency for something on a client's behalf, or telling the client where to ask.

A referral out sends what the client has agreed to, through the gate in `casework.consent`; a signpost sends
nothing and needs nobody's permission. What holds for all of them stands in `casework.referral_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit, tasks, told
from casework.agencies import Suggestion, suggest_agencies
from casework.consent import hold_consents, must_cover
from casework.context import acting
from casework.coverage import listed
from casework.problems import Problem, RuleBroken
from casework.referral_rules import NOT_AN_ANSWER, wrong_step
from casework.response_clock import set_clock, standard_for
from casework.settings import office
from models import Agency, Case, Code, Consent, Referral, Release, Worker

__all__ = [
    "Suggestion", "acknowledge", "close_referral", "draft", "no_response", "respond", "send", "signpost",
    "standard_for", "suggest_agencies", "withdraw_referral",
]  # fmt: skip


def draft(
    db: Session,
    case: Case,
    agency: Agency,
    request: Code,
    items: Sequence[Code],
    *,
    instruction: str | None = None,
    reason: str | None = None,
    urgent: bool = False,
    previous: Referral | None = None,
) -> Referral:
    """Write a referral down without sending it; `previous` is the one it follows."""
    return _saved(db, Referral(
        case=case, agency=agency, request=request, items=list(items), instruction=instruction, reason=reason,
        urgent=urgent, previous=previous, kind="referral_out", status="draft",
    ))  # fmt: skip


def signpost(db: Session, case: Case, agency: Agency, request: Code, reason: str | None = None) -> Referral:
    """Record that the client was told where to ask. Nothing leaves the office, so no consent is needed.

    Counted apart from referrals, and closed at once. Source: empowering casework article, signposting.
    """
    return _saved(db, Referral(
        case=case, agency=agency, request=request, reason=reason, kind="signpost", status="closed",
        sent_on=acting(db).today,
    ))  # fmt: skip


def send(db: Session, referral: Referral, channel: str, *, on: date | None = None) -> Referral:
    """Send a draft: through the consent gate, with the day the answer is due and the record of what left.

    `channel` is how it goes (letter, email, phone, meeting); `on` the day it left, where it is recorded later.
    Raises RuleBroken, with the way out, if no live consent covers it.
    """
    who = acting(db)
    day = on or who.today
    moment = who.now if day == who.today else office(db).closes_on(day)
    _must_be_a_draft(referral)
    owner = _owner(db, referral.case)
    consent = _permission(db, referral, day)
    with db.no_autoflush:
        referral.consent, referral.status, referral.sent_on = consent, "sent", day
        standard = standard_for(db, referral.agency, referral.request, day)
        asks_on = set_clock(db, referral, standard, moment)
        release = _release(referral, channel, moment)
        db.add(release)
        _wait(db, referral, owner, asks_on)
    db.flush()
    audit.write(db, "released", "Release", release.id)
    return referral


def acknowledge(db: Session, referral: Referral, on: date | None = None) -> Referral:
    """Record that the agency has confirmed receipt; where its standard counts from here, a new clock starts."""
    owner, clock = _owner(db, referral.case), referral.standard
    referral.status, referral.acknowledged_on = "acknowledged", on or acting(db).today
    db.flush()
    if referral.standard is not clock:
        tasks.finish(db, "referral", referral)
        _wait(db, referral, owner, referral.response_due)
        db.flush()
    return referral


def respond(
    db: Session,
    referral: Referral,
    outcome: Code,
    *,
    refusal_reason: Code | None = None,
    in_writing: bool | None = None,
    on: date | None = None,
) -> Referral:
    """Record the agency's answer: what it was, whether in writing, and the reason where one was given."""
    with db.no_autoflush:
        referral.outcome, referral.refusal_reason, referral.in_writing = outcome, refusal_reason, in_writing
        referral.status, referral.responded_on = "responded", on or acting(db).today
        tasks.finish(db, "referral", referral)
        told.leave_task(db, referral)
    db.flush()
    return referral


def no_response(db: Session, referral: Referral) -> Referral:
    """Record that the agency has not answered although its time is over."""
    silence = db.scalars(select(Code).where(Code.list == "outcome", Code.code == NOT_AN_ANSWER)).one()
    with db.no_autoflush:
        referral.status, referral.outcome = "no_response", silence
        tasks.finish(db, "referral", referral)
        told.leave_task(db, referral)
    db.flush()
    return referral


def withdraw_referral(db: Session, referral: Referral) -> Referral:
    """Take a referral back: a draft is never sent; what was sent stays in the record of what left."""
    with db.no_autoflush:
        referral.status = "withdrawn"
        tasks.finish(db, "referral", referral)
    db.flush()
    return referral


def close_referral(db: Session, referral: Referral) -> Referral:
    """Close a referral that was answered, or that nobody answered."""
    referral.status = "closed"
    db.flush()
    return referral


def _saved(db: Session, referral: Referral) -> Referral:
    db.add(referral)
    db.flush()
    return referral


def _must_be_a_draft(referral: Referral) -> None:
    if referral.status != "draft":
        raise RuleBroken([wrong_step(referral, referral.status, "sent")])


def _permission(db: Session, referral: Referral, day: date) -> Consent:
    """Give the consent under which this may leave, held so that nobody withdraws it meanwhile."""
    client = referral.case.client
    if client is not None:
        hold_consents(db, client)
    return must_cover(db, client, referral.agency, referral.request, referral.items, day=day, case=referral.case)


def _owner(db: Session, case: Case) -> Worker:
    """Give who looks after the answer: the case's lead, else whoever is acting."""
    owner = tasks.whose(db, case)
    if owner is None:
        raise RuleBroken([Problem("case", "Nobody would see the answer: choose a caseworker for this case first.")])
    return owner


def _wait(db: Session, referral: Referral, owner: Worker, due_on: date | None) -> None:
    tasks.ask(
        db, owner, _waiting_for(referral), due_on or acting(db).today, case=referral.case, trace=referral.due_trace,
        about=("referral", referral),
    )  # fmt: skip


def _waiting_for(referral: Referral) -> str:
    return f"Answer due from {referral.agency.name}: {referral.request.words}"


def _release(referral: Referral, channel: str, moment: datetime) -> Release:
    return Release(
        at=moment, client=referral.case.client, consent=referral.consent, agency=referral.agency, referral=referral,
        channel=channel, items=listed(item.words for item in referral.items),
    )  # fmt: skip
