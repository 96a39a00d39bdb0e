"""Which agencies fit a request: by their kind and by the area they cover, each with the reason in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from casework import guard
from casework.changes import is_changed
from casework.context import acting
from casework.problems import Problem
from casework.scope import office_wide
from models import Agency, Area, Case, Code

COUNCIL_HOUSING = ("la_housing", "housing_association", "private_landlord")
HELPERS = ("advice_agency", "community_partner", "solicitor")
# request, kinds of agency that can do it, the most usual first. A request that is not named fits every kind.
FITTING_KINDS = (
    ("record_as_hate_incident", ("police", "la_community_safety_asb", *COUNCIL_HOUSING, "school", "nhs")),
    ("investigate", ("police", "la_community_safety_asb", *COUNCIL_HOUSING, "school", "nhs", "cps_courts")),
    ("protect_or_cctv", ("la_community_safety_asb", "police", *COUNCIL_HOUSING)),
    ("repairs", COUNCIL_HOUSING),
    ("rehouse_transfer", COUNCIL_HOUSING),
    ("act_against_perpetrator", ("police", "la_community_safety_asb", *COUNCIL_HOUSING, "school", "probation")),
    ("s17_assessment", ("la_childrens_services",)),
    ("s17_accommodation", ("la_childrens_services",)),
    ("s17_subsistence", ("la_childrens_services",)),
    ("emergency_accommodation", ("emergency_accommodation", "la_homelessness", "la_childrens_services")),
    ("homelessness_application", ("la_homelessness",)),
    ("police_complaint", ("police", "ombudsman_regulator")),
    ("legal_advice", ("solicitor", "advice_agency")),
    ("nrpf_condition_change", ("home_office", "solicitor")),
    ("counselling", ("community_partner", "nhs", "advice_agency")),
    ("ombudsman", ("ombudsman_regulator",)),
)


@dataclass(frozen=True)
class Suggestion:
    """An agency and why it is suggested, in words."""

    agency: Agency
    why: str


def suggest_agencies(db: Session, case: Case, request: Code) -> list[Suggestion]:
    """Give the agencies for a request in the case's area, nearest fit first.

    An agency that names its areas must cover this one; one that names none works everywhere. People from
    outside our casework area also get the advice and community organisations of their own borough.
    Source: service statement, "Client group" (always advised and, where possible, referred on).
    """
    return where_to_ask(db, request, case.area or (case.client.area if case.client is not None else None))


def where_to_ask(db: Session, request: Code | None, area: Area | None) -> list[Suggestion]:
    """Give the agencies in use for a request (None: any) in a borough (None: any), nearest fit first."""
    ranked = {kind: place for place, kind in enumerate(_kinds(db, request, area))}
    fitting = [one for one in _in_use(db) if one.kind.code in ranked and _covers(one, area)]
    fitting.sort(key=lambda one: (not one.areas, ranked[one.kind.code], one.name))
    return [Suggestion(one, _why(one, area)) for one in fitting]


def agencies_covering(db: Session, area: Area) -> int:
    """Count the agencies in use that name this area as theirs."""
    return (
        db.scalar(
            office_wide(
                select(func.count(Agency.id)).where(Agency.active.is_(True), Agency.areas.any(Area.id == area.id))
            )
        )
        or 0
    )


def _kinds(db: Session, request: Code | None, area: Area | None) -> Iterator[str]:
    fitting = dict(FITTING_KINDS).get(request.code) if request is not None else None
    if fitting is None:
        fitting = tuple(db.scalars(select(Code.code).where(Code.list == "agency_kind").order_by(Code.sort)))
    yield from fitting
    if area is not None and not area.is_served_on(acting(db).today):
        yield from (kind for kind in HELPERS if kind not in fitting)


def _in_use(db: Session) -> list[Agency]:
    agencies = select(Agency).where(Agency.active.is_(True)).order_by(Agency.name)
    return list(db.scalars(agencies.options(selectinload(Agency.areas), selectinload(Agency.kind))))


def _covers(agency: Agency, area: Area | None) -> bool:
    return area is None or not agency.areas or area in agency.areas


def _why(agency: Agency, area: Area | None) -> str:
    if not agency.areas:
        return f"{agency.kind.words}; works everywhere"
    if area is None:
        return f"{agency.kind.words}; the borough is not known yet, so ask whether they cover it"
    return f"{agency.kind.words}; covers {area.name}"


# Rules


def a_chain_never_loops(agency: Agency, _db: Session) -> Iterator[Problem]:
    """A team stands under a service and that under a borough; going up always ends."""
    above = agency.parent if is_changed(agency, "parent") else None
    seen: list[Agency] = []
    while above is not None and above not in seen:
        if above is agency:
            names = " is part of ".join(one.name for one in (agency, *seen, agency))
            yield Problem("parent", f"This would go round in a circle: {names}. Choose a body that stands above it.")
            return
        seen.append(above)
        above = above.parent


guard.register(Agency, a_chain_never_loops)
