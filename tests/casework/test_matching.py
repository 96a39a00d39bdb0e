"""Comparing people with a need: each reason against somebody is one fact, and changing that fact alone mends it."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

import casework.matching
from casework.diary import Booking
from casework.matching import Need, Person, Speaks, Suggestion, suggest
from casework.travel import NOWHERE, Place, Travel
from tests import make

SYLHETI, BENGALI = 1, 2
CLIENT, OTHER = 71, 72
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HACKNEY, NEWHAM, BRENT = Place(1), Place(2), Place(3)
ELEVEN = make.at("2026-11-24", "11:00")  # a Tuesday
MEETING = Need(
    9, SYLHETI, "Sylheti", "spoken", ELEVEN, ELEVEN + HOUR, dialect="Habiganj", gender="female",
    client=CLIENT, place=NEWHAM,
    travel=Travel(pairs={(1, 2): 30}, names={1: "Hackney", 2: "Newham", 3: "Brent"}, inside=15, elsewhere=45),
)  # fmt: skip
LETTER = Need(9, SYLHETI, "Sylheti", "written", due_on=date(2026, 11, 30), takes=HOUR, client=CLIENT)


def tuesdays(begins: int, ends: int):
    def spells(day: date):
        at = [datetime.combine(day, time(hour)) for hour in (begins, ends)]
        return [(at[0], at[1])] if day.weekday() == 1 else []

    return spells


FARIDA = Person(
    1, "Farida A", (Speaks(SYLHETI, "spoken", "native", "Habiganj"), Speaks(SYLHETI, "written")), gender="female",
    base=HACKNEY, signed_on=date(2026, 1, 5), signed_until=date(2027, 1, 5), hours_a_month=2,
    papers=(("DBS check", date(2026, 11, 24)),), spells=tuesdays(10, 14), kept_from=frozenset({OTHER}),
)  # fmt: skip


def met(begins: datetime, ends: datetime, place: Place = NOWHERE) -> Booking:
    return Booking(("worker", 1), begins, ends, place)


def names(answers) -> list[str]:
    return [one.person.name for one in answers]


# Hard: one fact, and the person is refused; the same fact put right, and they are suggested


REFUSED = [
    ("language", {"speaks": (Speaks(SYLHETI, "written"), Speaks(BENGALI, "spoken"))},
     "writes Sylheti but does not speak it"),
    ("active", {"active": False}, "is not active with us now"),
    ("confidentiality", {"signed_on": None}, "has not signed confidentiality"),
    ("signed too late", {"signed_on": date(2026, 11, 25)}, "has not signed confidentiality"),
    ("signed once", {"signed_until": date(2026, 11, 23)},
     "has to sign confidentiality again, since it ran out on 23 November 2026"),
    ("conflict", {"kept_from": frozenset({CLIENT})}, "not this person"),
    ("gender", {"gender": "male"}, "is not recorded as a woman, and a woman is asked for"),
    ("hours", {"spells": tuesdays(12, 14)}, "is not free then, but that week Tuesday 12:00 to 14:00"),
    ("nothing said", {"has_said": False}, "has not said when free"),
    ("elsewhere", {"meetings": (met(ELEVEN, ELEVEN + HOUR / 2),)}, "is at another appointment until 11:30"),
    ("the way there", {"meetings": (met(ELEVEN - HOUR, ELEVEN - 29 * MINUTE, HACKNEY),)},
     "is at another appointment until 10:31, and Hackney to Newham takes 30 minutes"),
    ("the way on", {"meetings": (met(ELEVEN + HOUR + 29 * MINUTE, ELEVEN + 1.75 * HOUR, HACKNEY),)},
     "is at another appointment from 12:29, and Newham to Hackney takes 30 minutes"),
    ("hours cap", {"written": ((date(2026, 11, 30), HOUR * 1.5),)},
     "would pass the 2 hours agreed for this month, of which 1.5 are taken"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "sentence"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_one_hard_fact_alone_refuses_somebody_and_without_it_they_are_suggested(fact, sentence):
    told = suggest(MEETING, [replace(FARIDA, **fact)])
    assert (names(told.first), names(told.put_back), [one.hard for one in told.refused]) == ([], [], [(sentence,)])
    assert names(suggest(MEETING, [FARIDA]).first) == ["Farida A"]


def test_exactly_the_way_between_two_meetings_is_time_enough():
    before, after = met(ELEVEN - HOUR, ELEVEN - HOUR / 2, HACKNEY), met(ELEVEN + 1.5 * HOUR, ELEVEN + 2 * HOUR, HACKNEY)
    busy = replace(FARIDA, hours_a_month=None, meetings=(before, after))
    assert names(suggest(MEETING, [busy]).first) == ["Farida A"]


def test_somebody_who_knows_nothing_of_the_language_is_counted_and_not_told_of():
    told = suggest(MEETING, [FARIDA, replace(FARIDA, key=2, name="Omar B", speaks=(Speaks(BENGALI, "spoken"),))])
    assert (names(told.first), told.refused, told.silent) == (["Farida A"], (), 1)


def test_the_last_hour_agreed_may_be_used_and_another_month_does_not_count():
    full = replace(FARIDA, written=((date(2026, 11, 2), HOUR),), meetings=(met(*(ELEVEN + 9 * 24 * HOUR,) * 2),))
    assert names(suggest(MEETING, [full]).first) == ["Farida A"]


def test_written_work_asks_for_no_hour_but_for_the_hours_of_the_month():
    nobody_free = replace(FARIDA, has_said=False, spells=tuesdays(0, 0), papers=())
    assert names(suggest(LETTER, [nobody_free]).first) == ["Farida A"]
    full = replace(nobody_free, meetings=(met(ELEVEN, ELEVEN + 1.25 * HOUR),))
    assert [one.hard for one in suggest(LETTER, [full]).refused] == [
        ("would pass the 2 hours agreed for this month, of which 1.2 are taken",)
    ]


# Soft: somebody is put back, and may be asked with a reason


PUT_BACK = [
    ("dialect", {"speaks": (Speaks(SYLHETI, "spoken", "native", "Sunamganj"),)}, "dialect",
     "speaks Sunamganj, and Habiganj is asked for"),
    ("no dialect", {"speaks": (Speaks(SYLHETI, "spoken", "native"),)}, "dialect",
     "has not named a dialect, and Habiganj is asked for"),
    ("papers", {"papers": (("DBS check", date(2026, 11, 23)),)}, "papers",
     "DBS check runs out before then, on 23 November 2026"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "rule", "words"), [one[1:] for one in PUT_BACK], ids=[one[0] for one in PUT_BACK])
def test_one_soft_fact_alone_puts_somebody_back_and_says_who_is_lost_by_which_rule(fact, rule, words):
    told = suggest(MEETING, [replace(FARIDA, **fact)])
    assert (told.first, told.refused, told.lost) == ((), (), {rule: ["Farida A"]})
    assert [(one.rule, one.words) for one in told.put_back[0].soft] == [(rule, words)]
    assert names(suggest(MEETING, [FARIDA]).first) == ["Farida A"]


KNOWN = frozenset({CLIENT})
BETTER = [
    replace(FARIDA, key=key, name=name, knows=KNOWN) for key, name in ((2, "Amina"), (3, "Bilkis"), (4, "Champa"))
]
BEHIND = [
    ("continuity", {"knows": frozenset()}, {}, "has not met the family yet, and Champa has"),
    ("level", {"speaks": (Speaks(SYLHETI, "spoken", "fluent", "Habiganj"),)}, {},
     "knows Sylheti less well than Champa"),
    ("least used", {"meetings": (met(ELEVEN + 2 * HOUR, ELEVEN + 2.5 * HOUR),)}, {},
     "has been asked more this month than Champa"),
    ("distance", {"base": BRENT}, {}, "has 45 minutes on the way, and Champa has 30"),
    ("distance", {"base": NOWHERE}, {}, "has no borough on record, and Champa has 30 minutes on the way"),
    ("turn", {"name": "Zubeda"}, {}, "would do as well; Champa comes first by name"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fact", "words"), [(one[0], one[1], one[3]) for one in BEHIND],
                         ids=[one[3] for one in BEHIND])  # fmt: skip
def test_one_fact_alone_puts_a_fourth_person_behind_three_and_without_it_they_come_first(rule, fact, words):
    first = replace(FARIDA, key=9, name="Aaliya", knows=KNOWN)
    assert names(suggest(MEETING, [*BETTER, first]).first) == ["Aaliya", "Amina", "Bilkis"]
    told = suggest(MEETING, [*BETTER, replace(first, **fact)])
    assert names(told.first) == ["Amina", "Bilkis", "Champa"]
    assert [[(one.rule, one.words) for one in answer.soft] for answer in told.put_back] == [[(rule, words)]]


def test_what_speaks_for_somebody_is_said_in_plain_words():
    told = suggest(MEETING, [replace(FARIDA, knows=KNOWN)]).first[0]
    assert told.why == (
        "Sylheti (Habiganj), first language", "free Tuesday 10:00 to 14:00", "knows the family already",
        "30 minutes on the way", "no visit yet this month",
    )  # fmt: skip
    writes = replace(FARIDA, papers=(), written=((date(2026, 11, 3), HOUR / 2),))
    assert suggest(LETTER, [writes]).first[0].why == (
        "Sylheti, fluent, in writing", "1 request this month",
    )  # fmt: skip


@pytest.mark.parametrize(("base", "place", "minutes"), [
    (HACKNEY, NEWHAM, 30), (NEWHAM, HACKNEY, 30), (NEWHAM, NEWHAM, 15), (BRENT, NEWHAM, 45), (NOWHERE, NEWHAM, None),
    (HACKNEY, NOWHERE, None), (HACKNEY, Place(2, at_office=True, client_id=CLIENT), 30),
    (NEWHAM, Place(2, at_office=True), 15),
])  # fmt: skip
def test_the_way_is_counted_by_the_table_in_minutes(base, place, minutes):
    need, person = replace(MEETING, place=place), replace(FARIDA, base=base)
    assert casework.matching.minutes_to(need, person) == minutes
    said = [one for one in suggest(need, [person]).first[0].why if one.endswith("on the way")]
    assert said == ([] if minutes is None else [f"{minutes} minutes on the way"])


def test_the_shorter_way_comes_first_also_between_two_other_boroughs():
    """Neither lives where the meeting is: half an hour comes before three quarters, whatever the names."""
    near, far = replace(FARIDA, key=2, name="Zubeda"), replace(FARIDA, key=3, name="Aaliya", base=BRENT)
    assert names(suggest(MEETING, [far, near]).first) == ["Zubeda", "Aaliya"]
    longer = replace(MEETING.travel, pairs={(1, 2): 46})
    assert names(suggest(replace(MEETING, travel=longer), [far, near]).first) == ["Aaliya", "Zubeda"]
    assert names(suggest(replace(MEETING, place=NOWHERE), [far, near]).first) == ["Aaliya", "Zubeda"]


def test_nobody_at_all_is_no_error():
    assert suggest(MEETING, []) == Suggestion(MEETING, (), (), (), 0)


# What decides


def test_the_comparison_asks_no_database_and_no_clock():
    tree = ast.parse(Path(casework.matching.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"__future__", "collections.abc", "dataclasses", "datetime", "casework.calendar",
                        "casework.datetext", "casework.diary", "casework.travel", "math"}  # fmt: skip
    assert not {"now", "today", "utcnow"} & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


MATCHING = ("matching", "interpreters", "board", "avoidance", "language_requests", "language_cover", "volunteers",
            "offers", "planner", "diary", "visits", "visit_rules", "visit_times", "travel", "asking", "week",
            "week_rules", "week_plan", "week_solver", "week_read", "week_asking", "familiar")  # fmt: skip


@pytest.mark.req("R5")
@pytest.mark.parametrize("module", MATCHING)
def test_no_matching_or_planning_code_names_an_equality_answer(module):
    """Ethnic group, religion and the rest are no field of the comparison, whatever table may hold them one day."""
    text = (Path(casework.matching.__file__).parent / f"{module}.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    words = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    words |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    words |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    private = ("equality", "ethnic", "religion", "belief", "nationality", "orientation", "disability", "immigration",
               "age_band", "date_of_birth", "lone_parent", "no_recourse")  # fmt: skip
    assert [one for one in words if any(part in one.lower() for part in private)] == []
