"""Referrals: through the gate, on the agency's clock, step by step, and never around."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from casework import guard, referrals
from casework.agencies import FITTING_KINDS
from casework.calendar import local
from casework.consent import withdraw
from casework.context import acting
from casework.problems import RuleBroken
from casework.referrals import (
    acknowledge,
    close_referral,
    draft,
    no_response,
    respond,
    send,
    signpost,
    standard_for,
    suggest_agencies,
    withdraw_referral,
)
from models import AuditEntry, ClosedDay, Code, Consent, Referral, Release, ResponseStandard, Task
from tests import make

TODAY = make.TODAY
FRIDAY = date(2026, 11, 20)
TELL = "Tell the client: Marsh Lane Homes answered"


def request(db, short="repairs"):
    return make.code(db, "request", short)


def items(db, *shorts):
    return [make.code(db, "data_scope", short) for short in shorts or ("name",)]


def outcome(db, short):
    return make.code(db, "outcome", short)


def ready(db, *, asks="repairs", kind="housing_association", **more):
    """A case, an agency, a consent that covers it, and a draft."""
    case = make.case(db)
    agency = make.agency(db, kind=kind)
    make.consent(db, case.client, agency, purposes=(asks,), scope=("name", "incident_dates"), **more)
    return make.referral(db, case, agency, request=asks)


def sent(db, **more):
    return send(db, ready(db, **more), "email")


def fields(problems):
    return [field for field, _ in problems]


def later(db, *, day):
    """Go on as the program on another day, at nine in the morning."""
    return make.act_as(db, "system", now=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


# Writing and sending


def test_a_draft_names_case_agency_request_and_items_and_sends_nothing(db):
    case, homes = make.case(db), make.agency(db)
    first = draft(db, case, homes, request(db), items(db), reason="Damp", urgent=True)
    second = draft(db, case, homes, request(db), items(db), previous=first)
    assert (first.kind, first.status, first.sent_on, first.consent) == ("referral_out", "draft", None, None)
    assert (first.case, first.agency, first.reason, first.urgent) == (case, homes, "Damp", True)
    assert second.previous is first
    assert db.scalars(select(Release)).all() == []


def test_sending_records_the_consent_what_left_and_to_whom(db):
    referral = ready(db)
    referral.items = items(db, "name", "incident_dates")
    send(db, referral, "letter")
    (release,) = db.scalars(select(Release))
    assert (referral.status, referral.sent_on) == ("sent", TODAY)
    assert referral.consent.client is referral.case.client
    assert (release.at, release.client, release.consent, release.agency, release.referral, release.channel) == (
        make.NOW,
        referral.case.client,
        referral.consent,
        referral.agency,
        referral,
        "letter",
    )
    assert release.items == "Name, dates of incidents"


def test_a_caseworker_refers_a_case_of_their_own_and_records_the_answer(db):
    referral = ready(db, asks="complaint_stage1")
    make.act_as(db, "caseworker", referral.case.lead)
    db.expire_all()  # everything is read again, as this person
    send(db, referral, "email")
    acknowledge(db, referral)
    respond(db, referral, outcome(db, "accepted"), in_writing=True)
    assert referral.status == "responded"
    assert [one.agency.name for one in db.scalars(select(Release))] == ["Marsh Lane Homes"]
    assert {task.what for task in db.scalars(select(Task)) if task.done_on is None} == {TELL}


def test_sending_is_written_to_the_audit_trail(db):
    referral = sent(db)
    (release,) = db.scalars(select(Release).where(Release.referral == referral))
    entries = db.scalars(select(AuditEntry).where(AuditEntry.action == "released")).all()
    assert [(one.subject, one.row_id) for one in entries] == [("Release", release.id)]


@pytest.mark.parametrize(("change", "refused"), [
    ({}, None),
    ({"withdrawn_on": date(2026, 11, 23)}, "was withdrawn on 23 November 2026"),
    ({"expires_on": date(2026, 11, 22)}, "expired on 22 November 2026"),
    ({"expires_on": date(2026, 11, 23)}, None),
])  # fmt: skip
def test_nothing_is_sent_without_a_live_consent(db, change, refused):
    referral = ready(db, **change)
    if refused is None:
        assert send(db, referral, "email").status == "sent"
        return
    with pytest.raises(RuleBroken, match=refused):
        send(db, referral, "email")
    assert referral.status == "draft"
    assert db.scalars(select(Release)).all() == []


def test_withdrawing_a_consent_stops_the_drafts(db):
    first = sent(db)
    again = draft(db, first.case, first.agency, first.request, first.items)
    withdraw(db, first.consent)
    with pytest.raises(RuleBroken, match="was withdrawn"):
        send(db, again, "email")


def test_a_withdrawal_that_somebody_else_saves_meanwhile_stops_the_sending(db):
    referral = ready(db)
    consent = db.scalars(select(Consent)).one()
    db.refresh(consent)
    db.execute(text("UPDATE consents SET withdrawn_on = '2026-11-23'"))
    assert consent.withdrawn_on is None  # as it was read before
    with pytest.raises(RuleBroken, match="was withdrawn"):
        send(db, referral, "email")


def test_at_least_one_item_is_ticked(db):
    referral = ready(db)
    referral.items = []
    with pytest.raises(RuleBroken, match="Tick what will be shared, or signpost instead"):
        send(db, referral, "email")


def test_what_left_on_friday_may_be_written_down_on_monday(db):
    referral = send(db, ready(db, given_on=FRIDAY), "letter", on=FRIDAY)
    (release,) = db.scalars(select(Release))
    assert referral.sent_on == local(release.at).date() == FRIDAY


@pytest.mark.parametrize(("day", "refused"), [
    (date(2026, 11, 19), "after the day of sending, 19 November 2026"), (date(2026, 11, 24), "once it has gone"),
])  # fmt: skip
def test_nothing_is_sent_before_the_consent_is_given_nor_ahead_of_today(db, day, refused):
    referral = ready(db, given_on=FRIDAY)
    with pytest.raises(RuleBroken, match=refused):
        send(db, referral, "letter", on=day)


def test_a_consent_withdrawn_since_friday_does_not_cover_what_is_written_down_on_monday(db):
    referral = ready(db, withdrawn_on=TODAY)
    with pytest.raises(RuleBroken, match="was withdrawn on 23 November 2026"):
        send(db, referral, "letter", on=FRIDAY)


def test_an_enquiry_without_a_client_is_not_referred_but_may_be_signposted(db):
    enquiry = make.case(db, status="enquiry")
    enquiry.client = None
    homes = make.agency(db)
    with pytest.raises(RuleBroken, match="This enquiry has no client yet"), db.begin_nested():
        draft(db, enquiry, homes, request(db), items(db))
    assert signpost(db, enquiry, homes, request(db)).status == "closed"


def test_an_enquiry_with_a_client_may_be_referred(db):
    enquiry = make.case(db, status="enquiry")
    homes = make.agency(db)
    make.consent(db, enquiry.client, homes)
    assert send(db, make.referral(db, enquiry, homes), "email").status == "sent"


def test_nothing_is_sent_for_a_closed_case(db):
    case, homes = make.case(db, status="closed"), make.agency(db)
    make.consent(db, case.client, homes)
    referral = make.referral(db, case, homes)
    with pytest.raises(RuleBroken, match="This case is closed"):
        send(db, referral, "email")


def test_an_agency_no_longer_in_use_is_not_chosen_but_its_referrals_go_on(db):
    referral = sent(db)
    referral.agency.active = False
    assert acknowledge(db, referral).status == "acknowledged"
    with pytest.raises(RuleBroken, match="Marsh Lane Homes is no longer in use"):
        draft(db, referral.case, referral.agency, request(db), items(db))


def test_the_answer_is_on_the_list_of_whoever_leads_the_case(db):
    referral = sent(db, asks="complaint_stage1")
    (task,) = db.scalars(select(Task))
    assert task.what == "Answer due from Marsh Lane Homes: Complaint, first stage"
    assert (task.owner, task.case, task.due_on) == (referral.case.lead, referral.case, referral.response_due)
    assert task.trace == referral.due_trace


def test_without_a_lead_the_answer_is_on_the_senders_list_and_without_either_it_is_refused(db):
    referral = ready(db)
    me = make.worker(db, "Samira K")
    db.execute(text("UPDATE cases SET lead_id = NULL"))
    db.expire_all()
    with pytest.raises(RuleBroken, match="choose a caseworker"), db.begin_nested():
        send(db, referral, "email")
    db.execute(text("UPDATE cases SET status = 'enquiry'"))
    db.expire_all()
    make.act_as(db, "manager", me)
    send(db, referral, "email")
    assert db.scalars(select(Task.owner_id)).all() == [me.id]


# When the answer is due


def test_a_housing_complaint_is_acknowledged_in_five_working_days_and_answered_ten_after(db):
    """Housing Ombudsman Complaint Handling Code. Mon 23 Nov + 5 = Mon 30 Nov; Wed 25 Nov + 10 = Wed 9 Dec."""
    referral = sent(db, asks="complaint_stage1")
    assert referral.response_due == date(2026, 11, 30)
    assert referral.standard.amount == 5
    later(db, day=date(2026, 11, 25))
    acknowledge(db, referral)
    assert (referral.status, referral.acknowledged_on) == ("acknowledged", date(2026, 11, 25))
    assert referral.response_due == date(2026, 12, 9)
    assert referral.standard.amount == 10
    tasks = db.scalars(select(Task).order_by(Task.id)).all()
    assert [(one.due_on, one.done_on) for one in tasks] == [
        (date(2026, 11, 30), date(2026, 11, 25)),
        (date(2026, 12, 9), None),
    ]


def test_acknowledging_keeps_the_day_where_no_clock_starts_there(db):
    referral = sent(db, asks="information_request")
    due = referral.response_due
    acknowledge(db, referral)
    assert referral.response_due == due
    assert db.scalars(select(Task.done_on)).all() == [None]


def test_childrens_services_decide_within_one_working_day(db):
    """Working Together: Friday 20 November is followed by Monday 23."""
    later(db, day=FRIDAY)
    referral = sent(db, asks="s17_assessment", kind="la_childrens_services")
    assert referral.response_due == date(2026, 11, 23)
    assert "Working Together to Safeguard Children" in referral.due_trace
    assert "Saturdays and Sundays do not count" in referral.due_trace


def test_bank_holidays_stop_an_agencys_clock_and_our_own_closures_do_not(db):
    """FOI, 20 working days from 1 December 2026: Christmas Day and the Monday for Boxing Day do not count."""
    db.add(ClosedDay(day=date(2026, 12, 15), name="Staff day", kind="office"))
    later(db, day=date(2026, 12, 1))
    assert sent(db, asks="information_request", kind="police").response_due == date(2026, 12, 31)


def test_somewhere_safe_tonight_is_due_tonight_even_on_a_saturday(db):
    make.act_as(db, "system", now=datetime(2026, 11, 21, 23, 10, tzinfo=UTC))
    assert sent(db, asks="emergency_accommodation").response_due == date(2026, 11, 21)


def test_a_month_ends_on_the_last_day_of_a_shorter_one_and_moves_to_the_next_working_day(db):
    """31 January 2027 + 1 month = 28 February, a Sunday, so Monday 1 March."""
    later(db, day=date(2027, 1, 31))
    assert sent(db, asks="own_records").response_due == date(2027, 3, 1)


def test_an_hourly_clock_runs_from_the_moment_of_sending(db):
    """A standard of 30 hours from Monday 09:00 ends on Tuesday 15:00."""
    _standard(db, "Repairs at once", amount=30, unit="hour", kind="housing_association", asks="repairs")
    referral = sent(db)
    assert referral.response_due == date(2026, 11, 24)
    assert "15:00" in referral.due_trace


def test_where_no_standard_is_known_we_ask_after_our_own_time_and_the_agency_is_not_late(db):
    """Five working days after Monday 23 November is Monday 30."""
    referral = sent(db)
    assert (referral.standard, referral.response_due) == (None, None)
    assert referral.due_trace.startswith("No standard is known")
    assert db.scalars(select(Task.due_on)).all() == [date(2026, 11, 30)]


def _standard(db, name, *, amount, unit="working_day", kind=None, asks=None, **more):
    made = ResponseStandard(
        name=name, amount=amount, unit=unit, source="A test", **more,
        agency_kind=make.code(db, "agency_kind", kind) if kind else None,
        request=make.code(db, "request", asks) if asks else None,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def test_the_most_specific_standard_wins(db):
    homes, wanted = make.agency(db), request(db)
    general = _standard(db, "Anybody", amount=1)
    of_kind = _standard(db, "Landlords", amount=9, kind="housing_association")
    of_request = _standard(db, "Repairs", amount=8, asks="repairs")
    own = _standard(db, "Landlords, repairs", amount=30, kind="housing_association", asks="repairs")
    for expected in (own, of_request, of_kind, general):
        assert standard_for(db, homes, wanted, TODAY) is expected
        db.delete(expected)
        db.flush()
    assert standard_for(db, homes, wanted, TODAY) is None


@pytest.mark.parametrize(("day", "in_force"), [
    ("2026-10-31", False), ("2026-11-01", True), ("2026-11-30", True), ("2026-12-01", False),
])  # fmt: skip
def test_a_standard_counts_while_it_is_in_force(db, day, in_force):
    made = _standard(db, "Repairs", amount=8, asks="repairs", valid_from=date(2026, 11, 1), valid_to=date(2026, 11, 30))
    found = standard_for(db, make.agency(db), request(db), date.fromisoformat(day))
    assert found is (made if in_force else None)


def test_of_several_standards_the_answer_that_is_due_first_counts(db):
    """28 days are 20 working days; three weeks of working days (15) are 21 days; one month is longer than both."""
    month = _standard(db, "A", amount=1, unit="month", asks="repairs")
    days = _standard(db, "B", amount=28, unit="day", asks="repairs")
    working = _standard(db, "C", amount=15, asks="repairs")
    hours = _standard(db, "D", amount=100, unit="hour", asks="repairs")
    homes, wanted = make.agency(db), request(db)
    for expected in (hours, working, days, month):
        assert standard_for(db, homes, wanted, TODAY) is expected
        db.delete(expected)
        db.flush()


def test_a_limit_that_binds_the_client_is_no_clock_of_the_agency(db):
    police = make.agency(db, "East station", kind="police", tier="primary")
    found = standard_for(db, police, request(db, "police_complaint"), TODAY)
    assert found.name.endswith("report progress")


# Step by step


STATES = ("draft", "sent", "acknowledged", "responded", "no_response", "withdrawn", "closed")
POSSIBLE = {
    ("draft", "sent"), ("draft", "withdrawn"), ("sent", "acknowledged"), ("sent", "responded"),
    ("sent", "no_response"), ("sent", "withdrawn"), ("acknowledged", "responded"), ("acknowledged", "no_response"),
    ("acknowledged", "withdrawn"), ("no_response", "responded"), ("no_response", "closed"), ("responded", "closed"),
}  # fmt: skip


def _in_state(db, state):
    referral = ready(db) if state in ("draft", "withdrawn") else sent(db)
    roads = {
        "acknowledged": (acknowledge,), "no_response": (no_response,), "withdrawn": (withdraw_referral,),
        "closed": (no_response, close_referral),
    }  # fmt: skip
    if no_response in roads.get(state, ()):
        make.silent(db, referral)
    for step in roads.get(state, ()):
        step(db, referral)
    if state == "responded":
        respond(db, referral, outcome(db, "accepted"), in_writing=True)
    assert referral.status == state
    return referral


@pytest.mark.parametrize("before", STATES)
def test_a_referral_goes_only_where_its_state_leads(db, before):
    referral = _in_state(db, before)
    for after in STATES:
        with db.no_autoflush:
            referral.status = after
            told = [problem.text for problem in guard.problems_of(referral, db)]
        wrong = [one for one in told if "cannot become" in one or "is the end" in one]
        assert (wrong == []) is (before == after or (before, after) in POSSIBLE), (before, after)
        db.expire(referral)


def test_a_wrong_step_tells_the_possible_ones(db):
    referral = _in_state(db, "responded")
    referral.status = "sent"
    assert ("status", "From “Answered” a referral cannot become “Sent”. Possible: Closed.") in make.problems(db)


def test_a_closed_referral_tells_that_a_new_one_is_needed(db):
    referral = _in_state(db, "closed")
    referral.status = "sent"
    assert ("status", "“Closed” is the end of a referral. To ask again, make a new referral.") in make.problems(db)


@pytest.mark.parametrize(("kind", "begins"), [
    ("referral_out", "draft"), ("referral_in", "sent"), ("signpost", "closed"),
])  # fmt: skip
def test_each_kind_begins_in_its_own_state(db, kind, begins):
    case, homes, wanted = make.case(db), make.agency(db), request(db)
    for state in STATES:
        new = Referral(case=case, agency=homes, request=wanted, kind=kind, status=state, sent_on=TODAY)
        with db.no_autoflush:
            db.add(new)
            told = [problem.text for problem in guard.problems_of(new, db)]
        begun = not any(one.startswith("This begins as") for one in told)
        assert begun is (state == begins), state
        db.expunge(new)


def test_a_referral_stays_what_it_is(db):
    referral = ready(db)
    referral.kind = "signpost"
    assert fields(make.problems(db)) == ["kind"]


@pytest.mark.parametrize("kind", ["referral_in", "signpost"])
@pytest.mark.parametrize(("day", "lawful"), [(None, False), (TODAY, True), (TODAY + timedelta(1), False)])
def test_what_came_in_or_was_told_has_its_day(db, kind, day, lawful):
    status = {"referral_in": "sent", "signpost": "closed"}[kind]
    db.add(Referral(
        case=make.case(db), agency=make.agency(db), request=request(db), kind=kind, status=status, sent_on=day,
    ))  # fmt: skip
    assert fields(make.problems(db)) == ([] if lawful else ["sent_on"])


def test_only_a_draft_is_sent(db):
    told = signpost(db, make.case(db), make.agency(db, "Another"), request(db))
    for referral in (sent(db), told):
        with pytest.raises(RuleBroken, match=r"cannot become|is the end"):
            send(db, referral, "email")
    assert len(db.scalars(select(Release)).all()) == 1


def test_only_what_was_sent_is_acknowledged(db):
    with pytest.raises(RuleBroken, match="From “Draft” a referral cannot become “Acknowledged”"):
        acknowledge(db, ready(db))


@pytest.mark.parametrize("name", ["case", "agency", "request", "items", "reason", "sent_on", "consent"])
def test_what_was_sent_stays_as_it_was_sent(db, name):
    referral = sent(db)
    with db.no_autoflush:
        setattr(referral, name, _another(db, referral)[name])
    assert name in fields(make.problems(db))


@pytest.mark.parametrize("name", ["case", "agency", "request", "items", "reason"])
def test_a_draft_may_be_changed(db, name):
    referral = ready(db)
    with db.no_autoflush:
        setattr(referral, name, _another(db, referral)[name])
    assert make.problems(db) == []


def _another(db, referral):
    consent = referral.consent or Consent()
    return {
        "case": make.case(db, referral.case.client, lead=referral.case.lead), "agency": make.agency(db, "Another"),
        "request": request(db, "investigate"), "items": items(db, "incident_dates"), "reason": "Otherwise",
        "sent_on": FRIDAY, "consent": None if referral.consent else consent,
    }  # fmt: skip


def test_what_was_sent_stays_even_when_only_the_key_is_changed(db):
    referral, other = sent(db), make.agency(db, "Another")
    referral.agency_id = other.id
    assert fields(make.problems(db)) == ["agency"]


def test_a_referral_is_never_deleted(db):
    db.delete(ready(db))
    assert [told[:12] for _, told in make.problems(db)] == ["Not deleted:"]


# What comes back


def test_an_answer_is_recorded_and_its_task_is_done(db):
    referral = sent(db)
    respond(
        db,
        referral,
        outcome(db, "refused_reason_given"),
        in_writing=False,
        refusal_reason=make.code(db, "refusal_reason", "not_our_area"),
    )
    assert (referral.status, referral.responded_on, referral.in_writing) == ("responded", TODAY, False)
    assert db.scalars(select(Task.done_on).order_by(Task.id)).all() == [TODAY, None]


def test_an_answer_ticks_off_its_own_task_only(db):
    first = sent(db)
    make.consent(db, first.case.client, first.agency, purposes=("investigate",))
    second = send(db, make.referral(db, first.case, first.agency, request="investigate"), "email")
    respond(db, second, outcome(db, "accepted"), in_writing=True)
    done = dict(db.execute(select(Task.what, Task.done_on)).all())
    assert done == {
        "Answer due from Marsh Lane Homes: Repair damage or make the home safe": None,
        "Answer due from Marsh Lane Homes: Investigate what happened": TODAY,
        TELL: None,
    }


@pytest.mark.parametrize(("short", "reason", "lawful"), [
    ("refused_reason_given", "not_our_area", True),
    ("refused_reason_given", None, False),
    ("refused_no_reason", None, True),
    ("refused_no_reason", "not_our_area", False),
    ("accepted", "not_our_area", False),
])  # fmt: skip
def test_refused_with_and_without_a_reason_are_told_apart(db, short, reason, lawful):
    referral = sent(db)
    given = make.code(db, "refusal_reason", reason) if reason else None
    if lawful:
        respond(db, referral, outcome(db, short), refusal_reason=given, in_writing=True)
        return
    with pytest.raises(RuleBroken) as broken:
        respond(db, referral, outcome(db, short), refusal_reason=given, in_writing=True)
    assert [one.field for one in broken.value.problems] == ["refusal_reason"]


def test_the_question_about_the_reason_is_asked_in_the_offices_words(db):
    with pytest.raises(RuleBroken, match=r"Was a reason given\? Choose the reason, or “Refused, no reason given”\."):
        respond(db, sent(db), outcome(db, "refused_reason_given"), in_writing=True)


@pytest.mark.parametrize("missing", ["outcome", "responded_on", "in_writing"])
def test_an_answer_says_what_when_and_whether_in_writing(db, missing):
    referral = sent(db)
    respond(db, referral, outcome(db, "accepted"), in_writing=True)
    setattr(referral, missing, None)
    assert fields(make.problems(db)) == [missing]


def test_closing_does_not_lose_the_answer(db):
    referral = close_referral(db, _in_state(db, "responded"))
    referral.in_writing = None
    assert fields(make.problems(db)) == ["in_writing"]


def test_no_response_is_not_an_answer(db):
    with pytest.raises(RuleBroken, match="Say what the agency answered"):
        respond(db, sent(db), outcome(db, "no_response"), in_writing=True)


def test_days_typed_into_the_form_move_the_referral_on(db):
    referral = sent(db, asks="complaint_stage1")
    referral.acknowledged_on = TODAY
    assert make.problems(db) == []
    assert referral.status == "acknowledged"
    assert referral.response_due == date(2026, 12, 7)  # ten working days after Monday 23 November
    referral.outcome, referral.responded_on, referral.in_writing = outcome(db, "accepted"), TODAY, True
    assert make.problems(db) == []
    assert referral.status == "responded"


def test_an_answer_after_no_response_is_an_answer(db):
    referral = _in_state(db, "no_response")
    answered = acting(db).today
    referral.outcome, referral.responded_on, referral.in_writing = outcome(db, "accepted"), answered, True
    assert make.problems(db) == []
    assert referral.status == "responded"


@pytest.mark.parametrize("name", ["acknowledged_on", "responded_on"])
@pytest.mark.parametrize(("day", "lawful"), [
    ("2026-11-22", False), ("2026-11-23", True), ("2026-11-24", True), ("2026-11-25", False),
])  # fmt: skip
def test_an_answer_comes_between_sending_and_today(db, name, day, lawful):
    referral = sent(db)
    later(db, day=date(2026, 11, 24))
    with db.no_autoflush:
        setattr(referral, name, date.fromisoformat(day))
        if name == "responded_on":
            referral.outcome, referral.in_writing = outcome(db, "accepted"), True
    assert fields(make.problems(db)) == ([] if lawful else [name])


def test_a_draft_has_no_answer(db):
    for name, value in (("outcome", outcome(db, "accepted")), ("responded_on", TODAY), ("acknowledged_on", TODAY)):
        referral = make.referral(db, make.case(db), make.agency(db, name))
        setattr(referral, name, value)
        assert fields(make.problems(db)) == ["outcome"], name
        db.expire(referral)


def test_an_outcome_without_its_day_is_not_saved(db):
    referral = sent(db)
    referral.outcome = outcome(db, "accepted")
    assert fields(make.problems(db)) == ["responded_on"]


def test_acknowledged_has_its_day(db):
    referral = sent(db)
    referral.status = "acknowledged"
    assert fields(make.problems(db)) == ["acknowledged_on"]


@pytest.mark.parametrize(("day", "lawful"), [("2026-11-30", False), ("2026-12-01", True)])
def test_silence_is_recorded_once_the_agencys_time_is_over(db, day, lawful):
    referral = sent(db, asks="complaint_stage1")  # due Monday 30 November
    for chased in (date(2026, 11, 26), date(2026, 11, 27)):
        make.chased(db, referral, later(db, day=chased).now)
    later(db, day=date.fromisoformat(day))
    if not lawful:
        with pytest.raises(RuleBroken, match="The answer is due by 30 November 2026"):
            no_response(db, referral)
        return
    no_response(db, referral)
    assert (referral.status, referral.outcome.code) == ("no_response", "no_response")
    assert db.scalars(select(Task.done_on).order_by(Task.id)).all() == [date(2026, 12, 1), None]


def test_a_sent_referral_that_is_withdrawn_stays_in_the_record_of_what_left(db):
    referral = withdraw_referral(db, sent(db))
    assert referral.status == "withdrawn"
    assert db.scalars(select(Release.referral_id)).all() == [referral.id]
    assert db.scalars(select(Task.done_on)).all() == [TODAY]


def test_each_action_saves_what_it_did(db):
    with db.no_autoflush:
        referral = ready(db)
        for step in (
            lambda: send(db, referral, "email"),
            lambda: acknowledge(db, referral),
            lambda: respond(db, referral, outcome(db, "accepted"), in_writing=True),
            lambda: close_referral(db, referral),
            lambda: _never_answered(
                db, send(db, draft(db, referral.case, referral.agency, referral.request, referral.items), "email")
            ),
            lambda: withdraw_referral(db, draft(db, referral.case, referral.agency, referral.request, referral.items)),
            lambda: signpost(db, referral.case, referral.agency, referral.request),
        ):
            step()
            assert not db.new
            assert not db.dirty


def _never_answered(db, referral):
    make.silent(db, referral)
    return no_response(db, referral)


# Signposts


def test_a_signpost_sends_nothing_needs_no_consent_and_is_closed_at_once(db):
    case, homes = make.case(db), make.agency(db)
    told = signpost(db, case, homes, request(db), "They want to ask themselves")
    assert (told.kind, told.status, told.sent_on, told.consent) == ("signpost", "closed", TODAY, None)
    assert db.scalars(select(Release)).all() == db.scalars(select(Task)).all() == []


# No way around


def test_setting_the_state_alone_sends_nothing(db):
    referral = ready(db)
    (consent,) = db.scalars(select(Consent))
    referral.status, referral.sent_on, referral.consent = "sent", TODAY, consent
    assert make.problems(db) == [
        ("status", "Send it with the Refer action, which asks for permission and records what leaves.")
    ]


@pytest.mark.parametrize("wrong", [None, "consent", "day", "referral"])
def test_the_record_of_what_leaves_must_be_that_of_this_referral(db, wrong):
    referral = ready(db)
    (consent,) = db.scalars(select(Consent))
    another = make.consent(db, referral.case.client, referral.agency)
    with db.no_autoflush:
        referral.status, referral.sent_on, referral.consent = "sent", TODAY, consent
        db.add(Release(
            at=make.NOW - timedelta(days=wrong == "day"), client=referral.case.client, agency=referral.agency,
            consent=another if wrong == "consent" else consent, referral=None if wrong == "referral" else referral,
            channel="email", items="Name",
        ))  # fmt: skip
    assert fields(make.problems(db)) == ([] if wrong is None else ["status"])


def test_a_record_written_ahead_does_not_let_more_leave_than_was_agreed(db):
    """The record fits what the draft held then; the draft is widened before its state is set."""
    referral = ready(db)
    consent = db.scalars(select(Consent)).one()
    db.add(
        Release(
            at=make.NOW,
            client=referral.case.client,
            agency=referral.agency,
            consent=consent,
            referral=referral,
            channel="email",
            items="Name",
        )
    )
    assert make.problems(db) == []
    with db.no_autoflush:
        referral.items = items(db, "name", "health")
        referral.status, referral.sent_on, referral.consent = "sent", TODAY, consent
    (problem,) = make.problems(db)
    assert problem[0] == "items"
    assert "does not name: Health" in problem[1]


def _sent_out(db):
    """Every referral that has left, with its consent, straight from the tables."""
    return (
        db.execute(
            text(
                "SELECT r.id, r.sent_on, r.agency_id, r.request_id, ca.client_id AS whose, co.client_id AS giver,"
                " co.kind, co.agency_id AS named, co.agency_kind_id AS named_kind, a.kind_id, co.given_on,"
                " co.expires_on,"
                " co.withdrawn_on, co.case_id AS only_case, r.case_id, co.id AS consent_id,"
                " (SELECT count(*) FROM releases x WHERE x.referral_id = r.id AND x.consent_id = co.id"
                "  AND x.agency_id = r.agency_id AND x.client_id = ca.client_id) AS releases"
                " FROM referrals r JOIN cases ca ON ca.id = r.case_id JOIN agencies a ON a.id = r.agency_id"
                " LEFT JOIN consents co ON co.id = r.consent_id"
                " WHERE r.kind = 'referral_out' AND r.status NOT IN ('draft', 'withdrawn')"
            )
        )
        .mappings()
        .all()
    )


def _links(db, table, key, owner):
    other = {"consent_purposes": "code_id", "consent_scopes": "code_id", "referral_items": "code_id"}[table]
    return set(db.execute(text(f"SELECT {other} FROM {table} WHERE {key} = :owner"), {"owner": owner}).scalars())


def _is_lawful(db, row, *, just_sent):
    day = str(row["sent_on"])
    return (
        row["consent_id"] is not None
        and row["releases"] >= 1
        and row["whose"] == row["giver"]
        and str(row["given_on"]) <= day <= str(row["expires_on"])
        and (row["named"] == row["agency_id"] if row["kind"] == "share_agency" else row["named_kind"] == row["kind_id"])
        and row["kind"] in ("share_agency", "share_agency_kind")
        and row["only_case"] in (None, row["case_id"])
        and (not just_sent or row["withdrawn_on"] is None)
        and row["request_id"] in _links(db, "consent_purposes", "consent_id", row["consent_id"])
        and _links(db, "referral_items", "referral_id", row["id"])
        <= _links(db, "consent_scopes", "consent_id", row["consent_id"])
    )


def test_no_way_of_saving_ends_with_something_sent_without_a_consent_and_its_record(db):
    """Random edits, links by row and by key, hand-made releases, withdrawals and the Refer action itself."""
    draw = random.Random(20261123)
    left = set()
    for _ in range(12):
        world = _world(db, draw)
        for _ in range(30):
            change = draw.choice(_CHANGES)
            try:
                with db.begin_nested(), db.no_autoflush:
                    change(db, draw, world)
            except (RuleBroken, IntegrityError):
                pass
            for row in _sent_out(db):
                if row["id"] not in left:
                    assert _is_lawful(db, row, just_sent=True), (change.__name__, dict(row))
                    left.add(row["id"])
        for row in _sent_out(db):
            assert _is_lawful(db, row, just_sent=False), dict(row)
    assert len(left) >= 10  # lawful ways through were found too


def _world(db, draw):
    cases = [make.case(db), make.case(db)]
    agencies = [make.agency(db, f"Agency {draw.random()}") for _ in range(2)]
    world = {"cases": cases, "agencies": agencies, "clients": [one.client for one in cases], "consents": []}
    world["requests"] = [request(db, short) for short in ("repairs", "investigate")]
    world["items"] = items(db, "name", "address")
    for _ in range(4):
        _agree(db, draw, world)
    world["referrals"] = [make.referral(db, draw.choice(cases), draw.choice(agencies)) for _ in range(4)]
    return world


def _agree(db, draw, world):
    client = draw.choice(world["clients"])
    to = draw.choice((*world["agencies"], None))
    given = TODAY - timedelta(days=draw.choice((0, 3, 30)))
    consent = Consent(
        client=client, kind="share_agency" if to else "share_agency_kind", agency=to, method="signed",
        agency_kind=None if to else world["agencies"][0].kind,
        purposes=draw.sample(world["requests"], draw.randint(1, 2)),
        scope=draw.sample(world["items"], draw.randint(1, 2)),
        given_on=given, expires_on=given + timedelta(days=draw.choice((2, 60))),
    )  # fmt: skip
    db.add(consent)
    db.flush()
    world["consents"].append(consent)


def _take_back(db, draw, world):
    withdraw(db, draw.choice(world["consents"]))


def _widen(_db, draw, world):
    consent = draw.choice(world["consents"])
    consent.scope, consent.expires_on = list(world["items"]), TODAY + timedelta(days=99)


def _narrow(_db, draw, world):
    consent = draw.choice(world["consents"])
    consent.scope, consent.purposes = world["items"][:1], world["requests"][:1]


def _use_the_action(db, draw, world):
    send(db, draw.choice(world["referrals"]), "email", on=draw.choice((None, None, TODAY - timedelta(days=5))))


def _force(db, draw, world):
    """Set what the action would set, by hand, right or wrong, with or without a release."""
    referral, consent = draw.choice(world["referrals"]), draw.choice(world["consents"])
    referral.status, referral.sent_on = "sent", draw.choice((TODAY, TODAY, TODAY - timedelta(days=9)))
    if draw.random() < 0.5:
        referral.consent = consent
    else:
        referral.consent_id = consent.id
    if draw.random() < 0.8:
        db.add(Release(
            at=make.NOW, client=draw.choice((consent.client, referral.case.client)), consent=consent,
            agency=referral.agency, referral=referral, channel="email", items="Name",
        ))  # fmt: skip


def _edit(_db, draw, world):
    referral = draw.choice(world["referrals"])
    name, value = draw.choice((
        ("agency", draw.choice(world["agencies"])), ("agency_id", draw.choice(world["agencies"]).id),
        ("case", draw.choice(world["cases"])), ("case_id", draw.choice(world["cases"]).id),
        ("request", draw.choice(world["requests"])), ("items", draw.sample(world["items"], draw.randint(0, 2))),
        ("kind", draw.choice(("signpost", "referral_out"))), ("sent_on", TODAY - timedelta(days=40)),
        ("consent", draw.choice(world["consents"])), ("consent_id", draw.choice(world["consents"]).id),
        ("status", draw.choice(STATES)), ("acknowledged_on", TODAY), ("responded_on", TODAY),
    ))  # fmt: skip
    setattr(referral, name, value)


def _make_one(db, draw, world):
    status = draw.choice(STATES)
    db.add(Referral(
        case=draw.choice(world["cases"]), agency=draw.choice(world["agencies"]), request=world["requests"][0],
        items=world["items"][:1], kind=draw.choice(("referral_out", "referral_in")), status=status,
        sent_on=TODAY, consent=draw.choice((None, *world["consents"])),
    ))  # fmt: skip


def _another_draft(db, draw, world):
    world["referrals"].append(make.referral(db, draw.choice(world["cases"]), draw.choice(world["agencies"])))


def _swap_client(_db, draw, world):
    draw.choice(world["cases"]).client = draw.choice(world["clients"])


def _move_consent(_db, draw, world):
    consent = draw.choice(world["consents"])
    consent.client_id = draw.choice(world["clients"]).id


_CHANGES = (_agree, _take_back, _widen, _narrow, *[_use_the_action] * 3, *[_force] * 3, *[_edit] * 3, _make_one,
            _another_draft, _swap_client, _move_consent)  # fmt: skip


# Which agencies are suggested


def names(suggestions):
    return [one.agency.name for one in suggestions]


def test_agencies_are_suggested_by_kind_and_area_with_the_reason(db):
    case = make.case(db)  # Tower Hamlets
    make.agency(db, "Everywhere Homes")
    make.agency(db, "Marsh Lane Homes", areas=("Tower Hamlets", "Newham"))
    make.agency(db, "Croydon Homes", areas=("Croydon",))
    make.agency(db, "Old Homes", areas=("Tower Hamlets",), active=False)
    make.agency(db, "Northbrook Council, housing", kind="la_housing", areas=("Tower Hamlets",))
    make.agency(db, "East station", kind="police", areas=("Tower Hamlets",))
    found = suggest_agencies(db, case, request(db, "repairs"))
    assert [(one.agency.name, one.why) for one in found] == [
        ("Northbrook Council, housing", "Council housing; covers Tower Hamlets"),
        ("Marsh Lane Homes", "Housing association; covers Tower Hamlets"),
        ("Everywhere Homes", "Housing association; works everywhere"),
    ]


def test_a_caller_from_elsewhere_is_shown_those_who_help_in_their_borough(db):
    enquiry = make.case(db, make.client(db, area=make.area(db, "Croydon")), status="enquiry")
    make.agency(db, "Croydon Homes", areas=("Croydon",))
    make.agency(db, "Croydon Advice", kind="advice_agency", areas=("Croydon",))
    make.agency(db, "Brixton Advice", kind="advice_agency", areas=("Lambeth",))
    assert names(suggest_agencies(db, enquiry, request(db, "repairs"))) == ["Croydon Homes", "Croydon Advice"]


def test_inside_our_area_advice_agencies_are_not_suggested_for_repairs(db):
    case = make.case(db)
    make.agency(db, "East Advice", kind="advice_agency", areas=("Tower Hamlets",))
    assert suggest_agencies(db, case, request(db, "repairs")) == []


def test_the_clients_borough_counts_where_the_case_names_none(db):
    case = make.case(db, make.client(db), status="enquiry", area=None)
    make.agency(db, "Marsh Lane Homes", areas=("Tower Hamlets",))
    make.agency(db, "Croydon Homes", areas=("Croydon",))
    assert names(suggest_agencies(db, case, request(db))) == ["Marsh Lane Homes"]


def test_where_no_borough_is_known_the_reason_says_so(db):
    case = make.case(db, make.client(db, area=None), status="enquiry", area=None)
    make.agency(db, "Croydon Homes", areas=("Croydon",))
    (found,) = suggest_agencies(db, case, request(db))
    assert found.why == "Housing association; the borough is not known yet, so ask whether they cover it"


def test_a_request_that_anybody_may_get_suggests_every_kind(db):
    case = make.case(db)
    make.agency(db, "East station", kind="police")
    make.agency(db, "Marsh Lane Homes")
    assert names(suggest_agencies(db, case, request(db, "own_records"))) == ["East station", "Marsh Lane Homes"]


def test_the_table_of_fitting_kinds_names_only_words_of_the_office(db):
    known = {(one.list, one.code) for one in db.scalars(select(Code))}
    named = {("request", wanted) for wanted, _ in FITTING_KINDS}
    named |= {("agency_kind", kind) for _, kinds in FITTING_KINDS for kind in kinds}
    assert named <= known
    assert len({wanted for wanted, _ in FITTING_KINDS}) == len(FITTING_KINDS)


def test_the_module_offers_what_the_screens_use():
    assert all(callable(getattr(referrals, name)) for name in referrals.__all__)
