"""Ask how the client stands: four questions on one page, each of which may stay open."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_views import measure_forms, pages, plan_shown, saving
from admin_views.db import db
from admin_views.own_case import ROLES, UNPROCESSABLE, case_for
from admin_views.plan import address, bp
from casework import measures
from casework.problems import RuleBroken
from models import Case


def _measure(role: str) -> Any:
    """Ask the four questions: a page with chips, each of which may stay open."""
    case = case_for(role)
    form = measure_forms.MeasureForm(
        request.form if request.method == "POST" else None,
        data={"point": request.args.get("point") or _point(case), "measured_on": plan_shown.today()},
    )  # fmt: skip
    if request.method == "POST" and form.validate():
        try:
            made = measures.measure(db.session, case, form.point.data, form.answers(), form.measured_on.data)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            said = _("Saved.") if made else _("Nothing was answered, so nothing was saved.")
            flash(said, "success" if made else "info")
            return redirect(address(role, case))
    page = pages.FormPage(
        heading=_("How the client stands"), title=_("How the client stands, %(case)s", case=case),
        verb=_("Save answers"), leave_url=address(role, case), above=pages.Link(_("Action plan"), address(role, case)),
        lead=_("Ask in their language, in your own words. Each answer may stay open."),
        echo_url=url_for("pages.date_in_words"),
        groups=(pages.Group(_("Four questions"), ("safety", "isolation", "confidence", "coping")),
                pages.Group(_("When"), ("point", "measured_on"))),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _point(case: Case) -> str:
    """Give the point of the case at which we most likely are."""
    if case.status == "closed":
        return "aftercare"
    if case.status == "closing":
        return "closure"
    return "review" if measures.measures_of(db.session, case) else "intake"


for _role in ROLES:
    bp.add_url_rule(
        f"/{_role}/actionplan/measures/", f"{_role}_measure", _measure, methods=["GET", "POST"],
        defaults={"role": _role},
    )  # fmt: skip
