"""What is being typed is kept for its writer; a hidden screen says nothing until the passphrase is given."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from casework import drafts
from models import CaseNote, Draft
from tests import make
from tests.admin_views.office import FILES, NAMES, PASSPHRASE, canary

NOW = make.NOW
NOTE = "/caseworker/casenote/new/"
TYPED = (("text", 'She said: "stay"\n<b>&</b> রেহানা'), ("kinds", "3"), ("kinds", "5"), ("version", "7"))


def keep(person, form, typed=TYPED):
    pairs = [("act", "keep"), ("form", form)]
    for name, value in typed:
        pairs += [("n", name), ("v", value)]
    return json.loads(person.post("/drafts", pairs).data)


def find(person, form):
    return json.loads(person.post("/drafts", {"act": "find", "form": form}).data)


@pytest.mark.req("R33")
def test_a_draft_is_kept_found_again_and_gone_once_its_form_is_saved(site, browse):
    person = browse("amina")
    form = f"{NOTE}?case_id={site.office['case', 'own']}"
    assert keep(person, form) == {"words": "Draft kept 09:00. It is not on the case until you save."}
    with site.at(NOW + timedelta(hours=2)):
        person.sign_in("amina", PASSPHRASE)
        found = find(person, form)
        assert found["fields"] == [list(pair) for pair in TYPED]
        assert "Your draft of 09:00 was kept." in found["html"]
        assert person.submit(person.get(form), {"text": ""}, path=form).status == 422
        assert find(person, form)
        saved = {"at": "today", "at-time": "9:00", "medium": "phone", "contact_with": "client", "text": "kept"}
        assert person.submit(person.get(form), saved, path=form).status == 302
        assert find(person, form) == {}


def test_a_draft_belongs_to_its_writer_and_to_its_form(site, browse):
    amina, joan = browse("amina"), browse("joan")
    keep(amina, f"{NOTE}?case_id=1")
    assert find(joan, f"{NOTE}?case_id=1") == find(amina, f"{NOTE}?case_id=2") == find(amina, NOTE) == {}
    assert find(browse("manager"), f"{NOTE}?case_id=1") == {}
    keep(joan, f"{NOTE}?case_id=1", [("text", "Joan's")])
    assert joan.post("/drafts", {"act": "throw", "form": f"{NOTE}?case_id=1"}).status == 200
    assert find(joan, f"{NOTE}?case_id=1") == {}
    assert find(amina, f"{NOTE}?case_id=1")["fields"][0] == list(TYPED[0])


def test_a_later_draft_takes_the_place_of_an_earlier_one_and_old_ones_go_after_a_week(site, browse):
    person = browse("amina")
    keep(person, NOTE)
    keep(person, NOTE, [("text", "later")])
    assert find(person, NOTE)["fields"] == [["text", "later"]]
    with site.at(NOW + timedelta(days=7)):
        person.sign_in("amina", PASSPHRASE)
        assert "Your draft of Mon 23 Nov" in find(person, NOTE)["html"]
    with site.at(NOW + timedelta(days=7, seconds=1)):
        assert find(person, NOTE) == {}
        keep(person, "/caseworker/task/new/")
    assert [row[1] for row in site.rows(Draft)] == ["/caseworker/task/new/"]


def test_what_lets_somebody_in_is_never_kept_and_a_passport_number_is(site, browse):
    person = browse("amina")
    secrets = ("csrf_token", "password", "passphrase", "new_passphrase", "code", "once", "otp", "recovery_code")
    keep(person, NOTE, [(name, "s") for name in secrets] + [("passport_number", "P"), ("postcode", "E1")])
    assert find(person, NOTE)["fields"] == [["passport_number", "P"], ["postcode", "E1"]]


@pytest.mark.parametrize("form", ["", "//host/x", "https://elsewhere.example/", "/\\host", "javascript:go()", "x"])
def test_a_draft_is_kept_only_for_a_page_of_ours(site, browse, form):
    assert browse("amina").post("/drafts", {"act": "keep", "form": form, "n": "text", "v": "x"}).status == 400
    assert site.rows(Draft) == []


def test_too_much_is_not_kept_and_said_so(site, browse):
    person = browse("amina")
    assert "too long" in keep(person, NOTE, [("text", "x" * (drafts.MOST_SIGNS - 13))])["words"]
    assert keep(person, NOTE, [("text", "x" * (drafts.MOST_SIGNS - 14))])["words"].startswith("Draft kept")


def test_a_draft_leaves_no_line_in_the_trail_and_the_words_of_set_up_pages_fit(site, browse):
    person = browse("manager")
    lines = len(site.trail())
    assert keep(person, "/manager/team/new/")["words"] == "Draft kept 09:00. It is not saved until you save."
    assert len(site.trail()) == lines


# Hide screen


def hidden(site, browse, who="amina", page=""):
    person = browse(who)
    page = page or f"/caseworker/case/details/?id={site.office['case', 'own']}"
    assert person.token
    answer = person.post("/hide", headers={"Referer": f"http://localhost{page}"})
    assert (answer.status, answer.location) == (303, "/hide")
    return person, page


@pytest.mark.req("R29")
def test_behind_a_hidden_screen_every_page_says_nothing_until_the_passphrase_is_given(site, browse):
    person, page = hidden(site, browse)
    for path in ("/caseworker/", page, "/account/", "/caseworker/case/export/csv/", "/r/case/26-0001", "/nothing"):
        assert person.get(path).location == "/hide", path
    for path in ("/caseworker/client/", "/caseworker/casenote/ajax/lookup/", "/drafts", "/account/end-others"):
        assert person.post(path, {"query": "reh", "name": "case_id"}).status == 423, path
    shown = person.get("/hide")
    said = shown.page.markup
    assert shown.page.heading == "Screen hidden"
    for word in (
        "Casework",
        "Amina",
        "amina",
        "26-0",
        "CL-",
        *NAMES.values(),
        *(canary("title", one) for one in FILES),
    ):
        assert word not in said
    wrong = person.submit(shown, {"password": "not these"}, holding="password")
    assert (wrong.status, wrong.page.by_id("problem").text) == (401, "That is not right. Try again.")
    assert person.get(page).location == "/hide"
    assert person.submit(shown, {"password": PASSPHRASE}, holding="password").location == page
    assert person.get(page).status == 200
    acts = [one.action for one in site.trail() if one.who == "amina"]
    assert acts[-4:] == ["hidden", "sign_in_failed", "shown", "opened"]


def test_hiding_hides_every_window_of_this_sign_in_and_no_other(site, browse):
    elsewhere = browse("amina")
    person, page = hidden(site, browse)
    assert elsewhere.get(page).status == 200
    assert person.get("/caseworker/").location == "/hide"


def test_wrong_passphrases_at_a_hidden_screen_are_counted(site, browse):
    person, page = hidden(site, browse)
    shown = person.get("/hide")
    statuses = [person.submit(shown, {"password": "wrong one"}, holding="password").status for _ in range(5)]
    assert statuses == [401] * 5
    late = person.submit(shown, {"password": PASSPHRASE}, holding="password")
    assert (late.status, "try again from 09:05" in late.text) == (429, True)
    with site.at(NOW + timedelta(minutes=5)):
        assert person.submit(shown, {"password": PASSPHRASE}, holding="password").location == page


def test_what_another_window_sends_to_a_hidden_screen_is_kept_as_a_draft(site, browse):
    person, _page = hidden(site, browse)
    form, notes = f"{NOTE}?case_id={site.office['case', 'own']}", len(site.rows(CaseNote))
    assert person.post(form, {"text": "typed before", "version": ""}).status == 423
    person.submit(person.get("/hide"), {"password": PASSPHRASE}, holding="password")
    assert ["text", "typed before"] in find(person, form)["fields"]
    assert len(site.rows(CaseNote)) == notes


def test_a_day_or_a_look_up_asked_behind_a_hidden_screen_leaves_no_draft_and_meets_no_writer(site, browse):
    person, _page = hidden(site, browse)
    said = []

    def note(_connection, _cursor, sql, *_rest):
        said.append(sql)

    event.listen(site.engine, "before_cursor_execute", note)
    assert person.post("/date-in-words", {"text": "today"}).status == 423
    assert person.post("/caseworker/casenote/ajax/lookup/", {"query": "reh", "name": "case_id"}).status == 423
    event.remove(site.engine, "before_cursor_execute", note)
    assert said
    assert not [sql for sql in said if not sql.startswith(("BEGIN DEFERRED", "SELECT"))]
    assert site.rows(Draft) == []


@pytest.mark.parametrize("came_from", ["https://elsewhere.example//host/x", "", "http://localhost/\\host"])
def test_a_screen_comes_back_only_to_a_page_of_ours(site, browse, came_from):
    person = browse("amina")
    assert person.token
    person.post("/hide", headers={"Referer": came_from} if came_from else None)
    shown = person.submit(person.get("/hide"), {"password": PASSPHRASE}, holding="password")
    assert shown.location == "/"


def test_one_signs_out_of_a_hidden_screen_and_hiding_asks_for_the_token(site, browse):
    person, _page = hidden(site, browse)
    assert person.post("/logout").location == "/login"
    assert browse("amina").post("/hide", token=False).status == 400
    assert browse("amina").get("/hide").location == "/"


def test_the_writer_alone_may_read_a_draft_by_the_row_scope_too(site):
    with site.db() as db:
        ids = site.office.users
        make.act_as(db, "manager", user_id=ids["manager"])
        drafts.keep(db, "/x", [("text", "mine")])
        make.act_as(db, "caseworker", user_id=ids["amina"])
        assert db.scalars(select(Draft)).all() == []
        make.act_as(db, "manager", user_id=ids["manager"])
        assert len(db.scalars(select(Draft)).all()) == 1


def test_a_draft_that_is_saved_away_while_it_is_kept_is_no_error(site, browse, office, monkeypatch):
    """The page keeps what is typed every few seconds; the same person's save may delete the draft in between."""
    amina, form = browse("amina"), f"/caseworker/casenote/new/?case_id={office['case', 'own']}"
    commit = Session.commit

    def commit_and_lose_it(session):
        commit(session)
        with site.engine.begin() as connection:
            connection.execute(delete(Draft.__table__))

    monkeypatch.setattr(Session, "commit", commit_and_lose_it)
    assert "Draft kept" in keep(amina, form)["words"]
    monkeypatch.undo()
    assert site.rows(Draft) == []
