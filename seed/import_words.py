"""The office's words that a text of a sheet can stand for: what is offered, and what can be read without asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.scope import office_wide
from casework.text import name_key
from models import Code
from seed.import_cells import NO, YES
from seed.import_lists import Lists
from seed.import_rules import field_of, folded
from seed.import_suggest import word

BY_WORDS = frozenset({"link", "many", "choice", "yes_no"})
REFUSED, EMPTY = "!refuse", "!empty"
NOTHING = frozenset({"-", "n/a", "na", "none", "not known", "unknown", "?", "nil"})


@dataclass(frozen=True)
class Offer:
    """What a field can be filled with: (word, label) pairs as the importer knows them, and names it reads itself."""

    words: tuple[tuple[str, str], ...]
    names: Mapping[str, str]  # by name_key: a borough or language by any of its names


def offers(db: Session, fields: set[str]) -> dict[str, Offer]:
    """Give what each of these fields offers; fields that are not filled by words are passed over."""
    lists = Lists(db)
    return {to: _offer(db, lists, to) for to in sorted(fields) if "." in to and field_of(to).kind in BY_WORDS}


def _offer(db: Session, lists: Lists, to: str) -> Offer:
    declared = field_of(to)
    if declared.kind == "yes_no":
        return Offer((("yes", "Yes"), ("no", "No")), {**dict.fromkeys(YES, "yes"), **dict.fromkeys(NO, "no")})
    if declared.kind == "choice":
        return Offer(tuple(declared.info.choices), {})
    if declared.info.code_list:
        of_list = select(Code).where(Code.list == declared.info.code_list, Code.active).order_by(Code.sort, Code.words)
        return Offer(tuple((one.code, one.words) for one in db.scalars(office_wide(of_list))), {})
    assert declared.target is not None
    named = lists.names_of(declared.target)
    return Offer(tuple(sorted((name, name) for name in set(named.values()))), named)


def readable(said: str, offer: Offer, *, guess: bool = False) -> str:
    """Give the word that a text stands for beyond doubt, EMPTY for words for nothing, else REFUSED.

    `guess` also takes what is merely near: for a page on which somebody looks at it before it counts.
    """
    if folded(said) in NOTHING:
        return EMPTY
    if name_key(said) in offer.names or folded(said) in offer.names:
        return offer.names.get(name_key(said)) or offer.names[folded(said)]
    sure = next((code for code, label in offer.words if folded(said) in (folded(code), folded(label))), "")
    return sure or (word(said, offer.words) if guess else "") or REFUSED
