"""Counts tries to sign in: so many wrong ones for an account or from an address, then a wait.

A try is written down before it is judged and taken away when it was right, so that many at once cannot slip
past the count. Unknown names are counted like known ones; names are kept only as hashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.orm import Session

from casework import locks, seal
from casework.settings import number_setting
from models import SignInTry
from models.database import own_transaction

_TRIES = SignInTry.__table__
_FORGET_AFTER = timedelta(days=1)  # longer than any time in which tries are counted


@dataclass(frozen=True)
class Limits:
    """How many tries an account and an address have within a time."""

    account: int
    address: int
    within: timedelta


def limits(db: Session) -> Limits:
    return Limits(
        number_setting(db, "sign_in_tries"), number_setting(db, "sign_in_tries_address"),
        timedelta(minutes=number_setting(db, "sign_in_tries_within")),
    )  # fmt: skip


def begin(engine: Engine, name: str, address: str, now: datetime, most: Limits) -> datetime | None:
    """Note that somebody tries `name`; give None, or the moment from which they may try again."""
    about = _about(engine, name)
    with own_transaction(engine) as connection:
        locks.alone(connection, "tries to sign in")
        connection.execute(delete(_TRIES).where(_TRIES.c.at < now - _FORGET_AFTER))
        waits = [
            _until(connection, _TRIES.c.about == about, most.account, now, most.within),
            _until(connection, _TRIES.c.address == address[:45], most.address, now, most.within),
        ]
        if any(waits):
            return max(wait for wait in waits if wait is not None)
        connection.execute(insert(_TRIES), {
            "about": about, "address": address[:45], "at": now, "created_at": now, "updated_at": now, "version": 1,
        })  # fmt: skip
    return None


def forgive(engine: Engine, name: str) -> None:
    """Forget the tries of a name: the last one was right."""
    with own_transaction(engine) as connection:
        connection.execute(delete(_TRIES).where(_TRIES.c.about == _about(engine, name)))


def _until(connection: Connection, whose: object, most: int, now: datetime, within: timedelta) -> datetime | None:
    """Give when the oldest of the last `most` tries no longer counts, None if there were fewer."""
    counted = select(_TRIES.c.at).where(whose, _TRIES.c.at > now - within).order_by(_TRIES.c.at.desc()).limit(most)
    found = connection.scalars(counted).all()
    return found[-1] + within if len(found) >= most else None


def _about(engine: Engine, name: str) -> str:
    return seal.keyed_hash(engine, "tries", name.strip()[:40].lower())
