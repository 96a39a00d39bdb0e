"""Files for funders as a manager and the reports account meet them: choose, look, make, take again."""

from __future__ import annotations

import hashlib
import io
from datetime import date

import msoffcrypto
import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from models import Case, Code, ExportRun, FunderTemplate
from tests.random_office import random_office

ROLES = ("manager", "reports")
CHOICE = "grant={grant}&period=days&first=1%2F7&last=30+Sep"


@pytest.fixture
def busy(site):
    with site.db() as db:
        random_office(db, 1, 40)
        db.commit()
    return site


def choice(site) -> str:
    return CHOICE.format(grant=site.office["grant", "own"])


@pytest.mark.parametrize("role", ["caseworker", "coordinator"])
def test_nobody_but_managers_and_the_reports_account_meets_funder_files(site, browse, role):
    browser, run = browse(role), site.office["funderfile", "own"]
    for address in ROLES:
        assert browser.get(f"/{address}/funder/").status == 403
        assert browser.get(f"/{address}/funder/file/?run={run}").status == 403
        assert browser.post(f"/{address}/funder/make/", {}).status == 403
        assert browser.post(f"/{address}/funder/take/?run={run}", {}).status == 403
    assert browser.get("/manager/funder/template/").status == 403
    assert browse("reports").get("/manager/funder/templates/").status == 403
    assert browse("reports").get("/manager/grant/").status in (403, 404)


@pytest.mark.req("R75")
@pytest.mark.parametrize("role", ROLES)
def test_a_file_is_chosen_looked_at_made_and_taken_again_the_same(busy, role):
    person = busy.browse(role)
    preview = person.get(f"/{role}/funder/?{choice(busy)}")
    assert preview.page.heading == "Preview of the funder file"
    assert "No hidden number can be worked out" in preview.text
    carried = dict(preview.page.form("grant").values)
    answer = person.post(f"/{role}/funder/make/", carried)
    assert answer.status == 302
    page = person.get(answer.location)
    assert "1 July to 30 September 2026" in page.page.heading
    with busy.db() as db:
        run = db.scalars(select(ExportRun).order_by(ExportRun.id.desc())).first()
        assert run.made_by
        sha256, take = run.sha256, f"/{role}/funder/take/?run={run.id}"
    assert sha256 in page.text
    files = [person.post(take, {"password": ""}).data for _time in range(2)]
    assert {hashlib.sha256(one).hexdigest() for one in files} == {sha256}
    lines = list(busy.trail(action="exported", subject="FunderWorkbook"))
    assert [line.reason for line in lines] == [f"SHA-256 {sha256}"] * 2
    assert lines[0].fields.startswith("from 2026-07-01, to 2026-09-30")
    locked = person.post(take, {"password": "four dull words here"}).data
    out, file = io.BytesIO(), msoffcrypto.OfficeFile(io.BytesIO(locked))
    file.load_key(password="four dull words here")
    file.decrypt(out)
    assert hashlib.sha256(out.getvalue()).hexdigest() == sha256
    assert [line for line in busy.trail() if "four dull" in f"{line.fields} {line.reason}"] == []
    short = person.post(take, {"password": "short"})
    assert short.status == 422 and "12 signs or more" in short.page.said_beside("password")


@pytest.mark.parametrize(
    "query, name, sentence",
    [
        ("period=last_quarter&grant=", "grant", "Choose the grant that the file is for."),
        ("period=days&first=1%2F1%2F2026&last=31%2F3%2F2026&grant={grant}", "period", "pays for none of these days"),
        ("period=days&first=1%2F9&last=1%2F8&grant={grant}", "last", "The last day is before the first."),
        ("period=days&first=1%2F9&last=24%2F11%2F2026&grant={grant}", "last", "This day is still to come."),
    ],
)
def test_a_choice_that_makes_no_file_is_told_beside_its_box(site, browse, query, name, sentence):
    answer = browse("manager").get("/manager/funder/?" + query.format(grant=site.office["grant", "own"]))
    assert answer.status == 422
    assert sentence in answer.page.said_beside(name)


def test_what_is_missing_in_the_records_is_told_with_a_way_to_put_it_right(busy):
    with busy.db() as db:
        word = db.scalars(select(Code.id).where(Code.list == "case_kind", Code.code == "racist_incident")).one()
        days = {"opened_on": date(2026, 8, 3), "area_id": None, "kind_id": word, "voided_reason": None}
        db.execute(update(Case).where(Case.opened_on.is_not(None)).values(**days, closure_reason_id=None))
        db.commit()
    page = busy.browse("manager").get(f"/manager/funder/?{choice(busy)}").page
    ways = [link for words, link in page.links.items() if words.startswith("Fix them")]
    assert len(ways) == 1
    listed = busy.browse("manager").get(ways[0])
    assert listed.status == 200 and listed.page.rows
    assert "Fix them" not in busy.browse("reports").get(f"/reports/funder/?{choice(busy)}").text


@pytest.mark.parametrize("posted", [{}, {"grant": "99", "period": "last_quarter"}, {"grant": "x", "period": "days"}])
def test_what_no_page_of_ours_sends_makes_no_file(site, browse, posted):
    assert browse("manager").post("/manager/funder/make/", posted).status == 400
    assert browse("manager").get("/manager/funder/file/?run=99").status == 404


def test_a_layout_is_shown_with_numbers_before_it_is_saved_and_refused_with_a_sheet_that_is_not_there(site, browse):
    person = browse("manager")
    typed = {"name": "Yearly", "sheets": "Areas\nCaseload", "line0-heading": "How many?", "line0-figure": "cases_new",
             "line0-place": "1"}  # fmt: skip
    shown = person.post("/manager/funder/template/", {**typed, "act": "preview"})
    assert ["How many?", "0", "Number of cases"] in shown.page.rows or "How many?" in shown.text
    refused = person.post("/manager/funder/template/", {**typed, "sheets": "Nothing", "act": "save"})
    assert refused.status == 422 and "There is no sheet “Nothing”" in refused.page.said_beside("sheets")
    twice = person.post("/manager/funder/template/", {
        **typed, "sheets": "Nothing", "line0-figure": "none", "line1-heading": "Who?", "line1-figure": "",
    }).page  # fmt: skip
    assert len(twice.all("div", role="alert")) == 1  # one list of what is wrong, in whichever lines
    assert twice.said_beside("line0-figure") and twice.said_beside("line1-figure")
    assert person.post("/manager/funder/template/", {**typed, "act": "save"}).status == 302
    with site.db() as db:
        kept = db.scalars(select(FunderTemplate).where(FunderTemplate.name == "Yearly")).one()
        assert ([(one.figure, one.heading) for one in kept.lines], kept.sheets) == (
            [("cases_new", "How many?")], "Areas\nCaseload",
        )  # fmt: skip


def test_the_file_that_was_made_opens_with_the_grants_layout(site, browse):
    answer = browse("reports").post(f"/reports/funder/take/?run={site.office['funderfile', 'own']}", {})
    assert load_workbook(io.BytesIO(answer.data)).sheetnames == [
        "Cover", "Definitions", "For Equal Streets Fund", "Caseload", "Small numbers",
    ]  # fmt: skip
