"""A small CSV sheet and its mapping, for tests that change one thing."""

from __future__ import annotations

import csv
from copy import deepcopy
from pathlib import Path
from typing import Any

from seed.import_mapping import mapping_from
from seed.import_rules import SheetMapping

HEADINGS = ("Ref", "Day", "Time", "Where", "Kind", "Words")
ROWS = (
    ("A1", "3/3/2024", "9pm", "home", "threats", "They came to the door."),
    ("A2", "4/3/2024", "", "street", "spat at; threats", "By the bus stop."),
    ("A3", "5/3/2024", "10:15", "", "threats", ""),
)
TOLD: dict[str, Any] = {
    "reference": {"columns": ["Ref"]},
    "constants": {"case.kind": "racist_incident"},
    "field": [
        {"to": "case.first_contact_at", "column": "Day"},
        {"to": "incident.from_at", "column": "Day", "time": "Time"},
        {"to": "incident.place", "column": "Where", "words": {"home": "home", "street": "street"}},
        {"to": "incident.types", "column": "Kind", "split": ";", "words": {"threats": "threat", "spat at": "spitting"}},
        {"to": "incident.what", "column": "Words"},
    ],
}


def told(**changes: Any) -> dict[str, Any]:
    """Give the words of the mapping, with top-level words replaced."""
    return deepcopy(TOLD) | changes


def mapping(**changes: Any) -> SheetMapping:
    return mapping_from(told(**changes), "small")


def write(path: Path, rows: Any = ROWS, headings: Any = HEADINGS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def changed(number: int, **cells: str) -> list[tuple[str, ...]]:
    """Give the usual rows, the one at `number` (from 0) with other cells by heading."""
    rows = [dict(zip(HEADINGS, row, strict=True)) for row in ROWS]
    rows[number] |= cells
    return [tuple(row.values()) for row in rows]
