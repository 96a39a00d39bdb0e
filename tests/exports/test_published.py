"""What is kept of a file that left: what a reader has in hand, and nothing that was not printed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from casework.figures import Sum
from casework.periods import Period
from exports.published import BESIDE, SMALL, Published, Shown, at_least, percent, published

YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
NUMBERS = {"a": 3, "b": 9, "c": 0, "d": 2, "all": 14}
SUMS = [Sum("all", ("a", "b", "c", "d"))]


def file(hidden: dict[str, str]) -> Published:
    facts = (at_least("b", "a"), *percent("b", "all", 64))
    return published(YEAR, date(2026, 4, 3), NUMBERS, SUMS, hidden, threshold=5, facts=facts)


def test_a_reader_has_the_shown_numbers_and_of_the_hidden_ones_their_limits_alone():
    shown = file({"a": SMALL, "b": BESIDE, "d": BESIDE}).numbers
    assert shown == {"a": Shown(1, 4), "b": Shown(5, None), "c": Shown(0, 0), "d": Shown(1, None),
                     "all": Shown(14, 14)}  # fmt: skip


def test_it_is_read_back_as_it_was_kept_and_its_text_holds_no_hidden_number():
    made = file({"a": SMALL, "b": BESIDE, "d": SMALL})
    text = made.to_text()
    assert Published.from_text(text) == made
    assert Published.from_text(text).to_text() == text
    assert '"b":[5,null]' in text and '"a":[1,4]' in text and '"all":14' in text


@pytest.mark.parametrize("text", ["{}", "[]", "", '{"first":"2026-13-01"}'])
def test_anything_else_is_refused(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        Published.from_text(text)


def test_a_percentage_says_the_same_of_part_and_whole_as_its_rounding_does():
    """Tried over every part of wholes up to 40: both facts hold exactly where the share rounds to what is printed."""
    for whole in range(1, 41):
        for part in range(whole + 1):
            for shown in range(101):
                facts = percent("part", "whole", shown)
                holds = all(sum({"part": part, "whole": whole}[key] * by for key, by in one.terms) >= 0
                            for one in facts)  # fmt: skip
                assert holds is (abs(Fraction(100 * part, whole) - shown) <= Fraction(1, 2))
