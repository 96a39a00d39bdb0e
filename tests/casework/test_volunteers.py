"""Volunteers: what is refused of what is written down, what runs out, what they gave, and how languages are covered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework import language_requests, volunteers
from casework.language_cover import cover
from casework.problems import RuleBroken
from models import Worker
from tests import make
from tests.casework.test_language_requests import farida, letter, meeting

LAPSE_DAYS = 30  # of the office's settings as they come


@pytest.mark.parametrize(("change", "mended", "problem"), [
    ({"checked_on": None, "checked_until": date(2027, 1, 5)}, {"checked_on": date(2026, 1, 5)},
     ("checked_on", "DBS check cannot run out before it began. Give its first day too.")),
    ({"training_on": date(2026, 1, 5), "training_until": date(2026, 1, 4)}, {"training_until": date(2026, 1, 5)},
     ("training_until", "Training would end before it began. Correct one of the two days.")),
    ({"confidentiality_until": date(2026, 1, 4)}, {"confidentiality_until": date(2026, 1, 5)},
     ("confidentiality_until", "Confidentiality would end before it began. Correct one of the two days.")),
    ({"hours_a_month": 0}, {"hours_a_month": 1},
     ("hours_a_month", "Give at least one hour a month, or leave it empty for no limit.")),
])  # fmt: skip
def test_papers_and_hours_are_possible(db, change, mended, problem):
    person = farida(db)
    for key, value in change.items():
        setattr(person, key, value)
    assert make.problems(db) == [problem]
    for key, value in mended.items():
        setattr(person, key, value)
    assert make.problems(db) == []


@pytest.mark.parametrize(("entry", "problem"), [
    ({"kind": "hours"}, "Hours take their minutes"), ({"kind": "hours", "minutes": 0}, "Hours take their minutes"),
    ({"kind": "expense"}, "An expense takes its amount"), ({"kind": "thanks", "pence": 5}, "An expense takes"),
    ({"kind": "thanks", "paid_on": make.TODAY}, "Only an expense is paid"),
    ({"kind": "thanks", "day": date(2026, 11, 24)}, "This day lies ahead"),
])  # fmt: skip
def test_an_entry_counts_what_its_kind_counts(db, entry, problem):
    with pytest.raises(RuleBroken, match=problem):
        volunteers.enter(db, farida(db), **{"day": make.TODAY, **entry})


def test_what_somebody_gave_is_the_sum_of_their_entries_and_their_requests(db):
    person = farida(db)
    for minutes in (45, 30):
        volunteers.enter(db, person, "hours", make.TODAY, minutes=minutes)
    volunteers.enter(db, person, "expense", make.TODAY, pence=280)
    volunteers.enter(db, person, "expense", make.TODAY, pence=999, paid_on=make.TODAY)
    volunteers.enter(db, person, "thanks", date(2026, 11, 20))
    request = letter(db)
    language_requests.ask(db, request, person)
    language_requests.answer(db, request, person, "accepted")
    assert volunteers.given_by(db, person).requests == 0  # not done yet
    language_requests.finish(db, request, 75, make.TODAY)
    assert volunteers.given_by(db, person) == volunteers.Given(75, 1, 75, 280, date(2026, 11, 20))


@pytest.mark.parametrize("key", ["confidentiality_until", "checked_until", "training_until"])
@pytest.mark.parametrize(("days", "told"), [(-1, True), (LAPSE_DAYS, True), (LAPSE_DAYS + 1, False)])
def test_what_runs_out_within_the_offices_days_is_told_of_who_is_active(db, key, days, told):
    since = {"checked_on": date(2026, 1, 5), "training_on": date(2026, 1, 5)}
    until = make.TODAY + timedelta(days=days)
    person = farida(db, **since, **{key: until})
    farida(db, "Not active", active=False, **since, **{key: until})
    make.worker(db, "Of the staff", **since, **{key: until})
    assert [(one.worker, one.until) for one in volunteers.lapses(db)] == ([(person, until)] if told else [])


def speakers(db, names) -> list[Worker]:
    return [make.volunteer(db, f"Volunteer {name}", speaks=((name, "spoken"),)) for name in names]


@pytest.mark.req("R20")
@pytest.mark.parametrize(("least", "thin"), [("3", True), ("2", False)])
def test_coverage_counts_languages_besides_english_once_each_and_warns_at_the_offices_number(db, least, thin):
    make.setting(db, "coverage_languages_minimum", least)
    speakers(db, ["Sylheti", "Somali", "Turkish", "Turkish", "English"])
    idle, staff = speakers(db, ["Oromo"])[0], make.worker(db, "Staff", speaks=(("Urdu", "spoken"),))
    idle.active = False
    db.flush()
    found = cover(db)
    assert (found.languages, found.volunteers, found.is_thin, staff.kind) == (3, 4, thin, "staff")


@pytest.mark.req("R20")
def test_unmet_requests_are_told_by_language_those_without_a_speaker_first(db):
    person = farida(db)
    meeting(db)
    given_up, other = letter(db), letter(db)
    language_requests.give_up(db, given_up, "All are away")
    language_requests.ask(db, other, person)
    oromo = letter(db)
    oromo.language = make.language(db, "Oromo")
    db.flush()
    long_ago = letter(db, due_on=make.TODAY - timedelta(days=91))
    language_requests.give_up(db, long_ago, "All were away")
    assert [(one.language, one.not_found, one.open, one.speakers) for one in cover(db).unmet] == [
        ("Oromo", 0, 1, 0), ("Bengali", 1, 0, 1), ("Sylheti", 0, 1, 1),
    ]  # fmt: skip


def test_the_coverage_takes_as_many_questions_however_much_there_is(db, statements):
    def sent() -> int:
        db.flush()
        db.expire_all()
        statements.clear()
        cover(db)
        return len(statements)

    meeting(db)
    few = sent()
    speakers(db, ["Oromo", "Somali", "Turkish"])
    for _ in range(4):
        letter(db)
    assert sent() == few <= 6


def test_a_filled_request_is_met(db):
    meeting(db, interpreter=farida(db))
    assert cover(db).unmet == []
