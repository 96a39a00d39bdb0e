"""Chasing an agency: what it needs, what it leaves, and when silence may be written down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from casework import tasks
from casework.chases import chase
from casework.consent import withdraw
from casework.problems import RuleBroken
from casework.referrals import no_response, respond, send, signpost
from models import Consent, ReferralChase, Release, Task
from tests import make

MONDAY, TUESDAY = datetime(2026, 12, 7, 9, tzinfo=UTC), datetime(2026, 12, 8, 9, tzinfo=UTC)


def sent(db, asks="complaint_stage1"):
    """A complaint to a landlord, sent Monday 23 November: acknowledged by Monday 30 November."""
    case, agency = make.case(db), make.agency(db)
    make.consent(db, case.client, agency, purposes=(asks,))
    return send(db, make.referral(db, case, agency, request=asks), "letter")


def at(db, moment):
    make.act_as(db, "system", now=moment)


def open_tasks(db):
    return [(one.what, one.due_on) for one in db.scalars(select(Task).where(Task.done_on.is_(None)))]


def test_a_chase_is_kept_with_its_moment_and_asks_again_after_the_offices_days(db):
    """Five working days after Monday 7 December is Monday 14."""
    referral = sent(db)
    at(db, MONDAY)
    made = chase(db, referral, "email", note="They will look.")
    assert (made.at, made.medium, made.chased_by, made.note) == (MONDAY, "email", referral.case.lead, "They will look.")
    what = "Answer due from Marsh Lane Homes: Complaint, first stage (chased 1 time)"
    assert open_tasks(db) == [(what, date(2026, 12, 14))]
    (waiting,) = tasks.waiting_for(db, "referral", referral)
    assert (waiting.kind, waiting.owner) == ("answer", referral.case.lead)
    assert waiting.trace.startswith("Agency chased every: 5 working days.")


def test_a_chase_before_the_day_of_the_answer_does_not_move_the_day_forward(db):
    referral = sent(db, "information_request")  # due after 20 working days, Monday 21 December
    at(db, datetime(2026, 11, 25, 9, tzinfo=UTC))
    chase(db, referral)
    assert [day for _what, day in open_tasks(db)] == [date(2026, 12, 21)] == [referral.response_due]


@pytest.mark.parametrize(
    ("chased", "told"),
    [
        ((), "Chase twice, on different days, before recording no response (0 so far)."),
        ((MONDAY,), "(1 so far)"),
        ((MONDAY, MONDAY + timedelta(hours=3)), "(1 so far)"),
        ((MONDAY, TUESDAY), ""),
    ],
    ids=["never", "once", "twice on one day", "on two days"],
)
def test_no_response_needs_two_chases_on_different_days(db, chased, told):
    referral = sent(db)
    for moment in chased:
        at(db, moment)
        chase(db, referral)
    at(db, TUESDAY + timedelta(hours=1))
    if told:
        with pytest.raises(RuleBroken) as broken:
            no_response(db, referral)
        assert told in str(broken.value)
        return
    assert no_response(db, referral).outcome.code == "no_response"


def test_a_day_is_londons_day(db):
    """Half past midnight in July is another day in London than it is in UTC."""
    make.act_as(db, "system", now=datetime(2026, 7, 1, 9, tzinfo=UTC))
    case, agency = make.case(db, first_contact_at=datetime(2026, 6, 30, 9, tzinfo=UTC)), make.agency(db)
    make.consent(db, case.client, agency, given_on=date(2026, 6, 30))
    referral = send(db, make.referral(db, case, agency), "letter")
    for moment in (datetime(2026, 7, 10, 12, tzinfo=UTC), datetime(2026, 7, 10, 23, 30, tzinfo=UTC)):
        at(db, moment)
        chase(db, referral)
    assert no_response(db, referral).status == "no_response"


def test_two_chases_do_not_help_while_the_agency_still_has_time(db):
    referral = sent(db)
    for day in (24, 25):
        at(db, datetime(2026, 11, day, 9, tzinfo=UTC))
        chase(db, referral)
    with pytest.raises(RuleBroken, match="due by 30 November 2026"):
        no_response(db, referral)


def test_the_number_of_chases_is_the_offices_to_choose(db):
    make.setting(db, "chases_before_no_response", "3")
    referral = sent(db)
    for moment in (MONDAY, TUESDAY):
        at(db, moment)
        chase(db, referral)
    with pytest.raises(RuleBroken, match=r"Chase 3 times, on different days.*\(2 so far\)"):
        no_response(db, referral)


def test_a_chase_speaks_of_somebody_so_it_needs_a_live_permission(db):
    referral = sent(db)
    at(db, MONDAY)
    withdraw(db, db.scalars(select(Consent)).one())
    with pytest.raises(RuleBroken, match="was withdrawn on 7 December 2026"):
        chase(db, referral)
    db.rollback()
    assert db.scalars(select(ReferralChase)).all() == []


def test_a_new_permission_lets_the_chase_through_and_nothing_more_leaves_with_it(db):
    referral = sent(db)
    at(db, MONDAY)
    withdraw(db, db.scalars(select(Consent)).one())
    make.consent(db, referral.case.client, referral.agency, purposes=("complaint_stage1",), given_on=MONDAY.date())
    before = len(db.scalars(select(Release)).all())
    chase(db, referral)
    assert len(db.scalars(select(Release)).all()) == before


@pytest.mark.parametrize(("moment", "lawful"), [
    (datetime(2026, 11, 22, 12, tzinfo=UTC), False), (datetime(2026, 11, 23, 0, tzinfo=UTC), True),
    (MONDAY, True), (MONDAY + timedelta(minutes=1), False),
])  # fmt: skip
def test_a_chase_lies_between_sending_and_now(db, moment, lawful):
    referral = sent(db)
    at(db, MONDAY)
    db.add(ReferralChase(referral=referral, at=moment, medium="phone"))
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["at"])


def test_nobody_is_chased_who_owes_nothing(db):
    referral = sent(db)
    respond(db, referral, make.code(db, "outcome", "accepted"), in_writing=True)
    with pytest.raises(RuleBroken, match="Nobody owes an answer here"):
        chase(db, referral)


def test_a_signpost_is_not_chased(db):
    case, agency = make.case(db), make.agency(db)
    told = signpost(db, case, agency, make.code(db, "request", "repairs"))
    with pytest.raises(RuleBroken, match="Nobody owes an answer here"):
        chase(db, told)


def test_silence_may_be_chased_further(db):
    referral = sent(db)
    make.silent(db, referral)
    no_response(db, referral)
    assert chase(db, referral).referral is referral


def test_a_chase_stays_as_it_was_written(db):
    referral = sent(db)
    at(db, MONDAY)
    made = chase(db, referral)
    db.commit()
    made.note = "Something else"
    assert "stays as it was written" in make.problems(db)[0][1]
    db.rollback()
    db.delete(made)
    assert "stays on file" in make.problems(db)[0][1]


def test_a_withdrawal_that_somebody_else_saves_meanwhile_stops_the_chase(db):
    referral = sent(db)
    consent = db.scalars(select(Consent)).one()
    at(db, MONDAY)
    db.execute(text("UPDATE consents SET withdrawn_on = '2026-12-01'"))
    assert consent.withdrawn_on is None  # as it was read before
    with pytest.raises(RuleBroken, match="was withdrawn"):
        chase(db, referral)
