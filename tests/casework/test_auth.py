"""A sign-in from its beginning to its end: how long it lasts, what ends it, and whose it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework import auth
from models import Base, User
from models.database import open_engine
from tests import make

LIFETIME = auth.Lifetime(timedelta(minutes=30), timedelta(hours=8))
HERE = {"address": "127.0.0.1", "lifetime": LIFETIME}


@pytest.fixture
def engine(tmp_path):
    """Two accounts in a file of its own: what is written about sign-ins is written at once."""
    made = open_engine(f"sqlite:///{tmp_path}/office.db")
    Base.metadata.create_all(made)
    with Session(made) as db:
        db.add_all(User(username=name, role="caseworker", password_hash="x", created_at=make.NOW, updated_at=make.NOW)
                   for name in ("amina", "joan"))  # fmt: skip
        db.commit()
    yield made
    made.dispose()


def sign_in(engine, user_id=1, now=make.NOW, **more):
    return auth.begin(engine, user_id, 1, "in", now=now, **HERE, **more)


def person(engine, token, now=make.NOW):
    with Session(engine) as db:
        return auth.person_of(db, token, now)


def test_whoever_clicks_all_day_is_out_after_eight_hours_all_the_same(engine):
    token = sign_in(engine)
    for minutes in range(20, 481, 20):
        now = make.NOW + timedelta(minutes=minutes)
        found = person(engine, token, now)
        assert found is not None, minutes
        auth.seen(engine, found, now, LIFETIME.idle)
    assert person(engine, token, make.NOW + timedelta(hours=8, seconds=1)) is None


def test_the_word_before_the_second_step_is_dead_after_it(engine):
    first = sign_in(engine)
    second = sign_in(engine, instead_of=person(engine, first).sign_in_id)
    assert person(engine, first) is None
    assert person(engine, second).username == "amina"


def test_ending_the_others_leaves_this_one_and_everybody_else(engine):
    elsewhere, here, joan = sign_in(engine), sign_in(engine), sign_in(engine, user_id=2)
    auth.end_others(engine, person(engine, here), make.NOW)
    assert [person(engine, one) is not None for one in (elsewhere, here, joan)] == [False, True, True]


def test_an_account_that_was_switched_off_by_hand_is_out_too(engine):
    token = sign_in(engine)
    with engine.begin() as connection:
        connection.execute(User.__table__.update().values(active=False))
    assert person(engine, token) is None


def test_a_word_that_nobody_has_names_nobody(engine):
    token = sign_in(engine)
    assert person(engine, token[:-1]) is None
    assert person(engine, "") is None
