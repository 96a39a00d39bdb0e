"""Numbers that come in addresses and forms: read strictly, never beyond what the database holds."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST_KEY = 18  # digits; so many always fit 64 bits
NO_ROW = 0  # keys count from 1, so this finds nothing


def is_number(text: object, longest: int = LONGEST_KEY) -> bool:
    """Say whether `text` is a whole number in plain digits, at most `longest` of them."""
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= longest


def row_key(text: str | None) -> int:
    """Give a row's number; NO_ROW for anything else, so that a look-up with it finds nothing."""
    return int(text) if text is not None and is_number(text) else NO_ROW


def row_keys(texts: Iterable[str], most: int) -> list[int]:
    """Give the numbers among `texts`, at most `most` of them."""
    return [int(text) for text in texts if is_number(text)][:most]
