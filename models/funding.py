"""Who pays for the work, how each funder wants to be told of it, and every file of figures that was made for one."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Integer, String, Text
from sqlalchemy.orm import Mapped

from models.append_only import append_only
from models.base import Base, Moment, check, unique
from models.fields import FieldInfo, Sensitivity, col, link, many, rows

if TYPE_CHECKING:
    from models.words import Area, Code

OPEN, OFFICE, _, _, SECRET = Sensitivity


class FunderTemplate(Base):
    """How one funder wants its file: which of our sheets, and lines of our figures under the funder's own words.

    `sheets` are names of sheets, one a line, in order; empty for all of them.
    """

    __order__ = ("name",)

    name: Mapped[str] = col(String(80), FieldInfo("Template", OPEN, listed=True, searched=True), unique=True)
    sheets: Mapped[str | None] = col(Text, FieldInfo("Sheets", OPEN, long=True, in_form=False))
    lines: Mapped[list[TemplateLine]] = rows(
        FieldInfo("Lines in the funder's words", OPEN, in_form=False), back="template"
    )
    active: Mapped[bool] = col(Boolean, FieldInfo("In use", OPEN, listed=True, filtered=True), default=True)

    def __str__(self) -> str:
        return self.name


class TemplateLine(Base):
    """One of our figures, by its key, under the heading that the funder gives it."""

    __part_of__ = "template"
    __order__ = ("place", "id")
    __table_args__ = (unique("template_id", "place"),)

    template: Mapped[FunderTemplate] = link(FieldInfo("Template", OPEN, in_form=False), back="lines")
    place: Mapped[int] = col(Integer, FieldInfo("Place", OPEN))
    figure: Mapped[str] = col(String(80), FieldInfo("Our figure", OPEN))
    heading: Mapped[str] = col(String(160), FieldInfo("Their heading", OPEN))

    def __str__(self) -> str:
        return self.heading


class Grant(Base):
    """Money from one funder, from when until when, and for which boroughs and kinds of case; none named: for all."""

    __order__ = ("-starts_on", "name")
    __table_args__ = (check("begins_before_it_ends", "ends_on IS NULL OR starts_on <= ends_on"),)

    name: Mapped[str] = col(
        String(100),
        FieldInfo("Grant", OPEN, help="As you call it, for example: Equal Streets 2026.", listed=True, searched=True),
        unique=True,
    )
    funder: Mapped[str] = col(String(100), FieldInfo("Funder", OPEN, listed=True, searched=True, filtered=True))
    public_body: Mapped[bool] = col(
        Boolean,
        FieldInfo("The funder is a public body", OPEN, help="Its file then says that the office is independent of it."),
        default=False,
    )
    starts_on: Mapped[date] = col(Date, FieldInfo("From", OPEN, listed=True))
    ends_on: Mapped[date | None] = col(
        Date, FieldInfo("To", OPEN, help="The last day that is paid for. Empty: until changed.", listed=True)
    )
    areas: Mapped[list[Area]] = many(
        FieldInfo("Boroughs", OPEN, help="Only cases of these count. No tick: all."), through="grant_areas"
    )
    kinds: Mapped[list[Code]] = many(
        FieldInfo("Kinds of case", OPEN, help="Only cases of these count. No tick: all."),
        through="grant_kinds",
        code_list="case_kind",
    )
    template: Mapped[FunderTemplate | None] = link(
        FieldInfo("Template", OPEN, help="How the funder wants its file. Empty: all sheets, in our words.")
    )
    active: Mapped[bool] = col(
        Boolean,
        FieldInfo("In use", OPEN, help="Untick to stop offering it; its files stay.", listed=True, filtered=True),
        default=True,
    )

    def __str__(self) -> str:
        return self.name


class ExportRun(Base):
    """One file of figures that was made: for which grant and days, and all that stands in it. Never changed.

    `frozen` holds the sheets as JSON, see exports.frozen: from it the same bytes come out again, whatever is recorded
    later. `published` holds what a reader of it has in hand, see exports.published: later files are laid beside it.
    """

    __order__ = ("-id",)
    __table_args__ = (check("period_begins_before_it_ends", "period_from <= period_to"),)

    grant: Mapped[Grant] = link(FieldInfo("Grant", OFFICE, listed=True, filtered=True, in_form=False))
    template: Mapped[FunderTemplate | None] = link(FieldInfo("Template", OFFICE, in_form=False))
    period_from: Mapped[date] = col(Date, FieldInfo("From", OFFICE, listed=True, in_form=False))
    period_to: Mapped[date] = col(Date, FieldInfo("To", OFFICE, listed=True, in_form=False))
    counted_on: Mapped[date] = col(Date, FieldInfo("Counted on", OFFICE, listed=True, in_form=False))
    parameters: Mapped[str] = col(Text, FieldInfo("Made from", OFFICE, long=True, in_form=False))
    policy: Mapped[str] = col(Text, FieldInfo("How small numbers are hidden", OFFICE, long=True, in_form=False))
    sha256: Mapped[str] = col(String(64), FieldInfo("Fingerprint", OFFICE, listed=True, in_form=False))
    made_at: Mapped[datetime] = col(Moment, FieldInfo("Made", OFFICE, listed=True, in_form=False))
    made_by: Mapped[str] = col(String(80), FieldInfo("Made by whom", OFFICE, listed=True, in_form=False))
    frozen: Mapped[str] = col(Text, FieldInfo("The sheets", SECRET, in_form=False), deferred=True)
    published: Mapped[str] = col(Text, FieldInfo("What a reader knows", SECRET, in_form=False), deferred=True)

    def __str__(self) -> str:
        return f"Funder file {self.id}"


append_only(ExportRun.__table__)
