"""The page of a case as caseworkers meet it: who, how to reach them, what happened, what is due, what is new."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from casework import correspondence, deadlines, notes, referrals
from casework.access import BY_NAME
from casework.cases import add_note
from models import Agency, Case, CaseNote, Client, Worker
from tests import make
from tests.admin_views.office import canary


def page_of(person, case: int, more: str = "") -> str:
    return person.get(f"/{person.role}/case/details/?id={case}{more}").text


def titles(answer) -> list[str]:
    return [one.text for one in answer.page.all("h3")]


def due_line(answer, words: str) -> str:
    """Give the line of a side card that holds these words."""
    return next(one.text for one in answer.page.all("li") if words in one.text)


def as_amina(db, site, moment=make.NOW) -> None:
    office = site.office
    make.act_as(db, "caseworker", db.get(Worker, office.people["amina"]), now=moment, user_id=office.users["amina"])


@pytest.mark.req("R29")
def test_reading_a_case_is_written_down_before_it_is_shown_and_what_is_new_is_marked(site, browse, office):
    amina, case = browse("amina"), office["case", "own"]
    page_of(amina, case)
    with site.db() as db:
        make.act_as(db, "manager", now=make.NOW + timedelta(hours=1), user_id=office.users["manager"])
        add_note(db, db.get(Case, case), "The school rang for you.")
        as_amina(db, site, make.NOW + timedelta(hours=2))
        add_note(db, db.get(Case, case), "Rang the school back.")
        db.commit()
    with site.at(make.NOW + timedelta(hours=3)):
        amina = browse("amina")  # a sign-in ends after half an hour of nothing
        first, again = page_of(amina, case), page_of(amina, case, "&show=call")
        assert "1 new since Mon 23 Nov 2026" in first
        assert "1 new since" in again, "a filter takes the mark away"
        assert "The school rang for you." in first and first.count("New") == 1
    with site.at(make.NOW + timedelta(hours=3, minutes=29)):
        assert "1 new since" in page_of(amina, case)
    with site.at(make.NOW + timedelta(hours=4)):
        assert "new since" not in page_of(browse("amina"), case)
    lines = site.trail(action="opened", subject="Case", row_id=case)
    assert [line.who for line in lines] == ["amina"] * 5


def test_nothing_is_new_to_somebody_who_looks_for_the_first_time(site, browse, office):
    assert "new since" not in page_of(browse("manager"), office["case", "own"])


def test_how_to_reach_somebody_safely_stands_under_their_name_before_anything_else(site, browse, office):
    with site.db() as db:
        client = db.get(Client, office["client", "own"])
        client.say_it, client.pronouns, client.text_relay = "reh-HAA-na BAY-gum", "she", True
        client.language, client.interpreter, client.interpreter_gender = make.language(db, "Urdu"), "spoken", "female"
        client.own_script = "ریحانہ بیگم"
        db.commit()
    amina = browse("amina")
    for table in ("case", "client"):
        page = amina.get(f"/caseworker/{table}/details/?id={office[table, 'own']}").page
        text = page.text
        assert text.index("Rehana Begum") < text.index("Phone only.") < text.index("10:00 to 14:30.")
        assert "reh-HAA-na BAY-gum, she" in text and "Spoken, a woman" in text and "Amina K" in text
        assert "the emergency helpline cannot take it" in text
        own = page.all("bdi")[0]
        assert (own.get("dir"), own.get("lang"), own.text) == ("rtl", "urd", "ریحانہ بیگم")
        change = next(one.get("href") for one in page.all("a") if one.text.startswith("Change how"))
        assert amina.get(change.partition("#")[0]).page.by_id(change.partition("#")[2]) is not None


def test_the_clients_own_words_stand_apart_and_are_set_as_said(site, browse, office):
    with site.db() as db:
        text = 'Eggs at the door again.\n“They do it when they know I am alone.”\nTold her "not yet" about the answer.'
        add_note(db, db.get(Case, office["case", "own"]), text)
        db.commit()
    page = browse("amina").get(f"/caseworker/case/details/?id={office['case', 'own']}").page
    others = (
        canary("what", "own"),
        canary("conduct", "own"),
    )  # those of the incident, and of how an agency dealt with it
    said = [one.text for one in page.all("blockquote") if one.text not in others]
    assert said == ["“They do it when they know I am alone.”"]
    assert 'Eggs at the door again. Told her "not yet" about the answer.' in page.text


def shown_counts(answer) -> dict[str, int]:
    """Give what the filters of the timeline say: {"All": 27, "Calls": 21, ...}."""
    nav = answer.page.all("nav", aria_label="Show in the timeline")[0]
    words = [one.text.rsplit(" ", 1) for one in answer.page.all("a") if nav in one.above]
    return {kind: int(count) for kind, count in words}


def test_the_timeline_is_filtered_by_kind_with_counts_and_shows_older_entries_on_request(site, browse, office):
    case, amina = office["case", "own"], browse("amina")
    before = shown_counts(amina.get(f"/caseworker/case/details/?id={case}"))
    with site.db() as db:
        for number in range(25):
            medium = "phone" if number % 5 else "email"
            at = make.NOW - timedelta(hours=number + 1)
            add_note(db, db.get(Case, case), f"entry number {number}", medium=medium, at=at)
        db.commit()
    first = amina.get(f"/caseworker/case/details/?id={case}")
    after = shown_counts(first)
    more = {kind: after[kind] - before[kind] for kind in after}
    assert more == {"All": 25, "Calls": 20, "Letters": 5, "Visits": 0, "Incidents": 0, "Agency": 0}
    assert len(titles(first)) == 20 and "entry number 24" not in first.text
    older = first.page.links[f"Show {after['All'] - 20} older entries"]
    everything = amina.get(older.partition("#")[0])
    assert len(titles(everything)) == after["All"] and "entry number 24" in everything.text
    order = [everything.text.index(f"entry number {number} ") for number in (0, 1, 9, 23)]
    assert order == sorted(order)
    letters = amina.get(f"/caseworker/case/details/?id={case}&show=letter")
    assert len(titles(letters)) == after["Letters"]
    assert sum(title.startswith("E-mail") for title in titles(letters)) == 5
    assert len(titles(amina.get(f"/caseworker/case/details/?id={case}&show=nonsense&pages=-1"))) == 20
    assert "Nothing of this kind" in page_of(amina, case, "&show=visit")


@pytest.mark.req("R49")
def test_one_page_shows_every_agency_with_its_clock_and_its_answer(site, browse, office):
    with site.db() as db:
        case = db.get(Case, office["case", "own"])
        landlord = db.get(Agency, office["agency", "own"])
        police = make.agency(db, "Eastgate Police", kind="police", tier="primary", areas=("Tower Hamlets",))
        make.consent(db, case.client, police, purposes=("record_as_hate_incident",), scope=("name",))
        make.act_as(db, "manager", user_id=office.users["manager"])
        first = referrals.send(db, make.referral(db, case, landlord), "letter")
        second = referrals.send(db, make.referral(db, case, police, request="record_as_hate_incident"), "email")
        due = first.response_due
        referrals.respond(db, second, make.code(db, "outcome", "refused_no_reason"), in_writing=False)
        db.commit()
    page = browse("amina").get(f"/caseworker/case/details/?id={office['case', 'own']}").page
    card = next(one.text for one in page.all("section") if one.get("aria-labelledby") == "card-agencies")
    assert card.startswith("Agencies 2")
    assert "Eastgate Police" in card and "Refused, no reason given" in card
    assert "Marsh Lane Homes" in card and "Why this date" in card
    assert due is None or f"{due.day} {due:%b}" in card
    assert "Agency answer, Eastgate Police" in page.text and "only told" in page.text
    assert "released under the consent of 14 October 2026" in page.text


@pytest.mark.req("R49")
def test_what_left_stands_once_in_its_own_case_and_in_no_other_of_the_client(site, browse, office):
    with site.db() as db:
        case = db.get(Case, office["case", "own"])
        as_amina(db, site)
        second = make.case(db, case.client, lead=case.lead)
        referrals.send(db, make.referral(db, case, db.get(Agency, office["agency", "own"])), "email")
        correspondence.send(db, correspondence.draft(
            db, case, subject="Please repair the door", text="It was kicked in.", contact_with="agency",
            agency=db.get(Agency, office["agency", "own"]), items=[make.code(db, "data_scope", "incident_dates")],
        ))  # fmt: skip
        keys = {"own": case.id, "second": second.id}
        db.commit()
    amina = browse("amina")
    told = {
        name: [whole.text for whole in amina.get(f"/caseworker/case/whole/?id={key}").page.all("li")]
        for name, key in keys.items()
    }
    left = [entry for entry in told["own"] if "released under the consent of" in entry]
    assert [("Letter out" in entry, "Dates of incidents" in entry) for entry in left].count((True, True)) == 1
    assert len(left) == 2, left
    assert sum("Please repair the door" in entry for entry in told["own"]) == 1
    assert sum("Referral sent" in entry for entry in told["own"]) == 1
    assert not any("Left the office" in entry for entry in (*told["own"], *told["second"]))
    assert not any("released under" in entry for entry in told["second"])


@pytest.mark.req("R10")
def test_somebody_who_came_back_is_shown_with_the_whole_chain_and_the_months_it_has_lasted(site, browse, office):
    with site.db() as db:
        case = db.get(Case, office["case", "own"])
        begun = datetime(2024, 9, 9, 10, tzinfo=UTC)
        first = make.case(db, case.client, lead=case.lead, status="closed", first_contact_at=begun)
        second = make.case(db, case.client, lead=case.lead, status="closed", previous=first)
        case.previous = second
        refs = (second.ref, first.ref)
        db.commit()
    page = browse("amina").get(f"/caseworker/case/details/?id={office['case', 'own']}").page
    assert f"follows {refs[0]} · and {refs[1]} · 3 cases, 26 months in all" in page.text
    assert {refs[0], refs[1]} <= set(page.links)


@pytest.mark.req("R21")
def test_a_running_case_without_a_next_step_says_so_and_offers_one(site, browse, office):
    case, amina = office["case", "team"], browse("amina")
    assert "No next step yet" not in page_of(amina, case)
    with site.db() as db:
        for name in ("task", "deadline", "appointment"):
            row = db.get(BY_NAME[name].model, office[name, "team"])
            if name == "task":
                row.done_on = make.TODAY
            elif name == "deadline":
                deadlines.end(db, row, "met")
            else:
                row.status = "cancelled_office"
        db.commit()
    page = amina.get(f"/caseworker/case/details/?id={case}").page
    made = amina.fill(page.links["No next step yet: add one"], {
        "what": "Ring the housing officer", "due_on": "26 Nov",
    })  # fmt: skip
    assert made.status == 302 and made.location.endswith(f"id={case}")
    after = page_of(amina, case)
    assert "No next step yet" not in after and "Ring the housing officer" in after


@pytest.mark.req("R33")
def test_a_note_is_locked_after_a_day_and_put_right_by_a_further_one(site, browse, office):
    case, amina = office["case", "own"], browse("amina")
    with site.db() as db:
        as_amina(db, site)
        note = add_note(db, db.get(Case, case), "The officer comes on Tuesday.", minutes=10).id
        db.commit()
    edit = f"/caseworker/casenote/edit/?id={note}"
    assert "Change this note" in page_of(amina, case)
    assert amina.fill(edit, {"text": "The officer comes on Tuesday at ten."}).status == 302
    with site.at(make.NOW + timedelta(hours=24)):
        amina = browse("amina")  # a sign-in ends after eight hours
        late = amina.fill(edit, {"text": "The officer never came."})
        assert late.status == 422
        assert "stays as it is 24 hours after it was written" in late.page.faults[0]
        page = amina.get(f"/caseworker/case/details/?id={case}").page
        way = next(one.get("href") for one in page.all("a") if one.get("href").endswith(f"correct/?id={note}"))
        assert "The officer comes on Tuesday at ten." in amina.get(way).page.form("text").values[1][1]
        refused = amina.fill(way, {"text": " "}, holding="text")
        assert refused.status == 422 and refused.page.said_beside("text")
        assert amina.fill(way, {"text": "The officer comes on Wednesday."}, holding="text").status == 302
        page = amina.get(f"/caseworker/case/details/?id={case}").page
        assert [one.text for one in page.all("del")] == ["The officer comes on Tuesday at ten."]
        link = next(one for one in page.all("a") if one.text.startswith("Corrected by a further note of Tue 24 Nov"))
        assert "The officer comes on Wednesday." in amina.get(link.get("href")).text
        again = amina.fill(way, {"text": "Or on Thursday."}, holding="text")
        assert again.status == 422 and "corrected already" in again.text
    with site.db() as db:
        assert db.query(CaseNote).filter_by(corrects_id=note).count() == 1


def test_a_colleague_corrects_and_never_changes_and_another_team_does_neither(site, browse, office):
    with site.db() as db:
        as_amina(db, site)
        note = add_note(db, db.get(Case, office["case", "own"]), "Rang at ten.").id
        db.commit()
    manager = browse("manager")
    assert "This note stays as it is." in manager.get(f"/manager/casenote/edit/?id={note}").page.notices[0]
    changed = manager.fill(f"/manager/casenote/edit/?id={note}", {"text": "Rang at nine."})
    assert changed.status == 422 and "only whoever wrote a note" in changed.page.faults[0]
    details = manager.get(f"/manager/casenote/details/?id={note}").page
    assert "Edit" not in details.links and "Correct by a further note" in details.links
    for path in (f"/caseworker/casenote/correct/?id={note}",
                 f"/caseworker/deadline/happened/?id={office['deadline', 'own']}",
                 f"/caseworker/deadline/add/?case={office['case', 'own']}",
                 f"/caseworker/case/whole/?id={office['case', 'own']}",
                 f"/caseworker/case/contact/?id={office['case', 'own']}"):  # fmt: skip
        assert browse("joan").get(path).status == 404, path


def test_a_deadline_is_typed_on_the_case_and_stands_there_with_the_days_left_until_it_is_met(site, browse, office):
    case, amina = office["case", "own"], browse("amina")
    with site.db() as db:
        kind = str(make.code(db, "deadline_kind", "court").id)
    add = f"/caseworker/deadline/add/?case={case}"
    empty = amina.fill(add, {"what": "Be there"}, holding="due_on")
    assert empty.status == 422 and empty.page.said_beside("due_on") and len(empty.page.faults) == 2
    typed = {"kind_id": kind, "due_on": "4 Dec", "due_at": "10:30", "what": "Possession hearing", "source": "Letter"}
    saved = amina.get(amina.fill(add, typed, holding="due_on").location)
    assert saved.page.notices == ["Saved. You are reminded on Mon 23 Nov 2026, Tue 1 Dec 2026."]
    assert due_line(saved, "Possession hearing").startswith("11 days left")
    assert "Court or tribunal hearing · Fri 4 Dec 2026, 10:30 · Letter" in due_line(saved, "Possession hearing")
    ways = [one.get("href") for one in saved.page.all("a") if one.text == "Record what happened: Possession hearing"]
    moved = amina.fill(ways[0], {"what": "moved"}, holding="what")
    assert moved.status == 422 and "Say to which day" in moved.page.said_beside("due_on")
    amina.fill(ways[0], {"what": "moved", "due_on": "11 Dec"}, holding="what")
    moved = amina.get(f"/caseworker/case/details/?id={case}")
    assert due_line(moved, "Possession hearing").startswith("18 days left")
    passed = amina.fill(ways[0], {"what": "passed", "ended_note": "Nobody came"}, holding="what")
    assert passed.status == 422 and "not over yet" in passed.text
    done = amina.get(amina.fill(ways[0], {"what": "met"}, holding="what").location)
    assert done.page.notices == ["Recorded on Mon 23 Nov 2026: met."]
    assert "Possession hearing" not in done.text


@pytest.mark.req("R29")
def test_the_whole_file_and_the_contact_card_are_logged_and_the_card_tells_nothing_of_why(site, browse, office):
    case, amina = office["case", "own"], browse("amina")
    with site.db() as db:
        row = db.get(Case, case)
        for number in range(30):
            add_note(db, row, f"entry number {number}", at=make.NOW - timedelta(days=number))
        notes.correct(db, add_note(db, row, "Told by the neighbour.", contact_with="third_party"), "Told by the son.")
        db.commit()
    whole = amina.get(f"/caseworker/case/whole/?id={case}")
    assert "Printed Mon 23 Nov 2026, 09:00 by Amina K" in whole.text
    assert all(f"entry number {number}" in whole.text for number in range(30))
    assert whole.text.index("entry number 29") < whole.text.index("Due"), "side cards follow the timeline"
    assert whole.text.count("[third party: check before release]") == 2
    card = amina.get(f"/caseworker/case/contact/?id={case}")
    assert "Rehana Begum" in card.text and "Phone only." in card.text and "07700 900201" in card.text
    with site.db() as db:
        row = db.get(Case, case)
        told = (
            row.kind.words,
            canary("title", "own"),
            canary("address", "own"),
            canary("what", "own"),
            "racis",
            row.ref,
        )
    main = card.page.all("main")[0].text.partition("Rehana")[2]
    assert [word for word in told if word.lower() in main.lower()] == []
    lines = site.trail(action="exported", subject="Case", row_id=case)
    assert [(line.who, line.reason) for line in lines] == [("amina", "whole file"), ("amina", "contact card")]


def test_every_field_stays_within_reach_and_an_anonymous_enquiry_has_a_page_too(site, browse, office):
    amina = browse("amina")
    every = amina.get(f"/caseworker/case/details/?id={office['case', 'own']}&all=1")
    assert "First contact by" in every.text
    with site.db() as db:
        lead = db.get(Case, office["case", "own"]).lead
        kind = make.code(db, "case_kind", "racist_incident")
        enquiry = Case(kind=kind, lead=lead, team=lead.team, first_contact_at=make.NOW)
        db.add(enquiry)
        db.commit()
        id = enquiry.id
    page = amina.get(f"/caseworker/case/details/?id={id}")
    assert page.page.heading.startswith("Anonymous enquiry – ")
    assert "No next step yet" not in page.text and "Contact card" not in page.page.links
    assert amina.get(f"/caseworker/case/contact/?id={id}").status == 404


def test_the_page_takes_the_same_statements_with_five_entries_and_with_five_hundred(site, browse, office):
    amina, case = browse("amina"), office["case", "own"]
    paths = (f"/caseworker/case/details/?id={case}", f"/caseworker/case/whole/?id={case}")

    def write(count: int) -> None:
        with site.db() as db:
            as_amina(db, site)
            kinds = [make.code(db, "note_kind", one) for one in ("practical", "emotional")]
            db.add_all([
                CaseNote(case_id=case, at=make.NOW - timedelta(minutes=number), text="rang", kinds=kinds)
                for number in range(count)
            ])  # fmt: skip
            for number in range(count // 10):
                day = date(2026, 12, 2) + timedelta(days=number + count)
                make.appointment(db, db.get(Case, case), day=str(day), kind="accompaniment")
            db.commit()

    write(10)
    few = [amina.get(path).statements for path in paths]
    write(500)
    assert [amina.get(path).statements for path in paths] == few
    assert max(few) <= 47, few  # thirteen side cards and nine sources of entries, each a few statements


def test_the_main_acts_stand_once_more_for_the_bottom_edge_of_a_telephone(browse, office):
    page = browse("amina").get(f"/caseworker/case/details/?id={office['case', 'own']}").page
    bar = next(one for one in page.all("nav") if "task-bar-bottom" in (one.get("class") or ""))
    links = [(one.text, one.get("href")) for one in page.all("a") if bar in one.above]
    case = office["case", "own"]
    assert links == [
        ("Log a call", f"/caseworker/call/?case={case}"), ("Book home visit", f"/caseworker/visit/?case={case}"),
        ("Refer", f"/caseworker/refer/?case={case}"),
    ]  # fmt: skip
