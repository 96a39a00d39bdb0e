"""What a family is short of: counted nights, words for a letter, and that poverty never becomes a label."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.need import age_words, ages, nights_on_the_street, of_case, words_for_a_letter
from models import Case, ClientMember, Code, Consequence, Task
from tests import make

TODAY = make.TODAY


def every(db, code_list):
    return db.scalars(select(Code).where(Code.list == code_list).order_by(Code.sort)).all()


def family(db, **more):
    client = make.client(db, lone_parent=True, no_recourse="yes", kind="family")
    client.members = [
        ClientMember(name="Ama", is_child=True, birth_year=2024),
        ClientMember(name="Kwesi", is_child=True, birth_year=2019),
        ClientMember(name="Aunt", is_child=False, birth_year=1980),
    ]  # fmt: skip
    return make.case(db, client, kind=make.code(db, "case_kind", "nrpf_family"), **more)


def led_to(db, case, short, *, on=TODAY, nights=None):
    made = Consequence(case=case, code=make.code(db, "consequence", short), happened_on=on, nights=nights)
    db.add(made)
    return made


@pytest.mark.parametrize(("born", "words"), [
    (2026, "under 1"), (2025, "0 or 1"), (2019, "6 or 7"), (None, "age not written down"),
])  # fmt: skip
def test_a_year_of_birth_tells_two_possible_ages(born, words):
    """Somebody born in 2019 turned seven in 2026, or will before the year is over."""
    assert age_words(born, date(2026, 11, 23)) == words


def test_the_children_are_told_from_the_eldest_on_and_nobody_else(db):
    assert ages(family(db).client, TODAY) == ["6 or 7", "1 or 2"]


def test_nights_on_the_street_are_added_up_one_for_each_that_has_no_number(db):
    case = family(db)
    led_to(db, case, "street_nights", on=date(2026, 11, 10), nights=3)
    led_to(db, case, "street_nights", on=date(2026, 11, 21))
    led_to(db, case, "sofa_surfing", on=date(2026, 11, 1), nights=9)
    db.flush()
    assert nights_on_the_street(of_case(db, case)) == 4


def test_poverty_raises_no_risk_and_leaves_no_task_whatever_is_ticked(db):
    """Every cause and every consequence together: the risk stays, no task, and no field changes but what was typed."""
    case = family(db, risk="low")
    before = {column.key: getattr(case, column.key) for column in Case.__table__.columns}
    case.causes = every(db, "cause_of_need")
    for code in every(db, "consequence"):
        led_to(db, case, code.code)
    db.flush()
    after = {column.key: getattr(case, column.key) for column in Case.__table__.columns}
    changed = {key for key in before if before[key] != after[key]}
    assert changed <= {"updated_at", "updated_by_id", "version"}
    assert (case.risk, db.scalars(select(Task)).all()) == ("low", [])


def test_the_words_for_a_letter_name_the_causes_and_never_the_care_as_one(db):
    case = family(db, destitute_from=date(2026, 11, 21))
    case.causes = [make.code(db, "cause_of_need", one) for one in ("poverty", "homelessness")]
    led_to(db, case, "street_nights", on=date(2026, 11, 21), nights=2)
    db.flush()
    assert words_for_a_letter(case, of_case(db, case), TODAY) == (
        "The children are in need because of: no money to live on, nowhere to live. "
        "The family has been without means since 21 November 2026. "
        "They have spent 2 nights on the street. "
        "The need comes from poverty and homelessness, not from how the children are cared for."
    )


def test_no_word_for_a_letter_tells_immigration_status(db):
    case = family(db)
    case.causes = every(db, "cause_of_need")
    db.flush()
    words = words_for_a_letter(case, (), TODAY)
    for short in ("nrpf_condition", "status_refused", "decision_delayed", "asylum_support_ended"):
        told = make.code(db, "cause_of_need", short).words
        assert told[1:] not in words
    assert "domestic abuse" in words
    assert "Home Office" not in words and "public funds" not in words


def test_without_a_cause_there_are_no_words(db):
    assert words_for_a_letter(family(db), (), TODAY) == ""


@pytest.mark.parametrize(("short", "days", "nights", "lawful"), [
    ("street_nights", 2, 3, True), ("street_nights", 2, 4, False), ("street_nights", 0, 1, True),
    ("street_nights", 2, 0, False), ("sofa_surfing", 2, -1, False),
    ("sofa_surfing", 9, 10, True), ("school_missed", 9, 1, False), ("street_nights", 0, None, True),
])  # fmt: skip
def test_nights_are_counted_where_somebody_had_no_bed_and_no_more_than_have_passed(db, short, days, nights, lawful):
    led_to(db, family(db), short, on=TODAY - timedelta(days=days), nights=nights)
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["nights"])


@pytest.mark.parametrize(("day", "lawful"), [(TODAY, True), (TODAY + timedelta(days=1), False)])
def test_what_it_led_to_has_happened(db, day, lawful):
    led_to(db, family(db), "injury", on=day)
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["happened_on"])


@pytest.mark.parametrize(("day", "lawful"), [(TODAY, True), (TODAY + timedelta(days=1), False)])
def test_somebody_is_destitute_since_a_day_that_has_come(db, day, lawful):
    case = family(db)
    case.destitute_from = day
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["destitute_from"])
