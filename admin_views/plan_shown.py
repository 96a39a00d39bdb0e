"""A plan as the page shows it: steps with their state in words, who acts, how the client stands, older versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views import pages, shown
from admin_views.case_reads import has, once
from admin_views.db import db
from casework.calendar import local
from casework.context import acting
from casework.datetext import short
from casework.who_acts import ACTING, by_themselves, who_acts
from models import Case, Plan, PlanStep
from models.declared import by_key

STATE_SHAPES = {"done": "ok", "todo": "ring", "dropped": "cross"}
PLACES = {"todo": 0, "done": 1, "dropped": 2}
PERCENT = 100


@dataclass(frozen=True)
class StepShown:
    """One step: what, its state as a shape and a word, the line under it, and what may be done with it."""

    id: int
    what: str
    shape: str
    state: str
    second: str
    badge: pages.Badge | None = None
    said: str = ""
    notes: tuple[str, ...] = ()
    is_todo: bool = False


@dataclass(frozen=True)
class Piece:
    """One piece of a bar, from `start` on, both in hundredths; `kind` chooses its fill."""

    kind: str
    start: float
    width: float


@dataclass(frozen=True)
class MonthShown:
    label: str
    counts: tuple[int, ...]
    total: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class WhoActs:
    """Who took the steps, month by month; `words` sums it up with the interval."""

    actors: tuple[tuple[str, str], ...]
    months: tuple[MonthShown, ...]
    words: str


@dataclass(frozen=True)
class VersionShown:
    heading: str
    steps: tuple[StepShown, ...]


def versions_of(case: Case) -> list[Plan]:
    """Give every version with its steps, the newest first, in few statements however many there are."""
    return once("plans", case, lambda: _versions(case)) if has(case, Plan) else []


def _versions(case: Case) -> list[Plan]:
    steps = selectinload(Plan.steps)
    statement = (
        select(Plan)
        .where(Plan.case_id == case.id)
        .order_by(Plan.number.desc())
        .options(joinedload(Plan.language), steps.joinedload(PlanStep.agency), steps.joinedload(PlanStep.result),
                 steps.selectinload(PlanStep.tags))
    )  # fmt: skip
    return list(db.session.scalars(statement))


def words_of(plan: Plan) -> str:
    """Give how a version stands: "Version 2, agreed Tue 20 Oct 2026 in Sylheti, copy given"."""
    if plan.agreed_on is None:
        return _("Version %(number)s, not agreed yet", number=plan.number)
    words = _("Version %(number)s, agreed %(day)s", number=plan.number, day=short(plan.agreed_on))
    if plan.language is not None:
        words = _("%(words)s in %(language)s", words=words, language=plan.language.name)
    return _("%(words)s, copy given", words=words) if plan.copy_given else words


def step_shown(step: PlanStep, today: date) -> StepShown:
    labels = by_key(PlanStep)
    waits = step.is_todo and step.due_on is not None
    return StepShown(
        id=step.id, what=step.what, shape=STATE_SHAPES[step.state] if step.is_chosen else STATE_SHAPES["dropped"],
        state=_(labels["state"].info.choice_label(step.state)) if step.is_chosen else _("Declined"),
        second=second_line(step),
        badge=shown.due_badge(step.due_on, today, short(step.due_on)) if waits and step.due_on <= today else None,
        said=step.instruction or "", is_todo=step.is_todo,
        notes=tuple(filter(None, (
            _(labels["task"].info.choice_label(step.task)),
            ", ".join(tag.words for tag in step.tags),
            step.result.words if step.result is not None else "",
            _("Dropped: %(why)s", why=step.dropped_reason) if step.dropped_reason else "",
        ))),
    )  # fmt: skip


def second_line(step: PlanStep) -> str:
    """Give who acts and when: "Client, done Mon 2 Nov 2026", "Caseworker, by Tue 24 Nov 2026"."""
    who = _(by_key(PlanStep)["actor"].info.choice_label(step.actor))
    if step.agency is not None:
        who = f"{who}, {step.agency.name}"
    if not step.is_chosen:
        return who
    if step.done_on is not None:
        return _("%(who)s \u00b7 done %(day)s", who=who, day=short(step.done_on))
    if step.state == "dropped":
        return _("%(who)s \u00b7 dropped", who=who)
    if step.due_on is None:
        return _("%(who)s \u00b7 not dated", who=who)
    return _("%(who)s \u00b7 by %(day)s", who=who, day=short(step.due_on))


def in_order(steps: Iterable[PlanStep]) -> list[PlanStep]:
    """Give what is to do first, by its day; then what is done, the latest first; dropped steps last."""
    return sorted(steps, key=lambda one: (PLACES[one.state], _days(one), one.id))


def _days(step: PlanStep) -> int:
    """Give what puts steps of one state in order: the nearest day first, the latest done first."""
    if step.done_on is not None:
        return -step.done_on.toordinal()
    return (step.due_on or date.max).toordinal()


def version_shown(plan: Plan, today: date) -> VersionShown:
    heading = words_of(plan)
    if plan.superseded_on is not None:
        heading = _("%(words)s; replaced %(day)s", words=heading, day=short(plan.superseded_on))
    return VersionShown(heading, tuple(step_shown(step, today) for step in plan.steps))


def who_acts_shown(case: Case, plan: Plan | None) -> WhoActs | None:
    """Give the share of steps by who took them; nothing before the first one is done."""
    opened = case.opened_on or local(case.first_contact_at).date()
    months = who_acts([step for step in plan.steps if step.is_chosen], opened) if plan is not None else []
    if not months:
        return None
    labels = by_key(PlanStep)["actor"].info
    return WhoActs(
        actors=tuple((actor, _(labels.choice_label(actor))) for actor in ACTING),
        months=tuple(
            MonthShown(_("Month %(number)s, from %(day)s", number=one.number, day=short(one.first)), one.counts,
                       one.total, _pieces(one.counts, one.total))
            for one in months
        ),
        words=_share_words(months),
    )  # fmt: skip


def _pieces(counts: tuple[int, ...], total: int) -> tuple[Piece, ...]:
    made, start = [], 0.0
    for actor, count in zip(ACTING, counts, strict=True):
        width = PERCENT * count / total
        if count:
            made.append(Piece(actor, round(start, 2), round(width, 2)))
        start += width
    return tuple(made)


def _share_words(months: list[Any]) -> str:
    share = by_themselves(months)
    low, high = share.interval or (0.0, 1.0)
    words = ngettext(
        "%(count)s of 1 step taken by the client, alone or with us.",
        "%(count)s of %(num)s steps taken by the client, alone or with us.", share.total, count=share.count,
    )  # fmt: skip
    return _("%(words)s With so few steps the true share may lie between %(low)s and %(high)s %%.",
             words=words, low=round(PERCENT * low), high=round(PERCENT * high))  # fmt: skip


def today() -> date:
    return acting(db.session).today
