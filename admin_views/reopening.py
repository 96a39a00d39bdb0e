"""Open a closed case again, with a reason; what it was closed for and what it follows stand beside it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_views import pages, plan
from admin_views.closing import bp
from admin_views.db import db
from admin_views.own_case import ROLES, UNPROCESSABLE, case_for, page_of
from casework import cases
from casework.datetext import short
from casework.problems import RuleBroken
from models import Case
from models.fields import Sensitivity

LONGEST_REASON = 200


def _reopen(role: str) -> Any:
    """Open a closed case again: what it was closed for, what it follows, and the reason."""
    case = case_for(role)
    if case.status != "closed":
        flash(_("This case is open already."), "info")
        return redirect(page_of(role, case))
    reason, problems = request.form.get("reason", "").strip()[:LONGEST_REASON], ()
    if request.method == "POST":
        problems = _reopened(case, reason)
        if not problems:
            flash(_("Open again. The earlier closing is kept in a note."), "success")
            return redirect(page_of(role, case))
    chain = plan.chain_shown(role, case)
    page = pages.ConfirmPage(
        heading=_("Open this case again?"), verb=_("Open again"), back_url=page_of(role, case),
        action_url=url_for(f"closing.{role}_reopen", case=case.id), asks_reason=True, reason=reason, problems=problems,
        items=(pages.Cell(case.label(Sensitivity.PERSONAL)),
               *(pages.Cell(one.text, url=one.url) for one in chain["chain_links"])),
        lines=tuple(filter(None, (_was_closed(case), chain["chain_words"]))),
        stays=_("The first opening stays, and so does everything on file. After-care contacts that wait are ended."),
    )  # fmt: skip
    return render_template("casework/confirm.html", page=page), UNPROCESSABLE if problems else 200


def _was_closed(case: Case) -> str:
    why = case.closure_reason.words if case.closure_reason is not None else ""
    words = _("Closed %(day)s", day=short(case.closed_on)) if case.closed_on is not None else _("Closed")
    return f"{words}: {why}." if why else f"{words}."


def _reopened(case: Case, reason: str) -> tuple[str, ...]:
    """Open the case again and commit; give the sentences of what stands against it."""
    if not reason:
        return (_("Give the reason for reopening this case."),)
    try:
        cases.reopen(db.session, case, reason)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        return tuple(one.text for one in broken.problems)
    return ()


for _role in ROLES:
    bp.add_url_rule(
        f"/{_role}/closing/reopen/", f"{_role}_reopen", _reopen, methods=["GET", "POST"], defaults={"role": _role},
    )  # fmt: skip
