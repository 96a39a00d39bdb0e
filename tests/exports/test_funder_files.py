"""Files for funders: a grant's own cases and days, frozen figures, earlier files laid beside, layouts, passwords."""

from __future__ import annotations

import hashlib
import io
from datetime import date

import msoffcrypto
import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from casework import grants
from casework.periods import Period
from casework.problems import RuleBroken
from exports import funder_files
from exports.frozen import Book
from exports.locked import locked
from models import Area, Case, Code, ExportRun, FunderTemplate, Grant, Language
from tests import make
from tests.random_work import random_work

QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
HALF = Period(date(2026, 4, 1), date(2026, 9, 30))
PAYLOADS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1", " =1+1")


def grant(db, *, areas=(), kinds=(), starts="2026-04-01", ends=None, **more) -> Grant:
    made = Grant(
        name=more.pop("name", "Equal Streets"), funder="Equal Streets Fund", starts_on=date.fromisoformat(starts),
        ends_on=ends and date.fromisoformat(ends), areas=list(areas), kinds=list(kinds), **more,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def made(db, of: Grant, period: Period = QUARTER) -> ExportRun:
    return funder_files.make(db, funder_files.plan(db, of, period), "Maryam Y")


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = load_workbook(io.BytesIO(content))
    return {one.title: [[cell.value for cell in row] for row in one.iter_rows()] for one in book}


@pytest.fixture
def busy(db):
    random_work(db, 1, 30)
    return db


# What a grant pays for


@pytest.mark.parametrize(
    "name, days",
    [
        ("last_quarter", "1 July to 30 September 2026"), ("year", "1 May to 31 October 2026"),
        ("last_year", None), ("grant", "1 May to 31 October 2026"),
    ],
)  # fmt: skip
def test_a_period_by_name_is_cut_to_the_days_that_the_grant_pays_for(db, name, days):
    found = grants.named_period(db, grant(db, starts="2026-05-01", ends="2026-10-31"), name, make.TODAY)
    assert (str(found) if found else None) == days


def test_a_grant_that_ends_before_it_begins_is_refused(db):
    with pytest.raises(RuleBroken, match="The last day is before the first"):
        grant(db, starts="2026-04-01", ends="2026-03-31")


def test_the_file_of_a_grant_counts_only_its_boroughs_and_kinds_by_a_recount_in_sql(busy):
    areas = list(busy.scalars(select(Area).order_by(Area.id).limit(25)))
    kinds = list(busy.scalars(select(Code).where(Code.list == "case_kind").order_by(Code.id).limit(4)))
    figures = funder_files.plan(busy, grant(busy, areas=areas, kinds=kinds), HALF).figures
    ids = {"areas": ",".join(str(one.id) for one in areas), "kinds": ",".join(str(one.id) for one in kinds)}
    cases = """FROM cases LEFT JOIN codes ON codes.id = cases.closure_reason_id
        WHERE cases.voided_reason IS NULL AND (codes.code IS NULL OR codes.code <> 'duplicate')
        AND cases.area_id IN ({areas}) AND cases.kind_id IN ({kinds})""".format(**ids)
    new = busy.scalar(text(f"SELECT count(*) {cases} AND cases.opened_on BETWEEN '2026-04-01' AND '2026-09-30'"))
    sent = busy.scalar(text(
        "SELECT count(*) FROM referrals JOIN cases ON cases.id = referrals.case_id WHERE cases.voided_reason IS NULL "
        "AND referrals.kind = 'referral_out' AND referrals.status <> 'draft' AND cases.area_id IN ({areas}) "
        "AND cases.kind_id IN ({kinds}) AND sent_on BETWEEN '2026-04-01' AND '2026-09-30'".format(**ids)
    ))  # fmt: skip
    assert (figures.numbers["cases_new"], figures.numbers["sent"]) == (new, sent)
    assert 0 < new < busy.scalar(text("SELECT count(*) FROM cases"))
    assert {row.label for row in figures.report.areas.tables[0].rows} <= {
        *(one.name for one in areas), "Outside our area", "Not known",
    }  # fmt: skip


# What stands in the file


def test_the_cover_says_for_whom_and_from_whom_the_office_is_independent(busy):
    run = made(busy, grant(busy, name="Advice", public_body=True, areas=[make.area(busy)]))
    told = "\n".join(str(row[0]) for row in sheets(funder_files.again(run)[0])["Cover"])
    for words in ("For: Equal Streets Fund, grant “Advice”", "Counted are cases of: Tower Hamlets.",
                  "Equal Streets Fund is a public body: it pays for this work and does not direct it."):  # fmt: skip
        assert words in told
    other = made(busy, grant(busy, name="Other"))
    assert "is a public body" not in str(sheets(funder_files.again(other)[0])["Cover"])


def test_a_file_that_withstood_the_attack_is_no_draft_and_says_against_what_it_was_laid(busy):
    of = grant(busy)
    first, second = made(busy, of), made(busy, of, HALF)
    told = sheets(funder_files.again(second)[0])
    assert "not for release" not in str(told)
    assert "1 earlier file of days" in str(told["Small numbers"])
    assert "No earlier file" in str(sheets(funder_files.again(first)[0])["Small numbers"])


def test_the_layout_puts_the_funders_lines_first_and_its_sheets_in_its_order(busy):
    layout = grants.save_template(busy, None, "Quarterly", "Areas\nCaseload\n", [
        ("cases_new", "Q1. People you began to help"), ("held", "Q2. Meetings"),
    ])  # fmt: skip
    run = made(busy, grant(busy, template=layout))
    told, figures = sheets(funder_files.again(run)[0]), funder_files.plan(busy, run.grant, QUARTER).figures
    assert list(told) == ["Cover", "Definitions", "For Equal Streets Fund", "Areas", "Caseload", "Small numbers"]
    lines = [row[:2] for row in told["For Equal Streets Fund"] if row[0] and str(row[0]).startswith("Q")]
    assert lines == [
        ["Q1. People you began to help", figures.shown("cases_new")],
        ["Q2. Meetings", figures.shown("held")],
    ]


def test_lines_of_a_layout_change_places_and_leave_without_two_ever_standing_in_one(db):
    first = [("cases_new", "A"), ("sent", "B"), ("held", "C")]
    layout = grants.save_template(db, None, "Quarterly", "", first)
    grants.save_template(db, layout, "Quarterly", "", [first[2], first[0]])
    db.expire_all()
    kept = db.scalars(select(FunderTemplate)).one()
    assert [(one.place, one.heading) for one in sorted(kept.lines, key=lambda one: one.place)] == [(1, "C"), (2, "A")]
    with pytest.raises(RuleBroken, match="Another layout has this name"):
        grants.save_template(db, None, "Quarterly", "", first)


@pytest.mark.req("R6")
def test_no_payload_in_any_word_that_reaches_a_file_becomes_a_formula(busy):
    """The twelve payloads stand as words of lists, boroughs, languages, the grant, its funder and its layout."""
    words = list(busy.scalars(select(Code))) + list(busy.scalars(select(Area))) + list(busy.scalars(select(Language)))
    for place, one in enumerate(words):
        name = f"{PAYLOADS[place % len(PAYLOADS)]}{place}"
        busy.execute(update(type(one)).where(type(one).id == one.id).values(
            {"words" if isinstance(one, Code) else "name": name}
        ))  # fmt: skip
    busy.expire_all()
    lines = [("cases_new", payload) for payload in PAYLOADS]
    layout = grants.save_template(busy, None, "=cmd()", "", lines)
    of = grant(busy, name="=HYPERLINK()", template=layout)
    busy.execute(update(Grant).where(Grant.id == of.id).values(funder="@fund"))
    busy.refresh(of)
    book = load_workbook(io.BytesIO(funder_files.again(made(busy, of))[0]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert len([cell for cell in cells if str(cell.value).lstrip().startswith(("=", "+", "-", "@", "＝"))]) > 20


# Frozen


def test_a_file_is_the_same_to_the_byte_after_two_hundred_later_changes(busy):
    run = made(busy, grant(busy))
    content, is_same = funder_files.again(run)
    assert is_same and hashlib.sha256(content).hexdigest() == run.sha256
    before = funder_files.late(busy, run)
    assert before.number == 0
    for case in busy.scalars(select(Case).limit(200)).all():
        busy.execute(update(Case).where(Case.id == case.id).values(opened_on=date(2026, 8, 1), closed_on=None))
    busy.execute(update(Code).where(Code.list == "case_kind").values(words="Something else"))
    busy.expire_all()
    assert funder_files.again(busy.scalars(select(ExportRun)).one()) == (content, True)
    late = funder_files.late(busy, run)
    assert late.number > 5
    assert "New" in late.names or "Number of cases" in late.names or len(late.names) == funder_files.MOST_NAMED


def test_the_kept_sheets_are_read_back_as_they_were(busy):
    planned = funder_files.plan(busy, grant(busy), QUARTER)
    assert Book.from_text(planned.book.to_text()) == planned.book


def test_a_file_that_was_made_is_never_changed_or_removed(busy):
    run = made(busy, grant(busy))
    busy.commit()
    for statement in (f"UPDATE export_runs SET sha256 = '0' WHERE id = {run.id}", "DELETE FROM export_runs"):
        with pytest.raises(DBAPIError, match="only added"):
            busy.execute(text(statement))
        busy.rollback()


def test_a_file_made_meanwhile_stops_the_one_that_was_planned_without_it(busy):
    of = grant(busy)
    planned = funder_files.plan(busy, of, HALF)
    made(busy, of)
    with pytest.raises(RuleBroken, match="Another file of these days was made just now"):
        funder_files.make(busy, planned, "Maryam Y")


def test_numbers_near_those_of_a_file_of_other_cases_are_counted(db):
    """Both files show their number; the second leaves out two cases of another borough, so 2 is what lies between."""
    here, there = make.area(db), make.area(db, "Newham")
    for place in range(14):
        case = make.case(db, area=here if place < 12 else there)
        db.execute(update(Case).where(Case.id == case.id).values(opened_on=date(2026, 8, 1)))
    made(db, grant(db, name="All"))
    planned = funder_files.plan(db, grant(db, name="One", areas=[here]), QUARTER)
    assert planned.laid_beside == 0 and planned.near_others > 0


# Under a password


def test_a_file_under_a_password_opens_with_it_alone_and_holds_the_same_bytes(busy):
    content, _same = funder_files.again(made(busy, grant(busy)))
    kept = locked(content, "four dull words here")
    assert kept != content and not kept.startswith(b"PK")
    file = msoffcrypto.OfficeFile(io.BytesIO(kept))
    assert file.is_encrypted()
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        file.load_key(password="four dull words", verify_password=True)
    file.load_key(password="four dull words here", verify_password=True)
    out = io.BytesIO()
    file.decrypt(out)
    assert out.getvalue() == content
    with pytest.raises(ValueError, match="password"):
        locked(content, "")
