"""The board: needs by date, whom to ask, what passing over a soft rule takes, and a fixed number of questions."""

from __future__ import annotations

from datetime import date, time

import pytest

from casework import board, language_requests
from casework.matching import minutes_to
from casework.problems import RuleBroken
from casework.week_read import read_week
from models import AreaTravel, Availability, Avoidance
from tests import make
from tests.casework.test_language_requests import farida, letter, meeting, request_of, state, sylheti


def first(db, request):
    return [one.person.name for one in line_of(db, request).suggestion.first]


def line_of(db, request):
    return next(one for one in board.board_of(db).lines if one.request is request)


def _far(db):
    return meeting(db, day="2026-12-02", late_reason="Away until then")


def test_needs_stand_by_date_and_leave_once_somebody_said_yes(db):
    later, written, sooner = _far(db), letter(db, due_on=date(2026, 11, 30)), meeting(db)
    requests = [request_of(db, sooner), written, request_of(db, later)]
    assert [one.request for one in board.board_of(db).lines] == requests
    board.ask(db, requests[0], person := farida(db))
    assert [one.worker.name for one in line_of(db, requests[0]).asked] == ["Farida A"]
    language_requests.answer(db, requests[0], person, "accepted")
    assert [one.request for one in board.board_of(db).lines] == requests[1:]


def test_written_work_that_somebody_does_stays_in_sight_until_its_minutes_are_written_down(db):
    request, person = letter(db), farida(db)
    board.ask(db, request, person)
    language_requests.answer(db, request, person, "accepted")
    assert board.board_of(db).in_hand == (request,)
    language_requests.finish(db, request, 75, make.TODAY)
    assert board.board_of(db).in_hand == ()


def test_whoever_goes_already_was_asked_or_said_no_is_not_suggested_again(db):
    lead = make.worker(db, "Sara Speaks", speaks=(("Sylheti", "spoken"),))
    asked, declined, free = farida(db, "Asked"), farida(db, "Declined"), farida(db, "Free")
    appointment = meeting(db, lead=lead)
    request = request_of(db, appointment)
    for person in (asked, declined):
        board.ask(db, request, person)
    language_requests.answer(db, request, declined, "declined")
    assert first(db, request) == ["Free"]
    board.ask(db, request, declined)  # they may be asked again by whoever knows why
    assert [(one.worker.name, one.status) for one in request.offers] == [
        ("Asked", "invited"), ("Declined", "invited"),
    ]  # fmt: skip
    assert free.id not in {one.worker_id for one in request.offers}


def test_somebody_who_interpreted_for_the_family_or_wrote_for_it_comes_first(db):
    case, known, writer = make.case(db), farida(db, "Zubeda"), farida(db, "Yasmin")
    for number in range(3):
        farida(db, f"Amina {number}")
    make.act_as(db, "system", now=make.at("2026-10-05", "09:00"))
    met = make.appointment(db, case, "2026-10-07", language=sylheti(db), interpreter=known)
    make.act_as(db, "system", now=make.at("2026-10-08", "09:00"))
    met.status = "attended"
    db.flush()
    make.act_as(db, "manager")
    wrote = letter(db, case=case)
    board.ask(db, wrote, writer, "She offered")
    language_requests.answer(db, wrote, writer, "accepted")
    language_requests.finish(db, wrote, 30, make.TODAY)
    request = request_of(db, meeting(db, case=case))
    assert first(db, request) == ["Yasmin", "Zubeda", "Amina 0"]


def test_passing_over_a_soft_rule_takes_a_reason_and_is_recorded_and_a_hard_rule_is_never_passed_over(db):
    client = make.client(db, language=sylheti(db), interpreter="spoken", dialect="Habiganj")
    request = request_of(db, make.appointment(db, make.case(db, client)))
    other, unsigned = farida(db), farida(db, "Salma U", confidentiality_signed_on=None)
    found = line_of(db, request).suggestion
    assert (found.first, found.lost) == ((), {"dialect": ["Farida A"]})
    with pytest.raises(RuleBroken, match="Not asked: give a reason for asking Farida A first"):
        board.ask(db, request, other)
    offer = board.ask(db, request, other, "She grew up beside Habiganj")
    assert (offer.passed_over, offer.reason) == ("dialect", "She grew up beside Habiganj")
    assert state(request) == ("offered", None)
    with pytest.raises(RuleBroken, match="Not asked: Salma U has not signed confidentiality"):
        board.ask(db, request, unsigned, "She is the only one")


def test_whoever_comes_first_is_asked_without_a_reason(db):
    request = request_of(db, meeting(db))
    offer = board.ask(db, request, farida(db))
    assert (offer.passed_over, offer.reason, offer.status) == (None, None, "invited")


@pytest.mark.parametrize(("day", "by"), [("2026-11-26", "2026-11-24"), ("2026-11-30", "2026-11-26")])
def test_somebody_is_asked_two_open_days_before(db, day, by):
    request = request_of(db, meeting(db, day=day))
    assert board.ask_by(db, request) == date.fromisoformat(by)


def test_this_month_is_told_by_meetings_and_hours(db):
    person, case = farida(db), make.case(db)
    meeting(db, case=case, interpreter=person, minutes=90)
    meeting(db, case=case, day="2026-12-02", interpreter=person, late_reason="Asked for December")
    assert [(one.name, number, spent.total_seconds() / 3600) for one, number, spent in board.board_of(db).months] == [
        ("Farida A", 1, 1.5)
    ]


@pytest.mark.parametrize("kind", ["accompaniment", "office", "phone"])
def test_the_board_counts_the_same_minutes_as_the_plan_of_the_week(db, kind):
    """For everybody's borough, by one editable table, also after the coordinator has corrected it."""
    hackney, brent = make.area(db, "Hackney"), make.area(db, "Brent")
    people = [
        farida(db, f"Volunteer {area.name}", base_area=area) for area in (hackney, brent, make.area(db, "Newham"))
    ]
    request = request_of(db, meeting(db, kind=kind, area=hackney))
    for minutes in (None, 77):
        if minutes is not None:
            db.add(AreaTravel(from_area=brent, to_area=hackney, minutes=minutes))
            db.flush()
        week = read_week(db, date(2026, 11, 23))
        wanted = next(one for one in week.wanted if one.key == request.appointment_id)
        planned = {one.name: week.travel.between(one.place, wanted.span.place) for one in week.people}
        found = line_of(db, request).suggestion
        counted = {one.person.name: minutes_to(found.need, one.person) or 0 for one in (*found.first, *found.put_back)}
        assert len(counted) == len(people)
        assert counted == planned
        assert (counted["Volunteer Brent"] == minutes) is (minutes is not None and kind == "accompaniment")


@pytest.mark.req("R20")
@pytest.mark.parametrize(("until", "is_refused"), [(25, True), (0, False)])
def test_whoever_is_in_another_borough_just_before_is_refused_with_the_way(db, until, is_refused):
    """Half an hour from Hackney to Newham: free until half past ten, not until five to eleven."""
    person, other = farida(db), make.case(db, make.client(db, "Hodan W"))
    make.appointment(db, other, clock="10:00", minutes=30 + until, kind="accompaniment",
                     area=make.area(db, "Hackney"), language=sylheti(db), interpreter=person)  # fmt: skip
    request = request_of(db, meeting(db, clock="11:00", kind="accompaniment", area=make.area(db, "Newham")))
    told = line_of(db, request).suggestion
    assert [one.person.name for one in told.first] == ([] if is_refused else ["Farida A"])
    assert [one.hard for one in told.refused] == [
        ("is at another appointment until 10:55, and Hackney to Newham takes 30 minutes",)
    ] * is_refused


def test_the_board_asks_as_many_questions_however_many_needs_and_volunteers_there_are(db, statements):
    def sent() -> int:
        db.flush()
        db.expire_all()
        statements.clear()
        board.board_of(db)
        return len(statements)

    case = make.case(db)
    person = farida(db, base_area=make.area(db))
    meeting(db, case=case, interpreter=None)
    board.ask(db, letter(db, case=case), person)
    person.avoids.append(Avoidance(kind="estate", text="Lantern Tower"))
    few = sent()
    for number in range(12):
        more = make.case(db, make.client(db, f"Client {number}"))
        meeting(db, case=more, day="2026-11-27", clock=f"{10 + number // 2}:{number % 2 * 30:02d}", minutes=30)
        letter(db, case=more)
        farida(db, f"Volunteer {number}", base_area=make.area(db, "Newham"))
    assert sent() == few
    assert few <= 30


@pytest.mark.req("R5")
def test_the_board_reads_no_answer_about_who_somebody_is(db, statements):
    """No table of equality answers, and of a client only where they live and what they are called."""
    meeting(db)
    farida(db)
    db.expire_all()
    statements.clear()
    board.board_of(db)
    read = " ".join(one for one in statements if one.startswith("SELECT"))
    for private in ("equality", "ethnic", "religion", "sexual", "disab", "nationality"):
        assert private not in read.lower()


def test_an_exception_of_one_day_counts(db):
    person, request = farida(db), request_of(db, meeting(db))
    assert first(db, request) == ["Farida A"]
    person.availability.append(Availability(day=date(2026, 11, 25), starts=time(10), ends=time(18), free=False))
    db.flush()
    assert first(db, request) == []


def test_only_one_request_is_read_for_one_question(db):
    one, _other = letter(db), letter(db)
    assert [line.request for line in board.board_of(db, only=one.id).lines] == [one]
