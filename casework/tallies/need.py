"""What being left without help led to, and what councils answered when they were asked under section 17."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from casework.periods import Period
from casework.scope import office_wide
from casework.tallies.parts import EVERYTHING, Within, grouped, is_live
from casework.tallies.requests import answer_of
from models import AgencyConduct, Case, Code, Consequence, Referral

SECTION_17 = ("s17_assessment", "s17_accommodation", "s17_subsistence")
NIGHTS = ("street_nights", "sofa_surfing")


class Section17Tally(NamedTuple):
    """How many requests of one sort were made, by what was answered."""

    request_id: int
    request: str
    answer: str
    number: int


class ConductTally(NamedTuple):
    """How often one thing was noted of agencies."""

    code_id: int
    words: str
    favourable: bool
    number: int


def section_17(db: Session, period: Period, within: Within = EVERYTHING) -> list[Section17Tally]:
    """Give the requests that were sent to councils for families in need in the period, each kind for itself."""
    request, outcome = aliased(Code), aliased(Code)
    sent = (
        select(request.id.label("request_id"), request.words.label("request"), answer_of(outcome).label("answer"))
        .join(Referral, Referral.request_id == request.id)
        .join(Case, Case.id == Referral.case_id)
        .outerjoin(outcome, Referral.outcome_id == outcome.id)
        .where(is_live(within), request.code.in_(SECTION_17), Referral.kind == "referral_out")
        .where(Referral.status != "draft", period.has_day(Referral.sent_on))
    )
    return [Section17Tally(*row) for row in db.execute(office_wide(grouped(sent)))]


def nights(db: Session, period: Period, within: Within = EVERYTHING) -> dict[str, int]:
    """Give the nights on the street and at other people's that began in the period, by the word's short form.

    Where nobody wrote down how many, it counts as one.
    """
    found = (
        select(Code.code, func.sum(func.coalesce(Consequence.nights, 1)))
        .join(Consequence, Consequence.code_id == Code.id).join(Case, Case.id == Consequence.case_id)
        .where(is_live(within), Code.code.in_(NIGHTS), period.has_day(Consequence.happened_on))
        .group_by(Code.code)
    )  # fmt: skip
    counted = {code: int(number) for code, number in db.execute(office_wide(found))}
    return {code: counted.get(code, 0) for code in NIGHTS}


def conduct(db: Session, period: Period, within: Within = EVERYTHING) -> tuple[list[ConductTally], int]:
    """Give what was noted of agencies on days of the period, and in how many cases something against them was."""
    of = is_live(within), period.has_day(AgencyConduct.happened_on)
    noted = (
        select(Code.id, Code.words, AgencyConduct.favourable, func.count())
        .join(AgencyConduct, AgencyConduct.code_id == Code.id).join(Case, Case.id == AgencyConduct.case_id)
        .where(*of).group_by(Code.id, Code.words, AgencyConduct.favourable, Code.sort)
        .order_by(Code.sort, Code.words)
    )  # fmt: skip
    cases = (
        select(func.count(Case.id.distinct())).join(AgencyConduct, AgencyConduct.case_id == Case.id)
        .where(*of, AgencyConduct.favourable.is_(False))
    )  # fmt: skip
    return [ConductTally(*row) for row in db.execute(office_wide(noted))], db.scalar(office_wide(cases)) or 0
