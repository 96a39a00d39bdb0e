"""Finding a person again by what somebody types: a name in any spelling, a number, a postcode, a reference.

A search asks the index of keys once, whatever the size of the office, and looks closely at a few hundred clients at
most. It looks office-wide, or a second file would be begun for somebody another team knows; but what is outside the
reader's scope comes back as the mere word that something matched and whom to ask, and of somebody with whom the
reader has a conflict of interest not even that comes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from casework import sounds, tasks
from casework.context import acting
from casework.name_index import (
    FEWEST_DIGITS,
    HIGHEST,
    close_up,
    name_keys,
    national,
    numbers_in,
    phone_end_key,
    phone_key,
    postcode_key,
    word_key,
)
from casework.problems import Problem, RuleBroken
from casework.scope import hidden_from, office_wide
from casework.settings import office
from casework.text import clean_line, digits, name_key
from models import Case, Client, Conflict, Task, User, Worker, client_keys
from models.finding import LONGEST_KEY

CLOSELY = 300  # candidates that are looked at one by one
SHOWN = 20
FEWEST_LETTERS = 3  # from here on the beginning of a word is enough
POSTCODE = re.compile(r"[a-z]{1,2}[0-9][a-z0-9]?[0-9][a-z]{0,2}")
REFERENCE = re.compile(r"(CL-[0-9]{4}|[0-9]{2})-[0-9]{1,9}", re.IGNORECASE)
LIKELY = 0.98  # from here on a name may be the same one, so both are put side by side
MOST_LIKELY = 3
BEGUN = 0.97  # what the beginning of a name counts at least
TWO_AT_ONCE = 0.05  # name and number both fit
FULL_NAME = 2  # words
RUNNING = ("open", "on_hold", "closing")
KINDS = ("name", "sounds", "phone", "postcode", "reference")


class Typed(NamedTuple):
    """What was typed, read as the name, the digits of a number and the postcode that it may hold."""

    name: str
    number: str
    postcode: str


class Candidate(NamedTuple):
    """What the office-wide look reads of a client: enough to judge, never shown."""

    id: int
    name: str
    own_script: str | None
    phone: str | None
    postcode: str | None
    merged_into_id: int | None


class Hit(NamedTuple):
    """A candidate, how near it is, by what it was found, and whether that is more than a resemblance."""

    one: Candidate
    score: float
    by: tuple[str, ...]
    is_sure: bool


@dataclass(frozen=True)
class Match:
    """Somebody the reader may meet. `also` names the records that are the same person, `cases` run."""

    client: Client
    by: tuple[str, ...]
    score: float
    also: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a search gives. `elsewhere` says by what a file outside the reader's scope matched, no more."""

    matches: tuple[Match, ...] = ()
    exact: Case | Client | None = None  # its reference was typed, so there is nothing to choose
    elsewhere: tuple[str, ...] = ()
    ask: tuple[Worker, ...] = ()


def find(db: Session, words: str) -> Found:
    """Give what fits: by its reference the one record, else clients with the nearest first."""
    words = clean_line(words)
    if REFERENCE.fullmatch(words):
        return _by_reference(db, words.upper())
    return _found(db, _hits(db, read(words)), SHOWN)


def likely_same(db: Session, name: str, phone: str) -> Found:
    """Give the few clients who may be the person now being written down, and whether another team has one."""
    number = next(numbers_in(phone), "") if phone else ""
    hits = _hits(db, Typed(name, number, ""))
    return _found(db, [hit for hit in hits if hit.is_sure], MOST_LIKELY)


def read(words: str) -> Typed:
    """Read what was typed; a postcode is one only by itself."""
    if POSTCODE.fullmatch(close_up(words)):
        return Typed("", "", words)
    parts = words.split()
    name = " ".join(part for part in parts if any(sign.isalpha() for sign in part))
    number = digits(" ".join(part for part in parts if not any(sign.isalpha() for sign in part)))
    return Typed(name, number if len(number) >= FEWEST_DIGITS else "", "")


def ask_manager(db: Session, words: str) -> Task:
    """Leave a manager word that somebody looked for a person whose file another team has. Raises RuleBroken.

    It says what was looked for, nothing of what was found, and does so once a day.
    """
    found, who = find(db, words), acting(db)
    asker = tasks.whoever_acts(db)
    if not found.ask or not found.elsewhere or asker is None:
        raise RuleBroken([Problem("", "There is nothing to ask about: no file of another team fits, or no manager may "
                                  "speak of it.")])  # fmt: skip
    what = f"{asker.name} looked for “{clean_line(words)}”, and a file of another team may fit. Speak with both."
    asked = select(Task).where(Task.what == what, Task.owner_id == found.ask[0].id, Task.done_on.is_(None))
    return db.scalars(office_wide(asked)).first() or tasks.ask(
        db, found.ask[0], what, office(db).next_open_day(who.today),
        trace="Asked about today, or when the office next opens.",
    )  # fmt: skip


# By reference


def _by_reference(db: Session, ref: str) -> Found:
    model = Client if ref.startswith("CL") else Case
    mine = db.scalars(select(model).where(model.ref == ref)).one_or_none()
    if mine is not None:
        return Found(exact=mine)
    key = Client.id if model is Client else Case.client_id
    theirs = select(model.id, key).where(model.ref == ref, model.voided_reason.is_(None))
    theirs = theirs.where(or_(key.is_(None), key.not_in(hidden_from(acting(db)))))
    row = db.execute(office_wide(theirs)).one_or_none()
    if row is None:
        return Found()
    return Found(elsewhere=("reference",), ask=whom_to_ask(db, [row[1]] if row[1] else []))


# The index


def _hits(db: Session, typed: Typed) -> list[Hit]:
    """Look office-wide, past nobody's conflict of interest, and put what fits in order."""
    asked = _asked(typed)
    if not asked:
        return []
    counted = (
        select(client_keys.c.client_id, func.count().label("hits")).where(or_(*asked))
        .group_by(client_keys.c.client_id).order_by(func.count().desc(), client_keys.c.client_id).limit(CLOSELY)
        .subquery()
    )  # fmt: skip
    columns = [getattr(Client, name) for name in Candidate._fields]
    rows = select(*columns).join(counted, Client.id == counted.c.client_id).where(
        Client.voided_reason.is_(None), Client.id.not_in(hidden_from(acting(db))),
    )  # fmt: skip
    hits = (_judge(Candidate(*row), typed) for row in db.execute(office_wide(rows)))
    return sorted((hit for hit in hits if hit.by), key=lambda hit: (-hit.score, hit.one.name, hit.one.id))


def _asked(typed: Typed) -> list[ColumnElement[bool]]:
    """Give the questions to the index: the same words or sounds, the beginning of the last word, of a number."""
    asked: list[ColumnElement[bool]] = []
    words = name_key(typed.name).split()
    if words:
        asked.append(client_keys.c.key.in_(sorted(name_keys(typed.name))))
        if len(words[-1]) >= FEWEST_LETTERS:
            asked.append(_begins(word_key(words[-1])))
    if typed.number:
        asked += [_begins(phone_key(national(typed.number))), _begins(phone_end_key(typed.number))]
    if typed.postcode:
        asked.append(_begins(postcode_key(typed.postcode)))
    return asked


def _begins(beginning: str) -> ColumnElement[bool]:
    start = beginning[:LONGEST_KEY]
    return and_(client_keys.c.key >= start, client_keys.c.key < start + HIGHEST)


def _judge(one: Candidate, typed: Typed) -> Hit:
    names = [name for name in (one.name, one.own_script) if name]
    near = max((sounds.likeness(typed.name, name) for name in names), default=0.0)
    by = [] if not typed.name else _by_name(typed.name, names)
    is_same_name = bool(by) and near >= LIKELY and _is_telling(typed.name, names)
    held = list(numbers_in(one.phone or "")) if typed.number else []
    if any(number.startswith(national(typed.number)) or number.endswith(typed.number) for number in held):
        by.append("phone")
    if typed.postcode and one.postcode and close_up(one.postcode).startswith(close_up(typed.postcode)):
        by.append("postcode")
    score = max(near, BEGUN if by[:1] == ["name"] else 0.0) if typed.name else 1.0
    if typed.name and "phone" in by:
        score += TWO_AT_ONCE
    return Hit(one, score, tuple(by), is_same_name or national(typed.number) in held or "postcode" in by)


def _by_name(typed: str, names: Sequence[str]) -> list[str]:
    if any(_is_within(name_key(typed), name_key(name)) for name in names):
        return ["name"]
    return ["sounds"] if any(sounds.fits(typed, name) for name in names) else []


def _is_within(typed: str, name: str) -> bool:
    """Say whether each typed word is a word of the name, the last one perhaps only its beginning."""
    there = name.split()
    *whole, last = typed.split() or [""]
    return bool(last) and all(word in there for word in whole) and any(word.startswith(last) for word in there)


def _is_telling(typed: str, names: Sequence[str]) -> bool:
    """Say whether a whole name was typed; a first name alone fits somebody in every team."""
    return len(typed.split()) >= FULL_NAME or any(len(name.split()) == 1 for name in names)


# Within reach and outside it


def _found(db: Session, hits: Sequence[Hit], most: int) -> Found:
    """Keep apart what the reader may meet and what they may only know of. A merged record gives way to the kept."""
    wanted = {key for hit in hits for key in (hit.one.id, hit.one.merged_into_id) if key is not None}
    clients = _within_reach(db, wanted)
    matches: dict[int, Match] = {}
    outside: list[Hit] = []
    for hit in hits:
        shown = clients.get(hit.one.merged_into_id or 0) or clients.get(hit.one.id)
        if shown is not None:
            matches.setdefault(shown.id, Match(shown, hit.by, hit.score))
        elif hit.is_sure:
            outside.append(hit)
    told = {kind for hit in outside for kind in hit.by}
    return Found(
        _with_cases(db, list(matches.values())[:most]), elsewhere=tuple(kind for kind in KINDS if kind in told),
        ask=whom_to_ask(db, [hit.one.id for hit in outside]) if outside else (),
    )  # fmt: skip


def _within_reach(db: Session, ids: Iterable[int]) -> dict[int, Client]:
    rows = select(Client).where(Client.id.in_(list(ids)))
    loaded = rows.options(joinedload(Client.area), joinedload(Client.language), joinedload(Client.merged_into))
    return {one.id: one for one in db.scalars(loaded)} if ids else {}


def whom_to_ask(db: Session, clients: Sequence[int]) -> tuple[Worker, ...]:
    """Give the managers who may speak of these files: none who has a conflict of interest with one of them."""
    kept = select(Client.merged_into_id).where(Client.id.in_(clients), Client.merged_into_id.is_not(None))
    beside = select(Client.id).where(or_(Client.merged_into_id.in_(clients), Client.merged_into_id.in_(kept)))
    file = Conflict.client_id
    barred = select(Conflict.worker_id).where(or_(file.in_(clients), file.in_(kept), file.in_(beside)))
    managers = select(Worker).join(User, User.worker_id == Worker.id).where(
        User.role == "manager", User.active, Worker.active, Worker.id.not_in(barred),
    )  # fmt: skip
    return tuple(db.scalars(office_wide(managers.order_by(Worker.name))))


def _with_cases(db: Session, matches: Sequence[Match]) -> tuple[Match, ...]:
    """Put with each match the cases that run, those of the records that are the same person too."""
    if not matches:
        return ()
    ids = [match.client.id for match in matches]
    merged = db.execute(select(Client.id, Client.ref, Client.merged_into_id).where(Client.merged_into_id.in_(ids)))
    others: dict[int, list[tuple[int, str]]] = {}
    for key, ref, kept in merged:
        others.setdefault(kept, []).append((key, ref))
    cases = _running(db, [*ids, *(key for records in others.values() for key, _ref in records)])
    return tuple(_filled(match, others.get(match.client.id, []), cases) for match in matches)


def _filled(match: Match, others: Sequence[tuple[int, str]], cases: Mapping[int | None, Sequence[Case]]) -> Match:
    keys = (match.client.id, *(key for key, _ref in others))
    return replace(
        match, also=tuple(ref for _key, ref in others), cases=tuple(case for key in keys for case in cases.get(key, ()))
    )


def _running(db: Session, clients: Iterable[int]) -> dict[int | None, list[Case]]:
    """Give the cases of these clients that run and that the reader may meet, the latest first."""
    of_them = select(Case).where(Case.client_id.in_(list(clients)), Case.status.in_(RUNNING))
    found: dict[int | None, list[Case]] = {}
    for case in db.scalars(of_them.order_by(Case.id.desc()).options(joinedload(Case.lead))):
        found.setdefault(case.client_id, []).append(case)
    return found
