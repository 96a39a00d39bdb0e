"""The coordinator finds an interpreter, sees why not the others, asks and writes down the answer."""

from __future__ import annotations

from sqlalchemy import select

from models import AppointmentWorker


def test_the_coordinator_finds_who_is_free_on_tuesday_at_eleven_and_who_is_not_and_why(sit_down):
    leyla = sit_down("leyla")
    leyla.follow("Interpreters")
    leyla.choose("Language", "Sylheti")
    leyla.when("When", "tue", "11")
    leyla.push("Show who is free")
    assert names(leyla, "free") == ["Farida A"]
    why_not = reasons(leyla)
    assert set(why_not) == {"Nadia H", "Rahima S", "Salma U"}
    assert why_not["Nadia H"] == "Is at another appointment until 11:30."
    assert why_not["Rahima S"] == "Is not free then, but that week Wednesday 10:00 to 16:00."
    assert why_not["Salma U"] == "Writes Sylheti but does not speak it."


def test_the_coordinator_asks_an_interpreter_for_a_visit_and_records_that_she_accepted(sit_down, house, office):
    leyla = sit_down("leyla")
    leyla.follow_under("Records", "Appointments")
    visit = leyla.page.get_by_role("row").filter(has_text="Home visit").filter(has_text="Sylheti")
    leyla.follow("26-0001", within=visit)
    leyla.follow("Find an interpreter")
    assert names(leyla, "free") == ["Farida A"]
    leyla.push("Ask Farida A")
    assert leyla.said == ["Farida A: Asked."]
    leyla.push("Accepted Farida A")
    assert leyla.said == ["Farida A: Accepted."]
    with house.db() as db:
        row = db.scalars(
            select(AppointmentWorker).where(
                AppointmentWorker.role == "interpreter", AppointmentWorker.appointment_id == office["visit"]
            )
        ).one()
        assert (row.worker.name, row.status) == ("Farida A", "accepted")


def names(person, part):
    return person.page.locator(f"[aria-labelledby={part}-heading] h3").all_inner_texts()


def reasons(person):
    """Give why each of the others is not free."""
    offers = person.page.locator("[aria-labelledby=others-heading] .offer").all()
    return {one.locator("h3").inner_text(): one.locator(".offer-why").inner_text() for one in offers}
