"""Accounts looked at every quarter: whose day has come, and what a decision does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from casework import account_reviews
from casework.context import Acting, set_acting
from models import AccountCheck, SecondFactor, SignIn
from tests import make

AUGUST = datetime(2026, 8, 23, 9, 0, tzinfo=UTC)  # three months before the day of the tests


def made_on(db, when: datetime, name: str, role: str = "reports"):
    set_acting(db, Acting(now=when))
    user = make.user(db, name, role)
    set_acting(db, Acting(now=make.NOW))
    return user


def signed_in(db, user, at: datetime, stage: str = "in") -> None:
    db.add(SignIn(user=user, token_hash=f"{user.id}{at}", epoch=1, stage=stage, started_at=at, last_seen_at=at,
                  idle_ends_at=at, ends_at=at))  # fmt: skip
    db.flush()


@pytest.mark.parametrize("days, waits", [(0, True), (1, False)])
def test_an_account_waits_three_months_after_it_was_made(db, days, waits):
    made_on(db, AUGUST + timedelta(days=days), "sam")
    number, earliest = account_reviews.to_look_at(db)
    assert (number, earliest) == ((1, date(2026, 11, 23)) if waits else (0, None))


def test_looking_at_an_account_puts_its_day_off_by_three_months(db):
    manager = made_on(db, make.NOW, "maryam", "manager")
    old = made_on(db, datetime(2026, 1, 5, tzinfo=UTC), "sam")
    make.act_as(db, "manager", user_id=manager.id)
    standing = next(one for one in account_reviews.standings(db) if one.user is old)
    assert standing.due_on == date(2026, 4, 5)
    account_reviews.decide(db, standing, "keep")
    again = next(one for one in account_reviews.standings(db) if one.user is old)
    assert (again.checked_on, again.due_on) == (make.TODAY, date(2027, 2, 23))
    assert account_reviews.to_look_at(db) == (0, None)


def test_an_account_shows_when_it_was_last_used_and_its_second_step(db):
    used, unused = made_on(db, make.NOW, "amina"), made_on(db, make.NOW, "sam")
    signed_in(db, used, AUGUST)
    signed_in(db, used, AUGUST + timedelta(days=3))
    signed_in(db, used, AUGUST + timedelta(days=9), stage="code")  # the passphrase alone
    db.add(SecondFactor(user=used, secret="x", in_use_since=AUGUST))
    db.flush()
    found = {one.user.username: (one.last_sign_in_at, one.has_second_step) for one in account_reviews.standings(db)}
    assert found == {"amina": (AUGUST + timedelta(days=3), True), "sam": (None, False)}
    assert unused.active


def test_closing_an_account_ends_its_sign_ins(db):
    manager, gone = made_on(db, make.NOW, "maryam", "manager"), made_on(db, make.NOW, "sam")
    make.act_as(db, "manager", user_id=manager.id)
    standing = next(one for one in account_reviews.standings(db) if one.user is gone)
    account_reviews.decide(db, standing, "close", "Left in October")
    assert (gone.active, gone.epoch) == (False, 2)
    assert [one.user.username for one in account_reviews.standings(db)] == ["maryam"]


@pytest.mark.parametrize("decision, note, wrong", [
    ("change", "", ["note"]), ("change", "Reports only", []), ("close", "", ["decision", "role"]), ("keep", "", []),
])  # fmt: skip
def test_a_change_is_named_and_nobody_closes_their_own_account(db, decision, note, wrong):
    """The one manager's own account: closing it would also leave nobody who can let people in."""
    manager = made_on(db, make.NOW, "maryam", "manager")
    make.act_as(db, "manager", user_id=manager.id)
    db.add(AccountCheck(account=manager, decision=decision, note=note, role_then="manager", checked_on=make.TODAY))
    if decision == "close":
        manager.active = False
    assert sorted(field for field, _text in make.problems(db)) == wrong


def test_what_was_decided_stays(db):
    account = made_on(db, make.NOW, "sam")
    check = AccountCheck(account=account, decision="keep", role_then="reports", checked_on=make.TODAY)
    db.add(check)
    db.flush()
    check.decision = "close"
    assert make.problems(db) == [("", "Not changed: what was decided stays. Look at the account again.")]
