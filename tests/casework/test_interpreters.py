"""Finding an interpreter: each reason against somebody is one fact, and mending it makes them free."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from casework import interpreters
from casework.calendar import LONDON, Office
from casework.interpreters import find, for_appointment, is_free
from models import Availability, Client, Conflict, Worker
from tests import make

TUESDAY = "2026-11-24"
NASIMA = "Nasima Khatun"
ELEVEN, NOON = make.at(TUESDAY, "11:00"), make.at(TUESDAY, "12:00")


def farida(db, **more) -> Worker:
    more.setdefault("speaks", (("Sylheti", "spoken"),))
    more.setdefault("free", (("1", "10:00", "14:00"),))
    return make.volunteer(db, more.pop("name", "Farida A"), **more)


def asked(db, *, starts_at=ELEVEN, ends_at=NOON, mode="spoken", language="Sylheti", **more):
    return find(db, make.language(db, language), mode, starts_at, ends_at, **more)


def answer(db, person, **more):
    return next(match for match in asked(db, **more) if match.worker is person)


# Each reason against somebody


def another_language(db, person):
    person.languages[0].language = make.language(db, "Bengali")
    yield
    person.languages[0].language = make.language(db, "Sylheti")


def only_in_writing(db, person):
    person.languages[0].mode = "written"
    yield
    person.languages[0].mode = "spoken"


def other_hours(db, person):
    person.availability[0].starts = time(11, 30)
    yield
    person.availability[0].starts = time(11, 0)


def nothing_said(db, person):
    row = person.availability[0]
    db.delete(row)
    db.flush()
    db.refresh(person)
    yield
    db.add(Availability(worker=person, weekday="1", starts=time(10), ends=time(14), free=True))


def taken_elsewhere(db, person):
    case = make.case(db)
    first = make.appointment(db, case, TUESDAY, "10:30", lead=person)
    second = make.appointment(db, case, TUESDAY, "11:30", lead=person)
    yield
    first.status = second.status = "cancelled_client"


def unsigned(db, person):
    person.confidentiality_signed_on = None
    yield
    person.confidentiality_signed_on = date(2026, 11, 24)


def signed_too_late(db, person):
    person.confidentiality_signed_on = date(2026, 11, 25)
    yield
    person.confidentiality_signed_on = date(2026, 11, 24)


def not_with_us(db, person):
    person.active = False
    yield
    person.active = True


def of_another_gender(db, person):
    person.gender = "male"
    yield
    person.gender = "female"


def gender_not_recorded(db, person):
    person.gender = None
    yield
    person.gender = "female"


def month_is_full(db, person):
    person.hours_a_month = 2
    case = make.case(db)
    for day, clock in (("2026-11-27", "10:00"), ("2026-11-30", "16:30")):  # the last on the month's last day
        make.appointment(db, case, day, clock, minutes=45, lead=person)
    yield
    person.hours_a_month = 3


def declared(db, person):
    theirs = db.scalars(select(Client).where(Client.name == NASIMA)).one()
    conflict = Conflict(worker=person, client=theirs, reason="Same estate", declared_on=date(2026, 11, 1))
    db.add(conflict)
    yield
    db.delete(conflict)


REASONS = [
    (another_language, "Does not speak Sylheti."),
    (only_in_writing, "Writes Sylheti but does not speak it."),
    (other_hours, "Is not free then, but that week Tuesday 11:30 to 14:00."),
    (nothing_said, "Has not said when free."),
    (taken_elsewhere, "Is at another appointment until 12:30."),
    (unsigned, "Has not signed confidentiality."),
    (signed_too_late, "Has not signed confidentiality."),
    (not_with_us, "Is not active with us now."),
    (of_another_gender, "Is not recorded as a woman, and a woman is asked for."),
    (gender_not_recorded, "Is not recorded as a woman, and a woman is asked for."),
    (month_is_full, "Would pass the 2 hours agreed for this month, of which 1.5 are taken."),
    (declared, "Not this person."),
]


@pytest.mark.parametrize(("fact", "sentence"), REASONS, ids=[fact.__name__ for fact, _ in REASONS])
def test_one_fact_alone_makes_somebody_unavailable_and_mending_it_makes_them_free(db, fact, sentence):
    person, client = farida(db, gender="female"), make.client(db, NASIMA)
    need = {"gender": "female", "client": client}
    assert answer(db, person, **need).free

    changing = fact(db, person)
    next(changing)
    db.flush()
    told = answer(db, person, **need)
    assert (told.free, told.why_not) == (False, (sentence,))

    assert next(changing, None) is None
    db.flush()
    db.refresh(person)
    mended = answer(db, person, **need)
    assert (mended.free, mended.why_not) == (True, ())


def test_the_last_agreed_hour_of_a_month_may_be_used(db):
    person = farida(db, hours_a_month=2)
    make.appointment(db, make.case(db), "2026-11-27", "10:00", lead=person)
    assert answer(db, person).free


def test_hours_of_another_month_do_not_count(db):
    person, case = farida(db, hours_a_month=1), make.case(db)
    make.appointment(db, case, "2026-12-01", "10:00", lead=person, late_reason="The client is away until then")
    make.appointment(db, case, "2026-11-30", "17:00", lead=person, status="requested")
    assert answer(db, person).free


# Who comes first, and what is said for them


def test_free_people_come_first_then_by_level_fewest_visits_and_name(db):
    def speaker(name, level, **more):
        made = farida(db, name=name, **more)
        made.languages[0].level = level
        return made

    speaker("Amina busy first language", "native", free=())
    speaker("Bilal works at it", "working")
    speaker("Daud", "fluent")
    often = speaker("Carim often asked", "fluent")
    speaker("Zubeda first language", "native")
    make.worker(db, "Ann speaks none")
    make.appointment(db, make.case(db), "2026-11-26", "10:00", interpreter=often, language=make.language(db, "Sylheti"))
    found = [match.worker.name for match in asked(db)]
    assert found[:5] == [
        "Zubeda first language", "Daud", "Carim often asked", "Bilal works at it", "Amina busy first language",
    ]  # fmt: skip
    assert "Ann speaks none" in found[5:]


def test_what_speaks_for_somebody_is_said_in_plain_words(db):
    person = farida(db)
    person.languages[0].level, person.languages[0].dialect = "native", "Habiganj"
    assert answer(db, person).why == (
        "Sylheti (Habiganj), first language", "free Tuesday 10:00 to 14:00", "no visit yet this month",
    )  # fmt: skip
    make.appointment(db, make.case(db), "2026-11-26", "10:00", lead=person)
    assert answer(db, person).why[-1] == "1 visit this month"


def test_who_writes_a_language_and_who_signs_one_is_found_as_such(db):
    writer = farida(db, name="Writer", speaks=(("Sylheti", "written"),))
    signer = farida(db, name="Signer", speaks=(("British Sign Language", "signed"),))
    assert [one.worker for one in asked(db, mode="written") if one.free] == [writer]
    signing = asked(db, mode="signed", language="British Sign Language")
    assert [one.worker for one in signing if one.free] == [signer]
    assert interpreters.mode_of(make.language(db, "British Sign Language")) == "signed"
    assert interpreters.mode_of(make.language(db, "Sylheti")) == "spoken"


def test_people_who_already_go_are_not_offered(db):
    person = farida(db)
    assert person not in [match.worker for match in asked(db, exclude=[person])]


def test_the_interpreter_of_an_appointment_is_free_for_it_and_for_nothing_else_then(db):
    person, case = farida(db), make.case(db)
    own = make.appointment(db, case, TUESDAY, "11:00", interpreter=person, language=make.language(db, "Sylheti"))
    assert not answer(db, person).free
    matches = for_appointment(db, own)
    assert [match.worker for match in matches if match.free] == [person]
    assert case.lead not in [match.worker for match in matches]


def test_an_appointment_without_a_language_asks_for_no_interpreter(db):
    with pytest.raises(LookupError):
        for_appointment(db, make.appointment(db))


# What the matching reads


@pytest.mark.parametrize("role", ["caseworker", "coordinator"])
def test_bookings_and_conflicts_of_cases_one_may_not_open_still_count(db, role):
    """Otherwise a volunteer would be promised twice, or sent to somebody they must not meet."""
    busy, kept_away = farida(db, name="Busy"), farida(db, name="Kept away")
    theirs = make.case(db, make.client(db, NASIMA))
    make.appointment(db, make.case(db), TUESDAY, "11:00", interpreter=busy, language=make.language(db, "Sylheti"))
    client_id = theirs.client_id
    db.add(Conflict(worker=kept_away, client=theirs.client, reason="Cousin", declared_on=date(2026, 11, 1)))
    db.flush()
    make.act_as(db, role, make.worker(db, "New here"))
    db.expire_all()
    assert not db.scalars(select(Client)).all()
    assert answer(db, busy).why_not == ("Is at another appointment until 12:00.",)
    assert answer(db, kept_away, client=client_id).why_not == ("Not this person.",)


def test_no_sentence_names_another_client_or_case(db):
    person = farida(db, hours_a_month=1)
    case = make.case(db, make.client(db, NASIMA))
    make.appointment(db, case, TUESDAY, "11:00", lead=person)
    conflict = Conflict(worker=person, client=case.client, reason="Former husband", declared_on=date(2026, 11, 1))
    db.add(conflict)
    db.flush()
    told = " ".join(answer(db, person, client=case.client).why_not)
    for private in (NASIMA, "Nasima", case.ref, case.client.ref, "husband", "conflict"):
        assert private not in told


def test_matching_reads_only_who_speaks_what_and_who_is_taken(db, statements):
    """No answer about ethnic group, religion or health can decide, because no such table is read."""
    farida(db)
    statements.clear()
    asked(db, client=make.client(db))
    read = {name for one in statements for name in re.findall(r"(?:FROM|JOIN) (\w+)", one) if "SELECT" in one}
    assert read <= {
        "languages", "workers", "worker_languages", "availabilities", "appointments", "appointment_workers", "cases",
        "conflicts", "settings", "closed_days", "areas", "area_travels", "clients",
        "avoidances", "language_requests", "language_offers",
        "audit_entries",  # the last seal, for the line that tells of the new client
    }  # fmt: skip


def test_the_number_of_statements_does_not_grow_with_people_and_appointments(db, statements):
    def sent() -> int:
        db.expire_all()
        language = make.language(db, "Sylheti")
        statements.clear()
        find(db, language, "spoken", ELEVEN, NOON)
        return len(statements)

    few = sent()
    case = make.case(db)
    for number in range(12):
        person = farida(db, name=f"Volunteer {number}")
        make.appointment(db, case, "2026-11-26", f"{10 + number // 2}:{number % 2 * 30:02d}", minutes=30, lead=person)
    assert sent() <= few
    assert few <= 8


# When people are free


def given_by_the_minute(worker: Worker, moment: datetime, hours) -> bool:
    """Say whether the worker gave this minute, by looking at each row in turn: the slow way."""
    shown = moment.astimezone(LONDON)
    clock, day = shown.time(), shown.date()
    until = {row: row.ends if row.ends < time(23, 59) else time.max for row in worker.availability}
    fits = [row for row in worker.availability if row.starts <= clock < until[row]]
    dated = [row.free for row in fits if row.day == day]
    if dated:
        return all(dated)
    weekly = [row.free for row in fits if row.weekday == str(day.weekday())]
    if worker.kind == "staff" and not any(row.weekday for row in worker.availability):
        return hours.is_open_at(moment)
    return bool(weekly) and all(weekly)


def random_worker(chance: random.Random, days: list[date]) -> Worker:
    worker = Worker(name="Somebody", kind=chance.choice(["staff", "volunteer"]))
    for _ in range(chance.randrange(6)):
        starts = chance.choice([0, 0, 30, 60, 90, 120, 540, 600, 660, 1290])
        ends = min(starts + chance.choice([30, 60, 90, 180, 480]), 23 * 60 + 59)
        day = chance.choice(days)
        when = {"weekday": str(day.weekday())} if chance.random() < 0.5 else {"day": day}
        worker.availability.append(Availability(
            starts=time(*divmod(starts, 60)), ends=time(*divmod(ends, 60)), free=chance.random() < 0.7, **when,
        ))  # fmt: skip
    return worker


@pytest.mark.parametrize("seed", range(60))
def test_a_person_is_free_exactly_in_the_minutes_given_also_when_the_clocks_change(seed, hours):
    """Clocks go back on Sunday 25 October 2026 and forward on Sunday 28 March 2027, both at 01:00 UTC."""
    chance = random.Random(seed)
    sunday = chance.choice([date(2026, 10, 25), date(2027, 3, 28), date(2026, 11, 22)])
    days = [sunday - timedelta(days=1), sunday, sunday + timedelta(days=1)]
    worker = random_worker(chance, days)
    for _ in range(30):
        begins = datetime.combine(chance.choice(days), time(), tzinfo=UTC) + timedelta(
            minutes=15 * chance.choice([*range(-4, 12), *range(34, 50), 92])
        )
        ends = begins + timedelta(minutes=15 * chance.randrange(1, 10))
        minutes = [begins + timedelta(minutes=number) for number in range(int((ends - begins).seconds / 60))]
        slowly = all(given_by_the_minute(worker, minute, hours) for minute in minutes)
        assert is_free(worker, begins, ends, hours) is slowly, (begins, ends, [vars(r) for r in worker.availability])


@pytest.fixture(scope="module")
def hours():
    closed = {date(2026, 12, 25): "Christmas Day", date(2026, 11, 23): "Staff training"}
    return Office(time(10), time(18), frozenset({0, 1, 2, 3, 4}), closed)


def person(kind: str, *rows: Availability) -> Worker:
    return Worker(name="Somebody", kind=kind, availability=list(rows))


def given(starts: str, ends: str, *, free: bool = True, **when) -> Availability:
    return Availability(starts=time.fromisoformat(starts), ends=time.fromisoformat(ends), free=free, **when)


def free(worker, hours, starts, ends, day=TUESDAY):
    return is_free(worker, make.at(day, starts), make.at(day, ends), hours)


def test_staff_who_have_said_nothing_are_there_in_office_hours(hours):
    sara = person("staff")
    assert free(sara, hours, "10:00", "18:00")
    assert not free(sara, hours, "09:30", "10:30")
    assert not free(sara, hours, "17:30", "18:30")
    assert not free(sara, hours, "11:00", "12:00", "2026-12-25")
    assert not free(sara, hours, "11:00", "12:00", "2026-11-28")  # a Saturday


def test_staff_with_a_day_off_keep_their_office_hours_on_other_days(hours):
    sara = person("staff", given("13:00", "15:00", free=False, day=date(2026, 11, 24)))
    assert free(sara, hours, "10:00", "13:00")
    assert not free(sara, hours, "12:30", "13:30")
    assert free(sara, hours, "15:00", "18:00")
    assert free(sara, hours, "13:00", "15:00", "2026-11-25")


def test_staff_who_gave_weekly_hours_are_free_in_those_only(hours):
    part_time = person("staff", given("10:00", "13:00", weekday="1"))
    assert free(part_time, hours, "10:00", "13:00")
    assert not free(part_time, hours, "13:00", "14:00")


def test_a_volunteer_who_has_said_nothing_is_not_known_to_be_free(hours):
    assert not free(person("volunteer"), hours, "11:00", "12:00")


def test_hours_that_touch_count_as_one(hours):
    two = person("volunteer", given("10:00", "11:30", weekday="1"), given("11:30", "14:00", weekday="1"))
    assert free(two, hours, "11:00", "12:00")
    gap = person("volunteer", given("10:00", "11:29", weekday="1"), given("11:30", "14:00", weekday="1"))
    assert not free(gap, hours, "11:00", "12:00")


def test_what_is_said_for_one_date_overrides_the_week_for_that_part_of_the_day(hours):
    day = date(2026, 11, 24)
    weekly = given("10:00", "14:00", weekday="1")
    away = person("volunteer", weekly, given("11:00", "12:00", free=False, day=day))
    assert free(away, hours, "10:00", "11:00")
    assert not free(away, hours, "11:00", "12:00")
    assert free(away, hours, "12:00", "14:00")
    assert free(away, hours, "11:00", "12:00", "2026-12-01")
    more = person("volunteer", given("10:00", "14:00", weekday="1"), given("14:00", "16:00", day=day))
    assert free(more, hours, "13:00", "16:00")
    assert not free(more, hours, "13:00", "16:00", "2026-12-01")


def test_hours_given_until_the_end_of_the_day_run_on_into_the_next(hours):
    night = person("volunteer", given("20:00", "23:59", weekday="1"), given("00:00", "02:00", weekday="2"))
    assert is_free(night, make.at(TUESDAY, "23:30"), make.at("2026-11-25", "00:30"), hours)
    assert not is_free(night, make.at(TUESDAY, "23:30"), make.at("2026-11-25", "02:30"), hours)
