"""The screens that look after what is kept: the retention review and the register of breaches."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from models import AccountCheck, Breach, Case, Client, Complaint, FileRequest, RetentionDecision, User
from tests import make
from tests.admin_views.office import NAMES, SCRIPTS, canary, kept_passphrase

REVIEW = "/manager/retention-review/"


@pytest.fixture
def due(site, office):
    """The other team's file was closed long ago, and a second manager has an account."""
    with site.db() as db:
        db.execute(
            update(Case).where(Case.id == office["case", "other"])
            .values(status="closed", opened_on=date(2015, 1, 5), closed_on=date(2016, 1, 5), closure_agreed="client")
        )  # fmt: skip
        worker = make.worker(db, "Samira K")
        db.add(User(username="samira", role="manager", worker=worker, password_hash=kept_passphrase()))
        db.execute(update(FileRequest).values(status="withdrawn"))
        db.execute(update(Complaint).values(answered_on=make.TODAY, outcome="upheld", learning="Ring back"))
        db.commit()
    return office["client", "other"]


def tells_no_name(text: str) -> bool:
    return not any(word in text for word in (*NAMES.values(), *SCRIPTS.values()))


def test_the_review_lists_by_reference_and_a_decision_keeps_a_file(site, browse, due):
    manager = browse("manager")
    assert "1 file to keep or anonymise" in manager.get("/manager/").text
    assert "to keep or anonymise" not in browse("amina").get("/caseworker/").text
    page = manager.get(REVIEW)
    assert tells_no_name(page.text)
    assert f"{REVIEW}decide/?client={due}" in {one.get("href") for one in page.page.all("a")}
    path = f"{REVIEW}decide/?client={due}"
    typed = {"decision": "keep", "keep_until": "1/2/2027", "reason": "A claim for compensation runs"}
    assert manager.fill(path, {**typed, "reason": ""}, holding="reason").status == 422
    assert manager.fill(path, {**typed, "keep_until": ""}, holding="reason").status == 422
    assert manager.fill(path, typed, holding="reason").location == REVIEW
    kept = site.rows(RetentionDecision)
    assert len(kept) == 2
    assert "No file waits for a decision." in manager.get(REVIEW).text
    assert "to keep or anonymise" not in manager.get("/manager/").text
    assert manager.get(path).location == REVIEW


def test_two_managers_anonymise_a_file_and_one_alone_does_not(site, browse, due, office):
    manager = browse("manager")
    typed = {"decision": "anonymise", "reason": "Its time is over"}
    assert manager.fill(f"{REVIEW}decide/?client={due}", typed, holding="reason").location == REVIEW
    with site.db() as db:
        decision = db.query(RetentionDecision).filter_by(status="proposed").one().id
    path = f"{REVIEW}answer/?id={decision}"
    page = manager.get(path)
    assert "This is your own proposal" in page.text
    assert "It cannot be undone by anybody." in page.text
    assert manager.fill(path, {"act": "confirm"}, holding="act").status == 422
    with site.db() as db:
        assert db.get_one(Client, due).name == NAMES["other"]
    samira = browse("samira")
    assert "1 file to anonymise" in samira.get("/manager/").text
    assert "1 file to anonymise" not in manager.get("/manager/").text
    assert samira.fill(path, {}, holding="act").status == 422
    assert samira.fill(path, {"act": "confirm"}, holding="act").location == REVIEW
    for address in (f"/manager/client/details/?id={due}", f"/manager/case/details/?id={office['case', 'other']}",
                    f"/manager/case/whole/?id={office['case', 'other']}", REVIEW):  # fmt: skip
        shown = samira.get(address)
        assert shown.status == 200, address
        assert NAMES["other"] not in shown.text
        assert canary("note", "other") not in shown.text
    assert samira.get(path).location == f"/manager/retention/details/?id={decision}"


def test_a_breach_shows_its_hours_on_my_day_and_prints_without_a_name(site, browse, office):
    manager = browse("manager")
    day = manager.get("/manager/")
    assert "Breach: tell the regulator, or say why not" in day.text
    assert "72 hours left" in day.text
    key = office["breach", "own"]
    assert NAMES["own"] not in manager.get("/manager/breach/").text
    page = manager.get(f"/manager/breach/details/?id={key}")
    assert "72 hours left" in page.text
    printed = manager.get(f"/manager/breach/print/?id={key}")
    assert "1 client, 0 of them told" in printed.text
    assert tells_no_name(printed.text)
    assert [(one.subject, one.row_id) for one in site.trail(action="exported")] == [("Breach", key)]


def test_a_breach_is_told_to_the_regulator_in_its_form(site, browse, office):
    manager, path = browse("manager"), f"/manager/breach/edit/?id={office['breach', 'own']}"
    assert manager.fill(path, {"regulator_reason": "Came back unopened"}).status == 422
    typed = {
        "regulator_told_at": "23/11/2026",
        "regulator_told_at-time": "09:00",
        "regulator_ref": "IC-1",
        "risk": "high",
    }
    assert manager.fill(path, typed).status == 302
    assert "Breach: tell the people" in manager.get("/manager/").text
    with site.db() as db:
        assert db.get_one(Breach, office["breach", "own"]).regulator_ref == "IC-1"


def test_accounts_are_looked_at_on_one_page_and_closing_one_shuts_it_at_once(site, browse, office):
    path, joan = "/manager/accounts-review/", browse("joan")
    assert joan.get("/caseworker/").status == 200
    manager = browse("manager")
    page = manager.get(path)
    assert "signs in as joan" in page.text
    assert "second step: None" in page.text
    number = office.users["joan"]
    assert manager.fill(path, {}, holding=f"note_{number}").status == 422
    typed = {f"decision_{number}": "change"}
    assert manager.fill(path, typed, holding=f"note_{number}").status == 422
    assert len(site.rows(AccountCheck)) == 1
    typed = {f"decision_{number}": "close", f"note_{number}": "Left"}
    assert manager.fill(path, typed, holding=f"note_{number}").location == path
    assert joan.get("/caseworker/").status == 302
    assert "signs in as joan" not in manager.get(path).text
    own = office.users["manager"]
    assert manager.fill(path, {f"decision_{own}": "close"}, holding=f"note_{own}").status == 422
