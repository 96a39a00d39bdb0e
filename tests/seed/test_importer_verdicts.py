"""What the dry run says of each row, and that the sum always comes out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from casework import guard
from casework.problems import Problem
from models import Case, ImportBatch, Incident, Team
from seed import importer
from seed.importer import ImportRefused, Verdict
from tests import make
from tests.seed import small_sheet

WHOLE_DATE = "Column Day does not hold a whole date: day, month and the year in four digits are needed."
REFS = st.sampled_from("ABCDE")
DAYS, PLACES = st.sampled_from(["3/3/24", "x", ""]), st.sampled_from(["home", "?"])


def planned(db, tmp_path, rows=small_sheet.ROWS, **changes):
    return importer.plan(db, small_sheet.write(tmp_path / "sheet.csv", rows), small_sheet.mapping(**changes))


def verdicts(plan):
    return [(row.number, str(row.verdict), row.reason) for row in plan.rows]


@pytest.fixture
def came_in(db, tmp_path):
    return importer.apply(db, planned(db, tmp_path), name="sheet.csv")


def test_new_rows_are_new_and_a_dry_run_leaves_nothing_behind(db, tmp_path):
    before = db.scalar(select(func.count()).select_from(Case))
    plan = planned(db, tmp_path)
    assert verdicts(plan) == [(2, "new", ""), (3, "new", ""), (4, "new", "")]
    assert not db.new and not db.dirty
    db.flush()
    assert db.scalar(select(func.count()).select_from(Case)) == before


def test_a_dry_run_does_not_save_what_waits_in_the_same_session(db, tmp_path):
    waiting = Team(name="North")
    db.add(waiting)
    planned(db, tmp_path)
    assert waiting in db.new


def test_a_row_with_equal_values_is_already_there(db, tmp_path, came_in):
    assert [row.verdict for row in planned(db, tmp_path).rows] == [Verdict.SAME] * 3


@pytest.mark.parametrize(
    "cells, fields",
    [
        ({"Where": "street"}, "Place"),
        ({"Kind": "spat at"}, "What kind"),
        ({"Words": "Another story."}, "What happened"),
        ({"Words": ""}, "What happened"),
        ({"Time": "8pm"}, "When"),
        ({"Time": ""}, "How exact is the time, When"),
        ({"Where": "", "Kind": ""}, "Place, What kind"),
    ],
)
def test_a_row_that_differs_from_the_record_is_a_clash_that_names_the_fields(db, tmp_path, came_in, cells, fields):
    plan = planned(db, tmp_path, small_sheet.changed(0, **cells))
    assert verdicts(plan)[0] == (2, "clash", f"The office's record of this reference differs in: {fields}.")
    assert (plan.imported, plan.already_there, plan.refused) == (0, 2, 1)


def test_what_the_office_changed_after_the_import_clashes_and_is_not_overwritten(db, tmp_path, came_in):
    incident = db.scalars(select(Incident).where(Incident.external_ref == "A1")).one()
    incident.what = "As they told it to us later."
    db.flush()
    plan = planned(db, tmp_path)
    importer.apply(db, plan, name="again.csv")
    assert [row.verdict for row in plan.rows] == [Verdict.CLASH, Verdict.SAME, Verdict.SAME]
    assert incident.what == "As they told it to us later."


def test_what_the_mapping_alone_says_of_every_row_is_no_clash_when_the_office_knows_better(db, tmp_path, came_in):
    incident = db.scalars(select(Incident).where(Incident.external_ref == "A1")).one()
    incident.case.kind = make.code(db, "case_kind", "other_hate")
    db.flush()
    assert planned(db, tmp_path).rows[0].verdict is Verdict.SAME


def test_the_same_reference_twice_in_a_sheet_is_a_clash_for_the_later_row(db, tmp_path):
    plan = planned(db, tmp_path, [*small_sheet.ROWS, ("A1", "6/3/2024", "", "", "threats", "")])
    assert verdicts(plan)[3] == (5, "clash", "Row 2 has the same reference.")


@pytest.mark.parametrize(
    "cells, reason",
    [
        ({"Day": "sometime in May"}, "Column Day cannot be read as a date."),
        ({"Day": "3 March"}, WHOLE_DATE),
        ({"Day": "31/2/2024"}, "Column Day cannot be read as a date."),
        ({"Day": ""}, "First contact is missing. When is missing."),
        ({"Day": "1/12/2026"}, "First contact lies in the future. When lies in the future."),
        ({"Time": "25:00"}, "Column Day has beside it the column Time, which cannot be read as a time of day."),
        ({"Where": "moon"}, "Column Where holds words that the mapping does not know."),
        ({"Kind": "threats; sang"}, "Column Kind holds words that the mapping does not know."),
        ({"Ref": ""}, "Column Ref is empty, so this row could not be known again."),
        ({"Ref": "R" * 41}, "The reference is longer than 40 characters."),
        ({"Day": "31/3/2024", "Time": "01:30"}, "Column Day holds a time that the clocks jumped over that day."),
    ],
)
def test_a_row_that_cannot_be_taken_is_bad_and_says_why_without_its_words(db, tmp_path, cells, reason):
    plan = planned(db, tmp_path, small_sheet.changed(1, **cells))
    assert verdicts(plan) == [(2, "new", ""), (3, "bad", reason), (4, "new", "")]
    assert f"Row 3, bad: {reason}" in importer.report_lines(plan)


def test_a_line_with_too_few_or_too_many_cells_is_bad(db, tmp_path):
    plan = planned(db, tmp_path, [small_sheet.ROWS[0][:4], (*small_sheet.ROWS[1], "more"), small_sheet.ROWS[2]])
    assert [row.reason for row in plan.rows] == [
        "The row has fewer cells than there are headings.", "The row has more cells than there are headings.", "",
    ]  # fmt: skip


def test_only_rows_that_can_be_taken_come_in_and_the_sum_comes_out(db, tmp_path):
    rows = [*small_sheet.changed(1, Where="moon"), small_sheet.ROWS[0]]
    batch = importer.apply(db, planned(db, tmp_path, rows), name="sheet.csv")
    assert (batch.total, batch.imported, batch.already_there, batch.refused) == (4, 2, 0, 2)
    came = db.scalars(select(Incident).where(Incident.import_batch_id == batch.id).order_by(Incident.external_ref))
    assert [one.external_ref for one in came] == ["A1", "A3"]


def test_a_row_that_a_rule_of_the_office_refuses_is_bad_already_in_the_dry_run(db, tmp_path, monkeypatch):
    def no_spitting(incident, _db):
        if any(code.code == "spitting" for code in incident.types):
            yield Problem("types", "This office has another rule today.")

    monkeypatch.setitem(guard.RULES, Incident, (*guard.RULES.get(Incident, ()), no_spitting))
    plan = planned(db, tmp_path)
    assert verdicts(plan)[1] == (3, "bad", "This office has another rule today.")
    assert importer.apply(db, plan, name="sheet.csv").imported == 2


def test_what_saving_tidies_up_is_no_difference_at_the_second_run(db, tmp_path, monkeypatch):
    def tidy(incident, _db):
        incident.what = incident.what and incident.what.upper()

    monkeypatch.setitem(guard.PREPARATIONS, Incident, (*guard.PREPARATIONS.get(Incident, ()), tidy))
    importer.apply(db, planned(db, tmp_path), name="sheet.csv")
    assert db.scalars(select(Incident).where(Incident.external_ref == "A1")).one().what == "THEY CAME TO THE DOOR."
    assert planned(db, tmp_path).already_there == 3


def test_an_import_that_came_between_dry_run_and_writing_is_noticed(db, tmp_path):
    plan = planned(db, tmp_path)
    importer.apply(db, plan, name="first.csv")
    with pytest.raises(ImportRefused, match="since the dry run some of these rows came in"):
        importer.apply(db, plan, name="second.csv")
    assert db.scalar(select(func.count()).select_from(ImportBatch).where(ImportBatch.name == "second.csv")) == 0


def test_a_time_that_is_known_is_exact_and_one_that_is_not_stands_for_the_day(db, came_in):
    kept = {one.external_ref: one for one in db.scalars(select(Incident).where(Incident.external_ref.like("A_")))}
    assert (kept["A1"].from_at, kept["A1"].precision) == (datetime(2024, 3, 3, 21, 0, tzinfo=UTC), "exact")
    assert (kept["A2"].from_at, kept["A2"].precision) == (datetime(2024, 3, 4, tzinfo=UTC), "day")


def test_several_kinds_in_one_cell_are_all_kept(db, came_in):
    incident = db.scalars(select(Incident).where(Incident.external_ref == "A2")).one()
    assert {code.code for code in incident.types} == {"spitting", "threat"}


def test_imported_cases_take_the_next_numbers_of_the_year(db, tmp_path):
    before = make.case(db)
    batch = importer.apply(db, planned(db, tmp_path), name="sheet.csv")
    after = make.case(db)
    refs = db.scalars(select(Case.ref).where(Case.import_batch_id == batch.id).order_by(Case.id)).all()
    numbers = [int(ref.partition("-")[2]) for ref in (before.ref, *refs, after.ref)]
    assert numbers == list(range(numbers[0], numbers[0] + 5))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(REFS, DAYS, PLACES), min_size=1, max_size=8))
def test_whatever_the_sheet_holds_new_and_same_and_refused_make_the_total(db, tmp_path, lines):
    plan = planned(db, tmp_path, [(ref, day, "", where, "", "") for ref, day, where in lines])
    kinds = Counter(row.verdict for row in plan.rows)
    assert plan.total == len(lines) == plan.imported + plan.already_there + plan.refused
    assert plan.refused == kinds[Verdict.CLASH] + kinds[Verdict.BAD]
    readable = [(ref, day) for ref, day, where in lines if day == "3/3/24" and where == "home"]
    assert plan.imported == len({ref for ref, _ in readable})
