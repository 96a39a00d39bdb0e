"""Who wrote something down, by the number of their account: one statement for each request."""

from __future__ import annotations

from flask import g
from sqlalchemy import func, select

from admin_views.db import db
from models import User, Worker


def name_of(user_id: int | None) -> str:
    """Give the name of the person behind an account; an empty text for the program itself."""
    return _names().get(user_id, "") if user_id is not None else ""


def _names() -> dict[int, str]:
    if "names_of_accounts" not in g:
        names = select(User.id, func.coalesce(Worker.name, User.username)).outerjoin(Worker, User.worker)
        g.names_of_accounts = dict(db.session.execute(names).all())
    return g.names_of_accounts
