"""Nobody works out a hidden number: the attacker is proven against every filling, and what is hidden against both."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest

from casework.figures import Sum
from casework.periods import Period
from exports.attacker import Betrayed, Derived, bounds, derived, must_withstand
from exports.disclosure import hidden_beside, hide, worth
from exports.moves import LOOSENED
from exports.published import BESIDE, SMALL, Fact, Published, Shown, at_least, percent
from exports.systems import of_file
from tests.best_suppression import least_price
from tests.random_tables import DAY, Months, file, months_of_2025, naive, table, two_periods

JUNE, JULY = Period(date(2025, 1, 1), date(2025, 6, 30)), Period(date(2025, 1, 1), date(2025, 7, 31))


# The attacker


def fillings(one: Published, keys: list[str]) -> Iterator[dict[str, int]]:
    """Give every table of whole numbers that fits a file, by trying all."""
    choices = (range(one.numbers[key].least, one.numbers[key].most + 1) for key in keys)
    for tried in product(*choices):
        values = dict(zip(keys, tried, strict=True))
        if all(values[total] == sum(values[part] for part in parts) for total, parts in one.sums) and all(
            sum(values[key] * factor for key, factor in fact.terms) >= 0 for fact in one.facts
        ):
            yield values


def random_file(seed: int) -> Published:
    """Give a few numbers of which some are known, under random sums and facts that a true filling keeps."""
    rng = random.Random(seed)
    keys = [f"n{place}" for place in range(4)]
    true = {key: rng.randint(0, 5) for key in keys}
    sums, facts = [], []
    for place in range(rng.randint(1, 2)):
        parts = tuple(rng.sample(keys, rng.randint(2, 3)))
        true[f"t{place}"] = sum(true[part] for part in parts)
        sums.append(Sum(f"t{place}", parts))
    larger, smaller = sorted(rng.sample(keys, 2), key=lambda key: -true[key])
    if rng.random() < 0.5:
        facts.append(at_least(larger, smaller))
    if true["t0"] and rng.random() < 0.5:
        part = sums[0].parts[0]
        facts += percent(part, "t0", round(100 * true[part] / true["t0"]))
    numbers = {}
    for key, number in true.items():
        reach = rng.choice((0, 0, 1, 2, 3))
        numbers[key] = Shown(max(number - rng.randint(0, reach), 0), number + rng.randint(0, reach))
    return Published(Period(DAY, DAY), DAY, 5, numbers, tuple(sums), tuple(facts))


def test_the_least_and_most_that_the_attacker_finds_are_those_of_every_filling():
    unknown = narrower = 0
    for seed in range(150):
        one = random_file(seed)
        every = list(fillings(one, list(one.numbers)))
        found = bounds(of_file(one))
        assert found == {key: Shown(min(each[key] for each in every), max(each[key] for each in every))
                         for key, shown in one.numbers.items() if not shown.is_exact}, seed  # fmt: skip
        unknown += len(found)
        narrower += sum(found[key] != one.numbers[key] for key in found)
    assert unknown > 200 and narrower > 100


@pytest.mark.parametrize(
    "rows, hidden, told",
    [
        ([3, 8], {"row 0": SMALL}, [Derived("row 0", 3, 3)]),
        ([3, 8], {"row 0": SMALL, "row 1": BESIDE}, []),
        ([2, 1, 9], {"row 0": SMALL, "row 1": SMALL}, [Derived("row 0", 1, 2), Derived("row 1", 1, 2)]),
        ([4, 1, 9], {"row 0": SMALL, "row 1": SMALL}, []),
        ([3, 5, 9], {"row 0": BESIDE, "row 1": BESIDE},
         [Derived("row 0", 1, 3), Derived("row 1", 5, 7)][:1]),  # the second is not small, and has more than one value
        ([9, 7], {"row 0": BESIDE}, [Derived("row 0", 9, 9)]),
    ],
)  # fmt: skip
def test_what_counts_as_derived(rows, hidden, told):
    keys = tuple(f"row {place}" for place in range(len(rows)))
    numbers = {**dict(zip(keys, rows, strict=True)), "all": sum(rows)}
    made = file(numbers, [Sum("all", keys)], hidden)
    assert derived(made) == told
    if told:
        with pytest.raises(Betrayed, match=f"{len(told)} hidden numbers") as raised:
            must_withstand(made)
        assert raised.value.derived == tuple(told)
    else:
        must_withstand(made)


def test_a_percentage_of_a_shown_whole_tells_a_hidden_part_and_the_attacker_says_so():
    numbers = {"part": 3, "rest": 9, "other": 2, "whole": 14}
    sums = [Sum("whole", ("part", "rest", "other"))]
    hidden = {"part": SMALL, "other": SMALL, "rest": BESIDE}
    assert derived(file(numbers, sums, hidden)) == []
    told = Published(
        Period(DAY, DAY), DAY, 5, file(numbers, sums, hidden).numbers, tuple(sums), percent("part", "whole", 21)
    )
    assert Derived("part", 3, 3) in derived(told)  # 2 of 14 are 14 %, 4 are 29 %
    more = hide(numbers, sums, threshold=5, facts=percent("part", "whole", 21))
    assert derived(file(numbers, sums, more, facts=percent("part", "whole", 21))) == []
    assert more["whole"] == BESIDE


def test_a_kind_that_is_named_as_leading_must_not_press_a_small_one_down():
    """33 in all and 20 shown leave 13 for two: as the leading one is no smaller than 10, the other is 3 at most."""
    numbers = {"lead": 11, "small": 2, "shown": 10, "all": 23}
    sums = [Sum("all", ("lead", "small", "shown"))]
    lead: list[Fact] = [at_least("lead", "shown"), at_least("lead", "small")]
    without = hide(numbers, sums, threshold=5)
    assert without == {"small": SMALL, "shown": BESIDE}
    told = file(numbers, sums, {"small": SMALL, "lead": BESIDE}, facts=lead)
    assert derived(told) == [Derived("small", 1, 3)]
    assert derived(file(numbers, sums, hide(numbers, sums, threshold=5, facts=lead), facts=lead)) == []


# What is hidden


def test_of_forty_tables_with_all_their_totals_nothing_can_be_derived_and_naive_hiding_loses_most():
    lost = 0
    for seed in range(40):
        numbers, sums = table(seed)
        hidden = hide(numbers, sums, threshold=5)
        assert naive(numbers).keys() <= hidden.keys()
        assert all(numbers[key] for key in hidden), "zero is shown"
        assert {key for key, why in hidden.items() if why == SMALL} <= naive(numbers).keys()
        assert derived(file(numbers, sums, hidden)) == [], seed
        lost += bool(derived(file(numbers, sums, naive(numbers))))
    assert lost >= 35


def test_every_value_of_a_small_number_is_possible_by_trying_every_filling():
    """Tables of two ways, tried with no solver: what is hidden keeps the values that its mark promises."""
    rng = random.Random(7)
    checked = 0
    for _table in range(60):
        rows = {f"{a}{b}": rng.choice((0, 1, 2, 3, 4, 5, 6, 8)) for a in "xy" for b in "pq"}
        numbers = dict(rows)
        sums = [Sum(f"{a}.", (f"{a}p", f"{a}q")) for a in "xy"] + [Sum(f".{b}", (f"x{b}", f"y{b}")) for b in "pq"]
        sums.append(Sum("..", ("x.", "y.")))
        for total, parts in sums:
            numbers[total] = sum(numbers[part] for part in parts)
        hidden = hide(numbers, [*sums, Sum("..", (".p", ".q"))], threshold=5)
        possible: dict[str, set[int]] = {key: set() for key in hidden}
        for tried in product(*(choices(key, rows[key], hidden) for key in rows)):
            values = dict(zip(rows, tried, strict=True))
            for total, parts in sums:
                values[total] = sum(values[part] for part in parts)
            if all(fits(values[key], numbers[key], hidden.get(key)) for key in numbers):
                for key in hidden:
                    possible[key].add(values[key])
        for key, why in hidden.items():
            assert possible[key] >= {1, 2, 3, 4} if why == SMALL else len(possible[key]) > 1, (numbers, hidden, key)
            checked += 1
    assert checked > 150


def choices(key: str, number: int, hidden: dict[str, str]) -> range:
    if key not in hidden:
        return range(number, number + 1)
    return range(1, 5) if hidden[key] == SMALL else range(5 if number >= 5 else 1, 16)


def fits(value: int, number: int, why: str | None) -> bool:
    if why is None:
        return value == number
    return 1 <= value < 5 if why == SMALL else value >= (5 if number >= 5 else 1)


def test_no_less_is_shown_than_nine_tenths_of_the_best_that_an_exact_search_finds():
    kept = best = 0.0
    for seed in range(25):
        numbers, sums = table(seed, small=True)
        small = naive(numbers)
        price = worth(numbers, sums, small)
        hidden = hide(numbers, sums, threshold=5)
        whole = sum(price.values()) + LOOSENED * len(small)
        lost = sum(price.get(key, LOOSENED) for key, why in hidden.items() if why == BESIDE)
        least = least_price(numbers, sums, price, LOOSENED, threshold=5, seconds=60)
        assert least is not None and lost >= least - 0.5
        kept += whole - lost
        best += whole - least
    assert kept >= 0.9 * best


def test_the_same_numbers_in_another_order_hide_the_same():
    numbers, sums = table(3)
    turned = dict(reversed(numbers.items()))
    assert hide(turned, list(reversed(sums)), threshold=5).keys() == hide(numbers, sums, threshold=5).keys()


def test_hiding_ends_where_nothing_helps_but_hiding_all():
    """Three numbers that are one and the same, and its triple: no other values are left than multiples."""
    numbers = {"a": 2, "b": 2, "c": 2, "all": 6}
    sums = [Sum("a", ("b",)), Sum("b", ("c",)), Sum("all", ("a", "b", "c"))]
    hidden = hide(numbers, sums, threshold=5)
    assert hidden.keys() == numbers.keys()
    assert derived(file(numbers, sums, hidden)) == []


@pytest.mark.parametrize(
    "threshold, hidden", [(1, {}), (2, {"a": BESIDE, "b": BESIDE}), (3, {"a": SMALL, "b": BESIDE})]
)
def test_a_mark_that_would_say_the_number_is_not_used(threshold, hidden):
    """ "<2" is a 1."""
    assert hide({"a": 1, "b": 7, "c": 9, "all": 17}, [Sum("all", ("a", "b", "c"))], threshold=threshold) == hidden


# Earlier files


def test_of_pairs_of_overlapping_periods_nothing_can_be_derived_and_hiding_each_alone_loses():
    alone = 0
    for seed in range(15):
        months, (first, second) = Months(seed), two_periods(seed)
        before, period = months_of_2025(*first), months_of_2025(*second)
        earlier = months.numbers(*first)
        left = file(earlier, months.sums, hide(earlier, months.sums, threshold=5), before)
        numbers = months.numbers(*second)
        made = hidden_beside(numbers, months.sums, threshold=5, earlier=[left], period=period)
        assert made.apart == frozenset()
        assert derived(file(numbers, months.sums, made.why, period), [left]) == [], seed
        by_itself = hide(numbers, months.sums, threshold=5)
        assert by_itself.keys() <= made.why.keys()
        alone += bool(derived(file(numbers, months.sums, by_itself, period), [left]))
    assert alone >= 4


KEYS = ("case:a", "case:b", "case:c")


def half_year(a: int, b: int, c: int) -> tuple[dict[str, int], list[Sum]]:
    return {**dict(zip(KEYS, (a, b, c), strict=True)), "cases": a + b + c}, [Sum("cases", KEYS)]


@pytest.mark.parametrize(
    "june, july, is_hidden",
    [((10, 20, 30), (12, 20, 30), True), ((10, 20, 30), (10, 20, 30), False), ((10, 20, 30), (16, 29, 41), False)],
)
def test_a_month_that_two_files_would_give_away_is_hidden_in_the_second(june, july, is_hidden):
    numbers, sums = half_year(*june)
    left = file(numbers, sums, {}, JUNE)
    later, _sums = half_year(*july)
    assert bool(derived(file(later, sums, {}, JULY), [left])) is is_hidden
    hidden = hide(later, sums, threshold=5, earlier=[left], period=JULY)
    assert (hidden.get("case:a") == BESIDE) is is_hidden
    assert len(hidden) == (2 if is_hidden else 0)  # the month of one row, and of one more beside it
    assert derived(file(later, sums, hidden, JULY), [left]) == []


def test_what_was_hidden_in_an_earlier_file_is_not_told_by_the_parts_of_it_that_come_later():
    numbers, sums = half_year(3, 20, 30)
    left = file(numbers, sums, hide(numbers, sums, threshold=5), JUNE)
    month, _sums = half_year(0, 9, 12)
    july = file(month, sums, hide(month, sums, threshold=5), Period(date(2025, 7, 1), date(2025, 7, 31)))
    later, _sums = half_year(3, 29, 42)
    shown = {"case:a": SMALL, "case:b": BESIDE}
    assert derived(file(later, sums, shown, JULY), [left, july]) == []
    assert {one.key for one in derived(file(later, sums, {"case:a": SMALL}, JULY), [left, july])} >= {"case:a"}
    hidden = hide(later, sums, threshold=5, earlier=[left, july], period=JULY)
    assert derived(file(later, sums, hidden, JULY), [left, july]) == []


@pytest.mark.parametrize(
    "june, july", [((10, 20, 30), (10, 18, 30)), ((40, 20, 30), (41, 20, 2)), ((9, 9, 9), (5, 5, 5))]
)
def test_records_changed_since_break_nothing_and_tell_nothing(june, july):
    """Fewer in seven months than in six: something was set aside. A small difference is as bad as a small number."""
    numbers, sums = half_year(*june)
    left = file(numbers, sums, hide(numbers, sums, threshold=5), JUNE)
    later, _sums = half_year(*july)
    made = hidden_beside(later, sums, threshold=5, earlier=[left], period=JULY)
    assert made.apart
    assert derived(file(later, sums, made.why, JULY), [left], made.apart) == []
    for key, number in later.items():
        if left.numbers[key].is_exact and 1 <= abs(number - left.numbers[key].least) < 5:
            assert key in made.why


def test_figures_are_not_laid_beside_others_without_their_period():
    numbers, sums = half_year(10, 20, 30)
    with pytest.raises(ValueError, match="period"):
        hide(numbers, sums, threshold=5, earlier=[file(numbers, sums, {}, JUNE)])


def test_files_of_other_days_change_nothing():
    numbers, sums = half_year(10, 20, 30)
    left = file(numbers, sums, {}, Period(date(2024, 1, 1), date(2024, 12, 31)))
    later, _sums = half_year(12, 20, 30)
    assert hide(later, sums, threshold=5, earlier=[left], period=JULY) == {}


def test_a_language_that_an_earlier_file_joined_with_others_is_laid_beside_what_it_was_joined_in():
    """To June 5 were joined in "other". To July the line is empty and Tigrinya stands by name with 6: one in July."""
    sums = [Sum("asked", ("asked:1", "asked:joined"))]
    left = file({"asked:1": 20, "asked:joined": 5, "asked": 25}, sums, {}, JUNE)
    more = [Sum("asked", ("asked:1", "asked:2", "asked:joined"))]
    numbers = {"asked:1": 26, "asked:2": 6, "asked:joined": 0, "asked": 32}
    assert Derived("asked:2#2025-07-01", 1, 1) in derived(file(numbers, more, {}, JULY), [left])
    hidden = hide(numbers, more, threshold=5, earlier=[left], period=JULY)
    assert hidden and derived(file(numbers, more, hidden, JULY), [left]) == []
