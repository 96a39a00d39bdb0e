"""The week's plan and the letter about a family's need, as they are met in a browser."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models import Appointment, Case, Client, ClientMember, Correspondence, HelplineShift, LanguageOffer, Worker
from tests import make
from tests.browser.axe import barriers, overhang

NARROWEST, WIDE = {"width": 320, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def week(house, office):
    """Tuesday's visit needs Sylheti, and Farida, who could come, has no check on record."""
    with house.db() as db:
        visit = db.get_one(Appointment, office["visit"])
        visit.language = make.language(db, "Sylheti")
        farida = db.get_one(Worker, office["volunteer Farida A"])
        farida.checked_on = farida.checked_until = None
        db.commit()


def offers(house) -> list[tuple[str, str | None, str | None]]:
    with house.db() as db:
        found = [one for one in db.scalars(select(LanguageOffer)) if one.worker.name == "Farida A"]
        return [(one.worker.name, one.passed_over, one.reason) for one in found]


def is_without_barriers(page) -> bool:
    wide = barriers(page)
    page.set_viewport_size(NARROWEST)
    narrow, over = barriers(page), overhang(page)
    page.set_viewport_size(WIDE)
    return (wide, narrow, over) == ([], [], 0)


def test_a_line_that_passes_over_a_wish_takes_a_reason_and_enter_asks_nobody(sit_down, house, week):
    leyla = sit_down("leyla")
    leyla.expects(422)
    page = leyla.open("/coordinator/suggest-week/").page
    box = page.get_by_label("Reason for asking Farida A all the same")
    box.fill("She is the only one")
    box.press("Enter")
    page.get_by_role("heading", name="Plan the week").wait_for()
    assert box.input_value() == "She is the only one"
    box.fill("")
    page.get_by_role("button", name="Ask Farida A").click()
    page.get_by_text("Farida A was not asked: give a reason").first.wait_for()
    assert offers(house) == []
    assert is_without_barriers(page)
    box.fill("She is the only one")
    page.get_by_role("button", name="Ask Farida A").click()
    page.get_by_text("Asked although: no fresh check. She is the only one").wait_for()
    assert offers(house) == [("Farida A", "check", "She is the only one")]
    assert is_without_barriers(page)


def test_a_turn_of_the_helpline_is_given_to_a_trained_volunteer(sit_down, house, office):
    with house.db() as db:
        amina = db.get_one(Worker, office["person Amina K"])
        farida = db.get_one(Worker, office["volunteer Farida A"])
        farida.may_hold_helpline, farida.training_on = True, date(2026, 1, 5)
        db.add(HelplineShift(day=date(2026, 11, 24), part="night", worker=amina))
        db.commit()
        turn = db.scalars(select(HelplineShift)).one().id
    maryam = sit_down("maryam")
    page = maryam.open(f"/manager/helpline/swap/?id={turn}").page
    assert is_without_barriers(page)
    page.get_by_label("Reason").fill("Child ill")
    page.get_by_role("button", name="Farida A takes it").click()
    page.get_by_text("Swapped: Farida A holds it now.").wait_for()


def test_the_text_that_fits_a_familys_need_comes_below_what_is_typed(sit_down, house, office):
    with house.db() as db:
        client = db.get_one(Client, office["client"])
        client.members.append(ClientMember(name="Kwesi", is_child=True, birth_year=2019))
        db.get_one(Case, office["case"]).causes = [make.code(db, "cause_of_need", "poverty")]
        db.commit()
    amina = sit_down("amina")
    page = amina.open(f"/caseworker/letter/write/?case={office['case']}").page
    text = page.locator("textarea[name=text]")
    text.fill("Dear colleagues,")
    page.get_by_role("button", name="Put it into the text").click()
    page.wait_for_function("document.querySelector('textarea[name=text]').value.includes('section 17')")
    assert text.input_value().startswith("Dear colleagues,\n\nWe ask you to assess the needs of the children")
    assert is_without_barriers(page)
    with house.db() as db:
        assert db.scalars(select(Correspondence)).all() == []
