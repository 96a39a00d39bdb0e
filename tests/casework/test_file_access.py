"""Seeing one's own file: both clocks, the way from storage, and nobody else's details in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework import cases, file_access
from casework.problems import RuleBroken
from models import FileRequest, Task
from tests import make


def asked_at(db, day: str, clock: str = "11:30", *, location: str = "premises", **more) -> FileRequest:
    now = make.at(day, clock)
    lead = make.worker(db, "Amina K")
    make.act_as(db, "system", lead, now=now)
    case = make.case(db, lead=lead, file_location=location, first_contact_at=now)
    return file_access.ask_for_file(db, case, requested_at=make.at(day, clock), **more)


def refused(act) -> list[str]:
    try:
        act()
    except RuleBroken as broken:
        return [one.field for one in broken.problems]
    return []


@pytest.mark.parametrize("day, clock, ready", [
    ("2026-11-23", "11:30", ("2026-11-24", "11:30")),  # Monday: a day later
    ("2026-11-20", "11:30", ("2026-11-23", "10:00")),  # Friday: Saturday is closed, Monday at opening
    ("2026-11-20", "19:00", ("2026-11-23", "10:00")),
    ("2026-12-24", "12:00", ("2026-12-29", "10:00")),  # Christmas, Boxing Day on a Saturday, its Monday
])  # fmt: skip
def test_a_file_on_the_premises_is_ready_after_a_day_or_at_the_next_opening(db, day, clock, ready):
    asked = asked_at(db, day, clock)
    assert asked.due_at == make.at(*ready)
    assert asked.due_on == date.fromisoformat(ready[0])
    assert "Access to case files" in asked.due_trace


@pytest.mark.parametrize("day, due", [("2026-11-23", "2026-11-30"), ("2026-12-18", "2026-12-29")])
def test_a_file_in_storage_is_there_within_a_week_rolled_to_an_open_day(db, day, due):
    assert asked_at(db, day, location="off_site").due_on == date.fromisoformat(due)


@pytest.mark.parametrize("day, law", [
    ("2026-01-30", "2026-03-02"),  # 28 February is a Saturday
    ("2028-01-31", "2028-02-29"), ("2026-11-23", "2026-12-23"), ("2026-11-25", "2026-12-29"),
])  # fmt: skip
def test_the_legal_month_ends_on_the_same_date_or_the_last_day_and_rolls_to_a_working_day(db, day, law):
    with_right = asked_at(db, day)
    assert with_right.sar_due_on == date.fromisoformat(law)
    kinds = {one.kind: one for one in db.scalars(select(Task).where(Task.about == "filerequest"))}
    assert {kind: (one.due_on, one.trace) for kind, one in kinds.items()} == {
        "file_access": (with_right.due_on, with_right.due_trace),
        "deadline": (with_right.sar_due_on, with_right.sar_trace),
    }
    assert asked_at(db, day, subject_access=False).sar_due_on is None


def test_a_file_in_storage_takes_each_step_and_each_step_is_talked_over(db):
    asked = asked_at(db, "2026-11-23", location="off_site")
    assert refused(lambda: file_access.lay_ready(db, asked)) == ["status", "informed_on", "urgency", "agreed_on"]
    asked.status, asked.ready_at = "requested", None
    assert refused(lambda: file_access.inform(db, asked, "  ")) == ["urgency"]
    file_access.inform(db, asked, "Hearing on 1 December")
    file_access.agree(db, asked, date(2026, 11, 27))
    file_access.lay_ready(db, asked)
    assert (asked.status, asked.informed_on) == ("retrieved", make.TODAY)
    open_kinds = [one.kind for one in db.scalars(select(Task).where(Task.done_on.is_(None)))]
    assert open_kinds == ["deadline"]


@pytest.mark.parametrize("clock, late", [("11:30", False), ("11:31", True)])
def test_a_file_ready_after_its_hour_needs_a_reason(db, clock, late):
    asked = asked_at(db, "2026-11-23", "11:30")
    make.act_as(db, "system", asked.handler, now=make.at("2026-11-24", clock))
    assert refused(lambda: file_access.lay_ready(db, asked)) == (["late_reason"] if late else [])
    if late:
        file_access.lay_ready(db, asked, late_reason="The cellar was flooded")
        assert asked.status == "ready"


@pytest.mark.parametrize("told, ok", [("2026-12-23", True), ("2026-12-24", False)])
def test_a_complex_copy_takes_three_months_only_if_the_client_was_told_in_the_first(db, told, ok):
    asked = asked_at(db, "2026-11-23")
    make.act_as(db, "system", asked.handler, now=make.at("2026-12-28", "11:00"))
    day = date.fromisoformat(told)
    assert refused(lambda: file_access.extend(db, asked, "Four boxes", day)) == ([] if ok else ["extension_told_on"])
    if ok:
        assert asked.extended_to == date(2027, 2, 23)
        open_days = [one.due_on for one in db.scalars(select(Task).where(Task.kind == "deadline",
                                                                         Task.done_on.is_(None)))]  # fmt: skip
        assert open_days == [asked.extended_to]


def test_an_extension_that_nobody_told_is_refused(db):
    asked = asked_at(db, "2026-11-23")
    asked.extended_to, asked.extension_reason = date(2027, 2, 23), "Four boxes"
    assert [field for field, _text in make.problems(db)] == ["extension_told_on"]


def test_nothing_goes_out_before_a_second_person_has_looked_for_other_peoples_details(db):
    asked = asked_at(db, "2026-11-23")
    note = cases.add_note(db, asked.case, "The neighbour Mr Cole shouted again.", at=make.NOW)
    plain = cases.add_note(db, asked.case, "Rang, all is well.", at=make.NOW)
    file_access.mark_third_parties(db, asked, {note.id})
    assert (note.third_party, plain.third_party, file_access.unchecked(db, asked)) == (True, False, 1)
    file_access.lay_ready(db, asked)
    assert refused(lambda: file_access.provide(db, asked, asked.handler, "Read here")) == ["redacted_by"]
    asked.status, asked.provided_at = "ready", None
    assert refused(lambda: file_access.redact(db, asked, {note.id: "A neighbour shouted."})) == ["redacted_by"]


def test_what_a_second_person_let_go_out_is_checked_anew_once_the_note_changes(db):
    asked = asked_at(db, "2026-11-23")
    note = cases.add_note(db, asked.case, "The neighbour Mr Cole shouted again.", at=make.NOW)
    file_access.mark_third_parties(db, asked, {note.id})
    file_access.lay_ready(db, asked)
    jon = make.worker(db, "Jon P")
    make.act_as(db, "system", jon, now=make.at("2026-11-23", "12:00"))
    file_access.redact(db, asked, {note.id: "A neighbour shouted."})
    assert (asked.redacted_by, file_access.unchecked(db, asked)) == (jon, 0)
    make.act_as(db, "system", jon, now=make.at("2026-11-23", "12:05"))
    note.minutes = 10
    db.flush()
    assert file_access.unchecked(db, asked) == 1
    file_access.redact(db, asked, {note.id: "A neighbour shouted."})
    for who, way, fields in ((None, "Read here", ["identity_checked_by"]), (jon, " ", ["safe_way"])):
        assert refused(lambda who=who, way=way: file_access.provide(db, asked, who, way)) == fields
        asked.status = "ready"
        asked.provided_at = None
    file_access.provide(db, asked, jon, "Read here, alone")
    assert asked.status == "provided"
    assert db.scalars(select(Task).where(Task.about == "filerequest", Task.done_on.is_(None))).all() == []
    asked.status = "ready"
    assert [field for field, _text in make.problems(db)] == ["status"]


def test_a_request_is_written_down_once_it_has_come_and_kept(db):
    asked = asked_at(db, "2026-11-23")
    asked.requested_at = datetime(2026, 11, 23, 11, 31, tzinfo=UTC) + timedelta(hours=1)
    assert [field for field, _text in make.problems(db)] == ["requested_at"]
    asked.requested_at = make.at("2026-11-23", "11:30")
    db.flush()
    db.delete(asked)
    assert len(make.problems(db)) == 1
