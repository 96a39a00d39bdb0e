"""Tables of the builder: every one that the office has by name, and every dimension, counted again in Python."""

from __future__ import annotations

from datetime import date
from itertools import cycle

import pytest
from sqlalchemy import select

from casework import periods
from casework.cross_tables import subjects
from casework.figures import count_figures
from casework.local_days import summer_times
from casework.official_tables import OFFICIAL
from casework.periods import Period
from casework.table_counts import Asked, count_table, faults, faults_of_period, is_too_large, records_behind
from models import Client
from models.fields import Sensitivity
from tests import make
from tests.table_office import Walk, table_office

YEAR = Period(date(2025, 10, 1), date(2026, 10, 31))
QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))


CUT = {"2025": "Oct 2025–Mar 2026", "2026": "Apr–Oct 2026", "Oct–Dec 2026": "Oct 2026"}  # YEAR cuts these


def told(table, which: int = 0) -> dict[tuple[str, str], int]:
    """Give a table by the labels of its lines, empty cells left out."""
    rows = {one.key: one.label for one in table.rows}
    columns = {one.key: one.label for one in table.columns} if table.asked.columns else {"only": ""}
    return {(rows[row], columns[column]): number for (place, row, column), number in table.cells.items()
            if place == which and number}  # fmt: skip


def recounted(walk: Walk, asked: Asked, period: Period) -> tuple[dict, int]:
    cells, different = walk.table(asked, period)
    return {tuple(CUT.get(part, part) for part in cell): number for cell, number in cells.items()}, different


def test_every_table_of_the_office_and_every_dimension_is_what_walking_over_the_records_gives(db):
    table_office(db, seed=11)
    walk = Walk(db, make.TODAY)
    asked = [Asked(one.of, one.rows, one.columns, one.measure, YEAR, one.compared) for one in OFFICIAL]
    ways = cycle(("each", "people", "cases"))
    for subject in subjects().values():
        keys = list(subject.by_key())
        known = {key for key, _name, _counted in subject.measures()}
        for row, column in zip(keys, keys[1:] + keys[:1], strict=True):
            way = next(ways)
            asked.append(Asked(subject.key, row, column, way if way in known else "each", YEAR))
    empty = []
    for one in asked:
        table = count_table(db, one, make.TODAY)
        for which, period in enumerate(one.periods):
            cells, different = recounted(walk, one, period)
            assert (told(table, which), table.different[which]) == (cells, different), (one, which)
        empty += [one] if not table.different[0] else []
    assert not empty  # an office in which nothing happened would prove nothing
    assert len({(one.of, one.rows) for one in asked}) == sum(len(one.dimensions) for one in subjects().values())


def test_the_builder_and_the_figures_say_the_same_of_new_cases_and_of_answers_in_time(db):
    table_office(db, seed=12)
    report = count_figures(db, QUARTER, make.TODAY)
    kinds = count_table(db, Asked("cases", "case_kind", "", "each", QUARTER), make.TODAY)
    assert {row.label: row.number for row in report.kinds.tables[0].rows if row.number} == {
        row: number for (row, _column), number in told(kinds).items()
    }
    sent = count_table(db, Asked("requests", "kind", "timing", "each", QUARTER), make.TODAY)
    timings = {table.key: table.total.number for table in report.agencies.tables}
    referrals = {column: number for (row, column), number in told(sent).items() if row == "Referral"}
    assert [referrals.get(label, 0) for label in ("Answered in time", "Late, or no answer", "Not due yet",
                                                  "No day set, or taken back before it")] == [
        timings[f"timing_{one}"] for one in ("in_time", "late", "not_yet", "no_day")
    ]  # fmt: skip


def test_behind_a_number_stand_as_many_records_as_it_says(db):
    table_office(db, seed=13)
    for of, rows, columns in (("incidents", "types", "weekday"), ("requests", "timing", "agency_kind"),
                              ("cases", "quarter", "area")):  # fmt: skip
        asked = Asked(of, rows, columns, "each", YEAR)
        table = count_table(db, asked, make.TODAY)
        for cell in sorted(table.cells)[:12]:
            behind = records_behind(asked, make.TODAY, db, *cell[1:])
            assert len(set(db.scalars(behind))) == table.cells[cell], cell


def test_a_person_of_two_records_and_three_incidents_is_one_victim(db):
    kept = make.client(db, "Rehana Begum", date_of_birth=date(1990, 7, 2))
    other = make.client(db, "Rehana Begom")
    for client in (kept, other, other):
        make.incident(db, make.case(db, client), "2026-07-01", types=("threat", "spitting"))
    other.merged_into = kept
    db.flush()
    assert db.scalars(select(Client).where(Client.merged_into_id.is_not(None))).one() is other
    asked = Asked("incidents", "age", "types", "people", QUARTER)
    table = count_table(db, asked, make.TODAY)
    assert told(table) == {("35 to 44", "Threat"): 1, ("35 to 44", "Spitting"): 1} and table.different == (1,)
    assert count_table(db, Asked("incidents", "types", "", "each", QUARTER), make.TODAY).different == (3,)


@pytest.mark.parametrize("keys, fields", [
    (("incidents", "place", "", "each"), []), (("nothing", "place", "", "each"), ["of"]),
    (("incidents", "closure_reason", "", "each"), ["rows"]), (("incidents", "place", "x", "each"), ["columns"]),
    (("incidents", "place", "place", "each"), ["columns"]), (("cases", "area", "", "cases"), ["measure"]),
    (("", "", "", ""), ["of"]), (("cases", "", "", "people"), ["rows"]),
])  # fmt: skip
def test_an_odd_choice_is_told_beside_its_box(keys, fields):
    assert [one.field for one in faults(*keys)] == fields


@pytest.mark.parametrize("rows, first, last, compared, fields", [
    ("place", "2026-07-01", "2026-09-30", "year", []), ("place", "0001-01-01", "9999-12-31", "before", ["first"]),
    ("place", "1990-01-01", "2026-09-30", "no", ["first"]), ("quarter", "2026-07-01", "2026-09-30", "before",
                                                             ["compared"]),
    ("place", "2025-01-01", "2026-09-30", "year", ["compared"]), ("place", "2025-10-01", "2026-09-30", "year", []),
    ("weekday", "2026-07-01", "2026-09-30", "before", []),
])  # fmt: skip
def test_a_period_that_cannot_be_told_is_refused_in_a_sentence(rows, first, last, compared, fields):
    asked = Asked("incidents", rows, "", "each", Period(date.fromisoformat(first), date.fromisoformat(last)), compared)
    assert [one.field for one in faults_of_period(asked)] == fields


def test_a_table_of_too_many_lines_is_refused(db):
    long = Period(date(2020, 1, 1), date(2026, 1, 31))
    assert is_too_large(count_table(db, Asked("incidents", "month", "", "each", long), make.TODAY)).field == "rows"
    assert is_too_large(count_table(db, Asked("incidents", "quarter", "", "each", long), make.TODAY)) is None


@pytest.mark.parametrize("first, last, before, earlier", [
    ("2026-07-01", "2026-09-30", "1 April to 30 June 2026", "1 July to 30 September 2025"),
    ("2025-04-01", "2026-03-31", "1 April 2024 to 31 March 2025", "1 April 2024 to 31 March 2025"),
    ("2026-04-01", "2026-11-23", "7 August 2025 to 31 March 2026", "1 April to 23 November 2025"),
    ("2024-02-01", "2024-02-29", "1 to 31 January 2024", "1 to 28 February 2023"),
    ("2023-02-01", "2023-02-28", "1 to 31 January 2023", "1 to 28 February 2022"),
    ("2025-02-01", "2025-02-28", "1 to 31 January 2025", "1 to 29 February 2024"),
])  # fmt: skip
def test_a_period_is_compared_with_the_one_before_or_the_same_days_a_year_earlier(first, last, before, earlier):
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    told = [str(one).replace(" January to ", " to ").replace(" February to ", " to ")
            for one in (periods.before(period), periods.year_earlier(period))]  # fmt: skip
    assert told == [before, earlier]


def test_summer_time_of_each_year_begins_and_ends_when_london_changes_its_clocks():
    told = [(f"{one:%d %b %Y %H}", f"{two:%d %b %Y %H}")
            for one, two in summer_times(date(2025, 6, 1), date(2026, 1, 1))]  # fmt: skip
    assert told == [("30 Mar 2025 01", "26 Oct 2025 01"), ("29 Mar 2026 01", "25 Oct 2026 01")]


def test_no_dimension_is_less_private_than_the_column_it_reads():
    every = {(subject.key, one.key): one.sensitivity for subject in subjects().values() for one in subject.dimensions}
    special = {key for (_of, key), see in every.items() if see is Sensitivity.SPECIAL}
    assert special == {"perpetrators", "causes", "no_recourse"}
    assert {key for (_of, key), see in every.items() if see is Sensitivity.PERSONAL} == {"age"}
