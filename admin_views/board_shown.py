"""The matching board as plain values for its template: a need, who is asked, whom to ask and why not the others.

What stands here may be read by a coordinator: reference, borough, language, wishes, access needs, time. Never a name
or an address of a client, and of a conflict only that it is not this person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import details, pages, shown
from admin_views.db import db
from casework import board
from casework.calendar import local
from casework.context import acting
from casework.datetext import short
from casework.interpreters import sentence
from casework.matching import WHO, Answer, amount
from casework.travel import AT_OFFICE
from models import LanguageOffer, LanguageRequest
from models.declared import by_key

SOFT_WORDS = {
    "dialect": "another dialect", "papers": "papers that run out", "continuity": "somebody else knows the family",
    "check": "no fresh check", "training": "training that has run out",
    "level": "knows it less well", "least used": "asked more often", "distance": "comes from further away",
    "turn": "the order of names",
}  # fmt: skip
STATES = {"invited": "soon", "accepted": "ok", "declined": "note"}


@dataclass(frozen=True)
class Candidate:
    """One person: `why` speaks for them, `against` are sentences. `needs_reason` where a soft rule is passed over."""

    id: int
    name: str
    level: str
    why: str = ""
    against: str = ""
    needs_reason: bool = False


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked, with their answer so far."""

    id: int
    name: str
    badge: pages.Badge
    state: str
    note: str = ""


@dataclass(frozen=True)
class Wrong:
    """What was typed and refused, to be shown again at its own box."""

    request: int
    worker: int
    text: str
    words: str


@dataclass(frozen=True)
class NeedCard:
    """One need on the board."""

    id: int
    heading: str
    lead: str
    ref: pages.Link
    badge: pages.Badge
    asked: tuple[Asked, ...]
    first: tuple[Candidate, ...]
    put_back: tuple[Candidate, ...]
    refused: tuple[Candidate, ...]
    silent: str
    lost: str
    url: str


@dataclass(frozen=True)
class HandCard:
    """Written work that somebody does."""

    id: int
    heading: str
    lead: str
    badge: pages.Badge


def need_card(role: str, line: board.Line) -> NeedCard:
    """Give one need with everything that its card says."""
    request, found = line.request, line.suggestion
    return NeedCard(
        id=request.id, heading=heading(request), lead=lead(request), ref=ref(role, request),
        badge=_badge(line), asked=tuple(_asked(one) for one in line.asked),
        first=tuple(_candidate(one) for one in found.first),
        put_back=tuple(_candidate(one) for one in found.put_back),
        refused=tuple(_candidate(one) for one in found.refused), silent=_silent(found.silent),
        lost=_lost(found.lost) if not found.first else "",
        url=details.url_of(role, request) or "",
    )  # fmt: skip


def heading(request: LanguageRequest) -> str:
    """Give "Sylheti, spoken, a woman"."""
    mode = _(by_key(LanguageRequest)["mode"].info.choice_label(request.mode)).lower()
    gender = _(WHO[request.gender]) if request.gender in WHO else ""
    return ", ".join(filter(None, (request.language.name, mode, gender)))


def lead(request: LanguageRequest) -> str:
    """Give when, what kind and where, with what the client needs; never who it is."""
    return " · ".join(_lead(request))


def _lead(request: LanguageRequest) -> Iterator[str]:
    meeting = request.appointment
    if meeting is not None:
        begins, ends = local(meeting.starts_at), local(meeting.ends_at)
        yield f"{near(begins.date())}, {begins:%H:%M}–{ends:%H:%M}"
        yield _(type(meeting).kind.info["field"].choice_label(meeting.kind)).lower()
        if meeting.kind != AT_OFFICE:  # the borough is the client's, and nobody goes there
            yield meeting.area.name if meeting.area is not None else _("borough not known")
        if meeting.step_free:
            yield _("step-free needed")
    elif request.due_on is not None:
        yield ngettext("1 page", "%(num)s pages", request.pages) if request.pages else _("length not known")
        yield _("by %(day)s", day=near(request.due_on))
    if request.dialect:
        yield _("dialect: %(dialect)s", dialect=request.dialect)


def near(day: date) -> str:
    """Give "Tue 24 Nov"; the year only where it is another one."""
    return short(day).removesuffix(f" {acting(db.session).today.year}")


def ref(role: str, request: LanguageRequest) -> pages.Link:
    """Give the case by its reference, with its page where the role has one."""
    case = request.case
    return pages.Link(case.ref if case is not None else _("another team's case"), details.url_of(role, case) or "")


def _badge(line: board.Line) -> pages.Badge:
    request = line.request
    if board.moment_of(request) < acting(db.session).now:
        return pages.Badge(_("It is over"), "late")
    if any(one.status == "invited" for one in line.asked):
        return pages.Badge(_("Asked, no answer yet"), "soon")
    return ask_badge(request)


def ask_badge(request: LanguageRequest) -> pages.Badge:
    """Give by when somebody is to be asked."""
    today, by = acting(db.session).today, board.ask_by(db.session, request)
    if board.moment_of(request) < acting(db.session).now:
        return pages.Badge(_("It is over"), "late")
    if by < today:
        return pages.Badge(_("Ask now"), "late")
    return pages.Badge(_("Ask today") if by == today else _("By %(day)s", day=near(by)),
                       "soon" if by == today else "note", "calendar" if by > today else "")  # fmt: skip


def _asked(offer: LanguageOffer) -> Asked:
    words = _(by_key(LanguageOffer)["status"].info.choice_label(offer.status))
    note = _("Asked although: %(rules)s. %(reason)s", rules=soft_words(offer.passed_over), reason=offer.reason) \
        if offer.passed_over else ""  # fmt: skip
    return Asked(offer.worker_id, offer.worker.name, pages.Badge(words, STATES[offer.status]), offer.status, note)


def soft_words(rules: str | None) -> str:
    """Give the soft rules that were passed over, in words."""
    return ", ".join(_(SOFT_WORDS.get(rule, rule)) for rule in (rules or "").split(", "))


def _candidate(answer: Answer) -> Candidate:
    level, *why = answer.why or ("",)
    against = answer.hard or tuple(one.words for one in answer.soft)
    return Candidate(
        answer.person.key, answer.person.name, level if not answer.hard else "", "; ".join(why),
        " ".join(sentence(words) for words in against), bool(answer.soft) and not answer.hard,
    )  # fmt: skip


def _silent(count: int) -> str:
    return ngettext("One other person does not know the language.", "%(num)s others do not know the language.", count) \
        if count else ""  # fmt: skip


def _lost(lost: dict[str, list[str]]) -> str:
    """Say who is lost by which soft rule, where nobody is left to ask."""
    parts = [f"{', '.join(names)} ({_(SOFT_WORDS[rule])})" for rule, names in lost.items()]
    words = _("A soft rule holds back %(who)s. You can pass over it with a reason.", who="; ".join(parts))
    return words if parts else ""


def hand_card(request: LanguageRequest) -> HandCard:
    """Give one piece of written work that somebody has taken on."""
    today, due = acting(db.session).today, request.due_on
    assert due is not None
    who = request.worker.name if request.worker is not None else ""
    return HandCard(
        request.id, heading(request), " · ".join((who, lead(request), request.case.ref)),
        shown.due_badge(due, today, near(due)),
    )  # fmt: skip


def months(role: str, found: board.Board) -> list[tuple[str, str, str]]:
    """Give who gave how much this month: name, address of their page, words."""
    return [
        (worker.name, details.url_of(role, worker) or "", _month_words(number, amount(spent), worker.hours_a_month))
        for worker, number, spent in found.months
    ]


def _month_words(number: int, hours: str, most: int | None) -> str:
    visits = ngettext("1 visit", "%(num)s visits", number)
    if most is None:
        spent = _("1 hour") if hours == "1" else _("%(hours)s hours", hours=hours)
        return f"{visits}, {spent}"
    return _("%(visits)s, %(hours)s of %(most)s hours", visits=visits, hours=hours, most=most)
