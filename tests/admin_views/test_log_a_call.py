"""Log a call, on the screens: never a case chosen beforehand, one save, nothing written when something is wrong."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from admin_views.call_parts import help_given
from admin_views.current import begin_acting
from admin_views.db import db as keeper
from casework.context import Acting, set_acting
from models import Case, CaseNote, Client, Correspondence, Task
from tests import make

NEW = "She wants to know whether the door was repaired."


def call_at(office, file: str = "own") -> str:
    return f"/caseworker/call/?case={office['case', file]}"


def notes(site) -> list[CaseNote]:
    with site.db() as db:
        found = db.scalars(select(CaseNote).where(CaseNote.direction.is_not(None)).order_by(CaseNote.id)).all()
        _ = [(one.agency, [kind.code for kind in one.kinds]) for one in found]
        return list(found)


def test_one_save_keeps_the_call_and_the_next_step_and_leads_back_to_the_case(site, browse, office):
    amina, path = browse("amina"), call_at(office)
    page = amina.get(path).page
    assert page.all("textarea", name="text")[0].get("autofocus")
    assert page.said_beside("text") == ""
    answer = amina.submit(amina.get(path), {"text": NEW}, holding="text", path=path)
    assert answer.location == f"/caseworker/case/details/?id={office['case', 'own']}"
    assert amina.get(answer.location).page.notices == ["Saved. Reply due Thu 26 Nov."]
    [note] = notes(site)
    assert (note.text, note.direction, note.outcome, note.at) == (NEW, "in", "spoke", make.NOW)
    with site.db() as db:
        task = db.scalars(select(Task).where(Task.due_on == date(2026, 11, 26))).one()
        assert (task.what, task.owner.name) == ("Keep in touch with the client", "Amina K")
        assert "day 3 of 3" in task.trace


def test_from_anywhere_the_case_is_found_first_and_none_is_chosen_beforehand(browse, office):
    amina = browse("amina")
    start = amina.get("/caseworker/call/").page
    assert start.all("textarea") == []
    assert [one.get("name") for one in start.all("input") if one.get("type") == "radio"] == []
    found = amina.submit(amina.get("/caseworker/call/"), {"typed": "begum"}, holding="typed")
    places = [one.get("href") for one in found.page.all("a") if "call/?case" in one.get("href")]
    assert places == [call_at(office)]
    assert amina.get(places[0]).page.heading == "Log a call"
    none = amina.submit(amina.get("/caseworker/call/"), {"typed": "nazari"}, holding="typed")
    assert "No case of yours fits this" in none.text


def test_a_call_on_a_case_out_of_reach_is_refused_and_nothing_is_written(site, browse, office):
    amina, before = browse("amina"), site.everything()
    for file in ("other", "hidden"):
        assert amina.get(call_at(office, file)).status == 404
        typed = {"csrf_token": amina.token, "text": NEW, "direction": "in", "outcome": "spoke"}
        assert amina.client.post(call_at(office, file), data=typed).status_code == 404
    assert site.everything() == before


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(site, browse, office):
    amina, path, before = browse("amina"), call_at(office), site.everything()
    answer = amina.submit(amina.get(path), {"text": " "}, holding="text", path=path)
    assert (answer.status, answer.page.said_beside("text")) == (422, "Write what was said, or choose another outcome.")
    answer = amina.submit(amina.get(path), {"text": NEW, "follow_up": "other"}, holding="text", path=path)
    assert "Enter the day of the next step" in answer.page.said_beside("follow_up_on")
    assert answer.page.all("textarea", name="text")[0].text == NEW
    answer = amina.submit(amina.get(path), {"text": NEW, "at": "tomorrow", "at-time": "9"}, holding="text", path=path)
    assert "once it has happened" in answer.page.said_beside("at")
    answer = amina.submit(amina.get(path), {"text": NEW, "what": "", "follow_up": "1"}, holding="text", path=path)
    assert answer.status == 422
    assert site.everything() == before


@pytest.mark.req("R48")
def test_the_kinds_of_help_given_are_recorded_with_the_call_and_counted_for_the_case(site, browse, office):
    amina, path = browse("amina"), call_at(office)
    with site.db() as db:
        kinds = [str(make.code(db, "note_kind", one).id) for one in ("rights_information", "validation")]
    for _time in range(2):
        amina.submit(amina.get(path), {"text": NEW, "kinds": kinds, "follow_up": "none"}, holding="text", path=path)
    both = ["rights_information", "validation"]
    assert [sorted(kind.code for kind in note.kinds) for note in notes(site)] == [both, both]
    with site.app.test_request_context():
        begin_acting()
        set_acting(keeper.session, Acting(now=make.NOW))
        card = help_given("caseworker", keeper.session.get(Case, office["case", "own"]))
    counts = {line.text: line.badge.text for line in card.lines}
    assert counts == {"Rights and information": "2 times", "Listened and believed": "2 times", "Practical help": "Once"}


@pytest.mark.req("R17", "R23")
def test_a_message_on_the_answerphone_may_carry_any_time_and_counts_from_the_next_opening(site, browse, office):
    amina, path = browse("amina"), call_at(office)
    typed = {
        "medium": "answerphone",
        "at": "21/11/2026",
        "at-time": "23:10",
        "text": "Please ring.",
        "follow_up": "none",
    }
    answer = amina.submit(amina.get(path), typed, holding="text", path=path)
    assert amina.get(answer.location).page.notices == ["Saved. Reply due Thu 26 Nov."]
    with site.db() as db:
        message = db.scalars(select(Correspondence).where(Correspondence.medium == "answerphone")).one()
        assert (message.due_on, message.status) == (date(2026, 11, 26), "received")
        number = message.id
    why = amina.get(f"/caseworker/why/?about=correspondence&id={number}").page
    steps = [one.text for one in why.all("li") if one.within("ol")]
    assert "Saturday 21 November 2026: Received at 23:10, out of hours." in steps
    assert "Monday 23 November 2026: The office opens; this is day 0." in steps
    assert steps[-1] == "Due Thursday 26 November 2026."


@pytest.mark.req("R23")
def test_a_call_that_reaches_them_ends_the_clock_of_the_message_it_answers(site, browse, office):
    amina, path = browse("amina"), call_at(office)
    ring = {"outcome": "ring_back", "text": "Rings about the door.", "follow_up": "none"}
    amina.submit(amina.get(path), ring, holding="text", path=path)
    page = amina.get(path)
    assert "1 letter or message waits for an answer." in page.text
    [tick] = [one for one in page.page.all("input", name="answers") if "checked" in one.attributes]
    tried = {"direction": "out", "outcome": "no_answer", "follow_up": "none"}
    amina.submit(amina.get(path), tried, holding="text", path=path)
    with site.db() as db:
        assert db.get_one(Correspondence, int(tick.get("value"))).status == "received"
    spoke = {"direction": "out", "text": "Told her it is repaired.", "follow_up": "none"}
    amina.submit(amina.get(path), spoke, holding="text", path=path)
    with site.db() as db:
        message = db.get_one(Correspondence, int(tick.get("value")))
        assert (message.status, message.note.text) == ("answered", "Told her it is repaired.")
        waits = db.scalars(select(Task).where(Task.about == "correspondence", Task.done_on.is_(None))).all()
        assert waits == []


def test_an_emergency_call_at_night_is_marked_and_text_relay_is_warned_of(site, browse, office):
    with site.db() as db:
        db.get_one(Client, office["client", "own"]).text_relay = True
        db.commit()
    amina, path = browse("amina"), call_at(office)
    assert "the emergency helpline cannot take it" in amina.get(path).text
    night = {"medium": "emergency_helpline", "at": "22/11", "at-time": "2:30", "at_night": "y", "text": NEW}
    amina.submit(amina.get(path), night, holding="text", path=path)
    [note] = notes(site)
    assert (note.at_night, note.medium, note.at) == (True, "emergency_helpline", make.at("2026-11-22", "02:30"))


def test_a_call_with_an_agency_of_the_case_names_it_and_a_colleague_takes_the_next_step(site, browse, office):
    amina, path = browse("amina"), call_at(office)
    with_landlord = f"agency:{office['agency', 'own']}"
    typed = {
        "direction": "out", "contact_with": with_landlord, "text": "They will send somebody.", "follow_up": "other",
        "follow_up_on": "4 Dec", "what": "Ask whether they came", "owner_id": str(office.people["tariq"]),
    }  # fmt: skip
    answer = amina.submit(amina.get(path), typed, holding="text", path=path)
    assert amina.get(answer.location).page.notices == ["Saved. Next step due Fri 4 Dec."]
    [note] = notes(site)
    assert (note.contact_with, note.agency.name) == ("agency", "Marsh Lane Homes")
    with site.db() as db:
        task = db.scalars(select(Task).where(Task.what == "Ask whether they came")).one()
        assert (task.owner.name, task.due_on, task.trace) == ("Tariq B", date(2026, 12, 4), None)


def test_what_the_call_has_done_is_ticked_off(site, browse, office):
    amina, path = browse("amina"), call_at(office)
    typed = {"text": NEW, "done": [str(office["task", "own"])], "follow_up": "none"}
    amina.submit(amina.get(path), typed, holding="text", path=path)
    with site.db() as db:
        assert db.get_one(Task, office["task", "own"]).done_on == make.TODAY


def test_the_page_of_a_call_takes_as_many_statements_whatever_the_file_holds(site, browse, office):
    amina, path = browse("amina"), call_at(office)
    few, finds = amina.get(path).statements, amina.get("/caseworker/call/").statements
    with site.db() as db:
        case = db.get_one(Case, office["case", "own"])
        for number in range(12):
            db.add(CaseNote(case=case, at=make.NOW, text=f"Note {number}"))
            db.add(Task(case=case, owner=case.lead, what=f"Task {number}", due_on=make.TODAY))
            make.case(db, make.client(db, f"Person {number}"), lead=case.lead)
        db.commit()
    assert amina.get(path).statements == few
    assert amina.get("/caseworker/call/").statements == finds
    assert few <= 16
