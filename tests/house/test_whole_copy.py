"""The copy of a client's file leaves no table out unseen: each is in it, or its reason stands in `client_file`."""

from __future__ import annotations

from casework import trail
from casework.scope import OF_A_CASE, OF_A_CLIENT, OF_A_FILE
from exports import client_file
from models import Case, Client, Worker

FILE = {"client_id": [1], "case_id": [1]}


def of_a_file() -> set[type]:
    """Give every table with rows that belong to a client or a case, straight or through what they are part of."""
    return {Client, *(model for model in trail.tables() if trail.belongs(model, FILE) is not None)}


def test_every_table_of_a_file_is_in_the_copy_or_has_its_reason():
    copied = {model for model, _select in client_file.parts(Client(id=1), [Case(id=1)])}
    assert of_a_file() - copied == set(client_file.NOT_IN_IT)
    assert copied <= of_a_file()
    assert all(len(why) > 20 for why in client_file.NOT_IN_IT.values())


def test_the_tables_of_a_file_are_found_by_their_keys():
    assert of_a_file() >= {*OF_A_CASE, *OF_A_CLIENT, *OF_A_FILE}
    assert Worker not in of_a_file()
