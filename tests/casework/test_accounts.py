"""Accounts: names, persons, the round of sign-ins, and that somebody can always let people in."""

from __future__ import annotations

import pytest

from casework import accounts
from models import User
from tests import make


def fields(problems):
    return [field for field, _ in problems]


@pytest.mark.parametrize(("name", "lawful"), [
    ("maryam", True), ("maryam.y-2_b", True), ("my", True), ("m", False), ("m" * 40, True), ("m" * 41, False),
    ("Maryam", False), ("2maryam", False), ("maryam y", False), ("márta", False), ("", False), ("maryam\n", False),
])  # fmt: skip
def test_a_sign_in_name_can_be_typed_on_any_keyboard(db, name, lawful):
    db.add(User(username=name, role="manager"))
    assert fields(make.problems(db)) == ([] if lawful else ["username"])


@pytest.mark.parametrize(("role", "needed"), [
    ("caseworker", "A caseworker works under their own name: choose the person."),
    ("coordinator", "A volunteer coordinator works under their own name: choose the person."),
    ("manager", None), ("reports", None),
])  # fmt: skip
def test_caseworkers_and_coordinators_are_persons(db, role, needed):
    person = make.worker(db)
    user = User(username="somebody", role=role)
    db.add(user)
    assert make.problems(db) == ([("worker", needed)] if needed else [])
    user.worker = person
    assert make.problems(db) == []


@pytest.mark.parametrize("change", [{"role": "reports"}, {"active": False}])
def test_the_last_manager_who_can_sign_in_stays(db, change):
    first, second = make.user(db, "first", "manager"), make.user(db, "second", "manager")
    make.user(db, "left", "manager").active = False
    for name, value in change.items():
        setattr(first, name, value)
    assert make.problems(db) == []
    for name, value in change.items():
        setattr(second, name, value)
    assert make.problems(db) == [
        ("role", "This is the last manager who can sign in. Make another account a manager first.")
    ]


def test_two_managers_do_not_leave_in_one_saving(db):
    both = [make.user(db, name, "manager") for name in ("first", "second")]
    for one in both:
        one.active = False
    assert fields(make.problems(db)) == ["role", "role"]


def test_two_managers_at_the_same_moment_wait_for_one_another(db, monkeypatch):
    held = []
    monkeypatch.setattr(accounts, "hold", lambda _db, name: held.append(name))
    first = make.user(db, "first", "manager")
    make.user(db, "second", "manager")
    assert held == []
    first.active = False
    db.flush()
    assert held == ["the last manager"]


def test_the_last_manager_may_be_renamed_and_a_caseworker_may_leave(db):
    manager, caseworker = make.user(db, "first", "manager"), make.user(db, "second", "caseworker")
    manager.username, caseworker.active = "renamed", False
    assert make.problems(db) == []


@pytest.mark.parametrize(("name", "value", "ends"), [
    ("role", "reports", True), ("active", False, True), ("password_hash", "other", True), ("username", "other", False),
])  # fmt: skip
def test_what_changes_somebodys_rights_ends_their_sign_ins(db, name, value, ends):
    make.user(db, "stays", "manager")
    user = make.user(db, "changes", "manager")
    before = user.epoch
    setattr(user, name, value)
    db.flush()
    assert user.epoch == before + (1 if ends else 0)


def test_a_new_account_begins_with_its_first_round(db):
    assert make.user(db, "first", "manager").epoch == 1


def test_a_round_that_was_raised_already_is_not_raised_twice(db):
    user = make.user(db, "first", "manager")
    user.password_hash, user.epoch = "other", 2
    db.flush()
    assert user.epoch == 2


def test_an_account_is_never_deleted(db):
    db.delete(make.user(db, "first", "reports"))
    assert [told[:12] for _, told in make.problems(db)] == ["Not deleted:"]
