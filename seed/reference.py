"""Loads the office's own vocabulary from the CSV files beside this module; running it twice adds nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Area, AreaTravel, ClosedDay, Code, Language, ResponseStandard, Setting, Venue
from seed.letter_templates import load_letter_templates

HERE = Path(__file__).parent


def load_reference(db: Session, *, today: date) -> None:
    """Add every word, language, area, room, promise and standard that is not there yet; change none."""
    _load_codes(db)
    _load_plain(db, Language, "languages.csv", "code", flags=("spoken", "written", "signed"))
    _load_plain(db, Area, "areas.csv", "name", flags=("in_catchment",), days=("valid_from", "valid_to"))
    _load_plain(db, Venue, "venues.csv", "name", flags=("step_free", "private"))
    _load_travel(db)
    _load_settings(db)
    _load_standards(db)
    add_bank_holidays(db, years=range(today.year, today.year + 3))
    load_letter_templates(db)
    db.flush()


def add_bank_holidays(db: Session, *, years: range) -> int:
    """Add England's bank holidays of `years` as closed days; give how many were new."""
    import holidays  # a big library, needed once a year: not on the way to the first page

    there = set(db.scalars(select(ClosedDay.day)))
    new = [
        ClosedDay(day=day, name=name, kind="bank_holiday")
        for day, name in sorted(holidays.country_holidays("GB", subdiv="ENG", years=years).items())
        if day not in there
    ]
    db.add_all(new)
    return len(new)


def rows_of(name: str) -> Iterator[dict[str, str | None]]:
    """Give the rows of one CSV file; empty cells as None."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {key: value or None for key, value in row.items()}


def _load_codes(db: Session) -> None:
    there = {(code.list, code.code): code for code in db.scalars(select(Code))}
    for row in rows_of("codes.csv"):
        key = (row["list"], row["code"])
        if key not in there:
            parent = there.get((row["list"], row["parent"]))
            there[key] = Code(
                list=row["list"], code=row["code"], words=row["label"], parent=parent, sort=int(row["sort"] or 100)
            )
            db.add(there[key])


def _load_plain(
    db: Session, model: type[Any], name: str, key: str, *, flags: tuple[str, ...] = (), days: tuple[str, ...] = ()
) -> None:
    there = set(db.scalars(select(getattr(model, key))))
    for row in rows_of(name):
        if row[key] not in there:
            db.add(model(**{column: _value(column, text, flags, days) for column, text in row.items()}))


def _value(column: str, text: str | None, flags: tuple[str, ...], days: tuple[str, ...]) -> object:
    if column in flags:
        return text == "1"
    if column in days:
        return date.fromisoformat(text) if text else None
    return text


def _load_travel(db: Session) -> None:
    """A first guess: half an hour between boroughs that share a border by land; the office corrects it."""
    areas = {area.name: area for area in db.scalars(select(Area))}
    there = {tuple(row) for row in db.execute(select(AreaTravel.from_area_id, AreaTravel.to_area_id))}
    for row in rows_of("area_travel.csv"):
        ends = [areas.get(row[name] or "") for name in ("from_area", "to_area")]
        if None not in ends and not there & {(ends[0].id, ends[1].id), (ends[1].id, ends[0].id)}:
            db.add(AreaTravel(from_area=ends[0], to_area=ends[1], minutes=int(row["minutes"] or 0), note=row["note"]))


def _load_settings(db: Session) -> None:
    there = set(db.scalars(select(Setting.key)))
    for row in rows_of("settings.csv"):
        if row["key"] not in there:
            db.add(
                Setting(
                    key=row["key"], meaning=row["label"], value=row["value"], unit=row["unit"], source=row["source"]
                )
            )


def _load_standards(db: Session) -> None:
    db.flush()
    codes = {(code.list, code.code): code for code in db.scalars(select(Code))}
    there = set(db.scalars(select(ResponseStandard.name)))
    for row in rows_of("standards.csv"):
        if row["name"] not in there:
            db.add(ResponseStandard(
                name=row["name"], agency_kind=codes.get(("agency_kind", row["agency_kind"])),
                request=codes.get(("request", row["request"])), amount=int(row["amount"] or 0), unit=row["unit"],
                source=row["source"], valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            ))  # fmt: skip
