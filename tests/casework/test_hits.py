"""Where searched words stand in a text: every hit is one by the rule of the search, and nothing of the text is lost."""

from __future__ import annotations

import random

import pytest

from casework.hits import pieces
from casework.text import name_key

ALPHABET = "ab AB éÉ ßæ' 1٣-আর\u064a\u06cc<&>"


def hits(text: str, typed: str, **more) -> list[str]:
    return [part for part, is_hit in pieces(text, typed, **more) if is_hit]


@pytest.mark.parametrize("text, typed, wanted", [
    ("Rehana Begum", "begum", ["Begum"]), ("Rehana Begum", "BEG reh", ["Reh", "Beg"]),
    ("Özgür Şahin", "sahin ozgur", ["Özgür", "Şahin"]), ("Mary O'Brien", "obrien", ["O'Brien"]),
    ("26-0012", "0012", ["0012"]), ("aaaa", "aa", ["aaaa"]), ("Rehana", "begum", []), ("", "x", []), ("x", "", []),
    ("<b>Rehana</b>", "b", ["b", "b"]),
])  # fmt: skip
def test_words_are_found_as_the_search_finds_them(text, typed, wanted):
    assert hits(text, typed) == wanted


def test_only_in_a_telephone_number_do_digits_count_without_what_stands_between_them():
    assert hits("07700 900 211", "900211", phone=True) == ["900 211"]
    assert hits("07700 900 211", "900211") == []
    assert hits("07700 900 211", "211", phone=True) == ["211"]


def test_any_text_is_put_together_again_and_each_hit_holds_a_word():
    dice = random.Random(7)
    for _turn in range(3000):
        text = "".join(dice.choices(ALPHABET, k=dice.randrange(12)))
        typed = "".join(dice.choices(ALPHABET, k=dice.randrange(1, 4)))
        found = pieces(text, typed)
        assert not found or "".join(part for part, _hit in found) == text
        words = [word for word in typed.split() if word]
        for part, is_hit in found:
            keys = {part.casefold(), name_key(part).replace(" ", "")}
            holds = any(word.casefold() in key or (name_key(word) and name_key(word) in key)
                        for word in words for key in keys)  # fmt: skip
            assert not is_hit or holds, (text, typed, part)
