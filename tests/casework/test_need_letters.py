"""The text of a letter about a family's need: which requests it is offered for, and what it says and never says."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework.need import OF_NEED
from casework.need_letters import OPENS, offered
from models import Code
from tests import make
from tests.casework.test_need import every, family, led_to

ABOUT = (
    "The children are in need because of: no money to live on, nowhere to live. The family has been without means "
    "since 21 November 2026. They have spent 2 nights on the street. The need comes from poverty and homelessness, not "
    "from how the children are cared for."
)
CLOSES = "Please tell us in writing what you decide, and your reasons. If you refuse, say for each part why."


def in_need(db):
    case = family(db, destitute_from=date(2026, 11, 21))
    case.causes = [make.code(db, "cause_of_need", one) for one in ("poverty", "homelessness")]
    led_to(db, case, "street_nights", on=date(2026, 11, 21), nights=2)
    db.flush()
    return case


def texts(db, case) -> dict[str, str]:
    return {one.request.code: one.text for one in offered(db, case)}


def ask(db, case, request: str):
    return make.referral(db, case, make.agency(db, f"Council for {request}"), request=request)


@pytest.mark.req("R57")
def test_a_household_in_need_is_offered_the_letter_that_asks_for_an_assessment(db):
    assert texts(db, in_need(db)) == {
        "s17_assessment": "We ask you to assess the needs of the children of this family under section 17 of the "
                          f"Children Act 1989. {ABOUT} {CLOSES}",
    }  # fmt: skip


@pytest.mark.parametrize("change", [
    lambda db, case: case.causes.clear(),
    lambda db, case: [setattr(one, "is_child", False) for one in case.client.members],
])  # fmt: skip
def test_without_children_or_without_a_cause_nothing_is_offered_by_itself(db, change):
    case = in_need(db)
    change(db, case)
    db.flush()
    assert texts(db, case) == {}


@pytest.mark.parametrize("request_code", OF_NEED)
def test_each_help_for_a_family_that_was_asked_for_has_its_own_text(db, request_code):
    case = family(db)
    ask(db, case, request_code)
    assert texts(db, case) == {request_code: f"{OPENS[request_code]} {CLOSES}"}
    assert len(set(OPENS.values())) == len(OPENS) == len(OF_NEED)
    assert ("section 17 of the Children Act 1989" in OPENS[request_code]) is request_code.startswith("s17_")


def test_another_request_and_another_case_offer_nothing(db):
    case, other = family(db), make.case(db)
    ask(db, case, "repairs")
    ask(db, other, "s17_assessment")
    assert texts(db, case) == {}


def test_a_word_of_the_office_takes_the_text_of_the_wide_word_above_it(db):
    case = family(db)
    own = Code(
        list="request", code="s17_rent", words="Rent deposit", parent=make.code(db, "request", "s17_subsistence")
    )
    db.add(own)
    db.flush()
    ask(db, case, "s17_rent")
    [one] = offered(db, case)
    assert (one.request, one.text) == (own, f"{OPENS['s17_subsistence']} {CLOSES}")


def test_all_that_was_asked_stands_in_one_order_whatever_came_first(db):
    case = in_need(db)
    for one in reversed(OF_NEED):
        ask(db, case, one)
    assert list(texts(db, case)) == list(OPENS)


def test_no_text_tells_immigration_status_or_anybodys_name(db):
    case = in_need(db)
    case.causes = every(db, "cause_of_need")
    for one in OF_NEED:
        ask(db, case, one)
    for text in texts(db, case).values():
        for word in ("Home Office", "public funds", "asylum", "immigration", "Ama", "Kwesi", case.client.name):
            assert word not in text
    assert db.scalars(select(Code.words).where(Code.code == "nrpf_condition")).one()[1:] not in " ".join(
        texts(db, case).values()
    )
