"""Requests one after the other work on one connection, which stays warm."""

from __future__ import annotations

from sqlalchemy import create_engine

from models.database import engine_options


def test_the_connection_that_was_given_back_last_is_taken_first(tmp_path):
    url = f"sqlite:///{tmp_path / 'pool.db'}"
    engine = create_engine(url, **engine_options(url))
    several = [engine.connect() for _number in range(3)]
    drivers = [id(one.connection.driver_connection) for one in several]
    for one in several:
        one.close()
    for _again in range(3):
        with engine.connect() as connection:
            assert id(connection.connection.driver_connection) == drivers[-1]
    engine.dispose()
