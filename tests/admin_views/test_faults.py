"""When the disk or the database fails: a page that says so, keeps what was typed, and goes on by itself."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, event, make_url, select, text
from sqlalchemy.exc import OperationalError

from admin_views.db import db as keeper
from app import create_app
from casework import audit, startup
from casework import calls as verbs
from models import CaseNote
from tests import make
from tests.admin_views.browser import Browser
from tests.admin_views.office import PASSPHRASE
from tests.admin_views.test_log_a_call import call_at
from tests.conftest import DATABASES, POSTGRES

TYPED = " ".join(["She rang about the door. It was kicked in again last night, and nobody came."] * 80)  # over a page


@contextmanager
def full(site):
    """Let the database have no page more than it has, as on a disk that is full."""
    with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.driver_connection.execute("VACUUM")  # no page lies idle
    with limit_on_all(site, "PRAGMA max_page_count=1"):
        yield


@contextmanager
def read_only(site):
    """Let nothing be written, as on a disk that the system has put into read-only."""
    with limit_on_all(site, "PRAGMA query_only=ON"):
        yield


@contextmanager
def limit_on_all(site, pragma):
    """Say `pragma` on every connection that is opened meanwhile."""

    def say(connection, _record):
        connection.execute(pragma)

    event.listen(site.engine, "connect", say)
    site.engine.dispose()
    try:
        yield
    finally:
        event.remove(site.engine, "connect", say)


def is_whole(site):
    with site.engine.connect() as connection:
        return [*startup.faults_of(connection), *audit.check(connection).faults] == []


def calls(site):
    with site.db() as db:
        return list(db.scalars(select(CaseNote.text).where(CaseNote.text == TYPED)))


def log_a_call(browser, path):
    return browser.fill(path, {"text": TYPED}, holding="text")


def check_page(answer, why):
    """Check that a page says what stands in the way, in words, and carries what was typed."""
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert why in answer.text
    assert answer.page.heading == "Not saved yet"
    assert TYPED in answer.page.all("textarea")[0].text
    assert dict(answer.page.form("text").values)["text"] == TYPED
    assert answer.headers["Cache-Control"] == "no-store" and "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("limit, why", [(full, "disk of the office's machine is full"), (read_only, "cannot write")])
def test_a_disk_that_takes_nothing_more_keeps_what_was_typed_and_the_same_press_saves_it_later(
    site, browse, office, limit, why
):
    amina, path, before = browse("amina"), call_at(office), site.everything()
    page = amina.get(path)
    with limit(site):
        answer = amina.submit(page, {"text": TYPED}, holding="text", path=path)
        check_page(answer, why)
        check_page(amina.submit(answer, {}, holding="text"), why)  # still: the page of the page
    assert site.everything() == before
    saved = amina.submit(answer, {}, holding="text")
    assert saved.status == 302
    again = amina.submit(answer, {}, holding="text")  # pressed twice: never saved twice
    assert (again.location, calls(site)) == (saved.location, [TYPED])
    assert is_whole(site)


def test_a_file_is_not_opened_while_its_opening_cannot_be_written_down(site, browse, office):
    """Who has seen a file must be on record, so a full disk closes the files; the page says why."""
    amina, path = browse("amina"), f"/caseworker/case/details/?id={office['case', 'own']}"
    with read_only(site):
        answer = amina.get(path)
        assert (answer.status, answer.page.heading) == (503, "Not possible just now")
        assert "Rehana" not in answer.text
        assert [one.get("href") for one in answer.page.all("a") if one.text == "Try again"] == [path]
        assert amina.get("/caseworker/case/").status == 200  # a list names nobody's opening
    assert amina.get(path).status == 200


def test_somebody_else_who_writes_too_long_is_told_as_that(site, browse, office, monkeypatch):
    amina, path = browse("amina"), call_at(office)
    page = amina.get(path)
    with limit_on_all(site, "PRAGMA busy_timeout=50"), site.engine.connect() as other:
        other.exec_driver_sql("UPDATE settings SET value = value")
        answer = amina.submit(page, {"text": TYPED}, holding="text", path=path)
        check_page(answer, "Others are saving")
        other.rollback()
    assert amina.submit(answer, {}, holding="text").status == 302
    assert calls(site) == [TYPED]


def test_signing_in_while_nothing_can_be_written_shows_no_passphrase(site, browse):
    with read_only(site):
        stranger = browse("")
        answer = stranger.submit(stranger.get("/login"), {"username": "amina", "password": TYPED}, holding="username")
    assert (answer.status, TYPED in answer.data.decode()) == (503, False)


def test_a_saved_form_whose_draft_cannot_be_forgotten_is_told_as_saved(site, browse, office, monkeypatch):
    """What comes after the commit must not make of a saved call one that was not."""

    def no_more(*_given):
        raise OperationalError("DELETE", {}, _full())

    monkeypatch.setattr("admin_views.typed.forget", no_more)
    assert log_a_call(browse("amina"), call_at(office)).status == 302
    assert calls(site) == [TYPED]


def _full():
    error = Exception("database or disk is full")
    error.sqlite_errorname = "SQLITE_FULL"
    return error


def test_a_file_that_is_no_database_any_more_is_told_in_a_sentence_and_read_again_once_it_is(site, browse, office):
    place = Path(make_url(site.store.used).database)
    amina = browse("amina")
    site.engine.dispose()
    kept = place.read_bytes()
    place.write_bytes(b"not a database " * 1000)
    answer = amina.get(call_at(office))
    assert (answer.status, "last backup may be needed" in answer.text) == (503, True)
    assert site.app.test_client().get("/healthz").get_json()["status"] == "not ready"
    place.write_bytes(kept)
    assert amina.get(call_at(office)).status == 200
    assert site.app.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400), timedelta(hours=-1)])
def test_a_clock_that_jumps_loses_nothing_and_the_trail_stays_whole(site, browse, office, jump):
    amina, path = browse("amina"), call_at(office)
    page = amina.get(path)
    with site.at(make.NOW + jump):
        answer = amina.submit(page, {"text": TYPED}, holding="text", path=path)
        if answer.status == 401:  # too late: signed out, and what was typed stays on the page
            assert TYPED in answer.data.decode()
        else:
            assert answer.status in {302, 422}, answer.text
    with site.at(make.NOW):
        amina = browse("amina")
        assert log_a_call(amina, path).status == 302
    assert is_whole(site)


def test_two_offices_on_one_file_lose_nothing(site, browse, office):
    """Two programs on one file: each call is there, and the trail is one."""
    other = create_app(replace(site.config))
    people = [browse("amina"), Browser(other, (), "caseworker")]
    people[1].sign_in("amina", PASSPHRASE)
    saved = []

    def write(who, number):
        for turn in range(5):
            answer = who.fill(call_at(office), {"text": f"Call {number}.{turn}"}, holding="text")
            saved.append((answer.status, f"Call {number}.{turn}"))

    threads = [threading.Thread(target=write, args=(who, number)) for number, who in enumerate(people)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with other.app_context():
        keeper.engine.dispose()
    with site.db() as db:
        kept = set(db.scalars(select(CaseNote.text).where(CaseNote.text.like("Call _._"))))
    assert {status for status, _text in saved} == {302}
    assert kept == {name for _status, name in saved} and len(kept) == 10
    assert is_whole(site)


# PostgreSQL: the server goes away in the middle of a request


@pytest.fixture
def on_server(sites):
    if "postgresql" not in DATABASES:
        pytest.skip("PostgreSQL is not there")
    return sites("postgresql").fresh()


def end_connections(url):
    """Do what a restart of the server does to those who are connected."""
    with create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as server:
        server.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": make_url(url).database},
        )


def test_a_server_that_goes_away_in_mid_request_keeps_what_was_typed_and_the_next_press_saves(on_server, monkeypatch):
    amina, path = on_server.browse("amina"), call_at(on_server.office)
    page, real = amina.get(path), verbs.log

    def cut_off(*given, **more):
        end_connections(on_server.store.used)
        return real(*given, **more)

    monkeypatch.setattr(verbs, "log", cut_off)
    answer = amina.submit(page, {"text": TYPED}, holding="text", path=path)
    check_page(answer, "cannot be reached just now")
    monkeypatch.setattr(verbs, "log", real)
    assert calls(on_server) == []
    assert amina.submit(answer, {}, holding="text").status == 302
    assert calls(on_server) == [TYPED]
    assert is_whole(on_server)


def test_between_two_requests_a_restart_of_the_server_is_not_noticed(on_server):
    amina = on_server.browse("amina")
    end_connections(on_server.store.used)
    assert log_a_call(amina, call_at(on_server.office)).status == 302
