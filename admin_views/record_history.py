"""The history of one record: who made and changed it, when, and which fields, for each of its readers.

The audit trail holds names of fields and never values, so there is no "before" and no "after". A field above the
reader's sensitivity is not named either, and a line that would name nothing else is left out. A reason that somebody
gave is free text, so it stays with the trail.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import literal, select, union_all

from admin_views import details, pages
from admin_views.db import db
from admin_views.keys import row_key
from casework import extras, trail
from casework.calendar import local
from casework.datetext import short
from models import AuditEntry, Base
from models.declared import Declared, declared

SHOWN, MOST_SHOWN = 50, 1000  # lines at first, and at most
ICONS = {"created": "plus", "changed": "doc", "deleted": "cross", "imported": "doc"}


def page_of(view: Any, model: Base) -> pages.HistoryPage:
    """Give the history of a record that is in the reader's scope."""
    asked = min(max(row_key(request.args.get("shown")), SHOWN), MOST_SHOWN)
    parts = {one.target.__name__: one for one in view.fields if one.kind == "rows" and one.target is not None}
    found = trail.changes_of(db.session, _rows(model, parts), asked + 1)
    people = trail.people(db.session)
    more = view.get_url(".history_view", id=model.id, shown=asked + SHOWN)
    return pages.HistoryPage(
        heading=details.heading(model, view.right.see), title=_("History of %(what)s", what=model),
        above=pages.Link(_(view.panel.several.capitalize()), view.get_url(".index_view")),
        tabs=details.tabs(view, model, history=True), lines=tuple(_changes(view, found[:asked], parts, people)),
        older=pages.Link(_("Show older entries"), more) if len(found) > asked < MOST_SHOWN else None,
        seen_by=details.history_link(view.role, model),
    )  # fmt: skip


def _rows(model: Base, parts: dict[str, Declared]) -> trail.Rows:
    """Give the record and the rows that are edited inside its form, by kind; one statement."""
    found: trail.Rows = {type(model).__name__: [model.id]}
    selects = [
        select(literal(name).label("kind"), one.target.id.label("id"))
        .where(getattr(one.target, f"{one.target.__part_of__}_id") == model.id)
        for name, one in parts.items() if one.target is not None and one.target.__part_of__
    ]  # fmt: skip
    for kind, number in db.session.execute(union_all(*selects)) if selects else ():
        found.setdefault(kind, []).append(number)
    return found


def _changes(
    view: Any, entries: Any, parts: dict[str, Declared], people: dict[str, tuple[str, str]]
) -> list[pages.Change]:
    made: list[pages.Change] = []
    own, day = {one.key: one for one in view.fields}, None
    added = extras.by_name(db.session, view.panel.model)
    own |= {key: field for key, field in added.items() if field.info.sensitivity <= view.right.see}
    for entry in entries:
        part = parts.get(entry.subject)
        names = _names(entry, own if part is None else _fields_of(part, view))
        if entry.action == "changed" and not names:
            continue
        at = local(entry.at)
        who = people[entry.who][0] if entry.who in people else _("The program")
        made.append(pages.Change(
            "" if at.date() == day else short(at.date()), f"{at:%H:%M}", who, _did(entry.action, part), names,
            ICONS.get(entry.action, "doc"),
        ))  # fmt: skip
        day = at.date()
    return made


def _fields_of(part: Declared, view: Any) -> dict[str, Declared]:
    assert part.target is not None
    return {one.key: one for one in declared(part.target) if one.info.sensitivity <= view.right.see}


def _names(entry: AuditEntry, known: dict[str, Declared]) -> tuple[str, ...]:
    """Give the changed fields as the office calls them, of those that the reader may see."""
    keys = [key for key in (entry.fields or "").split(", ") if key in known]
    return tuple(_(known[key].info.label) for key in keys)


def _did(action: str, part: Declared | None) -> str:
    if part is None:
        words = {"created": _("made it"), "changed": _("changed it"), "imported": _("brought it in from a sheet")}
        return words.get(action, _("deleted it"))
    label = _(part.info.label)
    return {
        "created": _("added a row to “%(label)s”", label=label),
        "changed": _("changed a row of “%(label)s”", label=label),
    }.get(action, _("took a row out of “%(label)s”", label=label))
