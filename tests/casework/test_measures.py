"""How a client says they stand: four questions from 0 to 4, each of which may stay open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.measures import measure, measures_of
from models import Measure
from models.plans import BEST, MEASURED
from tests import make


@pytest.mark.parametrize(("values", "told"), [
    ({"safety": 0}, []), ({"coping": BEST}, []), ({}, ["safety"]),
    ({"safety": -1}, ["safety"]), ({"confidence": BEST + 1, "coping": 2}, ["confidence"]),
])  # fmt: skip
def test_an_answer_lies_on_the_scale_and_there_is_at_least_one(db, values, told):
    db.add(Measure(case=make.case(db), point="intake", measured_on=make.TODAY, **values))
    assert [field for field, _text in make.problems(db)] == told


def test_answers_are_set_side_by_side_by_day_and_nothing_is_saved_of_nothing(db):
    case = make.case(db)
    assert measure(db, case, "intake", {}) is None
    late = measure(db, case, "review", dict.fromkeys(MEASURED, 3))
    early = measure(db, case, "intake", {"safety": 0}, make.TODAY - timedelta(days=30))
    assert measures_of(db, case) == [early, late]
    db.add(Measure(case=case, point="review", measured_on=make.TODAY + timedelta(days=1), safety=1))
    assert [field for field, _text in make.problems(db)] == ["measured_on"]


def test_what_a_client_said_is_not_deleted(db):
    db.delete(measure(db, make.case(db), "intake", {"safety": 1}))
    assert make.problems(db)[0][1].startswith("Not deleted")
