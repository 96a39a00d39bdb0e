"""The matching board and a volunteer's page, as a coordinator uses them: one click each, nothing typed but reasons."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models import Appointment, Avoidance, Client, LanguageRequest, VolunteerEntry, Worker, WorkerLanguage
from tests import make

BOARD = "/coordinator/board/"


@pytest.fixture
def needs(site, office) -> dict[str, int]:
    """Rehana's appointment on Wednesday needs Sylheti, and her letter Bengali; Farida speaks, Rahima writes."""
    with site.db() as db:
        client = db.get_one(Client, office["client", "own"])
        client.address = "Flat 4, Lantern Tower"
        meeting = db.get_one(Appointment, office["appointment", "own"])
        meeting.language, meeting.step_free = make.language(db, "Sylheti"), True
        make.volunteer(db, "Rahima S", speaks=(("Bengali", "written"),))
        db.flush()
        spoken = db.scalars(select(LanguageRequest).where(LanguageRequest.appointment_id == meeting.id)).one()
        made = {"spoken": spoken.id, "written": office["languagerequest", "own"]}
        db.commit()
    return made


def card(page, request: int):
    return next(one for one in page.all("section") if one.get("id") == f"need-{request}")


def press(browser, request: int, said: str, worker: int | None = None, **typed):
    data = {"request": request, "said": said, **typed} | ({"worker": worker} if worker is not None else {})
    return browser.post(BOARD, data)


def state(site, request: int) -> tuple[str, str | None]:
    with site.db() as db:
        one = db.get_one(LanguageRequest, request)
        return one.status, one.worker.name if one.worker is not None else None


@pytest.mark.req("R20")
def test_the_coordinator_asks_and_writes_down_the_yes_with_one_click_each_and_is_back_at_the_same_need(
    site, browse, office, needs
):
    leyla, farida = browse("leyla"), office["volunteer", "own"]
    told = card(leyla.get(BOARD).page, needs["spoken"]).text
    for words in ("Sylheti, spoken", "10:30–11:30", "step-free needed", "26-0001", "Farida A",
                  "free Wednesday 10:00 to 16:00"):  # fmt: skip
        assert words in told
    asked = press(leyla, needs["spoken"], "ask", farida)
    assert asked.location.endswith(f"/coordinator/board/#need-{needs['spoken']}")
    assert "Farida A: Asked." in leyla.get(BOARD).text
    assert state(site, needs["spoken"]) == ("offered", None)
    press(leyla, needs["spoken"], "accepted", farida)
    assert state(site, needs["spoken"]) == ("filled", "Farida A")
    after = leyla.get(BOARD).page
    assert not [one for one in after.all("section") if one.get("id") == f"need-{needs['spoken']}"]
    with site.db() as db:
        rows = db.get_one(Appointment, office["appointment", "own"]).people
        assert [(one.worker.name, one.status) for one in rows if one.role == "interpreter"] == [
            ("Farida A", "accepted")
        ]


def test_an_offer_that_is_declined_opens_the_need_again(site, browse, office, needs):
    leyla, farida = browse("leyla"), office["volunteer", "own"]
    press(leyla, needs["spoken"], "ask", farida)
    press(leyla, needs["spoken"], "declined", farida)
    assert state(site, needs["spoken"]) == ("open", None)
    assert "Declined" in card(leyla.get(BOARD).page, needs["spoken"]).text


def test_written_work_is_asked_for_done_and_its_minutes_written_down(site, browse, office, needs):
    leyla = browse("leyla")
    with site.db() as db:
        rahima = db.scalars(select(Worker.id).where(Worker.name == "Rahima S")).one()
    press(leyla, needs["written"], "ask", rahima)
    press(leyla, needs["written"], "accepted", rahima)
    assert "Being written" in leyla.get(BOARD).text
    refused = press(leyla, needs["written"], "finish", minutes="soon")
    assert refused.status == 422
    assert "Give both: the minutes spent" in refused.text
    assert 'value="soon"' in refused.data.decode()
    press(leyla, needs["written"], "finish", minutes="75")
    with site.db() as db:
        one = db.get_one(LanguageRequest, needs["written"])
        assert (one.minutes, one.done_on) == (75, make.TODAY)


def test_passing_over_a_soft_rule_without_a_reason_is_refused_at_its_box_and_with_one_is_kept(
    site, browse, office, needs
):
    leyla, farida = browse("leyla"), office["volunteer", "own"]
    with site.db() as db:
        db.get_one(LanguageRequest, needs["spoken"]).dialect = "Habiganj"
        db.commit()
    told = card(leyla.get(BOARD).page, needs["spoken"]).text
    assert "A soft rule holds back Farida A (another dialect). You can pass over it with a reason." in told
    assert "Has not named a dialect, and Habiganj is asked for." in told
    refused = press(leyla, needs["spoken"], "ask", farida, reason="  ")
    assert refused.status == 422
    assert "Not asked: give a reason for asking Farida A first." in card(refused.page, needs["spoken"]).text
    assert state(site, needs["spoken"]) == ("open", None)
    press(leyla, needs["spoken"], "ask", farida, reason="They have met and understand each other")
    told = card(leyla.get(BOARD).page, needs["spoken"]).text
    assert "Asked although: another dialect. They have met and understand each other" in told


def test_the_page_of_one_appointment_does_not_pass_over_a_soft_rule_without_a_reason(site, browse, office, needs):
    leyla, farida = browse("leyla"), office["volunteer", "own"]
    with site.db() as db:
        db.get_one(LanguageRequest, needs["spoken"]).dialect = "Habiganj"
        db.commit()
    path = f"/coordinator/interpreters/?appointment={office['appointment', 'own']}"
    assert "Has not named a dialect, and Habiganj is asked for." in leyla.get(path).text
    leyla.post(path, {"said": "ask", "worker": farida})
    told = "Not asked: Farida A has not named a dialect, and Habiganj is asked for. On the matching board"
    assert told in leyla.get(path).text
    assert state(site, needs["spoken"]) == ("open", None)


def test_nobody_found_takes_a_reason_and_keeps_what_was_typed(site, browse, needs):
    leyla = browse("leyla")
    refused = press(leyla, needs["spoken"], "give_up", reason="")
    assert (refused.status, "Say in a few words why nobody was found." in refused.text) == (422, True)
    press(leyla, needs["spoken"], "give_up", reason="All are away until Advent")
    assert state(site, needs["spoken"]) == ("unfilled", None)
    assert "nobody found for 1 request" in leyla.get(BOARD).text


def test_a_board_shows_no_name_address_or_reason_of_anybody_it_is_for(site, browse, office, needs):
    with site.db() as db:
        person = db.get_one(Worker, office["volunteer", "own"])
        person.avoids.append(Avoidance(kind="estate", text="Lantern Tower"))
        db.commit()
    leyla = browse("leyla")
    page = leyla.get(BOARD)
    assert "Farida A Not this person." in card(page.page, needs["spoken"]).text
    for private in ("Rehana", "Lantern", "-of-own-file", "conflict", "estate"):
        assert private not in page.text
    refused = press(leyla, needs["spoken"], "ask", office["volunteer", "own"], reason="Please")
    assert "Not asked: Farida A not this person. Choose somebody else." in refused.text


def test_the_borough_of_a_meeting_is_told_only_where_somebody_has_to_go_there(site, browse, office, needs):
    lead = {}
    for kind in ("office", "accompaniment"):
        with site.db() as db:
            db.get_one(Appointment, office["appointment", "own"]).kind = kind
            db.commit()
        lead[kind] = card(browse("leyla").get(BOARD).page, needs["spoken"]).text
    with site.db() as db:
        borough = db.get_one(Appointment, office["appointment", "own"]).area.name
    assert borough in lead["accompaniment"]
    assert borough not in lead["office"]


@pytest.mark.parametrize(("person", "status"), [("manager", 200), ("amina", 403), ("figures", 403)])
def test_whose_board_it_is(browse, needs, person, status):
    role = {"manager": "manager"}.get(person, "coordinator")
    assert browse(person).get(f"/{role}/board/").status == status


def test_a_need_that_is_not_there_and_an_answer_nobody_knows_are_not_found(browse, office, needs):
    leyla = browse("leyla")
    assert press(leyla, 10**6, "ask", office["volunteer", "own"]).status == 404
    assert press(leyla, needs["spoken"], "ask").status == 404
    assert press(leyla, needs["spoken"], "perhaps", office["volunteer", "own"]).status == 404


def test_the_board_takes_as_many_statements_however_many_needs_there_are(site, browse, office, needs):
    leyla = browse("leyla")
    few = leyla.get(BOARD).statements
    with site.db() as db:
        for number in range(8):
            case = make.case(db, make.client(db, f"Client {number}"))
            make.appointment(db, case, "2026-11-27", f"{10 + number}:00" if number < 8 else "", minutes=30,
                             language=make.language(db, "Sylheti"))  # fmt: skip
            make.volunteer(db, f"Volunteer {number}", speaks=(("Sylheti", "spoken"),), base_area=make.area(db),
                           free=(("4", "10:00", "18:00"),))  # fmt: skip
        db.commit()
    assert leyla.get(BOARD).statements <= few + 2  # areas and colleagues are read once there are any


# My day


def test_my_day_leads_from_a_need_to_whom_to_ask_in_two_clicks(browse, office, needs):
    leyla = browse("leyla")
    day = leyla.get("/coordinator/").page
    links = [one.get("href") for one in day.all("a") if one.text.startswith("Find an interpreter Sylheti, spoken")]
    assert links == [f"/coordinator/board/#need-{needs['spoken']}"]
    assert "Our languages" in day.text and "Too few" in day.text and "1 language besides English" not in day.text
    assert "2 languages besides English" in day.text
    assert browse("amina").get("/caseworker/").page.text.find("Our languages") == -1


# A volunteer's page


def page_of(office) -> str:
    return f"/coordinator/volunteer/details/?id={office['volunteer', 'own']}"


def test_a_volunteers_page_tells_everything_on_one_page(site, browse, office):
    with site.db() as db:
        person = db.get_one(Worker, office["volunteer", "own"])
        person.checked_on, person.checked_until = date(2025, 1, 5), date(2026, 11, 30)
        person.languages.append(
            WorkerLanguage(language=make.language(db, "Bengali"), mode="written", level="native", dialect="Standard")
        )
        db.commit()
    told = browse("leyla").get(page_of(office)).text
    for words in ("Farida A", "Sylheti", "Bengali", "Written", "First language", "Standard", "Wednesday", "10:00–16:00",
                  "DBS check", "Until Mon 30 Nov 2026", "In force", "Training", "Not on record", "Welcome evening",
                  "0:45 h", "£0.00", "not yet", "1 wish is kept"):  # fmt: skip
        assert words in told, words
    assert "avoids of nobody" not in told


@pytest.mark.parametrize(("typed", "kept"), [
    ({"kind": "hours", "minutes": "90", "what": "Drop-in"}, ("hours", 90, None, "Drop-in")),
    ({"kind": "expense", "pounds": "£2.80", "minutes": "5"}, ("expense", None, 280, None)),
    ({"kind": "expense", "pounds": "12"}, ("expense", None, 1200, None)),
    ({"kind": "thanks", "what": "Card"}, ("thanks", None, None, "Card")),
])  # fmt: skip
def test_hours_expenses_and_thanks_are_written_down_on_the_page(site, browse, office, typed, kept):
    leyla = browse("leyla")
    answer = leyla.submit(leyla.get(page_of(office)), {"day": "today", **typed}, holding="minutes")
    assert answer.location.endswith(page_of(office))
    with site.db() as db:
        entry = db.scalars(select(VolunteerEntry).order_by(VolunteerEntry.id.desc())).first()
        assert (entry.kind, entry.minutes, entry.pence, entry.what) == kept
        assert entry.day == make.TODAY


def test_an_expense_without_an_amount_is_refused_beside_its_box_and_the_text_stays(browse, office):
    leyla = browse("leyla")
    typed = {"kind": "expense", "pounds": "two pounds", "what": "Bus"}
    answer = leyla.submit(leyla.get(page_of(office)), {"day": "today", **typed}, holding="minutes")
    assert answer.status == 422
    assert "An expense takes its amount, and nothing else does." in answer.text
    assert 'value="two pounds"' in answer.data.decode()
    assert 'value="Bus"' in answer.data.decode()


def test_whom_a_volunteer_keeps_away_from_is_written_and_never_shown_again(site, browse, office):
    leyla = browse("leyla")
    typed = {"wish-kind": "estate", "wish-text": "Zanzibar Wharf"}
    leyla.submit(leyla.get(page_of(office)), typed, holding="wish-text")
    after = leyla.get(page_of(office)).text
    assert "2 wishes are kept" in after
    assert "Zanzibar" not in after
    edit = leyla.get(f"/coordinator/volunteer/edit/?id={office['volunteer', 'own']}").data.decode()
    assert "Zanzibar" not in edit and "Keeps away from" not in edit
    manager = browse("manager").get(f"/manager/volunteer/edit/?id={office['volunteer', 'own']}").data.decode()
    assert "Zanzibar Wharf" in manager
    refused = leyla.submit(leyla.get(page_of(office)), {"wish-text": "Begum"}, holding="wish-text")
    assert "Give first name and surname" in refused.text


def test_the_coordinator_asks_for_written_work_and_finds_somebody_for_it(site, browse, office):
    leyla = browse("leyla")
    answer = leyla.fill(
        "/coordinator/languagerequest/new/",
        {"case_id": "26-0001", "language_id": _id(site, "Bengali"), "due_on": "4 Dec", "pages": "3"},
    )
    assert answer.status == 302
    page = leyla.get(answer.location).page
    assert next(one.get("href") for one in page.all("a") if one.text == "Find somebody on the board").startswith(BOARD)
    refused = leyla.fill(
        "/coordinator/languagerequest/new/",
        {"case_id": "26-0001", "language_id": _id(site, "Bengali"), "due_on": "", "pages": "3"},
    )
    assert "Say by which day the written work is needed." in refused.text


def _id(site, name: str) -> str:
    with site.db() as db:
        return str(make.language(db, name).id)
