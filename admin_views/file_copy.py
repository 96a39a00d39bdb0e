"""The copy of a file for the client: everything in one zip, logged before it is sent."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, send_file
from flask_babel import gettext as _

from admin_views import current, shown
from admin_views.db import db
from admin_views.file_access import ROLES, asked_or_404, bp, own_page
from casework import audit, file_access
from casework.access import PANELS
from casework.calendar import local
from casework.context import acting
from exports import client_file

HEADINGS = {panel.model: panel.several for panel in PANELS}


def _copy(role: str) -> Any:
    """Make the zip of the whole file; refused where part of it is out of the reader's reach."""
    asked = asked_or_404(role)
    missing = file_access.cases_out_of_reach(db.session, asked)
    if missing:
        flash(_("Not made: this client has %(count)s cases more, which you may not open. A manager makes the copy.",
                count=missing), "warning")  # fmt: skip
        return redirect(own_page(role, asked))
    cases = file_access.cases_of(db.session, asked)
    made = client_file.collect(
        db.session, asked.case.client, cases, asked.redactions, {model: _(words) for model, words in HEADINGS.items()}
    )
    page = render_template("casework/client_file.html", file=made, made_on=shown.plain(acting(db.session).today))
    out = BytesIO()  # pages and data without the documents themselves: some hundred kilobytes
    size = client_file.write(out, made, page, office=_("our office"), made_at=current.now())
    name = f"file-{asked.case.ref}-{local(current.now()):%Y-%m-%d}.zip"
    request_id = asked.id
    db.session.rollback()  # a POST holds SQLite's write lock: the trail could not be written
    mark = hashlib.sha256(out.getvalue()).hexdigest()[:16]
    rows = sum(len(one.records) for one in made.sections)
    reason = f"zip, {rows} records, {made.left_out} notes left out, file {mark}"
    line = audit.entry(acting(db.session), "exported", "FileRequest", request_id, (), reason)
    audit.write_line(db.engine, line)
    out.seek(0)
    response = send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)
    response.content_length = size
    return response


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/file/copy/", f"{_role}_copy", _copy, methods=["POST"], defaults={"role": _role})
