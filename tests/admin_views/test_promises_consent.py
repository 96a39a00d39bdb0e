"""What the office promises about permission: given with its witnesses, shown on demand, taken back at once."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from sqlalchemy import select

from casework.documents import Belongs, set_aside
from casework.letters import put_in_use, template_for
from exports.letters import words_of
from models import Consent, Document, Language, LetterTemplate, Publication, Referral, Release, Task
from seed.letter_templates import RECALL_LETTER, built
from tests import make
from tests.admin_views.office import NAMES, canary
from tests.admin_views.test_promises_referrals import codes, facts, left, refer

REHANA = NAMES["own"]


def consent_form(site, **more) -> dict:
    """What a caseworker types for Rehana's permission to tell her landlord her name."""
    return {
        "client_id": REHANA, "kind": "share_agency", "agency_id": "Marsh Lane Homes", "method": "signed",
        "purposes": [codes(site, "request")["repairs"]], "scope": [codes(site, "data_scope")["name"]],
        "given_on": "23 Nov 2026", "expires_on": "23 Nov 2027", **more,
    }  # fmt: skip


# R31


@pytest.mark.req("R31")
def test_permission_is_signed_or_spoken_before_a_witness_with_the_interpreter_named(site, browse, office):
    with site.db() as db:
        db.get_one(Consent, office["consent", "own"]).client.interpreter = "spoken"
        db.commit()
    amina = browse("amina")
    spoken = consent_form(site, method="verbal_witnessed")
    refused = amina.fill("/caseworker/consent/new/", spoken)
    assert refused.status == 422
    assert "Spoken permission needs a witness" in refused.page.said_beside("witness_id")
    assert "name who interpreted" in refused.page.said_beside("interpreter_id")
    assert refused.page.form("version").names  # the form is still there, with what was typed
    witnessed = {**spoken, "witness_id": "Tariq B", "interpreter_id": "Farida A"}
    assert amina.fill("/caseworker/consent/new/", witnessed).status == 302
    told = amina.get(f"/caseworker/ledger/?client={office['client', 'own']}").text
    assert "Spoken before Tariq B, interpreter Farida A" in told


@pytest.mark.req("R31")
def test_a_signed_permission_asks_for_its_form_until_the_form_is_on_file(site, browse, office):
    amina, path = browse("amina"), f"/caseworker/ledger/?client={office['client', 'own']}"
    own = office["consent", "own"]

    def asks() -> bool:
        page = amina.get(path).page
        links = [one.get("href") for one in page.all("a") if one.text.startswith("Add the signed form")]
        assert all(amina.get(one).status == 200 for one in links)
        return f"/caseworker/documents/?consent={own}" in links

    assert asks()
    with site.db() as db:
        made = make.document(db, belongs=Belongs(consent=db.get_one(Consent, own)))
        db.commit()
        key = made.id
    assert not asks()
    with site.db() as db:
        set_aside(db, db.get_one(Document, key), "Another client's paper")
        db.commit()
    assert asks()


@pytest.mark.req("R31")
def test_nothing_is_dated_before_the_permission_for_it(site, browse, office):
    amina = browse("amina")
    typed = {"client_id": REHANA, "kind": "case_study", "words": "Her story", "used_in": "Report"}
    given = consent_form(site, kind="case_study", agency_id=None, purposes=[], scope=[])
    assert amina.fill("/caseworker/consent/new/", {k: v for k, v in given.items() if v is not None}).status == 302
    before = amina.fill("/caseworker/publication/new/", {**typed, "printed_on": "22 Nov 2026"})
    assert before.status == 422
    assert "Nothing is done before" in before.page.said_beside("kind")
    assert amina.fill("/caseworker/publication/new/", {**typed, "printed_on": "23 Nov 2026"}).status == 302


# R32


@pytest.mark.req("R32")
def test_we_act_on_what_the_client_asked_for_and_they_hear_each_answer(site, browse, office):
    amina = browse("amina")
    not_asked = refer(site, amina, office, "Marsh Lane Homes", "rehouse_transfer")
    assert not_asked.status == 422  # she agreed to repairs, and to nothing else
    path = f"/caseworker/refer/?case={office['case', 'own']}&request_id={codes(site, 'request')['repairs']}"
    typed = {"other_id": "Marsh Lane Homes", "items": [codes(site, "data_scope")["name"]], "act": "send",
             "instruction": "Ask them to mend the door, and not to ring me at work."}  # fmt: skip
    sent = amina.submit(amina.get(path), typed, holding="channel", path=path)
    assert facts(amina.get(sent.location))["What the client asks us to do"] == typed["instruction"]
    answer = f"/caseworker/referral/answer/?id={sent.location.rpartition('=')[2]}"
    early = amina.fill(answer, {"step": "told"}, holding="on")
    assert "There is no answer yet" in early.page.said_beside("on")
    came = {"step": "responded", "outcome": codes(site, "outcome")["accepted"], "in_writing": "True"}
    assert amina.fill(answer, came, holding="on").status == 302
    with site.at(datetime(2026, 11, 26, 9, tzinfo=UTC)):
        later = browse("amina")
        assert "Tell the client: Marsh Lane Homes answered" in later.get("/caseworker/").text
        assert "1 day late" in later.get("/caseworker/").text
        assert later.fill(answer, {"step": "told", "on": "today"}, holding="on").status == 302
        assert "Tell the client" not in later.get("/caseworker/").text
        assert facts(later.get(sent.location))["Client told on"] == "Thu 26 Nov 2026"


# R36


@pytest.mark.req("R36")
def test_a_clients_words_are_printed_only_while_their_own_permission_to_quote_them_holds(site, browse, office):
    amina = browse("amina")
    quote = {"client_id": REHANA, "kind": "quote", "words": "They left us standing.", "used_in": "Annual report",
             "printed_on": "today"}  # fmt: skip
    made = amina.fill("/caseworker/publication/new/", quote)
    assert made.status == 302
    assert "They left us standing." in amina.get(f"/caseworker/ledger/?client={office['client', 'own']}").text
    with site.db() as db:
        permission = db.scalars(select(Consent).where(
            Consent.kind == "quote", Consent.client_id == office["client", "own"]
        )).one()  # fmt: skip
    page = f"/caseworker/consent/withdraw/?id={permission.id}"
    assert "Annual report" in amina.get(page).text
    assert amina.fill(page, {}, holding="on").status == 302
    before = len(site.rows(Publication))
    refused = amina.fill("/caseworker/publication/new/", quote)
    assert refused.status == 422
    assert f"No active permission from {REHANA} to quote their words" in refused.page.said_beside("kind")
    assert "They left us standing." in refused.data.decode()  # what was typed stays
    assert len(site.rows(Publication)) == before
    assert "may not be quoted" in amina.get(f"/caseworker/ledger/?client={office['client', 'own']}").text


# The ledger


def test_the_ledger_shows_a_client_everything_that_ever_left_and_reading_it_is_written_down(site, browse, office):
    amina, manager = browse("amina"), browse("manager")
    told = amina.get(f"/caseworker/ledger/?client={office['client', 'own']}")
    assert told.status == 200
    assert told.page.heading == f"What {REHANA} has agreed to"
    rows = [" ".join(row) for row in told.page.rows]
    for what in ("items", "words", "told"):  # a release, a quote, and what was told without permission
        assert [row for row in rows if canary(what, "own") in row] != [], what
    assert site.trail(action="opened", subject="Client", row_id=office["client", "own"])[-1].reason == "consent ledger"
    for file, who, status in (("other", amina, 404), ("hidden", amina, 404), ("hidden", manager, 200)):
        assert who.get(f"/{who.role}/ledger/?client={office['client', file]}").status == status


def test_the_ledger_takes_as_many_statements_with_many_rows_as_with_few(site, browse, office):
    amina = browse("amina")
    path = f"/caseworker/ledger/?client={office['client', 'own']}"
    amina.get(path)
    few = amina.get(path).statements
    with site.db() as db:
        client = db.get_one(Consent, office["consent", "own"]).client
        for number in range(20):
            agency = make.agency(db, f"Agency {number}")
            consent = make.consent(db, client, agency)
            db.add(Release(at=make.NOW, client=client, consent=consent, agency=agency, channel="phone", items="x"))
        db.commit()
    assert amina.get(path).statements == few <= 14


def test_only_a_manager_is_offered_to_record_what_was_told_without_permission(site, browse, office):
    path = "/ledger/?client=" + str(office["client", "own"])
    for role, offered in (("manager", True), ("caseworker", False)):
        assert ("Record it" in browse(role).get(f"/{role}{path}").page.links) is offered
    assert browse("caseworker").get("/caseworker/disclosure/new/").status == 403
    manager, before = browse("manager"), left(site)
    typed = {
        "client_id": REHANA, "told_on": "today", "agency_id": "Marsh Lane Homes", "what": "That she had left.",
        "ground_id": codes(site, "disclosure_ground")["save_a_life"], "explanation": "He stood at her door.",
        "decided_by_id": "Maryam Y", "why_not_told": "",
    }  # fmt: skip
    refused = manager.fill("/manager/disclosure/new/", typed)
    assert "or why they were not" in refused.page.said_beside("client_told_on")
    assert manager.fill("/manager/disclosure/new/", {**typed, "client_told_on": "today"}).status == 302
    assert "told without permission 2 times" in manager.get(f"/manager{path}").text
    assert left(site) == before


# Withdrawing and asking back


def test_a_withdrawal_is_shown_before_it_is_made_and_its_day_is_checked_beside_its_box(site, browse, office):
    amina, page = browse("amina"), f"/caseworker/consent/withdraw/?id={office['consent', 'own']}"
    shown = amina.get(page).text
    for words in ("Had left under it", canary("items", "own"), "Drafts that stop", "Other permissions are untouched"):
        assert words in shown
    before = site.rows(Consent)
    wrong = amina.fill(page, {"on": "24 Nov 2026"}, holding="on")
    assert wrong.status == 422
    assert "counts from the day it is made" in wrong.page.said_beside("on")
    assert site.rows(Consent) == before
    done = amina.fill(page, {"on": "20 Nov"}, holding="on")
    assert done.location == f"/caseworker/recall/?consent={office['consent', 'own']}"
    assert amina.get(page).location == done.location  # it is not asked a second time
    assert browse("joan").get(page).status == 404


def test_a_withdrawal_in_the_plain_form_leaves_the_same_task(site, browse, office):
    amina = browse("amina")
    edited = amina.fill(f"/caseworker/consent/edit/?id={office['consent', 'own']}", {"withdrawn_on": "today"})
    assert edited.status == 302
    with site.db() as db:
        asked = db.scalars(select(Task).where(Task.about == "release")).one()
        assert (asked.about_id, asked.what) == (
            office["release", "own"], "Ask Marsh Lane Homes to give back what was sent",
        )  # fmt: skip


def test_several_letters_are_made_at_once_each_once_and_their_return_is_written_down(site, browse, office):
    with site.db() as db:
        consent = db.get_one(Consent, office["consent", "own"])
        db.add(Release(at=make.NOW, client=consent.client, consent=consent, agency=consent.agency, channel="email",
                       items="Name"))  # fmt: skip
        db.commit()
    amina, page = browse("amina"), f"/caseworker/recall/?consent={office['consent', 'own']}"
    amina.fill(f"/caseworker/consent/withdraw/?id={office['consent', 'own']}", {}, holding="on")
    assert amina.post(page, {}).status == 422  # nothing was chosen
    ids = [str(row[0]) for row in site.rows(Release) if row[0] not in {
        office["release", file] for file in ("team", "other", "hidden")}]  # fmt: skip
    assert amina.post(page, [("release", one) for one in (*ids, str(office["release", "team"]))]).status == 302
    with site.db() as db:
        asked = db.scalars(select(Release.id).where(Release.recalled_on == make.TODAY)).all()
    assert sorted(map(str, asked)) == sorted(ids)  # what is under another permission is not touched
    logged = len(site.trail(action="exported", subject="Release"))
    assert words_of(amina.get(f"/caseworker/recall/letter/?release={ids[0]}").data)
    assert len(site.trail(action="exported", subject="Release")) == logged + 1
    with site.db() as db:
        english = db.scalars(select(Language).where(Language.code == "eng")).one()
        put_in_use(db, "recall_letter", english, b"no Word file at all")
        db.commit()
    refused = amina.get(f"/caseworker/recall/letter/?release={ids[0]}")
    assert refused.location == page
    assert "this is no Word file" in amina.get(page).text
    assert len(site.trail(action="exported", subject="Release")) == logged + 1
    back = f"/caseworker/recall/returned/?consent={office['consent', 'own']}"
    assert amina.post(back, {"release": ids[0]}).status == 302
    early = amina.post(back, {"release": str(office["release", "team"])})
    assert early.status == 302
    with site.db() as db:
        back_again = db.scalars(select(Release.id).where(Release.returned_on == make.TODAY)).all()
    assert list(map(str, back_again)) == ids[:1]
    assert amina.get(page).page.notices[-2:] == ["Written down: the return is confirmed.", "Nothing was chosen."]


def test_with_a_broken_template_nothing_is_written_and_the_page_says_so(site, browse, office):
    with site.db() as db:
        db.get_one(Consent, office["consent", "own"]).withdrawn_on = make.TODAY
        template_id = template_for(db, "recall_letter").id
        db.commit()
    with site.engine.begin() as connection:  # as an old edition might be that a later program no longer reads
        table = LetterTemplate.__table__
        connection.execute(table.update().where(table.c.id == template_id).values(content=b"no file"))
    amina, before = browse("amina"), site.rows(Release)
    told = amina.post(
        f"/caseworker/recall/?consent={office['consent', 'own']}", {"release": str(office["release", "own"])}
    )
    assert told.status == 422
    assert "no Word file" in told.text
    assert site.rows(Release) == before


# Receipts and templates


def test_a_receipt_is_read_out_where_there_is_no_text_in_the_clients_language(site, browse, office):
    with site.db() as db:
        client = db.get_one(Consent, office["consent", "own"]).client
        client.language, client.safe_contact = make.language(db, "Sylheti"), "no_post"
        db.commit()
    amina, page = browse("amina"), f"/caseworker/consent/receipt/?consent={office['consent', 'own']}"
    shown = amina.get(page).text
    assert "the receipt cannot go by: Post, E-mail." in shown
    assert "the English one is read to them" in shown
    silent = amina.fill(page, {"read_by": ""}, holding="way")
    assert "Say who reads it" in silent.page.said_beside("read_by")
    refused = amina.fill(page, {"way": "letter", "read_by": "Farida A"}, holding="way")
    assert "Hand it over in person" in refused.page.said_beside("way")
    with site.db() as db:
        assert db.get_one(Consent, office["consent", "own"]).receipt_on is None
    answer = amina.fill(page, {"read_by": "Farida A"}, holding="way")
    assert "by Farida A" in " ".join(words_of(answer.data).split())
    assert REHANA not in answer.headers["Content-Disposition"]
    with site.db() as db:
        assert db.get_one(Consent, office["consent", "own"]).receipt_on == make.TODAY
    assert site.trail(action="exported", subject="Consent")[-1].reason.startswith("receipt, hand, file ")


def upload(person, content: bytes, **more):
    """Bring a file in as a browser does."""
    token = person.token
    sent = person.client.post("/manager/lettertemplate/upload/", data={
        "csrf_token": token, "file": (BytesIO(content), "letter.docx"), **more,
    }, content_type="multipart/form-data")  # fmt: skip
    return person._checked("/manager/lettertemplate/upload/", sent)


def test_a_manager_brings_in_the_offices_own_letter_and_a_broken_one_is_refused_in_a_sentence(site, browse, office):
    manager = browse("manager")
    with site.db() as db:
        english = db.scalars(select(Language.id).where(Language.code == "eng")).one()
    asked = {"kind": "recall_letter", "language_id": str(english), "made_for": "Our letterhead"}
    kept = len(site.rows(LetterTemplate))
    for content, told in ((b"", "Choose the Word file first."), (b"x", "no Word file"),
                          (built(RECALL_LETTER + "{{ client }}"), "no field called “client”")):  # fmt: skip
        refused = upload(manager, content, **asked)
        assert refused.status == 422
        assert told in refused.page.said_beside("file")
    assert len(site.rows(LetterTemplate)) == kept
    made = upload(manager, built("Dear {{ agency }}: {{ reference }}, {{ left_on }}"), **asked)
    assert made.status == 302
    file = manager.get(f"/manager/lettertemplate/file/?id={made.location.rpartition('=')[2]}")
    assert words_of(file.data) == "Dear {{ agency }}: {{ reference }}, {{ left_on }}"
    with site.db() as db:
        assert template_for(db, "recall_letter").edition == 2
    assert manager.get(f"/manager/lettertemplate/details/?id={made.location.rpartition('=')[2]}").status == 200


# The way from a permission to a referral


def test_what_is_agreed_already_is_a_way_straight_to_the_second_page(site, browse, office):
    amina = browse("amina")
    begin = f"/caseworker/refer/?case={office['case', 'own']}"
    ways = {words: url for words, url in amina.get(begin).page.links.items() if words.startswith("Refer ")}
    assert list(ways) == ["Refer Marsh Lane Homes: Repair damage or make the home safe"]
    page = amina.get(next(iter(ways.values()))).page
    assert [one.get("value") for one in page.all("input", name="agency_id") if "checked" in one.attributes] == [
        str(office["agency", "own"])
    ]
    ticked = [one for one in page.all("input", name="items") if "checked" in one.attributes]
    assert ticked == []  # nothing is ticked for anybody
    amina.fill(f"/caseworker/consent/withdraw/?id={office['consent', 'own']}", {}, holding="on")
    assert [words for words in amina.get(begin).page.links if words.startswith("Refer ")] == []
    with site.db() as db:
        assert [one.status for one in db.scalars(select(Referral)) if one.status != "draft"] == []
