"""Gives the value of one field from the cells of one row, as the mapping's rule for it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from models.declared import Declared
from seed import import_cells as cells
from seed.import_cells import CellError
from seed.import_lists import Linked, Lists
from seed.import_rules import ANYTHING, FieldRule, folded
from seed.import_table import TableRow


@dataclass(frozen=True)
class ValueReader:
    """Reads values; `zone` is where the sheet's clocks stood, `today` the day of the import."""

    lists: Lists
    zone: ZoneInfo
    today: date

    def value(self, rule: FieldRule, row: TableRow, column: str) -> Any:
        """Give the field's value: see `Entry` for its kinds. Raises CellError."""
        cell = row.cells[column]
        kind = rule.declared.kind
        if is_nothing(cell, rule.nothing):
            return self.of_words(rule, rule.otherwise) if rule.otherwise else _nothing(kind)
        if kind == "moment":
            return self._moment(rule, cell, row)
        if kind == "date":
            return cells.as_date(cell, order=rule.dates, today=self.today)
        if rule.words is None and rule.split is None:
            return self.of_words(rule, [cell])
        return self.of_words(rule, _translated(rule, cell))

    def of_words(self, rule: FieldRule, given: Sequence[object]) -> Any:
        """Give the value that a cell, or the mapping's own words, stand for. Raises CellError."""
        declared = rule.declared
        if declared.kind == "many":
            return tuple(sorted({self._linked(declared, one) for one in given}))
        if declared.kind == "link":
            return self._linked(declared, given[0])
        if declared.kind == "choice":
            return _choice(declared, given[0])
        return _fitting(declared, _plain(declared)(given[0]))

    def clock(self, rule: FieldRule, cell: object, row: TableRow) -> time | None:
        """Give the time of day that belongs to a date cell, None where nobody wrote it down."""
        if rule.time is not None and not is_nothing(row.cells[rule.time], rule.nothing):
            try:
                return cells.as_time(row.cells[rule.time], kind=rule.times)
            except CellError as error:
                raise CellError(f"has beside it the column {rule.time}, which {error}") from error
        return cell.time() if isinstance(cell, datetime) and cells.has_time(cell) else None

    def _linked(self, declared: Declared, given: object) -> Linked:
        found = self.lists.find(declared, cells.as_text(given))
        if found is None:
            raise CellError(f"holds words that the office's list for {declared.info.label} does not have.")
        return found

    def _moment(self, rule: FieldRule, cell: object, row: TableRow) -> datetime:
        """Give a moment in UTC; of an hour that comes twice in autumn, the first."""
        day = cells.as_date(cell, order=rule.dates, today=self.today)
        clock = self.clock(rule, cell, row) or time(0)
        shown = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
        moment = shown.replace(tzinfo=self.zone).astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) != shown:
            raise CellError("holds a time that the clocks jumped over that day.")
        return moment


def is_nothing(cell: object, nothing: frozenset[str]) -> bool:
    """Say whether a cell is empty or holds one of the sheet's words for nothing."""
    if isinstance(cell, cells.Unreadable):
        return False
    typed = folded(cells.as_text(cell))
    return not typed or typed in nothing


def _nothing(kind: str) -> tuple[()] | None:
    return () if kind == "many" else None


def _translated(rule: FieldRule, cell: object) -> tuple[str, ...]:
    """Give the office's words for a cell; what stands higher in the mapping comes first."""
    words: Mapping[str, tuple[str, ...]] = rule.words or {}
    parts = {part: None for part in _parts(rule, cell) if part and folded(part) not in rule.nothing}
    if rule.words is None:
        return tuple(parts)
    order = list(words)
    found = [folded(part) if folded(part) in words else ANYTHING for part in parts]
    if any(word not in words for word in found):
        raise CellError("holds words that the mapping does not know.")
    return tuple(word for one in sorted(found, key=order.index) for word in words[one])


def _parts(rule: FieldRule, cell: object) -> Iterator[str]:
    typed = cells.as_text(cell)
    yield from (part.strip() for part in (typed.split(rule.split) if rule.split else [typed]))


def _choice(declared: Declared, given: object) -> str:
    typed = folded(cells.as_text(given))
    for word, label in declared.info.choices:
        if typed in (word, folded(label)):
            return word
    raise CellError(f"holds words that are no choice of {declared.info.label}.")


def _plain(declared: Declared) -> Callable[[object], Any]:
    """Give the reader for a plain kind of field."""
    if declared.key == "phone":
        return cells.as_phone
    return {
        "text": cells.as_text, "long": cells.as_long_text, "number": cells.as_number, "yes_no": cells.as_yes_no,
        "time": lambda cell: cells.as_time(cell, kind="clock"),
    }[declared.kind]  # fmt: skip


def _fitting(declared: Declared, value: Any) -> Any:
    if isinstance(value, str) and declared.length is not None and len(value) > declared.length:
        raise CellError(f"is longer than the {declared.length} characters of {declared.info.label}.")
    return value
