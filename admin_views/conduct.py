"""Note how an agency dealt with the client: one page, one saving, from the page of a case or of a request."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import case_incidents, options, pages, saving
from admin_views.conduct_forms import WithConduct
from admin_views.db import db
from admin_views.fields import ChoiceField, DateText, LookupField, Required
from admin_views.keys import row_key
from admin_views.own_case import ROLES, UNPROCESSABLE, above, case_for, page_of
from admin_views.refer_forms import AgencyChips
from casework import conduct, incidents
from casework.context import acting
from casework.datetext import short
from casework.incidents import agencies_of
from casework.problems import Problem, RuleBroken
from models import Agency, AgencyConduct, Case, Document, Incident, Referral
from models.fields import Sensitivity

bp = Blueprint("conduct", __name__)
NAMED = {"happened_on": "on", "agency": "agency_id", "unit": "unit_id"}  # columns by their boxes here


class ConductForm(WithConduct):
    """Which body, when, how, and what it rests on."""

    agency_id: Any = AgencyChips(_l("Agency"))
    other_id = LookupField(_l("Another agency"), finder="agency", description=_l("Type part of its name."))
    unit_id = LookupField(
        _l("Which part of it"), finder="agency", description=_l("A department or team that stands under it."),
    )  # fmt: skip
    on = DateText(_l("On"), [Required()], prefer="past")
    referral_id: Any = ChoiceField(_l("With the request"))
    incident_id: Any = ChoiceField(_l("About the incident"))
    document_id: Any = ChoiceField(_l("Shown by"), description=_l("A letter or recording on file."))

    def agency(self) -> Agency | None:
        key = self.other_id.data or self.agency_id.data
        return db.session.get(Agency, key) if key else None

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if fine and self.agency() is None:
            self.agency_id.errors = [_("Choose an agency, or type the name of another one.")]
        if fine and not (self.against.data or self.credit.data):
            self.against.errors = [_("Tick how they dealt with it, here or under “To their credit”.")]
        return fine and not (self.agency_id.errors or self.against.errors)


def _page(role: str) -> Any:
    case = case_for(role)
    form = _form(case)
    if request.method == "POST" and form.validate():
        try:
            made = _save(case, form)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, _here(broken.problems))
        else:
            say(made)
            return redirect(page_of(role, case))
    page = pages.FormPage(
        heading=_("How did they deal with it?"), title=_("Conduct of an agency"), verb=_("Save"),
        leave_url=page_of(role, case), above=above(role, case), echo_url=url_for("pages.date_in_words"),
        lookup_url=url_for("refer.agencies_found"), groups=_groups(),
        lead=_("What was said and done, good or bad, one tick for each. It stays with us; names of their staff are not "
               "kept."),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _groups() -> tuple[pages.Group, ...]:
    return (
        pages.Group(_("Who and when"), ("agency_id", "other_id", "unit_id", "on")),
        pages.Group(_("What they did"), ("against", "credit", "what")),
        pages.Group(_("What it rests on"), ("referral_id", "incident_id", "document_id")),
    )


def _form(case: Case) -> Any:
    finder = options.Finder(db.session, Agency, Sensitivity.OFFICE, (Agency.active.is_(True),))
    asked = _asked(case)
    known = {one.id: one.name for one in agencies_of(db.session, case)}
    known |= {one.agency_id: one.agency.name for one in asked}

    class OfCase(ConductForm):
        agency_id = AgencyChips(_l("Agency"), choices=sorted(known.items(), key=lambda pair: pair[1]))
        referral_id = ChoiceField(_l("With the request"), choices=[(one.id, _request_words(one)) for one in asked])
        incident_id = ChoiceField(_l("About the incident"), choices=_incidents(case))
        document_id = ChoiceField(
            _l("Shown by"), choices=_documents(case), description=_l("A letter or recording on file.")
        )

    begins = {"on": acting(db.session).today, **_named(asked)}
    return OfCase(request.form if request.method == "POST" else None, data=begins, meta={"finders": {"agency": finder}})


def _asked(case: Case) -> list[Referral]:
    found = select(Referral).where(Referral.case_id == case.id, Referral.status.not_in(("draft", "withdrawn")))
    return list(db.session.scalars(
        found.order_by(Referral.id.desc()).options(joinedload(Referral.agency), joinedload(Referral.request))
    ))  # fmt: skip


def _named(asked: list[Referral]) -> dict[str, Any]:
    """Give what the address names: the request on whose page somebody was, and whom it went to."""
    key = row_key(request.args.get("referral"))
    named = next((one for one in asked if one.id == key), None)
    return {"referral_id": named.id, "agency_id": named.agency_id} if named is not None else {}


def _request_words(one: Referral) -> str:
    sent = short(one.sent_on) if one.sent_on else ""
    return f"{one.agency.name}: {one.request.words} ({sent})"


def _incidents(case: Case) -> list[tuple[int, str]]:
    return [(one.id, incidents.when_words(one)) for one in reversed(case_incidents.of_case(case))]


def _documents(case: Case) -> list[tuple[int, str]]:
    found = select(Document).where(Document.case_id == case.id).order_by(Document.id.desc())
    return [(one.id, one.name) for one in db.session.scalars(found)]


def _save(case: Case, form: Any) -> list[AgencyConduct]:
    links = (("unit", Agency), ("referral", Referral), ("incident", Incident), ("document", Document))
    keys = {name: form[f"{name}_id"].data for name, _model in links}
    rests = {name: options.fetched(model)(keys[name]) for name, model in links if keys[name]}
    agency = form.agency()
    assert agency is not None
    return conduct.note_conduct(
        db.session, case, agency, form.conduct(), on=form.on.data, what=form.what.data or None, **rests
    )


def _here(problems: Any) -> list[Problem]:
    return [Problem(NAMED.get(one.field, one.field), one.text) for one in problems]


def say(made: list[AgencyConduct]) -> None:
    """Say what was noted, and that a threat to take children away is on today's list."""
    flash(ngettext("Noted.", "Noted: %(num)s things.", len(made)), "success")
    if any(one.code.code == conduct.THREAT_TO_TAKE_CHILDREN for one in made):
        flash(_("A threat to take children away is urgent: it stands on today's list."), "warning")


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/case-conduct/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
