"""What stands in the way when the database cannot be used for a while: told apart by what people can do about it."""

from __future__ import annotations

import errno
from enum import StrEnum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models.cipher import KeyRefused


class Fault(StrEnum):
    """Why the database cannot be used just now."""

    FULL = "the disk is full"
    READ_ONLY = "the disk cannot be written"
    BUSY = "others are writing"
    GONE = "the database does not answer"
    DAMAGED = "the file cannot be read"


# How SQLite calls its errors, by the word after SQLITE_; a longer name begins with the shorter one.
_SQLITE = {
    "FULL": Fault.FULL, "READONLY": Fault.READ_ONLY, "BUSY": Fault.BUSY, "LOCKED": Fault.BUSY, "IOERR": Fault.GONE,
    "CANTOPEN": Fault.GONE, "PROTOCOL": Fault.BUSY, "NOTADB": Fault.DAMAGED, "CORRUPT": Fault.DAMAGED,
    "PERM": Fault.READ_ONLY, "NOMEM": Fault.BUSY,
}  # fmt: skip
# PostgreSQL's codes, by their beginning. Source: its documentation, appendix "PostgreSQL Error Codes".
_POSTGRES = {
    "53100": Fault.FULL, "25006": Fault.READ_ONLY, "40": Fault.BUSY, "53": Fault.BUSY, "55P03": Fault.BUSY,
    "57014": Fault.BUSY, "57P": Fault.GONE, "08": Fault.GONE, "58": Fault.GONE, "XX001": Fault.DAMAGED,
    "XX002": Fault.DAMAGED,
}  # fmt: skip
_SYSTEM = {
    errno.ENOSPC: Fault.FULL, errno.EDQUOT: Fault.FULL, errno.EFBIG: Fault.FULL, errno.EROFS: Fault.READ_ONLY,
    errno.EIO: Fault.GONE,
}  # fmt: skip


def fault_of(error: BaseException | None) -> Fault | None:
    """Give what stands in the way of the database, None for an error of any other kind."""
    if isinstance(error, PoolTimeout):
        return Fault.BUSY
    if isinstance(error, KeyRefused):
        return Fault.GONE
    if isinstance(error, DBAPIError):
        return Fault.GONE if error.connection_invalidated else _by_driver(error.orig)
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0)
    return None


def _by_driver(error: BaseException | None) -> Fault | None:
    """Judge by what the driver says: SQLite's name of the error, or PostgreSQL's code."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name:
        return next((fault for word, fault in _SQLITE.items() if name.startswith(f"SQLITE_{word}")), None)
    code = getattr(error, "sqlstate", "") or ""
    if code:
        return next((fault for begin, fault in _POSTGRES.items() if code.startswith(begin)), None)
    return Fault.GONE if type(error).__name__ == "OperationalError" else None
