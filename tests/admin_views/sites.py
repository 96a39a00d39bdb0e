"""The app on databases of its own: furnished once, copied afresh for each test."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import NullPool, create_engine, make_url, select, text
from sqlalchemy.orm import Session, sessionmaker

from admin_views.config import Config
from admin_views.db import db as keeper
from app import create_app
from casework import seal, sessions, startup
from casework.context import Acting, set_acting
from models import AuditEntry, Base, CaseLook, SignIn, SignInTry
from models.database import open_engine
from seed.reference import load_reference
from tests import make
from tests.admin_views import stock as plain
from tests.admin_views.browser import Browser
from tests.admin_views.office import NAMES, PASSPHRASE, ROLE_OF, SIGN_IN, Office, furnish
from tests.conftest import POSTGRES, keep_for_good

SECRET = "t" * 32
_MINE = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


class Store:
    """A furnished database that is kept aside, and the copy of it that the app works on."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        self.kept, self.used = self._url("kept"), self._url("used")

    def _url(self, which: str) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / which}.db"
        name = f"casework_web_{which}_{_MINE}"
        return make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)

    def furnish(self) -> Office:
        if self.kind == "postgresql":
            _server(f'CREATE DATABASE "{make_url(self.kept).database}"')
        engine = open_engine(self.kept)
        seal.use_secret(engine, SECRET)
        Base.metadata.create_all(engine)
        with acting_session(sessionmaker(engine)) as db:
            load_reference(db, today=make.TODAY)
            office = furnish(db)
            db.commit()
        command.stamp(startup.alembic_config(self.kept), "head")
        engine.dispose()
        return office

    def copy(self) -> None:
        """Put a fresh copy in the place of the one in use; no connection to it may be open."""
        if self.kind == "postgresql":
            self.drop("used")
            used, kept = make_url(self.used).database, make_url(self.kept).database
            _server(f'CREATE DATABASE "{used}" TEMPLATE "{kept}"')
            return
        for ending in ("", "-wal", "-shm"):  # a new file: whoever still holds the old one does no harm
            Path(f"{make_url(self.used).database}{ending}").unlink(missing_ok=True)
        shutil.copy(make_url(self.kept).database, make_url(self.used).database)

    def drop(self, *which: str) -> None:
        if self.kind == "postgresql":
            for url in (getattr(self, one) for one in which):
                _server(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def _server(statement: str) -> None:
    with create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(statement))


@contextmanager
def acting_session(maker: Any) -> Iterator[Session]:
    """Open a guarded session in which the program itself acts; the caller commits."""
    sessions.install(maker)
    with maker() as db:
        set_acting(db, Acting(now=make.NOW))
        yield db


class Site:
    """The app on one kind of database."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.store = kind, Store(kind, folder)
        self.office = self.store.furnish()
        self.store.copy()
        self.config = Config(
            database_url=self.store.used, secret_key=SECRET, fixed_now=make.NOW, count_sql=True, testing=True
        )
        self.app = create_app(self.config)
        with self.app.app_context():
            self.engine = keeper.engine
        self.maker = sessionmaker(self.engine)
        sessions.install(self.maker)
        keep_for_good()

    def fresh(self) -> Site:
        self.engine.dispose()
        self.store.copy()
        self.app.config.update(CASEWORK=self.config, TESTING=True)
        self.app.extensions.pop("frames", None)  # a test may have changed the language
        return self

    def with_more(self, add: Callable[[Site], None]) -> Site:
        """Put a fresh office in place to which `add` has added; on SQLite it adds once, later offices are copies.

        Nobody is signed in afterwards.
        """
        kept = self.store.folder / f"{add.__module__}.{add.__name__}.db"
        self.fresh()
        if kept.exists():
            shutil.copy(kept, self.store.folder / "used.db")
            return self
        add(self)
        if self.kind == "sqlite":
            self.engine.dispose()  # the last one to leave writes the journal into the file
            shutil.copy(self.store.folder / "used.db", kept)
        return self

    def browse(self, who: str = "manager") -> Browser:
        """Give a browser in which somebody has signed in; `who` is a name or a role, "" for a stranger."""
        username = SIGN_IN.get(who, who)
        browser = Browser(self.app, NAMES.values(), ROLE_OF.get(username, ""))
        if username:
            assert browser.sign_in(username, PASSPHRASE).location == "/"
        return browser

    @contextmanager
    def db(self) -> Iterator[Session]:
        """Open a session in which the program itself acts, office-wide."""
        with self.maker() as db:
            set_acting(db, Acting(now=make.NOW))
            yield db

    def rows(self, model: type[Base]) -> list[tuple[Any, ...]]:
        """Give everything that one table holds, to compare before and after."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(select(model.__table__).order_by(model.__table__.c.id))]

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Give everything that is kept; the trail, last looks and who is signed in aside, which reading leaves."""
        aside = {AuditEntry.__table__, CaseLook.__table__, SignIn.__table__, SignInTry.__table__}
        tables = [one for one in Base.metadata.sorted_tables if one not in aside]
        with self.engine.connect() as connection:
            return {one.name: sorted(map(repr, connection.execute(select(one)))) for one in tables}

    def trail(self, **wanted: Any) -> list[AuditEntry]:
        """Give the lines of the audit trail that fit, oldest first."""
        with self.db() as db:
            return list(db.scalars(select(AuditEntry).filter_by(**wanted).order_by(AuditEntry.id)))

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let the office's clock stand at `moment`."""
        self.app.config["CASEWORK"] = replace(self.config, fixed_now=moment)
        yield
        self.app.config["CASEWORK"] = self.config

    @contextmanager
    def as_served(self) -> Iterator[None]:
        """Answer unforeseen errors as people meet them, instead of letting a test see the error itself."""
        self.app.config["TESTING"] = False
        yield
        self.app.config["TESTING"] = True


class StockSite:
    """Plain Flask-Admin on a copy of the same office; see `stock`."""

    def __init__(self, kept: Path, folder: Path) -> None:
        self.kept, self.used = kept, folder / "stock.db"
        shutil.copy(kept, self.used)
        self.app = plain.app_on(f"sqlite:///{self.used}")

    def close(self) -> None:
        self.app.extensions["stock_engine"].dispose()

    def fresh(self) -> StockSite:
        self.close()
        self.used.unlink()
        shutil.copy(self.kept, self.used)
        self.client = self.app.test_client()
        return self

    def get(self, path: str, **query: str) -> Any:
        return self._answer("GET", path, query_string=query)

    def post(self, path: str, **typed: Any) -> Any:
        return self._answer("POST", path, data=typed)

    def _answer(self, method: str, path: str, **more: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own forms warn of WTForms 4
            return self.client.open(path, method=method, **more)

    def value(self, statement: Any) -> Any:
        """Give what the database answers to one question."""
        with self.app.extensions["stock_engine"].connect() as connection:
            return connection.scalar(statement)


_SITES: dict[str, Site] = {}


def site_on(kind: str, make_folder: Callable[[str], Path]) -> Site:
    """Give the site on one kind of database; it is made once in a run."""
    if kind not in _SITES:
        _SITES[kind] = Site(kind, make_folder(f"site_{kind}"))
    return _SITES[kind]


def close_sites() -> None:
    """Let every database go."""
    while _SITES:
        _kind, one = _SITES.popitem()
        one.engine.dispose()
        one.store.drop("used", "kept")
