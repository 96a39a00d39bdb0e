"""The disk cannot be written while somebody saves: what was typed can be read on the page, and one press saves it."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from models import CaseNote
from tests.browser.axe import barriers, overhang

NOTE = "The door was repaired on Saturday. She wants to know if the camera comes."


@pytest.fixture
def disk(house):
    """Give a function that says whether the disk can be written from now on."""

    def only_read(connection, _record):
        connection.execute("PRAGMA query_only=ON")

    def can_be_written(state):
        (event.remove if state else event.listen)(house.engine, "connect", only_read)
        house.engine.dispose()

    yield can_be_written
    if event.contains(house.engine, "connect", only_read):
        can_be_written(True)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_call_typed_while_nothing_can_be_written_is_saved_with_one_press_later(sit_down, house, office, disk, width):
    amina = sit_down("amina").open(f"/caseworker/call/?case={office['case']}")
    amina.page.set_viewport_size({"width": width, "height": 900})
    amina.page.keyboard.type(NOTE)
    disk(False)
    amina.expects(503)
    amina.push("Save call")
    assert amina.heading == "Not saved yet"
    assert "cannot write to its disk just now" in amina.text
    assert amina.field("What you typed").input_value() == NOTE
    assert (barriers(amina.page), overhang(amina.page)) == ([], 0)
    disk(True)
    amina.push("Try again")
    assert amina.said == ["Saved. Reply due Thu 26 Nov."]
    with house.db() as db:
        assert db.scalars(select(CaseNote.text).where(CaseNote.text == NOTE)).all() == [NOTE]
