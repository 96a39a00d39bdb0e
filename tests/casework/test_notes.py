"""How long a note may be changed, by whom, and how it is put right afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework import notes
from casework.cases import add_note
from casework.problems import RuleBroken
from models import CaseNote
from models.declared import declared
from tests import make


@pytest.fixture
def case(db):
    return make.case(db)


@pytest.fixture
def note(db, case):
    make.act_as(db, "caseworker", case.lead, user_id=7)
    return add_note(db, case, "The landlord rang.", kinds=[make.code(db, "note_kind", "advocacy")], minutes=10)


def texts(db) -> list[str]:
    return [text for _field, text in make.problems(db)]


@pytest.mark.parametrize(("hours", "lawful"), [(23.99, True), (24, False), (240, False)])
def test_a_note_may_be_changed_by_whoever_wrote_it_until_a_day_has_passed(db, case, note, hours, lawful):
    make.act_as(db, "caseworker", case.lead, user_id=7, now=make.NOW + timedelta(hours=hours))
    assert notes.may_change(db, note) is lawful
    note.text = "The landlord's agent rang."
    assert [text.startswith("Not changed: a note stays as it is 24 hours") for text in texts(db)] == (
        [] if lawful else [True]
    )


def test_the_office_sets_how_long_that_is(db, case, note):
    make.act_as(db, "manager", user_id=1)
    make.setting(db, "entry_locked_after", "2")
    make.act_as(db, "caseworker", case.lead, user_id=7, now=make.NOW + timedelta(hours=2))
    assert notes.locked_from(db, note) == make.NOW + timedelta(hours=2)
    note.minutes = 15
    assert "Not changed: a note stays as it is 2 hours after it was written." in texts(db)[0]


@pytest.mark.parametrize("role", ["caseworker", "manager"])
def test_nobody_changes_a_colleagues_note_and_the_way_out_is_named(db, case, note, role):
    make.act_as(db, role, case.lead, user_id=8)
    assert notes.may_change(db, note) is False
    note.text = "The landlord never rang."
    assert texts(db) == [
        "Not changed: only whoever wrote a note may change it. Put it right with “Correct by a further note”."
    ]


def test_the_kinds_of_help_are_part_of_what_is_locked(db, case, note):
    make.act_as(db, "caseworker", case.lead, user_id=7, now=make.NOW + timedelta(days=2))
    note.kinds = []
    assert len(texts(db)) == 1


def test_a_new_note_beside_a_locked_one_is_lawful(db, case, note):
    make.act_as(db, "caseworker", case.lead, user_id=8, now=make.NOW + timedelta(days=2))
    add_note(db, case, "Rang back.")
    assert make.problems(db) == []


def test_a_correction_takes_what_is_not_said_again_from_the_note_it_corrects(db, case, note):
    make.act_as(db, "caseworker", case.lead, user_id=8, now=make.NOW + timedelta(days=2))
    right = notes.correct(db, note, "The landlord's agent rang.")
    assert (right.corrects, right.case, right.at, right.medium) == (note, case, note.at, "phone")
    assert [kind.code for kind in right.kinds] == ["advocacy"]
    assert note.text == "The landlord rang."


STAYS = {"case", "corrects", "text", "kinds", "id", "version", "created_at", "created_by_id", "updated_at",
         "updated_by_id"}  # fmt: skip


def test_a_correction_takes_everything_else_that_the_wrong_note_says(db, case):
    said = {
        "at": make.NOW - timedelta(hours=1), "medium": "emergency_helpline", "contact_with": "agency",
        "agency": make.agency(db), "direction": "in", "outcome": "spoke", "at_night": True, "minutes": 12,
        "instruction": "Write to the landlord.", "client_told_on": make.TODAY, "third_party": True,
        "concern": "client",
    }  # fmt: skip
    assert set(said) == {one.key for one in declared(CaseNote)} - STAYS  # a new column is carried over too
    wrong = CaseNote(case=case, text="The landlord rang.", **said)
    db.add(wrong)
    db.flush()
    right = notes.correct(db, wrong, "The agent rang.")
    assert {name: getattr(right, name) for name in said} == said
    assert notes.correct(db, right, "The agent rang twice.", minutes=None, third_party=True).minutes is None


def test_a_correction_of_how_and_with_whom_leaves_out_what_no_longer_fits(db, case):
    wrong = CaseNote(case=case, text="Rang.", at=make.NOW, medium="emergency_helpline", at_night=True,
                     contact_with="agency", agency=make.agency(db))  # fmt: skip
    db.add(wrong)
    db.flush()
    right = notes.correct(db, wrong, "Rang.", medium="phone", contact_with="client")
    assert (right.at_night, right.agency) == (False, None)


def test_a_note_that_was_corrected_is_not_corrected_again(db, case, note):
    notes.correct(db, note, "The agent rang.")
    with pytest.raises(RuleBroken, match="corrected already"):
        notes.correct(db, note, "Nobody rang.")


def test_the_correction_itself_may_be_corrected(db, case, note):
    right = notes.correct(db, note, "The agent rang.")
    assert notes.correct(db, right, "The agent's office rang.").corrects is right


def test_a_note_corrects_only_a_note_of_its_own_case(db, case, note):
    other = make.case(db, lead=case.lead)
    stray = notes.CaseNote(case=other, corrects=note, text="Elsewhere.", at=make.NOW)
    db.add(stray)
    assert [field for field, _text in make.problems(db)] == ["corrects"]


def test_what_a_note_corrects_cannot_be_put_on_another_note_afterwards(db, case, note):
    further = add_note(db, case, "Rang back.")
    further.corrects = note
    assert texts(db)[0].startswith("Not changed: a note stays with its case and with what it corrects.")
