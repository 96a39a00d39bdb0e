"""What all fields share: their faults, the validators that ask for an answer, and hidden fields."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from flask_babel import gettext as _
from wtforms import Field
from wtforms.form import BaseForm
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from casework.text import clean_line

LONGEST_LINE = 200
UNREAD_FROM = 4  # text this many times over its limit is refused before a cleaning that would take seconds
KEY = re.compile(r"[0-9]{1,18}", re.ASCII)  # row ids and versions; 18 figures always fit 64 bits
ONCE = re.compile(r"[0-9a-f]{32}", re.ASCII)


class Fault(NamedTuple):
    """One sentence of the error summary; an empty `id` has no control to lead to."""

    id: str
    text: str


class OfficeField(Field):
    """A field that knows how it is drawn, whether it is blank, and where each of its faults stands.

    `kind` names the macro that draws it, `width` the class that fits the answer. A class lists in `told`
    the attributes that a form may set beside WTForms' own.
    """

    kind = "text"
    width = "w-long"
    told: ClassVar[tuple[str, ...]] = ("width",)
    is_choice = False
    holder: Any = None  # the record that the form shows, None for a new one
    _posted: Any = None

    def __init__(self, label: Any = None, validators: Any = None, **settings: Any) -> None:
        for name in self.told:
            if name in settings:
                setattr(self, name, settings.pop(name))
        super().__init__(label, validators, **settings)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self._posted = formdata
        super().process(formdata, data, extra_filters)

    @property
    def hint(self) -> str:
        return str(self.description)

    def is_blank(self) -> bool:
        return self.data is None or self.data == ""

    def is_untouched(self) -> bool:
        """Tell whether the field still holds what a new record begins with."""
        return self.is_blank() or (self.data == self.object_data and not self.process_errors)

    def ask(self) -> str:
        """Give the sentence that asks for this field."""
        what = lowered(str(self.label.text))
        return _("Choose %(what)s.", what=what) if self.is_choice else _("Enter %(what)s.", what=what)

    def faults(self) -> list[Fault]:
        return [Fault(self.id, self.named(text)) for text in self.errors]

    def named(self, text: Any) -> str:
        """Give the fault for the summary; what is wrong with an answer needs the field's name before it."""
        return str(text) if self.is_blank() else f"{self.label.text}: {text}"

    def part(self, part: str) -> str:
        """Give what was posted beside the field under `<name>-<part>`, as one line."""
        return "" if self._posted is None else line_of(self._posted.getlist(f"{self.name}-{part}"))


def hold(form: BaseForm, record: Any) -> None:
    """Tell the fields of `form` which record they show, before they read its values."""
    for field in form:
        field.holder = record


def lowered(label: str) -> str:
    """Give `label` for the middle of a sentence; "DBS checked on" keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def text_of(values: Sequence[Any]) -> str:
    """Give the first posted value; a file sent under the field's name counts as nothing."""
    return values[0] if values and isinstance(values[0], str) else ""


def line_of(values: Sequence[Any]) -> str:
    """Give the first posted value for a short answer: one clean line, cut where no such answer reaches."""
    return clean_line(text_of(values)[: LONGEST_LINE * UNREAD_FROM])[:LONGEST_LINE]


class Required:
    """The field must be answered. `sentence` says so in its own words; `help` is added to the usual ones."""

    def __init__(self, sentence: Any = "", help: Any = "") -> None:
        self.sentence, self.help = sentence, help
        self.field_flags = {"required": True}

    def __call__(self, form: BaseForm, field: OfficeField) -> None:
        if field.errors:  # what was typed could not be read, and that sentence is enough
            raise StopValidation()
        if field.is_blank():
            usual = " ".join(filter(None, (field.ask(), str(self.help))))
            raise StopValidation(str(self.sentence) or usual)


class AtMost:
    """At most so many characters. No `maxlength` in the page: it would cut pasted text without a word."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.field_flags = {"longest": longest}

    def __call__(self, form: BaseForm, field: Field) -> None:
        must_fit(field.data or "", self.longest)


def must_fit(text: str, longest: int) -> None:
    """Raise StopValidation with a sentence if `text` has more than `longest` characters."""
    if len(text) > longest:
        counts = {"longest": f"{longest:,}", "length": f"{len(text):,}"}
        raise StopValidation(_("Use at most %(longest)s characters. This has %(length)s.", **counts))


class Linked:
    """Writing for fields whose value is the key of a row.

    With `resolve`, the row of the key is written to the relation `relation` instead of the key. Name such
    a field after the key column (`case_id`): the relation to a record outside the reader's scope loads as
    None, its key does not.
    """

    resolve: Any = None  # key -> row; for ticks, keys -> rows
    relation = ""
    data: Any

    def populate_obj(self, obj: Any, name: str) -> None:
        if key_of(getattr(obj, name, None)) == self.data:  # what did not change is never written
            return
        if self.resolve is None:
            setattr(obj, name, self.data)
        else:
            setattr(obj, self.relation or name, None if self.data is None else self.resolve(self.data))


def key_of(value: Any) -> Any:
    """Give the key of a row; any other value as it is."""
    return getattr(value, "id", value)


class HiddenField(OfficeField):
    """Something the page carries for itself; never written to the record."""

    kind = "hidden"

    def faults(self) -> list[Fault]:
        return [Fault("", str(text)) for text in self.errors]

    def populate_obj(self, obj: Any, name: str) -> None:
        """Write nothing."""

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class VersionField(HiddenField):
    """The version of the record that the page was made from."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        typed = text_of(valuelist)
        self.data = int(typed) if KEY.fullmatch(typed) else None

    @property
    def is_stale(self) -> bool:
        """Tell whether the record changed since the page was made (or the page does not say)."""
        return self.data != self.object_data

    def renew(self) -> None:
        """Let the page, shown again with both versions, be saved over the version now stored."""
        self.data = self.object_data


class OnceField(HiddenField):
    """A random word that lets a page be saved once: a double click makes one record, not two.

    The view keeps the word under a unique key; here it is only made and carried. A page without it, as one that was
    carried through a new sign-in, gets one of its own.
    """

    def process_data(self, value: Any) -> None:
        self.data = secrets.token_hex(16)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        typed = text_of(valuelist)
        if ONCE.fullmatch(typed):
            self.data = typed
