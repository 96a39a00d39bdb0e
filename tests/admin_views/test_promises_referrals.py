"""What the office promises about permission and about what agencies answer, as people meet it on the screens."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from models import Agency, Code, Referral, Release
from tests import make
from tests.admin_views.office import ROLE_OF


def codes(site, code_list: str) -> dict[str, str]:
    """Give the keys of one list of words by their codes."""
    with site.db() as db:
        return {one.code: str(one.id) for one in db.scalars(select(Code).where(Code.list == code_list))}


def refer(site, person, office, agency: str, request: str, act: str = "send", items: tuple[str, ...] = ("name",)):
    """Fill in the second page of a referral of Amina's own case and do `act` with it."""
    path = f"/caseworker/refer/?case={office['case', 'own']}&request_id={codes(site, 'request')[request]}"
    scope = codes(site, "data_scope")
    typed = {"other_id": agency, "items": [scope[one] for one in items], "reason": "As agreed.", "act": act}
    return person.submit(person.get(path), typed, holding="channel", path=path)


def facts(answer) -> dict[str, str]:
    """Give what a record's page says, by its labels."""
    labels, values = ([one.text for one in answer.page.all(tag)] for tag in ("dt", "dd"))
    return dict(zip(labels, values, strict=True))


def new_agency(site, person, name: str, kind: str, tier: str) -> str:
    typed = {"name": name, "kind_id": codes(site, "agency_kind")[kind], "tier": tier}
    answer = person.fill("/caseworker/agency/new/", typed)
    assert answer.status == 302, answer.page.faults
    return answer.location.rpartition("=")[2]


def agree(site, person, agency: str, *requests: str):
    """Record Rehana's signed permission to tell one agency her name for these requests."""
    known = codes(site, "request")
    answer = person.fill("/caseworker/consent/new/", {
        "client_id": "Rehana Begum", "kind": "share_agency", "agency_id": agency, "method": "signed",
        "purposes": [known[one] for one in requests], "scope": [codes(site, "data_scope")["name"]],
        "given_on": "23 Nov 2026", "expires_on": "23 Nov 2027", "warning_read_on": "23 Nov 2026",
    })  # fmt: skip
    assert answer.status == 302, answer.page.faults


def answered(person, referral: str, **typed: str):
    path = f"/caseworker/referral/answer/?id={referral}"
    return person.fill(path, {"step": "responded", **typed}, holding="on")


def chased(person, referral: str):
    return person.fill(f"/caseworker/referral/chase/?id={referral}", {}, holding="medium")


# R30


def everything_at_once(site, office) -> list[tuple[str, str]]:
    """Give what would send something, were any page to take it: every name that a form of ours knows."""
    return [
        ("act", "send"), ("action", "send"), ("channel", "letter"), ("status", "sent"), ("kind", "referral_out"),
        ("sent_on", "23 Nov 2026"), ("consent_id", str(office["consent", "own"])),
        ("consent", str(office["consent", "own"])),
        ("case", str(office["case", "own"])), ("case_id", "26-0001"), ("rowid", "1"), ("id", "1"),
        ("request_id", codes(site, "request")["repairs"]), ("agency_id", str(office["agency", "own"])),
        ("other_id", "Marsh Lane Homes"), ("items-asked", "1"), ("items", codes(site, "data_scope")["name"]),
        ("at", "23 Nov 2026"), ("at-time", "8:00"), ("client_id", "Rehana Begum"), ("version", "1"), ("reason", "x"),
    ]  # fmt: skip


# Whoever went there would try the rest signed out, or with a hidden screen.
ENDS_THE_TRIAL = ("login.", "hide.", "account.")


def send_everywhere(site, person, office) -> set[str]:
    """Post it all to every address of this person's; give those after which more had left the office."""
    role, typed = ROLE_OF["amina"], [*everything_at_once(site, office), ("csrf_token", person.token)]
    elsewhere = ("/manager/", "/coordinator/", "/reports/")
    found = set()
    for rule in site.app.url_map.iter_rules():
        if "POST" not in rule.methods or rule.rule.startswith(elsewhere) or rule.endpoint.startswith(ENDS_THE_TRIAL):
            continue
        before = left(site)
        person.client.post(f"{rule.rule}?id=1&case={office['case', 'own']}", data=MultiDict(typed)).close()
        if left(site) != before:
            found.add(rule.rule.removeprefix(f"/{role}"))
    return found


def left(site) -> tuple[int, int]:
    """Count what left: releases, and referrals out that are no drafts."""
    with site.db() as db:
        gone = [one for one in db.scalars(select(Referral)) if one.kind == "referral_out" and one.status != "draft"]
    return len(site.rows(Release)), len(gone)


@pytest.mark.req("R30")
def test_no_address_of_the_office_sends_anything_once_permission_is_withdrawn(site, browse, office):
    """With permission some addresses send, so what is posted does reach the gate; without it none does."""
    amina = browse("amina")
    withdrawn = {"withdrawn_on": "23 Nov 2026"}
    assert amina.fill(f"/caseworker/consent/edit/?id={office['consent', 'own']}", withdrawn).status == 302
    assert send_everywhere(site, amina, office) == set()
    agree(site, amina, "Marsh Lane Homes", "repairs")
    assert send_everywhere(site, amina, office) == {"/refer/", "/referral/send/"}


@pytest.mark.req("R30")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"agency": "Other Homes"}, "Marsh Lane Homes only"), ({"request": "rehouse_transfer"}, "not for"),
        ({"items": ("name", "health")}, "does not name: Health"),
        ({"when": datetime(2027, 10, 15, 9, tzinfo=UTC)}, "expired"),
    ],
    ids=["another agency", "another purpose", "another item", "another day"],
)  # fmt: skip
def test_permission_is_for_one_agency_one_purpose_these_items_and_this_day(site, browse, office, change, told):
    asked = {"agency": "Marsh Lane Homes", "request": "repairs", "items": ("name",)} | change
    moment = asked.pop("when", datetime(2026, 11, 23, 9, tzinfo=UTC))
    with site.at(moment):
        amina = browse("amina")
        new_agency(site, amina, "Other Homes", "housing_association", "semi_public")
        before = left(site)
        refused = refer(site, amina, office, **asked)
        assert refused.status == 422
        assert "No active permission from Rehana Begum covers" in refused.text and told in refused.text
        assert left(site) == before


# R47


@pytest.mark.req("R47")
def test_telling_somebody_where_to_ask_needs_no_permission_sends_nothing_and_is_counted_apart(site, browse, office):
    amina, manager = browse("amina"), browse("manager")
    new_agency(site, amina, "Law Centre", "solicitor", "community")
    told, before = figures(manager), left(site)
    for _time in range(6):  # fewer than five would be hidden
        assert refer(site, amina, office, "Law Centre", "legal_advice", "signpost").status == 302
    assert left(site) == before
    with site.db() as db:
        assert {len(one.items) for one in db.scalars(select(Referral).where(Referral.kind == "signpost"))} == {0}
    assert len(amina.get("/caseworker/referral/?flt0_kind=signpost").page.rows) == 6
    after = figures(manager)
    assert after["Signposts"] == "6"
    assert after["Referrals to outside organisations"] == told["Referrals to outside organisations"]


def figures(person) -> dict[str, str]:
    """Give the figures of this year by their names."""
    page = person.get("/manager/figures/").page
    boxes = [one for one in page.elements if one.within("dl") and one.within("dl").get("class") == "big-numbers"]
    big = [[one.text for one in boxes if one.tag == tag] for tag in ("dt", "dd")]
    small = [[one.text for one in page.elements if one.get("class") == name] for name in ("told-name", "told-number")]
    return dict(zip(big[0], big[1], strict=True)) | dict(zip(small[0], small[1], strict=True))


# R46


@pytest.mark.req("R46")
def test_an_agency_has_its_kind_and_tier_and_stands_under_its_council(site, browse):
    amina = browse("amina")
    made = {
        "Tower Hamlets council": ("local_authority", "primary"), "Metropolitan police": ("police", "primary"),
        "Probation east": ("probation", "secondary"), "Quay Homes": ("housing_association", "semi_public"),
    }  # fmt: skip
    for name, (kind, tier) in made.items():
        new_agency(site, amina, name, kind, tier)
    under = amina.fill("/caseworker/agency/new/", {
        "name": "Tower Hamlets children's services", "kind_id": codes(site, "agency_kind")["la_childrens_services"],
        "tier": "primary", "parent_id": "Tower Hamlets council",
    })  # fmt: skip
    assert facts(amina.get(under.location))["Part of"] == "Tower Hamlets council"
    for tier in ("primary", "secondary", "semi_public"):
        listed = {row[0] for row in amina.get(f"/caseworker/agency/?flt0_tier={tier}").page.rows}
        assert {name for name, (_kind, its) in made.items() if its == tier} <= listed
    assert amina.fill("/caseworker/agency/new/", {"name": "Nameless", "tier": "primary"}).status == 422


# R52, R54


@pytest.mark.req("R52")
def test_a_refused_assessment_is_told_apart_with_a_reason_without_one_and_by_silence(site, browse, office):
    amina, outcomes = browse("amina"), codes(site, "outcome")
    services = "Tower Hamlets children's services"
    new_agency(site, amina, services, "la_childrens_services", "primary")
    agree(site, amina, services, "s17_assessment")
    first, second, third = (
        refer(site, amina, office, services, "s17_assessment").location.rpartition("=")[2] for _time in range(3)
    )

    with_reason = {"outcome": outcomes["refused_reason_given"], "in_writing": "True"}
    unnamed = answered(amina, first, **with_reason)
    assert "Was a reason given?" in unnamed.page.said_beside("refusal_reason")
    reason = codes(site, "refusal_reason")["child_not_in_need"]
    assert answered(amina, first, **with_reason, refusal_reason=reason).status == 302

    without = {"outcome": outcomes["refused_no_reason"]}
    assert "in writing?" in answered(amina, second, **without).page.said_beside("in_writing")
    assert answered(amina, second, **without, in_writing="False").status == 302

    early = answered(amina, third, step="no_response")
    assert early.status == 422, "the agency's time is not over"
    with site.at(datetime(2027, 2, 26, 9, tzinfo=UTC)):
        assert chased(browse("amina"), third).status == 302
    with site.at(datetime(2027, 3, 1, 9, tzinfo=UTC)):
        later = browse("amina")
        assert chased(later, third).status == 302
        assert answered(later, third, step="no_response").status == 302
        for outcome, referral in (
            ("refused_reason_given", first),
            ("refused_no_reason", second),
            ("no_response", third),
        ):
            listed = later.get(f"/caseworker/referral/?flt0_outcome={outcomes[outcome]}").page
            assert [one.get("value") for one in listed.elements if one.get("name") == "rowid"] == [referral]
        told = facts(later.get(f"/caseworker/referral/details/?id={second}"))
        assert (told["Answer"], told["In writing"]) == ("Refused, no reason given", "No")


@pytest.mark.req("R54")
def test_a_request_for_shelter_tonight_is_due_the_same_day_and_being_turned_away_is_recorded(site, browse, office):
    amina, outcomes = browse("amina"), codes(site, "outcome")
    new_agency(site, amina, "Night Shelter", "emergency_accommodation", "semi_public")
    agree(site, amina, "Night Shelter", "emergency_accommodation")
    sent = refer(site, amina, office, "Night Shelter", "emergency_accommodation")
    referral = sent.location.rpartition("=")[2]
    assert facts(amina.get(sent.location))["Answer due"] == "Today"
    turned_away = {"outcome": outcomes["refused_no_reason"], "in_writing": "False"}
    assert answered(amina, referral, **turned_away).status == 302
    with site.db() as db:
        row = db.get_one(Referral, int(referral))
        assert (row.sent_on, row.response_due) == (make.TODAY, make.TODAY)
        assert (row.outcome.code, row.in_writing, row.agency.kind.code) == (
            "refused_no_reason", False, "emergency_accommodation",
        )  # fmt: skip
        assert db.scalar(select(Agency.tier).where(Agency.id == row.agency_id)) == "semi_public"
