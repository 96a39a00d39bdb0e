"""Letters on the screens, as a caseworker meets them: in, asked for, written, sent, and what waits."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models import Case, Client, ClientMember, Correspondence, Release, Task
from tests import make


@pytest.fixture
def amina(site, browse, office):
    """The caseworker; her client takes letters any way."""
    with site.db() as db:
        db.get_one(Client, office["client", "own"]).safe_contact = "any"
        db.commit()
    return browse("amina")


def newest(site) -> Correspondence:
    with site.db() as db:
        found = db.scalars(select(Correspondence).order_by(Correspondence.id.desc())).first()
        _ = found.release, found.agency, found.answers, found.note, found.owner, found.items
        return found


def address(office, what: str) -> str:
    return f"/caseworker/letter/{what}/?case={office['case', 'own']}"


def came_in(amina, office, **typed) -> None:
    path = address(office, "in")
    answer = amina.fill(path, {"subject": "Asks for the reference", **typed}, holding="subject")
    assert answer.status == 302, answer.page.faults


@pytest.mark.req("R22")
def test_a_letter_that_comes_in_is_due_in_ten_working_days_and_says_why(site, amina, office):
    came_in(amina, office, at="18/11/2026")
    letter = newest(site)
    assert (letter.status, letter.due_on, letter.owner.name) == ("received", date(2026, 12, 2), "Amina K")
    page = amina.get(f"/caseworker/correspondence/details/?id={letter.id}").page
    assert "Letter or e-mail answered within: 10 working days." in page.text
    amina.fill(page.links["Write the answer"], {"text": "It is EG-1."}, holding="subject")
    draft = newest(site)
    assert (draft.status, draft.answers.id) == ("draft", letter.id)
    sent = {"csrf_token": amina.token, "act": "send", "text": "It is EG-1.", "subject": "The reference",
            "contact_with": "client", "medium": "letter", "kind": "reply", "version": draft.version}  # fmt: skip
    assert amina.post(f"/caseworker/letter/write/?id={draft.id}", sent).status == 302
    with site.db() as db:
        answered = db.get_one(Correspondence, letter.id)
        assert (answered.status, answered.answered_at) == ("answered", make.NOW)
        assert db.scalars(select(Task).where(Task.about_id == letter.id, Task.done_on.is_(None))).all() == []


@pytest.mark.req("R24", "R25")
def test_a_letter_asked_for_is_agreed_with_its_time_explained_and_then_sent(site, amina, office):
    path = address(office, "asked")
    amina.fill(path, {"subject": "Letter for the school", "outside_deadline": "1/12"}, holding="subject")
    letter = newest(site)
    assert (letter.status, letter.due_on, letter.explained_on) == ("agreed", date(2026, 12, 1), None)
    write = f"/caseworker/letter/write/?id={letter.id}"
    sent = {"csrf_token": amina.token, "act": "send", "text": "To the school.", "subject": letter.subject,
            "contact_with": "client", "medium": "letter", "version": letter.version}  # fmt: skip
    refused = amina.post(write, sent)
    assert (refused.status, newest(site).status) == (422, "agreed")
    assert any("Tell the client by when the letter comes" in fault for fault in refused.page.faults)
    step = f"/caseworker/letter/step/?id={letter.id}"
    amina.fill(step, {"step": "explain", "explained_on": "today"}, holding="step")
    later = amina.fill(step, {"step": "put_later", "due_on": "10/12"}, holding="step")
    assert later.page.said_beside("late_reason").startswith("Our promise ends on 1 December 2026.")
    assert amina.post(write, sent | {"version": newest(site).version}).status == 302
    assert (newest(site).status, newest(site).explained_on) == ("sent", make.TODAY)


@pytest.mark.req("R24")
def test_a_declined_letter_keeps_the_explanation_that_the_client_was_given(site, amina, office):
    path = address(office, "asked")
    bare = amina.fill(path, {"subject": "Letter for a loan", "decision": "declined"}, holding="subject")
    assert bare.page.said_beside("explanation").startswith("Write down how it was explained to the client")
    told = {"subject": "Letter for a loan", "decision": "declined", "explanation": "Told her who can help."}
    amina.fill(path, told, holding="subject")
    assert (newest(site).status, newest(site).explanation) == ("declined", "Told her who can help.")


def test_of_two_who_write_the_same_draft_the_later_one_sees_both_texts(site, amina, browse, office):
    amina.fill(address(office, "write"), {"subject": "The school", "text": "First words."},
               holding="subject")  # fmt: skip
    path = f"/caseworker/letter/write/?id={newest(site).id}"
    old = amina.get(path)
    manager, theirs = browse("manager"), path.replace("caseworker", "manager")
    assert manager.fill(theirs, {"text": "Words of the manager."}, holding="subject").status == 302
    late = amina.submit(old, {"text": "Words of Amina."}, holding="subject", path=path)
    assert (late.status, newest(site).text, newest(site).status) == (409, "Words of the manager.", "draft")
    assert ["Text", "Words of the manager.", "Words of Amina."] in late.page.rows
    assert len(late.page.rows) == 1
    assert late.page.all("textarea", name="text")[0].text == "Words of Amina."
    decided = amina.submit(late, {}, holding="subject", path=path)
    assert (decided.status, newest(site).text) == (302, "Words of Amina.")


@pytest.mark.req("R30")
def test_a_letter_to_an_agency_leaves_only_what_a_consent_covers(site, amina, office):
    path = address(office, "write")
    with site.db() as db:
        name, home = (str(make.code(db, "data_scope", one).id) for one in ("name", "address"))
        repairs = str(make.code(db, "request", "repairs").id)
    landlord = f"agency:{office['agency', 'own']}"
    typed = {"csrf_token": amina.token, "act": "send", "subject": "Repair", "text": "Please repair it.",
             "contact_with": landlord, "medium": "letter", "kind": "enquiry", "request_id": repairs,
             "items-asked": "1"}  # fmt: skip
    before = len(site.rows(Release))
    refused = amina.post(path, [*typed.items(), ("items", name), ("items", home)])
    assert refused.status == 422
    assert any("does not name: address" in fault.lower() for fault in refused.page.faults)
    assert len(site.rows(Release)) == before
    assert amina.post(path, [*typed.items(), ("items", name)]).status == 302
    letter = newest(site)
    assert (letter.status, letter.release.items, letter.agency.name) == ("sent", "Name", "Marsh Lane Homes")
    assert len(site.trail(action="released", subject="Release")) == 1


@pytest.mark.req("R57")
def test_the_text_that_fits_a_familys_need_is_put_into_a_letter_and_saves_nothing(site, amina, office):
    with site.db() as db:
        client, case = db.get_one(Client, office["client", "own"]), db.get_one(Case, office["case", "own"])
        client.members.append(ClientMember(name="Kwesi", is_child=True, birth_year=2019))
        case.causes = [make.code(db, "cause_of_need", "poverty")]
        assessment = make.code(db, "request", "s17_assessment").id
        db.commit()
    path, before = address(office, "write"), newest(site).id
    page = amina.get(path)
    assert "Texts that fit this family's need" in page.text
    buttons = [one for one in page.page.all("button") if one.get("value") == f"words-{assessment}"]
    assert [one.get("form") for one in buttons] == ["letter-form"]
    typed = {"act": f"words-{assessment}", "subject": "Assessment", "text": "Dear colleagues,"}
    answer = amina.submit(page, typed, holding="subject", path=path)
    text = dict(answer.page.form("subject").values)["text"]
    assert (answer.status, newest(site).id) == (200, before)
    assert text.startswith("Dear colleagues,\n\nWe ask you to assess the needs of the children of this family under")
    assert "not from how the children are cared for" in text
    values = dict(answer.page.form("subject").values)
    assert (values["subject"], values["request_id"]) == ("Assessment", str(assessment))
    assert amina.submit(page, {"act": "words-0"}, holding="subject", path=path).status == 404
    kept = amina.submit(answer, {"act": "keep"}, holding="subject", path=path)
    assert (kept.status, newest(site).request_id, newest(site).text) == (302, assessment, text)


def test_a_case_without_such_a_need_is_offered_no_text(amina, office):
    assert "Texts that fit" not in amina.get(address(office, "write")).text


def test_a_letter_to_somebody_who_wants_no_post_names_the_safe_way(site, amina, office):
    with site.db() as db:
        db.get_one(Client, office["client", "own"]).safe_contact = "no_post"
        db.commit()
    path = address(office, "write")
    assert "the safe way is “No post”" in amina.get(path).text
    typed = {"csrf_token": amina.token, "act": "send", "subject": "Dates", "text": "Here they are.",
             "contact_with": "client", "medium": "letter", "kind": "reply"}  # fmt: skip
    refused = amina.post(path, typed)
    assert "Say how this reaches Rehana Begum safely" in refused.page.said_beside("safe_way")
    assert refused.page.all("textarea", name="text")[0].text == "Here they are."
    assert amina.post(path, typed | {"safe_way": "Handed over on Friday"}).status == 302
    letter = newest(site)
    sheet = amina.get(f"/caseworker/letter/print/?id={letter.id}")
    assert "Casework office" in sheet.text and "Here they are." in sheet.text
    assert "address-of-own-file" not in sheet.page.markup  # not posted, so no address on it
    assert [one.reason for one in site.trail(action="exported", subject="Correspondence")] == ["printed"]


@pytest.mark.req("R33")
def test_a_case_with_an_unanswered_letter_is_not_closed(site, amina, office):
    with site.db() as db:
        for task in db.scalars(select(Task).where(Task.case_id == office["case", "own"])):
            task.done_on = make.TODAY
        db.commit()
    came_in(amina, office)
    path = f"/caseworker/case/edit/?id={office['case', 'own']}"
    refused = amina.fill(path, {"status": "closing"})
    assert refused.status == 422
    assert "1 letter or message unanswered or unsent" in refused.page.said_beside("status")


def test_a_letter_of_another_teams_case_is_not_met(site, browse, office):
    amina = browse("amina")
    for number in (office["correspondence", "other"], office["correspondence", "hidden"]):
        for page in ("write", "step", "print"):
            assert amina.get(f"/caseworker/letter/{page}/?id={number}").status == 404
        assert amina.get(f"/caseworker/letter/write/?answers={number}").status == 404
    assert amina.get(f"/caseworker/letter/in/?case={office['case', 'other']}").status == 404


def test_a_letter_is_handed_to_a_colleague_or_needs_nothing_more(site, amina, office):
    came_in(amina, office)
    letter = newest(site)
    step = f"/caseworker/letter/step/?id={letter.id}"
    amina.fill(step, {"step": "hand_over", "owner_id": str(office.people["tariq"])}, holding="step")
    assert (newest(site).status, newest(site).owner.name) == ("assigned", "Tariq B")
    amina.fill(step, {"step": "drop", "explanation": "She rang, it was sent twice."}, holding="step")
    assert newest(site).status == "dropped"
    assert amina.get(step).status == 404
    assert amina.get(f"/caseworker/letter/write/?id={letter.id}").status == 404
