"""The second step below the screens: each code once and never an older one, recovery codes for their owner alone."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy.orm import sessionmaker

from casework import second_factor, sessions
from casework.context import Acting, set_acting
from models import Base, User
from models.database import open_engine
from seed.reference import load_reference
from tests import make

STEP = timedelta(seconds=30)


@pytest.fixture
def office(tmp_path):
    """A maker of sessions on a file of its own, since codes are used up at once; two accounts."""
    engine = open_engine(f"sqlite:///{tmp_path}/office.db")
    Base.metadata.create_all(engine)
    maker = sessionmaker(engine)
    sessions.install(maker)
    with acting(maker) as db:
        load_reference(db, today=make.TODAY)
        db.add_all(User(username=name, role="manager", password_hash="x") for name in ("amina", "joan"))
        db.commit()
    yield maker
    engine.dispose()


def acting(maker):
    db = maker()
    set_acting(db, Acting(now=make.NOW))
    return db


def set_up(maker, username):
    """Take the second step into use; give (its secret, its recovery codes)."""
    with acting(maker) as db:
        factor = second_factor.prepare(db, db.query(User).filter_by(username=username).one())
        codes = second_factor.confirm(db, factor, pyotp.TOTP(factor.secret).at(make.NOW))
        db.commit()
        return factor.secret, codes


def enter(maker, username, typed, now=make.NOW):
    with acting(maker) as db:
        factor = second_factor.of(db, db.query(User).filter_by(username=username).one().id)
        db.expunge(factor)
        db.rollback()
        return second_factor.accept(db.get_bind(), factor, typed, now)


def test_the_code_that_set_it_up_and_any_code_older_than_the_last_are_good_no_more(office):
    secret, _codes = set_up(office, "amina")
    code_at = pyotp.TOTP(secret).at
    assert enter(office, "amina", code_at(make.NOW)) is None
    later = make.NOW + 4 * STEP
    assert enter(office, "amina", code_at(later), later) == "code"
    assert enter(office, "amina", code_at(later - STEP), later) is None
    assert enter(office, "amina", code_at(later + STEP), later) == "code"


def test_a_recovery_code_lets_in_its_owner_alone(office):
    _secret, hers = set_up(office, "amina")
    _other, joans = set_up(office, "joan")
    assert enter(office, "amina", joans[0]) is None
    assert enter(office, "joan", joans[0]) == "recovery"
    assert enter(office, "amina", hers[0].upper().replace("-", " ")) == "recovery"


def test_new_recovery_codes_end_the_older_ones_and_nobody_elses(office):
    _secret, old = set_up(office, "amina")
    _other, joans = set_up(office, "joan")
    with acting(office) as db:
        new = second_factor.new_recovery_codes(db, db.query(User).filter_by(username="amina").one())
        db.commit()
    assert [enter(office, "amina", code) for code in (old[1], new[1])] == [None, "recovery"]
    assert enter(office, "joan", joans[1]) == "recovery"
