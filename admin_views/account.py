"""One's own account: where one is signed in, the passphrase, the second step; and a manager taking a step away."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from admin_views import current, login, pages, shown
from admin_views.db import db
from admin_views.keys import row_key
from casework import audit, auth, passphrases, second_factor, tries
from casework.auth import Person
from models import SignIn, User

bp = Blueprint("account", __name__)
SHOWN = 30
UNPROCESSABLE = 422
BORDER = 4  # modules of white around the square, as telephones need it


def _person() -> Person:
    return current.person() or abort(401)


@bp.get("/account/")
def page() -> Any:
    who = _person()
    factor = second_factor.of(db.session, who.user_id)
    has_factor = factor is not None and factor.in_use_since is not None
    mine = select(SignIn).where(SignIn.user_id == who.user_id).order_by(SignIn.id.desc()).limit(SHOWN)
    return render_template(
        "casework/account.html", rows=[_row(one, who) for one in db.session.scalars(mine)], has_factor=has_factor,
        codes_left=second_factor.codes_left(db.session, who.user_id) if has_factor else 0,
    )  # fmt: skip


def _row(one: SignIn, who: Person) -> pages.Row:
    is_over = one.ended_at is not None or current.now() > min(one.ends_at, one.idle_ends_at)
    state = pages.Badge(_("Over"), "note") if is_over or one.epoch != who.epoch else pages.Badge(_("Signed in"), "soon")
    if one.id == who.sign_in_id:
        state = pages.Badge(_("This one"), "ok")
    return pages.Row(str(one.id), (
        pages.Cell(shown.moment(one.started_at)), pages.Cell(shown.moment(one.last_seen_at)),
        pages.Cell(one.address or ""), pages.Cell(state.text, state),
    ))  # fmt: skip


@bp.post("/account/end-others")
def end_others() -> Any:
    who = _person()
    db.session.rollback()
    auth.end_others(db.engine, who, current.now())
    flash(_("Signed out everywhere else."), "success")
    return redirect(url_for("account.page"))


# The passphrase


@bp.route("/account/passphrase", methods=["GET", "POST"])
def passphrase() -> Any:
    """Change one's own passphrase; the old one is asked for and wrong ones are counted."""
    who, old, new = _person(), request.form.get("old", ""), request.form.get("new", "")
    problems: dict[str, str] = {}
    if request.method == "POST":
        if fault := passphrases.fault_of(new, who.username):
            problems["new"] = _(fault)
        if fault := _fault_of_old(who, old):
            problems["old"] = fault
        if not problems:
            return _changed(who, new)
    return render_template("casework/passphrase.html", problems=problems), UNPROCESSABLE if problems else 200


def _changed(who: Person, new: str) -> Any:
    """Keep the new passphrase and sign in anew: every other sign-in of the account is over."""
    user = db.session.get(User, who.user_id) or abort(404)
    auth.set_passphrase(user, new)
    db.session.commit()
    login.begin(user.id, user.epoch, "in")
    flash(_("Your passphrase is changed. Everywhere else you are signed out."), "success")
    return redirect(url_for("account.page"))


def fault_of_passphrase(typed: str) -> str:
    """Say what is wrong with one's own passphrase as it was typed once more; wrong ones are counted, "" if it fits."""
    return _fault_of_old(_person(), typed)


def _fault_of_old(who: Person, typed: str) -> str:
    most = tries.limits(db.session)
    db.session.rollback()
    wait = tries.begin(db.engine, who.username, current.address(), current.now(), most)
    if wait is not None:
        return login.wait_words(wait)
    fits = auth.fitting(db.session, who.username, typed) is not None
    db.session.rollback()
    if not fits:
        return _("This is not your passphrase.")
    tries.forgive(db.engine, who.username)
    return ""


# The second step


@bp.route("/account/second-factor", endpoint="second_factor", methods=["GET", "POST"])
def second_factor_page() -> Any:
    """Set the second step up: the square, the first code, then the recovery codes, shown once."""
    who = _person()
    user = db.session.get(User, who.user_id) or abort(404)
    factor = second_factor.prepare(db.session, user)
    if factor.in_use_since is not None:
        db.session.rollback()
        return redirect(url_for("account.page"))
    codes = (
        second_factor.confirm(db.session, factor, request.form.get("code", "")) if request.method == "POST" else None
    )
    square, letters = _square(second_factor.address_of(factor, who.username)), _in_fours(factor.secret)
    db.session.commit()
    if codes is not None:
        if not who.is_in:
            login.begin(who.user_id, who.epoch, "in")
        return render_template("casework/recovery_codes.html", codes=codes)
    problem = _("This code is not right. Wait for the next one and try again.") if request.method == "POST" else ""
    answer = render_template(
        "casework/second_factor.html", square=square, letters=letters, must=not who.is_in, problem=problem
    )
    return answer, UNPROCESSABLE if problem else 200


@bp.route("/account/recovery-codes", methods=["GET", "POST"])
def new_codes() -> Any:
    """Give recovery codes anew, once one's passphrase was given again: a screen left open must not give them away."""
    who = _person()
    factor = second_factor.of(db.session, who.user_id)
    if factor is None or factor.in_use_since is None:
        abort(404)
    problems: dict[str, str] = {}
    if request.method == "POST":
        if fault := _fault_of_old(who, request.form.get("old", "")):
            problems["old"] = fault
        else:
            return _made_anew(who)
    return render_template("casework/new_codes.html", problems=problems), UNPROCESSABLE if problems else 200


def _made_anew(who: Person) -> Any:
    codes = second_factor.new_recovery_codes(db.session, db.session.get(User, who.user_id) or abort(404))
    audit.write(db.session, "factor_set", "User", who.user_id, reason="new recovery codes")
    db.session.commit()
    return render_template("casework/recovery_codes.html", codes=codes)


@bp.route("/manager/user/second-factor/", methods=["GET", "POST"])
def reset() -> Any:
    """Take somebody's second step away, after a page that says what follows."""
    if current.acting_role() != "manager":
        abort(403)
    user = db.session.get(User, row_key(request.args.get("id"))) or abort(404)
    back = url_for("manager_user.details_view", id=user.id)
    if request.method == "POST":
        second_factor.take_away(db.session, user)
        db.session.commit()
        flash(_("The second step of %(who)s is taken away.", who=user.username), "success")
        return redirect(back)
    page = pages.ConfirmPage(
        heading=_("Take the second step of %(who)s away?", who=user.username), verb=_("Take it away"),
        back_url=back, action_url=url_for("account.reset", id=user.id),
        lines=(
            _("Make sure that it is really %(who)s who asks: in person, or by a voice you know.", who=user.username),
            _("They are signed out everywhere and their recovery codes are good no more."),
        ),
        stays=_("The passphrase stays. A manager sets up a new second step at the next sign-in."),
    )  # fmt: skip
    return render_template("casework/confirm.html", page=page)


def _square(address: str) -> tuple[int, str]:
    """Give the square as one drawing: how many modules wide, and the way of the pen over the dark ones."""
    drawn = segno.make(address, error="m")
    width, _height = drawn.symbol_size(border=BORDER)
    dark = [
        (x, y) for y, row in enumerate(drawn.matrix_iter(border=BORDER)) for x, is_dark in enumerate(row) if is_dark
    ]
    return width, "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
