"""The page of an agency's scorecard as each role meets it, on screen and on paper."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from exports.letters import words_of
from models import Agency, Referral, Worker
from tests import make
from tests.admin_views.office import NAMES
from tests.random_office import plant, random_office

ROLES = ("manager", "caseworker", "reports")


@pytest.fixture
def asked(site):
    """Twenty requests to the one agency, six of them of Amina's own client: (days until the answer, its word)."""
    answers = [(4, "accepted")] * 6 + [(9, "refused_no_reason")] * 5 + [(20, "refused_reason_given")] * 2
    with site.db() as db:
        consent, sent = site.office["consent", "own"], date(2026, 9, 1)
        joan = db.get(Worker, site.office.people["joan"])
        others = [make.case(db, make.client(db, f"Person {place}"), lead=joan).id for place in range(14)]
        cases = [site.office["case", "own"]] * 6 + others
        plant(db, Referral, [
            {"case_id": case, "agency_id": site.office["agency", "own"], "kind": "referral_out", "urgent": False,
             "request_id": make.code(db, "request", "repairs").id, "consent_id": consent, "sent_on": sent,
             "response_due": sent + timedelta(days=14), "status": "responded" if place < len(answers) else "sent",
             "responded_on": sent + timedelta(days=answers[place][0]) if place < len(answers) else None,
             "outcome_id": make.code(db, "outcome", answers[place][1]).id if place < len(answers) else None,
             "in_writing": True if place < len(answers) else None}
            for place, case in enumerate(cases)
        ])  # fmt: skip
        db.commit()
    return site


def path(site, role: str, more: str = "") -> str:
    return f"/{role}/agency/scorecard/{more}?id={site.office['agency', 'own']}"


def screen(answer) -> list[list[str]]:
    return [row for row in answer.page.rows if row]


@pytest.mark.req("R60")
def test_the_record_and_the_list_of_an_agency_lead_to_its_scorecard(asked):
    person = asked.browse("amina")
    record = person.get(f"/caseworker/agency/details/?id={asked.office['agency', 'own']}").page
    assert record.links["Scorecard"] == path(asked, "caseworker")
    assert person.get("/caseworker/agency/").page.links["Scorecards"] == "/caseworker/agency/scorecards/"
    listed = person.get("/caseworker/agency/scorecards/").page
    assert listed.links["Marsh Lane Homes"] == path(asked, "caseworker")
    assert person.get(path(asked, "caseworker")).page.heading == "Marsh Lane Homes"


@pytest.mark.req("R60")
def test_the_page_tells_requests_clocks_answers_and_times_of_the_whole_office(asked):
    """Six, five and two answered in 4, 9 and 20 days; seven wait: 11 of 20 in time, half by day 9."""
    answer = asked.browse("amina").get(path(asked, "caseworker"))
    for words in ("Half are answered by day 9", "20 requests, followed up to 23 November 2026", "11 of 20", "55%",
                  "Repair damage or make the home safe"):  # fmt: skip
        assert words in answer.text
    clocks = [row[1:] for row in screen(answer) if row[0] == "Answered late"]
    assert clocks == [["2"], ["<5"]]  # on screen, and on paper


@pytest.mark.req("R60")
@pytest.mark.parametrize("before, sentence", [
    (12, "Fewer were answered so soon in 1 July to 23 November 2026 than in 2 February to 30 June 2026"),
    (9, "No two half-years that follow each other have enough requests to compare."),
])  # fmt: skip
def test_an_agency_is_compared_with_its_own_earlier_half_year(asked, before, sentence):
    """In spring all of them were answered at once; since July 13 of 32 within 28 days."""
    with asked.db() as db:
        plant(db, Referral, [
            {"case_id": asked.office["case", "own"], "agency_id": asked.office["agency", "own"], "urgent": False,
             "kind": "referral_out", "request_id": make.code(db, "request", "repairs").id, "status": "responded",
             "consent_id": asked.office["consent", "own"], "sent_on": date(2026, 2, 2), "in_writing": True,
             "responded_on": date(2026, 2, 3), "outcome_id": make.code(db, "outcome", "accepted").id}
            for _request in range(before)
        ] + [
            {"case_id": asked.office["case", "own"], "agency_id": asked.office["agency", "own"], "urgent": False,
             "kind": "referral_out", "request_id": make.code(db, "request", "repairs").id, "status": "sent",
             "consent_id": asked.office["consent", "own"], "sent_on": date(2026, 8, 3), "in_writing": None,
             "responded_on": None, "outcome_id": None}
            for _request in range(12)
        ])  # fmt: skip
        db.commit()
    text = asked.browse("manager").get(path(asked, "manager")).text
    assert sentence in text
    assert "13 of 32" in text


def test_a_caseworker_may_open_only_the_requests_of_their_own_files(asked):
    page = asked.browse("amina").get(path(asked, "caseworker"))
    assert "6 of 20 counted here." in page.text
    with asked.db() as db:
        own = {one.id for one in db.query(Referral) if one.case_id == asked.office["case", "own"]}
    linked = {link for link in page.page.links.values() if "/referral/details/" in link}
    assert linked
    assert {int(link.split("id=")[1]) for link in linked} <= own
    refused = asked.browse("amina").get(f"{path(asked, 'caseworker')}&show=refused_no_reason")
    assert "0 of 5 counted here." in refused.text


def test_no_client_is_named_on_any_scorecard(asked):
    for role in ROLES:
        for more in ("", "print/"):
            text = asked.browse(role).get(path(asked, role, more)).text
            assert [name for name in (*NAMES.values(), "Person 1") if name in text] == []


def test_the_reports_account_meets_no_small_number_and_no_record(asked):
    page = asked.browse("reports").get(path(asked, "reports"))
    numbers = [cell for row in screen(page) for cell in row[1:] if cell.isdecimal()]
    assert numbers
    assert [one for one in numbers if 1 <= int(one) < 5] == []
    assert "&lt;5" in page.page.markup
    assert [link for link in page.page.links.values() if "/referral/" in link or "/case/" in link] == []


@pytest.mark.parametrize("role", ROLES)
def test_on_paper_small_numbers_are_hidden_whoever_prints_and_it_is_logged(asked, role):
    page = asked.browse(role).get(path(asked, role, "print/"))
    rows = {row[0]: row[1:] for row in screen(page)}
    assert rows["Answered late"] == ["<5"]
    assert "35%" in page.text or "hidden" in page.text
    (line,) = asked.trail(action="exported")
    assert (line.subject, line.reason) == ("Scorecard", "printed")
    assert "counted on 2026-11-23" in line.fields


def test_what_the_browser_prints_of_the_page_itself_hides_small_numbers_too(asked):
    """The page holds two bodies: one for the screen, one for paper; the sheet shows one or the other."""
    markup = asked.browse("manager").get(path(asked, "manager")).page.markup
    on_screen, _mark, on_paper = markup.partition('<div class="print-only">')
    assert 'class="suppressed"' not in on_screen
    assert 'class="suppressed"' in on_paper


def test_the_letter_is_a_managers_and_is_logged_with_its_hash(asked):
    typed = {"id": str(asked.office["agency", "own"]), "period": "whole"}
    answer = asked.browse("manager").post("/manager/agency/scorecard/letter/", typed)
    assert "Requests: 20" in words_of(answer.data)
    (line,) = asked.trail(action="exported")
    assert line.subject == "Scorecard"
    assert line.reason.startswith("letter, SHA-256 ")
    for role in ("caseworker", "reports"):
        assert asked.browse(role).post(f"/{role}/agency/scorecard/letter/", typed).status == 404
        assert "Right-of-reply letter" not in asked.browse(role).get(path(asked, role)).text


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_its_own_address_and_the_coordinator_none(asked, role):
    other = ROLES[(ROLES.index(role) + 1) % len(ROLES)]
    assert asked.browse(role).get(path(asked, other)).status == 403
    assert asked.browse("coordinator").get(path(asked, role)).status == 403


def test_a_choice_that_is_none_and_an_agency_that_is_none(asked):
    person = asked.browse("manager")
    assert person.get(f"{path(asked, 'manager')}&period=century&parts=with").status == 422
    assert person.get("/manager/agency/scorecard/?id=99999").status == 404
    assert person.get("/manager/agency/scorecard/?id=x").status == 404


def test_a_year_counts_what_was_sent_in_it(asked):
    answer = asked.browse("manager").get(f"{path(asked, 'manager')}&period=last_year&parts=with")
    assert "1 April 2025 to 31 March 2026" in answer.text
    assert "No request was sent to them in this time." in answer.text


def test_a_council_counts_with_its_services_until_it_is_asked_for_alone(asked):
    with asked.db() as db:
        above = make.agency(db, "Marsh Lane Group")
        db.get(Agency, asked.office["agency", "own"]).parent = above
        db.commit()
        group = above.id
    person = asked.browse("manager")
    whole = person.get(f"/manager/agency/scorecard/?id={group}")
    assert "Counted with it: Marsh Lane Homes." in whole.text
    assert "20 requests, followed up" in whole.text
    alone = person.get(f"/manager/agency/scorecard/?id={group}&period=whole&parts=alone")
    on_screen, _mark, on_paper = alone.page.markup.partition('<div class="print-only">')
    assert "No request was sent to them in this time." in on_screen
    assert "20 requests, followed up" not in on_screen
    # on paper always with its services, so that nobody takes one page from the other
    assert "20 requests, followed up" in on_paper
    printed = person.get(f"/manager/agency/scorecard/print/?id={group}&period=whole&parts=alone")
    assert "20 requests, followed up" in printed.text


def test_the_page_and_the_list_take_the_same_few_statements_however_large_the_office_is(asked):
    person = asked.browse("manager")
    pages = (path(asked, "manager"), "/manager/agency/scorecards/")
    few = [person.get(one).statements for one in pages]
    with asked.db() as db:
        random_office(db, 1, 60)
        db.commit()
    assert [person.get(one).statements for one in pages] == few
    assert max(few) <= 12
