"""Patterns: what the radar proposes after a scan of the whole office, and the two answers to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from admin_views import current, pattern_shown
from admin_views.db import db
from admin_views.keys import row_key
from casework import patterns
from casework.patterns import Proposal
from casework.problems import RuleBroken
from models import Pattern

bp = Blueprint("patterns", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE, LONGEST_KEY = 422, 200
NOBODY = ("", "", "")  # no proposal has a fault


def _page(role: str, problem: tuple[str, str, str] = NOBODY) -> Any:
    """Show what stands out now."""
    _must_be(role)
    radar = patterns.look_around(db.session)
    proposals = [pattern_shown.shown(role, place, one, problem) for place, one in enumerate(radar.proposals, 1)]
    answer = render_template(
        "casework/patterns.html", proposals=proposals, lead=pattern_shown.lead(radar) if radar.scan.looks else "",
        summary=patterns.summary(radar), rules=patterns.rules(db.session), looks=radar.scan.looks,
        looked_at=pattern_shown.what(radar),
        answered=[pattern_shown.answer(role, one) for one in radar.answered], role=role, wrong=problem[2],
        review_url=url_for(f"review.{role}"), issues_url=url_for(f"issues.{role}"),
    )  # fmt: skip
    return answer, UNPROCESSABLE if problem[2] else 200


def _must_be(role: str) -> None:
    if current.acting_role() != role:
        abort(403)


def _issue(role: str) -> Any:
    """Make an issue of a proposal, with its arithmetic and what of it the actor may open."""
    _must_be(role)
    proposal = _named()
    if proposal is None:
        return _gone(role)
    made: list[int] = []
    return _done(
        role, lambda: made.append(patterns.make_issue(db.session, proposal).id),
        _("An issue is made of it. Put the pattern into your own words, and say who decides by when."),
        lambda: url_for(f"{role}_issue.details_view", id=made[0]),
    )  # fmt: skip


def _dismiss() -> Any:
    """Keep that a proposal is no pattern, and why."""
    _must_be("manager")
    proposal, reason = _named(), request.form.get("reason", "")[:300]
    if proposal is None:
        return _gone("manager")
    try:
        patterns.dismiss(db.session, proposal, reason)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        return _page("manager", (proposal.key, reason, broken.problems[0].text))
    flash(_("Written down. It is proposed again only when it has grown."), "success")
    return redirect(url_for("patterns.manager"))


def _back() -> Any:
    """Take an answer back."""
    _must_be("manager")
    key = row_key(request.args.get("id"))
    pattern = db.session.scalars(select(Pattern).where(Pattern.id == key)).one_or_none() or abort(404)
    return _done(
        "manager", lambda: patterns.take_back(db.session, pattern),
        _("Taken back: it is proposed again as long as it stands out."), lambda: url_for("patterns.manager"),
    )  # fmt: skip


def _named() -> Proposal | None:
    """Give the proposal that the page named, as it stands now."""
    key = request.form.get("key", "")[:LONGEST_KEY]
    return next((one for one in patterns.look_around(db.session).proposals if one.key == key), None)


def _gone(role: str) -> Any:
    flash(_("Not done: this no longer stands out, or a colleague has answered it. This is how it is now."), "warning")
    return redirect(url_for(f"patterns.{role}"))


def _done(role: str, act: Callable[[], object], words: str, leads_to: Callable[[], str]) -> Any:
    try:
        act()
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
        return redirect(url_for(f"patterns.{role}"))
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        return _gone(role)
    flash(words, "success")
    return redirect(leads_to())


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/review/patterns/", _role, _page, defaults={"role": _role})
    bp.add_url_rule(f"/{_role}/review/patterns/issue/", f"{_role}_issue", _issue, methods=["POST"],
                    defaults={"role": _role})  # fmt: skip
bp.add_url_rule("/manager/review/patterns/dismiss/", "manager_dismiss", _dismiss, methods=["POST"])
bp.add_url_rule("/manager/review/patterns/back/", "manager_back", _back, methods=["POST"])
