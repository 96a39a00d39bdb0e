"""The migrations and the models say the same, and go both ways with the office's rows in every table."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, NullPool, create_engine, func, insert, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker

from casework import sessions, startup
from casework.context import Acting, set_acting
from models import (
    Base,
    CaseLook,
    Draft,
    HelplineShift,
    ImportUpload,
    RecoveryCode,
    SavedPage,
    SavedView,
    SecondFactor,
    SignIn,
    SignInTry,
    User,
    Worker,
)
from models.database import open_engine
from seed.reference import load_reference
from tests import make
from tests.admin_views.office import furnish
from tests.conftest import DATABASES, POSTGRES

TABLES = Base.metadata.sorted_tables


def server(statement: str) -> None:
    with create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(statement))


@pytest.fixture(params=DATABASES)
def url(request, tmp_path) -> Iterator[str]:
    """A database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    name = f"casework_steps_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    server(f'CREATE DATABASE "{name}"')
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def engine(url) -> Iterator[Engine]:
    """The same database, brought to the newest shape by the migrations alone."""
    command.upgrade(startup.alembic_config(url), "head")
    made = open_engine(url)
    yield made
    made.dispose()


def differences(engine: Engine) -> list[object]:
    """Give what a new migration would still have to change."""
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)


def checks(engine: Engine) -> dict[str, set[str]]:
    """Give the names of each table's checks: the comparison above does not look at them."""
    found = inspect(engine)
    return {table.name: {one["name"] for one in found.get_check_constraints(table.name)} for table in TABLES}


def fill(engine: Engine) -> None:
    """Put rows into every table: a furnished office, and one row in each table that this leaves empty."""
    maker = sessionmaker(engine)
    sessions.install(maker)
    with maker() as db:
        set_acting(db, Acting(now=make.NOW))
        load_reference(db, today=make.TODAY)
        office = furnish(db)
        db.add(CaseLook(user_id=office.users["amina"], case_id=office["case", "own"], at=make.NOW))
        db.add_all(kept_by_the_program(db.scalars(select(User)).first()))
        db.commit()
    with engine.begin() as connection:
        for table in TABLES:
            if not connection.scalar(select(func.count()).select_from(table)):
                assert all(column.foreign_keys for column in table.c), f"{table.name} needs a row of its own here"
                connection.execute(insert(table).values({column.name: 1 for column in table.c}))


def kept_by_the_program(user: User) -> list[Base]:
    """Give a row for each table that no form fills."""
    return [
        SignIn(user=user, token_hash="0" * 64, epoch=1, started_at=make.NOW, last_seen_at=make.NOW,
               idle_ends_at=make.NOW, ends_at=make.NOW),
        SignInTry(about="0" * 64, address="127.0.0.1", at=make.NOW), RecoveryCode(user=user, code_hash="0" * 64),
        SecondFactor(user=user, secret="A" * 32), Draft(user=user, form="/x", typed="[]", saved_at=make.NOW),
        SavedPage(user=user, key="0" * 64, leads_to="/x", at=make.NOW),
        SavedView(user=user, panel="case", name="Mine", asked=""),
        ImportUpload(user=user, name="x.csv", sha256="0" * 64, sent_at=make.NOW, content=b"x"),
    ]  # fmt: skip


def test_the_migrations_make_exactly_the_tables_that_the_models_declare(engine):
    assert differences(engine) == []


def test_the_migrations_hold_every_check_that_the_models_declare(engine, tmp_path):
    declared = open_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    Base.metadata.create_all(declared)
    assert checks(engine) == checks(declared)
    declared.dispose()


def test_every_step_goes_down_and_up_again_with_rows_in_every_table(engine, url):
    config = startup.alembic_config(url)
    steps = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    fill(engine)
    with engine.connect() as connection:
        counts = {table.name: connection.scalar(select(func.count()).select_from(table)) for table in TABLES}
    assert min(counts.values()) > 0
    engine.dispose()

    for below in [*steps[1:], "base"]:
        command.downgrade(config, below)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    for step in reversed(steps):
        command.upgrade(config, step)
    assert differences(engine) == []
    fill(engine)


def test_there_is_one_newest_step_and_the_program_knows_it(engine):
    scripts = ScriptDirectory.from_config(startup.alembic_config())
    assert len(scripts.get_heads()) == 1
    state = startup.migration_state(engine)
    assert (state.is_current, state.known) == (True, True)


def test_a_missing_column_would_be_found(engine):
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE clients DROP COLUMN dialect"))
    assert [(one[0], one[3].name) for one in differences(engine)] == [("add_column", "dialect")]


def test_the_trail_is_guarded_and_numbers_are_not_used_again_after_the_migrations(engine):
    """The same promises as in tables made from the models: see tests/casework/test_audit.py."""
    fill(engine)
    for statement in ("UPDATE audit_entries SET who = 'x'", "DELETE FROM audit_entries"):
        with pytest.raises(DBAPIError, match="rows of this table are only added"), engine.begin() as connection:
            connection.execute(text(statement))
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            made = dict(connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
        assert all("AUTOINCREMENT" in made[table] for table in ("users", "audit_entries", "sign_ins"))


def test_volunteers_who_stand_in_the_rota_stay_choosable_for_it(engine, url):
    """Step 0027: the one who holds the phone and the one who is backup; no other volunteer, and nobody of the staff."""
    config = startup.alembic_config(url)
    maker = sessionmaker(engine)
    sessions.install(maker)
    with maker() as db:
        set_acting(db, Acting(now=make.NOW))
        load_reference(db, today=make.TODAY)
        trained = {"may_hold_helpline": True, "training_on": make.TODAY}
        holds, backs = (make.volunteer(db, name, **trained) for name in ("Holds", "Backs up"))
        make.volunteer(db, "Neither", **trained)
        db.add(HelplineShift(day=make.TODAY, part="night", worker=holds, backup=backs))
        db.add(HelplineShift(day=make.TODAY, part="day", worker=make.worker(db, "Of the staff")))
        db.commit()
    engine.dispose()
    command.downgrade(config, "0026")
    command.upgrade(config, "head")
    with engine.connect() as connection:
        may = connection.scalars(select(Worker.name).where(Worker.may_hold_helpline).order_by(Worker.name))
        assert may.all() == ["Backs up", "Holds"]
