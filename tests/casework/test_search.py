"""Names of clients are found by the beginnings of their words, through the index; references by their digits."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework import search
from casework.context import Acting, set_acting
from models import Case, Client
from models.fields import Sensitivity
from tests import make

SEE = Sensitivity.PERSONAL


def found(db, model, typed: str) -> list[str]:
    rows = db.scalars(select(model).where(search.matches(model, typed, SEE)).order_by(model.id))
    return [row.name if model is Client else row.client.name for row in rows]


@pytest.fixture
def named(db):
    """Clients of several spellings, each with a case."""
    for name in ("Ahmed O'Brien", "Mehmet Özgür", "Begum-Ahmed Ali", "Salman bin Said", "Bini Rahman"):
        make.case(db, make.client(db, name, phone=None))
    db.flush()
    return db


@pytest.mark.parametrize("model", [Client, Case])
@pytest.mark.parametrize("typed, names", [
    ("ahm", ["Ahmed O'Brien", "Begum-Ahmed Ali"]),  # the beginning of any word
    ("AHMED obr", ["Ahmed O'Brien"]), ("o'brien", ["Ahmed O'Brien"]),
    ("begum-ahmed", ["Begum-Ahmed Ali"]), ("ozg", ["Mehmet Özgür"]), ("özgür", ["Mehmet Özgür"]),
    ("med", []), ("hmet", []),  # the middle of a word is not looked for
    ("bin", ["Salman bin Said", "Bini Rahman"]), ("salman bin", ["Salman bin Said"]),  # a particle has no key
    ("ali ahmed", ["Begum-Ahmed Ali"]), ("ali obr", []), ("%", []), ("a_m", []), ("-", []),
])  # fmt: skip
def test_a_name_is_found_by_the_beginnings_of_its_words(named, model, typed, names):
    assert found(named, model, typed) == names


def test_a_changed_name_is_found_under_the_new_one_alone(named):
    client = named.scalars(select(Client).where(Client.name == "Bini Rahman")).one()
    client.name = "Zara Rahman"
    named.flush()
    assert found(named, Case, "zar") == ["Zara Rahman"]
    assert found(named, Case, "bini") == []


def test_a_reference_is_found_by_any_part_of_it_that_has_a_digit(named):
    case = named.scalars(select(Case)).first()
    assert case.client.name in found(named, Case, case.ref[-3:])
    assert found(named, Case, case.ref) == [case.client.name]
    client = named.scalars(select(Client)).first()
    assert found(named, Client, client.ref) == [client.name]
    assert found(named, Client, "CL") == []


def test_a_case_is_not_found_by_the_name_of_a_client_whom_the_reader_may_not_meet(named):
    """A coordinator meets the time of a meeting and its case: trying out names on it must tell nothing."""
    set_acting(named, Acting(now=make.NOW, role="coordinator", user_id=1))
    assert named.scalars(select(Case)).all()
    assert named.scalars(select(Case).where(search.matches(Case, "ahmed", SEE))).all() == []


def test_a_name_is_looked_up_and_no_table_is_read_through_for_it(named):
    for model in (Case, Client):
        condition = select(model.id).where(search._named(Client.id, "ahm") if model is Client
                                           else search.matches(Case, "ahm", SEE))  # fmt: skip
        statement = condition.compile(named.get_bind(), compile_kwargs={"literal_binds": True})
        if named.get_bind().dialect.name == "sqlite":
            plan = [line[3] for line in named.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            assert not [line for line in plan if line.startswith("SCAN")], plan
