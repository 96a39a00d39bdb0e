"""Waiting times with some still waiting, and shares with their range: by hand, against a library, by simulation."""

from __future__ import annotations

import random
import warnings
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest
from scipy.stats import CensoredData, binomtest, ecdf

from benchmarks.scorecard_coverage import (
    BODIES,
    DUE,
    SHARES,
    Body,
    exponential,
    measure,
    measure_offices,
    possible,
    requests,
)
from casework.proportions import Range, wilson, wilson_of
from casework.survival import Curve, Median, Wait, kaplan_meier, log_log


def waits(*told: str) -> tuple[Wait, ...]:
    """Give waits from "5" (answered on day 5) and "5+" (still waiting on day 5)."""
    return tuple(Wait(int(one.rstrip("+")), not one.endswith("+")) for one in told)


def random_waits(rng: random.Random, number: int) -> tuple[Wait, ...]:
    return tuple(Wait(rng.randint(0, 12), rng.random() < 0.6) for _one in range(number))


# By hand


def test_a_small_curve_worked_out_by_hand():
    """Six requests: 1/6 answered on day 2; of the four then watched one on day 4; the last one on day 9."""
    steps = kaplan_meier(waits("2", "3+", "4", "4+", "6+", "9"))
    told = [(one.day, one.at_risk, one.answered, one.ended, round(one.share, 6)) for one in steps]
    assert told == [
        (2, 6, 1, 0, round(1 / 6, 6)), (3, 5, 0, 1, round(1 / 6, 6)), (4, 4, 1, 1, round(1 - 5 / 6 * 3 / 4, 6)),
        (6, 2, 0, 1, 0.375), (9, 1, 1, 0, 1.0),
    ]  # fmt: skip
    assert steps[2].variance == pytest.approx((5 / 8) ** 2 * (1 / (6 * 5) + 1 / (4 * 3)))


def test_an_answer_and_an_end_of_watching_on_one_day_count_the_answer_first():
    tied, before = kaplan_meier(waits("3", "3+")), kaplan_meier(waits("3", "2+"))
    assert tied[0].share == 0.5
    assert before[-1].share == 1.0


def test_whoever_still_waits_is_not_dropped():
    """Two answered at once, eight still waiting: a fifth is answered, not all of them."""
    assert kaplan_meier(waits("1", "1", *["30+"] * 8))[0].share == pytest.approx(0.2)


def test_without_anybody_ending_early_the_curve_is_the_plain_share_of_every_day():
    rng = random.Random(1)
    for _case in range(50):
        days = [rng.randint(0, 9) for _one in range(rng.randint(1, 12))]
        curve = Curve(tuple(Wait(day, True) for day in days), 1)
        for day in range(max(days) + 1):
            step = curve.at(day)
            assert step is not None
            assert step.share == pytest.approx(sum(one <= day for one in days) / len(days))
            assert step.effective == pytest.approx(len(days) if step.waiting else step.effective)


def redistributed(told: tuple[Wait, ...], day: int) -> Fraction:
    """Give the share answered by a day the other way: who stops being watched leaves their weight to those after.

    Efron's way of telling the same estimator; it multiplies nothing and knows no numbers at risk.
    """
    queue = sorted(told, key=lambda one: (one.days, not one.answered))
    weight = [Fraction(1, len(queue))] * len(queue)
    for place, one in enumerate(queue):
        rest = len(queue) - place - 1
        if not one.answered and rest:
            for later in range(place + 1, len(queue)):
                weight[later] += weight[place] / rest
    return sum((weight[place] for place, one in enumerate(queue) if one.answered and one.days <= day), Fraction(0))


def test_every_small_office_gives_what_handing_weights_on_gives():
    """All offices of three requests, each answered or not on one of three days."""
    kinds = [Wait(day, answered) for day in (1, 2, 3) for answered in (True, False)]
    for told in product(kinds, repeat=3):
        for step in kaplan_meier(told):
            assert step.share == pytest.approx(float(redistributed(told, step.day))), told


def test_an_answer_before_its_request_is_no_wait():
    with pytest.raises(ValueError, match="before its request"):
        kaplan_meier([Wait(-1, True)])


# Against a library


@pytest.mark.parametrize("number", [1, 2, 7, 20, 150])
def test_share_variance_and_log_log_range_agree_with_scipy(number):
    rng = random.Random(number)
    for _case in range(20):
        told = random_waits(rng, number)
        steps = [one for one in kaplan_meier(told) if one.answered]
        data = CensoredData(
            uncensored=[one.days for one in told if one.answered], right=[one.days for one in told if not one.answered]
        )
        theirs = ecdf(data).sf
        there = {int(day): place for place, day in enumerate(theirs.quantiles)}
        assert [one.waiting for one in steps] == pytest.approx([theirs.probabilities[there[one.day]] for one in steps])
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The confidence interval is undefined")  # where all have answered
            between = theirs.confidence_interval(method="log-log")
            plain = theirs.confidence_interval(method="linear")
        for one in steps:
            if 0 < one.waiting < 1:
                low, high = log_log(one)
                place = there[one.day]
                assert 1 - high == pytest.approx(between.low.probabilities[place])
                assert 1 - low == pytest.approx(between.high.probabilities[place])
                reach = 1.959963984540054 * one.variance**0.5
                assert max(0, one.waiting - reach) == pytest.approx(plain.low.probabilities[place], abs=1e-9)


@pytest.mark.parametrize("whole", [1, 5, 20, 173])
def test_the_range_of_a_share_agrees_with_scipy(whole):
    for part in range(whole + 1):
        theirs = binomtest(part, whole).proportion_ci(0.95, method="wilson")
        assert tuple(wilson_of(part, whole)) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_with_all_answered_the_range_of_the_curve_is_that_of_a_plain_share():
    curve = Curve(tuple(Wait(day, True) for day in range(1, 21)), 1)
    step = curve.at(7)
    assert step is not None
    theirs = binomtest(7, 20).proportion_ci(0.95, method="wilson")
    assert tuple(step.range) == pytest.approx((theirs.low, theirs.high))


def test_before_the_first_answer_the_range_is_that_of_nobody_among_those_watched():
    step = Curve(waits("3+", *["9+"] * 9), 1).at(5)
    assert step is not None
    assert (step.share, step.at_risk) == (0, 9)
    assert step.range.high == pytest.approx(binomtest(0, 9).proportion_ci(0.95, method="wilson").high)


def test_of_nothing_anything_may_be_true():
    assert wilson(0, 0) == wilson_of(0, 0) == Range(0, 1)


@pytest.mark.parametrize("part, whole", [(-1, 4), (5, 4)])
def test_a_part_lies_within_its_whole(part, whole):
    with pytest.raises(ValueError, match="part"):
        wilson_of(part, whole)


@pytest.mark.parametrize("one, other, apart", [
    (Range(0.1, 0.2), Range(0.3, 0.4), True), (Range(0.3, 0.4), Range(0.1, 0.2), True),
    (Range(0.1, 0.3), Range(0.3, 0.4), False), (Range(0.1, 0.9), Range(0.3, 0.4), False),
])  # fmt: skip
def test_two_shares_differ_only_where_their_ranges_do_not_meet(one, other, apart):
    assert one.is_apart_from(other) is apart


# Where it ends, and the half


@pytest.mark.parametrize("least, end", [(1, 9), (2, 6), (3, 4), (5, 3), (6, 2), (7, None)])
def test_the_curve_ends_on_the_last_day_on_which_enough_are_watched(least, end):
    curve = Curve(waits("2", "3+", "4", "4+", "6+", "9"), least)
    assert curve.end == end
    if end is None:
        assert curve.steps == ()
        assert curve.at(0) is None
    else:
        assert curve.at_risk(end) >= least > curve.at_risk(end + 1)
        assert curve.at(end) is not None
        assert curve.at(end + 1) is None
        assert curve.steps[-1].day <= end


def test_half_of_twenty_are_answered_by_the_tenth_day_and_the_range_is_where_half_is_possible():
    curve = Curve(tuple(Wait(day, True) for day in range(1, 21)), 1)
    possible = [
        part for part in range(21)
        if (found := binomtest(part, 20).proportion_ci(0.95, method="wilson")).low <= 0.5 <= found.high
    ]  # fmt: skip
    assert curve.median.in_whole_days == Median(10, possible[0], possible[-1] + 1)


def test_between_two_days_the_ends_of_the_range_go_in_a_straight_line_to_the_half():
    curve = Curve(tuple(Wait(day, True) for day in range(1, 21)), 1)
    ends = {part: binomtest(part, 20).proportion_ci(0.95, method="wilson") for part in range(21)}
    day, low, high = curve.median
    assert (day, low is not None, high is not None) == (10, True, True)
    for end, at in ((low, "high"), (high, "low")):
        before, there = (getattr(ends[part], at) for part in (int(end), int(end) + 1))
        assert before < 0.5 <= there
        assert before + (end - int(end)) * (there - before) == pytest.approx(0.5)


@pytest.mark.parametrize("end, day", [(6.0, 6), (6.01, 7), (6.999, 7), (7.0000000000001, 7), (0.0, 0), (None, None)])
def test_in_whole_days_a_half_reached_during_a_day_is_reached_by_that_day(end, day):
    assert Median(9, end, end).in_whole_days == Median(9, day, day)


def test_where_so_few_are_watched_that_nothing_is_ruled_out_the_range_begins_with_the_first_day():
    assert Curve(waits("4", "5", "6"), 1).median.low == 0
    assert Curve(waits("0", "0", "1"), 1).median.low == 0


def test_a_half_that_is_not_reached_is_not_told():
    assert Curve(waits("1", "2", *["40+"] * 18), 5).median == Median(None, None, None)
    some = Curve(tuple(Wait(day, day < 9) for day in [*range(1, 9), *[40] * 12]), 5)
    assert some.median.day is None
    assert some.median.low is not None
    assert some.median.high is None


# By simulation; the whole of it is benchmarks/scorecard_coverage.py


@pytest.mark.parametrize("body", BODIES, ids=lambda one: one.name)
def test_the_ranges_hold_the_truth_about_ninety_five_times_in_a_hundred(body: Body):
    """Three hundred offices: 4.5 points either way are more than three standard errors of that many."""
    found = measure(body, 20, 300)
    assert set(found.at) == {one for one in SHARES if body.by(364) >= one}
    for tally in (*found.at.values(), found.clock):
        assert tally.told == 300
        assert 0.905 <= tally.share <= 0.99
    assert found.median.share >= 0.905


@pytest.mark.parametrize("number, runs", [(20, 2_000), (200, 500)])
def test_every_range_holds_the_truth_in_93_to_97_of_100_offices(number, runs):
    """Each office has an agency of its own; the 2,000 runs of the larger ones are benchmarks/scorecard_coverage.py."""
    found = measure_offices(number, runs)
    assert found.median.told == found.clock.told == runs
    assert {name: tally.share for name, tally in found.tallies().items() if not 0.93 <= tally.share <= 0.97} == {}


def test_days_rounded_outwards_hold_the_truth_too_often():
    """Why the median's range has parts of days: in whole days its ends lie up to a day too far out."""
    found = measure_offices(200, 500)
    assert found.whole_days.share > 0.97 > found.median.share


def test_for_one_agency_with_twenty_requests_no_method_at_all_can_keep_the_promise():
    """By the fourth day 12.4 % are answered: two, or three, or six counts are in a range or not, and none halves."""
    truth = BODIES[0].by(4)
    assert 0.12 < truth < 0.13
    assert [one for one in possible(truth, 20) if 0.93 <= one <= 0.97] == []
    assert [one for one in possible(truth, 200) if 0.93 <= one <= 0.97] != []


def test_the_other_usual_range_fails_where_few_have_answered():
    found = measure(BODIES[0], 20, 300)
    assert found.other[0.1].share < 0.9 < found.at[0.1].share


def test_the_mean_of_the_answered_alone_is_too_small():
    """Of the same requests the curve holds the truth; the mean of the answered does not come near it."""
    slow = exponential(120)
    found = measure(slow, 200, 40)
    assert found.naive < 0.75 * slow.true_mean()
    assert found.at[0.5].share >= 0.85


def test_an_invented_request_is_known_up_to_its_counting_day_and_no_further():
    for wait, age in requests(BODIES[2], 500, random.Random(3)):
        assert 0 < wait.days <= age
        assert wait.answered or wait.days == age
        assert date(2026, 11, 23) - timedelta(days=age) < date(2026, 11, 23)
    assert DUE == 20
