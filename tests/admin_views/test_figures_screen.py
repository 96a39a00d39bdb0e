"""The figures on screen and the workbook behind the button, as a manager and the reports account meet them."""

from __future__ import annotations

import hashlib
import io
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from admin_views import commands
from casework.periods import Period
from exports import funder, funder_scores
from exports.guarded import guarded_figures
from models import Client
from tests import make
from tests.admin_views.office import NAMES
from tests.exports.test_funder import SHEETS
from tests.random_office import random_office

YEAR = {"first": "2026-04-01", "last": "2026-11-23"}
ROLES = ("manager", "reports")


@pytest.fixture
def busy(site):
    """The site with a large office in it."""
    with site.db() as db:
        random_office(db, 1, 150)
        db.commit()
    return site


def figure(answer, name: str) -> str:
    """Give the number that stands beside a figure's name."""
    lines = [one for one in answer.page.all("p") if one.get("class").startswith("told-")]
    place = next(place for place, one in enumerate(lines) if one.text == name)
    return lines[place + 1].text


# Who sees them


@pytest.mark.parametrize("role", ROLES)
def test_managers_and_the_reports_account_see_the_figures_of_their_own_address(browse, role):
    browser = browse(role)
    assert browser.get(f"/{role}/figures/").page.heading == "Figures"
    other = next(one for one in ROLES if one != role)
    assert browser.get(f"/{other}/figures/").status == 403


@pytest.mark.parametrize("role", ["caseworker", "coordinator"])
@pytest.mark.parametrize("address", ROLES)
def test_nobody_else_sees_the_figures_or_takes_the_workbook(site, browse, role, address):
    browser = browse(role)
    assert browser.get(f"/{address}/figures/").status == 403
    assert browser.post(f"/{address}/figures/workbook", YEAR).status == 403
    assert site.trail(action="exported") == []


@pytest.mark.parametrize("role", ROLES)
def test_a_stranger_is_sent_to_the_sign_in(browse, role):
    stranger = browse("")
    assert stranger.get(f"/{role}/figures/").location.startswith("/login")
    assert stranger.post(f"/{role}/figures/workbook", YEAR).status == 401


def test_the_reports_account_begins_on_its_figures_and_has_them_in_its_menu(browse):
    page = browse("reports").get("/", follow=True).page
    assert page.heading == "Figures"
    assert page.links["Figures"] == "/reports/figures/"


# What the page shows


def test_the_page_begins_with_this_year_so_far_and_says_which_days_that_is(browse):
    answer = browse("reports").get("/reports/figures/")
    assert "1 April to 23 November 2026, counted on 23 November 2026" in answer.text
    assert figure(answer, "Reopened") == "0"
    assert "Draft, not for release" in answer.text


@pytest.mark.parametrize(
    "choice, days",
    [
        ({"period": "last_year"}, "1 April 2025 to 31 March 2026"),
        ({"period": "last_quarter"}, "1 July to 30 September 2026"),
        ({"period": "days", "first": "1/8", "last": "31 Aug 2026"}, "1 August to 31 August 2026"),
        ({"period": "days", "first": "today", "last": "today"}, "23 November 2026"),
    ],
)
def test_a_period_is_chosen_by_name_or_by_two_days_typed_day_first(browse, choice, days):
    browser = browse("reports")
    form = browser.get("/reports/figures/").page.form("period")
    assert form.method == "get" and set(choice) <= form.names
    query = "&".join(f"{name}={value.replace(' ', '+').replace('/', '%2F')}" for name, value in choice.items())
    assert f"{days}, counted on" in browser.get(f"{form.action}?{query}").text


@pytest.mark.parametrize(
    "first, last, name, sentence",
    [
        ("1/9", "1/8", "last", "The last day is before the first. Correct one of the two."),
        ("1/9", "", "last", "Enter the last day."),
        ("", "1/9", "first", "Enter the first day."),
        ("1/9", "24/11/2026", "last", "This day is still to come. Choose today or an earlier day."),
        ("31/9", "1/11", "first", "There is no day 31 in September, which has 30 days."),
    ],
)
def test_days_that_make_no_period_are_told_beside_the_box_and_stay_there(browse, first, last, name, sentence):
    answer = browse("manager").get(f"/manager/figures/?period=days&first={first}&last={last}")
    assert answer.status == 422
    assert sentence in answer.page.said_beside(name)
    assert dict(answer.page.form("period").values) == {"period": "days", "first": first, "last": last}
    assert "Make the workbook" not in answer.text


def test_a_period_that_is_not_on_the_list_is_refused(browse):
    assert browse("manager").get("/manager/figures/?period=century").status == 422


def test_small_numbers_are_shown_as_fewer_than_five_everywhere_on_the_page(browse):
    """The office of these tests has four cases, opened today."""
    answer = browse("manager").get("/manager/figures/")
    assert figure(answer, "New") == "<5"
    assert figure(answer, "Open at the start") == "0"
    numbers = [cell for row in answer.page.rows for cell in row[1:] if cell.isdecimal()]
    assert numbers and [one for one in numbers if 1 <= int(one) < 5] == []


def test_the_page_shows_the_numbers_of_the_workbook(busy):
    answer = busy.browse("reports").get("/reports/figures/")
    with busy.db() as db:
        figures = guarded_figures(db, Period(date(2026, 4, 1), date(2026, 11, 23)), make.TODAY)
    for one in (*figures.report.summary, *figures.report.caseload):
        assert figure(answer, one.name).replace(",", "") == str(figures.figure(one)), one.name
    rows = {row[0]: row[-1] for row in answer.page.rows if "Outside" in row[0]}
    area = next(one for one in figures.report.areas.tables[1].rows if one.label == "Outside our area")
    assert rows[area.label] == str(figures.shown(area.key))


def test_every_chart_is_a_table_with_its_rule_and_a_hidden_bar_tells_no_length(busy):
    page = busy.browse("reports").get("/reports/figures/").page
    charts = [one for one in page.all("table") if one.get("class") == "bars"]
    rules = [one for one in page.all("details") if one.text.startswith("How counted")]
    grids = [one for one in page.all("table") if "table-grid" in one.get("class")]
    assert len(charts) > 20 < len(rules) == len(charts) + len(grids) + 1  # the statements have theirs together
    assert all(len(one.text) > len("How counted") + 40 for one in rules)
    lengths = [{one.get("width") for one in page.all("rect", **{"class": "bar-hidden"}) if one.within("table") is chart}
               for chart in charts]  # fmt: skip
    assert {len(one) for one in lengths} == {0, 1}
    assert len({one.get("width") for one in page.all("rect", **{"class": "bar-fill"})}) > 3


def test_the_contents_lead_to_every_heading_of_the_page_once_and_in_its_order(browse):
    """The way back stands under each part; nothing of the report is left out of the groups."""
    page = browse("manager").get("/manager/figures/").page
    headings = [(one.get("id"), one.text) for one in page.all("h2") if one.get("tabindex") == "-1"]
    assert headings[0] == ("contents", "On this page")
    links = [(one.get("href"), one.text) for one in page.all("a") if (one.get("href") or "").startswith("#")]
    led = [
        (href[1:], words) for href, words in links if href.startswith(("#part-", "#statements", "#caseload", "#summ"))
    ]
    assert led == headings[1:]
    assert len({key for key, _words in headings}) == len(headings) > 18
    assert sum(href == "#contents" for href, _words in links) == len(headings) - 4


def test_no_client_is_named_and_no_record_is_linked_from_the_figures(site, browse):
    page = browse("manager").get("/manager/figures/").page
    with site.db() as db:
        refs = list(db.scalars(select(Client.ref)))
    assert [word for word in (*NAMES.values(), *refs, "-file") if word in page.markup] == []


def test_the_page_asks_the_same_number_of_questions_however_large_the_office_is(site):
    few = site.browse("reports").get("/reports/figures/").statements
    with site.db() as db:
        random_office(db, 1, 40)
        db.commit()
    assert site.browse("reports").get("/reports/figures/").statements == few <= 43


# The workbook


@pytest.mark.parametrize("role", ROLES)
def test_the_button_sends_the_workbook_of_the_days_on_the_page_and_logs_it_with_its_hash(busy, role):
    browser = busy.browse(role)
    page = browser.get(f"/{role}/figures/?period=last_quarter").page
    form = next(one for one in page.all("form", method="post") if one.get("action").endswith("workbook"))
    hidden = {one.get("name"): one.get("value") for one in page.all("input") if one.within("form") is form}
    answer = browser.post(form.get("action"), {name: hidden[name] for name in ("first", "last")})
    assert answer.headers["Content-Disposition"] == "attachment; filename=figures-2026-07-01-to-2026-09-30-draft.xlsx"
    expected = io.BytesIO()
    with busy.db() as db:
        figures = guarded_figures(db, Period(date(2026, 7, 1), date(2026, 9, 30)), make.TODAY)
        funder.write(expected, figures, funder_scores.times_by_kind(db, figures))
    assert answer.data == expected.getvalue()
    (line,) = busy.trail(action="exported")
    assert (line.who, line.subject) == ("manager" if role == "manager" else "figures", "FunderWorkbook")
    assert line.reason == f"SHA-256 {hashlib.sha256(answer.data).hexdigest()}"
    assert line.fields.startswith("from 2026-07-01, to 2026-09-30, counted on 2026-11-23")


def test_the_workbook_opens_with_its_sheets(browse):
    answer = browse("reports").post("/reports/figures/workbook", YEAR)
    assert load_workbook(io.BytesIO(answer.data)).sheetnames == SHEETS


@pytest.mark.parametrize("days", [
    {}, {"first": "2026-04-01"}, {"first": "x", "last": "y"}, {"first": "2026-04-02", "last": "2026-04-01"},
    {"first": "2026-04-01", "last": "2026-11-24"},
])  # fmt: skip
def test_days_that_the_page_never_sends_make_no_workbook_and_no_line(site, browse, days):
    assert browse("reports").post("/reports/figures/workbook", days).status == 400
    assert site.trail(action="exported") == []


def test_without_the_pages_token_no_workbook_is_made(site, browse):
    assert browse("reports").post("/reports/figures/workbook", YEAR, token=False).status == 400
    assert site.trail(action="exported") == []


def test_an_address_alone_makes_no_workbook(browse):
    assert browse("reports").get("/reports/figures/workbook").status == 405


# The command


def run(site, *arguments: str):
    with site.app.app_context():
        return site.app.test_cli_runner().invoke(commands.funder_report, arguments)


def test_the_command_writes_the_same_file_each_time_and_logs_it(busy, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        result = run(busy, "--from", "1/7", "--to", "30 Sep 2026", str(tmp_path / name))
        assert result.exit_code == 0, result.output
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert [line.who for line in busy.trail(action="exported", subject="FunderWorkbook")] == ["command"] * 2


@pytest.mark.parametrize("first, last, sentence", [
    ("1/7", "30/6/2026", "Not made: The last day is before the first."),
    ("1/7", "24/11/2026", "Not made: the period's last day is still to come."),
    ("soon", "30/9", "Not made: This cannot be read as a date."),
])  # fmt: skip
def test_the_command_refuses_days_that_make_no_period_in_one_sentence(site, tmp_path, first, last, sentence):
    result = run(site, "--from", first, "--to", last, str(tmp_path / "figures.xlsx"))
    assert result.exit_code == 1 and sentence in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_where_it_cannot_write(site, tmp_path):
    result = run(site, "--from", "1/7", "--to", "30/9", str(tmp_path / "missing" / "figures.xlsx"))
    assert result.exit_code == 1 and "the file cannot be written there" in result.output
    assert site.trail(action="exported") == []
