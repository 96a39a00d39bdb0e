"""A week read from the records: who needs an interpreter, who could come, and asking those who are suggested."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework import week_asking
from casework.settings import number_setting
from casework.volunteers import keep_apart
from casework.week import Span
from casework.week_asking import ask_lines
from casework.week_plan import suggest
from casework.week_read import monday_of, read_week
from models import Appointment, AppointmentWorker, Conflict, LanguageOffer, LanguageRequest, Worker
from tests import make

MONDAY = date(2026, 11, 23)
DAILY = tuple((day, "10:00", "18:00") for day in "01234")
# Nothing about origin, religion, health or class is asked; a client is a number, by the case of the meeting.
MAY_BE_READ = {
    "appointments", "appointment_workers", "cases", "languages", "workers", "worker_languages", "availabilities",
    "conflicts", "avoidances", "language_requests", "language_offers", "settings", "closed_days", "areas", "clients",
}  # fmt: skip


def volunteer(db, name="Farida A", **more) -> Worker:
    more.setdefault("speaks", (("Sylheti", "spoken"),))
    more.setdefault("free", DAILY)
    more.setdefault("checked_on", date(2026, 1, 5))
    return make.volunteer(db, name, **more)


def meeting(db, clock="11:00", day="2026-11-25", **more) -> Appointment:
    of = more.pop("of", None) or make.case(db, lead=make.worker(db, f"Lead {clock} {day}", in_team=make.team(db)))
    return make.appointment(db, of, day, clock, language=make.language(db, more.pop("speaks", "Sylheti")), **more)


def invited(db, to: Appointment, person: Worker, said: str = "invited") -> None:
    to.people.append(AppointmentWorker(worker=person, role="interpreter", status=said))
    db.flush()


def keys(db) -> list[int]:
    return [one.key for one in read_week(db, MONDAY).wanted]


def person(db, worker: Worker):
    return next(one for one in read_week(db, MONDAY).people if one.key == worker.id)


# What is needed


@pytest.mark.parametrize(("status", "is_needed"), [
    ("requested", True), ("offered", True), ("booked", True), ("cancelled_client", False), ("cancelled_office", False),
])  # fmt: skip
def test_meetings_ahead_with_a_language_are_needs(db, status, is_needed):
    one = meeting(db, status=status if is_needed else "booked")
    one.status = status
    db.flush()
    assert keys(db) == ([one.id] if is_needed else [])


@pytest.mark.parametrize(("day", "clock", "is_needed"), [
    ("2026-11-23", "10:00", True), ("2026-11-27", "17:00", True), ("2026-11-30", "10:00", False),
])  # fmt: skip
def test_a_week_runs_from_monday_to_sunday(db, day, clock, is_needed):
    one = meeting(db, clock, day)
    assert keys(db) == ([one.id] if is_needed else [])


def test_what_has_begun_and_what_needs_no_language_is_no_need(db):
    one = meeting(db, "10:00", "2026-11-23")
    make.appointment(db, one.case, "2026-11-26", "11:00")
    assert keys(db) == [one.id]
    make.act_as(db, "coordinator", volunteer(db), now=datetime(2026, 11, 23, 10, 0, 1, tzinfo=UTC))
    assert keys(db) == []


def test_whoever_has_said_yes_ends_the_need_and_who_was_asked_is_kept(db):
    one, farida = meeting(db), volunteer(db)
    invited(db, one, farida)
    week = read_week(db, MONDAY)
    assert (keys(db), dict(week.fixed)) == ([one.id], {one.id: farida.id})
    [line] = suggest(week).lines
    assert (line.fixed, line.broken) == (True, ())
    one.people[-1].status = "accepted"
    db.flush()
    assert keys(db) == []


def test_somebody_of_the_staff_who_was_asked_is_kept_and_planned_for_nothing_else(db):
    one, two = meeting(db), meeting(db, "14:00")
    sara = make.worker(db, "Sara N", speaks=(("Sylheti", "spoken"),))
    invited(db, one, sara)
    plan = suggest(read_week(db, MONDAY))
    assert plan.chosen() == {one.id: sara.id}
    assert [line.broken for line in plan.lines] == [()]
    assert [lost.against.words for lost in plan.gaps[0].lost] == ["is one of the staff"]
    assert plan.gaps[0].wanted.key == two.id


def test_who_declined_is_not_suggested_again(db):
    one, farida = meeting(db), volunteer(db)
    invited(db, one, farida, "declined")
    [gap] = suggest(read_week(db, MONDAY)).gaps
    assert [lost.against.words for lost in gap.lost] == ["was asked and cannot come"]
    second = volunteer(db, "Nadia B")
    assert suggest(read_week(db, MONDAY)).chosen() == {one.id: second.id}


def test_where_a_meeting_is_follows_from_its_kind(db):
    case = make.case(db)
    hackney = make.area(db, "Hackney")
    kinds = {kind: meeting(db, f"{10 + at}:00", of=case, kind=kind, area=hackney).id
             for at, kind in enumerate(("office", "phone", "video", "accompaniment", "home_visit"))}  # fmt: skip
    places = {one.key: one.span.place for one in read_week(db, MONDAY).wanted}
    assert {kind: places[key] for kind, key in kinds.items()} == {
        "office": "office", "phone": None, "video": None, "accompaniment": hackney.id, "home_visit": hackney.id,
    }  # fmt: skip


# Who could come


def test_a_volunteer_is_read_with_hours_load_and_limits(db):
    farida = volunteer(db, hours_a_month=3, base_area=make.area(db), gender="female", free=(("2", "10:00", "14:00"),))
    other = make.case(db)
    for day in ("2026-10-23", "2026-10-26", "2026-11-20"):  # the first lies before the four weeks
        meeting(db, "12:00", day, of=other, minutes=45, interpreter=farida, status="attended")
    meeting(db, "12:00", "2026-12-01", of=other, interpreter=farida)
    read = person(db, farida)
    assert read.free == (Span(make.at("2026-11-25", "10:00"), make.at("2026-11-25", "14:00")),)
    assert (read.most, read.load, read.place, read.gender) == (180, 90, make.area(db).id, "female")
    assert read.given == {date(2026, 10, 1): 45, date(2026, 11, 1): 45}
    assert read.checked_until == date(2029, 1, 5)


def test_in_a_week_with_a_month_end_the_hours_of_both_months_are_read(db):
    farida, other = volunteer(db), make.case(db)
    meeting(db, "12:00", "2026-11-02", of=other, minutes=45, interpreter=farida, status="attended")
    meeting(db, "12:00", "2026-12-30", of=other, minutes=45, interpreter=farida, late_reason="Holiday")
    read = next(one for one in read_week(db, date(2026, 11, 30)).people if one.key == farida.id)
    assert read.given == {date(2026, 11, 1): 45, date(2026, 12, 1): 45}


def test_whoever_goes_to_a_meeting_that_is_only_asked_for_has_no_time_for_another(db):
    farida = volunteer(db)
    first, second = meeting(db), meeting(db, "11:30")
    first.status = "requested"
    invited(db, first, farida, "accepted")
    [gap] = suggest(read_week(db, MONDAY)).gaps
    assert gap.wanted.key == second.id
    assert [lost.against.words for lost in gap.lost] == ["is at another appointment until 12:00"]


def test_two_meetings_in_neighbouring_boroughs_leave_half_an_hour_for_the_way(db):
    farida, case = volunteer(db), make.case(db)
    make.appointment(db, case, "2026-11-25", "10:00", kind="accompaniment", area=make.area(db, "Hackney"),
                     interpreter=farida, language=make.language(db, "Sylheti"))  # fmt: skip
    one = meeting(db, "11:29", kind="accompaniment", area=make.area(db, "Tower Hamlets"))
    [gap] = suggest(read_week(db, MONDAY)).gaps
    assert [lost.against.rule for lost in gap.lost] == ["travel"]
    one.starts_at, one.ends_at = make.at("2026-11-25", "11:30"), make.at("2026-11-25", "12:30")
    db.flush()
    assert suggest(read_week(db, MONDAY)).chosen() == {one.id: farida.id}


def test_a_conflict_keeps_somebody_away_and_no_word_tells_of_it(db):
    one, farida = meeting(db), volunteer(db)
    conflict = Conflict(worker=farida, client=one.case.client, reason="Former husband", declared_on=MONDAY)
    db.add(conflict)
    db.flush()
    make.act_as(db, "coordinator", farida)
    [gap] = suggest(read_week(db, MONDAY)).gaps
    assert [lost.against.words for lost in gap.lost] == ["not this person"]


def test_a_wish_keeps_somebody_away_from_whom_they_named_and_from_nobody_else(db):
    one, farida = meeting(db), volunteer(db)
    keep_apart(db, farida, "person", "Hodan Warsame")
    assert suggest(read_week(db, MONDAY)).chosen() == {one.id: farida.id}
    one.case.client.name = "Hodan Warsame"
    db.flush()
    make.act_as(db, "coordinator", farida)
    [gap] = suggest(read_week(db, MONDAY)).gaps
    assert [lost.against.words for lost in gap.lost] == ["not this person"]


def test_the_dialect_that_the_request_asks_for_is_wished_for(db):
    one, farida = meeting(db), volunteer(db)
    assert [line.waived for line in suggest(read_week(db, MONDAY)).lines] == [()]
    request = db.scalars(select(LanguageRequest).where(LanguageRequest.appointment_id == one.id)).one()
    request.dialect = "Habiganj"
    db.flush()
    [line] = suggest(read_week(db, MONDAY)).lines
    assert (line.person.key, [waived.rule for waived in line.waived]) == (farida.id, ["dialect"])


def test_papers_count_until_their_own_last_day_and_without_one_for_the_office_time(db):
    farida = volunteer(db, training_on=date(2026, 1, 5))
    read = person(db, farida)
    assert (read.signed_until, read.trained_until, read.checked_until) == (None, None, date(2029, 1, 5))
    ends = [MONDAY + timedelta(days=number) for number in range(3)]
    farida.confidentiality_until, farida.training_until, farida.checked_until = ends
    db.flush()
    read = person(db, farida)
    assert [read.signed_until, read.trained_until, read.checked_until] == ends


def test_written_work_takes_hours_of_the_month_as_it_does_on_the_board(db):
    one, farida = meeting(db), volunteer(db, speaks=(("Sylheti", "spoken"), ("Bengali", "written")), hours_a_month=2)
    letter = LanguageRequest(case=one.case, language=make.language(db, "Bengali"), due_on=date(2026, 11, 30), pages=1)
    letter.offers.append(LanguageOffer(worker=farida))
    db.add(letter)
    db.flush()
    minutes = number_setting(db, "written_page_minutes")
    assert person(db, farida).given == {date(2026, 11, 1): minutes}
    assert suggest(read_week(db, MONDAY)).chosen() == {one.id: farida.id}
    letter.pages = 120 // minutes
    db.flush()
    assert [lost.against.rule for lost in suggest(read_week(db, MONDAY)).gaps[0].lost] == ["month"]


def test_who_has_interpreted_for_a_client_before_is_suggested_again(db):
    farida, case = volunteer(db), make.case(db)
    volunteer(db, "Nadia B")
    one = meeting(db, of=case)
    assert not person(db, farida).knows
    meeting(db, day="2026-11-20", of=case, interpreter=farida, status="attended")
    assert person(db, farida).knows == {case.client_id}
    [line] = suggest(read_week(db, MONDAY)).lines
    assert (line.wanted.key, line.person.key) == (one.id, farida.id)


def test_nothing_is_read_but_meetings_and_what_volunteers_have_said(db, statements):
    """R5: no answer about ethnic group, religion, class or health can decide, because none is read."""
    meeting(db)
    volunteer(db)
    db.expire_all()
    statements.clear()
    assert len(suggest(read_week(db, MONDAY)).lines) == 1
    read = {name for one in statements for name in re.findall(r"(?:FROM|JOIN) (\w+)", one) if "SELECT" in one}
    assert read <= MAY_BE_READ
    columns = {name for one in statements for name in re.findall(r"\b(?:cases|clients)(?:_\d+)?\.(\w+)", one)}
    assert columns <= {"id", "client_id", "merged_into_id", "voided_reason"}


def test_the_number_of_statements_does_not_grow(db, statements):
    def sent() -> int:
        db.expire_all()
        statements.clear()
        suggest(read_week(db, MONDAY))
        return len(statements)

    one, _farida = meeting(db), volunteer(db)
    few = sent()
    for number in range(8):
        volunteer(db, f"Volunteer {number}")
        meeting(db, f"{10 + number}:00", "2026-11-26", of=one.case)
    assert sent() == few <= 12


def test_a_week_begins_on_monday():
    assert [monday_of(MONDAY + timedelta(days=number)) for number in (0, 6, 7)] == [
        MONDAY, MONDAY, MONDAY + timedelta(days=7)]  # fmt: skip


# Asking


def test_lines_are_asked_and_nobody_is_asked_twice(db):
    one, two, farida, nadia = meeting(db), meeting(db, "14:00"), volunteer(db), volunteer(db, "Nadia B")
    lines = [(one.id, farida.id), (one.id, nadia.id), (two.id, farida.id)]
    done = ask_lines(db, MONDAY, lines)
    assert [asked.problem for asked in done] == [
        "", "Nobody else was asked: Farida A has been asked already and has not answered.", ""]  # fmt: skip
    assert ask_lines(db, MONDAY, lines[:1])[0].problem.startswith("Nobody else was asked: Farida A")
    assert [(row.worker, row.status) for row in one.people if row.role == "interpreter"] == [(farida, "invited")]


def test_a_line_that_broke_meanwhile_says_so_and_the_others_go_on(db):
    one, two, three = meeting(db), meeting(db, "11:30"), meeting(db, "14:00")
    farida = volunteer(db)
    done = ask_lines(db, MONDAY, [(one.id, farida.id), (two.id, farida.id), (three.id, farida.id)])
    assert [asked.problem for asked in done] == [
        "", "Farida A was not asked: is at another appointment until 12:00.", ""]  # fmt: skip
    three.status = "cancelled_client"
    db.flush()
    assert ask_lines(db, MONDAY, [(three.id, farida.id)])[0].problem == week_asking.GONE
    assert ask_lines(db, MONDAY, [(0, farida.id), (two.id, 0)])[1].problem == week_asking.GONE


def test_a_rule_that_refuses_one_line_at_the_flush_takes_no_other_back(db, monkeypatch):
    """The plan and the rules of a meeting agree; should they ever not, the rule wins for that line alone."""
    one, two, farida = meeting(db), meeting(db, "14:00"), volunteer(db)
    unfit = week_asking.week_rules.against
    blind = volunteer(db, "Karim D", gender="male")
    two.interpreter_gender = "female"
    db.flush()
    monkeypatch.setattr(week_asking.week_rules, "against",
                        lambda person, *rest: [] if person.key == blind.id else unfit(person, *rest))  # fmt: skip
    done = ask_lines(db, MONDAY, [(two.id, blind.id), (one.id, farida.id)])
    assert [asked.problem[:27] for asked in done] == ["Karim D was not asked: Kari", ""]
    assert "is not recorded as a woman" in done[0].problem
    assert [row.worker for row in one.people if row.role == "interpreter"] == [farida]
    assert [row for row in two.people if row.role == "interpreter"] == []


def test_two_who_ask_for_one_week_wait_for_one_another(db, monkeypatch):
    held = []
    monkeypatch.setattr(week_asking, "hold", lambda _db, name: held.append(name))
    assert ask_lines(db, MONDAY, []) == []
    assert held == [f"interpreters of the week of {MONDAY.isoformat()}"]


# A line that does not keep a soft rule takes a reason


def unchecked(db) -> tuple[Appointment, Worker]:
    """One meeting, and one volunteer who could come, without a check on record."""
    return meeting(db), volunteer(db, checked_on=None)


def offers(db) -> list[tuple[str, str, str | None, str | None]]:
    return [(str(one.worker), one.status, one.passed_over, one.reason) for one in db.scalars(select(LanguageOffer))]


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_line_that_waives_a_rule_is_not_asked_for_without_a_reason(db, reason):
    one, farida = unchecked(db)
    line = (one.id, farida.id)
    [asked] = ask_lines(db, MONDAY, [line], {line: reason})
    assert asked.problem == "Farida A was not asked: give a reason, since a wish is not kept."
    assert asked.lacks_reason
    assert offers(db) == []


def test_the_reason_for_a_waived_rule_is_kept_with_the_rule(db):
    one, farida = unchecked(db)
    request = db.scalars(select(LanguageRequest).where(LanguageRequest.appointment_id == one.id)).one()
    request.dialect = "Habiganj"
    db.flush()
    line = (one.id, farida.id)
    [asked] = ask_lines(db, MONDAY, [line], {line: " Nobody else is free "})
    assert (asked.problem, asked.lacks_reason) == ("", False)
    assert offers(db) == [("Farida A", "invited", "dialect, check", "Nobody else is free")]


def test_a_line_that_keeps_every_rule_takes_no_reason_and_keeps_none(db):
    one, farida = meeting(db), volunteer(db)
    line = (one.id, farida.id)
    assert ask_lines(db, MONDAY, [line], {line: "Not needed"})[0].problem == ""
    assert offers(db) == [("Farida A", "invited", None, None)]


def test_a_line_without_its_reason_takes_no_other_back(db):
    one, farida = unchecked(db)
    two, nadia = meeting(db, "14:00"), volunteer(db, "Nadia B")
    done = ask_lines(db, MONDAY, [(one.id, farida.id), (two.id, nadia.id)])
    assert [asked.lacks_reason for asked in done] == [True, False]
    assert offers(db) == [("Nadia B", "invited", None, None)]
