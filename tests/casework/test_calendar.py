"""The calendar against written-out dates, and against a second calendar made in another way."""

from __future__ import annotations

import os
import random
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest

from casework.calendar import (
    LARGEST_AMOUNT,
    Due,
    NeverOpen,
    Office,
    StepKind,
    clock_start,
    due,
    earlier,
    local,
    utc_from_local,
)

MONDAY_TO_FRIDAY = frozenset({0, 1, 2, 3, 4})
ENGLAND = dict(holidays.country_holidays("GB", subdiv="ENG", years=range(2024, 2034)))
OFFICE = Office(time(10), time(18), MONDAY_TO_FRIDAY, ENGLAND)
SHUT = Office(time(10), time(18), frozenset(), {})

HOW_MANY = 100_000 if os.environ.get("CASEWORK_LONG") == "1" else 20_000


def london(day: str, clock: str) -> datetime:
    """Give the UTC moment of a London clock time."""
    return utc_from_local(date.fromisoformat(day), time.fromisoformat(clock))


def on(start: str, amount: int, unit: str, office: Office = OFFICE) -> str:
    return due(date.fromisoformat(start), amount, unit, office).on.isoformat()


def told(answer: Due) -> list[tuple[str, str]]:
    return [(step.day.isoformat(), step.what) for step in answer.trace]


# Working days


@pytest.mark.parametrize(
    ("received", "answered_by"),
    [
        # 21 22 23 24 December are days 1 to 4; the 25th, the weekend and Monday the 28th (for Boxing Day) are
        # closed; 29 30 31 are 5 to 7; New Year and a weekend; 4 5 6 January are 8 to 10.
        ("2026-12-18", "2027-01-06"),
        ("2026-11-20", "2026-12-04"),  # Friday to Friday, two plain weeks
        ("2026-11-21", "2026-12-04"),  # Saturday is day 0, Monday day 1
        ("2026-11-22", "2026-12-04"),  # Sunday likewise
        ("2026-11-23", "2026-12-07"),
        ("2026-03-27", "2026-04-14"),  # over the spring clock change and Easter
        ("2026-10-16", "2026-10-30"),  # over the autumn clock change
        ("2028-02-18", "2028-03-03"),  # 29 February 2028 is a Tuesday and counts
        # Christmas Day and Boxing Day 2027 fall on the weekend: the 27th and 28th are closed instead.
        ("2027-12-20", "2028-01-06"),
    ],
)
def test_a_letter_is_due_ten_working_days_after_the_day_it_came(received: str, answered_by: str) -> None:
    assert on(received, 10, "working_day") == answered_by


def test_an_office_closure_moves_a_letter_by_one_working_day() -> None:
    with_training_day = Office(time(10), time(18), MONDAY_TO_FRIDAY, {**ENGLAND, date(2026, 11, 25): "Training"})
    assert on("2026-11-20", 10, "working_day") == "2026-12-04"
    assert on("2026-11-20", 10, "working_day", with_training_day) == "2026-12-07"


def test_2026_has_253_working_days_in_england() -> None:
    # 365 days less 104 on weekends less the 8 bank holidays, each of which falls on or moves to a weekday.
    assert OFFICE.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 365 - 104 - 8


def test_no_working_day_lies_between_a_day_and_itself_or_an_earlier_one() -> None:
    assert OFFICE.working_days_between(date(2026, 11, 20), date(2026, 11, 20)) == 0
    assert OFFICE.working_days_between(date(2026, 11, 20), date(2026, 11, 13)) == 0


def test_the_first_day_is_not_counted_and_the_last_one_is() -> None:
    assert OFFICE.working_days_between(date(2026, 11, 20), date(2026, 11, 23)) == 1
    assert OFFICE.working_days_between(date(2026, 11, 20), date(2026, 11, 22)) == 0


def test_adding_no_working_days_stays_on_the_day_even_a_closed_one() -> None:
    assert OFFICE.add_working_days(date(2026, 11, 21), 0) == date(2026, 11, 21)


# Calendar days


@pytest.mark.parametrize(
    ("received", "answered_by"),
    [
        ("2026-09-01", "2026-09-04"),  # Tuesday to Friday
        ("2026-09-02", "2026-09-07"),  # Saturday the 5th moves to Monday
        ("2026-09-03", "2026-09-07"),  # Sunday the 6th moves to Monday
        ("2026-09-04", "2026-09-07"),  # Friday to Monday: the weekend counts
        ("2026-03-31", "2026-04-07"),  # Good Friday moves over Easter Monday
        ("2026-12-23", "2026-12-29"),  # Boxing Day moves over its substitute
        ("2028-02-26", "2028-02-29"),  # the leap day is a day
    ],
)
def test_a_telephone_message_is_due_after_three_days_and_never_on_a_closed_one(received: str, answered_by: str) -> None:
    assert on(received, 3, "day") == answered_by


def test_days_stay_where_they_fall_when_they_are_not_to_roll() -> None:
    assert due(date(2026, 9, 2), 3, "day", OFFICE, roll=False).on == date(2026, 9, 5)


def test_an_appointment_is_offered_within_two_weeks_counted_as_fourteen_days() -> None:
    assert on("2026-11-02", 14, "day") == "2026-11-16"


def test_a_same_day_clock_that_starts_on_a_sunday_is_due_on_monday() -> None:
    assert on("2026-09-06", 0, "day") == "2026-09-07"
    assert on("2026-09-07", 0, "day") == "2026-09-07"


# Months


@pytest.mark.parametrize(
    ("received", "months", "answered_by"),
    [
        ("2026-09-07", 1, "2026-10-07"),
        ("2026-03-31", 1, "2026-04-30"),  # April has no 31st
        ("2027-01-30", 1, "2027-03-01"),  # 28 February 2027 is a Sunday
        ("2026-01-30", 1, "2026-03-02"),  # 28 February 2026 is a Saturday
        ("2028-01-30", 1, "2028-02-29"),  # a leap year
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-25", 1, "2026-12-29"),  # Christmas Day, a weekend, and Boxing Day's Monday
        ("2026-12-10", 1, "2027-01-11"),  # over the year's end, and a Sunday
        ("2026-11-30", 3, "2027-03-01"),  # the longer clock of a complex request
        ("2028-02-29", 12, "2029-02-28"),
    ],
)
def test_a_month_ends_on_the_same_date_or_the_last_day_of_a_shorter_month(
    received: str, months: int, answered_by: str
) -> None:
    assert on(received, months, "month") == answered_by


# Hours and both clock changes


@pytest.mark.parametrize(
    ("asked", "ready"),
    [
        (("2026-11-17", "11:20"), ("2026-11-18", "11:20")),
        (("2026-11-20", "11:20"), ("2026-11-23", "10:00")),  # Saturday waits for Monday's opening
        (("2026-11-17", "08:00"), ("2026-11-18", "10:00")),  # an e-mail before opening
        (("2026-11-17", "18:00"), ("2026-11-19", "10:00")),  # at closing time the office is closed
        (("2026-11-17", "17:59"), ("2026-11-18", "17:59")),
        (("2026-12-24", "12:00"), ("2026-12-29", "10:00")),  # Christmas
    ],
)
def test_a_file_on_the_premises_is_ready_24_hours_later_or_at_the_next_opening(
    asked: tuple[str, str], ready: tuple[str, str]
) -> None:
    answer = due(london(*asked), 24, "hour", OFFICE)
    assert (answer.at, answer.on) == (london(*ready), date.fromisoformat(ready[0]))


@pytest.mark.parametrize(
    ("started", "ended"),
    [
        # The clocks went forward on 29 March 2026 and go back on 25 October 2026.
        (("2026-03-27", "12:00"), ("2026-03-30", "13:00")),
        (("2026-10-23", "12:00"), ("2026-10-26", "11:00")),
    ],
)
def test_seventy_two_hours_are_real_hours_over_both_clock_changes(
    started: tuple[str, str], ended: tuple[str, str]
) -> None:
    answer = due(london(*started), 72, "hour", OFFICE)
    assert answer.at == london(*ended)
    assert answer.at is not None
    assert answer.at - london(*started) == timedelta(hours=72)


def test_a_london_time_without_utc_still_counts_real_hours() -> None:
    begins = local(london("2026-10-23", "12:00"))
    assert due(begins, 72, "hour", OFFICE).at == datetime(2026, 10, 26, 11, tzinfo=UTC)


def test_london_is_an_hour_ahead_of_utc_in_summer_only() -> None:
    assert utc_from_local(date(2026, 7, 1), time(10)) == datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert utc_from_local(date(2026, 12, 1), time(10)) == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert OFFICE.opens_on(date(2026, 3, 30)) == datetime(2026, 3, 30, 9, tzinfo=UTC)
    assert OFFICE.closes_on(date(2026, 10, 26)) == datetime(2026, 10, 26, 18, tzinfo=UTC)


def test_a_time_that_the_clocks_jump_over_is_refused_in_a_sentence() -> None:
    for minute in (0, 30, 59):
        with pytest.raises(ValueError, match=r"There is no 01:\d\d on Sunday 29 March 2026"):
            utc_from_local(date(2026, 3, 29), time(1, minute))
    assert utc_from_local(date(2026, 3, 29), time(0, 59)) == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert utc_from_local(date(2026, 3, 29), time(2)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize("fold", [0, 1])
def test_a_time_that_comes_twice_means_the_first_of_the_two(fold: int) -> None:
    twice = time(1, 30, fold=fold)
    assert utc_from_local(date(2026, 10, 25), twice) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_message_before_midnight_utc_in_summer_belongs_to_the_next_london_day() -> None:
    moment = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert due(moment, 1, "working_day", OFFICE).trace[0].day == date(2026, 7, 1)
    assert due(moment, 1, "working_day", OFFICE).on == date(2026, 7, 2)


# Opening hours


@pytest.mark.parametrize(
    ("day", "starts", "ends", "ok"),
    [
        ("2026-11-17", "10:00", "11:00", True),
        ("2026-11-17", "17:00", "18:00", True),
        ("2026-11-17", "10:00", "18:00", True),
        ("2026-11-17", "17:30", "18:30", False),
        ("2026-11-17", "09:59", "11:00", False),
        ("2026-11-17", "11:00", "11:00", False),  # no time at all
        ("2026-11-17", "12:00", "11:00", False),
        ("2026-11-21", "11:00", "12:00", False),  # Saturday
        ("2026-12-28", "11:00", "12:00", False),  # Boxing Day's Monday
        ("2026-03-30", "10:00", "11:00", True),  # the first days after each clock change
        ("2026-03-30", "09:00", "10:00", False),
        ("2026-10-26", "17:00", "18:00", True),
        ("2026-10-26", "18:00", "19:00", False),
    ],
)
def test_an_appointment_lies_inside_the_hours_of_an_open_day(day: str, starts: str, ends: str, ok: bool) -> None:
    assert OFFICE.is_within_hours(london(day, starts), london(day, ends)) is ok


def test_an_appointment_does_not_run_from_one_open_day_into_the_next() -> None:
    assert not OFFICE.is_within_hours(london("2026-11-17", "17:00"), london("2026-11-18", "11:00"))


@pytest.mark.parametrize(
    ("day", "clock", "is_open"),
    [
        ("2026-11-17", "10:00", True),
        ("2026-11-17", "09:59", False),
        ("2026-11-17", "17:59", True),
        ("2026-11-17", "18:00", False),
        ("2026-11-21", "12:00", False),
        ("2026-08-31", "12:00", False),
        ("2026-07-01", "10:00", True),
    ],
)
def test_the_office_is_open_from_its_first_minute_until_closing_time(day: str, clock: str, is_open: bool) -> None:
    assert OFFICE.is_open_at(london(day, clock)) is is_open


def test_a_closed_day_says_why() -> None:
    assert OFFICE.why_closed(date(2026, 12, 25)) == "Christmas Day"
    assert OFFICE.why_closed(date(2026, 12, 26)) == "Boxing Day"  # also a Saturday; the name says more
    assert OFFICE.why_closed(date(2026, 12, 27)) == "Sunday"
    assert OFFICE.why_closed(date(2026, 12, 29)) is None
    assert Office(time(10), time(18), MONDAY_TO_FRIDAY, {date(2026, 12, 29): ""}).why_closed(date(2026, 12, 29)), (
        "a closed day without a reason is closed all the same"
    )


@pytest.mark.parametrize(
    ("left", "counts_from"),
    [
        (("2026-11-21", "23:10"), ("2026-11-23", "10:00")),  # Saturday night
        (("2026-11-17", "07:00"), ("2026-11-17", "10:00")),  # early on an open day
        (("2026-11-17", "18:00"), ("2026-11-18", "10:00")),
        (("2026-11-17", "12:34"), ("2026-11-17", "12:34")),  # left while everyone was on the telephone
        (("2026-12-24", "19:00"), ("2026-12-29", "10:00")),
        (("2026-10-24", "20:00"), ("2026-10-26", "10:00")),  # over the end of summer time
    ],
)
def test_an_answerphone_message_counts_from_the_next_opening(
    left: tuple[str, str], counts_from: tuple[str, str]
) -> None:
    assert clock_start(london(*left), OFFICE, "answerphone") == london(*counts_from)


@pytest.mark.parametrize("medium", ["email", "letter", "phone", "emergency_helpline"])
def test_every_other_message_counts_from_the_moment_it_came(medium: str) -> None:
    saturday_night = london("2026-11-21", "23:10")
    assert clock_start(saturday_night, OFFICE, medium) == saturday_night


# Traces


def test_the_trace_of_a_letter_over_christmas_names_every_day() -> None:
    assert told(due(date(2026, 12, 22), 4, "working_day", OFFICE)) == [
        ("2026-12-22", "Received; this is day 0"),
        ("2026-12-23", "day 1 of 4"),
        ("2026-12-24", "day 2 of 4"),
        ("2026-12-25", "Christmas Day, skipped"),
        ("2026-12-26", "Boxing Day, skipped"),
        ("2026-12-27", "Sunday, skipped"),
        ("2026-12-28", "Boxing Day (observed), skipped"),
        ("2026-12-29", "day 3 of 4"),
        ("2026-12-30", "day 4 of 4"),
    ]


def test_the_trace_of_a_telephone_message_shows_why_it_moved() -> None:
    assert told(due(date(2026, 9, 2), 3, "day", OFFICE)) == [
        ("2026-09-02", "Received; this is day 0"),
        ("2026-09-03", "day 1 of 3"),
        ("2026-09-04", "day 2 of 3"),
        ("2026-09-05", "day 3 of 3"),
        ("2026-09-05", "Saturday, skipped"),
        ("2026-09-06", "Sunday, skipped"),
        ("2026-09-07", "Rolled to the next open day"),
    ]


def test_the_trace_of_hours_shows_the_clock_change_and_the_next_opening() -> None:
    assert told(due(london("2026-10-24", "16:30"), 24, "hour", OFFICE)) == [
        ("2026-10-24", "Received at 16:30; this is hour 0"),
        ("2026-10-25", "24 hours later, 15:30; the clocks went back in between"),
        ("2026-10-25", "Sunday, skipped"),
        ("2026-10-26", "Rolled to the next opening, 10:00"),
    ]
    spring = due(london("2026-03-28", "16:30"), 24, "hour", OFFICE, roll=False)
    assert told(spring)[-1] == ("2026-03-29", "24 hours later, 17:30; the clocks went forward in between")


def test_the_trace_of_hours_that_end_in_the_evening_says_when_the_office_closed() -> None:
    assert told(due(london("2026-11-17", "18:30"), 24, "hour", OFFICE))[1:] == [
        ("2026-11-18", "24 hours later, 18:30"),
        ("2026-11-18", "Closed from 18:00"),
        ("2026-11-19", "Rolled to the next opening, 10:00"),
    ]


def test_the_trace_of_hours_that_end_before_opening_waits_for_the_same_morning() -> None:
    assert told(due(london("2026-11-17", "08:00"), 24, "hour", OFFICE))[1:] == [
        ("2026-11-18", "24 hours later, 08:00"),
        ("2026-11-18", "Rolled to the next opening, 10:00"),
    ]


def test_the_trace_of_a_month_says_when_the_month_is_shorter() -> None:
    assert told(due(date(2026, 3, 30), 1, "month", OFFICE))[1:] == [("2026-04-30", "1 month later")]
    assert told(due(date(2027, 1, 30), 1, "month", OFFICE)) == [
        ("2027-01-30", "Received; this is day 0"),
        ("2027-02-28", "1 month later; February has only 28 days that year, so its last day"),
        ("2027-02-28", "Sunday, skipped"),
        ("2027-03-01", "Rolled to the next open day"),
    ]


def test_the_trace_tells_how_long_a_message_waited_on_the_answerphone() -> None:
    left = london("2026-12-24", "19:00")
    answer = due(clock_start(left, OFFICE, "answerphone"), 1, "day", OFFICE, received=left)
    assert told(answer) == [
        ("2026-12-24", "Received at 19:00, out of hours"),
        ("2026-12-25", "Christmas Day, skipped"),
        ("2026-12-26", "Boxing Day, skipped"),
        ("2026-12-27", "Sunday, skipped"),
        ("2026-12-28", "Boxing Day (observed), skipped"),
        ("2026-12-29", "The office opens; this is day 0"),
        ("2026-12-30", "day 1 of 1"),
    ]


def test_the_trace_names_a_closed_day_of_waiting_once() -> None:
    left = london("2026-11-21", "23:10")  # Saturday night
    answer = due(clock_start(left, OFFICE, "answerphone"), 1, "working_day", OFFICE, received=left)
    assert told(answer) == [
        ("2026-11-21", "Received at 23:10, out of hours"),
        ("2026-11-22", "Sunday, skipped"),
        ("2026-11-23", "The office opens; this is day 0"),
        ("2026-11-24", "day 1 of 1"),
    ]


def test_a_message_taken_at_once_tells_of_no_wait() -> None:
    moment = london("2026-11-17", "12:00")
    start = clock_start(moment, OFFICE, "answerphone")
    assert due(start, 3, "day", OFFICE, received=moment) == due(moment, 3, "day", OFFICE)
    assert due(start.date(), 3, "day", OFFICE, received=london("2026-11-16", "20:00")).trace[0].kind == "waiting"


def test_every_step_names_the_rule_it_follows() -> None:
    for unit in ("working_day", "day", "month", "hour"):
        assert all(step.rule for step in due(london("2026-12-23", "09:00"), 3, unit, OFFICE).trace)


def test_a_due_date_explains_itself_in_sentences() -> None:
    rule, source = "Letters are answered within 10 working days", "service statement, Availability"
    assert due(date(2026, 12, 18), 10, "working_day", OFFICE, rule=rule, source=source).explained() == [
        "Letters are answered within 10 working days.",
        "Source: service statement, Availability.",
        "Friday 18 December 2026: Received; this is day 0.",
        "Saturdays and Sundays do not count: 5 days skipped.",
        "Friday 25 December 2026: Christmas Day, skipped.",
        "Saturday 26 December 2026: Boxing Day, skipped.",
        "Monday 28 December 2026: Boxing Day (observed), skipped.",
        "Friday 1 January 2027: New Year's Day, skipped.",
        "Wednesday 6 January 2027: day 10 of 10.",
        "Due Wednesday 6 January 2027.",
    ]


def test_an_explained_clock_of_hours_ends_with_the_time() -> None:
    assert due(london("2026-07-01", "11:20"), 24, "hour", OFFICE).explained() == [
        "Wednesday 1 July 2026: Received at 11:20; this is hour 0.",
        "Thursday 2 July 2026: 24 hours later, 11:20.",
        "Due Thursday 2 July 2026 at 11:20.",
    ]


def test_a_single_weekend_day_is_explained_as_one_day() -> None:
    closed_on_wednesdays = Office(time(10), time(18), frozenset({0, 1, 3, 4, 5, 6}), {})
    sentences = due(date(2026, 11, 17), 1, "working_day", closed_on_wednesdays).explained()
    assert sentences[1] == "Wednesdays do not count: 1 day skipped."


# Deadlines set by others


def test_an_earlier_outside_deadline_wins_and_says_so() -> None:
    own = due(date(2026, 11, 20), 10, "working_day", OFFICE)
    brought_forward = earlier(own, date(2026, 11, 28))
    assert brought_forward.on == date(2026, 11, 28)  # a Saturday: others set it
    assert brought_forward.trace[:-1] == own.trace
    assert told(brought_forward)[-1] == (
        "2026-11-28",
        "Outside deadline, earlier than our own date, Friday 4 December 2026",
    )
    assert brought_forward.explained()[-1] == "Due Saturday 28 November 2026."


@pytest.mark.parametrize("deadline", [None, date(2026, 12, 4), date(2026, 12, 5)])
def test_a_later_outside_deadline_or_none_leaves_our_own_date(deadline: date | None) -> None:
    own = due(date(2026, 11, 20), 10, "working_day", OFFICE)
    assert earlier(own, deadline) == own


def test_an_outside_deadline_takes_the_place_of_a_clock_of_hours() -> None:
    own = due(london("2026-11-20", "11:00"), 24, "hour", OFFICE)
    assert (earlier(own, date(2026, 11, 21)).on, earlier(own, date(2026, 11, 21)).at) == (
        date(2026, 11, 21),
        None,
    )


# Lateness


def test_a_day_clock_is_past_only_when_the_london_day_is_over() -> None:
    answer = due(date(2026, 6, 29), 1, "day", OFFICE)  # due Tuesday 30 June, in summer time
    assert not answer.is_past(datetime(2026, 6, 30, 22, 59, tzinfo=UTC))
    assert answer.is_past(datetime(2026, 6, 30, 23, 0, tzinfo=UTC))


def test_an_hour_clock_is_past_after_its_moment() -> None:
    answer = due(london("2026-11-17", "11:20"), 24, "hour", OFFICE)
    assert not answer.is_past(london("2026-11-18", "11:20"))
    assert answer.is_past(london("2026-11-18", "11:21"))


# What cannot be counted


def test_an_office_that_never_opens_is_told_so_instead_of_searching_for_ever() -> None:
    moment = london("2026-11-17", "12:00")
    questions = [
        lambda: SHUT.next_open_day(date(2026, 11, 17)),
        lambda: SHUT.next_opening(moment),
        lambda: SHUT.add_working_days(date(2026, 11, 17), 1),
        lambda: clock_start(moment, SHUT, "answerphone"),
        *(lambda unit=unit: due(moment, 1, unit, SHUT) for unit in ("working_day", "day", "hour", "month")),
    ]
    for question in questions:
        with pytest.raises(NeverOpen, match="The office has no open day"):
            question()
    assert not SHUT.is_open_at(moment)


def test_closed_days_to_the_end_of_the_calendar_are_told_too() -> None:
    for_ever = Office(time(10), time(18), MONDAY_TO_FRIDAY, {date(9999, 12, day): "Closed" for day in range(1, 32)})
    with pytest.raises(NeverOpen, match="Correct its opening weekdays or its closed days"):
        for_ever.next_open_day(date(9999, 12, 1))


def test_a_moment_without_its_time_zone_is_refused() -> None:
    for question in (local, OFFICE.is_open_at, OFFICE.next_opening):
        with pytest.raises(ValueError, match="does not say its time zone"):
            question(datetime(2026, 11, 17, 12))


def test_a_moment_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError, match="not about a moment"):
        OFFICE.is_open_day(datetime(2026, 12, 25, tzinfo=UTC))


@pytest.mark.parametrize(
    ("started", "amount", "unit", "sentence"),
    [
        (date(2026, 11, 17), 24, "hour", "needs the time of day"),
        (date(2026, 11, 17), -1, "day", "whole number from 0"),
        (date(2026, 11, 17), LARGEST_AMOUNT + 1, "working_day", "whole number from 0"),
        (date(2026, 11, 17), 1, "fortnight", "correct the unit"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_a_sentence(started: date, amount: int, unit: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        due(started, amount, unit, OFFICE)


def test_an_office_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="must open before it closes"):
        Office(time(18), time(10), MONDAY_TO_FRIDAY, {})
    with pytest.raises(ValueError, match="0 \\(Monday\\) to 6 \\(Sunday\\)"):
        Office(time(10), time(18), frozenset({7}), {})


# The second calendar: sorted lists of every open day and every opening, found by bisection, and British
# Summer Time from its legal rule (1 am UTC on the last Sundays of March and October) instead of zone data.

FIRST, LAST = date(2024, 1, 1), date(2033, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
PLACE = {day: place for place, day in enumerate(EVERY_DAY)}


def last_sunday(year: int, month: int) -> date:
    return max(date(year, month, day) for day in range(25, 32) if date(year, month, day).isoweekday() == 7)


SUMMERS = {
    year: tuple(datetime.combine(last_sunday(year, month), time(1)) for month in (3, 10))
    for year in range(FIRST.year - 1, LAST.year + 1)
}
HOUR = timedelta(hours=1)


def in_london(utc: datetime) -> datetime:
    """Give the London clock, without zone, for a UTC moment without zone."""
    begins, ends = SUMMERS[utc.year]
    return utc + HOUR if begins <= utc < ends else utc


def in_utc(clock: datetime) -> datetime:
    """Undo `in_london`, the first of two where a clock time comes twice."""
    return clock - HOUR if in_london(clock - HOUR) == clock else clock


@dataclass
class SecondCalendar:
    open_days: list[date]
    opening: list[datetime]
    closing: list[datetime]

    def working_day(self, start: date, amount: int) -> date:
        return self.open_days[bisect_right(self.open_days, start) + amount - 1] if amount else self.rolled(start)

    def rolled(self, day: date) -> date:
        return self.open_days[bisect_left(self.open_days, day)]

    def day(self, start: date, amount: int) -> date:
        return self.rolled(EVERY_DAY[PLACE[start] + amount])

    def month(self, start: date, amount: int) -> date:
        first = start.replace(day=1)
        for _ in range(amount):
            first = (first + timedelta(days=31)).replace(day=1)
        inside = [first + timedelta(days=number) for number in range(31)]
        return self.rolled(max(day for day in inside if day.month == first.month and day.day <= start.day))

    def open_moment(self, utc: datetime) -> datetime:
        place = bisect_right(self.opening, utc) - 1
        return utc if utc < self.closing[place] else self.opening[place + 1]


def second_calendar(office: Office) -> SecondCalendar:
    closed = set(office.closed_days)
    days = [day for day in EVERY_DAY if day not in closed and day.isoweekday() - 1 in office.weekdays]
    return SecondCalendar(
        open_days=days,
        opening=[in_utc(datetime.combine(day, office.opens)) for day in days],
        closing=[in_utc(datetime.combine(day, office.closes)) for day in days],
    )


def random_offices(chance: random.Random) -> list[Office]:
    some_days = dict.fromkeys(chance.sample(EVERY_DAY, 400), "Closed")
    return [
        OFFICE,
        Office(time(9, 30), time(13, 15), frozenset({1, 3, 5}), {**ENGLAND, **some_days}),
        Office(time(0), time(23, 59), frozenset(range(7)), some_days),
    ]


def test_every_clock_agrees_with_a_second_calendar_from_random_starts() -> None:
    chance = random.Random(20260329)
    pairs = [(office, second_calendar(office)) for office in random_offices(chance)]
    for _ in range(HOW_MANY):
        office, second = chance.choice(pairs)
        utc = datetime(2025, 1, 1) + timedelta(minutes=chance.randrange(5 * 366 * 24 * 60))
        unit, amount = chance.choice(("working_day", "day", "month", "hour")), chance.randrange(25)
        answer = due(utc.replace(tzinfo=UTC), amount, unit, office)
        if unit == "hour":
            at = second.open_moment(utc + amount * HOUR)
            expected = (in_london(at).date(), at.replace(tzinfo=UTC))
        else:
            expected = (getattr(second, unit)(in_london(utc).date(), amount), None)
        assert (answer.on, answer.at) == expected, (office, utc, amount, unit)
        assert answer.trace[-1].day == answer.on


def test_every_opening_question_agrees_with_a_second_calendar_from_random_moments() -> None:
    chance = random.Random(20261025)
    pairs = [(office, second_calendar(office)) for office in random_offices(chance)]
    for _ in range(HOW_MANY // 4):
        office, second = chance.choice(pairs)
        utc = datetime(2025, 1, 1) + timedelta(minutes=chance.randrange(5 * 366 * 24 * 60))
        ends, moment = utc + timedelta(minutes=chance.randrange(1, 300)), utc.replace(tzinfo=UTC)
        place = bisect_right(second.opening, utc) - 1
        inside = second.opening[place] <= utc and ends <= second.closing[place]
        assert office.is_open_at(moment) == (second.open_moment(utc) == utc)
        assert office.next_opening(moment) == second.open_moment(utc).replace(tzinfo=UTC)
        assert office.is_within_hours(moment, ends.replace(tzinfo=UTC)) == inside
        assert local(moment).replace(tzinfo=None) == in_london(utc)


def test_working_days_between_random_days_agree_with_a_second_calendar() -> None:
    chance = random.Random(29022028)
    pairs = [(office, second_calendar(office).open_days) for office in random_offices(chance)]
    for _ in range(HOW_MANY // 10):
        office, open_days = chance.choice(pairs)
        start, end = sorted(chance.choices(EVERY_DAY[:800], k=2))
        assert office.working_days_between(start, end) == (
            bisect_right(open_days, end) - bisect_right(open_days, start)
        )


def test_a_trace_of_working_days_accounts_for_every_day_once() -> None:
    chance = random.Random(10)
    for _ in range(HOW_MANY // 20):
        start, amount = chance.choice(EVERY_DAY[:2500]), chance.randrange(1, 60)
        trace = due(start, amount, "working_day", OFFICE).trace
        assert [step.day for step in trace] == [start + timedelta(days=n) for n in range(len(trace))]
        counted = [step for step in trace if step.kind in (StepKind.COUNTED, StepKind.END)]
        assert [step.what for step in counted] == [f"day {n} of {amount}" for n in range(1, amount + 1)]
        skipped = [step.day for step in trace if step.kind in (StepKind.WEEKLY, StepKind.CLOSED)]
        assert all(day.isoweekday() > 5 or day in ENGLAND for day in skipped)
