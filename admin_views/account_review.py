"""Every account on one page, each quarter: keep it, have it changed, or close it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import current, pages, shown
from admin_views.db import db
from admin_views.fields import AtMost, ChoiceField, LineField
from admin_views.file_access import answered, attempt
from admin_views.forms import OfficeForm
from casework import account_reviews
from casework.account_reviews import Standing
from casework.context import acting
from casework.datetext import short
from casework.problems import Problem, RuleBroken
from models import AccountCheck
from models.declared import by_key
from models.people import ROLES

bp = Blueprint("account_review", __name__)
DECISIONS = by_key(AccountCheck)["decision"].info.choices
LONGEST = by_key(AccountCheck)["note"].length or 0


def _form_class(found: list[Standing]) -> type[OfficeForm]:
    boxes: dict[str, Any] = {}
    for one in found:
        who = one.user.username
        boxes[f"decision_{one.user.id}"] = ChoiceField(
            _("Decision on %(who)s", who=who), choices=[(word, _(words)) for word, words in DECISIONS], width="w-medium"
        )
        boxes[f"note_{one.user.id}"] = LineField(_("Note on %(who)s", who=who), [AtMost(LONGEST)], width="w-long")
    return type("AccountReviewForm", (OfficeForm,), boxes)


def _page() -> Any:
    """Show every account with when it was last used; what is chosen of each is saved together."""
    if current.acting_role() != "manager":
        abort(403)
    found = account_reviews.standings(db.session)
    form = _form_class(found)(request.form if request.method == "POST" else None)
    own = url_for("account_review.manager")
    if request.method == "POST" and form.validate():
        chosen = [one for one in found if form[f"decision_{one.user.id}"].data]
        if not chosen:
            form.form_errors = [_("Choose what becomes of at least one account.")]
        elif attempt(form, lambda: _decide(form, chosen)):
            flash(ngettext("%(num)s account looked at.", "%(num)s accounts looked at.", len(chosen)), "success")
            return redirect(own)
    today = acting(db.session).today
    return answered(
        "casework/account_review.html", form, accounts=[_shown(one) for one in found], own_url=own,
        count=sum(one.due_on <= today for one in found), back=pages.Link(_("My day"), url_for("manager_home.index")),
        before=pages.Link(_("What was decided before"), url_for("manager_accountcheck.index_view")),
    )  # fmt: skip


def _decide(form: Any, chosen: list[Standing]) -> None:
    """Decide of all of them; a problem stands beside the box of the account that has it, and then none is saved."""
    for one in chosen:
        key = one.user.id
        try:
            account_reviews.decide(db.session, one, form[f"decision_{key}"].data, form[f"note_{key}"].data or "")
        except RuleBroken as broken:
            names = {"note": f"note_{key}"}
            found = [Problem(names.get(fault.field, f"decision_{key}"), fault.text) for fault in broken.problems]
            raise RuleBroken(found) from broken


def _shown(one: Standing) -> dict[str, Any]:
    today = acting(db.session).today
    role = dict(ROLES)[one.user.role]
    return {
        "id": one.user.id, "name": one.user.worker.name if one.user.worker is not None else one.user.username,
        "username": one.user.username, "role": _(role), "url": url_for("manager_user.details_view", id=one.user.id),
        "signed_in": shown.moment(one.last_sign_in_at) if one.last_sign_in_at else _("Never"),
        "second": _("Set up") if one.has_second_step else _("None"), "no_second": not one.has_second_step,
        "checked": short(one.checked_on) if one.checked_on else _("Never"),
        "badge": shown.due_badge(one.due_on, today, short(one.due_on)), "asked": one.to_be_changed,
    }  # fmt: skip


bp.add_url_rule("/manager/accounts-review/", "manager", _page, methods=["GET", "POST"])
