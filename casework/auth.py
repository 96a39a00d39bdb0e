"""Who signs in: the functions behind which server-side sessions can later stand.

A sign-in is carried as "account:round". The round is raised at sign-out and at every change of passphrase,
role or state, so that a cookie copied earlier is dead with the next request.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import passphrases
from casework.scope import office_wide
from models import User, Worker


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

    @property
    def token(self) -> str:
        return f"{self.user_id}:{self.epoch}"


def sign_in(db: Session, username: str, passphrase: str) -> Person | None:
    """Give the person if name and passphrase fit and the account is active; None otherwise, in equal time."""
    user = db.scalars(select(User).where(User.username == username.strip()[:40].lower())).one_or_none()
    fits = passphrases.matches(user.password_hash if user else None, passphrase)
    return _person(db, user.id) if user is not None and fits and user.active else None


def person_of(db: Session, token: str) -> Person | None:
    """Give the person of a sign-in, or None if it has ended; one statement."""
    user_id, _, epoch = token.partition(":")
    if not (user_id.isdecimal() and epoch.isdecimal()):
        return None
    person = _person(db, int(user_id))
    return person if person is not None and person.epoch == int(epoch) else None


def end_sign_ins(db: Session, user_id: int) -> None:
    """End every sign-in of one account."""
    user = db.get(User, user_id)
    if user is not None:
        user.epoch += 1


def set_passphrase(user: User, passphrase: str) -> None:
    """Give an account a new passphrase; whoever is signed in with the old one is out."""
    user.password_hash = passphrases.hashed(passphrase)
    user.epoch = (user.epoch or 1) + 1


def _person(db: Session, user_id: int) -> Person | None:
    row = db.execute(
        office_wide(
            select(User.id, User.epoch, User.username, User.role, User.worker_id, Worker.team_id, Worker.name)
            .outerjoin(Worker, User.worker_id == Worker.id)
            .where(User.id == user_id, User.active.is_(True))
        )
    ).one_or_none()
    return Person(*row[:6], row[6] or row[2]) if row else None
