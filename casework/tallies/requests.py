"""What was sent to agencies in a period, or came to us: what was answered, and whether in time."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.periods import Period
from casework.scope import office_wide
from casework.tallies.parts import EVERYTHING, Within, grouped, is_live
from models import Agency, Case, Code, Referral

ACCEPTED = ("accepted", "accepted_in_part")
WAITING, SILENT, WITHDRAWN, OTHER = "waiting", "silent", "withdrawn", "other"
IN_TIME, LATE, NOT_YET, NO_DAY = "in_time", "late", "not_yet", "no_day"


class RequestTally(NamedTuple):
    """How many referrals or signposts of one sort went to agencies of one kind, by answer and by timing."""

    sort: str
    kind_id: int
    kind: str
    answer: str
    timing: str
    number: int


def requests(db: Session, period: Period, counted_on: date, within: Within = EVERYTHING) -> list[RequestTally]:
    """Give what was sent (or came to us) in the period, by the kind of agency with its departments as one."""
    kind, wider, outcome = aliased(Code), aliased(Code), aliased(Code)
    sent = (
        select(
            Referral.kind.label("sort"), func.coalesce(wider.id, kind.id).label("kind_id"),
            func.coalesce(wider.words, kind.words).label("kind"), answer_of(outcome).label("answer"),
            _timing(outcome, counted_on).label("timing"),
        )
        .join(Case, Referral.case_id == Case.id)
        .join(Agency, Referral.agency_id == Agency.id)
        .join(kind, Agency.kind_id == kind.id)
        .outerjoin(wider, kind.parent_id == wider.id)
        .outerjoin(outcome, Referral.outcome_id == outcome.id)
        .where(is_live(within), period.has_day(Referral.sent_on), Referral.status != "draft")
    )  # fmt: skip
    return [RequestTally(*row) for row in db.execute(office_wide(grouped(sent)))]


def answer_of(outcome: Any) -> ColumnElement[str]:
    """Put each request under one answer: told apart are refusals with a reason, without one, and silence."""
    return case(
        (or_(Referral.status == "withdrawn", outcome.code == "withdrawn_by_client"), WITHDRAWN),
        (outcome.code.in_(ACCEPTED), "accepted"),
        (outcome.code.in_(("refused_reason_given", "refused_no_reason")), outcome.code),
        (outcome.code == "no_response", SILENT),
        (outcome.code.is_not(None), OTHER),
        else_=WAITING,
    )


def _timing(outcome: Any, counted_on: date) -> ColumnElement[str]:
    """Put each request under one timing, decided by its day alone: a day that has come is over only on the day after.

    An answer before its day counts when the day is over, as silence does; counted sooner it would flatter.
    """
    due, answered, ended, code = Referral.response_due, Referral.responded_on, Referral.closed_on, outcome.code
    taken_back = or_(
        and_(Referral.status == "withdrawn", or_(ended.is_(None), ended <= due)),
        and_(code == "withdrawn_by_client", answered <= due),
    )  # fmt: skip
    no_answer = or_(Referral.status == "withdrawn", code.in_(("withdrawn_by_client", "no_response")))
    return case(
        (or_(due.is_(None), taken_back), NO_DAY),
        (due >= counted_on, NOT_YET),
        (and_(answered <= due, or_(code.is_(None), ~no_answer)), IN_TIME),
        else_=LATE,
    )
