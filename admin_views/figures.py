"""The figures of a period on screen, and the button that makes the funder workbook of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import current
from admin_views.db import db
from admin_views.fields import ChipsField, DateText, Required
from admin_views.figures_shown import filled
from admin_views.forms import OfficeForm
from admin_views.sheets import TYPES
from casework import audit, periods
from casework.context import acting
from casework.periods import Period
from casework.settings import number_setting
from exports.guarded import guarded_figures
from models.database import begin_mode

bp = Blueprint("figures", __name__)
ROLES = ("manager", "reports")
UNPROCESSABLE = 422
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


def _page(role: str) -> Any:
    """Show the figures of the period that was chosen, of this year where none was."""
    if current.acting_role() != role:
        abort(403)
    form = PeriodForm(request.args if "period" in request.args else None)
    period = form.chosen()
    page = filled(guarded_figures(db.session, period, form.meta.today)) if period is not None else None
    answer = render_template(
        "casework/figures.html", form=form, page=page, own_url=url_for(f"figures.{role}"),
        funder_url=url_for(f"funder.{role}"),
        workbook_url=url_for(f"figures.{role}_workbook"), echo_url=url_for("pages.date_in_words"),
        tables_url=url_for(f"cross_tables.{role}"),
    )  # fmt: skip
    return answer, UNPROCESSABLE if period is None else 200


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
        acting(db.session),
        "exported",
        funder.SUBJECT,
        None,
        funder.parameters(figures),
        funder.fingerprint(written.sha256),
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
