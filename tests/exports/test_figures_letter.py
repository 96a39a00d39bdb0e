"""The letter for a body's own figures, to three bodies of different kind; and our numbers as they may be printed."""

from __future__ import annotations

import hashlib
import random
import re
from datetime import date
from io import BytesIO

import pytest
from docx import Document

from casework import figures_requests as asking
from casework.figures_gaps import own_numbers, raised
from casework.figures_questions import SETS, questions_for
from casework.letters import template_for
from casework.periods import Period
from exports import figures_letter
from exports.figures_compared import PART_OF, hidden_of
from models import Agency
from tests import make
from tests.casework.test_figures_requests import by_hand, planted

YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
BODIES = {"la_childrens_services": True, "police": True, "housing_association": False}  # does the Act bind it?
CANARY = "Zebedee Quillfeather"


def asked_of(db, kind: str) -> Agency:
    """An invented body with gaps in our figures: 13 refusals without a reason, 17 without an answer."""
    above = make.agency(db, "Eastmere Council", kind="local_authority", tier="primary", public_body=True)
    agency = make.agency(db, f"Eastmere {kind}", kind=kind, tier="primary", public_body=BODIES[kind],
                         parent=above if kind.startswith("la_") else None)  # fmt: skip
    request = {"la_childrens_services": "s17_assessment"}.get(kind, "investigate")
    planted(db, agency, ["refused_no_reason"] * 13 + [""] * 17, request=request)
    make.case(db, make.client(db, CANARY, address="7 Canary Wharf Steps"), title="Canary title")
    return agency


def letter(db, agency: Agency, chosen=None):
    found = raised(agency, own_numbers(db, agency, YEAR, make.TODAY))
    request = asking.send(db, asking.draft(db, agency, YEAR, chosen or found))
    made = figures_letter.made(
        template_for(db, "figures_request"), request, on=request.sent_on, answer_by=request.due_on,
        office="Casework office", address="12 Plaistow Road, London E15", signed_by="Maryam Y",
    )  # fmt: skip
    return request, found, made


def lines(content: bytes) -> list[str]:
    return [one.text for one in Document(BytesIO(content)).paragraphs if one.text]


@pytest.mark.req("R60")
@pytest.mark.parametrize("kind", BODIES)
def test_the_letter_asks_one_body_its_questions_and_tells_nothing_of_ours(db, kind):
    agency = asked_of(db, kind)
    request, found, made = letter(db, agency)
    told = lines(made.content)
    above = ", Eastmere Council" if kind.startswith("la_") else ""
    due = by_hand(make.TODAY, 20, {date(2026, 12, 25), date(2026, 12, 28)})
    assert told[:5] == [
        "23 November 2026", f"To: Eastmere {kind}{above}", "From: Casework office, 12 Plaistow Road, London E15",
        f"Our reference: F-{request.id}", "Request for your figures",
    ]  # fmt: skip
    numbered = [one for one in told if re.match(r"\d+\. ", one)]
    assert numbered == [
        f"{place}. {one.question.text} Counted in: {one.question.unit}. Broken down by: {one.question.breakdown}."
        for place, one in enumerate(found, 1)
    ]
    assert {one.question.topic for one in found} == {one.topic for one in questions_for(kind)}
    text = " ".join(told)
    assert "1 April 2025 to 31 March 2026" in text
    for words in ("spreadsheet", "No personal data", "“fewer than 5” will do", "how it is counted"):
        assert words in text
    bound = ("under the Freedom of Information Act 2000.", "advise us under section 16", "cost limit of section 12",
             f"by the 20th working day at the latest: we count {due.day} December 2026")  # fmt: skip
    assert [words in text for words in bound] == [BODIES[kind]] * 4
    assert ("the Freedom of Information Act 2000 may not bind you" in text) is not BODIES[kind]
    assert told[-1] == "Maryam Y, Casework office"
    _is_silent_about_us(text, [one.why for one in found])
    assert made.sha256 == hashlib.sha256(made.content).hexdigest()


def _is_silent_about_us(text: str, gaps: list[str]) -> None:
    assert any("13" in one for one in gaps) and any("17" in one for one in gaps)  # the gaps are there
    without_the_rest = re.sub(r"section 17|\d+\. ", "", text)
    assert [number for number in ("13", "17", "30") if re.search(rf"\b{number}\b", without_the_rest)] == []
    assert [one for one in gaps if one and one in text] == []
    for words in (*CANARY.split(), "Canary", "Person", "CL-20", "26-00", "requests of ours", "refusals gave"):
        assert words not in text


def test_the_words_of_a_question_changed_in_the_draft_go_out(db):
    agency = asked_of(db, "police")
    found = raised(agency, own_numbers(db, agency, YEAR, make.TODAY))[:1]
    request = asking.draft(db, agency, YEAR, found)
    request.questions[0].text = "How many dogs & horses <went> out?"
    db.flush()
    made = figures_letter.made(template_for(db, "figures_request"), request, on=make.TODAY, answer_by=make.TODAY,
                               office="O", address="A", signed_by="")  # fmt: skip
    assert any(one.startswith("1. How many dogs & horses <went> out? Counted in:") for one in lines(made.content))


def test_no_printed_number_gives_a_small_one_away(db):
    """Over random numbers, whoever knows the printed ones and the sums cannot say a hidden small one."""
    rng, small = random.Random(11), 0
    for _office in range(300):
        numbers: dict[str, int] = {}
        for group in ("s17", "reports"):
            asked, accepted, refused, unanswered = (rng.choice([0, 1, 2, 3, 6, 9, 14]) for _each in range(4))
            no_reason = rng.randint(0, refused)
            numbers |= {f"{group}:asked": asked + accepted + refused + unanswered, f"{group}:accepted": accepted,
                        f"{group}:refused": refused, f"{group}:unanswered": unanswered,
                        f"{group}:no_reason": no_reason}  # fmt: skip
        keys = [key for key in numbers if rng.random() < 0.8]
        hidden = hidden_of(keys, numbers, 5)
        for key in keys:
            if 1 <= numbers[key] < 5:
                small += 1
                assert key in hidden
            whole = f"{key.split(':')[0]}:{PART_OF.get(key.split(':')[1], '')}"
            if key not in hidden and whole in keys and whole not in hidden:
                assert not 1 <= numbers[whole] - numbers[key] < 5, (key, numbers)
        for group in ("s17", "reports"):
            parts = [f"{group}:{word}" for word in ("accepted", "refused", "unanswered")]
            if f"{group}:asked" in keys and f"{group}:asked" not in hidden:
                known = sum(numbers[key] for key in parts if key in keys and key not in hidden)
                veiled = [key for key in parts if key in keys and key in hidden]
                left = numbers[f"{group}:asked"] - known
                assert len(veiled) != 1 or min(left, 4) > 1, (veiled, numbers)
    assert small > 300


def test_each_set_is_asked_in_its_own_order():
    assert all(len({one.text for one in several}) == len(several) for several in SETS.values())
