"""What every request passes: closed by default, same origin, token, headers, plain words for errors."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, InternalServerError

from admin_views import current, documents, hide, login, named, pages, refused, typed, unavailable
from admin_views.db import db
from casework import auth
from models.database import begin_mode

OPEN_TO_ALL = {"static", "login.form", "login.sign_in", "login.again", "setup.page", "healthz"}
# What is open while a step of signing in is still to be done, and while the screen is hidden.
WHILE_AT = {
    "code": {"login.code", "login.sign_out"},
    "set_up": {"account.second_factor", "login.sign_out"},
    "hidden": {"hide.screen", "hide.page", "hide.show", "login.sign_out"},
}
READS = {"GET", "HEAD", "OPTIONS"}
SAVED = {302, 303}  # a form that was saved leads on to another page
# A name that is looked for must not stand in an address, so these come by POST; they never wait for a writer.
READS_BY_POST = (".index_view", ".ajax_lookup", ".date_in_words", ".agencies_found", "_cases_found",
                 "find.manager", "find.caseworker", "manager_found", "caseworker_found")  # fmt: skip
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
csrf = CSRFProtect()


def install(app: Flask) -> None:
    """Put every door on `app`; how much may be sent is decided before the token is looked for in it."""
    app.before_request(_choose_lock)
    app.before_request(documents.allow_large)
    csrf.init_app(app)
    app.before_request(current.begin_acting)
    app.before_request(_same_origin)
    app.before_request(_signed_in_only)
    app.before_request(_note_being_there)
    app.after_request(_headers)
    app.after_request(_after_saving)
    app.after_request(named.note_reading)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(Exception, _apologise)


def _choose_lock() -> None:
    """Decide how transactions begin, before anything reads: else the first one begins like the last request's did."""
    begin_mode.set("DEFERRED" if _only_reads() else "IMMEDIATE")


def _only_reads() -> bool:
    return request.method in READS or (request.endpoint or "").endswith(READS_BY_POST)


def _same_origin() -> tuple[str, int] | None:
    """Refuse what another site sends: a second wall beside the token."""
    if request.method in READS:
        return None
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin != request.host_url.rstrip("/")
    if foreign or request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return _message(_("Not done"), _("This request came from another website, so nothing was done."), 400)
    return None


def _signed_in_only() -> Any:
    """Close every address to strangers, except the few named above, and to those who are only half in."""
    if request.endpoint in OPEN_TO_ALL:
        return None
    who = current.person()
    if who is None:
        return _ask_to_sign_in()
    if who.is_hidden:
        return None if request.endpoint in WHILE_AT["hidden"] else hide.answer(keep=not _only_reads())
    if not who.is_in and request.endpoint not in WHILE_AT[who.stage]:
        wanted = "login.code" if who.stage == "code" else "account.second_factor"
        return redirect(url_for(wanted)) if request.method in READS else abort(403)
    return None


def _ask_to_sign_in() -> Any:
    if request.method in READS:
        wanted = request.full_path.rstrip("?") if request.path != "/" else None
        return redirect(url_for("login.form", next=wanted))
    return login.in_place() or _message(
        _("Please sign in again"),
        _("You were signed out before this was saved. Go back, copy what you typed, and sign in."),
        401,
    )


def _note_being_there() -> None:
    """Let the idle time begin again, at most once a minute, in a short transaction of its own."""
    who = current.person()
    if who is not None and auth.is_due(who, current.now()):
        idle = current.lifetime().idle
        db.session.rollback()  # on SQLite a request that saves has the one writer's place already
        auth.seen(db.engine, who, current.now(), idle)


def _after_saving(response: Response) -> Response:
    """Forget the draft of a form that was saved; write down what the consent gate has refused."""
    saved = request.method == "POST" and response.status_code in SAVED and request.endpoint not in OPEN_TO_ALL
    with unavailable.passed_over():  # what was asked for is done and answered; a draft that stays does no harm
        if saved and current.acting_role():
            typed.forget(request.path, request.args.items(multi=True))
        refused.write_down()
    return response


def _headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _message(heading: str, text: str, status: int, *, reference: str = "") -> tuple[str, int]:
    home = pages.Link(_("Go to the first page"), url_for("home"), primary=True)
    page = pages.MessagePage(heading, text, (home,), reference)
    return render_template("casework/message.html", page=page), status


REFUSALS = {403: "not in this role", 404: "no such record within reach"}
WORDS = {
    400: ("Not done", "The page sent something we could not read. Go back, reload the page and try again."),
    403: ("Not in your role", "This page is not part of your role. Ask the office manager if you need it."),
    404: ("Not found", "There is no such page, or the record is not one you may open."),
    405: ("Not done", "This address cannot be opened like that. Use the buttons on the pages."),
    413: ("Too large", "That is more than 4 MB. Shorten the text or send it in parts."),
}


def _explain(error: HTTPException) -> Any:
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return _apologise(error.original_exception)  # it arose on the way out, after the page was made
    if error.response is not None or (error.code or 500) < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    if error.code in REFUSALS:
        refused.note_door(REFUSALS[error.code])
    heading, text = WORDS.get(error.code or 500, WORDS[400])
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and request.blueprint == documents.bp.name:
        text = "This file is larger than 20 MB, so it was not kept. Go back and choose a smaller one."
    if isinstance(error, CSRFError):
        text = _("This page was too old, so nothing was saved. Go back, reload it and try again.")
    return _message(_(heading), str(text if isinstance(error, CSRFError) else _(text)), error.code or 500)


def _apologise(error: Exception) -> Any:
    """Answer an unforeseen error with a reference only; the log gets the kind of error and the place."""
    if (not_now := unavailable.answer(error)) is not None:
        return not_now
    db.session.rollback()
    reference = secrets.token_hex(4)
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
    current_app.logger.error("%s %s at %s (%s)", reference, type(error).__name__, place, request.endpoint)
    if current_app.config.get("TESTING"):
        raise error
    return make_response(
        _message(
            _("Something went wrong"),
            _("It is our fault, not yours. Nothing was saved. Tell the office manager the reference below."),
            500,
            reference=reference,
        )
    )


def endpoints() -> frozenset[str]:
    """Give the names of every page of the running application."""
    return frozenset(current_app.view_functions)
