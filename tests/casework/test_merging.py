"""Two records of one person: joined, parted, and what must not be joined."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework import avoidance, board, familiar, kept, merging, week_plan, week_read
from casework.problems import RuleBroken
from casework.volunteers import keep_apart
from models import Case, Conflict
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


# What was said of one record holds for the person: while the records are joined, and not after they are parted

TUESDAY = "2026-11-24"


@pytest.fixture
def both(db):
    """A record under which a meeting lies ahead, the other record of her, and a volunteer who is free then."""
    make.act_as(db, "system")
    met, other = make.client(db, "Rehana Begum"), make.client(db, "R. Khatun", address="4 Lantern Tower")
    farida = make.volunteer(db, "Farida A", speaks=(("Sylheti", "spoken"),), free=(("1", "10:00", "18:00"),))
    make.appointment(db, make.case(db, met), TUESDAY, language=make.language(db, "Sylheti"))
    return met, other, farida


def wish(db, farida, other):
    keep_apart(db, farida, "estate", "Lantern Tower")


def conflict(db, farida, other):
    db.add(Conflict(worker=farida, client=other, reason="Cousin", declared_on=make.TODAY))
    db.flush()


def on_the_board(db) -> tuple[str, ...]:
    told = board.board_of(db).lines[0].suggestion
    return (*(one.person.name for one in told.first), *(words for one in told.refused for words in one.hard))


def in_the_week(db) -> tuple[str, ...]:
    plan = week_plan.suggest(week_read.read_week(db, date(2026, 11, 23)))
    return (*(one.person.name for one in plan.lines), *(lost.against.words for gap in plan.gaps for lost in gap.lost))


@pytest.mark.parametrize("said", [wish, conflict])
@pytest.mark.parametrize("kept_first", [True, False])
def test_a_wish_follows_the_person_when_records_are_joined_and_goes_back_when_they_are_parted(
    db, both, said, kept_first
):
    met, other, farida = both
    said(db, farida, other)
    alone, joined = ("Farida A",), ("not this person",)
    assert (on_the_board(db), in_the_week(db)) == (alone, alone)
    record, kept = (other, met) if kept_first else (met, other)
    merging.merge(db, record, kept)
    assert (on_the_board(db), in_the_week(db)) == (joined, joined)
    case = db.scalars(select(Case)).one()
    with pytest.raises(RuleBroken, match="Farida A cannot go to this visit"), db.begin_nested():
        make.appointment(db, case, TUESDAY, "14:00", language=make.language(db, "Sylheti"), interpreter=farida)
    merging.undo_merge(db, record)
    db.expire_all()
    assert (on_the_board(db), in_the_week(db)) == (alone, alone)
    make.appointment(db, case, TUESDAY, "14:00", language=make.language(db, "Sylheti"), interpreter=farida)


def test_whoever_knows_one_record_knows_the_person_while_they_are_joined(db, both):
    met, other, farida = both
    make.volunteer(db, "Aaliya N", speaks=(("Sylheti", "spoken"),), free=(("1", "10:00", "18:00"),),
                   checked_on=date(2026, 1, 5))  # fmt: skip
    make.appointment(db, make.case(db, other), "2026-11-17", language=make.language(db, "Sylheti"),
                     interpreter=farida, status="attended")  # fmt: skip
    farida.checked_on = date(2026, 1, 5)
    db.flush()
    assert (on_the_board(db)[0], in_the_week(db)) == ("Aaliya N", ("Aaliya N",))
    merging.merge(db, other, met)
    assert (on_the_board(db)[0], in_the_week(db)) == ("Farida A", ("Farida A",))
    assert familiar.who_knows(db, [met.id, other.id]) == dict.fromkeys((met.id, other.id), frozenset({farida.id}))
    merging.undo_merge(db, other)
    assert (on_the_board(db)[0], in_the_week(db)) == ("Aaliya N", ("Aaliya N",))


@pytest.mark.parametrize("said", [wish, conflict])
def test_joining_shows_who_is_booked_for_a_meeting_and_must_not_meet_the_person(db, both, said):
    met, other, farida = both
    case = db.scalars(select(Case)).one()
    ahead = make.appointment(db, case, TUESDAY, "14:00", language=make.language(db, "Sylheti"), interpreter=farida)
    said(db, farida, other)
    assert avoidance.booked_against(db, met.id) == []
    merging.merge(db, other, met)
    assert avoidance.booked_against(db, met.id) == avoidance.booked_against(db, other.id) == [(ahead, farida)]
    make.act_as(db, "system", now=make.at(TUESDAY, "14:00"))
    assert avoidance.booked_against(db, met.id) == [], "it has begun"
    make.act_as(db, "system")
    next(one for one in ahead.people if one.worker is farida).status = "declined"
    db.flush()
    assert avoidance.booked_against(db, met.id) == []


def test_a_kept_case_is_offered_to_nobody_with_a_conflict_under_another_record(db, both):
    met, other, _farida = both
    amina = make.worker(db, "Amina K")
    make.user(db, "amina", "caseworker", amina)
    case = db.scalars(select(Case)).one()
    conflict(db, amina, other)
    assert amina in kept.who_could_be_named(db, case)
    merging.merge(db, other, met)
    assert amina not in kept.who_could_be_named(db, case)
    merging.undo_merge(db, other)
    assert amina in kept.who_could_be_named(db, case)
