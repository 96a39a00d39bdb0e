"""The figures of an issue or a campaign as a page prints them: each number leads to what the reader may open of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views.db import db
from admin_views.figures_shown import Bar, Chart, Number
from casework import issue_counts
from casework.context import acting
from casework.datetext import without_weekday
from casework.figures import Table
from casework.issue_counts import CASES, CLIENTS, PIECES, RULES, Counted, Piece
from casework.settings import number_setting
from exports.guarded import HIDDEN
from exports.issue_figures import ToldFigures, inside, outside

WIDEST = 100  # a bar's length in the units of its drawing
HIDDEN_WIDTH = 8  # every hidden number's bar, whatever it is
WHOLE_EYES = ("manager", "caseworker")  # who meets numbers as they are, on screen alone
Address = Callable[[str], str]


@dataclass(frozen=True)
class Big:
    name: str
    number: Number
    second: str
    url: str


@dataclass(frozen=True)
class Shown:
    """`rules` are how each of the big numbers is counted; `chosen` says which number the evidence below is of."""

    counted_on: str
    big: tuple[Big, ...]
    charts: tuple[Chart, ...]
    rules: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True)
class Read:
    """The figures as this role may see them, with the pieces that the reader may open."""

    told: ToldFigures
    mine: frozenset[int]

    def behind(self, key: str) -> tuple[Piece, ...]:
        """Give what stands behind one number and may be opened by the reader; all of it for an unknown key."""
        pieces = self.told.counted.behind.get(key, self.told.counted.behind[PIECES])
        return tuple(one for one in pieces if one.id in self.mine)


def read(role: str, issues: Sequence[int]) -> Read:
    """Count issues, as they are for those who meet files, else with small numbers hidden."""
    today, threshold = acting(db.session).today, number_setting(db.session, "small_number_threshold")
    counted = issue_counts.count(issue_counts.pieces(db.session, issues), today)
    if role not in WHOLE_EYES:
        return Read(outside(counted, threshold), frozenset())
    mine = issue_counts.pieces(db.session, issues, mine=True)
    return Read(inside(counted, threshold), frozenset(one.id for one in mine))


def outside_of(issues: Sequence[int]) -> ToldFigures:
    """Count issues as they may leave the office, whoever asks."""
    today, threshold = acting(db.session).today, number_setting(db.session, "small_number_threshold")
    return outside(issue_counts.count(issue_counts.pieces(db.session, issues), today), threshold)


def shown(found: Read, address: Address | None, key: str = "") -> Shown:
    """Give the figures as a page prints them: `address` leads from a number to its evidence, `key` is chosen."""
    told = found.told
    names = {CLIENTS: _("Clients"), CASES: _("Cases"), PIECES: _("Pieces of evidence")}
    return Shown(
        _("Counted on %(day)s over the whole office.", day=without_weekday(told.counted.counted_on)),
        tuple(_big(found, one, name, address) for one, name in names.items()),
        tuple(_chart(found, one, address) for one in told.counted.tables),
        tuple((name, _(RULES[one])) for one, name in names.items()), _chosen(told.counted, key),
    )  # fmt: skip


def _big(found: Read, key: str, name: str, address: Address | None) -> Big:
    mine = found.behind(key)
    own = {CLIENTS: issue_counts.people(mine), CASES: len({one.case for one in mine}), PIECES: len(mine)}[key]
    if address is None:
        return Big(name, number(found.told.number(key)), "", "")
    second = _("all of which you may open") if own == found.told.number(key) else ngettext(
        "of which you may open %(num)s", "of which you may open %(num)s", own
    )  # fmt: skip
    return Big(name, number(found.told.number(key)), second, address(key))


def _chart(found: Read, table: Table, address: Address | None) -> Chart:
    told = found.told
    seen = {row.key: told.number(row.key) for row in table.rows}
    # The scale follows the numbers that are seen: one that followed a hidden number would tell it.
    largest = max((one for one in seen.values() if isinstance(one, int)), default=0)
    bars = tuple(
        Bar(_(row.label), number(seen[row.key]), _width(seen[row.key], largest),
            address(row.key) if address is not None and row.number else "")
        for row in table.rows
    )  # fmt: skip
    headings = {"agency": _("Agency"), "kind": _("Kind"), "quarter": _("Quarter"), "year": _("Year")}
    return Chart(_(table.name), headings[table.key], bars, number(told.number(table.total.key)), _(table.counted),
                 told.hidden_words((table.total.key, *seen)))  # fmt: skip


def number(told: int | str) -> Number:
    if isinstance(told, int):
        return Number(f"{told:,}")
    return Number(_(HIDDEN) if told == HIDDEN else told, "hidden")


def _width(told: int | str, largest: int) -> float:
    return HIDDEN_WIDTH if isinstance(told, str) else round(WIDEST * told / largest, 1) if largest else 0


def _chosen(counted: Counted, key: str) -> str:
    labels = {row.key: f"{_(table.name)}: {_(row.label)}" for table in counted.tables for row in table.rows}
    return labels.get(key, "")
