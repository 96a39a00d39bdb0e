"""On My day: a body is past the day by which it owed its figures. To its owner, and to every manager."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from admin_views import figures_request, pages, shown
from admin_views.db import db
from casework import figures_requests as asking
from casework.context import acting
from casework.datetext import short


def lines(role: str) -> Iterator[pages.ActionLine]:
    """Give one line for each request that is past its day."""
    if role not in figures_request.ROLES:
        return
    today = acting(db.session).today
    for one in asking.overdue(db.session):
        day = asking.day_owed(one)
        words = _("A review is late.") if one.review_asked_on is not None else _("No answer yet.")
        assert day is not None
        yield pages.ActionLine(
            badge=shown.due_badge(day, today, short(day).removesuffix(f" {today.year}")),
            text=_("%(agency)s: their own figures", agency=one.agency.name),
            second=" · ".join(filter(None, (words, one.owner.name if one.owner is not None else ""))),
            button=pages.Link(_("Open"), url_for(f"figures_request.{role}", id=one.id)),
        )  # fmt: skip
