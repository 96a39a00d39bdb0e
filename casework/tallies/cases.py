"""Cases and enquiries of a period, by kind and by borough, and what could not be given."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from casework.periods import Period
from casework.scope import office_wide
from casework.tallies.parts import EVERYTHING, Within, is_counted, times
from models import Agency, Area, Case, Code, Referral, Reopening, Turnaway
from models.referrals import OUT


class KindTally(NamedTuple):
    """The cases of one kind; the last three count new cases only."""

    id: int
    words: str
    at_start: int
    new: int
    closed: int
    at_end: int
    by_helpline: int
    with_public_body: int
    with_lawyer: int
    reopened: int = 0


class AreaTally(NamedTuple):
    """New cases and enquiries of one borough; `served` says whether it was in our area in the period."""

    id: int | None
    name: str
    served: bool
    new: int
    enquiries: int


def cases_by_kind(db: Session, period: Period, within: Within = EVERYTHING) -> list[KindTally]:
    """Give one tally for each kind of case, in the order of the office's list; unused words left out."""
    opened, closed = Case.opened_on, Case.closed_on
    worked_on = and_(
        opened <= period.last, or_(opened >= period.first, closed.is_(None), closed >= period.first),
    )  # fmt: skip
    gone = and_(worked_on, closed <= period.last)
    new = period.has_day(opened)
    statement = (
        select(
            Code.id, Code.words,
            times(and_(worked_on, opened < period.first)), times(new), times(gone),
            times(and_(worked_on, or_(closed.is_(None), closed > period.last))),
            times(and_(new, Case.first_contact_medium == "emergency_helpline")),
            times(and_(new, _went_to_a_public_body(period.last))), times(and_(new, _needed_a_lawyer(period.last))),
        )
        .outerjoin(Case, and_(Case.kind_id == Code.id, is_counted(within)))
        .where(Code.list == "case_kind")
        .group_by(Code.id, Code.words, Code.active, Code.sort)
        .having(or_(Code.active, func.count(Case.id) > 0), Code.id.in_(within.kinds) if within.kinds else true())
        .order_by(Code.sort, Code.words)
    )  # fmt: skip
    closed_for_a_time = _closed_for_a_time(db, period, within)
    return [_with_gaps(KindTally(*row), closed_for_a_time) for row in db.execute(office_wide(statement))]


class _Gaps(NamedTuple):
    """Times between a closing and an opening again: they began, ended, held the first or the last evening."""

    began: int
    ended: int
    at_start: int
    at_end: int


def _closed_for_a_time(db: Session, period: Period, within: Within) -> dict[int, _Gaps]:
    """Give the times for which cases were closed and opened again, by kind; only those inside a case's own days."""
    closed, again = Reopening.closed_on, Reopening.reopened_on
    inside = and_(Case.opened_on <= closed, or_(Case.closed_on.is_(None), again <= Case.closed_on))
    found = (
        select(
            Case.kind_id, times(period.has_day(closed)), times(period.has_day(again)),
            times(and_(closed < period.first, again >= period.first)),
            times(and_(closed <= period.last, again > period.last)),
        )
        .join(Reopening, Reopening.case_id == Case.id).where(is_counted(within), inside).group_by(Case.kind_id)
    )  # fmt: skip
    return {kind: _Gaps(*numbers) for kind, *numbers in db.execute(office_wide(found))}


def _with_gaps(tally: KindTally, gaps: dict[int, _Gaps]) -> KindTally:
    """Take the times in between out: a closing more, an opening again more, and not open on those evenings."""
    own = gaps.get(tally.id, _Gaps(0, 0, 0, 0))
    return tally._replace(
        at_start=tally.at_start - own.at_start, at_end=tally.at_end - own.at_end, closed=tally.closed + own.began,
        reopened=own.ended,
    )  # fmt: skip


def cases_by_area(db: Session, period: Period, within: Within = EVERYTHING) -> list[AreaTally]:
    """Give one tally for each borough in alphabetical order, and one without a name for "not known"."""
    enquiry = and_(
        period.has_moment(Case.first_contact_at), or_(Case.opened_on.is_(None), Case.opened_on > period.last),
    )  # fmt: skip
    counted = (
        select(Case.area_id, times(period.has_day(Case.opened_on)).label("new"), times(enquiry).label("enquiries"))
        .where(is_counted(within))
        .group_by(Case.area_id)
        .subquery()
    )
    served = and_(
        Area.in_catchment, or_(Area.valid_from.is_(None), Area.valid_from <= period.last),
        or_(Area.valid_to.is_(None), Area.valid_to >= period.first),
    )  # fmt: skip
    statement = select(
        Area.id, func.coalesce(Area.name, ""), case((served, 1), else_=0), func.coalesce(counted.c.new, 0),
        func.coalesce(counted.c.enquiries, 0),
    ).order_by(Area.name)  # fmt: skip
    known = statement.select_from(Area).outerjoin(counted, counted.c.area_id == Area.id)
    if within.areas:
        known = known.where(Area.id.in_(within.areas))
    unknown = statement.select_from(counted).outerjoin(Area, counted.c.area_id == Area.id).where(Area.id.is_(None))
    rows = [*db.execute(office_wide(known)), *db.execute(office_wide(unknown))]
    return [AreaTally(row[0], row[1], bool(row[2]), row[3], row[4]) for row in rows]


class AwayTally(NamedTuple):
    """How many services of one sort could not be given for one reason."""

    service_id: int
    service: str
    reason_id: int
    reason: str
    number: int


def away_by_reason(db: Session, period: Period, within: Within = EVERYTHING) -> list[AwayTally]:
    """Give the services that could not be given in the period, by what was asked for and why not."""
    service, reason = aliased(Code), aliased(Code)
    found = (
        select(service.id, service.words, reason.id, reason.words, func.count())
        .select_from(Turnaway).join(Case, Case.id == Turnaway.case_id)
        .join(service, service.id == Turnaway.service_id).join(reason, reason.id == Turnaway.reason_id)
        .where(is_counted(within), period.has_day(Turnaway.given_on))
        .group_by(service.id, service.words, service.sort, reason.id, reason.words, reason.sort)
        .order_by(service.sort, reason.sort)
    )  # fmt: skip
    return [AwayTally(*row) for row in db.execute(office_wide(found))]


def turned_away(db: Session, period: Period, within: Within = EVERYTHING) -> tuple[int, int]:
    """Give how many services could not be given, each with advice, and for how many somebody nearer was named."""
    sent_on = exists().where(
        Referral.case_id == Turnaway.case_id, Referral.kind.in_((*OUT, "signpost")),
        Referral.status.not_in(("draft", "withdrawn")),
    ).correlate(Turnaway)  # fmt: skip
    statement = (
        select(func.count(Turnaway.id), times(sent_on))
        .join(Case, Turnaway.case_id == Case.id)
        .where(is_counted(within), period.has_day(Turnaway.given_on))
    )
    every, named = db.execute(office_wide(statement)).one()
    return every, named


def _went_to_a_public_body(last: date) -> ColumnElement[bool]:
    return exists().where(
        Referral.case_id == Case.id, Referral.kind.in_(OUT), Referral.sent_on <= last,
        Agency.id == Referral.agency_id, Agency.public_body,
    ).correlate(Case)  # fmt: skip


def _needed_a_lawyer(last: date) -> ColumnElement[bool]:
    kind, request = aliased(Code), aliased(Code)
    return exists().where(
        Referral.case_id == Case.id, Referral.kind.in_((*OUT, "signpost")), Referral.sent_on <= last,
        Agency.id == Referral.agency_id, kind.id == Agency.kind_id, request.id == Referral.request_id,
        or_(kind.code == "solicitor", request.code == "legal_advice"),
    ).correlate(Case)  # fmt: skip
