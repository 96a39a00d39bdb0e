"""What the coordinator's first page adds: needs that nobody is asked for yet, our languages, papers that run out."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from admin_views import board_shown, pages, volunteer_words
from admin_views.db import db
from casework import board, language_cover
from models import LanguageRequest

ROLES = ("coordinator",)
MOST, MOST_BESIDE = 8, 5  # lines shown in the main column, and beside it


def main(role: str) -> tuple[pages.ActionBlock, ...]:
    """Give the block of needs without anybody, each with the way to whom to ask."""
    if role not in ROLES:
        return ()
    found = board.without_anybody(db.session)
    lines = tuple(_line(role, one) for one in found[:MOST])
    return (pages.ActionBlock(
        "needs", _("Needs an interpreter"), len(found), lines, _("Somebody is asked for every need."),
        pages.Link(_("See all"), url_for(f"board.{role}")) if len(found) > MOST else None,
    ),)  # fmt: skip


def _line(role: str, request: LanguageRequest) -> pages.ActionLine:
    return pages.ActionLine(
        badge=board_shown.ask_badge(request), text=board_shown.heading(request), second=board_shown.lead(request),
        ref=board_shown.ref(role, request),
        button=pages.Link(_("Find an interpreter"), url_for(f"board.{role}", _anchor=f"need-{request.id}")),
    )  # fmt: skip


def side(role: str) -> tuple[pages.ActionBlock, ...]:
    """Give the coverage tile and what runs out soon."""
    if role not in ROLES:
        return ()
    cover = language_cover.cover(db.session)
    lines, lapses = volunteer_words.cover_lines(role, cover), volunteer_words.lapse_lines(role, cover)
    board_link = pages.Link(_("See all"), url_for(f"board.{role}"))
    return (
        _short("cover", _("Our languages"), cover.languages, lines, "", board_link),
        _short("lapses", _("Runs out soon"), len(lapses), lapses, _("Nothing runs out in the days ahead."), board_link),
    )


def _short(
    key: str, heading: str, count: int, lines: tuple[pages.ActionLine, ...], empty: str, rest: pages.Link
) -> pages.ActionBlock:
    return pages.ActionBlock(key, heading, count, lines[:MOST_BESIDE], empty, rest if lines[MOST_BESIDE:] else None)
