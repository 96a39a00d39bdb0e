"""Why this date: the steps by which a due day was counted, reachable from every due day on a screen.

What is due keeps its trace beside the day (tasks, referrals, letters); an appointment's promise is counted
again from the day of asking. `link` gives the way to the page; where the steps open in place, the macro of
casework/trace.html prints them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from admin_views import current, details, pages, shown
from admin_views.db import db
from admin_views.keys import row_key
from casework import promises
from casework.access import BY_NAME, Panel
from casework.context import acting
from casework.correspondence import WAITING
from casework.datetext import short
from models.base import Base
from models.declared import by_key

bp = Blueprint("why", __name__)
ROLES = ("manager", "caseworker", "coordinator")


@dataclass(frozen=True)
class Dated:
    """Where one kind of record keeps its due day, the steps of its count, and what it is about.

    `what` names a declared field; a reader who may not see that field meets the record's number only.
    """

    day: str
    trace: Callable[[Any], str]
    what: str
    waits: Callable[[Any], bool]


def _promise_of_meeting(meeting: Any) -> str:
    if meeting.requested_on is None:
        return ""
    return promises.text(promises.counted_from(db.session, "appointment_offer", meeting.requested_on, roll=False))


# By the panel of the record. A table with a due day is named here once.
DATED: dict[str, Dated] = {
    "task": Dated("due_on", lambda task: task.trace or "", "what", lambda task: task.done_on is None),
    "referral": Dated(
        "response_due", lambda one: one.due_trace or "", "request", lambda one: one.status in {"sent", "acknowledged"}
    ),
    "correspondence": Dated("due_on", lambda one: one.due_trace or "", "subject", lambda one: one.status in WAITING),
    "appointment": Dated(
        "offer_by", _promise_of_meeting, "kind", lambda one: one.status in {"requested", "offered"},
    ),
}  # fmt: skip


def link(role: str, name: str, row: Base) -> tuple[pages.Link, ...]:
    """Give the way to the page that explains this record's due day; none where there is nothing to explain."""
    kind = DATED[name]
    if role not in BY_NAME[name].rights or role not in ROLES or getattr(row, kind.day) is None or not kind.trace(row):
        return ()
    return (pages.Link(_("Why this date"), url_for(f"why.{role}", about=name, id=row.id)),)


def _page(role: str) -> Any:
    """Show one due day with every step of its count."""
    if current.acting_role() != role:
        abort(403)
    name = request.args.get("about", "")
    kind, panel = DATED.get(name), BY_NAME.get(name)
    if kind is None or panel is None or role not in panel.rights:
        abort(404)
    found = select(panel.model).where(panel.model.id == row_key(request.args.get("id")))
    row = db.session.scalars(found).one_or_none() or abort(404)
    day, steps = getattr(row, kind.day), kind.trace(row).splitlines()
    if day is None:
        abort(404)
    return render_template(
        "casework/why.html", heading=_("Why this date"), what=_what(kind, panel, role, row), steps=steps,
        day=short(day), badge=_badge(kind, row, day),
        above=pages.Link(_(panel.one).capitalize(), details.url_of(role, row) or url_for("home")),
    )  # fmt: skip


def _what(kind: Dated, panel: Panel, role: str, row: Base) -> str:
    field, see = by_key(panel.model)[kind.what], panel.rights[role].see
    return shown.text(field, row, see) if field.info.sensitivity <= see else str(row)


def _badge(kind: Dated, row: Base, day: date) -> pages.Badge | None:
    return shown.due_badge(day, acting(db.session).today, short(day)) if kind.waits(row) else None


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/why/", _role, _page, defaults={"role": _role})
