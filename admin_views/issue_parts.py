"""On the page of a case: the issues that it is part of, and the way to add it to one."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import issue_shown
from admin_views.case_reads import has
from admin_views.db import db
from admin_views.pages import Card, Line, Link
from casework import issue_counts, issues
from models import Case, IssueEvidence

ROLES = ("manager", "caseworker")


def card(role: str, case: Case) -> Card | None:
    """Give the issues of which something in this case is evidence; nothing where it is part of none."""
    found = issues.of_case(db.session, case) if role in ROLES and has(case, IssueEvidence) else []
    clients = issue_counts.clients_of(db.session, [one.id for one in found]) if found else {}
    lines = tuple(
        Line(
            one.title,
            badge=issue_shown.badge_of(one),
            second=_others(clients.get(one.id, 0)),
            url=url_for(f"{role}_issue.details_view", id=one.id),
        )
        for one in found
    )  # fmt: skip
    return Card("issues", _("Part of an issue"), lines, count=len(lines)) if lines else None


def _others(clients: int) -> str:
    """Say how many stand behind an issue beside this client."""
    if clients <= 1:
        return ""
    return ngettext("with %(num)s other client", "with %(num)s other clients", clients - 1)


def acts(role: str, case: Case) -> Iterator[Link]:
    if role in ROLES and case.client_id is not None:
        yield Link(_("Add to an issue"), url_for(f"issues.{role}_add", case=case.id), quiet=True)
