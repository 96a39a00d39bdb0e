"""How the program opens its database: the same promises on an SQLite file and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

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


def engine_options(url: str) -> dict[str, Any]:
    """Give the options that every engine of the office is made with; values never stand in an error."""
    options: dict[str, Any] = {"hide_parameters": True, "query_cache_size": KEPT_STATEMENTS}
    if make_url(url).get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    else:
        options["pool_pre_ping"] = True
    return options


def prepare(engine: Engine) -> Engine:
    """Set an engine up: on SQLite the settings above, real transactions and a file only its owner reads."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        _keep_private(engine)
    return engine


def open_engine(url: str) -> Engine:
    """Open a database outside the web application: commands and tests."""
    return prepare(create_engine(url, **engine_options(url)))


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


def _set_up_sqlite(connection: Any, _record: object) -> None:
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
