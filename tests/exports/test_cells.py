"""Cells: what a value looks like once a spreadsheet program opens it."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exports.cells import (
    CUT_NOTE,
    KINDS,
    LONGEST_TEXT,
    CellStyle,
    Column,
    csv_cell,
    csv_safe,
    fit,
    looks_like_formula,
    readable,
    safe_text,
    sheet_cell,
)

STYLE = CellStyle(usual=3, guarded=4)
ANY_TEXT = st.text(st.characters())  # half characters (lone surrogates) and controls included


def figure(kind: str, value: object) -> float:
    """Read back the number a sheet's cell holds."""
    found = re.fullmatch(r' s="3"><v>(.*)</v></c>', sheet_cell(Column("Any", kind, 10), STYLE)(value))
    assert found
    return float(found[1])


def words(kind: str, value: object) -> str:
    """Read back the words a sheet's cell holds."""
    cell = sheet_cell(Column("Any", kind, 10), STYLE)(value)
    found = re.fullmatch(r' s="[34]" t="inlineStr"><is><t xml:space="preserve">(.*)</t></is></c>', cell, re.DOTALL)
    assert found
    return found[1]


def in_csv(kind: str, value: object) -> str:
    return csv_cell(Column("Any", kind, 10))(value)


def may_stand_in_xml(sign: str) -> bool:
    """Source: XML 1.0, production 2, "Char"."""
    code = ord(sign)
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


# ---- text


@given(ANY_TEXT)
@example("a\x00b\x1fc\x7fd\x9fe")
@example("half \ud83d and \udc00 half")
@example("\ufffe\uffff")
def test_cleaned_text_can_stand_in_any_sheet(text: str) -> None:
    cleaned = safe_text(text)
    assert all(may_stand_in_xml(sign) for sign in cleaned)
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in cleaned.replace("\n", "").replace("\t", ""))
    assert unicodedata.is_normalized("NFC", cleaned)
    assert safe_text(cleaned) == cleaned


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff")))
def test_clean_text_stays_as_it_was_written(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert safe_text(composed) == composed


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_end_becomes_one_new_line(line_end: str) -> None:
    assert safe_text(f"first{line_end}second\tthird") == "first\nsecond\tthird"


def test_a_letter_and_its_accent_become_one_sign() -> None:
    assert safe_text("Jose\u0301") == "Jos\u00e9"


@pytest.mark.parametrize("sign", ["a", "\u09b0", "\N{SMILING FACE WITH OPEN MOUTH}"])
def test_text_too_long_for_a_cell_ends_in_a_note(sign: str) -> None:
    units = len(sign.encode("utf-16-le")) // 2
    longest = sign * (LONGEST_TEXT // units)
    assert safe_text(longest) == longest

    cut = safe_text(longest + sign)
    assert cut.endswith(CUT_NOTE)
    assert set(cut.removesuffix(CUT_NOTE)) == {sign}
    assert LONGEST_TEXT - units < len(cut.encode("utf-16-le")) // 2 <= LONGEST_TEXT


@pytest.mark.parametrize("text", ["a" * 40_000, "=" * 40_000, "\u0986" * 40_000])
def test_no_format_writes_more_than_a_cell_holds(text: str) -> None:
    assert words("text", text).endswith(CUT_NOTE)
    assert len(words("text", text)) <= LONGEST_TEXT
    assert in_csv("text", text).endswith(CUT_NOTE)


def test_a_text_that_grows_when_composed_still_fits_a_cell() -> None:
    # This Bengali letter is written as two signs once composed (a composition exclusion of Unicode).
    cut = safe_text("\u09dc" * 20_000)
    assert len(cut) <= LONGEST_TEXT
    assert cut.endswith(CUT_NOTE)


@given(ANY_TEXT.map(safe_text), st.integers(0, 40))
def test_cutting_never_leaves_half_a_character(text: str, units: int) -> None:
    start = fit(text, units)
    longer = text[: len(start) + 1]
    assert text.startswith(start)
    assert len(start.encode("utf-16-le")) <= 2 * units
    assert start == text or len(longer.encode("utf-16-le")) > 2 * units


# ---- formulas


STARTERS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\t\r\n"
BLANKS = ["", " ", "   ", "\u00a0", "\u3000", "\u200b", "\ufeff", " \u200e "]


@pytest.mark.parametrize("starter", STARTERS)
@pytest.mark.parametrize("blanks", BLANKS)
def test_text_like_a_formula_gets_an_apostrophe_in_csv(starter: str, blanks: str) -> None:
    text = f"{blanks}{starter}1+1"
    assert csv_safe(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", "Housing", "7 = seven", "a=b", "07000 000000", "(020) 7000 0000", "#12", "'=1", "র", "\u0633 = \u0634"]
)
def test_ordinary_text_gets_no_apostrophe(text: str) -> None:
    assert csv_safe(text) == text


@given(st.text(st.sampled_from("".join(BLANKS) + STARTERS + "1a\x00\ud800") | st.characters()))
def test_no_text_field_of_a_csv_begins_a_formula(text: str) -> None:
    assert in_csv("text", text).lstrip("".join(BLANKS))[:1] not in list(STARTERS)


def test_a_control_cannot_hide_a_formula() -> None:
    assert in_csv("text", "\x00=1+1") == "'=1+1"
    assert ' s="4"' in sheet_cell(Column("Any", "text", 10), STYLE)("\x00=1+1")


@pytest.mark.parametrize("text", ["=1+1", " @x", "-5", "\t="])
def test_a_cell_like_a_formula_is_marked_to_stay_text(text: str) -> None:
    assert looks_like_formula(text)
    assert sheet_cell(Column("Any", "text", 10), STYLE)(text).startswith(' s="4" t="inlineStr">')


@pytest.mark.parametrize("text", ["Housing", "a & b", "र", "(020)"])
def test_other_text_has_the_usual_look(text: str) -> None:
    assert sheet_cell(Column("Any", "text", 10), STYLE)(text).startswith(' s="3" t="inlineStr">')


# ---- what the sheet's own language would change


def test_signs_of_the_file_format_are_written_as_signs() -> None:
    assert words("text", "a & b < c > d %s 100%") == "a &amp; b &lt; c &gt; d %s 100%"


@given(st.text(st.sampled_from("_x000Daf"), max_size=30))
@example("_x000D_")
@example("_x000D_x000D_")
@example("__x005F_x000d_")
@example("_x005F_")
def test_text_that_looks_like_the_formats_escape_reads_back_as_it_was(text: str) -> None:
    # Source: ECMA-376 part 1, ST_Xstring: _xHHHH_ stands for the character with that number.
    written = words("text", text) if text else ""
    assert re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), written) == text


# ---- figures


@pytest.mark.parametrize("value", [0, 7, -5, 2.5, -0.1, 1e-7, 1e300, 0.1 + 0.2, 999_999_999_999_999])
def test_a_number_is_a_number_in_the_sheet_to_its_last_digit(value: float) -> None:
    assert figure("number", value) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_fraction_reads_back_equal(value: float) -> None:
    assert figure("number", value) == value
    assert float(in_csv("number", value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_money_reads_back_to_the_penny(value: Decimal) -> None:
    assert Decimal(str(figure("number", value))) == value
    assert Decimal(in_csv("number", value)) == value


def test_a_decimal_in_csv_has_no_exponent() -> None:
    assert in_csv("number", Decimal("1E+3")) == "1000"


def test_a_whole_number_longer_than_a_cell_keeps_is_written_as_text() -> None:
    assert words("number", 10**15 + 1) == "1000000000000001"
    assert words("number", -(10**17)) == "-100000000000000000"


def test_a_withheld_figure_may_be_words() -> None:
    assert words("number", "<5") == "&lt;5"
    assert in_csv("number", "<5") == "<5"
    assert words("date", "not known") == "not known"


@pytest.mark.parametrize(
    ("day", "serial"),
    [(date(2008, 1, 1), 39448), (date(1900, 3, 1), 61), (date(2000, 1, 1), 36526)],
)
def test_a_date_is_the_day_number_spreadsheets_use(day: date, serial: int) -> None:
    # Sources: Microsoft's page on DATE ("39448"), and the epoch of ECMA-376 part 1, 18.17.4.1.
    assert figure("date", day) == serial


@given(st.dates(min_value=date(1900, 3, 1)))
def test_the_day_after_has_the_next_number(day: date) -> None:
    assert figure("date", day) - figure("date", date(2008, 1, 1)) == (day - date(2008, 1, 1)).days


@pytest.mark.parametrize(("day", "text"), [(date(1900, 2, 28), "28/02/1900"), (date(1899, 12, 31), "31/12/1899")])
def test_a_date_before_march_1900_is_words_since_programs_disagree_about_it(day: date, text: str) -> None:
    assert words("date", day) == text


def test_a_date_in_csv_has_the_day_first() -> None:
    assert in_csv("date", date(2026, 12, 4)) == "04/12/2026"


CLOCK_CHANGES = [  # the United Kingdom's clocks in 2026: 29 March and 25 October, at 01:00 UTC
    (datetime(2026, 1, 15, 9, 5, tzinfo=UTC), "15/01/2026 09:05"),
    (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29/03/2026 00:59"),
    (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29/03/2026 02:00"),
    (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "02/07/2026 00:30"),
    (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25/10/2026 01:30"),
    (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25/10/2026 01:30"),
    (datetime(2026, 7, 1, 14, 0, tzinfo=timezone(timedelta(hours=6))), "01/07/2026 09:00"),
]


@pytest.mark.parametrize(("moment", "shown"), CLOCK_CHANGES)
def test_a_moment_is_shown_as_londons_clocks_showed_it(moment: datetime, shown: str) -> None:
    since = timedelta(days=figure("moment", moment))
    wall = datetime(1899, 12, 30) + since
    assert in_csv("moment", moment) == shown
    assert abs(wall - datetime.strptime(shown, "%d/%m/%Y %H:%M")) < timedelta(milliseconds=1)


def test_yes_and_no_are_words_and_nothing_is_an_empty_cell() -> None:
    assert (words("yes_no", True), words("yes_no", False)) == ("Yes", "No")
    assert (in_csv("yes_no", True), in_csv("yes_no", False)) == ("Yes", "No")
    for kind in KINDS:
        assert in_csv(kind, None) == ""
        assert sheet_cell(Column("Any", kind, 10), STYLE)(None) == ' s="3"/>'
        assert sheet_cell(Column("Any", kind, 10), STYLE)("") == ' s="3"/>'


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 5),
        ("text", b"bytes"),
        ("number", True),
        ("number", math.nan),
        ("number", math.inf),
        ("number", Decimal("NaN")),
        ("date", datetime(2026, 1, 1, tzinfo=UTC)),
        ("moment", date(2026, 1, 1)),
        ("moment", datetime(2026, 1, 1)),
        ("yes_no", 1),
    ],
)
def test_a_value_of_another_kind_is_refused_and_not_told(kind: str, value: object) -> None:
    for write in (sheet_cell(Column("Opened", kind, 10), STYLE), csv_cell(Column("Opened", kind, 10))):
        with pytest.raises(TypeError, match='The column "Opened" takes') as refusal:
            write(value)
        assert str(value) not in str(refusal.value).replace(type(value).__name__, "")


# ---- columns


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        (("Any", "colour", 10), "unknown kind"),
        (("Any", "text", 0), "is 0 wide"),
        (("Any", "text", 256), "is 256 wide"),
        (("Any", "text", 10, "0%"), "holds no numbers"),
    ],
)
def test_a_column_set_up_wrongly_is_refused(setup: tuple, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Column(*setup)


def test_a_column_may_name_its_number_format() -> None:
    assert Column("Share", "number", 8, "0.0%").shown_as == "0.0%"
    assert Column("Opened", "date", 255).shown_as == "DD/MM/YYYY"


# ---- papers


@given(ANY_TEXT)
@example("Door\x0bmended\x00")
def test_texts_of_a_paper_can_stand_in_a_document_of_word_wherever_they_lie(text: str) -> None:
    told = readable({"a": text, "b": [(text, 3), None], "c": Column(text, "text", 10)})
    cleaned = told["a"]
    assert all(may_stand_in_xml(sign) for sign in cleaned)
    assert told == {"a": cleaned, "b": [(cleaned, 3), None], "c": Column(cleaned, "text", 10)}
    assert readable(cleaned) == cleaned


def test_plain_words_of_a_paper_stay_as_they_are_with_line_ends_of_one_kind() -> None:
    assert readable("Büşra said:\r\n\u201cno\u201d\tonce\n") == "Büşra said:\n\u201cno\u201d\tonce\n"
    assert readable("a\x0bb\x00c") == "a\nbc"
