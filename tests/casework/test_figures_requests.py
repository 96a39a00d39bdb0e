"""Asking a body for its own figures: what is asked, by which day, which steps follow, and that nobody is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework import figures_requests as asking
from casework.context import acting, set_acting
from casework.figures_compared import MORE_THAN_THEY, NOT_KEPT, NOT_TYPED, OTHER_WORDS, compared
from casework.figures_gaps import own_numbers, raised
from casework.figures_questions import BY_TOPIC, NOT_ASKED, SETS, questions_for
from casework.merging import merge
from casework.periods import Period
from casework.problems import RuleBroken
from casework.requests_sent import requests_sent
from models import Agency, ClosedDay, Code, FiguresQuestion, FiguresRequest, IncidentReport, Referral
from tests import make
from tests.random_office import plant, random_office

YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
KINDS = ("police", "la_childrens_services", "housing_association")
# What campaigns for families without public funds and for people facing racist violence ask bodies: the words that the
# questions to each kind must hold between them.
MUST_ASK = {
    "la_childrens_services": (
        "requests for help under section 17", "assessments under section 17", "support being given", "refuse",
        "no reason in writing", "no recourse to public funds", "at the median", "time limit", "reason you recorded",
    ),
    "police": (
        "racist incidents did you record", "later change", "recorded as", "arrested", "no further action",
        "more than one racist incident", "at the median", "time limit",
    ),
    "housing_association": (
        "reports of racist harassment", "transfers or moves were asked for", "did you grant", "notices or injunctions",
        "more than once", "record as something else",
    ),
}  # fmt: skip
COMPLAINTS = (
    "the first stage",
    "the second stage",
    "uphold",
    "time of your procedure",
    "and your answer, at the median",
)


def body(db, kind: str = "la_childrens_services", **more) -> Agency:
    return make.agency(db, f"Invented {kind}", kind=kind, tier="primary", public_body=kind != "housing_association",
                       **more)  # fmt: skip


def draft(db, agency: Agency | None = None, *, topics: tuple[str, ...] = ()) -> FiguresRequest:
    agency = agency or body(db)
    found = raised(agency, own_numbers(db, agency, YEAR, make.TODAY))
    return asking.draft(db, agency, YEAR, [one for one in found if not topics or one.question.topic in topics])


def sent(db, day: date = make.TODAY, **more) -> FiguresRequest:
    return asking.send(db, draft(db, **more), day)


def later(db, day: date) -> None:
    set_acting(db, replace(acting(db), now=datetime(day.year, day.month, day.day, 12, tzinfo=make.NOW.tzinfo)))


# What is asked


@pytest.mark.req("R60")
@pytest.mark.parametrize("kind", KINDS)
def test_the_questions_cover_what_campaigners_ask(kind):
    told = " ".join(f"{one.text} {one.breakdown}" for one in questions_for(kind))
    assert [words for words in (*MUST_ASK[kind], *COMPLAINTS) if words not in told] == []


def test_every_kind_of_agency_has_questions_or_is_no_public_service(db):
    for kind in db.scalars(select(Code.code).where(Code.list == "agency_kind")):
        asked = questions_for(kind)
        assert bool(asked) != (kind in NOT_ASKED), kind
        assert len({one.topic for one in asked}) == len(asked)
        assert all(one.text.endswith("?") and one.text.startswith(("How many", "In how many", "On how many"))
                   for one in asked)  # fmt: skip
    assert set(SETS) <= set(db.scalars(select(Code.code).where(Code.list == "agency_kind")))


def test_a_word_of_the_offices_own_is_asked_as_the_kind_above_it(db):
    wider = make.code(db, "agency_kind", "police")
    own = Code(list="agency_kind", code="transport_police", words="Transport police", parent=wider)
    db.add(own)
    db.flush()
    agency = Agency(name="Rail police", kind=own, tier="primary")
    db.add(agency)
    db.flush()
    assert {one.question.topic for one in raised(agency, own_numbers(db, agency, YEAR, make.TODAY))} == {
        one.topic for one in questions_for("police")
    }


GROUPS = {  # said here by hand: which words of the office's list stand behind each group of our numbers
    "s17": {"s17_assessment", "s17_accommodation", "s17_subsistence"}, "moves": {"rehouse_transfer"},
    "reports": {"record_as_hate_incident", "investigate", "act_against_perpetrator", "protect_or_cctv"},
    "complaints": {"complaint_stage1", "complaint_stage2", "police_complaint", "review"},
    "shelter": {"emergency_accommodation", "homelessness_application"},
}  # fmt: skip


def test_our_own_numbers_equal_a_recount_of_the_rows(db):
    random_office(db, 7, 240)
    db.expire_all()
    found = 0
    for agency in db.scalars(select(Agency)).all():
        own = own_numbers(db, agency, Period(date(2025, 1, 1), make.TODAY), make.TODAY)
        parts = _with_parts(db, agency)
        rows = [one for one in db.scalars(select(Referral)) if _counts(one, parts)]
        for group, words in GROUPS.items():
            mine = [one for one in rows if one.request.code in words]
            assert own.numbers[f"{group}:asked"] == len(mine)
            answers = [_answer(one) for one in mine]
            assert own.numbers[f"{group}:no_reason"] == answers.count("refused_no_reason")
            assert own.numbers[f"{group}:refused"] == sum(one.startswith("refused") for one in answers)
            assert own.numbers[f"{group}:unanswered"] == answers.count("none")
            assert own.numbers[f"{group}:accepted"] == sum(one.startswith("accepted") for one in answers)
            found += len(mine)
        told = {one.incident_id for one in db.scalars(select(IncidentReport)) if _is_told(one, parts)}
        assert own.numbers["incidents:told"] == len(told)
    assert found > 100


def test_two_records_of_one_person_are_one_who_came_again(db):
    agency, kept, other = make.agency(db), make.client(db, "Rehana Begum"), make.client(db, "R Begum")
    for client in (kept, other, make.client(db, "Hodan Warsame")):
        make.report(db, make.incident(db, make.case(db, client)), agency, told_on=make.TODAY)
    time = Period(date(2026, 1, 1), make.TODAY)

    def people() -> tuple[int, int]:
        numbers = own_numbers(db, agency, time, make.TODAY).numbers
        return numbers["incidents:people"], numbers["incidents:repeat"]

    assert people() == (3, 0)
    merge(db, other, kept)
    assert people() == (2, 1)


def _with_parts(db, agency: Agency) -> set[int]:
    every = db.scalars(select(Agency)).all()
    found = {agency.id}
    for _round in every:
        found |= {one.id for one in every if one.parent_id in found}
    return found


def _counts(one: Referral, parts: set[int]) -> bool:
    return (
        one.agency_id in parts and one.kind in ("referral_out", "complaint", "information_request")
        and one.status != "draft" and one.sent_on is not None and one.case.voided_reason is None
        and date(2025, 1, 1) <= one.sent_on <= make.TODAY
    )  # fmt: skip


def _answer(one: Referral) -> str:
    word = one.outcome.code if one.outcome is not None else ""
    if one.status == "withdrawn" or word == "withdrawn_by_client":
        return "taken back"
    if word == "no_response" or one.responded_on is None:
        return "none"
    return word


def _is_told(one: IncidentReport, parts: set[int]) -> bool:
    return (
        one.agency_id in parts and one.state == "reported" and one.incident.case.voided_reason is None
        and date(2025, 1, 1) <= one.told_on <= make.TODAY
    )  # fmt: skip


def planted(db, agency: Agency, answers: list[str], *, request: str = "s17_assessment", day=date(2025, 9, 1)) -> None:
    """Put in one request for each answer ("" for none), of as many people."""
    clients = [make.client(db, f"Person {agency.id} {place}") for place in range(len(answers))]
    consent = make.consent(db, clients[0]).id
    plant(db, Referral, [
        {"case_id": make.case(db, one).id, "agency_id": agency.id, "kind": "referral_out", "urgent": False,
         "request_id": make.code(db, "request", request).id, "consent_id": consent, "sent_on": day,
         "response_due": day + timedelta(days=14), "status": "responded" if answer else "sent",
         "responded_on": day + timedelta(days=5) if answer else None,
         "outcome_id": make.code(db, "outcome", answer).id if answer else None}
        for one, answer in zip(clients, answers, strict=True)
    ])  # fmt: skip
    db.expire_all()


def test_a_gap_of_ours_raises_its_question_and_says_its_numbers(db):
    agency = body(db)
    planted(db, agency, ["refused_no_reason"] * 4 + ["accepted"] * 3 + [""] * 5)
    found = {one.question.topic: one for one in raised(agency, own_numbers(db, agency, YEAR, make.TODAY))}
    assert found["s17_no_reason"].why == "4 of 4 refusals gave no reason"
    assert found["s17_undecided"].why == "5 of 12 requests of ours had no answer"
    assert (found["s17_requests"].ours, found["s17_support"].ours, found["s17_refused"].ours) == (12, 3, 4)
    assert found["s17_median"].ours == 5  # seven of twelve by day 5
    assert found["s17_return"].why == "" and found["complaints_first"].why == ""
    order = [bool(one.why) for one in raised(agency, own_numbers(db, agency, YEAR, make.TODAY))]
    assert order == sorted(order, reverse=True)
    quiet = own_numbers(db, agency, Period(date(2024, 4, 1), date(2025, 3, 31)), make.TODAY)
    assert not any(one.why for one in raised(agency, quiet))


# Its time and its clock


def test_whole_quarters_and_years_that_are_over_are_offered(db):
    assert {word: str(one) for word, one in asking.periods_offered(db, make.TODAY).items()} == {
        "year": "1 April 2025 to 31 March 2026", "two_years": "1 April 2024 to 31 March 2026",
        "quarter": "1 July to 30 September 2026", "so_far": "1 April to 30 September 2026",
    }  # fmt: skip
    assert "so_far" not in asking.periods_offered(db, date(2026, 4, 2))


@pytest.mark.parametrize("first, last, field", [
    (date(2026, 4, 2), date(2026, 6, 30), "period_from"), (date(2026, 5, 1), date(2026, 7, 31), "period_from"),
    (date(2026, 10, 1), date(2026, 12, 31), "period_to"), (date(2026, 4, 1), date(2026, 6, 29), "period_from"),
    (date(2026, 4, 1), date(2026, 6, 30), ""),
])  # fmt: skip
def test_figures_are_asked_for_whole_quarters_that_are_over(db, first, last, field):
    made = draft(db, topics=("s17_requests",))
    made.period_from, made.period_to = first, last
    assert [name for name, _text in make.problems(db)] == ([field] if field else [])


def by_hand(start: date, days: int, closed: set[date]) -> date:
    """Count working days on a calendar, one day at a time."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= day.isoweekday() < 6 and day not in closed
    return day


def test_both_clocks_equal_a_calendar_counted_by_hand(db):
    closed = set(db.scalars(select(ClosedDay.day).where(ClosedDay.kind == "bank_holiday")))
    db.add(ClosedDay(day=date(2026, 12, 30), name="Winter closing", kind="office"))  # ours binds nobody else
    agency = body(db)
    for place in range(0, 120, 3):
        day = date(2026, 10, 1) + timedelta(days=place)
        later(db, day)
        made = sent(db, day, agency=agency, topics=("s17_requests",))
        assert made.due_on == by_hand(day, 20, closed), day
        later(db, made.due_on + timedelta(days=1))
        asking.ask_review(db, made, acting(db).today)
        assert made.review_due == by_hand(made.review_asked_on, 20, closed)
        assert "20 working days" in made.due_trace and "code of practice" in made.review_trace
    answered = sent(db, acting(db).today, agency=agency, topics=("s17_requests",))
    asking.answer(db, answered, "refused", acting(db).today, "s12")
    assert asking.next_steps(db, answered)[0].by == by_hand(answered.answered_on, 40, closed)


# Its steps

ROADS = {"sent": (), "acknowledged": ("acknowledged",), "no_answer": ("no_answer",), "refused": ("refused",),
         "in_part": ("in_part",), "answered": ("answered",), "withdrawn": ("withdrawn",)}  # fmt: skip
FOLLOW = {
    "sent": {"acknowledged", "answered", "in_part", "refused", "no_answer", "withdrawn"},
    "acknowledged": {"answered", "in_part", "refused", "no_answer", "withdrawn"},
    "no_answer": {"answered", "in_part", "refused"},
    "refused": set(), "in_part": set(), "answered": set(), "withdrawn": set(),
}  # fmt: skip
DONE = date(2027, 1, 15)


def go(db, made: FiguresRequest, status: str) -> None:
    if status in ("answered", "in_part", "refused"):
        asking.answer(db, made, status, DONE, None if status == "answered" else "s12")
    elif status == "acknowledged":
        asking.acknowledge(db, made, DONE)
    else:
        {"no_answer": asking.no_answer, "withdrawn": asking.withdraw, "sent": asking.send}[status](db, made)


@pytest.mark.parametrize("at", FOLLOW)
def test_each_state_is_followed_by_those_and_no_others(db, at):
    later(db, DONE)
    agency = body(db)
    for status in (*FOLLOW, "draft"):
        made = sent(db, agency=agency, topics=("s17_requests",))
        for step in ROADS[at]:
            go(db, made, step)
        if status == "draft":
            made.status = "draft"
            lawful = make.problems(db) == []
        else:
            lawful = _is_lawful(db, made, status)
        assert lawful is (status in FOLLOW[at]), (at, status)
        db.expire_all()


def _is_lawful(db, made: FiguresRequest, status: str) -> bool:
    before = made.status
    try:
        go(db, made, status)
    except RuleBroken:
        return False
    return made.status != before


@pytest.mark.parametrize("role, lawful", [("manager", True), ("caseworker", False)])
def test_a_caseworker_drafts_and_a_manager_sends(db, role, lawful):
    make.act_as(db, role, make.worker(db, in_team=make.team(db)))
    made = draft(db, topics=("s17_requests",))
    if lawful:
        assert asking.send(db, made).due_on == date(2026, 12, 21)
    else:
        with pytest.raises(RuleBroken, match="a manager speaks for the office"):
            asking.send(db, made)


@pytest.mark.parametrize("change, field", [
    ({"status": "refused", "answered_on": date(2026, 11, 27)}, "exemption"),
    ({"status": "in_part", "answered_on": date(2026, 11, 27)}, "exemption"),
    ({"status": "refused", "answered_on": date(2026, 11, 27), "exemption": "none_named"}, ""),
    ({"status": "answered", "answered_on": date(2026, 11, 20)}, "answered_on"),
    ({"status": "answered", "answered_on": date(2026, 12, 2)}, "answered_on"),
    ({"status": "acknowledged", "acknowledged_on": date(2026, 11, 22)}, "acknowledged_on"),
    ({"status": "no_answer"}, "status"),
    ({"review_asked_on": date(2026, 11, 30)}, "review_asked_on"),
    ({"commissioner_on": date(2026, 11, 30)}, "commissioner_on"),
])  # fmt: skip
def test_what_came_back_has_its_day_and_its_reason(db, change, field):
    made = sent(db, topics=("s17_requests",))
    later(db, date(2026, 11, 30))
    for key, value in change.items():
        setattr(made, key, value)
    assert [name for name, _text in make.problems(db)] == ([field] if field else [])


def test_the_next_step_is_offered_after_silence_and_after_a_refusal(db):
    made = sent(db, topics=("s17_requests",))  # due on 21 December
    later(db, date(2026, 12, 21))
    assert asking.next_steps(db, made) == [] and asking.overdue(db) == []
    later(db, date(2026, 12, 22))
    assert [one.act for one in asking.next_steps(db, made)] == ["review", "commissioner"]
    asking.ask_review(db, made, date(2026, 12, 22))
    assert [one.act for one in asking.next_steps(db, made)] == []
    with pytest.raises(RuleBroken, match="wait for its answer or its day"):
        asking.to_commissioner(db, made, date(2026, 12, 22))
    db.expire(made)
    asking.reviewed(db, made, "kept", date(2026, 12, 22))
    assert [one.act for one in asking.next_steps(db, made)] == ["commissioner"]
    asking.to_commissioner(db, made, date(2026, 12, 22))
    assert asking.next_steps(db, made) == []


def test_a_body_that_the_act_does_not_bind_has_a_day_and_no_commissioner(db):
    made = sent(db, agency=body(db, "housing_association"), topics=("housing_reports",))
    assert made.due_on == date(2026, 12, 21) and made.due_trace.startswith("The Act does not bind this body")
    later(db, date(2026, 12, 22))
    assert [one.act for one in asking.next_steps(db, made)] == ["review"]
    with pytest.raises(RuleBroken, match="own complaints procedure"):
        asking.to_commissioner(db, made, date(2026, 12, 22))


def test_overdue_ones_are_their_owners_and_the_managers(db):
    amina, other = make.worker(db, "Amina K", in_team=make.team(db)), make.worker(db, "Tariq B")
    make.act_as(db, "caseworker", amina)
    made = draft(db, topics=("s17_requests",))
    assert made.owner is amina
    make.act_as(db, "manager", other)
    asking.send(db, made)
    day = datetime(2026, 12, 22, 9, tzinfo=make.NOW.tzinfo)
    for role, person, seen in (("manager", other, 1), ("caseworker", amina, 1), ("caseworker", other, 0)):
        make.act_as(db, role, person, now=day)
        assert len(asking.overdue(db)) == seen


# Nobody is in it


@pytest.mark.parametrize("words, fault", [
    ("How many, and what became of 26-0060?", "reference"), ("How many, as for CL-2026-0001?", "reference"),
    ("How many, and why was Rehana Begum refused?", "names somebody"), ("How many like rehana  begum?", ""),
    ("How many like REHANA BEGUM?", "names somebody"), ("How many in 2025-26 and by 31/03/2026?", ""),
    (" ", "Write the question"),
])  # fmt: skip
def test_no_reference_and_no_client_goes_out_in_a_question(db, words, fault):
    make.client(db)
    made = draft(db, topics=("s17_requests",))
    made.questions[0].text = words
    told = [text for _field, text in make.problems(db)]
    assert (bool(told), all(fault in one for one in told)) == (bool(fault), True)


def test_what_went_out_stays_as_it_was_and_is_kept(db):
    made = sent(db, topics=("s17_requests", "s17_support"))
    made.questions[0].text = "How many?"
    assert "Not changed: what went out stays" in make.problems(db)[0][1]
    db.expire_all()
    for model in (FiguresQuestion, FiguresRequest):
        db.delete(db.scalars(select(model)).first())
        assert "Not deleted" in make.problems(db)[0][1]
        db.expunge_all()


def test_answers_are_typed_once_it_went_out(db):
    made = draft(db, topics=("s17_requests",))
    made.questions[0].said, made.questions[0].answer = "number", 4
    assert [name for name, _text in make.problems(db)] == ["said"]
    db.expire_all()
    asking.send(db, made)
    made.questions[0].said, made.questions[0].answer = "number", 4
    assert make.problems(db) == []


# Theirs beside ours


def test_answers_lie_beside_ours_with_a_share_or_the_reason_for_none(db):
    agency = body(db)
    planted(db, agency, ["refused_no_reason"] * 4 + ["accepted"] * 3 + [""] * 5)
    made = sent(db, agency=agency)
    by_topic = {one.topic: one for one in made.questions}
    for topic, number in {"s17_requests": 48, "s17_no_reason": 3, "s17_nrpf": 20, "s17_median": 9,
                          "complaints_first": 0}.items():  # fmt: skip
        by_topic[topic].said, by_topic[topic].answer = "number", number
    by_topic["s17_return"].said = "not_held"
    db.flush()
    rows = {one.question.topic: one for one in compared(made, own_numbers(db, agency, YEAR, make.TODAY))}
    assert (rows["s17_requests"].ours, rows["s17_requests"].share, rows["s17_requests"].why_not) == (12, 0.25, "")
    assert (rows["s17_no_reason"].share, rows["s17_no_reason"].why_not) == (None, MORE_THAN_THEY)
    assert rows["s17_nrpf"].why_not == NOT_KEPT
    assert rows["s17_median"].why_not == "Ours waited 4 days less."
    assert rows["s17_return"].why_not == "They say that they do not hold it."
    assert rows["s17_support"].why_not == NOT_TYPED
    assert (rows["complaints_first"].share, rows["complaints_first"].why_not) == (None, "")


def test_changed_words_are_not_compared(db):
    made = draft(db, topics=("s17_requests",))
    made.questions[0].text = "How many letters did you write?"
    asking.send(db, made)
    made.questions[0].said, made.questions[0].answer = "number", 7
    assert compared(made, own_numbers(db, made.agency, YEAR, make.TODAY))[0].why_not == OTHER_WORDS


def test_an_answer_feeds_nothing_else(db):
    made = sent(db, topics=("s17_requests",))
    before = own_numbers(db, made.agency, YEAR, make.TODAY), requests_sent(db, YEAR)
    made.questions[0].said, made.questions[0].answer = "number", 7000
    db.flush()
    assert (own_numbers(db, made.agency, YEAR, make.TODAY), requests_sent(db, YEAR)) == before
    assert not any(hasattr(model, key) for model in (FiguresRequest, FiguresQuestion)
                   for key in ("case_id", "client_id", "consent_id"))  # fmt: skip
    assert set(BY_TOPIC) >= {one.topic for one in made.questions}
