"""Asking somebody to interpret who goes to the same meeting already."""

from __future__ import annotations

import pytest

from casework.asking import answer, ask
from casework.problems import RuleBroken
from tests import make


def test_whoever_leads_a_meeting_is_not_asked_to_interpret_at_it(db):
    case = make.case(db)
    meeting = make.appointment(db, case, "2026-11-25", "11:00")
    [lead] = meeting.people
    with pytest.raises(RuleBroken, match="already goes as one of us"):
        ask(db, meeting, lead.worker)
    assert lead.role == "lead"


def test_only_somebody_who_was_asked_to_interpret_has_an_answer(db):
    """Whoever leads is no interpreter, and nobody takes them off the meeting by answering for them."""
    meeting = make.appointment(db, make.case(db), "2026-11-25", "11:00")
    [lead] = meeting.people
    for worker in (lead.worker, make.volunteer(db, "Farida A")):
        with pytest.raises(RuleBroken, match="Ask them first, then write down their answer"):
            answer(db, meeting, worker, "declined")
    assert lead.status == "accepted"
