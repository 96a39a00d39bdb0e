"""The file that a backup is: a zip with one database and its sealed manifest; and the folder where one is made."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from casework import audit, seal
from models import cipher
from models.cipher import Key

DATA, MANIFEST = "casework.db", "manifest.json"
_UNFINISHED, _TURN = ".making-", ".turn"
_FORMAT = 2
_UNREADABLE = (BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)  # what a bad zip raises
_AT_ONCE = 1024 * 1024  # bytes read into memory
_LARGEST_MANIFEST = 1024 * 1024  # bytes


class BackupRefused(Exception):
    """One sentence for the person at the terminal."""


@dataclass(frozen=True)
class Manifest:
    """What a backup must turn out to be. `made_at` is UTC; `tail` is the audit trail's anchor, "" for none.

    `key` is the mark of the key that its database is encrypted with, "" for a plain one.
    """

    made_at: str
    revision: str
    rows: Mapping[str, int]
    lines: int
    tail: str
    sha256: str
    key: str = ""
    format: int = _FORMAT

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    @property
    def anchor(self) -> audit.Tail | None:
        return audit.Tail.read(self.tail) if self.tail else None


def pack(room: Path, manifest: Manifest, engine: Engine) -> Path:
    """Put database and manifest into one file, on the disk for good; and read it back as a restore would."""
    file = room / "packed.zip"
    said = asdict(manifest)
    sealed = {"manifest": said, "seal": seal.keyed_hash(engine, "backup", _canonical(said))}
    with private(file) as out:
        with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as packed:
            packed.writestr(MANIFEST, json.dumps(sealed, indent=1))
            packed.write(room / DATA, DATA)
        out.flush()
        os.fsync(out.fileno())
    with ZipFile(file) as packed, packed.open(DATA) as inside:
        fingerprint = hash_of(inside)
    if fingerprint != manifest.sha256 or read_manifest(file, engine) != manifest:
        raise BackupRefused("Not made: what was written does not read back as it was. Try another disk.")
    return file


def read_manifest(file: Path, engine: Engine) -> Manifest:
    """Give what a backup says of itself, once its seal fits this office's secret. Raises BackupRefused."""
    try:
        with ZipFile(file) as packed, packed.open(MANIFEST) as inside:
            text = inside.read(_LARGEST_MANIFEST).decode()
        said = json.loads(text)
        fits = seal.keyed_hash(engine, "backup", _canonical(said["manifest"])) == said["seal"]
        if fits and said["manifest"]["format"] > _FORMAT:
            raise BackupRefused(f"{file.name} was made by a newer version of this program. Install that one.")
        manifest = Manifest(**said["manifest"])
    except FileNotFoundError as fault:
        raise BackupRefused(f"There is no file {file.name} there.") from fault
    except (*_UNREADABLE, ValueError, TypeError, OSError) as fault:
        raise BackupRefused(f"{file.name} is no backup of this program, or it is damaged.") from fault
    if not fits:
        raise BackupRefused(
            f"The seal of {file.name} does not fit: it was made with another secret key, or changed since. "
            "Put the secret key of that office back first."
        )
    return manifest


def unpack(file: Path, manifest: Manifest, to: Path) -> None:
    """Write the database of a backup to a new file that only its owner reads. Raises BackupRefused if damaged."""
    digest = sha256()
    try:
        with ZipFile(file) as packed, packed.open(DATA) as inside, private(to) as out:
            for part in iter(lambda: inside.read(_AT_ONCE), b""):
                digest.update(part)
                out.write(part)
    except _UNREADABLE as fault:
        raise BackupRefused(f"{file.name} is damaged: it cannot be unpacked.") from fault
    if digest.hexdigest() != manifest.sha256:
        raise BackupRefused(f"{file.name} is damaged: its fingerprint differs.")


@contextmanager
def workspace(folder: Path, refused: str) -> Iterator[Path]:
    """Give an empty folder inside `folder` that only its owner reads; it is gone afterwards, whatever happened.

    One at a time works in a folder; what a killed one left behind is cleared away. A full disk or a place that
    cannot be written raises BackupRefused, beginning with the words of `refused`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _turn(folder, refused):
            for left in _left_in(folder):
                shutil.rmtree(left)
            room = folder / f"{_UNFINISHED}{os.getpid()}"
            room.mkdir(mode=0o700)
            try:
                yield room
            finally:
                shutil.rmtree(room, ignore_errors=True)
    except (OSError, DBAPIError, *cipher.file_errors()) as fault:
        reason = str(getattr(fault, "strerror", None) or getattr(fault, "orig", None) or fault)
        raise BackupRefused(
            f"{refused}: {folder} cannot be written ({reason}). Earlier backups and the office's data are as they "
            "were. Free some room there, or name another place."
        ) from fault


def clear_left(folder: Path) -> int:
    """Delete what a command that was killed left in `folder`, an unpacked backup perhaps; give how many there were.

    Whoever is at work there keeps its own: it holds the turn, and then nothing is touched. Raises OSError.
    """
    if not _left_in(folder):
        return 0
    try:
        with _turn(folder, "Not cleared"):
            found = _left_in(folder)
            for left in found:
                shutil.rmtree(left)
            return len(found)
    except BackupRefused:
        return 0


def _left_in(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{_UNFINISHED}*"))


def in_one_file(database: Path, key: Key | None) -> None:
    """Bring what is in a closed database's journal into its file, so that the file alone is all of it."""
    with closing(cipher.open_file(database, key)) as held:
        held.execute("PRAGMA journal_mode=DELETE")


def sync_folder(folder: Path) -> None:
    """Make sure that a new name in a folder outlives a power cut, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        opened_folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened_folder)
        finally:
            os.close(opened_folder)


def _canonical(said: Any) -> str:
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def hash_of(file: IO[bytes]) -> str:
    """Give the SHA-256 of what is left to read in a file, and close it."""
    digest = sha256()
    with file:
        for part in iter(lambda: file.read(_AT_ONCE), b""):
            digest.update(part)
    return digest.hexdigest()


def private(path: Path) -> IO[bytes]:
    """Open a new file that only its owner reads; one that is there already is an error."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600), "wb")


@contextmanager
def _turn(folder: Path, refused: str) -> Iterator[None]:
    """Be alone in a folder until the end; the lock goes with the process, also when it is killed."""
    lock = folder / _TURN
    if not lock.exists():
        lock.touch(mode=0o600)
    with closing(sqlite3.connect(lock, timeout=0, isolation_level=None)) as held:
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorname == "SQLITE_BUSY":
                raise BackupRefused(f"{refused}: another backup, restore or drill is at work in {folder}.") from fault
            raise
        yield
