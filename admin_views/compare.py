"""Puts what was typed beside records that may be the same person, and says line by line what agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from casework import sounds
from casework.datetext import without_weekday
from casework.name_index import close_up, numbers_in
from casework.text import name_key
from models import Area, Client, Language

SAME, CLOSE, DIFFERS, UNKNOWN = "same", "close", "differs", "ring"  # also the shape before the word
INWARD = 3  # characters after the blank of a postcode


@dataclass(frozen=True)
class Facts:
    """What is known of somebody who is being written down, or of a record."""

    name: str = ""
    own_script: str = ""
    date_of_birth: date | None = None
    phone: str = ""
    postcode: str = ""
    language: Language | None = None
    area: Area | None = None


@dataclass(frozen=True)
class Mark:
    """How one value compares: its shape, which also chooses the colour, and its word."""

    shape: str
    text: str


@dataclass(frozen=True)
class Line:
    """One question; `typed` and the first of each pair are values in words, empty where nothing is known."""

    label: str
    typed: str
    cells: tuple[tuple[str, Mark], ...]
    own_script: bool = False


@dataclass(frozen=True)
class Table:
    """The lines, and for each record in one sentence how many agree."""

    lines: tuple[Line, ...]
    told: tuple[str, ...]


def facts_of(client: Client) -> Facts:
    return Facts(
        client.name, client.own_script or "", client.date_of_birth, client.phone or "", client.postcode or "",
        client.language, client.area,
    )  # fmt: skip


def table(typed: Facts, clients: Sequence[Client]) -> Table:
    """Compare; a question to which nobody has an answer is left out."""
    others = [facts_of(client) for client in clients]
    lines = tuple(line for line in _lines(typed, others) if line.typed or any(text for text, _mark in line.cells))
    told = tuple(_told(clients[place], [line.cells[place][1].shape for line in lines]) for place in range(len(others)))
    return Table(lines, told)


def _told(client: Client, shapes: Sequence[str]) -> str:
    words = [
        ngettext("%(num)s the same", "%(num)s the same", shapes.count(SAME)) if SAME in shapes else "",
        ngettext("%(num)s close", "%(num)s close", shapes.count(CLOSE)) if CLOSE in shapes else "",
        ngettext("%(num)s differs", "%(num)s differ", shapes.count(DIFFERS)) if DIFFERS in shapes else "",
    ]
    return f"{client.ref}: {', '.join(word for word in words if word) or _('nothing to compare')}"


def _lines(typed: Facts, others: Sequence[Facts]) -> Iterator[Line]:
    for label, words, judge in QUESTIONS:
        mine = words(typed)
        cells = tuple((words(one), _mark(mine, words(one), judge)) for one in others)
        yield Line(str(label), mine, cells, own_script=words is _own_script)


def _mark(one: str, other: str, judge: Callable[[str, str], Mark | None]) -> Mark:
    if not one or not other:
        return Mark(UNKNOWN, _("Not known"))
    return judge(one, other) or Mark(DIFFERS, _("Differs"))


def _same() -> Mark:
    return Mark(SAME, _("Same"))


def _names(one: str, other: str) -> Mark | None:
    if name_key(one) == name_key(other):
        return _same()
    return Mark(CLOSE, _("Sounds alike")) if sounds.fits(one, other) or sounds.fits(other, one) else None


def _phones(one: str, other: str) -> Mark | None:
    return _same() if set(numbers_in(one)) & set(numbers_in(other)) else None


def _postcodes(one: str, other: str) -> Mark | None:
    first, second = close_up(one), close_up(other)
    if first == second:
        return _same()
    return Mark(CLOSE, _("Begins the same")) if first[:-INWARD] == second[:-INWARD] else None


def _births(one: str, other: str) -> Mark | None:
    if one == other:
        return _same()
    return Mark(CLOSE, _("Same year")) if one.rsplit(maxsplit=1)[-1] == other.rsplit(maxsplit=1)[-1] else None


def _words(one: str, other: str) -> Mark | None:
    return _same() if one == other else None


def _own_script(facts: Facts) -> str:
    return facts.own_script


def _born(facts: Facts) -> str:
    return without_weekday(facts.date_of_birth) if facts.date_of_birth else ""


QUESTIONS: tuple[tuple[object, Callable[[Facts], str], Callable[[str, str], Mark | None]], ...] = (
    (_l("Name"), lambda facts: facts.name, _names),
    (_l("Own script"), _own_script, _names),
    (_l("Date of birth"), _born, _births),
    (_l("Phone"), lambda facts: facts.phone, _phones),
    (_l("Postcode"), lambda facts: facts.postcode, _postcodes),
    (_l("Language"), lambda facts: str(facts.language or ""), _words),
    (_l("Borough"), lambda facts: str(facts.area or ""), _words),
)
