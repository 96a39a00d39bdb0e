"""Every agency that was asked something, with the two shares that tell most, as a way to its scorecard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, url_for

from admin_views import current
from admin_views.db import db
from admin_views.figures_shown import Number
from admin_views.scorecard import ROLES, WHOLE_EYES
from admin_views.scorecard_shown import RateLine, number, rate_line
from casework import scorecards
from casework.context import acting
from exports.scorecards import Told, all_told

bp = Blueprint("scorecards", __name__)


@dataclass(frozen=True)
class Standing:
    """One line: an agency with its services."""

    name: str
    url: str
    requests: Number
    in_time: RateLine
    no_reason: RateLine


def _page(role: str) -> Any:
    """List every agency that was asked something, those with most requests first."""
    if current.acting_role() != role:
        abort(403)
    today = acting(db.session).today
    found = all_told(db.session, scorecards.whole_time(db.session, today), today, is_whole=role in WHOLE_EYES)
    lines = tuple(_standing(role, one) for one in found if one.is_told)
    return render_template(
        "casework/scorecards.html", lines=lines, least=found[0].least if found else 0, left_out=len(found) - len(lines)
    )


def _standing(role: str, told: Told) -> Standing:
    rates, agency = {one.key: rate_line(told, one) for one in told.card.rates}, told.card.asked.agency
    return Standing(
        agency.name, url_for(f"scorecard.{role}", id=agency.id), number(told.number(scorecards.REQUESTS)),
        rates["in_time"], rates["no_reason"],
    )  # fmt: skip


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/agency/scorecards/", _role, _page, defaults={"role": _role})
