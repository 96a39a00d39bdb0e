"""How tries to sign in are counted: per name and per address, within a time, and forgotten when one was right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework import seal, tries
from models import Base, SignInTry
from models.database import open_engine
from tests import make

MOST = tries.Limits(3, 5, timedelta(minutes=5))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine(tmp_path):
    made = open_engine(f"sqlite:///{tmp_path}/office.db")
    Base.metadata.create_all(made)
    seal.use_secret(made, "only the office knows")
    yield made
    made.dispose()


def guess(engine, name="amina", address="10.0.0.1", minute=0.0):
    """Give the minutes from the beginning until which this try has to wait, None if it may be judged."""
    until = tries.begin(engine, name, address, make.NOW + minute * MINUTE, MOST)
    return None if until is None else (until - make.NOW) / MINUTE


def test_the_wait_ends_when_the_oldest_of_the_last_tries_is_five_minutes_old(engine):
    assert [guess(engine, minute=minute) for minute in (0, 1, 2)] == [None] * 3
    assert guess(engine, minute=4.9) == 5
    assert guess(engine, minute=5) is None  # the first has gone
    assert guess(engine, minute=5.5) == 6  # now the second is the oldest that counts


def test_the_longer_wait_of_name_and_address_is_told(engine):
    for number in range(5):
        assert guess(engine, f"name{number}", minute=number / 10) is None
    for minute in (2, 3, 4):
        assert guess(engine, "joan", address="10.0.0.2", minute=minute) is None
    assert guess(engine, "joan", minute=4.5) == 7  # the address would be free at 5, the name at 7


def test_a_right_one_forgets_that_name_alone(engine):
    for name in ("amina", "joan"):
        for _time in range(2):
            guess(engine, name, address=name)
    tries.forgive(engine, "amina")
    assert [guess(engine, "amina", address="a") for _time in range(4)] == [None] * 3 + [5]
    assert [guess(engine, "joan", address="b") for _time in range(2)] == [None, 5]


@pytest.mark.parametrize("typed", ["Amina", " amina ", "AMINA"])
def test_a_name_is_counted_however_it_is_written(engine, typed):
    assert [guess(engine, typed, address=f"{number}") for number in range(3)] == [None] * 3
    assert guess(engine, "amina", address="elsewhere") == 5


def test_tries_are_kept_for_a_day_and_no_longer(engine):
    guess(engine, "amina")
    guess(engine, "joan", minute=23 * 60)
    guess(engine, "tariq", minute=25 * 60)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(SignInTry)) == 2
