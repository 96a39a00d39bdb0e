"""The first manager of an office: a page that is open only while there is no account at all.

Its code is printed where the program was started, so whoever types it has the machine. Accounts are never
deleted, so the page stays closed for ever once there was one.
"""

from __future__ import annotations

import base64
import secrets
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from admin_views import current, login
from admin_views.db import db
from casework import auth, passphrases, seal, tries
from casework.context import Acting, set_acting
from casework.locks import hold
from casework.problems import RuleBroken
from casework.text import clean_line
from models import User, Worker

bp = Blueprint("setup", __name__)
FIELDS = ("code", "name", "username")
CODE_BYTES = 5  # eight letters: with ten tries in five minutes, guessing takes longer than any office is empty
LONGEST_NAME = 80
UNPROCESSABLE, WAIT = 422, 429


def code_while_empty(app: Flask) -> str | None:
    """Give the code to print at the start, None once there is an account."""
    with app.app_context():
        set_acting(db.session, Acting(now=current.now(), username="start"))
        try:
            return None if _has_accounts() else _code()
        except DBAPIError:
            return None


@bp.route("/setup", methods=["GET", "POST"])
def page() -> Any:
    if _has_accounts():
        abort(404)
    typed = {name: clean_line(request.form.get(name, ""))[:LONGEST_NAME] for name in FIELDS}
    if request.method == "GET":
        return _page(typed, {})
    most = tries.limits(db.session)
    db.session.rollback()
    wait = tries.begin(db.engine, "first account", current.address(), current.now(), most)
    if wait is not None:
        return _page(typed, {"": login.wait_words(wait)}), WAIT
    problems = _problems(typed)
    if not problems:
        tries.forgive(db.engine, "first account")
        made, problems = _make(typed)
        if made is not None:
            return redirect(login.enter(made))
    return _page(typed, problems), UNPROCESSABLE


def _problems(typed: dict[str, str]) -> dict[str, str]:
    """Give a sentence for each box; without the right code nothing else is said."""
    if not secrets.compare_digest(_plain(typed["code"]).encode(), _plain(_code()).encode()):
        return {"code": _("This is not the code. Look where the program was started.")}
    found = {}
    if not typed["name"]:
        found["name"] = _("Enter your name.")
    if fault := passphrases.fault_of(request.form.get("password", ""), typed["username"].lower()):
        found["password"] = _(fault)
    elif request.form.get("password") != request.form.get("password_again"):
        found["password_again"] = _("The two are not the same. Type the passphrase again.")
    return found


def _make(typed: dict[str, str]) -> tuple[User | None, dict[str, str]]:
    """Make the account, once: whoever comes second at the same moment finds the page closed."""
    hold(db.session, "the first account")
    if _has_accounts():
        abort(404)
    user = User(username=typed["username"].lower(), role="manager", worker=Worker(name=typed["name"], kind="staff"))
    auth.set_passphrase(user, request.form["password"])
    db.session.add(user)
    try:
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        return None, {one.field if one.field in FIELDS else "": _(one.text) for one in broken.problems}
    made = db.session.scalars(select(User)).one()
    db.session.expunge(made)
    return made, {}


def _has_accounts() -> bool:
    return db.session.scalars(select(User.id).limit(1)).first() is not None


def _code() -> str:
    """Give the code of this office: made from its secret, so that it is the same after a new start."""
    made = base64.b32encode(seal.key_for(db.engine, "first account")[:CODE_BYTES]).decode()
    return f"{made[:4]}-{made[4:]}"


def _plain(code: str) -> str:
    return "".join(code.upper().split()).replace("-", "")


def _page(typed: dict[str, str], problems: dict[str, str]) -> str:
    return render_template("casework/set_up.html", typed=typed, problems=problems)
