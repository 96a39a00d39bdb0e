"""The chain of bodies, and where to ask for what."""

from __future__ import annotations

import pytest

from casework.agencies import where_to_ask
from tests import make


def chain(db):
    borough = make.agency(db, "Borough", kind="local_authority", tier="primary")
    service = make.agency(db, "Service", kind="la_childrens_services", tier="primary", parent=borough)
    return borough, service, make.agency(db, "Team", kind="la_childrens_services", tier="primary", parent=service)


def test_a_team_stands_under_a_service_and_that_under_a_borough(db):
    borough, _service, team = chain(db)
    assert team.parent.parent is borough


@pytest.mark.parametrize("who", [0, 1, 2])
def test_a_chain_never_goes_round(db, who):
    agencies = chain(db)
    agencies[0].parent = agencies[who]
    ((field, text),) = make.problems(db)
    assert field == "parent"
    assert text.startswith("This would go round in a circle: Borough is part of ")


def test_a_loop_made_of_two_changes_at_once_is_found(db):
    one, other = make.agency(db, "One"), make.agency(db, "Other")
    one.parent, other.parent = other, one
    assert {field for field, _text in make.problems(db)} == {"parent"}


def test_a_body_may_move_under_another(db):
    _borough, _service, team = chain(db)
    team.parent = make.agency(db, "Another borough", kind="local_authority", tier="primary")
    assert make.problems(db) == []


def names(found):
    return [one.agency.name for one in found]


def test_the_directory_is_asked_by_borough_by_request_or_by_both(db):
    make.agency(db, "Newham law", kind="solicitor", tier="community", areas=("Newham",))
    make.agency(db, "Law anywhere", kind="solicitor", tier="community")
    make.agency(db, "Barnet law", kind="solicitor", tier="community", areas=("Barnet",))
    make.agency(db, "Newham homes", areas=("Newham",))
    make.agency(db, "Gone law", kind="solicitor", tier="community", active=False)
    legal, newham = make.code(db, "request", "legal_advice"), make.area(db, "Newham")
    assert names(where_to_ask(db, legal, newham)) == ["Newham law", "Law anywhere"]
    assert names(where_to_ask(db, legal, None)) == ["Barnet law", "Newham law", "Law anywhere"]
    assert names(where_to_ask(db, None, newham)) == ["Newham homes", "Newham law", "Law anywhere"]
