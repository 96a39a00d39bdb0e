"""What is missing in the records of a period: how many there are, and how many of them lack a field."""

from __future__ import annotations

from datetime import time
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import utc_from_local
from casework.periods import ONE_DAY, Period
from casework.scope import office_wide
from casework.tallies.parts import EVERYTHING, Within, is_counted, is_live, times
from models import Case, CaseNote, Incident, Referral


class GapTally(NamedTuple):
    """How many records of one sort there are and how many of them have nothing in one field."""

    key: str
    every: int
    missing: int


def gaps(db: Session, period: Period, within: Within = EVERYTHING) -> list[GapTally]:
    """Give what is missing in new cases, incidents and referrals of the period, in three statements."""
    new = select(func.count(), times(Case.area_id.is_(None)), times(Case.source_id.is_(None))).select_from(Case)
    happened = (
        select(func.count(), times(~Incident.types.any()), times(~Incident.strands.any()), times(
            Incident.place_id.is_(None)))
        .select_from(Incident).join(Case, Case.id == Incident.case_id)
    )  # fmt: skip
    sent = (
        select(func.count(), times(Referral.response_due.is_(None)))
        .select_from(Referral).join(Case, Case.id == Referral.case_id)
        .where(Referral.kind == "referral_out", Referral.status != "draft")
    )  # fmt: skip
    return [
        *_of(db, new.where(is_counted(within), period.has_day(Case.opened_on)), ("area", "source")),
        *_of(db, happened.where(is_live(within), period.has_moment(Incident.from_at)), ("types", "strands", "place")),
        *_of(db, sent.where(is_live(within), period.has_day(Referral.sent_on)), ("answer_day",)),
    ]


def _of(db: Session, statement: Any, keys: tuple[str, ...]) -> list[GapTally]:
    every, *missing = db.execute(office_wide(statement)).one()
    return [GapTally(key, every, number) for key, number in zip(keys, missing, strict=True)]


def written_late(db: Session, period: Period, within: Within = EVERYTHING) -> dict[str, int]:
    """Give how many records of the period were written down after its last day, by sort, in three statements.

    A record is of the period by the day on which it happened, and was written down when its row was made.
    """
    after = utc_from_local(period.last + ONE_DAY, time.min)
    sorts = (("cases", Case, period.has_day(Case.opened_on)),
             ("notes", CaseNote, period.has_moment(CaseNote.at)),
             ("incidents", Incident, period.has_moment(Incident.from_at)))  # fmt: skip
    found = {}
    for name, model, of in sorts:
        rows = select(func.count()).select_from(model).where(is_live(within), of, model.created_at >= after)
        if model is not Case:
            rows = rows.join(Case, Case.id == model.case_id)
        found[name] = db.scalar(office_wide(rows)) or 0
    return found
