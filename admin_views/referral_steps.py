"""What happens to a referral later: a draft is sent, an answer is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from admin_views import current, options, pages, saving
from admin_views.conduct import say
from admin_views.db import db
from admin_views.keys import row_key
from admin_views.refer import ROLES, UNPROCESSABLE, bp, page_after, sent_words
from admin_views.refer_forms import AnswerForm
from casework import conduct, referrals, told
from casework.context import acting
from casework.problems import Problem, RuleBroken
from models import AgencyConduct, Code, Referral
from models.declared import by_key
from models.fields import Sensitivity


def referral_for(role: str) -> Referral:
    """Give the request named in the address; 403 for another role, 404 outside the reader's scope."""
    if current.acting_role() != role:
        abort(403)
    key = row_key(request.args.get("id"))
    return db.session.scalars(select(Referral).where(Referral.id == key)).one_or_none() or abort(404)


def _send_draft(role: str) -> Any:
    """Send a draft that was kept: a page that says what will leave, then the gate."""
    referral = referral_for(role)
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            referrals.send(db.session, referral, request.form.get("channel") or "letter")
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            problems = tuple(problem.text for problem in broken.problems)
        else:
            flash(sent_words([referral]), "success")
            return redirect(page_after(role, [referral]))
    items = ", ".join(item.words for item in referral.items) or _("nothing yet")
    page = pages.ConfirmPage(
        heading=_("Send this referral?"), verb=_("Send now"), back_url=page_after(role, [referral]),
        action_url=url_for(f"refer.{role}_send", id=referral.id), problems=problems, hidden=(("channel", "letter"),),
        lines=(
            _("%(agency)s will be asked: %(request)s.", agency=referral.agency.name, request=referral.request.words),
            _("Shared with them: %(items)s.", items=items),
            _("It leaves only if the client's permission covers it today."),
        ),
        items=(pages.Cell(referral.case.label(Sensitivity.PERSONAL)),),
    )  # fmt: skip
    return render_template("casework/confirm.html", page=page), UNPROCESSABLE if problems else 200


def _answer(role: str) -> Any:
    """Record what came back: receipt, an answer, silence, or that we take it back."""
    referral = referral_for(role)
    if referral.kind == "referral_in":
        return redirect(url_for(f"partners.{role}_reply", id=referral.id))
    form = AnswerForm(request.form if request.method == "POST" else None, data={"on": acting(db.session).today})
    if request.method == "POST" and form.validate():
        try:
            _record_answer(referral, form)
            noted = _note_conduct(referral, form)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, _on_the_day(broken.problems))
        else:
            words = by_key(Referral)["status"].info.choice_label(referral.status).lower()
            told_words = _("Recorded: the client was told.")
            flash(told_words if form.step.data == "told" else _("Recorded: %(state)s.", state=words), "success")
            if noted:
                say(noted)
            return redirect(page_after(role, [referral]))
    page = pages.FormPage(
        heading=_("Record the answer"), title=_("Record the answer"), verb=_("Save answer"),
        leave_url=page_after(role, [referral]), above=pages.Link(str(referral), page_after(role, [referral])),
        lead=f"{referral.agency.name}: {referral.request.words}", echo_url=url_for("pages.date_in_words"),
        groups=(
            pages.Group(_("What came back"), ("step", "on", "outcome", "refusal_reason", "in_writing")),
            pages.Group(_("How they dealt with the client"), ("against", "credit", "what")),
        ),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _on_the_day(problems: Sequence[Problem]) -> list[Problem]:
    """Put a rule about the day the client was told beside the box that asks for the day."""
    return [Problem("on", one.text) if one.field == "client_told_on" else one for one in problems]


def _record_answer(referral: Referral, form: AnswerForm) -> None:
    session = db.session
    fetch = options.fetched(Code)
    if form.step.data == "acknowledged":
        referrals.acknowledge(session, referral, form.on.data)
    elif form.step.data == "no_response":
        referrals.no_response(session, referral)
    elif form.step.data == "told":
        told.tell_client(session, referral, form.on.data)
    elif form.step.data == "withdrawn":
        referrals.withdraw_referral(session, referral)
    else:
        reason = fetch(form.refusal_reason.data) if form.refusal_reason.data else None
        outcome = fetch(form.outcome.data) if form.outcome.data else None
        referrals.respond(
            session, referral, outcome, refusal_reason=reason, in_writing=form.in_writing.data, on=form.on.data,
        )  # fmt: skip


def _note_conduct(referral: Referral, form: AnswerForm) -> list[AgencyConduct]:
    """Note in the same saving how they dealt with it, where something was ticked."""
    return conduct.note_conduct(
        db.session, referral.case, referral.agency, form.conduct(), on=form.on.data, what=form.what.data or None,
        referral=referral,
    )  # fmt: skip


for _role in ROLES:
    for _name, _path, _page in (("send", "send", _send_draft), ("answer", "answer", _answer)):
        bp.add_url_rule(
            f"/{_role}/referral/{_path}/", f"{_role}_{_name}", _page, methods=["GET", "POST"], defaults={"role": _role},
        )  # fmt: skip
