"""The index by which clients are found: the keys of each, kept with every flush.

A client stands under the words of both names and what these sound like, under the digits of each number from both
ends, and under the postcode. One letter before each key says what it is: w word, s sound, p phone, q phone from its
end, c code of the post.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import delete, event, insert, select
from sqlalchemy.orm import Session

from casework import sounds
from casework.changes import is_changed
from casework.scope import office_wide
from casework.text import clean_line, digits
from models import Client, client_keys
from models.finding import LONGEST_KEY

FEWEST_DIGITS = 4  # fewer would fit half the telephone numbers of the borough
NUMBER = re.compile(r"\+?[\d\s().\-/]{6,}")
COUNTRY, TRUNK = ("0044", "44"), "0"
NATIONAL = 10  # digits of a national number without its first 0
HIGHEST = "\U0010ffff"  # follows every key that begins alike
INDEXED = ("name", "own_script", "phone", "postcode")


def install(session_class: Any) -> None:
    """Keep the index with every flush of every session made by `session_class`: forms, imports and seeds alike."""
    event.listen(session_class, "after_flush", _after_flush)


def _after_flush(db: Session, _context: object) -> None:
    changed = [one for one in (*db.new, *db.dirty) if isinstance(one, Client) and _is_found_otherwise(db, one)]
    old = [one.id for one in changed if one not in db.new]
    if old:
        db.execute(delete(client_keys).where(client_keys.c.client_id.in_(old)))
    _write(db, changed)


def _is_found_otherwise(db: Session, client: Client) -> bool:
    return client in db.new or any(is_changed(client, name) for name in INDEXED)


def _write(db: Session, clients: Iterable[Any]) -> None:
    lines = [{"key": key, "client_id": one.id} for one in clients for key in sorted(keys_of(one))]
    if lines:
        db.execute(insert(client_keys), lines)


def index_missing(db: Session) -> int:
    """Write the keys of clients who have none yet, as after a migration; give how many clients there were."""
    unknown = select(Client).where(Client.id.not_in(select(client_keys.c.client_id)), Client.anonymised_on.is_(None))
    clients = db.scalars(office_wide(unknown)).all()
    _write(db, clients)
    return len(clients)


def keys_of(client: Any) -> set[str]:
    """Give every key under which a client stands in the index."""
    found = set(name_keys(client.name or "")) | set(name_keys(client.own_script or ""))
    for number in numbers_in(client.phone or ""):
        found |= {phone_key(number), phone_end_key(number)}
    if client.postcode:
        found.add(postcode_key(client.postcode))
    return {key[:LONGEST_KEY] for key in found}


def name_keys(name: str) -> set[str]:
    """Give the keys of a name: its words, and what they sound like.

    Neighbouring words are taken together as well, since Benali is Ben Ali and Jahanara is Jahan Ara.
    """
    words, every = sounds.words_of(name), sounds.all_words_of(name)
    joined = [first + second for first, second in pairwise(every)]
    heard = {f"s {sound}" for word in (*words, *joined) for sound in sounds.skeletons(word)}
    return {word_key(word)[:LONGEST_KEY] for word in words} | {sound[:LONGEST_KEY] for sound in heard}


def word_key(word: str) -> str:
    return f"w {word}"


def phone_key(number: str) -> str:
    return f"p {number}"


def phone_end_key(number: str) -> str:
    return f"q {number[::-1]}"


def postcode_key(postcode: str) -> str:
    return f"c {close_up(postcode)}"


def close_up(postcode: str) -> str:
    """Give a postcode in small letters without its blank."""
    return "".join(clean_line(postcode).lower().split())


def numbers_in(typed: str) -> Iterator[str]:
    """Give the national digits of each number in a text such as "07700 900114 (sister), 020 7946 0101"."""
    for piece in NUMBER.findall(typed) or [typed]:
        found = national(digits(piece))
        if len(found) >= FEWEST_DIGITS:
            yield found


def national(figures: str) -> str:
    """Give a number without the country's code and its first 0: 0044 7700 900114 is 07700 900114."""
    for code in COUNTRY:
        if figures.startswith(code) and len(figures) >= len(code) + NATIONAL:
            return figures.removeprefix(code).removeprefix(TRUNK)
    return figures.removeprefix(TRUNK)
