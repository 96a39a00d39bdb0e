"""Take everything out, in one zip: a manager, their passphrase once more, and a line in the trail before it is sent."""

from __future__ import annotations

import hashlib
from tempfile import TemporaryFile
from typing import Any

from flask import Blueprint, abort, render_template, request, send_file
from flask_babel import gettext as _

from admin_views import account, current
from admin_views.db import db
from casework import audit, leaving
from casework.calendar import local
from casework.context import acting
from casework.settings import text_setting

bp = Blueprint("leaving", __name__)
UNPROCESSABLE = 422


def _page() -> Any:
    _managers_only()
    return _shown({})


def _managers_only() -> None:
    if current.acting_role() != "manager":
        abort(403)


def _shown(problems: dict[str, str]) -> Any:
    from exports import whole_office

    answer = render_template(
        "casework/leaving.html", problems=problems, against=list(leaving.against(db.session)),
        tables=len(whole_office.tables()), behind=sorted(set(whole_office.STAYS_BEHIND.values())),
    )  # fmt: skip
    return answer, UNPROCESSABLE if problems else 200


def _everything() -> Any:
    """Make the zip once the passphrase fits and the box is ticked; nothing is made before."""
    _managers_only()
    problems = {}
    if request.form.get("sure") != "yes":
        problems["sure"] = _("Tick the box, once you know where the file will be kept.")
    if fault := account.fault_of_passphrase(request.form.get("old", "")):
        problems["old"] = fault
    if stops := list(leaving.against(db.session)):
        problems["sure"] = " ".join(_(one) for one in stops)
    return _shown(problems) if problems else _sent()


def _sent() -> Any:
    from exports import whole_office

    out: Any = TemporaryFile()  # noqa: SIM115 - on disk, without a name; the answer closes it once it is sent
    told = whole_office.write(
        out, db.session, office=text_setting(db.session, "letterhead_name"), made_at=current.now()
    )
    size = out.tell()
    out.seek(0)
    reason = f"zip, {told}, file {hashlib.file_digest(out, 'sha256').hexdigest()[:16]}"
    out.seek(0)
    db.session.rollback()  # the trail is written in a transaction of its own, before anything is sent
    audit.write_now(db.engine, acting(db.session), "exported", "Everything", None, reason)
    name = f"everything-{local(current.now()):%Y-%m-%d}.zip"
    response = send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)
    response.content_length = size
    return response


bp.add_url_rule("/manager/everything/", "manager", _page)
bp.add_url_rule("/manager/everything/file/", "manager_everything", _everything, methods=["POST"])
