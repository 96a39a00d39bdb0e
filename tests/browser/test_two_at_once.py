"""Two people press the button in the same moment: exactly one of them gets the colleague."""

from __future__ import annotations

from playwright.sync_api import Route, expect
from sqlalchemy import select

from casework.calendar import local
from models import Appointment, AppointmentWorker


def test_two_browsers_that_book_the_same_colleague_at_the_same_hour_get_one_visit(sit_down, house, office):
    people = [sit_down("amina"), sit_down("tariq")]
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    for person, case in zip(people, (office["case"], office["team_case"]), strict=True):
        person.expects(422)
        person.open(f"/caseworker/visit/?case={case}")
        person.type_into("Why they cannot come to us", "Cannot leave the flat")
        person.when("Starts", "thu", "11:00")
        person.choose("Second person", "Maryam Y")
        person.tab_to(person.page.get_by_role("button", name="Book this time"))
        person.page.route("**/visit/**", hold)
        person.press("Enter")
    for _time in range(100):
        if len(held) < 2:
            people[0].page.wait_for_timeout(50)
    assert len(held) == 2, "both requests are on their way, and neither has arrived"
    for route in held:
        route.continue_()

    for person in people:
        expect(person.page.locator(".status-line, .error-summary").first).to_be_visible()
    booked = [person for person in people if any(words.startswith("Booked") for words in person.said)]
    refused = [person for person in people if person not in booked]
    assert len(booked) == len(refused) == 1
    assert "Maryam Y is at another appointment until 12:00." in refused[0].text
    with house.db() as db:
        hers = select(Appointment).join(AppointmentWorker).where(
            AppointmentWorker.worker_id == office["person Maryam Y"], AppointmentWorker.role == "second"
        )  # fmt: skip
        [visit] = db.scalars(hers)
        assert f"{local(visit.starts_at):%d/%m %H:%M}" == "26/11 11:00"
