"""Write down what happened, and for each agency whether it was told: one page, one saving, new or known."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError

from admin_views import current, details, forms, pages, saving, shown
from admin_views.case_incidents import mismatch_words, of_case, series_lines
from admin_views.db import db
from admin_views.happened_forms import HappenedForm
from admin_views.keys import row_key
from casework import incidents
from casework.problems import RuleBroken
from models import Case, Incident
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("happened", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE, CONFLICT = 422, 409
GROUPS = (
    ("closed", ("reopened_because",)),
    ("when", (("happened_on", "happened_at"), "precision", ("place_id", "area_id"))),
    ("what", ("what", "types", "perpetrators")),
    ("seen", ("strands", "perceived_by")),
    ("before", (("previous_count", "first_happened_on"), "fear_of_escalation", "impact", "coping")),
    ("told", ("crime_ref",)),
)


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    incident, case = _subject()
    form = _form(incident, case)
    if request.method != "POST":
        return _show(role, case, form, incident)
    if incident is not None and form.version.is_stale:
        return _conflict(role, case, form, incident)
    if not form.validate():
        return _show(role, case, form, incident)
    return _save(role, case, form, incident)


def _subject() -> tuple[Incident | None, Case]:
    """Give the incident that is changed, or the case that a new one belongs to, as far as the reader may open it."""
    whole = joinedload(Case.client), joinedload(Case.kind)
    if "incident" in request.args:
        loading = forms.loading(Incident, Sensitivity.SPECIAL)
        statement = select(Incident).where(Incident.id == row_key(request.args.get("incident"))).options(*loading)
        incident = db.session.scalars(statement).unique().one_or_none() or abort(404)
        return incident, incident.case or abort(404)
    key = row_key(request.args.get("case"))
    return None, db.session.scalars(select(Case).where(Case.id == key).options(*whole)).one_or_none() or abort(404)


def _form(incident: Incident | None, case: Case) -> Any:
    known = incidents.agencies_of(db.session, case)
    usual = {"area_id": case.area_id} if incident is None else {}
    form = HappenedForm(
        request.form if request.method == "POST" else None, obj=incident, data=usual, meta={"known_agencies": known}
    )
    if incident is not None or case.status != "closed":
        del form.reopened_because
    return form


def _save(role: str, case: Case, form: Any, incident: Incident | None) -> Any:
    is_new = incident is None
    made = Incident(case=case) if incident is None else incident
    because = form.reopened_because.data if "reopened_because" in form else None
    try:
        with db.session.no_autoflush:
            form.populate_obj(made)
        incidents.tell(db.session, made, reopened_because=because)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, _beside(broken.problems, form))
        return _show(role, case, form, incident)
    except StaleDataError:
        db.session.rollback()
        form.is_conflict = True
        saving.show_problems(form, [saving.changed_meanwhile()])
        return _show(role, case, form, incident)
    _say(made, is_new=is_new, reopened=bool(because))
    return redirect(details.url_of(role, case) or url_for("home"))


def _beside(problems: Any, form: Any) -> list[Any]:
    """Name the boxes of this page: it asks for the day in its own box, and for a reason to open the case again."""
    names = {"from_at": "happened_on", "case": "reopened_because" if "reopened_because" in form else "case"}
    return [type(one)(names.get(one.field, one.field), one.text) for one in problems]


def _say(incident: Incident, *, is_new: bool, reopened: bool) -> None:
    flash(_("Saved. Nothing has left the office.") if is_new else _("Saved: %(what)s.", what=str(incident)), "success")
    if reopened:
        flash(_("The case is open again."), "info")
    if is_new and incident.raised_risk_to:
        words = by_key(Incident)["raised_risk_to"].info.choice_label(incident.raised_risk_to)
        flash(_("It has happened again within a short time, so the risk of this case was raised to “%(risk)s”.",
                risk=_(words).lower()), "warning")  # fmt: skip
    for report in incident.reports:
        if report.mismatch:
            flash(mismatch_words(report), "warning")


def _conflict(role: str, case: Case, form: Any, incident: Incident) -> Any:
    """Show what a colleague saved meanwhile beside what was typed; saving again is then a decision."""
    pairs = []
    for one in by_key(Incident).values():
        name = forms.form_name(one)
        if name in form and one.kind != "rows" and form[name].data != form[name].object_data:
            theirs = shown.text(one, incident, Sensitivity.SPECIAL)
            pairs.append((str(form[name].label.text), theirs, saving.typed_words(form[name])))
    told = (str(form.reports.label.text), _("as saved now"), _("as it stands below"))
    form.version.renew()
    return _show(role, case, form, incident, conflict=pairs or [told])


def _show(role: str, case: Case, form: Any, incident: Incident | None, *, conflict: Any = None) -> Any:
    own = details.url_of(role, case) or url_for("home")
    heading = _("What happened?") if incident is None else _("What happened: %(what)s", what=incident)
    page = pages.FormPage(
        heading=heading, title=_("What happened, case %(case)s", case=case), verb=_("Save"), leave_url=own,
        above=pages.Link(case.label(Sensitivity.PERSONAL), own), echo_url=url_for("pages.date_in_words"),
        lookup_url=url_for("refer.agencies_found"), groups=tuple(_groups(form)),
    )  # fmt: skip
    all_fields = url_for(f"{role}_incident.edit_view", id=incident.id) if incident is not None else ""
    follows = url_for(f"{role}_case.create_view", client_id=case.client_id, previous_id=case.id)
    answer = render_template(
        "casework/happened.html", page=page, form=form, lines=series_lines(role, case, of_case(case)),
        follows=follows if case.status == "closed" else "", all_fields=all_fields, conflict=conflict,
        refer_url=url_for(f"refer.{role}", case=case.id),
    )  # fmt: skip
    if conflict or form.is_conflict:
        return answer, CONFLICT
    return answer, UNPROCESSABLE if form.errors else 200


def _groups(form: Any) -> Any:
    headings = {
        "closed": _("Open the case again"), "when": _("When and where"), "what": _("The incident"),
        "seen": _("How they see it"), "before": _("Before, and since"), "told": _("Who has been told"),
    }  # fmt: skip
    for key, names in GROUPS:
        there = tuple(name for name in names if not isinstance(name, str) or name in form)
        if there:
            yield pages.Group(headings[key], there)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/happened/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
