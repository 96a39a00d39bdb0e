"""The first manager of an office: a page with a code from the terminal, open once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from admin_views import set_up
from admin_views.config import Config
from app import create_app
from casework import tries
from casework.context import Acting, set_acting
from models import AuditEntry, Base, User
from seed.reference import load_reference
from tests import make
from tests.admin_views.browser import Browser

WORDS = "heron lantern quarry moss"
TYPED = {"name": "Maryam Y", "username": "Maryam", "password": WORDS, "password_again": WORDS}


@pytest.fixture
def empty(tmp_path):
    """An office without an account, outside the demonstration."""
    app = create_app(Config(f"sqlite:///{tmp_path}/office.db", "s" * 32, fixed_now=make.NOW, testing=True,
                            second_factor=True))  # fmt: skip
    with app.app_context():
        db = app.extensions["sqlalchemy"]
        Base.metadata.create_all(db.engine)
        set_acting(db.session, Acting(now=make.NOW))
        load_reference(db.session, today=make.TODAY)
        db.session.commit()
        engine = db.engine
    yield app
    engine.dispose()


def accounts(app):
    with app.app_context():
        db = app.extensions["sqlalchemy"]
        set_acting(db.session, Acting(now=make.NOW))
        return [(one.username, one.role, str(one.worker)) for one in db.session.scalars(select(User))]


@pytest.mark.req("R29")
def test_the_first_manager_is_made_with_the_code_from_the_terminal_and_the_page_closes(empty):
    code, stranger = set_up.code_while_empty(empty), Browser(empty, ())
    for wrong, said in (
        ({"code": "AAAA-AAAA"}, "This is not the code."),
        ({"password": "casework2026!"}, "first that would be guessed"),
        ({"password_again": "other"}, "The two are not the same"), ({"username": "2"}, "Use 2 to 40 small letters"),
        ({"name": " "}, "Enter your name."),
    ):  # fmt: skip
        answer = stranger.fill("/setup", {**TYPED, "code": code, **wrong}, holding="code")
        assert (answer.status, said in answer.text) == (422, True), said
        assert WORDS not in answer.page.markup
        assert accounts(empty) == []
    with empty.app_context():
        tries.forgive(empty.extensions["sqlalchemy"].engine, "first account")
    made = stranger.fill("/setup", {**TYPED, "code": code.lower().replace("-", " ")}, holding="code")
    assert made.location == "/account/second-factor"  # a manager goes on with the second step
    assert accounts(empty) == [("maryam", "manager", "Maryam Y")]
    for one in (stranger, Browser(empty, ())):
        assert one.client.get("/setup").status_code == 404
    assert set_up.code_while_empty(empty) is None


def test_the_code_cannot_be_guessed_at_leisure(empty):
    stranger = Browser(empty, ())
    statuses = [stranger.fill("/setup", {**TYPED, "code": f"AAAA-AAA{n}"}, holding="code").status for n in range(6)]
    assert statuses == [422] * 5 + [429]
    assert stranger.fill("/setup", {**TYPED, "code": set_up.code_while_empty(empty)}, holding="code").status == 429


def test_the_code_is_another_in_every_office_and_the_same_after_a_new_start(empty, tmp_path):
    codes = set()
    for secret in ("s" * 32, "other" * 8):
        app = create_app(Config(f"sqlite:///{tmp_path}/office.db", secret, fixed_now=make.NOW, testing=True))
        codes.add(set_up.code_while_empty(app))
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()
    assert len(codes) == 2
    assert set_up.code_while_empty(empty) in codes
    assert all(len(code) == 9 for code in codes)


def test_an_account_is_never_deleted_so_no_number_comes_to_mean_somebody_else(site):
    with site.db() as db:
        assert db.get_bind().dialect.name == "sqlite"
        kept = db.connection().exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'users'").scalar()
        assert kept == max(site.office.users.values())
        assert AuditEntry.__table__.dialect_options["sqlite"]["autoincrement"]
