"""What a seal covers: every word where it stands, each moment to the millionth, and nothing beside the empty text."""

from __future__ import annotations

from datetime import timedelta

from casework import seal
from casework.calendar import LONDON
from tests import make

KEY = b"k" * 32


def test_words_that_change_their_place_change_the_seal():
    lines = (("ab", ["c", "d"]), ("a", ["bc", "d"]), ("a", ["b", "cd"]), ("ab", ["cd", ""]), ("ab", ["", "cd"]))
    assert len({seal.sealed(KEY, before, values) for before, values in lines}) == len(lines)


def test_nothing_the_empty_text_and_every_moment_have_seals_of_their_own():
    values = (None, "", 0, make.NOW, make.NOW + timedelta(microseconds=1), make.NOW + timedelta(seconds=1))
    assert len({seal.sealed(KEY, "", [value]) for value in values}) == len(values)


def test_the_same_moment_has_the_same_seal_in_every_zone():
    assert seal.sealed(KEY, "", [make.NOW]) == seal.sealed(KEY, "", [make.NOW.astimezone(LONDON)])
