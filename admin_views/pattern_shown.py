"""What the page of the patterns prints, as plain values: each proposal with its words, bars, cases and buttons."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import pages
from admin_views.own_case import page_of as page_of_case
from casework.datetext import short
from casework.patterns import Proposal, Radar
from casework.radar import APART, Look
from casework.radar_words import looked_at, number_in_words
from models import Pattern
from models.fields import Sensitivity

TALL, WIDE = 40, 10  # of the drawing: its height, and the width of one bar with its gap


@dataclass(frozen=True)
class Bar:
    """One stretch of time: how many clients, and where its bar stands."""

    x: float
    y: float
    height: float
    number: int
    of: int
    words: str
    is_now: bool


@dataclass(frozen=True)
class Drawing:
    """Bars from the oldest to now, and the height of what was to be expected."""

    bars: tuple[Bar, ...]
    width: int
    expected_y: float
    expected: str


@dataclass(frozen=True)
class Shown:
    """One proposal. `id` tells its part of the page; a button without an address is not there."""

    id: str
    key: str
    title: str
    what: str
    expected: str
    chance: str
    beside: str
    drawing: Drawing | None
    cases: tuple[pages.Link, ...]
    unseen: str
    again: str
    issue_url: str
    dismiss_url: str
    reason: str = ""
    problem: str = ""


def shown(role: str, place: int, one: Proposal, problem: tuple[str, str, str]) -> Shown:
    """Give one proposal as this role sees it. `problem`: of which proposal, what was typed, what is wrong."""
    key, reason, fault = problem
    told, is_wrong = one.told, key == one.key
    return Shown(
        f"pattern-{place}", one.key, told.title, told.what, told.expected, told.chance, told.beside,
        _drawing(one.found.look), tuple(pages.Link(_label(case), page_of_case(role, case)) for case in one.cases),
        _unseen(one), _again(one.before), url_for(f"patterns.{role}_issue") if one.cases else "",
        url_for("patterns.manager_dismiss") if role == "manager" else "",
        reason if is_wrong else "", fault if is_wrong else "",
    )  # fmt: skip


def _label(case: object) -> str:
    return case.label(Sensitivity.SPECIAL)  # type: ignore[attr-defined]


def _unseen(one: Proposal) -> str:
    if not one.unseen:
        return ""
    return ngettext(
        "%(num)s further case is in a file that you do not open.",
        "%(num)s further cases are in files that you do not open.", one.unseen,
    )  # fmt: skip


def _again(before: Pattern | None) -> str:
    if before is None:
        return ""
    words = _("an issue was made of it") if before.status == "issue" else _("“%(why)s”", why=before.reason)
    return _(
        "Proposed again, since it has grown: on %(day)s there were %(number)s clients, and the answer was: %(words)s",
        day=short(before.decided_on), number=before.clients, words=words,
    )  # fmt: skip


def _drawing(look: Look) -> Drawing | None:
    """Draw the stretches of the past and the window; None where there is no past."""
    if look.kind == APART:
        return None
    numbers = list(zip(look.met, look.of, strict=True))[::-1]
    tallest = max(*(number for number, _of in numbers), look.expected, 1)
    return Drawing(
        tuple(_bar(place, number, of, len(numbers), look.days, tallest) for place, (number, of) in enumerate(numbers)),
        WIDE * len(numbers), _y(look.expected, tallest), number_in_words(look.expected),
    )  # fmt: skip


def _bar(place: int, number: int, of: int, bars: int, days: int, tallest: float) -> Bar:
    back = bars - 1 - place
    words = _("Now") if back == 0 else _("%(days)s days before", days=back * days)
    y = _y(number, tallest)
    return Bar(place * WIDE + 1, y, round(TALL - y, 2), number, of, words, back == 0)


def _y(number: float, tallest: float) -> float:
    return round(TALL * (1 - number / tallest), 2)


@dataclass(frozen=True)
class Answer:
    """One proposal that was answered and has not grown."""

    title: str
    second: str
    link: pages.Link | None
    back_url: str


def answer(role: str, one: Pattern) -> Answer:
    second = (
        _("An issue since %(day)s", day=short(one.decided_on))
        if one.status == "issue"
        else _("Not a pattern, since %(day)s: %(why)s", day=short(one.decided_on), why=one.reason)
    )
    link = (
        pages.Link(one.issue.title, url_for(f"{role}_issue.details_view", id=one.issue.id)) if one.issue else None
    )  # fmt: skip
    back = url_for("patterns.manager_back", id=one.id) if role == "manager" else ""
    return Answer(one.title, second, link, back)


def lead(radar: Radar) -> str:
    """Say how much was looked at, and over which time."""
    return _("%(looks)s looks over the last two and four months.", looks=f"{radar.scan.looks:,}")


def what(radar: Radar) -> str:
    return looked_at(radar.families)
