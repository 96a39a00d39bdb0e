"""Chase an agency: it was asked again, by telephone unless said otherwise, today unless said otherwise."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_views import details, pages, saving
from admin_views.db import db
from admin_views.fields import AreaField, ChipsField, DateText, Required
from admin_views.forms import OfficeForm
from admin_views.refer import ROLES, UNPROCESSABLE, bp
from admin_views.referral_steps import referral_for
from casework import chases, tasks
from casework.calendar import utc_from_local
from casework.context import acting
from casework.datetext import short
from casework.problems import Problem, RuleBroken
from casework.referral_rules import days_chased
from casework.settings import number_setting
from models import Referral, ReferralChase
from models.declared import by_key

NOON = time(12)


class ChaseForm(OfficeForm):
    medium = ChipsField(
        _l("How"), [Required()], default="phone",
        choices=[(word, _l(words)) for word, words in by_key(ReferralChase)["medium"].info.choices],
    )  # fmt: skip
    on = DateText(_l("On"), [Required()], prefer="past")
    note = AreaField(_l("What was said"), lines=3, description=_l("A post, not the name of a person of theirs."))


def _page(role: str) -> Any:
    referral = referral_for(role)
    form = ChaseForm(request.form if request.method == "POST" else None, data={"on": acting(db.session).today})
    own = details.url_of(role, referral.case) or url_for("home")
    if request.method == "POST" and form.validate():
        try:
            chases.chase(db.session, referral, form.medium.data, note=form.note.data or None, at=_moment(form.on.data))
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(
                form, [Problem("on", one.text) if one.field == "at" else one for one in broken.problems]
            )
        else:
            flash(_said(referral), "success")
            return redirect(own)
    page = pages.FormPage(
        heading=_("Chase %(agency)s", agency=referral.agency.name), title=_("Chase an agency"), verb=_("Save chase"),
        leave_url=own, above=pages.Link(str(referral), details.url_of(role, referral) or own),
        lead=_lead(referral), echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _moment(day: date) -> datetime:
    """Give now for today, else the middle of the day."""
    who = acting(db.session)
    return who.now if day == who.today else utc_from_local(day, NOON)


def _lead(referral: Referral) -> str:
    due = _("answer due %(day)s", day=short(referral.response_due)) if referral.response_due else _("no day is set")
    times = len(days_chased(referral, db.session))
    chased = (
        ngettext("chased on 1 day so far", "chased on %(num)s days so far", times) if times else _("not chased yet")
    )
    return f"{referral.request.words}: {due}; {chased}."


def _said(referral: Referral) -> str:
    """Say when to ask next, and when silence may be written down."""
    again = next((one for one in tasks.waiting_for(db.session, "referral", referral) if one.kind == "answer"), None)
    words = _("Chased. Asked again on %(day)s.", day=short(again.due_on)) if again is not None else _("Chased.")
    over = referral.response_due is None or acting(db.session).today > referral.response_due
    enough = len(days_chased(referral, db.session)) >= number_setting(db.session, "chases_before_no_response")
    more = _("“No response” may be recorded now.") if over and enough and referral.status != "no_response" else ""
    return f"{words} {more}".strip()


for _role in ROLES:
    bp.add_url_rule(
        f"/{_role}/referral/chase/", f"{_role}_chase", _page, methods=["GET", "POST"], defaults={"role": _role}
    )
