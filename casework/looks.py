"""What is new to somebody in a case: since they last looked at it, in an earlier sitting than this one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework import audit
from casework.context import Acting, acting
from casework.settings import number_setting
from models import Case, CaseLook

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def look(db: Session, engine: Engine, opened: Case) -> datetime | None:
    """Write down that somebody opens a case; give when their last sitting with it ended, None at the first.

    The line of the audit trail is written first, both in one short transaction, before the page is read.
    A sitting goes on while its pauses are short, so a filter or a reload does not take the marks away.
    """
    who, pause = acting(db), timedelta(minutes=number_setting(db, "case_sitting"))
    line = audit.entry(who, "opened", "Case", opened.id)
    return audit.write_line(engine, line, lambda connection: _seen(connection, who, opened.id, pause))


def _seen(connection: Connection, who: Acting, case_id: int, pause: timedelta) -> datetime | None:
    """One statement, so that two windows that open the case at once cannot disturb each other."""
    offered = _INSERT[connection.dialect.name](CaseLook).values(_first(who, case_id))
    is_over = CaseLook.at < who.now - pause
    looked = offered.on_conflict_do_update(index_elements=["user_id", "case_id"], set_={
        "before": case((is_over, CaseLook.at), else_=CaseLook.before), "at": offered.excluded.at,
        "updated_at": offered.excluded.at, "version": CaseLook.version + 1,
    })  # fmt: skip
    return connection.execute(looked.returning(CaseLook.before)).scalar_one()


def _first(who: Acting, case_id: int) -> dict[str, Any]:
    return {
        "user_id": who.user_id, "case_id": case_id, "at": who.now, "before": None, "created_at": who.now,
        "updated_at": who.now, "created_by_id": who.user_id, "updated_by_id": who.user_id, "version": 1,
    }  # fmt: skip
