"""The figures of a period as the office tells them: each with a name, its rule of counting, and a number.

Enquiries are counted apart from cases, organisations apart from people. A number has a key: the same key is the
same number wherever it stands, so that a sheet cannot say two things, and what is hidden once is hidden
everywhere. Sums say which numbers make up which; whoever hides small numbers must know them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from casework import tallies
from casework.periods import Period
from casework.tallies import AreaTally, ClientTally, KindTally, LanguageTally, MeetingTally, RequestTally

AWAY = "turned_away"
AN_HOUR, HALF_AN_HOUR = 60, 30  # minutes
UNMET = "language_unmet"
NEW, PEOPLE, SENT, ENQUIRIES, HELD, ASKED = "cases_new", "people", "sent", "enquiries", "held", "interpreter_asked"
# How a share names what it is a share of.
WHOLES = {NEW: "new cases", HELD: "appointments", AWAY: "services turned away"}


class Sum(NamedTuple):
    """The number `total` is made up of the numbers `parts`, all by key."""

    total: str
    parts: tuple[str, ...]


class Unmet(NamedTuple):
    """How many requests of one language were not met."""

    language_id: int | None
    language: str
    number: int


@dataclass(frozen=True)
class Figure:
    """One number. `number` is None where the office does not count it yet; `of` is the key of its whole.

    `of_people` is False for what counts neither people nor what happened to them, such as languages.
    """

    key: str
    name: str
    counted: str
    number: int | None
    of: str = ""
    of_people: bool = True


@dataclass(frozen=True)
class Row:
    """One number of a table; `fixed` rows keep their own line however small they are."""

    key: str
    label: str
    number: int
    fixed: bool = True


@dataclass(frozen=True)
class Table:
    """Numbers that make up a total, in an order that does not depend on them."""

    key: str
    name: str
    counted: str
    rows: tuple[Row, ...]
    total: Row


@dataclass(frozen=True)
class Section:
    """Tables over the same rows, side by side.

    `across` says which tables make up which, row by row: (what they tell, the whole's key, the parts' keys).
    `joined` is the label of the one line into which small rows that are not fixed are put.
    """

    name: str
    heading: str
    tables: tuple[Table, ...]
    across: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    joined: str = ""

    def sums(self) -> Iterator[Sum]:
        """Give every sum of the section: down each table, and across the tables in each line and in the totals."""
        for table in self.tables:
            yield Sum(table.total.key, tuple(row.key for row in table.rows))
        by_key = {table.key: table for table in self.tables}
        for _told, whole, parts in self.across:
            lines = zip(*(_lines(by_key[key]) for key in (whole, *parts)), strict=True)
            yield from (Sum(total.key, tuple(row.key for row in rows)) for total, *rows in lines)


def _lines(table: Table) -> tuple[Row, ...]:
    return (*table.rows, table.total)


@dataclass(frozen=True)
class Report:
    """Everything that is counted for one period. `statements` are those the office makes every year."""

    period: Period
    counted_on: date
    statements: tuple[Figure, ...]
    summary: tuple[Figure, ...]
    caseload: tuple[Figure, ...]
    kinds: Section
    areas: Section
    languages: Section
    agencies: Section
    scores: Section  # the wholes that the scores of agencies are shares of; their parts stand in `agencies`

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.kinds, self.areas, self.languages, self.agencies

    @property
    def counted_sections(self) -> tuple[Section, ...]:
        """Give the sections of the page, and the one that stands in the workbook alone."""
        return *self.sections, self.scores

    @property
    def figures(self) -> tuple[Figure, ...]:
        return *self.statements, *self.summary, *self.caseload

    def numbers(self) -> dict[str, int]:
        """Give every number about people by its key."""
        rows = {row.key: row.number for section in self.counted_sections for one in section.tables
                for row in _lines(one)}  # fmt: skip
        single = {one.key: one.number for one in self.figures if one.number is not None and one.of_people}
        return rows | single

    def rests(self) -> dict[str, int]:
        """Give what is left of each whole beside a figure that is a part of it; nobody prints these numbers."""
        numbers = self.numbers()
        parts = [one for one in self.figures if one.of and one.number is not None]
        return {f"{one.key}_rest": numbers[one.of] - numbers[one.key] for one in parts}

    def sums(self) -> list[Sum]:
        """Give every sum that a reader of all figures could write down."""
        parts = [Sum(one.of, (one.key, f"{one.key}_rest")) for one in self.figures if one.of and one.number is not None]
        course = [Sum("cases_worked_on", ("cases_at_start", NEW)),
                  Sum("cases_worked_on", ("cases_closed", "cases_at_end"))]  # fmt: skip
        return [*parts, *course, *(one for section in self.counted_sections for one in section.sums())]

    def leading_kinds(self) -> tuple[Row, ...]:
        """Give the kind of case with the most new cases; several if they are level, none without a case."""
        rows = self.kinds.tables[0].rows
        most = max((row.number for row in rows), default=0)
        return tuple(row for row in rows if row.number == most and most > 0)


def count_figures(db: Session, period: Period, counted_on: date) -> Report:
    """Count everything for `period`, office-wide, as recorded on `counted_on`; eight statements whatever the rows."""
    cases = tallies.cases_by_kind(db, period)
    sent = tallies.requests(db, period, counted_on)
    met, reached = tallies.meetings(db, period), tallies.clients_reached(db, period)
    spoken = tallies.language_requests(db, period)
    areas, away = _areas(tallies.cases_by_area(db, period)), tallies.turned_away(db, period)
    agencies = _agencies(sent)
    return Report(
        period, counted_on, tuple(_statements(cases, sent)), tuple(_summary(areas, sent, met, reached, away, spoken)),
        tuple(_caseload(cases)), _kinds(cases), areas, _languages(met, reached, spoken), agencies, _scores(agencies),
    )  # fmt: skip


# What the office has said of itself every year


def _statements(cases: Sequence[KindTally], sent: Sequence[RequestTally]) -> Iterator[Figure]:
    """Source: the casework reports of 2006-07 and 2007-08, which give these figures and no others."""
    yield Figure(NEW, "Number of cases", RULES[NEW], _sum(cases, "new"))
    yield Figure(SENT, "Referrals to outside organisations", RULES[SENT], _number(_referrals(sent)))
    for key, name, counted in (
        ("by_helpline", "New cases that came by the emergency helpline",
         "New cases whose first contact came by the emergency helpline."),
        ("with_public_body", "New cases that needed work with statutory bodies",
         "New cases with at least one referral to a public body, sent up to the last day of the period."),
        ("with_lawyer", "New cases that needed a lawyer",
         "New cases with at least one referral or signpost, up to the last day of the period, to a solicitor or law "
         "centre, or to anybody for legal advice or representation."),
    ):  # fmt: skip
        yield Figure(key, name, counted, _sum(cases, key), of=NEW)


RULES = {
    NEW: "Cases opened in the period. An enquiry becomes a case on the day it is opened. A reopened case keeps its "
         "first day, so it is new only once; a case recorded twice counts once.",
    SENT: "Referrals sent in the period to organisations outside; one case sent to three of them counts three times. "
          "Complaints, requests for information and signposts are counted apart.",
    ENQUIRIES: "First contacts in the period that had not become a case by its last day.",
    PEOPLE: "Each person or family counts once, however often we met: a first contact, a case opened, a talk noted, an "
            "appointment that took place, a referral or a signpost in the period.",
    HELD: "Appointments in the period that took place, of every kind: at the office, at home, by telephone or video, "
          "going along, after-care.",
    UNMET: "Requests for an interpreter or for written work, for a day in the period, for which nobody was found.",
}  # fmt: skip


# The summary


def _summary(
    areas: Section, sent: Sequence[RequestTally], met: Sequence[MeetingTally], reached: Sequence[ClientTally],
    away: tuple[int, int], spoken: Sequence[LanguageTally],
) -> Iterator[Figure]:  # fmt: skip
    held = [one for one in met if one.took_place]
    interpreted = [one for one in held if one.was_interpreted]
    yield Figure(ENQUIRIES, "Enquiries that did not become cases", RULES[ENQUIRIES], areas.tables[1].total.number)
    yield Figure(PEOPLE, "People and families reached", RULES[PEOPLE], _number(_people(reached)))
    yield Figure(
        "organisations", "Organisations reached", "Counted as people are, but apart from them: places of worship and "
        "others who came to us as a body.", _number(one for one in reached if one.kind == "organisation"),
    )  # fmt: skip
    yield Figure(
        "complaints", "Complaints to agencies", "Complaints and requests for a review sent in the period, each "
        "stage for itself. They are no referrals.", _number(one for one in sent if one.sort == "complaint"),
    )  # fmt: skip
    yield Figure(
        "information_requests", "Requests for information", "Requests sent in the period to be told something: under "
        "freedom of information, or a copy of the client's own records.",
        _number(one for one in sent if one.sort == "information_request"),
    )  # fmt: skip
    yield Figure(
        "signposts", "Signposts", "How often a client was told in the period where else to go; nothing was sent.",
        _number(one for one in sent if one.sort == "signpost"),
    )  # fmt: skip
    yield Figure(
        "came_to_us", "Referrals to us", "How often another organisation sent somebody to us in the period.",
        _number(one for one in sent if one.sort == "referral_in"),
    )  # fmt: skip
    yield Figure(
        AWAY, "Turned away and advised", "Services that somebody asked for in the period and that we could not give. "
        "Each was advised all the same. Services are counted, not people.", away[0],
    )  # fmt: skip
    yield Figure(
        "sent_on", "Turned away, advised and told of somebody nearer", "Those of them with a signpost or a referral.",
        away[1], of=AWAY,
    )  # fmt: skip
    yield Figure(HELD, "Appointments", RULES[HELD], _number(held))
    yield Figure(
        "home_visits", "Home visits", "Appointments in the period that took place at the client's home.",
        _number(one for one in held if one.is_home_visit), of=HELD,
    )  # fmt: skip
    yield Figure(
        "interpreted", "Appointments with an interpreter",
        "Appointments in the period that took place with an interpreter.", _number(interpreted), of=HELD,
    )  # fmt: skip
    yield Figure(
        "languages_interpreted", "Languages interpreted", "Different languages in which an interpreter took part in an "
        "appointment that took place.", len({one.language_id for one in interpreted}), of_people=False,
    )  # fmt: skip
    yield Figure(
        "volunteer_hours", "Hours interpreted or written by volunteers", "Time that volunteers gave in the period to "
        "meetings that took place and to written work, in whole hours, halves rounded up.",
        (sum(one.minutes for one in spoken) + HALF_AN_HOUR) // AN_HOUR, of_people=False,
    )  # fmt: skip
    yield Figure(UNMET, "Requests for a language that were not met", RULES[UNMET], sum(one.unmet for one in spoken))


# The caseload


def _caseload(cases: Sequence[KindTally]) -> Iterator[Figure]:
    """Open at start + new = closed + open at end, since each case worked on falls on one side of both."""
    start, new, closed, end = (_sum(cases, name) for name in ("at_start", "new", "closed", "at_end"))
    yield Figure(
        "cases_at_start", "Open at the start", "Cases opened before the period and not closed before it.", start,
    )  # fmt: skip
    yield Figure(NEW, "New", RULES[NEW], new)
    yield Figure(
        "cases_reopened", "Reopened", "Not counted yet: a reopened case loses the day on which it had been closed, so "
        "it counts as open all the time from its first opening.", None,
    )  # fmt: skip
    yield Figure(
        "cases_worked_on", "Open at some time", "Cases open on at least one day of the period: those open at the start "
        "and the new ones.", start + new,
    )  # fmt: skip
    yield Figure("cases_closed", "Closed", "Cases whose last closing lies in the period.", closed)
    yield Figure("cases_at_end", "Open at the end", "Cases open on the evening of the last day.", end)


# Tables


def _kinds(cases: Sequence[KindTally]) -> Section:
    rows = tuple(Row(f"{NEW}:{one.id}", one.words, one.new) for one in cases)
    counted = "New cases by what they are about. Each case has one kind, the one recorded on the counting date."
    return Section("Kinds of case", "Kind of case", (_table(NEW, "New cases", counted, rows),))


def _areas(boroughs: Sequence[AreaTally]) -> Section:
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
        _table(NEW, "New cases", counted.format("New cases"), rows(f"{NEW}_area", lambda one: one.new)),
        _table(ENQUIRIES, "Enquiries", counted.format("Enquiries that did not become cases"),
               rows(ENQUIRIES, lambda one: one.enquiries)),
    ))  # fmt: skip


def _languages(met: Sequence[MeetingTally], reached: Sequence[ClientTally], spoken: Sequence[LanguageTally]) -> Section:
    people, asked = _people(reached), [one for one in met if one.language_id is not None]
    unmet = [Unmet(one.language_id, one.language, one.unmet) for one in spoken if one.unmet]
    everything = (*people, *asked, *unmet)
    names = {one.language_id: one.language or "" for one in everything if one.language_id is not None}
    order = sorted(names, key=lambda key: names[key].casefold())

    def rows(key: str, counted: Sequence[Any]) -> tuple[Row, ...]:
        known = [Row(f"{key}:{language}", names[language], _in_language(counted, language), fixed=False)
                 for language in order]  # fmt: skip
        return *known, Row(f"{key}:unknown", "Not recorded", _in_language(counted, None))

    return Section("Languages", "Language", (
        _table(PEOPLE, "People and families", "People and families reached, each once, by the language they are spoken "
               "with.", rows(PEOPLE, people)),
        _table(ASKED, "Interpreter asked for", "Appointments in the period for which an interpreter was asked for, "
               "whether or not they took place.", rows(ASKED, asked)),
        _table("interpreted", "Interpreter there", "Those of them that took place with an interpreter.",
               rows("interpreted", [one for one in asked if one.was_interpreted])),
        _table(UNMET, "Not met", RULES[UNMET], rows(UNMET, unmet)),
    ), joined="Other languages")  # fmt: skip


def _in_language(counted: Sequence[Any], language: int | None) -> int:
    return _number(one for one in counted if one.language_id == language)


ANSWERS = (
    ("accepted", "Accepted", "Accepted, in whole or in part."),
    ("refused_reason_given", "Refused, reason given", "Refused, and a reason was given."),
    ("refused_no_reason", "Refused, no reason", "Refused without a reason."),
    (tallies.OTHER, "Other answer", "Any other answer, such as sent on to somebody else or not possible in law."),
    (tallies.SILENT, "No response", "Recorded as not answered after the time for it was over."),
    (tallies.WAITING, "Waiting", "Not answered by the counting date."),
    (tallies.WITHDRAWN, "Withdrawn", "Taken back by us or by the client after sending."),
)
TIMINGS = (
    (tallies.IN_TIME, "Answered in time", "Answered on or before the day due; the day is over on the counting date."),
    (tallies.LATE, "Late", "Answered after that day, or not answered although the day is over on the counting date."),
    (
        tallies.NOT_YET,
        "Not due yet",
        "The day has not passed on the counting date, whether or not an answer has come: "
        "quick answers count when slow ones can.",
    ),
    (tallies.NO_DAY, "No day set", "No standard sets a day, or the referral was withdrawn before its day was over."),
)


def _agencies(sent: Sequence[RequestTally]) -> Section:
    """Requests by kind of agency, once by what was answered and once by when; each adds up to all requests."""
    referrals = _referrals(sent)
    kinds = {one.kind_id: one.kind for one in referrals}
    order = sorted(kinds, key=lambda key: kinds[key].casefold())

    def table(key: str, name: str, counted: str, fits: Callable[[RequestTally], bool], total: str = "") -> Table:
        rows = tuple(
            Row(f"{key}:{kind}", kinds[kind], _number(one for one in referrals if one.kind_id == kind and fits(one)),
                fixed=False)
            for kind in order
        )  # fmt: skip
        return _table(total or key, name, counted, rows, key)

    answers = [table(f"answer_{word}", name, counted, lambda one, word=word: one.answer == word)
               for word, name, counted in ANSWERS]  # fmt: skip
    timings = [table(f"timing_{word}", name, counted, lambda one, word=word: one.timing == word)
               for word, name, counted in TIMINGS]  # fmt: skip
    whole = table("requests", "Requests", "Referrals sent in the period, by the kind of agency; a council and its "
                  "departments are one.", lambda one: True, SENT)  # fmt: skip
    across = tuple(
        (told, whole.key, tuple(one.key for one in parts))
        for told, parts in (("What they answered", answers), ("When they answered", timings))
    )
    return Section("Agencies", "Kind of agency", (whole, *answers, *timings), across, joined="Other kinds")


OVER, REFUSED = "day_over", "refusals"
IN_TIME, NO_REASON = f"timing_{tallies.IN_TIME}", "answer_refused_no_reason"


def _scores(agencies: Section) -> Section:
    """Give the wholes of an agency's rates: requests whose day is over, and refusals."""
    by_key = {table.key: table for table in agencies.tables}

    def whole(key: str, name: str, counted: str, parts: tuple[str, ...]) -> Table:
        rows = tuple(
            Row(f"{key}:{same[0].key.partition(':')[2]}", same[0].label, sum(row.number for row in same), fixed=False)
            for same in zip(*(by_key[part].rows for part in parts), strict=True)
        )  # fmt: skip
        return _table(key, name, counted, rows)

    clocks, refusals = (IN_TIME, f"timing_{tallies.LATE}"), ("answer_refused_reason_given", NO_REASON)
    over = whole(OVER, "Day over", "Requests whose day for an answer is over, answered or not.", clocks)
    refused = whole(REFUSED, "Refusals", "Refused, with or without a reason.", refusals)
    parts = tuple(by_key[key] for key in (*clocks, *refusals))
    return Section(
        "Agency scorecards", agencies.heading, (by_key["requests"], over, *parts[:2], refused, *parts[2:]),
        (("When", OVER, clocks), ("Refused", REFUSED, refusals)), agencies.joined,
    )  # fmt: skip


def _table(total: str, name: str, counted: str, rows: tuple[Row, ...], key: str = "") -> Table:
    return Table(key or total, name, counted, rows, Row(total, "All", sum(row.number for row in rows)))


# Adding up


def _referrals(sent: Sequence[RequestTally]) -> list[RequestTally]:
    return [one for one in sent if one.sort == "referral_out"]


def _people(reached: Sequence[ClientTally]) -> list[ClientTally]:
    return [one for one in reached if one.kind != "organisation"]


def _number(rows: Iterable[Any]) -> int:
    return sum(row.number for row in rows)


def _sum(cases: Sequence[KindTally], name: str) -> int:
    return sum(getattr(one, name) for one in cases)
