"""Conduct on an agency's scorecard: people, not notes, each once for each kind, over all teams."""

from __future__ import annotations

from datetime import date

from casework.conduct import note_conduct
from casework.conduct_counts import conduct_met
from casework.periods import Period
from tests import make

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def code(db, short):
    return make.code(db, "conduct", short)


def told(table) -> dict[str, int]:
    return {row.label: row.number for row in table.rows}


def test_a_client_counts_once_for_each_kind_whatever_the_notes(db):
    agency, dismissed, prompt = make.agency(db), code(db, "dismissed_or_trivialised"), code(db, "prompt")
    first, second = make.case(db), make.case(db)
    again = make.case(db, first.client)
    for case in (first, first, again, second):
        note_conduct(db, case, agency, [dismissed], on=date(2026, 5, 4))
    note_conduct(db, second, agency, [prompt], on=date(2026, 5, 4))
    table = conduct_met(db, [agency.id], YEAR)
    assert told(table) == {dismissed.words: 2, prompt.words: 1}
    assert table.total.number == 3


def test_only_this_agency_this_period_and_cases_that_stand(db):
    agency, other, word = make.agency(db), make.agency(db, "Fen Road Homes"), code(db, "not_believed")
    note_conduct(db, make.case(db), agency, [word], on=date(2026, 1, 1))
    note_conduct(db, make.case(db), other, [word], on=date(2026, 5, 4))
    note_conduct(db, make.case(db), agency, [word], on=date(2025, 12, 31))
    aside = make.case(db)
    note_conduct(db, aside, agency, [word], on=date(2026, 5, 4))
    aside.voided_reason = "Written down twice"
    db.flush()
    assert told(conduct_met(db, [agency.id], YEAR)) == {word.words: 1}
    assert told(conduct_met(db, [agency.id, other.id], YEAR)) == {word.words: 2}


def test_an_agency_without_conduct_has_no_such_table(db):
    assert conduct_met(db, [make.agency(db).id], YEAR) is None
