"""What a table may be divided by: a dimension has a name, a rule, an SQL value for each record, and its lines.

Every value is text in SQL; NULL is the line "Not recorded". The makers below read label, list of words and
sensitivity from the model's own declaration, so that a dimension of a declared column is one line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, Table, and_, case, cast, extract, inspect, select
from sqlalchemy.orm import Session

from casework.datetext import WEEKDAYS
from casework.local_days import london_day
from casework.periods import Period, in_short, pieces
from models import Code
from models.base import Base, Moment
from models.declared import Declared, by_key
from models.fields import Sensitivity

NOT_RECORDED = "Not recorded"
AGES = ((0, "Under 16"), (16, "16 to 24"), (25, "25 to 34"), (35, "35 to 44"), (45, "45 to 54"), (55, "55 to 64"),
        (65, "65 and over"))  # fmt: skip
TIMES_BEFORE = ((0, "None"), (1, "1"), (2, "2 to 4"), (5, "5 to 9"), (10, "10 or more"))


@dataclass(frozen=True)
class Span:
    """What a statement needs to know: the periods (the one asked for first), the day of counting, the database."""

    periods: tuple[Period, ...]
    counted_on: date
    first_month: int
    dialect: str

    @property
    def first(self) -> date:
        return min(one.first for one in self.periods)

    @property
    def last(self) -> date:
        return max(one.last for one in self.periods)


@dataclass(frozen=True)
class Line:
    """One row or column of a table; a line that is not `fixed` may be joined with others while it is small."""

    key: str
    label: str
    fixed: bool = True


@dataclass(frozen=True)
class Dimension:
    """`is_whole` prints every line, also those without a record. `through` is the table that holds several
    values of one `owner`.

    `joined` names the one line into which small lines that are not fixed are put; `is_time` tells the course of time.
    """

    key: str
    name: str
    counted: str
    sensitivity: Sensitivity
    value: Callable[[Span], ColumnElement[Any]]
    lines: Callable[[Session, Span], Sequence[Line]]
    is_whole: bool = False
    through: Table | None = None
    owner: type[Base] | None = None
    joined: str = ""
    is_time: bool = False


def word(model: type[Base], key: str, counted: str = "", *, name: str = "", at: str = "") -> Dimension:
    """Divide by a declared field of `model`: a word of a list, a borough, a language, a team, a state, yes or no."""
    field = by_key(model)[key]
    shape = _several(field) if field.kind == "many" else _single(field)
    return replace(shape, key=at or key, name=name or field.info.label, counted=counted)


def joining(one: Dimension, joined: str) -> Dimension:
    """Let the small lines of a dimension be put into one line."""
    return replace(one, joined=joined)


def _single(field: Declared) -> Dimension:
    assert field.column is not None
    column = getattr(field.model, field.column.key)
    if field.info.choices:
        lines, value = _fixed(field.info.choices), column
    elif field.kind == "yes_no":
        lines, value = _fixed((("yes", "Yes"), ("no", "No"))), case((column, "yes"), (~column, "no"))
    else:
        lines, value = _rows_of(field), column
    return Dimension(
        field.key, "", "", field.info.sensitivity, lambda span: cast(value, String), lines,
        is_whole=bool(field.info.choices),
    )  # fmt: skip


def _several(field: Declared) -> Dimension:
    through = field.attribute.property.secondary
    other = next(one for one in through.c if one.references(inspect(field.target).local_table.c.id))
    return Dimension(
        field.key, "", "", field.info.sensitivity, lambda span: cast(other, String), _rows_of(field),
        through=through, owner=field.model,
    )  # fmt: skip


def _fixed(pairs: Sequence[tuple[str, str]]) -> Callable[[Session, Span], Sequence[Line]]:
    return lambda db, span: [Line(*pair) for pair in pairs]


def _rows_of(field: Declared) -> Callable[[Session, Span], Sequence[Line]]:
    """Give the words of a list in its own order, boroughs and languages by name."""

    def lines(db: Session, span: Span) -> Sequence[Line]:
        target: Any = field.target
        if target is Code:
            found = select(Code.id, Code.words).where(Code.list == field.info.code_list).order_by(Code.sort, Code.words)
        else:
            found = select(target.id, target.name).order_by(target.name)
        return [Line(str(key), words, fixed=target is Code) for key, words in db.execute(found)]

    return lines


# Days and numbers


def times(column: Any, known: Any = None) -> tuple[Dimension, ...]:
    """Divide by the course of time: month, quarter and year of a day or moment, and its day of the week.

    `known` says in SQL for which records the very day is known; it is asked only for the day of the week.
    """
    has = "has_moment" if isinstance(column.type, Moment) else "has_day"

    def course(key: str, name: str, counted: str, months: int) -> Dimension:
        def value(span: Span) -> ColumnElement[Any]:
            parts = pieces(span.periods[0], months, span.first_month)
            return case(*((getattr(part, has)(column), str(place)) for place, part in enumerate(parts)))

        def lines(db: Session, span: Span) -> Sequence[Line]:
            parts = pieces(span.periods[0], months, span.first_month)
            return [Line(str(place), in_short(part)) for place, part in enumerate(parts)]

        return Dimension(key, name, counted, Sensitivity.OPEN, value, lines, is_whole=True, is_time=True)

    return (
        course("month", "Month", "Calendar months; the first and the last may be cut by the period.", 1),
        course("quarter", "Quarter", "Quarters of the office's year; the first and last may be cut by the period.", 3),
        course("year", "Year", "Years of the office; the first and the last may be cut by the period.", 12),
        _weekday(column, known),
    )


def _weekday(column: Any, known: Any) -> Dimension:
    def value(span: Span) -> ColumnElement[Any]:
        day = cast(extract("dow", day_of(column, span)), String)  # 0 is Sunday
        return day if known is None else case((known, day))

    lines = [(str((place + 1) % len(WEEKDAYS)), name) for place, name in enumerate(WEEKDAYS)]
    counted = "The day of the week in London."
    if known is not None:
        counted += " Where only the month is known, or about when, it stands under “Not recorded”."
    return Dimension("weekday", "Day of the week", counted, Sensitivity.OPEN, value, _fixed(lines), is_whole=True)


def day_of(column: Any, span: Span) -> ColumnElement[Any]:
    """Give the day of a column that holds days or moments."""
    if not isinstance(column.type, Moment):
        return column
    return london_day(column, span.dialect, span.first, span.last)


def age(born: Any, column: Any, counted: str) -> Dimension:
    """Divide by somebody's age on the day of `column`, in bands."""

    def value(span: Span) -> ColumnElement[Any]:
        day = day_of(column, span)
        not_yet = case((_place_in_year(day) < _place_in_year(born), 1), else_=0)
        return _banded(extract("year", day) - extract("year", born) - not_yet, AGES)

    return Dimension(
        "age", "Age", counted, Sensitivity.PERSONAL, value, _fixed([(str(least), name) for least, name in AGES]),
        is_whole=True,
    )  # fmt: skip


def _place_in_year(day: Any) -> Any:
    return extract("month", day) * 100 + extract("day", day)


def bands(model: type[Base], key: str, steps: Sequence[tuple[int, str]], counted: str, name: str = "") -> Dimension:
    """Divide by a declared number in bands: (the least of each, its label)."""
    field = by_key(model)[key]
    return Dimension(
        key, name or field.info.label, counted, field.info.sensitivity,
        lambda span: _banded(field.attribute, steps), _fixed([(str(least), label) for least, label in steps]),
        is_whole=True,
    )  # fmt: skip


def _banded(number: Any, steps: Sequence[tuple[int, str]]) -> ColumnElement[Any]:
    return case(*((number >= least, str(least)) for least, _label in reversed(steps)))


def told_apart(
    key: str, name: str, counted: str, whens: Sequence[tuple[Callable[[Span], Any], str, str]], see: Sensitivity
) -> Dimension:
    """Divide by conditions in SQL, of which the first that holds counts: (condition, key of the line, its label)."""
    return Dimension(
        key, name, counted, see, lambda span: case(*((when(span), line) for when, line, _label in whens)),
        _fixed([(line, label) for _when, line, label in whens]), is_whole=True,
    )  # fmt: skip


def yes_no(key: str, name: str, counted: str, condition: Any, see: Sensitivity) -> Dimension:
    """Divide by one condition in SQL that is never unknown."""
    return Dimension(
        key, name, counted, see, lambda span: case((and_(condition), "yes"), else_="no"),
        _fixed((("yes", "Yes"), ("no", "No"))), is_whole=True,
    )  # fmt: skip
