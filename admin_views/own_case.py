"""The case that a task screen is about, looked up within the reader's reach, and where it leads back to."""

from __future__ import annotations

from flask import abort, request, url_for
from sqlalchemy import select

from admin_views import current, details, pages
from admin_views.db import db
from admin_views.keys import row_key
from models import Case
from models.fields import Sensitivity

ROLES = ("manager", "caseworker")
UNPROCESSABLE, CONFLICT = 422, 409


def case_for(role: str) -> Case:
    """Give the case named in the address; 403 for another role, 404 outside the reader's scope."""
    if current.acting_role() != role:
        abort(403)
    key = row_key(request.args.get("case"))
    case = db.session.scalars(select(Case).where(Case.id == key)).one_or_none()
    return case or abort(404)


def page_of(role: str, case: Case) -> str:
    return details.url_of(role, case) or url_for("home")


def above(role: str, case: Case) -> pages.Link:
    return pages.Link(case.label(Sensitivity.PERSONAL), page_of(role, case))
