"""A form that makes something makes it once: a second press of the same page leads to what the first one made."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.context import acting
from models import SavedPage, User

KEPT_FOR = timedelta(days=1)  # nobody presses the same button again so much later


def made_by(db: Session, key: str) -> str | None:
    """Give the address that the actor's first press led to, None where this is the first one."""
    mine = select(SavedPage.leads_to).where(SavedPage.user_id == acting(db).user_id, SavedPage.key == key)
    return db.scalar(mine)


def keep(db: Session, key: str, leads_to: str) -> SavedPage:
    """Keep where a page led to, beside what it made; forget the old ones. The second of two is refused at flush."""
    db.execute(delete(SavedPage).where(SavedPage.at < acting(db).now - KEPT_FOR))
    kept = SavedPage(user=db.get(User, acting(db).user_id), key=key, leads_to=leads_to, at=acting(db).now)
    db.add(kept)
    return kept
