"""What an intake leaves to be done, and the day from which that is counted: when the contact came."""

from __future__ import annotations

from datetime import date

import pytest

from casework import intake
from models import Area
from tests import make

SATURDAY = "2026-11-21"


def taken(db, day, clock, today="2026-11-24", **more):
    """Type a contact of `day` on Tuesday morning."""
    make.act_as(db, "caseworker", make.worker(db, "Amina K", in_team=make.team(db)), now=make.at(today, "10:30"))
    told = intake.Told(what="They came again", kind=make.code(db, "case_kind", "racist_incident"), name="Rehana Begum",
                       safe_contact="any", area=make.area(db), at=make.at(day, clock), **more)  # fmt: skip
    return intake.take_in(db, told)


@pytest.mark.parametrize("day, clock, due_on", [
    (SATURDAY, "23:10", date(2026, 11, 23)), ("2026-11-23", "11:00", date(2026, 11, 23)),
    ("2026-11-23", "23:00", date(2026, 11, 24)), ("2026-11-24", "02:00", date(2026, 11, 24)),
])  # fmt: skip
def test_an_urgent_call_is_due_when_the_office_next_opens_whenever_it_is_typed(db, day, clock, due_on):
    made = taken(db, day, clock, medium="emergency_helpline", urgent=True)
    assert (made.task.what, made.task.due_on) == ("Ring back: urgent", due_on)
    assert made.task.kind == "general"


def test_the_promise_of_one_day_is_told_in_the_singular(db):
    make.setting(db, "telephone_answer", "1")
    made = taken(db, "2026-11-23", "11:00", medium="answerphone")
    assert "1 day." in made.task.trace or "1 working day." in made.task.trace
    assert "1 days" not in made.task.trace and "1 working days" not in made.task.trace


def test_whoever_comes_from_elsewhere_is_advised_today(db):
    make.act_as(db, "caseworker", make.worker(db, "Amina K", in_team=make.team(db)))
    away = Area(name="Elsewhere")
    db.add(away)
    db.flush()
    told = intake.Told(what="They came again", kind=make.code(db, "case_kind", "racist_incident"), area=away)
    made = intake.take_in(db, told)
    assert (made.is_outside, made.opened, made.task.what, made.task.due_on) == (
        True, False, "Advise and refer on", make.TODAY,
    )  # fmt: skip
