"""One record's page: its fields, what belongs to it, and what may be done next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin_views import forms, identity, pages, related, shown
from admin_views.addresses import url_of
from models import Case, Client, ClientMember
from models.base import Base
from models.declared import Declared, by_key
from models.fields import Sensitivity

WITH_HISTORY: dict[type[Base], str] = {Client: "client", Case: "case"}  # whose trail is a page of its own
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
    parts, linked = related.of(view, model)
    return pages.DetailsPage(
        heading=heading(model, see), title=f"{one.capitalize()} {model}", lead=_lead(model),
        above=pages.Link(_(view.panel.several.capitalize()), view.get_url(".index_view")),
        badges=tuple(_badges(view, model)),
        safe_contact=safe_contact(client) if client is not None else "",
        identity=identity.of_client(view.role, model) if client is model else None,
        buttons=tuple(_buttons(view, model)),
        facts=tuple(_facts(view, model)), related=(*_family(model), *parts), linked=tuple(linked),
        tabs=tabs(view, model),
        notices=tuple(view.notices(model)),
    )  # fmt: skip


def tabs(view: Any, model: Base, *, history: bool = False) -> tuple[pages.MenuItem, ...]:
    """Give the pages of one record: what is recorded, and what was changed in it."""
    here = {"all": 1} if isinstance(model, Case) else {}  # a case without "all" is the page of daily work
    return (
        pages.MenuItem(_("What is recorded"), view.get_url(".details_view", id=model.id, **here), not history),
        pages.MenuItem(_("History"), view.get_url(".history_view", id=model.id), history),
    )


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


def heading(model: Any, see: Sensitivity) -> str:
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
