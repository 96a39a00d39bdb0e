"""Accounts: who may sign in as what. There is always somebody who can let people in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard
from casework.changes import has_link, is_changed, is_new, was
from casework.locks import hold
from casework.problems import Problem
from models import User

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
PERSON_NEEDED = {"caseworker": "A caseworker", "coordinator": "A volunteer coordinator"}
ENDS_SIGN_INS = ("role", "active", "password_hash")


# Filled in by itself


def end_older_sign_ins(user: User, _db: Session) -> None:
    """Begin a new round when role, state or passphrase change: whoever is signed in must sign in again."""
    moved = any(is_changed(user, name) for name in ENDS_SIGN_INS)
    if not is_new(user) and moved and not is_changed(user, "epoch"):
        user.epoch += 1


guard.prepare(User, end_older_sign_ins)


# Rules


def name_can_be_typed(user: User, _db: Session) -> Iterator[Problem]:
    if not USERNAME.fullmatch(user.username or ""):
        yield Problem("username", "Use 2 to 40 small letters, digits, dots or hyphens, beginning with a letter.")


def person_behind_the_account(user: User, _db: Session) -> Iterator[Problem]:
    if user.role in PERSON_NEEDED and not has_link(user, "worker"):
        yield Problem("worker", f"{PERSON_NEEDED[user.role]} works under their own name: choose the person.")


def somebody_can_let_people_in(user: User, db: Session) -> Iterator[Problem]:
    """Two managers who shut each other out at the same moment wait for one another here."""
    was_one = was(user, "role") == "manager" and was(user, "active")
    if not was_one or (user.role == "manager" and user.active):
        return
    hold(db, "the last manager")
    managers = db.scalars(select(User).where(User.role == "manager", User.active.is_(True), User.id != user.id))
    if not any(other.role == "manager" and other.active for other in managers):
        yield Problem("role", "This is the last manager who can sign in. Make another account a manager first.")


def accounts_are_kept(_user: User, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: the records name this account. Untick “May sign in” instead.")


guard.register(User, name_can_be_typed, person_behind_the_account, somebody_can_let_people_in)
guard.register_deletion(User, accounts_are_kept)
