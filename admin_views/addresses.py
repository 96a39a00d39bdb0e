"""Where a role finds a record, and the list of what leads to it: numbers stand in an address, names never."""

from __future__ import annotations

from flask import url_for

from casework.access import Panel, panel_for
from models.base import Base

LINKED = "_is"  # ends the key of a filter that holds the number of one record


def url_of(role: str, model: Base | None) -> str | None:
    """Give the address of a record's page for a role, None where the role has none."""
    panel = panel_for(type(model), role, model) if model is not None else None
    return url_for(f"{role}_{panel.name}.details_view", id=model.id) if panel and model is not None else None


def list_of(role: str, panel: Panel, link: str, model: Base) -> str:
    """Give the list of a panel narrowed to the rows whose `link` leads to this record."""
    return url_for(f"{role}_{panel.name}.index_view", **{f"flt0_{link}{LINKED}": model.id})
