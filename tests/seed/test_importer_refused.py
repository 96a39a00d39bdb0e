"""Files and mappings that cannot be used are refused whole, with one sentence that says what to do."""

from __future__ import annotations

import io
import os
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy.orm import Session

from seed import importer
from seed.import_mapping import mapping_from
from seed.import_source import MOST_BYTES, MOST_COLUMNS, MOST_LINES, ImportRefused
from seed.importer_xlsx import read_xlsx
from tests.data.make_office_sheet import make_office_sheet
from tests.seed import small_sheet

OFFICE = importer.MAPPINGS / "old_office_sheet.toml"
SHEET = "xl/worksheets/sheet1.xml"


def refusal(path, mapping=None):
    """Give the sentence with which a file is refused, before any database is asked: this session has none."""
    with pytest.raises(ImportRefused) as caught:
        importer.plan(Session(), path, mapping or small_sheet.mapping())
    sentence = str(caught.value)
    assert sentence.startswith("Not imported: ") and sentence.endswith(".") and "\n" not in sentence
    return sentence


@pytest.fixture
def office_mapping():
    return importer.read_mapping(OFFICE)


@pytest.fixture
def workbook(tmp_path):
    return make_office_sheet(tmp_path / "book.xlsx")


def repacked(path: Path, part: str, content: bytes) -> Path:
    """Write the workbook again with one part exchanged."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in (parts | {part: content}).items():
            new.writestr(name, data)
    return path


def test_a_file_of_200_mb_is_refused_by_its_size_without_being_read(tmp_path, monkeypatch):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 200 * 1024 * 1024)

    def must_not(*_args, **_options):
        raise AssertionError("the file was read")

    monkeypatch.setattr(Path, "read_bytes", must_not)
    monkeypatch.setattr(Path, "open", must_not)
    assert "larger than 20 MB" in refusal(path)


def test_the_largest_lawful_size_is_read(tmp_path):
    path = tmp_path / "full.csv"
    path.write_bytes(b"x" * MOST_BYTES)
    assert "larger" not in refusal(path)
    path.write_bytes(b"x" * (MOST_BYTES + 1))
    assert "larger than 20 MB" in refusal(path)


def test_a_missing_file_a_folder_and_an_empty_file_are_refused(tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"\n \n")
    assert "no such file" in refusal(tmp_path / "nowhere.csv")
    assert "no such file" in refusal(tmp_path)
    assert "empty" in refusal(tmp_path / "empty.csv")


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "cp1256"])
def test_text_in_another_encoding_is_refused_whole(tmp_path, encoding):
    path = small_sheet.write(tmp_path / "sheet.csv")
    words = "café" if encoding != "cp1256" else "سلام"
    path.write_bytes(path.read_text("utf-8").replace("bus stop", words).encode(encoding))
    sentence = refusal(path)
    assert "not UTF-8" in sentence and "CSV UTF-8" in sentence


def test_the_line_with_the_wrong_sign_is_named(tmp_path):
    path = small_sheet.write(tmp_path / "sheet.csv")
    path.write_bytes(path.read_bytes().replace(b"bus stop", b"caf\xe9"))
    assert "(see line 3)" in refusal(path)


def test_utf8_with_and_without_its_mark_is_read_alike(db, tmp_path):
    rows = small_sheet.changed(1, Words="They wrote সিলেটি and café on the wall.")
    path = small_sheet.write(tmp_path / "sheet.csv", rows)
    plain = importer.plan(db, path, small_sheet.mapping())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    marked = importer.plan(db, path, small_sheet.mapping())
    assert plain.rows == marked.rows
    assert plain.new[1].entry.values["incident.what"] == "They wrote সিলেটি and café on the wall."


def test_a_mapping_may_say_windows_but_never_turns_utf8_into_other_letters(db, tmp_path):
    mapping = small_sheet.mapping(encoding="cp1252")
    path = small_sheet.write(tmp_path / "sheet.csv", small_sheet.changed(1, Words="the café"))
    assert "the file is UTF-8" in refusal(path, mapping)
    path.write_bytes(path.read_text("utf-8").encode("cp1252"))
    assert importer.plan(db, path, mapping).new[1].entry.values["incident.what"] == "the café"


def test_a_cut_off_csv_is_refused_and_not_read_up_to_the_cut(tmp_path):
    rows = small_sheet.changed(2, Words="A long, quoted text")
    path = small_sheet.write(tmp_path / "sheet.csv", rows)
    path.write_bytes(path.read_bytes()[:-6])
    assert "quotation mark" in refusal(path)


def test_a_file_without_headings_is_refused_and_its_first_row_is_not_repeated(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("".join(",".join(row) + "\n" for row in small_sheet.ROWS), encoding="utf-8")
    sentence = refusal(path)
    assert "none of the headings" in sentence
    assert not any(cell in sentence for row in small_sheet.ROWS for cell in row if len(cell) > 1)


def test_headings_without_a_row_are_refused(tmp_path):
    assert "no rows below the heading" in refusal(small_sheet.write(tmp_path / "sheet.csv", []))


def test_a_wrong_mapping_names_the_column_that_the_file_does_not_have(tmp_path):
    words = small_sheet.told()
    words["field"][2]["column"] = "Whereabouts"
    words["left_out"] = {"Where": "for this test"}
    path = small_sheet.write(tmp_path / "sheet.csv")
    assert 'the column "Whereabouts", which the file does not have' in refusal(path, mapping_from(words, "wrong"))


def test_a_column_that_is_neither_used_nor_left_out_is_named(db, tmp_path):
    rows = [(*row, "yes") for row in small_sheet.ROWS]
    path = small_sheet.write(tmp_path / "sheet.csv", rows, (*small_sheet.HEADINGS, "Arrest"))
    assert 'the column "Arrest", which the mapping neither uses nor leaves out' in refusal(path)
    taken = importer.plan(db, path, small_sheet.mapping(left_out={"Arrest": "not ours to keep"}))
    assert taken.imported == 3


def test_a_left_out_column_that_is_not_there_a_heading_twice_and_values_without_one_are_refused(tmp_path):
    path = small_sheet.write(tmp_path / "sheet.csv")
    assert 'the column "Fare"' in refusal(path, small_sheet.mapping(left_out={"Fare": "petty cash"}))
    path = small_sheet.write(path, [(*row, "") for row in small_sheet.ROWS], (*small_sheet.HEADINGS, "Ref"))
    assert 'the heading "Ref" stands over two columns' in refusal(path)
    path = small_sheet.write(path, [(*row, "!") for row in small_sheet.ROWS], (*small_sheet.HEADINGS, ""))
    assert "column 7 holds values but has no heading (line 2)" in refusal(path)


def test_too_many_lines_and_too_many_columns_are_refused(tmp_path):
    path = small_sheet.write(tmp_path / "sheet.csv", [small_sheet.ROWS[0]] * MOST_LINES)
    assert f"more than {MOST_LINES} lines" in refusal(path)
    path = small_sheet.write(path, [("x",) * (MOST_COLUMNS + 1)])
    assert f"line 2 has more than {MOST_COLUMNS} columns" in refusal(path)


@pytest.mark.parametrize("part", [0.05, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_refused_whole(workbook, office_mapping, part):
    whole = workbook.read_bytes()
    workbook.write_bytes(whole[: int(len(whole) * part)])
    assert "cut off" in refusal(workbook, office_mapping)


@pytest.mark.parametrize(
    "content, word",
    [
        (b"Ref,Day\nA1,3/3/2024\n", "no XLSX workbook"),
        (b"\xd0\xcf\x11\xe0 old", "password"),
        (b"PK\x03\x04 no", "cut off"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, office_mapping, content, word):
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    assert word in refusal(path, office_mapping)


def test_a_workbook_given_for_a_csv_is_refused(workbook):
    assert "this is a workbook" in refusal(workbook)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_before_anything_is_unpacked(
    workbook, office_mapping, monkeypatch
):
    repacked(workbook, SHEET, b" " * 40_000_000)
    assert workbook.stat().st_size < 100_000

    def must_not(*_args, **_options):
        raise AssertionError("a part was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "open", must_not)
    assert "far larger" in refusal(workbook, office_mapping)


def test_a_workbook_whose_words_stand_for_words_without_end_is_refused(workbook, office_mapping):
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol">{levels}]><worksheet><sheetData>&l11;</sheetData></worksheet>'
    assert "broken" in refusal(repacked(workbook, SHEET, bomb.encode()), office_mapping)


def test_a_sheet_that_claims_to_be_endless_is_refused(tmp_path, workbook, office_mapping):
    row = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    xml = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
    assert "more than" in refusal(repacked(workbook, SHEET, xml.format(row).encode()), office_mapping)
    wide = '<row r="1"><c r="XFD1"><v>1</v></c></row>'
    assert "columns" in refusal(repacked(workbook, SHEET, xml.format(wide).encode()), office_mapping)


def test_a_sheet_that_the_workbook_does_not_have_is_named(tmp_path, office_mapping):
    book = Workbook()
    book.save(tmp_path / "other.xlsx")
    assert 'no sheet named "Book"' in refusal(tmp_path / "other.xlsx", office_mapping)
    words = small_sheet.mapping(format="xlsx", sheet=2)
    assert "asks for sheet 2, the workbook has 1" in refusal(tmp_path / "other.xlsx", words)


@pytest.fixture(scope="module")
def whole_workbook(tmp_path_factory):
    return make_office_sheet(tmp_path_factory.mktemp("book") / "book.xlsx").read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 0.9999), put=st.binary(min_size=1, max_size=4), unpacked=st.booleans(), part=st.integers(0, 9))
def test_a_damaged_workbook_is_read_or_refused_but_never_breaks_the_program(whole_workbook, at, put, unpacked, part):
    damaged = _damaged_inside(whole_workbook, at, put, part) if unpacked else _damaged(whole_workbook, at, put)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            lines = read_xlsx(damaged, sheet="Book")
        except ImportRefused as refused:
            assert str(refused).startswith("Not imported: ")
        else:
            assert all(line.number == place for place, line in enumerate(lines, start=1))


def _damaged(data: bytes, at: float, put: bytes) -> bytes:
    place = int(len(data) * at)
    return data[:place] + put + data[place + len(put) :]


def _damaged_inside(data: bytes, at: float, put: bytes, part: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for number, name in enumerate(old.namelist()):
            new.writestr(name, _damaged(old.read(name), at, put) if number == part else old.read(name))
    return made.getvalue()
