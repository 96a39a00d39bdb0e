"""Typed dates and times: what each means, which are refused, and that what is written is read again."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import Office
from casework.datetext import DateTextError, Prefer, in_words, nearness, parse_date, parse_time, short

TODAY = date(2026, 11, 20)  # a Friday
CHRISTMAS = {date(2026, 12, 25): "Christmas Day", date(2026, 12, 28): "Boxing Day (observed)"}
OFFICE = Office(time(10), time(18), frozenset(range(5)), CHRISTMAS)
SHUT = Office(time(10), time(18), frozenset(), {})

# The digits 0 to 9 of the scripts our clients' keyboards have.
SCRIPTS = {
    "Arabic": "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
    "Persian and Urdu": "\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9",
    "Bengali": "\u09e6\u09e7\u09e8\u09e9\u09ea\u09eb\u09ec\u09ed\u09ee\u09ef",
    "full-width": "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
}


def read(text: str, prefer: Prefer = "future", today: date = TODAY) -> str:
    return parse_date(text, today=today, prefer=prefer, office=OFFICE).isoformat()


def refusal(text: str, prefer: Prefer = "future") -> str:
    with pytest.raises(DateTextError) as refused:
        parse_date(text, today=TODAY, prefer=prefer, office=OFFICE)
    return str(refused.value)


def time_refusal(text: str) -> str:
    with pytest.raises(DateTextError) as refused:
        parse_time(text)
    return str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        *("4/12/26", "4/12", "4.12.2026", "4.12.", "4-12-26", "04/12/2026", "4 12 26", "4 / 12 / 26"),
        *("4 Dec", "4 December 2026", "Dec 4", "dec 4 2026", "December 4, 2026", "4dec26", "4-Dec-2026", "4 DEC 26"),
        *("4th December", "the 4th of December 2026", "04122026"),
        *("2026-12-04", "2026-12-4", "2026/12/04"),
        *("Fri 4 Dec", "Friday, 4 December 2026", "  4/12/26  ", "4\u00a0Dec\u00a02026"),
        *("+2w", "+14", "+14d", "+ 14 days", "+2 weeks", "+10wd", "+10 working days"),
        *("4\u201312\u201326", "4\u221212\u221226", "4\uff0e12\uff0e26"),  # dash, minus, full-width dots
        *("\u200f4/12/26\u200e", "\uff14\uff0f\uff11\uff12\uff0f\uff12\uff16"),
    ],
)
def test_the_fourth_of_december_may_be_typed_in_many_ways(text: str) -> None:
    assert read(text) == "2026-12-04"


@pytest.mark.parametrize("digits", SCRIPTS.values(), ids=SCRIPTS)
def test_the_digits_of_other_scripts_are_read(digits: str) -> None:
    other = str.maketrans("0123456789", digits)
    assert read("4/12/2026".translate(other)) == "2026-12-04"
    assert read("+10wd".translate(other)) == "2026-12-04"
    assert parse_time("14:05".translate(other)) == time(14, 5)


@pytest.mark.parametrize(
    ("text", "day"),
    [("4/12/26", "2026-12-04"), ("12/4/26", "2026-04-12"), ("1/2/27", "2027-02-01"), ("3/5", "2027-05-03")],
)
def test_the_day_always_comes_first(text: str, day: str) -> None:
    assert read(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-20"),
        ("Tomorrow", "2026-11-21"),
        ("yesterday", "2026-11-19"),
        ("+3", "2026-11-23"),
        ("+0", "2026-11-20"),
        ("-3", "2026-11-17"),
        ("-2w", "2026-11-06"),
        ("+1wd", "2026-11-23"),
        ("+24wd", "2026-12-24"),  # Monday 23 November is 1, so Christmas Eve, a Thursday in week five, is 24
        ("+25wd", "2026-12-29"),  # Christmas Day, the weekend and Boxing Day's Monday do not count
    ],
)
def test_a_day_may_be_counted_from_today(text: str, day: str) -> None:
    assert read(text) == day


@pytest.mark.parametrize(
    ("text", "ahead", "back"),
    [
        ("fri", "2026-11-27", "2026-11-13"),  # on a Friday: "today" says the other
        ("Friday", "2026-11-27", "2026-11-13"),
        ("sat", "2026-11-21", "2026-11-14"),
        ("thurs", "2026-11-26", "2026-11-19"),
        ("tues", "2026-11-24", "2026-11-17"),
        ("weds", "2026-11-25", "2026-11-18"),
        ("sunday", "2026-11-22", "2026-11-15"),
        ("mon", "2026-11-23", "2026-11-16"),
    ],
)
def test_a_weekday_is_the_next_or_the_last_one_and_never_today(text: str, ahead: str, back: str) -> None:
    assert (read(text), read(text, "past")) == (ahead, back)


@pytest.mark.parametrize(
    ("text", "ahead", "back"),
    [
        ("20/11", "2026-11-20", "2026-11-20"),  # today fits both
        ("21/11", "2026-11-21", "2025-11-21"),
        ("19/11", "2027-11-19", "2026-11-19"),
        ("31 Dec", "2026-12-31", "2025-12-31"),
        ("1 Jan", "2027-01-01", "2026-01-01"),
    ],
)
def test_without_a_year_the_nearest_date_that_fits_is_meant(text: str, ahead: str, back: str) -> None:
    assert (read(text), read(text, "past")) == (ahead, back)


@pytest.mark.parametrize(
    ("text", "ahead", "back"),
    [
        ("4/12/26", "2026-12-04", "2026-12-04"),  # this year is this year, also where the past is expected
        ("4/12/46", None, "1946-12-04"),
        ("4/12/45", "2045-12-04", "1945-12-04"),
        ("4/12/47", "1947-12-04", "1947-12-04"),
        ("4/12/99", "1999-12-04", "1999-12-04"),
        ("4/12/00", "2000-12-04", "2000-12-04"),
    ],
)
def test_a_year_of_two_digits_is_recent_or_at_most_twenty_years_ahead(text: str, ahead: str | None, back: str) -> None:
    assert read(text, "past") == back
    if ahead is None:
        assert "20 years from today" in refusal(text)  # 4 December 2046 is two weeks too far
    else:
        assert read(text) == ahead


def test_the_leap_day_is_read_in_a_leap_year_only() -> None:
    assert read("29/2/28") == "2028-02-29"
    assert read("29 Feb", today=date(2028, 1, 10)) == "2028-02-29"
    assert read("29 Feb", "past", today=date(2028, 3, 10)) == "2028-02-29"
    assert refusal("29/2") == (
        "There is no 29 February 2027, because 2027 is not a leap year. Check the day, or type the year as well."
    )
    assert "1900 is not a leap year" in refusal("29/2/1900")
    assert read("29/2/2000") == "2000-02-29"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("12/25", "There is no month 25. The day comes first: type 25/12 for 25 December."),
        ("12/25/26", "There is no month 25. The day comes first: type 25/12 for 25 December."),
        ("2026-13-01", "There is no month 13. The day comes first: type 13/1 for 13 January."),
        ("31/4", "There is no day 31 in April, which has 30 days."),
        ("30 Feb 2028", "There is no day 30 in February, which has 29 days."),
        ("0/1", "There is no day 0 in January, which has 31 days."),
        ("32/1", "There is no day 32 in January, which has 31 days."),
        ("Thu 4 Dec 26", "4 December 2026 is a Friday, not a Thursday. Correct one of the two."),
        ("4/12/6", "Type the year with two or four digits, for example 26 or 2026."),
        ("4/12/026", "Type the year with two or four digits, for example 26 or 2026."),
        ("-3wd", "Working days are counted forward from today only. Type the date itself."),
    ],
)
def test_an_impossible_date_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    assert refusal(text) == sentence


def test_a_month_that_no_order_of_the_two_explains_is_refused_without_a_guess() -> None:
    for text in ("13/13", "4/0", "2/30", "4/99"):
        assert refusal(text).startswith(f"There is no month {text.split('/')[1]}. Type the day, then the month")


@pytest.mark.parametrize("text", ["1/1/0001", "1/1/9999", "1/1/0000", "31/12/1899", "21/11/2046", "+7306", "+9999999w"])
def test_a_year_out_of_reach_is_refused(text: str) -> None:
    assert refusal(text) == "Dates here run from 1900 to 20 years from today. Check the year."


def test_the_first_and_the_last_day_within_reach_are_read() -> None:
    assert (read("1/1/1900"), read("20/11/2046")) == ("1900-01-01", "2046-11-20")
    assert read("29/2/2048", today=date(2028, 2, 29)) == "2048-02-29"
    assert read("28/2/2100", today=date(2080, 2, 29)) == "2100-02-28"  # 2100 is not a leap year


@pytest.mark.parametrize(
    "text",
    [
        *("soon", "next friday", "12", "4", "the", "dec", "4 4 4 4", "4//12", "/4/12", "-4/12", "4:12", "4 de"),
        *("fr", "4/12/26 10:00", "4\u00b2/12", "\u2463/12", "<b>", "4/dez", "+", "+x", "4/12/x", "x/12", "041226"),
    ],
)
def test_what_is_no_date_is_refused_with_examples(text: str) -> None:
    assert refusal(text) == (
        "This cannot be read as a date. Type the day first, for example 4/12/26, 4 Dec, today, fri or +10wd."
    )


def test_an_empty_box_and_a_pasted_letter_each_get_their_own_sentence() -> None:
    assert refusal("  ").startswith("Type a date")
    assert refusal("\u200f").startswith("Type a date")
    assert refusal("4/12/26 " * 100_000).startswith("This is too long")


def test_working_days_need_an_office_that_opens() -> None:
    with pytest.raises(DateTextError, match="Type the date itself"):
        parse_date("+10wd", today=TODAY)
    with pytest.raises(DateTextError, match="The office has no open day"):
        parse_date("+10wd", today=TODAY, office=SHUT)


def test_a_date_is_written_with_its_weekday() -> None:
    assert in_words(date(2026, 12, 4)) == "Friday 4 December 2026"
    assert short(date(2026, 12, 4)) == "Fri 4 Dec 2026"
    assert short(date(2028, 2, 29)) == "Tue 29 Feb 2028"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-20", "today"),
        ("2026-11-21", "tomorrow, closed: Saturday"),
        ("2026-11-19", "yesterday"),
        ("2026-11-15", "5 days ago"),  # a Sunday; what is past needs no opening
        ("2026-11-17", "3 days ago"),
        ("2026-11-22", "2 days from now, closed: Sunday"),  # no open day lies between
        ("2026-11-23", "1 working day from now"),
        ("2026-12-03", "9 working days from now"),
        ("2026-12-05", "10 working days from now, closed: Saturday"),
        ("2026-12-28", "24 working days from now, closed: Boxing Day (observed)"),
        ("2024-11-21", "729 days ago"),
        ("2024-11-20", "2 years ago"),
        ("1984-12-04", "41 years ago"),  # the birthday of this year is still to come
        ("2028-11-20", "2 years from now"),
    ],
)
def test_nearness_says_how_far_a_day_is(day: str, words: str) -> None:
    assert nearness(date.fromisoformat(day), TODAY, OFFICE) == words


def test_only_a_day_ahead_is_called_closed() -> None:
    saturday, sunday = date(2026, 11, 21), date(2026, 11, 22)
    assert nearness(saturday, saturday, OFFICE) == "today"
    assert nearness(saturday, sunday, OFFICE) == "yesterday"


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        *[(text, time(14)) for text in ("14:00", "14.00", "1400", "2pm", "2 PM", "2 p.m.", "2:00pm", "14", "14h00")],
        *[(text, time(9)) for text in ("9", "09", "9am", "09:00", "0900", "900", "9 a.m.")],
        *[(text, time(14, 30)) for text in ("14.30", "14:30", "1430", "2.30pm", "2:30 pm", "230pm", "14 30")],
        *[(text, time(12)) for text in ("12", "12pm", "noon", "Midday", "12:00")],
        *[(text, time(0)) for text in ("0", "12am", "00:00", "0000")],
        *[(text, time(0, 30)) for text in ("12.30am", "0:30")],
        ("2", time(2)),  # no guess at the afternoon
        ("12.30pm", time(12, 30)),
        ("23:59", time(23, 59)),
        ("11pm", time(23)),
    ],
)
def test_a_time_may_be_typed_in_many_ways(text: str, clock: time) -> None:
    assert parse_time(text) == clock


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("24:00", "There is no hour 24. Hours run from 0 to 23."),
        ("25", "There is no hour 25. Hours run from 0 to 23."),
        ("9:60", "There is no minute 60. Minutes run from 00 to 59."),
        ("9:75", "There is no minute 75. Minutes run from 00 to 59."),
        ("13pm", "With am or pm the hour is 1 to 12. Type it like 2pm, or 14:00 without pm."),
        ("0am", "With am or pm the hour is 1 to 12. Type it like 2pm, or 14:00 without pm."),
        *[
            (text, "This cannot be read as a time. Type it like 14:00 or 2pm.")
            for text in ("", "later", "9:5", "14:00:00", "12345", "pm", "-9", "9 to 10", "2 \u00bd pm")
        ],
    ],
)
def test_an_impossible_time_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    assert time_refusal(text) == sentence


# What the office writes is read again as the same day or time.

days = st.dates(date(1900, 1, 1), date(2046, 11, 20))
prefers = st.sampled_from(["future", "past"])


def ways_to_write(day: date) -> list[str]:
    separated = [f"{day.day}{sign}{day.month}{sign}{day.year}" for sign in "/.- "]
    return [*separated, in_words(day), short(day), day.isoformat(), f"{day:%d%m%Y}", in_words(day).upper()]


@given(day=days, prefer=prefers)
def test_a_date_written_in_full_is_read_as_the_same_day(day: date, prefer: Prefer) -> None:
    assert {parse_date(text, today=TODAY, prefer=prefer) for text in ways_to_write(day)} == {day}


@given(day=days, prefer=prefers, digits=st.sampled_from(list(SCRIPTS.values())))
def test_a_date_in_other_digits_is_read_as_the_same_day(day: date, prefer: Prefer, digits: str) -> None:
    text = f"{day.day}/{day.month}/{day.year}".translate(str.maketrans("0123456789", digits))
    assert parse_date(text, today=TODAY, prefer=prefer) == day


@given(today=st.dates(date(2020, 1, 1), date(2040, 12, 31)), away=st.integers(0, 364))
def test_a_date_without_a_year_is_found_within_a_year_on_the_side_asked_for(today: date, away: int) -> None:
    ahead, back = today + timedelta(days=away), today - timedelta(days=away)
    if (ahead.month, ahead.day) != (2, 29):
        assert parse_date(f"{ahead.day}/{ahead.month}", today=today, prefer="future") == ahead
    if (back.month, back.day) != (2, 29):
        assert parse_date(f"{back.day}/{back.month}", today=today, prefer="past") == back


@given(today=st.dates(date(2020, 1, 1), date(2040, 12, 31)), away=st.integers(1, 7))
def test_a_weekday_is_found_within_the_coming_or_the_last_seven_days(today: date, away: int) -> None:
    ahead, back = today + timedelta(days=away), today - timedelta(days=away)
    assert parse_date(f"{ahead:%A}", today=today, prefer="future") == ahead
    assert parse_date(f"{back:%a}", today=today, prefer="past") == back


@given(clock=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)))
def test_a_time_written_on_either_clock_is_read_as_the_same_time(clock: time) -> None:
    half_day = f"{clock.hour % 12 or 12}.{clock.minute:02}{'pm' if clock.hour >= 12 else 'am'}"
    for text in (f"{clock:%H:%M}", f"{clock:%H.%M}", f"{clock:%H%M}", half_day):
        assert parse_time(text) == clock


@given(text=st.text(max_size=70) | st.text("0123456789/-. +adwfrienovctu", max_size=20))
def test_anything_typed_is_read_within_reach_or_refused_in_a_sentence(text: str) -> None:
    try:
        day = parse_date(text, today=TODAY, office=OFFICE)
    except DateTextError as refused:
        assert str(refused).endswith(".")
    else:
        assert date(1900, 1, 1) <= day <= date(2046, 11, 20)
    try:
        parse_time(text)
    except DateTextError as refused:
        assert str(refused).endswith(".")
