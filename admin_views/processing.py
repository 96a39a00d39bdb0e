"""The record of processing, as a page: each purpose, its tables, and how private each column is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template

from admin_views import current
from casework import processing

bp = Blueprint("processing", __name__)


def _page() -> Any:
    if current.acting_role() != "manager":
        abort(403)
    purposes = [(one, list(processing.tables_of(one))) for one in processing.PURPOSES]
    return render_template("casework/processing.html", purposes=purposes, levels=processing.LEVELS)


bp.add_url_rule("/manager/processing/", "manager", _page)
