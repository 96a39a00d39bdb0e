"""Workbooks and CSV files: read back as a spreadsheet program reads them."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import os
import re
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import repeat
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

import exports.workbook
from exports.cells import Column, safe_text
from exports.workbook import ROW_LIMIT, Sheet, SheetTooLargeError, Written, write_csv, write_workbook

MADE_AT = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
MARKING = "Confidential working list"
HOME = Path(exports.workbook.__file__).parent.parent

COLUMNS = (
    Column("Reference", "text", 12),
    Column("Opened", "date", 11),
    Column("Last contact", "moment", 17),
    Column("Hours", "number", 8),
    Column("Share", "number", 8, "0.0%"),
    Column("Interpreter", "yes_no", 12),
    Column("Summary", "text", 60, wrap=True),
)
ROWS = (
    ("C1", date(2026, 1, 5), datetime(2026, 1, 5, 9, 5, tzinfo=UTC), Decimal("2.50"), 0.25, True, "Letter\nand visit"),
    ("C2", date(2026, 6, 30), datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 7, None, False, "a & b <c> \"d\" 'e'"),
    ("C3", None, None, None, "<5", None, None),
)

FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    "\uff1d1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.invalid","open")',
    "\x0b=IMPORTXML(1)",
)


def written(*sheets: Sheet, **options: object) -> tuple[bytes, Written]:
    """Give the file's bytes, and what the writer says of it."""
    out = io.BytesIO()
    said = write_workbook(out, sheets, **{"title": "Open cases", "marking": MARKING, "made_at": MADE_AT, **options})
    return out.getvalue(), said


def opened(*sheets: Sheet, **options: object) -> Workbook:
    return load_workbook(io.BytesIO(written(*sheets, **options)[0]))


def values(page: Worksheet) -> list[tuple[object, ...]]:
    return list(page.iter_rows(values_only=True))


def parts(file: bytes) -> dict[str, str]:
    with ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def in_csv(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> tuple[bytes, Written]:
    out = io.BytesIO()
    said = write_csv(out, columns, rows)
    return out.getvalue(), said


def broken_rows() -> Iterator[tuple[str]]:
    yield from repeat(("fine",), 5_000)
    raise LookupError("the database went away")


# ---- what stands where


def test_a_sheet_has_marking_notes_headings_rows_totals_and_notes_below_in_this_order() -> None:
    sheet = Sheet(
        "Cases",
        (Column("Reference", "text", 12), Column("Hours", "number", 8)),
        [("C1", 2), ("C2", 3)],
        notes=["Status: open"],
        totals=("Total", 5),
        notes_below=["1 left out: no consent"],
    )
    assert values(opened(sheet)["Cases"]) == [
        (MARKING, None),
        ("Status: open", None),
        (None, None),
        ("Reference", "Hours"),
        ("C1", 2),
        ("C2", 3),
        ("Total", 5),
        (None, None),
        ("1 left out: no consent", None),
    ]


def test_without_marking_and_notes_the_headings_come_first() -> None:
    sheet = Sheet("Cases", (Column("Reference", "text", 12),), [("C1",)])
    assert values(opened(sheet, marking="")["Cases"]) == [("Reference",), ("C1",)]


def test_totals_and_notes_below_may_be_filled_while_the_rows_are_read() -> None:
    totals: list[object] = ["Total", 0]
    left_out: list[str] = []

    def rows() -> Iterator[tuple[str, int]]:
        yield "C1", 4
        totals[1] = 4
        left_out.append("2 left out: consent withdrawn")

    columns = (Column("Reference", "text", 12), Column("Hours", "number", 8))
    page = opened(Sheet("Cases", columns, rows(), totals=totals, notes_below=left_out))["Cases"]
    assert values(page)[-3:] == [("Total", 4), (None, None), ("2 left out: consent withdrawn", None)]


def test_a_sheet_without_columns_is_a_page_of_notes() -> None:
    page = opened(Sheet("Read me", notes=["How people are counted", "Period: 2025-26"]))["Read me"]
    assert values(page) == [(MARKING,), ("How people are counted",), ("Period: 2025-26",)]
    assert page.freeze_panes is None
    assert page.auto_filter.ref is None
    assert page["A2"].alignment.wrap_text


def test_values_read_back_with_their_types_and_formats() -> None:
    page = opened(Sheet("Cases", COLUMNS, ROWS), marking="")["Cases"]
    first, second, third = (list(row) for row in page.iter_rows(min_row=2))
    assert [cell.value for cell in first] == [
        "C1",
        datetime(2026, 1, 5),
        datetime(2026, 1, 5, 9, 5),
        2.5,
        0.25,
        "Yes",
        "Letter\nand visit",
    ]
    # Half past eleven at night by UTC is past midnight on London's clocks in summer.
    assert second[2].value == datetime(2026, 7, 1, 0, 30)
    assert second[6].value == "a & b <c> \"d\" 'e'"
    assert [cell.value for cell in third] == ["C3", None, None, None, "<5", None, None]
    assert [cell.number_format for cell in first] == [
        "General",
        "DD/MM/YYYY",
        "DD/MM/YYYY HH:MM",
        "General",
        "0.0%",
        "General",
        "General",
    ]
    assert [cell.data_type for cell in first] == ["s", "d", "d", "n", "n", "s", "s"]
    assert [cell.is_date for cell in first] == [False, True, True, False, False, False, False]
    assert [bool(cell.alignment.wrap_text) for cell in first] == [False] * 6 + [True]
    assert page["A1"].font.bold
    assert not page["A2"].font.bold
    assert not any(cell.quotePrefix for row in page for cell in row)


def test_totals_are_bold_and_keep_their_formats() -> None:
    columns = (Column("Agency", "text", 12), Column("Share", "number", 8, "0.0%"))
    page = opened(Sheet("Agencies", columns, [("A", 0.5)], totals=("All", 0.5)), marking="")["Agencies"]
    assert [(cell.font.bold, cell.number_format) for cell in page[3]] == [(True, "General"), (True, "0.0%")]


@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 250])
def test_head_is_frozen_and_the_filter_covers_just_the_rows(rows: int) -> None:
    data = [("C1", number) for number in range(rows)]
    columns = (Column("Reference", "text", 12), Column("Hours", "number", 9))
    sheet = Sheet("Cases", columns, data, notes=["Status: open"], totals=("Total", 0), notes_below=["None left out"])
    page = opened(sheet)["Cases"]
    # Marking, one note, a blank row, then the headings in row 4.
    assert [cell.value for cell in page[4]] == ["Reference", "Hours"]
    assert page.freeze_panes == "A5"
    assert page.auto_filter.ref == f"A4:B{4 + rows}"
    assert page.print_title_rows == "$4:$4"
    assert page.cell(5 + rows, 1).value == "Total"
    assert [page.column_dimensions[letter].width for letter in "AB"] == [12, 9]


def test_each_filter_is_named_in_the_book_with_its_own_range() -> None:
    columns = (Column("Reference", "text", 12),)
    sheets = [Sheet(f"Sheet {count}", columns, [("C1",)] * count) for count in range(12)]
    book = parts(written(*sheets)[0])["xl/workbook.xml"]
    named = re.findall(r'_FilterDatabase"[^>]*>([^<]*)<', book)
    # Marking, a blank row, then the headings in row 3.
    assert named == [f"'Sheet {count}'!$A$3:$A${3 + count}" for count in range(12)]


def test_it_prints_on_a4_landscape_one_page_wide_with_marking_and_page_number() -> None:
    book = opened(Sheet("Cases", COLUMNS, ROWS), Sheet("Read me", notes=["One", "Two"]), marking="Ours & nobody's")
    for page in book.worksheets:
        assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")  # 9 is A4: ECMA-376
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
        assert page["A1"].value == "Ours & nobody's"
        assert page["A1"].font.bold
        assert page.oddFooter.left.text == "Ours && nobody's"  # && prints as &
        assert page.oddFooter.center.text == "Page &P of &N"
        assert page.oddFooter.right.text == "Made 01/07/2026 09:30"  # London is an hour ahead in July
        assert page.oddHeader.left.text == "Open cases"


def test_a_marking_too_long_to_print_whole_is_refused() -> None:
    assert values(opened(Sheet("A", notes=["x"]), marking="m" * 100)["A"])[0] == ("m" * 100,)
    with pytest.raises(ValueError, match="marking"):
        written(Sheet("A", notes=["x"]), marking="m" * 101)


@pytest.mark.parametrize("label", ["&" * 100, "\N{SMILING FACE WITH OPEN MOUTH}" * 100])
def test_headers_and_footers_never_pass_the_255_signs_a_sheet_allows(label: str) -> None:
    page = parts(written(Sheet("A", notes=["x"]), title=label * 3, marking=label)[0])["xl/worksheets/sheet1.xml"]
    lines = re.findall("<odd(?:Header|Footer)>([^<]+)<", page)
    assert len(lines) == 2
    assert all(len(html.unescape(line).encode("utf-16-le")) <= 2 * 255 for line in lines)


def test_the_book_tells_its_title_and_its_given_time_only() -> None:
    told = opened(Sheet("A", notes=["x"])).properties
    assert (told.title, told.creator, told.subject, told.lastModifiedBy) == ("Open cases", "Casework", MARKING, None)
    assert told.created == told.modified == datetime(2026, 7, 1, 8, 30)


@pytest.mark.parametrize(
    ("given_names", "names"),
    [
        (["Cases", "cases", "CASES"], ["Cases", "cases (2)", "CASES (3)"]),
        (["Police [2026]: a/b\\c*?"], ["Police 2026 a b c"]),
        (["x" * 40, "x" * 35], ["x" * 31, "x" * 27 + " (2)"]),
        (["'quoted'", "", "  ", "History"], ["quoted", "Sheet", "Sheet (2)", "History (2)"]),
        (["\x00Ca\ud800ses\n2026"], ["Cases 2026"]),
    ],
)
def test_sheet_names_are_made_fit_and_each_is_used_once(given_names: list[str], names: list[str]) -> None:
    file, said = written(*(Sheet(name, notes=["x"]) for name in given_names))
    assert load_workbook(io.BytesIO(file)).sheetnames == names == list(said.rows)


# ---- text stays text


def test_no_place_in_a_workbook_takes_a_formula() -> None:
    for payload in FORMULAS:
        columns = [Column(payload, kind, 12) for kind in ("text", "number", "date", "moment", "yes_no")]
        table = Sheet(payload, columns, [[payload] * 5], [payload], [payload] * 5, [payload])
        file, _ = written(table, Sheet("Notes", notes=[payload]), title=payload, marking=payload)
        cells = [cell for page in load_workbook(io.BytesIO(file)) for row in page for cell in row if cell.value]
        assert len(cells) == 1 + 1 + 5 + 5 + 5 + 1 + 2
        assert {cell.data_type for cell in cells} == {"s"}
        assert all(cell.quotePrefix for cell in cells)
        assert all(cell.hyperlink is None for cell in cells)
        for xml in parts(file).values():
            assert "<f>" not in xml
            assert "<f " not in xml
            assert "hyperlink" not in xml.lower().replace("=hyperlink(", "")


def test_formulas_in_a_workbook_keep_their_words() -> None:
    page = opened(Sheet("A", (Column("Words", "text", 9),), [(text,) for text in FORMULAS]), marking="")["A"]
    assert [value for (value,) in values(page)[1:]] == [re.sub("[\r\v]", "\n", text) for text in FORMULAS]


def test_no_field_of_a_csv_begins_a_formula() -> None:
    columns = [Column(text, "text", 9) for text in FORMULAS]
    kinds = [Column("Any", kind, 9) for kind in ("number", "date", "moment", "yes_no")]
    file, _ = in_csv([*columns, *kinds], [[*FORMULAS, *FORMULAS[:4]], [*FORMULAS, *FORMULAS[4:8]]])
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert [len(row) for row in rows] == [16, 16, 16]
    assert all(field.startswith("'") for field in rows[0][:12] + rows[1] + rows[2])


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "\x1f", "\ud800", "x\udfff", "\ufffe\uffff", "\x7f\x85", "\x00"])
def test_controls_and_half_characters_do_not_stop_an_export(text: str) -> None:
    columns = (Column(text, "text", 9),)
    sheet = Sheet(text, columns, [(text,)], notes=[text], totals=[text], notes_below=[text])
    book = opened(sheet, title=text, marking=text)
    assert safe_text(text) in [str(cell.value or "") for row in book.worksheets[0] for cell in row]
    assert in_csv(columns, [(text,)])[1].total == 1


TEXTS = (
    "\u0986\u09ae\u09be\u09b0 \u09b8\u09cb\u09a8\u09be\u09b0 \u09ac\u09be\u0982\u09b2\u09be \u09b0\u200d\u09cd\u09af",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643\u0645 (\u0644\u0646\u062f\u0646) 12",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\N{FAMILY} \N{SMILING FACE WITH OPEN MOUTH}",
    "  two spaces before and after  ",
    "line one\n\n\tline two",
    "_x000D_ and _x005F_x000D_",
    "]]> <![CDATA[ <!-- &amp; &#10; %s %% {0}",
)


def test_texts_of_all_scripts_read_back_as_written() -> None:
    columns = (Column("Words", "text", 20),)
    rows = [(text,) for text in TEXTS]
    page = opened(Sheet("A", columns, rows), marking="")["A"]
    assert [unescape(value) for (value,) in values(page)[1:]] == list(TEXTS)
    file, _ = in_csv(columns, rows)
    assert [row[0] for row in csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""))][1:] == list(TEXTS)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.text(st.characters()), st.floats(allow_nan=False, allow_infinity=False)), max_size=20))
def test_any_words_and_figures_read_back(rows: list[tuple[str, float]]) -> None:
    columns = (Column("Words", "text", 20), Column("Figure", "number", 9), Column("End", "text", 5))
    page = opened(Sheet("A", columns, [(*row, "end") for row in rows]), marking="")["A"]
    read = [(unescape(words or ""), figure, end) for words, figure, end in values(page)[1:]]
    assert read == [(safe_text(words), figure, "end") for words, figure in rows]


# ---- the same file, whole or not at all


def many_rows(count: int) -> Iterator[tuple[object, ...]]:
    """Yield invented rows of 15 columns."""
    for number in range(count):
        opened_on = date(2020, 1, 1) + timedelta(days=number % 2_000)
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        yield (f"C{number}", opened_on, moment, number, number / 7, number % 2 == 0, *[f"Words & more {number}"] * 9)


MANY_COLUMNS = (
    *(Column("Reference", "text", 10), Column("Opened", "date", 10), Column("Contact", "moment", 16)),
    *(Column("Number", "number", 8), Column("Share", "number", 8, "0.0%"), Column("Flag", "yes_no", 6)),
    *(Column(f"Words {number}", "text", 20) for number in range(9)),
)


def test_the_same_data_gives_the_same_bytes_also_two_seconds_later() -> None:
    def once() -> tuple[bytes, Written]:
        return written(Sheet("Cases", MANY_COLUMNS, many_rows(300)), Sheet("Summary", COLUMNS, ROWS))

    first, said = once()
    time.sleep(2.1)  # a zip tells time in steps of two seconds
    later, said_later = once()
    assert first == later
    assert said == said_later
    with ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


SAME_ELSEWHERE = """
from datetime import UTC, datetime
from io import BytesIO
from exports.cells import Column
from exports.workbook import Sheet, write_workbook

kinds = ("text", "number", "date", "moment", "yes_no")
sheets = [Sheet(name, [Column(kind, kind, 9, wrap=name == "B") for kind in kinds]) for name in "ABC"]
made_at = datetime(2026, 7, 1, tzinfo=UTC)
print(write_workbook(BytesIO(), sheets, title="T", marking="M", made_at=made_at).sha256)
"""


def test_the_same_data_gives_the_same_bytes_in_another_process() -> None:
    # Python shuffles its sets anew in each process; the seed makes sure of two different shuffles.
    hashes = {
        subprocess.run(
            [sys.executable, "-c", SAME_ELSEWHERE],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(HOME)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(hashes) == 1


def test_one_changed_letter_changes_the_hash() -> None:
    columns = (Column("Words", "text", 9),)
    hashes = {written(Sheet("A", columns, [(text,)]))[1].sha256 for text in ("open", "opem", "open")}
    assert len(hashes) == 2


def test_the_hash_size_and_counts_are_those_of_the_file() -> None:
    file, said = written(Sheet("Cases", COLUMNS, ROWS), Sheet("None", COLUMNS), Sheet("Read me", notes=["x"]))
    assert said == Written({"Cases": 3, "None": 0, "Read me": 0}, hashlib.sha256(file).hexdigest(), len(file))
    assert said.total == 3
    table, said = in_csv(COLUMNS, ROWS)
    assert said == Written({"CSV": 3}, hashlib.sha256(table).hexdigest(), len(table))


def test_every_part_is_well_formed_and_whole() -> None:
    file, _ = written(Sheet("Cases", COLUMNS, ROWS), Sheet("Read me", notes=["x"]))
    with ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
    for xml in parts(file).values():
        ElementTree.fromstring(xml)


def test_twenty_thousand_rows_arrive_in_little_memory(tmp_path: Path) -> None:
    write_workbook(io.BytesIO(), [Sheet("A", COLUMNS, ROWS)], title="Warm up", marking="", made_at=MADE_AT)
    file = tmp_path / "cases.xlsx"
    tracemalloc.start()
    try:
        with file.open("wb") as out:
            sheet = Sheet("Cases", MANY_COLUMNS, many_rows(20_000))
            said = write_workbook(out, [sheet], title="Cases", marking=MARKING, made_at=MADE_AT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert said.rows == {"Cases": 20_000}
    assert peak < 8_000_000  # the rows alone, all held at once, take over twelve
    references = re.findall(">(C[0-9]+)<", parts(file.read_bytes())["xl/worksheets/sheet1.xml"])
    assert references == [f"C{number}" for number in range(20_000)]


def test_rows_are_asked_for_as_they_are_written() -> None:
    waiting: list[int] = []

    class Row(tuple):
        def __del__(self) -> None:
            waiting.pop()

    def rows() -> Iterator[Row]:
        for number in range(5_000):
            waiting.append(number)
            most.append(len(waiting))
            yield Row((number,))

    most: list[int] = []
    written(Sheet("A", (Column("Number", "number", 9),), rows()))
    assert len(most) == 5_000
    assert max(most) <= 500


@pytest.mark.parametrize("rows", [[("a", "b"), ("c",)], [("a",)] * 120, [("a", "b", "c")], [()]])
def test_a_row_of_another_length_is_refused_naming_the_sheet(rows: list[tuple[str, ...]]) -> None:
    columns = (Column("One", "text", 9), Column("Two", "text", 9))
    with pytest.raises(ValueError, match='The sheet "Cases" has 2 columns, but a row of another length'):
        written(Sheet("Cases", columns, rows))
    with pytest.raises(ValueError, match="has 2 columns, but a row of another length"):
        in_csv(columns, rows)


@pytest.mark.parametrize(
    ("sheet", "error"),
    [
        (Sheet("A", (Column("Words", "text", 9),), broken_rows()), LookupError),
        (Sheet("A", (Column("Words", "text", 9),), [("a",), (5,)]), TypeError),
        (Sheet("A", (Column("Words", "text", 9),), [("a",), ("b", "c")]), ValueError),
        (Sheet("A", (Column("Words", "text", 9),), [("a", "b")]), ValueError),
        (Sheet("A", (Column("Words", "text", 9),), [()]), ValueError),
        (Sheet("A", (Column("Words", "text", 9),), [("a",)], totals=("a", "b")), ValueError),
        (Sheet("A", (), [("a",)]), ValueError),
        (Sheet("A", notes=[5]), TypeError),
    ],
)
def test_when_something_goes_wrong_nothing_is_handed_over(sheet: Sheet, error: type[Exception]) -> None:
    out = io.BytesIO()
    with pytest.raises(error):
        write_workbook(out, [Sheet("First", COLUMNS, ROWS), sheet], title="", marking="", made_at=MADE_AT)
    assert out.getvalue() == b""


@pytest.mark.parametrize(("rows", "error"), [(broken_rows(), LookupError), ([(5,)], TypeError), ([()], ValueError)])
def test_when_something_goes_wrong_no_csv_is_handed_over(rows: Iterator[Sequence[object]], error: type) -> None:
    out = io.BytesIO()
    with pytest.raises(error):
        write_csv(out, (Column("Words", "text", 9),), rows)
    assert out.getvalue() == b""


def test_a_workbook_needs_a_sheet_and_a_time_with_its_zone() -> None:
    with pytest.raises(ValueError, match="at least one sheet"):
        written()
    with pytest.raises(ValueError, match="time zone"):
        written(Sheet("A", notes=["x"]), made_at=datetime(2026, 7, 1))


# ---- limits


def test_a_sheet_holds_as_many_rows_as_a_spreadsheet_program_opens() -> None:
    # Source: Microsoft, "Excel specifications and limits": 1,048,576 rows by 16,384 columns.
    assert ROW_LIMIT == 2**20
    out, sheet = io.BytesIO(), Sheet("Cases", (Column("Words", "text", 9),), repeat(("x",), 2**20))
    # The headings take a row too, so this is one too many.
    with pytest.raises(SheetTooLargeError, match=r'"Cases".*1,048,576 rows.*Narrow the filter'):
        write_workbook(out, [sheet], title="", marking="", made_at=MADE_AT)
    assert out.getvalue() == b""


@pytest.mark.parametrize(("rows", "fits"), [(13, True), (14, False)])
def test_notes_headings_and_totals_count_towards_the_limit(
    monkeypatch: pytest.MonkeyPatch, rows: int, fits: bool
) -> None:
    monkeypatch.setattr(exports.workbook, "ROW_LIMIT", 20)
    # Besides the data: marking, note, blank, headings, total, blank, note below.
    columns = (Column("Words", "text", 9),)
    sheet = Sheet("A", columns, repeat(("x",), rows), ["note"], ["total"], ["below"])
    if fits:
        assert len(values(opened(sheet)["A"])) == 20
    else:
        with pytest.raises(SheetTooLargeError):
            written(sheet)


@pytest.mark.parametrize(("limit", "fits"), [(100_000, True), (50_000, False)])
def test_a_sheet_too_big_for_an_ordinary_zip_is_refused(
    monkeypatch: pytest.MonkeyPatch, limit: int, fits: bool
) -> None:
    monkeypatch.setattr(exports.workbook, "PART_LIMIT", limit)
    sheet = Sheet("A", (Column("Words", "text", 9),), repeat(("x" * 900,), 80))  # 72,000 letters, and their tags
    if fits:
        assert written(sheet)[1].total == 80
    else:
        with pytest.raises(SheetTooLargeError):
            written(sheet)


@pytest.mark.parametrize(("count", "fits"), [(16_384, True), (16_385, False)])
def test_a_sheet_has_at_most_16384_columns(count: int, fits: bool) -> None:
    sheet = Sheet("A", [Column("N", "number", 9)] * count)
    if fits:
        assert written(sheet)[1].rows == {"A": 0}
    else:
        with pytest.raises(SheetTooLargeError, match="16,384"):
            written(sheet)


# ---- CSV


def test_a_csv_is_utf8_with_its_mark_crlf_and_days_first() -> None:
    file, _ = in_csv(COLUMNS, ROWS)
    assert file.decode() == (
        "\ufeffReference,Opened,Last contact,Hours,Share,Interpreter,Summary\r\n"
        'C1,05/01/2026,05/01/2026 09:05,2.50,0.25,Yes,"Letter\nand visit"\r\n'
        'C2,30/06/2026,01/07/2026 00:30,7,,No,"a & b <c> ""d"" \'e\'"\r\n'
        "C3,,,,<5,,\r\n"
    )


def test_a_negative_number_in_a_csv_stays_a_number() -> None:
    file, _ = in_csv((Column("Change", "number", 9), Column("Words", "text", 9)), [(-5, "-5"), (Decimal("-0.5"), "")])
    assert file.decode("utf-8-sig") == "Change,Words\r\n-5,'-5\r\n-0.5,\r\n"


def test_a_csv_of_twenty_thousand_rows_needs_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    tracemalloc.start()
    try:
        with file.open("wb") as out:
            said = write_csv(out, MANY_COLUMNS, many_rows(20_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert said.rows == {"CSV": 20_000}
    # Up to 8 MiB of the file itself may wait in memory before the rest goes to disk.
    assert peak < 12_000_000
    assert file.read_bytes().count(b"\r\n") == 20_001
