"""Views of a list by name: what a request asks of a list, the views beside it, and the page where they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from admin_views import current, list_columns, pages
from admin_views.db import db
from admin_views.keys import row_key
from casework import saved_views
from casework.access import ROLES, panels_of
from casework.problems import RuleBroken
from models import SavedView

bp = Blueprint("list_views", __name__)
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Question:
    """What a request asks of a list. `view` is the one that it began from, `as_kept` says that nothing was changed."""

    given: Any  # a MultiDict of names and values
    typed: str
    views: tuple[SavedView, ...] = ()
    view: SavedView | None = None
    as_kept: bool = False

    @property
    def default(self) -> SavedView | None:
        return next((one for one in self.views if one.opens_first), None)


def plain() -> Question:
    """Give what the request itself says, with no view."""
    return Question(request.values, request.form.get("search", "").strip()[:LONGEST_SEARCH])


def question(view: Any) -> Question:
    """Give what is asked: by the view that the address names, by the one opened first, or by the request itself."""
    asked = plain()
    views = tuple(saved_views.of_list(db.session, view.panel.name))
    by_key = {one.id: one for one in views}
    first = next((one for one in views if one.opens_first), None)
    is_bare = request.method == "GET" and not request.args
    named = by_key.get(row_key(request.args.get("view"))) or (first if is_bare else None)
    if named is None:
        return Question(asked.given, asked.typed, views, by_key.get(row_key(request.values.get("of"))))
    given = MultiDict(saved_views.question_of(named))
    given["page"] = request.args.get("page", "")
    return Question(given, named.search or "", views, named, as_kept=True)


def lost(view: Any, asked: Question) -> str:
    """Say how much of a view is not there any more, or no longer the reader's to see; "" if all of it is."""
    if not asked.as_kept:
        return ""
    columns = {one.key for one in list_columns.offered(view)}
    filters = {flt.key for flt in view.filters()} | set(view.record_filters)
    missing = [
        key for key, value in asked.given.items(multi=True)
        if (key in ("col", "sort") and value not in columns)
        or (key.startswith("flt_") and key.removeprefix("flt_") not in filters)
    ]  # fmt: skip
    if not missing:
        return ""
    return ngettext("One part of this view is not there any more, or not in your role; it was left out.",
                    "%(num)s parts of this view are not there any more, or not in your role; they were left out.",
                    len(missing))  # fmt: skip


def tabs(view: Any, asked: Question) -> tuple[pages.MenuItem, ...]:
    """Give the ways to the views of a list, the plain list first; none if nothing is kept."""
    if not asked.views:
        return ()
    base = view.get_url(".index_view")
    everything = pages.MenuItem(_("All %(what)s", what=_(view.panel.several)), f"{base}?view=0", asked.view is None)
    kept = [pages.MenuItem(one.name, f"{base}?view={one.id}", one is asked.view) for one in asked.views]
    return (everything, *kept)


def keeping(view: Any, asked: Question, pairs: list[tuple[str, str]]) -> pages.KeepView:
    """Give the form that keeps what is on the page under a name."""
    changed = asked.view is not None and not asked.as_kept
    return pages.KeepView(
        url=url_for(f"list_views.{view.role}_keep"), table=view.panel.name, asked=urlencode(pairs),
        over=(str(asked.view.id), asked.view.name) if changed and asked.view is not None else None,
        manage_url=url_for(f"list_views.{view.role}", table=view.panel.name) if asked.views else "",
    )  # fmt: skip


# The page where they are kept


def _panel(role: str) -> Any:
    """Give the view of the list that the request names, if this role has it."""
    if current.acting_role() != role:
        abort(403)
    table = request.values.get("table", "")
    return current_app.extensions["casework_views"].get((role, table)) or abort(404)


def _page(role: str) -> Any:
    """Show one's own views of a list, to rename, to open first, to remove and to bring back."""
    view = _panel(role)
    name, base = view.panel.name, url_for(f"{view.endpoint}.index_view")
    return render_template(
        "casework/list_views.html", heading=_("Your views of %(list)s", list=_(view.panel.several)), table=name,
        above=pages.Link(_(view.panel.several.capitalize()), base),
        kept=[(one, f"{base}?view={one.id}") for one in saved_views.of_list(db.session, name)],
        removed=saved_views.of_list(db.session, name, removed=True),
        change_url=url_for(f"list_views.{role}_change"), longest=saved_views.LENGTHS["name"],
    )  # fmt: skip


def _keep(role: str) -> Any:
    """Keep what a list shows under a new name, or in place of what a view showed before."""
    view = _panel(role)
    pairs = parse_qsl(request.form.get("asked", ""))
    search = request.form.get("search", "")
    base = url_for(f"{view.endpoint}.index_view")
    try:
        if over := row_key(request.form.get("over")):
            kept = saved_views.keep_anew(db.session, _own(over), pairs, search)
        else:
            name = request.form.get("name", "")
            kept = saved_views.keep(db.session, view.panel.name, name, pairs, search, first="first" in request.form)
        number, words = kept.id, _("Kept: “%(name)s”.", name=kept.name)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
        return redirect(f"{base}?{urlencode(pairs)}" if pairs else base)
    flash(words, "success")
    return redirect(f"{base}?view={number}")


def _own(key: int) -> SavedView:
    return db.session.scalars(select(SavedView).where(SavedView.id == key)).one_or_none() or abort(404)


ACTS: dict[str, Callable[..., SavedView]] = {
    "first": saved_views.open_first, "plain": saved_views.open_plain, "remove": saved_views.remove,
    "back": saved_views.bring_back,
}  # fmt: skip


def _change(role: str) -> Any:
    """Rename a view, open the list with it, remove it or bring it back."""
    view = _panel(role)
    kept, act = _own(row_key(request.form.get("id"))), request.form.get("act", "")
    try:
        if act == "rename":
            saved_views.rename(db.session, kept, request.form.get("name", ""))
        else:
            (ACTS.get(act) or abort(400))(db.session, kept)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    else:
        words = {
            "rename": _("Saved."), "first": _("The list opens with this view from now on."),
            "plain": _("The list opens as the office made it."),
            "remove": _("Removed. It stands at the foot of this page, where you can bring it back."),
            "back": _("It is back."),
        }  # fmt: skip
        flash(words[act], "success")
    return redirect(url_for(f"list_views.{role}", table=view.panel.name))


for _role in ROLES:
    if panels_of(_role):
        bp.add_url_rule(f"/{_role}/views/", _role, _page, defaults={"role": _role})
        bp.add_url_rule(f"/{_role}/views/keep/", f"{_role}_keep", _keep, methods=["POST"], defaults={"role": _role})
        bp.add_url_rule(f"/{_role}/views/change/", f"{_role}_change", _change, methods=["POST"],
                        defaults={"role": _role})  # fmt: skip
