"""Passphrases: a manager gives a new one, everybody may change their own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import current, pages
from admin_views.db import db
from admin_views.fields import LineField, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import auth, passphrases
from models import User

bp = Blueprint("accounts", __name__)


class PassphraseForm(OfficeForm):
    passphrase = LineField(
        _l("New passphrase"), [Required()], description=_l("12 to 128 characters; four or five words.")
    )


@bp.route("/manager/user/passphrase/", methods=["GET", "POST"])
def passphrase() -> Any:
    """Give an account a new passphrase; whoever is signed in with the old one is signed out."""
    if current.acting_role() != "manager":
        abort(403)
    user = db.session.get(User, row_key(request.args.get("id")))
    if user is None:
        abort(404)
    form = PassphraseForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        fault = passphrases.fault_of(form.passphrase.data, user.username)
        if fault is None:
            auth.set_passphrase(user, form.passphrase.data)
            db.session.commit()
            flash(_("New passphrase set for %(who)s. Tell it to them in person.", who=user.username), "success")
            return redirect(url_for("manager_user.details_view", id=user.id))
        form.passphrase.errors = [*form.passphrase.errors, fault]
    page = pages.FormPage(
        heading=_("New passphrase for %(who)s", who=user.username),
        title=_("New passphrase"),
        verb=_("Set passphrase"),
        leave_url=url_for("manager_user.details_view", id=user.id),
    )
    return render_template("casework/form.html", form=form, page=page), 422 if form.errors else 200
