"""Moving the office from its SQLite file into PostgreSQL: every row, once, compared on both sides before it counts.

All of it is one transaction of the server: whatever stands in the way, or a kill at any moment, leaves the target as
empty as it was, and the command is begun anew. The file is only read and stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, Table, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from casework import audit, restoring, seal, startup
from casework.backup_files import BackupRefused
from casework.context import Acting
from casework.locks import alone
from models import Base
from models.database import key_of, own_reading

SUBJECT = "Database"  # what the audit trail calls it
_AT_ONCE, _FILES_AT_ONCE = 500, 4  # rows held in memory; rows with bytes in them may be 20 MB each
_ROUND = 1 << 256
_LINKS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2
"""
Upgrade = Callable[[Engine], None]


@dataclass(frozen=True)
class Digest:
    """What a table holds: how many rows, and a sum over the hash of each, whatever order they come in."""

    rows: int = 0
    sum: int = 0

    def with_rows(self, rows: Iterable[Any]) -> Digest:
        hashes = [int.from_bytes(_hash_of(one), "big") for one in rows]
        return Digest(self.rows + len(hashes), (self.sum + sum(hashes)) % _ROUND)


@dataclass(frozen=True)
class Moved:
    """What was moved: rows by table, the lines of the trail, and its tail."""

    rows: dict[str, int]
    lines: int
    tail: audit.Tail | None


def move(source: Engine, target: Engine, make_shape: Upgrade, who: Acting) -> Moved:
    """Copy the office of the SQLite file `source` into the empty PostgreSQL database `target`.

    `make_shape` runs the migrations on a target without tables. Raises BackupRefused, with one sentence: another kind
    of database, an office that runs, a file that is not whole, a target with rows or of another shape, a row that the
    server does not take, or one that reads otherwise there.
    """
    if source.dialect.name != "sqlite":
        raise BackupRefused("Not moved: CASEWORK_DATABASE_URL names no SQLite file.")
    if target.dialect.name != "postgresql":
        raise BackupRefused("Not moved: the target is no PostgreSQL database. Name it as postgresql+psycopg://...")
    startup.check_database(source)
    source.dispose()
    with restoring.alone(startup.file_of(source), key_of(source), "Not moved"):
        pass
    seal.share_secret(source, target)
    _shape(target, make_shape)
    with own_reading(source) as file:
        trail = _whole(file)
        try:
            with target.begin() as server:
                moved = _fill(file, server, trail)
        except DBAPIError as fault:
            raise BackupRefused(f"Not moved: the server ended it ({type(fault.orig).__name__}). Nothing of it was "
                                "kept; begin again.") from fault  # fmt: skip
    told = f"{sum(moved.rows.values())} rows in {len(moved.rows)} tables, tail {trail.tail or 'none'}"
    audit.write_line(target, audit.entry(who, "imported", SUBJECT, None, ["moved from a file"], told[:200]))
    return moved


def _shape(target: Engine, make_shape: Upgrade) -> None:
    """Give a target without tables this program's; leave one that has them. Raises BackupRefused for another shape."""
    try:
        state, has_tables = startup.migration_state(target), inspect(target).get_table_names()
    except DBAPIError as fault:
        raise BackupRefused("Not moved: the target cannot be reached. Make the database first (createdb), and check "
                            "its address and that its server runs.") from fault  # fmt: skip
    if state.found is None and has_tables:
        raise BackupRefused("Not moved: the target holds tables of something else. Name an empty database.")
    if state.found is None:
        make_shape(target)
    elif not state.is_current:
        raise BackupRefused(f"Not moved: the target was made by another version of this program ({state.found} instead "
                            f"of {state.needed}). Name an empty database.")  # fmt: skip


def _whole(file: Connection) -> audit.Checked:
    """Check the file before anything is copied. Raises BackupRefused with the first fault."""
    trail = audit.check(file)
    if faults := [*startup.faults_of(file), *trail.faults]:
        raise BackupRefused(f"Not moved: the file is not as it was written. {faults[0]}")
    return trail


def _fill(file: Connection, server: Connection, trail: audit.Checked) -> Moved:
    alone(server, "moving in")
    links = _without_links(server)
    kept = [one.name for one in _tables() if server.execute(select(1).select_from(one).limit(1)).first()]
    if kept:
        raise BackupRefused(f"Not moved: the target holds rows already ({kept[0]}). Name an empty database.")
    sent = {one.name: _copy(file, server, one) for one in _tables()}
    for statement in links:
        server.exec_driver_sql(statement)
    _go_on_counting(file, server)
    for one in _tables():
        if (found := _digest(server, one)) != sent[one.name]:
            raise BackupRefused(f"Not moved: {one.name} reads otherwise there, {found.rows} rows instead of "
                                f"{sent[one.name].rows}, or other values. Nothing of it was kept.")  # fmt: skip
    there = audit.check(server, trail.tail)
    if there.faults or there.lines != trail.lines:
        raise BackupRefused(f"Not moved: the audit trail does not read the same there. {there.faults[:1]}")
    return Moved({name: one.rows for name, one in sent.items()}, there.lines, there.tail)


def _tables() -> list[Table]:
    return sorted(Base.metadata.tables.values(), key=lambda one: one.name)


def _without_links(server: Connection) -> list[str]:
    """Take every foreign key away until the end of the transaction; give the statements that put them back.

    Rows point at one another in circles. Putting a key back, the server checks it over every row.
    """
    found = server.execute(text(_LINKS)).all()
    for table, name, _means in found:
        server.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return [f"ALTER TABLE {table} ADD CONSTRAINT {name} {means}" for table, name, means in found]


def _copy(file: Connection, server: Connection, table: Table) -> Digest:
    """Copy the rows of one table as they are, past all rules; give the digest of what was read."""
    digest = Digest()
    for rows in _rows(file, table):
        try:
            server.execute(insert(table), [dict(one) for one in rows])
        except (DBAPIError, ValueError) as fault:
            kind = type(getattr(fault, "orig", None) or fault).__name__
            where = f" (numbers {rows[0]['id']} to {rows[-1]['id']})" if "id" in table.c else ""
            raise BackupRefused(f"Not moved: PostgreSQL does not take a row of {table.name}{where}: {kind}. Nothing of "
                                "it was kept; mend that row in the office, then begin again.") from fault  # fmt: skip
        digest = digest.with_rows(tuple(one.values()) for one in rows)
    return digest


def _digest(connection: Connection, table: Table) -> Digest:
    digest = Digest()
    for rows in _rows(connection, table):
        digest = digest.with_rows(tuple(one.values()) for one in rows)
    return digest


def _rows(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """Give the rows of a table a few at a time, by their keys."""
    at_once = _FILES_AT_ONCE if any(isinstance(one.type, LargeBinary) for one in table.c) else _AT_ONCE
    asked = select(table).order_by(*table.primary_key.columns)
    found = connection.execute(asked, execution_options={"yield_per": at_once}).mappings()
    yield from (list(part) for part in found.partitions(at_once))


def _hash_of(row: tuple[Any, ...]) -> bytes:
    """Give the hash of one row, the same whichever database gives it back; no value runs into its neighbour."""
    digest = sha256()
    for value in row:
        plain = _plain(value)
        digest.update(f"{type(value).__name__[:5]}{len(plain)}:".encode())
        digest.update(plain)
    return digest.digest()


def _plain(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, datetime):
        return f"{value.timestamp():.6f}".encode()
    if isinstance(value, date | time):
        return value.isoformat().encode()
    return str(value).encode("utf-8", "surrogatepass")


def _go_on_counting(file: Connection, server: Connection) -> None:
    """Let each table count on from the highest number it ever gave, so that none is given again."""
    highest: dict[str, int] = {row[0]: row[1] for row in file.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    for table in _tables():
        if "id" not in table.c:
            continue
        counter = server.scalar(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name})
        last = max(server.scalar(select(func.max(table.c.id))) or 0, highest.get(table.name, 0))
        if counter and last:
            server.execute(text("SELECT setval(CAST(:counter AS regclass), :last)"), {"counter": counter, "last": last})
