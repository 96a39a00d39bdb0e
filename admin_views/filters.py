"""The filters of lists, as Flask-Admin knows them, with names instead of numbers in the address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import options
from admin_views.addresses import LINKED
from admin_views.db import db
from admin_views.keys import is_number
from casework.calendar import LONDON
from casework.context import acting
from casework.datetext import DateTextError, parse_date
from casework.merging import same_person
from casework.settings import office
from models import Case
from models.base import Base
from models.declared import Declared
from models.extras import is_extra

Choices = list[tuple[str, str]]
LONGEST_NUMBER = 9  # digits; so many always fit the database's smaller whole numbers


class FieldFilter(BaseSQLAFilter):
    """One question about one field; `key` names it in addresses, `error` says what is wrong with an answer."""

    kind = "select"
    suffix = ""

    def __init__(self, field: Declared) -> None:
        self.field = field
        self.key = field.key + self.suffix
        super().__init__(field.column, field.info.label if is_extra(field) else _l(field.info.label))

    def operation(self) -> str:
        return _("is")

    def choices(self) -> Choices:
        """Give (value, words) to choose from; empty for a box to type in."""
        return []

    def fault(self, value: str) -> str | None:
        """Give a sentence if `value` is no answer to this question."""
        known = {key for key, _words in self.choices()}
        return None if value in known else _("This answer is not on the list. Choose again.")

    def validate(self, value: str) -> bool:
        return self.fault(value) is None

    def words(self, value: str) -> str:
        """Give the answer as its tag shows it."""
        return dict(self.choices()).get(value, value)

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.where(self.field.compared == self.wanted(value))

    def wanted(self, value: str) -> Any:
        return value


class ChoiceFilter(FieldFilter):
    def choices(self) -> Choices:
        info = self.field.info
        return [(word, _(words)) for word, words in (*info.choices, *info.withdrawn)]


class YesNoFilter(FieldFilter):
    def choices(self) -> Choices:
        return [("1", _("Yes")), ("0", _("No"))]

    def wanted(self, value: str) -> bool:
        return value == "1"


class LinkFilter(FieldFilter):
    """A link to a small table: one of its rows, or none chosen."""

    def choices(self) -> Choices:
        pairs = [(str(key), words) for key, words in options.choices_for(self.field)()]
        return [*pairs, ("none", _("None"))] if self.field.optional else pairs

    def wanted(self, value: str) -> int | None:
        return None if value == "none" else int(value)


class BigLinkFilter(FieldFilter):
    """A link to a big table: found by typing, as in forms."""

    kind = "text"

    def fault(self, value: str) -> str | None:
        return None if self._keys(value) else _("Nothing found. Check the spelling or type less of it.")

    def words(self, value: str) -> str:
        return value

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.where(self.field.compared.in_(self._keys(value)))

    def _keys(self, value: str) -> list[int]:
        from models.fields import Sensitivity  # the label of a big table's row in an address is never personal

        assert self.field.target is not None
        found = options.Finder(db.session, self.field.target, Sensitivity.OFFICE).by_text(value)
        return [key for key, _label in found]


class DateFilter(FieldFilter):
    """From or until a day, typed day first; a moment counts with its whole London day."""

    kind = "date"

    def fault(self, value: str) -> str | None:
        try:
            self._day(value)
        except DateTextError as error:
            return str(error)
        return None

    def words(self, value: str) -> str:
        return f"{self.operation()} {self._day(value):%d/%m/%Y}"

    def _day(self, value: str) -> Any:
        session = db.session
        hours = office(session) if "w" in value.casefold() else None  # "+10wd", "10 working days": else it is not asked
        return parse_date(value, today=acting(session).today, prefer="past", office=hours)

    def _edge(self, value: str, days: int) -> Any:
        day = self._day(value) + timedelta(days=days)
        return datetime.combine(day, time(0), LONDON) if self.field.kind == "moment" else day


class FromFilter(DateFilter):
    suffix = "_from"

    def operation(self) -> str:
        return _("from")

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.where(self.field.compared >= self._edge(value, 0))


class UntilFilter(DateFilter):
    suffix = "_until"

    def operation(self) -> str:
        return _("until")

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.where(self.field.compared < self._edge(value, 1))


class NumberFilter(FieldFilter):
    kind = "text"

    def fault(self, value: str) -> str | None:
        return None if is_number(value, LONGEST_NUMBER) else _("Type a whole number.")

    def wanted(self, value: str) -> int:
        return int(value)


class TextFilter(FieldFilter):
    """The exact text, for short marks such as a sign-in name."""

    kind = "text"

    def fault(self, value: str) -> str | None:
        return None


class RecordFilter(FieldFilter):
    """The rows that lead to one record, by its number: what the page of that record offers. It has no box."""

    kind = "record"
    suffix = LINKED

    def fault(self, value: str) -> str | None:
        return None if is_number(value, LONGEST_NUMBER) else _("There is no such record.")

    def words(self, value: str) -> str:
        assert self.field.target is not None
        row = options.fetched(self.field.target)(int(value))
        return str(row) if row is not None else _("another team's record")

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.where(belongs(self.field.model, self.field.key, int(value)))


def belongs(model: type[Base], link: str, key: int) -> Any:
    """Say which rows a link ties to one record; the cases of a client are those of every record of the same person."""
    column = getattr(model, f"{link}_id")
    return column.in_(same_person(key)) if (model, link) == (Case, "client") else column == key


def filters_for(field: Declared) -> Iterator[FieldFilter]:
    """Give the questions that a filtered field is asked."""
    if field.kind in {"date", "moment"}:
        yield FromFilter(field)
        yield UntilFilter(field)
    elif field.kind == "link":
        yield LinkFilter(field) if field.target in options.SMALL else BigLinkFilter(field)
    else:
        yield {"choice": ChoiceFilter, "yes_no": YesNoFilter, "number": NumberFilter}.get(field.kind, TextFilter)(field)
