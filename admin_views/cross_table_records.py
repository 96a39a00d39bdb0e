"""The records behind one cell of a table, as far as the reader may open them; never behind a hidden number."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import current, details, pages
from admin_views.cross_table_forms import counted, table_form
from admin_views.cross_table_shown import can_open, title_of
from admin_views.cross_tables import bp
from admin_views.db import db
from casework.calendar import local
from casework.cross_tables import subjects
from casework.datetext import without_weekday
from casework.table_counts import ALL, records_behind
from exports.cross_tables import Shown
from models import Case
from models.base import Base

MOST = 200  # records on the page; who needs more takes the list of the table itself
ROLE = "manager"  # whoever sees figures and opens files


def _records() -> Any:
    """List what one number counts, newest first; whoever has a conflict of interest meets none of that client's."""
    if current.acting_role() != ROLE:
        abort(403)
    shown = counted(table_form(request.args)) if request.args.get("of") in subjects() else None
    row, column = request.args.get("row", ""), request.args.get("column", ALL)
    if shown is None or not _is_there(shown, row, column):
        abort(404)
    rows = _found(shown, row, column)
    model = shown.asked.subject.model
    columns = (_("Record"), _("Case"), _("Day"))[:: 2 if model is Case else 1]
    return render_template(
        "casework/table_records.html", heading=title_of(shown), lines=_in_words(shown, row, column), columns=columns,
        rows=[_row(one, shown, model is Case) for one in rows], most=MOST, period=shown.asked.period,
        back_url=url_for(f"cross_tables.{ROLE}_table", **{key: value for key, value in request.args.items()
                                                          if key not in ("row", "column")}),
    )  # fmt: skip


def _is_there(shown: Shown, row: str, column: str) -> bool:
    """Say whether the table has this cell and lets its records be listed."""
    is_row = row in {one.key for one in shown.table.rows}
    is_column = column in {one.key for one in shown.table.columns} if shown.has_columns else column == ALL
    return is_row and is_column and can_open(shown, row, column)


def _found(shown: Shown, row: str, column: str) -> list[Any]:
    model: Any = shown.asked.subject.model
    behind = records_behind(shown.asked, shown.table.counted_on, db.session, row, column)
    found = select(model).where(model.id.in_(behind)).order_by(shown.asked.subject.when.desc(), model.id.desc())
    if model is not Case:
        found = found.options(joinedload(model.case))
    return list(db.session.scalars(found.limit(MOST)).unique())


def _row(one: Base, shown: Shown, is_case: bool) -> pages.Row:
    day = getattr(one, shown.asked.subject.when.key)
    told = pages.Cell(without_weekday(local(day).date() if hasattr(day, "hour") else day))
    record = pages.Cell(str(one), url=details.url_of(ROLE, one))
    if is_case:
        return pages.Row("", (record, told))
    case: Any = getattr(one, "case")  # noqa: B009 - every other subject belongs to a case
    return pages.Row("", (record, pages.Cell(case.ref, url=details.url_of(ROLE, case)), told))


def _in_words(shown: Shown, row: str, column: str) -> list[str]:
    lines = [next(one.label for one in shown.table.rows if one.key == row)]
    if shown.has_columns:
        lines.append(next(one.label for one in shown.table.columns if one.key == column))
    return [f"{_(one.name)}: {_(line)}" for one, line in zip(shown.asked.dimensions, lines, strict=True)]


bp.add_url_rule(f"/{ROLE}/figures/tables/records/", f"{ROLE}_records", _records)
