"""The box at the top of every page: type the name of a page, a person or a reference, and go there.

While one types, the page's script asks here and shows what fits as a list for the keyboard. Without it the box is a
plain form: for those who read files it leads to the find page, for the others to the page made here. What is typed
comes by POST alone, since a name may never stand in an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_views import current, details, home
from admin_views.db import db
from casework import finding, search
from casework.access import ROLES, panels_of
from casework.text import clean_line, name_key
from models import Agency, Client, Worker
from models.base import Base

bp = Blueprint("jump", __name__)
WITH_FILES = ("manager", "caseworker")  # the find page answers their form
LONGEST = 100
FEWEST_LETTERS = 2  # of the name of a page
FEWEST_OF_A_NAME = 3  # of the name of a person
MOST_PAGES, MOST_PEOPLE = 5, 6
NAMED: tuple[type[Base], ...] = (Worker, Agency)  # beside clients, what people know by name


@dataclass(frozen=True)
class Place:
    """Somewhere to go: its name, what it is in a word or two, and its address."""

    text: str
    kind: str
    url: str


def pages_named(role: str, typed: str) -> list[Place]:
    """Give the pages of this role whose name has every word that was typed, or words that begin so."""
    words = name_key(typed).split()
    if len("".join(words)) < FEWEST_LETTERS:
        return []
    fitting = [one for one in _pages(role) if _fits(words, name_key(one.text).split())]
    return sorted(fitting, key=lambda one: (not name_key(one.text).startswith(words[0]), len(one.text)))[:MOST_PAGES]


def page_called(role: str, typed: str) -> Place | None:
    """Give the one page that is called just as was typed."""
    return next((one for one in _pages(role) if name_key(one.text) == name_key(typed)), None)


def _fits(words: list[str], name: list[str]) -> bool:
    return all(any(part.startswith(word) for part in name) for word in words)


def _pages(role: str) -> Iterator[Place]:
    """Give every page that the frame leads to, and every form that begins something new."""
    frame = home.frame()
    if frame is None:
        return
    for item in (*frame.menu, *frame.meetings, *frame.records, *frame.setup):
        yield Place(item.text, _("page"), item.url)
    if frame.log_url:
        yield Place(_("Log a call"), _("page"), frame.log_url)
    yield Place(_("Help: your day in five minutes"), _("page"), frame.help_url)
    yield Place(_("Your sign-ins"), _("page"), frame.account_url)
    for panel in panels_of(role):
        if panel.model is Client and role in WITH_FILES:
            yield Place(_("New enquiry"), _("form"), url_for(f"intake.{role}"))
        elif panel.rights[role].create:
            yield Place(_("New %(what)s", what=_(panel.one)), _("form"), url_for(f"{role}_{panel.name}.create_view"))


def _people(role: str, typed: str) -> Iterator[Place]:
    """Give who and what the reader may meet under this name, number or reference."""
    if role in WITH_FILES:
        found = finding.find(db.session, typed)
        rows = [found.exact] if found.exact is not None else [match.client for match in found.matches]
        for row in rows[:MOST_PEOPLE]:
            yield from _place(role, row, _("case") if row is found.exact and not isinstance(row, Client) else row.ref)
    for panel in panels_of(role) if len(typed) >= FEWEST_OF_A_NAME else ():
        if panel.model in NAMED:
            only = [getattr(panel.model, key) == value for key, value in panel.only.items()]
            see = panel.rights[role].see
            for row in search.find(db.session, panel.model, typed, see, limit=MOST_PEOPLE, where=only):
                yield from _place(role, row, _(panel.one))


def _place(role: str, row: Any, kind: str) -> Iterator[Place]:
    url = details.url_of(role, row)
    if url is not None:
        yield Place(row.name if hasattr(row, "name") else str(row), kind, url)


def _typed(name: str) -> str:
    return clean_line(request.form.get(name, "")[:LONGEST])


def _offered(role: str) -> Any:
    """Answer the page's script with what fits: pages first, then people."""
    if current.acting_role() != role:
        abort(403)
    typed = _typed("query")
    people = list(_people(role, typed))[:MOST_PEOPLE] if len(typed) >= FEWEST_OF_A_NAME else []
    return jsonify([asdict(one) for one in (*pages_named(role, typed), *people)])


def _page(role: str) -> Any:
    """Show what fits, for those without files; a page called just so is opened at once."""
    if current.acting_role() != role:
        abort(403)
    typed = _typed("find")
    called = page_called(role, typed) if typed else None
    if called is not None:
        return redirect(called.url)
    places = [*pages_named(role, typed), *_people(role, typed)] if typed else []
    return render_template("casework/jump.html", places=places, typed=typed, find_text=typed)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/jump/offered/", f"{_role}_offered", _offered, methods=["POST"], defaults={"role": _role})
    if _role not in WITH_FILES:
        bp.add_url_rule(f"/{_role}/jump/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
