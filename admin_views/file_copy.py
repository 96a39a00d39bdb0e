"""The copy of a file for the client: everything in one zip, logged before it is sent."""

from __future__ import annotations

import hashlib
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import flash, redirect, render_template, send_file
from flask_babel import gettext as _

from admin_views import current, shown
from admin_views.db import db
from admin_views.file_access import ROLES, asked_or_404, bp, out_of_reach_words, own_page
from casework import audit, file_access
from casework.access import PANELS
from casework.calendar import local
from casework.context import acting
from casework.problems import RuleBroken
from exports import client_file
from models import FileRequest

IN_MEMORY = 4_000_000  # bytes of the zip; what is larger goes to a file that nobody else can open
HEADINGS = {panel.model: panel.several for panel in PANELS}


def _copy(role: str) -> Any:
    """Make the zip of the whole file; refused where part of it is out of the reader's reach or damaged."""
    asked = asked_or_404(role)
    if file_access.out_of_reach(db.session, asked):
        return _refused(role, asked, out_of_reach_words(role))
    made = client_file.collect(
        db.session, asked.case.client, file_access.cases_of(db.session, asked), asked.redactions,
        {model: _(words) for model, words in HEADINGS.items()},
    )  # fmt: skip
    page = render_template("casework/client_file.html", file=made, made_on=shown.plain(acting(db.session).today))
    out = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it once it is sent
    try:
        size = client_file.write(out, made, page, office=_("our office"), made_at=current.now())
    except RuleBroken as broken:
        out.close()
        return _refused(role, asked, " ".join(one.text for one in broken.problems))
    name = f"file-{asked.case.ref}-{local(current.now()):%Y-%m-%d}.zip"
    out.seek(0)
    reason = f"zip, {made.told()}, file {hashlib.file_digest(out, 'sha256').hexdigest()[:16]}"
    out.seek(0)
    request_id = asked.id
    db.session.rollback()  # a POST holds SQLite's write lock: the trail could not be written
    line = audit.entry(acting(db.session), "exported", "FileRequest", request_id, (), reason)
    audit.write_line(db.engine, line)
    response = send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)
    response.content_length = size
    return response


def _refused(role: str, asked: FileRequest, why: str) -> Any:
    flash(why, "warning")
    return redirect(own_page(role, asked))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/file/copy/", f"{_role}_copy", _copy, methods=["POST"], defaults={"role": _role})
