"""A backup is whole or it is not there: while people write, when it is killed, when the disk is full, when old."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import stat
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from alembic import command
from sqlalchemy import select, text, update

from casework import audit, backup_files, backups, restoring, seal, sessions, startup
from casework.backup_files import BackupRefused
from casework.context import Acting
from models import AuditEntry, Base, Client, SignIn, User, cipher, database
from models.database import open_engine
from seed.reference import load_reference
from tests import make

SECRET = "only the office knows"
WHO = Acting(now=make.NOW, username="command")
PARTS = ("_copy", "state_of", "pack", "_name")  # of making a backup, in their order


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    """An office's file with lists, two clients and their trail."""
    place = tmp_path_factory.mktemp("office") / "office.db"
    engine = open_on(place)
    Base.metadata.create_all(engine)
    command.stamp(startup.alembic_config(f"sqlite:///{place}"), "head")
    with sessions.session_for(engine, WHO) as db:
        load_reference(db, today=make.TODAY)
        make.client(db, "Rehana Begum")
        make.client(db, "Hodan Warsame")
        db.commit()
    engine.dispose()
    return place


@pytest.fixture
def office(furnished, tmp_path):
    engine = open_on(Path(shutil.copy(furnished, tmp_path / "office.db")))
    yield engine
    engine.dispose()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def open_on(place, secret=SECRET):
    engine = open_engine(f"sqlite:///{place}")
    seal.use_secret(engine, secret)
    return engine


def bare(place):
    """Open a file past the program, with the key of this run if there is one."""
    return cipher.open_file(place, database.key_unless_named)


def upgrade(engine):
    command.upgrade(startup.alembic_config(str(engine.url)), "head")


def names(engine):
    with engine.connect() as connection:
        return list(connection.scalars(select(Client.__table__.c.name).order_by(Client.__table__.c.id)))


def add_client(engine, name):
    with sessions.session_for(engine, WHO) as db:
        make.client(db, name)
        db.commit()


def add_manager(engine):
    with sessions.session_for(engine, WHO) as db:
        db.add(User(username="leila", role="manager"))
        db.commit()


def is_whole(file, engine, room):
    """Say whether a backup is all that it says, asked in the way of a restore."""
    with restoring.unpacked(engine, file, room, lambda _engine: None):
        return True


def seen(folder):
    return sorted(one.name for one in folder.iterdir() if not one.name.startswith("."))


def packed_again(file, to, change):
    """Write a backup anew with its database changed by hand, and the manifest's fingerprint made to fit."""
    room = to.parent / "by hand"
    room.mkdir()
    with ZipFile(file) as packed:
        packed.extractall(room)
    change(room / backup_files.DATA)
    said = json.loads((room / backup_files.MANIFEST).read_text())
    said["manifest"]["sha256"] = backup_files.hash_of((room / backup_files.DATA).open("rb"))
    (room / backup_files.MANIFEST).write_text(json.dumps(said))
    with ZipFile(to, "w", ZIP_DEFLATED) as packed:
        for name in (backup_files.MANIFEST, backup_files.DATA):
            packed.write(room / name, name)
    return said["manifest"]


# Making


def test_a_backup_is_its_owners_alone_and_says_what_it_holds(office, folder):
    file, manifest = backups.make(office, folder, make.NOW)
    assert file.name == "casework-2026-11-23T09-00-00Z.zip"
    assert [stat.S_IMODE(one.stat().st_mode) for one in (folder, file)] == [0o700, 0o600]
    with office.connect() as connection:
        lines = connection.scalar(text("SELECT count(*) FROM audit_entries"))
        last = connection.execute(text("SELECT id, mac FROM audit_entries ORDER BY id DESC")).first()
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    assert (manifest.rows["clients"], manifest.lines, manifest.tail) == (2, lines, f"{last.id}:{last.mac}")
    assert manifest.revision == revision
    assert set(manifest.rows) >= {table.name for table in Base.metadata.sorted_tables}


def test_backups_are_whole_while_people_write(office, folder, tmp_path):
    """G10: two people save as fast as they can; each backup is of one moment, and none of them is kept from saving."""
    stop, errors, saved = threading.Event(), [], []

    def save(who):
        while not stop.is_set():
            try:
                add_client(office, f"{who} {len(saved)}")
                saved.append(who)
            except Exception as error:
                errors.append(error)
                return

    people = [threading.Thread(target=save, args=(who,)) for who in ("Amina", "Joan")]
    for one in people:
        one.start()
    made = []
    try:
        for _turn in range(4):
            before = len(saved)
            while len(saved) < before + 2 and not errors:
                stop.wait(0.01)
            made.append(backups.make(office, folder, make.NOW))
    finally:
        stop.set()
        for one in people:
            one.join()
    assert errors == []
    counted = [manifest.rows["clients"] for _file, manifest in made]
    assert counted == sorted(set(counted)) and counted[-1] <= len(saved) + 2
    for number, (file, manifest) in enumerate(made):
        (room := tmp_path / str(number)).mkdir()
        assert is_whole(file, office, room)
        with closing(bare(room / backup_files.DATA)) as copy:
            # one moment: each client came with its line in the trail, in one transaction
            lines = copy.execute("SELECT count(*) FROM audit_entries WHERE subject = 'Client'").fetchone()[0]
        assert lines == manifest.rows["clients"]


@pytest.mark.parametrize("part", PARTS)
def test_a_backup_that_is_killed_leaves_nothing_under_a_backups_name(office, folder, monkeypatch, part):
    earlier, _manifest = backups.make(office, folder, make.NOW)
    real = getattr(backups, part)

    def die(*arguments):
        if part != "_name":
            real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    office.dispose()
    if (child := os.fork()) == 0:
        try:
            monkeypatch.setattr(backups, part, die)
            backups.make(open_on(office.url.database), folder, make.NOW + timedelta(hours=1))
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert seen(folder) == [earlier.name]
    assert any(one.name.startswith(".making") for one in folder.iterdir())
    later, _manifest = backups.make(office, folder, make.NOW + timedelta(hours=2))
    assert seen(folder) == [earlier.name, later.name]
    assert not any(one.name.startswith(".making") for one in folder.iterdir())


@pytest.mark.parametrize("bytes_left", [40_000, 1_000_000])
def test_a_disk_that_is_full_is_told_in_a_sentence_and_the_earlier_backup_stays(office, folder, bytes_left):
    """No file may grow beyond some bytes: the copy cannot be written to its end."""
    earlier, _manifest = backups.make(office, folder, make.NOW)
    before = earlier.read_bytes()
    office.dispose()
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))
        try:
            backups.make(open_on(office.url.database), folder, make.NOW)
        except BackupRefused as refused:
            os.write(write, str(refused).encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as told:
        sentence = told.read()
    assert sentence.startswith(f"Not made: {folder} cannot be written")
    assert (seen(folder), earlier.read_bytes()) == ([earlier.name], before)


def test_a_disk_that_is_full_while_packing_leaves_the_earlier_backup(office, folder, monkeypatch):
    earlier, _manifest = backups.make(office, folder, make.NOW)

    def full(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(ZipFile, "write", full)
    with pytest.raises(BackupRefused, match=r"cannot be written .No space left on device"):
        backups.make(office, folder, make.NOW)
    assert sorted(one.name for one in folder.iterdir()) == [".turn", earlier.name]


def test_too_little_room_is_told_before_anything_is_written(office, folder, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(10**9, 10**9, 1024 * 1024))
    with pytest.raises(BackupRefused, match=r"^Not made: \d+ MB are needed there and 1 MB are free"):
        backups.make(office, folder, make.NOW)
    assert seen(folder) == []


def test_a_place_that_is_no_folder_is_told_in_a_sentence(office, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BackupRefused, match="cannot be written"):
        backups.make(office, tmp_path / "file" / "backups", make.NOW)


def test_an_office_whose_trail_was_changed_gets_no_backup_that_pushes_out_a_good_one(office, folder):
    earlier, _manifest = backups.make(office, folder, make.NOW)
    with office.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entries_no_update"))
        connection.execute(update(AuditEntry.__table__).where(AuditEntry.__table__.c.id == 2).values(who="amina"))
    with pytest.raises(BackupRefused, match=r"copy is not whole[.] Line 2 does not fit"):
        backups.make(office, folder, make.NOW)
    assert seen(folder) == [earlier.name]


def test_two_at_once_do_not_get_into_each_others_way(office, folder):
    at_work = pytest.raises(BackupRefused, match="another backup, restore or drill is at work")
    with backup_files.workspace(folder, "Not made"), at_work:
        backups.make(office, folder, make.NOW)
    assert backups.make(office, folder, make.NOW)[0].exists()


def test_two_backups_of_one_second_both_stay_and_the_later_is_the_newest(office, folder):
    made = [backups.make(office, folder, make.NOW)[0] for _turn in range(11)]
    assert len(set(made)) == 11
    assert backups.newest(folder) == made[-1]


# Thinning out


def test_the_newest_of_each_day_and_of_each_month_stay(folder):
    folder.mkdir()
    days = ["2026-11-23T09", "2026-11-23T02", "2026-11-22T02", "2026-11-20T02", "2026-11-19T02", "2026-10-31T02",
            "2026-10-30T02", "2026-09-01T02", "2026-08-31T02"]  # fmt: skip
    for day in days:
        (folder / f"casework-{day}-00-00Z.zip").touch()
    (folder / "casework-mine.zip").touch()
    gone = backups.thin_out(folder, daily=3, monthly=3)
    stays = ["2026-09-01T02", "2026-10-31T02", "2026-11-20T02", "2026-11-22T02", "2026-11-23T09"]
    assert seen(folder) == [*(f"casework-{day}-00-00Z.zip" for day in stays), "casework-mine.zip"]
    assert len(gone) == 4


def test_the_newest_backup_always_stays(folder):
    folder.mkdir()
    (folder / "casework-2026-11-23T09-00-00Z.zip").touch()
    assert backups.thin_out(folder, daily=0, monthly=0) == []


# Restoring


def test_a_restore_brings_back_what_was_there_and_keeps_what_it_replaces(office, folder, tmp_path):
    add_manager(office)
    file, manifest = backups.make(office, folder, make.NOW)
    add_client(office, "Later")
    done = restoring.restore(office, file, upgrade, WHO)
    assert names(office) == ["Rehana Begum", "Hodan Warsame"]
    kept = open_on(done.kept)
    assert names(kept) == ["Rehana Begum", "Hodan Warsame", "Later"]
    kept.dispose()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "office.db", done.kept)] == [0o600] * 2
    with office.connect() as connection:
        found = audit.check(connection, manifest.anchor)
        last = connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.__table__.c.id.desc())).first()
    assert found.is_whole and found.lines == manifest.lines + 1
    assert (last.action, last.subject, last.fields) == ("imported", "Backup", "backup restored")
    office.dispose()
    assert not [one for one in seen(tmp_path) if one.endswith((".old", "-wal", "-journal"))]


def test_nobody_is_signed_in_after_a_restore(office, folder):
    add_manager(office)
    with sessions.session_for(office, WHO) as db:
        later = make.NOW + timedelta(hours=8)
        db.add(SignIn(user=db.scalars(select(User)).one(), token_hash="a" * 64, epoch=1, started_at=make.NOW,
                      last_seen_at=make.NOW, idle_ends_at=later, ends_at=later))  # fmt: skip
        db.commit()
    file, _manifest = backups.make(office, folder, make.NOW)
    restoring.restore(office, file, upgrade, WHO)
    with office.connect() as connection:
        assert connection.scalars(select(SignIn.__table__.c.ended_at)).all() == [make.NOW]


def refused(office, file, match):
    """Check that a restore is refused and that the office's file is then as it was, letter for letter."""
    office.dispose()
    place = Path(office.url.database)
    before = place.read_bytes()
    with pytest.raises(BackupRefused, match=match):
        restoring.restore(office, file, upgrade, WHO)
    assert place.read_bytes() == before
    assert not [one for one in seen(place.parent) if "before-restore" in one]


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9, 0.999])
def test_a_file_with_one_changed_byte_is_refused(office, folder, at):
    file, _manifest = backups.make(office, folder, make.NOW)
    content = bytearray(file.read_bytes())
    content[int(len(content) * at)] ^= 0xFF
    file.write_bytes(content)
    refused(office, file, "damaged|no backup")


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_refused(office, folder, share):
    file, _manifest = backups.make(office, folder, make.NOW)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    refused(office, file, "no backup of this program, or it is damaged")


def test_a_backup_that_somebody_changed_and_packed_again_is_refused(office, folder, tmp_path):
    file, _manifest = backups.make(office, folder, make.NOW)

    def change(place):
        with closing(bare(place)) as copy:
            copy.execute("UPDATE clients SET name = 'Somebody else'")

    packed_again(file, tmp_path / "changed.zip", change)
    refused(office, tmp_path / "changed.zip", "seal .* does not fit")


def test_a_backup_whose_trail_does_not_reach_its_anchor_is_refused(office, folder, tmp_path):
    """Even sealed anew by somebody who has the secret: the trail must be the one that the manifest tells of."""
    file, _manifest = backups.make(office, folder, make.NOW)

    def cut(place):
        with closing(bare(place)) as copy:
            copy.execute("DROP TRIGGER audit_entries_no_delete")
            copy.execute("DELETE FROM audit_entries WHERE id = (SELECT max(id) FROM audit_entries)")

    said = packed_again(file, tmp_path / "cut.zip", cut)
    with ZipFile(tmp_path / "cut.zip", "a") as packed:
        packed.extract(backup_files.DATA, tmp_path / "by hand")
    (tmp_path / "cut.zip").unlink()
    forged = backup_files.Manifest(**said)
    shutil.copy(backup_files.pack(tmp_path / "by hand", forged, office), tmp_path / "cut.zip")
    refused(office, tmp_path / "cut.zip", "not whole[.] The line that was last")


def test_a_backup_of_another_office_is_refused(office, folder, tmp_path):
    other = open_on(Path(shutil.copy(office.url.database, tmp_path / "other.db")), "another secret")
    with other.begin() as connection:  # its trail is its own
        connection.execute(text("DROP TRIGGER audit_entries_no_delete"))
        connection.execute(text("DELETE FROM audit_entries"))
    file, _manifest = backups.make(other, folder, make.NOW)
    other.dispose()
    refused(office, file, "another secret key")


def test_a_backup_of_a_newer_program_is_refused(office, folder):
    with office.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    file, _manifest = backups.make(office, folder, make.NOW)
    refused(office, file, "newer version of this program")


def test_an_office_that_runs_is_not_restored(office, folder):
    file, _manifest = backups.make(office, folder, make.NOW)
    running = open_on(office.url.database)
    with running.connect() as connection:
        connection.execute(text("SELECT 1 FROM clients"))
        connection.rollback()
        with pytest.raises(BackupRefused, match="office is running"):
            restoring.restore(office, file, upgrade, WHO)
    running.dispose()
    assert restoring.restore(office, file, upgrade, WHO).kept


def test_a_database_that_is_broken_is_replaced_and_kept(office, folder, tmp_path):
    file, _manifest = backups.make(office, folder, make.NOW)
    office.dispose()
    (tmp_path / "office.db").write_bytes(b"not a database " * 1000)
    (tmp_path / "office.db-wal").write_bytes(b"stale")
    done = restoring.restore(office, file, upgrade, WHO)
    assert names(office) == ["Rehana Begum", "Hodan Warsame"]
    assert done.kept.read_bytes() == b"not a database " * 1000
    assert Path(f"{done.kept}-wal.old").read_bytes() == b"stale"


def test_an_older_backup_is_brought_to_todays_shape(office, folder):
    upgrade_first = startup.migration_state(office).needed
    command.downgrade(startup.alembic_config(str(office.url)), "-1")
    older = startup.migration_state(office).found
    file, manifest = backups.make(office, folder, make.NOW)
    assert (manifest.revision, older != upgrade_first) == (older, True)
    restoring.restore(office, file, upgrade, WHO)
    assert startup.migration_state(office).is_current
    assert names(office) == ["Rehana Begum", "Hodan Warsame"]
