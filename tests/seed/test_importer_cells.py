"""Reading single cells: dates as people typed them, times that lost their noughts, numbers that were phones."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.import_cells import CellError, as_date, as_number, as_phone, as_text, as_time, as_yes_no
from seed.import_source import Unreadable

TODAY = date(2026, 11, 23)
MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]  # fmt: skip
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DAYS = st.dates(date(1900, 1, 1), TODAY)


def ordinal(day):
    """The English ending, by the rule of grammar: 11, 12 and 13 take th."""
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


@given(DAYS, st.integers(0, 7))
def test_a_date_is_read_alike_however_it_was_written_down(day, way):
    month = MONTHS[day.month - 1]
    written = (
        f"{ordinal(day.day)} {month} {day.year}", f"{day.day}/{day.month}/{day.year}", f"{day:%d.%m.%Y}",
        f"{day.day} {month[:3]} {day.year}", f"{month} {ordinal(day.day)}, {day.year}", f"{day:%Y-%m-%d}",
        f"{WEEKDAYS[day.weekday()]} {day.day} {month} {day.year}", f" {day.day} - {day.month} - {day.year} ",
    )[way]  # fmt: skip
    assert as_date(written, order="day_first", today=TODAY) == day


@given(st.dates(date(1947, 1, 1), date(2046, 12, 31)))
def test_two_digits_of_a_year_are_read_unless_they_may_be_a_year_to_come(day):
    typed = f"{day.day}/{day.month}/{day.year % 100:02d}"
    if day.year <= TODAY.year:
        assert as_date(typed, order="day_first", today=TODAY) == day
    else:
        with pytest.raises(CellError):
            as_date(typed, order="day_first", today=TODAY)


@given(DAYS)
def test_a_sheet_that_puts_the_month_first_is_read_month_first(day):
    assert as_date(f"{day.month}/{day.day}/{day.year}", order="month_first", today=TODAY) == day


@given(DAYS, st.times())
def test_real_date_cells_are_read_as_they_are(day, clock):
    assert as_date(datetime.combine(day, clock), order="iso", today=TODAY) == day
    assert as_date(day, order="day_first", today=TODAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "today",
        "yesterday",
        "fri",
        "3 March",
        "2 January",
        "23 Nov",
        "3/3",
        "+3",
        "-2w",
        "29/2/23",
        "13/13/24",
        "4/3/27",
        "May 2024",
        "2024",
    ],
)
def test_what_is_no_whole_date_is_refused_and_never_completed_by_a_guess(text):
    with pytest.raises(CellError):
        as_date(text, order="day_first", today=TODAY)


@pytest.mark.parametrize("cell", ["3/3/2024", "2024-13-01", "2024-02-30", "20240303", 45000, 45000.5, True])
def test_a_sheet_of_iso_dates_takes_nothing_else(cell):
    with pytest.raises(CellError):
        as_date(cell, order="iso", today=TODAY)


@given(st.text(max_size=30) | st.text("0123456789/.- ", max_size=12))
def test_any_text_is_a_date_that_reads_the_same_tomorrow_or_is_refused(text):
    for order in ("day_first", "month_first", "iso"):
        try:
            day = as_date(text, order=order, today=TODAY)
        except CellError:
            continue
        assert day == as_date(text, order=order, today=date(2026, 11, 24))


def test_every_number_of_four_digits_is_the_time_it_shows_or_no_time():
    for number in range(10_000):
        shown = f"{number:04d}"
        try:
            expected = time.fromisoformat(f"{shown[:2]}:{shown[2:]}")
        except ValueError:
            expected = None
        try:
            got = as_time(number, kind="number")
        except CellError:
            got = None
        assert got == expected


@pytest.mark.parametrize(
    "bare, shown", [(1, "00:01"), (55, "00:55"), (0, "00:00"), (1200, "12:00"), ("1757", "17:57"), (905.0, "09:05")]
)
def test_times_that_lost_their_noughts(bare, shown):
    assert as_time(bare, kind="number") == time.fromisoformat(shown)


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_number_means_the_same_time_as_text_padded_or_not_and_as_a_time_cell(hour, minute):
    number, clock = hour * 100 + minute, time(hour, minute)
    typed = (str(number), f"{number:04d}", f" {number} ")
    cells = (number, float(number), *typed, clock, datetime(2024, 3, 3, hour, minute))
    assert {as_time(cell, kind="number") for cell in cells} == {clock}


@given(st.integers() | st.floats(allow_nan=True) | st.text(max_size=12) | st.booleans())
def test_anything_else_is_no_time_and_says_so(cell):
    for kind in ("number", "clock"):
        try:
            assert isinstance(as_time(cell, kind=kind), time)
        except CellError as error:
            assert str(error).endswith(".")


@pytest.mark.parametrize("typed, shown", [("9.30pm", "21:30"), ("9", "09:00"), ("21:30", "21:30"), ("noon", "12:00")])
def test_clock_times_are_read_as_people_write_them(typed, shown):
    assert as_time(typed, kind="clock") == time.fromisoformat(shown)


@pytest.mark.parametrize(
    "cell, phone",
    [
        (7700900101, "07700900101"), (7700900101.0, "07700900101"), ("07700 900101", "07700 900101"),
        ("7700900101", "7700900101"), (447700900101, "447700900101"), (999, "999"), (2079460018, "02079460018"),
    ],
)  # fmt: skip
def test_a_phone_number_that_became_a_number_gets_its_first_nought_back(cell, phone):
    assert as_phone(cell) == phone


@pytest.mark.parametrize(
    "cell, text",
    [
        (12.0, "12"), (2.5, "2.5"), (None, ""), (True, "yes"), ("=1+1", "=1+1"), ("@x\x00\x0b", "@x"),
        ("  two \u00a0 words\n", "two words"), (datetime(2024, 3, 4), "2024-03-04"), (float("inf"), "inf"),
    ],
)  # fmt: skip
def test_a_cell_as_text_reads_as_a_person_would_read_it(cell, text):
    assert as_text(cell) == text


@pytest.mark.parametrize("cell", ["three", "3.5", 3.5, "1e3", "\u00b2", ""])
def test_a_count_is_a_whole_number(cell):
    assert as_number("12") == as_number(12.0) == 12
    with pytest.raises(CellError):
        as_number(cell)


def test_yes_and_no_are_read_and_maybe_is_refused():
    assert [as_yes_no(cell) for cell in ("Yes", True, "x", "n", False, 0)] == [True, True, True, False, False, False]
    with pytest.raises(CellError):
        as_yes_no("maybe")


def test_a_cell_without_a_value_is_refused_wherever_it_is_read():
    for read in (as_text, as_phone, as_number, as_yes_no):
        with pytest.raises(CellError, match="holds an error"):
            read(Unreadable("an error"))
