"""The pattern radar: its chances against a library, what it counts, and invented offices whose truth is known."""

from __future__ import annotations

import random
from datetime import date, timedelta
from math import fsum, prod

import pytest
from scipy.stats import betabinom, fisher_exact, nbinom

from benchmarks.radar import JUDGING, NOTED, Planted, found, quiet_offices
from casework.radar import APART, EVERY, PAST, WINDOWS, Rules, scan
from casework.radar_chance import SHAPES, Chance, at_least_one, chance_of, shape_of, swing_of
from casework.radar_counts import Counts, Family, Seen, There

TODAY = date(2026, 11, 25)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


# Chance


def tail(chance: Chance, number: int) -> float:
    """Give the library's chance of `number` or more; its own `sf` is one less its rounded sum."""
    return fsum(betabinom.pmf(range(number, chance.clients + 1), chance.clients, chance.a, chance.b))


@pytest.mark.parametrize("seed", range(12))
def test_the_chance_of_as_many_or_more_is_that_of_the_library(seed):
    rng = random.Random(seed)
    clients, a, b = rng.randint(1, 400), rng.uniform(0.05, 60), rng.uniform(0.5, 3000)
    chance = Chance(clients, a, b, least=rng.randint(1, 4))
    for number in range(chance.least, clients + 2):
        assert chance.of(number) == pytest.approx(tail(chance, number), rel=1e-6, abs=1e-12)
    assert chance.of(chance.least - 1) == 1.0
    assert chance.expected == pytest.approx(betabinom.mean(clients, a, b))


@pytest.mark.parametrize("now, of, before, before_of", [(6, 130, 9, 780), (3, 40, 0, 200), (12, 90, 30, 400)])
def test_with_one_more_before_it_is_fisher_exact_test(now, of, before, before_of):
    """The old rate is known from few clients; Fisher's test says so too, and gives the very same figure."""
    table = [[now, of - now], [before, before_of - before]]
    wanted = fisher_exact(table, alternative="greater").pvalue
    assert Chance(of, before + 1, before_of - before).of(now) == pytest.approx(wanted, rel=1e-9)


def test_many_looks_are_allowed_for_by_what_each_can_reach():
    looks = [Chance(60, 1.5, 80, least=3), Chance(200, 9, 900, least=5), Chance(4, 2, 30, least=3)]
    for rare in (0.2, 0.03, 0.004, 1e-6):
        reached = [
            max((found for n in range(one.least, one.clients + 1) if (found := tail(one, n)) <= rare), default=0.0)
            for one in looks
        ]  # fmt: skip
        assert at_least_one(looks, rare) == pytest.approx(1 - prod(1 - one for one in reached), rel=1e-6, abs=1e-12)
    assert at_least_one([Chance(10, 0.01, 90, least=5)], 1.0) == 1.0  # too few to be told, though more would be rare
    few = Chance(3, 1, 20, least=3)  # all three of three: once in 1,771
    assert at_least_one([few] * 1000, 1 / 2000) == 0.0  # cannot be that rare, so costs nothing


def test_a_thin_past_leans_on_row_and_column_and_a_long_one_stands_by_itself():
    thin, long = (chance_of(100, before, of, share=0.02, shape=2, swing=0.0) for before, of in ((0, 10), (400, 4000)))
    assert thin.expected == pytest.approx(100 * (0 + 2) / (10 + 2 / 0.02))
    assert long.expected == pytest.approx(10, rel=0.03)
    steady, swinging = (chance_of(100, 40, 400, share=0.1, shape=2, swing=one).of(20) for one in (0.0, 0.1))
    assert swinging > 2 * steady


def test_how_rates_differ_and_swing_is_learnt_and_never_made_too_small():
    rng = random.Random(5)
    for shape in (0.5, 2.0):
        pairs = [(nbinom.rvs(shape, shape / (shape + mean), random_state=rng.randrange(10**6)), mean)
                 for mean in (0.5, 1, 3, 8, 20) for _each in range(60)]  # fmt: skip
        assert shape / 2 <= shape_of(pairs) <= shape
    assert shape_of([(3, 3.0), (5, 5.0)]) < SHAPES[-1]  # two cells rule nothing out
    assert swing_of([((4, 4, 4, 4), (50, 50, 50, 50))]) == 0.0
    assert swing_of([((0, 20, 0, 20), (50, 50, 50, 50))] * 3) == pytest.approx((400 - 4 * 10 * 0.75) / 400)


# Counting


def test_a_client_counts_once_in_a_stretch_and_the_window_ends_today():
    last, first = ago(0), ago(60)
    seen = [Seen("a", "x", 1, last, 10), Seen("a", "x", 1, first, 11), Seen("a", "y", 1, last, 10),
            Seen("b", "x", 1, last, 12), Seen("a", "x", 2, ago(61), 13), Seen("a", "x", 1, ago(121), 14),
            Seen("a", "x", 3, ago(61 * 13), 15), Seen("a", "x", 4, TODAY + timedelta(days=1), 16)]  # fmt: skip
    counts = Counts(Family("f", seen, [There("a", 9, first)]), TODAY, 61, PAST // 61)
    assert counts.met_by(("a", "x"))[:2] == (1, 2)
    assert sum(counts.met_by(("a", "x"))) == 3  # neither what is older than two years nor what is still to come
    assert [counts.met_by(cell)[0] for cell in (("a", EVERY), (EVERY, "x"), ("b", "y"))] == [1, 1, 0]
    assert counts.of(("b", "x"))[0] == 2 and Counts(Family("f", seen, [], True), TODAY, 61, 1).of(("b", "x"))[0] == 1
    assert counts.behind(("a", "x")) == (seen[0], seen[1])


# What is told


def office(recent: int, *, busy: int = 1, persons: int | None = None, old: int = 24, row: str = "council") -> Family:
    """Give ten clients a month for 28 months, `old` of whom met it before; `recent` notes of the last four months.

    `busy` times as many clients came in the last four months. `persons`: by so many clients, where fewer.
    """
    there, seen = [], []
    for person in range(280):
        days = person * 854 // 280
        for more in range(busy if days < WINDOWS[1] else 1):
            there.append(There(row, person + 1000 * more, ago(days)))
    before = [one for one in there if ago(WINDOWS[1] + PAST) < one.on <= ago(WINDOWS[1])]
    now = [one for one in there if one.on > ago(WINDOWS[1])]
    for one in before[:: len(before) // old][:old]:
        seen += [Seen(row, "not believed", one.person, one.on, one.person)]
        seen += [Seen("school", "other", one.person, one.on, one.person)]
    for place in range(recent):
        one = now[place % (persons or recent) * len(now) // (persons or recent)]
        seen.append(Seen(row, "not believed", one.person, one.on, one.person))
    return Family("conduct", seen, there)


def test_a_rise_is_told_with_its_clients_cases_and_arithmetic():
    told = scan([office(16)], TODAY)
    assert len(told.found) == 1  # the row, the column and both windows tell of the same clients
    look = told.found[0].look
    assert (look.number, look.days, sum(look.met[1:])) == (16, 122, 24)
    assert 3.5 < look.expected < 5  # 24 in six stretches of four months
    assert len(told.found[0].persons) == len(told.found[0].cases) == 16
    assert (look.row, look.column) == ("council", "not believed")  # not the row or column with the same clients
    assert ("council", EVERY) in {(one.row, one.column) for one in told.found[0].also}
    assert told.found[0].in_reviews <= Rules().alarms
    assert told.looks == 2 * (2 * 2 + 2 + 2)


@pytest.mark.parametrize(
    "family",
    [office(4), office(0, old=2), office(16, persons=4), office(16, busy=4, old=24), Family("empty", (), ())],
    ids=[
        "as before",
        "a rare thing that nobody met now",
        "sixteen notes of four clients",
        "four times as many clients of all kinds",
        "nothing",
    ],
)
def test_it_is_quiet_where_nothing_stands_out(family):
    told = scan([family], TODAY)
    assert told.found == ()


def test_two_things_that_the_same_clients_meet_are_told_apart():
    """An answer to one must not hide the other: only a row or column with the same clients is the same story."""
    first = office(16)
    again = [one._replace(row="police", column="hostile") for one in first.seen if one.row == "council"]
    told = scan([Family("conduct", [*first.seen, *again], first.there)], TODAY)
    pairs = {(one.look.row, one.look.column) for one in told.found}
    assert pairs == {("council", "not believed"), ("police", "hostile")}


def test_more_looks_raise_the_bar():
    """What is told among a few looks may be chance among many."""
    alone = scan([office(11)], TODAY)
    crowd = [Family(f"other {n}", [s._replace(row=f"{s.row}{n}") for s in office(5).seen], office(5).there)
             for n in range(60)]  # fmt: skip
    among = scan([office(11), *crowd], TODAY)
    assert alone.rarest.by_chance == among.rarest.by_chance
    assert alone.rarest_in_reviews < among.rarest_in_reviews
    assert len(alone.found) == 1 and among.found == ()


def test_refusals_are_measured_by_who_was_asked():
    """Twice as many refusals where twice as many were asked is no pattern; the same among as many is one."""

    def asked(times: int) -> Family:
        there = [There("council", n, ago(n % 732 + 122)) for n in range(240)]
        there += [There("council", 1000 + n, ago(n % 122)) for n in range(40 * times)]
        there += [There("other", 5000 + n, ago(n % 122)) for n in range(200)]
        seen = [Seen("council", "refused", one.person, one.on, one.person) for one in there[:240:10]]
        seen += [Seen("council", "refused", 1000 + n, ago(n % 122), n) for n in range(16)]
        return Family("requests", seen, there, by_row=True)

    assert [bool(scan([asked(times)], TODAY).found) for times in (1, 4)] == [True, False]


def test_an_office_without_a_past_is_held_against_its_other_agencies():
    there = [There(f"body {n % 10}", n, ago(n % 100)) for n in range(400)]
    seen = [Seen(one.row, f"way {one.person // 10 % 4}", one.person, one.on, one.person) for one in there]
    assert scan([Family("conduct", seen, there)], TODAY).found == ()
    odd = [one._replace(column="way 1") if one.row == "body 3" else one for one in seen]
    told = scan([Family("conduct", odd, there)], TODAY)
    assert [(one.look.kind, one.look.row, one.look.column) for one in told.found] == [(APART, "body 3", "way 1")]


# Invented offices


def test_planted_patterns_are_found_and_quiet_offices_left_quiet():
    """A share of benchmarks/radar.py: seeds on which nothing was chosen, and a bar that always names something."""
    wrong, line = quiet_offices(JUDGING, 16)
    assert wrong <= 2 / 16
    radar, knows, bar, _rise, _line = found(JUDGING + 10_000, 16, Planted(4, topped_up=True), line, NOTED)
    assert radar >= 0.7
    assert abs(radar - knows) <= 0.2
    assert bar <= 0.3
