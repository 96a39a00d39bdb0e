"""Runs migrations on the office's database; Alembic calls this file."""

from __future__ import annotations

from alembic import context

from models import Base
from models.base import Moment
from models.database import open_engine


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write moments as the plain type that the database holds; a migration imports no model."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


url = context.config.attributes.get("url") or context.config.get_main_option("sqlalchemy.url")
engine = context.config.attributes.get("engine") or open_engine(url, context.config.attributes.get("key"))
with engine.connect() as connection:
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        # SQLite changes a table by dropping the old one, and to drop counts as deleting every row in it. The
        # links are checked at the end instead, all at once.
        connection.connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=on_sqlite,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
    if on_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise RuntimeError("Not migrated: a row would be left that belongs to nothing.")
    connection.commit()
engine.dispose()
