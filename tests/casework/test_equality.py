"""Equality answers: replaced, never read back, and taken out for good when somebody objects."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.equality import days_of, object_to, write_down
from casework.merging import merge
from casework.periods import Period
from casework.tallies.equality import equality_answers
from models import EqualityAnswer
from models.equality import QUESTIONS
from tests import make

ROOT = Path(__file__).parents[2]
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
# Who may name the table, and what for. Nothing that decides about a person is among them.
NAMED = {
    "admin_views/equality.py": "the questions are asked there",
    "admin_views/tables.py": "the way to the questions",
    "admin_views/screens.py": "the page's blueprint",
    "admin_views/named.py": "who opened the page is written down",
    "casework/access.py": "nothing leaves by the page",
    "casework/equality.py": "the verbs",
    "casework/figures/chapters.py": "the sheet of the workbook",
    "casework/figures/people.py": "the sheet of the workbook",
    "casework/processing.py": "the record of processing",
    "casework/scope.py": "whose rows they are",
    "casework/sessions.py": "the rules",
    "casework/tallies/equality.py": "the count",
    "models/__init__.py": "the model's name",
    "models/equality.py": "the model",
    "seed/demo_equality.py": "invented answers",
    "seed/demo.py": "invented answers",
    "seed/import_undo.py": "that somebody was asked since is work on the file; never what they said",
}


def told(db) -> dict[tuple[str, str], int]:
    return {(one.question, one.answer): one.number for one in equality_answers(db, YEAR)}


def somebody(db, name: str = "Rehana Begum", **more):
    client = make.client(db, name, **more)
    make.case(db, client)
    return client


def test_new_answers_take_the_place_of_all_earlier_ones(db):
    client = somebody(db)
    write_down(db, client, {"religion": "muslim", "sex": "female"}, make.TODAY - timedelta(days=40))
    write_down(db, client, {"religion": "declined"})
    [row] = db.scalars(select(EqualityAnswer)).all()
    assert {one: getattr(row, one) for one in QUESTIONS} == {
        **dict.fromkeys(QUESTIONS, "not_asked"), "religion": "declined",
    }  # fmt: skip
    assert days_of(db, client) == (make.TODAY, None)


def test_whoever_objects_is_taken_out_in_every_record_of_theirs(db):
    client, again = somebody(db), somebody(db, "Rehana Begom", phone="07700 900555")
    write_down(db, client, {"religion": "muslim"})
    write_down(db, again, {"disability": "a_lot"}, make.TODAY - timedelta(days=3))
    merge(db, again, client)
    object_to(db, client)
    rows = db.scalars(select(EqualityAnswer)).all()
    assert {getattr(row, one) for row in rows for one in QUESTIONS} == {"not_asked"}
    assert days_of(db, client) == days_of(db, again) == (make.TODAY, make.TODAY)
    assert {answer for _question, answer in told(db)} == {"not_asked"}


def test_somebody_who_never_answered_may_object_and_ask_to_be_counted_later(db):
    client = somebody(db)
    object_to(db, client)
    write_down(db, client, {"sex": "female"})
    assert days_of(db, client) == (make.TODAY, None)


@pytest.mark.parametrize(("kind", "values", "field"), [
    ("individual", {}, "ethnic_group"), ("organisation", {"sex": "female"}, "client"),
    ("individual", {"sex": "female", "asked_on": make.TODAY + timedelta(days=1)}, "asked_on"),
    ("individual", {"sex": "female", "objected_on": make.TODAY}, "sex"),
])  # fmt: skip
def test_what_does_not_hold_is_refused(db, kind, values, field):
    client = make.client(db, "Somebody", kind=kind, org_contact="Imam" if kind == "organisation" else None)
    db.add(EqualityAnswer(client=client, **{"asked_on": make.TODAY, **values}))
    assert [one for one, _text in make.problems(db)] == [field]


def test_a_person_counts_once_by_the_last_answer_in_any_of_their_records(db):
    client, again = somebody(db), somebody(db, "Rehana Begom", phone="07700 900555")
    write_down(db, client, {"religion": "muslim"}, make.TODAY - timedelta(days=9))
    write_down(db, again, {"religion": "hindu", "sex": "female"})
    assert told(db)["religion", "muslim"] == told(db)["religion", "hindu"] == 1
    merge(db, again, client)
    assert told(db)["religion", "hindu"] == told(db)["sex", "female"] == 1
    assert ("religion", "muslim") not in told(db)


@pytest.mark.req("R5")
def test_no_part_of_the_program_names_the_answers_but_those_that_write_and_count_them():
    """Whoever chooses, matches, refers, searches or lists cannot depend on an answer that they never read."""
    words = ("EqualityAnswer", "equality_answers", "models.equality", "casework.equality", "import equality")
    naming = {
        str(path.relative_to(ROOT))
        for part in ("admin_views", "casework", "exports", "models", "seed")
        for path in (ROOT / part).rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in words)
    }
    assert naming - NAMED.keys() == set()
    assert "casework/tallies/equality.py" in naming
