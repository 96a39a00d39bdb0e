"""The key with which a database file is encrypted, kept in a file of its own; and the driver that knows of keys.

SQLCipher encrypts every page of the file, its journal and its copies with AES-256 and seals each page. The key is 32
random bytes, written as 64 hexadecimal digits: a passphrase would have to be stretched anew for every connection.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

_KEY_BYTES = 32
_FORM = re.compile(rf"[0-9a-f]{{{2 * _KEY_BYTES}}}\n?")


class KeyRefused(Exception):
    """One sentence for the person who starts the program."""


@dataclass(frozen=True)
class Key:
    """A key by the file that holds it; the file is read once, when it is first needed."""

    path: Path

    @cached_property
    def digits(self) -> str:
        """Give the key as 64 hexadecimal digits. Raises KeyRefused: no such file, others may read it, no key."""
        try:
            mode, text = self.path.stat().st_mode, self.path.read_text(encoding="ascii")
        except (OSError, ValueError) as fault:
            reason = getattr(fault, "strerror", None) or "it is no text"
            raise KeyRefused(f"The key of the database cannot be read: {self.path} ({reason}). Put the key file back, "
                             "or check CASEWORK_DATABASE_KEY_FILE.") from fault  # fmt: skip
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyRefused(f"Others may read the key of the database. Run `chmod 600 {self.path}`.")
        if not _FORM.fullmatch(text):
            raise KeyRefused(f"{self.path} holds no key: a key is {2 * _KEY_BYTES} digits from 0 to f, alone in its "
                             "file. `flask --app app key new` makes one.")  # fmt: skip
        return text.strip()

    @property
    def mark(self) -> str:
        """Give eight digits by which two keys are told apart; they tell nothing of the key."""
        return hmac.new(bytes.fromhex(self.digits), b"casework mark of a key", sha256).hexdigest()[:8]

    @property
    def literal(self) -> str:
        """Give the key as SQLCipher's statements want it."""
        return f"\"x'{self.digits}'\""


def make_key(path: Path) -> Key:
    """Write a new random key to a file that only its owner reads, on the disk for good. Raises FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"{secrets.token_hex(_KEY_BYTES)}\n")
        file.flush()
        os.fsync(file.fileno())
    return Key(path)


def driver(key: Key | None) -> Any:
    """Give the DB-API module that opens a file with this key, or a plain one. Raises KeyRefused if not installed."""
    if key is None:
        return sqlite3
    try:
        from sqlcipher3 import dbapi2
    except ImportError as fault:
        raise KeyRefused(
            "CASEWORK_DATABASE_KEY_FILE is set, but the library that encrypts is not installed. Run "
            "`pip install -r requirements-encrypted.txt`."
        ) from fault
    return dbapi2


def use(connection: Any, key: Key | None) -> None:
    """Tell a new connection its key, before anything else is asked of it."""
    if key is not None:
        connection.execute("PRAGMA cipher_log_level = NONE")  # else each wrong key writes lines to the terminal
        connection.execute(f"PRAGMA key = {key.literal}")


def file_errors() -> tuple[type[Exception], ...]:
    """Give what the drivers that are loaded raise when a file cannot be opened, read or written."""
    loaded = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.Error, loaded.Error) if loaded else (sqlite3.Error,)


def open_file(path: Path, key: Key | None, timeout: float = 5) -> Any:
    """Open one file with the bare driver, without transactions begun by themselves; `timeout` in seconds."""
    connection = driver(key).connect(str(path), timeout=timeout, isolation_level=None)
    use(connection, key)
    return connection


@contextmanager
def alone_with(path: Path, key: Key | None, new: Key) -> Iterator[Any]:
    """Hold a file, plain or with its key, so that nobody else has it open, to copy it to another key.

    Gives a connection of the driver that encrypts. Raises what `file_errors` names: OperationalError if it is in use.
    """
    connection = driver(new).connect(str(path), timeout=0, isolation_level=None)
    with closing(connection):
        use(connection, key)
        connection.execute("PRAGMA main.locking_mode=EXCLUSIVE")  # kept after each transaction, until it is closed
        connection.execute("PRAGMA main.journal_mode=DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        yield connection


def copy_to(connection: Any, path: Path, new: Key) -> None:
    """Write all that an open file holds to the empty file `path`, encrypted with `new`; the caller syncs it."""
    connection.execute(f"ATTACH DATABASE ? AS copied KEY {new.literal}", (str(path),))
    connection.execute("PRAGMA copied.synchronous = OFF")
    connection.execute("BEGIN")
    connection.execute("SELECT sqlcipher_export('copied')").fetchall()
    connection.execute("COMMIT")
    connection.execute("DETACH DATABASE copied")
