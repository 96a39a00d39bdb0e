"""The sign-ins of the demonstration office: five accounts that share one passphrase."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import User
from seed.reference import rows_of

ACCOUNTS = ("manager", "caseworker1", "caseworker2", "coordinator", "reports")
HOW_MANY_WORDS = 4


def new_passphrase() -> str:
    """Give four words that nobody can know beforehand; this is the one thing about the office that is by chance."""
    words = [row["word"] or "" for row in rows_of("demo/words.csv")]
    return " ".join(secrets.choice(words) for _ in range(HOW_MANY_WORDS))


def accounts(db: Session) -> list[User]:
    """Give the accounts whose passphrase is told to whoever starts the demonstration."""
    return list(db.scalars(select(User).where(User.username.in_(ACCOUNTS)).order_by(User.id)))
