"""After-care: closing leaves dated contacts where the client agreed to them, and taking that back ends them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework import aftercare, consent
from casework.calendar import local
from casework.cases import add_note, close_case, reopen
from casework.context import acting
from casework.problems import RuleBroken
from casework.settings import number_setting, office
from models import Measure, Task
from tests import make

TODAY = make.TODAY


def permitted(db, client, **more):
    return make.consent(db, client, kind="contact_after_closure", purposes=(), scope=(), **more)


def closed(db, *, permission=True, agreed="client", reason="resolved", **more):
    case = make.case(db)
    if permission:
        permitted(db, case.client, **more)
    close_case(db, case, make.code(db, "closure_reason", reason), agreed, wishes="in the morning",
               note="As her brother told us" if agreed != "client" else None)  # fmt: skip
    return case


def rolled(db, days):
    """Count days by hand, on to the next open day."""
    day = TODAY + timedelta(days=days)
    while not office(db).is_open_day(day):
        day += timedelta(days=1)
    return day


def waiting(db, case):
    return [(one.what, one.due_on) for one in aftercare.waiting_for(db, case)]


def later(db, day):
    make.act_as(db, "system", now=make.at(day.isoformat(), "11:00"))


def test_closing_leaves_two_dated_contacts_with_their_trace_for_the_caseworker(db):
    case = closed(db)
    first, second = (
        rolled(db, number_setting(db, "aftercare_first")),
        rolled(db, number_setting(db, "aftercare_second")),
    )
    assert waiting(db, case) == [
        ("First after-care contact: in the morning", first), ("Second after-care contact: in the morning", second),
    ]  # fmt: skip
    task = aftercare.waiting_for(db, case)[0]
    assert (task.owner, task.case, task.about, task.about_id) == (case.lead, case, "case", case.id)
    assert "Monday 23 November 2026: The case was closed; this is day 0." in task.trace
    assert (task.created_at, task.version) == (acting(db).now, 1)


@pytest.mark.parametrize("more", [
    {"permission": False}, {"agreed": "deceased", "reason": "client_died"}, {"agreed": "other", "reason": "duplicate"},
    {"expires_on": TODAY + timedelta(days=27)},
])  # fmt: skip
def test_nobody_is_contacted_who_has_not_agreed_or_cannot_be_asked(db, more):
    assert waiting(db, closed(db, **more)) == []


def test_a_permission_that_ends_between_the_two_contacts_leaves_the_first_alone(db):
    case = closed(db, expires_on=TODAY + timedelta(days=40))
    assert [what.partition(":")[0] for what, _day in waiting(db, case)] == ["First after-care contact"]


def test_a_permission_for_another_case_does_not_count(db):
    other = make.case(db)
    case = make.case(db, other.client, lead=other.lead)
    permitted(db, case.client, case=other)
    close_case(db, case, make.code(db, "closure_reason", "resolved"), "client")
    assert waiting(db, case) == []
    close_case(db, other, make.code(db, "closure_reason", "resolved"), "client")
    assert len(waiting(db, other)) == 2


def test_a_plain_form_or_an_import_that_closes_a_case_leaves_the_same_contacts(db):
    case = make.case(db, status="closing")
    permitted(db, case.client)
    case.closure_agreed, case.closure_reason = "client", make.code(db, "closure_reason", "resolved")
    case.status = "closed"
    db.flush()
    assert len(waiting(db, case)) == 2


def test_each_contact_ends_one_task_and_says_how_the_client_stands(db):
    case = closed(db)
    first, second = (day for _what, day in waiting(db, case))
    later(db, first)
    aftercare.record_try(db, case, "No answer")
    assert len(waiting(db, case)) == 2
    note = aftercare.record_contact(db, case, "Quiet since", answers={"safety": 3, "coping": None})
    assert [kind.code for kind in note.kinds] == ["aftercare"]
    assert [day for _what, day in waiting(db, case)] == [second]
    made = db.scalars(select(Measure)).one()
    assert (made.point, made.safety, made.coping, made.measured_on) == ("aftercare", 3, None, first)
    later(db, second)
    aftercare.record_contact(db, case, "All well")
    assert waiting(db, case) == []


def test_what_is_overdue_is_listed_and_what_was_put_off_only_after_its_new_day(db):
    case = closed(db)
    first = waiting(db, case)[0][1]
    later(db, first)
    assert aftercare.overdue(db) == []
    later(db, first + timedelta(days=1))
    assert [one.case for one in aftercare.overdue(db)] == [case]
    assert len(aftercare.waiting(db)) == 2
    task = aftercare.waiting_for(db, case)[0]
    task.put_off_until, task.put_off_reason = first + timedelta(days=7), "She is away"
    db.flush()
    assert aftercare.overdue(db) == []


def test_taking_the_permission_back_ends_the_contacts_unless_another_one_holds(db):
    case = closed(db)
    consent.withdraw(db, permitted(db, case.client, given_on=date(2026, 11, 2)))
    assert len(waiting(db, case)) == 2
    consent.withdraw(db, aftercare.permission(db, case, TODAY))
    assert waiting(db, case) == []
    with pytest.raises(RuleBroken, match="has not agreed to be contacted after closing"):
        aftercare.record_contact(db, case, "Rang all the same")


def test_another_permission_taken_back_leaves_after_care_as_it_is(db):
    case = closed(db)
    consent.withdraw(db, make.consent(db, case.client))
    assert len(waiting(db, case)) == 2


def test_opening_a_case_again_ends_what_waits_and_closing_it_again_leaves_new_contacts(db):
    case = closed(db)
    later(db, TODAY + timedelta(days=10))
    reopen(db, case, "It began again")
    assert waiting(db, case) == []
    close_case(db, case, make.code(db, "closure_reason", "resolved"), "client")
    assert waiting(db, case)[0][1] > rolled(db, number_setting(db, "aftercare_first"))


def test_an_aftercare_note_needs_the_permission_on_its_own_day(db):
    case = closed(db, given_on=date(2026, 11, 10))
    kinds = [make.code(db, "note_kind", "aftercare")]
    with pytest.raises(RuleBroken):
        add_note(db, case, "Rang", kinds=kinds, at=make.at("2026-11-09", "11:00"))
    db.expunge_all()


def test_the_lists_show_a_caseworker_their_own_teams_contacts(db):
    mine, theirs = (
        make.worker(db, "Amina K", in_team=make.team(db, "East")),
        make.worker(db, "Joan W", in_team=make.team(db, "West")),
    )
    for lead in (mine, theirs):
        case = make.case(db, lead=lead)
        permitted(db, case.client)
        close_case(db, case, make.code(db, "closure_reason", "resolved"), "client")
    make.act_as(db, "caseworker", mine)
    assert {one.owner for one in aftercare.waiting(db)} == {mine}
    assert local(acting(db).now).date() == TODAY
    assert db.scalars(select(Task)).first().owner is mine
