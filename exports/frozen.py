"""The sheets of a file kept as text: from it the same bytes come out again, whatever is recorded later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from exports.cells import Column
from exports.workbook import Sheet, Written, write_workbook


@dataclass(frozen=True)
class Book:
    """A workbook before it is written. `made_at` is an aware time and stands in the file."""

    title: str
    marking: str
    made_at: datetime
    sheets: tuple[Sheet, ...]

    def write(self, out: BinaryIO) -> Written:
        """Write it; the same book gives the same bytes."""
        return write_workbook(out, self.sheets, title=self.title, marking=self.marking, made_at=self.made_at)

    def to_text(self) -> str:
        """Give it as JSON."""
        return json.dumps({
            "title": self.title, "marking": self.marking, "made_at": self.made_at.isoformat(),
            "sheets": [_kept(one) for one in self.sheets],
        }, ensure_ascii=False, separators=(",", ":"))  # fmt: skip

    @classmethod
    def from_text(cls, text: str) -> Book:
        """Read what `to_text` gave. Raises ValueError or KeyError for anything else."""
        kept = json.loads(text)
        made_at = datetime.fromisoformat(kept["made_at"])
        return cls(kept["title"], kept["marking"], made_at, tuple(_sheet(one) for one in kept["sheets"]))


def book(title: str, marking: str, made_at: datetime, sheets: Sequence[Sheet]) -> Book:
    """Give a book whose sheets can be read again and again: rows that come once are read here."""
    return Book(title, marking, made_at, tuple(_sheet(_kept(one)) for one in sheets))


def _kept(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "columns": [[one.title, one.kind, one.width, one.number_format, one.wrap] for one in sheet.columns],
        "rows": [list(row) for row in sheet.rows], "notes": list(sheet.notes), "totals": list(sheet.totals),
        "notes_below": list(sheet.notes_below),
    }  # fmt: skip


def _sheet(kept: dict[str, Any]) -> Sheet:
    return Sheet(
        kept["name"], tuple(Column(*one) for one in kept["columns"]), tuple(tuple(row) for row in kept["rows"]),
        tuple(kept["notes"]), tuple(kept["totals"]), tuple(kept["notes_below"]),
    )  # fmt: skip
