"""The helpline on the screens: My day, the rota with its gaps, naming, swapping, repeating, the handover sheet."""

from __future__ import annotations

from datetime import date

import pytest

from casework import helpline
from models import Case, CaseNote, HelplineShift, Worker
from tests import make


def rota(site):
    with site.db() as db:
        return {(one.day, one.part): (one.worker.name, one.reason) for one in db.query(HelplineShift)}


@pytest.mark.parametrize("who, home", [("amina", "caseworker"), ("manager", "manager"), ("leyla", "coordinator")])
def test_my_day_says_who_holds_the_phone_tonight_and_where_nobody_does(browse, who, home):
    """At nine on Monday it is still Sunday's night, which nobody holds; Tariq has the coming one."""
    told = browse(who).get(f"/{home}/").text
    assert "Nobody holds the helpline" in told and "Sun 22 Nov 2026, night" in told
    assert "Tariq B holds the helpline" in told
    assert "Nobody yet in 15 turns of the coming days" in told, "eight days and nights without Monday's night"


def test_in_the_day_it_says_now_and_tonight_with_the_numbers(site, browse):
    with site.db() as db:
        db.get_one(Worker, site.office.people["tariq"]).phone = "07700 900777"
        db.commit()
    with site.at(make.at("2026-11-23", "12:00")):
        told = browse("amina").get("/caseworker/").text
    assert "Tariq B holds the helpline" in told and "07700 900777; backup Maryam Y" in told
    assert "Mon 23 Nov 2026, day" in told


def test_a_gap_is_named_in_two_clicks_from_the_rota(site, browse):
    amina = browse("amina")
    page = amina.get("/caseworker/helpline/?week=23/11/2026").page
    gap = next(one for one in page.all("a") if "day=2026-11-24&part=night" in one.get("href"))
    empty = amina.fill(gap.get("href"), {}, holding="worker_id")
    assert empty.status == 422 and "Choose somebody." in empty.page.said_beside("worker_id")
    own = {"worker_id": str(site.office.people["joan"]), "backup_id": str(site.office.people["joan"])}
    twice = amina.fill(gap.get("href"), own, holding="worker_id")
    assert twice.status == 422 and "their own backup" in twice.page.said_beside("backup_id")
    assert amina.fill(gap.get("href"), {**own, "backup_id": ""}, holding="worker_id").status == 302
    assert rota(site)[date(2026, 11, 24), "night"] == ("Joan W", None)


def test_a_swap_is_two_clicks_and_a_reason(site, browse):
    amina = browse("amina")
    page = amina.get("/caseworker/helpline/?week=23/11/2026").page
    link = next(one.get("href") for one in page.all("a") if one.get("href").startswith("/caseworker/helpline/swap/"))
    without = amina.post(link, {"reason": "", "worker": str(site.office.people["joan"])})
    assert without.status == 422 and "Say in a few words why" in without.page.said_beside("reason")
    nobody = amina.post(link, {"reason": "Child ill"})
    assert nobody.status == 422 and "Press the name of whoever takes this turn." in nobody.text
    assert rota(site)[date(2026, 11, 23), "night"] == ("Tariq B", None)
    assert amina.post(link, {"reason": "Child ill", "worker": str(site.office.people["joan"])}).status == 302
    assert rota(site)[date(2026, 11, 23), "night"] == ("Joan W", "Child ill")


@pytest.fixture
def trained(site, office):
    """Farida may hold the phone and is trained until Tuesday; the other volunteers may not."""
    with site.db() as db:
        farida = db.get_one(Worker, office["volunteer", "own"])
        farida.may_hold_helpline, farida.training_on = True, date(2026, 1, 5)
        farida.training_until = date(2026, 11, 24)
        farida.confidentiality_signed_on = date(2026, 1, 5)
        db.commit()
    return office["volunteer", "own"]


def test_a_swap_offers_trained_volunteers_and_only_them(site, browse, trained):
    amina = browse("amina")
    page = amina.get("/caseworker/helpline/?week=23/11/2026").page
    link = next(one.get("href") for one in page.all("a") if one.get("href").startswith("/caseworker/helpline/swap/"))
    with site.db() as db:
        make.volunteer(db, "Untrained U")
        db.commit()
    offered = [one.text for one in amina.get(link).page.all("button") if one.get("name") == "worker"]
    assert "Farida A takes it" in offered and "Joan W takes it" in offered
    assert "Untrained U takes it" not in offered and "Tariq B takes it" not in offered
    assert amina.post(link, {"reason": "Child ill", "worker": str(trained)}).status == 302
    assert rota(site)[date(2026, 11, 23), "night"] == ("Farida A", "Child ill")


@pytest.mark.parametrize("day, offered", [("2026-11-24", True), ("2026-11-25", False)])
def test_naming_somebody_offers_who_is_trained_on_that_day(browse, trained, day, offered):
    page = browse("amina").get(f"/caseworker/helpline/turn/?day={day}&part=day").page
    assert ("Farida A" in [one.text for one in page.all("option")]) is offered


def test_a_turn_is_exchanged_only_for_one_that_both_may_hold(site, browse, trained):
    with site.db() as db:
        joan, farida = (db.get_one(Worker, key) for key in (site.office.people["joan"], trained))
        helpline.put(db, date(2026, 11, 24), "night", farida)
        helpline.put(db, date(2026, 11, 25), "night", joan)
        key = db.query(HelplineShift).filter_by(day=date(2026, 11, 24)).one().id
        db.commit()
    page = browse("amina").get(f"/caseworker/helpline/swap/?id={key}").page
    exchanges = [one.text for one in page.all("button") if one.get("name") == "other"]
    assert exchanges == ["Tariq B: Mon 23 Nov 2026, night"], "Farida may not hold it on Wednesday"


def test_two_turns_are_exchanged_with_one_press(site, browse):
    with site.db() as db:
        joan = db.get_one(Worker, site.office.people["joan"])
        other = helpline.put(db, date(2026, 11, 27), "night", joan)
        db.commit()
        key, first = other.id, db.query(HelplineShift).filter_by(day=date(2026, 11, 23)).one().id
    assert (
        browse("leyla").post(f"/coordinator/helpline/swap/?id={first}", {"reason": "Wedding", "other": str(key)}).status
        == 302
    )
    assert rota(site) == {(date(2026, 11, 23), "night"): ("Joan W", "Wedding"),
                          (date(2026, 11, 27), "night"): ("Tariq B", "Wedding")}  # fmt: skip


def test_a_week_is_repeated_from_the_page_and_a_wrong_number_is_told_beside_its_box(site, browse):
    leyla = browse("leyla")
    wrong = leyla.fill("/coordinator/helpline/", {"weeks": "13"}, holding="weeks")
    assert wrong.status == 422 and wrong.page.said_beside("weeks")
    assert leyla.fill("/coordinator/helpline/", {"weeks": "3"}, holding="weeks").status == 302
    assert [day for day, _part in sorted(rota(site))] == [date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7),
                                                         date(2026, 12, 14)]  # fmt: skip


def test_the_rota_takes_the_same_statements_empty_and_full(site, browse):
    few = browse("amina").get("/caseworker/helpline/").statements
    with site.db() as db:
        people = [db.get_one(Worker, key) for key in site.office.people.values()]
        for number in range(1, 6):
            helpline.put(db, date(2026, 11, 23 + number), "night", people[number % 5], backup=people[(number + 1) % 5])
        db.commit()
    assert browse("amina").get("/caseworker/helpline/").statements == few


def test_the_handover_sheet_names_nobody_and_the_phone_changes_hands_with_one_press(site, browse):
    with site.db() as db:
        case = db.get_one(Case, site.office["case", "own"])
        db.add(CaseNote(case=case, at=make.at("2026-11-22", "23:10"), medium="emergency_helpline", direction="in",
                        outcome="spoke", text="Rehana heard somebody at the door.", at_night=True))  # fmt: skip
        helpline.put(db, date(2026, 11, 22), "night", case.lead)
        db.commit()
    amina = browse("amina")
    sheet = amina.get("/caseworker/helpline/handover/")
    assert "26-0001" in sheet.text and "woken at night" in sheet.text and "heard somebody at the door" in sheet.text
    assert "Rehana" not in sheet.text and "10:00 to 14:30" in sheet.text
    assert amina.post("/caseworker/helpline/taken/", {}).status == 302
    assert "Nobody rang" in amina.get("/caseworker/helpline/handover/").text
    assert browse("leyla").get("/caseworker/helpline/handover/").status == 403
