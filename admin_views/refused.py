"""Writes down what was refused: a record asked for by its number, something that the consent gate held back."""

from __future__ import annotations

from admin_views import current
from admin_views.db import db
from admin_views.keys import NO_ROW
from admin_views.named import asked_for
from casework import audit
from casework.context import acting


def note_door(reason: str) -> None:
    """Write that somebody signed in asked for a record by its number and did not get it."""
    subject, key = asked_for()
    if subject and key != NO_ROW and current.acting_role():
        db.session.rollback()  # nothing of a request that was refused is kept
        audit.write_now(db.engine, acting(db.session), "refused", subject, key, reason)


def write_down() -> None:
    """Write what rules have refused in this request, once its own transaction is over."""
    if not db.session.registry.has() or "refused" not in db.session.info:
        return
    lines = db.session.info.pop("refused")
    db.session.rollback()
    for line in lines:
        audit.write_line(db.engine, line)
