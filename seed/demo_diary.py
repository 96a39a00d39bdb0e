"""Who and which room is taken at which hour in the invented office; meetings begin at the full hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from casework.travel import NOWHERE, Place, Travel
from models import Base, Worker

ONE_HOUR = timedelta(hours=1)


class Book:
    """The hours that are taken, and where."""

    def __init__(self) -> None:
        self._taken: dict[tuple[Base, datetime], Place] = {}

    def is_free(self, row: Base, hour: datetime) -> bool:
        return (row, hour) not in self._taken

    def can_come(self, worker: Worker, hour: datetime, place: Place, travel: Travel) -> bool:
        """Tell whether somebody is free then and needs no time for the way in the hours beside it."""
        beside = (self._taken.get((worker, hour + step), NOWHERE) for step in (-ONE_HOUR, ONE_HOUR))
        return self.is_free(worker, hour) and not any(travel.minutes(other, place) for other in beside)

    def take(self, rows: Iterable[Base], hour: datetime, place: Place = NOWHERE) -> None:
        self._taken.update(((row, hour), place) for row in rows)
