"""Advise and refer on: how an enquiry ends that we cannot take on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import current, details, options, pages, saving
from admin_views.db import db
from admin_views.fields import Option
from admin_views.intake_forms import AdviseForm, advise_form
from admin_views.keys import row_key
from casework import turnaways
from casework.cases import NOT_YET_OPEN
from casework.context import acting
from casework.problems import RuleBroken
from models import Agency, Area, Case, Code
from models.fields import Sensitivity

bp = Blueprint("advise", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE = 422


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    case = _case()
    helpers = turnaways.helpers_covering(db.session, area) if (area := _area(case)) is not None else []
    offered = [Option(one.id, one.name, _about(one, area)) for one in helpers]
    form = advise_form(offered)(request.form if request.method == "POST" else None, data=_begins_with(case))
    if request.method == "POST" and form.validate() and _saved(case, form):
        flash(_("Advised, and counted: %(ref)s is closed.", ref=case.ref), "success")
        return redirect(details.url_of(role, case) or url_for("home"))
    return _show(role, case, form, helpers)


def _case() -> Case:
    """Give an enquiry that is not opened yet; anything else has another way to end."""
    enquiry = select(Case).where(Case.id == row_key(request.args.get("case")), Case.status.in_(NOT_YET_OPEN))
    return db.session.scalars(enquiry).one_or_none() or abort(404)


def _area(case: Case) -> Area | None:
    return case.area or (case.client.area if case.client is not None else None)


def _begins_with(case: Case) -> dict[str, Any]:
    return {"service_id": _key("service", "casework"), "reason_id": _key("turnaway_reason", turnaways.OUT_OF_AREA)
            if _is_outside(case) else None}  # fmt: skip


def _is_outside(case: Case) -> bool:
    area = _area(case)
    return area is not None and not area.is_served_on(acting(db.session).today)


def _key(code_list: str, short: str) -> int | None:
    return db.session.scalar(select(Code.id).where(Code.list == code_list, Code.code == short))


def _about(agency: Agency, area: Area | None) -> str:
    covers = _("covers %(area)s", area=area) if area in agency.areas else _("works everywhere")
    return ", ".join(part for part in (agency.kind.words, covers, agency.phone or "") if part)


def _saved(case: Case, form: AdviseForm) -> bool:
    fetch = options.fetched(Code)
    try:
        turnaways.advise_and_refer_on(
            db.session, case, form.advice.data, service=fetch(form.service_id.data), reason=fetch(form.reason_id.data),
            agencies=options.fetched(Agency)(form.agencies.data) if form.agencies.data else (),
            none_found=form.none_found.data or "", medium=case.first_contact_medium,
        )  # fmt: skip
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return False
    return True


def _show(role: str, case: Case, form: AdviseForm, helpers: list[Agency]) -> Any:
    own = details.url_of(role, case) or url_for("home")
    page = pages.FormPage(
        heading=_("Advise and refer on"), title=_("Advise and refer on: %(case)s", case=case),
        verb=_("Save and close the enquiry"), leave_url=own,
        above=pages.Link(case.label(Sensitivity.PERSONAL), own), lead=" ".join(_lead(case, helpers)),
        groups=(pages.Group(_("Advice"), ("advice",)), pages.Group(_("Who is nearer"), _nearer(helpers)),
                pages.Group(_("What could not be given"), ("service_id", "reason_id"))),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _nearer(helpers: list[Agency]) -> tuple[str, ...]:
    return ("agencies", "none_found") if helpers else ("none_found",)


def _lead(case: Case, helpers: list[Agency]) -> Iterator[str]:
    area = _area(case)
    if area is not None and _is_outside(case):
        yield _("%(area)s is outside our casework area.", area=area)
    yield _("Everybody is advised all the same and, where possible, referred on.")
    if area is not None:
        count = sum(area in one.areas for one in helpers)
        words = ngettext(
            "%(num)s organisation covers %(area)s.", "%(num)s organisations cover %(area)s.", count, area=area
        )
        yield words if count else _("No organisation that we know names %(area)s as its own.", area=area)


def acts(role: str, case: Case) -> Iterator[pages.Link]:
    """Offer it on the page of an enquiry."""
    if case.status in NOT_YET_OPEN:
        yield pages.Link(_("Advise and refer on"), url_for(f"advise.{role}", case=case.id))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/advise/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
