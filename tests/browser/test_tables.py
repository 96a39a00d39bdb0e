"""The person who reports builds a table by keyboard alone, keeps it, and opens it again in two steps."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import select

from models import Case
from tests import make


def test_a_table_is_built_kept_and_opened_again_by_keyboard(sit_down, house):
    with house.db() as db:
        case = db.scalars(select(Case).order_by(Case.id)).first()
        for place, times in (("home", 8), ("street", 6)):
            for day in range(1, times + 1):
                make.incident(db, case, f"2026-06-{day:02}", place=make.code(db, "place", place))
        db.commit()
    person = sit_down("figures")
    person.follow("Tables and charts")
    person.follow("Build a table")
    person.choose("Rows", "Place")
    person.pick("Period", "This year so far")
    person.push("Show the table")
    assert person.heading == "Incidents by place"
    drawing = person.page.get_by_role("img", name="Incidents by place")
    expect(drawing).to_be_visible()
    assert "At or in the home" in drawing.text_content() and "8" in drawing.text_content()
    widths = [float(one.get_attribute("width").removesuffix("%")) for one in drawing.locator("rect.fill-1").all()]
    assert widths[0] == 80 and widths[1] == 60  # eight and six
    person.type_into("Name of the table", "Where it happens")
    person.push("Keep it")
    assert person.heading == "Where it happens"
    person.follow("Tables", within=person.page.locator(".above"))
    person.follow("Where it happens")
    assert person.page.locator("table td.num").first.inner_text() == "8"
    person.page.set_viewport_size({"width": 320, "height": 800})
    assert person.page.evaluate("document.documentElement.scrollWidth") <= 320
