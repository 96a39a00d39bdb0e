"""Who has looked at files on the last evening, so that the trail of a file tells of readers as well."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from casework import audit
from casework.calendar import utc_from_local
from casework.context import set_acting
from models import Case
from seed.demo_stage import ONE_DAY, Stage

HOW_MANY = 24  # of the newest open cases
EVENING, APART = time(17, 5), timedelta(minutes=2)
MANAGER_LOOKS_AT = 3  # every so many-th


def readers(stage: Stage) -> None:
    """Let those who lead the newest open cases read them, and the manager some of them; one colleague is refused."""
    by_worker = {one.worker.id: one for one in stage.staff.values()}
    newest = select(Case).where(Case.status == "open").order_by(Case.id.desc()).limit(HOW_MANY)
    moment = utc_from_local(stage.today - ONE_DAY, EVENING)
    for place, case in enumerate(stage.db.scalars(newest).all()):
        lead = by_worker.get(case.lead_id or 0)
        looking = [one for one in (lead, stage.staff["manager"] if place % MANAGER_LOOKS_AT == 0 else None) if one]
        for one in looking:
            moment += APART
            set_acting(stage.db, one.acting_at(moment))
            audit.write(stage.db, "opened", "Case", case.id)
    _refuse_one(stage, moment + APART)


def _refuse_one(stage: Stage, moment: datetime) -> None:
    """A caseworker of the other team asks for a file by its number and does not get it."""
    first, second = stage.staff["caseworker1"], stage.staff["caseworker2"]
    theirs = select(Case.id).where(Case.lead_id == first.worker.id).order_by(Case.id.desc())
    found = stage.db.scalars(theirs).first()
    if found is not None:
        set_acting(stage.db, second.acting_at(moment))
        audit.write(stage.db, "refused", "Case", found, reason="no such record within reach")
