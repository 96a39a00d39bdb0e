"""Breaches: the 72 hours run day and night, the regulator is told or a lawful reason given, and no name is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from casework import breaches
from models import Breach, BreachPerson
from tests import make

FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # before a weekend on which the office is closed


def breach(db, **more) -> Breach:
    more.setdefault("known_at", FRIDAY)
    made = Breach(kind="sent_wrong", what="A letter went to the neighbour", **more)
    db.add(made)
    return made


def faults(db) -> list[str]:
    return [field for field, _text in make.problems(db)]


@pytest.mark.parametrize("known_at, by", [
    (FRIDAY, datetime(2026, 11, 23, 16, 30, tzinfo=UTC)),
    (datetime(2026, 3, 27, 12, 0, tzinfo=UTC), datetime(2026, 3, 30, 12, 0, tzinfo=UTC)),  # the clocks go forward
    (datetime(2025, 12, 24, 9, 0, tzinfo=UTC), datetime(2025, 12, 27, 9, 0, tzinfo=UTC)),  # Christmas
])  # fmt: skip
def test_the_72_hours_run_through_nights_weekends_and_closed_days(db, known_at, by):
    made = breach(db, known_at=known_at)
    db.flush()
    assert made.regulator_by == by == known_at + timedelta(hours=72)


def test_it_waits_for_the_regulator_then_for_the_people_at_high_risk_then_to_be_closed(db):
    made = breach(db)
    db.flush()
    assert (breaches.waits_for(made), breaches.unanswered(db)) == ("regulator", [made])
    made.risk, made.regulator_told_at = "high", FRIDAY + timedelta(hours=3)
    db.flush()
    assert breaches.waits_for(made) == "people"
    made.people_told_on = make.TODAY
    db.flush()
    assert breaches.waits_for(made) == "closing"
    made.measures, made.closed_on = "The letter was fetched", make.TODAY
    db.flush()
    assert (breaches.waits_for(made), breaches.unanswered(db)) == ("", [])


@pytest.mark.parametrize("risk, why, wrong", [
    ("unlikely", "It was opened by nobody", []), ("unlikely", None, ["risk_reason"]),
    ("likely", "Judged so", ["regulator_reason"]), ("high", "Judged so", ["regulator_reason"]),
    (None, None, ["regulator_reason"]),
])  # fmt: skip
def test_not_telling_the_regulator_is_lawful_only_where_harm_is_unlikely(db, risk, why, wrong):
    breach(db, risk=risk, risk_reason=why, regulator_reason="Came back unopened")
    assert faults(db) == wrong


@pytest.mark.parametrize("hours, reason, wrong", [
    (71, None, []), (72, None, []), (73, None, ["late_reason"]), (73, "Nobody was here at the weekend", []),
])  # fmt: skip
def test_telling_late_needs_its_reason(db, hours, reason, wrong):
    known = FRIDAY - timedelta(days=2)
    breach(db, known_at=known, regulator_told_at=known + timedelta(hours=hours), late_reason=reason)
    assert faults(db) == wrong


def test_a_breach_is_closed_once_everything_is_answered(db):
    breach(db, closed_on=make.TODAY)
    assert faults(db) == ["risk", "regulator_told_at", "measures"]


def test_the_words_name_nobody_who_is_affected(db):
    client = make.client(db, "Rehana Begum")
    breach(db, people=[BreachPerson(client=client)]).what = "The letter of Rehana Begum went next door"
    assert faults(db) == ["what"]


def test_a_person_stands_in_it_once(db):
    client = make.client(db)
    breach(db, people=[BreachPerson(client=client), BreachPerson(client=client)])
    assert faults(db) == ["people"]


def test_a_breach_stays_on_record_and_is_the_managers(db):
    made = breach(db)
    db.flush()
    db.delete(made)
    assert make.problems(db) == [("", "Not deleted: every breach stays on record.")]


@pytest.mark.parametrize("role", ["caseworker", "coordinator"])
def test_only_managers_keep_the_register(db, role):
    make.act_as(db, role, make.worker(db, "Amina K"))
    breach(db)
    assert "" in faults(db)
