"""The furnished office behind a server of its own on a free port, put back as it was before each test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from playwright.sync_api import StorageState
from sqlalchemy.orm import Session, sessionmaker
from waitress.server import create_server

from admin_views.config import Config
from admin_views.db import db as keeper
from app import create_app
from casework import seal, sessions, startup
from casework.context import Acting, set_acting
from models import Base, cipher, database
from models.database import begin_mode, open_engine
from seed.reference import load_reference
from tests import make
from tests.browser.office import Office, furnish

SECRET = "t" * 32
LOCK_SECONDS = 15  # until a request that is still writing must have finished


def bare(file: Path) -> Any:
    """Open a file past the program, with the key of this run if there is one."""
    return cipher.open_file(file, database.key_unless_named, timeout=LOCK_SECONDS)


class House:
    """The office of one run; `url` is where it answers, `signed_in` keeps the cookies of those who sat down."""

    def __init__(self, folder: Path) -> None:
        self.kept, self.used = folder / "kept.db", folder / "used.db"
        self.office = self._furnish()
        self.fresh()
        self.config = Config(database_url=f"sqlite:///{self.used}", secret_key=SECRET, fixed_now=make.NOW)
        self.app = app = create_app(self.config)
        with app.app_context():
            self.engine = keeper.engine
        self._maker = sessionmaker(self.engine)
        sessions.install(self._maker)
        self._server = create_server(app, host="127.0.0.1", port=0, threads=8)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self.signed_in: dict[str, StorageState] = {}

    def _furnish(self) -> Office:
        engine = open_engine(f"sqlite:///{self.kept}")
        seal.use_secret(engine, SECRET)
        Base.metadata.create_all(engine)
        maker = sessionmaker(engine)
        sessions.install(maker)
        with maker() as db:
            set_acting(db, Acting(now=make.NOW))
            load_reference(db, today=make.TODAY)
            office = furnish(db)
            db.commit()
        command.stamp(startup.alembic_config(f"sqlite:///{self.kept}"), "head")
        engine.dispose()
        return office

    def fresh(self) -> House:
        """Put everything back as it was furnished, page by page, while the server keeps running."""
        with closing(bare(self.kept)) as source, closing(bare(self.used)) as target:
            source.backup(target)
        return self

    def remember(self, username: str, cookies: StorageState) -> None:
        """Keep somebody's cookies, and in the furnished office the sign-in that they name."""
        self.signed_in[username] = cookies
        with closing(bare(self.used)) as used:
            row = used.execute("SELECT * FROM sign_ins ORDER BY id DESC LIMIT 1").fetchone()
        with closing(bare(self.kept)) as kept:
            kept.execute(f"INSERT INTO sign_ins VALUES ({', '.join('?' * len(row))})", row)

    def db(self) -> Session:
        """Give a session in which the program itself acts, to look at what the walk has left.

        It begins as a writer, whatever a page that was read in this very process has left: the server writes beside it.
        """
        begin_mode.set("IMMEDIATE")
        session = self._maker()
        set_acting(session, Acting(now=make.NOW))
        return session

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let it be another moment for everybody; sign-ins of before may have run out by then."""
        before = self.app.config["CASEWORK"]
        self.app.config["CASEWORK"] = replace(before, fixed_now=moment)
        try:
            yield
        finally:
            self.app.config["CASEWORK"] = before

    def close(self) -> None:
        self._server.close()
        self._thread.join(5)
        self.engine.dispose()
