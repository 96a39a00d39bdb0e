"""What grew out of casework in a period: signals, issues taken up, campaigns by what came of them, their log."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casework.periods import Period
from casework.scope import office_wide
from casework.tallies.parts import times
from models import Campaign, CampaignEvent, Issue
from models.campaigns import OVER


class CampaignsTally(NamedTuple):
    """Issues and campaigns of a period; `ended` is by result, `events` by kind of log entry."""

    signals: int
    adopted: int
    begun: int
    running: int
    ended: Counter[str]
    events: Counter[str]


def issues_and_campaigns(db: Session, period: Period) -> CampaignsTally:
    """Count them in three statements. They belong to no case, so they are those of the whole office alone."""
    found = select(times(period.has_day(Issue.first_seen_on)), times(period.has_day(Issue.adopted_on)))
    signals, adopted = db.execute(office_wide(found)).one()
    begun, running, ended = _campaigns(db, period)
    logged = (
        select(CampaignEvent.kind, func.count())
        .where(period.has_day(CampaignEvent.happened_on)).group_by(CampaignEvent.kind)
    )  # fmt: skip
    events = Counter(dict(db.execute(office_wide(logged)).all()))
    return CampaignsTally(signals, adopted, begun, running, ended, events)


def _campaigns(db: Session, period: Period) -> tuple[int, int, Counter[str]]:
    """Count those begun, those not ended on the evening of the last day, and those ended, by result."""
    lasts = (Campaign.began_on <= period.last) & or_(Campaign.ended_on.is_(None), Campaign.ended_on > period.last)
    found = select(
        times(period.has_day(Campaign.began_on)), times(lasts),
        *(times(period.has_day(Campaign.ended_on) & (Campaign.status == result)) for result in OVER),
    )  # fmt: skip
    begun, running, *ended = db.execute(office_wide(found)).one()
    return begun, running, Counter(dict(zip(OVER, ended, strict=True)))
