"""By which ways a client may be told the time, at every door where that is written down."""

from __future__ import annotations

from datetime import date

import pytest

from casework import telling
from casework.problems import RuleBroken
from models import Client
from tests import make

SAFE = {  # said here by hand, from what each answer means
    "any": {"phone", "text", "email", "post", "person", "other"},
    "only_times": {"phone", "person", "other"},
    "phone_only": {"phone", "person", "other"},
    "no_voicemail": {"phone", "person", "other"},
    "no_post": {"phone", "person", "other"},
    "via_third_party": {"person", "other"},
    "none": {"person"},
    None: {"person"},
}


@pytest.fixture
def meeting(db):
    return make.appointment(db, make.case(db))


@pytest.mark.parametrize("said", SAFE)
def test_only_the_ways_that_a_client_called_safe_are_open(said):
    client = Client(name="Rehana Begum", safe_contact=said)
    assert {way for way in telling.WAYS if not telling.why_unsafe(client, way)} == SAFE[said]


@pytest.mark.parametrize("way, accepted", [("phone", True), ("post", False)])
def test_a_form_that_sets_the_way_itself_meets_the_same_rule(db, meeting, way, accepted):
    make.act_as(db, "manager", make.worker(db, "M"))
    if accepted:
        assert telling.tell(db, meeting, way).client_told_on == make.TODAY
        return
    with pytest.raises(RuleBroken, match="Not by letter: the safe way for Rehana Begum is “phone only”"):
        telling.tell(db, meeting, way)


@pytest.mark.parametrize(
    "day, way, field",
    [
        (date(2026, 11, 23), "phone", None),
        (date(2026, 11, 23), None, "client_told_by"),
        (None, "phone", "client_told_on"),
        (date(2026, 11, 24), "phone", "client_told_on"),
    ],
)
def test_that_a_client_was_told_has_its_day_and_its_way(db, meeting, day, way, field):
    make.act_as(db, "manager", make.worker(db, "M"))
    meeting.client_told_on, meeting.client_told_by = day, way
    assert [one for one, _text in make.problems(db)] == ([field] if field else [])
