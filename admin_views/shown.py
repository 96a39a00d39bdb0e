"""Stored values as the office reads them: dates with their weekday, London times, labels, state words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views.db import db
from admin_views.pages import Badge, Cell
from casework.calendar import local
from casework.context import acting
from casework.correspondence import WAITING
from casework.datetext import short
from models import Correspondence
from models.base import Base
from models.declared import Declared
from models.fields import Sensitivity

# Which stored words stand out, and how. Red is for lateness and refusal only, never for a person.
BADGES = {
    "status": {
        "open": "ok", "booked": "ok", "attended": "ok", "responded": "ok", "answered": "ok", "ready": "ok",
        "retrieved": "ok", "provided": "ok", "sent": "soon", "acknowledged": "soon", "offered": "soon",
        "requested": "soon", "received": "soon", "assigned": "soon", "agreed": "soon", "informed": "soon",
        "closing": "soon", "no_response": "late",
    },
    "risk": {"high": "urgent"},
}  # fmt: skip
ENDS = ("done_on", "ended_on", "ready_at")  # what a record that was waited for has once it is over
# Days that somebody waits for: the field, and whether this record still waits.
WAITS_UNTIL: dict[str, Callable[[Any], bool]] = {
    "due_on": lambda row: (
        row.status in WAITING if isinstance(row, Correspondence) else not any(getattr(row, end, None) for end in ENDS)
    ),
    "sar_due_on": lambda asked: asked.status not in {"provided", "withdrawn"},
    "acknowledge_by": lambda complaint: not (complaint.acknowledged_on or complaint.answered_on),
    "answer_by": lambda complaint: complaint.answered_on is None,
    "response_due": lambda referral: referral.status in {"sent", "acknowledged"},
}
OWN_SCRIPT = {"own_script", "own_name"}


def due_badge(day: date, today: date, words: str) -> Badge:
    """Give how a due day stands: days late, today, or the day itself."""
    if day < today:
        late = (today - day).days
        return Badge(ngettext("1 day late", "%(num)s days late", late), "late")
    return Badge(_("Today"), "soon") if day == today else Badge(words, "note")


def moment(value: datetime) -> str:
    """Give "Tue 1 Dec 2026, 14:00", in London."""
    shown = local(value)
    return f"{short(shown.date())}, {shown:%H:%M}"


_PLAIN: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (datetime, moment), (date, short), (time, lambda value: f"{value:%H:%M}"),
    (bool, lambda value: _("Yes") if value else _("No")), (int, lambda value: f"{value}"),
)  # fmt: skip


def plain(value: Any) -> str:
    """Give any stored value as text; nothing as an empty text."""
    if value is None:
        return ""
    for kind, words in _PLAIN:
        if isinstance(value, kind):
            return words(value)
    return str(value)


def text(field: Declared, row: Base, see: Sensitivity) -> str:
    """Give one field of one record in words, for a reader who may see up to `see`."""
    value = getattr(row, field.key)
    if field.info.choices:
        return _(field.info.choice_label(value)) if value else ""
    if field.kind == "link":
        return _linked(field, row, value, see)
    if field.kind in {"many", "rows"}:
        return ", ".join(one.label(see) for one in value)
    return plain(value)


def _linked(field: Declared, row: Base, value: Base | None, see: Sensitivity) -> str:
    if value is not None:
        return value.label(see)
    return _("another team's record") if getattr(row, f"{field.key}_id") is not None else ""


def cell(field: Declared, row: Base, see: Sensitivity, url: str | None = None) -> Cell:
    """Give one field of one record as a page's cell; a day that is due soon or over says so."""
    words = text(field, row, see)
    if field.key in WAITS_UNTIL and words and WAITS_UNTIL[field.key](row):
        return Cell(words, badge=due_badge(getattr(row, field.key), acting(db.session).today, words), url=url)
    state = BADGES.get(field.key, {}).get(getattr(row, field.key)) if field.info.choices and words else None
    return Cell(
        words,
        badge=Badge(words, state) if state else None,
        url=url,
        number=field.kind == "number",
        lang="und" if field.key in OWN_SCRIPT and words else None,
    )
