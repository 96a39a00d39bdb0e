"""The calendar file of one appointment, to be opened on a telephone; that it was taken is written down."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import current, named
from admin_views.db import db
from admin_views.keys import row_key
from exports import calendar_file
from models import Appointment, Case

bp = Blueprint("calendar_file", __name__)
ROLES = ("manager", "caseworker", "coordinator")


def _file(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    wanted = select(Appointment).where(Appointment.id == row_key(request.args.get("id")))
    with_all = (joinedload(Appointment.case).joinedload(Case.client), joinedload(Appointment.area))
    appointment = db.session.scalars(wanted.options(*with_all)).one_or_none() or abort(404)
    named.note("exported", appointment, "calendar file")
    client = appointment.case.client if appointment.case is not None else None
    data = calendar_file.write(appointment, postcode=client.postcode if client is not None else None)
    name = f"appointment-{appointment.id}.ics"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(data, content_type=calendar_file.MEDIA_TYPE, headers=headers)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/appointment/calendar/", _role, _file, methods=["GET"], defaults={"role": _role})
