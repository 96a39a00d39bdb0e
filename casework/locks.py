"""One at a time: a named lock that lasts until the transaction ends."""

from __future__ import annotations

import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session


def hold(db: Session, name: str) -> None:
    """Wait until no other transaction holds `name`, then hold it until commit or rollback.

    On SQLite a writing transaction is alone from its first statement, so there is nothing to do.
    """
    if db.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
