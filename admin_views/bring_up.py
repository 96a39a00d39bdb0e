"""Brings any database to this program's shape: the office's own, or one that a backup held."""

from __future__ import annotations

from alembic import command
from sqlalchemy import Engine

from admin_views import current
from casework import name_index, sessions, startup
from casework.context import Acting
from models.database import key_of
from seed.reference import load_reference


def bring_up(engine: Engine) -> None:
    """Run the migrations that are missing, load the office's lists, index clients who are not yet."""
    config = startup.alembic_config(engine.url.render_as_string(hide_password=False), key_of(engine))
    command.upgrade(config, "head")
    now = current.config().now()
    with sessions.session_for(engine, Acting(now=now, username="command")) as session:
        load_reference(session, today=now.date())
        name_index.index_missing(session)
        session.commit()
