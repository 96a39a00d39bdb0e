"""The helpline on My day: who holds the telephone now and tonight, and which turns nobody holds yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import helpline as rota
from admin_views import pages
from admin_views.db import db
from casework import helpline
from casework.context import acting
from casework.datetext import without_year
from casework.helpline import Turn
from casework.settings import office

FEW = 3  # turns that are named one by one; of more the first are


def block(role: str) -> pages.ActionBlock:
    """Give the lines; the coming days are looked through for turns that nobody holds."""
    near, gaps = helpline.now_and_gaps(db.session)
    later = [one for one in gaps if one not in near]
    lines = (*(_turn(role, one) for one in near), *_gaps(role, later))
    return pages.ActionBlock("helpline", _("Helpline"), len(lines), lines, "", _rota(role))


def _rota(role: str) -> pages.Link:
    return pages.Link(_("Rota"), url_for(f"helpline.{role}"))


def _turn(role: str, one: Turn) -> pages.ActionLine:
    is_now = helpline.turn_at(acting(db.session).now, office(db.session)) == (one.day, one.part)
    word = _("Now") if is_now else _("Tonight")
    if one.shift is not None:
        text = _("%(who)s holds the helpline", who=one.shift.worker.name)
        return pages.ActionLine(badge=pages.Badge(word, "note"), text=text, second=rota.numbers(one.shift))
    url = url_for(f"helpline.{role}_turn", day=one.day.isoformat(), part=one.part)
    return pages.ActionLine(
        badge=pages.Badge(word, "late"), text=_("Nobody holds the helpline"),
        second=rota.words_of(one.day, one.part), button=pages.Link(_("Name somebody"), url),
    )  # fmt: skip


def _gaps(role: str, gaps: Sequence[Turn]) -> Iterator[pages.ActionLine]:
    if not gaps:
        return
    words = ", ".join(f"{without_year(one.day)}, {_(rota.WORDS[one.part]).lower()}" for one in gaps[:FEW])
    more = _("%(first)s and more", first=words) if len(gaps) > FEW else words
    text = ngettext("Nobody yet in %(num)s turn of the coming days", "Nobody yet in %(num)s turns of the coming days",
                    len(gaps))  # fmt: skip
    yield pages.ActionLine(badge=pages.Badge(_("Nobody yet"), "soon"), text=text, second=more, button=_rota(role))
