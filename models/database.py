"""How the program opens its database: the same promises on an SQLite file and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from models import cipher
from models.cipher import Key, KeyRefused

# SQLite locks at the first write otherwise, after the rows were read: two savers would both read the old
# state. Reading pages set this to "DEFERRED" for their own request, so that they never wait for a writer.
begin_mode: ContextVar[str] = ContextVar("begin_mode", default="IMMEDIATE")

BUSY_SECONDS = 30
# Statements kept as they were written out, for the next time: writing one out takes 15 ms, keeping it 0.3 MB.
KEPT_STATEMENTS = 500
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # each commit survives a power cut, measured by counting fsyncs
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
)
# With which key a file is opened where none is named; only a run of the tests on encrypted files sets it.
key_unless_named: Key | None = None
_keys: WeakKeyDictionary[Engine, Key] = WeakKeyDictionary()


def engine_options(url: str, key: Key | None = None) -> dict[str, Any]:
    """Give the options that every engine of the office is made with; values never stand in an error.

    The connection that was given back last is taken first: it has its pages of the file and its statements at hand.
    Taken in turns, each of eight would have to be warmed, and would stay so large.

    Raises KeyRefused: a key for PostgreSQL, or a key without the library that encrypts.
    """
    options: dict[str, Any] = {"hide_parameters": True, "query_cache_size": KEPT_STATEMENTS, "pool_use_lifo": True}
    if make_url(url).get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        options["module"] = cipher.driver(key or key_unless_named)
    elif key is not None:
        raise KeyRefused("CASEWORK_DATABASE_KEY_FILE encrypts an SQLite file. A PostgreSQL server lies on an encrypted "
                         "disk instead: take the variable away.")  # fmt: skip
    else:
        options["pool_pre_ping"] = True
    return options


def prepare(engine: Engine, key: Key | None = None) -> Engine:
    """Set an engine up: on SQLite the key, the settings above, real transactions, a file only its owner reads."""
    if engine.dialect.name == "sqlite":
        if known := key or key_unless_named:
            _keys[engine] = known
        event.listen(engine, "connect", partial(_set_up_sqlite, known))
        event.listen(engine, "begin", _begin_sqlite)
        _keep_private(engine)
    return engine


def open_engine(url: str, key: Key | None = None) -> Engine:
    """Open a database outside the web application: commands and tests."""
    return prepare(create_engine(url, **engine_options(url, key)), key)


def key_of(engine: Engine) -> Key | None:
    """Give the key with which an engine opens its file, None for a plain one."""
    return _keys.get(engine)


@contextmanager
def own_transaction(engine: Engine) -> Iterator[Connection]:
    """Open a short writing transaction of its own; on SQLite the lock is asked for at the start.

    A read that turns into a write inside a page's transaction was refused nine times in ten with eight busy threads.
    """
    with engine.connect().execution_options(begin="IMMEDIATE") as connection, connection.begin():
        yield connection


@contextmanager
def own_reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection that only reads, and keeps nobody from writing meanwhile."""
    with engine.connect().execution_options(begin="DEFERRED") as connection:
        yield connection


def know_the_rows(engine: Engine) -> None:
    """Let SQLite look how its rows are spread, a thousand for each index, so that it chooses the right index.

    PostgreSQL does so by itself.
    """
    if engine.dialect.name == "sqlite":
        with own_transaction(engine) as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit=1000")
            connection.exec_driver_sql("ANALYZE")


def _set_up_sqlite(key: Key | None, connection: Any, _record: object) -> None:
    cipher.use(connection, key)
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", begin_mode.get())
    connection.exec_driver_sql(f"BEGIN {mode}")


def _keep_private(engine: Engine) -> None:
    """Create the file with mode 0600 before SQLite does; its companion files take the same mode."""
    name = engine.url.database
    if name and name != ":memory:" and not Path(name).exists():
        Path(name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(name, os.O_CREAT | os.O_RDWR, 0o600))
