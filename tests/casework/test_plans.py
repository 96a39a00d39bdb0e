"""A plan is agreed with the client, stays as agreed, and every step of it says what for and who acts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework import plan_rules, plans, waiting
from casework.calendar import due
from casework.problems import RuleBroken
from casework.settings import office
from models import Plan, PlanStep, Task
from tests import make

TODAY = make.TODAY
DISCUSSED = date(2026, 11, 18)


def step(plan, what="Keep a diary", task="empower", actor="client", **more) -> PlanStep:
    made = plans.new_step(plan)
    for name, value in {"what": what, "task": task, "actor": actor, **more}.items():
        setattr(made, name, value)
    return made


def written(db, case=None, *steps):
    """A plan that is written and not agreed; each step is a mapping of what differs from a dull one."""
    case = case or make.case(db, expectations_on=DISCUSSED)
    plan, copies = plans.open_for_change(db, case)
    with db.no_autoflush:
        for more in steps or ({},):
            step(plan, **more)
    plans.save_steps(db, plan, copies)
    return plan


def agreed(db, case=None, *steps):
    return plans.agree(db, written(db, case, *steps), TODAY, make.language(db, "Sylheti"), copy_given=True)


def later(db, days):
    make.act_as(db, "system", now=make.NOW + timedelta(days=days))


def fields(problems):
    return [field for field, _text in problems]


def open_tasks(db):
    return [(one.what, one.due_on) for one in db.scalars(select(Task).where(Task.done_on.is_(None)).order_by(Task.id))]


# Agreeing


@pytest.mark.parametrize(("discussed", "on", "told"), [
    (None, TODAY, ["expectations_on"]),
    (TODAY, TODAY, []),
    (TODAY, date(2026, 11, 22), ["agreed_on"]),  # agreed the day before
    (DISCUSSED, TODAY + timedelta(days=1), ["agreed_on"]),
])  # fmt: skip
def test_expectations_are_discussed_before_a_plan_is_agreed_and_agreeing_lies_in_the_past(db, discussed, on, told):
    plan = written(db, make.case(db, expectations_on=discussed))
    plan.agreed_on, plan.language = on, make.language(db, "Sylheti")
    assert fields(make.problems(db)) == told


def test_a_plan_is_agreed_in_a_language_and_on_something_the_client_chose(db):
    only_declined = written(db, None, {"choice": "declined"})
    plan = written(db)
    plan.agreed_on = TODAY
    assert fields(make.problems(db)) == ["language"]
    plan.agreed_on = None
    only_declined.agreed_on, only_declined.language = TODAY, make.language(db, "Sylheti")
    assert fields(make.problems(db)) == ["steps"]
    with db.no_autoflush:
        step(only_declined)
    assert make.problems(db) == []


def test_the_day_on_which_expectations_were_discussed_is_saved_with_the_agreement(db):
    plan = written(db, make.case(db))
    plans.agree(db, plan, TODAY, make.language(db, "Urdu"), expectations_on=DISCUSSED)
    assert (plan.case.expectations_on, plan.agreed_on, plan.language.name) == (DISCUSSED, TODAY, "Urdu")


@pytest.mark.parametrize(("status", "told"), [("open", []), ("on_hold", []), ("enquiry", [""]), ("closed", [""])])
def test_a_plan_belongs_to_a_case_that_is_open(db, status, told):
    db.add(Plan(case=make.case(db, status=status)))
    assert fields(make.problems(db)) == told


def test_a_case_has_one_plan_and_its_older_versions(db):
    plan = written(db)
    other = Plan(case=plan.case, number=2)
    db.add(other)
    assert make.problems(db) == [("", "This case has a plan already. Change that one; the earlier version is kept.")]
    with db.no_autoflush:
        plan.superseded_on = TODAY
    assert make.problems(db) == []


# What was agreed stays


def test_what_was_agreed_changes_only_by_a_new_version_that_is_agreed_again(db):
    plan = agreed(db)
    first = plan.steps[0]
    first.what = "Keep no diary"
    assert fields(make.problems(db)) == [""]
    db.expire(first)
    with db.no_autoflush:
        added = step(plan, "One more")
        assert fields(make.problems(db)) == [""]
        plan.steps.remove(added)
        db.expunge(added)
    plan.agreed_on = None
    assert "new version" in make.problems(db)[0][1]
    db.expire(plan)

    newer, copies = plans.open_for_change(db, plan.case)
    copies[first].what = "Keep a diary of every incident"
    plans.save_steps(db, newer, copies)
    assert (newer.number, newer.agreed_on, newer.language) == (2, None, plan.language)
    assert (plan.superseded_on, first.what, copies[first].what) == (
        TODAY,
        "Keep a diary",
        "Keep a diary of every incident",
    )
    assert plans.current_plan(db, plan.case) is newer


def test_ticking_off_and_dropping_are_no_change_of_what_was_agreed(db):
    plan = agreed(db, None, {}, {"what": "Meet the landlord", "actor": "joint"}, {"what": "Ring"})
    done, dropped, again = plan.steps
    plans.tick_off(db, done, result=make.code(db, "step_result", "client_spoke"))
    plans.drop(db, dropped, " He moved away ")
    plans.take_up_again(db, plans.tick_off(db, again))
    assert (done.state, done.done_on, dropped.state, dropped.dropped_reason) == (
        "done",
        TODAY,
        "dropped",
        "He moved away",
    )
    assert (again.state, again.done_on, plan.number) == ("todo", None, 1)
    assert plans.steps_to_do(db, plan.case) == [again]


def test_a_draft_is_changed_as_it_is_and_an_older_version_not_at_all(db):
    draft = written(db)
    same, copies = plans.open_for_change(db, draft.case)
    assert same is draft and copies == {draft.steps[0]: draft.steps[0]}
    plans.leave_out(db, draft, draft.steps[0], copies)
    with db.no_autoflush:
        step(draft, "Something else")
    plans.save_steps(db, draft, copies)
    assert [one.what for one in draft.steps] == ["Something else"]

    plans.agree(db, draft, TODAY, make.language(db, "Urdu"))
    old = draft.steps[0]
    newer, copies = plans.open_for_change(db, draft.case)
    plans.save_steps(db, newer, copies)
    with pytest.raises(RuleBroken) as stopped:
        plans.tick_off(db, old)
    assert [one.text.partition(".")[0] for one in stopped.value.problems] == [
        "This step belongs to a version that was replaced", "This version was replaced, so it stays as it was",
    ]  # fmt: skip


def test_plans_and_agreed_steps_are_not_deleted(db):
    plan = agreed(db)
    for row in (plan.steps[0], plan):
        with db.begin_nested() as trial:
            db.delete(row)
            assert make.problems(db)[0][1].startswith("Not deleted")
            trial.rollback()


def test_a_change_inside_a_plan_raises_its_version(db):
    plan = agreed(db)
    before = plan.version
    plans.tick_off(db, plan.steps[0])
    assert plan.version > before


# Steps


@pytest.mark.parametrize(("more", "told"), [
    ({"task": None}, ["task"]), ({"actor": None}, ["actor"]), ({"what": "  "}, ["what"]),
    ({"actor": "agency"}, ["agency"]), ({}, []),
])  # fmt: skip
def test_a_step_says_what_for_and_who_acts(db, more, told):
    plan = written(db)
    with db.no_autoflush:
        made = step(plan, **more)
        assert [one.field for one in plan_rules.says_what_for_and_who_acts(made, db)] + [
            one.field for one in plan_rules.names_the_agency_that_acts(made, db)
        ] == told


@pytest.mark.parametrize(("actor", "more", "told"), [
    ("caseworker", {}, ["instruction"]),
    ("caseworker", {"instruction": "A camera, please"}, ["instructed_on"]),
    ("caseworker", {"instruction": "A camera, please", "instructed_on": TODAY}, []),
    ("caseworker", {"instruction": "A camera, please", "instructed_on": TODAY + timedelta(days=1)}, ["instructed_on"]),
    ("agency", {}, ["instruction"]),
    ("joint", {}, []),  # the client is there and speaks
    ("client", {}, []),
    ("caseworker", {"choice": "declined"}, []),
])  # fmt: skip
def test_we_speak_to_an_agency_for_a_client_only_as_they_instruct_us(db, actor, more, told):
    plan, homes = written(db), make.agency(db)
    with db.no_autoflush:
        step(plan, actor=actor, agency=homes, **more)
    assert fields(make.problems(db)) == told


def test_what_a_caseworker_does_in_the_office_needs_no_instruction(db):
    assert written(db, None, {"actor": "caseworker"}).id is not None


@pytest.mark.parametrize(("more", "told"), [
    ({"state": "done"}, ["done_on"]), ({"state": "done", "done_on": TODAY}, []),
    ({"state": "done", "done_on": TODAY + timedelta(days=1)}, ["done_on"]),
    ({"state": "dropped", "dropped_reason": " "}, ["dropped_reason"]),
    ({"state": "dropped", "dropped_reason": "Moved"}, []),
    ({"choice": "declined", "state": "done", "done_on": TODAY}, ["state"]),
])  # fmt: skip
def test_a_step_ends_on_a_day_or_for_a_reason_and_what_was_declined_is_not_done(db, more, told):
    made = written(db).steps[0]
    for name, value in more.items():
        setattr(made, name, value)
    assert fields(make.problems(db)) == told


# Tasks


def test_each_dated_step_waits_on_the_caseworkers_list_until_it_is_over(db):
    homes = make.agency(db)
    asked = {"instruction": "A camera", "instructed_on": TODAY, "agency": homes}
    day = date(2026, 12, 4)
    plan = written(
        db, None, {"due_on": day}, {"what": "Meet them", "actor": "joint", "due_on": day}, {"what": "Undated"},
        {"what": "Put up a camera", "actor": "agency", "due_on": day, **asked},
        {"what": "Write", "actor": "caseworker", "due_on": day, **asked}, {"choice": "declined", "due_on": day},
    )  # fmt: skip
    assert open_tasks(db) == [
        ("Ask how it went: Keep a diary", day), ("With the client: Meet them", day),
        ("Ask Marsh Lane Homes: Put up a camera", day), ("Write", day),
    ]  # fmt: skip
    task = db.scalars(select(Task).order_by(Task.id)).first()
    assert (task.owner, task.case, task.about, task.about_id) == (
        plan.case.lead,
        plan.case,
        "planstep",
        plan.steps[0].id,
    )
    assert "version 1. Not agreed" in task.trace and "Due Friday 4 December 2026" in task.trace
    plans.agree(db, plan, TODAY, make.language(db, "Urdu"))
    assert "Agreed with the client on Monday 23 November 2026" in task.trace

    first, second, *_others = plan.steps
    plans.tick_off(db, first)
    plans.drop(db, second, "Not wanted")
    assert [what for what, _day in open_tasks(db)] == ["Ask Marsh Lane Homes: Put up a camera", "Write"]
    plans.take_up_again(db, first)
    assert ("Ask how it went: Keep a diary", day) in open_tasks(db)


def test_a_task_follows_its_step_into_the_new_version_and_ends_with_a_step_that_is_left_out(db):
    day, new_day = date(2026, 12, 4), date(2026, 12, 11)
    plan = agreed(db, None, {"due_on": day}, {"what": "Ring", "due_on": day})
    kept, gone = plan.steps
    task = db.scalars(select(Task).where(Task.about_id == kept.id)).one()
    task.put_off_until, task.put_off_reason = new_day, "She is away"
    newer, copies = plans.open_for_change(db, plan.case)
    copies[kept].due_on = new_day
    plans.leave_out(db, newer, gone, copies)
    plans.save_steps(db, newer, copies)
    assert open_tasks(db) == [("Ask how it went: Keep a diary", new_day)]
    assert (task.about_id, task.put_off_reason) == (newer.steps[0].id, "She is away")


# By when


def test_a_plan_that_is_not_agreed_in_time_is_listed_and_its_neighbour_is_not(db):
    make.setting(db, "plan_agreed", "28")
    without, drafted, fine, on_hold = (make.case(db, expectations_on=DISCUSSED) for _place in range(4))
    written(db, drafted)
    agreed(db, fine)
    on_hold.status = "on_hold"
    db.flush()
    last_day = due(TODAY, 28, "day", office(db)).on
    later(db, (last_day - TODAY).days)
    assert waiting.without_agreed_plan(db) == []
    later(db, (last_day - TODAY).days + 1)
    found = waiting.without_agreed_plan(db)
    assert {one.case.id for one in found} == {without.id, drafted.id, on_hold.id}
    assert {(one.due.on, one.since, one.days) for one in found} == {(last_day, TODAY, (last_day - TODAY).days + 1)}
    assert "The case was opened" in " ".join(found[0].due.explained())

    newer, copies = plans.open_for_change(db, fine)  # changed today: the time runs anew
    plans.save_steps(db, newer, copies)
    assert fine.id not in {one.case.id for one in waiting.without_agreed_plan(db)}
    make.act_as(db, "system", now=datetime(2027, 3, 1, 9, tzinfo=UTC))
    late = next(one for one in waiting.without_agreed_plan(db) if one.case is fine)
    assert "The plan was changed" in " ".join(late.due.explained())


def test_a_caseworker_is_told_of_their_own_teams_plans_only(db):
    east, west = (
        make.worker(db, "Amina K", in_team=make.team(db, "East")),
        make.worker(db, "Joan W", in_team=make.team(db, "West")),
    )
    mine, theirs = make.case(db, lead=east), make.case(db, lead=west)
    now = make.NOW + timedelta(days=60)
    make.act_as(db, "caseworker", east, now=now)
    assert [one.case for one in waiting.without_agreed_plan(db)] == [mine]
    make.act_as(db, "manager", east, now=now)
    assert {one.case for one in waiting.without_agreed_plan(db)} == {mine, theirs}
    assert [one.case for one in waiting.without_agreed_plan(db, mine=True)] == [mine]
