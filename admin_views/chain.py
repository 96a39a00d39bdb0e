"""The story that a case is part of, where somebody came back with the same problem."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import details, pages
from admin_views.db import db
from casework.chains import begins, chain_of, ends, months_in_all
from casework.context import acting
from casework.datetext import without_weekday
from models import Case


def card(role: str, case: Case) -> pages.Card | None:
    """Give the card of a case that follows another or is followed by one."""
    chain = chain_of(db.session, case)
    if len(chain) == 1:
        return None
    lines = tuple(
        pages.Line(str(one), second=_lasted(one), url=details.url_of(role, one) if one is not case else None)
        for one in chain
    )
    return pages.Card("chain", _("The same problem"), lines, count=len(chain), lead=told(chain))


def told(chain: list[Case]) -> str:
    """Say how often they came and for how long we have stood with them."""
    months = months_in_all(chain, acting(db.session).today)
    cases = ngettext("%(num)s case", "%(num)s cases", len(chain))
    lasted = ngettext("%(num)s month in all", "%(num)s months in all", months)
    return f"{cases}, {lasted}"


def notice(role: str, case: Case) -> list[pages.Notice]:
    """Say the same above the record's own page."""
    found = card(role, case)
    if found is None:
        return []
    links = tuple(pages.Link(f"{line.text}, {line.second}", line.url) for line in found.lines if line.url)
    return [pages.Notice(found.heading, found.lead, links)]


def _lasted(case: Case) -> str:
    first, last = without_weekday(begins(case)), ends(case)
    return (
        _("%(first)s to %(last)s", first=first, last=without_weekday(last)) if last else _("since %(day)s", day=first)
    )
