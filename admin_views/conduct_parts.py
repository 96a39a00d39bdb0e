"""How agencies dealt with a client: entries of the case's timeline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import pages
from admin_views.case_reads import has
from admin_views.case_record import day_as_moment
from admin_views.db import db
from admin_views.own_case import ROLES
from casework.coverage import listed
from casework.datetext import short
from models import AgencyConduct, Case


def entries(role: str, case: Case) -> Iterator[pages.Entry]:
    """Give what was noted of each agency, on its day; what was noted together stands together."""
    if role not in ROLES or not has(case, AgencyConduct):
        return
    found = select(AgencyConduct).where(AgencyConduct.case_id == case.id).order_by(AgencyConduct.id)
    links = (AgencyConduct.agency, AgencyConduct.unit, AgencyConduct.code)
    rows = db.session.scalars(found.options(*(joinedload(link) for link in links)))
    for _key, together in groupby(rows, _noted_together):
        yield _entry(role, list(together))


def _noted_together(one: AgencyConduct) -> tuple[object, ...]:
    return one.unit or one.agency, one.happened_on, one.favourable, one.what


def _entry(role: str, rows: list[AgencyConduct]) -> pages.Entry:
    one = rows[0]
    return pages.Entry(
        at=day_as_moment(one.happened_on, last=True), when=short(one.happened_on), kind="agency", icon="agency",
        title=_("To their credit") if one.favourable else _("How they dealt with it"),
        with_whom=f"{one.unit or one.agency}: {listed(row.code.words for row in rows).lower()}", said=one.what or "",
        meta=_("noted by itself, from what they call an incident") if one.by_itself else "", inward=True,
        url=url_for(f"{role}_conduct.details_view", id=one.id), recorded_at=one.created_at, by=one.created_by_id,
    )  # fmt: skip
