"""Two hundred people book the same two colleagues for the same hour at once: exactly one may get them.

Run from the top of the repository: `python -m benchmarks.double_booking [attempts]`. Each attempt has a thread, a
session and a transaction of its own, and commits; on an SQLite file and, where a server answers at
`CASEWORK_TEST_POSTGRES_URL`, on PostgreSQL. Ends with 1 unless one alone has won everywhere.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from casework import seal, sessions
from casework.context import Acting, set_acting
from models import Base
from models.database import engine_options, prepare
from seed.reference import load_reference
from tests import make
from tests.conftest import DATABASES, POSTGRES
from tests.rush import REFUSED, WON, booked, cases, rush

ATTEMPTS = 200
CONNECTIONS = 40  # at once; who comes later waits for one
WAIT = 600  # seconds
NAME = "casework_double_booking"


@contextmanager
def address(kind: str) -> Iterator[str]:
    """Give the address of an empty database, which is gone afterwards."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/office.db"
        return
    _server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    _server(f"CREATE DATABASE {NAME}")
    yield make_url(POSTGRES).set(database=NAME).render_as_string(hide_password=False)
    _server(f"DROP DATABASE {NAME} WITH (FORCE)")


def _server(statement: str) -> None:
    with create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(statement))


def measure(kind: str, attempts: int) -> bool:
    """Let them all book at once; say what became of them, and whether one alone has won."""
    with address(kind) as url:
        pool = {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_timeout": WAIT}
        engine = prepare(create_engine(url, **engine_options(url), **pool))
        Base.metadata.create_all(engine)
        seal.use_secret(engine, "only for this benchmark")
        maker = sessionmaker(engine, class_=Session)
        sessions.install(maker)
        with maker() as db:
            set_acting(db, Acting(now=make.NOW))
            load_reference(db, today=make.TODAY)
            files, lead, second = cases(db, attempts)
            db.commit()
        began = time.perf_counter()
        became = rush(maker, files, lead, second)
        taken = time.perf_counter() - began
        with maker() as db:
            set_acting(db, Acting(now=make.NOW))
            at_once = booked(db, lead), booked(db, second)
        engine.dispose()
    others = {words: count for words, count in became.items() if words not in (WON, REFUSED)}
    sys.stdout.write(f"{kind}: {attempts} attempts in {taken:.1f} s, {became[WON]} won, {became[REFUSED]} refused, "
                     f"{others or 'nothing else'}; the two are then at {at_once} appointments\n")  # fmt: skip
    return became[WON] == 1 and not others and at_once == (1, 1)


def main() -> int:
    attempts = int(sys.argv[1]) if len(sys.argv) > 1 else ATTEMPTS
    alone = [measure(kind, attempts) for kind in DATABASES]
    return 0 if all(alone) else 1


if __name__ == "__main__":
    sys.exit(main())
