"""Who is acting, when, and with which rights: set once on a session, read by everything below the views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Acting:
    """One person, or the program itself, doing something at one moment.

    `now` is an aware UTC moment. `role` is "system" for commands, which act office-wide. `reason` is what
    they gave as a reason, for the audit trail.
    """

    now: datetime
    role: str = "system"
    username: str = "system"
    user_id: int | None = None
    worker_id: int | None = None
    team_id: int | None = None
    reason: str | None = None

    @property
    def today(self) -> date:
        """The date in London at `now`."""
        return self.now.astimezone(_LONDON).date()


def set_acting(db: Session, acting: Acting) -> None:
    """Say who acts through this session from now on."""
    if acting.now.tzinfo is None:
        raise ValueError("The moment of acting needs its time zone.")
    db.info["acting"] = replace(acting, now=acting.now.astimezone(UTC))


def acting(db: Session) -> Acting:
    """Give who acts through this session; a session that nobody set refuses to go on."""
    try:
        return cast(Acting, db.info["acting"])
    except KeyError:
        raise RuntimeError("Nobody is acting: call set_acting before reading or writing.") from None


def set_language(db: Session, translate: Callable[[str], str]) -> None:
    """Say in which language sentences made below the views are said through this session."""
    db.info["translate"] = translate


def language(db: Session) -> Callable[[str], str]:
    """Give what turns an English text into the language of this session; without one it stays as it is."""
    return cast(Callable[[str], str], db.info.get("translate", str))
