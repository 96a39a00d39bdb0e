"""The key of the office's database: encrypting a plain one, changing the key, and the keys of older backups.

The new file is written beside the office's, checked, and takes its place in one renaming. While a key changes, the
new one lies beside the old one as `KEYFILE.new`; killed at any moment, one of the two opens the database, and the
command goes on where it was. The old key stays as `KEYFILE.` and its mark: older backups need it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from casework import backup_files
from casework.backup_files import BackupRefused
from casework.startup import faults_of, is_plain
from models import cipher
from models.cipher import Key, KeyRefused
from models.database import key_of, open_engine, own_reading

_AT_ONCE = 1024 * 1024  # bytes written at once


def encrypt(engine: Engine) -> None:
    """Encrypt the office's plain database with the key that `engine` was opened with.

    The plain file is overwritten and deleted. Raises BackupRefused: encrypted already, an office that runs.
    """
    key, place = _key_and_place(engine)
    _ = key.digits
    if not is_plain(place):
        _clear_away(place, "Not encrypted")
        raise BackupRefused("Not encrypted: there is no plain database there, or it is encrypted already.")
    with _copied(place, None, key, "Not encrypted") as new:
        old = new.with_name("plain.db")
        os.link(place, old)
        _put_in_place(new, place)
        _blot_out(old)


def change(engine: Engine) -> Path:
    """Give the office's database a new key, or end a change that was cut off; give where the old key lies now.

    Raises BackupRefused: not encrypted, an office that runs, no room; KeyRefused: neither key opens it.
    """
    key, place = _key_and_place(engine)
    new = Key(Path(f"{key.path}.new"))
    if not _opens(place, key):
        if not (new.path.exists() and _opens(place, new)):
            raise KeyRefused(f"Not changed: the key in {key.path} does not open {place}.")
        _clear_away(place, "Not changed")
    else:
        if not new.path.exists():
            cipher.make_key(new.path)
            backup_files.sync_folder(new.path.parent)
        with _copied(place, key, new, "Not changed") as changed:
            _put_in_place(changed, place)
    return _take_over(key, new)


def key_of_backup(mark: str, own: Key | None, given: Key | None) -> Key | None:
    """Give the key that a backup with this mark was made with, None for a plain one. Raises BackupRefused."""
    if not mark:
        return None
    if own is None:
        raise BackupRefused("This backup is encrypted. Name the file with its key in CASEWORK_DATABASE_KEY_FILE.")
    older = Key(Path(f"{own.path}.{mark}"))
    found = given or (older if older.path.exists() else own)
    if found.mark != mark:
        raise BackupRefused(f"This backup was made with another key: its mark is {mark}, the one in {found.path} has "
                            f"{found.mark}. Name the file with that key: --key FILE.")  # fmt: skip
    return found


def bring_to(file: Path, made_with: Key | None, own: Key | None) -> None:
    """Encrypt an unpacked backup with the office's own key, where it was made with another one or none."""
    if own is None or (made_with is not None and made_with.digits == own.digits):
        return
    new = file.with_name("encrypted.db")
    backup_files.private(new).close()
    with cipher.alone_with(file, made_with, own) as held:
        cipher.copy_to(held, new, own)
    os.replace(new, file)


def _key_and_place(engine: Engine) -> tuple[Key, Path]:
    key = key_of(engine)
    if key is None:
        raise BackupRefused("Not done: name the file of the key in CASEWORK_DATABASE_KEY_FILE first.")
    engine.dispose()
    return key, place_of(engine)


def place_of(engine: Engine) -> Path:
    """Give where the file of an SQLite database lies."""
    return Path(engine.url.database or "").absolute()


def _clear_away(place: Path, refused: str) -> None:
    """Delete what a command that was killed has left beside the database."""
    with backup_files.workspace(place.parent, refused):
        pass


def _opens(place: Path, key: Key) -> bool:
    held = cipher.open_file(place, key, timeout=0)
    try:
        held.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except cipher.file_errors() as fault:
        if fault.sqlite_errorname == "SQLITE_NOTADB":
            return False
        raise
    finally:
        held.close()
    return True


@contextmanager
def _copied(place: Path, old: Key | None, key: Key, refused: str) -> Iterator[Path]:
    """Give a checked copy of the office's database under another key, while nobody can open the office's."""
    with backup_files.workspace(place.parent, refused) as room, _alone(place, old, key, refused) as held:
        new = room / backup_files.DATA
        backup_files.private(new).close()
        cipher.copy_to(held, new, key)
        if faults := _faults_of_copy(held, new, key):
            raise BackupRefused(f"{refused}: the copy is not whole. {faults[0]} Nothing was changed.")
        yield new


@contextmanager
def _alone(place: Path, old: Key | None, key: Key, refused: str) -> Iterator[Any]:
    try:
        with cipher.alone_with(place, old, key) as held:
            yield held
    except cipher.file_errors() as fault:
        if fault.sqlite_errorname in {"SQLITE_BUSY", "SQLITE_LOCKED"}:
            raise BackupRefused(f"{refused}: the office is running. Stop it first, then try again.") from fault
        raise


def _faults_of_copy(held: Any, new: Path, key: Key) -> list[str]:
    """Compare the copy with what it was made of, table by table and definition by definition; check it by itself."""
    engine = open_engine(f"sqlite:///{new}", key)
    try:
        with own_reading(engine) as connection:
            faults = faults_of(connection)
            told, copied = _told(held.execute), _told(connection.exec_driver_sql)
    finally:
        engine.dispose()
    backup_files.in_one_file(new, key)
    return [*faults, *(f"{name} differs." for name in sorted({*told, *copied}) if told.get(name) != copied.get(name))]


def _told(ask: Any) -> dict[str, Any]:
    """Give what stands in a database: each definition, and how many rows each table has."""
    defined = {row[0]: row[1] for row in ask("SELECT type || ' ' || name, sql FROM sqlite_master")}
    tables = [name.removeprefix("table ") for name in defined if name.startswith("table ")]
    rows = {f"rows of {name}": ask(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
    return {**defined, **rows}


def _put_in_place(new: Path, place: Path) -> None:
    with new.open("rb") as written:
        os.fsync(written.fileno())
    os.replace(new, place)
    backup_files.sync_folder(place.parent)


def _take_over(key: Key, new: Key) -> Path:
    """Let the new key have the name of the old one, and keep the old one under its mark."""
    kept = Path(f"{key.path}.{key.mark}")
    if not kept.exists():
        os.link(key.path, kept)
    os.replace(new.path, key.path)
    backup_files.sync_folder(key.path.parent)
    return kept


def _blot_out(plain: Path) -> None:
    """Overwrite a file before it is deleted: on a disk without wear levelling, what was in it is gone."""
    size = plain.stat().st_size
    with plain.open("r+b") as file:
        for _part in range(0, size, _AT_ONCE):
            file.write(bytes(_AT_ONCE))
        file.flush()
        os.fsync(file.fileno())
    plain.unlink()
