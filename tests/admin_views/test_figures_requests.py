"""Asking a body for its own figures at the screen: from its scorecard to theirs beside ours."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from exports.letters import words_of
from models import Agency, FiguresQuestion, FiguresRequest, Task
from tests import make
from tests.admin_views.office import FILES, NAMES
from tests.casework.test_figures_requests import planted

ASK, PAGE = "agency/ask-figures/?agency=", "figures-request/"


ANSWERED = {"status": "answered", "sent_on": date(2026, 10, 20), "due_on": date(2026, 11, 17),
            "answered_on": date(2026, 11, 16)}  # fmt: skip


@pytest.fixture
def council(site) -> int:
    """An invented council's children's services with gaps: of 12 requests 4 refused without a reason, 5 silent."""
    with site.db() as db:
        agency = make.agency(db, "Eastmere children's services", kind="la_childrens_services", tier="primary",
                             public_body=True)  # fmt: skip
        planted(db, agency, ["refused_no_reason"] * 4 + ["accepted"] * 3 + [""] * 5)
        db.commit()
        return agency.id


def drafted(person, council: int, **more) -> str:
    """Draft a request as this person; give the address of its page."""
    path = f"/{person.role}/{ASK}{council}"
    return person.submit(person.get(path), more, holding="topics", path=path).location


def key_of(site) -> int:
    with site.db() as db:
        return db.scalars(select(FiguresRequest.id).order_by(FiguresRequest.id.desc())).first()


def moved(site, **days) -> None:
    """Let a request have gone out long ago, past the rules."""
    table, key = FiguresRequest.__table__, key_of(site)
    with site.engine.begin() as connection:
        connection.execute(table.update().where(table.c.id == key).values(**days))


def questions(site) -> dict[str, int]:
    """Give the questions of the newest request: topic -> number, in their order."""
    key = key_of(site)
    with site.db() as db:
        found = select(FiguresQuestion).where(FiguresQuestion.request_id == key).order_by(FiguresQuestion.id)
        return {one.topic: one.id for one in db.scalars(found)}


@pytest.mark.req("R60")
@pytest.mark.parametrize("who, role", [("manager", "manager"), ("amina", "caseworker")])
def test_an_agencys_page_and_scorecard_lead_to_the_questions_that_our_gaps_raise(site, browse, council, who, role):
    person = browse(who)
    for page in (f"/{role}/agency/details/?id={council}", f"/{role}/agency/scorecard/?id={council}"):
        assert person.get(page).page.links["Ask for their figures"] == f"/{role}/{ASK}{council}"
    asked = person.get(f"/{role}/{ASK}{council}")
    assert "4 of 4 refusals gave no reason" in asked.text
    assert "Ours: 12 (requests sent in this time)." in asked.text
    ticked = {value for name, value in asked.page.form("topics").values if name == "topics"}
    assert {"s17_no_reason", "s17_undecided", "s17_requests"} <= ticked
    assert "s17_return" not in ticked and "complaints_first" not in ticked
    assert "4 of 4" not in person.get(f"/{role}/{ASK}{council}&period=quarter").text


def test_a_partner_and_other_roles_are_not_led_here(site, browse, council):
    with site.db() as db:
        partner = make.agency(db, "Sewing Circle", kind="community_partner", tier="community").id
        db.commit()
    manager = browse("manager")
    assert "Ask for their figures" not in manager.get(f"/manager/agency/details/?id={partner}").page.links
    assert manager.get(f"/manager/{ASK}{partner}").status == 404
    drafted(manager, council)
    for who, role in (("leyla", "coordinator"), ("figures", "reports")):
        assert browse(who).get(f"/{role}/{PAGE}?id={key_of(site)}").status == 404
        assert browse(who).get(f"/manager/{PAGE}?id={key_of(site)}").status == 403
    assert "Ask for their figures" not in browse("figures").get(f"/reports/agency/scorecard/?id={council}").page.links


@pytest.mark.req("R60")
def test_a_caseworker_drafts_and_words_it_and_a_manager_sends_it(site, browse, council):
    amina, manager = browse("amina"), browse("manager")
    page = drafted(amina, council, topics=["s17_requests", "s17_no_reason"], own="How many desks?", own_unit="desks")
    shown = amina.get(page)
    assert "A manager speaks for the office" in shown.text and "Letter (.docx)" not in shown.text
    first, second, own = questions(site).values()
    typed = {f"text_{first}": "How many requests did you get?", f"drop_{second}": "y"}
    answer = amina.submit(shown, typed, holding=f"text_{first}")
    assert answer.status == 302
    assert amina.post(f"/manager/{PAGE}send/?id={key_of(site)}", {"day": "today"}).status == 403
    letter = manager.post(f"/manager/{PAGE}letter/?id={key_of(site)}")
    words = words_of(letter.data)
    assert "1. How many requests did you get?" in words and "2. How many desks? Counted in: desks." in words
    assert "gave no reason" not in words
    line = site.trail(action="exported")[-1]
    assert (line.subject, line.row_id) == ("FiguresRequest", key_of(site)) and "SHA-256" in (line.reason or "")
    own_page = f"/manager/{PAGE}?id={key_of(site)}"
    assert manager.submit(manager.get(own_page), {}, holding="day").status == 302
    sent = manager.get(own_page).text
    assert "21 December 2026" in sent
    assert "answered within 20 working days" in sent  # why that day
    assert list(questions(site).values()) == [first, own]


def test_wrong_words_stay_in_their_boxes_with_the_reason(site, browse, council):
    amina = browse("amina")
    path = f"/caseworker/{ASK}{council}"
    typed = {"topics": ["s17_requests"], "own": f"What of {NAMES['own']}?", "own_unit": "people"}
    answer = amina.submit(amina.get(path), typed, holding="topics", path=path)
    assert answer.status == 422 and "names somebody who is a client" in answer.page.said_beside("own")
    none = amina.submit(amina.get(path), {"topics": []}, holding="topics", path=path)
    assert none.status == 422 and "Choose at least one question." in none.text
    with site.db() as db:
        assert [one.id for one in db.scalars(select(FiguresRequest))] == [site.office["figuresrequest", "own"]]


def test_past_its_day_it_stands_on_the_day_of_its_owner_and_of_managers(site, browse, council):
    drafted(browse("amina"), council)
    line = "Eastmere children's services: their own figures"
    moved(site, status="sent", sent_on=date(2026, 10, 20), due_on=make.TODAY)
    assert line not in browse("manager").get("/manager/").text
    moved(site, due_on=date(2026, 11, 17))
    for who, role, seen in (("manager", "manager", True), ("amina", "caseworker", True), ("joan", "caseworker", False),
                            ("leyla", "coordinator", False)):  # fmt: skip
        assert (line in browse(who).get(f"/{role}/").text) is seen, who
    manager = browse("manager")
    page = manager.get(f"/manager/{PAGE}?id={key_of(site)}")
    assert "Ask for an internal review." in page.text and "Ask the Information Commissioner." in page.text
    refused = manager.submit(page, {"step": "refused", "on": "20/11/2026"}, holding="step")
    assert refused.status == 422 and "None named" in refused.page.said_beside("exemption")
    done = manager.submit(page, {"step": "refused", "on": "20/11/2026", "exemption": "s12"}, holding="step")
    assert done.status == 302 and line not in manager.get("/manager/").text
    with site.db() as db:
        assert not db.scalars(select(Task).where(Task.what.contains("figures"))).all()


@pytest.mark.req("R60")
def test_their_answers_lie_beside_ours_and_paper_hides_small_numbers(site, browse, council):
    manager = browse("manager")
    drafted(manager, council, topics=["s17_requests", "s17_support", "s17_no_reason", "s17_nrpf"])
    moved(site, **ANSWERED)
    path = f"/manager/{PAGE}?id={key_of(site)}"
    keys = questions(site)
    page = manager.get(path)
    wrong = manager.submit(page, {f"answer_{keys['s17_requests']}": "many"}, holding=f"answer_{keys['s17_requests']}")
    assert wrong.status == 422
    typed = {f"answer_{keys['s17_requests']}": "48", f"answer_{keys['s17_support']}": "30",
             f"said_{keys['s17_no_reason']}": "few", f"said_{keys['s17_nrpf']}": "not_held"}  # fmt: skip
    assert manager.submit(page, typed, holding=f"answer_{keys['s17_requests']}").status == 302
    rows = [row[1:] for row in manager.get(path).page.rows if row and row[0].startswith("How many")]
    assert {(theirs, re.match(r"\d+|–", ours)[0], share) for theirs, ours, share in rows[:4]} == {
        ("48", "12", "25%"), ("30", "3", "10%"), ("Fewer than 5", "4", "They count fewer than 5."),
        ("Not held", "–", "They say that they do not hold it."),
    }  # fmt: skip
    on_paper = {theirs: (ours, share) for theirs, ours, share in rows[4:]}
    assert on_paper["30"][0].startswith("<5") and on_paper["30"][1] == "Ours is not printed."
    assert on_paper["Fewer than 5"][0].startswith("<5")
    assert on_paper["48"] == ("12requests sent in this time", "25%")


def test_two_at_once_lose_nothing(site, browse, council):
    manager, amina = browse("manager"), browse("amina")
    drafted(manager, council, topics=["s17_requests"])
    moved(site, **ANSWERED)
    key = key_of(site)
    [question] = questions(site).values()
    box = f"answer_{question}"
    hers = amina.get(f"/caseworker/{PAGE}?id={key}")
    assert manager.submit(manager.get(f"/manager/{PAGE}?id={key}"), {box: "5"}, holding=box).status == 302
    late = amina.submit(hers, {box: "6"}, holding=box)
    assert late.status == 409 and b'value="6"' in late.data
    with site.db() as db:
        assert db.get(FiguresQuestion, question).answer == 5


def test_no_page_of_it_names_a_client(site, browse, council):
    manager = browse("manager")
    page = drafted(manager, council)
    for path in (f"/manager/{ASK}{council}", page, "/manager/figuresrequest/"):
        text = manager.get(path).text
        assert [NAMES[file] for file in FILES if NAMES[file] in text] == []
    with site.db() as db:
        assert db.get(Agency, council) is not None
