"""Keeps what is being typed: the page's script asks here every few seconds, and when a form is opened again."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, abort, jsonify, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from admin_views import login, typed
from admin_views.db import db
from casework import drafts
from casework.access import BY_NAME
from casework.calendar import local
from casework.context import acting
from casework.datetext import short
from models import Draft

bp = Blueprint("drafts", __name__)


@bp.post("/drafts")
def answer() -> Any:
    """Keep, find or throw away the draft of the form whose address is `form`; `act` says which."""
    acts = {"keep": _keep, "find": _find, "throw": _throw}
    form = _form()
    act = acts.get(request.form.get("act", ""))
    return act(form) if form and act else abort(400)


def _form() -> str:
    """Give the name of the form whose address was sent, "" if it is no address of ours."""
    address = urlsplit(login.safe_path(request.form.get("form", "")[:1000]) or "")
    return typed.form_key(address.path, parse_qsl(address.query)) if address.path else ""


def _keep(form: str) -> Any:
    fields = list(zip(request.form.getlist("n"), request.form.getlist("v"), strict=False))
    try:
        kept = drafts.keep(db.session, form, fields)
        words = _kept_words(form, kept) if kept is not None else ""  # a save may take the draft away at any moment
        db.session.commit()
    except (IntegrityError, StaleDataError):  # two windows, or a save, at the same moment: the next time keeps it
        db.session.rollback()
        return jsonify({})
    return jsonify({"words": words or _("This is too long to be kept as a draft. Save it soon.")})


def _find(form: str) -> Any:
    draft = drafts.of(db.session, form)
    if draft is None:
        return jsonify({})
    day = local(draft.saved_at)
    is_today = day.date() == acting(db.session).today
    when = f"{day:%H:%M}" if is_today else f"{short(day.date())}, {day:%H:%M}"
    return jsonify({
        "fields": drafts.typed_of(draft), "html": render_template("casework/draft.html", when=when),
    })  # fmt: skip


def _throw(form: str) -> Any:
    drafts.throw_away(db.session, form)
    db.session.commit()
    return jsonify({"words": _("Thrown away.")})


def _kept_words(form: str, draft: Draft) -> str:
    clock = f"{local(draft.saved_at):%H:%M}"
    table = form.split("/")[2] if form.count("/") > 1 else ""
    if table in BY_NAME and BY_NAME[table].setup:
        return _("Draft kept %(clock)s. It is not saved until you save.", clock=clock)
    return _("Draft kept %(clock)s. It is not on the case until you save.", clock=clock)
