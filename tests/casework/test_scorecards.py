"""What is counted of an agency: each word by hand, and every number again the other way over random rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from casework.periods import Period, half_years
from casework.referrals import close_referral, no_response, respond, send, withdraw_referral
from casework.requests_sent import Sent, answer_of, clock_of, family_of, is_answered, is_soon, requests_sent, wait_of
from casework.scorecards import Half, Share, asked_for, compared, scorecard, whole_time
from casework.survival import Wait
from models import Agency, Referral
from tests import make
from tests.random_office import random_office

DAY = date(2026, 11, 23)
EVERY = Period(date(2025, 1, 1), DAY)


def request(**more) -> Sent:
    """A request of 1 October 2026, due on the 15th, of which nothing is known yet."""
    dull = {"agency_id": 1, "kind_id": 1, "kind": "Police", "person": 1, "request_id": 1, "request": "Repairs",
            "sent_on": date(2026, 10, 1), "due": date(2026, 10, 15), "answered_on": None, "closed_on": None,
            "status": "sent", "outcome": None, "reason_id": None, "reason": None, "in_writing": None}  # fmt: skip
    return Sent(**{**dull, **more})


def day(number: int) -> date:
    return date(2026, 10, number)


# One request


@pytest.mark.parametrize("more, answer, waited", [
    ({}, "waiting", Wait(53, False)),
    ({"answered_on": day(9), "outcome": "accepted"}, "accepted", Wait(8, True)),
    ({"answered_on": day(1), "outcome": "accepted_in_part"}, "accepted_in_part", Wait(0, True)),
    ({"answered_on": day(9), "outcome": "refused_reason_given"}, "refused_reason_given", Wait(8, True)),
    ({"answered_on": day(9), "outcome": "refused_no_reason"}, "refused_no_reason", Wait(8, True)),
    ({"answered_on": day(9), "outcome": "redirected"}, "other", Wait(8, True)),
    ({"outcome": "no_response", "status": "no_response"}, "silent", Wait(53, False)),
    ({"outcome": "no_response", "status": "closed", "closed_on": day(20)}, "silent", Wait(19, False)),
    ({"answered_on": day(9), "outcome": "withdrawn_by_client"}, "withdrawn", Wait(8, False)),
    ({"status": "withdrawn", "closed_on": day(6)}, "withdrawn", Wait(5, False)),
    ({"outcome": "accepted"}, "waiting", Wait(53, False)),
    # answered, then closed on the way: the answer counts, not the closing
    ({"answered_on": day(9), "outcome": "accepted", "status": "closed", "closed_on": day(30)}, "accepted",
     Wait(8, True)),
])  # fmt: skip
def test_what_came_back_and_how_long_it_was_waited_for(more, answer, waited):
    sent = request(**more)
    assert answer_of(sent) == answer
    assert wait_of(sent, DAY) == waited
    assert is_answered(sent) is waited.answered


@pytest.mark.parametrize("more, clock", [
    ({"answered_on": day(15), "outcome": "accepted"}, "in_time"),
    ({"answered_on": day(16), "outcome": "accepted"}, "late"),
    ({}, "overdue"),
    ({"outcome": "no_response", "status": "no_response"}, "overdue"),
    ({"due": None}, "open"),
    ({"due": None, "answered_on": day(2), "outcome": "accepted"}, "open"),
    ({"due": DAY}, "open"),  # today is not over
    ({"due": DAY - timedelta(days=1)}, "overdue"),
    # answered at once, but the day is still to come: counted only when the slow ones are
    ({"due": date(2026, 12, 1), "answered_on": day(2), "outcome": "accepted"}, "open"),
    ({"status": "withdrawn", "closed_on": day(15)}, "open"),
    ({"status": "withdrawn", "closed_on": day(16)}, "overdue"),
    ({"status": "withdrawn"}, "open"),  # nobody wrote down when
    ({"answered_on": day(15), "outcome": "withdrawn_by_client"}, "open"),
    ({"answered_on": day(16), "outcome": "withdrawn_by_client"}, "overdue"),
])  # fmt: skip
def test_a_clock_is_decided_by_its_day_and_not_by_what_came_back(more, clock):
    assert clock_of(request(**more), DAY) == clock


@pytest.mark.parametrize("more, counted_on, soon", [
    ({"answered_on": day(29), "outcome": "accepted"}, DAY, True),
    ({"answered_on": day(30), "outcome": "accepted"}, DAY, False),
    ({}, day(29), None),  # the last day is not over
    ({}, day(30), False),
    ({"answered_on": day(2), "outcome": "accepted"}, day(29), None),  # quick, but the slow ones cannot be known yet
    ({"status": "withdrawn", "closed_on": day(28)}, DAY, None),
    ({"status": "withdrawn", "closed_on": day(29)}, DAY, False),
])  # fmt: skip
def test_within_twenty_eight_days_counts_only_what_was_known_that_long(more, counted_on, soon):
    assert is_soon(request(**more), counted_on, 28) is soon


def test_an_agency_counts_with_everything_that_is_part_of_it_and_a_ring_ends():
    parents = {1: None, 2: 1, 3: 2, 4: None, 5: 6, 6: 5}
    assert family_of(1, parents) == {1, 2, 3}
    assert family_of(3, parents) == {3}
    assert family_of(5, parents) == {5, 6}


# The day on which a referral ended


def sent(db):
    case, agency = make.case(db), make.agency(db)
    make.consent(db, case.client, agency)
    return send(db, make.referral(db, case, agency), "email")


def later(db, day_: date):
    make.act_as(db, "system", now=make.at(str(day_), "12:00"))


def test_a_referral_keeps_the_day_on_which_it_was_withdrawn(db):
    referral = sent(db)
    assert referral.closed_on is None
    later(db, date(2026, 11, 30))
    assert withdraw_referral(db, referral).closed_on == date(2026, 11, 30)


def test_a_referral_keeps_the_day_on_which_it_was_closed_and_no_later_change_moves_it(db):
    referral = sent(db)
    later(db, date(2027, 1, 11))
    no_response(db, referral)
    assert referral.closed_on is None
    close_referral(db, referral)
    later(db, date(2027, 2, 1))
    referral.in_writing = False
    db.flush()
    assert referral.closed_on == date(2027, 1, 11)


def test_an_answer_alone_ends_no_referral(db):
    referral = respond(db, sent(db), make.code(db, "outcome", "accepted"), in_writing=True)
    assert referral.closed_on is None


# Every number again


@pytest.fixture
def busy(db):
    random_office(db, 1, 60)
    agencies = db.query(Agency).order_by(Agency.id).all()
    for one in agencies[1:6]:
        one.parent = agencies[0]
    db.flush()
    return db


def rows(db, agencies: frozenset[int], period: Period = EVERY) -> list[dict]:
    """Read the agencies' requests in plain SQL, whatever the program thinks of them."""
    found = db.execute(text(
        "SELECT r.*, o.code AS outcome, c.client_id AS person, w.words AS wanted, f.words AS reason FROM referrals r "
        "JOIN cases c ON c.id = r.case_id LEFT JOIN codes o ON o.id = r.outcome_id JOIN codes w ON w.id = r.request_id "
        "LEFT JOIN codes f ON f.id = r.refusal_reason_id "
        "WHERE r.kind = 'referral_out' AND r.status <> 'draft' AND r.sent_on IS NOT NULL AND c.voided_reason IS NULL"
    )).mappings()  # fmt: skip
    read = [{key: as_day(key, value) for key, value in one.items()} for one in found]
    return [one for one in read if one["agency_id"] in agencies and period.first <= one["sent_on"] <= period.last]


def as_day(key: str, value):
    days = ("sent_on", "response_due", "responded_on", "closed_on")
    return date.fromisoformat(value) if key in days and isinstance(value, str) else value


def recounted(several: list[dict]) -> dict[str, int]:
    """Count what a scorecard says, the long way."""
    answers = ("accepted", "accepted_in_part", "refused_reason_given", "refused_no_reason", "other", "silent",
               "waiting", "withdrawn")  # fmt: skip
    clocks = ("in_time", "late", "overdue", "open")
    plain = ("requests", "decided", "answered", "refused", "in_writing")
    out = dict.fromkeys((*plain, *(f"answer_{one}" for one in answers), *(f"clock_{one}" for one in clocks)), 0)
    for one in several:
        gone = one["status"] == "withdrawn" or one["outcome"] == "withdrawn_by_client"
        came = one["responded_on"] is not None and not gone and one["outcome"] != "no_response"
        word = one["outcome"] if came else "withdrawn" if gone else "silent" if one["outcome"] else "waiting"
        named = ("accepted", "accepted_in_part", "refused_reason_given", "refused_no_reason")
        out["answer_" + (word if not came or word in named else "other")] += 1
        out["requests"] += 1
        out["answered"] += came
        out["refused"] += came and str(word).startswith("refused")
        out["in_writing"] += came and bool(one["in_writing"])
        over = one["response_due"] is not None and one["response_due"] < DAY
        left = (one["closed_on"] or date.min) if one["status"] == "withdrawn" else one["responded_on"] or DAY
        if not over or (gone and left <= one["response_due"]):
            clock = "open"
        elif came:
            clock = "in_time" if one["responded_on"] <= one["response_due"] else "late"
        else:
            clock = "overdue"
        out["clock_" + clock] += 1
        out["decided"] += clock != "open"
    return out


def test_every_number_of_every_scorecard_is_what_the_rows_say(busy):
    for agency in busy.query(Agency).order_by(Agency.id).limit(8).all():
        asked = asked_for(busy, agency, EVERY, DAY)
        own = rows(busy, asked.family)
        card = scorecard(busy, asked)
        again = recounted(own)
        assert card.counts == again
        assert card.people == len({one["person"] for one in own})
        by_key = {table.key: {row.label: row.number for row in table.rows} for table in card.tables}
        assert by_key["request"] == tally(one["wanted"] for one in own)
        refused = [one for one in own if one["outcome"] == "refused_reason_given" and one["status"] != "withdrawn"]
        assert by_key["reason"] == tally(one["reason"] or "Not recorded" for one in refused if one["responded_on"])
        assert sorted(card.curve.waits) == sorted(waited(one) for one in own)


def tally(words) -> dict[str, int]:
    out: dict[str, int] = {}
    for word in words:
        out[word] = out.get(word, 0) + 1
    return out


def waited(one: dict) -> Wait:
    gone = one["status"] == "withdrawn" or one["outcome"] == "withdrawn_by_client"
    if one["responded_on"] and not gone and one["outcome"] != "no_response":
        return Wait((one["responded_on"] - one["sent_on"]).days, True)
    ends = [DAY, *([one["closed_on"]] if one["closed_on"] else []),
            *([one["responded_on"]] if gone and one["responded_on"] else [])]  # fmt: skip
    return Wait(max(0, (min(ends) - one["sent_on"]).days), False)


def test_the_others_are_all_other_agencies_of_the_same_kinds(busy):
    agency = busy.query(Agency).order_by(Agency.id).first()
    asked = asked_for(busy, agency, EVERY, DAY)
    every = requests_sent(busy, EVERY)
    kinds = {one.kind_id for one in every if one.agency_id in asked.family}
    others = rows(busy, frozenset(one.agency_id for one in every if one.kind_id in kinds) - asked.family)
    again = recounted(others)
    card = scorecard(busy, asked)
    for rate in card.rates:
        assert rate.others == Share(again[rate.part], again[rate.whole])
    assert len(card.alike.waits) == len(others)


def test_the_half_years_make_up_the_whole_and_each_is_counted_by_the_day_of_sending(busy):
    agency = busy.query(Agency).order_by(Agency.id).first()
    asked = asked_for(busy, agency, EVERY, DAY)
    card = scorecard(busy, asked)
    assert [half.period.first for half in card.halves] == [date(2025, 1, 1), date(2025, 7, 1), date(2026, 1, 1),
                                                           date(2026, 7, 1)]  # fmt: skip
    found = 0
    for half in card.halves:
        own = rows(busy, asked.family, half.period)
        known = [one for one in map(known_for_28_days, own) if one is not None]
        assert half.numbers == {
            f"half_requests:{half.place}": len(own), f"half_known:{half.place}": len(known),
            f"half_soon:{half.place}": sum(known),
        }  # fmt: skip
        found += len(known)
    assert found > 10
    assert sum(half.numbers[f"half_requests:{half.place}"] for half in card.halves) == card.requests > 10


def known_for_28_days(one: dict) -> bool | None:
    """Walk through the days after sending: True at an answer, None where it can no longer be known, else False."""
    wait = waited(one)
    for number in range(29):
        if wait.days == number and wait.answered:
            return True if (DAY - one["sent_on"]).days > 28 else None
        if wait.days == number and number < 28:
            return None
    return False if (DAY - one["sent_on"]).days > 28 else None


def test_every_sum_that_a_scorecard_names_holds(busy):
    for agency in busy.query(Agency).limit(8).all():
        card = scorecard(busy, asked_for(busy, agency, EVERY, DAY))
        numbers = card.numbers | card.rests
        for total, parts in card.sums:
            assert numbers[total] == sum(numbers[one] for one in parts), total


def test_alone_an_agency_counts_without_its_services(busy):
    agency = busy.query(Agency).order_by(Agency.id).first()
    alone = scorecard(busy, asked_for(busy, agency, EVERY, DAY, alone=True))
    assert alone.requests == len(rows(busy, frozenset({agency.id})))
    assert alone.requests < scorecard(busy, asked_for(busy, agency, EVERY, DAY)).requests


def test_the_whole_time_begins_with_the_first_request(busy):
    first = min(one["sent_on"] for one in rows(busy, frozenset(range(10_000)), Period(date(2000, 1, 1), DAY)))
    assert whole_time(busy, DAY).first <= first
    assert whole_time(busy, DAY).last == DAY


def test_a_scorecard_takes_the_same_few_statements_however_many_rows_there_are(db, statements):
    make.agency(db)

    def taken() -> int:
        db.expire_all()
        agency = db.query(Agency).order_by(Agency.id).first()
        before = len(statements)
        scorecard(db, asked_for(db, agency, EVERY, DAY))
        return len(statements) - before

    taken()
    few = taken()
    random_office(db, 3, 80)
    assert taken() == few <= 4


def test_another_teams_requests_count_too(db):
    referral = sent(db)
    make.act_as(db, "caseworker", make.worker(db, "Amina K", in_team=make.team(db, "West")))
    assert db.query(Referral).all() == []
    assert scorecard(db, asked_for(db, db.query(Agency).one(), EVERY, DAY)).requests == 1
    assert referral.agency_id == db.query(Agency).one().id


# Half-years


def test_half_years_are_those_of_the_calendar_cut_to_the_period():
    period = Period(date(2025, 5, 3), date(2026, 7, 1))
    assert [(one.first, one.last) for one in half_years(period)] == [
        (date(2025, 5, 3), date(2025, 6, 30)), (date(2025, 7, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 7, 1)),
    ]  # fmt: skip


def test_the_last_two_half_years_with_enough_are_compared_only_if_they_follow_each_other():
    periods = half_years(Period(date(2025, 1, 1), date(2026, 12, 31)))

    def halves(*decided: int) -> list[Half]:
        return [Half(place, one, {f"half_known:{place}": number}, Share(0, 0))
                for place, (one, number) in enumerate(zip(periods, decided, strict=True))]  # fmt: skip

    pair = compared(halves(12, 10, 30, 9), 10)
    assert pair is not None
    assert [one.place for one in pair] == [1, 2]
    assert compared(halves(12, 9, 30, 9), 10) is None
