"""The coordinator's page that plans a whole week of interpreting, as she meets it on the screen."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models import Appointment, AppointmentWorker, Availability, LanguageOffer, Worker
from tests import make

PAGE = "/coordinator/suggest-week/"
WEDNESDAY = "Wednesday 25 November 2026"


@pytest.fixture
def meetings(site, office):
    """Two meetings that need Sylheti, at 10:30 and at 12:00, and one at 15:00 that needs Somali, which nobody knows."""
    with site.db() as db:
        for file, language in (("own", "Sylheti"), ("team", "Sylheti"), ("hidden", "Somali")):
            one = db.get_one(Appointment, office["appointment", file])
            one.language = make.language(db, language)
        farida = db.get_one(Worker, office["volunteer", "own"])
        farida.checked_on = date(2026, 1, 5)
        db.commit()
    return office["appointment", "own"], office["appointment", "team"]


def asked(site) -> list[tuple[int, str]]:
    with site.db() as db:
        rows = select(AppointmentWorker).where(AppointmentWorker.role == "interpreter")
        return sorted((row.appointment_id, f"{row.worker} {row.status}") for row in db.scalars(rows))


def lines(answer) -> list[str]:
    return [one.text for one in answer.page.all("h3")]


def ask(leyla, page, what: str):
    form = dict(page.page.form("week").values)
    shown = [value for name, value in page.page.form("week").values if name == "shown"]
    pairs = [("week", form["week"]), ("ask", what), *(("shown", one) for one in shown)]
    answer = leyla.post(PAGE, pairs)
    assert answer.status == 302, answer.text
    return leyla.get(answer.location)


@pytest.mark.req("R20")
def test_the_plan_names_who_could_come_and_why_and_who_could_not_and_why(browse, office, meetings):
    page = browse("coordinator").get(PAGE)
    assert page.page.heading == "Plan the week"
    assert lines(page) == ["Sylheti: Farida A", "Sylheti: Farida A", "Somali"]
    assert WEDNESDAY in page.text
    for words in ("10:30–11:30", "At the office", "26-0001", "Sylheti, fluent; free Wednesday 10:00 to 16:00",
                  "2 of 3 meetings have somebody.", "Nobody among our volunteers knows this language."):  # fmt: skip
        assert words in page.text
    hours = [row for row in page.page.rows if row and row[0].startswith("Farida A")]
    assert [[cell.strip() for cell in row] for row in hours] == [["Farida A", "0", "2"]]


@pytest.mark.req("R20")
def test_one_line_is_asked_for_and_is_then_fixed(site, browse, office, meetings):
    leyla = browse("coordinator")
    value = f"{meetings[0]}-{office['volunteer', 'own']}"
    page = ask(leyla, leyla.get(PAGE), value)
    assert f"{WEDNESDAY} 10:30, Sylheti: Farida A has been asked." in page.text
    assert asked(site) == [(meetings[0], "Farida A invited")]
    assert "1 has been asked and has not answered." in page.text
    assert lines(page)[:2] == ["Sylheti: Farida A", "Sylheti: Farida A"]
    again = ask(leyla, page, value)
    assert "Farida A has been asked already" in again.text
    assert asked(site) == [(meetings[0], "Farida A invited")]


@pytest.mark.req("R20")
def test_all_lines_are_asked_for_at_once_and_one_that_broke_meanwhile_says_so(site, browse, office, meetings):
    leyla = browse("coordinator")
    page = leyla.get(PAGE)
    with site.db() as db:
        farida = db.get_one(Worker, office["volunteer", "own"])
        away = Availability(day=date(2026, 11, 25), starts=make.at("2026-11-25", "12:30").time(),
                            ends=make.at("2026-11-25", "13:00").time(), free=False)  # fmt: skip
        farida.availability.append(away)
        db.commit()
    page = ask(leyla, page, "all")
    assert f"{WEDNESDAY} 10:30, Sylheti: Farida A has been asked." in page.text
    assert f"{WEDNESDAY} 12:00, Sylheti: Farida A was not asked: is not free then." in page.text
    assert asked(site) == [(meetings[0], "Farida A invited")]


def test_where_all_lines_hold_it_says_how_many_were_asked_for(site, browse, office, meetings):
    leyla = browse("coordinator")
    page = ask(leyla, leyla.get(PAGE), "all")
    assert "2 lines have been asked for." in page.text
    assert asked(site) == [(key, "Farida A invited") for key in sorted(meetings)]
    assert [name for name, _value in page.page.form("week").values].count("shown") == 0


def test_equal_plans_keep_the_people_that_were_shown(site, browse, office, meetings):
    with site.db() as db:
        nadia = make.volunteer(db, "Nadia B", speaks=(("Sylheti", "spoken"),), free=(("2", "10:00", "16:00"),),
                               checked_on=date(2026, 1, 5)).id  # fmt: skip
        db.commit()
    leyla, (first, second), farida = browse("coordinator"), meetings, office["volunteer", "own"]
    assert lines(leyla.get(PAGE))[:2] == ["Sylheti: Farida A", "Sylheti: Nadia B"]
    was = f"{PAGE}?was={first}-{nadia}.{second}-{farida}"
    assert lines(leyla.get(was))[:2] == ["Sylheti: Nadia B", "Sylheti: Farida A"]
    assert lines(leyla.get(f"{PAGE}?was=x.1-.-.99999999999999999999-1"))[:1] == ["Sylheti: Farida A"]


def test_the_next_week_is_planned_apart_and_an_empty_one_says_what_would_stand_there(browse, meetings):
    page = browse("coordinator").get(f"{PAGE}?week=next")
    assert "Week from Monday 30 November 2026 to Sunday 6 December 2026" in page.text
    assert "No meeting of this week needs an interpreter" in page.text
    assert page.page.links["This week"] == PAGE


@pytest.mark.parametrize("typed", [{}, {"ask": "all"}, {"ask": "1"}, {"ask": "one-two"}, {"ask": ["1-2-3"]}])
def test_a_form_without_a_line_asks_nobody(site, browse, meetings, typed):
    assert browse("coordinator").post(PAGE, typed).status == 404
    assert asked(site) == []


@pytest.mark.parametrize("line", ["{0}-0", "0-{1}", "{0}-{2}", "999-999"])
def test_a_line_that_was_never_shown_is_not_asked_for(site, browse, office, meetings, line):
    value = line.format(meetings[0], office["volunteer", "own"], office.people["leyla"])
    answer = browse("coordinator").post(PAGE, {"ask": value, "week": ""})
    assert answer.status == 302
    assert asked(site) == []


@pytest.mark.parametrize("who", ["manager", "amina", "figures"])
def test_only_the_coordinator_plans_the_week(browse, who):
    assert browse(who).get(PAGE).status in (403, 404)


def test_the_page_names_no_client_and_takes_the_same_few_statements_for_many_lines(site, browse, office, meetings):
    leyla = browse("coordinator")
    few = leyla.get(PAGE)
    for name in ("Rehana", "Hodan", "Bashir", "former", "address-of", "needs-of"):
        assert name not in few.text
    with site.db() as db:
        case = db.get_one(Appointment, meetings[0]).case
        for number in range(6):
            make.volunteer(db, f"Volunteer {number}", speaks=(("Somali", "spoken"),), free=(("3", "10:00", "18:00"),))
            make.appointment(db, case, "2026-11-26", f"{10 + number}:00", language=make.language(db, "Somali"))
        db.commit()
    many = leyla.get(PAGE)
    assert len(lines(many)) == 9
    assert many.statements == few.statements <= 20


# A wish that is not kept


@pytest.fixture
def unchecked(site, office, meetings):
    """Farida has no check on record, so both of her lines pass over a rule."""
    with site.db() as db:
        db.get_one(Worker, office["volunteer", "own"]).checked_on = None
        db.commit()
    return meetings


def kept(site) -> list[tuple[int, str | None, str | None]]:
    with site.db() as db:
        rows = db.scalars(select(LanguageOffer).where(LanguageOffer.passed_over.is_not(None)))
        return sorted((row.request.appointment_id, row.passed_over, row.reason) for row in rows)


def post(leyla, page, what: str, **typed: str):
    shown = [value for name, value in page.page.form("week").values if name == "shown"]
    boxes = [name for name, _value in page.page.form("week").values if name.startswith("reason")]
    assert set(typed) <= set(boxes)
    return leyla.post(PAGE, [("week", ""), ("ask", what), *typed.items(), *(("shown", one) for one in shown)])


def test_a_line_that_passes_over_a_rule_asks_for_a_reason_and_keeps_what_was_typed(site, browse, office, unchecked):
    leyla, farida = browse("coordinator"), office["volunteer", "own"]
    first, second = (f"{one}-{farida}" for one in unchecked)
    page = leyla.get(PAGE)
    refused = post(leyla, page, first, **{f"reason-{second}": "She knows the family"})
    assert refused.status == 422
    assert asked(site) == []
    assert "Farida A was not asked: give a reason, since a wish is not kept." in refused.text
    values = dict(refused.page.form("week").values)
    assert values[f"reason-{second}"] == "She knows the family"
    done = post(leyla, refused, second, **{f"reason-{second}": "She knows the family"})
    assert done.status == 302
    assert kept(site) == [(unchecked[1], "check", "She knows the family")]
    page = leyla.get(done.location)
    assert "Asked although: no fresh check. She knows the family" in page.text
    assert f"reason-{second}" not in dict(page.page.form("week").values)


def test_one_reason_serves_all_lines_that_have_none_of_their_own(site, browse, office, unchecked):
    leyla, farida = browse("coordinator"), office["volunteer", "own"]
    first, second = unchecked
    page = leyla.get(PAGE)
    refused = post(leyla, page, "all")
    assert (refused.status, asked(site)) == (422, [])
    assert "2 lines were not asked for, since they take a reason." in refused.text
    done = post(leyla, refused, "all", **{"reason": "Check is under way", f"reason-{second}-{farida}": "Knows them"})
    assert done.status == 302
    assert kept(site) == sorted([(first, "check", "Check is under way"), (second, "check", "Knows them")])


def test_the_reason_for_all_lines_is_not_taken_for_one(site, browse, office, unchecked):
    leyla = browse("coordinator")
    line = f"{unchecked[0]}-{office['volunteer', 'own']}"
    refused = post(leyla, leyla.get(PAGE), line, reason="Check is under way")
    assert (refused.status, asked(site)) == (422, [])
    assert dict(refused.page.form("week").values)["reason"] == "Check is under way"


def test_the_enter_key_asks_nobody_and_loses_nothing(site, browse, office, unchecked):
    leyla = browse("coordinator")
    line = f"reason-{unchecked[0]}-{office['volunteer', 'own']}"
    page = post(leyla, leyla.get(PAGE), "none", **{line: "She is near"})
    assert (page.status, asked(site)) == (200, [])
    assert dict(page.page.form("week").values)[line] == "She is near"


def test_the_board_shows_the_reason_too(site, browse, office, unchecked):
    leyla = browse("coordinator")
    line = f"{unchecked[0]}-{office['volunteer', 'own']}"
    post(leyla, leyla.get(PAGE), line, **{f"reason-{line}": "She is near"})
    assert "Asked although: no fresh check. She is near" in leyla.get("/coordinator/board/").text
