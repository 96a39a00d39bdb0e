"""What the board of a review prints, as plain values: its numbers, its cases with why, its workload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import call_parts, details, pages
from admin_views.db import db
from casework import reviews
from casework.datetext import short, without_weekday
from casework.periods import months_in_words
from casework.review_figures import Numbers, Picture
from models import Review, ReviewEntry
from models.fields import Sensitivity

LOAD = ("cases", "visits", "calls", "incidents")


@dataclass(frozen=True)
class BigNumber:
    """One of the five numbers, with last period's beside it and how it is counted."""

    name: str
    number: str
    before: str
    counted: str


@dataclass(frozen=True)
class Told:
    """One case on the board: where it is, why it is talked through, and how it stands."""

    id: int
    ref: str
    label: str
    url: str | None
    why: tuple[str, ...]
    second: str
    is_written: bool
    note: str
    step: str
    marks: str
    case_id: int


def title(review: Review) -> str:
    return months_in_words(reviews.period_of(review))


def lead(review: Review, without: int, listed: int) -> str:
    """Give "Due Mon 2 Nov 2026 · chair Devi R · 29 of 41 open cases talked through"."""
    chair = _("chair %(who)s", who=review.chair.name) if review.chair is not None else ""
    if review.status == "scheduled":
        return _("Due %(day)s", day=short(review.due_on))
    if review.held_on is not None:
        held = _("Completed %(day)s", day=short(review.held_on))
        return " · ".join(filter(None, (held, chair, ngettext("%(num)s case", "%(num)s cases", listed))))
    done = _("%(done)s of %(listed)s open cases have an entry", done=listed - without, listed=listed)
    return " · ".join(filter(None, (_("Due %(day)s", day=short(review.due_on)), chair, done)))


def big_numbers(told: Picture) -> tuple[BigNumber, ...]:
    now, before = told.numbers, told.before
    return (
        BigNumber(_("New cases"), str(now.new), _before(before.new), _("Opened in the period.")),
        BigNumber(_("Open at the end"), str(now.open), _before(before.open),
                  _("Opened by the last day of the period and not closed by then.")),
        BigNumber(_("Closed with agreement"), str(now.closed), _before(before.closed),
                  _("Closed in the period with the client's agreement; %(all)s closed in all.", all=now.closed_all)),
        BigNumber(_("After-care calls due"), str(now.aftercare), _before(before.aftercare),
                  _("Due in the period: %(made)s made, %(late)s late.", made=now.aftercare_made,
                    late=now.aftercare_late)),
        BigNumber(_("Answered in time"), _share(now), _("was %(share)s", share=_share(before)),
                  _("Letters and messages whose day lay in the period: %(met)s of %(all)s by that day.",
                    met=now.answered, all=now.answered_of)),
    )  # fmt: skip


def _before(number: int) -> str:
    return _("was %(number)s", number=number)


def _share(numbers: Numbers) -> str:
    return f"{numbers.answered / numbers.answered_of:.0%}" if numbers.answered_of else "–"


def workload(told: Picture) -> tuple[pages.Row, ...]:
    rows = ((one.name, *(str(getattr(one, key)) for key in LOAD)) for one in told.workload)
    return tuple(
        pages.Row("", tuple(pages.Cell(text, number=place > 0) for place, text in enumerate(row))) for row in rows
    )


def told(role: str, entry: ReviewEntry) -> Told:
    case = entry.case
    silent = ngettext("%(num)s day since contact", "%(num)s days since contact", entry.silent_days)
    who = entry.lead.name if entry.lead is not None else _("no caseworker")
    step = ""
    if entry.next_step:
        step = _("%(what)s (%(who)s, by %(day)s)", what=entry.next_step, who=entry.owner.name if entry.owner else "–",
                 day=call_parts.near(entry.due_on) if entry.due_on else "–")  # fmt: skip
    return Told(
        entry.id, case.ref, case.label(Sensitivity.PERSONAL), details.url_of(role, case),
        tuple(_(line) for line in (entry.why or "").splitlines()), f"{who} · {silent}", reviews.is_written(entry),
        entry.note or "", step, ", ".join(_(one.words) for one in entry.flags), case.id,
    )  # fmt: skip


def remarks(review: Review) -> list[tuple[str, str]]:
    """Give what was added later: who and when, and the words."""
    return [
        (" · ".join(filter(None, (call_parts.near(one.at.date()), one.by.name if one.by else ""))), one.text)
        for one in review.remarks
    ]


def others(role: str, every: Sequence[Review], shown: Review, address: Any) -> tuple[pages.MenuItem, ...]:
    """Give the way to each review, the newest first."""
    return tuple(pages.MenuItem(title(one), address(one), one is shown) for one in every)


def planned_words(review: Review) -> str:
    """Say from when a planned review can be opened."""
    if reviews.can_be_opened(db.session, review):
        return _("Opening it lists every case that is open at that moment.")
    return _("It can be opened once its period is over, from %(day)s on.", day=without_weekday(review.period_to))
