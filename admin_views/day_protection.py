"""On a manager's day: the hours of a breach, files whose time is over or to be anonymised, accounts to look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import pages, shown
from admin_views.db import db
from casework import account_reviews, breaches, retention
from casework.context import acting
from casework.datetext import short
from models import Breach

ONE_HOUR = timedelta(hours=1)
SOON = timedelta(hours=24)


def lines(role: str) -> Iterator[pages.ActionLine]:
    """Give what managers owe those whose data the office keeps; nothing for other roles."""
    if role != "manager":
        return
    yield from (_breach(one) for one in breaches.unanswered(db.session))
    yield from _files()
    number = retention.to_confirm(db.session)
    if number:
        yield pages.ActionLine(
            badge=pages.Badge(_("To confirm"), "note"),
            text=ngettext("%(num)s file to anonymise", "%(num)s files to anonymise", number),
            second=_("proposed by a colleague; it takes two"),
            button=pages.Link(_("Open"), url_for("retention.manager")),
        )  # fmt: skip
    yield from _accounts()


def _files() -> Iterator[pages.ActionLine]:
    """Tell how many files have been kept for as long as the office has set, and since when the first waits."""
    number, earliest = retention.to_decide(db.session)
    if earliest is not None:
        today = acting(db.session).today
        yield pages.ActionLine(
            badge=shown.due_badge(earliest, today, short(earliest).removesuffix(f" {today.year}")),
            text=ngettext("%(num)s file to keep or anonymise", "%(num)s files to keep or anonymise", number),
            second=_("kept for as long as the office has set"),
            button=pages.Link(_("Open"), url_for("retention.manager")),
        )  # fmt: skip


def _accounts() -> Iterator[pages.ActionLine]:
    """Tell how many accounts have waited a quarter since somebody looked at them."""
    number, earliest = account_reviews.to_look_at(db.session)
    if earliest is not None:
        today = acting(db.session).today
        yield pages.ActionLine(
            badge=shown.due_badge(earliest, today, short(earliest).removesuffix(f" {today.year}")),
            text=ngettext("%(num)s account to look at", "%(num)s accounts to look at", number),
            second=_("does everybody still work here, in this role?"),
            button=pages.Link(_("Open"), url_for("account_review.manager")),
        )  # fmt: skip


def _breach(breach: Breach) -> pages.ActionLine:
    waits = breaches.waits_for(breach)
    words = {
        "regulator": _("Breach: tell the regulator, or say why not"), "people": _("Breach: tell the people"),
        "closing": _("Breach: close it once everything is done"),
    }[waits]  # fmt: skip
    return pages.ActionLine(
        badge=clock(breach) if waits == "regulator" else pages.Badge(_("Breach"), "soon"), text=words,
        second=_("known since %(when)s", when=shown.moment(breach.known_at)),
        button=pages.Link(_("Open"), url_for("manager_breach.details_view", id=breach.id)),
    )  # fmt: skip


def clock(breach: Breach) -> pages.Badge:
    """Give the regulator's clock: hours left, or hours late."""
    left = breaches.time_left(breach, acting(db.session).now)
    hours = int(abs(left) / ONE_HOUR)
    if left < timedelta():
        return pages.Badge(ngettext("%(num)s hour late", "%(num)s hours late", hours), "late")
    return pages.Badge(
        ngettext("%(num)s hour left", "%(num)s hours left", hours), "urgent" if left < SOON else "soon"
    )  # fmt: skip
