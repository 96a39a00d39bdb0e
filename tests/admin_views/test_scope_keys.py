"""The scope's part of a statement's key: two readers of one role share a statement, and never each other's rows."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from casework import scope
from casework.context import Acting, set_acting
from models import User
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
    shapes = {who: [one.shape for one in scope._options(who)] for who in (amina, without)}
    assert shapes[amina] != shapes[without]
    for options in (scope._options(amina), scope._options(without)):
        named = {option.entity.class_.__name__: option.shape for option in options}
        assert len(set(named.values())) == len(named)
