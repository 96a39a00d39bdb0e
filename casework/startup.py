"""Whether a database may be opened: reachable, of this program's shape, and demo only with demo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casework.scope import office_wide
from models import Client, Setting
from models.cipher import Key, KeyRefused
from models.database import key_of

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_PLAIN = b"SQLite format 3\x00"  # how a file begins that anybody can read
DEMO_MARK = "demo_office"


class StartRefused(Exception):
    """One sentence for the person who starts the program."""


@dataclass(frozen=True)
class MigrationState:
    """Which migration the database stands at (`found`, None for an empty one) and which the program needs."""

    found: str | None
    needed: str
    known: bool

    @property
    def is_current(self) -> bool:
        return self.found == self.needed


def alembic_config(url: str | None = None, key: Key | None = None) -> AlembicConfig:
    """Give Alembic's configuration without a file of its own; `key` is the one of an encrypted database."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    if url:
        config.attributes.update(url=url, key=key)
    return config


def migration_state(engine: Engine) -> MigrationState:
    """Compare the database's migration with the newest one of this program."""
    scripts = ScriptDirectory.from_config(alembic_config())
    needed = scripts.get_current_head() or ""
    with engine.connect().execution_options(begin="DEFERRED") as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    known = found is None or found in {script.revision for script in scripts.walk_revisions()}
    return MigrationState(found, needed, known)


def to_newest(engine: Engine) -> None:
    """Run the migrations that are missing, and nothing else: no row is put in."""
    command.upgrade(alembic_config(engine.url.render_as_string(hide_password=False), key_of(engine)), "head")


def file_of(engine: Engine) -> Path:
    """Give where the file of an SQLite database lies."""
    return Path(engine.url.database or "").absolute()


def check_database(engine: Engine) -> None:
    """Refuse a database that cannot be reached, is newer, older or empty. Raises StartRefused."""
    try:
        state = migration_state(engine)
    except KeyRefused as refused:
        raise StartRefused(f"Not started. {refused}") from refused
    except DBAPIError as error:
        if is_locked_with_a_key(error):
            raise StartRefused(f"Not started. {wrong_key(engine)}") from error
        raise StartRefused(
            f"Not started: the database {_place(engine)} cannot be reached. "
            "Check CASEWORK_DATABASE_URL and that its server runs."
        ) from error
    if not state.known:
        raise StartRefused("Not started: the database was made by a newer version of this program. Install that one.")
    if state.found is None:
        raise StartRefused("Not started: the database is empty. Run `flask --app app upgrade` first.")
    if not state.is_current:
        raise StartRefused("Not started: the database is older than this program. Back it up, then run "
                           "`flask --app app upgrade`.")  # fmt: skip


def is_locked_with_a_key(error: DBAPIError) -> bool:
    """Say whether a file could not be opened because its key is another one, or because it is no database."""
    return getattr(error.orig, "sqlite_errorname", "") == "SQLITE_NOTADB"


def wrong_key(engine: Engine) -> str:
    """Give the sentence for a file that its key does not open."""
    key, place = key_of(engine), Path(engine.url.database or "")
    if key is None:
        return (f"{place} is encrypted, or it is damaged. If it is encrypted, name the file with its key in "
                "CASEWORK_DATABASE_KEY_FILE.")  # fmt: skip
    if is_plain(place):
        return f"{place} is not encrypted yet. Run `flask --app app key encrypt`, or take the variable away."
    if Path(f"{key.path}.new").exists():
        return "A change of the key was cut off. Run `flask --app app key change` again: it goes on where it was."
    return (f"The key in {key.path} (mark {key.mark}) does not open {place}. Put the right key there; without it "
            "nobody can read the file.")  # fmt: skip


def is_plain(place: Path) -> bool:
    """Say whether a file is an SQLite database that is not encrypted."""
    try:
        with place.open("rb") as file:
            return file.read(len(_PLAIN)) == _PLAIN
    except OSError:
        return False


def held_open(engine: Engine) -> Connection:
    """Give a connection that has read something and waits: on SQLite the file then counts as in use."""
    held = engine.connect().execution_options(begin="DEFERRED")
    held.execute(select(Setting.id).limit(1))
    held.rollback()
    return held


def faults_of(connection: Connection) -> list[str]:
    """Give what is wrong with the file itself and with links in it; PostgreSQL sees to both by itself."""
    if connection.dialect.name != "sqlite":
        return []
    pages = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    links = {row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    return [*(f"The file is damaged: {one}." for one in pages), *(f"Rows of {one} belong to nothing." for one in links)]


def check_demo(db: Session, *, demo: bool) -> None:
    """Refuse demo mode on an office's own data, and real work on a demo. Raises StartRefused."""
    is_demo = db.scalars(select(Setting.id).where(Setting.key == DEMO_MARK)).first() is not None
    has_people = db.scalars(office_wide(select(Client.id).limit(1))).first() is not None
    if demo and not is_demo and has_people:
        raise StartRefused("Not started: CASEWORK_DEMO is 1, but this database holds an office's own people.")
    if is_demo and not demo:
        raise StartRefused("Not started: this database is a demonstration. Set CASEWORK_DEMO=1, or name another "
                           "database in CASEWORK_DATABASE_URL.")  # fmt: skip


def _place(engine: Engine) -> str:
    return make_url(str(engine.url)).render_as_string(hide_password=True)
