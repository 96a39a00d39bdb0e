"""What is asked of a client's record, and the keys for finding it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.clients import is_safe_way
from models import Client, ClientMember
from models.declared import by_key
from tests import make


def fields(problems):
    return [field for field, _ in problems]


def test_a_name_or_an_alias_is_enough_to_begin_with(db):
    db.add(Client(name="The lady from the market"))
    assert make.problems(db) == []


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_not(db, name):
    db.add(Client(name=name))
    assert fields(make.problems(db)) == ["name"]


@pytest.mark.parametrize(("kind", "contact", "lawful"), [
    ("organisation", None, False), ("organisation", " ", False), ("organisation", "Imam Yusuf", True),
    ("family", None, True), ("individual", None, True),
])  # fmt: skip
def test_an_organisation_names_whom_to_speak_with(db, kind, contact, lawful):
    db.add(Client(name="East Mosque", kind=kind, org_contact=contact))
    expected = [("org_contact", "Name the person to speak with at this organisation.")]
    assert make.problems(db) == ([] if lawful else expected)


@pytest.mark.parametrize(("way", "note", "lawful"), [
    ("only_times", None, False), ("only_times", "School days, 10:00 to 14:30", True), ("via_third_party", " ", False),
    ("via_third_party", "Her sister, 07700 900111", True), ("any", None, True), ("none", None, True),
])  # fmt: skip
def test_a_safe_way_that_needs_words_has_them(db, way, note, lawful):
    db.add(Client(name="Amina K", safe_contact=way, safe_note=note))
    assert fields(make.problems(db)) == ([] if lawful else ["safe_note"])


@pytest.mark.parametrize(("status", "lawful"), [
    ("enquiry", True), ("open", False), ("on_hold", False), ("closing", False), ("closed", True),
])  # fmt: skip
def test_the_safe_way_stays_known_while_a_case_is_open(db, status, lawful):
    case = make.case(db, status=status)
    case.client.safe_contact = None
    assert fields(make.problems(db)) == ([] if lawful else ["safe_contact"])


def test_another_teams_open_case_counts_too(db):
    client = make.client(db)
    make.case(db, client, lead=make.worker(db, "Joe B", in_team=make.team(db, "West")))
    mine = make.case(db, client, status="enquiry")
    make.act_as(db, "caseworker", mine.lead)
    client.safe_contact = None
    assert fields(make.problems(db)) == ["safe_contact"]


def test_somebody_without_a_safe_way_yet_may_be_edited(db):
    client = make.client(db, safe_contact=None)
    client.phone = "07700 900111"
    assert make.problems(db) == []


@pytest.mark.parametrize(("days", "lawful"), [(0, True), (1, False)])
def test_nobody_is_born_in_the_future(db, days, lawful):
    db.add(Client(name="Amina K", date_of_birth=make.TODAY + timedelta(days)))
    assert fields(make.problems(db)) == ([] if lawful else ["date_of_birth"])


@pytest.mark.parametrize(("year", "lawful"), [(1905, False), (1906, True), (2026, True), (2027, False), (26, False)])
def test_a_year_of_birth_has_four_digits_and_is_past(db, year, lawful):
    db.add(ClientMember(client=make.client(db), birth_year=year))
    assert fields(make.problems(db)) == ([] if lawful else ["birth_year"])


def test_both_names_are_folded_into_one_key_and_the_phone_into_its_digits(db):
    client = make.client(db, "Özgür ŞAHİN", own_script="Шахин", phone="+44 (0)7700 900-114")
    assert client.name_key == "ozgur sahin шахин"
    assert client.phone_digits == "4407700900114"
    client.name, client.phone = "O'Brien", None
    db.flush()
    assert (client.name_key, client.phone_digits) == ("obrien шахин", None)


def test_a_key_fits_its_column_however_long_the_name_unfolds(db):
    """One ligature sign of Arabic unfolds into a phrase of eighteen letters."""
    client = make.client(db, "\ufdfa" * 120, phone="1" * 60)
    assert len(client.name_key) <= 260
    assert client.phone_digits == "1" * 40


SAFE = {  # answer about safe contact -> by which media something may reach them; handing over is always safe
    "any": {"letter", "email", "text", "answerphone", "phone"}, "phone_only": {"phone"},
    "only_times": {"answerphone", "phone"}, "no_voicemail": {"phone"}, "no_post": {"answerphone", "phone"},
    "via_third_party": {"answerphone", "phone"}, "none": set(), None: set(),
}  # fmt: skip


def test_every_answer_about_safe_contact_says_by_which_media_something_may_reach_them():
    assert set(SAFE) == {None, *dict(by_key(Client)["safe_contact"].info.choices)}
    media = SAFE["any"] | {"hand", "kept"}
    found = {said: {one for one in media if is_safe_way(Client(safe_contact=said), one)} for said in SAFE}
    assert found == {said: {"hand", "kept"} | safe for said, safe in SAFE.items()}
    assert [is_safe_way(None, one) for one in ("letter", "phone", "hand")] == [False, False, True]


def test_a_client_is_never_deleted(db):
    db.delete(make.client(db))
    assert [told[:12] for _, told in make.problems(db)] == ["Not deleted:"]
