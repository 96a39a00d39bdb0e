"""The demonstration office has fields of its own, filled in here and there by rules that a form would meet too."""

from __future__ import annotations

from types import SimpleNamespace

from sqlalchemy import select

from models import Agency, Case, ExtraField, Worker
from seed.demo_own_fields import own_fields
from tests import make


def test_a_choice_a_day_and_a_yes_or_no_stand_in_the_demonstration_with_some_answers(db):
    for number in range(12):
        person = make.worker(db, f"Person {number}")
        make.case(db, make.client(db, f"Client {number}"), lead=person)
        make.agency(db, f"Agency {number}")
    manager = SimpleNamespace(place=0)
    stage = SimpleNamespace(db=db, today=make.TODAY, staff={"manager": manager})
    assert [entry.staff for entry in own_fields(stage)] == [manager]
    fields = {one.of: one for one in db.scalars(select(ExtraField))}
    assert {of: one.kind for of, one in fields.items()} == {"case": "choice", "worker": "date", "agency": "yes_no"}
    for model, of in ((Case, "case"), (Worker, "worker"), (Agency, "agency")):
        values = [getattr(row, f"extra_{fields[of].place}") for row in db.scalars(select(model))]
        assert len(values) > sum(one is not None for one in values) > 0
