"""The chapters of the figures, counted again by walking over the rows one by one; and small offices, written out."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import median

import pytest
from sqlalchemy import select, text, update

from casework.calendar import local, utc_from_local
from casework.figures import count_figures
from casework.periods import Period
from casework.tallies import EVERYTHING, Within
from models import (
    AgencyConduct,
    Appointment,
    Area,
    Case,
    CaseNote,
    Client,
    Code,
    Consequence,
    Correspondence,
    EqualityAnswer,
    Feedback,
    FileRequest,
    Incident,
    LanguageRequest,
    Measure,
    Plan,
    PlanStep,
    Referral,
    Reopening,
    Turnaway,
    VolunteerEntry,
    Worker,
)
from models.equality import QUESTIONS
from models.learning import ITEMS
from models.plans import MEASURED
from tests import make
from tests.random_work import random_work

QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))


class Walk:
    """Every number of the chapters by its key, from loops over rows: no statement of the program is used."""

    def __init__(self, db, period: Period, within: Within, today: date) -> None:
        self.db, self.period, self.today, self.within = db, period, today, within
        self.codes = {one.id: one for one in db.scalars(select(Code))}
        live = [one for one in db.scalars(select(Case)) if one.voided_reason is None]
        self.live = {one.id: one for one in live if self._is_paid_for(one)}
        self.every_live = {one.id: one for one in live}
        self.clients = {one.id: one for one in db.scalars(select(Client))}
        self.found: Counter[str] = Counter()
        self.days: dict[str, list[int]] = defaultdict(list)
        for count in (self.people, self.incidents, self.conduct, self.need, self.promises, self.meetings,
                      self.volunteers, self.outcomes, self.away, self.steps, self.gaps, self.languages):  # fmt: skip
            count()

    def _is_paid_for(self, case: Case) -> bool:
        areas, kinds = self.within.areas, self.within.kinds
        return (not areas or case.area_id in areas) and (not kinds or case.kind_id in kinds)

    def has(self, day: date | None) -> bool:
        return day is not None and self.period.first <= day <= self.period.last

    def of(self, model) -> list:
        return [one for one in self.db.scalars(select(model)) if one.case_id in self.live]

    def code(self, key: int | None) -> str:
        return self.codes[key].code if key in self.codes else ""

    def person(self, client_id: int | None) -> Client | None:
        one = self.clients.get(client_id)
        while one is not None and one.merged_into_id is not None:
            one = self.clients[one.merged_into_id]
        return one

    def reached(self) -> set[int]:
        touched = [one.client_id for one in self.live.values()
                   if self.has(local(one.first_contact_at).date()) or self.has(one.opened_on)]  # fmt: skip
        for model, is_met in (
            (Appointment, lambda one: one.status == "attended" and self.has(local(one.starts_at).date())),
            (CaseNote, lambda one: one.contact_with == "client" and self.has(local(one.at).date())),
            (Referral, lambda one: one.kind != "referral_in" and one.status != "draft" and self.has(one.sent_on)),
        ):
            touched += [self.live[one.case_id].client_id for one in self.of(model) if is_met(one)]
        people = {self.person(one) for one in touched if one is not None}
        return {one.id for one in people if one.voided_reason is None}

    def people(self) -> None:
        first: dict[int, date] = {}
        for case in self.every_live.values():
            if (one := self.person(case.client_id)) is not None:
                day = local(case.first_contact_at).date()
                first[one.id] = min(first.get(one.id, day), day)
        children = Counter(
            row[0] for row in self.db.execute(text("SELECT client_id FROM client_members WHERE is_child"))
        )
        for key in self.reached():
            one = self.clients[key]
            if one.kind == "organisation":
                continue
            self.found[f"people_kind:{one.kind}"] += 1
            self.found[f"people_{'new' if self.has(first[key]) else 'known'}:{one.kind}"] += 1
            self.found[f"age:{self._band(one.date_of_birth)}"] += 1
            self.found[f"no_recourse:{one.no_recourse}"] += 1
            for question, answer in self._answers_of(key).items():
                self.found[f"{question}:{answer}"] += 1
            if one.no_recourse == "yes" and (one.kind == "family" or children[key]):
                self.found["nrpf_families"] += 1
                self.found["nrpf_children"] += children[key]

    def _answers_of(self, person: int) -> dict[str, str]:
        """Give the newest answers in any of this person's files; all open where nobody asked."""
        mine = [one for one in self.db.scalars(select(EqualityAnswer)).all() if self.person(one.client_id).id == person]
        if not mine:
            return dict.fromkeys(QUESTIONS, "not_asked")
        last = max(mine, key=lambda one: (one.asked_on, one.id))
        return {question: getattr(last, question) for question in QUESTIONS}

    def _band(self, born: date | None) -> str:
        if born is None:
            return "unknown"
        last = self.period.last
        years = sum(1 for year in range(born.year + 1, last.year + 1) if date(year, born.month, born.day) <= last)
        return str(max(lower for lower in (0, 18, 25, 35, 45, 55, 65) if lower <= years))

    def incidents(self) -> None:
        met: Counter[int] = Counter()
        for one in self.of(Incident):
            if not self.has(local(one.from_at).date()):
                continue
            self.found["incidents"] += 1
            self.found["incidents_told"] += any(report.state == "reported" for report in one.reports)
            if (who := self.person(self.live[one.case_id].client_id)) is not None:
                met[who.id] += 1
            strands = [row.id for row in one.strands]
            strand = "several" if len(strands) > 1 else str(strands[0]) if strands else "unknown"
            for kind in [str(row.id) for row in one.types] or ["unknown"]:
                self.found[f"incident_kinds:{kind}"] += 1
                self.found[f"strand_{strand}:{kind}"] += 1
            for field, is_there in (("types", one.types), ("strands", one.strands), ("place", one.place_id)):
                self.found[f"records:{field}"] += 1
                self.found[f"missing:{field}"] += not is_there
        self.found["incident_people"] += len(met)
        self.found["incident_repeat"] += sum(number >= 2 for number in met.values())

    def conduct(self) -> None:
        rows = [one for one in self.of(AgencyConduct) if self.has(one.happened_on)]
        for one in rows:
            self.found[f"{'credit' if one.favourable else 'conduct'}:{one.code_id}"] += 1
        self.found["conduct_cases"] += len({one.case_id for one in rows if not one.favourable})

    def need(self) -> None:
        for one in self.of(Consequence):
            name = {"street_nights": "nights_street", "sofa_surfing": "nights_sofa"}.get(self.code(one.code_id))
            if name and self.has(one.happened_on):
                self.found[name] += one.nights or 1
        for one in self.of(Referral):
            if (self.code(one.request_id).startswith("s17_") and one.kind == "referral_out" and one.status != "draft"
                    and self.has(one.sent_on)):  # fmt: skip
                outcome = self.code(one.outcome_id)
                answer = ("withdrawn" if one.status == "withdrawn" or outcome == "withdrawn_by_client" else {
                    "": "waiting", "accepted": "accepted", "accepted_in_part": "accepted", "no_response": "silent",
                    "refused_reason_given": outcome, "refused_no_reason": outcome,
                }.get(outcome, "other"))  # fmt: skip
                self.found[f"s17:{one.request_id}"] += 1
                self.found[f"s17_{answer}:{one.request_id}"] += 1

    def promises(self) -> None:
        for one in self.of(Correspondence):
            if one.direction != "in" or one.kind == "reply" or not self.has(local(one.at).date()):
                continue
            name = ("asked_letters" if one.kind == "letter_request" else
                    "letters" if one.medium in ("letter", "email") else "messages")  # fmt: skip
            done = local(one.answered_at).date() if one.status in ("answered", "sent") else None
            self._promise(name, one.due_on, done, local(one.at).date(), one.status in ("dropped", "declined"))
        for one in self.of(Appointment):
            if self.has(one.requested_on):
                kept = one.status not in ("requested", "cancelled_office", "cancelled_client")
                self._promise("offers", one.offer_by, local(one.starts_at).date() if kept else None, one.requested_on,
                              one.status == "cancelled_client")  # fmt: skip
        for one in self.of(FileRequest):
            if self.has(asked := local(one.requested_at).date()):
                done = local(one.ready_at).date() if one.ready_at and one.status != "withdrawn" else None
                name = "file_here" if one.location == "premises" else "file_stored"
                self._promise(name, one.due_on, done, asked, one.status == "withdrawn")

    def _promise(self, name: str, due: date | None, done: date | None, began: date, ended: bool) -> None:
        if ended or due is None:
            state = "ended"
        elif done is not None:
            state = "late" if done > due else "met"
        else:
            state = "late" if self.today > due else "open"
        self.found[f"promised:{name}"] += 1
        self.found[f"promise_{state}:{name}"] += 1
        if done is not None:
            self.days[name].append((done - began).days)

    def meetings(self) -> None:
        for one in self.of(Appointment):
            if not self.has(local(one.starts_at).date()):
                continue
            self.found[f"booked:{one.kind}"] += 1
            end = {"attended": "took_place", "requested": "ahead", "offered": "ahead", "booked": "ahead"}
            key = f"{end.get(one.status, one.status)}:{one.kind}"
            self.found["home_visits" if key == "took_place:home_visit" else key] += 1
            if key == "took_place:home_visit":
                went = [
                    row for row in one.people if row.role != "interpreter" and row.status in ("accepted", "attended")
                ]
                self.found["visits_by_two"] += len(went) >= 2
                self.found["visits_alone"] += len(went) < 2 and one.lone_reason is not None

    def volunteers(self) -> None:
        who, minutes = set(), 0
        for one in self.of(Appointment):
            if one.status == "attended" and self.has(local(one.starts_at).date()):
                who |= {row.worker_id for row in one.people
                        if row.role == "interpreter" and row.status in ("accepted", "attended")}  # fmt: skip
        who |= {one.worker_id for one in self.of(LanguageRequest) if one.minutes and self.has(one.done_on)}
        if self.within == EVERYTHING:
            rows = [one for one in self.db.scalars(select(VolunteerEntry)) if one.kind == "hours" and self.has(one.day)]
            who |= {one.worker_id for one in rows}
            minutes = sum(one.minutes for one in rows)
        kinds = {one.id: one.kind for one in self.db.scalars(select(Worker))}
        self.volunteer_count = sum(kinds.get(one) == "volunteer" for one in who)
        self.volunteer_minutes = minutes

    def outcomes(self) -> None:
        rows = sorted(self.of(Measure), key=lambda one: (one.measured_on, one.id))
        for case in self.live:
            for scale in MEASURED:
                asked = [one for one in rows if one.case_id == case and getattr(one, scale) is not None
                         and one.measured_on <= self.period.last]  # fmt: skip
                before = next((one for one in asked if one.point == "intake"), None)
                after = next(
                    (one for one in reversed(asked) if one.point != "intake" and self.has(one.measured_on)), None
                )
                if before and after:
                    moved = getattr(after, scale) - getattr(before, scale)
                    word = "same" if moved == 0 else "better" if moved > 0 else "worse"
                    self.found[f"compared:{scale}"] += 1
                    self.found[f"moved_{word}:{scale}"] += 1
        for one in self.db.scalars(select(Feedback)):
            anonymous = one.case_id is None and self.within == EVERYTHING
            if self.has(one.received_on) and (anonymous or one.case_id in self.live):
                self.found["feedback_forms"] += 1
                for item in ITEMS:
                    if (answer := getattr(one, item)) is not None:
                        self.found[f"feedback:{item}"] += 1
                        self.found[f"feedback_{'yes' if answer in (3, 4) else 'no'}:{item}"] += 1

    def away(self) -> None:
        for one in self.of(Turnaway):
            case = self.live[one.case_id]
            if self.has(one.given_on) and self.code(case.closure_reason_id) != "duplicate":
                self.found[f"away_service:{one.service_id}"] += 1
                self.found[f"away_reason:{one.reason_id}"] += 1

    def steps(self) -> None:
        plans = {one.id: one.case_id for one in self.of(Plan) if one.superseded_on is None}
        for one in self.db.scalars(select(PlanStep)):
            if one.plan_id in plans and one.state == "done" and one.choice == "chosen" and self.has(one.done_on):
                case = self.live[plans[one.plan_id]]
                opened = case.opened_on or case.first_contact_at.date()
                months = (one.done_on.year - opened.year) * 12 + one.done_on.month - opened.month
                number = max(1, months + (one.done_on.day >= opened.day))
                stretch = next((str(most) for most in (3, 6, 12) if number <= most), "later")
                self.found[f"steps:{stretch}"] += 1
                self.found[f"steps_{one.actor}:{stretch}"] += 1

    def gaps(self) -> None:
        for case in self.live.values():
            if self.has(case.opened_on) and self.code(case.closure_reason_id) != "duplicate":
                for field, value in (("area", case.area_id), ("source", case.source_id)):
                    self.found[f"records:{field}"] += 1
                    self.found[f"missing:{field}"] += value is None
        for one in self.of(Referral):
            if one.kind == "referral_out" and one.status != "draft" and self.has(one.sent_on):
                self.found["records:answer_day"] += 1
                self.found["missing:answer_day"] += one.response_due is None

    def languages(self) -> None:
        ends = {"unfilled": "language_unmet", "filled": "language_filled", "open": "language_waiting",
                "offered": "language_waiting", "cancelled": "language_cancelled"}  # fmt: skip
        for one in self.of(LanguageRequest):
            day = local(one.appointment.starts_at).date() if one.appointment else one.due_on
            if self.has(day):
                self.found[f"language_requests:{one.language_id}"] += 1
                self.found[f"{ends[one.status]}:{one.language_id}"] += 1


@pytest.mark.parametrize("limits", ["everything", "two boroughs and one kind"])
def test_every_number_of_the_chapters_is_what_a_walk_over_the_rows_gives(db, limits):
    random_work(db, 1, 50)
    within = EVERYTHING
    if limits != "everything":
        areas = frozenset(db.scalars(select(Area.id).order_by(Area.id).limit(12)))
        within = Within(areas, frozenset(db.scalars(select(Code.id).where(Code.list == "case_kind").limit(3))))
    for period in (QUARTER, YEAR):
        report = count_figures(db, period, make.TODAY, within)
        walk = Walk(db, period, within, make.TODAY)
        numbers = report.numbers()
        assert {key: number for key, number in walk.found.items() if number and numbers.get(key) != number} == {}
        sorts = {key.partition(":")[0] for key in walk.found}
        assert {key: number for key, number in numbers.items()
                if number and key.partition(":")[0] in sorts and ":" in key and not walk.found[key]} == {}  # fmt: skip
        assert len([key for key in walk.found if walk.found[key]]) > (120 if within == EVERYTHING else 60)
        single = {one.key: one.number for one in report.figures}
        assert single["volunteers_active"] == walk.volunteer_count
        other = (walk.volunteer_minutes + 30) // 60 if within == EVERYTHING else None
        assert single["volunteer_other_hours"] == other
        aside = next(section for chapter in report.chapters for section in chapter.sections if section.asides).asides[0]
        rows = ("letters", "messages", "asked_letters", "offers", "file_here", "file_stored")
        assert aside.values == tuple(median(walk.days[name]) if walk.days[name] else None for name in rows)


def test_every_sum_of_the_chapters_holds_and_no_key_says_two_numbers(db):
    random_work(db, 2, 25)
    report = count_figures(db, QUARTER, make.TODAY, since=Period(YEAR.first, QUARTER.last))
    numbers = {**report.numbers(), **report.rests()}
    for total, parts in report.sums():
        assert numbers[total] == sum(numbers[part] for part in parts), (total, parts)
    said: dict[str, set[int]] = defaultdict(set)
    for section in report.counted_sections:
        for table in section.tables:
            for row in (*table.rows, table.total):
                said[row.key].add(row.number)
    for one in report.figures:
        said[one.key].add(one.number)
    assert {key: found for key, found in said.items() if len(found) > 1} == {}
    assert numbers["people_since"] == numbers["people"] + numbers["people_since_rest"] > numbers["people"]
    assert min(numbers.values()) >= 0


def test_figures_of_a_grant_are_those_of_its_cases_alone_and_grants_that_share_the_office_add_up(db):
    """Every case belongs to one borough or to none: what the boroughs and the rest have is what the office has."""
    random_work(db, 3, 25)
    db.execute(update(Case).where(Case.area_id.is_(None)).values(area_id=db.scalars(select(Area.id)).first()))
    areas = list(db.scalars(select(Area.id)))
    halves = [Within(areas=frozenset(areas[::2])), Within(areas=frozenset(areas[1::2]))]
    whole = count_figures(db, YEAR, make.TODAY).numbers()
    parts = [count_figures(db, YEAR, make.TODAY, one).numbers() for one in halves]
    added = (
        "cases_new",
        "cases_closed",
        "cases_at_end",
        "sent",
        "held",
        "incidents",
        "promised",
        "steps",
        "turned_away",
    )
    assert {key: sum(one[key] for one in parts) for key in added} == {key: whole[key] for key in added}
    assert all(0 < one["cases_new"] < whole["cases_new"] for one in parts)
    assert parts[0]["people"] + parts[1]["people"] >= whole["people"] > max(one["people"] for one in parts)


@pytest.mark.parametrize(
    "closed, again, line",
    [
        (None, None, (1, 0, 0, 0, 1)),
        ("2026-06-30", "2026-07-01", (0, 0, 1, 0, 1)),
        ("2026-08-01", "2026-08-20", (1, 0, 1, 1, 1)),
        ("2026-08-01", "2026-08-01", (1, 0, 1, 1, 1)),
        ("2026-09-30", "2026-10-01", (1, 0, 0, 1, 0)),
        ("2026-05-01", "2026-06-30", (1, 0, 0, 0, 1)),
    ],
)
def test_a_case_that_was_opened_again_counts_as_closed_and_as_reopened(db, closed, again, line):
    """Open at the start, new, reopened, closed, open at the end; opened on 1 March and open now."""
    case = make.case(db, first_contact_at=utc_from_local(date(2026, 3, 1), make.NOW.time()))
    db.execute(update(Case).where(Case.id == case.id).values(opened_on=date(2026, 3, 1)))
    if closed:
        db.add(Reopening(case=case, closed_on=date.fromisoformat(closed), reopened_on=date.fromisoformat(again)))
        db.flush()
    told = {one.key: one.number for one in count_figures(db, QUARTER, make.TODAY).caseload}
    keys = ("cases_at_start", "cases_new", "cases_reopened", "cases_closed", "cases_at_end")
    assert tuple(told[key] for key in keys) == line
    start, new, reopened, ended, end = line
    assert start + new + reopened == ended + end


def test_opening_a_case_again_leaves_when_it_had_been_closed(db):
    case = make.case(db)
    db.execute(update(Case).where(Case.id == case.id).values(status="closed", closed_on=date(2026, 10, 1)))
    db.refresh(case)
    make.act_as(db, "system", reason="It began again")
    case.status = "open"
    db.flush()
    row = db.scalars(select(Reopening)).one()
    assert (row.closed_on, row.reopened_on, case.closed_on) == (date(2026, 10, 1), make.TODAY, None)
    assert row.reopened_on - row.closed_on == timedelta(days=53)
