"""Agencies on the screens: chased, complained about, what they did noted; the family's need; where to ask; partners."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.conduct import URGENT
from casework.referrals import send
from models import Agency, AgencyConduct, Case, Client, Code, Consequence, IncidentReport, Referral, ReferralChase, Task
from tests import make
from tests.admin_views.office import NAMES, canary
from tests.admin_views.test_promises_referrals import agree, answered, codes, facts, new_agency, refer

VOCABULARY = Path(__file__).parents[2] / "seed" / "codes.csv"
TUESDAY, WEDNESDAY = datetime(2026, 12, 8, 9, tzinfo=UTC), datetime(2026, 12, 9, 9, tzinfo=UTC)


def asked(site, office, request="repairs", kind="housing_association", name="Quay Homes", on=None):
    """A request of Amina's own case that was sent on Monday."""
    with site.db() as db:
        case = db.get_one(Case, office["case", "own"])
        agency = make.agency(db, name, kind=kind)
        make.consent(db, case.client, agency, purposes=(request,), scope=("name",))
        made = send(db, make.referral(db, case, agency, request=request), "letter", on=on)
        db.commit()
        return made.id


def page_of_agencies(person, office):
    return person.get(f"/{person.role}/case-agencies/?case={office['case', 'own']}")


def chase(person, referral, **typed):
    return person.fill(f"/{person.role}/referral/chase/?id={referral}", typed, holding="medium")


# Chases


@pytest.mark.req("R49")
def test_an_agency_is_chased_in_two_clicks_from_the_case_and_from_my_day(site, browse, office):
    referral = asked(site, office)
    with site.at(TUESDAY):
        amina = browse("amina")
        way = f"/caseworker/referral/chase/?id={referral}"
        for page in (f"/caseworker/case/details/?id={office['case', 'own']}", "/caseworker/"):
            links = [one.get("href") for one in amina.get(page).page.all("a")]
            assert way in links, page  # the first click; saving is the second
        answer = chase(amina, referral)
        assert answer.location == f"/caseworker/case/details/?id={office['case', 'own']}"
        assert "Chased. Asked again on Tue 15 Dec 2026." in amina.get(answer.location).text
    with site.db() as db:
        (made,) = db.scalars(select(ReferralChase).where(ReferralChase.referral_id == referral)).all()
        assert (made.medium, made.at, made.chased_by.name) == ("phone", TUESDAY, "Amina K")


@pytest.mark.req("R49")
def test_the_page_of_agencies_shows_each_with_its_clock_its_chases_and_its_conduct(site, browse, office):
    late = asked(site, office, "complaint_stage1")  # acknowledged by Monday 30 November
    asked(site, office, "legal_advice", "solicitor", "Law Centre")
    with site.at(TUESDAY):
        amina = browse("amina")
        assert chase(amina, late, medium="email").status == 302
    with site.at(WEDNESDAY):
        amina = browse("amina")
        text = page_of_agencies(amina, office).text
    assert "9 days late" in text and "once, on Tue 8 Dec 2026" in text and "No day set" in text
    assert text.index("Quay Homes") < text.index("Law Centre")  # the oldest open clock first
    assert "Was not believed" in text  # noted of the landlord when the office was furnished


def test_a_chase_that_cannot_be_says_why_beside_its_box_and_keeps_what_was_typed(site, browse, office):
    referral = asked(site, office)
    amina = browse("amina")
    ahead = chase(amina, referral, on="24 Nov 2026", note="They will ring back.")
    assert ahead.status == 422
    assert "between the day of sending and now" in ahead.page.said_beside("on")
    assert "They will ring back." in ahead.page.markup
    with site.db() as db:
        assert db.scalars(select(ReferralChase).where(ReferralChase.referral_id == referral)).all() == []


@pytest.mark.req("R52")
def test_no_response_is_recorded_after_two_chases_on_different_days_and_not_before(site, browse, office):
    referral = str(asked(site, office, "complaint_stage1"))
    with site.at(TUESDAY):
        amina = browse("amina")
        assert chase(amina, referral).status == 302
        refused = answered(amina, referral, step="no_response")
        assert refused.status == 422 and "(1 so far)" in refused.text
    with site.at(WEDNESDAY):
        amina = browse("amina")
        answer = chase(amina, referral)
        assert "“No response” may be recorded now." in amina.get(answer.location).text
        assert answered(amina, referral, step="no_response").status == 302
        assert facts(amina.get(f"/caseworker/referral/details/?id={referral}"))["Answer"] == "No response"


# The next step


@pytest.mark.req("R47")
def test_the_next_step_is_one_click_away_filled_in_linked_and_meets_the_same_gate(site, browse, office):
    referral = asked(site, office)
    amina = browse("amina")
    refused = {"outcome": codes(site, "outcome")["refused_no_reason"], "in_writing": "False"}
    assert answered(amina, str(referral), **refused).status == 302
    page = page_of_agencies(amina, office).page
    (way,) = [one.get("href") for one in page.all("a") if f"previous={referral}" in (one.get("href") or "")]
    form = amina.get(way)
    assert "Follows: Quay Homes, Repair damage or make the home safe." in form.text
    values = dict(form.page.form("channel").values)
    assert values["items"] == codes(site, "data_scope")["name"]
    assert "we asked Quay Homes for: “Repair damage or make the home safe”" in values["reason"]
    stopped = amina.submit(form, {"act": "send"}, holding="channel", path=way)
    assert stopped.status == 422, "the permission was for repairs"
    agree(site, amina, "Quay Homes", "complaint_stage1")
    assert amina.submit(amina.get(way), {"act": "send"}, holding="channel", path=way).status == 302
    with site.db() as db:
        made = db.scalars(select(Referral).where(Referral.previous_id == referral)).one()
        assert (made.kind, made.status, made.response_due) == ("complaint", "sent", date(2026, 11, 30))
    assert f"previous={referral}" not in page_of_agencies(amina, office).page.markup  # asked, so not offered again


def test_a_request_of_another_case_is_not_followed(site, browse, office):
    amina = browse("amina")
    request = codes(site, "request")["complaint_stage1"]
    own, elsewhere = office["case", "own"], office["referral", "other"]
    page = amina.get(f"/caseworker/refer/?case={own}&request_id={request}&previous={elsewhere}")
    assert canary("reason", "other") not in page.text
    assert "Follows:" not in page.text


@pytest.mark.req("R46")
def test_referrals_complaints_and_requests_for_information_are_counted_apart(site, browse, office):
    for request, name in (("repairs", "A"), ("complaint_stage1", "B"), ("information_request", "C")):
        asked(site, office, request, name=f"{name} Homes")
    amina = browse("amina")
    for kind, name in (("referral_out", "A Homes"), ("complaint", "B Homes"), ("information_request", "C Homes")):
        rows = amina.get(f"/caseworker/referral/?flt0_kind={kind}&flt1_status=sent").page.rows
        assert [name in " ".join(row) for row in rows] == [True], kind


# Conduct


def note(person, office, site, *words, **typed):
    conduct = codes(site, "conduct")
    credit = {"prompt", "believed", "acted", "apologised", "changed_practice"}
    ticked = {
        "against": [conduct[one] for one in words if one not in credit],
        "credit": [conduct[one] for one in words if one in credit],
    }
    path = f"/{person.role}/case-conduct/?case={office['case', 'own']}"
    given = {"other_id": "Marsh Lane Homes", **{name: keys for name, keys in ticked.items() if keys}, **typed}
    return person.fill(path, given, holding="on")


@pytest.mark.req("R51", "R55")
def test_how_an_agency_dealt_with_somebody_is_noted_from_the_case_with_what_it_rests_on(site, browse, office):
    amina = browse("amina")
    answer = note(amina, office, site, "not_believed", "humiliating_interview", "apologised",
                  what="At the desk.", incident_id=str(office["incident", "own"]))  # fmt: skip
    assert answer.status == 302
    with site.db() as db:
        rows = db.scalars(select(AgencyConduct).where(AgencyConduct.what == "At the desk.")).all()
        assert {(one.code.code, one.favourable) for one in rows} == {
            ("not_believed", False), ("humiliating_interview", False), ("apologised", True),
        }  # fmt: skip
        assert {(one.agency.name, one.case_id, one.incident_id, one.happened_on) for one in rows} == {
            ("Marsh Lane Homes", office["case", "own"], office["incident", "own"], make.TODAY)
        }
    text = amina.get(answer.location).text
    assert "Noted: 3 things." in text and "To their credit" in text


@pytest.mark.req("R55")
def test_a_threat_to_take_children_is_on_todays_list(site, browse, office):
    amina = browse("amina")
    answer = note(amina, office, site, "threatened_child_removal")
    assert "A threat to take children away is urgent" in amina.get(answer.location).text
    assert URGENT in amina.get("/caseworker/").text
    with site.db() as db:
        assert db.scalars(select(Task).where(Task.what == URGENT)).one().due_on == make.TODAY


def test_conduct_needs_an_agency_and_a_word_and_says_so_beside_the_box(site, browse, office):
    amina = browse("amina")
    nothing = note(amina, office, site)
    assert "Tick how they dealt with it" in nothing.page.said_beside("against")
    nobody = note(amina, office, site, "prompt", other_id="")
    assert "Choose an agency" in nobody.page.said_beside("agency_id")


@pytest.mark.req("R51")
def test_an_answer_and_how_it_was_given_are_one_saving(site, browse, office):
    referral = asked(site, office)
    amina = browse("amina")
    typed = {"outcome": codes(site, "outcome")["refused_no_reason"], "in_writing": "False",
             "against": [codes(site, "conduct")["hostile_response"]]}  # fmt: skip
    missing = answered(amina, str(referral), **{**typed, "outcome": None})
    assert missing.status == 422
    with site.db() as db:
        of_request = select(AgencyConduct).where(AgencyConduct.referral_id == referral)
        assert db.scalars(of_request).all() == [], "nothing of it is kept while the answer is not"
    assert answered(amina, str(referral), **typed).status == 302
    with site.db() as db:
        (made,) = db.scalars(of_request).all()
        assert (made.code.code, made.agency.name) == ("hostile_response", "Quay Homes")


@pytest.mark.req("R50")
def test_what_they_call_an_incident_is_noted_by_itself_when_it_denies_what_the_client_sees(site, browse, office):
    with site.db() as db:
        incident = make.incident(db, db.get_one(Case, office["case", "own"]), strands=("race",))
        agency = db.get_one(Agency, office["agency", "own"])
        report = make.report(db, incident, agency)
        db.commit()
        report_id, incident_id = report.id, incident.id
    amina = browse("amina")
    path = f"/caseworker/happened/?incident={incident_id}"
    word = codes(site, "agency_classification")["criminal_damage"]
    assert amina.fill(path, {"reports-0-agency_classification_id": word}).status == 302
    with site.db() as db:
        assert db.get_one(IncidentReport, report_id).mismatch is True
        made = db.scalars(select(AgencyConduct).where(AgencyConduct.incident_id == incident_id)).one()
        assert (made.code.code, made.by_itself) == ("refused_to_record_as_racist", True)
    assert "noted by itself" in page_of_agencies(amina, office).text


# Who meets what


@pytest.mark.req("R56")
def test_consequences_and_conduct_are_met_by_caseworkers_and_managers_alone(site, browse, office):
    for who in ("amina", "manager"):
        person = browse(who)
        assert (
            canary("consequence", "own")
            in person.get(f"/{person.role}/consequence/details/?id={office['consequence', 'own']}").text
        )
    for who in ("leyla", "figures"):
        person = browse(who)
        for table in ("consequence", "conduct", "chase"):
            assert person.get(f"/{person.role}/{table}/").status == 404
    joan = browse("joan")
    for table in ("consequence", "conduct", "chase"):
        assert joan.get(f"/caseworker/{table}/details/?id={office[table, 'own']}").status == 404


def test_people_at_agencies_are_on_no_sheet_and_on_no_page_for_clients(site, browse, office):
    amina = browse("amina")
    name = canary("contact", "agency")
    agency = office["agency", "own"]
    assert name in amina.get(f"/caseworker/agency/details/?id={agency}").text
    for kind in ("csv", "xlsx"):
        assert name.encode() not in amina.get(f"/caseworker/agency/export/{kind}/").data
    assert name not in amina.get(f"/caseworker/where-to-ask/print/?agency={agency}").text
    assert name not in browse("leyla").get(f"/coordinator/agency/details/?id={agency}").text


# The family's need


def need_page(office):
    return f"/caseworker/need/?case={office['case', 'own']}"


@pytest.mark.req("R53", "R56", "R57")
def test_the_family_and_its_need_are_written_down_in_one_saving_and_change_no_risk(site, browse, office):
    amina = browse("amina")
    causes = codes(site, "cause_of_need")
    typed = {
        "members-0-birth_year": "2019", "lone_parent": "True", "no_recourse": "yes", "destitute_from": "21 Nov 2026",
        "causes": [causes["poverty"], causes["homelessness"]],
        "led_to": codes(site, "consequence")["street_nights"], "since": "21 Nov 2026", "nights": "2",
    }  # fmt: skip
    with site.db() as db:
        risk = db.get_one(Case, office["case", "own"]).risk
    assert amina.fill(need_page(office), typed).status == 302
    with site.db() as db:
        case, client = db.get_one(Case, office["case", "own"]), db.get_one(Client, office["client", "own"])
        assert (case.destitute_from, {one.code for one in case.causes}) == (
            date(2026, 11, 21), {"poverty", "homelessness"},
        )  # fmt: skip
        assert (client.lone_parent, client.no_recourse, client.members[0].birth_year) == (True, "yes", 2019)
        night = db.scalars(select(Consequence).where(Consequence.nights == 2)).one()
        assert (night.code.code, night.happened_on) == ("street_nights", date(2026, 11, 21))
        assert case.risk == risk
    text = amina.get(f"/caseworker/case/details/?id={office['case', 'own']}").text
    assert "2 nights on the street" in text and "aged 6 or 7" in text and "lone parent" in text


@pytest.mark.req("R57")
def test_a_request_for_a_family_begins_with_words_that_name_poverty_as_the_cause(site, browse, office):
    amina = browse("amina")
    poverty = {"causes": [codes(site, "cause_of_need")["poverty"]]}
    assert amina.fill(need_page(office), poverty).status == 302
    for request, told in (("s17_assessment", True), ("repairs", False)):
        path = f"/caseworker/refer/?case={office['case', 'own']}&request_id={codes(site, 'request')[request]}"
        reason = dict(amina.get(path).page.form("channel").values)["reason"]
        assert ("poverty and homelessness, not from how the children are cared for" in reason) is told


def test_a_consequence_without_its_day_keeps_what_was_typed(site, browse, office):
    amina = browse("amina")
    answer = amina.fill(
        need_page(office), {"led_to": codes(site, "consequence")["injury"], "note": "Fell on the stairs"}
    )
    assert answer.status == 422
    assert "Enter the day" in answer.page.said_beside("since")
    assert "Fell on the stairs" in answer.page.markup


def test_a_colleague_who_changed_the_family_meanwhile_is_not_written_over(site, browse, office):
    amina = browse("amina")
    page = amina.get(need_page(office))
    with site.db() as db:
        db.get_one(Client, office["client", "own"]).pronouns = "she"
        db.commit()
    answer = amina.submit(page, {"lone_parent": "True"}, path=need_page(office))
    assert answer.status == 409
    with site.db() as db:
        assert db.get_one(Client, office["client", "own"]).lone_parent is None


# Where to ask


@pytest.mark.req("R47", "R59")
def test_where_to_ask_is_found_by_borough_and_request_and_printed_without_a_name(site, browse, office):
    with site.db() as db:
        for name, kind, areas in (
            ("Newham law", "solicitor", ("Newham",)), ("Barnet law", "solicitor", ("Barnet",)),
            ("Migrant Centre", "community_partner", ()),
        ):  # fmt: skip
            make.agency(
                db, name, kind=kind, tier="community", areas=areas, phone="020 7946 0999", how_to_ask="Ring first."
            )
        db.commit()
        newham = make.area(db, "Newham").id
        chosen = db.scalars(select(Agency.id).where(Agency.name == "Newham law")).one()
    amina = browse("amina")
    empty = amina.get("/caseworker/where-to-ask/")
    assert "Choose a borough or what is wanted" in empty.text
    found = amina.get(f"/caseworker/where-to-ask/?area={newham}&request={codes(site, 'request')['legal_advice']}").text
    assert "Newham law" in found and "Barnet law" not in found and "Migrant Centre" not in found
    sheet = amina.get(f"/caseworker/where-to-ask/print/?agency={chosen}")
    assert "Newham law" in sheet.text and "020 7946 0999" in sheet.text and "Ring first." in sheet.text
    assert not [name for name in NAMES.values() if name in sheet.text]
    assert re.search(r"\b26-\d{4}\b|CL-2026", sheet.text) is None
    assert "large-print" in sheet.page.markup


# Partners


@pytest.mark.req("R59")
def test_a_partner_sends_somebody_and_the_answer_passes_the_gate(site, browse, office):
    amina = browse("amina")
    partner = new_agency(site, amina, "Migrant Centre", "community_partner", "community")
    typed = {"agency_id": partner, "request_id": codes(site, "request")["other"], "sent_on": "today",
             "items": [codes(site, "data_scope")["name"]]}  # fmt: skip
    assert amina.fill(f"/caseworker/sent-to-us/?case={office['case', 'own']}", typed, holding="sent_on").status == 302
    with site.db() as db:
        came = db.scalars(select(Referral).where(Referral.kind == "referral_in")).one().id
    path, accepted = f"/caseworker/partner-answer/?id={came}", codes(site, "outcome")["accepted"]
    refused = amina.fill(path, {"outcome": accepted, "channel": "email"}, holding="channel")
    assert refused.status == 422 and "No active permission from Rehana Begum" in refused.text
    agree(site, amina, "Migrant Centre", "other")
    assert amina.fill(path, {"outcome": accepted, "channel": "email"}, holding="channel").status == 302
    assert refer(site, amina, office, "Migrant Centre", "counselling", "signpost").status == 302
    log = amina.get(f"/caseworker/joint-log/?agency={partner}").text
    assert [one.who for one in site.trail(action="opened", subject="Agency", row_id=partner)] == ["amina"]
    assert "From them to us" in log and "We told the client of them" in log
    assert NAMES["own"] not in log
    assert "Nothing between us yet" in browse("joan").get(f"/caseworker/joint-log/?agency={partner}").text


# Every word of the lists is reachable


def seeded(code_list):
    with VOCABULARY.open(encoding="utf-8", newline="") as file:
        return {row["label"] for row in csv.DictReader(file) if row["list"] == code_list}


def offered(page):
    return {one.text for one in [*page.all("option"), *page.all("label")]}


def test_every_kind_request_answer_reason_and_conduct_of_the_lists_is_offered_on_its_page(site, browse, office):
    referral = asked(site, office)
    amina = browse("amina")
    case = office["case", "own"]
    for path, lists in (
        ("/caseworker/agency/new/", ("agency_kind",)), (f"/caseworker/refer/?case={case}", ("request",)),
        ("/caseworker/where-to-ask/", ("request",)),
        (f"/caseworker/referral/answer/?id={referral}", ("outcome", "refusal_reason", "conduct")),
        (f"/caseworker/case-conduct/?case={case}", ("conduct",)), (need_page(office), ("cause_of_need", "consequence")),
    ):  # fmt: skip
        page = amina.get(path).page
        for code_list in lists:
            assert seeded(code_list) and seeded(code_list) <= offered(page), (path, code_list)


def test_every_kind_of_agency_can_be_kept_and_every_conduct_noted(site, browse, office):
    """Each word goes through the browser once: what is offered is also taken."""
    amina = browse("amina")
    conduct = codes(site, "conduct")
    assert note(amina, office, site, *conduct).status == 302
    kinds = codes(site, "agency_kind")
    for kind, key in kinds.items():
        typed = {"name": f"An agency: {kind}", "kind_id": key, "tier": "community"}
        assert amina.fill("/caseworker/agency/new/", typed).status == 302
    with site.db() as db:
        noted = db.scalars(select(Code.code).join(AgencyConduct, AgencyConduct.code_id == Code.id)).all()
        assert set(conduct) <= set(noted)
        kept = db.scalars(select(Agency.name).where(Agency.name.startswith("An agency: "))).all()
        assert len(kept) == len(kinds) == 22


# Statements


def test_the_pages_take_the_same_statements_with_few_rows_and_with_many(site, browse, office):
    for number in range(2):
        asked(site, office, "complaint_stage1", name=f"First {number}")
    amina = browse("amina")
    case, partner = office["case", "own"], office["agency", "own"]
    paths = (
        f"/caseworker/case-agencies/?case={case}", f"/caseworker/joint-log/?agency={partner}",
        "/caseworker/where-to-ask/?area=1", need_page(office), f"/caseworker/case-conduct/?case={case}",
    )  # fmt: skip

    def more(times):
        with site.db() as db:
            own = db.get_one(Case, case)
            for number in range(times):
                agency = make.agency(db, f"Body {times} {number}", kind="la_housing")
                make.consent(db, own.client, agency, purposes=("repairs",), scope=("name",))
                sent = send(db, make.referral(db, own, agency), "letter")
                make.chased(db, sent, make.NOW)
                sent.outcome, sent.responded_on, sent.in_writing = (
                    make.code(db, "outcome", "refused_no_reason"), make.TODAY, True,
                )  # fmt: skip
                db.add(AgencyConduct(case=own, agency=agency, happened_on=make.TODAY, referral=sent,
                                     code=make.code(db, "conduct", "prompt")))  # fmt: skip
                db.add(Referral(case=own, agency_id=partner, kind="signpost", status="closed", sent_on=make.TODAY,
                                request=make.code(db, "request", "repairs")))  # fmt: skip
            db.commit()

    more(2)
    few = [amina.get(path).statements for path in paths]
    more(15)
    assert [amina.get(path).statements for path in paths] == few
    assert max(few) <= 16, few
