"""One at a time: a named lock that lasts until the transaction ends."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

TURN = "the audit trail"  # one writer at a time adds to it


def hold(db: Session, name: str) -> None:
    """Wait until no other transaction holds `name`, then hold it until commit or rollback.

    On SQLite a writing transaction is alone from its first statement, so there is nothing to do. Elsewhere the
    turn to write the trail comes first, always: locks that are taken in one order never wait for each other.
    """
    connection = db.connection()
    take_turn(connection)
    alone(connection, name)


def take_turn(connection: Connection) -> None:
    """Wait for the turn to write the audit trail, and keep it until commit or rollback."""
    alone(connection, TURN)


def alone(connection: Connection, name: str) -> None:
    """Hold `name` in a transaction of its own that writes no trail."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
