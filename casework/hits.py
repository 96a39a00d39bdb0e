"""Where the words that somebody searched for stand in a text: compared as `casework/search.py` compares."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from casework.text import clean_line, digits, name_key

MOST_WORDS, FEWEST_DIGITS = 8, 4  # as in casework.search
Pieces = tuple[tuple[str, bool], ...]  # parts of a text in order, each with whether it is a hit


def pieces(text: str, typed: str, *, phone: bool = False) -> Pieces:
    """Cut `text` where a word of `typed` begins or ends; empty if no word stands in it.

    Small and capital letters, accents and the spellings of a letter are alike; in a telephone number the digits count.
    The parts together are `text` itself.
    """
    words = clean_line(typed).split()[:MOST_WORDS]
    spans = sorted(_spans(text, words, phone=phone))
    if not spans:
        return ()
    made: list[tuple[str, bool]] = []
    at = 0
    for start, end in _joined((start, _with_accents(text, end)) for start, end in spans):
        made += [(text[at:start], False), (text[start:end], True)]
        at = end
    return tuple((part, hit) for part, hit in (*made, (text[at:], False)) if part)


def _spans(text: str, words: list[str], *, phone: bool) -> Iterator[tuple[int, int]]:
    for fold, keys in (
        (str.casefold, [word.casefold() for word in words]),
        (_key_of_sign, [name_key(word) for word in words]),
        (digits, [found for word in words if len(found := digits(word)) >= FEWEST_DIGITS] if phone else []),
    ):
        folded, places = _folded(text, fold)
        for key in keys:
            yield from _found(folded, places, key)


def _folded(text: str, fold: Callable[[str], str]) -> tuple[str, list[int]]:
    """Give the text sign by sign as it is compared, and for each of its signs the place it came from."""
    parts = [fold(sign) for sign in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _sign in part]


def _found(folded: str, places: list[int], key: str) -> Iterator[tuple[int, int]]:
    at = folded.find(key) if key else -1
    while at >= 0:
        end = at + len(key)
        yield places[at], places[end - 1] + 1
        at = folded.find(key, end)


def _with_accents(text: str, end: int) -> int:
    """Give the end of a hit with the signs that stand on its last letter: a letter is not cut in two."""
    while end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end += 1
    return end


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for start, end in spans:
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return made


@lru_cache(maxsize=4096)
def _key_of_sign(sign: str) -> str:
    return name_key(sign) or (" " if sign.isspace() else "")
