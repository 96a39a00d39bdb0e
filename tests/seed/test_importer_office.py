"""An office's old workbook comes in by its mapping alone: merged headings, notes, totals, dates as text, people."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from models import Client, Incident
from seed import importer
from seed.importer import Verdict
from tests import make
from tests.data.make_office_sheet import GOOD, make_office_sheet

MINAR = (
    105, "Minar Khatun", 7700900105, "Redbridge", "Bengali", "1 June 2024", "8pm", "threats", "stairs", None,
    "2/6/24", "any time", "Desk", None,
)  # fmt: skip


@pytest.fixture(scope="module")
def mapping():
    return importer.read_mapping(importer.MAPPINGS / "old_office_sheet.toml")


def but(row, **cells):
    """Give a row with other cells, by the letter of their column."""
    return tuple(cells.get("ABCDEFGHIJKLMN"[at], value) for at, value in enumerate(row))


def planned(db, tmp_path, mapping, rows=GOOD):
    return importer.plan(db, make_office_sheet(tmp_path / "book.xlsx", rows), mapping)


@pytest.fixture
def came_in(db, tmp_path, mapping):
    batch = importer.apply(db, planned(db, tmp_path, mapping), name="book.xlsx")
    found = db.scalars(select(Incident).where(Incident.import_batch_id == batch.id))
    return batch, {incident.external_ref: incident for incident in found}


def test_notes_totals_and_empty_lines_are_no_rows_and_are_accounted_for(db, tmp_path, mapping):
    plan = planned(db, tmp_path, mapping)
    assert [row.number for row in plan.rows] == [6, 7, 8, 9]
    assert [(line.number, line.reason) for line in plan.lines_left_out] == [(11, "the totals under the table")]
    assert importer.report_lines(plan)[1:] == [
        "Column Fare paid is left out: petty cash, kept in the accounts",
        "Line 11 is left out: the totals under the table",
        "New 4 + already there 0 + refused 0 (clash 0, bad 0) = 4 rows.",
    ]


def test_dates_typed_as_text_or_kept_as_dates_are_the_same_days(came_in):
    _, kept = came_in
    assert {ref: (one.from_at, one.precision) for ref, one in kept.items()} == {
        "book 101": (datetime(2024, 3, 3, 21, 30, tzinfo=UTC), "exact"),
        "book 102": (datetime(2024, 3, 11, tzinfo=UTC), "day"),
        "book 103": (datetime(2024, 2, 2, 14, 0, tzinfo=UTC), "exact"),
        "book 104": (datetime(2024, 5, 6, 23, 0, tzinfo=UTC), "day"),  # midnight of 7 May in British summer time
    }
    assert kept["book 104"].case.first_contact_at == datetime(2024, 5, 8, 9, 15, tzinfo=UTC)


def test_several_kinds_in_one_cell_and_the_desks_own_words_are_kept(came_in):
    _, kept = came_in
    kinds = {ref: {code.code for code in one.types} for ref, one in kept.items()}
    assert kinds == {
        "book 101": {"graffiti_property", "threat"}, "book 102": {"attack_on_home"},
        "book 103": {"verbal_abuse", "spitting"}, "book 104": {"written_abuse"},
    }  # fmt: skip
    assert kept["book 101"].what.split("\n") == [
        "It was on the door when I came back.", "Where, as written at the desk: home", "Taken down by: Desk",
    ]  # fmt: skip


def test_people_become_clients_once_with_their_number_borough_and_language(came_in):
    _, kept = came_in
    client = kept["book 101"].case.client
    assert kept["book 102"].case.client is client
    assert (client.name, client.phone, client.area.name, client.language.name, client.safe_contact) == (
        "Ruksana Miah", "07700900101", "Tower Hamlets", "Sylheti", "phone_only",
    )  # fmt: skip
    assert kept["book 104"].case.client.safe_contact == "no_post"
    assert {one.case.status for one in kept.values()} == {"enquiry"}


def test_somebody_who_gave_no_name_stays_an_enquiry(came_in):
    _, kept = came_in
    assert kept["book 103"].case.client is None
    assert kept["book 103"].case.area.name == "Hackney"


def test_a_text_that_begins_like_a_formula_is_kept_as_text(came_in):
    _, kept = came_in
    assert kept["book 104"].what == "=1+1 was written in the letter\nTaken down by: @desk"


def test_a_second_run_brings_nothing_in_and_makes_no_client_twice(db, tmp_path, mapping, came_in):
    before = db.scalar(select(func.count()).select_from(Client))
    again = planned(db, tmp_path, mapping)
    assert importer.apply(db, again, name="again").imported == 0
    assert [row.verdict for row in again.rows] == [Verdict.SAME] * 4
    assert db.scalar(select(func.count()).select_from(Client)) == before


def test_a_later_page_of_the_book_gives_a_known_person_another_case(db, tmp_path, mapping, came_in):
    _, kept = came_in
    later = but(GOOD[1], A=105, F="2 May 2024", K="3/5/24")
    plan = planned(db, tmp_path, mapping, [*GOOD, later])
    batch = importer.apply(db, plan, name="later")
    incident = db.scalars(select(Incident).where(Incident.import_batch_id == batch.id)).one()
    assert incident.case.client is kept["book 101"].case.client


def test_a_client_who_was_set_aside_is_given_no_further_case(db, tmp_path, mapping, came_in):
    _, kept = came_in
    kept["book 101"].case.client.voided_reason = "Written down twice"
    db.flush()
    batch = importer.apply(db, planned(db, tmp_path, mapping, [*GOOD, but(GOOD[1], A=105)]), name="later")
    incident = db.scalars(select(Incident).where(Incident.import_batch_id == batch.id)).one()
    assert incident.case.client.voided_reason is None


def test_a_manager_may_bring_a_sheet_in_too(db, tmp_path, mapping, came_in):
    make.act_as(db, "manager", make.worker(db))
    plan = planned(db, tmp_path, mapping, [*GOOD, but(GOOD[1], A=105)])
    assert (plan.already_there, importer.apply(db, plan, name="later").imported) == (4, 1)


def test_one_name_with_two_numbers_is_two_people(db, tmp_path, mapping):
    rows = [GOOD[0], but(GOOD[1], C=7700900109)]
    importer.apply(db, planned(db, tmp_path, mapping, rows), name="book")
    named = db.scalars(select(Client).where(Client.name == "Ruksana Miah")).all()
    assert {client.phone for client in named} == {"07700900101", "07700900109"}


def test_one_person_with_two_languages_is_asked_about_and_not_decided(db, tmp_path, mapping):
    plan = planned(db, tmp_path, mapping, [GOOD[0], but(GOOD[1], E="Bengali")])
    assert [(row.verdict, row.reason) for row in plan.rows] == [
        ("new", ""), ("clash", "Row 6 names the same person, but differs in: Language."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "cells, reason",
    [
        ({"D": "Bowe"}, "Column Person / Borough holds words that the office's list for Borough does not have."),
        ({"E": "Elvish"}, "Column Person / Speaks holds words that the office's list for Language does not have."),
        ({"F": "last Tuesday"}, "Column What happened / When cannot be read as a date."),
        ({"F": 45354}, "Column What happened / When holds a number where a date is expected."),
        ({"B": None}, "Column Person / Phone says something of a person, but there is no name."),
        ({"B": "N" * 121}, "Column Person / Name is longer than the 120 characters of Name or alias."),
        ({"L": "by pigeon"}, "Column How to reach holds words that the mapping does not know."),
    ],
)
def test_a_cell_that_cannot_be_kept_makes_its_row_bad_and_is_not_repeated(db, tmp_path, mapping, cells, reason):
    plan = planned(db, tmp_path, mapping, [but(MINAR, **cells)])
    assert plan.rows[0].verdict is Verdict.BAD
    assert plan.rows[0].reason.startswith(reason)


def test_a_formula_counts_with_its_saved_result_and_without_one_the_row_is_bad(db, tmp_path, mapping):
    path = make_office_sheet(tmp_path / "book.xlsx", [MINAR])
    book = load_workbook(path)
    book["Book"]["A6"] = "=100+5"
    book.save(path)
    assert "a formula whose result was not saved" in importer.plan(db, path, mapping).rows[0].reason
    _save_result(path, "<f>100+5</f>", "105")
    assert importer.plan(db, path, mapping).new[0].entry.reference == "book 105"


def test_an_error_of_the_spreadsheet_is_no_value(db, tmp_path, mapping):
    path = make_office_sheet(tmp_path / "book.xlsx", [MINAR])
    book = load_workbook(path)
    book["Book"]["J6"] = "#REF!"
    book["Book"]["J6"].data_type = "e"
    book.save(path)
    reason = importer.plan(db, path, mapping).rows[0].reason
    assert reason == "Column In their words holds an error of the spreadsheet, such as #REF!."


def test_an_imported_client_is_found_like_any_other(db, came_in):
    _, kept = came_in
    typed = make.client(db, "Ruksana Miah", phone="07700900101")
    imported = kept["book 101"].case.client
    assert (imported.name_key, imported.phone_digits) == (typed.name_key, typed.phone_digits)


def _save_result(path: Path, formula: str, result: str) -> None:
    """Write a formula's result into the sheet, as a spreadsheet program does on saving."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    assert f"{formula}<v" in sheet
    for empty in ("<v></v>", "<v />", "<v/>"):
        sheet = sheet.replace(f"{formula}{empty}", f"{formula}<v>{result}</v>")
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
