"""`backup`, `restore` and `drill` as whoever keeps the machine meets them, and what the manager reads of them."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from admin_views import commands
from casework import backup_files, backups
from models import ImportUpload, Setting, User
from tests import make

EVENING = make.NOW + timedelta(hours=9)


@pytest.fixture
def keeper(site, tmp_path):
    """Whoever keeps the machine: types a command, gives (exit code, what it said)."""

    def types(*words):
        with site.app.app_context():
            done = site.app.test_cli_runner().invoke(args=[str(word) for word in words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        site.engine.dispose()
        return done.exit_code, done.output

    return types


def only(folder: Path) -> Path:
    (found,) = folder.glob("casework-*.zip")
    return found


def set_to(site, key, value):
    with site.engine.begin() as connection:
        connection.execute(update(Setting.__table__).where(Setting.__table__.c.key == key).values(value=value))


def test_a_backup_is_restored_by_its_name_and_the_keeper_is_told_what_is_missing(site, keeper, browse, tmp_path):
    code, told = keeper("backup", "--to", tmp_path / "b")
    assert (code, "made and checked" in told, "Tail, to be kept elsewhere" in told) == (0, True, True)
    before = site.everything()
    manager = browse("manager")
    assert manager.get("/manager/").status == 200
    with site.db() as db:
        make.client(db, "Written after the backup")
        db.commit()
    code, told = keeper("restore", only(tmp_path / "b"))
    assert code == 0, told
    assert "Mon 23 Nov 2026, 09:00 UTC" in told and "withdrawn permissions" in told
    assert site.everything() == before
    assert manager.get("/manager/").location.startswith("/login")  # signed in after the backup: known no more
    assert browse("manager").get("/manager/").status == 200


def test_the_nightly_backup_lets_the_database_look_how_its_rows_are_spread(site, keeper, tmp_path):
    assert keeper("backup", "--to", tmp_path / "b")[0] == 0
    with site.engine.connect() as connection:
        looked = set(connection.execute(text("SELECT idx FROM sqlite_stat1 WHERE tbl = 'clients'")).scalars())
    assert {"ix_clients_name_key_id", "ix_clients_phone_digits"} <= looked
    assert keeper("drill", "--from", tmp_path / "b")[0] == 0
    assert keeper("backup", "--to", tmp_path / "b")[0] == 0  # a copy that knows them is whole as well


def test_a_drill_says_in_one_line_that_all_is_well_and_the_manager_reads_it(site, keeper, browse, tmp_path):
    assert keeper("backup", "--to", tmp_path / "b")[0] == 0
    before, kept = site.everything(), only(tmp_path / "b").read_bytes()
    code, told = keeper("drill", "--from", tmp_path / "b")
    assert (code, told.count("\n")) == (0, 1), told
    assert "audit trail whole" in told and "signing in works" in told
    assert site.everything() == before
    assert only(tmp_path / "b").read_bytes() == kept
    assert sorted(one.name for one in (tmp_path / "b").iterdir()) == [".turn", only(tmp_path / "b").name]
    (line,) = site.trail(subject="Backup", action="opened")
    assert told.startswith(f"Drilled {line.reason}")
    page = browse("manager").get("/manager/audit/").text
    assert "backup drilled" in page and "backup made" in page


def test_a_drill_fails_when_nobody_could_sign_in(site, keeper, tmp_path, monkeypatch):
    assert keeper("backup", "--to", tmp_path / "b")[0] == 0
    monkeypatch.setattr("casework.passphrases.matches", lambda _hash, _typed: False)
    code, told = keeper("drill", "--from", tmp_path / "b")
    assert (code, "nobody could sign in" in told) == (1, True)
    assert site.trail(subject="Backup", action="opened") == []


@pytest.mark.parametrize("words, told", [
    (("restore", "gone.zip"), "There is no file gone.zip there."),
    (("drill", "--from", "{}/none"), "there is no backup in"),
    (("backup", "--to", "{}/file/b"), "cannot be written"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(keeper, tmp_path, words, told):
    (tmp_path / "file").write_text("")
    code, output = keeper(*(word.format(tmp_path) for word in words))
    assert (code, output.count("\n"), told in output) == (1, 1, True), output


def test_old_backups_are_thinned_out_as_the_office_has_set(site, keeper, tmp_path):
    set_to(site, "backups_daily", "1")
    set_to(site, "backups_monthly", "1")
    assert keeper("backup", "--to", tmp_path / "b")[0] == 0
    with site.at(EVENING):
        code, told = keeper("backup", "--to", tmp_path / "b")
    assert (code, "Old backups deleted: casework-2026-11-23T09-00-00Z.zip." in told) == (0, True)
    assert only(tmp_path / "b").name == "casework-2026-11-23T18-00-00Z.zip"


def test_a_manager_is_told_of_a_backup_that_is_missing_or_too_old_and_nobody_else(site, keeper, browse, tmp_path):
    assert "There is no backup yet." in browse("manager").get("/manager/").text
    assert "There is no backup yet." not in browse("caseworker").get("/caseworker/").text
    assert keeper("backup", "--to", tmp_path / "b")[0] == 0
    told = browse("manager").get("/manager/").text
    assert "no backup yet" not in told and "last backup" not in told
    for days, told in ((2, False), (3, True)):
        with site.at(make.NOW + timedelta(days=days)):
            page = browse("manager").get("/manager/").text
        assert ("The last backup is 3 days old." in page) is told, days


# What a killed command leaves


def in_a_child(work):
    """Do `work` in a process of its own; give how it ended."""
    if (child := os.fork()) == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def rooms(folder):
    return [one for one in folder.glob(".making-*") if any(one.iterdir())]


@pytest.fixture
def killed(site, keeper, tmp_path, monkeypatch):
    """A restore and a drill that were killed with the whole database unpacked; gives both folders."""
    assert keeper("backup", "--to", tmp_path / "b")[0] == 0
    beside, backed_up = Path(site.engine.url.database).parent, tmp_path / "b"

    def die(*_unpacked):
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(backups, "check_against", die)
        for words in (("drill", "--from", backed_up), ("restore", only(backed_up))):
            assert in_a_child(lambda words=words: keeper(*words)) == -signal.SIGKILL
    for folder in (beside, backed_up):
        (room,) = rooms(folder)
        assert (room / backup_files.DATA).stat().st_size > 100_000  # every client stands in there
    monkeypatch.setenv("CASEWORK_BACKUPS", str(backed_up))
    return beside, backed_up


def test_the_next_command_deletes_what_a_killed_one_left_and_says_so(killed, keeper):
    code, told = keeper("check")
    assert (code, told.count("unfinished of a command that was ended midway")) == (0, 2)
    assert [rooms(folder) for folder in killed] == [[], []]
    assert "unfinished" not in keeper("check")[1]


def test_the_office_deletes_it_when_it_starts(killed, site):
    commands.check_start(site.app)
    assert [rooms(folder) for folder in killed] == [[], []]


def test_what_another_process_is_at_work_on_stays_until_that_is_done_or_dead(site, keeper, tmp_path, monkeypatch):
    monkeypatch.setenv("CASEWORK_BACKUPS", str(tmp_path / "b"))
    ready, say = os.pipe()
    if (child := os.fork()) == 0:
        try:
            with backup_files.workspace(tmp_path / "b", "Not made") as room:
                (room / backup_files.DATA).write_bytes(b"x")
                os.write(say, b".")
                signal.pause()
        finally:
            os._exit(0)
    try:
        os.read(ready, 1)
        assert "unfinished" not in keeper("check")[1]
        commands.check_start(site.app)
        assert len(rooms(tmp_path / "b")) == 1
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert "1 unfinished" in keeper("check")[1]
    assert rooms(tmp_path / "b") == []


def test_what_cannot_be_deleted_is_told_and_the_command_goes_on(killed, keeper, monkeypatch):
    def refuse(_folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(backup_files.shutil, "rmtree", refuse)
    code, told = keeper("check")
    assert (code, told.count("Not deleted"), "All in order." in told) == (0, 2, True)


def test_the_nightly_backup_forgets_spreadsheets_that_wait_for_more_than_a_day(site, office, keeper, tmp_path):
    """They are lists of people; nobody may send another sheet for months."""
    with site.db() as db:
        db.add(ImportUpload(user=db.get(User, office.users["amina"]), name="people.csv", sha256="0" * 64,
                            sent_at=make.NOW, content=b"Name\nRehana\n"))  # fmt: skip
        db.commit()
    with site.at(make.NOW + timedelta(hours=23)):
        assert keeper("backup", "--to", tmp_path / "b")[0] == 0
    assert len(site.rows(ImportUpload)) == 1
    with site.at(make.NOW + timedelta(hours=25)):
        assert keeper("backup", "--to", tmp_path / "b")[0] == 0
    assert site.rows(ImportUpload) == []


@pytest.mark.parametrize("kind", ["backup", "drill"])
def test_a_database_server_is_its_keepers(any_site, kind):
    if any_site.kind == "postgresql":
        with any_site.app.app_context():
            done = any_site.app.test_cli_runner().invoke(args=[kind])
        assert (done.exit_code, "docs/backup.md" in done.output) == (1, True)
