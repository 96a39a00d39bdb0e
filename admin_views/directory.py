"""Where to ask: agencies by borough and by what is wanted, and a sheet of them for a client in large print."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from admin_views import current, details, options, pages
from admin_views.db import db
from admin_views.keys import row_key, row_keys
from casework import agencies
from models import Agency, Area, Code

bp = Blueprint("directory", __name__)
ROLES = ("manager", "caseworker")
MOST_PRINTED = 12  # more than a person can take home


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    area, asked = _chosen(Area, "area"), _asked()
    found = agencies.where_to_ask(db.session, asked, area) if area or asked else []
    return render_template(
        "casework/directory.html", areas=options.rows_of(Area), requests=options.codes("request"), area=area,
        asked=asked,        lines=[_line(role, one) for one in found], print_url=url_for(f"directory.{role}_print"),
        above=pages.Link(_("Agencies"), url_for(f"{role}_agency.index_view")),
    )  # fmt: skip


def _chosen(model: Any, name: str) -> Any:
    key = row_key(request.args.get(name))
    return db.session.scalars(select(model).where(model.id == key)).one_or_none() if key else None


def _asked() -> Code | None:
    key = row_key(request.args.get("request"))
    found = select(Code).where(Code.id == key, Code.list == "request")
    return db.session.scalars(found).one_or_none() if key else None


def _line(role: str, one: agencies.Suggestion) -> tuple[int, pages.Line]:
    agency = one.agency
    covers = ", ".join(area.name for area in agency.areas) or _("everywhere")
    told = (agency.kind.words, _("covers %(areas)s", areas=covers), agency.phone or "", agency.email or "")
    return agency.id, pages.Line(agency.name, second=" · ".join(filter(None, told)), url=details.url_of(role, agency))


def _printed(role: str) -> Any:
    """Give a sheet of the agencies named in the address: nothing on it tells for whom it was made."""
    if current.acting_role() != role:
        abort(403)
    keys = row_keys(request.args.getlist("agency"), MOST_PRINTED)
    found = select(Agency).where(Agency.id.in_(keys), Agency.active.is_(True)).order_by(Agency.name)
    chosen = list(db.session.scalars(found.options(selectinload(Agency.areas), selectinload(Agency.kind))))
    return render_template(
        "casework/directory_print.html", agencies=chosen,
        above=pages.Link(_("Where to ask"), url_for(f"directory.{role}")),
    )  # fmt: skip


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/where-to-ask/", _role, _page, defaults={"role": _role})
    bp.add_url_rule(f"/{_role}/where-to-ask/print/", f"{_role}_print", _printed, defaults={"role": _role})
