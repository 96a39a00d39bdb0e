"""Who and which room is taken at which hour in the invented office; meetings begin at the full hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from models import Base


class Book:
    """The hours that are taken."""

    def __init__(self) -> None:
        self._taken: set[tuple[Base, datetime]] = set()

    def is_free(self, row: Base, hour: datetime) -> bool:
        return (row, hour) not in self._taken

    def take(self, rows: Iterable[Base], hour: datetime) -> None:
        self._taken.update((row, hour) for row in rows)
