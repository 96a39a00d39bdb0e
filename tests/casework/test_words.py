"""The office's lists and promises: values that can be read, words from the right list, days in order."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework import guard
from casework.words import words_come_from_their_list
from models import Area, Base, Case, Client, ClosedDay, Code, Consent, Language, Referral, ResponseStandard, Setting
from models.declared import by_key, declared
from tests import make


def fields(problems):
    return [field for field, _ in problems]


# Words from their list


def test_every_kind_of_record_with_a_word_from_a_list_is_checked():
    with_words = {
        mapper.class_ for mapper in Base.registry.mappers if any(one.info.code_list for one in declared(mapper.class_))
    }
    assert {Client, Consent, Referral, ResponseStandard} <= with_words
    assert {model for model in with_words if words_come_from_their_list not in guard.RULES[model]} == set()


def test_a_word_of_another_list_is_refused_by_row_by_key_and_among_several(db):
    case, police = make.case(db), make.code(db, "agency_kind", "police")
    case.kind = police
    label = by_key(Case)["kind"].info.label
    assert make.problems(db) == [("kind", f"“Police” is of another list. Choose from the list “{label}”.")]
    db.expire(case)
    case.kind_id = police.id
    assert fields(make.problems(db)) == ["kind"]
    db.expire(case)
    consent = make.consent(db, case.client)
    consent.scope = [*consent.scope, police]
    assert fields(make.problems(db)) == ["scope"]
    db.expire(consent)
    consent.scope = [make.code(db, "data_scope", "health")]
    assert make.problems(db) == []


def test_a_word_no_longer_in_use_is_kept_and_not_chosen_anew(db):
    case = make.case(db)
    case.kind.active = False
    case.risk = "high"
    assert make.problems(db) == []
    other = make.case(db, kind=make.code(db, "case_kind", "other"), status="enquiry")
    other.kind = case.kind
    assert make.problems(db) == [("kind", "“Racist incident” is no longer in use. Choose another word.")]


# Lists


@pytest.mark.parametrize("name", ["list", "code"])
def test_the_short_form_of_a_word_stays_while_its_words_change(db, name):
    word = make.code(db, "outcome", "accepted")
    word.words = "Agreed"
    assert make.problems(db) == []
    setattr(word, name, "other_form")
    assert fields(make.problems(db)) == [name]


@pytest.mark.parametrize(("short", "lawful"), [
    ("school_missed", True), ("c2", True), ("School", False), ("a b", False), ("", False), ("_x", False),
])  # fmt: skip
def test_a_new_word_has_a_plain_short_form(db, short, lawful):
    db.add(Code(list="outcome", code=short, words="Words"))
    assert fields(make.problems(db)) == ([] if lawful else ["code"])


def test_a_word_stands_under_a_word_of_its_own_list_and_not_under_itself(db):
    council, housing = make.code(db, "agency_kind", "local_authority"), make.code(db, "agency_kind", "la_housing")
    assert housing.parent is council
    police, accepted = make.code(db, "agency_kind", "police"), make.code(db, "outcome", "accepted")
    for parent, lawful in ((police, True), (accepted, False)):
        housing.parent = parent
        assert fields(make.problems(db)) == ([] if lawful else ["parent"])
    db.expire(housing)
    housing.parent = council
    db.flush()
    council.parent = housing
    assert "A word cannot stand under itself. Choose another, or none." in [told for _, told in make.problems(db)]
    council.parent = council
    assert fields(make.problems(db)) == ["parent"]


def test_words_that_stand_under_each_other_are_told_whoever_stands_below_them(db):
    first, second, below = (make.code(db, "agency_kind", short) for short in ("police", "nhs", "school"))
    with db.no_autoflush:
        first.parent, second.parent, below.parent = second, first, first
    assert fields(make.problems(db)) == ["parent", "parent", "parent"]


# Settings


@pytest.mark.parametrize(("key", "value", "lawful"), [
    ("opens_at", "09:30", True), ("opens_at", "9:30", False), ("opens_at", "24:00", False),
    ("opens_at", "09:60", False), ("opens_at", "0930", False), ("opens_at", "09:30:00", False),
    ("opens_at", "ten", False), ("opens_at", "17:59", True), ("opens_at", "18:00", False), ("opens_at", "", False),
    ("closes_at", "10:01", True), ("closes_at", "10:00", False),
    ("open_weekdays", "0", True), ("open_weekdays", "6,0", True), ("open_weekdays", "0,0", False),
    ("open_weekdays", "7", False), ("open_weekdays", "", False), ("open_weekdays", "0,,1", False),
    ("open_weekdays", "Mon", False),
    ("letter_answer", "0", True), ("letter_answer", "10000", True), ("letter_answer", "10001", False),
    ("letter_answer", "-1", False), ("letter_answer", "1.5", False), ("letter_answer", "ten", False),
    ("letter_answer", "\u0661\u0660", False), ("letter_answer", "99999999999999999999", False),
    ("visit_minutes", "1", True), ("visit_minutes", "0", False),
    ("consent_months", "1", True), ("consent_months", "0", False),
    ("visit_workers", "0", True),
    ("interpreter_as_second_person", "1", True), ("interpreter_as_second_person", "yes", False),
    ("interpreter_as_second_person", "2", False),
    ("follow_up_choices", "1", True), ("follow_up_choices", "1, 5", True), ("follow_up_choices", "1;5", False),
    ("follow_up_choices", "", False),
])  # fmt: skip
def test_a_setting_can_be_read_in_its_unit(db, key, value, lawful):
    setting = db.scalars(select(Setting).where(Setting.key == key)).one()
    setting.value = value
    found = make.problems(db)
    assert fields(found) == ([] if lawful else ["value"])
    assert all("invalid" not in told.lower() for _, told in found)


def test_blanks_around_a_value_go(db):
    assert make.setting(db, "letter_answer", " 12 ").value == "12"


def test_a_setting_without_a_unit_is_any_text(db):
    db.add(Setting(key="office_name", meaning="Name of the office", value="The office"))
    assert make.problems(db) == []
    db.add(Setting(key="office_street", meaning="Street", value=" "))
    assert fields(make.problems(db)) == ["value"]


@pytest.mark.parametrize("name", ["key", "unit"])
def test_only_the_value_of_a_setting_is_changed(db, name):
    setting = db.scalars(select(Setting).where(Setting.key == "letter_answer")).one()
    setattr(setting, name, "other")
    assert fields(make.problems(db)) == [name]


def test_both_opening_times_may_move_in_one_saving(db):
    for setting in db.scalars(select(Setting).where(Setting.key.in_(("opens_at", "closes_at")))).all():
        setting.value = {"opens_at": "19:00", "closes_at": "22:00"}[setting.key]
    assert make.problems(db) == []


# Days, areas, standards, languages


@pytest.mark.parametrize(("day", "name", "wrong"), [
    (date(2026, 12, 24), "Staff day", None), (date(2026, 12, 24), " ", "name"), (date(2036, 1, 1), "New Year", None),
    (date(2037, 1, 1), "New Year", "day"), (date(2016, 1, 4), "Long ago", None), (date(2015, 1, 5), "Long ago", "day"),
])  # fmt: skip
def test_a_closed_day_is_named_and_not_far_away(db, day, name, wrong):
    db.add(ClosedDay(day=day, name=name))
    assert fields(make.problems(db)) == ([wrong] if wrong else [])


@pytest.mark.parametrize(("code", "lawful"), [
    ("E09000099", True), (None, True), ("E0900009", False), ("e09000099", False),
])  # fmt: skip
def test_an_ons_code_has_a_letter_and_eight_digits(db, code, lawful):
    db.add(Area(name="Somewhere", ons_code=code))
    assert fields(make.problems(db)) == ([] if lawful else ["ons_code"])


@pytest.mark.parametrize(("begins", "ends", "lawful"), [
    (date(2026, 1, 2), date(2026, 1, 2), True), (date(2026, 1, 2), date(2026, 1, 1), False),
    (None, date(2026, 1, 1), True), (date(2026, 1, 2), None, True),
])  # fmt: skip
def test_days_of_areas_and_standards_stand_in_order(db, begins, ends, lawful):
    for row in (
        Area(name="Somewhere", valid_from=begins, valid_to=ends),
        ResponseStandard(name="Some", amount=1, unit="day", source="A law", valid_from=begins, valid_to=ends),
    ):
        db.add(row)
        assert fields(make.problems(db)) == ([] if lawful else ["valid_to"])
        db.expunge(row)


@pytest.mark.parametrize(("amount", "lawful"), [(-1, False), (0, True), (10_000, True), (10_001, False)])
def test_a_standard_is_an_amount_that_can_be_counted(db, amount, lawful):
    db.add(ResponseStandard(name="Some", amount=amount, unit="day", source="A law"))
    assert fields(make.problems(db)) == ([] if lawful else ["amount"])


def test_a_standard_names_its_source(db):
    db.add(ResponseStandard(name="Some", amount=1, unit="day", source=" "))
    assert fields(make.problems(db)) == ["source"]


def test_a_language_is_spoken_written_or_signed(db):
    for used in ("spoken", "written", "signed", None):
        row = Language(
            code=f"x{used}"[:8], name=f"Some {used}", **{way: way == used for way in ("spoken", "written", "signed")}
        )
        db.add(row)
        assert fields(make.problems(db)) == ([] if used else ["spoken"])
