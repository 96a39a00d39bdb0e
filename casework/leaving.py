"""Taking everything out: who may, since it holds every file of every client."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.context import acting
from casework.scope import office_wide
from models import Complaint, Conflict


def against(db: Session) -> Iterator[str]:
    """Say what stands against this manager taking everything out: what they may not meet themselves."""
    me = acting(db).worker_id
    if me is None:
        return
    if db.scalar(office_wide(select(Conflict.id).where(Conflict.worker_id == me).limit(1))) is not None:
        yield "You have a conflict of interest with a client, so you cannot take every file out. Ask another manager."
    if db.scalar(office_wide(select(Complaint.id).where(Complaint.about_id == me).limit(1))) is not None:
        yield "A complaint is about you, so you cannot take every file out. Ask another manager."
