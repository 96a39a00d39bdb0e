"""What the parts of a case's page read together: each row once in a request, and nothing in vain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import g, request

from admin_views.db import db
from casework import case_holds
from models import Case
from models.base import Base

Read = TypeVar("Read")


def once(what: str, case: Case, read: Callable[[], Read]) -> Read:
    """Give what `read` gives, read once for each case while a page is shown; where something is saved, each time."""
    if request.method != "GET":
        return read()
    known: dict[tuple[str, int], Any] = g.setdefault("read_of_cases", {})
    key = (what, case.id)
    if key not in known:
        known[key] = read()
    return known[key]


def has(case: Case, model: type[Base]) -> bool:
    """Say whether anything of this kind is there to be read."""
    return model in once("held", case, lambda: case_holds.held(db.session, case))
