"""The free hours of a person are worked out once for each day, however often rules ask for them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from casework import diary
from casework.settings import office
from models import Availability
from tests import make


@pytest.fixture
def volunteer(db):
    worker = make.worker(db, "Nadia", in_team=make.team(db, "East"), kind="volunteer")
    worker.availability += [
        Availability(weekday=str(make.TODAY.weekday()), starts=time(9), ends=time(17), free=True),
        Availability(day=make.TODAY, starts=time(12), ends=time(13), free=False),
    ]
    db.flush()
    return worker


def test_each_day_is_worked_out_once_and_as_by_itself(db, volunteer, monkeypatch):
    hours, worked_out = office(db), []
    without = diary._without
    spells = diary.spells_of(volunteer, hours)
    monkeypatch.setattr(diary, "_without", lambda *given: worked_out.append(1) or without(*given))
    first = spells(make.TODAY)
    assert [(begins.hour, ends.hour) for begins, ends in first] == [(9, 12), (13, 17)]
    made = len(worked_out)
    assert spells(make.TODAY) == first
    assert len(worked_out) == made
    for number in range(14):
        day = make.TODAY + timedelta(days=number)
        assert spells(day) == diary.free_spells(volunteer, day, hours)


def test_hours_that_are_changed_are_read_anew_by_the_next_look(db, volunteer):
    hours = office(db)
    assert diary.free_spells(volunteer, make.TODAY, hours)
    volunteer.availability.clear()
    assert diary.free_spells(volunteer, make.TODAY, hours) == []
