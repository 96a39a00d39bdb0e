"""A scorecard as it leaves: on paper, and as the letter that asks an agency for its comment. Both are logged."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from admin_views import scorecard_shown
from admin_views.db import db
from admin_views.scorecard import ROLES, WRITERS, bp, family_names, lead_of, read
from admin_views.withdrawal import as_file
from casework import audit, letters
from casework.context import acting
from casework.problems import RuleBroken
from casework.promises import counted_from
from casework.settings import text_setting
from exports import scorecards as told_

SUBJECT = "Scorecard"  # what the audit trail calls it


def _print(role: str) -> Any:
    """Show the scorecard for paper: small numbers hidden whoever opens it."""
    agency, form, told = read(role, leaves=True)
    who = acting(db.session)
    audit.write_line(db.engine, audit.entry(who, "exported", SUBJECT, agency.id, told_.parameters(told), "printed"))
    return render_template(
        "casework/scorecard_print.html", body=scorecard_shown.body_of(told, "paper"), heading=agency.name,
        lead=lead_of(told), family=family_names(told), least=told.least,
        office=text_setting(db.session, "letterhead_name"),
        back_url=url_for(f"scorecard.{role}", id=agency.id, period=form.period.data or "whole"),
    )  # fmt: skip


def _letter(role: str) -> Any:
    """Make the letter that tells an agency its figures and asks for its comment."""
    from exports import reply_letter
    from exports.letters import MIME, TemplateRefused

    agency, _form, told = read(role, leaves=True)
    if not told.is_told:
        abort(404)
    try:
        template = letters.template_for(db.session, "right_of_reply")
        made = reply_letter.made(
            template, told, family_names(told),
            answer_by=counted_from(db.session, "scorecard_reply", acting(db.session).today).on,
            office=text_setting(db.session, "letterhead_name"),
        )  # fmt: skip
    except (RuleBroken, TemplateRefused) as fault:
        db.session.rollback()
        flash(str(fault), "warning")
        return redirect(url_for(f"scorecard.{role}", id=agency.id))
    audit.write(db.session, "exported", SUBJECT, agency.id, told_.parameters(told), f"letter, SHA-256 {made.sha256}")
    db.session.commit()
    return as_file(made.content, made.name, MIME)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/agency/scorecard/print/", f"{_role}_print", _print, defaults={"role": _role})
for _role in WRITERS:
    bp.add_url_rule(f"/{_role}/agency/scorecard/letter/", f"{_role}_letter", _letter, methods=["POST"],
                    defaults={"role": _role})  # fmt: skip
