"""Seeing one's own file: both clocks, the way from storage, and nobody else's details in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework import cases, file_access
from casework.problems import RuleBroken
from models import Case, FileRequest, Task
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


def test_somebody_prepares_the_file(db):
    make.act_as(db, "system")
    enquiry = Case(kind=make.code(db, "case_kind", "racist_incident"), first_contact_at=make.NOW, area=make.area(db))
    db.add(enquiry)
    db.flush()
    assert refused(lambda: file_access.ask_for_file(db, enquiry)) == ["handler"]
    asked = file_access.ask_for_file(db, enquiry, handler=make.worker(db, "Jon P"))
    assert asked.handler.name == "Jon P"


def test_every_note_about_somebody_else_is_looked_at(db):
    asked = asked_at(db, "2026-11-23")
    first, second = (cases.add_note(db, asked.case, f"The neighbour {name} shouted.", at=make.NOW) for name in "AB")
    file_access.mark_third_parties(db, asked, {first.id, second.id})
    make.act_as(db, "system", make.worker(db, "Jon P"), now=make.at("2026-11-23", "12:00"))
    assert refused(lambda: file_access.redact(db, asked, {first.id: "A neighbour."})) == [""]
    file_access.redact(db, asked, {first.id: "A neighbour.", second.id: ""})
    assert file_access.unchecked(db, asked) == 0


def test_a_request_stays_with_its_case(db):
    asked = asked_at(db, "2026-11-23")
    asked.case = make.case(db, make.client(db, "Hodan Warsame"), lead=asked.handler)
    assert [field for field, _text in make.problems(db)] == ["case"]


@pytest.mark.parametrize("told, fields", [("2026-11-24", ["informed_on"]), ("2026-11-23", [])])
def test_that_a_client_was_told_of_the_storage_is_written_down_afterwards(db, told, fields):
    asked = asked_at(db, "2026-11-23", location="off_site")
    assert refused(lambda: file_access.inform(db, asked, "For a hearing", date.fromisoformat(told))) == fields


@pytest.mark.parametrize("given, fields", [("2026-12-24", ["late_reason"]), ("2026-12-23", [])])
def test_a_file_given_out_after_the_legal_date_needs_a_reason(db, given, fields):
    asked = asked_at(db, "2026-11-23")
    file_access.lay_ready(db, asked)
    make.act_as(db, "system", asked.handler, now=make.at(given, "11:00"))
    assert refused(lambda: file_access.provide(db, asked, asked.handler, "Read here")) == fields


@pytest.mark.parametrize("reason, told, everything, fields", [
    (" ", "2026-11-23", True, ["extension_reason"]), ("Four boxes", "2026-11-24", True, ["extension_told_on"]),
    ("Four boxes", "2026-11-23", False, ["extension_told_on"]), ("Four boxes", "2026-11-23", True, []),
])  # fmt: skip
def test_a_longer_time_has_a_reason_a_day_of_telling_and_a_legal_clock(db, reason, told, everything, fields):
    asked = asked_at(db, "2026-11-23", subject_access=everything)
    assert refused(lambda: file_access.extend(db, asked, reason, date.fromisoformat(told))) == fields


@pytest.mark.parametrize("who, fields", [("Maryam Y", ["redacted_by"]), ("Jon P", [])])
def test_a_colleague_confirms_only_what_they_have_read_themselves(db, who, fields):
    asked, people = asked_at(db, "2026-11-23"), {name: make.worker(db, name) for name in ("Jon P", "Maryam Y")}
    make.act_as(db, "system", people[who], now=make.at("2026-11-23", "12:00"))
    asked.redacted_by, asked.redacted_at = people["Jon P"], make.NOW
    assert [field for field, _text in make.problems(db)] == fields


# The tasks follow the clocks


def owed(db) -> dict[str, tuple[date, str, str]]:
    """Give what is open for the request: by when, why, and by whom."""
    found = db.scalars(select(Task).where(Task.about == "filerequest", Task.done_on.is_(None)))
    return {one.kind: (one.due_on, one.trace, one.owner.name) for one in found}


def test_both_tasks_follow_when_the_request_is_corrected(db):
    asked = asked_at(db, "2026-11-23")
    asked.requested_at = make.at("2026-11-18", "11:30")
    asked.handler = make.worker(db, "Jon P")
    db.flush()
    assert (asked.due_on, asked.sar_due_on) == (date(2026, 11, 19), date(2026, 12, 18))
    assert owed(db) == {
        "file_access": (date(2026, 11, 19), asked.due_trace, "Jon P"),
        "deadline": (date(2026, 12, 18), asked.sar_trace, "Jon P"),
    }
    asked.subject_access = False
    db.flush()
    assert set(owed(db)) == {"file_access"}
    asked.subject_access = True
    db.flush()
    assert set(owed(db)) == {"file_access", "deadline"}
    file_access.lay_ready(db, asked, late_reason="Written down late")
    assert set(owed(db)) == {"deadline"}
    file_access.extend(db, asked, "Four boxes", make.TODAY)
    assert owed(db)["deadline"][0] == asked.extended_to == date(2027, 2, 18)
    asked.requested_at = make.at("2026-11-19", "11:30")
    db.flush()
    assert owed(db)["deadline"][0] == asked.extended_to == date(2027, 2, 19)
    file_access.take_back(db, asked)
    assert owed(db) == {}
