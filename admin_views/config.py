"""Where and how the program runs, from the environment; every name is listed in docs/interface.md."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

from models.cipher import Key

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Config:
    """One running office. `fixed_now` stops the clock, for the demo and for tests.

    `https` says that people reach it encrypted, so that the cookie never travels otherwise; `second_factor` that
    managers must have a second step of signing in; `database_key` opens an encrypted SQLite file.
    """

    database_url: str
    secret_key: str
    demo: bool = False
    fixed_now: datetime | None = None
    count_sql: bool = False
    testing: bool = False
    https: bool = False
    second_factor: bool = False
    database_key: Key | None = None

    def now(self) -> datetime:
        """Give this moment in UTC; below this floor nobody reads the clock."""
        return self.fixed_now or datetime.now(UTC)


def stopwatch() -> float:
    """Give seconds from some moment on, for telling how long something took."""
    return time.perf_counter()


def from_environment(env: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration; the signing key is made once and kept in a file that only its owner reads."""
    instance = ROOT / "instance"
    demo = env.get("CASEWORK_DEMO") == "1"
    return Config(
        database_url=env.get("CASEWORK_DATABASE_URL") or f"sqlite:///{instance / 'casework.db'}",
        secret_key=env.get("CASEWORK_SECRET_KEY") or _kept_key(instance / "secret_key"),
        demo=demo,
        fixed_now=_fixed(env["CASEWORK_TODAY"]) if env.get("CASEWORK_TODAY") else None,
        count_sql=env.get("CASEWORK_SQL_COUNT") == "1",
        https=env.get("CASEWORK_HTTPS") == "1",
        second_factor=not demo,
        database_key=Key(Path(env["CASEWORK_DATABASE_KEY_FILE"])) if env.get("CASEWORK_DATABASE_KEY_FILE") else None,
    )


def _fixed(text: str) -> datetime:
    """Read CASEWORK_TODAY: a date means 09:00 in London, a moment without a zone means London time."""
    found = (
        datetime.combine(date.fromisoformat(text), clock_time(9))
        if len(text) == len("2026-11-23")
        else (datetime.fromisoformat(text))
    )
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo("Europe/London"))).astimezone(UTC)


def _kept_key(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text()
