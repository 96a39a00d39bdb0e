"""The lists that the office keeps: words, languages, areas, rooms, closed days, promises and standards."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, Integer, String
from sqlalchemy.orm import Mapped

from models.base import Base, check, unique
from models.fields import FieldInfo, Sensitivity, col, link, states

OPEN = Sensitivity.OPEN
UNITS = states("hour: hours", "day: calendar days", "working_day: working days", "month: months")


class Code(Base):
    """One word of one list, for example the kinds of incident."""

    __order__ = ("list", "sort", "words")
    __table_args__ = (unique("list", "code"),)

    list: Mapped[str] = col(String(40), FieldInfo("List", OPEN, listed=True, filtered=True))
    code: Mapped[str] = col(
        String(60), FieldInfo("Short form", OPEN, help="Stays the same when the words change.", listed=True)
    )
    words: Mapped[str] = col(String(120), FieldInfo("Words", OPEN, listed=True, searched=True))
    parent: Mapped[Code | None] = link(FieldInfo("Under", OPEN, help="The wider word, if there is one."))
    sort: Mapped[int] = col(Integer, FieldInfo("Place in the list", OPEN), default=100)
    active: Mapped[bool] = col(
        Boolean,
        FieldInfo("In use", OPEN, help="Untick to stop offering it; old records keep it.", listed=True),
        default=True,
    )

    def __str__(self) -> str:
        return self.words


class Language(Base):
    __order__ = ("name",)

    code: Mapped[str] = col(
        String(8), FieldInfo("ISO code", OPEN, help="Three letters of ISO 639-3.", listed=True), unique=True
    )
    name: Mapped[str] = col(
        String(60), FieldInfo("Name", OPEN, listed=True, searched=True, exported_as="Language"), unique=True
    )
    own_name: Mapped[str | None] = col(
        String(60), FieldInfo("Own name", OPEN, help="As its speakers write it.", listed=True, searched=True)
    )
    other_names: Mapped[str | None] = col(
        String(200), FieldInfo("Other names", OPEN, help="Everyday spellings, with ; between.", searched=True)
    )
    spoken: Mapped[bool] = col(Boolean, FieldInfo("Spoken", OPEN, listed=True), default=True)
    written: Mapped[bool] = col(Boolean, FieldInfo("Written", OPEN, listed=True), default=True)
    signed: Mapped[bool] = col(Boolean, FieldInfo("Signed", OPEN, listed=True, filtered=True), default=False)

    def __str__(self) -> str:
        return self.name


class Area(Base):
    """A borough. Whether it is in the catchment is a dated tick, so that a change needs no code."""

    __order__ = ("name",)

    name: Mapped[str] = col(
        String(80), FieldInfo("Name", OPEN, listed=True, searched=True, exported_as="Area"), unique=True
    )
    ons_code: Mapped[str | None] = col(
        String(9),
        FieldInfo("ONS code", OPEN, help="Nine characters, for example E09000025.", listed=True),
        unique=True,
    )
    in_catchment: Mapped[bool] = col(
        Boolean,
        FieldInfo(
            "In our casework area",
            OPEN,
            help="People from elsewhere are advised and referred on.",
            listed=True,
            filtered=True,
        ),
        default=False,
    )
    valid_from: Mapped[date | None] = col(Date, FieldInfo("From", OPEN, help="Empty: always.", listed=True))
    valid_to: Mapped[date | None] = col(Date, FieldInfo("To", OPEN, help="Empty: until changed.", listed=True))
    note: Mapped[str | None] = col(String(200), FieldInfo("Note", OPEN))

    def __str__(self) -> str:
        return self.name

    def is_served_on(self, day: date) -> bool:
        """Say whether casework is offered here on `day`."""
        began = self.valid_from is None or self.valid_from <= day
        return self.in_catchment and began and (self.valid_to is None or day <= self.valid_to)


class Venue(Base):
    """A room where clients are seen."""

    __order__ = ("name",)

    name: Mapped[str] = col(String(60), FieldInfo("Room", OPEN, listed=True), unique=True)
    floor: Mapped[str] = col(String(40), FieldInfo("Floor", OPEN, listed=True))
    step_free: Mapped[bool] = col(Boolean, FieldInfo("Step free", OPEN, listed=True, filtered=True), default=False)
    private: Mapped[bool] = col(Boolean, FieldInfo("Private", OPEN, listed=True), default=True)

    def __str__(self) -> str:
        return f"{self.name} ({'step free' if self.step_free else self.floor})"


class ClosedDay(Base):
    """A day on which the office is closed. Rules read only these rows, never a calendar of their own."""

    __order__ = ("-day",)

    day: Mapped[date] = col(Date, FieldInfo("Day", OPEN, listed=True), unique=True)
    name: Mapped[str] = col(String(80), FieldInfo("Why", OPEN, listed=True, searched=True))
    kind: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Kind",
            OPEN,
            listed=True,
            filtered=True,
            choices=states("bank_holiday: Bank holiday", "office: Office closed"),
        ),
        default="office",
    )

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class Setting(Base):
    """A figure that the office has promised or chosen and may change."""

    __order__ = ("key",)

    meaning: Mapped[str] = col(String(160), FieldInfo("What it is", OPEN, listed=True, searched=True))
    key: Mapped[str] = col(String(60), FieldInfo("Short form", OPEN), unique=True)
    value: Mapped[str] = col(String(80), FieldInfo("Value", OPEN, listed=True))
    unit: Mapped[str | None] = col(String(30), FieldInfo("Counted in", OPEN, listed=True))
    source: Mapped[str | None] = col(String(200), FieldInfo("Where it comes from", OPEN))

    def __str__(self) -> str:
        return self.meaning


class ResponseStandard(Base):
    """How long an agency of a kind may take over a request, by its own code or by law."""

    __order__ = ("name",)
    __table_args__ = (check("amount_not_negative", "amount >= 0"),)

    name: Mapped[str] = col(String(120), FieldInfo("Standard", OPEN, listed=True, searched=True))
    agency_kind: Mapped[Code | None] = link(
        FieldInfo("Kind of agency", OPEN, help="Empty: any.", listed=True, filtered=True, code_list="agency_kind")
    )
    request: Mapped[Code | None] = link(
        FieldInfo("Request", OPEN, help="Empty: any.", listed=True, filtered=True, code_list="request")
    )
    amount: Mapped[int] = col(Integer, FieldInfo("How many", OPEN, listed=True))
    unit: Mapped[str] = col(String(20), FieldInfo("Counted in", OPEN, listed=True, choices=UNITS))
    source: Mapped[str] = col(String(200), FieldInfo("Where it comes from", OPEN, listed=True))
    valid_from: Mapped[date | None] = col(Date, FieldInfo("From", OPEN))
    valid_to: Mapped[date | None] = col(Date, FieldInfo("To", OPEN))

    def __str__(self) -> str:
        return self.name
