"""The invented office asks three invented bodies for their own figures: one answered, one is late, one is a draft."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType

from casework import figures_requests as asking
from casework.calendar import ONE_DAY
from casework.figures_gaps import own_numbers, raised
from models import FiguresQuestion, FiguresRequest
from seed.demo_stage import Stage, Story, on

ANSWERED, LATE, DRAFT = "Eastway Police", "Rodingside Council children's services", "Lantern Wharf Housing"
ASKED, ASKED_LATER, ANSWER = timedelta(days=90), timedelta(days=38), timedelta(days=24)
MOST = 9  # questions that the office asks at once
SAID = MappingProxyType({
    "police_incidents": 1840, "police_changed": 212, "police_arrests": 196, "police_charges": 141,
    "police_no_action": 903, "police_repeat": 260, "police_undecided": 318, "police_median": 11,
    "complaints_first": 164, "complaints_upheld": 23, "complaints_median": 34,
})  # fmt: skip


def figures_of_bodies(stage: Stage) -> Story:
    """Play the manager's three requests, the oldest first."""
    manager = stage.staff["manager"]
    yield on(manager, stage.today - ASKED)
    first = asking.send(stage.db, _draft(stage, ANSWERED, "two_years"))
    yield on(manager, stage.day + 3 * ONE_DAY)
    asking.acknowledge(stage.db, first, stage.day)
    yield on(manager, stage.today - ASKED + ANSWER)
    asking.answer(stage.db, first, "answered", stage.day)
    asking.take_down(stage.db, first, {one.id: _said(one) for one in first.questions})
    yield on(manager, stage.today - ASKED_LATER)
    late = asking.send(stage.db, _draft(stage, LATE, "two_years"))
    yield on(manager, stage.day + 4 * ONE_DAY)
    asking.acknowledge(stage.db, late, stage.day)
    yield on(manager, stage.today - 5 * ONE_DAY)
    _draft(stage, DRAFT, "year")


def _draft(stage: Stage, name: str, time: str) -> FiguresRequest:
    agency, period = stage.agencies[name], asking.periods_offered(stage.db, stage.day)[time]
    found = raised(agency, own_numbers(stage.db, agency, period, stage.day))
    return asking.draft(stage.db, agency, period, found[:MOST])


def _said(question: FiguresQuestion) -> tuple[str | None, int | None, str | None]:
    """Give the invented answer to a question."""
    number = SAID.get(question.topic)
    if number is None:
        return "not_held", None, "They suggest asking again once their new system is in use."
    return "number", number, None
