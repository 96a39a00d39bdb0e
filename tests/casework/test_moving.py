"""Moving the office's file into PostgreSQL: every row, compared; whatever stands in the way leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from casework import audit, keys, moving, seal, startup
from casework.backup_files import BackupRefused
from casework.context import Acting
from models import Base, Team, User, cipher, database
from models.database import open_engine
from tests import make
from tests.conftest import DATABASES, POSTGRES
from tests.migrations.test_migrations import differences, fill, server

SECRET = "only the office knows"
WHO = Acting(now=make.NOW, username="command")
TABLES = sorted(Base.metadata.tables.values(), key=lambda one: one.name)
pytestmark = pytest.mark.skipif(len(DATABASES) == 1, reason="PostgreSQL does not answer: nothing could be moved there.")


def on_file(place, key=None):
    engine = open_engine(f"sqlite:///{place}", key)
    seal.use_secret(engine, SECRET)
    return engine


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    """An office's file, made by the migrations, with rows in every table."""
    place = tmp_path_factory.mktemp("moving") / "office.db"
    engine = on_file(place)
    startup.to_newest(engine)
    fill(engine)
    engine.dispose()
    return place


@pytest.fixture
def office(furnished, tmp_path):
    engine = on_file(shutil.copy(furnished, tmp_path / "office.db"))
    yield engine
    engine.dispose()


@pytest.fixture
def target():
    name = f"casework_move_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    server(f'CREATE DATABASE "{name}"')
    engine = open_engine(make_url(POSTGRES).set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    server(f'DROP DATABASE "{name}" WITH (FORCE)')


def move(office, target):
    return moving.move(office, target, startup.to_newest, WHO)


def held(engine):
    """Give every row of every table, in an order of our own."""
    with engine.connect() as connection:
        return {one.name: sorted(map(repr, connection.execute(select(one)))) for one in TABLES}


def counts(engine):
    with engine.connect() as connection:
        return sum(connection.scalar(select(func.count()).select_from(one)) for one in TABLES)


def is_refused(office, target, told):
    with pytest.raises(BackupRefused, match=told):
        move(office, target)


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_every_row_document_and_line_arrives_and_the_trail_is_whole(office, target, tmp_path, encrypted):
    if encrypted and database.key_unless_named is None:  # in a run on encrypted files both are
        office.dispose()
        key = cipher.make_key(tmp_path / "key")
        office = on_file(office.url.database, key)
        keys.encrypt(office)
    before = held(office)
    done = move(office, target)
    assert held(office) == before  # only read
    after = held(target)
    (line,) = set(after["audit_entries"]) - set(before["audit_entries"])
    assert "moved from a file" in line
    after["audit_entries"].remove(line)
    assert after == before
    assert done.rows == {name: len(rows) for name, rows in before.items()} and min(done.rows.values()) > 0
    with target.connect() as connection:
        found = audit.check(connection, done.tail)
        assert (found.faults, found.lines) == ((), done.lines + 1)
    assert differences(target) == []
    office.dispose()


def test_the_new_database_keeps_every_promise_of_the_old_one(office, target):
    """Links hold, the trail is only added to, and no number is given twice, not even one whose row is gone."""
    with office.begin() as connection:
        made = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'users'")).scalar_one()
        connection.execute(text("UPDATE sqlite_sequence SET seq = :seq WHERE name = 'users'"), {"seq": made + 40})
        newest = connection.scalar(select(func.max(Team.__table__.c.id)))
    links = {one.name: sorted(key.target_fullname for key in one.foreign_keys) for one in TABLES}
    move(office, target)
    found = inspect(target)
    assert {
        name: sorted(f"{key['referred_table']}.{key['referred_columns'][0]}" for key in found.get_foreign_keys(name))
        for name in links
    } == links
    stamps = {"created_at": make.NOW, "updated_at": make.NOW, "version": 1}
    with target.begin() as connection:
        user = {**stamps, "username": "leila", "role": "manager", "active": True, "epoch": 1}
        assert connection.scalar(insert(User.__table__).values(user).returning(User.__table__.c.id)) == made + 41
        team = insert(Team.__table__).values({**stamps, "name": "New"}).returning(Team.__table__.c.id)
        assert connection.scalar(team) == newest + 1
    with pytest.raises(DBAPIError, match="only added"), target.begin() as connection:
        connection.execute(text("DELETE FROM audit_entries"))
    with pytest.raises(IntegrityError), target.begin() as connection:
        connection.execute(text("UPDATE cases SET client_id = 999999"))


def test_a_target_that_was_made_but_is_empty_is_taken_and_one_with_a_row_is_not(office, target):
    startup.to_newest(target)
    with target.begin() as connection:
        stamps = {"created_at": make.NOW, "updated_at": make.NOW, "version": 1}
        connection.execute(insert(Team.__table__).values({**stamps, "name": "Theirs"}))
    is_refused(office, target, r"holds rows already \(teams\)")
    assert counts(target) == 1
    with target.begin() as connection:
        connection.execute(delete(Team.__table__))
    assert move(office, target).rows["teams"] >= 1
    is_refused(office, target, "holds rows already")


@pytest.mark.parametrize("statement, told", [
    ("UPDATE alembic_version SET version_num = '0003'", r"another version of this program \(0003 instead of"),
    ("UPDATE alembic_version SET version_num = 'ffff'", r"another version of this program \(ffff instead of"),
    ("DROP TABLE alembic_version", "holds tables of something else"),
])  # fmt: skip
def test_a_target_of_another_shape_is_refused(office, target, statement, told):
    startup.to_newest(target)
    with target.begin() as connection:
        connection.execute(text(statement))
    is_refused(office, target, told)
    assert counts(target) == 0


def test_only_a_whole_file_at_rest_is_moved_and_only_to_a_server(office, target, tmp_path):
    is_refused(office, open_engine(f"sqlite:///{tmp_path / 'other.db'}"), "the target is no PostgreSQL database")
    is_refused(target, target, "names no SQLite file")
    is_refused(office, open_engine(f"{POSTGRES}_that_is_not_there"), "cannot be reached")
    running = on_file(office.url.database)
    with closing(startup.held_open(running)):
        is_refused(office, target, "Not moved: the office is running")
    running.dispose()
    with closing(cipher.open_file(Path(office.url.database), database.key_unless_named)) as by_hand:
        by_hand.executescript("DROP TRIGGER audit_entries_no_update; UPDATE audit_entries SET who = 'x' WHERE id = 3;")
    is_refused(office, target, "not as it was written. Line 3 does not fit its seal")
    assert counts(target) == 0


def test_a_row_that_the_server_does_not_take_is_named_by_its_number_without_its_words(office, target):
    """SQLite keeps a text of any length in a column of 200 signs."""
    with office.begin() as connection:
        connection.execute(text("UPDATE clients SET name = :name WHERE id = 2"), {"name": "Rehana " * 200})
    with pytest.raises(BackupRefused, match=r"does not take a row of clients \(numbers 1 to \d+\)") as refused:
        move(office, target)
    assert "Rehana" not in str(refused.value)
    assert counts(target) == 0


@pytest.mark.parametrize("table, change", [
    ("clients", "NEW.needs = 'x'; RETURN NEW;"), ("document_contents", "NEW.data = 'x'; RETURN NEW;"),
    ("settings", "RETURN NULL;"),
])  # fmt: skip
def test_one_value_or_row_that_reads_otherwise_there_undoes_everything(office, target, table, change):
    startup.to_newest(target)
    with target.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {change} END $$"
        )
        connection.exec_driver_sql(f"CREATE TRIGGER odd BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION odd()")
    is_refused(office, target, f"Not moved: {table} reads otherwise there")
    assert counts(target) == 0
    assert differences(target) == []


def test_killed_in_the_midst_it_leaves_nothing_and_is_begun_anew(office, target, monkeypatch):
    startup.to_newest(target)
    target.dispose()
    office.dispose()
    if (child := os.fork()) == 0:
        try:
            monkeypatch.setattr(moving, "_go_on_counting", lambda *_both: os.kill(os.getpid(), signal.SIGKILL))
            move(on_file(office.url.database), open_engine(target.url.render_as_string(hide_password=False)))
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert counts(target) == 0
    assert differences(target) == []
    assert move(office, target).rows["clients"] > 0


def test_a_digest_tells_neighbours_kinds_and_missing_rows_apart():
    rows = [("ab", "c"), ("a", "bc"), (1, None), ("1", None), (True, None), (b"1", None), (None, 1), ("None", 1)]
    assert len({moving.Digest().with_rows([one]).sum for one in rows}) == len(rows)
    whole = moving.Digest().with_rows(rows)
    assert moving.Digest().with_rows(reversed(rows)) == whole
    assert moving.Digest().with_rows(rows[1:]) != whole != moving.Digest().with_rows([*rows, rows[0]])
