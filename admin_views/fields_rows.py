"""Child rows edited inside their record: household members, languages of a volunteer, steps of a plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.utils import unset_value

from admin_views.fields_base import Fault, OfficeField, hold, line_of
from admin_views.fields_choice import TickField

MOST_ROWS = 60
BLANK_ROWS = 2


class Factory(Protocol):
    """Makes and takes away the child rows of a record."""

    def make(self, parent: Any) -> Any:
        """Give a new child that belongs to `parent`."""

    def remove(self, parent: Any, child: Any) -> None:
        """Take `child` away from `parent`."""


class RowMeta(DefaultMeta):
    """What a row's fields ask of their form: the token is the page's own, the rest comes from above."""

    csrf = False

    def __init__(self, above: Any) -> None:
        self.above = above

    def get_translations(self, form: BaseForm) -> Any:
        return self.above.get_translations(form)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.above, name)


class RowForm(BaseForm):
    """One child row: its fields, and a tick to take it away. `child` is None for a row still blank."""

    def __init__(self, fields: Sequence[tuple[str, UnboundField]], prefix: str, meta: RowMeta, child: Any) -> None:
        super().__init__(fields, prefix=prefix, meta=meta)
        self.inputs = dict(self._fields)
        self._fields["remove"] = TickField(_l("Remove")).bind(self, "remove", prefix=self._prefix)
        self.child = child

    @property
    def key(self) -> str:
        return "" if self.child is None else str(self.child.id)

    @property
    def key_name(self) -> str:
        return f"{self._prefix}id"

    @property
    def is_removed(self) -> bool:
        return self["remove"].data

    @property
    def counts(self) -> bool:
        """Tell whether the row is to be kept: a blank one that nobody filled in is not."""
        is_filled = self.child is not None or not all(field.is_untouched() for field in self.inputs.values())
        return is_filled and not self.is_removed

    def write(self, child: Any) -> None:
        for name, field in self.inputs.items():
            field.populate_obj(child, name)


class RowsField(OfficeField):
    """The rows there are, and two blank ones.

    `fields` are (name, unbound field) pairs; `factory` is a Factory or the name of one in
    `meta.factories`. Rows that the page did not show are left alone; ids of other records are refused.
    """

    kind = "rows"
    told = (*OfficeField.told, "fields", "factory")
    fields: Sequence[tuple[str, UnboundField]] = ()
    factory: Factory | str

    @cached_property
    def made_by(self) -> Factory:
        return self.meta.factories[self.factory] if isinstance(self.factory, str) else self.factory

    @property
    def data(self) -> list[dict[str, Any]]:
        return [{name: field.data for name, field in row.inputs.items()} for row in self.rows if row.counts]

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.object_data = [] if data is unset_value or data is None else list(data)
        self.rows: list[RowForm] = []
        places = self._places(formdata)
        left = {str(child.id): child for child in self.object_data}
        for place in places:
            self._add_posted(place, formdata, left)
        blank = BLANK_ROWS - sum(row.child is None and not row.counts for row in self.rows)
        for place, child in enumerate([*left.values(), *[None] * blank], max(places, default=-1) + 1):
            self._add(place, child)

    def validate(self, form: BaseForm, extra_validators: Iterable[Any] = ()) -> bool:
        self.errors = list(self.process_errors)
        results = [row.validate() for row in self.rows if row.counts]
        self._run_validation_chain(form, [*self.validators, *extra_validators])
        if not all(results):
            self.errors.append(self._rows_wrong)
        return not self.errors

    def is_blank(self) -> bool:
        return not any(row.counts for row in self.rows)

    def faults(self) -> list[Fault]:
        """Give the faults of the whole, then those of each row with the row's name before them."""
        within = [
            Fault(fault.id, f"{self.row_name(place)}: {fault.text}")
            for place, row in enumerate(self.rows, 1)
            for field in row
            for fault in field.faults()
        ]
        own = [Fault(self.id, self.named(text)) for text in self.errors if text != self._rows_wrong]
        return own + within

    @property
    def _rows_wrong(self) -> str:
        return _("Look at the rows marked here.")

    def row_name(self, place: int) -> str:
        """Give the name of row `place`, counted from 1."""
        return _("%(rows)s, row %(place)s", rows=self.label.text, place=place)

    def populate_obj(self, obj: Any, name: str) -> None:
        for row in self.rows:
            if row.child is not None and row.is_removed:
                self.made_by.remove(obj, row.child)
            elif row.counts:
                row.write(self.made_by.make(obj) if row.child is None else row.child)

    def _places(self, formdata: Any) -> list[int]:
        """Give the numbers of the rows that were posted, in order."""
        shape = re.compile(re.escape(self.name) + r"-([0-9]{1,4})-", re.ASCII)
        found = sorted({int(match[1]) for match in map(shape.match, formdata or ()) if match})
        if len(found) > MOST_ROWS:
            self.process_errors.append(_("Save at most %(most)s rows at a time.", most=MOST_ROWS))
        return found[:MOST_ROWS]

    def _add_posted(self, place: int, formdata: Any, left: dict[str, Any]) -> None:
        key = line_of(formdata.getlist(f"{self.name}-{place}-id"))
        child = left.pop(key, None)
        if key and child is None:
            self.process_errors.append(
                _("A row was changed or removed meanwhile. Open the record again and look at its rows.")
            )
            return
        self._add(place, child, formdata)

    def _add(self, place: int, child: Any, formdata: Any = None) -> None:
        row = RowForm(self.fields, f"{self.name}-{place}", RowMeta(self.meta), child)
        hold(row, child)
        row.process(formdata, obj=child)
        self.rows.append(row)
