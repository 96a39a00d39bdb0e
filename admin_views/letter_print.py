"""A letter on paper, under the office's letterhead. Each look at it is logged, since it is made to be taken away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, url_for
from flask_babel import gettext as _

from admin_views import details, named
from admin_views.db import db
from admin_views.letters import ROLES, letter_of
from casework.calendar import local
from casework.context import acting
from casework.datetext import without_weekday
from casework.settings import text_setting
from models import Correspondence

bp = Blueprint("letter_print", __name__)


def _page(role: str) -> Any:
    letter = letter_of(role)
    if letter.direction != "out" or not letter.text:
        abort(404)
    named.note("exported", letter, "printed")
    at = letter.answered_at or acting(db.session).now
    return render_template(
        "casework/letter_print.html", letter=letter, to=_addressee(letter), day=without_weekday(local(at).date()),
        office=text_setting(db.session, "letterhead_name"), address=text_setting(db.session, "letterhead_address"),
        signed=letter.case.lead.name if letter.case.lead is not None else "",
        back_url=details.url_of(role, letter) or url_for("home"), is_draft=letter.status != "sent",
    )  # fmt: skip


def _addressee(letter: Correspondence) -> list[str]:
    """Give the lines above the letter: name and, where post is how it goes, the address."""
    if letter.agency is not None:
        return [letter.agency.name]
    client = letter.case.client
    if client is None:
        return [_("To whom it concerns")]
    posted = letter.medium == "letter" and not letter.safe_way
    parts = [client.name, *((client.address or "").split(",") if posted else ()), client.postcode if posted else ""]
    return [part.strip() for part in parts if part and part.strip()]


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/letter/print/", _role, _page, defaults={"role": _role})
