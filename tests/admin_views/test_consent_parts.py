"""What the page of a case is given of consent: the card beside the timeline, and the entries in it."""

from __future__ import annotations

from datetime import date

import pytest

from admin_views.consent_parts import consent_card, consent_entries
from admin_views.db import db as keeper
from casework.context import Acting, set_acting
from models import Case, Release
from tests import make


@pytest.fixture
def shown(site):
    """Give (card, entries) of a case for a caseworker who leads it, after `change` was made to it."""

    def show(change=None):
        with site.db() as db:
            case = db.get_one(Case, site.office["case", "own"])
            if change is not None:
                change(db, case)
            db.commit()
            who = Acting(now=make.NOW, role="caseworker", username="amina", user_id=1, worker_id=case.lead_id,
                         team_id=case.team_id)  # fmt: skip
        with site.app.test_request_context():
            set_acting(keeper.session, who)
            mine = keeper.session.get_one(Case, site.office["case", "own"])
            return consent_card("caseworker", mine), sorted(consent_entries("caseworker", mine), key=lambda one: one.at)

    return show


def lines(card):
    return {one.text: (one.badge.text, one.badge.state, one.second) for one in card.lines}


def test_the_card_says_of_each_agency_whether_it_may_be_told_and_until_when(shown):
    def change(db, case):
        police = make.agency(db, "Eastgate Police", kind="police", tier="primary")
        make.consent(db, case.client, police, method="verbal_witnessed", scope=("incident_dates",))
        shelter = make.agency(db, "Night Shelter", kind="emergency_accommodation")
        make.consent(db, case.client, shelter, withdrawn_on=make.TODAY)
        old = make.agency(db, "Old Landlord")
        make.consent(db, case.client, old, given_on=date(2025, 1, 1), expires_on=date(2026, 1, 1))
        make.referral(db, case, make.agency(db, "Northbrook children's services", kind="la_childrens_services"))

    card, _entries = shown(change)
    assert lines(card) == {
        "Marsh Lane Homes": ("Signed", "ok", "Name, dates of incidents, until 14 Oct 2027"),
        "Eastgate Police": ("Spoken", "ok", "Dates of incidents, until 14 Oct 2027"),
        "Night Shelter": ("Withdrawn", "late", "Since 23 Nov 2026"),
        "Old Landlord": ("Expired", "late", "On 1 Jan 2026"),
        "Northbrook children's services": ("Not given", "late", ""),
    }
    assert [one.text for one in card.lines][:2] == ["Eastgate Police", "Marsh Lane Homes"]  # in force first
    starts = {one.text: [link.text for link in one.links] for one in card.lines}
    assert starts["Marsh Lane Homes"] == ["Refer"]
    assert starts["Night Shelter"] == []
    assert starts["Northbrook children's services"] == ["Record consent"]


def test_the_timeline_tells_when_it_was_agreed_and_taken_back(shown, site):
    def change(db, case):
        db.get_one(Release, site.office["release", "own"]).consent.withdrawn_on = make.TODAY

    _card, entries = shown(change)
    told = [(one.title, one.with_whom) for one in entries]
    assert told == [("Consent signed", "Marsh Lane Homes"), ("Consent withdrawn", "Marsh Lane Homes")]


def test_a_case_without_a_client_has_no_card_and_no_entries():
    assert consent_card("caseworker", Case()) is None
    assert list(consent_entries("caseworker", Case())) == []
