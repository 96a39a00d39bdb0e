"""The evidence pack: the figures counted again from the file, nothing of a file in it, and the same bytes each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from casework import campaigns, issue_counts, issues
from casework.issue_counts import RULES, Piece
from casework.issues import Said
from exports.evidence_pack import Words, make, method, tells_by_taking_away
from exports.issue_figures import inside, outside
from exports.letters import words_of
from tests import make as office

DAY, THRESHOLD = date(2026, 11, 23), 5
WORDS = Words(
    title="A written answer within one working day", office="The office", began_on=date(2026, 7, 13),
    issues=[("Refused at the desk", "Answers are given orally", "Budget cuts")], demands=[("In writing", "Open")],
    targets=["Eastmere Council"], partners=["Sewing Circle"], log=[("Letter", 4), ("Reply", 1)],
    quotes=["Nobody wrote anything down."],
)  # fmt: skip


def some(number: int = 23) -> list[Piece]:
    """Pieces of so many people: most at one agency, two at another, four first met with in the year before."""
    return [
        Piece(place, place, "conduct" if place % 3 else "referral", "Eastmere Council" if place > 1 else "Wharfgate",
              date(2025 if place < 4 else 2026, 1 + place % 9, 10), place)
        for place in range(number)
    ]  # fmt: skip


def told(number: int = 23):
    return outside(issue_counts.count(some(number), DAY), THRESHOLD)


def sheets(content: bytes) -> dict[str, list[tuple]]:
    return {
        one.title: [tuple(row) for row in one.iter_rows(values_only=True)] for one in load_workbook(BytesIO(content))
    }


def table_of(rows: list[tuple]) -> dict[str, int | str]:
    """Give what stands below the heading of a sheet, label -> number."""
    start = next(place for place, row in enumerate(rows) if "Number" in row)
    return {row[0]: row[1] for row in rows[start + 1 :] if row[0] is not None}


@pytest.mark.req("R72")
def test_every_number_in_the_workbook_is_the_count_or_hidden_and_stands_with_its_rule():
    files, every = make(WORDS, told()), some()
    found = sheets(files.xlsx)
    assert table_of(found["Figures"]) == {"Clients": 23, "Cases": 23, "Pieces of evidence": 23}
    by_agency = table_of(found["By agency"])
    assert by_agency == {"Eastmere Council": "hidden", "Wharfgate": "<5", "All": 23}
    asked = sum(one.kind == "referral" for one in every)
    assert table_of(found["By kind"]) == {
        "Request to an agency": asked, "How an agency dealt with somebody": 23 - asked, "Incident": 0,
        "The case as a whole": 0, "All": 23,
    }  # fmt: skip
    # The quarters of 2025 are one and three: under a "<5" none of them could be four, so the year says "hidden".
    assert table_of(found["By year"]) == {"2025": "hidden", "2026": "hidden", "All": 23}
    told_rules = " ".join(str(cell) for rows in found.values() for row in rows for cell in row if cell)
    assert all(rule in told_rules for rule in RULES.values())
    assert not any(
        isinstance(cell, str) and cell.startswith("=") for rows in found.values() for row in rows for cell in row
    )


def test_the_document_holds_the_same_numbers_as_the_workbook():
    files = make(WORDS, told())
    words = words_of(files.docx)
    from docx import Document

    tables = [[cell.text for cell in row.cells] for one in Document(BytesIO(files.docx)).tables for row in one.rows]
    numbers = {row[0]: row[1] for row in tables if len(row) == 3}
    for name in ("By agency", "By kind", "By year", "By quarter"):
        for label, number in table_of(sheets(files.xlsx)[name]).items():
            assert label == "All" or numbers[label] == str(number), label
    assert [row[1] for row in tables if row[0] == "All"] == ["23"] * 4
    for text in (WORDS.title, "In writing", "Nobody wrote anything down.", "Sewing Circle", *method(told())):
        assert text in words


def test_hidden_numbers_have_bars_of_one_length_and_the_scale_follows_what_is_seen():
    rows = sheets(make(WORDS, told()).xlsx)["By agency"]
    assert {row[2] for row in rows if row[1] in ("hidden", "<5")} == {"·"}


@pytest.mark.parametrize(("came_in", "is_told"), [(0, False), (1, True), (4, True), (60, False)])
def test_a_pack_that_differs_a_little_from_an_earlier_one_is_found(came_in, is_told):
    """Twenty-three people, then so many more; sixty more are many in each line that is shown in both."""
    earlier = [make(WORDS, told()).xlsx]
    assert tells_by_taking_away(told(23 + came_in), earlier) is is_told
    assert tells_by_taking_away(told(23 + came_in), []) is False


def test_the_same_data_gives_the_same_bytes_and_other_data_others():
    first = make(WORDS, told())
    assert make(WORDS, told()).prints == first.prints
    assert make(WORDS, told(24)).prints != first.prints
    assert make(replace(WORDS, quotes=[]), told()).prints[0] != first.prints[0]
    for content in (first.docx, first.xlsx):
        assert {one.date_time for one in ZipFile(BytesIO(content)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_figures_that_are_whole_are_never_made_into_a_pack():
    with pytest.raises(ValueError, match="small numbers are hidden"):
        make(WORDS, inside(issue_counts.count(some(), DAY), THRESHOLD))
    assert not told(4).is_enough
    assert told(5).is_enough


@pytest.mark.parametrize("canary", ["=1+1", "+A1", "@SUM(A1)", "-2", "\t=1", "\uff1d1"])
def test_no_text_in_the_workbook_is_a_formula(canary):
    nasty = replace(WORDS, title=canary, quotes=[canary], demands=[(canary, "Open")], partners=[canary])
    book = load_workbook(BytesIO(make(nasty, told()).xlsx))
    assert [cell.value for one in book for row in one.iter_rows() for cell in row if cell.data_type == "f"] == []


@pytest.mark.req("R58", "R72")
def test_nothing_of_a_file_stands_in_either_file(db):
    """Every text of clients, cases, staff, evidence and log is a canary; none of them is in the pack."""
    lead = office.worker(db, "Canary Worker")
    office.act_as(db, "manager", lead)
    found = [
        office.case(
            db, office.client(db, f"Canary Client{place}", address="canary address"), lead=lead, title="canary title"
        ) for place in range(6)
    ]  # fmt: skip
    agency = office.agency(db, "Eastmere Council")
    issue = issues.raise_issue(db, Said("Refused at the desk", agency=agency, finding="canary finding"), found)
    issues.add_evidence(db, issue, office.incident(db, found[0], what="canary incident"), "canary why")
    issues.step(db, issue, "adopted")
    running = campaigns.start(db, "In writing", [issue], ["In a day"], targets=[agency])
    campaigns.write_down(db, running, "letter", "canary log", agency=agency)
    counted = outside(issue_counts.count(issue_counts.pieces(db, [issue.id]), DAY), THRESHOLD)
    words = replace(WORDS, issues=[(issue.title, issue.policy or "", "")], log=[("Letter", 1)])
    files = make(words, counted)
    told_all = " ".join(text for content in (files.docx, files.xlsx) for text in _everything(content))
    assert "Eastmere Council" in told_all
    assert "canary" not in told_all.lower()
    assert not [one.ref for one in found if one.ref in told_all or one.client.ref in told_all]
    assert campaigns.named_in(db, running, ["Canary  Client3 says"], []) == ["a client"]
    assert campaigns.named_in(db, running, words.texts(), []) == []


def _everything(content: bytes) -> list[str]:
    with ZipFile(BytesIO(content)) as packed:
        return [packed.read(one).decode("utf-8", "replace") for one in packed.namelist()]
