"""Tables of cases by kind and by borough, and of languages spoken and missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from casework.figures.shapes import (
    ASKED,
    ENQUIRIES,
    NEW,
    PEOPLE,
    UNMET,
    Row,
    Section,
    number_of,
    people_in,
    table_of,
)
from casework.figures.statements import RULES
from casework.tallies import AreaTally, ClientTally, KindTally, LanguageTally, MeetingTally


class Asked(NamedTuple):
    """How many requests for one language came to one end."""

    language_id: int | None
    language: str
    number: int


def kind_tables(cases: Sequence[KindTally]) -> Section:
    rows = tuple(Row(f"{NEW}:{one.id}", one.words, one.new) for one in cases)
    counted = "New cases by what they are about. Each case has one kind, the one recorded on the counting date."
    return Section("Kinds of case", "Kind of case", (table_of(NEW, "New cases", counted, rows),))


def area_tables(boroughs: Sequence[AreaTally]) -> Section:
    counted = (
        "{} by the borough recorded with them. Boroughs that were in our casework area at any time in the period stand "
        "by name, the others are one line; “Not known” is where no borough is recorded."
    )

    def rows(key: str, number: Callable[[AreaTally], int]) -> tuple[Row, ...]:
        own = [Row(f"{key}:{one.id}", one.name, number(one)) for one in boroughs if one.served]
        outside = sum(number(one) for one in boroughs if not one.served and one.id is not None)
        unknown = sum(number(one) for one in boroughs if one.id is None)
        return *own, Row(f"{key}:outside", "Outside our area", outside), Row(f"{key}:unknown", "Not known", unknown)

    return Section("Areas", "Borough", (
        table_of(NEW, "New cases", counted.format("New cases"), rows(f"{NEW}_area", lambda one: one.new)),
        table_of(ENQUIRIES, "Enquiries", counted.format("Enquiries that did not become cases"),
               rows(ENQUIRIES, lambda one: one.enquiries)),
    ))  # fmt: skip


def language_tables(
    met: Sequence[MeetingTally], reached: Sequence[ClientTally], spoken: Sequence[LanguageTally]
) -> Section:
    people, asked = people_in(reached), [one for one in met if one.language_id is not None]
    ends = {
        end: [Asked(one.language_id, one.language, number) for one in spoken if (number := getattr(one, end))]
        for end in ("filled", "unmet", "waiting", "cancelled")
    }
    everything = (*people, *asked, *(one for end in ends.values() for one in end))
    names = {one.language_id: one.language or "" for one in everything if one.language_id is not None}
    order = sorted(names, key=lambda key: names[key].casefold())

    def rows(key: str, counted: Sequence[Any]) -> tuple[Row, ...]:
        known = [Row(f"{key}:{language}", names[language], _in_language(counted, language), fixed=False)
                 for language in order]  # fmt: skip
        return *known, Row(f"{key}:unknown", "Not recorded", _in_language(counted, None))

    return Section("Languages", "Language", (
        table_of(PEOPLE, "People and families",
                 "People and families reached, each once, by the language they are spoken with.", rows(PEOPLE, people)),
        table_of(ASKED, "Interpreter asked for", "Appointments in the period for which an interpreter was asked for, "
                 "whether or not they took place.", rows(ASKED, asked)),
        table_of("interpreted", "Interpreter there", "Those of them that took place with an interpreter.",
                 rows("interpreted", [one for one in asked if one.was_interpreted])),
        table_of(
            "language_requests", "Requests", "Requests for an interpreter or for written work, for a day in the "
            "period.", rows("language_requests", [one for end in ends.values() for one in end]),
        ),
        table_of("language_filled", "Met", "Somebody was found.", rows("language_filled", ends["filled"])),
        table_of(UNMET, "Not met", RULES[UNMET], rows(UNMET, ends["unmet"])),
        table_of("language_waiting", "Open", "Nobody has said yes so far.", rows("language_waiting", ends["waiting"])),
        table_of(
            "language_cancelled", "Not needed", "Taken back before anybody was needed.",
            rows("language_cancelled", ends["cancelled"]),
        ),
    ), (("What became of requests", "language_requests", ("language_filled", UNMET, "language_waiting",
                                                         "language_cancelled")),),
        joined="Other languages")  # fmt: skip


def _in_language(counted: Sequence[Any], language: int | None) -> int:
    return number_of(one for one in counted if one.language_id == language)
