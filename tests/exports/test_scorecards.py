"""A scorecard as it may leave: what is hidden, what the curve gives away, the letter, and the workbook's sheet."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from scipy.stats import CensoredData, binomtest, ecdf
from sqlalchemy import select

from casework.figures import count_figures
from casework.periods import Period
from casework.scorecards import asked_for
from casework.survival import Curve, Wait
from exports import funder, reply_letter
from exports.funder_scores import times_by_kind
from exports.guarded import guarded
from exports.letters import words_of
from exports.scorecards import all_told, coarse, for_outside, told
from models import Agency, Case, Client, LetterTemplate, Referral
from tests import make
from tests.random_office import plant, random_office

DAY = make.TODAY
EVERY = Period(date(2025, 1, 1), DAY)


def ask(db, agency, answers: list[tuple[str, int]], *, clients: int = 0, due: int = 14) -> None:
    """Put in one request for each (answer, days until it came), all of 1 September 2026, to so many clients."""
    people = [make.client(db, f"P {place} {agency.id}").id for place in range(clients or len(answers))]
    consent = make.consent(db, db.get(Client, people[0])).id
    kind = make.code(db, "case_kind", "racist_incident").id
    cases = plant(db, Case, [
        {"ref": f"Z-{agency.id}-{place}", "client_id": person, "kind_id": kind, "risk": "low", "status": "enquiry",
         "first_contact_at": make.NOW, "first_contact_medium": "phone", "area_id": None}
        for place, person in enumerate(people)
    ])  # fmt: skip
    wanted, sent = make.code(db, "request", "repairs").id, date(2026, 9, 1)
    plant(db, Referral, [
        {"case_id": cases[place % len(cases)], "agency_id": agency.id, "kind": "referral_out", "request_id": wanted,
         "urgent": False, "consent_id": consent, "status": "responded" if answer else "sent", "sent_on": sent,
         "response_due": sent + timedelta(days=due), "in_writing": True if answer else None,
         "responded_on": sent + timedelta(days=days) if answer else None,
         "outcome_id": make.code(db, "outcome", answer).id if answer else None}
        for place, (answer, days) in enumerate(answers)
    ])  # fmt: skip
    db.expire_all()


MANY = [("accepted", 5)] * 6 + [("accepted", 20)] * 2 + [("refused_no_reason", 9)] * 7 + [("", 0)] * 9


def card(db, agency, *, is_whole: bool):
    return told(db, asked_for(db, agency, EVERY, DAY), is_whole=is_whole)


# What is hidden


def test_inside_every_number_is_told_and_outside_no_small_one(db):
    agency = make.agency(db)
    ask(db, agency, MANY)
    inside = card(db, agency, is_whole=True)
    outside = for_outside(inside)
    assert inside.number("clock_late") == 2
    assert outside.number("clock_late") == "<5"
    for key, number in inside.card.numbers.items():
        assert inside.number(key) == number
        assert outside.number(key) in (number, "<5", "hidden")
        assert not 1 <= number < 5 or outside.number(key) == "<5" or outside.number(key) == "hidden"


def test_outside_a_rate_is_told_only_where_both_its_numbers_are(db):
    agency = make.agency(db)
    ask(db, agency, MANY)
    inside = card(db, agency, is_whole=True)
    outside = for_outside(inside)
    for rate in inside.card.rates:
        share = outside.rate(rate)
        shown = all(isinstance(outside.number(key), int) for key in (rate.part, rate.whole))
        assert (share is not None) is (shown and inside.card.numbers[rate.whole] >= 10)
    assert inside.rate(inside.card.rates[0]) == (13, 24)


@pytest.mark.parametrize("clients, is_told", [(4, False), (5, True)])
def test_outside_nothing_is_told_of_an_agency_with_few_clients_behind_it(db, clients, is_told):
    agency = make.agency(db)
    ask(db, agency, MANY, clients=clients)
    inside = card(db, agency, is_whole=True)
    assert inside.is_told
    assert for_outside(inside).is_told is is_told


@pytest.mark.parametrize("number, is_told", [(9, False), (10, True)])
def test_outside_nothing_is_told_of_an_agency_with_few_requests(db, number, is_told):
    agency = make.agency(db)
    ask(db, agency, [("accepted", 5)] * number)
    assert card(db, agency, is_whole=False).is_told is is_told


def test_no_hidden_number_of_random_scorecards_can_be_worked_out_by_adding_and_taking_away(db):
    """Each sum with one unknown left tells it; done until no sum tells more, nothing hidden must be known."""
    random_office(db, 4, 60)
    checked = 0
    for one in all_told(db, EVERY, DAY, is_whole=False):
        known = {key: number for key, number in one.card.numbers.items() if key not in one.hidden}
        sums, grows = one.card.sums, True
        while grows:
            grows = False
            for total, parts in sums:
                unknown = [key for key in (total, *parts) if key not in known]
                if len(unknown) == 1:
                    rest = sum(known[key] for key in parts if key in known)
                    known[unknown[0]] = rest if unknown[0] == total else known[total] - rest
                    grows = True
        assert not set(one.hidden) & set(known)
        checked += len(one.hidden)
    assert checked > 50


# The curve


def test_outside_between_two_days_of_the_curve_five_or_more_were_answered_and_who_left_cannot_be_counted():
    rng = random.Random(5)
    several = 0
    for _office in range(100):
        waits = tuple(Wait(rng.randint(0, 80), rng.random() < 0.7) for _one in range(rng.randint(10, 90)))
        points = list(coarse(Curve(waits, 5), 5))
        days = [-1, *(one.day for one in points)]
        for before, one in zip(days, points, strict=False):
            assert sum(wait.answered for wait in waits if before < wait.days <= one.day) >= 5
            left = sum(wait.days > one.day for wait in waits)
            assert one.watched % 5 == 0
            assert one.watched <= left < one.watched + 5
            assert one.watched >= 5
        several += len(points) > 2
    assert several > 30


def test_the_points_of_a_curve_are_those_of_the_library(db):
    agency = make.agency(db)
    ask(db, agency, MANY)
    inside = card(db, agency, is_whole=True)
    waits = [5] * 6 + [20] * 2 + [9] * 7
    theirs = ecdf(CensoredData(uncensored=waits, right=[(DAY - date(2026, 9, 1)).days] * 9)).cdf
    for point in inside.points():
        assert point.share == pytest.approx(float(theirs.evaluate(point.day)))
    for point in for_outside(inside).points():
        assert point.share == pytest.approx(float(theirs.evaluate(point.day)))
    assert [one.day for one in for_outside(inside).points()] == [7, 14]


# The letter


def letter(db, told_) -> str:
    template = db.scalars(select(LetterTemplate).where(LetterTemplate.kind == "right_of_reply")).one()
    made = reply_letter.made(template, told_, ["Marsh Lane Repairs"], answer_by=date(2026, 12, 21), office="The office")
    assert made.name == f"right-of-reply-{told_.card.asked.agency.id}-2026-11-23.docx"
    return words_of(made.content)


def test_the_letter_tells_the_agency_its_figures_their_range_and_the_day_for_its_answer(db):
    agency = make.agency(db)
    ask(db, agency, MANY)
    words = letter(db, card(db, agency, is_whole=False))
    assert "To: Marsh Lane Homes" in words
    assert "Please answer by 21 December 2026" in words
    assert "Marsh Lane Repairs" in words
    assert "Requests: 24" in words
    assert "When they answered: Answered late: <5" in words
    low, high = binomtest(7, 15).proportion_ci(0.95, method="wilson")
    assert f"Refused: 7 of 15, 47% (range {low:.0%} to {high:.0%})" in words
    assert "Day over, not answered: not told" in words  # with it, the two late answers could be worked out
    assert "By day 14 after the request: 54% answered" in words
    assert words.endswith("The office")


def test_the_letter_names_no_client_no_reference_and_no_worker(db):
    agency = make.agency(db)
    make.worker(db, "Devi Rao")
    ask(db, agency, MANY)
    words = letter(db, card(db, agency, is_whole=False))
    names = [*db.scalars(select(Client.name)), *db.scalars(select(Client.ref)), *db.scalars(select(Case.ref))]
    assert [one for one in (*names, "Devi", "Maryam") if one in words] == []


def test_no_letter_is_made_of_whole_numbers(db):
    agency = make.agency(db)
    ask(db, agency, MANY)
    with pytest.raises(ValueError, match="small numbers are hidden"):
        letter(db, card(db, agency, is_whole=True))


# The workbook's sheet


def scores(db, figures) -> dict[str, tuple]:
    out = io.BytesIO()
    funder.write(out, figures, times_by_kind(db, figures))
    rows = list(load_workbook(io.BytesIO(out.getvalue()))["Agency scorecards"].iter_rows(values_only=True))
    start = next(place for place, row in enumerate(rows) if row[0] == "Kind of agency")
    return {row[0]: row[1:15] for row in rows[start + 1 :] if row[0] and row[1] is not None}


def test_every_number_of_the_sheet_is_what_the_rows_say(db):
    """Counted again from the referrals themselves; shares by the library, the half by the library's curve."""
    random_office(db, 1, 60)
    figures = guarded(count_figures(db, EVERY, DAY), threshold=1, least_base=1)
    told_, found = scores(db, figures), 0
    for words, several in by_kind(db).items():
        line = told_[words]
        over = [one for one in several if is_over(one)]
        met = [one for one in over if answered(one) and one.responded_on <= one.response_due]
        refused = [one for one in several if outcome(one) in ("refused_reason_given", "refused_no_reason")]
        none = [one for one in refused if outcome(one) == "refused_no_reason"]
        assert (line[0], line[1], line[2], line[6], line[7]) == (
            len(several), len(over), len(met), len(refused), len(none),
        )  # fmt: skip
        for part, whole, place in ((met, over, 3), (none, refused, 8)):
            if whole:
                low, high = binomtest(len(part), len(whole)).proportion_ci(0.95, method="wilson")
                assert line[place : place + 3] == pytest.approx((len(part) / len(whole), low, high))
                found += 1
        if len(several) >= 10:
            assert line[11] == half(several)
    assert found > 10


def by_kind(db) -> dict[str, list[Referral]]:
    out: dict[str, list[Referral]] = {}
    for one in db.scalars(select(Referral).where(Referral.kind == "referral_out", Referral.status != "draft")):
        if one.case.voided_reason is None and one.sent_on is not None and EVERY.first <= one.sent_on <= EVERY.last:
            kind = one.agency.kind.parent or one.agency.kind
            out.setdefault(kind.words, []).append(one)
    return out


def outcome(one: Referral) -> str:
    return one.outcome.code if one.outcome is not None and one.status != "withdrawn" else ""


def answered(one: Referral) -> bool:
    return outcome(one) not in ("", "withdrawn_by_client", "no_response")


def is_over(one: Referral) -> bool:
    if one.response_due is None or one.response_due >= DAY:
        return False
    if one.status == "withdrawn":
        return one.closed_on is not None and one.closed_on > one.response_due
    return outcome(one) != "withdrawn_by_client" or one.responded_on > one.response_due


def half(several: list[Referral]) -> object:
    came = [(one.responded_on - one.sent_on).days for one in several if answered(one)]
    left = [((one.responded_on or DAY) - one.sent_on).days for one in several if not answered(one) and one.outcome]
    left += [(DAY - one.sent_on).days for one in several if not answered(one) and not one.outcome]
    watched = sorted([*came, *left], reverse=True)
    curve = ecdf(CensoredData(uncensored=came, right=left)).cdf
    days = [int(day) for day, share in zip(curve.quantiles, curve.probabilities, strict=True) if share >= 0.5 - 1e-12]
    return days[0] if days and days[0] <= watched[4] else "not reached"


def test_the_sheet_names_no_agency_and_hides_shares_of_few(db):
    random_office(db, 1, 30)
    for one in db.scalars(select(Agency)):
        one.name = f"Qzx {one.id}"
    db.flush()
    figures = guarded(count_figures(db, EVERY, DAY), threshold=5, least_base=10)
    told_ = scores(db, figures)
    assert not any("Qzx" in str(cell) for line in told_.items() for cell in line)
    counts = [line[place] for line in told_.values() for place in (0, 1, 2, 6, 7)]
    assert [one for one in counts if isinstance(one, int) and 1 <= one < 5] == []
    for line in told_.values():
        whole_is_small = not isinstance(line[1], int) or line[1] < 10 or not isinstance(line[2], int)
        assert (line[3] == "hidden") is whole_is_small
