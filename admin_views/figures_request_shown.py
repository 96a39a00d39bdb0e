"""A request for figures in plain values for its pages: the questions offered, how it stands, theirs beside ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from admin_views import pages, shown
from admin_views.scorecard_shown import percent
from casework import figures_requests as asking
from casework.context import acting
from casework.datetext import short, without_weekday
from casework.figures_compared import Compared, compared
from casework.figures_gaps import Own, Raised
from exports.figures_compared import outside
from models import FiguresRequest
from models.declared import by_key
from models.figures_requests import FIGURES_STEPS

STATE_SHAPES = {"draft": "note", "answered": "ok", "in_part": "soon", "refused": "late", "no_answer": "late"}


@dataclass(frozen=True)
class Offered:
    """One question with its tick box, our own number and rule, and the gap that raises it."""

    box: Any
    text: str
    counted: str
    why: str
    ours: str


@dataclass(frozen=True)
class Beside:
    """One line of the table: their answer, ours, the share or why there is none, and ours as it may be printed."""

    question: str
    theirs: str
    ours: str
    rule: str
    share: str
    why_not: str
    printed: str
    printed_share: str
    printed_why_not: str
    note: str


@dataclass(frozen=True)
class FiguresPage:
    heading: str
    lead: str
    above: pages.Link
    badge: pages.Badge
    due: pages.Badge | None
    clocks: tuple[tuple[str, str, str], ...]  # what it is, the day, the trace
    facts: tuple[pages.Fact, ...]
    offers: tuple[str, ...]
    questions: tuple[tuple[int, str, str, str], ...]  # number, text, what it is counted in, why we ask
    beside: tuple[Beside, ...]
    is_draft: bool
    is_over: bool
    can_send: bool
    can_have_letter: bool


def offered(boxes: Sequence[Any], found: Sequence[Raised]) -> list[Offered]:
    """Put each question beside its tick box; both stand in one order."""
    return [
        Offered(box, one.question.text, _counted(one.question.unit, one.question.breakdown), one.why, _ours(one))
        for box, one in zip(boxes, found, strict=True)
    ]


def _counted(unit: str, breakdown: str | None) -> str:
    words = _("Counted in: %(unit)s.", unit=unit)
    return " ".join(filter(None, (words, _("By: %(what)s.", what=breakdown) if breakdown else "")))


def _ours(one: Raised) -> str:
    if not one.question.ours:
        return _("We keep no such number.")
    if one.ours is None:
        return _("Ours: not known yet (%(rule)s).", rule=one.rule)
    return _("Ours: %(number)s (%(rule)s).", number=f"{one.ours:,}", rule=one.rule)


def times(options: Iterable[Any], chosen: str, own_url: str) -> list[pages.MenuItem]:
    """Give the times to choose from, as ways to the same page: our numbers are counted anew for each."""
    return [pages.MenuItem(str(one.label), f"{own_url}&period={one.value}", one.value == chosen) for one in options]


def before(role: str, several: Iterable[FiguresRequest]) -> list[tuple[pages.Link, str]]:
    """Give the earlier requests to a body, with how each stands."""
    return [
        (pages.Link(str(asking.period_of(one)), url_for(f"figures_request.{role}", id=one.id)), state_words(one))
        for one in several
    ]


def state_words(asked: FiguresRequest) -> str:
    return _(by_key(FiguresRequest)["status"].info.choice_label(asked.status))


def steps_open(asked: FiguresRequest, following: Iterable[asking.NextStep], today: date) -> list[str]:
    """Give what may be written down now, in the order in which it is likely."""
    steps = [word for word in FIGURES_STEPS[asked.status] if word != "sent"]
    if asked.due_on is None or asked.due_on >= today:
        steps = [word for word in steps if word != "no_answer"]
    more = [one.act for one in following]
    if asked.review_asked_on is not None and asked.reviewed_on is None:
        more = ["reviewed", *more]
    last = [word for word in steps if word == "withdrawn"]
    return [*(word for word in steps if word != "withdrawn"), *more, *last]


def page_of(db: Session, role: str, asked: FiguresRequest, own: Own, *, can_send: bool) -> FiguresPage:
    """Give the page of one request."""
    rows = compared(asked, own)
    state = pages.Badge(state_words(asked), STATE_SHAPES.get(asked.status, "note"))
    return FiguresPage(
        heading=_("Their figures: %(agency)s", agency=asked.agency.name), lead=_lead(asked),
        above=pages.Link(asked.agency.name, url_for(f"{role}_agency.details_view", id=asked.agency_id)),
        badge=state, due=_due(db, asked), clocks=tuple(_clocks(asked)), facts=tuple(_facts(asked)),
        offers=tuple(_offer(one) for one in asking.next_steps(db, asked)),
        questions=tuple((place, one.text, _counted(one.unit, one.breakdown), one.why or "")
                        for place, one in enumerate(asked.questions, 1)),
        beside=tuple(_beside(rows, outside(db, rows, own))) if has_answers(asked) else (),
        is_draft=asked.status == "draft", is_over=asked.status == "withdrawn",
        can_send=can_send, can_have_letter=can_send and asked.status != "withdrawn",
    )  # fmt: skip


def has_answers(asked: FiguresRequest) -> bool:
    """Say whether there is something to lay beside ours, or to type in."""
    return asked.status in asking.ANSWERS or any(one.said is not None for one in asked.questions)


def _lead(asked: FiguresRequest) -> str:
    number = ngettext("%(num)s question", "%(num)s questions", len(asked.questions))
    law = (_("under the Freedom of Information Act") if asking.is_bound(asked.agency)
           else _("by courtesy: the Act does not bind them"))  # fmt: skip
    who = _("seen to by %(who)s", who=asked.owner.name) if asked.owner is not None else ""
    return " · ".join(filter(None, (str(asking.period_of(asked)), number, law, who)))


def _due(db: Session, asked: FiguresRequest) -> pages.Badge | None:
    day, today = asking.day_owed(asked), acting(db).today
    waits = asked.status in asking.AWAITED if asked.review_asked_on is None else asked.reviewed_on is None
    return shown.due_badge(day, today, short(day)) if day is not None and waits else None


def _clocks(asked: FiguresRequest) -> Iterable[tuple[str, str, str]]:
    if asked.due_on is not None:
        yield _("Answer due"), without_weekday(asked.due_on), asked.due_trace or ""
    if asked.review_due is not None:
        yield _("Review due"), without_weekday(asked.review_due), asked.review_trace or ""


def _facts(asked: FiguresRequest) -> Iterable[pages.Fact]:
    keys = ("sent_on", "acknowledged_on", "answered_on", "exemption", "review_asked_on", "reviewed_on",
            "review_outcome", "commissioner_on")  # fmt: skip
    for key in keys:
        field = by_key(FiguresRequest)[key]
        cell = shown.cell(field, asked, field.info.sensitivity)
        if cell.text:
            yield pages.Fact(_(field.info.label), cell)


def _offer(one: asking.NextStep) -> str:
    words = {"review": _("Ask for an internal review."), "commissioner": _("Ask the Information Commissioner.")}
    by = _("By %(day)s.", day=without_weekday(one.by)) if one.by is not None else ""
    return " ".join(filter(None, (words[one.act], _(one.why), by)))


def _beside(rows: Iterable[Compared], printed: dict[str, str]) -> Iterable[Beside]:
    for one in rows:
        question = one.question
        said = by_key(type(question))["said"].info.choice_label(question.said)
        theirs = f"{question.answer:,}" if question.answer is not None else _or_nothing(said)
        on_paper = printed.get(one.key, "")
        is_hidden = not on_paper.isdecimal() and one.ours is not None
        share, why = percent(one.share) if one.share is not None else "", _or_nothing(one.why_not)
        yield Beside(
            question.text, theirs, f"{one.ours:,}" if one.ours is not None else "", _or_nothing(one.rule), share, why,
            _or_nothing(on_paper), "" if is_hidden else share,
            _("Ours is not printed.") if is_hidden and question.said == "number" else why, question.note or "",
        )  # fmt: skip


def _or_nothing(words: str) -> str:
    return _(words) if words else ""
