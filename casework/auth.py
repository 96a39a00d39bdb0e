"""Who is signed in. A sign-in is a row of ours; the browser holds only a random word that names it.

A sign-in is dead with the next request once it was ended, stayed idle, grew too old, or the account's round
(`User.epoch`) was raised by a change of passphrase, role or state. Its row is written in short transactions of
its own, so that a page that is read never waits for it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from casework import extras, passphrases
from casework.scope import office_wide
from models import SignIn, User, Worker
from models.database import own_transaction

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)  # a sign-in's row is written at most so often
_KEPT = SignIn.__table__


@dataclass(frozen=True)
class Person:
    """A signed-in person, as a request needs them."""

    user_id: int
    epoch: int
    username: str
    role: str
    worker_id: int | None
    team_id: int | None
    name: str
    sign_in_id: int
    stage: str
    last_seen_at: datetime
    is_hidden: bool
    token: str = field(repr=False)
    fields_as_of: extras.Stamp = (0, 0, 0)  # the office's own fields, so that they are read anew when they changed

    @property
    def is_in(self) -> bool:
        """Say whether every step of signing in is done."""
        return self.stage == "in"


@dataclass(frozen=True)
class Lifetime:
    """How long a sign-in lasts: doing nothing, and at most."""

    idle: timedelta
    longest: timedelta


def fitting(db: Session, username: str, passphrase: str) -> User | None:
    """Give the account if name and passphrase fit and it is active; None otherwise, in equal time."""
    user = db.scalars(select(User).where(User.username == username.strip()[:40].lower())).one_or_none()
    fits = passphrases.matches(user.password_hash if user else None, passphrase)
    return user if user is not None and fits and user.active else None


def begin(
    engine: Engine, user_id: int, epoch: int, stage: str, *, address: str, now: datetime, lifetime: Lifetime,
    instead_of: int | None = None,
) -> str:  # fmt: skip
    """Begin a sign-in and give its word, new each time; `instead_of` ends the one that it follows."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = {
        "user_id": user_id, "epoch": epoch, "stage": stage, "token_hash": _hash(token), "address": address[:45],
        "started_at": now, "last_seen_at": now, "idle_ends_at": now + lifetime.idle, "ends_at": now + lifetime.longest,
        "created_at": now, "updated_at": now, "created_by_id": user_id, "updated_by_id": user_id, "version": 1,
    }  # fmt: skip
    with own_transaction(engine) as connection:
        if instead_of is not None:
            connection.execute(update(_KEPT).where(_KEPT.c.id == instead_of).values(ended_at=now))
        connection.execute(insert(_KEPT), row)
    return token


def person_of(db: Session, token: str, now: datetime) -> Person | None:
    """Give the person of a sign-in, or None if it has ended; one statement."""
    columns = (User.id, User.epoch, User.username, User.role, User.worker_id, Worker.team_id, Worker.name)
    of_sign_in = (SignIn.id, SignIn.stage, SignIn.last_seen_at, SignIn.hidden_at, SignIn.idle_ends_at, SignIn.ends_at)
    row = db.execute(
        office_wide(
            select(*columns, *of_sign_in, *extras.stamp())
            .join(SignIn, SignIn.user_id == User.id)
            .outerjoin(Worker, User.worker_id == Worker.id)
            .where(SignIn.token_hash == _hash(token), SignIn.ended_at.is_(None))
            .where(SignIn.epoch == User.epoch, User.active.is_(True))
        )
    ).one_or_none()
    if row is None or now > min(row.idle_ends_at, row.ends_at):
        return None
    return Person(*row[:6], row[6] or row[2], *row[7:10], row[10] is not None, token, tuple(row[-3:]))


def whose(db: Session, token: str) -> tuple[int, str] | None:
    """Give (number, name) of the account that a word belonged to, also after its sign-in has ended."""
    found = db.execute(
        select(User.id, User.username).join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.token_hash == _hash(token), User.active.is_(True))
    ).one_or_none()  # fmt: skip
    return (found[0], found[1]) if found else None


def seen(engine: Engine, person: Person, now: datetime, idle: timedelta) -> None:
    """Note that somebody is still there: the idle time begins again."""
    _write(engine, person.sign_in_id, last_seen_at=now, idle_ends_at=now + idle)


def is_due(person: Person, now: datetime) -> bool:
    """Say whether it is time to note that somebody is still there."""
    return abs(now - person.last_seen_at) >= SEEN_EVERY


def hide(engine: Engine, person: Person, now: datetime, path: str) -> None:
    """Keep the office out of sight until the passphrase is given; `path` is the page to come back to."""
    _write(engine, person.sign_in_id, hidden_at=now, hidden_path=path)


def show(engine: Engine, person: Person) -> None:
    _write(engine, person.sign_in_id, hidden_at=None, hidden_path=None)


def hidden_path(db: Session, person: Person) -> str:
    """Give the page that was open when the screen was hidden, "" if none was kept."""
    return db.scalar(select(SignIn.hidden_path).where(SignIn.id == person.sign_in_id)) or ""


def end(engine: Engine, person: Person, now: datetime) -> None:
    """End one sign-in."""
    _write(engine, person.sign_in_id, ended_at=now)


def end_others(engine: Engine, person: Person, now: datetime) -> None:
    """End every sign-in of an account but this one."""
    mine = (_KEPT.c.user_id == person.user_id) & (_KEPT.c.id != person.sign_in_id) & _KEPT.c.ended_at.is_(None)
    with own_transaction(engine) as connection:
        connection.execute(update(_KEPT).where(mine).values(ended_at=now))


def set_passphrase(user: User, passphrase: str) -> None:
    """Give an account a new passphrase; whoever is signed in with the old one is out. Raises ValueError."""
    if fault := passphrases.fault_of(passphrase, user.username or ""):
        raise ValueError(fault)
    user.password_hash = passphrases.hashed(passphrase)
    user.epoch = (user.epoch or 1) + 1


def _write(engine: Engine, sign_in_id: int, **values: Any) -> None:
    with own_transaction(engine) as connection:
        connection.execute(update(_KEPT).where(_KEPT.c.id == sign_in_id).values(**values))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
