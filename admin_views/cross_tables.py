"""The table builder: the list of tables by name, one table with its chart, and keeping it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from admin_views import current, saving
from admin_views.cross_table_forms import KeepForm, TableForm, counted, table_form
from admin_views.cross_table_shown import filled, title_of
from admin_views.db import db
from admin_views.keys import row_key
from admin_views.sheets import TYPES
from casework import audit, saved_tables
from casework.context import acting
from casework.cross_tables import subjects
from casework.official_tables import BY_KEY, NOT_HELD, OFFICIAL, Official
from casework.problems import RuleBroken
from models import SavedTable
from models.database import begin_mode

bp = Blueprint("cross_tables", __name__)
ROLES = ("manager", "reports")
UNPROCESSABLE = 422


def _own_page(role: str) -> None:
    if current.acting_role() != role:
        abort(403)


# The list


def _page(role: str) -> Any:
    """List the tables that can be opened by name: those kept here, and those that official statistics print."""
    _own_page(role)
    every = db.session.scalars(
        select(SavedTable).options(joinedload(SavedTable.owner)).order_by(SavedTable.name, SavedTable.id)
    ).all()
    who, here = acting(db.session), url_for(f"cross_tables.{role}_table")
    return render_template(
        "casework/tables.html",
        kept=[(one, f"{here}?saved={one.id}") for one in every if one.set_aside_on is None],
        aside=[one for one in every if one.set_aside_on is not None and one.owner_id == who.user_id],
        official=[(one.name, f"{here}?official={one.key}") for one in OFFICIAL], not_held=NOT_HELD, mine=who.user_id,
        new_url=here, change_url=url_for(f"cross_tables.{role}_change"), figures_url=url_for(f"figures.{role}"),
        annual_url=url_for(f"annual.{role}"),
    )  # fmt: skip


# One table


def _table(role: str) -> Any:
    """Show one table: that of a name, of the choices in the address, or the empty choice."""
    _own_page(role)
    return _answer(role, *_question(), None)


def _question() -> tuple[MultiDict[str, str], str]:
    """Give the choices that the address stands for, and the name under which they are known."""
    kept = row_key(request.args.get("saved"))
    if kept:
        table = db.session.scalars(select(SavedTable).where(SavedTable.id == kept)).one_or_none() or abort(404)
        return MultiDict(saved_tables.question_of(table)), table.name
    official = BY_KEY.get(request.args.get("official", ""))
    if official is not None:
        return MultiDict(_of_official(official)), official.name
    return MultiDict(request.args), ""


def _of_official(one: Official) -> dict[str, str]:
    given = {"of": one.of, "rows": one.rows, "columns": one.columns, "measure": one.measure, "compared": one.compared}
    return {**given, "chart": "lines" if one.rows == "quarter" else "bars"}


def _answer(role: str, given: MultiDict[str, str], name: str, keep: KeepForm | None) -> Any:
    form = table_form(given)
    unknown = bool(given.get("of")) and given["of"] not in subjects()
    if unknown:
        form.form_errors = [_("We do not count this. Choose what to count.")]
    shown = counted(form) if "rows" in given and not unknown else None
    here = url_for(f"cross_tables.{role}_table")
    answer = render_template(
        "casework/table.html", form=form, name=name, role=role, keep=keep or KeepForm(), own_url=here,
        page=filled(shown, form.chart.data or "bars", _drill_url(role, form)) if shown is not None else None,
        question=form.question() if shown is not None else {}, list_url=url_for(f"cross_tables.{role}"),
        subjects=[(_(one.name), f"{here}?of={one.key}", one is form.subject) for one in subjects().values()],
        keep_url=url_for(f"cross_tables.{role}_keep"), file_url=url_for(f"cross_tables.{role}_file"),
        echo_url=url_for("pages.date_in_words"), wrong=bool(form.errors) or bool(keep and keep.errors),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors or (keep and keep.errors) else 200


def _drill_url(role: str, form: TableForm) -> str:
    """Give the address of the records behind a cell, for those who may open records at all."""
    if role != "manager":
        return ""
    return url_for(f"cross_tables.{role}_records", **form.question())


# Keeping it


def _keep(role: str) -> Any:
    """Keep the table that is shown under a name."""
    _own_page(role)
    form = KeepForm(request.form)
    if form.validate():
        try:
            table = saved_tables.keep(db.session, form.name.data, request.form, shared=form.shared.data)
            number = table.id
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(_("Kept. You find it again under Tables."), "success")
            return redirect(url_for(f"cross_tables.{role}_table", saved=number))
    return _answer(role, MultiDict(request.form.items()), "", form)


ACTS = {"aside": saved_tables.set_aside, "back": saved_tables.bring_back}


def _change(role: str) -> Any:
    """Rename a table, set it aside or bring it back."""
    _own_page(role)
    kept = select(SavedTable).where(SavedTable.id == row_key(request.form.get("id")))
    table = db.session.scalars(kept).one_or_none() or abort(404)
    act = request.form.get("act", "")
    try:
        if act == "rename":
            saved_tables.rename(db.session, table, request.form.get("name", ""), shared="shared" in request.form)
        else:
            (ACTS.get(act) or abort(400))(db.session, table)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    else:
        words = {"rename": _("Saved."), "back": _("It is back on the list."),
                 "aside": _("Set aside. It stands at the foot of the list, where you can bring it back.")}  # fmt: skip
        flash(words[act], "success")
    return redirect(url_for(f"cross_tables.{role}"))


# As a file


def _file(role: str) -> Response:
    """Send the table on the page as a workbook; nothing is sent before the whole of it is made and logged."""
    from exports import table_sheet  # the spreadsheet library is slow to load and only needed here

    _own_page(role)
    given = MultiDict(request.form.items())
    # A form's request holds the office's one place to write; the workbook only reads, so it lets it go first.
    db.session.rollback()
    begin_mode.set("DEFERRED")
    shown = counted(table_form(given)) if given.get("of") in subjects() else None
    if shown is None:
        abort(400)
    file = BytesIO()
    written = table_sheet.write(file, shown, title_of(shown))
    line = audit.entry(
        acting(db.session), "exported", table_sheet.SUBJECT, None, table_sheet.parameters(shown),
        f"SHA-256 {written.sha256}",
    )  # fmt: skip
    db.session.rollback()
    audit.write_line(db.engine, line)
    file.seek(0)
    asked = shown.asked
    name = (
        f"table-{asked.of}-{asked.rows}-{asked.period.first.isoformat()}-to-{asked.period.last.isoformat()}-draft.xlsx"
    )
    return send_file(file, mimetype=TYPES["xlsx"], as_attachment=True, download_name=name.replace("_", "-"))


for _role in ROLES:
    at = f"/{_role}/figures/tables"
    bp.add_url_rule(f"{at}/", _role, _page, defaults={"role": _role})
    bp.add_url_rule(f"{at}/table/", f"{_role}_table", _table, defaults={"role": _role})
    for _name, _view in (("keep", _keep), ("change", _change), ("file", _file)):
        bp.add_url_rule(f"{at}/{_name}/", f"{_role}_{_name}", _view, methods=["POST"], defaults={"role": _role})
