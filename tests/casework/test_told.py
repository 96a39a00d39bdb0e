"""The client hears from us what an agency answered, or that it did not."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework import tasks
from casework.referrals import no_response, respond, send
from casework.told import tell_client
from models import Task
from tests import make

TODAY = make.TODAY


def sent(db, **more):
    case, agency = make.case(db), make.agency(db)
    make.consent(db, case.client, agency, purposes=("complaint_stage1",))
    return send(db, make.referral(db, case, agency, request="complaint_stage1", **more), "letter")


def answered(db, **more):
    return respond(db, sent(db, **more), make.code(db, "outcome", "accepted"), in_writing=True)


def waiting(db, referral):
    return [(one.what, one.due_on, one.owner) for one in tasks.waiting_for(db, "referral", referral)]


def test_an_answer_leaves_the_task_of_telling_the_client_within_two_working_days(db):
    referral = answered(db)
    lead = referral.case.lead
    assert waiting(db, referral) == [("Tell the client: Marsh Lane Homes answered", date(2026, 11, 25), lead)]
    trace = db.scalars(select(Task.trace).where(Task.done_on.is_(None))).one()
    assert trace.startswith("The client hears from us what an agency answered.")
    assert trace.endswith("Due Wednesday 25 November 2026.")
    tell_client(db, referral)
    assert (referral.client_told_on, waiting(db, referral)) == (TODAY, [])


def test_silence_is_told_as_well_and_an_answer_after_it_is_told_anew(db):
    referral = sent(db)
    make.silent(db, referral)
    no_response(db, referral)
    assert [what for what, _day, _who in waiting(db, referral)] == [
        "Tell the client: Marsh Lane Homes has not answered"
    ]
    tell_client(db, referral)
    respond(db, referral, make.code(db, "outcome", "accepted"), in_writing=True)
    assert referral.client_told_on is None
    assert [what for what, _day, _who in waiting(db, referral)] == ["Tell the client: Marsh Lane Homes answered"]


def test_what_others_ask_of_us_leaves_no_such_task(db):
    case, agency = make.case(db), make.agency(db)
    came = make.referral(db, case, agency, kind="referral_in", status="sent", sent_on=TODAY, items=())
    respond(db, came, make.code(db, "outcome", "accepted"), in_writing=True)
    assert waiting(db, came) == []


@pytest.mark.parametrize(("day", "lawful"), [
    ("2026-11-22", False), ("2026-11-23", True), ("2026-11-24", False),
])  # fmt: skip
def test_the_client_is_told_after_the_answer_and_by_today(db, day, lawful):
    referral = answered(db)
    referral.client_told_on = date.fromisoformat(day)
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["client_told_on"])


def test_nobody_is_told_of_an_answer_that_has_not_come(db):
    referral = sent(db)
    referral.client_told_on = TODAY
    told = "There is no answer yet of which the client could be told. Record it first."
    assert make.problems(db) == [("client_told_on", told)]


def test_what_the_client_asked_for_stays_as_it_was_sent(db):
    referral = sent(db, instruction="Ask them why nobody came.")
    referral.instruction = "Something else"
    assert [field for field, _text in make.problems(db)] == ["instruction"]
