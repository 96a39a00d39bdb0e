"""The figures of a period on screen, and the button that makes the funder workbook of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import current
from admin_views.db import db
from admin_views.fields import ChipsField, DateText, Required
from admin_views.forms import OfficeForm
from admin_views.sheets import TYPES
from casework import audit, periods
from casework.context import acting
from casework.datetext import without_weekday
from casework.figures import WHOLES, Figure, Section, Table
from casework.periods import Period
from casework.settings import number_setting
from exports.guarded import HIDDEN, NOT_COUNTED, Guarded, guarded_figures, keys_of
from models.database import begin_mode

bp = Blueprint("figures", __name__)
ROLES = ("manager", "reports")
UNPROCESSABLE = 422
WIDEST = 100  # a bar's length in the units of its drawing
HIDDEN_WIDTHS = 3, 12  # a hidden number's bar is no shorter and no longer, so that its dashes can be seen
NAMED: dict[str, Callable[[date, int], Period]] = {
    "year": periods.year_so_far, "last_year": periods.last_year, "last_quarter": periods.last_quarter,
}  # fmt: skip


class PeriodForm(OfficeForm):
    period = ChipsField(_l("Period"), [Required()], default="year", shows={"days": "days"}, choices=(
        ("year", _l("This year so far")), ("last_year", _l("Last year")), ("last_quarter", _l("Last quarter")),
        ("days", _l("Other days")),
    ))  # fmt: skip
    first = DateText(_l("First day"), prefer="past", description=_l("For “Other days” only. Day first: 1/7 or 1 Jul."))
    last = DateText(_l("Last day"), prefer="past", description=_l("Up to today."))

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(formdata)
        for field in (self.first, self.last):  # asked for only with "Other days", and then not optional
            field.flags.required = True

    def chosen(self) -> Period | None:
        """Give the period that was asked for; None where the answer has faults, which then stand beside it."""
        if not self.validate():
            return None
        if self.period.data in NAMED:
            first_month = number_setting(db.session, "year_first_month")
            return NAMED[self.period.data](self.meta.today, first_month)
        return self._typed_days()

    def _typed_days(self) -> Period | None:
        first, last = self.first.data, self.last.data
        for field, ask in ((self.first, _("Enter the first day.")), (self.last, _("Enter the last day."))):
            if field.data is None:
                field.errors = [ask]
        if first is not None and last is not None and last < first:
            self.last.errors = [_("The last day is before the first. Correct one of the two.")]
        elif last is not None and last > self.meta.today:
            self.last.errors = [_("This day is still to come. Choose today or an earlier day.")]
        return None if self.errors else Period(first, last)


# What the page prints


@dataclass(frozen=True)
class Number:
    """One number as it may be seen; `mark` says why it is none: "hidden", "not-yet" or nothing."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Told:
    """One figure with its share and its rule of counting."""

    name: str
    number: Number
    share: str
    counted: str


@dataclass(frozen=True)
class Bar:
    label: str
    number: Number
    width: float


@dataclass(frozen=True)
class Chart:
    """Bars over a total; `note` says what is hidden in them."""

    heading: str
    first_column: str
    bars: tuple[Bar, ...]
    total: Number
    counted: str
    note: str


@dataclass(frozen=True)
class Grid:
    """Several counts of the same rows side by side."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Number, ...]], ...]
    counted: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True)
class Part:
    heading: str
    charts: tuple[Chart, ...]
    grids: tuple[Grid, ...]


@dataclass(frozen=True)
class FiguresPage:
    lead: str
    period: Period
    threshold: int
    statements: tuple[Told, ...]
    leading: str
    summary: tuple[Told, ...]
    caseload: tuple[Told, ...]
    parts: tuple[Part, ...]


def _page(role: str) -> Any:
    """Show the figures of the period that was chosen, of this year where none was."""
    if current.acting_role() != role:
        abort(403)
    form = PeriodForm(request.args if "period" in request.args else None)
    period = form.chosen()
    page = _filled(guarded_figures(db.session, period, form.meta.today)) if period is not None else None
    answer = render_template(
        "casework/figures.html", form=form, page=page, own_url=url_for(f"figures.{role}"),
        workbook_url=url_for(f"figures.{role}_workbook"), echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    return answer, UNPROCESSABLE if period is None else 200


def _filled(figures: Guarded) -> FiguresPage:
    report = figures.report
    return FiguresPage(
        lead=_("%(period)s, counted on %(day)s", period=report.period, day=without_weekday(report.counted_on)),
        period=report.period, threshold=figures.threshold,
        statements=_told(figures, report.statements), leading=_leading(figures),
        summary=_told(figures, report.summary), caseload=_told(figures, report.caseload),
        parts=tuple(_part(figures, section) for section in report.sections),
    )  # fmt: skip


def _told(figures: Guarded, several: Iterable[Figure]) -> tuple[Told, ...]:
    return tuple(
        Told(_(one.name), _number(figures.figure(one)), _share(figures, one), _(one.counted)) for one in several
    )


def _number(shown: int | str) -> Number:
    if isinstance(shown, int):
        return Number(f"{shown:,}")
    if shown == NOT_COUNTED:
        return Number(_(NOT_COUNTED), "not-yet")
    return Number(_(HIDDEN) if shown == HIDDEN else shown, "hidden")


def _share(figures: Guarded, one: Figure) -> str:
    share = figures.share(one)
    if share is None:
        return ""
    if isinstance(share, str):
        return _("share of %(whole)s not shown", whole=_(WHOLES[one.of]))
    return _("%(share)s of %(whole)s", share=f"{share:.0%}", whole=_(WHOLES[one.of]))


def _leading(figures: Guarded) -> str:
    rows = [f"{_(row.label)} ({figures.shown(row.key)})" for row in figures.leading()]
    return ", ".join(rows) or _("too few to tell")


def _part(figures: Guarded, section: Section) -> Part:
    """Draw the tables that stand alone as bars; print those that make up another one beside it."""
    by_key = {table.key: table for table in section.tables}
    inside = {key for _told, _whole, parts in section.across for key in parts}
    return Part(
        _(section.name),
        tuple(_chart(figures, section, one) for one in section.tables if one.key not in inside),
        tuple(
            _grid(figures, section, told, [by_key[key] for key in (whole, *parts)])
            for told, whole, parts in section.across
        ),
    )  # fmt: skip


def _chart(figures: Guarded, section: Section, table: Table) -> Chart:
    shown = [figures.shown(row.key) for row in table.rows]
    # The scale follows the numbers that are seen: one that followed a hidden number would tell it.
    largest = max((number for number in shown if isinstance(number, int)), default=0)
    bars = (
        Bar(_(row.label), _number(number), _width(number, largest, figures.threshold))
        for row, number in zip(table.rows, shown, strict=True)
    )
    return Chart(
        _(table.name), _(section.heading), tuple(bars), _number(figures.shown(table.total.key)), _(table.counted),
        figures.hidden_words(keys_of([table])),
    )  # fmt: skip


def _width(number: int | str, largest: int, threshold: int) -> float:
    """Give a bar's length; every hidden number of a chart has the same, whatever it is."""
    if isinstance(number, int):
        return round(WIDEST * number / largest, 1) if largest else 0
    least, most = HIDDEN_WIDTHS
    return round(max(least, min(most, WIDEST * (threshold - 1) / max(largest, 1))), 1)


def _grid(figures: Guarded, section: Section, told: str, tables: list[Table]) -> Grid:
    lines = zip(*((*one.rows, one.total) for one in tables), strict=True)
    return Grid(
        _(told), (_(section.heading), *(_(one.name) for one in tables)),
        tuple((_(rows[0].label), tuple(_number(figures.shown(row.key)) for row in rows)) for rows in lines),
        tuple((_(one.name), _(one.counted)) for one in tables), figures.hidden_words(keys_of(tables)),
    )  # fmt: skip


# The workbook


def _workbook(role: str) -> Response:
    """Send the workbook of the period on the page; nothing is sent before the whole of it is made and logged."""
    from exports import funder, funder_scores  # the spreadsheet library is slow to load and only needed here

    if current.acting_role() != role:
        abort(403)
    period = _posted_period()
    # A form's request holds the office's one place to write; the workbook only reads, so it lets it go first.
    db.session.rollback()
    begin_mode.set("DEFERRED")
    figures = guarded_figures(db.session, period, acting(db.session).today)
    file = BytesIO()  # some twenty kilobytes, whatever the office holds
    written = funder.write(file, figures, funder_scores.times_by_kind(db.session, figures))
    line = audit.entry(
        acting(db.session), "exported", funder.SUBJECT, None, funder.parameters(figures), funder.fingerprint(written)
    )
    db.session.rollback()
    audit.write_line(db.engine, line)
    file.seek(0)
    name = f"figures-{period.first.isoformat()}-to-{period.last.isoformat()}-draft.xlsx"
    return send_file(file, mimetype=TYPES["xlsx"], as_attachment=True, download_name=name)


def _posted_period() -> Period:
    """Read the days that the page carries; a page of ours never sends others."""
    try:
        period = Period(*(date.fromisoformat(request.form.get(name, "")) for name in ("first", "last")))
    except ValueError:
        abort(400)
    return period if period.last <= acting(db.session).today else abort(400)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/figures/", _role, _page, defaults={"role": _role})
    bp.add_url_rule(
        f"/{_role}/figures/workbook", f"{_role}_workbook", _workbook, methods=["POST"], defaults={"role": _role}
    )
