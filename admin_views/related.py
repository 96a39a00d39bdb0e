"""What belongs to a record: the rows shown under it, and every other list that leads to it, with its number of rows."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, literal, select, union_all

from admin_views import pages, shown
from admin_views.addresses import list_of, url_of
from admin_views.db import db
from admin_views.filters import belongs
from casework import search
from casework.access import Panel, panel_for, panels_of
from models import (
    Agency,
    AgencyConduct,
    Appointment,
    Case,
    CaseNote,
    Client,
    Code,
    Conflict,
    Consent,
    Document,
    Incident,
    IncidentReport,
    Referral,
    ReferralChase,
    Release,
    Task,
    Worker,
)
from models.base import Base
from models.declared import Declared, by_key, declared

# What belongs to a record and is shown under it, most wanted first.
RELATED: dict[type[Base], tuple[tuple[type[Base], str], ...]] = {
    Client: ((Case, "client"), (Consent, "client"), (Release, "client"), (Conflict, "client")),
    Case: (
        (CaseNote, "case"),
        (Task, "case"),
        (Appointment, "case"),
        (Referral, "case"),
        (Incident, "case"),
        (Document, "case"),
    ),
    Incident: ((IncidentReport, "incident"), (Document, "incident")),
    Agency: ((Referral, "agency"), (IncidentReport, "agency"), (AgencyConduct, "agency")),
    Referral: ((ReferralChase, "referral"), (AgencyConduct, "referral"), (Release, "referral")),
    Consent: ((Release, "consent"), (Document, "consent")),
    Worker: ((Conflict, "worker"),),
}
SHOWN_ROWS = 5
# What is added on a page of its own, by the name of that page's screen.
ADDED_ON: dict[type[Base], str] = {Incident: "happened", Document: "documents"}
NOT_ADDED_HERE = (AgencyConduct,)  # noted from the page of a case
Part = tuple[Panel, str]  # a panel, and the link of its rows that leads to the record


def of(view: Any, model: Any) -> tuple[list[pages.Related], list[pages.Linked]]:
    """Give what is shown under a record, and what else leads to it with its number of rows; counted together."""
    shown_here = [(panel, key) for kind, key in RELATED.get(type(model), ()) if (panel := panel_for(kind, view.role))]
    others = [part for part in linking(view.role, model) if part not in shown_here]
    counts = _counts([*shown_here, *others], model)
    parts = [_part(view, model, panel, key, counts[place]) for place, (panel, key) in enumerate(shown_here)]
    return parts, _linked(view.role, model, others, [counts[len(shown_here) + place] for place in range(len(others))])


def linking(role: str, model: Base) -> list[Part]:
    """Give every link of every table that this role may follow to such a record, in menu order."""
    return [
        (panel, one.key)
        for panel in panels_of(role)
        for one in declared(panel.model)
        if one.kind == "link" and one.target is type(model) and one.info.sensitivity <= panel.rights[role].see
        and (not isinstance(model, Code) or one.info.code_list == model.list)
    ]  # fmt: skip


def _linked(role: str, model: Base, parts: list[Part], counts: list[int]) -> list[pages.Linked]:
    """Give the lists that hold something; a table with several links to the record says which one."""
    tables = [panel for panel, _key in parts]
    return [
        pages.Linked(_words(panel, key, alone=tables.count(panel) == 1), count, list_of(role, panel, key, model))
        for (panel, key), count in zip(parts, counts, strict=True) if count
    ]  # fmt: skip


def _words(panel: Panel, key: str, *, alone: bool) -> str:
    table = _(panel.several.capitalize())
    label = _(by_key(panel.model)[key].info.label)
    return table if alone else _("%(table)s, by “%(field)s”", table=table, field=label)


def _counts(parts: list[Part], model: Any) -> dict[int, int]:
    """Count all parts in one statement, each within the reader's scope."""
    selects = [
        select(literal(place).label("place"), func.count(panel.model.id).label("n"))
        .where(belongs(panel.model, key, model.id), *(getattr(panel.model, name) == value
                                                      for name, value in panel.only.items()))
        for place, (panel, key) in enumerate(parts)
    ]  # fmt: skip
    return dict(db.session.execute(union_all(*selects)).all()) if selects else {}


def _part(view: Any, model: Any, panel: Panel, key: str, count: int) -> pages.Related:
    see = panel.rights[view.role].see
    fields = [
        one for one in declared(panel.model) if one.info.listed and one.info.sensitivity <= see and one.key != key
    ]
    endpoint = f"{view.role}_{panel.name}"
    rows = _part_rows(view, model, panel, key, fields) if count else []
    return pages.Related(
        heading=_(panel.several.capitalize()), count=count, columns=tuple(_(one.info.label) for one in fields),
        rows=tuple(rows), all_url=list_of(view.role, panel, key, model) if count > SHOWN_ROWS else None,
        add=_add_link(view, model, panel, key, endpoint), empty=_("None yet."),
    )  # fmt: skip


def _part_rows(view: Any, model: Any, panel: Panel, key: str, fields: list[Declared]) -> list[pages.Row]:
    see = panel.rights[view.role].see
    other = view.admin_view_of(panel.name)
    statement = search.ordered(select(panel.model).where(belongs(panel.model, key, model.id)), panel.model)
    found = db.session.scalars(statement.options(*other.loading(fields)).limit(SHOWN_ROWS)).unique()
    made = []
    for row in found:
        cells = [shown.cell(one, row, see) for one in fields]
        head = pages.Cell(cells[0].text or str(row), cells[0].badge, url_of(view.role, row))
        made.append(pages.Row(str(row.id), (head, *cells[1:])))
    return made


def _add_link(view: Any, model: Any, panel: Panel, key: str, endpoint: str) -> pages.Link | None:
    if panel.model in NOT_ADDED_HERE:
        return None
    if panel.model in ADDED_ON:
        url = url_for(f"{ADDED_ON[panel.model]}.{view.role}", **{key: model.id})
        return pages.Link(_("Add %(what)s", what=_(panel.one)), url)
    if not panel.rights[view.role].create or not by_key(panel.model)[key].info.in_form:
        return None
    url = url_for(f"{endpoint}.create_view", **{f"{key}_id": model.id})
    return pages.Link(_("Add %(what)s", what=_(panel.one)), url)
