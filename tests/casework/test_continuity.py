"""One caseworker for each case: who it was is kept, why it changed is said, and the client is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework import continuity, tasks
from casework.merging import merge
from casework.problems import RuleBroken
from models import CaseWorker, Conflict, Task
from tests import make


def history(db, case) -> list[tuple]:
    rows = db.scalars(select(CaseWorker).where(CaseWorker.case_id == case.id).order_by(CaseWorker.id))
    return [(one.worker.name, one.valid_from, one.valid_to, one.reason, one.client_told_on) for one in rows]


def telling(db, case) -> list[Task]:
    found = select(Task).where(Task.case_id == case.id, Task.about == "leadership", Task.done_on.is_(None))
    return list(db.scalars(found.order_by(Task.id)))


def test_the_first_caseworker_needs_no_reason_and_a_second_one_does(db):
    case = make.case(db, lead=make.worker(db, "Amina K"))
    assert history(db, case) == [("Amina K", make.TODAY, None, None, None)]
    case.lead = make.worker(db, "Tariq B")
    assert [field for field, _text in make.problems(db)] == ["lead_reason"]
    case.lead_reason = "  Amina is on leave until spring "
    assert make.problems(db) == []
    assert case.lead_reason is None
    assert history(db, case) == [
        ("Amina K", make.TODAY, make.TODAY, None, None),
        ("Tariq B", make.TODAY, None, "Amina is on leave until spring", None),
    ]  # fmt: skip


def test_a_reason_without_a_change_is_sent_back(db):
    case = make.case(db)
    case.lead_reason = "Just in case"
    assert [field for field, _text in make.problems(db)] == ["lead_reason"]


def test_the_client_is_told_by_whoever_takes_over_and_the_day_is_kept(db):
    case = make.case(db, lead=make.worker(db, "Amina K"))
    case.lead, case.lead_reason = make.worker(db, "Tariq B"), "Leave"
    db.flush()
    [task] = telling(db, case)
    assert (task.owner.name, task.what) == ("Tariq B", "Tell the client that Tariq B is now their caseworker")
    assert (task.due_on, task.kind) == (date(2026, 11, 26), "follow_up")  # three working days after Monday
    tasks.tick_off(db, task)
    assert history(db, case)[-1][-1] == make.TODAY


def test_the_client_was_told_by_today_and_who_looked_after_a_case_stays_on_file(db):
    case = make.case(db)
    [row] = db.scalars(select(CaseWorker).where(CaseWorker.case_id == case.id))
    row.client_told_on = make.TODAY + timedelta(days=1)
    assert make.problems(db) == [("client_told_on", "This is recorded once the client was told. Correct the day.")]
    row.client_told_on = make.TODAY
    assert make.problems(db) == []
    db.delete(row)
    assert make.problems(db) == [("", "Not deleted: who looked after a case stays on the file.")]


def test_only_the_task_of_telling_says_that_the_client_was_told_whatever_another_is_called(db):
    case = make.case(db, lead=make.worker(db, "Amina K"))
    case.lead, case.lead_reason = make.worker(db, "Tariq B"), "Leave"
    db.flush()
    alike = tasks.ask(db, case.lead, "Tell the client that we rang the school", make.TODAY, case=case,
                      about=("case", case), kind="follow_up")  # fmt: skip
    db.flush()
    tasks.tick_off(db, alike)
    assert history(db, case)[-1][-1] is None


def test_a_client_who_was_not_told_of_one_caseworker_is_told_of_the_next_one_alone(db):
    case = make.case(db, lead=make.worker(db, "Amina K"))
    case.lead, case.lead_reason = make.worker(db, "Tariq B"), "Leave"
    db.flush()
    [task] = telling(db, case)
    make.act_as(db, "system", now=make.NOW + timedelta(days=1))
    case.lead, case.lead_reason = make.worker(db, "Joan W"), "Tariq leaves"
    db.flush()
    assert telling(db, case) == [task]
    assert (task.owner.name, task.what) == ("Joan W", "Tell the client that Joan W is now their caseworker")
    assert task.due_on == date(2026, 11, 27)
    tasks.tick_off(db, task)
    assert [told for *_rest, told in history(db, case)] == [None, None, date(2026, 11, 24)]


def test_all_cases_of_one_worker_go_over_with_their_open_tasks_in_one_act(db):
    east, west = make.team(db, "East"), make.team(db, "West")
    amina, joan = make.worker(db, "Amina K", in_team=east), make.worker(db, "Joan W", in_team=west)
    cases = [make.case(db, make.client(db, f"Person {number}"), lead=amina) for number in range(3)]
    closed = make.case(db, make.client(db, "Before"), lead=amina, status="closed")
    mine = [Task(case=case, owner=amina, what="ring", due_on=make.TODAY) for case in cases]
    done = Task(case=cases[0], owner=amina, what="rang", due_on=make.TODAY, done_on=make.TODAY)
    own = Task(owner=amina, what="order cards", due_on=make.TODAY)
    db.add_all([*mine, done, own])
    db.flush()
    assert continuity.running_cases(db, amina) == cases
    assert continuity.other_tasks(db, amina) == [own]
    continuity.hand_over(db, amina, joan, cases, "Amina leaves us", told_on=make.TODAY, own_tasks=[own])
    assert {(case.lead, case.team) for case in cases} == {(joan, west)}
    assert {one.owner for one in (*mine, own)} == {joan}
    assert (done.owner, closed.lead) == (amina, amina)
    assert [telling(db, case) for case in cases] == [[], [], []]
    assert {history(db, case)[-1] for case in cases} == {("Joan W", make.TODAY, None, "Amina leaves us", make.TODAY)}
    assert continuity.changes_between(db, make.TODAY, make.TODAY) == (3, 3)
    assert continuity.changes_between(db, make.TODAY + timedelta(days=1), date(2027, 1, 1)) == (0, 0)


def test_a_conflict_under_another_record_of_the_same_client_stops_it_too(db):
    case, other, new = make.case(db), make.client(db, "R Begum"), make.worker(db, "Tariq B")
    db.add(Conflict(worker=new, client=other, reason="neighbours", declared_on=make.TODAY))
    db.flush()
    merge(db, other, case.client)
    case.lead, case.lead_reason = new, "moved"
    assert [field for field, _text in make.problems(db)] == ["lead"]


def test_a_conflict_of_interest_stops_the_whole_handover_and_names_the_case(db):
    amina, tariq = make.worker(db, "Amina K"), make.worker(db, "Tariq B")
    cases = [make.case(db, make.client(db, f"Person {number}"), lead=amina) for number in range(2)]
    db.add(Conflict(worker=tariq, client=cases[1].client, reason="cousin", declared_on=make.TODAY))
    db.flush()
    with pytest.raises(RuleBroken) as broken, db.begin_nested():
        continuity.hand_over(db, amina, tariq, cases, "Leave")
    assert [one.field for one in broken.value.problems] == ["lead"]
    assert cases[1].ref in str(broken.value) and cases[0].ref not in str(broken.value)
    db.expire_all()
    assert {case.lead for case in cases} == {amina}
    continuity.hand_over(db, amina, tariq, cases[:1], "Leave")
    assert [case.lead for case in cases] == [tariq, amina]


@pytest.mark.parametrize("role, whose, field", [
    ("manager", "other", None), ("caseworker", "own", None), ("caseworker", "other", "from"),
])  # fmt: skip
def test_a_manager_gives_anybodys_cases_and_a_caseworker_their_own(db, role, whose, field):
    team = make.team(db)
    me, colleague, third = (make.worker(db, name, in_team=team) for name in ("Amina K", "Tariq B", "Joan W"))
    giver = {"own": me, "other": colleague}[whose]
    case = make.case(db, lead=giver)
    make.act_as(db, role, me)
    try:
        continuity.hand_over(db, giver, third, [case], "Leave")
        broken = None
    except RuleBroken as refused:
        broken = refused.problems[0].field
    assert broken == field


def test_nobody_leaves_who_still_leads_a_running_case(db):
    amina, tariq = make.worker(db, "Amina K"), make.worker(db, "Tariq B")
    case = make.case(db, lead=amina)
    make.case(db, make.client(db, "Before"), lead=amina, status="closed")
    amina.active = False
    [(field, text)] = make.problems(db)
    assert field == "active" and "1 running case" in text and "Hand over" in text
    amina.active = True
    continuity.hand_over(db, amina, tariq, [case], "Leaves us")
    amina.active = False
    assert make.problems(db) == []
    case.lead, case.lead_reason = amina, "Back again"
    assert [field for field, _text in make.problems(db)] == ["lead"]


def test_an_invented_end_of_a_task_list_stays_with_its_rules(db):
    """Putting off needs a day to come and a reason; what others have set is never put off."""
    task = tasks.ask(db, make.worker(db), "ring", make.TODAY)
    db.flush()
    for until, reason, fields in (
        (make.TODAY, "later", ["put_off_until"]), (date(2026, 11, 24), " ", ["put_off_reason"]),
        (date(2026, 11, 24), "Away until tomorrow", []),
    ):  # fmt: skip
        task.put_off_until, task.put_off_reason = until, reason
        assert [field for field, _text in make.problems(db)] == fields
    task.kind, task.put_off_until = "deadline", date(2026, 11, 25)
    assert [field for field, _text in make.problems(db)] == ["put_off_until"]
    task.kind, task.due_on, task.put_off_until = "general", date(2026, 12, 1), date(2026, 12, 1)
    assert [field for field, _text in make.problems(db)] == ["put_off_until"]
    task.put_off_until = date(2026, 12, 2)
    assert make.problems(db) == []


def test_a_task_that_waits_for_a_record_is_not_ticked_off_by_hand(db):
    case = make.case(db)
    agency = make.agency(db)
    referral = make.referral(db, case, agency)
    waits = tasks.ask(db, case.lead, "Answer due", make.TODAY, case=case, about=("referral", referral))
    plain = tasks.ask(db, case.lead, "Offer an appointment", make.TODAY, case=case, about=("case", case))
    db.flush()
    assert (waits.kind, plain.kind) == ("answer", "general")
    with pytest.raises(RuleBroken):
        tasks.tick_off(db, waits)
    tasks.tick_off(db, plain)
    assert plain.done_on == make.TODAY
    tasks.undo(db, plain)
    assert plain.done_on is None
    plain.done_on = date(2026, 11, 20)
    db.flush()
    with pytest.raises(RuleBroken):
        tasks.undo(db, plain)
