"""What clients would have us do better, waiting for the next review of all cases."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_views import current, pages
from admin_views.db import db
from admin_views.fields import Required, TicksField
from admin_views.file_access import answered, attempt
from admin_views.forms import OfficeForm
from casework import learning
from casework.datetext import short
from models import Feedback

bp = Blueprint("improvements", __name__)


def _form_class(waiting: list[Feedback]) -> type[OfficeForm]:
    pairs = [(one.id, f"{short(one.received_on)}: {one.improvement}") for one in waiting]

    class DiscussedForm(OfficeForm):
        discussed = TicksField(
            _l("Suggestions"), [Required(_l("Tick what the review has discussed."))], choices=pairs,
            description=_l("Tick what the review has discussed."),
        )  # fmt: skip

    return DiscussedForm


def _page() -> Any:
    if current.acting_role() != "manager":
        abort(403)
    waiting = learning.for_next_review(db.session)
    own = url_for("manager_home.index")
    above = pages.Link(_("My day"), own)
    if not waiting:
        text = _("No suggestion waits for the next review.")
        page = pages.MessagePage(_("For the next review"), text, links=(above,))
        return render_template("casework/message.html", page=page)
    form = _form_class(waiting)(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        chosen = [one for one in waiting if one.id in form.discussed.data]
        if attempt(form, lambda: learning.discuss(db.session, chosen)):
            flash(ngettext("%(num)s suggestion discussed.", "%(num)s suggestions discussed.", len(chosen)), "success")
            return redirect(own)
    page = pages.FormPage(
        heading=_("For the next review"), title=_("For the next review"), verb=_("Discussed today"), leave_url=own,
        above=above, lead=_("What clients would have us do better, the oldest first."),
    )  # fmt: skip
    return answered("casework/form.html", form, page=page)


bp.add_url_rule("/manager/improvements/", "manager", _page, methods=["GET", "POST"])
