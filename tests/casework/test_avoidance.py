"""Who is kept apart from whom: what volunteers named, compared with the files, and nothing said of it."""

from __future__ import annotations

import pytest

from casework import board
from casework.avoidance import kept_away
from casework.interpreters import find
from casework.problems import RuleBroken
from casework.volunteers import keep_apart
from models import Avoidance, ClientMember, Conflict, Worker
from tests import make

TUESDAY = "2026-11-24"


def farida(db, name="Farida A") -> Worker:
    return make.volunteer(db, name, speaks=(("Sylheti", "spoken"),), free=(("1", "10:00", "16:00"),))


def client(db):
    return make.client(
        db, "Rehana Begum", address="Flat 4, Lantern Tower, Ocean Estate", postcode="E1 4BH",
        members=[ClientMember(name="Shafiq Chowdhury")],
    )  # fmt: skip


MEANT = [
    ("person", "Rehana Begum"), ("person", "rehana BEGOM"), ("relative", "Shafiq Choudhury"),
    ("person", "Begum Rehana"), ("estate", "Lantern Tower, Ocean Estate"),
    ("estate", "Lantern Tower"), ("estate", "ocean estate"), ("estate", "e14bh"), ("estate", "E1 4BH"),
]  # fmt: skip
NOT_MEANT = [
    ("person", "Rehana Khatun"), ("person", "Shafiq Begum-Ahmed Ali"), ("relative", "Farida Begum"),
    ("estate", "Tower Ocean"), ("estate", "E1 4BJ"), ("estate", "Ocean Estates"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), MEANT)
def test_somebody_named_in_any_spelling_or_living_there_is_kept_apart(db, kind, text):
    person, theirs, other = farida(db), client(db), make.client(db, "Hodan Warsame", address="1 Currier Street")
    keep_apart(db, person, kind, text)
    assert kept_away(db, [theirs.id, other.id]) == {theirs.id: frozenset({person.id}), other.id: frozenset()}


@pytest.mark.parametrize(("kind", "text"), NOT_MEANT)
def test_another_name_or_place_keeps_nobody_apart(db, kind, text):
    theirs = client(db)
    keep_apart(db, farida(db), kind, text)
    assert kept_away(db, [theirs.id]) == {theirs.id: frozenset()}


def test_what_holds_for_one_record_of_a_person_holds_for_all_of_them(db):
    """The name is in one record, the conflict at another; either way round they are one person."""
    wishes, declared, unasked = farida(db, "Wishes"), farida(db, "Declared"), make.client(db, "Hodan Warsame")
    kept, other = client(db), make.client(db, "Rehana B", address="9 Weaver Lane")
    other.merged_into = kept
    keep_apart(db, wishes, "person", "Shafiq Chowdhury")
    db.add(Conflict(worker=declared, client=other, reason="Cousin", declared_on=make.TODAY))
    db.flush()
    both = frozenset({wishes.id, declared.id})
    assert kept_away(db, [kept.id]) == {kept.id: both}
    assert kept_away(db, [other.id, unasked.id]) == {other.id: both, unasked.id: frozenset()}


def test_a_wish_and_a_declared_conflict_read_the_same_and_name_nobody(db):
    wishes, declared, theirs = farida(db, "Wishes"), farida(db, "Declared"), client(db)
    keep_apart(db, wishes, "estate", "Lantern Tower")
    db.add(Conflict(worker=declared, client=theirs, reason="Cousin", declared_on=make.TODAY))
    db.flush()
    begins, ends = make.at(TUESDAY, "11:00"), make.at(TUESDAY, "12:00")
    make.act_as(db, "coordinator", make.worker(db, "Leyla C"))
    found = find(db, make.language(db, "Sylheti"), "spoken", begins, ends, client=theirs.id)
    assert {one.worker.name: one.why_not for one in found if one.worker in (wishes, declared)} == {
        "Wishes": ("Not this person.",), "Declared": ("Not this person.",),
    }  # fmt: skip


def test_nobody_is_booked_against_a_wish_by_any_way(db):
    person, theirs = farida(db), client(db)
    keep_apart(db, person, "relative", "Shafiq Chowdhury")
    case, sylheti = make.case(db, theirs), make.language(db, "Sylheti")
    with pytest.raises(RuleBroken, match="Farida A cannot go to this visit"):
        make.appointment(db, case, TUESDAY, language=sylheti, interpreter=person)


def test_another_person_may_be_booked_for_the_same_family(db):
    keep_apart(db, farida(db), "relative", "Shafiq Chowdhury")
    other, case = farida(db, "Rahima S"), make.case(db, client(db))
    make.appointment(db, case, TUESDAY, language=make.language(db, "Sylheti"), interpreter=other)
    assert make.problems(db) == []


@pytest.mark.parametrize(("kind", "text", "problem"), [
    ("person", "Rehana", "Give first name and surname, or too many people would be kept apart."),
    ("relative", " ", "Give first name and surname, or too many people would be kept apart."),
    ("estate", " ", "Write the name of the estate or the street, or the postcode."),
])  # fmt: skip
def test_a_wish_that_cannot_be_matched_is_refused(db, kind, text, problem):
    with pytest.raises(RuleBroken, match=problem):
        keep_apart(db, farida(db), kind, text)


@pytest.mark.parametrize("role", ["caseworker", "coordinator", "reports"])
def test_what_was_named_is_met_by_nobody_but_a_manager(db, role):
    keep_apart(db, farida(db), "estate", "Lantern Tower")
    make.act_as(db, role, make.worker(db, "Somebody"))
    db.expire_all()
    assert db.query(Avoidance).all() == []
    make.act_as(db, "manager", make.worker(db, "Maryam Y"))
    assert [one.text for one in db.query(Avoidance).all()] == ["Lantern Tower"]


def test_the_number_of_statements_does_not_grow_with_wishes_and_clients(db, statements):
    def sent(clients) -> int:
        db.expire_all()
        statements.clear()
        kept_away(db, clients)
        return len(statements)

    keep_apart(db, farida(db), "estate", "Lantern Tower")
    few = sent([client(db).id])
    many = [make.client(db, f"Person {number}").id for number in range(9)]
    for number in range(9):
        keep_apart(db, farida(db, f"Volunteer {number}"), "estate", f"House {number}")
    assert sent(many) == few == 5


def test_the_board_says_of_a_wish_only_that_it_is_not_this_person(db):
    person, case = farida(db), make.case(db, client(db))
    keep_apart(db, person, "estate", "Ocean Estate")
    make.appointment(db, case, TUESDAY, language=make.language(db, "Sylheti"))
    line = board.board_of(db).lines[0]
    assert [(one.person.name, one.hard) for one in line.suggestion.refused] == [("Farida A", ("not this person",))]
