"""Fields that are chosen: ticks, drop-downs, chips, and look-ups of one record in a big table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any, ClassVar, NamedTuple, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect

from admin_views.fields_base import KEY, Linked, OfficeField, key_of, line_of, text_of
from casework.text import clean_line

FEWEST_LETTERS = 2  # a look-up of one letter would list the whole office
MOST_CANDIDATES = 12  # more than a person compares at a glance


class Option(NamedTuple):
    """One answer to choose. `extra` is the smaller text beside it, `group` the heading above it."""

    value: Any
    label: str
    extra: str = ""
    group: str = ""


class Shown(NamedTuple):
    """An option as a template prints it; `shows` is the id of the block that choosing it reveals."""

    id: str
    value: str
    option: Option
    chosen: bool
    shows: str


class TickField(OfficeField):
    """Yes or no as one tick. `shows` names the field that a tick reveals.

    A form posts nothing for an empty tick box, so `<name>-asked` tells that the box was there.
    """

    kind = "tick"
    told = (*OfficeField.told, "shows")
    shows = ""

    @property
    def block_shown(self) -> str:
        return block_of(self, self.shows)

    def process_data(self, value: Any) -> None:
        self.data = bool(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist or self.part("asked"):
            self.data = bool(valuelist)

    def is_blank(self) -> bool:
        return not self.data

    def ask(self) -> str:
        return _("Tick “%(what)s” to go on.", what=self.label.text)


def block_of(field: OfficeField, other: str) -> str:
    """Give the id of the block around the field named `other` of the same form; "" for no name."""
    return f"{field.id.removesuffix(field.short_name)}{other}-field" if other else ""


class OptionsField(Linked, OfficeField):
    """A choice among `choices`: (value, label) pairs or Options, or a function that gives them.

    Values may be words, numbers or truth values. A stored value that the list no longer offers stays
    choosable, under the words that `kept` gives it. `shows` maps a value to the field that it reveals.
    """

    told: ClassVar[tuple[str, ...]] = (*OfficeField.told, "choices", "kept", "resolve", "relation", "shows")
    is_choice = True
    choices: Any = ()
    kept: Any = None  # value -> words
    shows: Mapping[Any, str] = {}
    stored: Sequence[Any] = ()

    @cached_property
    def offered(self) -> list[Option]:
        pairs = self.choices() if callable(self.choices) else self.choices
        return [Option(*pair) for pair in pairs]

    @cached_property
    def options(self) -> list[Option]:
        """Give the answers offered; at their end what was stored before and is withdrawn since."""
        known = {option.value for option in self.offered}
        return self.offered + [Option(key, self._kept_label(key)) for key in self.stored if key not in known]

    @property
    def chosen(self) -> list[Any]:
        return [] if self.data is None else [self.data]

    def printed(self) -> list[Option]:
        return self.options

    def shown(self) -> list[Shown]:
        """Give the options as they are printed; the first has the field's own id, for the error summary."""
        return [self._shown(place, option) for place, option in enumerate(self.printed())]

    def process_data(self, value: Any) -> None:
        self.data = key_of(value)
        self.stored = [] if self.data is None else [self.data]

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = None
            self.data = self._meant(text_of(valuelist))

    def _shown(self, place: int, option: Option) -> Shown:
        id = f"{self.id}-{place}" if place else self.id
        is_chosen = option.value in self.chosen
        return Shown(id, str(option.value), option, is_chosen, block_of(self, self.shows.get(option.value, "")))

    def _meant(self, typed: str) -> Any:
        if not typed:
            return None
        for option in self.options:
            if str(option.value) == typed:
                return option.value
        raise ValueError(_("This answer is not on the list any more. Choose again."))

    def _kept_label(self, key: Any) -> str:
        return self.kept(key) if self.kept else _("As recorded before")


class ChoiceField(OptionsField):
    """One of a list in a drop-down. Its first line is always "Choose ...": nothing is chosen unasked."""

    kind = "select"

    def groups(self) -> list[tuple[str, list[Shown]]]:
        """Give the options under their headings, in order; the heading "" is not printed."""
        return [(group, list(shown)) for group, shown in groupby(self.shown(), lambda one: one.option.group)]


class ChipsField(OptionsField):
    """One of a few, as chips. An optional one has a chip for leaving the question open."""

    kind = "radio"

    def printed(self) -> list[Option]:
        return self.options if self.flags.required else [*self.options, Option("", _("Not recorded"))]

    @property
    def chosen(self) -> list[Any]:
        return ["" if self.data is None else self.data]


class TicksField(OptionsField):
    """Any number of a list, as tick boxes. The value is a list of keys.

    What is linked already but not offered here (another team's record, a withdrawn word) stays linked.
    With `resolve`, the rows of the keys are written instead of the keys.
    """

    kind = "ticks"

    @cached_property
    def options(self) -> list[Option]:
        return self.offered

    @property
    def chosen(self) -> list[Any]:
        return self.data

    def process_data(self, value: Iterable[Any] | None) -> None:
        self.data = [key_of(one) for one in value or ()]
        self.stored = list(self.data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if not valuelist and not self.part("asked"):
            return
        offered = {option.value for option in self.options}
        self.data = [key for key in self.stored if key not in offered]
        typed = dict.fromkeys(one for one in valuelist if isinstance(one, str) and one)
        self.data += [self._meant(one) for one in typed]

    def is_blank(self) -> bool:
        return not self.data

    def populate_obj(self, obj: Any, name: str) -> None:
        present = getattr(obj, name, None) or ()
        if set(self.data) != {key_of(row) for row in present}:  # what did not change is never written
            setattr(obj, name, self.data if self.resolve is None else self._rows(present))

    def _rows(self, present: Iterable[Any]) -> list[Any]:
        """Give the rows of the chosen keys: those linked already as they are, the others resolved."""
        rows = {key_of(row): row for row in present}
        rows |= {key_of(row): row for row in self.resolve([key for key in self.data if key not in rows])}
        return [rows[key] for key in self.data if key in rows]


class Finder(Protocol):
    """Finds the records that the reader may see, for a look-up."""

    def by_text(self, text: str) -> list[tuple[int, str]]:
        """Give (id, label) of what `text` fits: the one record of an exact reference, else all matches."""

    def get(self, key: int) -> str | None:
        """Give the label of the record `key`, None outside the reader's scope."""

    def label(self, row: Any) -> str:
        """Give the label of a row that is at hand."""


class LookupField(Linked, OfficeField):
    """One record of a big table, found by typing; nothing is ever chosen beforehand.

    `finder` is a Finder or the name of one in `meta.finders`. Works without script: the text is resolved
    on saving. Several matches are offered as `<name>-choice` under the box; the script may add the id of
    the exact label chosen as `<name>-id`. A record outside the reader's scope is named `outside_text`
    and never written.
    """

    kind = "lookup"
    is_choice = True
    told = (*OfficeField.told, "finder", "example", "resolve", "relation")
    finder: Finder | str
    example: Any = ""
    outside_text = _l("Another team's record")
    candidates: Sequence[tuple[int, str]] = ()

    @property
    def lookup(self) -> str:
        """The name under which the page's script asks for matches."""
        return self.finder if isinstance(self.finder, str) else self.short_name

    @cached_property
    def found_by(self) -> Finder:
        return self.meta.finders[self.finder] if isinstance(self.finder, str) else self.finder

    def process_data(self, value: Any) -> None:
        self.data = key_of(value)
        label = None if self.data is None else self._label(self.data)
        self.outside = self.data is not None and label is None
        self.typed = clean_line(label or "")

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if self.outside or not valuelist:
            return
        stored, self.typed = self.typed, line_of(valuelist)
        if self.typed == stored:
            return
        self.data = None
        if self.typed:
            self.data, self.typed = self._picked()

    def is_blank(self) -> bool:
        return self.data is None and not self.typed

    def populate_obj(self, obj: Any, name: str) -> None:
        if not self.outside:
            super().populate_obj(obj, name)

    def _value(self) -> str:
        return self.typed

    def _label(self, key: int) -> str | None:
        """Give the label of the stored record: of the row that came along with its holder, else by asking.

        Rows that come along were read through the reader's scope, so one outside it is missing here too.
        """
        state = inspect(self.holder, raiseerr=False) if self.relation else None
        if state is None or self.relation in state.unloaded:
            return self.found_by.get(key)
        row = getattr(self.holder, self.relation)
        return None if row is None else self.found_by.label(row)

    def _picked(self) -> tuple[int, str]:
        """Give (id, label) of the one record that the text means. Raises ValueError with a sentence."""
        found = self._by_id() or self._by_text()
        chosen = [pair for pair in found if str(pair[0]) == self.part("choice")]
        if len(found) > 1 and not chosen:
            self.candidates = found
            raise ValueError(_("Which one? Several records fit “%(typed)s”.", typed=self.typed))
        return (chosen or found)[0]

    def _by_id(self) -> list[tuple[int, str]]:
        """Give the record whose id came along, if its label is still what stands in the box."""
        typed = self.part("id")
        if not KEY.fullmatch(typed):
            return []
        label = self.found_by.get(int(typed))
        return [(int(typed), self.typed)] if label is not None and clean_line(label) == self.typed else []

    def _by_text(self) -> list[tuple[int, str]]:
        if len(self.typed) < FEWEST_LETTERS:
            raise ValueError(_("Type at least two letters or figures."))
        found = [(key, clean_line(label)) for key, label in self.found_by.by_text(self.typed)]
        same = [pair for pair in found if pair[1] == self.typed]
        if len(same) == 1:
            return same
        if not found:
            raise ValueError(
                _("Nothing found for “%(typed)s”. Check the spelling or type less of it.", typed=self.typed)
            )
        if len(found) > MOST_CANDIDATES:
            raise ValueError(_("Many records fit “%(typed)s”. Type more of it, or the reference.", typed=self.typed))
        return found
