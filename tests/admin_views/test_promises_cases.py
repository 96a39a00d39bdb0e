"""What the office promises about whom it helps, and how it believes them, as people meet it on the screens."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from casework.access import ROLES, panels_of
from models import Agency, Area, Client, Code, Incident
from models.base import Base
from models.declared import declared
from tests.admin_views.office import ROLE_OF, SIGN_IN, canary

FIRST_CONTACT = {"first_contact_at": "23 Nov 2026", "first_contact_at-time": "8:30"}


def ids(site, model, *, list: str = "") -> dict[str, str]:
    """Give the keys of a small list by the words of its rows."""
    with site.db() as db:
        rows = db.scalars(select(model).where(model.list == list) if list else select(model))
        return {getattr(row, "code", None) or row.name: str(row.id) for row in rows}


def new_case(site, person, **typed: str):
    """Send the form of a new case; nobody's, unless the client is named."""
    kind = ids(site, Code, list="case_kind")["racist_incident"]
    return person.fill("/caseworker/case/new/", {"kind_id": kind, **FIRST_CONTACT, **typed})


def case_of(answer) -> str:
    """Give the key of the case whose page the answer leads to."""
    assert answer.status == 302, answer.page.faults
    return answer.location.rpartition("=")[2]


def change(person, case: str, **typed: str):
    return person.fill(f"/caseworker/case/edit/?id={case}", typed)


def note(site, person, case: str, kind: str):
    """Write a note on a case about one kind of help."""
    kinds = ids(site, Code, list="note_kind")
    typed = {"at": "today", "at-time": "8:45", "text": "As agreed.", "kinds": [kinds[kind]]}
    assert person.fill(f"/caseworker/casenote/new/?case_id={case}", typed).status == 302


@pytest.mark.req("R1")
def test_a_family_is_one_client_with_everybody_who_lives_there(site, browse):
    amina, relation = browse("caseworker"), ids(site, Code, list="relation")
    answer = amina.fill("/caseworker/client/new/", {
        "name": "Abdi family", "kind": "family",
        "members-0-name": "Ayaan", "members-0-relation_id": relation["child"], "members-0-is_child": "y",
        "members-1-name": "Caasho", "members-1-relation_id": relation["parent"],
    })  # fmt: skip
    page = amina.get(answer.location).page
    assert "family" in page.text
    assert [[cell for cell in row if cell != "–"] for row in page.rows] == [
        ["Ayaan", "Son or daughter", "Yes"], ["Caasho", "Mother or father", "No"],
    ]  # fmt: skip
    with site.db() as db:
        family = db.scalars(select(Client).where(Client.name == "Abdi family")).one()
        assert [(one.name, one.relation.code, one.is_child) for one in family.members] == [
            ("Ayaan", "child", True), ("Caasho", "parent", False),
        ]  # fmt: skip
    single = amina.fill("/caseworker/client/new/", {"name": "Selam", "kind": "individual"})
    assert "Person" in amina.get(single.location).text


@pytest.mark.req("R2")
def test_an_organisation_names_somebody_to_speak_with_and_is_counted_apart_from_people(site, browse):
    amina, manager = browse("caseworker"), browse("manager")
    mosque = {"name": "Canning Road Mosque", "kind": "organisation", "safe_contact": "any"}
    refused = amina.fill("/caseworker/client/new/", mosque)
    assert refused.status == 422
    assert "Name the person to speak with" in refused.page.said_beside("org_contact")

    before = figures(manager)
    for number in range(6):  # fewer than five would be hidden
        named = mosque | {"name": f"Mosque {number}", "org_contact": "Idris H"}
        key = amina.fill("/caseworker/client/new/", named).location.rpartition("=")[2]
        with site.db() as db:
            ref = db.get_one(Client, int(key)).ref
        case_of(new_case(site, amina, client_id=ref, area_id=ids(site, Area)["Newham"], status="open"))
    after = figures(manager)
    assert after["Organisations reached"] == "6"
    assert after["People and families reached"] == before["People and families reached"]


def figures(person) -> dict[str, str]:
    """Give the figures of this year by their names."""
    page = person.get("/manager/figures/").page
    names = [one.text for one in page.elements if one.get("class") == "told-name"]
    return dict(zip(names, [one.text for one in page.elements if one.get("class") == "told-number"], strict=True))


@pytest.mark.req("R3")
def test_where_cases_are_opened_is_a_tick_with_dates_that_the_manager_keeps(site, browse):
    amina, manager, areas = browse("caseworker"), browse("manager"), ids(site, Area)
    ours = manager.get("/manager/area/?flt0_in_catchment=1").page.rows
    assert {row[0] for row in ours} == {"Barking and Dagenham", "Newham", "Tower Hamlets", "Waltham Forest"}
    assert "Assumed" in manager.get(f"/manager/area/details/?id={areas['Newham']}").text

    def opened(borough: str) -> bool:
        case = case_of(new_case(site, amina, client_id="Rehana Begum", area_id=areas[borough]))
        answer = change(amina, case, status="open")
        if answer.status == 422:
            assert f"{borough} is outside our casework area." in answer.page.said_beside("area_id")
        return answer.status == 302

    def tick(borough: str, **typed) -> None:
        answer = manager.fill(f"/manager/area/edit/?id={areas[borough]}", typed)
        assert answer.status == 302, answer.page.faults

    assert opened("Newham") and not opened("Redbridge")
    tick("Redbridge", in_catchment="y", valid_from="23 Nov 2026")
    assert opened("Redbridge")
    tick("Redbridge", in_catchment="y", valid_from="24 Nov 2026")
    assert not opened("Redbridge")
    tick("Newham", in_catchment=None)
    assert not opened("Newham")


@pytest.mark.req("R4")
@pytest.mark.parametrize("way", ["signpost", "nobody found"])
def test_somebody_from_elsewhere_is_advised_and_sent_on_before_the_enquiry_is_closed(site, browse, way):
    amina, areas = browse("caseworker"), ids(site, Area)
    helpers = ids(site, Code, list="agency_kind")["advice_agency"]
    near = {"name": "Croydon Advice", "kind_id": helpers, "tier": "community", "areas": [areas["Croydon"]]}
    far = {"name": "Barnet Advice", "kind_id": helpers, "tier": "community", "areas": [areas["Barnet"]]}
    for agency in (near, far):
        assert amina.fill("/caseworker/agency/new/", agency).status == 302
    case = case_of(new_case(site, amina, area_id=areas["Croydon"]))

    refused = change(amina, case, status="open", client_id="Rehana Begum")
    assert "Croydon is outside our casework area." in refused.text
    assert "Record the advice given" in change(amina, case, status="closed").text
    note(site, amina, case, "rights_information")
    assert "Refer or signpost to a local organisation" in change(amina, case, status="closed").text

    request = ids(site, Code, list="request")["legal_advice"]
    suggested = amina.get(f"/caseworker/refer/?case={case}&request_id={request}")
    assert "Croydon Advice" in suggested.text and "Barnet Advice" not in suggested.text
    if way == "signpost":
        typed = {"agency_id": ids(site, Agency)["Croydon Advice"], "act": "signpost"}
        assert amina.submit(suggested, typed, holding="channel", path=f"/caseworker/refer/?case={case}").status == 302
    else:
        note(site, amina, case, "signpost")
    assert change(amina, case, status="closed").status == 302


@pytest.mark.req("R29")
def test_without_signing_in_there_is_nothing_but_the_door(site, browse):
    stranger = browse("")
    for rule in site.app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        if "GET" not in rule.methods or rule.endpoint in {"static", "login.form", "setup.page", "healthz"}:
            continue
        answer = stranger.get(path)
        if rule.endpoint == "setup.page":  # the first account is made: there is nothing here any more
            assert answer.status == 404
            continue
        assert (answer.status, answer.location.partition("?")[0]) == (302, "/login"), path


@pytest.mark.req("R29")
@pytest.mark.parametrize(("who", "files"), [("amina", {"own", "team"}), ("joan", {"other"}), ("leyla", set())])
def test_a_caseworker_opens_the_files_of_the_team_and_a_coordinator_no_story(site, browse, office, who, files):
    person, role = browse(who), ROLE_OF[who]
    read = "".join(
        person.get(f"/{role}/{panel.name}/{door}").data.decode()
        for panel in panels_of(role)
        for door in ("", *(f"details/?id={number}" for number in range(1, 6)))
    )
    for file in ("own", "team", "other", "hidden"):
        met = {what for what in ("title", "note", "what", "reason", "visit", "address") if canary(what, file) in read}
        assert bool(met) == (file in files), (file, met)


@pytest.mark.req("R29")
def test_whoever_opens_a_case_is_written_down(site, browse, office):
    amina, own = browse("caseworker"), office["case", "own"]
    for door in ("details", "edit"):
        before = len(site.trail(action="opened", subject="Case", row_id=own))
        amina.get(f"/caseworker/case/{door}/?id={own}")
        lines = site.trail(action="opened", subject="Case", row_id=own)
        assert len(lines) == before + 1
        assert lines[-1].user_id == office.users["amina"]


@pytest.mark.req("R37")
@pytest.mark.parametrize("seen_by", ["victim", "witness", "family", "worker", "other"])
def test_an_incident_is_what_anybody_sees_it_to_be_and_nothing_else_is_asked(site, browse, office, seen_by):
    amina = browse("caseworker")
    path = f"/caseworker/incident/new/?case_id={office['case', 'own']}"
    answer = amina.fill(path, {"from_at": "20 Nov 2026", "from_at-time": "22:00", "perceived_by": seen_by})
    assert answer.status == 302
    listed = amina.get(f"/caseworker/incident/?flt0_perceived_by={seen_by}").page.rows
    assert len(listed) == (3 if seen_by == "victim" else 1)  # two were there, seen so by the people themselves
    with site.db() as db:
        made = db.scalars(select(Incident).order_by(Incident.id.desc())).first()
        assert (made.perceived_by, made.types, made.strands) == (seen_by, [], [])
    nobody = amina.fill(path, {"from_at": "20 Nov 2026", "from_at-time": "22:00", "perceived_by": "nobody"})
    assert nobody.status == 422


DOUBT = re.compile(
    r"\balleg\w*|\bclaim(?:s|ed|ing|ant)\b|\bcredib\w*|\bpro(?:of|ves?|ven|ved)\b|\bsuppos\w*|\bliar\b|\blying\b|"
    r"\bgenuine\w*|\bsubstantiat\w*|\bso-called\b",
    re.IGNORECASE,
)


@pytest.mark.req("R38")
@pytest.mark.parametrize("role", ROLES)
def test_no_page_doubts_the_people_we_stand_with(site, browse, role):
    person = browse(SIGN_IN[role])
    for panel in panels_of(role):
        for door in ("", "new/", "details/?id=1", "edit/?id=1"):
            answer = person.get(f"/{role}/{panel.name}/{door}")
            if answer.is_page:
                found = DOUBT.findall(answer.page.markup)
                assert found == [], (panel.name, door)


@pytest.mark.req("R38")
def test_no_field_of_any_record_weighs_whether_somebody_is_to_be_believed(site):
    weighs = re.compile(r"believ|truth|honest|reliab|verif|confirm", re.IGNORECASE)
    for mapper in Base.registry.mappers:
        names = [f"{one.key} {one.info.label} {one.info.help}" for one in declared(mapper.class_)]
        assert [name for name in names if weighs.search(name) or DOUBT.search(name)] == [], mapper.class_.__name__


@pytest.mark.req("R42")
def test_one_incident_may_be_of_several_kinds_from_the_offices_list(site, browse, office):
    amina, kinds = browse("caseworker"), ids(site, Code, list="incident_type")
    both = [kinds["harassment_course"], kinds["damage_property"]]
    path = f"/caseworker/incident/new/?case_id={office['case', 'own']}"
    typed = {"from_at": "20 Nov 2026", "from_at-time": "22:00", "types": both}
    assert amina.fill(path, typed).status == 302
    with site.db() as db:
        made = db.scalars(select(Incident).order_by(Incident.id.desc())).first()
        assert sorted(str(one.id) for one in made.types) == sorted(both)
    page = amina.get(f"/caseworker/incident/details/?id={made.id}").text
    assert "Harassment over time" in page and "Damage to property" in page
    assert {"physical_assault", "threat", "discrimination_service", "attack_on_worship"} <= set(kinds)
    unknown = amina.fill(path, typed | {"types": ["999999"]})
    assert unknown.status == 422
