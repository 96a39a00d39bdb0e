"""The frame around every page, and the first page of each role."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, current_app, jsonify, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import or_, select

from admin_views import current, details, doors, my_day, pages
from admin_views.db import db
from admin_views.fields import echo_answer
from admin_views.keys import row_key
from casework.access import BY_NAME, panels_of
from casework.context import acting
from casework.settings import office
from models.people import ROLES as ROLE_WORDS

bp = Blueprint("pages", __name__)
TASK_SCREENS: dict[str, tuple[tuple[str, str], ...]] = {
    "manager": (
        ("waiting", "Waiting"),
        ("review", "Review"),
        ("handover", "Hand over"),
        ("figures", "Figures"),
    ),
    "caseworker": (
        ("diary", "Diary"),
        ("waiting", "Waiting"),
        ("interpreters", "Interpreters"),
        ("helpline", "Helpline"),
        ("review", "Review"),
    ),
    "coordinator": (
        ("board", "Matching board"),
        ("suggest_week", "Plan the week"),
        ("diary", "Diary"),
        ("interpreters", "Interpreters"),
        ("helpline", "Helpline"),
    ),
    "reports": (
        ("figures", "Figures"),
        ("cross_tables", "Tables"),
        ("funder", "Funder files"),
        ("scorecards", "Scorecards"),
        ("campaigns", "Campaigns"),
    ),
}
# What would make the line of a role too long for a desk's screen stands in a list of its own.
MEETINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "manager": (
        ("diary", "Diary"),
        ("board", "Matching board"),
        ("interpreters", "Interpreters"),
        ("helpline", "Helpline"),
    ),
}
# What is done a few times a year stands at the end of the records.
SELDOM: dict[str, tuple[tuple[str, str], ...]] = {
    "manager": (
        ("funder", "Funder files"),
        ("retention", "Retention review"),
        ("account_review", "Accounts to look at"),
        ("processing", "Record of processing"),
        ("leaving", "Take everything out"),
    ),
}  # fmt: skip


def language() -> dict[str, str]:
    """Give in which language a page is, and from which side its script begins."""
    locale = get_locale()
    return {"page_lang": locale.language, "page_dir": locale.text_direction} if locale else {}


def frame() -> pages.Frame | None:
    """Give what surrounds the page, for whoever is signed in."""
    who = current.person()
    if who is None or who.is_hidden or not who.is_in:
        return None
    return replace(_kept_frame(who.role), person=who.name, demo=current.config().demo)


def _kept_frame(role: str) -> pages.Frame:
    """Give the frame of a role with the mark on the page at hand, written out once for each.

    Nothing in it tells of a person or a row; it hangs on the role, the page, the language and where the office stands.
    """
    own = url_for(f"{role}_home.index")
    page = own if request.path == own else (request.endpoint or "").partition(".")[0]
    kept = current_app.extensions.setdefault("frames", {})
    key = (role, page, str(get_locale()), request.script_root)
    if key not in kept:
        kept[key] = _with_menu(_frame(role, own))
    return kept[key]


def _with_menu(made: pages.Frame) -> pages.Frame:
    """Write the menu out: of all that a page shows it has the most addresses."""
    return replace(made, nav=current_app.jinja_env.get_template("casework/menu.html").module.menu(made))


def _frame(role: str, own: str) -> pages.Frame:
    menu = [pages.MenuItem(_("My day"), own, request.path == own)] if role != "reports" else []
    panels = panels_of(role)
    menu += [_item(role, panel.name) for panel in panels if not (panel.setup or panel.records)]
    menu += _screens(role, TASK_SCREENS[role])
    records = [_item(role, panel.name) for panel in panels if panel.records]
    records += _screens(role, SELDOM.get(role, ()))
    setup = [_item(role, panel.name) for panel in panels if panel.setup]
    return pages.Frame(
        _(dict(ROLE_WORDS)[role]), "", own, tuple(menu), tuple(records), tuple(setup),
        find_url=_if_there(f"find.{role}") or _if_there(f"jump.{role}"),
        finds_files=f"find.{role}" in doors.endpoints(), jump_url=url_for(f"jump.{role}_offered"),
        log_url=_if_there(f"call.{role}"), hide_url=url_for("hide.screen"),
        help_url=url_for("help.page"), account_url=url_for("account.page"),
        meetings=tuple(_screens(role, MEETINGS.get(role, ()))),
    )  # fmt: skip


def _screens(role: str, named: tuple[tuple[str, str], ...]) -> list[pages.MenuItem]:
    """Give the entries of task screens, as far as they are there for this role."""
    return [
        pages.MenuItem(_(words), url_for(f"{screen}.{role}"), (request.endpoint or "").startswith(f"{screen}."))
        for screen, words in named
        if f"{screen}.{role}" in doors.endpoints()
    ]


def _if_there(endpoint: str) -> str | None:
    """Give the address of a page that not every role has."""
    return url_for(endpoint) if endpoint in doors.endpoints() else None


def _item(role: str, name: str) -> pages.MenuItem:
    endpoint = f"{role}_{name}"
    url = url_for(f"{endpoint}.index_view")
    return pages.MenuItem(
        _(BY_NAME[name].several.capitalize()), url, (request.endpoint or "").startswith(f"{endpoint}.")
    )


@bp.get("/")
def home() -> Any:
    who = current.person()
    return redirect(url_for(f"{who.role}_home.index")) if who else abort(403)


@bp.get("/r/<table>/<ref>")
def record(table: str, ref: str) -> Any:
    """Send a permanent link to the record's page for the reader's role, if it is within their reach."""
    panel = BY_NAME.get(table) or abort(404)
    model: Any = panel.model
    key = or_(model.ref == ref, model.id == row_key(ref)) if hasattr(model, "ref") else model.id == row_key(ref)
    row = db.session.scalars(select(model).where(key)).first()
    url = details.url_of(current.acting_role(), row) if row is not None else None
    return redirect(url) if url else abort(404)


@bp.post("/date-in-words")
def date_in_words() -> Any:
    """Answer what a typed day means, for the line under its box."""
    text, prefer = request.form.get("text", "")[:100], request.form.get("prefer", "future")
    answer = echo_answer(text, prefer, acting(db.session).today, office(db.session))
    return jsonify(answer)


def page(role: str) -> Any:
    """Give the first page of a role."""
    return redirect(url_for("figures.reports")) if role == "reports" else my_day.page(role)
