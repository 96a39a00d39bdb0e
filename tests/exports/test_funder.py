"""The funder workbook is read back as a reader would, and attacked as one who wants to know a hidden number."""

from __future__ import annotations

import hashlib
import io
import random
import stat
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from itertools import product
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import String, Text, cast, select, update

from casework.figures import Report, Row, Section, Sum, Table, count_figures
from casework.periods import Period
from exports import funder
from exports.attacker import Betrayed
from exports.disclosure import hide
from exports.funder_scores import times_by_kind
from exports.guarded import guarded, guarded_figures, join_small
from exports.published import BESIDE, SMALL, Published
from models import AuditEntry, Base, Case, Client, Language, Setting
from models.declared import declared
from models.fields import Sensitivity
from tests import make
from tests.random_office import Words, plant, random_case, random_office

YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
SHEETS = [
    "Cover", "Definitions", "Summary", "Caseload", "Areas", "Languages", "Agencies", "Agency scorecards",
    "People", "Equality", "Incidents", "Incidents by kind", "Conduct", "NRPF families", "Section 17",
    "Service promises", "Appointments and visits", "Appointments by kind", "Volunteers", "Outcomes", "Before and after",
    "Feedback", "Turned away and signposted", "Issues and campaigns", "Who acts", "Written down late", "Data quality",
    "Small numbers",
]  # fmt: skip
OURS = ("Volunteers", "Issues and campaigns")  # they count no clients: their numbers are shown
OF_PEOPLE = [one for one in SHEETS[3:] if one not in OURS]
CANARY = "Qzx"  # no word of the office, of Excel or of XML holds it


def written(db, period: Period = YEAR, today: date = make.TODAY) -> bytes:
    out = io.BytesIO()
    figures = guarded_figures(db, period, today)
    funder.write(out, figures, times_by_kind(db, figures))
    return out.getvalue()


def cells(data: bytes) -> dict[str, list[list[object]]]:
    """Give the filled rows of every sheet, as a spreadsheet program reads them."""
    book = load_workbook(io.BytesIO(data))
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows() if any(cell.value for cell in row)]
        for sheet in book
    }


def table(data: bytes, name: str, heading: str) -> dict[str, list[object]]:
    """Give the lines of a sheet's table by their first cell, down to its totals."""
    rows = cells(data)[name]
    start = next(place for place, row in enumerate(rows) if row[0] == heading)
    return {str(row[0]): row[1:] for row in rows[start + 1 :] if len(row) > 1 and row[1] is not None}


@pytest.fixture
def busy(db):
    random_office(db, 1, 60)
    return db


# What stands in the file


def test_the_workbook_has_its_sheets_and_each_says_it_is_a_draft(busy):
    sheets = cells(written(busy))
    assert list(sheets) == SHEETS
    assert {rows[0][0] for rows in sheets.values()} == {"Draft, not for release"}


def test_the_cover_says_period_counting_date_readers_threshold_and_independence(busy):
    cover = "\n".join(str(row[0]) for row in cells(written(busy))["Cover"])
    for words in ("1 April 2025 to 31 March 2026", "Counted on: 23 November 2026", "Who may be told:", "“<5”",
                  "independent of every public body"):  # fmt: skip
        assert words in cover


def test_the_caseload_in_the_file_adds_up(busy):
    summer = Period(date(2026, 4, 1), date(2026, 9, 30))
    line = {name: row[0] for name, row in table(written(busy, summer), "Caseload", "Cases").items()}
    assert line["Open at the start"] + line["New"] + line["Reopened"] - line["Closed"] == line["Open at the end"]


def test_every_number_of_the_file_is_the_one_counted_and_none_is_small(busy):
    report, data = count_figures(busy, YEAR, make.TODAY), written(busy)
    summary = table(data, "Summary", "Part")
    assert summary  # the rows below are read by the figure's name, in the second column
    told = {row[1]: row[2] for row in cells(data)["Summary"] if len(row) > 2 and row[2] is not None}
    for one in (*report.statements, *report.summary):
        assert told[one.name] in (one.number, "<5", "hidden"), one.name
        assert not (one.of_people and 1 <= one.number < 5) or told[one.name] == "<5"
    areas = table(data, "Areas", "Borough")
    for row in report.areas.tables[0].rows:
        assert areas[row.label][0] in (row.number, "<5", "hidden")
    numbers = [cell for name in OF_PEOPLE for row in cells(data)[name] for cell in row[1:] if isinstance(cell, int)]
    assert len(numbers) > 20
    assert [number for number in numbers if 1 <= number < 5] == []


def test_each_figure_and_table_of_the_file_has_its_rule_among_the_definitions(busy):
    report, data = count_figures(busy, YEAR, make.TODAY), written(busy)
    told = {(row[1], row[2]) for row in cells(data)["Definitions"] if len(row) > 2}
    tables = [one for section in report.counted_sections for one in section.tables if section is not report.scores]
    assert {(one.name, one.counted) for one in (*report.figures, *tables)} <= told
    assert all(one.counted.endswith(".") for one in (*report.figures, *tables))
    general = {word for word, _meaning in told}
    assert {"Case", "Enquiry", "Referral", "Person", "<5", "hidden", "Draft, not for release"} <= general
    assert "full disclosure control" in "\n".join(str(meaning) for _word, meaning in told)


def test_no_name_reference_address_or_free_text_gets_into_the_file(busy):
    """Every text above OPEN, and every agency's and room's name, is turned into a word that is then looked for."""
    for mapper in (one for one in Base.registry.mappers if one.class_ is not AuditEntry):  # its rows are only added
        for one in declared(mapper.class_):
            is_text = one.column is not None and isinstance(one.column.type, String | Text) and not one.info.choices
            named = one.key == "name" and mapper.class_.__name__ in {"Agency", "Venue", "Team", "Worker"}
            if is_text and (one.info.sensitivity > Sensitivity.OPEN or named):
                column = one.attribute
                busy.execute(update(mapper.class_).where(column.is_not(None)).values(
                    {one.key: CANARY + cast(mapper.class_.id, String)}
                ))  # fmt: skip
    busy.execute(update(Client).values(voided_reason=None))
    busy.execute(update(Case).values(voided_reason=None))
    busy.expire_all()
    assert busy.scalars(select(Client.name).limit(1)).one().startswith(CANARY)
    with ZipFile(io.BytesIO(written(busy))) as parts:
        assert [name for name in parts.namelist() if CANARY.encode() in parts.read(name)] == []


def test_the_same_figures_give_the_same_bytes_and_another_period_or_day_gives_others(busy):
    first = written(busy)
    assert written(busy) == first
    assert written(busy, today=date(2026, 11, 24)) != first
    assert written(busy, Period(YEAR.first, date(2026, 3, 30))) != first


@pytest.mark.parametrize("counted, made", [("2026-11-23", "2026-11-23T00:00"), ("2026-07-01", "2026-06-30T23:00")])
def test_the_file_bears_midnight_of_its_counting_date_and_no_other_time(db, counted, made):
    """The document keeps UTC, which in summer is an hour behind London."""
    day = date.fromisoformat(counted)
    properties = load_workbook(io.BytesIO(written(db, Period(day, day), day))).properties
    assert properties.created == properties.modified == datetime.fromisoformat(made)


def test_the_file_does_not_tell_who_made_it(busy):
    make.act_as(busy, "reports", make.worker(busy, "Devi Rao"))
    data = written(busy)
    with ZipFile(io.BytesIO(data)) as parts:
        assert [name for name in parts.namelist() if b"Devi" in parts.read(name)] == []


def test_a_word_of_the_office_that_looks_like_a_formula_stays_text(busy):
    area = make.area(busy)
    area.name = "=1+1"
    busy.flush()
    sheet = load_workbook(io.BytesIO(written(busy)))["Areas"]
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in found] == ["s"]


def test_a_report_written_to_disk_is_its_owners_alone_and_logged_with_hash_and_parameters(busy, tmp_path):
    path = tmp_path / "figures.xlsx"
    result = funder.write_report(busy, path, YEAR.first, YEAR.last, make.TODAY)
    assert result.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    line = busy.scalars(select(AuditEntry).where(AuditEntry.action == "exported")).one()
    assert (line.subject, line.reason) == ("FunderWorkbook", f"SHA-256 {result.sha256}")
    assert line.fields == ("from 2025-04-01, to 2026-03-31, counted on 2026-11-23, counts below 5 hidden, "
                           "shares of fewer than 10 hidden")  # fmt: skip


# Shares and the leading issue


def office_of(db, new: int, by_helpline: int) -> None:
    """Put in `new` cases of the year, some of which came by the helpline."""
    rng, words = random.Random(1), Words(db)
    person = make.client(db).id
    base = random_case(rng, 0, [person], words) | {
        "status": "open", "opened_on": date(2025, 6, 2), "closed_on": None, "closure_reason_id": None,
        "voided_reason": None, "client_id": person, "kind_id": words["case_kind"][0],
    }  # fmt: skip
    media = ["emergency_helpline"] * by_helpline + ["phone"] * (new - by_helpline)
    plant(db, Case, [{**base, "ref": f"Z-{place}", "first_contact_medium": one} for place, one in enumerate(media)])


@pytest.mark.parametrize("new, share", [(9, "hidden"), (10, 0.5), (12, 5 / 12)])
def test_a_share_of_fewer_than_ten_is_hidden(db, new, share):
    office_of(db, new, by_helpline=5 if new > 9 else 9)
    row = next(row for row in cells(written(db))["Summary"] if "helpline" in str(row[1]))
    assert row[3] == pytest.approx(share)


@pytest.mark.parametrize("by_helpline, shown", [(28, "hidden"), (30, 30), (25, 25), (3, "<5"), (0, 0)])
def test_a_part_that_leaves_fewer_than_five_is_hidden_because_its_rest_could_be_worked_out(db, by_helpline, shown):
    """Of 30 new cases; if 28 came by the helpline, 2 did not, though no line of the file says so."""
    office_of(db, 30, by_helpline)
    row = next(row for row in cells(written(db))["Summary"] if "helpline" in str(row[1]))
    assert row[2] == shown
    assert (row[3] == "hidden") is (shown in ("hidden", "<5"))


def test_the_leading_issue_is_named_with_its_count_and_share(db):
    office_of(db, 12, 6)
    row = next(row for row in cells(written(db))["Summary"] if "Leading" in str(row[1]))
    assert row[1:5] == ["Leading issue: Racist incident", 12, 1, "new cases"]


def test_the_leading_issue_is_not_named_while_it_is_a_small_number(db):
    office_of(db, 4, 2)
    row = next(row for row in cells(written(db))["Summary"] if "Leading" in str(row[1]))
    assert row[1:3] == ["Leading issue", "too few to tell"]


# Small rows are joined


def test_a_language_that_few_speak_is_joined_with_the_others_and_not_named(db):
    rng, words = random.Random(1), Words(db)
    speakers = {"Somali": 6, "Tigrinya": 2, "Oromo": 3}
    for language, count in speakers.items():
        for place in range(count):
            person = make.client(db, f"{language} {place}", language=make.language(db, language)).id
            row = random_case(rng, f"{language}{place}", [person], words)
            days = {"status": "open", "opened_on": date(2025, 6, 2), "closed_on": None, "closure_reason_id": None}
            plant(db, Case, [{**row, **days, "client_id": person, "voided_reason": None}])
    languages = table(written(db), "Languages", "Language")
    assert {name: row[0] for name, row in languages.items()} == {
        "Somali": 6, "Other languages": 5, "Not recorded": 0, "All": 11,
    }  # fmt: skip


def test_joining_keeps_every_sum(busy):
    report = count_figures(busy, YEAR, make.TODAY)
    for section in (report.languages, report.agencies):
        small = join_small(section, 12)
        numbers = {row.key: row.number for one in small.tables for row in (*one.rows, one.total)}
        assert len(small.tables[0].rows) < len(section.tables[0].rows)
        assert [row for row in small.tables[0].rows if not row.fixed and row.number < 12] == []
        for total, parts in small.sums():
            assert numbers[total] == sum(numbers[part] for part in parts)


# Nobody works out a hidden number


def one_table(numbers: list[int]) -> tuple[dict[str, int], list[Sum]]:
    keys = tuple(f"row {place}" for place in range(len(numbers)))
    return {**dict(zip(keys, numbers, strict=True)), "total": sum(numbers)}, [Sum("total", keys)]


def possible(numbers: dict[str, int], hidden: dict[str, str], threshold: int) -> dict[str, set[int]]:
    """Give what each hidden number could be, by trying every filling of the table that fits what is printed.

    Large numbers are tried up to a little over the largest: leaving some out can only make it look less safe.
    """
    rows = [key for key in numbers if key != "total"]
    most = max(numbers[key] for key in rows) + 3

    def tries(key: str) -> range:
        if key not in hidden:
            return range(numbers[key], numbers[key] + 1)
        if hidden[key] == SMALL:
            return range(1, threshold)
        return range(threshold if numbers[key] >= threshold else 1, (most if key in rows else 4 * most) + 1)

    found: dict[str, set[int]] = {key: set() for key in hidden}
    whole = tries("total")
    for filling in product(*map(tries, rows)):
        if sum(filling) in whole:
            tried = {**dict(zip(rows, filling, strict=True)), "total": sum(filling)}
            for key in hidden:
                found[key].add(tried[key])
    return found


def test_in_no_table_of_two_hundred_can_a_hidden_number_be_found_by_trying_every_filling():
    rng, lost_without_help = random.Random(2), 0
    for _table in range(200):
        numbers, sums = one_table([rng.choice([0, 1, 1, 2, 3, 4, 5, 7, 9]) for _row in range(rng.randint(2, 4))])
        hidden = hide(numbers, sums, threshold=5)
        assert hidden.keys() >= {key for key, number in numbers.items() if 1 <= number < 5}
        assert [key for key, tries in possible(numbers, hidden, 5).items() if len(tries) < 2] == [], numbers
        naive = {key: SMALL for key in hidden if hidden[key] == SMALL}
        lost_without_help += any(len(tries) < 2 for tries in possible(numbers, naive, 5).values())
    assert lost_without_help > 50  # the same tables with the small numbers alone hidden


def grid(rng: random.Random) -> Section:
    """Give a section like that of the agencies: columns that make up the first one, twice over."""
    lines, largest = rng.randint(2, 6), rng.choice([1, 3, 5, 8, 12, 40])
    answers = [[rng.randint(0, largest) for _line in range(lines)] for _column in range(rng.randint(2, 5))]
    whole = [sum(column) for column in zip(*answers, strict=True)]
    timings = [[0] * lines for _column in range(rng.randint(2, 3))]
    for line, number in enumerate(whole):
        for _one in range(number):
            timings[rng.randrange(len(timings))][line] += 1
    tables = {"whole": whole} | {f"a{place}": one for place, one in enumerate(answers)}
    tables |= {f"t{place}": one for place, one in enumerate(timings)}
    across = tuple((sort, "whole", tuple(key for key in tables if key[0] == sort)) for sort in "at")
    made = tuple(
        Table(key, key, "", tuple(Row(f"{key}:{place}", str(place), number, fixed=False)
                                  for place, number in enumerate(column)), Row(key, "All", sum(column)))
        for key, column in tables.items()
    )  # fmt: skip
    return Section("Agencies", "Kind", made, across)


def solved(unknown: list[str], sums: list[Sum]) -> set[str]:
    """Give the unknown numbers that the sums determine, by elimination over fractions."""
    equations = [[Fraction((key in parts) - (key == total)) for key in unknown] for total, parts in sums]
    done = 0
    for column in range(len(unknown)):
        pivot = next((row for row in range(done, len(equations)) if equations[row][column]), None)
        if pivot is None:
            continue
        equations[done], equations[pivot] = equations[pivot], equations[done]
        leading = [one / equations[done][column] for one in equations[done]]
        equations = [leading if row == done else _without(line, leading, column) for row, line in enumerate(equations)]
        done += 1
    filled = [[place for place, one in enumerate(line) if one] for line in equations]
    return {unknown[places[0]] for places in filled if len(places) == 1}


def _without(line: list[Fraction], leading: list[Fraction], column: int) -> list[Fraction]:
    if not line[column]:
        return line
    return [a - line[column] * b if b else a for a, b in zip(line, leading, strict=True)]


def test_in_no_grid_of_two_hundred_can_a_hidden_number_be_found_by_adding_and_taking_away_lines():
    rng, lost_without_help = random.Random(3), 0
    for _grid in range(200):
        section = grid(rng)
        numbers = {row.key: row.number for one in section.tables for row in (*one.rows, one.total)}
        sums = list(section.sums())
        hidden = hide(numbers, sums, threshold=5)
        assert solved(list(hidden), sums) == set()
        lost_without_help += bool(solved([key for key, why in hidden.items() if why == SMALL], sums))
    assert lost_without_help > 50


def test_sums_that_do_not_hold_are_refused_at_once():
    with pytest.raises(ValueError, match="total"):
        hide({"a": 3, "b": 7, "total": 8}, [Sum("total", ("a", "b"))], threshold=5)


def test_nothing_is_hidden_where_nothing_is_small():
    numbers, sums = one_table([5, 12, 0, 40])
    assert hide(numbers, sums, threshold=5) == {}


@pytest.mark.parametrize(
    "rows, hidden",
    [
        ([3, 8, 20], {"row 0": SMALL, "row 1": BESIDE}),  # one small number takes the next smallest with it
        ([3, 2, 20], {"row 0": SMALL, "row 1": SMALL}),  # two small ones keep each other
        ([1, 1, 20], {"row 0": SMALL, "row 1": SMALL, "row 2": BESIDE}),  # together 2: each would be 1
        ([4, 4, 0], {"row 0": SMALL, "row 1": SMALL, "total": BESIDE}),  # together 8: each would be 4
        ([3, 0, 0], {"row 0": SMALL, "total": SMALL}),
    ],
)  # fmt: skip
def test_no_more_is_hidden_than_these_tables_need(rows, hidden):
    assert hide(*one_table(rows), threshold=5) == hidden


def test_a_number_hidden_in_one_sheet_is_hidden_wherever_it_stands(busy):
    """New cases stand in the summary, the caseload and the areas; hidden in one, they would be read in another."""
    report = count_figures(busy, YEAR, make.TODAY)
    few = guarded(report, threshold=1000, least_base=10)
    assert few.shown("cases_new") in ("<1000", "hidden")
    places = [one for one in report.figures if one.key == "cases_new"]
    assert len(places) == 2 and report.areas.tables[0].total.key == "cases_new"
    assert {few.figure(one) for one in places} == {few.shown("cases_new")}


def test_the_figures_of_an_office_withstand_alone_and_beside_an_earlier_file(busy):
    """A quarter has left; the year that it lies in is made with and without looking at it."""
    quarter = guarded_figures(busy, Period(date(2026, 1, 1), date(2026, 3, 31)), make.TODAY)
    quarter.must_withstand()
    kept = Published.from_text(quarter.published().to_text())
    assert kept == quarter.published()
    year = guarded_figures(busy, YEAR, make.TODAY, [kept])
    year.must_withstand()
    by_itself = guarded_figures(busy, YEAR, make.TODAY)
    by_itself.must_withstand()
    assert by_itself.hidden.keys() <= year.hidden.keys()
    bare = replace(by_itself, hidden={key: SMALL for key, why in by_itself.hidden.items() if why == SMALL})
    with pytest.raises(Betrayed):
        bare.must_withstand()


def test_the_office_chooses_how_small_is_small(busy):
    setting = busy.scalars(select(Setting).where(Setting.key == "small_number_threshold")).one()
    setting.value = "20"
    busy.flush()
    data = written(busy)
    days = {"Agency scorecards": slice(1, 13)}  # the columns after that hold days until half are answered, no counts
    counts = [
        cell
        for name in ("Summary", *OF_PEOPLE)
        for row in cells(data)[name]
        for cell in row[days.get(name, slice(1, None))]
    ]
    assert [one for one in counts if type(one) is int and 1 <= one < 20] == [_languages(busy)]
    assert "<20" in str(cells(data)["Areas"])


def _languages(db) -> int:
    """The number of languages is no count of people and always shown."""
    report: Report = count_figures(db, YEAR, make.TODAY)
    names = db.scalars(select(Language.name)).all()
    assert len(names) > 20
    return next(one.number for one in report.summary if one.key == "languages_interpreted")
