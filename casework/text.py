"""Typed text as the office keeps it, and the keys under which a name or a number is found again.

People paste from letters, messages and web pages in many scripts. What is kept reads as it was
typed; what cannot be seen and can mislead (controls, direction overrides, zero-width signs) goes.
"""

from __future__ import annotations

import re
import unicodedata

ZWNJ, ZWJ = "\u200c", "\u200d"
EMOJI_LOOK = "\ufe0f"

# Scripts whose spelling needs a joiner between letters: Persian "می‌خواهم", Bengali "র‍্য", Sinhala "ශ්‍රී".
JOINING_SCRIPTS = (
    *("ARABIC", "SYRIAC", "MANDAIC", "MONGOLIAN", "NKO", "ADLAM"),
    *("DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM"),
    *("SINHALA", "MYANMAR", "KHMER"),
)
# Signs of category Cf that are drawn, such as the Arabic year sign: they carry meaning and stay.
DRAWN_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
# Letters and marks with no shape of their own: a name made of them would look empty.
SHAPELESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
NO_CHARACTERS = frozenset(map(chr, range(0xFDD0, 0xFDF0)))
LAST_TWO = 0xFFFE  # the last two code points of each plane are no characters either
LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")

# No language stacks more signs than this on a letter (the Unicode stream-safe format has 30). Sorting
# endless stacks takes quadratic time: the 700,000 that fit in one request would hold a thread for minutes.
MARKS_IN_A_ROW = 30

# Classes of combining marks, from the Unicode character database.
VIRAMA = 9  # joins two consonants of an Indic script
# Strokes, nukta, the vowel points of Hebrew and Arabic, accents of every position.
ACCENTS = frozenset({1, 7, *range(10, 37), *range(200, 255)})

# Letters that Unicode does not take apart but that passports and people write in the plain way.
PLAIN_LATIN = str.maketrans("\N{LATIN SMALL LETTER DOTLESS I}łøđðħŧŋɖəɓɗƙƴ", "iloddhtndebdky")
PLAIN_PAIRS = str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})
# One sound on several keyboards: Arabic, Persian, Urdu and Kurdish forms of yeh, kaf and heh.
PLAIN_ARABIC = str.maketrans(
    "\u0649\u06cc\u06d0\u06d2\u06a9\u06c1\u06be\u06d5\u0629",
    "\u064a\u064a\u064a\u064a\u0643\u0647\u0647\u0647\u0647",
)
# Signs inside a name that are left out as often as not: the apostrophes of O'Brien and Sa'id in their
# many forms, the Catalan middle dot, and the stroke that stretches Arabic words.
LEFT_OUT = frozenset(
    "'`\u00b4\u00b7\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u05f3\u0640\u2018\u2019\u201a\u201b\uff07"
)


def clean_line(text: str) -> str:
    """Give `text` as one line: composed, without unseen signs, single spaces, trimmed."""
    return " ".join(_clean(text).split())


def clean_text(text: str) -> str:
    """Give `text` with its lines and tabs: composed, without unseen signs or blanks at line ends."""
    lines = _clean(text.replace("\r\n", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def name_key(text: str) -> str:
    """Give the key under which `text` is found: plain small letters and digits, words one space apart.

    "özgür" and "ÖZGÜR Şahin" share their first word, "O'Brien" equals "obrien". Never shown to anyone.
    """
    bare = _without_accents(_without_accents(_clean(text)).casefold())
    plain = _without_accents(bare.translate(PLAIN_LATIN).translate(PLAIN_PAIRS).translate(PLAIN_ARABIC))
    return " ".join("".join(_key_sign(sign) for sign in plain).split())


def digits(text: str) -> str:
    """Give the digits of a phone number as 0 to 9, whichever script's digits were typed."""
    values = (unicodedata.decimal(sign, None) for sign in text)
    return "".join(str(value) for value in values if value is not None)


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    seen = "".join(_as_kept(sign) for sign in text)
    composed = unicodedata.normalize("NFC", _short_stacks(seen))
    # Once more, since a letter and its accent may have stood on either side of a dropped joiner.
    return unicodedata.normalize("NFC", _joiners_in_place(composed))


def _as_kept(sign: str) -> str:
    """Give one sign as it is kept: itself, a plain blank or line end, or nothing."""
    if sign in LINE_ENDS:
        return "\n"
    if sign in (ZWNJ, ZWJ, "\t") or sign in DRAWN_SIGNS:
        return sign
    category = unicodedata.category(sign)
    if category == "Zs":
        return " "
    unseen = category in ("Cc", "Cf", "Cs") or sign in SHAPELESS or _is_no_character(sign)
    return "" if unseen else sign


def _is_no_character(sign: str) -> bool:
    """Tell whether Unicode sets this code point aside for good (a workbook holding one does not open)."""
    return sign in NO_CHARACTERS or ord(sign) & LAST_TWO == LAST_TWO


def _short_stacks(text: str) -> str:
    kept: list[str] = []
    stacked = 0
    for sign in text:
        stacked = stacked + 1 if unicodedata.combining(sign) else 0
        if stacked <= MARKS_IN_A_ROW:
            kept.append(sign)
    return "".join(kept)


def _joiners_in_place(text: str) -> str:
    """Drop each joiner that joins nothing; of several in a row the first counts."""
    if ZWNJ not in text and ZWJ not in text:
        return text
    single = re.sub(f"([{ZWNJ}{ZWJ}])[{ZWNJ}{ZWJ}]+", r"\1", text)
    framed = f"\n{single}\n"
    return "".join(
        sign
        for before, sign, after in zip(framed, single, framed[2:], strict=False)
        if sign not in (ZWNJ, ZWJ) or _joins(before, sign, after)
    )


def _joins(before: str, joiner: str, after: str) -> bool:
    """Tell whether `joiner` changes how its neighbours are written."""
    script = _joining_script(before)
    if script:
        # After a virama a joiner decides the last letter's shape even at the end of a word (Malayalam).
        return unicodedata.combining(before) == VIRAMA or _joining_script(after) == script
    return joiner == ZWJ and _is_picture(before) and _is_picture(after)


def _joining_script(sign: str) -> str:
    if unicodedata.category(sign)[0] not in "LM":
        return ""
    script = unicodedata.name(sign, "").partition(" ")[0]
    return script if script in JOINING_SCRIPTS else ""


def _is_picture(sign: str) -> bool:
    """Tell whether `sign` is part of an emoji: a quoted text message keeps its family of four."""
    return sign == EMOJI_LOOK or unicodedata.category(sign) in ("So", "Sk")


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not _is_accent(sign))


def _is_accent(sign: str) -> bool:
    """Tell whether `sign` may be left off without making another name; Indic vowels may not."""
    return unicodedata.combining(sign) in ACCENTS


def _key_sign(sign: str) -> str:
    if sign in LEFT_OUT or sign in (ZWNJ, ZWJ):
        return ""
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    return sign if unicodedata.category(sign)[0] in "LMN" and sign != EMOJI_LOOK else " "
