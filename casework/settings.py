"""The figures that the office may change, read from its rows; code holds no number of its own."""

from __future__ import annotations

from datetime import time
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from casework.calendar import Office
from models import ClosedDay, Setting


class Promise(NamedTuple):
    """One setting with what it is, what it is counted in, and where it comes from."""

    value: str
    unit: str | None
    meaning: str
    source: str | None


def promise(db: Session, key: str) -> Promise:
    """Give a setting with its unit, words and source. A missing one is an error of set-up and says which."""
    try:
        return _all(db)[key]
    except KeyError:
        raise LookupError(f"The setting {key} is missing: run the command that loads the office's lists.") from None


def text_setting(db: Session, key: str) -> str:
    """Give a setting as text; raises LookupError like `promise`."""
    return promise(db, key).value


def number_setting(db: Session, key: str) -> int:
    """Give a setting as a whole number, in the unit that its row names."""
    return int(text_setting(db, key))


def yes_setting(db: Session, key: str) -> bool:
    """Give a setting that is yes (1) or no (0)."""
    return text_setting(db, key) == "1"


def office(db: Session) -> Office:
    """Give the office's hours and closed days, read once for each session until they change."""
    if "office" not in db.info:
        closed = dict(db.execute(select(ClosedDay.day, ClosedDay.name)).all())
        db.info["office"] = Office(
            opens=time.fromisoformat(text_setting(db, "opens_at")),
            closes=time.fromisoformat(text_setting(db, "closes_at")),
            weekdays=frozenset(int(day) for day in text_setting(db, "open_weekdays").split(",")),
            closed_days=MappingProxyType(closed),
        )
    return db.info["office"]


def _all(db: Session) -> dict[str, Promise]:
    if "settings" not in db.info:
        found = select(Setting.key, Setting.value, Setting.unit, Setting.meaning, Setting.source)
        db.info["settings"] = {key: Promise(*rest) for key, *rest in db.execute(found)}
    return db.info["settings"]


@event.listens_for(Session, "after_flush")
def _forget(db: Session, _context: object) -> None:
    if any(isinstance(row, Setting | ClosedDay) for row in (*db.new, *db.dirty, *db.deleted)):
        db.info.pop("office", None)
        db.info.pop("settings", None)
