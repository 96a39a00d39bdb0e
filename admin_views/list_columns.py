"""Which columns a list may show: fields that its reader may see and that fit into one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.declared import Declared

MOST = 12  # more do not fit a desk's screen
# What the program keeps for itself, and what is only there while a change is under way.
NEVER = {"id", "version", "created_by_id", "updated_by_id", "name_key", "phone_digits", "lead_reason", "mac"}
LAST = {"created_at", "updated_at"}
IN_ONE_LINE = {"text", "number", "yes_no", "date", "moment", "time", "choice", "link"}


def usual(view: Any) -> list[Declared]:
    """Give the columns that the office chose for this list."""
    return [one for one in view.fields if one.info.listed]


def offered(view: Any) -> list[Declared]:
    """Give every field that may be a column for this reader, in the order of the record, the stamps last.

    Needs a request: what a reader meets may depend on it.
    """
    made = [one for one in view.fields if one.info.listed or (one.kind in IN_ONE_LINE and one.key not in NEVER)]
    return sorted(made, key=lambda one: one.key in LAST and not one.info.listed)


def chosen(view: Any, keys: Iterable[str]) -> list[Declared]:
    """Give the columns of these names, as far as they are offered; the usual ones if none is."""
    wanted = set(keys)
    return [one for one in offered(view) if one.key in wanted][:MOST] or usual(view)


def is_sortable(field: Declared) -> bool:
    return field.kind not in {"link", "many", "rows"}
