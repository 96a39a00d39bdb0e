"""What every test may ask for: a guarded session on each database, with the office's lists loaded."""

from __future__ import annotations

import os
import shutil

import pytest
from sqlalchemy import NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from casework import sessions
from casework.context import Acting, set_acting
from models import Base
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
