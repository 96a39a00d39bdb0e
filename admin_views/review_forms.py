"""The board's form: one part for each case, all saved together; what was not touched here is left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_views import options
from admin_views.db import db
from admin_views.fields import (
    AreaField,
    AtMost,
    ChoiceField,
    DateText,
    HiddenField,
    LineField,
    TicksField,
    VersionField,
)
from admin_views.forms import OfficeForm
from models import Code, ReviewEntry, Worker
from models.declared import by_key

DIGITS = 16  # of the mark by which a part that was typed into is told from one that was not


class EntryForm(OfficeForm):
    """What is written about one case. `was` marks what the page was filled with."""

    note = AreaField(_l("What was said"), lines=4)
    next_step = LineField(_l("Next step"), [AtMost(by_key(ReviewEntry)["next_step"].length or 0)], width="w-full")
    owner_id = ChoiceField(_l("Who"), choices=lambda: (), width="w-medium")
    due_on = DateText(_l("By"), width="w-medium", description=_l("4 Dec, fri or +10wd"))
    flags = TicksField(_l("Marks"), choices=lambda: options.codes("review_flag"), resolve=options.fetched(Code))
    version = VersionField()
    was = HiddenField()

    @property
    def mark(self) -> str:
        """Give a short mark of all that stands in the part now."""
        held = [self.note.data or "", self.next_step.data or "", self.owner_id.data, self.due_on.typed,
                sorted(self.flags.data or ())]  # fmt: skip
        return hashlib.sha256(repr(held).encode()).hexdigest()[:DIGITS]

    @property
    def is_touched(self) -> bool:
        """Say whether something was typed here since the page was made."""
        return self.was.data != self.mark

    def differing(self) -> list[tuple[str, str, str]]:
        """Give (label, saved now, typed here) for each field in which the two differ."""
        found = []
        for field in (self.note, self.next_step, self.owner_id, self.due_on, self.flags):
            if field.data != field.object_data:
                found.append((str(field.label.text), _words(field, field.object_data), _words(field, field.data)))
        return found


def _words(field: Any, value: Any) -> str:
    if field.is_choice:
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(one.label) for one in field.options if one.value in chosen)
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value or "")


def parts(entries: Sequence[ReviewEntry]) -> dict[int, EntryForm]:
    """Give the part of each case by the entry's number: as it was typed, or as it is saved where it was not touched."""
    made = _class_of(_staff())
    posted = request.form if request.method == "POST" else None
    return {one.id: _part(made, one, posted) for one in entries}


def _part(made: type[EntryForm], entry: ReviewEntry, posted: Any) -> EntryForm:
    prefix = f"e{entry.id}-"
    if posted is not None and f"{prefix}version" in posted:
        typed = made(posted, obj=entry, prefix=prefix)
        if typed.is_touched:
            return typed
    form = made(None, obj=entry, prefix=prefix)
    form.was.data = form.mark
    return form


def _class_of(staff: list[tuple[int, str]]) -> type[EntryForm]:
    who = ChoiceField(_l("Who"), choices=staff, width="w-medium")
    return type("PartForm", (EntryForm,), {"owner_id": who})


def _staff() -> list[tuple[int, str]]:
    found = select(Worker.id, Worker.name).where(Worker.kind == "staff", Worker.active).order_by(Worker.name, Worker.id)
    return [(key, name) for key, name in db.session.execute(found)]
