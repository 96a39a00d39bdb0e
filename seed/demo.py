"""The demonstration office: invented people over three years, the same every time for the same day.

Everything goes through guarded sessions, in the order in which it would have happened, so every rule of the
office has been asked of every row on its own day. See `demo_stage` for how the years are played.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import utc_from_local
from casework.context import Acting, acting, set_acting
from casework.scope import office_wide
from casework.startup import DEMO_MARK, StartRefused
from models import Appointment, Area, Base, Case, Client, Code, Language, Referral, Setting, User, Venue, Worker
from seed.demo_agencies import list_agencies
from seed.demo_campaigns import issues_and_campaigns
from seed.demo_cases import course
from seed.demo_deadlines import days_and_words
from seed.demo_enquiries import enquiries
from seed.demo_equality import who_has_answered
from seed.demo_figures import figures_of_bodies
from seed.demo_grants import money
from seed.demo_known import known_stories
from seed.demo_languages import languages
from seed.demo_learning import learning_stories
from seed.demo_letters import letters
from seed.demo_office import close_days, own_work
from seed.demo_own_fields import own_fields
from seed.demo_patterns import patterns_that_stand_out
from seed.demo_people import enlist, hire, numbers
from seed.demo_plan import FULL, Size, first_day, plan_cases
from seed.demo_protected import what_is_looked_after
from seed.demo_recalls import recalls
from seed.demo_reviews import reviews_of_all_cases
from seed.demo_seen import readers
from seed.demo_stage import Stage, Story
from seed.demo_tables import tables_by_name
from seed.demo_texts import read_texts
from seed.reference import load_reference

__all__ = ["FULL", "Size", "Summary", "is_demo", "load"]

BY = "demo"  # who stands in the audit trail for what was there on the first day
REFUSED = (
    "Nothing loaded: this database holds an office's own people, so the demonstration stays out of it. "
    "Name another database in CASEWORK_DATABASE_URL."
)


@dataclass(frozen=True)
class Summary:
    """What the demonstration holds; `loaded` says whether it was made just now."""

    loaded: bool
    clients: int
    cases: int
    referrals: int
    appointments: int
    volunteers: int

    def __str__(self) -> str:
        did = "Loaded the demonstration" if self.loaded else "The demonstration is there already"
        return (
            f"{did}: {self.clients} clients, {self.cases} cases, {self.referrals} referrals, "
            f"{self.appointments} appointments, {self.volunteers} volunteers."
        )


def load(db: Session, now: datetime, *, size: Size = FULL) -> Summary:
    """Fill an empty database with the demonstration; an existing one stays as it is. The caller commits.

    Raises StartRefused for a database with people that is no demonstration.
    """
    set_acting(db, Acting(now=now, username=BY))
    if is_demo(db):
        return _summary(db, loaded=False)
    if _has_people(db):
        raise StartRefused(REFUSED)
    _play(db, size)
    set_acting(db, Acting(now=now, username=BY))
    db.add(Setting(key=DEMO_MARK, meaning="This office is an invented demonstration", value="1", unit="yes_no",
                   source="Demonstration"))  # fmt: skip
    return _summary(db, loaded=True)


def is_demo(db: Session) -> bool:
    """Say whether this database is a demonstration."""
    return db.scalars(select(Setting.id).where(Setting.key == DEMO_MARK)).first() is not None


def _has_people(db: Session) -> bool:
    return any(db.scalars(office_wide(select(model.id).limit(1))).first() for model in (Client, Worker, User))


def _play(db: Session, size: Size) -> None:
    today = acting(db).today
    load_reference(db, today=today)
    first = first_day(today)
    set_acting(db, Acting(now=utc_from_local(first, time(9)), username=BY))
    stage = _stage(db, today)
    close_days(stage, first)
    list_agencies(stage)
    hire(stage, first)
    enlist(stage, first, size.volunteers)
    for story in _stories(stage, size):
        stage.begin(story)
    stage.play()
    readers(stage)


def _stories(stage: Stage, size: Size) -> Iterator[Story]:
    yield from (course(stage, plan) for plan in plan_cases(stage, size))
    yield from enquiries(stage, size.enquiries)
    yield from known_stories(stage)
    yield from own_work(stage)
    yield recalls(stage)
    yield who_has_answered(stage)
    yield from days_and_words(stage)
    yield learning_stories(stage)
    yield reviews_of_all_cases(stage)
    yield tables_by_name(stage)
    yield own_fields(stage)
    yield figures_of_bodies(stage)
    yield issues_and_campaigns(stage)
    yield money(stage)
    yield patterns_that_stand_out(stage)
    yield what_is_looked_after(stage)
    yield from letters(stage)
    yield from languages(stage)


def _stage(db: Session, today: date) -> Stage:
    """Give the stage with the office's own lists on it."""
    return Stage(
        db=db,
        today=today,
        texts=read_texts(),
        phones=numbers(),
        codes={(one.list, one.code): one for one in db.scalars(select(Code))},
        languages={one.name: one for one in db.scalars(select(Language))},
        areas={one.name: one for one in db.scalars(select(Area))},
        venues=tuple(db.scalars(select(Venue).order_by(Venue.step_free, Venue.name))),
    )


def _summary(db: Session, *, loaded: bool) -> Summary:
    def number(model: type[Base], *where: object) -> int:
        return db.scalar(office_wide(select(func.count(model.id)).where(*where))) or 0

    return Summary(
        loaded,
        number(Client),
        number(Case),
        number(Referral),
        number(Appointment),
        number(Worker, Worker.kind == "volunteer"),
    )
