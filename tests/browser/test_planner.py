"""The planner's grid by keyboard and in few clicks."""

from __future__ import annotations

import re

from sqlalchemy import select

from casework.calendar import local
from models import Appointment

REASON = "Small baby, and no money for the bus"


def visits(house, office):
    with house.db() as db:
        found = db.scalars(select(Appointment).where(Appointment.case_id == office["case"])).all()
        return [local(one.starts_at).strftime("%a %H:%M") for one in found if one.id != office["visit"]]


def test_arrows_move_in_the_grid_an_empty_time_explains_itself_and_enter_books(sit_down, house, office):
    amina = sit_down("amina")
    amina.open(f"/caseworker/visit/?case={office['case']}")
    amina.type_into("Why they cannot come to us", REASON)
    grid = amina.page.locator("[data-grid]")
    best = grid.locator(".slot-offer").first
    amina.tab_to(best)
    amina.press("Home", "ArrowRight")  # Tuesday, the first best offer's day
    second = amina.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert re.search(r"10:30: ", second)
    amina.press("End")
    with amina.page.expect_navigation():
        amina.press("Enter")  # 17:30 cannot end by six
    told = amina.page.locator(".banner-note[data-takes-focus]").inner_text()
    assert "It would not end by closing time, 18:00." in told
    assert amina.field("Why they cannot come to us").input_value() == REASON
    assert visits(house, office) == []
    amina.tab_to(grid.locator("[tabindex='0']"))
    amina.press("Home")
    amina.press("ArrowDown")  # Wednesday: nobody of the two is taken
    label = amina.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert "free" in label
    with amina.page.expect_navigation():
        amina.press("Enter")
    day, clock = re.match(r"(\w{3}) [^,]+, (\d\d:\d\d)", label).groups()
    assert visits(house, office) == [f"{day} {clock}"]
