"""A backup: one file with the whole database and what it must turn out to be, checked before it gets its name.

The copy is made while people write. Its manifest says which program made it, how many rows each table has, and
where the audit trail ended: the anchor. The manifest is sealed with the office's secret. Nothing that is not whole
gets the name of a backup, and no earlier one is touched before the new one stands.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, func, inspect, select, table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casework import audit, seal
from casework.backup_files import (
    DATA,
    BackupRefused,
    Manifest,
    hash_of,
    in_one_file,
    pack,
    private,
    sync_folder,
    workspace,
)
from casework.startup import faults_of, migration_state
from models import AuditEntry, cipher
from models.database import key_of, open_engine, own_reading

SUBJECT = "Backup"  # what the audit trail calls it
NAME = re.compile(r"casework-(\d{4}-\d{2})-(\d{2})T\d{2}-\d{2}-\d{2}Z(?:-\d+)?\.zip")
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class State:
    """What a database holds: its migration, its rows by table, its trail; and what is wrong with it, in sentences."""

    revision: str
    rows: Mapping[str, int]
    trail: audit.Checked
    faults: tuple[str, ...]


def make(engine: Engine, folder: Path, now: datetime) -> tuple[Path, Manifest]:
    """Copy the office's database into a new file of `folder` while people write, and check it.

    Raises BackupRefused: not SQLite, no room, a place that cannot be written, or a copy that is not whole.
    """
    if engine.dialect.name != "sqlite":
        raise BackupRefused("Not made: a PostgreSQL server is backed up by whoever keeps it; docs/backup.md says how.")
    if migration_state(engine).found is None:
        raise BackupRefused("Not made: the database is empty. Check CASEWORK_DATABASE_URL.")
    with workspace(folder, "Not made") as room:
        copied = _copy(engine, room / DATA)
        with opened(room / DATA, engine) as copy:
            found = state_of(copy, _anchor_of(copied))
        key = key_of(engine)
        in_one_file(room / DATA, key)
        if faults := [*found.faults, *_differing(copied.rows, found.rows)]:
            raise BackupRefused(f"Not made: the copy is not whole. {faults[0]} Earlier backups stay. "
                                "Run `flask --app app check` and ask for help.")  # fmt: skip
        manifest = Manifest(
            made_at=now.astimezone(UTC).isoformat(timespec="seconds"), revision=found.revision, rows=found.rows,
            lines=found.trail.lines, tail=str(found.trail.tail or ""), sha256=hash_of((room / DATA).open("rb")),
            key=key.mark if key else "",
        )  # fmt: skip
        packed = pack(room, manifest, engine)
        return _name(packed, folder, now), manifest


def check_against(engine: Engine, manifest: Manifest) -> State:
    """Check an unpacked database against what its backup says of it. Raises BackupRefused with the first fault."""
    try:
        found = state_of(engine, manifest.anchor)
    except DBAPIError as fault:
        raise BackupRefused("The backup is damaged: it holds no database.") from fault
    faults = [*found.faults, *_differing(manifest.rows, found.rows)]
    if found.trail.lines != manifest.lines:
        faults.append(f"The audit trail has {found.trail.lines} lines instead of {manifest.lines}.")
    if faults:
        raise BackupRefused(f"The backup is not whole. {faults[0]}")
    return found


def state_of(engine: Engine, anchor: audit.Tail | None = None) -> State:
    """Read what a database holds and what is wrong with it, all of one moment."""
    with own_reading(engine) as connection:
        trail = audit.check(connection, anchor)
        return State(
            revision=MigrationContext.configure(connection).get_current_revision() or "", rows=_counts(connection),
            trail=trail, faults=(*faults_of(connection), *trail.faults),
        )  # fmt: skip


def last_made(db: Session) -> datetime | None:
    """Give when the last backup was made, as the audit trail tells; None if it tells of none."""
    made = select(AuditEntry.at).where(AuditEntry.subject == SUBJECT, AuditEntry.action == "exported")
    return db.scalars(made.order_by(AuditEntry.id.desc()).limit(1)).one_or_none()


def newest(folder: Path) -> Path | None:
    """Give the newest backup of a folder, by its name; None if there is none."""
    found = [one for one in folder.glob("casework-*.zip") if NAME.fullmatch(one.name)] if folder.is_dir() else []
    return max(found, key=_order, default=None)


def thin_out(folder: Path, *, daily: int, monthly: int) -> list[str]:
    """Delete old backups: keep the newest of each of the last `daily` days and `monthly` months; give the names.

    Days and months without a backup do not count, so an office that stopped backing up loses nothing by it.
    """
    found = sorted((one for one in folder.glob("casework-*.zip") if NAME.fullmatch(one.name)), key=_order, reverse=True)
    days: dict[str, Path] = {}
    months: dict[str, Path] = {}
    for one in found:
        month, day = NAME.fullmatch(one.name).groups()
        days.setdefault(f"{month}-{day}", one)
        months.setdefault(month, one)
    kept = {*found[:1], *list(days.values())[:daily], *list(months.values())[:monthly]}
    gone = [one for one in found if one not in kept]
    for one in gone:
        one.unlink()
    return [one.name for one in gone]


@contextmanager
def opened(file: Path, like: Engine) -> Iterator[Engine]:
    """Open a database file with the secret and the key that `like` has, and let it go afterwards."""
    engine = open_engine(f"sqlite:///{file}", key_of(like))
    seal.share_secret(like, engine)
    try:
        yield engine
    finally:
        engine.dispose()


# Making one


@dataclass(frozen=True)
class _Copied:
    """What stood in the office's own database at the moment of the copy."""

    rows: Mapping[str, int]
    last: tuple[int, str] | None


def _copy(engine: Engine, to: Path) -> _Copied:
    """Copy by SQLite's own way, in one step; counts and trail are read at the same moment as the pages."""
    private(to).close()
    with own_reading(engine) as connection, connection.begin():
        rows = _counts(connection)
        last = connection.exec_driver_sql("SELECT id, mac FROM audit_entries ORDER BY id DESC LIMIT 1").one_or_none()
        _room_for(connection, to.parent)
        source = connection.connection.driver_connection
        with closing(cipher.open_file(to, key_of(engine))) as target:
            source.backup(target)
    return _Copied(rows, tuple(last) if last else None)


def _room_for(connection: Connection, folder: Path) -> None:
    asked = ("page_count", "page_size")
    pages, size = (int(connection.exec_driver_sql(f"PRAGMA {one}").scalar()) for one in asked)
    free = shutil.disk_usage(folder).free
    if free < 2 * pages * size:
        raise BackupRefused(
            f"Not made: {2 * pages * size // _MEGABYTE + 1} MB are needed there and {free // _MEGABYTE} MB are free. "
            "Earlier backups stay. Free some room, or name another place."
        )


def _anchor_of(copied: _Copied) -> audit.Tail | None:
    return audit.Tail(*copied.last) if copied.last and copied.last[1] else None


def _name(packed: Path, folder: Path, now: datetime) -> Path:
    """Give the finished file its name, in one step and for good; a name that is taken stays taken."""
    stem = f"casework-{now.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}"
    names = (folder / f"{stem}{f'-{number}' if number > 1 else ''}.zip" for number in count(1))
    named = next(one for one in names if not one.exists())
    os.replace(packed, named)
    sync_folder(folder)
    return named


def _counts(connection: Connection) -> dict[str, int]:
    names = sorted(inspect(connection).get_table_names())
    return {name: connection.scalar(select(func.count()).select_from(table(name))) for name in names}


def _differing(wanted: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    names = sorted({*wanted, *found})
    return [f"{name} has {found.get(name, 0)} rows instead of {wanted.get(name, 0)}."
            for name in names if wanted.get(name) != found.get(name)]  # fmt: skip


def _order(file: Path) -> tuple[str, int]:
    """Give where a backup stands in time; of two of one second the later has the higher number."""
    stem, _, number = file.stem.partition("Z")
    return stem, int(number.removeprefix("-") or 1)
