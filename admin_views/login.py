"""Signing in and out: the passphrase, the code of the second step, and signing in again in place."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, login_user, logout_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from admin_views import current, typed
from admin_views.db import db
from casework import audit, auth, drafts, seal, second_factor, tries
from casework.calendar import local
from models import User

bp = Blueprint("login", __name__)
SAFE_PATH = re.compile(r"/(?![/\\])[\w\-./?=&%+,~]*", re.ASCII)
WRONG, WAIT = 401, 429
MINUTE = timedelta(minutes=1)
TICKET_LASTS = 7 * 24 * 3600  # seconds; as long as a page may still prove where it came from
NOTHING_TYPED = ("login.", "hide.", "drafts.")  # whose fields are not worth carrying


def install(app: Flask) -> None:
    """Wire Flask-Login; the cookie carries a word that names a row of ours."""
    manager = LoginManager()
    manager.session_protection = None  # it binds to the address, which changes on a phone
    manager.init_app(app)
    manager.user_loader(_load)
    app.register_blueprint(bp)


def _load(token: str) -> current.SignedIn | None:
    person = auth.person_of(db.session, token, current.now())
    return current.SignedIn(person) if person else None


# The passphrase


@bp.get("/login")
def form() -> Any:
    if current_user.is_authenticated:
        return redirect(url_for("home"))
    return _page()


@bp.post("/login")
def sign_in() -> Any:
    username = request.form.get("username", "")
    user, problem, status = _judged(username, request.form.get("password", ""))
    if user is None:
        return _page(username[:40], problem), status
    return redirect(enter(user, safe_path(request.form.get("next"))))


def _judged(username: str, passphrase: str) -> tuple[User | None, str, int]:
    """Give the account if it may go on, else a sentence and a status: the same for names that nobody has."""
    most = tries.limits(db.session)
    db.session.rollback()
    wait = tries.begin(db.engine, username, current.address(), current.now(), most)
    user = auth.fitting(db.session, username, passphrase) if wait is None else None
    if user is not None:
        db.session.expunge(user)
    db.session.rollback()
    if user is not None:
        tries.forgive(db.engine, username)
        return user, "", 200
    _log("locked" if wait else "sign_in_failed", None)
    if wait is not None:
        return None, wait_words(wait), WAIT
    return None, _("The name or the passphrase is not right. Check both and try again."), WRONG


def wait_words(until: datetime) -> str:
    """Say when somebody may try again, to the next full minute."""
    return _("Too many wrong tries. Wait and try again from %(clock)s.", clock=f"{_next_minute(until):%H:%M}")


def _next_minute(moment: datetime) -> datetime:
    at = local(moment)
    return at if at.second == at.microsecond == 0 else at.replace(second=0, microsecond=0) + MINUTE


def enter(user: User, wanted: str | None = None) -> str:
    """Begin the sign-in of an account whose passphrase fitted, and give where it goes on."""
    stage = second_factor.stage_for(db.session, user, must=current.config().second_factor)
    begin(user.id, user.epoch, stage)
    if stage == "code":
        return url_for("login.code", next=wanted)
    return url_for("account.second_factor") if stage == "set_up" else wanted or url_for("home")


def begin(user_id: int, epoch: int, stage: str) -> None:
    """Begin a sign-in under a new word; nothing that was in the cookie before stays in it."""
    before, lifetime = current.person(), current.lifetime()
    db.session.rollback()
    token = auth.begin(
        db.engine, user_id, epoch, stage, address=current.address(), now=current.now(), lifetime=lifetime,
        instead_of=before.sign_in_id if before else None,
    )  # fmt: skip
    session.clear()
    login_user(_load(token))
    # The same for every sign-in of one account and round: a page that was open before an idle sign-in ended can
    # still be saved after its owner has signed in again, and by nobody else.
    session["csrf_token"] = seal.keyed_hash(db.engine, "page token", f"{user_id}:{epoch}")
    current.begin_acting()
    db.session.rollback()
    if stage != "code":
        _log("signed_in", user_id)


@bp.post("/logout")
def sign_out() -> Any:
    person = current.person()
    if person is not None:
        db.session.rollback()
        auth.end(db.engine, person, current.now())
        _log("signed_out", person.user_id)
    logout_user()
    session.clear()
    return redirect(url_for("login.form"))


# The code of the second step


@bp.route("/login/code", methods=["GET", "POST"])
def code() -> Any:
    """Ask for the code; wrong ones are counted like wrong passphrases."""
    who = current.person()
    if who is None or who.stage != "code":
        return redirect(url_for("home"))
    wanted = safe_path(request.values.get("next"))
    if request.method == "GET":
        return render_template("casework/code.html", next=wanted or "", problem="")
    problem, status = _code_fault(who.user_id, who.username, request.form.get("code", ""))
    if problem:
        return render_template("casework/code.html", next=wanted or "", problem=problem), status
    begin(who.user_id, who.epoch, "in")
    return redirect(wanted or url_for("home"))


def _code_fault(user_id: int, username: str, typed_code: str) -> tuple[str, int]:
    """Use up a code; give a sentence and a status, ("", 200) if it was right."""
    most, factor = tries.limits(db.session), second_factor.of(db.session, user_id)
    counted_as = f"code {username}"  # counted apart: a right passphrase forgives no wrong code
    if factor is not None:
        db.session.expunge(factor)
    db.session.rollback()
    wait = tries.begin(db.engine, counted_as, current.address(), current.now(), most)
    if wait is not None:
        return wait_words(wait), WAIT
    way = second_factor.accept(db.engine, factor, typed_code, current.now()) if factor is not None else None
    if way is None:
        _log("code_failed", user_id)
        return _("This code is not right, or it was used before. Wait for the next one and try again."), WRONG
    tries.forgive(db.engine, counted_as)
    if way == "recovery":
        _log("recovery_used", user_id)
    return "", 200


# Signing in again in place


def in_place() -> Any:
    """Answer what was sent after its sign-in had ended: sign in here, and nothing that was typed is lost.

    None where the account is not known any more, or nothing was typed.
    """
    fields, owner = typed.posted(), auth.whose(db.session, session.get("_user_id", ""))
    path = safe_path(request.full_path.rstrip("?"))
    if owner is None or path is None or not typed.can_be_carried(fields) or is_ours(request.endpoint):
        return None
    db.session.rollback()
    return _again(owner[0], owner[1], path, fields, typed.files()), WRONG


def is_ours(endpoint: str | None) -> bool:
    """Say whether what was sent there is of signing in, or is no form: nothing that is worth carrying."""
    return (endpoint or "").startswith(NOTHING_TYPED) or (endpoint or "").endswith(".ajax_lookup")


@bp.post("/login/again")
def again() -> Any:
    """Sign the same account in again and offer to save what was typed, with one more press."""
    try:
        user_id, username, path, files = _tickets().loads(request.form.get("ticket", ""), max_age=TICKET_LASTS)
    except BadSignature:
        return redirect(url_for("login.form"))
    fields = list(zip(request.form.getlist("n"), request.form.getlist("v"), strict=False))
    user, problem, status = _judged(username, request.form.get("password", ""))
    if user is not None and (user.id != user_id or not _can_enter_now(user)):
        return redirect(url_for("login.form"))
    if user is not None and _has_code(user):
        problem, status = _code_fault(user.id, username, request.form.get("code", ""))
    if problem or user is None:
        return _again(user_id, username, path, fields, files, problem), status
    begin(user.id, user.epoch, "in")
    return render_template("casework/signed_in_again.html", path=path, fields=fields, files=files)


def _can_enter_now(user: User) -> bool:
    stage = second_factor.stage_for(db.session, user, must=current.config().second_factor)
    return stage != "set_up"


def _has_code(user: User) -> bool:
    return second_factor.stage_for(db.session, user, must=False) == "code"


def _again(user_id: int, username: str, path: str, fields: drafts.Typed, files: list[str], problem: str = "") -> str:
    factor = second_factor.of(db.session, user_id)
    return render_template(
        "casework/again.html", username=username, fields=fields, files=files, problem=problem,
        asks_code=factor is not None and factor.in_use_since is not None,
        ticket=_tickets().dumps([user_id, username, path, files]),
    )  # fmt: skip


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="sign in again")


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
