"""Which record an address names by its number, and the line in the trail that follows: read, or refused.

A task screen is named here with each parameter that holds a number; who reads it and who tries numbers is then seen
by itself. A house test finds a screen that is missing here.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, request
from sqlalchemy import select

from admin_views import current
from admin_views.db import db
from admin_views.keys import NO_ROW, row_key, row_keys
from casework import audit
from casework.access import BY_NAME
from casework.context import acting
from models import (
    Agency,
    Appointment,
    Breach,
    Campaign,
    CampaignQuote,
    Case,
    CaseNote,
    Client,
    Consent,
    Correspondence,
    Deadline,
    Document,
    ExtraField,
    FiguresRequest,
    FileRequest,
    Incident,
    Issue,
    IssueEvidence,
    LanguageRequest,
    Pattern,
    Referral,
    Release,
    RetentionDecision,
    Review,
    SetUpChange,
    Task,
    User,
)
from models.base import Base

Names = dict[str, type[Base]]  # a parameter, and the kind of record whose number it holds
OF_A_CASE: Names = {"case": Case}
TASK_SCREENS: dict[str, Names] = {  # by blueprint
    "account": {"id": User}, "accounts": {"id": User}, "advise": OF_A_CASE, "aftercare": OF_A_CASE,
    "board": {"request": LanguageRequest}, "breach": {"id": Breach},
    "calendar_file": {"id": Appointment}, "call": OF_A_CASE, "case_agencies": OF_A_CASE,
    "conduct": {"case": Case, "referral": Referral}, "need": OF_A_CASE,
    "partners": {"id": Referral, "case": Case, "agency": Agency},
    "campaigns": {"id": Campaign, "issue": Issue, "quote": CampaignQuote},
    "case_file": {"id": Case}, "closing": OF_A_CASE, "correct_note": {"id": CaseNote}, "day": {"id": Task},
    "equality": {"client": Client}, "extra_fields": {"id": ExtraField}, "set_up_change": {"id": SetUpChange},
    "deadlines": {"id": Deadline, "case": Case},
    "documents": {"id": Document, "incident": Incident, "consent": Consent, "case": Case},
    "figures_request": {"id": FiguresRequest},
    "file_access": {"id": FileRequest, "case": Case}, "happened": {"incident": Incident, "case": Case},
    "held": {"id": Appointment}, "intake": {"client": Client}, "interpreters": {"appointment": Appointment},
    "kept": OF_A_CASE, "issues": {"id": Issue, "issue": Issue, "case": Case, "evidence": IssueEvidence},
    "ledger": {"client": Client, "consent": Consent, "id": Consent, "release": Release},
    "letter_print": {"id": Correspondence},
    "letters": {"id": Correspondence, "answers": Correspondence, "case": Case}, "merge": {"id": Client},
    "patterns": {"id": Pattern}, "plan": OF_A_CASE, "refer": {"id": Referral, "case": Case},
    "retention": {"id": RetentionDecision, "client": Client, "case": Case},
    "review": {"id": Review}, "visit": OF_A_CASE,
}  # fmt: skip
BY_TABLE = {"history", "pages", "why"}  # these say beside the number which table it is of
ANYWHERE: Names = {"case_id": Case, "client_id": Client}  # what a form of a table is filled in for
MOST_NAMED = 20


def names() -> Names:
    """Give the parameters of this address that may hold a number."""
    model = _model_of_the_table()
    if model is not None:
        return {"id": model, "ref": model}
    return TASK_SCREENS.get(request.blueprint or "", ANYWHERE)


def asked_for() -> tuple[str, int]:
    """Give the kind and the number of the record that this request names, ("", NO_ROW) if it names none."""
    given = {**request.values, **(request.view_args or {})}
    for name, model in {**names(), **ANYWHERE}.items():
        if name in given:
            return model.__name__, row_key(given[name])
    return "", NO_ROW


def _model_of_the_table() -> type[Base] | None:
    given = {**request.args, **(request.view_args or {})}
    table = str(given.get("table") or given.get("about") or "") if request.blueprint in BY_TABLE else ""
    role, _, name = (request.endpoint or "").partition(".")[0].partition("_")
    view = current_app.extensions["casework_views"].get((role, name))
    if view is not None:
        return view.model
    return BY_NAME[table].model if table in BY_NAME else None


def note(action: str, row: Any, why: str | None = None) -> None:
    """Write a line for a page that says more than "opened": what was printed, and why."""
    audit.write_now(db.engine, acting(db.session), action, type(row).__name__, row.id, why)
    g.is_noted = True


def note_reading(response: Response) -> Response:
    """Write "opened" for each record that a task screen was asked for and showed, before the page is sent.

    Only what the reader may meet is read: a number that the screen passed over leaves no line.
    """
    is_page = request.method == "GET" and response.status_code == HTTPStatus.OK and response.mimetype == "text/html"
    is_screen = request.blueprint in TASK_SCREENS or request.blueprint in BY_TABLE
    if is_page and is_screen and current.acting_role() and not g.get("is_noted"):
        for name, model in names().items():
            keys = row_keys(request.args.getlist(name), MOST_NAMED)
            for key in db.session.scalars(select(model.id).where(model.id.in_(keys))).all() if keys else ():
                audit.write_now(db.engine, acting(db.session), "opened", model.__name__, key)
    return response
