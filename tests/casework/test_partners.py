"""Work with partners: what they send us, what we answer and under which permission."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text

from casework.partners import answer_partner, came_to_us, decide_without_telling, joint_log
from casework.problems import RuleBroken
from casework.referrals import send, signpost
from models import AuditEntry, Consent, Release, Task
from tests import make


def came(db, **more):
    case = more.pop("case", None) or make.case(db)
    partner = make.agency(db, "Migrant Centre", kind="community_partner", tier="community")
    items = [make.code(db, "data_scope", "name")]
    return came_to_us(db, case, partner, make.code(db, "request", "other"), items, on=make.TODAY, **more)


def accepted(db):
    return make.code(db, "outcome", "accepted")


def test_what_a_partner_sends_is_sent_to_us_and_answering_is_a_task(db):
    """Letters are answered within ten working days: Monday 7 December."""
    made = came(db)
    assert (made.kind, made.status, made.consent, made.sent_on) == ("referral_in", "sent", None, make.TODAY)
    (task,) = db.scalars(select(Task)).all()
    assert (task.what, task.due_on, task.kind) == ("Answer Migrant Centre: Something else", date(2026, 12, 7), "letter")


def test_an_answer_to_a_partner_needs_a_permission_for_them(db):
    made = came(db)
    with pytest.raises(RuleBroken, match="No active permission from Rehana Begum covers Migrant Centre"):
        answer_partner(db, made, accepted(db), "email")
    db.rollback()
    assert db.scalars(select(Release)).all() == []


def test_with_a_permission_the_answer_goes_and_is_written_down_as_having_left(db):
    made = came(db)
    make.consent(db, made.case.client, made.agency, purposes=("other",), scope=("name",))
    answer_partner(db, made, accepted(db), "email")
    (release,) = db.scalars(select(Release)).all()
    assert (release.referral, release.agency, release.channel, release.items) == (made, made.agency, "email", "Name")
    assert (made.status, made.in_writing) == ("responded", True)
    assert db.scalars(select(AuditEntry).where(AuditEntry.action == "released")).one().row_id == release.id
    assert [one.done_on for one in db.scalars(select(Task))] == [make.TODAY]


def test_a_permission_without_the_items_is_not_enough(db):
    made = came(db)
    make.consent(db, made.case.client, made.agency, purposes=("other",), scope=("incident_dates",))
    with pytest.raises(RuleBroken, match="does not name: Name"):
        answer_partner(db, made, accepted(db), "email")


def test_what_we_do_may_be_written_down_without_telling_them(db):
    made = came(db)
    decide_without_telling(db, made, accepted(db))
    assert made.status == "responded"
    assert db.scalars(select(Release)).all() == []


def test_the_joint_log_holds_both_directions_newest_first_and_no_draft(db):
    first = came(db)
    partner, case = first.agency, first.case
    make.consent(db, case.client, partner, purposes=("counselling",), scope=("name",))
    out = send(db, make.referral(db, case, partner, request="counselling"), "letter")
    told = signpost(db, case, partner, make.code(db, "request", "counselling"))
    make.referral(db, case, partner)
    make.referral(db, case, make.agency(db))
    assert joint_log(db, partner) == [told, out, first]


def test_a_withdrawal_that_somebody_else_saves_meanwhile_stops_the_answer(db):
    made = came(db)
    consent = make.consent(db, made.case.client, made.agency, purposes=("other",), scope=("name",))
    db.execute(text("UPDATE consents SET withdrawn_on = '2026-11-23'"))
    assert db.get(Consent, consent.id).withdrawn_on is None  # as it was read before
    with pytest.raises(RuleBroken, match="was withdrawn"):
        answer_partner(db, made, accepted(db), "email")
