"""The scope's part of a statement's key: two readers of one role share a statement, and never each other's rows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import selectinload

from casework import scope
from casework.context import Acting, set_acting
from models import Appointment, Case, Client, Document, Incident, Plan, Referral, User
from tests import make

PEOPLE = ("amina", "joan", "manager", "leyla", "figures")


@pytest.fixture
def readers(site):
    """Every account of the office, as the one who acts."""
    with site.db() as db:
        accounts = db.scalars(select(User).where(User.username.in_(PEOPLE))).all()
        return [
            Acting(now=make.NOW, role=one.role, username=one.username, user_id=one.id, worker_id=one.worker_id,
                   team_id=one.worker.team_id if one.worker else None)
            for one in accounts
        ]  # fmt: skip


def met(site, reader, model, **options):
    with site.engine.connect().execution_options(**options) as connection, site.maker(bind=connection) as db:
        set_acting(db, reader)
        return sorted(db.scalars(select(model.id)))


def test_whoever_asks_after_somebody_else_meets_their_own_rows_alone(site, readers):
    """Compared with the same statement written out anew for each reader."""
    models = {model for reader in readers for model, _rule in scope.criteria(reader)}
    differing = set()
    for model in models:
        alone = {reader.username: met(site, reader, model, compiled_cache=None) for reader in readers}
        for reader in (*readers, *reversed(readers)):
            assert met(site, reader, model) == alone[reader.username], (model, reader.username)
        if alone["amina"] != alone["joan"]:
            differing.add(model.__name__)
    assert {"Case", "Client", "CaseNote"} <= differing


def test_two_readers_of_one_role_share_one_written_statement(site, readers):
    amina, joan = (next(one for one in readers if one.username == name) for name in ("amina", "joan"))
    model = next(model for model, _rule in scope.criteria(amina) if model.__name__ == "CaseNote")
    met(site, amina, model)
    hits = []
    with site.engine.connect():
        event.listen(site.engine, "before_cursor_execute", heard := lambda *given: hits.append(given[4].cache_hit.name))
        met(site, joan, model)
        event.remove(site.engine, "before_cursor_execute", heard)
    assert "CACHE_HIT" in hits and "CACHE_MISS" not in hits


def test_two_conditions_of_different_shape_have_different_keys(readers):
    """A person with a team and one without ask differently: their statements must not be taken for one."""
    amina = next(one for one in readers if one.username == "amina")
    without = Acting(now=make.NOW, role=amina.role, username="x", user_id=99, worker_id=amina.worker_id, team_id=None)
    assert scope._option(amina).shape != scope._option(without).shape
    roles = {one.role: one for one in readers}
    assert len({scope._option(one).shape for one in roles.values()}) == len(roles)


def test_a_statement_carries_the_scope_once_with_one_value_for_each_number_of_its_reader(site, readers):
    """However many tables it touches, and also where related rows are loaded for it."""
    amina = next(one for one in readers if one.username == "amina")
    carried = []
    with site.db() as db:
        event.listen(db, "do_orm_execute", lambda state: carried.append(state.statement._with_options))
        set_acting(db, amina)
        db.scalars(select(Client).options(selectinload(Client.members))).first()
        assert db.scalars(select(Case).where(Case.client_id.is_not(None))).first().client
    narrowings = [[one for one in options if isinstance(one, scope._Narrowing)] for options in carried]
    assert len(narrowings) >= 3
    kept = scope._option(replace(amina, now=scope.ANY_MOMENT, username=""))
    assert all(found == [kept] for found in narrowings)
    assert sorted(one.value for one in kept.values) == sorted((amina.user_id, amina.worker_id, amina.team_id))


@pytest.mark.parametrize("username", PEOPLE)
def test_no_table_is_read_through_to_see_whose_a_row_is(site, readers, username):
    """The row that a key names is looked up: a list of all cases within reach would grow with the office."""
    reader = next(one for one in readers if one.username == username)
    of_files = (Case, Client, Appointment, Document, Incident, Plan, Referral)
    read_through = re.compile(rf"SCAN ({'|'.join(one.__tablename__ for one in of_files)})(_\d+)?( |$)")
    with site.db() as db:
        set_acting(db, reader)
        for model, _rule in scope.criteria(reader):
            found = []
            event.listen(site.engine, "before_cursor_execute", heard := lambda *given, found=found: found.append(given))
            db.scalars(select(model).where(model.id == 1)).all()
            event.remove(site.engine, "before_cursor_execute", heard)
            statement, values = next(given[2:4] for given in found if "SELECT" in given[2])
            plan = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            assert not [line[3] for line in plan if read_through.match(line[3])], (model, plan)


def test_records_joined_to_a_hidden_one_are_looked_up_also_where_hardly_any_are_joined(site, readers):
    """SQLite is told of 10,000 clients of whom none was joined; asked as one, it read through them all."""
    amina = next(one for one in readers if one.username == "amina")
    with site.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        told = "UPDATE sqlite_stat1 SET stat = ? WHERE tbl = 'clients' AND idx IS NOT NULL"
        connection.exec_driver_sql(told, ("10000 10000",))
        connection.exec_driver_sql("ANALYZE sqlite_schema")
        hidden = scope.hidden_from(amina).compile(site.engine, compile_kwargs={"literal_binds": True})
        plan = [line[3] for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {hidden}")]
    assert any("clients" in line for line in plan)
    assert not [line for line in plan if line.startswith("SCAN clients")], plan
