"""One page for one interpreter: their coming appointments, made for paper by whoever looks after interpreters."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select

from admin_views import current, shown
from admin_views.db import db
from admin_views.interpreters import MAKE_SHEETS, bp
from admin_views.keys import row_key
from casework import audit, interpreter_sheet
from casework.calendar import local
from casework.context import acting
from casework.interpreter_sheet import Coming
from exports.calendar_file import KINDS
from models import Worker


def _sheet(role: str) -> Any:
    """Show the sheet; each address on it is written to the trail first."""
    if current.acting_role() != role:
        abort(403)
    found = select(Worker).where(Worker.id == row_key(request.args.get("worker")), Worker.languages.any())
    worker = db.session.scalars(found).one_or_none() or abort(404)
    coming = interpreter_sheet.coming_of(db.session, worker)
    for one in coming:
        if one.address:
            audit.write_now(db.engine, acting(db.session), "opened", "Appointment", one.appointment.id,
                            "address on the interpreter's sheet")  # fmt: skip
    return render_template(
        "casework/interpreter_sheet.html", worker=worker, lines=[_line(one) for one in coming],
        printed=shown.moment(acting(db.session).now), back_url=url_for(f"interpreters.{role}"),
    )  # fmt: skip


def _line(one: Coming) -> dict[str, Any]:
    meeting = one.appointment
    return {
        "when": f"{shown.moment(meeting.starts_at)}–{local(meeting.ends_at):%H:%M}",
        "language": meeting.language.name if meeting.language is not None else "",
        "ref": meeting.case.ref if meeting.case is not None else "", "kind": KINDS[meeting.kind],
        "area": meeting.area.name if meeting.area is not None else "",
        "room": str(meeting.venue) if meeting.venue is not None else "", "address": one.address,
        "accepted": one.has_accepted, "outside": meeting.kind in interpreter_sheet.AT_THEIR_DOOR,
    }  # fmt: skip


for _role in MAKE_SHEETS:
    bp.add_url_rule(f"/{_role}/interpreters/sheet/", f"{_role}_sheet", _sheet, methods=["GET"],
                    defaults={"role": _role})  # fmt: skip
