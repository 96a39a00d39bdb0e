"""Signing in and out."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, login_user, logout_user

from admin_views import current
from admin_views.db import db
from casework import audit, auth

bp = Blueprint("login", __name__)
SAFE_PATH = re.compile(r"/(?![/\\])[\w\-./?=&%+,~]*", re.ASCII)


def install(app: Flask) -> None:
    """Wire Flask-Login; the cookie carries a token that `casework.auth` can end."""
    manager = LoginManager()
    manager.session_protection = None  # it binds to the address, which changes on a phone
    manager.init_app(app)
    manager.user_loader(_load)
    app.register_blueprint(bp)


def _load(token: str) -> current.SignedIn | None:
    person = auth.person_of(db.session, token)
    return current.SignedIn(person) if person else None


@bp.get("/login")
def form() -> Any:
    if current_user.is_authenticated:
        return redirect(url_for("home"))
    return _page()


@bp.post("/login")
def sign_in() -> Any:
    username, passphrase = request.form.get("username", ""), request.form.get("password", "")
    person = auth.sign_in(db.session, username, passphrase)
    db.session.rollback()
    if person is None:
        _log("sign_in_failed", None)
        return _page(username[:40], _("The name or the passphrase is not right. Check both and try again.")), 401
    session.clear()
    login_user(current.SignedIn(person))
    session.permanent = True
    session["signed_in_at"] = current.now().timestamp()
    current.begin_acting()
    _log("signed_in", person.user_id)
    return redirect(safe_path(request.form.get("next")) or url_for("home"))


@bp.post("/logout")
def sign_out() -> Any:
    person = current.person()
    if person is not None:
        auth.end_sign_ins(db.session, person.user_id)
        db.session.commit()
        _log("signed_out", person.user_id)
    logout_user()
    session.clear()
    return redirect(url_for("login.form"))


def safe_path(wanted: str | None) -> str | None:
    """Give `wanted` if it is a plain path of this site, None otherwise."""
    return wanted if wanted and SAFE_PATH.fullmatch(wanted) else None


def _page(username: str = "", problem: str = "") -> str:
    return render_template(
        "casework/login.html",
        username=username,
        problem=problem,
        next=safe_path(request.values.get("next")) or "",
        demo=current.config().demo,
    )


def _log(action: str, user_id: int | None) -> None:
    audit.write_now(db.engine, audit.acting(db.session), action, "User", user_id)
