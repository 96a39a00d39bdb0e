"""Writes down what was refused: a record asked for by its number, something that the consent gate held back."""

from __future__ import annotations

from flask import current_app, request

from admin_views import current
from admin_views.db import db
from admin_views.keys import NO_ROW, row_key
from casework import audit
from casework.access import BY_NAME
from casework.context import acting
from models.base import Base

NAMED = {"case": "Case", "case_id": "Case", "client": "Client", "client_id": "Client"}


def note_door(reason: str) -> None:
    """Write that somebody signed in asked for a record by its number and did not get it."""
    subject, key = _asked_for()
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


def _asked_for() -> tuple[str, int]:
    """Give the kind and the number of the record that this address names, ("", NO_ROW) if it names none."""
    model = _model_of_the_table()
    given = {**request.args, **(request.view_args or {})}
    if model is not None:
        return model.__name__, row_key(given.get("id") or given.get("ref"))
    for name, subject in NAMED.items():
        if name in given:
            return subject, row_key(given[name])
    return "", NO_ROW


def _model_of_the_table() -> type[Base] | None:
    table = (request.view_args or {}).get("table", "")
    role, _, name = (request.endpoint or "").partition(".")[0].partition("_")
    view = current_app.extensions["casework_views"].get((role, name))
    if view is not None:
        return view.model
    return BY_NAME[table].model if table in BY_NAME else None
