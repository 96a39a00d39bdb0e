"""The find box and what follows from it, as caseworkers, managers and others meet them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.volunteers import keep_apart
from models import Area, Case, CaseNote, Client, Task
from tests import make
from tests.admin_views.office import NAMES, canary
from tests.admin_views.test_promises_cases import ids

FILES_WORDS = ("title", "note", "address", "needs", "member")


def look(person, text: str):
    return person.post(f"/{person.role}/find/", {"find": text})


def intake(site, person, **typed):
    """Fill the page of a first contact; a name and one way to reach them unless told otherwise."""
    usual = {"name": "Fatuma Abdi", "reach": "07700 900177", "what": "Stones at the window.", "safe_contact": "any"}
    usual |= {"area_id": ids(site, Area)["Newham"]}
    return person.fill(f"/{person.role}/intake/", usual | typed, holding="what")


def case_of(site, answer) -> Case:
    assert answer.status == 302, answer.page.faults
    with site.db() as db:
        return db.get_one(Case, int(answer.location.rpartition("=")[2]))


@pytest.mark.parametrize(("who", "answers"), [
    ("amina", "/caseworker/find/"), ("manager", "/manager/find/"), ("leyla", "/coordinator/jump/"),
    ("figures", "/reports/jump/"),
])  # fmt: skip
def test_everybody_has_the_box_on_every_page_and_only_those_with_files_find_clients_by_it(browse, who, answers):
    person = browse(who)
    for path in ("/no-such-page", f"/{person.role}/", f"/{person.role}/interpreters/"):
        answer = person.get(path)
        if answer.is_page:
            form = answer.page.by_id("find").within("form")
            assert (form.get("action"), form.get("method")) == (answers, "post"), path


def test_what_is_within_reach_is_shown_with_what_tells_people_apart(site, browse, office):
    with site.db() as db:
        client = db.get_one(Client, office["client", "own"])
        client.date_of_birth, client.language = make.TODAY.replace(year=1988), make.language(db, "Sylheti")
        db.commit()
    answer = look(browse("amina"), "Rihana Begom")
    (row,) = answer.page.rows
    assert row[0].startswith("Rehana Begum রেহানা বেগম") and "match: name sounds alike" in row[0]
    assert row[1:6] == ["38", "Tower Hamlets", "Sylheti", "Amina K", "1"]
    assert "New enquiry" in answer.text
    markup = answer.page.markup
    assert markup.index("Rehana Begum</a>") < markup.index("New enquiry")


def test_another_teams_file_shows_only_that_something_matched_and_whom_to_ask(site, browse, office):
    amina = browse("amina")
    answer = look(amina, "07700 900221")  # Jamila Nazari's, of the other team
    (row,) = answer.page.rows
    assert row[0] == "Restricted record match: phone"
    assert row[1:6] == ["–"] * 5
    assert "Ask the manager" in row[6] and "Maryam Y" in row[6]
    told = answer.page.markup
    assert not [
        word for word in (*NAMES["other"].split(), *(canary(one, "other") for one in FILES_WORDS)) if word in told
    ]

    assert amina.submit(answer, {"find": "Jamila Nazari"}, holding="find", path="/caseworker/find/").status == 200
    asked = amina.post("/caseworker/find/ask/", {"find": "Jamila Nazari"})
    assert asked.status == 302
    again = amina.post("/caseworker/find/ask/", {"find": "Jamila Nazari"})
    assert again.status == 302
    with site.db() as db:
        (task,) = db.scalars(select(Task).where(Task.what.contains("looked for"))).all()
        assert (task.owner.name, task.due_on) == ("Maryam Y", make.TODAY)
        assert task.what.startswith("Amina K looked for “Jamila Nazari”")
    before = site.everything()
    amina.post("/caseworker/find/ask/", {"find": "Nobody At All"})
    assert site.everything() == before


def test_whoever_has_a_conflict_of_interest_finds_nothing_and_may_ask_nothing(site, browse, office):
    amina, before = browse("amina"), site.everything()
    for text in (NAMES["hidden"], "07700 900231", "Bashir Kahn", "بشیر"):
        answer = look(amina, text)
        assert answer.page.heading == "Nothing found", text
        assert "Restricted" not in answer.text
        amina.post("/caseworker/find/ask/", {"find": text})
    assert site.everything() == before
    assert look(browse("manager"), NAMES["hidden"]).page.rows


def test_a_reference_leads_to_the_record_and_one_out_of_reach_does_not(site, browse, office):
    amina = browse("amina")
    with site.db() as db:
        own, other = (db.get_one(Case, office["case", file]).ref for file in ("own", "other"))
    assert look(amina, own).location == f"/caseworker/case/details/?id={office['case', 'own']}"
    assert look(amina, other).page.rows[0][0] == "Restricted record match: reference"


def test_looking_takes_the_same_few_statements_however_many_there_are(site, browse):
    person = browse("manager")
    few = look(person, "Rehana Begum").statements
    with site.db() as db:
        for number in range(40):
            make.client(db, f"Rehana Begum {number}", phone=None)
        db.commit()
    answer = look(person, "Rehana Begum")
    assert len(answer.page.rows) == 20
    assert answer.statements == few <= 9


# Two records of one person


def test_records_of_one_person_are_joined_side_by_side_and_parted_again(site, browse, office):
    amina = browse("amina")
    with site.db() as db:
        lead = db.get_one(Case, office["case", "own"]).lead
        twin = make.client(db, "Rihana Begom", phone="07700 900119")
        second = make.case(db, twin, lead=lead, title="Second story")
        key, ref, case = twin.id, twin.ref, second.ref
        db.commit()
    own = f"/caseworker/client/details/?id={office['client', 'own']}"
    page = amina.get(f"/caseworker/same/?id={office['client', 'own']}")
    assert "Sounds alike" in page.text and f"Same person: keep {ref}" in page.text
    joined = amina.post(
        f"/caseworker/same/?id={office['client', 'own']}", {"other": str(key), "keep": str(office["client", "own"])}
    )
    assert joined.location == own
    kept = amina.get(own)
    assert case in [row[0] for row in kept.page.rows] and f"{ref} is the same person" in kept.text
    record = amina.get(f"/caseworker/client/details/?id={key}")
    assert "This is the same person as CL-" in record.text and case in record.text
    assert look(amina, "07700 900119").page.rows[0][0].startswith("Rehana Begum")

    refused = amina.post(f"/caseworker/same/?id={key}", {"other": str(key), "keep": str(key)}, token=True)
    assert refused.status in (302, 400)
    undone = amina.post(f"/caseworker/same/undo/?id={key}")
    assert undone.location == f"/caseworker/client/details/?id={key}"
    assert case not in [row[0] for row in amina.get(own).page.rows]
    assert amina.get(f"/caseworker/same/?id={office['client', 'other']}").status == 404


def test_joining_names_who_is_booked_for_a_meeting_and_must_not_meet_this_person(site, browse, office):
    """Nothing tells by whose wish, or whether it was one."""
    amina = browse("amina")
    with site.db() as db:
        case = db.get_one(Case, office["case", "own"])
        twin = make.client(db, "Rihana Begom", address="4 Lantern Tower")
        make.case(db, twin, lead=case.lead)
        farida = make.volunteer(db, "Farida Second", speaks=(("Sylheti", "spoken"),), free=(("3", "10:00", "18:00"),))
        make.appointment(db, case, "2026-11-26", "14:00", language=make.language(db, "Sylheti"), interpreter=farida)
        keep_apart(db, farida, "estate", "Lantern Tower")
        key = twin.id
        db.commit()
    own = office["client", "own"]
    joined = amina.post(f"/caseworker/same/?id={own}", {"other": str(key), "keep": str(own)})
    told = amina.get(joined.location).text
    assert "Thursday 26 November 2026, 14:00: Farida Second is not to meet this person." in told


# Intake


@pytest.mark.req("R9")
def test_the_first_answer_asks_for_a_name_or_none_a_safe_way_and_what_happened(site, browse):
    amina = browse("amina")
    form = amina.get("/caseworker/intake/").page.form("what")
    asked = {name.partition("-")[0] for name in form.names} - {"csrf_token", "once"}
    assert asked == {
        "name", "anonymous", "reach", "safe_contact", "safe_note", "language_id", "interpreter", "interpreter_gender",
        "kind_id", "what", "area_id", "medium", "at", "text_relay", "urgent",
    }  # fmt: skip
    before = site.everything()
    empty = amina.fill("/caseworker/intake/", {}, holding="what")
    assert empty.status == 422
    assert empty.page.said_beside("name") == "Give a name or an alias, or tick that they give none."
    assert empty.page.said_beside("what") == "Write down in a sentence what they told you."
    kept = amina.fill("/caseworker/intake/", {"name": "Fatuma Abdi", "what": "Stones."}, holding="what")
    assert "one way to reach them" in kept.page.said_beside("reach")
    assert ("name", "Fatuma Abdi") in kept.page.form("what").values
    assert site.everything() == before

    anonymous = case_of(
        site, amina.fill("/caseworker/intake/", {"anonymous": "y", "what": "A neighbour."}, holding="what")
    )
    assert (anonymous.client_id, anonymous.status) == (None, "enquiry")
    alias = case_of(site, intake(site, amina, name="Auntie", reach="none yet 12 High Road"))
    with site.db() as db:
        assert db.get_one(Case, alias.id).client.address == "none yet 12 High Road"
        assert db.get_one(Case, alias.id).status == "open"


def test_everything_of_a_first_contact_is_saved_at_once_or_nothing(site, browse):
    amina = browse("amina")
    before = site.everything()
    refused = intake(site, amina, safe_contact="only_times")
    assert refused.page.said_beside("safe_note") == "Say at which times it is safe to contact them."
    assert site.everything() == before
    case = case_of(site, intake(site, amina, safe_contact="only_times", safe_note="Mornings", urgent="y"))
    with site.db() as db:
        case = db.get_one(Case, case.id)
        (note,) = db.scalars(select(CaseNote).where(CaseNote.case == case)).all()
        (task,) = db.scalars(select(Task).where(Task.case == case)).all()
        assert (case.status, case.lead.name, case.risk) == ("open", "Amina K", "high")
        assert (note.text, task.what, task.due_on) == ("Stones at the window.", "Ring back: urgent", make.TODAY)
    page = amina.get(f"/caseworker/case/details/?id={case.id}")
    assert "Saved and opened" in " ".join(page.page.notices)


def test_a_likely_duplicate_is_shown_before_anything_is_saved(site, browse, office):
    amina, before = browse("amina"), site.everything()
    answer = intake(site, amina, name="Rihana Begom", reach="07700 900201")
    assert answer.status == 200 and site.everything() == before
    assert "Is it the same person?" in answer.text
    marks = {row[0]: row[2] for row in answer.page.rows if row[0] in ("Name", "Phone", "Borough")}
    assert marks == {
        "Name": "Rehana Begum Sounds alike", "Phone": "07700 900201 Same", "Borough": "Tower Hamlets Differs",
    }  # fmt: skip
    with site.db() as db:
        count = len(db.scalars(select(Client)).all())
    same = amina.submit(answer, {}, holding="what", path="/caseworker/intake/")
    assert "Is it the same person?" in same.text  # saving again without a decision asks again
    typed = dict(answer.page.form("what").values)
    chosen = amina.post("/caseworker/intake/", typed | {"decision": f"same:{office['client', 'own']}"}, token=False)
    assert case_of(site, chosen).client_id == office["client", "own"]
    other = amina.post("/caseworker/intake/", typed | {"decision": "different"}, token=False)
    assert case_of(site, other).client_id not in {office["client", file] for file in NAMES}
    with site.db() as db:
        assert len(db.scalars(select(Client)).all()) == count + 1
    restricted = intake(site, amina, name="Jamila Nazari", reach="07700 900221")
    assert "A file of another team may be the same person" in restricted.text and "Ask Maryam Y" in restricted.text
    unknown = intake(site, amina, name=NAMES["hidden"], reach="07700 900231")
    assert unknown.status == 302  # of a conflict of interest nothing is said


@pytest.mark.req("R17")
def test_a_message_left_at_night_keeps_its_hour_and_counts_from_the_next_opening(site, browse):
    amina = browse("amina")
    case = case_of(site, intake(site, amina, medium="answerphone", at="21 Nov 2026", **{"at-time": "23:10"}))
    with site.db() as db:
        case = db.get_one(Case, case.id)
        (task,) = db.scalars(select(Task).where(Task.case == case)).all()
        assert case.first_contact_at == make.at("2026-11-21", "23:10")
        assert (task.what, str(task.due_on)) == ("Ring back", "2026-11-26")
        assert "Received at 23:10, out of hours" in task.trace


@pytest.mark.req("R18")
def test_the_emergency_helpline_is_never_closed_and_says_whom_it_cannot_serve(site, browse):
    amina = browse("amina")
    page = amina.get("/caseworker/intake/")
    assert "The emergency helpline cannot take it" in page.text
    for name, relay in (("Fatuma Abdi", None), ("Clive Alleyne", "y")):
        answer = intake(site, amina, name=name, medium="emergency_helpline", at="22 Nov 2026", text_relay=relay,
                        reach=f"0770090017{len(name)}", urgent="y", **{"at-time": "03:15"})  # fmt: skip
        assert case_of(site, answer).first_contact_at == make.at("2026-11-22", "03:15")
        warned = "cannot take text relay or a text phone" in " ".join(amina.get(answer.location).page.notices)
        assert warned is bool(relay)


@pytest.mark.req("R10")
def test_somebody_who_comes_back_with_the_same_problem_has_one_story(site, browse, office):
    amina = browse("amina")
    with site.db() as db:
        client = db.get_one(Client, office["client", "team"])
        lead = db.get_one(Case, office["case", "team"]).lead
        first = make.case(db, client, lead=lead, status="closed", first_contact_at=make.at("2025-01-06", "10:00"))
        first.opened_on, first.closed_on = make.TODAY.replace(2025, 1, 6), make.TODAY.replace(2025, 7, 6)
        second = make.case(db, client, lead=lead, status="closed", previous=first)
        second.opened_on, second.closed_on = make.TODAY.replace(2026, 1, 6), make.TODAY.replace(2026, 4, 6)
        key, refs, person = second.id, (first.ref, second.ref), client.id
        db.commit()
    page = amina.get(f"/caseworker/client/details/?id={person}")
    answer = amina.get(page.page.links["New case, same problem as before"])
    assert dict(answer.page.form("what").values)["previous_id"] == str(key)
    assert "name" not in answer.page.form("what").names and "Hodan Warsame" in answer.text
    path = page.page.links["New case, same problem as before"]
    case = case_of(site, amina.submit(answer, {"what": "It has begun again."}, holding="what", path=path))
    assert (case.previous_id, case.client_id) == (key, person)
    told = amina.get(f"/caseworker/case/details/?id={case.id}").text
    assert all(ref in told for ref in refs)
    assert "3 cases, 22 months in all" in told  # from 6 January 2025 to 23 November 2026


@pytest.mark.req("R12")
def test_somebody_who_walks_in_is_written_down_as_a_contact_and_offered_an_appointment(site, browse):
    amina = browse("amina")
    answer = intake(site, amina, medium="visit")
    case = case_of(site, answer)
    assert "Next: Offer an appointment, by Mon 7 Dec 2026." in " ".join(amina.get(answer.location).page.notices)
    with site.db() as db:
        case = db.get_one(Case, case.id)
        assert (case.first_contact_medium, case.status) == ("visit", "open")


def test_an_enquiry_that_runs_already_has_no_page_to_be_turned_away(browse, office):
    amina = browse("amina")
    assert amina.get(f"/caseworker/advise/?case={office['case', 'own']}").status == 404
    assert amina.get(f"/caseworker/advise/?case={office['case', 'other']}").status == 404
