"""Tables whose rows are only ever added: the database itself refuses to change or remove one.

The same statements stand in the migration that guards the audit trail; here they are run wherever tables are
made from the models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, event

MESSAGE = "rows of this table are only added"


def append_only(table: Table) -> None:
    """Guard `table` as soon as it is made."""
    event.listen(table, "after_create", _guard)


def _guard(table: Table, connection: Connection, **_more: Any) -> None:
    for statement in statements(table.name, connection.dialect.name):
        connection.exec_driver_sql(statement)


def statements(table: str, dialect: str) -> Iterator[str]:
    """Give what must be run to guard a table; a TRUNCATE is refused as well where there is one."""
    if dialect == "sqlite":
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
        return
    yield (
        f"CREATE OR REPLACE FUNCTION {table}_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    for each, acts in (("ROW", "UPDATE OR DELETE"), ("STATEMENT", "TRUNCATE")):
        yield (
            f"CREATE TRIGGER {table}_only_added_{each.lower()} BEFORE {acts} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {table}_only_added()"
        )
