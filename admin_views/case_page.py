"""The page of a case: who, how to reach them safely, what happened, what is due. Its parts: `case_parts`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_views import call_parts, case_acts, case_parts, identity, pages
from admin_views.case_due import DUE, next_step_url
from admin_views.db import db
from admin_views.keys import row_key
from casework.calendar import local
from casework.cases import RUNNING
from casework.context import acting
from casework.datetext import short
from casework.settings import number_setting
from models import Case

ALL = "all"
FILTERS = (
    ("call", _l("Calls")), ("letter", _l("Letters")), ("visit", _l("Visits")), ("incident", _l("Incidents")),
    ("agency", _l("Agency")),
)  # fmt: skip


def page_of(role: str, case: Case, last_look: datetime | None) -> pages.CasePage:
    """Give the page of one case; `last_look` is when the reader last turned away from it, None at the first look."""
    entries = whole_timeline(role, case, last_look)
    kind = wanted_kind()
    fitting = [one for one in entries if kind in (ALL, one.kind)]
    cards = cards_of(role, case)
    most = number_setting(db.session, "timeline_entries") * max(row_key(request.args.get("pages")), 1)
    return pages.CasePage(
        title=_("Case %(ref)s", ref=case.ref), identity=identity.of_case(role, case),
        above=pages.Link(_("Cases"), url_for(f"{role}_case.index_view")), acts=_acts(role, case),
        at_hand=(*call_parts.acts(role, case), *case_acts.going_out(role, case)),
        filters=_filters(role, case, entries, kind), entries=tuple(fitting[:most]),
        older=_older(role, case, len(fitting) - most, kind), cards=cards, since=_since(entries, last_look),
        missing=_missing(role, case, cards), empty=_empty(kind),
    )  # fmt: skip


def whole_timeline(role: str, case: Case, last_look: datetime | None = None) -> list[pages.Entry]:
    """Give every entry of every source, the newest first, with a mark on what is new to the reader."""
    found = [entry for source in case_parts.TIMELINE for entry in source(role, case)]
    found.sort(key=lambda one: (one.at, one.recorded_at or one.at), reverse=True)
    return [replace(one, is_new=_is_new(one, last_look)) for one in found]


def cards_of(role: str, case: Case) -> tuple[pages.Card, ...]:
    return tuple(card for part in case_parts.SIDE if (card := part(role, case)) is not None)


def wanted_kind() -> str:
    kind = request.args.get("show", ALL)
    return kind if kind in dict(FILTERS) else ALL


def _is_new(entry: pages.Entry, last_look: datetime | None) -> bool:
    """What one wrote oneself is not new; nor is anything at the first look."""
    who = acting(db.session)
    if last_look is None or (entry.by is not None and entry.by == who.user_id):
        return False
    return last_look < (entry.recorded_at or entry.at) <= who.now


def _since(entries: Iterable[pages.Entry], last_look: datetime | None) -> str:
    count = sum(one.is_new for one in entries)
    if not count or last_look is None:
        return ""
    day = short(local(last_look).date())
    return ngettext("1 new since %(day)s", "%(num)s new since %(day)s", count, day=day)


def _acts(role: str, case: Case) -> tuple[pages.Link, ...]:
    """Give every act once: one filled button, the outlined ones, then the ways to other pages."""
    found = [one for part in case_parts.ACTS for one in part(role, case)]
    first = next((one for one in found if one.primary), None)
    buttons = [replace(one, primary=one is first) for one in found if not one.quiet]
    quiet = [one for one in (*found, *case_acts.other_pages(role, case)) if one.quiet]
    return (*sorted(buttons, key=lambda one: not one.primary), *quiet)


def _filters(role: str, case: Case, entries: Iterable[pages.Entry], current: str) -> tuple[pages.MenuItem, ...]:
    counts = Counter(one.kind for one in entries)
    every = pages.MenuItem(_("All %(count)s", count=counts.total()), _url(role, case, ALL), current == ALL)
    return (every, *(
        pages.MenuItem(f"{words} {counts[kind]}", _url(role, case, kind), current == kind) for kind, words in FILTERS
    ))  # fmt: skip


def _url(role: str, case: Case, kind: str, shown: int = 1) -> str:
    more = {"show": kind} if kind != ALL else {}
    more |= {"pages": str(shown)} if shown > 1 else {}
    return url_for(f"{role}_case.details_view", id=case.id, **more, _anchor="timeline")


def _older(role: str, case: Case, left: int, kind: str) -> pages.Link | None:
    if left <= 0:
        return None
    following = max(row_key(request.args.get("pages")), 1) + 1
    words = ngettext("Show 1 older entry", "Show %(num)s older entries", left)
    return pages.Link(words, _url(role, case, kind, following))


def _missing(role: str, case: Case, cards: Iterable[pages.Card]) -> pages.Link | None:
    """Give the way to a next step where a running case has none.

    Source: empowering casework article (people are told that their case moves on).
    """
    waits = any(card.lines for card in cards if card.key == DUE)
    if waits or case.status not in RUNNING:
        return None
    return pages.Link(_("No next step yet: add one"), next_step_url(role, case))


def _empty(kind: str) -> str:
    if kind == ALL:
        return _("Nothing has been written down yet. Begin with a note of what was said.")
    return _("Nothing of this kind. Choose “All” to see every entry.")
