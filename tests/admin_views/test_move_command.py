"""`move` as whoever keeps the machine meets it, and the office on its new server afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from admin_views.db import db
from app import create_app
from tests.admin_views.office import NAMES, PASSPHRASE
from tests.casework.test_moving import target  # noqa: F401 - a fixture
from tests.conftest import DATABASES


def types(site, *words):
    with site.app.app_context():
        done = site.app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    site.engine.dispose()
    return done.exit_code, done.output


@pytest.mark.parametrize("address", ["nonsense", "mysql://host/name", "postgresql://host/name", "sqlite:///other.db"])
def test_an_address_that_is_none_is_told_in_one_sentence(site, address):
    code, told = types(site, "move", "--to", address)
    assert (code, told) == (1, "Error: Not moved: an address looks like postgresql+psycopg://user@host/name.\n")


@pytest.mark.skipif(len(DATABASES) == 1, reason="PostgreSQL does not answer: nothing could be moved there.")
def test_people_go_on_in_the_moved_office_with_their_names_passphrases_and_files(site, target, monkeypatch):  # noqa: F811
    address = target.url.render_as_string(hide_password=False)
    monkeypatch.setenv("CASEWORK_MOVE_TO", address)
    code, told = types(site, "move")
    assert code == 0, told
    assert "audit trail whole" in told and "keep it as the last backup" in told
    code, told = types(site, "move")
    assert (code, told.count("\n"), "holds rows already" in told) == (1, 1, True)
    app = create_app(replace(site.config, database_url=address))
    try:
        person = app.test_client()
        token = person.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]
        typed = {"username": "amina", "password": PASSPHRASE, "csrf_token": token}
        assert person.post("/login", data=typed).status_code == 302
        own = person.get(f"/caseworker/client/details/?id={site.office['client', 'own']}")
        assert own.status_code == 200 and NAMES["own"] in own.text
    finally:
        with app.app_context():
            db.engine.dispose()
