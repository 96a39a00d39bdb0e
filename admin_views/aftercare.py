"""After-care: ask once more how things are, write it down, or open the case again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import details, pages, plan_shown, saving, shown
from admin_views.db import db
from admin_views.fields import AreaField, ChipsField, Required
from admin_views.measure_forms import AnswersForm
from admin_views.own_case import ROLES, UNPROCESSABLE, above, case_for, page_of
from casework import aftercare
from casework.datetext import short
from casework.problems import RuleBroken
from models import Case
from models.cases import MEDIA

bp = Blueprint("aftercare", __name__)
WAYS = ("phone", "visit", "text", "email", "letter")


class ContactForm(AnswersForm):
    reached = ChipsField(
        _l("What happened"), [Required(_l("Say whether they were reached."))],
        choices=((True, _l("Reached them")), (False, _l("Tried, no answer"))),
    )  # fmt: skip
    medium = ChipsField(
        _l("How"), [Required()], choices=lambda: [(one, _(dict(MEDIA)[one])) for one in WAYS], default="phone",
    )  # fmt: skip
    text = AreaField(_l("Note"), [Required(_l("Say in a few words what was said, or that nobody answered."))])


def _page(role: str) -> Any:
    case = case_for(role)
    if case.status != "closed":
        flash(_("This case is open, so there is no after-care yet."), "info")
        return redirect(page_of(role, case))
    form = ContactForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        answer = _save(role, case, form)
        if answer is not None:
            return answer
    return _show(role, case, form)


def _save(role: str, case: Case, form: ContactForm) -> Any:
    try:
        if form.reached.data:
            aftercare.record_contact(db.session, case, form.text.data, medium=form.medium.data, answers=form.answers())
        else:
            aftercare.record_try(db.session, case, form.text.data, medium=form.medium.data)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return None
    flash(_said(case, reached=form.reached.data), "success")
    return redirect(page_of(role, case))


def _said(case: Case, *, reached: bool) -> str:
    if not reached:
        return _("Written down. The contact is still to make.")
    left = aftercare.waiting_for(db.session, case)
    return _("Saved. Next contact %(day)s.", day=short(left[0].due_on)) if left else _("Saved. After-care is complete.")


def _show(role: str, case: Case, form: ContactForm) -> Any:
    today, waiting = plan_shown.today(), aftercare.waiting_for(db.session, case)
    allowed = aftercare.permission(db.session, case, today)
    page = pages.FormPage(
        heading=_("After-care contact"), title=_("After-care of %(case)s", case=case), verb=_("Save contact"),
        leave_url=page_of(role, case), above=above(role, case),
        lead=_("Closed %(day)s", day=short(case.closed_on)) if case.closed_on is not None else "",
    )  # fmt: skip
    lines = [
        pages.Line(task.what, shown.due_badge(task.due_on, today, short(task.due_on)), second=task.trace or "")
        for task in waiting
    ]  # fmt: skip
    answer = render_template(
        "casework/aftercare.html", page=page, form=form, waiting=lines,
        safe=details.safe_contact(case.client) if case.client is not None else "",
        until=short(allowed.expires_on) if allowed is not None else "",
        reopen_url=url_for(f"closing.{role}_reopen", case=case.id),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors or form.form_errors else 200


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/aftercare/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
