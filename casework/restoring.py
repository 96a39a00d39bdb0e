"""Putting a backup in the place of the office's database, or beside it for a drill.

A backup is unpacked, checked, brought to this program's shape and checked again before anything of the office is
touched. The database that it replaces is kept beside it; the change itself is one renaming.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, update
from sqlalchemy.exc import DBAPIError

from casework import audit, backup_files, backups, keys
from casework.backup_files import BackupRefused, Manifest
from casework.context import Acting
from casework.startup import StartRefused, check_database, is_plain, migration_state
from models import SignIn, cipher
from models.cipher import Key
from models.database import key_of, own_transaction

COMPANIONS = ("-wal", "-shm", "-journal")
Upgrade = Callable[[Engine], None]


@dataclass(frozen=True)
class Restored:
    """What was put back; `kept` is where the database that it replaced lies now, None if there was none."""

    manifest: Manifest
    kept: Path | None


def restore(engine: Engine, file: Path, upgrade: Upgrade, who: Acting, key: Key | None = None) -> Restored:
    """Put the backup `file` in the place of the office's database. `upgrade` brings an older one to today's shape.

    `key` is the one that the backup was made with, where that is not the office's; the office's is then used again.

    Raises BackupRefused: an office that runs, a newer or damaged backup, one that is not whole.
    """
    if engine.dialect.name != "sqlite":
        raise BackupRefused("Not restored: a PostgreSQL server is restored by whoever keeps it; "
                            "docs/backup.md says how.")  # fmt: skip
    place = Path(engine.url.database or "").absolute()
    engine.dispose()
    with backup_files.workspace(place.parent, "Not restored") as room:
        with unpacked(engine, file, room, upgrade, key) as (manifest, new):
            _end_sign_ins(new, who.now)
            _note(new, who, file, manifest)
        backup_files.in_one_file(room / backup_files.DATA, key_of(engine))
        with alone(place, key_of(engine), "Not restored"):
            kept = _put_in_place(room / backup_files.DATA, place, who.now)
    return Restored(manifest, kept)


@contextmanager
def unpacked(
    engine: Engine, file: Path, room: Path, upgrade: Upgrade, key: Key | None = None
) -> Iterator[tuple[Manifest, Engine]]:
    """Give a backup as an open database in `room`: checked, brought to today's shape, checked again."""
    manifest = backup_files.read_manifest(file, engine)
    made_with = keys.key_of_backup(manifest.key, key_of(engine), key)
    backup_files.unpack(file, manifest, room / backup_files.DATA)
    keys.bring_to(room / backup_files.DATA, made_with, key_of(engine))
    with backups.opened(room / backup_files.DATA, engine) as new:
        try:
            if not migration_state(new).known:
                raise BackupRefused("This backup was made by a newer version of this program. Install that one.")
            backups.check_against(new, manifest)
            upgrade(new)
            check_database(new)
            after = backups.state_of(new, manifest.anchor)
        except (DBAPIError, StartRefused) as fault:
            raise BackupRefused(f"The backup {file.name} cannot be brought to this program's shape.") from fault
        if after.faults:
            raise BackupRefused(f"The backup is not whole once brought to this program's shape. {after.faults[0]}")
        yield manifest, new


def _end_sign_ins(engine: Engine, now: datetime) -> None:
    """Somebody who signed out after the backup was made must not be in again."""
    table = SignIn.__table__
    with own_transaction(engine) as connection:
        connection.execute(update(table).where(table.c.ended_at.is_(None)).values(ended_at=now))


def _note(engine: Engine, who: Acting, file: Path, manifest: Manifest) -> None:
    line = audit.entry(who, "imported", backups.SUBJECT, None, ["backup restored"],
                       f"{file.name}, made {manifest.made_at}"[:200])  # fmt: skip
    audit.write_line(engine, line)


@contextmanager
def alone(place: Path, key: Key | None, refused: str) -> Iterator[None]:
    """Hold the office's database so that nobody else has it open; a running office always has.

    Leaving the write-ahead journal is refused by SQLite while anybody has the file open; it also brings what is in
    the journal into the file, so that the file alone is all there is to keep. A file that is no database any more
    is nobody's. Raises BackupRefused, beginning with the words of `refused`.
    """
    if not place.exists() or place.stat().st_size == 0:
        yield
        return
    with closing(cipher.open_file(place, None if is_plain(place) else key, timeout=0)) as held:
        try:
            held.execute("PRAGMA journal_mode=DELETE")
            held.execute("BEGIN EXCLUSIVE")
        except cipher.file_errors() as fault:
            if fault.sqlite_errorname in {"SQLITE_BUSY", "SQLITE_LOCKED"}:
                raise BackupRefused(f"{refused}: the office is running. Stop it first, then try again.") from fault
        yield


def _put_in_place(new: Path, place: Path, now: datetime) -> Path | None:
    """Keep what is there beside it, then give the new file its name in one step; give where the old one is."""
    kept = None
    if place.exists() and place.stat().st_size:
        kept = _free_name(place, now)
        os.link(place, kept)
    for ending in COMPANIONS:
        there = Path(f"{place}{ending}")
        if there.exists():  # only beside a file that is damaged; a stale journal must not be read into the new one
            there.rename(f"{kept or place}{ending}.old")
    with new.open("rb") as written:
        os.fsync(written.fileno())
    os.replace(new, place)
    backup_files.sync_folder(place.parent)
    return kept


def _free_name(place: Path, now: datetime) -> Path:
    stem = f"{place.name}.before-restore-{now.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}"
    number = 1
    while (kept := place.with_name(f"{stem}{f'-{number}' if number > 1 else ''}")).exists():
        number += 1
    return kept
