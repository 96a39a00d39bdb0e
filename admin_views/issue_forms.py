"""The forms around issues: what several clients meet with, what of a case is evidence, and who decides by when."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_views import options, shown
from admin_views.db import db
from admin_views.fields import (
    AreaField,
    AtMost,
    ChoiceField,
    DateText,
    LineField,
    LookupField,
    OnceField,
    Required,
    TicksField,
)
from admin_views.forms import OfficeForm
from casework import incidents
from casework.datetext import short
from casework.issues import Said, Thing
from models import Agency, AgencyConduct, Case, Code, Incident, Issue, Referral, Worker
from models.declared import by_key
from models.fields import Sensitivity

NAMES = {"case": Case, "referral": Referral, "incident": Incident, "conduct": AgencyConduct}


def _help(name: str) -> Any:
    return _l(by_key(Issue)[name].info.help)


def staff() -> list[tuple[int, str]]:
    """Give the staff who work here, by name."""
    found = select(Worker.id, Worker.name).where(Worker.kind == "staff", Worker.active).order_by(Worker.name, Worker.id)
    return [(key, name) for key, name in db.session.execute(found)]


def finders() -> dict[str, Any]:
    """Give the finder of agencies, for look-ups."""
    return {"agency": options.Finder(db.session, Agency, Sensitivity.OFFICE, (Agency.active.is_(True),))}


class IssueForm(OfficeForm):
    """Everything that is said of a new issue."""

    once = OnceField()
    things = TicksField(_l("What it rests on"), choices=lambda: ())
    title = LineField(
        _l("The pattern in a sentence"), [Required(), AtMost(120)], description=_help("title"), width="w-long",
    )  # fmt: skip
    agency_id = LookupField(_l("Agency"), finder="agency", description=_l("Type part of its name."))
    unit_id = LookupField(_l("Which part of it"), finder="agency", description=_help("unit"))
    policy = LineField(_l("Policy or practice"), [AtMost(200)], description=_help("policy"), width="w-long")
    cause_id = ChoiceField(
        _l("The cause we see"), choices=lambda: options.codes("systemic_cause"), description=_help("cause"),
    )  # fmt: skip
    finding = AreaField(_l("What we find"), description=_help("finding"), lines=4)
    owner_id = ChoiceField(_l("Who decides"), [Required(_l("Choose who decides about it."))], choices=staff)
    decide_by = DateText(_l("Decide by"), [Required()], description=_l("30 Nov, fri or +10wd"))

    def said(self) -> Said:
        keys = ((self.agency_id, Agency), (self.unit_id, Agency), (self.cause_id, Code), (self.owner_id, Worker))
        agency, unit, cause, owner = (options.fetched(model)(one.data) if one.data else None for one, model in keys)
        return Said(
            title=self.title.data, agency=agency, unit=unit, policy=self.policy.data or None, cause=cause,
            finding=self.finding.data or None, owner=owner, decide_by=self.decide_by.data,
        )  # fmt: skip


class EvidenceForm(OfficeForm):
    """What of one case belongs to which issue."""

    once = OnceField()
    issue_id = ChoiceField(_l("Issue"), [Required(_l("Choose the issue."))], choices=lambda: (), width="w-full")
    things = TicksField(_l("What belongs there"), choices=lambda: ())
    why = LineField(_l("Why it belongs there"), [AtMost(200)], width="w-long")


def offered(cases: list[Case], *, whole: bool = True) -> list[tuple[str, str]]:
    """Give what of these cases may be evidence, as ("referral-3", words): the case as a whole, then single things."""
    found: list[tuple[str, str]] = []
    for case in cases:
        label = case.label(Sensitivity.PERSONAL)
        found += [(f"case-{case.id}", _("%(case)s: the case as a whole", case=label))] if whole else []
        found += [(key, f"{case.ref}: {words}" if len(cases) > 1 else words) for key, words in _things(case)]
    return found


def _things(case: Case) -> list[tuple[str, str]]:
    def of(model: Any) -> list[Any]:
        return list(db.session.scalars(select(model).where(model.case_id == case.id).order_by(model.id.desc())))

    asked = [(f"referral-{one.id}", words_of(one)) for one in of(Referral) if one.status != "draft"]
    met = [(f"conduct-{one.id}", words_of(one)) for one in of(AgencyConduct)]
    happened = [(f"incident-{one.id}", words_of(one)) for one in of(Incident)]
    return asked + met + happened


def words_of(thing: Thing) -> str:
    """Give what a thing is in words, without a client's name."""
    if isinstance(thing, Referral):
        came = thing.outcome.words if thing.outcome is not None else shown.text(
            by_key(Referral)["status"], thing, Sensitivity.OFFICE
        )  # fmt: skip
        day = short(thing.sent_on) if thing.sent_on is not None else ""
        return " · ".join(
            filter(None, (_("Request: %(what)s", what=thing.request.words), thing.agency.name, came, day))
        )
    if isinstance(thing, AgencyConduct):
        return " · ".join((thing.code.words, thing.agency.name, short(thing.happened_on)))
    if isinstance(thing, Incident):
        return _("Incident of %(when)s", when=incidents.when_words(thing))
    return _("The case as a whole")


def things_of(keys: list[str]) -> list[Thing]:
    """Give the things that were ticked, within the reader's scope."""
    found = []
    for one in keys:
        name, _dash, number = one.partition("-")
        row = options.fetched(NAMES[name])(int(number))
        found += [row] if row is not None else []
    return found
