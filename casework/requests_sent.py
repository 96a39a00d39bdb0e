"""Every request that was sent to agencies, as plain values: when, what, and what came back; never whose it was.

Read office-wide, since a figure that left out another team's requests would be wrong. What was set aside does not
count, nor what belongs to a case set aside; a draft was never sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from casework.periods import Period
from casework.scope import office_wide
from casework.survival import Wait
from casework.tallies import ACCEPTED, EVERYTHING, Within
from models import Agency, Case, Code, Referral
from models.referrals import OUT

BY_CLIENT, NO_ANSWER = "withdrawn_by_client", "no_response"
REASON, NO_REASON = "refused_reason_given", "refused_no_reason"
WITHDRAWN, SILENT, WAITING, OTHER = "withdrawn", "silent", "waiting", "other"
IN_TIME, LATE, OVERDUE, OPEN = "in_time", "late", "overdue", "open"


class Sent(NamedTuple):
    """One request. `person` tells only which requests are of one client; `kind` has departments under their council."""

    agency_id: int
    kind_id: int
    kind: str
    person: int | None
    request_id: int
    request: str
    sent_on: date
    due: date | None
    answered_on: date | None
    closed_on: date | None
    status: str
    outcome: str | None
    reason_id: int | None
    reason: str | None
    in_writing: bool | None


def requests_sent(db: Session, period: Period, kinds: Collection[str] = OUT, within: Within = EVERYTHING) -> list[Sent]:
    """Give what was sent to agencies in the period, of these kinds, in one statement."""
    kind, wider, request, outcome, reason = (aliased(Code) for _each in range(5))
    found = (
        select(
            Referral.agency_id, func.coalesce(wider.id, kind.id), func.coalesce(wider.words, kind.words),
            Case.client_id, request.id, request.words, Referral.sent_on, Referral.response_due, Referral.responded_on,
            Referral.closed_on, Referral.status, outcome.code, reason.id, reason.words, Referral.in_writing,
        )
        .join(Case, Referral.case_id == Case.id)
        .join(Agency, Referral.agency_id == Agency.id)
        .join(kind, Agency.kind_id == kind.id)
        .outerjoin(wider, kind.parent_id == wider.id)
        .join(request, Referral.request_id == request.id)
        .outerjoin(outcome, Referral.outcome_id == outcome.id)
        .outerjoin(reason, Referral.refusal_reason_id == reason.id)
        .where(Referral.kind.in_(kinds), Referral.status != "draft", Case.voided_reason.is_(None), within.holds())
        .where(period.has_day(Referral.sent_on))
        .order_by(Referral.sent_on, Referral.id)
    )  # fmt: skip
    return [Sent(*row) for row in db.execute(office_wide(found))]


def first_sent(db: Session) -> date | None:
    """Give the day of the first request that the office knows of; None without any."""
    sent = select(func.min(Referral.sent_on)).where(Referral.kind.in_(OUT), Referral.status != "draft")
    return db.scalars(office_wide(sent)).one()


def family_of(agency_id: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    """Give an agency with every agency that is part of it, by way of however many others. `parents`: id -> id."""
    family, waiting = {agency_id}, [agency_id]
    while waiting:
        above = waiting.pop()
        below = {one for one, parent in parents.items() if parent == above} - family
        family |= below
        waiting += below
    return frozenset(family)


# What came back


def answer_of(sent: Sent) -> str:
    """Give the one word for what came back: refusals with a reason, without one, and silence are never merged."""
    if sent.status == WITHDRAWN or sent.outcome == BY_CLIENT:
        return WITHDRAWN
    if sent.outcome == NO_ANSWER:
        return SILENT
    if sent.answered_on is None:
        return WAITING
    return sent.outcome if sent.outcome in (*ACCEPTED, REASON, NO_REASON) else OTHER


def is_answered(sent: Sent) -> bool:
    """Say whether the agency has answered; that the client took it back, or that nothing came, is no answer."""
    return answer_of(sent) not in (WITHDRAWN, SILENT, WAITING)


def watched_until(sent: Sent, counted_on: date) -> date:
    """Give the last day on which an answer would have been known: that of taking it back or closing, else today."""
    taken_back = sent.answered_on if answer_of(sent) == WITHDRAWN else None
    return min(day for day in (taken_back, sent.closed_on, counted_on) if day is not None)


def wait_of(sent: Sent, counted_on: date) -> Wait:
    """Give how long this request waited, in days after sending, and whether an answer ended it."""
    answered = is_answered(sent)
    until = sent.answered_on if answered and sent.answered_on is not None else watched_until(sent, counted_on)
    return Wait(max(0, (until - sent.sent_on).days), answered)


def clock_of(sent: Sent, counted_on: date) -> str:
    """Say how the agency's clock stands: in time, late, overdue, or open.

    It is decided once the day is over, whatever came back, so that quick answers do not count before slow ones
    could. Open is what has no day, a day that is not over, or was taken back before its day was over.
    """
    if sent.due is None or sent.due >= counted_on:
        return OPEN
    if is_answered(sent) and sent.answered_on is not None:
        return IN_TIME if sent.answered_on <= sent.due else LATE
    return OPEN if _is_taken_back_by(sent, sent.due) else OVERDUE


def _is_taken_back_by(sent: Sent, day: date) -> bool:
    """Say whether it was taken back by a day; where nobody wrote down when, the agency is not blamed."""
    if answer_of(sent) != WITHDRAWN:
        return False
    taken_back = sent.closed_on if sent.status == WITHDRAWN else sent.answered_on
    return taken_back is None or taken_back <= day


def is_soon(sent: Sent, counted_on: date, days: int) -> bool | None:
    """Say whether it was answered within so many days; None where that time is not over or was not watched whole."""
    end = sent.sent_on + timedelta(days=days)
    if counted_on <= end:
        return None
    if is_answered(sent) and sent.answered_on is not None:
        return sent.answered_on <= end
    return None if watched_until(sent, counted_on) < end else False


def people_behind(several: Iterable[Sent]) -> int:
    """Give how many different clients these requests were made for."""
    return len({one.person for one in several})
