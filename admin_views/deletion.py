"""Deleting a row of a list: a page of its own that says what still uses it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, union_all

from admin_views import details, pages
from admin_views.db import db
from casework.problems import RuleBroken
from models.base import Base
from models.extras import VALUES

OF_THE_RECORD = [values.__table__ for values in VALUES.values()]  # they go with it


def page_of(view: Any, model: Base) -> pages.ConfirmPage:
    """Ask before deleting; where other records use the row, say how many and what to do instead."""
    users = uses(model)
    lines = [_("%(what)s will be deleted for good.", what=str(model))]
    if users:
        lines = [_("It cannot be deleted while %(count)s other records use it.", count=f"{users:,}"),
                 _("Take it out of use instead, on its own page; old records keep it.")]  # fmt: skip
    own = details.url_of(view.role, model) or view.get_url(".index_view")
    return pages.ConfirmPage(
        heading=_("Delete %(what)s?", what=_(view.panel.one)),
        lines=tuple(lines),
        verb=_("Delete it"),
        back_url=own,
        action_url=view.get_url(".delete_view", id=model.id),
        items=(pages.Cell(str(model)),),
    )


def uses(model: Base) -> int:
    """Count the rows anywhere that point at this one; one statement."""
    counts = [
        select(func.count().label("n")).select_from(table).where(key.parent == model.id)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is model.__table__ and table not in OF_THE_RECORD
    ]
    if not counts:
        return 0
    return db.session.scalar(select(func.sum(union_all(*counts).subquery().c.n))) or 0


def sentence_for(error: Exception) -> str:
    if isinstance(error, RuleBroken):
        return str(error)
    return _("Not deleted: other records still use it. Take it out of use instead.")
