"""One field of several records changed at once: every rule asked, every change written down, and put back for a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework import bulk
from casework.context import Acting, acting, set_acting
from casework.scope import office_wide
from models import Appointment, AuditEntry, Task
from tests import make


@pytest.fixture
def amina(db):
    """Amina acts, with an account: what she changes can be put back by her alone."""
    worker = make.worker(db, "Amina K", in_team=make.team(db, "East"))
    user = make.user(db, "amina", "caseworker", worker)
    set_acting(db, Acting(now=make.NOW, role="caseworker", username="amina", user_id=user.id, worker_id=worker.id,
                          team_id=worker.team_id))  # fmt: skip
    return worker


def tasks(db, owner, *days: int) -> list[Task]:
    made = [Task(owner=owner, what=f"ring {day}", due_on=date(2026, 12, day)) for day in days]
    db.add_all(made)
    db.flush()
    return made


def set_to(name, value):
    return lambda row: setattr(row, name, value)


def outcomes(verdicts):
    return [one.outcome for one in verdicts]


def trail(db) -> list[tuple[str, int, str]]:
    found = db.scalars(office_wide(select(AuditEntry).where(AuditEntry.action == "changed").order_by(AuditEntry.id)))
    return [(one.subject, one.row_id, one.fields) for one in found]


def test_each_record_meets_every_rule_and_one_that_is_refused_stops_no_other(db, amina):
    """An enquiry cannot be put on hold, an open case can; one that is on hold is left alone."""
    cases = [make.case(db, lead=amina, status=status) for status in ("open", "enquiry", "on_hold", "open")]
    verdicts = bulk.change(db, cases, set_to("status", "on_hold"))
    assert outcomes(verdicts) == ["changed", "refused", "same", "changed"]
    assert "cannot become" in verdicts[1].why
    db.expire_all()
    assert [one.status for one in cases] == ["on_hold", "enquiry", "on_hold", "on_hold"]


def test_the_trail_names_each_record_in_the_order_of_their_numbers_whatever_order_they_came_in(db, amina):
    made = tasks(db, amina, 1, 2, 3, 4)
    before = len(trail(db))
    bulk.change(db, [made[2], made[0], made[3], made[1]], set_to("due_on", date(2026, 12, 9)))
    assert trail(db)[before:] == [("Task", one.id, "due_on") for one in made]


def test_a_preview_is_the_same_walk_and_leaves_nothing(db, amina):
    made = tasks(db, amina, 1, 2)
    db.commit()
    before, versions = trail(db), [one.version for one in made]
    assert outcomes(bulk.change(db, made, set_to("due_on", date(2026, 12, 9)))) == ["changed", "changed"]
    db.rollback()
    assert [one.due_on.day for one in made] == [1, 2]
    assert ([one.version for one in made], trail(db)) == (versions, before)


def test_a_record_that_is_another_one_since_it_was_looked_at_is_left_alone(db, amina):
    made = tasks(db, amina, 1, 2)
    seen = {one.id: one.version for one in made}
    made[0].what = "ring the school"
    db.flush()
    verdicts = bulk.change(db, made, set_to("due_on", date(2026, 12, 9)), versions=seen)
    assert outcomes(verdicts) == ["refused", "changed"] and "colleague" in verdicts[0].why
    assert outcomes(bulk.change(db, made, set_to("due_on", date(2026, 12, 8)), versions={})) == ["refused", "refused"]


def test_what_stands_against_a_record_is_asked_before_any_rule(db, amina):
    made = tasks(db, amina, 1, 2)
    verdicts = bulk.change(
        db, made, set_to("due_on", date(2026, 12, 9)), refusal=lambda one: "No." if one is made[0] else ""
    )
    assert [(one.outcome, one.why) for one in verdicts] == [("refused", "No."), ("changed", "")]
    assert made[0].due_on == date(2026, 12, 1)


def test_what_the_database_forbids_is_refused_and_the_others_change(db, amina):
    """Two cases cannot have one reference: the second is told so, and the transaction goes on."""
    cases = [make.case(db, lead=amina), make.case(db, lead=amina)]
    verdicts = bulk.change(db, cases, set_to("ref", "26-9999"))
    assert outcomes(verdicts) == ["changed", "refused"]
    assert outcomes(bulk.change(db, cases, set_to("risk", "high"))) == ["changed", "changed"]


# Putting back


def done(db, made, name, value):
    verdicts = bulk.change(db, made, set_to(name, value))
    assert bulk.remember(db, "task", name, verdicts)
    db.commit()
    return bulk.remembered(db, "task")


def test_what_was_changed_is_put_back_record_by_record_as_it_was(db, amina):
    other = make.worker(db, "Tariq B")
    made = tasks(db, amina, 1, 2)
    made[1].owner = other
    db.flush()
    kept = done(db, made, "owner_id", other.id)
    assert set(kept.records) == {made[0].id}, "the other task had this owner already"
    assert outcomes(bulk.undo(db, "task", kept, [made[0]])) == ["changed"]
    assert [one.owner.name for one in made] == ["Amina K", "Tariq B"]
    assert trail(db)[-1] == ("Task", made[0].id, "owner")
    assert bulk.remembered(db, "task") is None, "once"


@pytest.mark.parametrize("name, first, second", [
    ("due_on", date(2026, 12, 4), date(2026, 12, 9)), ("what", "ring", "write"),
    ("done_on", None, make.TODAY),
])  # fmt: skip
def test_every_kind_of_value_comes_back_as_it_was(db, amina, name, first, second):
    made = tasks(db, amina, 1)
    setattr(made[0], name, first)
    db.flush()
    bulk.undo(db, "task", done(db, made, name, second), made)
    db.expire_all()
    assert getattr(made[0], name) == first


def test_a_moment_comes_back_with_its_zone(db, amina):
    made = [make.appointment(db, make.case(db, lead=amina), day="2026-11-26", kind="phone")]
    starts, ends = made[0].starts_at, made[0].ends_at

    def later(one: Appointment) -> None:
        one.starts_at, one.ends_at = starts + timedelta(hours=1), ends + timedelta(hours=1)

    verdicts = bulk.change(db, made, later)
    assert (outcomes(verdicts), verdicts[0].elsewhere) == (["changed"], False)
    bulk.remember(db, "appointment", "starts_at", verdicts)
    bulk.undo(db, "appointment", bulk.remembered(db, "appointment"), made)
    db.expire_all()
    assert (made[0].starts_at, made[0].ends_at) == (starts, ends)


def test_what_was_changed_again_since_is_not_put_back(db, amina):
    made = tasks(db, amina, 1, 2)
    kept = done(db, made, "due_on", date(2026, 12, 9))
    made[0].what = "ring the school"
    db.flush()
    verdicts = bulk.undo(db, "task", kept, made)
    assert outcomes(verdicts) == ["refused", "changed"] and "changed again" in verdicts[0].why
    assert [one.due_on.day for one in made] == [9, 2]


def test_what_wrote_other_records_too_is_not_put_back_here(db, amina):
    """Nothing here knows how to take another record back, so the whole is left to its own page."""
    made = tasks(db, amina, 1)

    def with_another(one: Task) -> None:
        one.due_on = date(2026, 12, 9)
        db.add(Task(owner=one.owner, what="follows", due_on=date(2026, 12, 9)))

    verdicts = bulk.change(db, made, with_another)
    assert verdicts[0].elsewhere
    bulk.remember(db, "task", "due_on", verdicts)
    verdicts = bulk.undo(db, "task", bulk.remembered(db, "task"), made)
    assert outcomes(verdicts) == ["refused"] and "other records" in verdicts[0].why
    assert made[0].due_on.day == 9


def test_putting_back_meets_the_rules_as_well(db, amina):
    """What a rule would not let anybody write is not written by an undo either."""
    case = make.case(db, lead=amina, status="open")
    kept_status = bulk.change(db, [case], set_to("status", "on_hold"))
    bulk.remember(db, "case", "status", kept_status)
    kept = bulk.remembered(db, "case")
    spoiled = bulk.Kept(kept.at, kept.field, {case.id: {**kept.records[case.id], "before": {"status": "enquiry"}}})
    verdicts = bulk.undo(db, "case", spoiled, [case])
    assert outcomes(verdicts) == ["refused"] and case.status == "on_hold"


@pytest.mark.parametrize("hours, is_there", [(24, True), (25, False)])
def test_a_change_can_be_put_back_for_a_day_and_by_nobody_else(db, amina, hours, is_there):
    done(db, tasks(db, amina, 1), "due_on", date(2026, 12, 9))
    who = acting(db)
    set_acting(db, Acting(now=make.NOW + timedelta(hours=hours), role=who.role, username="amina", user_id=who.user_id,
                          worker_id=who.worker_id, team_id=who.team_id))  # fmt: skip
    assert (bulk.remembered(db, "task") is not None) is is_there
    other = make.user(db, "tariq", "caseworker")
    set_acting(db, Acting(now=make.NOW, role="caseworker", username="tariq", user_id=other.id))
    assert bulk.remembered(db, "task") is None


def test_what_is_kept_for_putting_back_stands_in_no_line_of_the_trail(db, amina):
    made = tasks(db, amina, 1)
    made[0].what = "ring Rehana at the refuge"
    db.flush()
    done(db, made, "what", "ring")
    lines = db.scalars(office_wide(select(AuditEntry))).all()
    assert lines
    for one in lines:
        assert "refuge" not in " ".join(filter(None, (one.fields, one.reason, one.who)))


def test_the_cost_grows_with_the_records_and_by_no_more(db, amina, statements):
    few, many = tasks(db, amina, *range(1, 4)), tasks(db, amina, *range(1, 29))
    statements.clear()
    bulk.change(db, few, set_to("due_on", date(2027, 1, 5)))
    each = len(statements) / len(few)
    statements.clear()
    bulk.change(db, many, set_to("due_on", date(2027, 1, 5)))
    assert len(statements) / len(many) <= each <= 14
