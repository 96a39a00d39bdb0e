"""A caseworker writes down somebody who rings, and opens their case."""

from __future__ import annotations

from sqlalchemy import select

from models import Case, Client


def test_a_caseworker_writes_down_a_client_and_opens_their_case(sit_down, house):
    amina = sit_down("amina")
    amina.open("/caseworker/client/new/")
    amina.type_into("Name or alias", "Fatuma Abdi")
    amina.choose("Safe ways to contact", "Phone only")
    amina.type_into("Phone", "07700 900177")
    amina.choose("Borough", "Newham")
    amina.push("Save client")
    assert amina.heading == "Fatuma Abdi"
    amina.open(f"/caseworker/case/new/?client_id={amina.path.rpartition('=')[2]}")
    assert amina.field("Client").input_value().endswith("Fatuma Abdi")
    amina.choose("What it is about", "Racist incident")
    amina.when("First contact", "today", "8:40")
    amina.push("Save case")
    assert "Fatuma Abdi" in amina.heading
    assert "Enquiry" in amina.text

    amina.follow("Edit")
    amina.choose("State", "Open")
    amina.push("Save case")
    amina.follow("All fields")
    facts = amina.facts()
    assert (facts["State"], facts["Caseworker"]) == ("Open", "Amina K")
    assert facts["Opened on"] == "Mon 23 Nov 2026"
    with house.db() as db:
        case = db.scalars(select(Case).join(Client).where(Client.name == "Fatuma Abdi")).one()
        assert (case.status, case.lead.name, case.client.phone) == ("open", "Amina K", "07700 900177")


def test_a_case_from_outside_our_boroughs_cannot_be_opened_and_what_was_chosen_stays(sit_down, house, office):
    amina = sit_down("amina")
    amina.expects(422)
    amina.open(f"/caseworker/case/edit/?id={office['case'] + 1}")
    amina.choose("Borough", "Croydon")
    amina.choose("State", "Open")
    amina.push("Save case")
    assert "Croydon is outside our casework area" in amina.text
    assert "Record the advice given and refer to a local organisation" in amina.text
    assert amina.field("State").locator("option:checked").inner_text() == "Open"
    with house.db() as db:
        assert db.get_one(Case, office["case"] + 1).status == "enquiry"
