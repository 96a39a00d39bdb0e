"""Story 3: a mother who cannot leave her flat asks for help in Sylheti, and is visited by two people and a woman.

Source: service statement, "Availability". She rings on Monday; within fourteen days, between ten and six, around a bank
holiday, and without the volunteer who knows her family.
"""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from casework.calendar import local
from models import Appointment, Availability, Case, CaseNote, Client, ClosedDay, Conflict, Task, Worker
from tests import make

MOTHER = "Shahana Khatun"
REASON = "Four flights of stairs and a newborn"


@pytest.fixture
def setting(house, office):
    """A bank holiday on Wednesday; the coordinator is there on Mondays only."""
    with house.db() as db:
        db.add(ClosedDay(day=date(2026, 11, 25), name="Extra bank holiday", kind="bank_holiday"))
        leyla = db.get_one(Worker, office["person Leyla C"])
        leyla.availability.append(Availability(weekday="0", starts=time(10), ends=time(18), free=True))
        db.commit()


def she_rings(amina, house) -> int:
    amina.follow("New enquiry")
    amina.type_into("Name or alias", MOTHER)
    amina.type_into("One way to reach them", "07700 900164")
    amina.pick("Safe ways to contact", "Phone only")
    amina.choose("Language", "Sylheti")
    amina.pick("Wishes to speak through", "A woman")
    amina.type_into("What happened", "Somebody bangs on her door at night. She does not go out any more.")
    amina.choose("Borough", "Tower Hamlets")
    amina.push("Save enquiry")
    with house.db() as db:
        case = db.scalars(select(Case).join(Client).where(Client.name == MOTHER)).one()
        assert (case.client.language.name, case.client.interpreter_gender) == ("Sylheti", "female")
        rahima = db.scalars(select(Worker).where(Worker.name == "Rahima S")).one()
        db.add(Conflict(worker=rahima, client=case.client, reason="Cousin", declared_on=make.TODAY))
        db.commit()
        return case.id


def a_visit_is_offered_and_booked(amina, house, key: int) -> Appointment:
    amina.open(f"/caseworker/visit/?case={key}")
    assert "Sylheti interpreter, a woman" in amina.text and "Closed: Extra bank holiday" in amina.text
    offers = amina.page.locator(".offer").all_inner_texts()
    assert [one.split("\n")[1][:10].strip() for one in offers] == ["Tue 24 Nov", "Tue 1 Dec", "Wed 2 Dec"]
    assert all("Farida A" in one and "Rahima" not in one for one in offers)

    amina.type_into("Why they cannot come to us", REASON)
    amina.when("Starts", "2/12", "11:00")
    amina.choose("Second person", "Tariq B")
    amina.choose("Interpreter", "Rahima S")
    amina.push("Book this time")
    assert "Rahima S cannot go to this visit" in amina.page.locator(".error-summary").inner_text()
    assert "Cousin" not in amina.text

    amina.push("Book", within=amina.page.locator(".offer").first, exact=False)
    assert amina.said[0].startswith("Booked: Tue 24 Nov 2026")
    with house.db() as db:
        visit = db.scalars(select(Appointment).where(Appointment.case_id == key)).one()
        going = {one.role: one.worker.name for one in visit.people}
        begins, ends = local(visit.starts_at), local(visit.ends_at)
        assert len({going["lead"], going["second"]}) == 2 and going["interpreter"] == "Farida A"
        assert begins.date() - make.TODAY <= timedelta(days=14) and visit.offer_by == date(2026, 12, 7)
        assert time(10) <= begins.time() and ends.time() <= time(18)
        return visit


def she_and_the_interpreter_know(amina, leyla, visit: Appointment) -> None:
    leyla.open(f"/coordinator/interpreters/?appointment={visit.id}")
    leyla.push("Accepted Farida A")
    amina.open(f"/caseworker/visit/held/?id={visit.id}")
    amina.follow("Tell the client the time")
    assert "Not by letter" in amina.text
    amina.push("I have rung them")


def both_arrive_and_leave(person, role: str, visit: Appointment) -> None:
    person.sign_in({"caseworker": "amina", "manager": "maryam"}[role])
    person.open(f"/{role}/visit/held/?id={visit.id}")
    person.push("I have arrived")
    person.push("I have left safely")


@pytest.mark.req("R11", "R15", "R16")
def test_a_mother_who_speaks_sylheti_is_visited_by_two_people_and_a_woman_who_interprets(
    sit_down, house, office, setting
):
    amina, leyla = sit_down("amina"), sit_down("leyla")
    amina.expects(422)
    key = she_rings(amina, house)
    visit = a_visit_is_offered_and_booked(amina, house, key)
    she_and_the_interpreter_know(amina, leyla, visit)

    with house.at(visit.starts_at + timedelta(minutes=50)):
        maryam = sit_down("")
        both_arrive_and_leave(maryam, "manager", visit)
        again = sit_down("")
        again.expects(422)
        both_arrive_and_leave(again, "caseworker", visit)
        again.pick("What came of it", "Took place")
        again.type_into("What was said or agreed", "She keeps a diary of the nights. “Now I am not alone.”")
        again.type_into("What is to be done next", "Ask the landlord for a new lock")
        again.type_into("By", "fri")
        again.push("Save visit")
        assert "Tick that the ID card was shown" in again.text
        again.tick("The ID card was shown at the door")
        again.push("Save visit")
    with house.db() as db:
        held = db.get_one(Appointment, visit.id)
        assert (held.status, held.id_carried, held.client_told_by) == ("attended", True, "phone")
        told = {one.role: (one.checked_in_at is not None, one.checked_out_at is not None) for one in held.people}
        assert told["lead"] == told["second"] == (True, True)
        assert db.scalars(select(CaseNote).where(CaseNote.case_id == key, CaseNote.medium == "visit")).one()
        task = db.scalars(select(Task).where(Task.what == "Ask the landlord for a new lock")).one()
        assert (task.case_id, task.due_on) == (key, date(2026, 11, 27))
