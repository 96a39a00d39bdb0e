"""Story 2, its first half: a mother and two children without public funds, put out on a Saturday night.

Source: migrant families statement. The night's call stands on top on Monday; the council's children's services are
asked with her permission, after the Home Office warning; they refuse at the desk, and give no reason.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models import Case, CaseNote, Client, Referral, Release
from tests import make
from tests.browser.axe import barriers

MOTHER, COUNCIL = "Adwoa Mensah", "Eastmere Council children's services"
ASKED = "Assessment of a child in need (section 17)"


def write_down_the_night(amina) -> None:
    amina.follow("New enquiry")
    amina.type_into("Name or alias", MOTHER)
    amina.type_into("One way to reach them", "07700 900163")
    amina.pick("Safe ways to contact", "Any way")
    amina.type_into("What happened", "The lock was changed. She is at a bus station with both children.")
    amina.choose("Borough", "Newham")
    amina.pick("How they reached us", "Emergency helpline")
    amina.when("When they rang", "21 Nov 2026", "23:10")
    amina.tick("Urgent: tonight, or danger at home")
    amina.push("Save enquiry")


def ask_the_council(amina, key: int) -> None:
    amina.open(f"/caseworker/case/details/?id={key}")
    amina.follow("Refer")
    amina.choose("Request", ASKED)
    amina.push("Show agencies")
    amina.pick("Agency", f"{COUNCIL}: Children's services; covers Newham")
    amina.tick(("Name", "Household and children's ages"))
    amina.type_into("Why", "No home and no money tonight; two children.")
    amina.push("Check permission")
    assert "Not sent: no live consent covers this referral" in amina.text
    amina.push("Record consent now", exact=False)
    amina.pick("How given", "Signed form")
    amina.type_into("Given on", "today")
    amina.type_into("Until", "23 Nov 2027")
    amina.push("Save consent")
    assert "whatever the client has agreed" in amina.text  # nothing is kept before the warning was explained
    assert amina.field("Until").input_value() == "23 Nov 2027"
    amina.type_into("Home Office warning explained on", "today")
    assert barriers(amina.page) == []
    amina.push("Save consent")
    assert amina.heading == "Send this referral?"
    amina.push("Send now")


@pytest.mark.req("R18", "R52")
def test_a_saturday_night_stands_on_top_on_monday_and_a_refusal_without_reason_is_counted_as_one(sit_down, house):
    with house.db() as db:
        make.agency(db, COUNCIL, kind="la_childrens_services", tier="primary", areas=("Newham",))
        db.commit()
    amina = sit_down("amina")
    amina.expects(422)
    write_down_the_night(amina)
    with house.db() as db:
        case = db.scalars(select(Case).join(Client).where(Client.name == MOTHER)).one()
        assert case.first_contact_at == make.at("2026-11-21", "23:10")
        assert (case.first_contact_medium, case.risk, case.status) == ("emergency_helpline", "high", "open")
        key = case.id

    amina.open("/caseworker/")
    first = amina.page.locator("main article, main li").filter(has=amina.page.get_by_role("heading")).first
    expect(first).to_contain_text("Ring back: urgent")

    ask_the_council(amina, key)
    with house.db() as db:
        referral = db.scalars(select(Referral).where(Referral.case_id == key)).one()
        release = db.scalars(select(Release).where(Release.referral == referral)).one()
        assert (release.agency.name, release.consent.warning_read_on) == (COUNCIL, make.TODAY)

    amina.follow("Record the answer")
    amina.pick("What happened", "They answered")
    amina.choose("Answer", "Refused, reason given")
    amina.pick("In writing", "Only told")
    amina.push("Save answer")
    assert "Was a reason given?" in amina.text
    amina.choose("Answer", "Refused, no reason given")
    amina.push("Save answer")
    with house.db() as db:
        referral = db.scalars(select(Referral).where(Referral.case_id == key)).one()
        assert (referral.outcome.code, referral.in_writing) == ("refused_no_reason", False)
        assert referral.refusal_reason is None
        assert db.scalars(select(CaseNote).where(CaseNote.case_id == key)).all()
