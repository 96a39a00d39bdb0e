"""What the office has said of itself every year, each with its rule, beside the years before; for paper too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import current
from admin_views.db import db
from admin_views.fields import ChipsField, Required
from admin_views.figures import PeriodForm
from casework.datetext import without_weekday
from casework.periods import ONE_DAY, Period, in_short, year_earlier
from casework.settings import text_setting
from exports.guarded import HIDDEN, NOT_COUNTED, Guarded, guarded_figures

bp = Blueprint("annual", __name__)
ROLES = ("manager", "reports")
UNPROCESSABLE = 422
EARLIER = ("0", "2", "4")  # how many years beside the one asked for


class AnnualForm(PeriodForm):
    """A period, and how many years before it stand beside."""

    years = ChipsField(_l("Beside it"), [Required()], default="4", choices=(
        ("0", _l("Nothing")), ("2", _l("The two years before")), ("4", _l("The four years before")),
    ))  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One number of one year: itself or why it is none, and its share of the new cases."""

    text: str
    share: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class Statement:
    """One statement: its name, its rule, and what it was in each year, the one asked for first."""

    name: str
    counted: str
    years: tuple[Told, ...]


LEADING = _l(
    "The kind with the most new cases; not told while that is a small number. Several stand if they are level."
)


def _page(role: str) -> Any:
    """Show the statements of the period that was chosen, of last year where none was."""
    if current.acting_role() != role:
        abort(403)
    form = AnnualForm(request.args if "period" in request.args else None)
    if "period" not in request.args:
        form.period.data = "last_year"
    period = _chosen(form)
    every = [guarded_figures(db.session, one, form.meta.today) for one in _years(form, period)] if period else []
    answer = render_template(
        "casework/annual.html", form=form, period=period, statements=list(_statements(every)),
        headings=[_heading(one.report.period) for one in every], threshold=every[0].threshold if every else 0,
        counted_on=without_weekday(form.meta.today), office=text_setting(db.session, "letterhead_name"),
        notes=[f"{_heading(one.report.period)}: {words}" for one in every if (words := _hidden(one))],
        figures_url=url_for(f"figures.{role}"), own_url=url_for(f"annual.{role}"),
        echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    return answer, UNPROCESSABLE if period is None else 200


def _chosen(form: AnnualForm) -> Period | None:
    """Give the period; one that is longer than a year cannot stand beside the years before it."""
    period = form.chosen()
    if period is not None and form.years.data != "0" and year_earlier(period).last >= period.first:
        form.years.errors = [_("The period is longer than a year. Choose “Nothing” beside it, or a shorter period.")]
        return None
    return period


def _years(form: AnnualForm, period: Period) -> list[Period]:
    found = [period]
    for _year in range(int(form.years.data or 0)):
        found.append(year_earlier(found[-1]))
    return found


def _heading(period: Period) -> str:
    """Give "2025–26" for a year of the office, "2025" for one of the calendar, else the months."""
    after = period.last + ONE_DAY
    is_year = (after.year - 1, after.month, after.day) == (period.first.year, period.first.month, 1)
    if not is_year or period.first.day != 1:
        return in_short(period)
    return str(period.first.year) if period.first.month == 1 else f"{period.first.year}–{period.last:%y}"


def _statements(every: list[Guarded]) -> Any:
    for place, one in enumerate(every[0].report.statements if every else ()):
        figures = [(year, year.report.statements[place]) for year in every]
        yield Statement(_(one.name), _(one.counted), tuple(_told(year, figure) for year, figure in figures))
    if every:
        yield Statement(_("Leading issue"), str(LEADING), tuple(_leading(year) for year in every))


def _told(year: Guarded, figure: Any) -> Told:
    number, share = year.figure(figure), year.share(figure)
    if isinstance(number, str):
        return Told(_(number) if number in (HIDDEN, NOT_COUNTED) else number, hidden=True)
    part = "" if share is None or not number else _("share not shown") if isinstance(share, str) else f"{share:.0%}"
    return Told(f"{number:,}", part)


def _leading(year: Guarded) -> Told:
    rows = [f"{_(row.label)} ({year.shown(row.key)})" for row in year.leading()]
    return Told(", ".join(rows)) if rows else Told(_("too few to tell"), hidden=True)


def _hidden(year: Guarded) -> str:
    return year.hidden_words(one.key for one in year.report.statements)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/figures/annual/", _role, _page, defaults={"role": _role})
