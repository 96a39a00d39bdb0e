"""The sheet that is handed on with the helpline's telephone: what happened since, and what is to be done from it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from admin_views import current, details, shown
from admin_views.db import db
from admin_views.helpline import READ_CALLS, bp
from casework import audit, night
from casework.context import acting
from casework.datetext import short
from casework.my_day import initials, without_names
from casework.problems import RuleBroken
from models import CaseNote, Task
from models.declared import by_key


def _sheet(role: str) -> Any:
    """Show the sheet; that it was opened is written down first, since calls are read from it."""
    if current.acting_role() != role:
        abort(403)
    found = night.night_of(db.session)
    for note in found.calls:
        audit.write_now(db.engine, acting(db.session), "opened", "CaseNote", note.id, "handover of the helpline")
    return render_template(
        "casework/helpline_handover.html", night=found, since=shown.moment(found.since), role=role,
        calls=[_call(role, one) for one in found.calls], tasks=[_task(one) for one in found.tasks],
        printed=shown.moment(acting(db.session).now), rota_url=url_for(f"helpline.{role}"),
    )  # fmt: skip


def _call(role: str, note: CaseNote) -> dict[str, Any]:
    client = note.case.client
    outcome = by_key(CaseNote)["outcome"].info.choice_label(note.outcome) if note.outcome else ""
    return {
        "when": shown.moment(note.at), "ref": note.case.ref, "url": details.url_of(role, note.case),
        "initials": initials(client), "outcome": _(outcome), "woken": note.at_night,
        "text": without_names(note.text, client), "safe": details.safe_contact(client) if client is not None else "",
    }  # fmt: skip


def _task(one: Task) -> dict[str, str]:
    client = one.case.client if one.case is not None else None
    return {"day": short(one.due_on), "what": without_names(one.what, client), "who": one.owner.name,
            "ref": one.case.ref if one.case is not None else ""}  # fmt: skip


def _take_over(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    try:
        night.take_over(db.session)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    else:
        flash(_("Written down: the telephone has changed hands."), "success")
    return redirect(url_for(f"helpline.{role}"))


for _role in READ_CALLS:
    bp.add_url_rule(f"/{_role}/helpline/handover/", f"{_role}_handover", _sheet, defaults={"role": _role})
    bp.add_url_rule(f"/{_role}/helpline/taken/", f"{_role}_taken", _take_over, methods=["POST"],
                    defaults={"role": _role})  # fmt: skip
