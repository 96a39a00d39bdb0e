"""What may be asked after an answer that does not satisfy: which step, of whom, by when, and in which words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from casework.chases import chase
from casework.next_steps import complaint_words, next_steps
from casework.referrals import draft, no_response, respond, send, withdraw_referral
from casework.settings import office
from models import ClosedDay, Code, Referral
from tests import make


def asked(db, request, kind="housing_association", *, outcome="refused_no_reason", reason=None, on=None, name="Homes"):
    """A request to an agency of a kind that was answered."""
    case, agency = make.case(db), make.agency(db, name, kind=kind)
    purposes = (request, "complaint_stage1", "complaint_stage2", "police_complaint")
    make.consent(db, case.client, agency, purposes=tuple(dict.fromkeys(purposes)))
    referral = send(db, make.referral(db, case, agency, request=request), "letter")
    why = make.code(db, "refusal_reason", reason) if reason else None
    return respond(
        db, referral, make.code(db, "outcome", outcome), refusal_reason=why, in_writing=False, on=on or make.TODAY
    )


def offered(db, referral):
    of_case = db.scalars(select(Referral).where(Referral.case_id == referral.case_id)).all()
    return [one.request.code for one in next_steps(db, of_case).get(referral.id, [])]


@pytest.mark.parametrize(("request_code", "kind", "steps"), [
    ("repairs", "housing_association", ["complaint_stage1"]),
    ("s17_assessment", "la_childrens_services", ["complaint_stage1"]),
    ("emergency_accommodation", "emergency_accommodation", ["complaint_stage1"]),
    ("complaint_stage1", "la_childrens_services", ["complaint_stage2"]),
    ("complaint_stage2", "housing_association", ["ombudsman"]),
    ("record_as_hate_incident", "police", ["police_complaint"]),
    ("police_complaint", "police", ["review"]),
    ("homelessness_application", "la_homelessness", ["review", "complaint_stage1"]),
    ("information_request", "police", ["review"]),
    ("counselling", "community_partner", []),
    ("ombudsman", "ombudsman_regulator", []),
])  # fmt: skip
def test_the_next_step_follows_from_the_request_and_the_kind_of_agency(db, request_code, kind, steps):
    assert offered(db, asked(db, request_code, kind)) == steps


@pytest.mark.parametrize(("outcome", "lawful"), [
    ("accepted", False), ("withdrawn_by_client", False), ("accepted_in_part", True), ("redirected", True),
    ("refused_no_reason", True), ("not_eligible_in_law", True), ("unknown", True),
])  # fmt: skip
def test_a_step_is_offered_where_the_answer_does_not_satisfy(db, outcome, lawful):
    assert bool(offered(db, asked(db, "repairs", outcome=outcome))) is lawful


def test_a_step_is_offered_after_silence_and_none_while_the_agency_still_has_it(db):
    case, agency = make.case(db), make.agency(db)
    make.consent(db, case.client, agency)
    referral = send(db, make.referral(db, case, agency), "letter")
    assert offered(db, referral) == []
    make.silent(db, referral)
    no_response(db, referral)
    assert offered(db, referral) == ["complaint_stage1"]


def test_what_was_asked_is_not_offered_again_until_it_is_withdrawn(db):
    referral = asked(db, "repairs")
    follow = draft(db, referral.case, referral.agency, make.code(db, "request", "complaint_stage1"), referral.items,
                   previous=referral)  # fmt: skip
    assert offered(db, referral) == []
    withdraw_referral(db, follow)
    assert offered(db, referral) == ["complaint_stage1"]


def test_a_complaint_made_by_another_way_counts_and_an_earlier_one_does_not(db):
    referral = asked(db, "repairs")
    complaint = make.code(db, "request", "complaint_stage1")
    draft(db, referral.case, referral.agency, complaint, referral.items)
    assert offered(db, referral) == []
    again = respond(
        db, send(db, draft(db, referral.case, referral.agency, referral.request, referral.items), "letter"),
        make.code(db, "outcome", "refused_no_reason"), in_writing=True,
    )  # fmt: skip
    assert offered(db, again) == ["complaint_stage1"]


def test_the_ombudsman_is_another_body_and_a_complaint_goes_to_the_same(db):
    second = asked(db, "complaint_stage2")
    (step,) = next_steps(db, [second])[second.id]
    assert step.agency is None
    first = asked(db, "repairs", name="Other Homes")
    assert next_steps(db, [first])[first.id][0].agency is first.agency


def test_a_review_of_the_police_is_asked_for_within_28_days_counted_on_the_wall(db):
    """Police complaints: calendar days from the answer, walked one by one."""
    answered = datetime(2026, 12, 2, 9, tzinfo=UTC)
    case, police = make.case(db), make.agency(db, kind="police", tier="primary")
    make.consent(db, case.client, police, purposes=("police_complaint",))
    referral = send(db, make.referral(db, case, police, request="police_complaint"), "letter")
    make.act_as(db, "system", now=answered)
    respond(db, referral, make.code(db, "outcome", "refused_no_reason"), in_writing=True)
    (step,) = next_steps(db, [referral])[referral.id]
    day = answered.date()
    for _one in range(28):
        day = date.fromordinal(day.toordinal() + 1)
    assert (step.request.code, step.by) == ("review", day) == ("review", date(2026, 12, 30))


def test_a_complaint_to_childrens_services_is_due_after_ten_working_days_counted_on_the_wall(db):
    """Walked day by day with weekends and the closed days that stand in the office's own list."""
    make.act_as(db, "system", now=datetime(2026, 12, 18, 9, tzinfo=UTC))
    referral = asked(db, "s17_assessment", "la_childrens_services", on=date(2026, 12, 18))
    complaint = make.code(db, "request", "complaint_stage1")
    made = send(db, draft(db, referral.case, referral.agency, complaint, referral.items, previous=referral), "letter")
    holidays = set(db.scalars(select(ClosedDay.day).where(ClosedDay.kind == "bank_holiday")))
    day, left = date(2026, 12, 18), 10
    while left:
        day = date.fromordinal(day.toordinal() + 1)
        left -= day.weekday() < 5 and day not in holidays
    assert (made.previous, made.kind, made.response_due) == (referral, "complaint", day)
    assert day == date(2027, 1, 6)  # Christmas Day, the Monday for Boxing Day and New Year's Day lie between
    assert office(db).weekdays == frozenset(range(5))


def test_the_letter_tells_what_happened_in_the_agencys_own_terms(db):
    referral = asked(db, "repairs", outcome="refused_reason_given", reason="no_funds_no_staff")
    assert complaint_words(referral, db) == (
        "On 23 November 2026 we asked Homes for: “Repair damage or make the home safe”. "
        "The answer of 23 November 2026, by word of mouth only: Refused, reason given: No money or no staff. "
        "We ask for this to be put right and for an answer in writing."
    )


def test_the_letter_after_silence_names_the_day_it_was_due_and_each_chase(db):
    case, agency = make.case(db), make.agency(db)
    make.consent(db, case.client, agency, purposes=("complaint_stage1",))
    referral = send(db, make.referral(db, case, agency, request="complaint_stage1"), "letter")
    for day in (7, 8):
        make.act_as(db, "system", now=datetime(2026, 12, day, 9, tzinfo=UTC))
        chase(db, referral)
    no_response(db, referral)
    words = complaint_words(referral, db)
    assert "We asked again on 7 December 2026 and on 8 December 2026." in words
    assert "There was no answer, although it was due by 30 November 2026." in words
    assert referral.case.client.name not in words


# Counted apart


@pytest.mark.parametrize(("request_code", "kind"), [
    ("repairs", "referral_out"), ("complaint_stage1", "complaint"), ("complaint_stage2", "complaint"),
    ("police_complaint", "complaint"), ("ombudsman", "complaint"), ("review", "complaint"),
    ("information_request", "information_request"), ("own_records", "information_request"),
])  # fmt: skip
def test_what_is_asked_decides_how_it_is_counted(db, request_code, kind):
    assert make.referral(db, make.case(db), make.agency(db), request=request_code).kind == kind


def test_a_draft_that_asks_for_something_else_is_counted_anew(db):
    made = make.referral(db, make.case(db), make.agency(db))
    made.request = make.code(db, "request", "complaint_stage1")
    assert make.problems(db) == []
    assert made.kind == "complaint"


def test_a_draft_never_becomes_a_signpost(db):
    made = make.referral(db, make.case(db), make.agency(db))
    made.kind = "signpost"
    assert "counted apart" in make.problems(db)[0][1]


@pytest.mark.parametrize("request_code", ["complaint_stage1", "information_request"])
def test_a_complaint_and_a_request_for_information_pass_the_same_gate(db, request_code):
    made = make.referral(db, make.case(db), make.agency(db), request=request_code)
    made.status, made.sent_on = "sent", make.TODAY
    assert ("status", "Send it with the Refer action, which asks for permission and records what leaves.") in (
        make.problems(db)
    )


def test_a_narrower_request_of_the_office_is_counted_as_its_wider_one(db):
    wider = make.code(db, "request", "complaint_stage1")
    narrow = Code(list="request", code="noise_complaint", words="Complaint about noise", parent=wider)
    db.add(narrow)
    made = draft(db, make.case(db), make.agency(db), narrow, [make.code(db, "data_scope", "name")])
    assert made.kind == "complaint"
