"""Writing down what happened: one page and one saving, with a line for each agency, by the caseworker."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from admin_views import case_documents, case_incidents, case_parts
from admin_views.current import begin_acting
from admin_views.db import db as keeper
from models import Agency, Case, Code, Incident, IncidentReport, Plan, PlanStep, Referral, Task
from tests import make
from tests.admin_views.office import NAMES

TYPED = {
    "happened_on": "19 Nov 2026",
    "happened_at": "22:00",
    "precision": "approx",
    "what": "Eggs and stones at the door",
}


def path_of(office, file: str = "own") -> str:
    return f"/caseworker/happened/?case={office['case', file]}"


def key(site, code_list: str, short: str) -> str:
    with site.db() as db:
        return str(make.code(db, code_list, short).id)


def last(site) -> Incident:
    with site.db() as db:
        found = db.scalars(select(Incident).order_by(Incident.id.desc())).first()
        for name in ("types", "strands", "coping", "perpetrators", "place", "area", "reports", "case"):
            getattr(found, name)
        [(one.agency, one.agency_classification) for one in found.reports]
        return found


def told(place: int, **typed: str | None) -> dict[str, str | None]:
    return {f"reports-{place}-{name}": value for name, value in typed.items()}


@pytest.mark.req("R37", "R39", "R41")
def test_everything_that_is_told_is_kept_in_one_saving(site, browse, office):
    amina = browse("caseworker")
    typed = {
        **TYPED, "types": [key(site, "incident_type", one) for one in ("attack_on_home", "threat")],
        "strands": [key(site, "hate_strand", "race")], "perceived_by": "family",
        "place_id": key(site, "place", "home"), "perpetrators": [key(site, "perpetrator_relation", "neighbour")],
        "coping": [key(site, "coping", "children_kept_in")], "previous_count": "3", "first_happened_on": "3 Aug 2026",
        "fear_of_escalation": "True", "impact": "The children do not sleep", "crime_ref": "EG-40718",
    }  # fmt: skip
    answer = amina.fill(path_of(office), typed)
    assert answer.location.endswith(f"/caseworker/case/details/?id={office['case', 'own']}")
    made = last(site)
    assert (made.from_at, made.precision) == (datetime(2026, 11, 19, 22, 0, tzinfo=UTC), "approx")
    assert ({one.code for one in made.types}, [one.code for one in made.strands]) == (
        {"attack_on_home", "threat"}, ["race"],
    )  # fmt: skip
    assert (made.perceived_by, made.place.code, made.area.name) == ("family", "home", "Tower Hamlets")
    assert (made.previous_count, made.first_happened_on, made.fear_of_escalation) == (3, date(2026, 8, 3), True)
    assert ([one.code for one in made.coping], made.impact) == (["children_kept_in"], "The children do not sleep")
    assert made.raised_risk_to == "high"  # the file's own incident was on 14 November
    page = amina.get(answer.location).page
    assert page.notices[0] == "Saved. Nothing has left the office."
    assert any("so the risk of this case was raised to “high”" in words for words in page.notices)


@pytest.mark.req("R37", "R38")
def test_a_day_is_all_that_is_needed_and_nothing_on_the_page_weighs_what_somebody_says(site, browse, office):
    amina = browse("caseworker")
    page = amina.get(path_of(office)).page
    questions = {one.text for one in [*page.all("label"), *page.all("legend")]}
    assert not [
        one for one in questions if any(word in one.lower() for word in ("sure", "true", "evidence", "confirm"))
    ]
    assert amina.fill(path_of(office), {"happened_on": "19/11"}).status == 302
    made = last(site)
    assert (made.precision, made.perceived_by, made.strands, made.what) == ("day", "victim", [], None)


@pytest.mark.req("R43", "R50")
def test_each_agency_of_the_case_has_its_line_told_or_not_and_what_it_calls_it_is_compared(site, browse, office):
    amina = browse("caseworker")
    with site.db() as db:
        police = make.agency(db, "Eastway Police", kind="police", tier="primary")
        db.commit()
        police_id = police.id
    page = amina.get(path_of(office)).page
    assert "Marsh Lane Homes" in [one.text for one in page.all("legend")]  # told, or not, of the incident before
    lines = {
        **told(0, state="client_declined"),
        **told(1, agency_id="Eastway Police", state="reported", told_on="20 Nov 2026", answered_on="21 Nov 2026",
               agency_classification_id=key(site, "agency_classification", "criminal_damage"), in_writing="True"),
    }  # fmt: skip
    answer = amina.fill(path_of(office), {**TYPED, "strands": [key(site, "hate_strand", "race")], **lines})
    assert answer.status == 302
    reports = {one.agency.name: one for one in last(site).reports}
    assert {name: one.state for name, one in reports.items()} == {
        "Marsh Lane Homes": "client_declined", "Eastway Police": "reported",
    }  # fmt: skip
    assert [one.mismatch for one in reports.values()].count(True) == 1
    notices = amina.get(answer.location).page.notices
    assert any(one.startswith("Eastway Police calls it “Criminal damage”. That does not match") for one in notices)
    listed = amina.get("/caseworker/incidentreport/?flt0_mismatch=1").page.rows
    assert [(row[1], row[-2]) for row in listed] == [("Eastway Police", "Criminal damage")]
    agency = amina.get(f"/caseworker/agency/details/?id={police_id}").page
    assert [row[-1] for row in agency.rows if "Criminal damage" in row] == ["Yes"]


def test_a_line_that_nobody_filled_in_is_not_kept_and_one_half_filled_in_keeps_every_word(site, browse, office):
    amina, before = browse("caseworker"), len(site.rows(IncidentReport))
    assert amina.fill(path_of(office), TYPED).status == 302
    assert len(site.rows(IncidentReport)) == before
    wrong = amina.fill(path_of(office), {
        **TYPED, **told(0, state="not_reported"), **told(1, agency_id="Marsh Lane Homes", told_on="20 Nov 2026"),
        "happened_at": "25:00", "impact": "Cannot sleep",
    })  # fmt: skip
    assert wrong.status == 422
    assert "Time, if they know it: There is no hour 25. Hours run from 0 to 23." in wrong.page.faults
    assert any("Say whether it was reported to this agency." in one for one in wrong.page.faults)
    values = dict(wrong.page.form("happened_on").values)
    assert (values["happened_on"], values["happened_at"], values["what"]) == ("19 Nov 2026", "25:00", TYPED["what"])
    assert (values["impact"], values["reports-0-state"], values["reports-1-told_on"]) == (
        "Cannot sleep", "not_reported", "20 Nov 2026",
    )  # fmt: skip
    again = amina.submit(wrong, {"happened_at": "10pm", **told(1, agency_id="", told_on="")}, holding="happened_on",
                         path=path_of(office))  # fmt: skip
    assert again.page.faults == ["Marsh Lane Homes: say why it was not reported. “The client does not want it” needs "
                                 "no reason."]  # fmt: skip
    done = amina.submit(again, told(0, reason="Next week"), holding="happened_on", path=path_of(office))
    assert done.status == 302
    assert [(one.state, one.reason) for one in last(site).reports] == [("not_reported", "Next week")]


def test_the_day_comes_first_and_exact_means_a_time(site, browse, office):
    amina = browse("caseworker")
    cases = {
        ("", "", "day"): "Enter the day. For a month, any day of it will do.",
        ("11/19", "", "day"): "Day: There is no month 19. The day comes first: type 19/11 for 19 November.",
        ("19/11", "", "exact"): "Enter the time as well, or choose “The day”.",
        ("24 Nov 2026", "", "day"): "Day: This is written down once it has happened. Correct the day or the time.",
        ("29 Mar 2026", "1:30", "day"): "Time, if they know it: There is no 01:30 on Sunday 29 March 2026",
    }  # fmt: skip
    before = site.rows(Incident)
    for (day, clock, precision), says in cases.items():
        answer = amina.fill(path_of(office), {"happened_on": day, "happened_at": clock, "precision": precision})
        assert answer.status == 422
        assert [one[: len(says)] for one in answer.page.faults] == [says]
    assert site.rows(Incident) == before
    assert amina.fill(path_of(office), {"happened_on": "19/11", "happened_at": "9", "precision": "day"}).status == 302
    assert last(site).precision == "exact"


def test_what_is_known_later_is_added_on_the_same_page_and_a_colleague_is_not_overwritten(site, browse, office):
    amina, id = browse("caseworker"), office["incident", "own"]
    path = f"/caseworker/happened/?incident={id}"
    first, second = amina.get(path), amina.get(path)
    hour = next(row for row in site.rows(Incident) if row[0] == id)
    assert (
        amina.submit(first, {"impact": "Moves her bed away from the window"}, holding="version", path=path).status
        == 302
    )
    assert next(row for row in site.rows(Incident) if row[0] == id)[1:4] == hour[1:4]  # the hour stays as recorded
    late = amina.submit(second, {"impact": "Mine"}, holding="version", path=path)
    assert late.status == 409
    assert ["What it does to them", "Moves her bed away from the window", "Mine"] in late.page.rows
    assert amina.submit(late, {}, holding="version", path=path).status == 302
    with site.db() as db:
        assert db.get(Incident, id).impact == "Mine"
    assert len(site.trail(action="opened", subject="Incident", row_id=id)) == 2


@pytest.mark.req("R10")
def test_a_closed_case_asks_why_it_is_opened_again_or_leads_to_a_case_that_follows_it(site, browse, office):
    with site.db() as db:
        case = db.get(Case, office["case", "own"])
        for task in case_tasks(db, case):
            task.done_on = make.TODAY
        for step in db.scalars(select(PlanStep).join(PlanStep.plan).where(Plan.case_id == case.id)):
            step.state, step.dropped_reason = "dropped", "Closing"
        for referral in case_referrals(db, case):
            referral.status = "withdrawn"
        case.status = "closing"
        db.flush()
        case.status, case.closure_agreed, case.closure_reason = "closed", "client", make.code(
            db, "closure_reason", "resolved")  # fmt: skip
        db.commit()
    amina = browse("caseworker")
    page = amina.get(path_of(office)).page
    follows = page.links["start a new case that follows it"]
    assert dict(amina.get(follows).page.form("previous_id").values)["previous_id"].startswith("26-0001")
    refused = amina.fill(path_of(office), TYPED)
    assert refused.status == 422
    assert (
        "This case is closed. Reopen it with a reason, or start a new case that follows it." in refused.page.faults[0]
    )
    done = amina.submit(
        refused, {"reopened_because": "It has begun again"}, holding="happened_on", path=path_of(office)
    )
    assert "The case is open again." in amina.get(done.location).page.notices
    with site.db() as db:
        assert db.get(Case, office["case", "own"]).status == "open"


def case_tasks(db, case):
    return db.scalars(select(Task).where(Task.case_id == case.id)).all()


def case_referrals(db, case):
    return db.scalars(select(Referral).where(Referral.case_id == case.id)).all()


def test_a_case_or_an_incident_out_of_reach_is_not_there(site, browse, office):
    amina, before = browse("caseworker"), site.everything()
    for file in ("other", "hidden"):
        assert amina.get(path_of(office, file)).status == 404
        assert amina.get(f"/caseworker/happened/?incident={office['incident', file]}").status == 404
        assert amina.post(path_of(office, file), TYPED).status == 404
    assert amina.get("/caseworker/happened/?case=x").status == 404
    assert site.everything() == before


def test_the_page_takes_the_same_few_statements_however_long_the_series(site, browse, office):
    amina = browse("caseworker")
    few = amina.get(path_of(office)).statements
    with site.db() as db:
        case, agencies = db.get(Case, office["case", "own"]), [make.agency(db, f"Agency {one}") for one in range(6)]
        for number in range(12):
            told_of = make.incident(db, case, f"2026-11-{number + 1:02}", strands=("race",), types=("threat",))
            for agency in agencies:
                make.report(db, told_of, agency, called="no_crime", answered_on=date(2026, 11, 20))
        db.commit()
    assert amina.get(path_of(office)).statements == few
    assert few <= 14


def test_the_parts_of_the_case_page_tell_the_series_in_words_with_few_statements(site, office):
    """The card, the timeline and the acts, as the page of a case asks for them."""
    with site.db() as db:
        case = db.get(Case, office["case", "own"])
        made = make.incident(db, case, what="They do it when they know I am alone.", strands=("race",),
                             types=("attack_on_home",), precision="approx", crime_ref="EG-40718")  # fmt: skip
        agency = db.get(Agency, office["agency", "own"])
        make.report(db, made, agency, called="neighbour_dispute", answered_on=date(2026, 11, 20), in_writing=True)
        db.commit()
    with site.app.test_request_context("/"):
        begin_acting()
        case = keeper.session.get(Case, office["case", "own"])
        cards = {card.key: card for part in case_parts.SIDE if (card := part("caseworker", case)) is not None}
        entries = [*case_incidents.timeline("caseworker", case), *case_documents.timeline("caseworker", case)]
        acts = [one.text for one in case_incidents.acts("caseworker", case)]
        assert case_incidents.card("coordinator", case) is None
    assert (cards["incidents"].count, [one.badge.text for one in cards["incidents"].lines]) == (2, ["19 Nov", "14 Nov"])
    assert cards["incidents"].lines[0].second == "reported to Marsh Lane Homes"
    assert cards["incidents"].lines[1].second == "not reported to Marsh Lane Homes"
    incident = next(one for one in entries if one.title == "Incident 2")
    assert (incident.when, incident.filled, incident.kind) == ("Thu 19 Nov 2026, about 22:00", True, "incident")
    assert incident.said == "They do it when they know I am alone."
    assert incident.text.startswith("Perceived as: Race, ethnicity or nationality. So by: the person themselves.")
    assert incident.meta == (
        "2nd since 14 November 2026 · repeat within 30 days, risk raised to high · police reference EG-40718"
    )
    answer = next(one for one in entries if one.kind == "agency")
    assert answer.text == "Calls it: Neighbour dispute. Does not match what the client says. Noted as a difference."
    assert (answer.with_whom, answer.meta) == ("Marsh Lane Homes", "Incident 2 · in writing")
    assert acts == ["Add incident"]
    assert (cards["documents"].count, cards["documents"].lines[0].links[0].text) == (1, "Open")
    assert not [one for one in entries for name in NAMES.values() if one.url and name in one.url]


@pytest.mark.req("R44")
def test_what_was_reached_has_a_word_in_the_offices_lists(site, browse):
    words = {row[1] for row in browse("manager").get("/manager/code/?flt0_list=step_result").page.rows}
    assert {"cctv_installed", "meeting_held", "rehousing_priority", "transfer_offered"} <= words


def test_coping_is_offered_as_what_people_do_and_never_as_something_to_answer_for(site, browse, office):
    page = browse("caseworker").get(path_of(office)).page
    with site.db() as db:
        words = set(db.scalars(select(Code.words).where(Code.list == "coping")))
    group = next(one for one in page.all("fieldset") if one.get("id") == "coping-field")
    assert "It is never held against them." in group.text
    assert all(one in group.text for one in words)
