"""One record's page: its fields, what belongs to it, and what may be done next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, literal, select, union_all

from admin_views import forms, identity, pages, shown
from admin_views.db import db
from casework import search
from casework.access import Panel, panel_for
from casework.merging import same_person
from models import (
    Agency,
    AgencyConduct,
    Appointment,
    Case,
    CaseNote,
    Client,
    ClientMember,
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
from models.fields import Sensitivity

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
WITH_HISTORY: dict[type[Base], str] = {Client: "client", Case: "case"}  # whose trail is a page of its own
SHOWN_ROWS = 5
# What is added on a page of its own, by the name of that page's screen.
ADDED_ON: dict[type[Base], str] = {Incident: "happened", Document: "documents"}
NOT_ADDED_HERE = (AgencyConduct,)  # noted from the page of a case
HIDDEN_FACTS = {"id", "version", "name_key", "phone_digits", "created_by_id", "updated_by_id", "reports"}
# What the strip at the top of a client's page has said already.
IN_STRIP = {
    "ref", "name", "own_script", "say_it", "pronouns", "safe_contact", "safe_note", "phone", "language", "dialect",
    "interpreter", "interpreter_gender", "mobility_need", "text_relay", "needs", "org_contact", "members",
}  # fmt: skip


def page_of(view: Any, model: Any) -> pages.DetailsPage:
    """Give the page of one record for the view's role."""
    see = view.right.see
    one = _(view.panel.one)
    client = _client_of(model) if see >= Sensitivity.PERSONAL else None
    return pages.DetailsPage(
        heading=_heading(model, see), title=f"{one.capitalize()} {model}", lead=_lead(model),
        above=pages.Link(_(view.panel.several.capitalize()), view.get_url(".index_view")),
        badges=tuple(_badges(view, model)),
        safe_contact=safe_contact(client) if client is not None else "",
        identity=identity.of_client(view.role, model) if client is model else None,
        buttons=tuple(_buttons(view, model)),
        facts=tuple(_facts(view, model)), related=(*_family(model), *_related(view, model)),
        notices=tuple(view.notices(model)),
    )  # fmt: skip


def url_of(role: str, model: Base | None) -> str | None:
    """Give the address of a record's page for a role, None where the role has none."""
    panel = panel_for(type(model), role, model) if model is not None else None
    return url_for(f"{role}_{panel.name}.details_view", id=model.id) if panel and model is not None else None


def history_link(role: str, model: Base) -> pages.Link | None:
    """Give the manager's way from a file to "who has seen this?", None for others."""
    table = WITH_HISTORY.get(type(model)) if role == "manager" else None
    return pages.Link(_("Who has seen this?"), url_for("history.page", table=table, id=model.id)) if table else None


def safe_contact(client: Client) -> str:
    """Give how it is safe to reach somebody, in one line: it comes before everything else."""
    way = by_key(Client)["safe_contact"].info.choice_label(client.safe_contact)
    parts = [_(way) if way else _("Not asked yet: ask before you ring or write"), client.safe_note]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _client_of(model: Any) -> Client | None:
    if isinstance(model, Client):
        return model
    return model.client if isinstance(model, Case) else None


def _heading(model: Any, see: Sensitivity) -> str:
    """Give the heading; a person's reference stands above their name, not before it."""
    label = model.label(see).removeprefix(f"{model} ") if _lead(model) else model.label(see)
    is_titled = isinstance(model, Case) and model.title and see >= Sensitivity.SPECIAL
    return f"{label} – {model.title}" if is_titled else label


def _lead(model: Any) -> str:
    return str(model) if isinstance(model, Client | Case) else ""


def _badges(view: Any, model: Any) -> Iterator[pages.Badge]:
    for key in ("status", "risk"):
        cell = _fact(view, key, model)
        if cell is not None and cell.badge is not None:
            yield cell.badge


def _fact(view: Any, key: str, model: Any) -> pages.Cell | None:
    field = next((one for one in view.fields if one.key == key), None)
    return shown.cell(field, model, view.right.see) if field is not None else None


def _facts(view: Any, model: Any) -> list[pages.Fact]:
    """Give the fields that hold something; the stamps last, empty ones not at all."""
    made = []
    for one in view.fields:
        if one.key in HIDDEN_FACTS or (isinstance(model, Client) and one.key in IN_STRIP) or not one.info.on_page:
            continue
        cell = _linked_cell(view, one, model)
        if cell.text:
            made.append((one.key in {"created_at", "updated_at"}, pages.Fact(_(one.info.label), cell)))
    return [fact for _late, fact in sorted(made, key=lambda pair: pair[0])]


def _linked_cell(view: Any, field: Declared, model: Any) -> pages.Cell:
    if field.kind == "rows":
        return pages.Cell("; ".join(_row_words(view, child) for child in getattr(model, field.key)))
    target = getattr(model, field.key) if field.kind == "link" else None
    return shown.cell(field, model, view.right.see, url=url_of(view.role, target) if target is not None else None)


def _row_words(view: Any, child: Base) -> str:
    """Give a child row in one line: its filled fields."""
    see = view.right.see
    fields = forms.form_fields(type(child), see, fixed=(child.__part_of__ or "",))
    return ", ".join(words for words in (shown.text(one, child, see) for one in fields) if words and words != _("No"))


def _buttons(view: Any, model: Any) -> list[pages.Link]:
    made = list(view.buttons(model))
    seen_by = history_link(view.role, model)
    if view.may_edit(model):
        made.append(pages.Link(_("Edit"), view.get_url(".edit_view", id=model.id), primary=not made))
    if view.can_delete:
        made.append(pages.Link(_("Delete"), view.get_url(".delete_view", id=model.id)))
    return [*made, seen_by] if seen_by is not None else made


def _related(view: Any, model: Any) -> list[pages.Related]:
    parts = [(panel, key) for kind, key in RELATED.get(type(model), ()) if (panel := panel_for(kind, view.role))]
    if not parts:
        return []
    counts = _counts(parts, model)
    return [_part(view, model, panel, key, counts[place]) for place, (panel, key) in enumerate(parts)]


def _family(model: Any) -> list[pages.Related]:
    """Give those who live with a client, in a table of their own."""
    if not isinstance(model, Client) or not model.members:
        return []
    columns = [by_key(ClientMember)[key] for key in ("name", "relation", "birth_year", "is_child")]
    rows = tuple(
        pages.Row(str(one.id), tuple(shown.cell(column, one, Sensitivity.PERSONAL) for column in columns))
        for one in model.members
    )  # fmt: skip
    return [pages.Related(_("Family"), len(rows), tuple(_(column.info.label) for column in columns), rows)]


def _counts(parts: list[tuple[Panel, str]], model: Any) -> dict[int, int]:
    """Count all parts in one statement."""
    selects = [
        select(literal(place).label("place"), func.count(panel.model.id).label("n"))
        .where(_belongs(panel.model, key, model))
        for place, (panel, key) in enumerate(parts)
    ]  # fmt: skip
    return dict(db.session.execute(union_all(*selects)).all())


def _part(view: Any, model: Any, panel: Panel, key: str, count: int) -> pages.Related:
    see = panel.rights[view.role].see
    fields = [
        one for one in declared(panel.model) if one.info.listed and one.info.sensitivity <= see and one.key != key
    ]
    endpoint = f"{view.role}_{panel.name}"
    rows = _part_rows(view, model, panel, key, fields) if count else []
    return pages.Related(
        heading=_(panel.several.capitalize()), count=count, columns=tuple(_(one.info.label) for one in fields),
        rows=tuple(rows), all_url=_all_url(endpoint, key, model) if count > SHOWN_ROWS else None,
        add=_add_link(view, model, panel, key, endpoint), empty=_("None yet."),
    )  # fmt: skip


def _part_rows(view: Any, model: Any, panel: Panel, key: str, fields: list[Declared]) -> list[pages.Row]:
    see = panel.rights[view.role].see
    other = view.admin_view_of(panel.name)
    statement = search.ordered(select(panel.model).where(_belongs(panel.model, key, model)), panel.model)
    found = db.session.scalars(statement.options(*other.loading(fields)).limit(SHOWN_ROWS)).unique()
    made = []
    for row in found:
        cells = [shown.cell(one, row, see) for one in fields]
        head = pages.Cell(cells[0].text or str(row), cells[0].badge, url_of(view.role, row))
        made.append(pages.Row(str(row.id), (head, *cells[1:])))
    return made


def _all_url(endpoint: str, key: str, model: Any) -> str:
    """Give the list narrowed to this record; a reference may stand in an address, a name never."""
    return url_for(f"{endpoint}.index_view", **{f"flt0_{key}": str(model)})


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


def _belongs(kind: type[Base], key: str, model: Any) -> ColumnElement[bool]:
    """Say what belongs to a record; the cases of a client are those of every record of the same person."""
    if kind is not Case or not isinstance(model, Client):
        return _key(kind, key) == model.id
    return _key(kind, key).in_(same_person(model.id))


def _key(model: type[Base], link: str) -> Any:
    return getattr(model, f"{link}_id")
