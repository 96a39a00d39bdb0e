"""How well our languages are covered: how many there are, what nobody could be found for, what runs out soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from casework.calendar import utc_from_local
from casework.context import acting
from casework.scope import office_wide
from casework.settings import number_setting
from casework.volunteers import Lapse, lapses
from models import Appointment, Language, LanguageRequest, Worker, WorkerLanguage

ENGLISH = "eng"
LOOKED_BACK = timedelta(days=90)  # how far back requests that nobody filled are told of


@dataclass(frozen=True)
class Unmet:
    """One language with requests that have nobody: those that nobody was found for, and those still open."""

    language: str
    not_found: int
    open: int
    speakers: int


@dataclass(frozen=True)
class Cover:
    """The coverage of today. `languages` are distinct ones besides English that active volunteers offer."""

    languages: int
    least: int
    volunteers: int
    unmet: Sequence[Unmet]
    lapses: Sequence[Lapse]

    @property
    def is_thin(self) -> bool:
        """Source: service statement, "Availability" (more than twenty second languages)."""
        return self.languages <= self.least


def cover(db: Session) -> Cover:
    """Count the coverage of today; four statements whatever the rows."""
    offered = (
        select(func.count(WorkerLanguage.language_id.distinct()), func.count(Worker.id.distinct()))
        .join(Worker, WorkerLanguage.worker_id == Worker.id)
        .join(Language, WorkerLanguage.language_id == Language.id)
        .where(Worker.kind == "volunteer", Worker.active, Language.code != ENGLISH)
    )
    languages, volunteers = db.execute(offered).one()
    return Cover(languages, number_setting(db, "coverage_languages_minimum"), volunteers, _unmet(db), lapses(db))


def _unmet(db: Session) -> list[Unmet]:
    """Give the languages with requests that nobody fills, the worst first; office-wide, counts only."""
    today = acting(db).today
    since = today - LOOKED_BACK
    begins: datetime = utc_from_local(since, time())
    lately = or_(LanguageRequest.due_on >= since, Appointment.starts_at >= begins)
    counted = (
        select(
            Language.id, Language.name, func.sum(case((LanguageRequest.status == "unfilled", 1), else_=0)),
            func.sum(case((LanguageRequest.status == "open", 1), else_=0)),
        )
        .join(Language, LanguageRequest.language_id == Language.id)
        .outerjoin(Appointment, LanguageRequest.appointment_id == Appointment.id)
        .where(LanguageRequest.status.in_(("unfilled", "open")), lately)
        .group_by(Language.id, Language.name)
    )  # fmt: skip
    speakers = _speakers(db)
    found = [
        Unmet(name, missed, waiting, speakers.get(key, 0))
        for key, name, missed, waiting in db.execute(office_wide(counted))
    ]
    return sorted(found, key=lambda one: (one.speakers > 0, -one.not_found, -one.open, one.language))


def _speakers(db: Session) -> dict[int, int]:
    counted = (
        select(WorkerLanguage.language_id, func.count(Worker.id.distinct()))
        .join(Worker, WorkerLanguage.worker_id == Worker.id)
        .where(Worker.active, Worker.kind == "volunteer")
        .group_by(WorkerLanguage.language_id)
    )
    return dict(db.execute(counted).all())
