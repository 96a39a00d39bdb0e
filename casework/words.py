"""The office's lists and promises: values that can be read, dates in order, words from the right list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from casework import guard
from casework.calendar import LARGEST_AMOUNT
from casework.changes import is_changed, is_new
from casework.context import acting
from casework.problems import Problem
from models import Area, Base, ClosedDay, Code, Language, ResponseStandard, Setting
from models.declared import declared

SHORT_FORM = re.compile(r"[a-z][a-z0-9_]*")
ONS_CODE = re.compile(r"[EWSN][0-9]{8}")
SEVERAL = ("follow_up_choices", "deadline_reminders")  # settings that hold several numbers, with commas between
HOURS = ("opens_at", "closes_at")
AT_LEAST_ONE = ("minute", "month")  # a visit of no minutes, or a consent of no months, is none
LONGEST_FORESIGHT = 10  # years ahead that anybody plans a closed day

Reading = Callable[[str, int], Any]


def words_come_from_their_list(row: Base, _db: Session) -> Iterator[Problem]:
    """A word is chosen from the list that its field names, and from those in use."""
    for one in declared(type(row)):
        if one.info.code_list is None or not is_changed(row, one.key):
            continue
        for code in get_history(row, one.key).added:
            if isinstance(code, Code) and code.list != one.info.code_list:
                yield Problem(one.key, f"“{code.words}” is of another list. Choose from the list “{one.info.label}”.")
            elif isinstance(code, Code) and not code.active:
                yield Problem(one.key, f"“{code.words}” is no longer in use. Choose another word.")


def word_keeps_its_short_form(code: Code, _db: Session) -> Iterator[Problem]:
    """Rules and sheets know a word by its short form; the words themselves may change at any time."""
    if is_new(code) and not SHORT_FORM.fullmatch(code.code or ""):
        yield Problem("code", "Use small letters, digits and underscores, for example school_missed.")
    for name in ("list", "code"):
        if not is_new(code) and is_changed(code, name):
            yield Problem(name, "This stays the same. Change the words, or untick “In use” and add another.")


def word_stands_under_its_own_list(code: Code, _db: Session) -> Iterator[Problem]:
    above, seen = code.parent, [code]
    while above is not None:
        if above in seen:
            yield Problem("parent", "A word cannot stand under itself. Choose another, or none.")
            return
        if above.list != code.list:
            yield Problem("parent", "A word stands under a word of its own list. Choose another, or none.")
            return
        seen.append(above)
        above = above.parent


# Settings


def trim_value(setting: Setting, _db: Session) -> None:
    setting.value = (setting.value or "").strip()


guard.prepare(Setting, trim_value)


def setting_keeps_its_meaning(setting: Setting, _db: Session) -> Iterator[Problem]:
    for name in ("key", "unit"):
        if not is_new(setting) and is_changed(setting, name):
            yield Problem(name, "Only the value can be changed here.")


def setting_can_be_read(setting: Setting, _db: Session | None = None) -> Iterator[Problem]:
    try:
        _read(setting)
    except ValueError as unreadable:
        yield Problem("value", str(unreadable))


def _read(setting: Setting) -> Any:
    """Give the value of a setting; raises ValueError with a sentence for the screen."""
    value, lowest = setting.value, 1 if setting.unit in AT_LEAST_ONE else 0
    if setting.key in SEVERAL:
        return [_number(part.strip(), lowest) for part in value.split(",")]
    return _READINGS.get(setting.unit or "", _text)(value, lowest)


def _number(value: str, lowest: int) -> int:
    if not value.isascii() or not value.isdigit() or not lowest <= int(value[:9]) <= LARGEST_AMOUNT:
        raise ValueError(f"Type a whole number from {lowest} to {LARGEST_AMOUNT}.")
    return int(value)


def _clock_time(value: str, _lowest: int) -> time:
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}", value):
        raise ValueError("Type a time with hours and minutes, for example 10:00.")
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise ValueError("There is no such time. Hours run from 00 to 23, minutes from 00 to 59.") from None


def _weekdays(value: str, _lowest: int) -> list[int]:
    days = value.split(",")
    if not all(day in set("0123456") and day for day in days) or len(set(days)) != len(days):
        raise ValueError("Type each open day once, 0 for Monday to 6 for Sunday, with commas: 0,1,2,3,4.")
    return [int(day) for day in days]


def _yes_or_no(value: str, _lowest: int) -> bool:
    if value not in ("0", "1"):
        raise ValueError("Type 1 for yes or 0 for no.")
    return value == "1"


def _text(value: str, _lowest: int) -> str:
    if not value:
        raise ValueError("Type a value.")
    return value


_READINGS: dict[str, Reading] = {
    "time": _clock_time, "weekdays": _weekdays, "yes_no": _yes_or_no, "count": _number, "minute": _number,
    "hour": _number, "day": _number, "working_day": _number, "month": _number,
}  # fmt: skip


def opens_before_it_closes(setting: Setting, db: Session) -> Iterator[Problem]:
    if setting.key not in HOURS:
        return
    both = {one.key: one for one in db.scalars(select(Setting).where(Setting.key.in_(HOURS)))}
    both[setting.key] = setting
    if len(both) == len(HOURS) and all(_can_be_read(one) for one in both.values()):
        opens, closes = (_read(both[key]) for key in HOURS)
        if not opens < closes:
            yield Problem("value", "The office opens before it closes. Change the other time first, or correct this.")


def _can_be_read(setting: Setting) -> bool:
    return not any(setting_can_be_read(setting))


# Days, areas, standards


def closed_day_is_named_and_near(closed: ClosedDay, db: Session) -> Iterator[Problem]:
    if not (closed.name or "").strip():
        yield Problem("name", "Say why the office is closed; it is told to whoever asks for that day.")
    years_ahead = closed.day.year - acting(db).today.year if closed.day is not None else 0
    if is_changed(closed, "day") and abs(years_ahead) > LONGEST_FORESIGHT:
        yield Problem("day", f"This is more than {LONGEST_FORESIGHT} years away. Check the year.")


def area_is_well_formed(area: Area, _db: Session) -> Iterator[Problem]:
    if area.ons_code and not ONS_CODE.fullmatch(area.ons_code):
        yield Problem("ons_code", "An ONS code is a capital letter and eight digits, for example E09000025.")
    yield from _in_order(area.valid_from, area.valid_to)


def standard_can_be_counted(standard: ResponseStandard, _db: Session) -> Iterator[Problem]:
    if standard.amount is not None and not 0 <= standard.amount <= LARGEST_AMOUNT:
        yield Problem("amount", f"Type a whole number from 0 to {LARGEST_AMOUNT}; 0 means the same day.")
    if not (standard.source or "").strip():
        yield Problem("source", "Say which law, code or promise sets this time.")
    yield from _in_order(standard.valid_from, standard.valid_to)


def _in_order(begins: date | None, ends: date | None) -> Iterator[Problem]:
    if begins is not None and ends is not None and ends < begins:
        yield Problem("valid_to", "This ends before it begins. Correct one of the two days.")


def language_is_used_somehow(language: Language, _db: Session) -> Iterator[Problem]:
    if not (language.spoken or language.written or language.signed):
        yield Problem("spoken", "Tick how this language is used: spoken, written or signed.")


guard.register(Code, word_keeps_its_short_form, word_stands_under_its_own_list)
guard.register(Setting, setting_keeps_its_meaning, setting_can_be_read, opens_before_it_closes)
guard.register(ClosedDay, closed_day_is_named_and_near)
guard.register(Area, area_is_well_formed)
guard.register(ResponseStandard, standard_can_be_counted)
guard.register(Language, language_is_used_somehow)
for mapper in Base.registry.mappers:
    if any(one.info.code_list for one in declared(mapper.class_)):
        guard.register(mapper.class_, words_come_from_their_list)
