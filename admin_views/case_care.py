"""On the page of a case: who has looked after it, requests to see the file, restrictions, and the acts for these."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import shown
from admin_views.case_reads import has
from admin_views.db import db
from admin_views.pages import Badge, Card, Line, Link
from casework.context import acting
from casework.datetext import short
from casework.file_access import OVER
from models import Case, CaseWorker, FileRequest, Restriction
from models.declared import by_key

ROLES = ("manager", "caseworker")


def caseworkers(role: str, case: Case) -> Card | None:
    """Give who has led the case, the present one first, and how often that changed."""
    if role not in ROLES:
        return None
    statement = select(CaseWorker).where(CaseWorker.case_id == case.id).options(joinedload(CaseWorker.worker))
    latest_first = statement.order_by(CaseWorker.valid_from.desc(), CaseWorker.id.desc())
    rows = list(db.session.scalars(latest_first)) if has(case, CaseWorker) else []
    changes = max(0, len(rows) - 1)
    lead = ngettext("Changed once.", "Changed %(num)s times.", changes) if changes else _("The same person throughout.")
    return Card("caseworkers", _("Caseworker"), tuple(_caseworker(one) for one in rows), lead=lead)


def _caseworker(row: CaseWorker) -> Line:
    ended = _("until %(day)s", day=short(row.valid_to)) if row.valid_to else ""
    untold = row.reason is not None and row.client_told_on is None
    told = _("client told %(day)s", day=short(row.client_told_on)) if row.client_told_on else ""
    return Line(
        row.worker.name,
        badge=Badge(_("Client not told yet"), "soon") if untold and row.valid_to is None else None,
        second=" · ".join(filter(None, (_("from %(day)s", day=short(row.valid_from)), ended, row.reason, told))),
    )


def file_requests(role: str, case: Case) -> Card | None:
    """Give the requests to see this file that are not over yet."""
    if role not in ROLES or not has(case, FileRequest):
        return None
    open_ones = select(FileRequest).where(FileRequest.case_id == case.id, FileRequest.status.not_in(OVER))
    rows = list(db.session.scalars(open_ones.order_by(FileRequest.due_on, FileRequest.id)))
    lines = tuple(_request(role, one) for one in rows)
    return Card("file", _("Access to the file"), lines, count=len(rows)) if rows else None


def _request(role: str, asked: FileRequest) -> Line:
    today = acting(db.session).today
    day = asked.due_on if asked.ready_at is None else asked.extended_to or asked.sar_due_on or asked.due_on
    state = by_key(FileRequest)["status"].info.choice_label(asked.status)
    law = _("legal date %(day)s", day=short(asked.extended_to or asked.sar_due_on)) if asked.sar_due_on else ""
    return Line(
        _(state), badge=shown.due_badge(day, today, short(day)), second=law,
        url=url_for(f"file_access.{role}_request", id=asked.id),
    )  # fmt: skip


def restrictions(role: str, case: Case) -> Card | None:
    """Give the restrictions that hold for this client: whoever picks up the telephone has to know."""
    if role not in ROLES or case.client_id is None or not has(case, Restriction):
        return None
    statement = select(Restriction).where(Restriction.client_id == case.client_id, Restriction.ended_on.is_(None))
    rows = list(db.session.scalars(statement.order_by(Restriction.decided_on, Restriction.id)))
    lines = tuple(
        Line(one.what, second=_("looked at again %(day)s", day=short(one.review_on)),
             url=url_for(f"{role}_restriction.details_view", id=one.id))
        for one in rows
    )  # fmt: skip
    return Card("restrictions", _("Restriction"), lines) if rows else None


def acts(role: str, case: Case) -> Iterator[Link]:
    if role in ROLES:
        yield Link(_("Client asks for their file"), url_for(f"file_access.{role}_ask", case=case.id))
