"""Two records of one person: joined, parted, and what must not be joined."""

from __future__ import annotations

import pytest

from casework import merging
from casework.problems import RuleBroken
from models import Conflict
from tests import make


@pytest.fixture
def two(db):
    make.act_as(db, "system")
    return make.client(db, "Rehana Begum"), make.client(db, "R. Begum")


def people(db, client) -> set[int]:
    return set(db.scalars(merging.same_person(client.id)))


def problem(act) -> str:
    """Give the sentence that stands against it, "" if nothing does."""
    try:
        act()
    except RuleBroken as broken:
        [one] = broken.problems
        return one.text
    return ""


def test_every_record_of_a_person_is_found_from_each_of_them(db, two):
    kept, record = two
    third, stranger = make.client(db, "Rehana B"), make.client(db, "Hodan Warsame")
    assert people(db, record) == {record.id}
    merging.merge(db, record, kept)
    merging.merge(db, third, kept)
    all_three = {kept.id, record.id, third.id}
    assert [people(db, one) for one in (kept, record, third)] == [all_three] * 3
    assert people(db, stranger) == {stranger.id}
    assert merging.records_of(db, kept) == [record, third]
    merging.undo_merge(db, record)
    assert (people(db, kept), people(db, record)) == ({kept.id, third.id}, {record.id})


def test_a_record_that_stands_for_itself_is_not_parted(db, two):
    assert "stands for itself already" in problem(lambda: merging.undo_merge(db, two[0]))


def test_a_record_is_not_joined_to_itself(db, two):
    assert "same person as itself" in problem(lambda: merging.merge(db, two[0], two[0]))


def test_a_record_is_joined_only_to_one_that_stands_for_itself(db, two):
    kept, record = two
    merging.merge(db, record, kept)
    third = make.client(db, "Rehana B")
    assert "is itself the same person as another" in problem(lambda: merging.merge(db, third, record))


def test_a_record_that_others_point_at_is_not_joined_to_a_third(db, two):
    kept, record = two
    merging.merge(db, record, kept)
    third = make.client(db, "Rehana B")
    assert "Other records point at" in problem(lambda: merging.merge(db, kept, third))


@pytest.mark.parametrize("sees, lawful", [(True, True), (False, False)])
def test_both_records_are_ones_that_the_person_may_open(db, two, sees, lawful):
    kept, record = two
    manager = make.worker(db, "Maryam Y")
    if not sees:
        db.add(Conflict(worker=manager, client=kept, reason="A cousin", declared_on=make.TODAY))
        db.flush()
    make.act_as(db, "manager", manager)
    assert problem(lambda: merging.merge(db, record, kept)) == (
        "" if lawful else "Not joined: both records must be ones that you may open. Ask the manager."
    )


def test_a_new_case_goes_to_the_record_that_is_kept(db, two):
    kept, record = two
    merging.merge(db, record, kept)
    assert "is the same person as CL-" in problem(lambda: make.case(db, record))


def test_a_case_of_the_kept_record_is_lawful(db, two):
    kept, record = two
    merging.merge(db, record, kept)
    assert make.case(db, kept).client is kept
