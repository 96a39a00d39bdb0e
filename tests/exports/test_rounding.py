"""Rounded figures: near to the true ones, adding up, and no small number told."""

from __future__ import annotations

from casework.figures import Sum
from exports.attacker import derived
from exports.rounding import nearest, rounded
from tests.random_tables import DAY, Months, Period, months_of_2025, table, two_periods

DAYS = {"period": Period(DAY, DAY), "counted_on": DAY, "threshold": 5}


def test_rounded_tables_add_up_lie_next_to_the_true_ones_and_tell_nothing():
    together = naive = 0
    for seed in range(25):
        numbers, sums = table(seed)
        made = rounded(numbers, sums, **DAYS)
        shown = {key: one for key, one in made.printed.items() if one is not None}
        for key, one in shown.items():
            assert one % 5 == 0
            assert abs(one - numbers[key]) < 5
            assert numbers[key] % 5 or one == numbers[key]
        if made.adds_up:
            for total, parts in sums:
                if {total, *parts} <= shown.keys():
                    assert shown[total] == sum(shown[part] for part in parts)
        assert derived(made.file) == []
        assert made.file.numbers.keys() == numbers.keys()
        together += made.adds_up
        naive += any(
            sum(nearest(numbers, 5)[part] for part in parts) != nearest(numbers, 5)[total] for total, parts in sums
        )
    assert together > 20 and naive > 20


def test_each_rounded_by_itself_five_twos_would_be_told_by_their_total():
    """2 and 2 and 2 and 2 are printed as 0, and their 8 as 10: then each must be as much as a 0 can be."""
    keys = ("a", "b", "c", "d")
    numbers, sums = {**dict.fromkeys(keys, 2), "all": 8}, [Sum("all", keys)]
    assert nearest(numbers, 5) == {**dict.fromkeys(keys, 0), "all": 10}
    made = rounded(numbers, sums, **DAYS)
    assert made.adds_up and made.printed["all"] == sum(made.printed[key] for key in keys)
    assert derived(made.file) == []


def test_what_two_rounded_files_would_tell_together_is_hidden_in_the_second():
    for seed in range(6):
        months, (first, second) = Months(seed), two_periods(seed)
        made = []
        for run in (first, second):
            period = months_of_2025(*run)
            made.append(rounded(months.numbers(*run), months.sums, period=period, counted_on=DAY, threshold=5,
                                earlier=[one.file for one in made]))  # fmt: skip
        assert derived(made[1].file, [made[0].file]) == []
