"""Story 2: a mother and two children without public funds, put out on a Saturday night.

Source: migrant families statement. The night's call stands on top on Monday; the council's children's services are
asked with her permission, after the Home Office warning; they refuse at the desk, and give no reason. A shelter does
not answer at all, though it is chased on two days. A complaint follows, with a clock of its own.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from casework.conduct import URGENT
from casework.referrals import send
from models import AgencyConduct, Case, CaseNote, Client, Referral, ReferralChase, Release, Task
from tests import make
from tests.browser.axe import barriers

MOTHER, COUNCIL, SHELTER = "Adwoa Mensah", "Eastmere Council children's services", "Ninepin Night Shelter"
ASKED, TONIGHT = "Assessment of a child in need (section 17)", "Somewhere safe to stay tonight"
COMPLAINT = "Complaint, first stage"


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
    assert "not from how the children are cared for" in amina.field("Why").input_value()
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


def write_down_the_family(amina, key: int) -> None:
    """Two children, no means since Saturday, two nights on the street: need that comes from poverty."""
    amina.open(f"/caseworker/case/details/?id={key}")
    amina.follow("Family and need")
    for place, (name, year) in enumerate((("Kwesi", "2019"), ("Ama", "2024")), 1):
        row = amina.page.get_by_role("group", name=f"Household, row {place}", exact=True)
        amina.type_into(row.get_by_label(re.compile("^Name")), name)
        amina.type_into(row.get_by_label(re.compile("^Born in")), year)
        amina.tick("Child", within=row)
    amina.pick("Lone parent", "Yes")
    amina.type_into("Destitute from", "21 Nov 2026")
    amina.tick(("No money to live on", "Nowhere to live"))
    amina.choose("What it led to", "Nights on the street")
    amina.type_into("On, or from", "21 Nov 2026")
    amina.type_into("How many nights", "2")
    assert barriers(amina.page) == []
    amina.push("Save")


def ask_the_shelter(house, key: int) -> int:
    """The shelter was asked on Monday as well, with her permission."""
    with house.db() as db:
        case = db.get_one(Case, key)
        shelter = make.agency(db, SHELTER, kind="emergency_accommodation")
        make.consent(db, case.client, shelter, purposes=("emergency_accommodation",), given_on=make.TODAY)
        asked = send(db, make.referral(db, case, shelter, request="emergency_accommodation"), "phone")
        db.commit()
        return asked.id


def sit_again(amina) -> None:
    """Days have passed; a sign-in that has ended is made again."""
    amina.open("/login")
    if amina.path.startswith("/login"):
        amina.sign_in("amina")


def chase_on(amina, house, day: int, key: int) -> None:
    """From the page of the case: a link and a button."""
    with house.at(datetime(2026, 11, day, 9, tzinfo=UTC)):
        sit_again(amina)
        amina.open(f"/caseworker/case/details/?id={key}")
        amina.follow(re.compile(rf"^Chase.*{SHELTER}"))
        amina.push("Save chase")
        assert amina.said[0].startswith("Chased. Asked again on")


def never_answered(amina, house, asked: int, *, said: str) -> None:
    with house.at(datetime(2026, 11, 25, 10, tzinfo=UTC)):
        sit_again(amina)
        amina.open(f"/caseworker/referral/answer/?id={asked}")
        amina.pick("What happened", "No response")
        amina.push("Save answer")
        assert said in amina.text


def complain(amina, key: int) -> None:
    """One click from the refusal: the page is filled in with what came before, and meets the same gate."""
    amina.open(f"/caseworker/case-agencies/?case={key}")
    assert barriers(amina.page) == []
    amina.follow(re.compile(rf"^{COMPLAINT}"))
    assert amina.field("Why").input_value().endswith("We ask for this to be put right and for an answer in writing.")
    amina.push("Check permission")
    assert "Not sent: no live consent covers this referral" in amina.text
    amina.push("Record consent now", exact=False)
    amina.pick("How given", "Signed form")
    amina.type_into("Given on", "today")
    amina.type_into("Until", "23 Nov 2027")
    amina.type_into("Home Office warning explained on", "today")
    amina.push("Save consent")
    amina.push("Send now")
    assert amina.said == ["Sent. Answer due Mon 7 Dec 2026."]


@pytest.mark.req("R18", "R49", "R52")
def test_a_saturday_night_stands_on_top_on_monday_and_a_refusal_without_reason_is_counted_as_one(sit_down, house):
    with house.db() as db:
        make.agency(db, COUNCIL, kind="la_childrens_services", tier="primary", areas=("Newham",))
        db.commit()
    amina = sit_down("amina")
    amina.expects(401, 422)  # 401: a page left behind that keeps its boxes when days have passed
    write_down_the_night(amina)
    with house.db() as db:
        case = db.scalars(select(Case).join(Client).where(Client.name == MOTHER)).one()
        assert case.first_contact_at == make.at("2026-11-21", "23:10")
        assert (case.first_contact_medium, case.risk, case.status) == ("emergency_helpline", "high", "open")
        key = case.id

    amina.open("/caseworker/")
    first = amina.page.locator("main article, main li").filter(has=amina.page.get_by_role("heading")).first
    expect(first).to_contain_text("Ring back: urgent")

    write_down_the_family(amina, key)
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
    amina.tick(("Interview was humiliating", "Was threatened with the removal of children"))
    assert barriers(amina.page) == []
    amina.push("Save answer")
    with house.db() as db:
        referral = db.scalars(select(Referral).where(Referral.case_id == key)).one()
        assert (referral.outcome.code, referral.in_writing) == ("refused_no_reason", False)
        assert referral.refusal_reason is None
        assert db.scalars(select(CaseNote).where(CaseNote.case_id == key)).all()
        noted = db.scalars(select(AgencyConduct).where(AgencyConduct.referral == referral)).all()
        assert {one.code.code for one in noted} == {"humiliating_interview", "threatened_child_removal"}
        (urgent,) = db.scalars(select(Task).where(Task.what == URGENT)).all()
        assert (urgent.due_on, urgent.case_id) == (make.TODAY, key)

    complain(amina, key)
    asked = ask_the_shelter(house, key)
    chase_on(amina, house, 24, key)
    never_answered(amina, house, asked, said="(1 so far)")
    chase_on(amina, house, 25, key)
    never_answered(amina, house, asked, said="No response")
    _looked_up(house, key, asked)
    _not_alone(house, sit_down, amina, key)


def _not_alone(house, sit_down, amina, key: int) -> None:
    """Five other families meet the same: six clients make an issue, and the page of her case then says so."""
    with house.db() as db:
        lead = db.get_one(Case, key).lead
        others = [make.case(db, make.client(db, f"Family {place}"), lead=lead) for place in range(5)]
        db.commit()
        asked = "&".join(f"case={one}" for one in (key, *(one.id for one in others)))
    maryam = sit_down("maryam")
    maryam.open(f"/manager/issues/new/?{asked}")
    maryam.type_into("The pattern in a sentence", "Families are refused at the desk without a reason")
    maryam.page.get_by_label("Who decides").select_option(index=1)
    maryam.type_into("Decide by", "30 Nov")
    maryam.push("Make the issue")
    amina.open(f"/caseworker/case/details/?id={key}")
    card = amina.page.locator("section").filter(has_text="Part of an issue").last
    expect(card).to_contain_text("Families are refused at the desk without a reason")
    expect(card).to_contain_text("with 5 other clients")


def _looked_up(house, key: int, asked: int) -> None:
    """What the walk has left: the family, the silence after two chases, and the complaint with its ten working days."""
    with house.db() as db:
        case = db.get_one(Case, key)
        assert [(one.name, one.birth_year) for one in case.client.members] == [("Kwesi", 2019), ("Ama", 2024)]
        assert (case.client.lone_parent, case.destitute_from) == (True, date(2026, 11, 21))
        assert case.risk == "high", "as on Saturday night: nothing of the need has changed it"
        assert len(db.scalars(select(ReferralChase).where(ReferralChase.referral_id == asked)).all()) == 2
        assert db.get_one(Referral, asked).outcome.code == "no_response"
        refused = db.scalars(select(Referral).where(Referral.case_id == key).order_by(Referral.id)).first()
        complaint = db.scalars(select(Referral).where(Referral.kind == "complaint")).one()
        assert (complaint.previous, complaint.agency.name) == (refused, COUNCIL)
        assert (complaint.sent_on, complaint.response_due) == (make.TODAY, date(2026, 12, 7))
        assert "10 working days" in complaint.due_trace
