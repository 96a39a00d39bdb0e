"""An encrypted office: no name can be read in any of its files, and its key changes without losing anything."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
from contextlib import closing, contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casework import backup_files, backups, keys, restoring, seal, sessions, startup
from casework.backup_files import BackupRefused
from casework.context import Acting
from models import Base, Client, cipher
from models.cipher import Key, KeyRefused
from models.database import open_engine
from seed.reference import load_reference
from tests import make

SECRET = "only the office knows"
WHO = Acting(now=make.NOW, username="command")
NAMES = ["Rehana Begum", "Hodan Warsame"]
TRACES = [word.encode() for name in NAMES for word in name.split()] + [b"CREATE TABLE", b"SQLite format"]


def opened(place, key):
    engine = open_engine(f"sqlite:///{place}", key)
    seal.use_secret(engine, SECRET)
    return engine


def furnish(place, key):
    engine = opened(place, key)
    Base.metadata.create_all(engine)
    command.stamp(startup.alembic_config(f"sqlite:///{place}", key), "head")
    with sessions.session_for(engine, WHO) as db:
        load_reference(db, today=make.TODAY)
        for name in NAMES:
            make.client(db, name)
        db.commit()
    engine.dispose()


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    """An encrypted office's file beside its key, and a plain one."""
    folder = tmp_path_factory.mktemp("office")
    furnish(folder / "office.db", cipher.make_key(folder / "key"))
    return folder


@pytest.fixture
def key(furnished, tmp_path):
    shutil.copy(furnished / "key", tmp_path / "key")
    return Key(tmp_path / "key")


@pytest.fixture
def office(furnished, key, tmp_path):
    engine = opened(Path(shutil.copy(furnished / "office.db", tmp_path / "office.db")), key)
    yield engine
    engine.dispose()


@pytest.fixture
def plain(tmp_path, monkeypatch):
    """A plain office's file; also where the whole run is on encrypted ones."""
    monkeypatch.setattr("models.database.key_unless_named", None)
    furnish(tmp_path / "plain.db", None)
    return tmp_path / "plain.db"


def upgrade(_engine):
    """The backup is of today's shape already."""


def names(engine):
    with engine.connect() as connection:
        return list(connection.scalars(select(Client.__table__.c.name).order_by(Client.__table__.c.id)))


def traces(folder):
    """Give every file under `folder` in which a name, a definition or SQLite's own heading can be read."""
    files = [one for one in folder.rglob("*") if one.is_file()]
    return sorted((one.name, word) for one in files for word in TRACES if word in one.read_bytes())


def inside(archive, room):
    with ZipFile(archive) as packed:
        packed.extractall(room)
    return room


# What stands in the files


def test_no_name_can_be_read_in_the_database_its_journal_or_a_backup(office, tmp_path):
    with sessions.session_for(office, WHO) as db:
        make.client(db, "Rehana Begum the second")
        db.commit()
        assert (tmp_path / "office.db-wal").stat().st_size > 0  # what was just written stands in the journal
        assert traces(tmp_path) == []
    file, manifest = backups.make(office, tmp_path / "backups", make.NOW)
    inside(file, tmp_path / "unpacked")
    assert traces(tmp_path) == []
    assert (manifest.rows["clients"], manifest.key) == (3, Key(tmp_path / "key").mark)


def test_a_plain_office_would_be_found_by_its_traces(plain):
    assert {word for _file, word in traces(plain.parent)} == set(TRACES)


def test_another_program_cannot_open_the_file(office, tmp_path):
    with closing(sqlite3.connect(tmp_path / "office.db")) as other, pytest.raises(sqlite3.DatabaseError):
        other.execute("SELECT name FROM clients")


# The key


def test_a_key_is_its_owners_alone_and_never_stands_in_what_is_shown_of_it(tmp_path):
    made = cipher.make_key(tmp_path / "keys" / "office.key")
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert len(bytes.fromhex(made.path.read_text())) == 32
    assert made.digits not in f"{made!r} {made} {made.mark}"
    assert cipher.make_key(tmp_path / "other").mark != made.mark
    with pytest.raises(FileExistsError):
        cipher.make_key(made.path)


@pytest.mark.parametrize("content, mode, said", [
    (None, 0, "cannot be read"), ("a" * 64, 0o640, "chmod 600"), ("a" * 63, 0o600, "holds no key"),
    ("a passphrase that somebody thought of\n", 0o600, "holds no key"), ("é", 0o600, "it is no text"),
])  # fmt: skip
def test_a_key_file_that_does_not_do_is_told_in_a_sentence(tmp_path, content, mode, said):
    if content is not None:
        (tmp_path / "key").write_text(content, encoding="utf-8")
        (tmp_path / "key").chmod(mode)
    with pytest.raises(KeyRefused, match=said) as refused:
        opened(tmp_path / "office.db", Key(tmp_path / "key")).connect()
    assert (content or "nothing") not in str(refused.value)


def test_a_start_with_another_key_or_none_says_what_to_do(office, tmp_path, monkeypatch):
    monkeypatch.setattr("models.database.key_unless_named", None)
    for key, said in ((cipher.make_key(tmp_path / "wrong"), "does not open"), (None, "CASEWORK_DATABASE_KEY_FILE")):
        other = opened(tmp_path / "office.db", key)
        with pytest.raises(startup.StartRefused, match=said) as refused:
            startup.check_database(other)
        assert str(refused.value).startswith("Not started. ")
        other.dispose()
    startup.check_database(office)


def test_a_key_is_refused_for_a_server(key):
    with pytest.raises(KeyRefused, match="PostgreSQL"):
        open_engine("postgresql+psycopg://postgres@127.0.0.1:1/none", key)


# Encrypting


def test_a_plain_office_is_encrypted_and_no_trace_of_it_is_left(plain, key, tmp_path):
    engine = opened(plain, key)
    with pytest.raises(startup.StartRefused, match="not encrypted yet"):
        startup.check_database(engine)
    keys.encrypt(engine)
    assert names(engine) == NAMES
    assert backups.state_of(engine).faults == ()
    engine.dispose()
    assert traces(tmp_path) == []
    assert not list(tmp_path.glob(".making*"))
    with pytest.raises(BackupRefused, match="encrypted already"):
        keys.encrypt(engine)


@contextmanager
def running(place, key):
    """Let a process of its own have the office's file open, as a served office has."""
    ready, tell = os.pipe()
    if (child := os.fork()) == 0:
        try:
            with opened(place, key).connect() as connection:
                connection.execute(text("SELECT 1 FROM clients"))
                connection.rollback()
                os.write(tell, b"!")
                signal.pause()
        finally:
            os._exit(0)
    os.read(ready, 1)
    yield
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_an_office_that_runs_is_neither_encrypted_nor_given_a_new_key(office, plain, key, tmp_path):
    office.dispose()
    for place, held_with, act in ((plain, None, keys.encrypt), (tmp_path / "office.db", key, keys.change)):
        before = place.read_bytes()
        with running(place, held_with), pytest.raises(BackupRefused, match="office is running"):
            act(opened(place, key))
        assert place.read_bytes() == before


# Changing the key


def test_a_new_key_opens_the_office_and_the_old_one_its_old_backups(office, key, tmp_path):
    before = Key(key.path).digits
    older, _manifest = backups.make(office, tmp_path / "backups", make.NOW)
    kept = keys.change(office)
    now = Key(key.path)
    assert (now.digits != before, Key(kept).digits, kept.name) == (True, before, f"key.{key.mark}")
    with pytest.raises(DBAPIError):
        names(opened(tmp_path / "office.db", Key(kept)))
    changed = opened(tmp_path / "office.db", now)
    assert names(changed) == NAMES
    assert backups.state_of(changed).faults == ()
    restoring.restore(changed, older, upgrade, WHO)  # finds the old key by the mark in the backup
    assert names(changed) == NAMES
    changed.dispose()
    assert traces(tmp_path) == []


def test_an_old_backup_whose_key_lies_elsewhere_wants_it_named(office, key, tmp_path):
    older, _manifest = backups.make(office, tmp_path / "backups", make.NOW)
    kept = keys.change(office).rename(tmp_path / "elsewhere")
    changed = opened(tmp_path / "office.db", Key(key.path))
    with pytest.raises(BackupRefused, match=r"another key.*--key FILE"):
        restoring.restore(changed, older, upgrade, WHO)
    restoring.restore(changed, older, upgrade, WHO, Key(kept))
    assert names(changed) == NAMES
    changed.dispose()


def test_a_plain_backup_comes_back_encrypted_and_an_encrypted_one_never_plain(plain, key, tmp_path):
    engine = opened(plain, None)
    file, manifest = backups.make(engine, tmp_path / "backups", make.NOW)
    assert manifest.key == ""
    engine.dispose()
    encrypted = opened(plain, key)
    keys.encrypt(encrypted)
    restoring.restore(encrypted, file, upgrade, WHO)
    assert names(encrypted) == NAMES
    later, _manifest = backups.make(encrypted, tmp_path / "later", make.NOW)
    encrypted.dispose()
    file.unlink()
    assert traces(tmp_path) == []
    with pytest.raises(BackupRefused, match="This backup is encrypted"):
        restoring.restore(opened(tmp_path / "new.db", None), later, upgrade, WHO)


STEPS = [(cipher, "make_key"), (cipher, "copy_to"), (keys, "_faults_of_copy"), (keys, "_put_in_place"),
         (os, "link"), (keys, "_take_over")]  # fmt: skip


@pytest.mark.parametrize("owner, step", STEPS, ids=[step for _owner, step in STEPS])
def test_a_change_that_is_killed_goes_on_where_it_was(office, key, tmp_path, monkeypatch, owner, step):
    """Killed after each step in turn: one of the two keys opens the office, and the next try ends the change."""
    before, real = key.digits, getattr(owner, step)

    def die(*arguments):
        real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    office.dispose()
    if (child := os.fork()) == 0:
        try:
            monkeypatch.setattr(owner, step, die)
            keys.change(opened(tmp_path / "office.db", Key(key.path)))
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    if Key(key.path).digits == before:  # not ended: whoever starts the office is told how to go on, or it opens
        cut_off = opened(tmp_path / "office.db", Key(key.path))
        try:
            startup.check_database(cut_off)
        except startup.StartRefused as refused:
            assert "key change` again" in str(refused)
        keys.change(cut_off)
    ended = opened(tmp_path / "office.db", Key(key.path))
    assert names(ended) == NAMES
    assert Key(key.path).digits != before
    assert Key(Path(f"{key.path}.{key.mark}")).digits == before
    ended.dispose()
    assert not list(tmp_path.glob(".making*")) and not (tmp_path / "key.new").exists()


def test_a_full_disk_leaves_the_old_key_in_force(office, key, tmp_path, monkeypatch):
    before = key.digits
    monkeypatch.setattr(backup_files, "sync_folder", lambda _folder: (_ for _ in ()).throw(OSError(28, "No space")))
    with pytest.raises(OSError, match="No space"):
        keys.change(office)
    monkeypatch.undo()
    assert Key(key.path).digits == before
    assert names(office) == NAMES
