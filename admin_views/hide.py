"""Hide screen: a page that says nothing, whatever is asked for, until the passphrase is given."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_views import current, login, typed
from admin_views.db import db
from casework import audit, auth, drafts, tries

bp = Blueprint("hide", __name__)
LOCKED, WRONG, WAIT = 423, 401, 429


@bp.post("/hide")
def screen() -> Any:
    """Hide at once; the page that was open is kept here, so that no address on the screen tells of it."""
    who = current.person()
    if who is not None and not who.is_hidden:
        db.session.rollback()
        auth.hide(db.engine, who, current.now(), _page_that_was_open())
        audit.write_now(db.engine, audit.acting(db.session), "hidden", "User", who.user_id)
    return redirect(url_for("hide.page"), 303)


@bp.get("/hide")
def page() -> Any:
    who = current.person()
    return _neutral() if who is not None and who.is_hidden else redirect(url_for("home"))


@bp.post("/hide/show")
def show() -> Any:
    """Come back to the page that was open; wrong passphrases are counted like those of signing in."""
    who = current.person()
    if who is None or not who.is_hidden:
        return redirect(url_for("home"))
    most = tries.limits(db.session)
    db.session.rollback()
    wait = tries.begin(db.engine, who.username, current.address(), current.now(), most)
    if wait is not None:
        return _neutral(login.wait_words(wait)), WAIT
    user = auth.fitting(db.session, who.username, request.form.get("password", ""))
    path = login.safe_path(auth.hidden_path(db.session, who))
    db.session.rollback()
    if user is None:
        audit.write_now(db.engine, audit.acting(db.session), "sign_in_failed", "User", who.user_id)
        return _neutral(_("That is not right. Try again.")), WRONG
    tries.forgive(db.engine, who.username)
    auth.show(db.engine, who)
    auth.seen(db.engine, who, current.now(), current.lifetime().idle)
    db.session.rollback()
    audit.write_now(db.engine, audit.acting(db.session), "shown", "User", who.user_id)
    return redirect(path or url_for("home"))


def answer(*, keep: bool) -> Any:
    """Answer any request while the screen is hidden; what another window wanted to save is kept as a draft.

    What only asks (a day in words, a look-up) is nobody's draft, and its transaction could not write anyway: a reader
    that wants to write after somebody else has written is refused at once by SQLite.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return redirect(url_for("hide.page"))
    fields = typed.posted() if keep else []
    if fields:
        drafts.keep(db.session, typed.form_key(request.path, request.args.items(multi=True)), fields)
        db.session.commit()
    return _neutral(), LOCKED


def _page_that_was_open() -> str:
    came_from = urlsplit(request.referrer or "")
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return login.safe_path(path[:500]) or ""


def _neutral(problem: str = "") -> str:
    return render_template("casework/hidden.html", problem=problem)
