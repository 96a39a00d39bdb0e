"""Schedule a home visit: two people, in office hours, from three offers or a time of one's own."""

from __future__ import annotations

from sqlalchemy import select

from casework.calendar import local
from models import Appointment

REASON = "Small baby, and no money for the bus"


def test_a_lone_visit_is_refused_and_one_of_the_offers_is_booked(sit_down, house, office):
    amina = sit_down("amina")
    amina.expects(422)
    amina.follow("Cases")
    amina.follow("26-0001")
    amina.follow("Book home visit")
    assert "Sylheti interpreter, a woman" in amina.text
    amina.type_into("Why they cannot come to us", REASON)
    amina.when("Starts", "thu", "11:00")
    amina.push("Book this time")
    assert "A home visit needs a second person" in amina.page.locator(".error-summary").inner_text()
    assert amina.field("Why they cannot come to us").input_value() == REASON
    assert _visits(house, office) == []

    offers = amina.page.locator(".offer")
    assert offers.count() == 3
    amina.push("Book", within=offers.first, exact=False)
    assert amina.said[0].startswith("Booked: ")
    [visit] = _visits(house, office)
    starts, ends = local(visit.starts_at), local(visit.ends_at)
    assert starts.date() == ends.date() and starts.weekday() < 5
    assert (starts.hour, (ends - starts).seconds) >= (10, 3600) and (ends.hour, ends.minute) <= (18, 0)
    staff = {one.worker.name for one in visit.people if one.role in ("lead", "second")}
    assert len(staff) == 2 and "Amina K" in staff
    assert [one.worker.name for one in visit.people if one.role == "interpreter"] == ["Farida A"]
    assert visit.cannot_attend_reason == REASON


def test_a_visit_at_a_time_of_ones_own_is_booked_with_a_colleague(sit_down, house, office):
    amina = sit_down("amina")
    amina.open(f"/caseworker/visit/?case={office['case']}")
    amina.type_into("Why they cannot come to us", REASON)
    amina.when("Starts", "4/12", "14:30")
    amina.choose("Second person", "Tariq B")
    amina.push("Book this time")
    assert amina.said[0] == "Booked: Fri 4 Dec 2026, 14:30."
    [visit] = _visits(house, office)
    assert local(visit.starts_at).strftime("%d/%m/%Y %H:%M") == "04/12/2026 14:30"


def test_a_visit_past_closing_time_is_refused_with_the_next_time_that_would_do(sit_down, house, office):
    amina = sit_down("amina")
    amina.expects(422)
    amina.open(f"/caseworker/visit/?case={office['case']}")
    amina.type_into("Why they cannot come to us", REASON)
    amina.when("Starts", "thu", "17:30")
    amina.choose("Second person", "Tariq B")
    amina.push("Book this time")
    told = amina.page.locator(".error-summary").inner_text()
    assert "Monday to Friday, 10:00 to 18:00" in told
    assert "First free: " in told
    assert _visits(house, office) == []


def _visits(house, office):
    """The visits booked in this walk: not the one that stood there before."""
    with house.db() as db:
        found = db.scalars(select(Appointment).where(Appointment.case_id == office["case"])).all()
        made = [one for one in found if one.id != office["visit"]]
        for one in made:
            _ = [row.worker.name for row in one.people]
        return made
