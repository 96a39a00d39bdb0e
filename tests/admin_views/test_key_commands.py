"""`key new`, `key encrypt`, `key change` as whoever keeps the machine meets them."""

from __future__ import annotations

import shutil
import sys
from unittest.mock import patch

import pytest

from models import cipher
from models.cipher import Key
from tests.admin_views.test_commands import PASSPHRASE, flask, refused, served

NAME = b"Rehana"


ADD = ("user", "add", "rehana", "--role", "manager", "--name", "Rehana B", "--passphrase", PASSPHRASE)


@pytest.fixture(autouse=True)
def plain_to_begin_with(monkeypatch):
    monkeypatch.setattr("models.database.key_unless_named", None)


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A folder with a new office that was encrypted from its first page on, and its key."""
    folder = tmp_path_factory.mktemp("encrypted")
    with patch("models.database.key_unless_named", None):
        said = [keeps(folder)(*words) for words in (("key", "new"), ("upgrade",), ADD)]
    assert [one.returncode for one in said] == [0, 0, 0], said
    return folder, said


def keeps(folder):
    """Give whoever keeps the machine, with CASEWORK_DATABASE_KEY_FILE set: types a command, gives what it said."""
    return lambda *words, **more: flask(folder, *words, **{"CASEWORK_DATABASE_KEY_FILE": str(folder / "key"), **more})


@pytest.fixture
def keeper(tmp_path):
    return keeps(tmp_path)


@pytest.fixture
def encrypted(begun, tmp_path):
    """A copy of that office."""
    for name in ("key", "office.db"):
        shutil.copy(begun[0] / name, tmp_path / name)
    return tmp_path


def test_a_new_office_is_encrypted_from_its_first_page_on(begun):
    folder, (made, *_more) = begun
    assert Key(folder / "key").mark in made.stdout
    assert Key(folder / "key").digits not in made.stdout
    assert keeps(folder)("check").returncode == 0
    assert NAME not in b"".join(one.read_bytes() for one in folder.glob("office.db*"))
    assert "is there already" in refused(keeps(folder)("key", "new"))


def test_a_plain_office_is_encrypted_later_and_backed_up_and_drilled(keeper, tmp_path, capsys):
    assert flask(tmp_path, "upgrade").returncode == 0
    assert flask(tmp_path, *ADD).returncode == 0
    assert NAME in (tmp_path / "office.db").read_bytes()
    assert "run `flask --app app key encrypt`" in keeper("key", "new").stdout
    refusal = refused(served(tmp_path, capsys, CASEWORK_DATABASE_KEY_FILE=str(tmp_path / "key")))
    assert "not encrypted yet" in refusal
    assert "not encrypted yet" in refused(keeper("check"))
    done = keeper("key", "encrypt")
    assert (done.returncode, "the plain file is gone" in done.stdout) == (0, True)
    assert keeper("backup").returncode == 0
    drilled = keeper("drill")
    assert (drilled.returncode, "signing in works" in drilled.stdout) == (0, True)
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert [one for one in files if NAME in one.read_bytes()] == []
    assert "encrypted already" in refused(keeper("key", "encrypt"))


def test_a_changed_key_is_used_from_then_on_and_stands_in_the_trail(encrypted, keeper, tmp_path):
    before = Key(tmp_path / "key")
    assert before.mark
    assert keeper("backup").returncode == 0
    done = keeper("key", "change")
    changed = Key(tmp_path / "key")
    assert (done.returncode, changed.mark in done.stdout) == (0, True)
    assert str(tmp_path / f"key.{before.mark}") in done.stdout
    assert keeper("check").returncode == 0
    written = keeper("export", "audit", str(tmp_path / "trail.csv"))
    assert written.returncode == 0, written.stderr
    assert "key of the database changed" in (tmp_path / "trail.csv").read_text(encoding="utf-8-sig")
    older = next((tmp_path / "backups").glob("*.zip"))
    assert keeper("restore", str(older)).returncode == 0
    (tmp_path / f"key.{before.mark}").rename(tmp_path / "drawer")
    assert "another key" in refused(keeper("restore", str(older)))
    assert keeper("restore", str(older), "--key", str(tmp_path / "drawer")).returncode == 0


@pytest.mark.parametrize("words", [("upgrade",), ("check",), ("backup",), ("key", "encrypt"), ("key", "change")])
def test_a_key_that_is_missing_or_another_one_is_told_in_a_sentence(encrypted, keeper, tmp_path, words):
    cipher.make_key(tmp_path / "other")
    assert "does not open" in refused(keeper(*words, CASEWORK_DATABASE_KEY_FILE=str(tmp_path / "other"))) or (
        words == ("key", "encrypt")
    )
    missing = refused(keeper(*words, CASEWORK_DATABASE_KEY_FILE=str(tmp_path / "nowhere")))
    assert "cannot be read" in missing and "Put the key file back" in missing


@pytest.mark.parametrize("words", [("new",), ("encrypt",), ("change",)])
def test_without_the_variable_a_command_about_keys_names_it(tmp_path, words):
    assert "CASEWORK_DATABASE_KEY_FILE" in refused(flask(tmp_path, "key", *words))


def test_a_program_without_the_library_says_how_to_install_it(keeper, tmp_path, monkeypatch, capsys):
    keeper("key", "new")
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    said = refused(served(tmp_path, capsys, CASEWORK_DATABASE_KEY_FILE=str(tmp_path / "key")))
    assert "pip install -r requirements-encrypted.txt" in said
