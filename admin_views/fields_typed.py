"""Fields that are typed: lines, longer text, numbers, days and times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar, NamedTuple

from flask_babel import gettext as _
from wtforms.form import BaseForm

from admin_views.fields_base import LONGEST_LINE, UNREAD_FROM, Fault, OfficeField, line_of, must_fit, text_of
from casework.calendar import Office, local, utc_from_local
from casework.datetext import (
    MONTHS,
    WEEKDAYS,
    DateTextError,
    Prefer,
    in_words,
    nearness,
    parse_date,
    parse_time,
)
from casework.text import clean_line, clean_text

LONGEST_TEXT = 50_000  # a long letter pasted in has about 10,000
SMALL_INTEGER, BIG_INTEGER = 2**31 - 1, 2**63 - 1  # what the database's two sizes of whole numbers hold
LONG_NUMBER = 10_000  # from here on figures are grouped; a year stays a year
NUMBER = re.compile(r"[+-]?(?:\d{1,40}|\d{1,3}(?:,\d{3}){1,12})", re.ASCII)


class LineField(OfficeField):
    """One line of text. A blank line is kept as `blank`: nothing, unless the column wants ""."""

    told = (*OfficeField.told, "blank")
    blank: str | None = None
    clean = staticmethod(clean_line)
    usual_longest = LONGEST_LINE

    @property
    def longest(self) -> int:
        return self.flags.longest or self.flags.maxlength or self.usual_longest

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if not valuelist:
            return
        typed = text_of(valuelist)
        is_unread = len(typed) > max(self.longest, LONGEST_LINE) * UNREAD_FROM
        self.data = (typed if is_unread else self.clean(typed)) or self.blank

    def pre_validate(self, form: BaseForm) -> None:
        if self.raw_data:
            must_fit(self.data or "", self.longest)

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class AreaField(LineField):
    """Text of several lines; `lines` is the height of its box."""

    kind = "area"
    width = "w-full"
    told = (*LineField.told, "lines")
    lines = 5
    clean = staticmethod(clean_text)
    usual_longest = LONGEST_TEXT


class TypedField(OfficeField):
    """A short answer that is typed as text and read as something else; the typed text stays in the box."""

    typed = ""

    def process_data(self, value: Any) -> None:
        self.data = value
        self.typed = "" if value is None else self._written(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if not valuelist:
            return
        stored, self.typed = self.typed, line_of(valuelist)
        if self.typed == stored:  # not touched: keep the stored value as it is
            return
        self.data = None
        if self.typed:
            self.data = self._read(self.typed)

    def is_blank(self) -> bool:
        return not self.typed

    def _value(self) -> str:
        return self.typed

    def _read(self, typed: str) -> Any:
        """Give the value that `typed` means. Raises ValueError with a sentence."""
        raise NotImplementedError

    def _written(self, value: Any) -> str:
        """Give `value` as it stands in the box."""
        return str(value)


class NumberField(TypedField):
    """A whole number from `least` to `most`; `largest` is what the column can hold."""

    kind = "number"
    width = "w-short"
    told = (*TypedField.told, "least", "most", "largest")
    least: int | None = None
    most: int | None = None
    largest = SMALL_INTEGER

    def _read(self, typed: str) -> int:
        plain = _plain_figures(typed)
        if not NUMBER.fullmatch(plain):
            raise ValueError(_("Type a whole number in figures, for example 12."))
        number = int(plain.replace(",", ""))
        least = -self.largest if self.least is None else self.least
        most = self.largest if self.most is None else self.most
        if not least <= number <= most:
            limits = {"least": _figures(least), "most": _figures(most)}
            raise ValueError(_("Type a number from %(least)s to %(most)s.", **limits))
        return number


def _plain_figures(typed: str) -> str:
    """Give `typed` with figures of any script as 0 to 9, no blanks, the long minus as a short one."""
    signs = (str(unicodedata.decimal(sign, sign)) for sign in typed.replace("\u2212", "-"))
    return "".join("".join(signs).split())


def _figures(number: int) -> str:
    return f"{number:,}" if abs(number) >= LONG_NUMBER else str(number)


class TimeText(TypedField):
    """A clock time: 14:00, 2pm, 9."""

    kind = "time"
    width = "w-short"

    def _read(self, typed: str) -> time:
        return parse_time(typed)

    def _written(self, value: time) -> str:
        return f"{value:%H:%M}"


class Echo(NamedTuple):
    """A date as it was understood: the day in full, and how far it is."""

    day: str
    near: str

    def __str__(self) -> str:
        return f"{self.day}, {self.near}"


def echo_of(day: date, today: date, office: Office) -> Echo:
    """Give `day` in words, for the line under the box."""
    return Echo(in_words(day), nearness(day, today, office))


def echo_answer(text: str, prefer: str, today: date, office: Office) -> dict[str, str]:
    """Give what the page's script shows under a date box while typing: `day` and `near`, or `error`."""
    liked: Prefer = "past" if prefer == "past" else "future"
    try:
        day = parse_date(line_of([text]), today=today, prefer=liked, office=office)
    except DateTextError as unread:
        return {"error": str(unread)}
    return echo_of(day, today, office)._asdict()


class DateText(TypedField):
    """A day typed as text, read day first and always echoed with its weekday.

    `prefer` says whether "4/12" is the coming or the past one; `quick` names the working days from today
    that stand under the box as buttons.
    """

    kind = "date"
    width = "w-medium"
    told: ClassVar[tuple[str, ...]] = (*TypedField.told, "prefer", "quick")
    prefer: Prefer = "future"
    quick: Sequence[int] = ()

    @property
    def hint(self) -> str:
        return str(self.description) or _("Day first: 4/12, 4 Dec, fri, tomorrow or +10wd.")

    @property
    def echo(self) -> Echo | None:
        return echo_of(self.data, self.meta.today, self.meta.office) if self.data else None

    def quick_days(self) -> list[tuple[str, str]]:
        """Give (words, text to type) of the quick days: ("Tue 24 Nov", "24 Nov 2026")."""
        days = [self.meta.office.add_working_days(self.meta.today, amount) for amount in self.quick]
        return [(f"{WEEKDAYS[day.weekday()][:3]} {_day_text(day)[:-5]}", _day_text(day)) for day in days]

    def _read(self, typed: str) -> Any:
        return parse_date(typed, today=self.meta.today, prefer=self.prefer, office=self.meta.office)

    def _written(self, value: Any) -> str:
        return _day_text(value)


def _day_text(day: date) -> str:
    """Give `day` as it stands in a box: "4 Dec 2026"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


class WhenText(DateText):
    """A day and a time in two boxes, `<name>` and `<name>-time`; the value is a moment in UTC.

    An hour that comes twice when the clocks go back means the first; the echo says so. A moment that
    is not touched keeps its seconds, and its second 01:30.
    """

    kind = "when"
    time_typed = ""
    wrong_part = ""

    def process_data(self, value: datetime | None) -> None:
        self.data = value
        self.typed, self.time_typed = ("", "") if value is None else _moment_texts(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if not valuelist:
            return
        stored = self.typed, self.time_typed
        self.typed, self.time_typed = line_of(valuelist), self.part("time")
        if (self.typed, self.time_typed) == stored:
            return
        self.data = None
        if self.typed or self.time_typed:
            self.data = self._moment()

    @property
    def echo(self) -> Echo | None:
        if not self.data:
            return None
        shown = local(self.data)
        echo = echo_of(shown.date(), self.meta.today, self.meta.office)
        return echo._replace(near=". ".join(filter(None, (echo.near, _which_of_two(shown)))))

    @property
    def time_id(self) -> str:
        return f"{self.id}-time"

    def is_blank(self) -> bool:
        return not (self.typed or self.time_typed)

    def faults(self) -> list[Fault]:
        target = self.time_id if self.wrong_part == "time" else self.id
        return [Fault(target, self.named(text)) for text in self.errors]

    def _moment(self) -> datetime:
        self.wrong_part = "day"
        if not self.typed:
            raise ValueError(_("Enter the day as well."))
        day = self._read(self.typed)
        self.wrong_part = "time"
        if not self.time_typed:
            raise ValueError(_("Enter the time as well."))
        moment = utc_from_local(day, parse_time(self.time_typed))
        self.wrong_part = ""
        return moment


def _moment_texts(moment: datetime) -> tuple[str, str]:
    shown = local(moment)
    return _day_text(shown.date()), f"{shown:%H:%M}"


def _which_of_two(shown: datetime) -> str:
    """Give a sentence for a London time that comes twice, "" for any other."""
    if shown.replace(fold=0).utcoffset() == shown.replace(fold=1).utcoffset():
        return ""
    clock = f"{shown:%H:%M}"
    if shown.fold:
        return _("The clocks go back then and %(clock)s comes twice: this is the second.", clock=clock)
    return _("The clocks go back then and %(clock)s comes twice: this is the first.", clock=clock)
