"""Coverage and lapsing papers in words, for the board and for the coordinator's first page."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import details, pages
from admin_views.db import db
from casework.context import acting
from casework.datetext import short
from casework.language_cover import Cover, Unmet

MOST = 8


def cover_lines(role: str, cover: Cover) -> tuple[pages.ActionLine, ...]:
    """Give the number of languages, then each language with requests that have nobody."""
    return (_languages(cover), *(_unmet(role, one) for one in cover.unmet[:MOST]))


def _languages(cover: Cover) -> pages.ActionLine:
    words = ngettext("1 language besides English", "%(num)s languages besides English", cover.languages)
    if cover.is_thin:
        badge = pages.Badge(_("Too few"), "late")
        second = _("We say that we offer more than %(least)s.", least=cover.least)
    else:
        badge = pages.Badge(_("Enough"), "ok")
        second = _("We say that we offer more than %(least)s; by %(people)s volunteers.", least=cover.least,
                   people=cover.volunteers)  # fmt: skip
    return pages.ActionLine(badge=badge, text=words, second=second)


def _unmet(role: str, one: Unmet) -> pages.ActionLine:
    parts = [
        ngettext("nobody found for 1 request", "nobody found for %(num)s requests", one.not_found)
        if one.not_found else "",
        ngettext("1 request open", "%(num)s requests open", one.open) if one.open else "",
        ngettext("1 volunteer knows it", "%(num)s volunteers know it", one.speakers)
        if one.speakers else _("no volunteer knows it"),
    ]  # fmt: skip
    state = "late" if one.not_found or not one.speakers else "soon"
    url = url_for(f"{role}_languagerequest.index_view", flt0_language=one.language)
    return pages.ActionLine(
        badge=pages.Badge(_("Not met") if one.not_found else _("Open"), state), text=one.language,
        second=", ".join(filter(None, parts)), more=pages.Link(_("See requests"), url),
    )  # fmt: skip


def lapse_lines(role: str, cover: Cover) -> tuple[pages.ActionLine, ...]:
    """Give what runs out soon, or has; each leads to the volunteer's page."""
    today = acting(db.session).today
    return tuple(
        pages.ActionLine(
            badge=pages.Badge(short(one.until).removesuffix(f" {today.year}"), "late" if one.until < today else "soon"),
            text=one.worker.name, second=_("%(what)s ran out", what=_(one.what)) if one.until < today
            else _("%(what)s runs out", what=_(one.what)),
            more=pages.Link(_("Open"), details.url_of(role, one.worker) or ""),
        )
        for one in cover.lapses
    )  # fmt: skip
