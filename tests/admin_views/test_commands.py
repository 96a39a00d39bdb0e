"""Starting the program and its commands: one sentence and exit code 1 for a database that does not fit."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from flask.cli import FlaskGroup
from sqlalchemy import text

import app
from admin_views.config import from_environment
from admin_views.db import db as keeper
from models import database
from models.database import open_engine

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "four dull words here"


@dataclass(frozen=True)
class Told:
    """What a program left: its exit code and what it said."""

    returncode: int
    stdout: str
    stderr: str


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Give what a program of the office is told; its database lies in `folder`."""
    key = database.key_unless_named
    return {
        "PATH": os.environ["PATH"], "CASEWORK_DATABASE_URL": f"sqlite:///{folder}/office.db",
        "CASEWORK_SECRET_KEY": "only for this test", "CASEWORK_TODAY": "2026-11-23", "PORT": "0",
        **({"CASEWORK_DATABASE_KEY_FILE": str(key.path)} if key and "CASEWORK_DATABASE_URL" not in more else {}),
        **more,
    }  # fmt: skip


def started(folder: Path, *arguments: str) -> Told:
    """Start a program of the office in a process of its own, as people do; a few tests do, to see that it works."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment(folder), capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    return Told(done.returncode, done.stdout, done.stderr)


@contextmanager
def told(folder: Path, **more: str) -> Iterator[None]:
    """Let this process be told what a program of its own would be, and nothing else."""
    with patch.dict(os.environ, environment(folder, **more), clear=True):
        yield


def served(folder: Path, capsys: pytest.CaptureFixture[str], **more: str) -> Told:
    """Do what `python app.py` does up to the moment at which it would answer; getting there is a mistake."""
    capsys.readouterr()
    with told(folder, **more), patch("waitress.serve", side_effect=AssertionError("It was served.")):
        code = app.main()
    return Told(code, *capsys.readouterr())


def flask(folder: Path, *arguments: str, **more: str) -> Told:
    """Give one command to an office that is put together as `flask --app app` does it."""
    with told(folder, **more):
        made = app.create_app()
        answer = made.test_cli_runner().invoke(FlaskGroup(create_app=lambda: made), list(arguments))
        with made.app_context():
            keeper.engine.dispose()
    if answer.exception and not isinstance(answer.exception, SystemExit):
        raise answer.exception  # a person would see a trace
    return Told(answer.exit_code, answer.stdout, answer.stderr)


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    """A folder with an up-to-date database."""
    folder = tmp_path_factory.mktemp("upgraded")
    assert started(folder, "-m", "flask", "--app", "app", "upgrade").returncode == 0
    return folder


def copy_of(upgraded, tmp_path):
    (tmp_path / "office.db").write_bytes((upgraded / "office.db").read_bytes())
    return open_engine(f"sqlite:///{tmp_path}/office.db")


def refused(answer):
    """Check that the answer is one sentence on a line, without a trace, with exit code 1; give it."""
    assert answer.returncode == 1, answer.stderr
    lines = answer.stderr.strip().splitlines()
    assert len(lines) == 1
    assert "Traceback" not in answer.stderr
    return lines[0]


def test_an_empty_database_is_not_served_and_the_way_out_is_named(tmp_path):
    assert "Run `flask --app app upgrade` first" in refused(started(tmp_path, "app.py"))


def test_a_newer_database_is_not_served_and_not_changed(upgraded, tmp_path, capsys):
    engine = copy_of(upgraded, tmp_path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    assert "newer version" in refused(served(tmp_path, capsys))
    assert "newer version" in refused(flask(tmp_path, "upgrade"))


def test_a_database_server_that_does_not_answer_gives_one_sentence_without_its_password(tmp_path, capsys):
    url = "postgresql+psycopg://office:hunter2@127.0.0.1:1/casework"
    sentence = refused(served(tmp_path, capsys, CASEWORK_DATABASE_URL=url))
    assert "cannot be reached" in sentence
    assert "hunter2" not in sentence


def test_a_folder_that_cannot_be_made_gives_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("not a folder")
    assert "Not started" in refused(served(tmp_path, capsys, CASEWORK_DATABASE_URL=f"sqlite:///{tmp_path}/file/x.db"))


def test_demo_mode_is_refused_on_an_office_with_people_of_its_own(upgraded, tmp_path, capsys):
    with copy_of(upgraded, tmp_path).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO clients (ref, kind, name, interpreter, interpreter_gender, mobility_need, text_relay, "
                "no_recourse, name_key, created_at, updated_at, version) VALUES ('CL-1', 'individual', 'A', 'no', "
                "'any', 0, 0, 'not_asked', 'a', '2026-01-01', '2026-01-01', 1)"
            )
        )
    assert "own people" in refused(served(tmp_path, capsys, CASEWORK_DEMO="1"))


def test_the_database_file_is_its_owners_alone(upgraded):
    assert stat.S_IMODE((upgraded / "office.db").stat().st_mode) == 0o600


def test_the_first_manager_is_made_by_command_and_a_short_passphrase_is_refused(upgraded, tmp_path):
    copy_of(upgraded, tmp_path)
    short = flask(tmp_path, "user", "add", "leila", "--role", "manager", "--passphrase", "short")
    assert short.returncode == 1
    assert "12 to 128 characters" in short.stderr
    made = flask(tmp_path, "user", "add", "leila", "--role", "manager", "--passphrase", PASSPHRASE)
    assert made.returncode == 0, made.stderr
    again = flask(tmp_path, "user", "add", "leila", "--role", "manager", "--passphrase", PASSPHRASE)
    assert again.returncode == 1
    assert "Traceback" not in again.stderr


def test_the_last_manager_cannot_be_shut_out(upgraded, tmp_path):
    copy_of(upgraded, tmp_path)
    assert flask(tmp_path, "user", "add", "leila", "--role", "manager", "--passphrase", PASSPHRASE).returncode == 0
    disabled = flask(tmp_path, "user", "disable", "leila")
    assert disabled.returncode == 1
    assert "Traceback" not in disabled.stderr


@pytest.mark.parametrize("text_, utc", [
    ("2026-11-23", datetime(2026, 11, 23, 9, tzinfo=UTC)),  # winter: London is UTC
    ("2026-07-01", datetime(2026, 7, 1, 8, tzinfo=UTC)),  # summer: an hour ahead
    ("2026-07-01T23:10", datetime(2026, 7, 1, 22, 10, tzinfo=UTC)),
])  # fmt: skip
def test_the_fixed_clock_means_london_time(text_, utc):
    config = from_environment({"CASEWORK_TODAY": text_, "CASEWORK_SECRET_KEY": "x"})
    assert config.now() == utc


def test_a_check_finds_a_changed_line_and_a_cut_tail_and_a_whole_trail_in_order(upgraded, tmp_path):
    """G14: the tail of an earlier check shows what was cut off since."""
    engine = copy_of(upgraded, tmp_path)
    assert flask(tmp_path, "user", "add", "maryam", "--role", "manager", "--passphrase", PASSPHRASE).returncode == 0
    first = flask(tmp_path, "check")
    assert first.returncode == 0, first.stderr
    tail = re.search(r"Tail, to be kept elsewhere: (\d+:[0-9a-f]{64})", first.stdout)[1]
    assert flask(tmp_path, "check", "--tail", tail).stdout.endswith("All in order.\n")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entries_no_delete"))
        connection.execute(text("DELETE FROM audit_entries WHERE id = (SELECT max(id) FROM audit_entries)"))
    cut = flask(tmp_path, "check", "--tail", tail)
    assert (cut.returncode, "lines were cut off or changed" in cut.stderr) == (1, True)
    assert flask(tmp_path, "check", "--tail", "x").returncode == 1
    engine.dispose()


def test_an_office_without_an_account_prints_the_code_of_its_first_one(upgraded, tmp_path):
    engine = copy_of(upgraded, tmp_path)
    env = environment(tmp_path, PYTHONUNBUFFERED="1")
    del env["CASEWORK_TODAY"]
    with subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as office:
        printed = [office.stdout.readline() for _line in range(2)]
        office.terminate()
    assert re.search(r"/setup and type this code: [A-Z2-7]{4}-[A-Z2-7]{4}$", printed[1].strip())
    engine.dispose()
