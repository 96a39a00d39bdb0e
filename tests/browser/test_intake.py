"""Somebody rings for the first time: found or not, written down on one page, and never turned away without advice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Case, CaseNote, Client, Referral, Turnaway
from tests import make
from tests.browser.person import Person


def found(person: Person, text: str) -> list[str]:
    """Look for something with the keyboard alone and give the names that were found."""
    person.press("/")
    person.press("ControlOrMeta+a")
    person.page.keyboard.type(text)
    with person.page.expect_navigation():
        person.press("Enter")
    return person.page.locator(".found th a").all_inner_texts()


def test_the_find_box_takes_any_spelling_and_a_reference_goes_straight_to_the_record(sit_down, house, office):
    amina = sit_down("amina")
    assert found(amina, "rihana begom") == ["Rehana Begum"]
    assert "match: name sounds alike" in amina.text
    assert found(amina, "07700 900114")
    assert found(amina, "zz zz") == []
    assert amina.heading == "Nothing found"
    with house.db() as db:
        ref = db.get_one(Case, office["case"]).ref
    found(amina, ref.lower())
    assert amina.path == f"/caseworker/case/details/?id={office['case']}"
    amina.press("/")
    assert amina.page.evaluate("document.activeElement.id") == "find"
    amina.page.keyboard.type("/")
    assert amina.page.locator("#find").input_value() == "/"


def test_somebody_who_is_known_is_recognised_before_a_second_file_is_begun(sit_down, house):
    amina = sit_down("amina")
    assert found(amina, "Hodan Warsama") == ["Hodan Warsame"]
    amina.push("New enquiry")
    assert amina.field("Name or alias").input_value() == "Hodan Warsama"
    amina.type_into("One way to reach them", "hodan@example.org")
    amina.type_into("What happened", "Eggs at the door.")
    amina.push("Save enquiry")
    assert "Is it the same person?" in amina.text
    with house.db() as db:
        before = len(db.scalars(select(Client)).all())
    amina.push("Same person: use", exact=False)
    assert amina.heading.startswith("Hodan Warsame")
    with house.db() as db:
        assert len(db.scalars(select(Client)).all()) == before
        assert db.scalars(select(Client).where(Client.name == "Hodan Warsame")).one().email == "hodan@example.org"


@pytest.mark.req("R4")
def test_a_caller_from_croydon_is_advised_referred_on_and_counted_once(sit_down, house):
    with house.db() as db:
        make.agency(db, "Croydon Advice", kind="advice_agency", areas=("Croydon",), phone="020 7946 0301")
        make.agency(db, "South London Together", kind="community_partner", areas=("Croydon",))
        make.agency(db, "Barnet Advice", kind="advice_agency", areas=("Barnet",))
        db.commit()
    amina = sit_down("amina")
    amina.follow("New enquiry")
    amina.type_into("Name or alias", "Kumaran Nathan")
    amina.type_into("One way to reach them", "07700 900141")
    amina.pick("Safe ways to contact", "Any way")
    amina.type_into("What happened", "Called names by the foreman.")
    amina.choose("Borough", "Croydon")
    amina.push("Save enquiry")
    assert amina.heading == "Advise and refer on"
    assert "Croydon is outside our casework area" in amina.text
    assert "2 organisations cover Croydon." in amina.text
    assert "Barnet Advice" not in amina.text
    amina.type_into("Advice given", "His rights at work; how to write it down.")
    near = amina.page.get_by_role("checkbox", name="Croydon Advice")
    amina.tab_to(near)
    amina.press("Space")
    amina.push("Save and close the enquiry")
    assert "Closed" in amina.page.locator(".identity").inner_text()
    with house.db() as db:
        case = db.scalars(select(Case).join(Client).where(Client.name == "Kumaran Nathan")).one()
        (away,) = db.scalars(select(Turnaway)).all()
        assert (away.case, away.reason.code, away.service.code) == (case, "out_of_area", "casework")
        assert [one.agency.name for one in db.scalars(select(Referral).where(Referral.case == case))] == [
            "Croydon Advice"
        ]
        kinds = [[kind.code for kind in note.kinds] for note in db.scalars(select(CaseNote).order_by(CaseNote.id))]
        assert kinds[-2:] == [["validation"], ["rights_information"]]
