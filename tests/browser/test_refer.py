"""Refer to an agency: nothing leaves without permission, and with it everything is written down."""

from __future__ import annotations

from sqlalchemy import select

from models import Case, Referral, Release, Task

REQUEST = "Complaint, first stage"


def begin(person, items=("Name", "Dates of incidents")):
    """From my day to the consent check of Rehana's case."""
    person.follow("Cases")
    person.follow("26-0001")
    person.follow("Refer")
    person.choose("Request", REQUEST)
    person.push("Show agencies")
    person.pick("Agency", "Marsh Lane Homes: Housing association; covers Tower Hamlets")
    person.tick(items)
    person.type_into("Why", "The front door has been broken twice.")
    person.push("Check permission")


def test_nothing_is_sent_without_permission_and_once_it_is_recorded_it_goes(sit_down, house):
    amina = sit_down("amina")
    amina.expects(422)
    begin(amina)
    assert "Not sent: no live consent covers this referral" in amina.text
    assert "No active permission from Rehana Begum covers Marsh Lane Homes." in amina.text
    assert "Record consent, or signpost instead" in amina.text
    assert amina.page.get_by_role("button", name="Send now").count() == 0
    assert _left_the_office(house) == []

    amina.push("Record consent now", exact=False)
    assert amina.field("Client").input_value().endswith("Rehana Begum")
    assert amina.field("Agency").input_value() == "Marsh Lane Homes"
    assert amina.field("Permission").locator("option:checked").inner_text() == "Share with one agency"
    ticked = amina.page.locator("input[type=checkbox]:checked + span")
    assert ticked.all_inner_texts() == [REQUEST, "Name", "Dates of incidents"]
    amina.pick("How given", "Signed form")
    amina.type_into("Given on", "today")
    amina.type_into("Until", "23 Nov 2027")
    amina.push("Save consent")
    assert amina.heading == "Send this referral?"
    assert _left_the_office(house) == []

    amina.push("Send now")
    assert amina.said == ["Sent. Answer due Mon 30 Nov 2026."]
    facts = amina.facts()
    assert (facts["State"], facts["Sent on"], facts["Answer due"]) == ("Sent", "Mon 23 Nov 2026", "Mon 30 Nov 2026")
    with house.db() as db:
        release = db.scalars(select(Release)).one()
        assert (release.client.name, release.agency.name) == ("Rehana Begum", "Marsh Lane Homes")
        assert release.items == "Name, dates of incidents"
        assert db.scalars(select(Task.due_on).where(Task.what.contains("Marsh Lane"))).all() == [
            release.referral.response_due
        ]


def test_a_client_is_told_where_to_ask_and_nothing_leaves_the_office(sit_down, house):
    amina = sit_down("amina")
    amina.expects(422)
    begin(amina)
    amina.push("Signpost instead")
    assert amina.said == ["Recorded as a signpost: the client was told where to ask. Nothing has left the office."]
    with house.db() as db:
        signpost = db.scalars(select(Referral)).one()
        assert (signpost.kind, signpost.agency.name, signpost.items) == ("signpost", "Marsh Lane Homes", [])
    assert _left_the_office(house) == []


def test_several_cases_are_referred_together_and_each_meets_its_own_gate(sit_down, house):
    amina = sit_down("amina")
    amina.expects(422)
    amina.follow("Cases")
    amina.tick(["Choose 26-0001", "Choose 26-0002"])
    amina.push("Refer to an agency")
    amina.choose("Request", "Repair damage or make the home safe")
    amina.push("Show agencies")
    amina.pick("Agency", "Marsh Lane Homes: Housing association; covers Tower Hamlets")
    amina.tick("Name")
    amina.push("Check permission")
    amina.push("Send for those with permission")
    with house.db() as db:
        sent = [one.case.ref for one in db.scalars(select(Referral).where(Referral.status == "sent"))]
        assert sent == ["26-0001"]
        assert [one.referral.case.ref for one in db.scalars(select(Release))] == sent
        assert db.get_one(Case, 2).ref == "26-0002"
    assert any("26-0002" in words and "No active permission" in words for words in amina.said)


def _left_the_office(house):
    with house.db() as db:
        return db.scalars(select(Release)).all()
