"""A case that is kept to a few: nobody else of its team meets anything of it, by any way; nor a coordinator."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models import Case, Conflict, User, Worker
from tests import make
from tests.admin_views.crawl import everything
from tests.admin_views.office import NAMES, SCRIPTS, canary, kept_passphrase
from tests.admin_views.test_base_access import WORDS

FIELDS = (*WORDS, "letter", "subject", "deadline", "step", "whynot", "conduct", "consequence", "shows", "paper", "said",
          "words", "told", "order", "items", "chase", "way", "improvement", "findings", "restriction")  # fmt: skip


def words_of(site, office, file: str) -> set[str]:
    """Give every word by which something of this file would be recognised, its references too."""
    with site.db() as db:
        case = db.get_one(Case, office["case", file])
        refs = {case.ref, case.client.ref}
    return {NAMES[file], SCRIPTS[file], *refs, *(canary(word, file) for word in FIELDS)}


def met(site, office, person, file: str) -> dict[str, set[str]]:
    """Give what a person meets of a file, by address."""
    words = words_of(site, office, file)
    numbers = {table: number for (table, of), number in office.ids.items() if of == file}
    asked = [NAMES[file], next(one for one in words if one.startswith("26-")), canary("title", file)]
    found = {}
    for path, text in everything(site, person, numbers, asked, most=100):
        told = {word for word in words if word in text}
        if told:
            found[path] = told
    return found


@pytest.fixture
def kept(site, office):
    """Hodan Warsame's case, of Amina's team, is kept to Tariq, who leads it and has an account here."""
    with site.db() as db:
        tariq = db.get_one(Worker, office.people["tariq"])
        db.add(User(username="tariq", role="caseworker", worker=tariq, password_hash=kept_passphrase()))
        case = db.get_one(Case, office["case", "team"])
        case.kept_to, case.kept_reason = [tariq], "A colleague lives next door"
        db.commit()
    return office["case", "team"]


def test_a_colleague_of_the_team_meets_nothing_of_a_kept_case(site, browse, office, kept):
    assert met(site, office, browse("amina"), "team") == {}


def test_whoever_is_named_and_every_manager_meet_it(site, browse, office, kept):
    for who, role in (("tariq", "caseworker"), ("manager", "manager")):
        page = browse(who).get(f"/{role}/case/details/?id={kept}")
        assert canary("note", "team") in page.text
        assert "Kept to Tariq B and the managers" in page.text


def test_a_coordinator_who_is_not_named_meets_nothing_of_a_kept_case(site, browse, office, kept):
    assert met(site, office, browse("leyla"), "team") == {}


def test_a_coordinator_meets_nothing_of_a_client_with_whom_they_have_a_conflict(site, browse, office):
    person = browse("leyla")
    with site.db() as db:
        ref = db.get_one(Case, office["case", "other"]).ref
    assert any(ref in told for told in met(site, office, person, "other").values())
    with site.db() as db:
        db.add(Conflict(worker_id=office.people["leyla"], client_id=office["client", "other"], reason="A cousin",
                        declared_on=date(2026, 11, 2)))  # fmt: skip
        db.commit()
    assert met(site, office, person, "other") == {}


def keep(person, case: int, people: list[int], reason: str) -> int:
    """Fill the page in and give the status of the answer."""
    typed = {"people": [str(one) for one in people], "reason": reason}
    return person.fill(f"/{person.role}/case/keep/?case={case}", typed, holding="reason").status


def test_a_manager_and_the_caseworker_say_to_whom_it_is_kept_and_nobody_else(site, browse, office):
    amina, manager = browse("amina"), browse("manager")
    own, team, me = office["case", "own"], office["case", "team"], office.people["amina"]
    assert keep(amina, own, [], "") == 302
    assert keep(amina, own, [me], "") == 422
    assert keep(amina, own, [me], "Known to a volunteer") == 302
    assert keep(amina, team, [me], "Mine now") == 422
    assert browse("joan").get(f"/caseworker/case/keep/?case={own}").status == 404
    assert keep(manager, team, [me], "Known here") == 302
    with site.db() as db:
        people = {one.id: {who.name for who in one.kept_to} for one in db.scalars(select(Case)) if one.kept_to}
    assert people == {own: {"Amina K"}, team: {"Amina K", "Tariq B"}}  # whoever leads it is always one of them
    lines = [one for one in site.trail(action="changed", subject="Case") if "kept_to" in (one.fields or "")]
    assert {one.row_id for one in lines} == {own, team}


def test_a_handover_lets_the_new_caseworker_in(db):
    tariq, amina = make.worker(db, "Tariq B", in_team=make.team(db)), make.worker(db, "Amina K", in_team=make.team(db))
    case = make.case(db, lead=tariq)
    case.kept_to, case.kept_reason = [tariq], "Known here"
    db.flush()
    case.lead, case.lead_reason = amina, "Tariq leaves"
    db.flush()
    assert {one.name for one in case.kept_to} == {"Tariq B", "Amina K"}


def test_a_client_with_another_case_is_met_without_what_belongs_to_the_kept_one(db):
    amina, tariq = make.worker(db, "Amina K", in_team=make.team(db)), make.worker(db, "Tariq B", in_team=make.team(db))
    client = make.client(db)
    shared, kept = make.case(db, client, lead=amina), make.case(db, client, lead=tariq)
    of_both, of_kept = make.consent(db, client), make.consent(db, client, case=kept)
    kept.kept_to, kept.kept_reason = [tariq], "Known here"
    db.flush()
    make.act_as(db, "caseworker", amina)
    db.expunge_all()
    assert [one.id for one in db.scalars(select(Case))] == [shared.id]
    assert [one.id for one in db.scalars(select(type(of_both)))] == [of_both.id]
    assert of_kept.id != of_both.id
