"""What is hidden in a table is chosen once for the very same numbers, and anew for any other."""

from __future__ import annotations

import pytest

from casework.figures import Sum
from exports import disclosure
from exports.disclosure import hide
from exports.published import Fact

NUMBERS = {"all": 40, "one": 3, "two": 17, "three": 20}
SUMS = [Sum("all", ("one", "two", "three"))]


@pytest.fixture
def chosen(monkeypatch) -> list[dict[str, int]]:
    """Give the numbers for which a choice was made, in their order."""
    made: list[dict[str, int]] = []
    choose = disclosure.choose

    def heard(system, known):
        made.append(dict(known.numbers))
        return choose(system, known)

    monkeypatch.setattr(disclosure, "choose", heard)
    disclosure._chosen.cache_clear()
    return made


def test_the_same_table_is_not_chosen_for_twice(chosen):
    first = hide(NUMBERS, SUMS, threshold=5)
    assert hide(dict(NUMBERS), list(SUMS), threshold=5) == first
    assert len(chosen) == 1


def test_what_was_given_out_cannot_change_what_is_kept(chosen):
    first = hide(NUMBERS, SUMS, threshold=5)
    kept = dict(first)
    first.clear()
    assert hide(NUMBERS, SUMS, threshold=5) == kept != {}


@pytest.mark.parametrize("other", [
    {"numbers": {**NUMBERS, "all": 41, "two": 18}},
    {"sums": [*SUMS, Sum("all", ("two", "rest"))], "unprinted": {"rest": 23}},
    {"threshold": 4},
    {"facts": [Fact((("two", 1), ("one", -1)))]},
])  # fmt: skip
def test_one_number_sum_or_rule_that_differs_is_chosen_for_anew(chosen, other):
    given = {"numbers": NUMBERS, "sums": SUMS, "threshold": 5}
    hide(**given)
    now = hide(**{**given, **other})
    assert len(chosen) == 2
    disclosure._chosen.cache_clear()
    assert hide(**{**given, **other}) == now


def test_what_is_printed_nowhere_counts_too(chosen):
    sums = [*SUMS, Sum("all", ("two", "rest"))]
    for rest, two in ((23, 17), (22, 18)):
        hide({**NUMBERS, "two": two, "three": 37 - two}, sums, threshold=5, unprinted={"rest": rest})
    assert len(chosen) == 2


def test_a_sum_that_does_not_hold_is_refused_each_time():
    for _again in range(2):
        with pytest.raises(ValueError, match="do not make it up"):
            hide({**NUMBERS, "all": 39}, SUMS, threshold=5)
