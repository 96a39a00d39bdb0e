"""The interpreter's own sheet: their coming appointments, and an address only between their yes and the end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.merging import merge
from models import Appointment, AppointmentWorker, AuditEntry, Case, Conflict, Worker
from tests import make
from tests.admin_views.office import canary

ADDRESS = canary("address", "own")


@pytest.fixture
def visit(site):
    """Farida is asked to interpret at a home visit on Wednesday at eleven."""
    with site.db() as db:
        case, farida = db.get_one(Case, site.office["case", "own"]), db.get_one(Worker, site.office["volunteer", "own"])
        one = make.appointment(db, case, "2026-11-25", "13:00", kind="home_visit", interpreter=farida,
                               language=make.language(db, "Sylheti"))  # fmt: skip
        db.commit()
        return one.id


def said(site, visit, answer):
    with site.db() as db:
        row = db.query(AppointmentWorker).filter_by(appointment_id=visit, role="interpreter").one()
        row.status = answer
        db.commit()


def sheet(site, browse, who="leyla"):
    role = {"leyla": "coordinator", "manager": "manager"}[who]
    return browse(who).get(f"/{role}/interpreters/sheet/?worker={site.office['volunteer', 'own']}")


def logged(site):
    with site.db() as db:
        return db.query(AuditEntry).filter_by(reason="address on the interpreter's sheet").count()


@pytest.mark.parametrize("answer, told", [("invited", False), ("accepted", True)])
def test_the_address_is_given_once_they_have_said_yes_and_that_is_written_down(site, browse, visit, answer, told):
    said(site, visit, answer)
    page = sheet(site, browse)
    for words in ("Farida A", "Wed 25 Nov 2026, 13:00–14:00", "Sylheti", "26-0001, visit", "Tower Hamlets"):
        assert words in page.text
    assert (ADDRESS in page.text) is told
    assert ("Given once you have said yes." in page.text) is not told
    assert logged(site) == int(told)
    assert "Rehana" not in page.text and "07700 900201" not in page.text


@pytest.mark.parametrize("clock, told", [("13:59", True), ("14:00", False)])
def test_after_the_end_of_the_visit_the_address_is_gone(site, browse, visit, clock, told):
    said(site, visit, "accepted")
    with site.at(make.at("2026-11-25", clock)):
        page = sheet(site, browse)
    assert (ADDRESS in page.text) is told
    assert logged(site) == int(told)


def test_a_visit_called_off_or_declined_gives_nothing(site, browse, visit):
    said(site, visit, "declined")
    assert "Nothing is booked" in sheet(site, browse).text
    said(site, visit, "accepted")
    with site.db() as db:
        db.get_one(Appointment, visit).status = "cancelled_client"
        db.commit()
    assert ADDRESS not in sheet(site, browse).text and logged(site) == 0


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("who", ["leyla", "interpreter"])
def test_nobody_reads_the_address_of_somebody_with_whom_they_have_a_conflict(site, browse, visit, who, merged):
    said(site, visit, "accepted")
    with site.db() as db:
        key = site.office.people["leyla"] if who == "leyla" else site.office["volunteer", "own"]
        client = db.get_one(Appointment, visit).case.client
        if merged:  # declared with another record of the same person
            other = make.client(db, "R Begum")
            merge(db, other, client)
            client = other
        db.add(Conflict(worker=db.get_one(Worker, key), client=client, reason="Neighbours",
                        declared_on=date(2026, 11, 20)))  # fmt: skip
        db.commit()
    assert ADDRESS not in sheet(site, browse).text and logged(site) == 0


def test_a_caseworker_does_not_make_it_and_a_stranger_to_languages_has_none(site, browse, visit):
    assert browse("amina").get("/coordinator/interpreters/sheet/?worker=1").status == 403
    leyla = browse("leyla")
    assert leyla.get(f"/coordinator/interpreters/sheet/?worker={site.office.people['joan']}").status == 404


def test_the_statements_do_not_grow_with_the_appointments(site, browse, visit):
    few = sheet(site, browse).statements
    with site.db() as db:
        farida = db.get_one(Worker, site.office["volunteer", "own"])
        case = db.get_one(Case, site.office["case", "own"])
        for number in range(5):
            day = date(2026, 12, 2) + timedelta(days=7 * number)
            make.appointment(db, case, f"{day}", kind="office", language=make.language(db, "Sylheti"),
                             interpreter=farida, late_reason="Asked")  # fmt: skip
        db.commit()
    assert sheet(site, browse).statements == few
