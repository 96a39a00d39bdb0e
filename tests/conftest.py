"""What every test may ask for: a guarded session on each database, with the office's lists loaded."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from casework import sessions
from casework.context import Acting, set_acting
from models import Base, cipher, database
from models.database import open_engine
from seed.reference import load_reference
from tests import make

pytest_plugins = ["pytester", "tests.requirements_plugin"]

POSTGRES = os.environ.get("CASEWORK_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
MUST_HAVE_ALL = os.environ.get("CASEWORK_CI") == "1"


def _postgres_answers() -> bool:
    server = create_engine(POSTGRES, connect_args={"connect_timeout": 3}, poolclass=NullPool)
    try:
        with server.connect():
            return True
    except OperationalError as error:
        if MUST_HAVE_ALL:
            raise pytest.UsageError(
                f"PostgreSQL does not answer at {make_url(POSTGRES).host}: {type(error).__name__}"
            ) from error
        return False


DATABASES = ["sqlite", "postgresql"] if _postgres_answers() else ["sqlite"]
CHROMIUM = shutil.which("chromium")

# What makes the whole suite quick and changes no answer: a run meets every page as every role, far more statements
# than one office does, and nobody misses a test's database after a power cut.
database.KEPT_STATEMENTS = 2000
SETTINGS_OF_THE_OFFICE = database._PRAGMAS
database._PRAGMAS = tuple(one.replace("synchronous=FULL", "synchronous=OFF") for one in SETTINGS_OF_THE_OFFICE)


def pytest_collection_finish() -> None:
    keep_for_good()
    gc.set_threshold(20_000, 20, 20)


def keep_for_good() -> None:
    """Tell the collector of garbage that what is there now stays: it need not look through it again."""
    gc.collect()
    gc.freeze()


# On PostgreSQL every test function runs, with the first of its values: it sends there each statement that it sends to
# SQLite. Its other values are other answers of the same rule, in Python. Files in which what the database itself
# compares, sorts, counts or forbids is the matter run there with every value; `--both-databases` does so with all.
ASKED_OF_THE_DATABASE = {
    "test_accounts", "test_audit", "test_figures", "test_finding", "test_importer_office", "test_importer_toronto",
    "test_importer_undo", "test_importer_verdicts", "test_merging", "test_scorecards", "test_whose_rows",
}  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--both-databases", action="store_true", help="every value of every test on PostgreSQL as well")
    parser.addoption("--encrypted", action="store_true", help="every SQLite file of the tests is encrypted")


def pytest_configure(config: pytest.Config) -> None:
    """With --encrypted, open every SQLite file with one key; a file that is opened past it is found by its words."""
    if config.getoption("--encrypted"):
        folder = Path(tempfile.mkdtemp(prefix="casework-key-"))
        database.key_unless_named = cipher.make_key(folder / "key")
        config.add_cleanup(lambda: shutil.rmtree(folder))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what PostgreSQL need not be asked again; pytest counts it as deselected."""
    if config.getoption("--both-databases"):
        return
    again = asked_again(items)
    config.hook.pytest_deselected(items=again)
    left_out = set(again)
    items[:] = [item for item in items if item not in left_out]


def asked_again(items: list[pytest.Item]) -> list[pytest.Item]:
    """Give the tests that would send to PostgreSQL what the same function with another value has sent there."""
    met: set[str] = set()
    again = []
    for item in items:
        values = getattr(getattr(item, "callspec", None), "params", {})
        if values.get("engine") != "postgresql" or item.path.stem in ASKED_OF_THE_DATABASE:
            continue
        function = item.nodeid.partition("[")[0]
        if function in met:
            again.append(item)
        met.add(function)
    return again


def pytest_report_header() -> list[str]:
    """Say at the top of each run what it will not try."""
    missing = [name for name, there in (("PostgreSQL", len(DATABASES) > 1), ("Chromium", CHROMIUM)) if not there]
    return [f"not run, because it is missing: {', '.join(missing)}"] if missing else []


class GuardedSession(Session):
    """The class of test sessions, wired once."""


sessions.install(GuardedSession)


@pytest.fixture(scope="session", params=DATABASES)
def engine(request, tmp_path_factory):
    """A database with tables and the office's lists; tests work in transactions that are rolled back."""
    url = f"sqlite:///{tmp_path_factory.mktemp('db')}/casework.db"
    name = None
    if request.param == "postgresql":
        name = f"casework_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
        _server(f'CREATE DATABASE "{name}"')
        url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    made = open_engine(url)
    Base.metadata.create_all(made)
    with GuardedSession(made) as db:
        set_acting(db, Acting(now=make.NOW))
        load_reference(db, today=make.TODAY)
        db.commit()
    yield made
    made.dispose()
    if name:
        _server(f'DROP DATABASE "{name}" WITH (FORCE)')


def _server(statement: str) -> None:
    with create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(statement))


@pytest.fixture
def db(engine):
    """A guarded session in a transaction that is undone after the test; the program itself is acting."""
    with engine.connect() as connection, connection.begin() as outer:
        with GuardedSession(connection, join_transaction_mode="create_savepoint") as session:
            set_acting(session, Acting(now=make.NOW))
            yield session
        outer.rollback()


@pytest.fixture
def statements(engine):
    """The SQL statements sent while a test runs, in order."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
