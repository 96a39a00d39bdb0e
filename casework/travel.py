"""How long the way is from one meeting to the next.

The office's own table names pairs of boroughs; two settings hold the way inside one borough and the way to any other.
Where a borough is not recorded, or a meeting is by telephone or video, nothing is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from casework import guard
from casework.problems import Problem
from casework.settings import number_setting, text_setting
from models import Area, AreaTravel, Setting

AT_OFFICE = "office"
OUTSIDE = ("home_visit", "accompaniment")
LONGEST_WAY = 8 * 60  # minutes; longer is a slip of the hand


@dataclass(frozen=True)
class Place:
    """Where a meeting is: a borough, at the office or not, and with which client (for ways gone together)."""

    area_id: int | None = None
    at_office: bool = False
    client_id: int | None = None


NOWHERE = Place()  # by telephone, or not known: no way is counted


@dataclass(frozen=True)
class Travel:
    """The office's travel times. `pairs` holds minutes by two boroughs' numbers, the smaller first."""

    pairs: Mapping[tuple[int, int], int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    inside: int = 0
    elsewhere: int = 0
    office_area_id: int | None = None

    def place(self, kind: str, area_id: int | None, client_id: int | None) -> Place:
        """Give where a meeting of this kind is; `area_id` is the borough it is recorded with."""
        if kind == AT_OFFICE:
            return Place(self.office_area_id, at_office=True, client_id=client_id)
        return Place(area_id, client_id=client_id) if kind in OUTSIDE else NOWHERE

    def minutes(self, one: Place, other: Place) -> int:
        """Give the minutes between two places, either way; none where one of them is not known.

        With one client from door to door people go together, so nothing is added there.
        """
        if one.area_id is None or other.area_id is None or (one.at_office and other.at_office):
            return 0
        if one.client_id is not None and one.client_id == other.client_id and one.at_office == other.at_office:
            return 0
        if one.area_id == other.area_id:
            return self.inside
        pair = min(one.area_id, other.area_id), max(one.area_id, other.area_id)
        return self.pairs.get(pair, self.elsewhere)

    @property
    def longest(self) -> timedelta:
        """The longest way between any two places."""
        return timedelta(minutes=max((self.inside, self.elsewhere, *self.pairs.values())))

    def way(self, one: Place, other: Place) -> str:
        """Give "Newham to Hackney", for saying a way that was counted."""
        return f"{self._name(one)} to {self._name(other)}"

    def _name(self, place: Place) -> str:
        return "the office" if place.at_office else self.names.get(place.area_id or 0, "")


def travel_times(db: Session) -> Travel:
    """Give the travel times, read once for each session until they change; two statements."""
    if "travel" not in db.info:
        names = dict(db.execute(select(Area.id, Area.name)).all())
        rows = db.execute(select(AreaTravel.from_area_id, AreaTravel.to_area_id, AreaTravel.minutes))
        home = text_setting(db, "office_area")
        db.info["travel"] = Travel(
            pairs={(min(one, other), max(one, other)): minutes for one, other, minutes in rows}, names=names,
            inside=number_setting(db, "travel_same_area"), elsewhere=number_setting(db, "travel_elsewhere"),
            office_area_id=next((key for key, name in names.items() if name == home), None),
        )  # fmt: skip
    found: Travel = db.info["travel"]
    return found


@event.listens_for(Session, "after_flush")
def _forget(db: Session, _context: object) -> None:
    if any(isinstance(row, AreaTravel | Area | Setting) for row in (*db.new, *db.dirty, *db.deleted)):
        db.info.pop("travel", None)


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(db: Session, _previous: object) -> None:
    db.info.pop("travel", None)


# Rules


def a_way_is_named_once(way: AreaTravel, db: Session) -> Iterator[Problem]:
    if way.from_area is None or way.to_area is None:
        return
    if way.from_area is way.to_area:
        text = "Choose two boroughs. The way inside one borough stands under “Promises and settings”."
        yield Problem("to_area", text)
        return
    ends = (way.from_area_id or way.from_area.id, way.to_area_id or way.to_area.id)
    for pair in (ends, ends[::-1]):
        same = select(AreaTravel.id).where(AreaTravel.from_area_id == pair[0], AreaTravel.to_area_id == pair[1])
        if any(key != way.id for key in db.scalars(same)):
            text = f"{way.from_area} and {way.to_area} are in the table already. Change the minutes there."
            yield Problem("to_area", text)
            return


def a_way_can_be_gone(way: AreaTravel, _db: Session) -> Iterator[Problem]:
    if way.minutes is not None and not 0 <= way.minutes <= LONGEST_WAY:
        yield Problem("minutes", f"Type the minutes from door to door, from 0 to {LONGEST_WAY}.")


def the_office_stands_in_a_borough(setting: Setting, db: Session) -> Iterator[Problem]:
    """Ways to and from the office count from there."""
    if setting.key == "office_area" and db.scalar(select(Area.id).where(Area.name == setting.value)) is None:
        yield Problem("value", "Type the name of a borough as it stands under “Areas”, for example Newham.")


guard.register(AreaTravel, a_way_is_named_once, a_way_can_be_gone)
guard.register(Setting, the_office_stands_in_a_borough)
