"""The one declaration: what a column is called, how private it is and where it shows.

A column is declared once, in its model, with `col`, `link`, `code_link`, `many` or `rows`. Form, list,
filter, search, details, export, audit and permission read the FieldInfo that is given there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from typing import Any

from sqlalchemy.orm import MappedColumn, mapped_column

_declared = count()


class Sensitivity(IntEnum):
    """How much harm a value can do outside the circle of those who need it; higher is more."""

    OPEN = 0  # dates, counts, kinds: may leave the office in a sheet
    OFFICE = 1  # who is doing what
    PERSONAL = 2  # names, finds or reaches a person
    SPECIAL = 3  # immigration status, health, narrative: the caseworker's alone
    SECRET = 4  # a password's hash: no screen, no sheet, no role


@dataclass(frozen=True)
class FieldInfo:
    """Everything the office's screens and sheets need to know of one field.

    `label` is what a person calls it, `help` one sentence under the box. `listed`, `searched` and
    `filtered` put it on the list page; `exported_as` names its column in sheets that leave the office
    and is refused above OPEN. `in_form` False means that only the office's actions write it.
    `choices` are the states of a workflow, (stored word, label); words the office may edit are codes,
    named by `code_list`. `withdrawn` are choices that old records keep and nobody is offered. `on_page` False
    keeps it off the record's page; `on_sheet` says whether it is on working lists, None: as it is in form or list.
    `order` is the order of declaration.

    It may also be built from data, since it holds plain values only.
    """

    label: str
    sensitivity: Sensitivity
    help: str = ""
    listed: bool = False
    searched: bool = False
    filtered: bool = False
    exported_as: str | None = None
    in_form: bool = True
    long: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    withdrawn: tuple[tuple[str, str], ...] = ()
    code_list: str | None = None
    on_page: bool = True
    on_sheet: bool | None = None
    order: int = field(default_factory=_declared.__next__, compare=False)

    def __post_init__(self) -> None:
        if self.exported_as is not None and self.sensitivity > Sensitivity.OPEN:
            raise ValueError(f"{self.label}: only OPEN fields may be exported, this one is {self.sensitivity.name}")
        if self.sensitivity is Sensitivity.SECRET and (self.in_form or self.listed or self.searched or self.filtered):
            raise ValueError(f"{self.label}: a SECRET field shows nowhere")

    def choice_label(self, value: str | None) -> str:
        """Give the words for a stored state; the stored word itself where the list does not name it."""
        return dict((*self.withdrawn, *self.choices)).get(value or "", value or "")


@dataclass(frozen=True)
class LinkMark:
    """A foreign key and its relationship, still to be built when the class is made."""

    info: FieldInfo
    unique: bool = False
    back: str | None = None


@dataclass(frozen=True)
class ManyMark:
    """Many rows of another table chosen by ticks; `through` names the link table."""

    info: FieldInfo
    through: str


@dataclass(frozen=True)
class RowsMark:
    """Child rows that are edited inside this record."""

    info: FieldInfo
    back: str


def col(kind: Any, info: FieldInfo, **options: Any) -> MappedColumn[Any]:
    """Declare a plain column. Old values are always loaded, or the audit would lose them."""
    return mapped_column(kind, info={"field": info}, active_history=True, **options)


def link(info: FieldInfo, *, unique: bool = False, back: str | None = None) -> Any:
    """Declare a link to one row: `language: Mapped[Language | None] = link(FieldInfo(...))`.

    Gives the relationship and, beside it, an indexed key column named `<name>_id` whose target cannot
    be deleted while this row points at it. `back` names the rows of the other side that hold this one.
    """
    return LinkMark(info, unique, back)


def code_link(code_list: str, info: FieldInfo) -> Any:
    """Declare a link to one word of a list that the office keeps."""
    return LinkMark(_with_list(info, code_list))


def many(info: FieldInfo, *, through: str, code_list: str | None = None) -> Any:
    """Declare several linked rows: `areas: Mapped[list[Area]] = many(FieldInfo(...), through="agency_areas")`."""
    return ManyMark(_with_list(info, code_list) if code_list else info, through)


def rows(info: FieldInfo, *, back: str) -> Any:
    """Declare child rows edited inside this record; `back` is the child's link to it."""
    return RowsMark(info, back)


def _with_list(info: FieldInfo, code_list: str) -> FieldInfo:
    return FieldInfo(**{**info.__dict__, "code_list": code_list})


def states(*pairs: str) -> tuple[tuple[str, str], ...]:
    """Give choices from "word: Label" texts, in order."""
    return tuple((word.strip(), label.strip()) for word, label in (pair.split(":", 1) for pair in pairs))


def words(choices: Iterable[tuple[str, str]]) -> list[str]:
    """Give the stored words of a list of choices."""
    return [word for word, _ in choices]
