"""The figures of a period, counted again by walking over the rows, and in small offices that are written out."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from casework import figures, periods
from casework.calendar import local, utc_from_local
from casework.figures import count_figures
from casework.periods import Period
from models import (
    Agency,
    Appointment,
    Area,
    Case,
    CaseNote,
    Client,
    Code,
    ImportBatch,
    Language,
    LanguageOffer,
    LanguageRequest,
    Referral,
)
from seed.import_undo import restore, undo
from tests import make
from tests.random_office import Words, plant, random_case, random_office

QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
ONE_DAY = Period(date(2026, 7, 15), date(2026, 7, 15))


# Periods


@pytest.mark.parametrize(
    "today, so_far, whole, quarter",
    [
        ("2026-11-23", "1 April to 23 November 2026", "1 April 2025 to 31 March 2026", "1 July to 30 September 2026"),
        ("2026-04-01", "1 April 2026", "1 April 2025 to 31 March 2026", "1 January to 31 March 2026"),
        ("2026-03-31", "1 April 2025 to 31 March 2026", "1 April 2024 to 31 March 2025",
         "1 October to 31 December 2025"),
        ("2026-05-31", "1 April to 31 May 2026", "1 April 2025 to 31 March 2026", "1 January to 31 March 2026"),
    ],
)  # fmt: skip
def test_the_office_names_its_year_from_april_and_its_quarters_within_it(today, so_far, whole, quarter):
    day = date.fromisoformat(today)
    named = (periods.year_so_far(day, 4), periods.last_year(day, 4), periods.last_quarter(day, 4))
    assert tuple(map(str, named)) == (so_far, whole, quarter)


@pytest.mark.parametrize("first_month", range(1, 13))
def test_quarters_and_years_meet_without_a_gap_whichever_month_the_year_begins_with(first_month):
    for offset in range(0, 800, 13):
        today = date(2026, 1, 1) + timedelta(days=offset)
        now, before = periods.year_so_far(today, first_month), periods.last_year(today, first_month)
        quarter = periods.last_quarter(today, first_month)
        assert now.first.month == first_month and now.first.day == 1 and now.last == today
        assert before.last + timedelta(days=1) == now.first
        assert (before.first.month, before.first.day, before.first.year) == (first_month, 1, now.first.year - 1)
        assert quarter.last < today <= quarter.last + timedelta(days=92)
        assert (quarter.first.month - first_month) % 3 == 0 and quarter.first.day == 1
        assert (quarter.last + timedelta(days=1)).day == 1 and 88 <= (quarter.last - quarter.first).days <= 91


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="last day is before the first"):
        Period(date(2026, 7, 2), date(2026, 7, 1))


# A large office with random rows, counted twice


ASKED = ("referral_out", "complaint", "information_request")  # what leaves the office


class Recount:
    """The same figures by walking over the rows in Python, day by day where the program compares dates."""

    def __init__(self, db, period: Period, counted_on: date) -> None:
        self.days = {period.first + timedelta(days=one) for one in range((period.last - period.first).days + 1)}
        self.period, self.counted_on = period, counted_on
        self.kept = [db.scalars(select(one)).all() for one in (Code, Area, Language, Client, Agency)]  # no lazy loads
        self.live = [case for case in db.scalars(select(Case)).all() if case.voided_reason is None]
        self.counted = [one for one in self.live if not (one.closure_reason and one.closure_reason.code == "duplicate")]
        self.new = [one for one in self.counted if one.opened_on in self.days]
        self.referrals = [one for one in self._of_live(db, Referral) if one.sent_on in self.days]
        self.sent = [one for one in self.referrals if one.kind == "referral_out"]
        self.met = [one for one in self._of_live(db, Appointment) if local(one.starts_at).date() in self.days]
        self.notes = [one for one in self._of_live(db, CaseNote) if local(one.at).date() in self.days]

    def _of_live(self, db, model) -> list:
        loading = [selectinload(Appointment.people)] if model is Appointment else []
        return [one for one in db.scalars(select(model).options(*loading)).all() if one.case.voided_reason is None]

    def is_open(self, case: Case, evening: date) -> bool:
        return (
            case.opened_on is not None
            and case.opened_on <= evening
            and (case.closed_on is None or case.closed_on > evening)
        )

    def enquiries(self) -> list[Case]:
        return [
            one for one in self.counted
            if local(one.first_contact_at).date() in self.days
            and (one.opened_on is None or one.opened_on > self.period.last)
        ]  # fmt: skip

    def reached(self) -> set[Client]:
        touched = [one.client for one in self.live
                   if local(one.first_contact_at).date() in self.days or one.opened_on in self.days]  # fmt: skip
        touched += [one.case.client for one in self.met if one.status == "attended"]
        touched += [one.case.client for one in self.notes if one.contact_with == "client"]
        touched += [one.case.client for one in self.referrals if one.kind != "referral_in"]
        people = {self._stands_for(one) for one in touched if one is not None}
        return {one for one in people if one.voided_reason is None}

    def _stands_for(self, client: Client) -> Client:
        while client.merged_into is not None:
            client = client.merged_into
        return client

    def had_interpreter(self, meeting: Appointment) -> bool:
        there = any(one.role == "interpreter" and one.status in ("accepted", "attended") for one in meeting.people)
        return meeting.status == "attended" and meeting.language is not None and there

    def answer(self, referral: Referral) -> str:
        if referral.status == "withdrawn":
            return "Withdrawn"
        code = referral.outcome.code if referral.outcome else ""
        return {
            "": "Waiting", "accepted": "Accepted", "accepted_in_part": "Accepted", "no_response": "No response",
            "refused_reason_given": "Refused, reason given", "refused_no_reason": "Refused, no reason",
            "withdrawn_by_client": "Withdrawn",
        }.get(code, "Other answer")  # fmt: skip

    def timing(self, referral: Referral) -> str:
        due, outcome = referral.response_due, referral.outcome.code if referral.outcome else ""
        left = None
        if referral.status == "withdrawn":
            left = referral.closed_on or date.min
        elif outcome == "withdrawn_by_client":
            left = referral.responded_on
        if due is None or (left is not None and left <= due):
            return "No day set"
        if self.counted_on <= due:
            return "Not due yet"
        came = left is None and outcome != "no_response" and referral.responded_on is not None
        return "Answered in time" if came and referral.responded_on <= due else "Late"


@pytest.fixture
def busy(db):
    random_office(db, 1, 60)
    return db


def table(section: figures.Section, name: str) -> dict[str, int]:
    found = next(one for one in section.tables if one.name == name)
    return {row.label: row.number for row in found.rows}


def number(report: figures.Report, key: str) -> int:
    return report.numbers()[key]


def test_every_single_figure_is_what_a_walk_over_the_rows_gives(busy):
    for period in (QUARTER, YEAR, ONE_DAY):
        _compare_figures(busy, period)


def _compare_figures(busy, period) -> None:
    report, again = count_figures(busy, period, make.TODAY), Recount(busy, period, make.TODAY)
    evening_before = period.first - timedelta(days=1)
    held = [one for one in again.met if one.status == "attended"]
    public = {one.case for one in self_sent(busy, again, ASKED) if one.agency.public_body}
    lawyer = {
        one.case for one in self_sent(busy, again, (*ASKED, "signpost"))
        if one.agency.kind.code == "solicitor" or one.request.code == "legal_advice"
    }  # fmt: skip
    expected = {
        "cases_new": len(again.new),
        "sent": len(again.sent),
        "by_helpline": sum(one.first_contact_medium == "emergency_helpline" for one in again.new),
        "with_public_body": sum(one in public for one in again.new),
        "with_lawyer": sum(one in lawyer for one in again.new),
        "enquiries": len(again.enquiries()),
        "people": sum(one.kind != "organisation" for one in again.reached()),
        "organisations": sum(one.kind == "organisation" for one in again.reached()),
        "complaints": sum(one.kind == "complaint" for one in again.referrals),
        "information_requests": sum(one.kind == "information_request" for one in again.referrals),
        "signposts": sum(one.kind == "signpost" for one in again.referrals),
        "came_to_us": sum(one.kind == "referral_in" for one in again.referrals),
        "held": len(held),
        "home_visits": sum(one.kind == "home_visit" for one in held),
        "interpreted": sum(map(again.had_interpreter, again.met)),
        "cases_at_start": sum(again.is_open(one, evening_before) for one in again.counted),
        "cases_closed": sum(one.closed_on in again.days for one in again.counted),
        "cases_at_end": sum(again.is_open(one, period.last) for one in again.counted),
    }
    counted = {one.key: one.number for one in report.figures}
    assert {key: counted[key] for key in expected} == expected
    languages = {one.language_id for one in again.met if again.had_interpreter(one)}
    assert counted["languages_interpreted"] == len(languages)
    assert counted["cases_worked_on"] == sum(expected[key] for key in ("cases_at_start", "cases_new"))
    assert counted["cases_reopened"] == 0  # see tests/casework/test_chapters.py


def self_sent(db, again: Recount, sorts: tuple[str, ...]) -> list[Referral]:
    """Give every referral of these sorts that was sent up to the last day of the period, of whatever case."""
    everything = db.scalars(select(Referral)).all()
    return [one for one in everything if one.kind in sorts and one.sent_on and one.sent_on <= again.period.last]


def test_every_line_of_every_table_is_what_a_walk_over_the_rows_gives(busy):
    for period in (QUARTER, YEAR):
        _compare_tables(busy, period)


def _compare_tables(busy, period) -> None:
    report, again = count_figures(busy, period, make.TODAY), Recount(busy, period, make.TODAY)
    kinds = Counter(one.kind.words for one in again.new)
    assert table(report.kinds, "New cases") == {**dict.fromkeys(_kind_words(busy), 0), **kinds}
    assert table(report.areas, "New cases") == _by_borough(busy, again.new)
    assert table(report.areas, "Enquiries") == _by_borough(busy, again.enquiries())
    people = Counter(_language(one) for one in again.reached() if one.kind != "organisation")
    assert _plus(table(report.languages, "People and families")) == people
    asked = [one for one in again.met if one.language is not None]
    assert _plus(table(report.languages, "Interpreter asked for")) == Counter(map(_language, asked))
    there = Counter(_language(one) for one in asked if again.had_interpreter(one))
    assert _plus(table(report.languages, "Interpreter there")) == there
    assert _plus(table(report.agencies, "Requests")) == Counter(map(_agency_kind, again.sent))
    answers = Counter((again.answer(one), _agency_kind(one)) for one in again.sent)
    timings = Counter((again.timing(one), _agency_kind(one)) for one in again.sent)
    told = {(one.name, row.label): row.number for one in report.agencies.tables[1:] for row in one.rows if row.number}
    assert told == {**answers, **timings}


def _kind_words(db) -> list[str]:
    return list(db.scalars(select(Code.words).where(Code.list == "case_kind")))


def _by_borough(db, cases: list[Case]) -> dict[str, int]:
    served = {one.name for one in db.scalars(select(Area)) if one.is_served_on(make.TODAY)}
    names = [one.area.name if one.area else "Not known" for one in cases]
    counted = Counter(name if name in served or name == "Not known" else "Outside our area" for name in names)
    return {**dict.fromkeys([*served, "Outside our area", "Not known"], 0), **counted}


def _language(row: Client | Appointment) -> str:
    return row.language.name if row.language else "Not recorded"


def _agency_kind(referral: Referral) -> str:
    kind = referral.agency.kind
    return (kind.parent or kind).words


def _plus(numbers: dict[str, int]) -> dict[str, int]:
    return {label: number for label, number in numbers.items() if number}


@pytest.mark.parametrize("seed", [3, 4])
def test_the_caseload_adds_up_and_every_table_adds_up_to_its_total(db, seed):
    random_office(db, seed, 25)
    for period in (QUARTER, YEAR, ONE_DAY):
        report = count_figures(db, period, make.TODAY)
        numbers = {**report.numbers(), **report.rests()}
        line = {one.name: one.number for one in report.caseload}
        assert line["Open at the start"] + line["New"] - line["Closed"] == line["Open at the end"]
        assert len(report.sums()) > 10
        for total, parts in report.sums():
            assert numbers[total] == sum(numbers[part] for part in parts), (total, parts)
        assert min(numbers.values()) >= 0


def test_the_caseload_adds_up_even_where_an_import_closed_a_case_before_it_was_opened(db):
    case = make.case(db)
    for opened, closed in (("2026-07-01", "2026-05-01"), ("2026-07-10", "2026-07-02"), ("2026-10-10", "2026-07-02")):
        days = {"opened_on": date.fromisoformat(opened), "closed_on": date.fromisoformat(closed)}
        db.execute(update(Case).where(Case.id == case.id).values(**days))
        line = {one.name: one.number for one in count_figures(db, QUARTER, make.TODAY).caseload}
        assert line["Open at the start"] + line["New"] - line["Closed"] == line["Open at the end"]


def test_quarters_follow_on_each_other_what_is_open_at_the_end_is_open_at_the_start_of_the_next(busy):
    spring = Period(date(2026, 4, 1), date(2026, 6, 30))
    before, after = count_figures(busy, spring, make.TODAY), count_figures(busy, QUARTER, make.TODAY)
    assert number(before, "cases_at_end") == number(after, "cases_at_start") > 0


def test_the_same_number_of_questions_is_asked_however_large_the_office_is(db, statements):
    random_office(db, 1, 10)
    del statements[:]
    count_figures(db, QUARTER, make.TODAY)
    few = len(statements)
    random_office_more = random.Random(5)
    db.execute(update(Case).values(voided_reason=None))
    _more_cases(db, random_office_more)
    del statements[:]
    count_figures(db, QUARTER, make.TODAY)
    assert len(statements) == few <= 40


def _more_cases(db, rng) -> None:
    clients, words = list(db.scalars(select(Client.id))), Words(db)
    plant(db, Case, [random_case(rng, 1000 + one, clients, words) for one in range(300)])
    db.expire_all()


# Small offices, written out


def figure(report: figures.Report, name: str) -> int | None:
    return next(one.number for one in report.figures if one.name == name)


def on(day: str, hour: int = 12) -> datetime:
    return utc_from_local(date.fromisoformat(day), time(hour))


def opened(db, day: str, **more) -> Case:
    """Make a case that was opened on `day` and is open still."""
    case = make.case(db, first_contact_at=on(day, 9), **more)
    db.execute(update(Case).where(Case.id == case.id).values(opened_on=date.fromisoformat(day)))
    db.refresh(case)
    return case


def test_the_office_tells_of_its_year_what_its_published_reports_tell(db):
    """Three cases, two by the helpline; one went to the police and to a solicitor, one was told of a law centre."""
    police = make.agency(db, "Police", kind="police", tier="primary", public_body=True)
    solicitor = make.agency(db, "Lawyers", kind="solicitor", tier="community")
    complaint = make.code(db, "case_kind", "police_complaint")
    first = opened(db, "2026-07-01", kind=complaint, first_contact_medium="emergency_helpline")
    second = opened(db, "2026-09-30", kind=complaint, first_contact_medium="emergency_helpline")
    opened(db, "2026-08-03")
    opened(db, "2026-10-01", kind=complaint)
    consent = make.consent(db, first.client).id
    base = {"urgent": False, "consent_id": consent, "sent_on": date(2026, 8, 10)}
    investigate, advice = (make.code(db, "request", word).id for word in ("investigate", "legal_advice"))
    plant(db, Referral, [
        {**base, "case_id": first.id, "agency_id": police.id, "request_id": investigate, "kind": "referral_out",
         "status": "sent"},
        {**base, "case_id": first.id, "agency_id": solicitor.id, "request_id": investigate, "kind": "referral_out",
         "status": "sent"},
        {**base, "case_id": second.id, "agency_id": make.agency(db).id, "request_id": advice, "kind": "signpost",
         "status": "closed"},
    ])  # fmt: skip
    report = count_figures(db, QUARTER, make.TODAY)
    assert [(one.name, one.number) for one in report.statements] == [
        ("Number of cases", 3), ("Referrals to outside organisations", 2),
        ("New cases that came by the emergency helpline", 2), ("New cases that needed work with statutory bodies", 1),
        ("New cases that needed a lawyer", 2),
    ]  # fmt: skip
    assert [(row.label, row.number) for row in report.leading_kinds()] == [("Complaint about the police", 2)]
    assert figure(report, "Signposts") == 1


@pytest.mark.parametrize(
    "first_day, last_day, line",
    [
        ("2026-06-30", None, (1, 0, 0, 1)),
        ("2026-06-01", "2026-06-30", (0, 0, 0, 0)),
        ("2026-06-01", "2026-07-01", (1, 0, 1, 0)),
        ("2026-06-01", "2026-10-01", (1, 0, 0, 1)),
        ("2026-07-01", None, (0, 1, 0, 1)),
        ("2026-07-01", "2026-07-01", (0, 1, 1, 0)),
        ("2026-09-30", "2026-09-30", (0, 1, 1, 0)),
        ("2026-09-30", "2026-10-01", (0, 1, 0, 1)),
        ("2026-10-01", None, (0, 0, 0, 0)),
    ],
)
def test_a_case_counts_on_its_first_and_on_its_last_day(db, first_day, last_day, line):
    """The line is open at the start, new, closed, open at the end of 1 July to 30 September."""
    case = opened(db, first_day)
    closed = last_day and date.fromisoformat(last_day)
    db.execute(update(Case).where(Case.id == case.id).values(closed_on=closed))
    told = {one.key: one.number for one in count_figures(db, QUARTER, make.TODAY).caseload}
    assert tuple(told[key] for key in ("cases_at_start", "cases_new", "cases_closed", "cases_at_end")) == line


def test_an_enquiry_is_counted_apart_from_cases_until_it_is_opened(db):
    make.case(db, status="enquiry", first_contact_at=on("2026-07-05"))
    became = opened(db, "2026-10-02")
    db.execute(update(Case).where(Case.id == became.id).values(first_contact_at=on("2026-09-29")))
    summer = count_figures(db, QUARTER, make.TODAY)
    autumn = count_figures(db, Period(date(2026, 10, 1), date(2026, 11, 23)), make.TODAY)
    assert (figure(summer, "Number of cases"), figure(summer, "Enquiries that did not become cases")) == (0, 2)
    assert (figure(autumn, "Number of cases"), figure(autumn, "Enquiries that did not become cases")) == (1, 0)


@pytest.mark.parametrize(
    "moment, is_in", [("2026-06-30T22:59+00:00", False), ("2026-06-30T23:00+00:00", True),
                      ("2026-09-30T22:59+00:00", True), ("2026-09-30T23:00+00:00", False)],
)  # fmt: skip
def test_a_day_begins_at_midnight_on_londons_clocks(db, moment, is_in):
    """In summer London is an hour ahead of the stored time."""
    make.case(db, status="enquiry", first_contact_at=datetime.fromisoformat(moment))
    assert figure(count_figures(db, QUARTER, make.TODAY), "Enquiries that did not become cases") == int(is_in)


def test_somebody_we_met_five_times_in_two_cases_is_one_person(db):
    person = make.client(db)
    for day in ("2026-07-02", "2026-08-02"):
        case = opened(db, day, of=person)
        plant(db, CaseNote, [{"case_id": case.id, "at": on(day, hour), "medium": "phone", "text": "Rang.",
                              "contact_with": "client"} for hour in (10, 12, 15)])  # fmt: skip
    report = count_figures(db, QUARTER, make.TODAY)
    assert (figure(report, "People and families reached"), figure(report, "Number of cases")) == (1, 2)


def test_records_found_to_be_one_person_count_once_along_a_chain_of_mergings(db):
    records = [make.client(db, name) for name in ("Rehana Begum", "R Begum", "Rehana B")]
    for one in records:
        opened(db, "2026-07-02", of=one)
    for one, other in pairwise(records):  # the office makes no chains; an older file may hold one
        db.execute(update(Client).where(Client.id == one.id).values(merged_into_id=other.id))
    assert figure(count_figures(db, QUARTER, make.TODAY), "People and families reached") == 1


def test_a_place_of_worship_is_counted_on_its_own_line(db):
    opened(db, "2026-07-02", of=make.client(db, "Marsh Lane Mosque", kind="organisation", org_contact="A. Ali"))
    opened(db, "2026-07-02")
    report = count_figures(db, QUARTER, make.TODAY)
    assert (figure(report, "People and families reached"), figure(report, "Organisations reached")) == (1, 1)
    assert sum(table(report.languages, "People and families").values()) == 1


def test_a_note_among_ourselves_reaches_nobody(db):
    case = opened(db, "2026-06-02")
    note = {"case_id": case.id, "at": on("2026-07-20"), "medium": "other", "text": "x"}
    plant(db, CaseNote, [{**note, "contact_with": "internal"}, {**note, "contact_with": "agency"}])
    assert figure(count_figures(db, QUARTER, make.TODAY), "People and families reached") == 0
    plant(db, CaseNote, [{**note, "contact_with": "client"}])
    assert figure(count_figures(db, QUARTER, make.TODAY), "People and families reached") == 1


@pytest.mark.parametrize("answered, timing", [
    ("2026-08-20", "Answered in time"), ("2026-08-21", "Late"), (None, "Late"),
])  # fmt: skip
def test_an_answer_on_the_day_it_is_due_is_in_time(db, answered, timing):
    assert _timing_of(db, due="2026-08-20", answered=answered) == timing


def test_an_answer_that_came_early_counts_when_its_day_is_over(db):
    assert _timing_of(db, due="2026-11-23", answered="2026-08-10") == "Not due yet"


@pytest.mark.parametrize("due, timing", [("2026-11-22", "Late"), ("2026-11-23", "Not due yet"), (None, "No day set")])
def test_what_is_due_on_the_counting_date_is_not_late_yet(db, due, timing):
    assert _timing_of(db, due=due, answered=None) == timing


def _timing_of(db, due: str | None, answered: str | None) -> str:
    case = opened(db, "2026-07-02")
    consent = make.consent(db, case.client).id
    day = {key: text and date.fromisoformat(text) for key, text in (("due", due), ("answered", answered))}
    plant(db, Referral, [{
        "case_id": case.id, "agency_id": make.agency(db).id, "request_id": make.code(db, "request", "repairs").id,
        "kind": "referral_out", "status": "responded" if answered else "sent", "urgent": False, "consent_id": consent,
        "sent_on": date(2026, 8, 6), "response_due": day["due"], "responded_on": day["answered"],
        "outcome_id": make.code(db, "outcome", "accepted").id if answered else None,
    }])  # fmt: skip
    agencies = count_figures(db, QUARTER, make.TODAY).agencies
    timings = ("Answered in time", "Late", "Not due yet", "No day set")
    return next(name for name in timings if sum(table(agencies, name).values()) == 1)


def test_an_import_that_is_undone_leaves_the_figures_and_comes_back_when_it_is_restored(db):
    opened(db, "2026-07-02")
    before = count_figures(db, QUARTER, make.TODAY)
    batch = ImportBatch(name="calls.csv", sha256="0" * 64, mapping="x", total=2, imported=2, already_there=0, refused=0)
    db.add(batch)
    db.flush()
    for day in ("2026-07-09", "2026-08-09"):
        case = opened(db, day, of=make.client(db, "Somebody", import_batch_id=batch.id))
        case.import_batch_id = batch.id
    db.flush()
    with_import = count_figures(db, QUARTER, make.TODAY)
    undo(db, batch)
    assert count_figures(db, QUARTER, make.TODAY) == before
    assert figure(with_import, "Number of cases") == 3 and figure(before, "Number of cases") == 1
    restore(db, batch)
    assert count_figures(db, QUARTER, make.TODAY) == with_import


def test_a_case_that_was_recorded_twice_counts_once(db):
    opened(db, "2026-07-02")
    again = opened(db, "2026-07-03")
    duplicate = make.code(db, "closure_reason", "duplicate")
    db.execute(update(Case).where(Case.id == again.id).values(
        status="closed", closed_on=date(2026, 7, 4), closure_reason_id=duplicate.id, closure_agreed="other",
    ))  # fmt: skip
    report = count_figures(db, QUARTER, make.TODAY)
    assert (figure(report, "Number of cases"), figure(report, "Closed")) == (1, 0)


def test_a_borough_that_left_our_area_in_the_period_keeps_its_line(db):
    croydon, newham = make.area(db, "Croydon"), make.area(db, "Newham")
    croydon.in_catchment, croydon.valid_from = True, date(2026, 10, 1)
    newham.valid_to = date(2026, 7, 1)
    db.flush()
    labels = table(count_figures(db, QUARTER, make.TODAY).areas, "New cases")
    assert "Newham" in labels and "Croydon" not in labels


def test_the_figures_are_the_whole_offices_whoever_asks(db):
    random_office(db, 4, 15)
    expected, stranger = count_figures(db, YEAR, make.TODAY), make.worker(db, "Somebody else")
    assert figure(expected, "Number of cases") > 0
    for role in ("reports", "manager", "caseworker", "coordinator"):
        make.act_as(db, role, stranger)
        assert count_figures(db, YEAR, make.TODAY) == expected, role


# Languages asked for


@pytest.mark.req("R20")
def test_hours_of_volunteers_and_unmet_languages_are_those_of_each_request_in_turn(db):
    """Each request is looked at by itself: who did it, when, how long; and for which of them nobody was found."""
    case, away = make.case(db), make.case(db, make.client(db, "Set Aside"))
    volunteer = make.volunteer(db, speaks=(("Bengali", "written"),))
    staff = make.worker(db, "Sara Staff", speaks=(("Bengali", "written"),))
    wrote = (
        ("2026-07-01", 45, volunteer, case), ("2026-09-30", 50, volunteer, case), ("2026-10-01", 600, volunteer, case),
        ("2026-08-04", 600, staff, case), ("2026-06-30", 600, volunteer, case), ("2026-08-05", 600, volunteer, away),
    )  # fmt: skip
    for day, minutes, who, of in wrote:
        done = date.fromisoformat(day)
        request = LanguageRequest(case=of, language=make.language(db, "Bengali"), due_on=done, minutes=minutes,
                                  done_on=done)  # fmt: skip
        request.offers = [LanguageOffer(worker=who, status="accepted")]
        db.add(request)
    needed = (("Oromo", "2026-07-01"), ("Oromo", "2026-09-30"), ("Oromo", "2026-10-01"), ("Tigrinya", "2026-08-03"))
    for name, day in needed:
        db.add(LanguageRequest(case=case, language=make.language(db, name), due_on=date.fromisoformat(day),
                               unfilled_reason="Nobody writes it"))  # fmt: skip
    db.flush()
    away.voided_reason = "Recorded twice"
    db.flush()
    report = count_figures(db, QUARTER, make.TODAY)
    rows = db.scalars(select(LanguageRequest)).all()
    inside = [one for one in rows if one.case is case and QUARTER.first <= (one.done_on or one.due_on) <= QUARTER.last]
    minutes = sum(one.minutes for one in inside if one.worker is volunteer)
    assert figure(report, "Hours interpreted or written by volunteers") == round(minutes / 60 + 0.01) == 2
    assert figure(report, "Requests for a language that were not met") == 3
    unmet = {row.label: row.number for one in report.languages.tables if one.name == "Not met" for row in one.rows}
    counted = Counter(one.language.name for one in inside if one.status == "unfilled")
    assert {name: number for name, number in unmet.items() if number} == counted == {"Oromo": 2, "Tigrinya": 1}


@pytest.mark.parametrize(("day", "unmet"), [("2026-09-30", 1), ("2026-10-01", 0)])
def test_an_appointment_held_without_an_interpreter_is_unmet_on_the_day_of_the_meeting(db, day, unmet):
    make.act_as(db, "system", now=on("2026-09-28"))
    made = make.appointment(db, make.case(db, first_contact_at=on("2026-09-28")), day,
                            language=make.language(db, "Sylheti"))  # fmt: skip
    make.act_as(db, "system", now=on("2026-10-05"))
    made.status = "attended"
    db.flush()
    report = count_figures(db, QUARTER, make.TODAY)
    assert figure(report, "Requests for a language that were not met") == unmet
