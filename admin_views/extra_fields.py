"""Fields that the office added in the browser: where pages meet them, and taking one out of use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, has_request_context, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import current, pages, shown
from admin_views.db import db
from admin_views.keys import row_key
from casework import extras
from casework.access import panel_for
from casework.problems import RuleBroken
from models import Case, ExtraField
from models.declared import Declared
from models.people import ROLES as PEOPLE

bp = Blueprint("extra_fields", __name__)
ROLE = "manager"


def met(view: Any) -> tuple[Declared, ...]:
    """Give the added fields that a view's role meets in its table; none outside a request."""
    if not has_request_context():
        return ()
    known = g.setdefault("extra_fields", {})
    if view not in known:
        fields = extras.fields_of(db.session, view.panel.model)
        known[view] = tuple(one for one in fields if one.info.sensitivity <= view.right.see)
    return known[view]


def in_form(view: Any) -> tuple[Declared, ...]:
    return tuple(one for one in met(view) if one.info.in_form)


def card(role: str, case: Case) -> pages.Card | None:
    """Give what the office's own fields say of a case, for the page of the case."""
    panel = panel_for(Case, role)
    see = panel.rights[role].see if panel is not None else None
    if see is None:
        return None
    fields = [one for one in extras.fields_of(db.session, Case) if one.info.sensitivity <= see and one.info.on_page]
    told = [(one.info.label, shown.text(one, case, see)) for one in fields]
    lines = tuple(pages.Line(words, second=_(label)) for label, words in told if words)
    return pages.Card("extras", _("Further facts"), lines) if lines else None


@bp.route(f"/{ROLE}/extrafield/use/", methods=["GET", "POST"])
def use() -> Any:
    """Take a field out of use after saying what becomes of its values; bring it back as it was."""
    if current.acting_role() != ROLE:
        abort(403)
    definition = db.session.get(ExtraField, row_key(request.values.get("id"))) or abort(404)
    if request.method == "GET":
        return render_template("casework/confirm.html", page=_question(definition))
    page = url_for(f"{ROLE}_extrafield.details_view", id=definition.id)
    active = not definition.active
    try:
        extras.set_use(db.session, definition, active=active)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    else:
        flash(_("Back in use, with the values it had.") if active else _("Out of use. Its values are kept."), "success")
    return redirect(page)


def _question(definition: ExtraField) -> pages.ConfirmPage:
    page = url_for(f"{ROLE}_extrafield.details_view", id=definition.id)
    return pages.ConfirmPage(
        heading=_("Take it out of use?"),
        lines=(_("It disappears from forms, lists, filters, pages and sheets, for everybody."), _kept(definition),
               _("You can bring it back at any time.")),
        verb=_("Take it out of use"), back_url=page, action_url=url_for("extra_fields.use", id=definition.id),
        items=(pages.Cell(definition.name),),
    )  # fmt: skip


def _kept(definition: ExtraField) -> str:
    count = extras.held(db.session, definition)
    return ngettext("%(num)s record holds a value; it is kept.", "%(num)s records hold values; they are kept.", count)


def consequences(definition: ExtraField) -> tuple[str, ...]:
    """Say who will meet a field."""
    roles = [_(dict(PEOPLE)[role]) for role in extras.met_by(definition)]
    told = ", ".join(roles) or _("nobody")
    return (_("Met by these roles, in the records that they may open: %(roles)s.", roles=told),)


def buttons(definition: ExtraField) -> list[pages.Link]:
    """Give the way out of use, for a field in use."""
    if not definition.active:
        return []
    return [pages.Link(_("Take it out of use"), url_for("extra_fields.use", id=definition.id))]


def notices(definition: ExtraField) -> list[pages.Notice]:
    """Say that a field is out of use, with the way back."""
    if definition.active:
        return []
    return [pages.Notice(
        _("Out of use"), _("Nobody meets this field. %(kept)s", kept=_kept(definition)), verb=_("Bring it back"),
        action_url=url_for("extra_fields.use", id=definition.id),
    )]  # fmt: skip
