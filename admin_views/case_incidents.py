"""Incidents on the page of a case: the card of the series, their entries in the timeline, what agencies call them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import time

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views import details, pages
from admin_views.db import db
from casework import incidents
from casework.access import panel_for
from casework.calendar import utc_from_local
from casework.coverage import listed
from casework.datetext import MONTHS, short
from casework.settings import number_setting
from models import Case, Incident, IncidentReport
from models.declared import by_key

NOON = time(12)
SHORTENED = 60  # characters of what happened, in a line of the card
ROLES = ("manager", "caseworker")


def of_case(case: Case) -> list[Incident]:
    """Give the incidents of a case, oldest first, with all that the page says of them; read once in a request."""
    known: dict[int, list[Incident]] = g.setdefault("incidents_of_cases", {})
    if case.id not in known:
        report = selectinload(Incident.reports)
        statement = select(Incident).where(Incident.case_id == case.id).options(
            joinedload(Incident.place), selectinload(Incident.types), selectinload(Incident.strands),
            report.joinedload(IncidentReport.agency), report.joinedload(IncidentReport.agency_classification),
        )  # fmt: skip
        known[case.id] = incidents.in_order(db.session.scalars(statement).unique().all())
    return known[case.id]


def _places(found: Sequence[Incident]) -> dict[Incident, incidents.Place]:
    return incidents.places(found, number_setting(db.session, "repeat_incident"))


# The card


def card(role: str, case: Case) -> pages.Card | None:
    """Give the incidents of a case, the latest first, each with who has been told of it."""
    if role not in ROLES or panel_for(Incident, role) is None:
        return None
    found = of_case(case)
    add = pages.Link(_("Add"), url_for(f"happened.{role}", case=case.id))
    return pages.Card(
        key="incidents", heading=_("Incidents"), count=len(found), lines=tuple(series_lines(role, case, found)),
        links=(add,), empty=_("None written down yet."),
    )  # fmt: skip


def series_lines(role: str, case: Case, found: Sequence[Incident]) -> list[pages.Line]:
    """Give one line for each incident, the latest first."""
    return [_line(role, one) for one in reversed(found)]


def _line(role: str, incident: Incident) -> pages.Line:
    place = incident.place.words if incident.place is not None else ""
    return pages.Line(
        text=_few_words(incident), badge=pages.Badge(_badge(incident)), url=details.url_of(role, incident),
        second=" · ".join(filter(None, [place, told_words(incident)])),
    )  # fmt: skip


def _badge(incident: Incident) -> str:
    day = incidents.day_of(incident)
    month = MONTHS[day.month - 1][:3]
    return f"{month} {day.year}" if incident.precision == "month" else f"{day.day} {month}"


def _few_words(incident: Incident) -> str:
    """Give what kind it was, or the beginning of what was told."""
    if incident.types:
        return listed(one.words for one in incident.types)
    told = " ".join((incident.what or "").split())
    return f"{told[:SHORTENED].rstrip()} …" if len(told) > SHORTENED else told or _("What happened is not written down")


def told_words(incident: Incident) -> str:
    """Say who has been told, and who has not."""
    by_state: dict[str, list[str]] = {}
    for one in incident.reports:
        by_state.setdefault(one.state, []).append(one.agency.name if one.agency is not None else _("an agency"))
    parts = {
        "reported": _("reported to %(names)s"), "not_reported": _("not reported to %(names)s"),
        "client_declined": _("%(names)s not told: client’s wish"),
    }  # fmt: skip
    said = [parts[state] % {"names": ", ".join(by_state[state])} for state in parts if state in by_state]
    return "; ".join(said) or _("nobody told yet")


# The timeline


def timeline(role: str, case: Case) -> Iterator[pages.Entry]:
    """Give an entry for each incident, and one for each time an agency said what it calls one."""
    if role not in ROLES:
        return
    places = _places(of_case(case))
    for incident, place in places.items():
        yield _entry(role, incident, place)
        for report in incident.reports:
            if report.agency_classification is not None and report.answered_on is not None:
                yield _agency_entry(role, report, place)


def _entry(role: str, incident: Incident, place: incidents.Place) -> pages.Entry:
    words = by_key(Incident)["perceived_by"].info.choice_label(incident.perceived_by)
    seen = listed(one.words for one in incident.strands)
    perceived = _("Perceived as: %(what)s. So by: %(whom)s.", what=seen, whom=_(words).lower()) if seen else (
        _("Perceived so by: %(whom)s.", whom=_(words).lower()))  # fmt: skip
    told = told_words(incident)
    return pages.Entry(
        at=incident.from_at, when=incidents.when_words(incident), kind="incident", icon="flag", filled=True,
        title=_("Incident %(number)s", number=place.number), with_whom=_few_words(incident).lower(),
        said=incident.what or "", text=f"{perceived} {told[:1].upper()}{told[1:]}.", meta=_meta(incident, place),
        url=details.url_of(role, incident),
        links=(pages.Link(_("Change, or add who was told"), url_for(f"happened.{role}", incident=incident.id)),),
    )  # fmt: skip


def _meta(incident: Incident, place: incidents.Place) -> str:
    days = number_setting(db.session, "repeat_incident")
    again = ngettext("repeat within %(num)s day", "repeat within %(num)s days", days) if place.repeat else ""
    raised = by_key(Incident)["raised_risk_to"].info.choice_label(incident.raised_risk_to)
    risk = _("risk raised to %(risk)s", risk=_(raised).lower()) if raised else ""
    police = _("police reference %(ref)s", ref=incident.crime_ref) if incident.crime_ref else ""
    return " · ".join(filter(None, [place.words, ", ".join(filter(None, [again, risk])), police]))


def _agency_entry(role: str, report: IncidentReport, place: incidents.Place) -> pages.Entry:
    ways = {True: _("in writing"), False: _("only told")}
    how = ways.get(report.in_writing, "") if report.in_writing is not None else ""
    called = _("Calls it: %(what)s.", what=report.agency_classification.words)
    differs = _("Does not match what the client says. Noted as a difference.") if report.mismatch else ""
    return pages.Entry(
        at=utc_from_local(report.answered_on, NOON), when=short(report.answered_on), kind="agency", icon="agency",
        title=_("What they call it"), with_whom=report.agency.name if report.agency is not None else "", inward=True,
        text=f"{called} {differs}".strip(), url=details.url_of(role, report),
        meta=" · ".join(filter(None, [_("Incident %(number)s", number=place.number), how])),
    )  # fmt: skip


def mismatch_words(report: IncidentReport) -> str:
    """Say that an agency calls an incident something that denies what the client sees in it."""
    return _(
        "%(agency)s calls it “%(called)s”. That does not match what the client says, and is noted as a difference.",
        agency=report.agency, called=report.agency_classification,
    )  # fmt: skip


def acts(role: str, case: Case) -> Iterator[pages.Link]:
    """Offer to write down an incident; of a closed case too, since the page then asks why it is opened again."""
    if role in ROLES:
        yield pages.Link(_("Add incident"), url_for(f"happened.{role}", case=case.id))
