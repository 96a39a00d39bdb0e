"""Sheets as offices keep them: where the table stands is guessed, and every shape has its test."""

from __future__ import annotations

import io
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from seed import import_guess, import_look, import_suggest
from seed.import_cells import CellError, as_date
from seed.import_source import ImportRefused, Line, Unreadable
from seed.import_table import all_named, headings_of
from tests.data.make_office_sheet import make_office_sheet


def sheet(*rows):
    """Lines from rows; None is an empty line."""
    return [Line(number, tuple(row or ())) for number, row in enumerate(rows, start=1)]


HEADING = ("No", "Name", "Phone", "When", "What happened")
ROWS = [
    (1, "Ruksana Miah", "07700 900101", "3/3/2024", "They shouted from the van."),
    (2, "Ibrahim Sesay", "020 7946 0018", "11 March 2024", "It was on the door."),
    (3, "Hodan Ali", "07700 900144", datetime(2024, 5, 7), "Stones, twice that night."),
]
GROUPS = ("No", "Person", None, "Incident", None)
PARTS = (None, "Name", "Phone", "When", "What")
WORDS = [("Miah", "East", "shouted at"), ("Sesay", "West", "spat at"), ("Ali", "East", "letters")]


@pytest.mark.parametrize(("rows", "heading"), [
    ([HEADING, *ROWS], (1,)),
    ([("Record of calls, kept at the desk",), ("Confidential",), None, HEADING, *ROWS], (4,)),
    ([None, None, HEADING, None, *ROWS], (3,)),
    ([GROUPS, PARTS, *ROWS], (1, 2)),
    ([("Our book 2024",), None, GROUPS, PARTS, *ROWS], (3, 4)),
    ([("Calls", None, None, "Printed", "5/5/2024"), HEADING, *ROWS], (2,)),
    ([("Name", "Area", "Kind"), *WORDS], (1,)),
    ([("Name", "When", "Kind"), ("Miah", "someday", "shouted at"), ("Ali", "3/3/2024", "spat at")], (1,)),
    ([("Notes",), ("Name", "Area", "Kind"), *WORDS], (2,)),
    ([("Area", "2023", "2024"), ("Hackney", 3, 4), ("Newham", 5, 6)], (1,)),
    ([("Year", "Person", None, None), (None, None, "First", None), (None, "Family name", "name", "Phone"),
      (2024, "Miah", "Ruksana", "07700 900101"), (2024, "Sesay", "Ibrahim", "020 7946 0018")], (1, 2, 3)),
])  # fmt: skip
def test_the_heading_is_found_wherever_it_stands(rows, heading):
    assert import_guess.layout_of(sheet(*rows)).header_rows == heading


@pytest.mark.parametrize("rows", [[], [None, None], [(1, 2, 3), (4, 5, 6)], [("only one cell",)]])
def test_no_heading_is_made_up_where_there_is_none(rows):
    assert import_guess.layout_of(sheet(*rows)) == import_guess.Layout((), 0.0)


def test_words_over_two_lines_are_joined_and_every_column_gets_a_name_of_its_own():
    lines = sheet(GROUPS, PARTS, (1, "a", "b", "c", "d", "beyond"), (2, "a", None, None, None, None))
    assert headings_of(lines[:2]) == ["No", "Person / Name", "Person / Phone", "Incident / When", "Incident / What"]
    named = import_look.columns_of(lines, (1, 2))
    assert [one.name for one in named][-1] == "Column F"
    twice = sheet(("Name", "Name", "", "Name"), ("a", "b", "c", "d"))
    assert all_named(headings_of(twice[:1]), twice, (1,)) == ["Name", "Name (2)", "Column C", "Name (3)"]
    wide = sheet(tuple(f"H{at}" for at in range(26)), (*range(26), "x", "y"))
    assert all_named(headings_of(wide[:1]), wide, (1,))[-2:] == ["Column AA", "Column AB"]


def test_totals_and_blank_lines_are_told_apart_from_rows():
    rows = sheet(HEADING, *ROWS[:2], None, ("Total", 2), None, ("TOTALS:", None, 9), None, None)
    assert import_guess.totals_column(rows, HEADING, (1,)) == "No"
    assert import_guess.totals_lines(rows, HEADING, (1,)) == (5, 7)
    assert import_look.blank_lines(rows, (1,)) == (4, 6)
    people = sheet(("Name", "What"), ("Total Football Club", "shouted at"), ("Summer Ali", "spat at"))
    assert import_guess.totals_lines(people, ("Name", "What"), (1,)) == ()  # a name is a name


@pytest.mark.parametrize(("cells", "order"), [
    (["3/3/2024", "25/12/2023"], "day_first"), (["12/25/2023", "3/3/2024"], "month_first"),
    (["12/25/2023", "25/12/2023"], "day_first"), (["2024-03-05", "2023-12-31"], "iso"), ([], "day_first"),
    ([datetime(2024, 5, 7), "3rd March 2024"], "day_first"), (["03.04.24", None], "day_first"),
])  # fmt: skip
def test_how_dates_are_written_is_guessed_from_those_that_fit_one_way_only(cells, order):
    assert import_guess.date_order(cells) == order


@pytest.mark.parametrize(("typed", "order"), [
    ("4/3/2024", "day_first"), ("4.3.24", "day_first"), ("04-03-2024", "day_first"), ("4 March 2024", "day_first"),
    ("4th Mar 2024", "day_first"), ("3/4/2024", "month_first"), ("2024-03-04", "iso"),
])  # fmt: skip
def test_the_same_day_is_read_from_each_way_of_writing_it(typed, order):
    assert as_date(typed, order=order, today=date(2026, 11, 25)) == date(2024, 3, 4)
    assert import_guess.looks_like_dates([typed])


@pytest.mark.parametrize("typed", ["Friday", "3 March", "someday", "31/2/2024"])
def test_half_a_date_is_refused_and_never_guessed(typed):
    with pytest.raises(CellError):
        as_date(typed, order="day_first", today=date(2026, 11, 25))


def test_times_and_words_are_told_apart():
    assert import_guess.looks_like_times(["9.30pm", "14:00", None, time(9), "9pm"])
    assert not import_guess.looks_like_times(["in the evening", "14:00", "late"])
    assert not import_guess.looks_like_dates(["Tower Hamlets", "E1 4UJ"])


@pytest.mark.parametrize(("cells", "sign"), [
    (["graffiti; threats", "letters"], ";"), (["spat at/pushed", "spat at", "pushed"], "/"),
    (["Bow, Tower Hamlets", "Stratford, Newham"], None), (["a, b", "b", "a"], ","), (["home"], None),
])  # fmt: skip
def test_several_values_in_a_cell_are_parted_only_where_that_leaves_fewer_words(cells, sign):
    assert import_guess.split_sign(cells) == sign


@pytest.mark.parametrize(("data", "encoding", "delimiter"), [
    (b"Name,When\nA,1/1/2024\n", "utf-8", ","), (b"Name;When;What\nA;1;x, y\n", "utf-8", ";"),
    ("Name\tWhen\nZoë\t1\n".encode("cp1252"), "cp1252", "\t"), ("Né;a\nÈ;b\n".encode("utf-8-sig"), "utf-8", ";"),
    (b"Name\nA\n", "utf-8", ","),
])  # fmt: skip
def test_how_a_csv_file_was_saved_is_guessed(data, encoding, delimiter):
    source, sheets = import_look.guessed_source(data)
    assert (source.encoding, source.delimiter, sheets) == (encoding, delimiter, ())


def workbook(**sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row or ())
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_of_several_sheets_the_one_with_the_table_is_taken():
    data = workbook(ReadMe=[("This book was begun in 2019",)], Lists=[("Kind", "Area"), ("a", "b")],
                    Calls=[HEADING, *ROWS], Empty=[])  # fmt: skip
    source, names = import_look.guessed_source(data)
    assert (source.sheet, names) == ("Calls", ("ReadMe", "Lists", "Calls", "Empty"))


def test_the_office_sheet_is_found_with_its_merged_heading(tmp_path):
    data = make_office_sheet(tmp_path / "book.xlsx").read_bytes()
    source, _names = import_look.guessed_source(data)
    lines = import_look.lines_at(data, source)
    assert import_look.guessed_header(lines) == (4, 5)
    columns = import_look.columns_of(lines, (4, 5))
    goes = import_suggest.targets(columns)
    assert {name: to for name, to in goes.items() if "." in to or to == "time"} == {
        "Person / Name": "client.name", "Person / Phone": "client.phone", "Person / Borough": "client.area",
        "Person / Speaks": "client.language", "What happened / When": "incident.from_at",
        "What happened / Time": "time", "What happened / Kind": "incident.types", "Where": "incident.place",
        "In their words": "incident.what", "Rang us on": "case.first_contact_at",
        "How to reach": "client.safe_contact", "Taken by": "case.lead",
    }  # fmt: skip
    assert import_suggest.reference(columns, goes) == ("No",)


def test_a_formula_is_worth_its_saved_result_and_nothing_is_worked_out():
    data = workbook(Book=[("No", "Sum"), (1, "=1+1"), (2, '=HYPERLINK("http://x.example")')])
    lines = import_look.lines_at(data, import_look.Source("xlsx", sheet="Book"))
    assert [type(line.cells[1]) for line in lines[1:]] == [Unreadable, Unreadable]


@pytest.mark.parametrize(("data", "told"), [
    (b"  \n ", "empty"), (b"PK\x03\x04 and nothing else", "no XLSX workbook"),
    (b"\xd0\xcf\x11\xe0 an old one", "password"), (b"a,b\n\"never closed", "quotation mark"),
    (b"a,b\n1,2\0\n", "not a text file"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_one_sentence(data, told):
    with pytest.raises(ImportRefused, match=told):
        import_look.lines_at(data, import_look.guessed_source(data)[0])


def test_a_sheet_longer_than_a_page_waits_for_is_refused_with_the_way_out(monkeypatch):
    monkeypatch.setattr(import_look, "MOST_BROWSED", 3)
    data = b"a,b\n" + b"1,2\n" * 3
    with pytest.raises(ImportRefused, match="by the command"):
        import_look.lines_at(data, import_look.guessed_source(data)[0])


@pytest.mark.parametrize(("said", "word"), [
    ("Threat", "threat"), ("threats", "threat"), ("bus", "transport"), ("Somewhere", ""), ("TRANSPORT", "transport"),
])  # fmt: skip
def test_a_near_word_is_offered_and_a_far_one_is_not(said, word):
    offered = (("threat", "Threat"), ("transport", "Bus, train, station or taxi"), ("home", "At home"))
    assert import_suggest.word(said, offered) == word
