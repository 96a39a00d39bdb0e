"""Builds the form of a table from its declarations; fields above the reader's sensitivity do not exist in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload, object_session, selectinload
from wtforms import Form
from wtforms.fields.core import UnboundField

from admin_views import fields as f
from admin_views import options
from admin_views.db import db
from casework.context import acting
from casework.settings import office
from models import Case
from models.base import Base
from models.declared import Declared, declared
from models.extras import is_extra
from models.fields import Sensitivity

PAST = ("_on", "happened", "from_at", "first_contact_at", "date_of_birth", "destitute_from")
FUTURE = ("due_on", "expires", "valid", "starts", "ends", "until")
SHORT_TEXT, MEDIUM_TEXT = 12, 80  # characters: a box is as wide as the answer
MOST_JOINED = 2  # collections that come in one statement with their record
FEW = 4  # so few answers are shown as chips, all in sight


class OfficeForm(Form):
    """A form that knows the office's clock and hours, read once for each request."""

    is_conflict = False  # a colleague saved the record between the question and the answer

    def __init__(self, formdata: Any = None, obj: Any = None, **more: Any) -> None:
        meta = {"today": acting(db.session).today, "office": office(db.session), **more.pop("meta", {})}
        super().__init__(formdata, obj=obj, meta=meta, **more)

    def process(self, formdata: Any = None, obj: Any = None, *more: Any, **named: Any) -> None:
        f.hold(self, obj)
        super().process(formdata, obj, *more, **named)


class Children:
    """Makes and removes the rows that are edited inside a record."""

    def __init__(self, model: type[Base], key: str) -> None:
        self.model, self.key = model, key

    def make(self, parent: Any) -> Any:
        child = self.model()
        getattr(parent, self.key).append(child)
        return child

    def remove(self, parent: Any, child: Any) -> None:
        getattr(parent, self.key).remove(child)
        session = object_session(child)
        if session is not None and child in session:
            session.delete(child)


def form_fields(model: type[Base], see: Sensitivity, *, fixed: Iterable[str] = ()) -> list[Declared]:
    """Give the fields that a reader of sensitivity `see` fills in; `fixed` ones are given by the panel."""
    return [
        one for one in declared(model)
        if one.info.in_form and one.info.sensitivity <= see and one.key not in set(fixed)
    ]  # fmt: skip


def loading(model: type[Base], see: Sensitivity, *, fixed: Iterable[str] = ()) -> list[Any]:
    """Give the loader options that bring along what a form shows of other rows: few statements, however many rows.

    Ticks of two fields come with the record itself; each further one would multiply the rows that are read.
    """
    fields = form_fields(model, see, fixed=fixed)
    ticks = [one for one in fields if one.kind == "many"]
    return [
        *(_with_link(joinedload(one.attribute), one, see) for one in fields if _is_looked_up(one)),
        *(joinedload(one.attribute) for one in ticks[:MOST_JOINED]),
        *(selectinload(one.attribute) for one in ticks[MOST_JOINED:]),
        *(option for one in fields if one.kind == "rows" for option in _with_rows(one, see)),
    ]


def _is_looked_up(field: Declared) -> bool:
    return field.kind == "link" and field.target not in options.SMALL


def _with_link(option: Any, field: Declared, see: Sensitivity) -> Any:
    needs_client = field.target is Case and see >= Sensitivity.PERSONAL
    return option.joinedload(Case.client) if needs_client else option


def _with_rows(field: Declared, see: Sensitivity) -> list[Any]:
    assert field.target is not None
    inner = [
        one for one in form_fields(field.target, see, fixed=(field.target.__part_of__ or "",)) if _is_looked_up(one)
    ]
    return [selectinload(field.attribute), *(selectinload(field.attribute).joinedload(one.attribute) for one in inner)]


def form_class(model: type[Base], see: Sensitivity, *, fixed: Iterable[str] = ()) -> type[OfficeForm]:
    """Give the form of a table: one field for each declared one, and the version it was opened at."""
    made = {form_name(one): form_field(one, see) for one in form_fields(model, see, fixed=fixed)}
    return type(f"{model.__name__}Form", (OfficeForm,), {**made, "version": f.VersionField()})


@lru_cache(maxsize=64)
def with_more(form: type[OfficeForm], fields: tuple[Declared, ...], see: Sensitivity) -> type[OfficeForm]:
    """Give a table's form with further fields after its own."""
    return type(form.__name__, (form,), {form_name(one): form_field(one, see) for one in fields}) if fields else form


def form_name(field: Declared) -> str:
    """Give the name a field is posted under: a link by its key column, so that a hidden row is not lost."""
    return f"{field.key}_id" if field.kind == "link" else field.key


def form_field(field: Declared, see: Sensitivity) -> UnboundField:
    """Give the form's field for one declared field."""
    words = _words(field)
    more: dict[str, Any] = {
        "description": words(field.info.help) if field.info.help else "", "validators": _asked(field),
    }  # fmt: skip
    if field.column is not None and field.column.default is not None and field.column.default.is_scalar:
        more["default"] = field.column.default.arg
    return _MAKERS[field.kind](field, words(field.info.label), see, more)


def _words(field: Declared) -> Callable[[str], Any]:
    """Give how the field's own words are shown: those of the code translated, those of the office as they were typed.

    A template takes a lazy text for finished HTML, so what somebody typed never becomes one.
    """
    return str if is_extra(field) else _l


def _asked(field: Declared) -> list[Any]:
    has_default = field.column is not None and field.column.default is not None
    if field.optional or field.kind == "yes_no" or (has_default and field.kind not in {"choice", "text"}):
        return []
    return [f.Required()]


def _text(field: Declared, label: Any, _see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    if field.length:
        more["validators"] = [*more["validators"], f.AtMost(field.length)]
    return f.LineField(label, width=_width(field.length), **more)


def _long(field: Declared, label: Any, _see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    return f.AreaField(label, **more)


def _date(field: Declared, label: Any, _see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    return f.DateText(label, prefer=_prefer(field), **more)


def _moment(field: Declared, label: Any, _see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    return f.WhenText(label, prefer=_prefer(field), **more)


def _yes_no(field: Declared, label: Any, _see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    if field.optional:
        return f.ChipsField(label, choices=((True, _l("Yes")), (False, _l("No"))), **more)
    return f.TickField(label, **more)


def _choice(field: Declared, label: Any, _see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    pairs = [(word, _words(field)(words)) for word, words in field.info.choices]
    kind = f.ChipsField if len(pairs) <= FEW else f.ChoiceField
    return kind(label, choices=pairs, kept=lambda word: _words(field)(field.info.choice_label(word)), **more)


def _link(field: Declared, label: Any, see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    assert field.target is not None
    more |= {"resolve": options.fetched(field.target), "relation": field.key}
    if field.target in options.SMALL:
        return f.ChoiceField(label, choices=options.choices_for(field), **more)
    return f.LookupField(label, finder=_LazyFinder(field.target, see), width="w-long", **more)


def _many(field: Declared, label: Any, _see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    assert field.target is not None
    return f.TicksField(label, choices=options.choices_for(field), resolve=options.fetched(field.target), **more)


def _rows(field: Declared, label: Any, see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    assert field.target is not None
    back = field.target.__part_of__ or ""
    inner = [(form_name(one), form_field(one, see)) for one in form_fields(field.target, see, fixed=(back,))]
    more.pop("default", None)
    return f.RowsField(label, fields=inner, factory=Children(field.target, field.key), **more)


def _number(field: Declared, label: Any, _see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    return f.NumberField(label, least=0, **more)


def _time(field: Declared, label: Any, _see: Sensitivity, more: dict[str, Any]) -> UnboundField:
    return f.TimeText(label, **more)


_MAKERS = {
    "text": _text, "long": _long, "date": _date, "moment": _moment, "yes_no": _yes_no, "choice": _choice,
    "link": _link, "many": _many, "rows": _rows, "number": _number, "time": _time,
}  # fmt: skip


class _LazyFinder:
    """A finder that takes the request's session when it is asked, since forms are built at start-up."""

    def __init__(self, model: type[Base], see: Sensitivity) -> None:
        self.model, self.see = model, see

    def by_text(self, text: str) -> list[tuple[int, str]]:
        return options.Finder(db.session, self.model, self.see).by_text(text)

    def get(self, key: int) -> str | None:
        return options.Finder(db.session, self.model, self.see).get(key)

    def label(self, row: Base) -> str:
        return row.label(self.see)


def _prefer(field: Declared) -> str:
    if any(part in field.key for part in FUTURE):
        return "future"
    return "past" if any(part in field.key for part in PAST) else "future"


def _width(length: int | None) -> str:
    if length is None or length > MEDIUM_TEXT:
        return "w-long"
    return "w-short" if length <= SHORT_TEXT else "w-medium"
