"""How one name is heard: many spellings, one skeleton of consonants.

Names come to us through several alphabets and as many habits of writing: Chowdhury and Choudhury, Xasan and Hassan,
Rachid and Rashid, Ciwan and Jiwan. Each word of a name is respelt in a small alphabet in which letters that stand for
one sound somewhere become one letter; a letter that different languages read differently gives several respellings
(Somali c is silent, Turkish c is j, in Koroma and Coroma it is k). The skeleton of a word is what is left of a
respelling without its vowels. Two words may be the same name if they share a skeleton; how near they are is then
measured on the respellings, vowels included.

Nothing here decides that two people are one: it only puts names in an order for somebody who looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from jellyfish import jaro_winkler_similarity

from casework.text import name_key

ALIKE = 0.86  # Jaro-Winkler from here on: another spelling or a slip of the finger; measured on other pairs
SHARED, UNSHARED = 0.90, 0.08  # what sharing a skeleton gives at least; what not sharing one takes off
OTHER_ENDING = 0.03  # Karim and Karima: a last a or o is a different name more often than a spelling
SPELT_SO = 0.03  # how much of the rest is for the letters themselves: among equals the very spelling comes first
LEFT_OVER = 0.004  # for each word of the name that nobody typed
MOST_RESPELLINGS = 12  # of one word
MOST_WORDS = 8
FEWEST_CONSONANTS = 2

# Words that come and go between a person's papers; they are no name by themselves.
PARTICLES = frozenset(["al", "el", "ul", "ur", "as", "bin", "ben", "bint", "ibn", "md", "mohd"])

# Letters, as they stand in a folded name, and what they may be heard as; the first rule that fits is taken. The
# answers use a small alphabet: b f g j k l m n p r s t v, and a i u for the vowels.
RULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("szcz|shch|chtch", ("s", "j")),
    ("tsch|tch|cz|dzh|dj|gj|xh|zh|dz", ("j",)),
    ("sch|sz|sh", ("s",)),
    ("ch", ("s", "j", "k")),  # French, English and Turkish, Polish
    ("kh", ("k", "")),
    ("gh", ("g", "")),
    ("th", ("t", "s")),
    ("ph", ("f",)),
    ("ck|qu(?=[aeiou])|q", ("k",)),
    ("x", ("", "ks")),  # Somali and Kurdish breath; Latin
    ("c(?=[eiy])", ("s", "j", "")),  # French; Turkish; Somali
    ("c", ("k", "j", "")),
    ("di(?=[aeou])", ("ti", "j")),  # Diallo and Jallow
    ("j", ("j", "i")),
    ("g", ("g", "j", "")),  # Gamal and Jamal, Sergiy and Serhiy
    ("z", ("s", "j")),  # Somali has no z, Bengali hears j
    ("d", ("t",)),
    ("w", ("u", "v")),
    ("v", ("v", "b")),
    ("h", ("",)),
    ("[eiy]+", ("i",)),
    ("[ou]+", ("u",)),
    ("a+", ("a",)),
)
_EITHER = re.compile("|".join(f"({pattern})" for pattern, _answers in RULES) + r"|(.)")
_DOUBLE = re.compile(r"(.)\1+")
_ABD = re.compile(r"^(abd|cabd)[aeiou]+l(?=[bcdfgjkmnpqrstvwxz])")  # Abdelrahman is said Abdurrahman
_LATIN = re.compile(r"[a-z]+")
_VOWELS = re.compile("[aiu]")


def words_of(name: str) -> list[str]:
    """Give the folded words of a name, without particles unless nothing else is left."""
    words = all_words_of(name)
    return [word for word in words if word not in PARTICLES] or words


def all_words_of(name: str) -> list[str]:
    """Give the folded words of a name as they stand."""
    return name_key(name).split()[:MOST_WORDS]


@lru_cache(maxsize=8192)
def respellings(word: str) -> tuple[str, ...]:
    """Give how a folded word may be heard, vowels included; a word in another script as it stands."""
    if not _LATIN.fullmatch(word):
        return (word,)
    single = _ABD.sub(r"\1u", _DOUBLE.sub(r"\1", word))
    heard = [_answers(found) for found in _EITHER.finditer(single)]
    made = ("".join(parts) for parts in _bounded(heard))
    return tuple(dict.fromkeys(_DOUBLE.sub(r"\1", one) for one in made))


def _answers(found: re.Match[str]) -> tuple[str, ...]:
    place = found.lastindex or 0
    return RULES[place - 1][1] if place <= len(RULES) else (found[0],)


def _bounded(heard: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Give the combinations; the last letters keep only their usual sound where there would be too many."""
    count, kept = 1, []
    for answers in heard:
        room = answers if count * len(answers) <= MOST_RESPELLINGS else answers[:1]
        count *= len(room)
        kept.append(room)
    return product(*kept)


@lru_cache(maxsize=8192)
def skeletons(word: str) -> frozenset[str]:
    """Give the skeleton of each respelling."""
    return frozenset(_skeleton(one) for one in respellings(word) if one)


def _skeleton(respelt: str) -> str:
    """Give the consonants; with fewer than two the vowels are needed to tell Ali from Leo."""
    bare = _VOWELS.sub("", respelt)
    return bare if len(bare) >= FEWEST_CONSONANTS else respelt


def likeness(typed: str, name: str) -> float:
    """Say how near a name is to what was typed, from 0 to 1: each typed word beside its best of the name."""
    wanted, there = words_of(typed), words_of(name)
    if not wanted or not there:
        return 0.0
    apart = _of_words(wanted, there)
    if len(all_words_of(typed)) == len(all_words_of(name)):
        return apart
    one, other = _in_one(typed), _in_one(name)
    return max(apart, nearness(one, other) - LEFT_OVER if _shares(one, other) else 0.0)


def _in_one(name: str) -> str:
    return name_key(name).replace(" ", "")


def fits(typed: str, name: str) -> bool:
    """Say whether every typed word may be a word of the name, in another spelling or with a slip."""
    there = [*words_of(name), _in_one(name)]
    return _fits(_in_one(typed), there[-1]) or all(
        any(_fits(word, other) for other in there) for word in words_of(typed)
    )


def _fits(one: str, other: str) -> bool:
    return other.startswith(one) or _shares(one, other) or jaro_winkler_similarity(one, other) >= ALIKE


def _of_words(wanted: Sequence[str], there: Sequence[str]) -> float:
    """Pair each typed word with a word of the name that no other has taken, the nearest pair first."""
    pairs = sorted(
        ((nearness(one, other), place, spot) for place, one in enumerate(wanted) for spot, other in enumerate(there)),
        reverse=True,
    )
    score, used, taken = 0.0, set(), set()
    for near, place, spot in pairs:
        if place not in used and spot not in taken:
            used.add(place)
            taken.add(spot)
            score += near
    return score / len(wanted) - LEFT_OVER * max(0, len(there) - len(wanted))


@lru_cache(maxsize=65536)
def nearness(one: str, other: str) -> float:
    """Say how near two folded words are; sharing a skeleton weighs more than sharing letters."""
    spelt = jaro_winkler_similarity(one, other)
    if not _shares(one, other):
        return max(0.0, spelt - UNSHARED)
    heard = max(
        jaro_winkler_similarity(first, second) for first in respellings(one) for second in respellings(other)
        if _same_skeleton(first, second)
    )  # fmt: skip
    ending = OTHER_ENDING if _ends_open(one) != _ends_open(other) else 0.0
    return SHARED + (1 - SHARED - SPELT_SO) * heard + SPELT_SO * spelt - ending


def _shares(one: str, other: str) -> bool:
    return bool(skeletons(one) & skeletons(other))


def _same_skeleton(one: str, other: str) -> bool:
    return _skeleton(one) == _skeleton(other)


def _ends_open(word: str) -> bool:
    return word.rstrip("hx").endswith(("a", "o"))
