"""The table builder and the annual figures, as a manager and the reports account meet them."""

from __future__ import annotations

import hashlib
from datetime import date
from io import BytesIO
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from casework.official_tables import OFFICIAL
from casework.periods import Period
from casework.table_counts import Asked
from exports import table_sheet
from exports.cross_tables import shown_table
from models import Case, Code, Conflict, Incident, Referral, SavedTable, User, Worker
from models.referrals import OUT
from tests import make
from tests.admin_views.office import NAMES
from tests.random_office import plant, random_office
from tests.table_office import table_office

LAST_YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
PLACES = {"of": "incidents", "rows": "place", "columns": "", "measure": "each", "period": "last_year",
          "compared": "no", "chart": "bars"}  # fmt: skip


AUTUMNS = {"rows": "quarter", "chart": "lines", "period": "days", "first": "1/9/2025", "last": "31/10/2026"}


@pytest.fixture
def busy(site):
    """The site with a larger office in it."""
    with site.db() as db:
        table_office(db, 3, 40)
        db.commit()
    return site


def address(role: str = "manager", page: str = "table", **chosen: str) -> str:
    return f"/{role}/figures/tables/{page}/?{urlencode(PLACES | chosen)}"


def shown_of(site, **chosen):
    asked = PLACES | chosen
    with site.db() as db:
        keys = (asked["of"], asked["rows"], asked["columns"], asked["measure"], LAST_YEAR, asked["compared"])
        return shown_table(db, Asked(*keys), make.TODAY)


def words(number: int | str) -> str:
    return f"{number:,}" if isinstance(number, int) else number


def test_the_page_prints_what_may_be_seen_of_the_table_with_its_rules_and_a_drawing(busy):
    chosen = {"columns": "perceived_by", "compared": "before"}
    answer, told = busy.browse("reports").get(address("reports", **chosen)), shown_of(busy, **chosen)
    every = [[words(told.number(which, row.key, one.key)) for one in told.table.columns]
             + [words(told.number(which, row.key))] for which in (0, 1) for row in told.table.rows]  # fmt: skip
    printed = [row[1:] for row in answer.page.rows if row[0] in {one.label for one in told.table.rows}]
    assert printed == every and "hidden" in str(every) and "<5" in str(every)
    assert all(one.counted in answer.text for one in told.asked.dimensions)
    lines = busy.browse("reports").get(address("reports", **AUTUMNS)).data.decode()
    assert '<svg class="drawing" role="img" aria-labelledby="chart-title chart-told"' in lines and "style=" not in lines
    assert '<title id="chart-title">Incidents by quarter</title>' in lines


def test_every_official_table_opens_by_name_and_what_is_not_held_says_why(busy):
    person = busy.browse("reports")
    page = person.get("/reports/figures/tables/")
    for one in OFFICIAL:
        answer = person.get(page.page.links[one.name])
        assert (answer.status, answer.page.heading) == (200, one.name)
    assert "Victims and perpetrators by ethnic group" in page.text


def test_the_statements_of_a_table_and_of_the_annual_figures_do_not_grow_with_the_rows(busy):
    person = busy.browse("manager")
    paths = [address(columns="types", compared="before", measure="people"), "/manager/figures/annual/",
             "/manager/figures/tables/"]  # fmt: skip
    before = [person.get(path).statements for path in paths]
    with busy.db() as db:
        cases = list(db.scalars(select(Case.id)))
        plant(db, Incident, [{"case_id": one, "from_at": make.at("2025-06-01", "12:00"), "precision": "day",
                              "perceived_by": "victim"} for one in cases for _time in range(5)])  # fmt: skip
        db.commit()
    assert [person.get(path).statements for path in paths] == before
    assert before[0] <= 12


@pytest.mark.parametrize("chosen, beside, sentence", [
    ({"rows": "height"}, "rows", "This answer is not on the list any more"),
    ({"columns": "place"}, "columns", "Rows and columns are the same"),
    ({"period": "days", "first": "1/9/2026", "last": "1/8/2026"}, "last", "The last day is before the first"),
    ({"period": "days", "first": "1/1/1900", "last": "1/8/2026"}, "first", "too long for a table"),
    ({"rows": "month", "period": "days", "first": "1/1/2015", "last": "1/8/2026"}, "rows", "60 are the most"),
    ({"rows": "quarter", "compared": "before"}, "compared", "shows the course of time by itself"),
    ({"of": "secrets"}, "", "We do not count this"),
])  # fmt: skip
def test_an_odd_choice_is_answered_with_a_sentence_and_stays_chosen(browse, chosen, beside, sentence):
    answer = browse("manager").get(address(**chosen))
    assert answer.status == 422
    assert sentence in (answer.page.said_beside(beside) if beside else answer.text)
    kept = dict(answer.page.form("rows").values)
    assert {key: kept[key] for key in chosen if key not in ("rows", "of")} == {
        key: value for key, value in chosen.items() if key not in ("rows", "of")
    }


@pytest.mark.parametrize("path", ["", "table/", "records/"])
def test_nobody_but_managers_and_the_reports_account_sees_tables(browse, path):
    for who in ("caseworker", "coordinator", "reports"):
        assert browse(who).get(f"/manager/figures/tables/{path}").status == 403
    assert browse("caseworker").get("/manager/figures/annual/").status == 403


# Kept by name


def test_a_table_is_kept_renamed_set_aside_and_brought_back_by_whoever_made_it(site, browse):
    person, other = browse("manager"), browse("reports")
    page = person.get(address(rows="weekday"))
    opened = person.submit(page, {"name": "  Days of  attacks "}, holding="name", path="/manager/figures/tables/keep/")
    assert person.get(opened.location).page.heading == "Days of attacks"
    with site.db() as db:
        kept = db.scalars(select(SavedTable).where(SavedTable.name == "Days of attacks")).one()
        assert (kept.name, kept.shared, kept.owner.role) == ("Days of attacks", False, "manager")
        number = str(kept.id)
    again = person.submit(page, {"name": "Days of attacks"}, holding="name", path="/manager/figures/tables/keep/")
    assert again.status == 422 and "of this name already" in again.page.said_beside("name")
    assert other.get(f"/reports/figures/tables/table/?saved={number}").status == 404
    change = "/manager/figures/tables/change/"
    person.post(change, {"id": number, "act": "rename", "name": "Days", "shared": "on"})
    shared = other.get("/reports/figures/tables/")
    assert other.get(shared.page.links["Days"]).page.heading == "Days"
    told = other.post("/reports/figures/tables/change/", {"id": number, "act": "aside"})
    assert "somebody else made this table" in other.get(told.location).text
    person.post(change, {"id": number, "act": "aside"})
    assert "Days" not in other.get("/reports/figures/tables/").page.links
    person.post(change, {"id": number, "act": "back"})
    assert "Days" in person.get("/manager/figures/tables/").page.links
    assert person.post(change, {"id": number, "act": "burn"}).status == 400


# As a file


def test_the_workbook_is_what_the_page_shows_and_its_hash_is_written_down(busy):
    person, told = busy.browse("reports"), shown_of(busy, columns="types")
    page = person.get(address("reports", columns="types"))
    made = [person.submit(page, {}, holding="of", path="/reports/figures/tables/file/") for _time in range(2)]
    assert made[0].data == made[1].data
    lines = busy.trail(action="exported", subject=table_sheet.SUBJECT)
    assert [one.reason for one in lines] == [f"SHA-256 {hashlib.sha256(made[0].data).hexdigest()}"] * 2
    assert "rows place, columns types" in lines[0].fields
    rows = [list(row) for row in load_workbook(BytesIO(made[0].data))["Table"].iter_rows(values_only=True)]
    for one in told.table.rows:
        numbers = [told.number(0, one.key, column.key) for column in told.table.columns]
        assert [one.label, *numbers, told.number(0, one.key)] in rows
    assert person.post("/reports/figures/tables/file/", PLACES | {"rows": "height"}).status == 400


# The records behind a number


def test_only_what_is_shown_leads_to_records_and_only_to_those_the_reader_may_open(site, browse):
    with site.db() as db:
        place, street, work = (make.code(db, "place", one) for one in ("home", "street", "work"))
        cases = [make.case(db, make.client(db, f"Person {number}")) for number in range(12)]
        for case in cases:
            make.incident(db, case, "2025-06-01", place=place)
        make.incident(db, cases[0], "2025-06-02", place=street)
        for case in cases[:11]:  # the number that is hidden to keep the other
            make.incident(db, case, "2025-06-03", place=work)
        user = db.scalars(select(User).where(User.role == "manager")).first()
        worker = db.get(Worker, user.worker_id)
        db.add(Conflict(worker=worker, client=cases[6].client, declared_on=make.TODAY, reason="A cousin."))
        db.commit()
        keys, hidden, mine = str(place.id), (street.id, work.id), [one.ref for one in cases]
    person = browse("manager")
    url = person.get(address()).page.links["12"]
    page = person.get(url)
    assert [row[1] for row in page.page.rows if row[0].startswith("Incident")] == sorted(
        [*mine[:6], *mine[7:]], reverse=True
    )
    assert mine[6] not in page.text and not any(name in page.text for name in NAMES.values())
    odd = [{"row": str(one)} for one in (*hidden, "all", 999999)]
    for chosen in (*odd, {"row": keys, "column": "x"}, {"row": keys, "rows": "perpetrators"}, {"row": keys, "measure":
                   "people"}, {}):  # fmt: skip
        assert person.get(address(page="records", **chosen)).status == 404, chosen
    assert "tables/records" not in person.get(address(columns="perpetrators")).data.decode()
    assert browse("reports").get("/manager/figures/tables/records/").status == 403
    assert "tables/records" not in browse("reports").get(address("reports")).data.decode()


# The figures of every year


def recounted(db, first: date, last: date) -> list[tuple[int, int | None]]:
    """Walk over the records: each statement's number, and the share that it has of the new cases."""
    cases = [one for one in db.scalars(select(Case)) if not one.voided_reason
             and not (one.closure_reason and one.closure_reason.code == "duplicate")]  # fmt: skip
    new = [one for one in cases if one.opened_on and first <= one.opened_on <= last]
    asked = [one for one in db.scalars(select(Referral)) if not one.case.voided_reason and one.status != "draft"]
    everything = list(db.scalars(select(Referral)))
    sent = [one for one in asked if one.kind == "referral_out" and one.sent_on and first <= one.sent_on <= last]

    def with_any(fits) -> int:
        return sum(any(one.case_id == case.id and one.sent_on and one.sent_on <= last and fits(one)
                       for one in everything) for case in new)  # fmt: skip

    by_phone = sum(one.first_contact_medium == "emergency_helpline" for one in new)
    bodies = with_any(lambda one: one.kind in OUT and one.agency.public_body)
    lawyers = with_any(lambda one: one.kind in (*OUT, "signpost") and (
        one.agency.kind.code == "solicitor" or one.request.code == "legal_advice"))  # fmt: skip
    return [(len(new), None), (len(sent), None), *((one, len(new)) for one in (by_phone, bodies, lawyers))]


@pytest.mark.req("R74")
def test_the_annual_figures_are_what_walking_over_the_records_gives_for_each_year(site, browse):
    with site.db() as db:
        random_office(db, 5, 130)
        db.commit()
        want = [recounted(db, date(year, 4, 1), date(year + 1, 3, 31)) for year in (2025, 2024, 2023)]
        kinds = {one.words for one in db.scalars(select(Code).where(Code.list == "case_kind"))}
    answer = browse("reports").get("/reports/figures/annual/?period=last_year&years=2")
    rows = answer.page.rows
    assert [row[0] for row in rows] == ["Number of cases", "Referrals to outside organisations",
                                        "New cases that came by the emergency helpline",
                                        "New cases that needed work with statutory bodies",
                                        "New cases that needed a lawyer", "Leading issue"]  # fmt: skip
    for place, row in enumerate(rows[:5]):
        for printed, year in zip(row[1:], want, strict=True):
            number, whole = year[place]
            seen = printed.split()
            if seen[0].isdecimal():
                assert int(seen[0]) == number and not 1 <= number < 5
                if whole and len(seen) == 2:
                    assert seen[1] == f"{number / whole:.0%}" and whole >= 10
            else:
                assert seen[0] in ("<5", "hidden")
    assert all(number >= 5 for number, _whole in want[0]) and rows[5][1].rpartition(" (")[0] in kinds
    assert all(f"{number}" in row[1] for (number, _whole), row in zip(want[0], rows, strict=False))


def test_a_period_of_two_years_stands_alone(browse):
    path = "/manager/figures/annual/?period=days&first=1/4/2024&last=31/3/2026&years="
    refused = browse("manager").get(f"{path}4")
    assert refused.status == 422 and "longer than a year" in refused.page.said_beside("years")
    assert browse("manager").get(f"{path}0").status == 200
