"""Layouts for funders: which sheets in which order, and our figures under the funder's own headings, with a preview."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import current, saving
from admin_views.db import db
from admin_views.fields import AreaField, AtMost, ChoiceField, LineField, NumberField, Required
from admin_views.figures_shown import number_of
from admin_views.forms import OfficeForm
from admin_views.funder import UNPROCESSABLE, bp
from admin_views.keys import row_key
from casework import grants, periods
from casework.context import acting
from casework.problems import RuleBroken
from casework.settings import number_setting
from exports.guarded import Guarded, guarded_figures
from models import FunderTemplate
from models.declared import by_key

EMPTY_LINES, MOST_LINES = 5, 60  # empty ones offered at a time, and what a post may hold
HEADING = "heading"


class LayoutForm(OfficeForm):
    name = LineField(_l("Name of the layout"), [Required(), AtMost(by_key(FunderTemplate)["name"].length)])
    sheets = AreaField(_l("Sheets, one a line"), lines=8, description=_l(
        "In the order in which the funder wants them; take out those that are not wanted. Empty: all of them."
    ))  # fmt: skip


class LineForm(OfficeForm):
    heading = LineField(_l("Their heading"), [AtMost(160)])
    place = NumberField(_l("Place"), least=1, most=MOST_LINES)


@bp.get("/manager/funder/templates/", endpoint="manager_templates")
def _list() -> Any:
    _manager()
    return render_template(
        "casework/funder_templates.html", back_url=url_for("funder.manager"), new_url=url_for(
            "funder.manager_template"), layouts=[
            (one.name, url_for("funder.manager_template", id=one.id), (one.sheets or "").count("\n") + 1
             if one.sheets else 0, len(one.lines)) for one in grants.templates(db.session)],
    )  # fmt: skip


@bp.route("/manager/funder/template/", methods=["GET", "POST"], endpoint="manager_template")
def _layout() -> Any:
    """Edit one layout; "Show the preview" fills it with the numbers of the last quarter and saves nothing."""
    from exports import funder

    _manager()
    template = _asked()
    figures = _example()
    known = funder.lines_to_choose(figures.report)
    form, lines = _forms(template, known, funder.sheet_names(figures))
    is_fine = request.method == "POST" and _is_fine(form, lines, funder.sheet_names(figures))
    if is_fine and request.form.get("act") == "save":
        try:
            saved = grants.save_template(db.session, template, form.name.data, form.sheets.data or "", _typed(lines))
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
            is_fine = False
        else:
            flash(_("The layout is saved. Choose it in a grant."), "success")
            return redirect(url_for("funder.manager_template", id=saved.id))
    preview = [
        (heading, number_of(figures.figure(known[key])), known[key].name) for key, heading in _typed(lines)
        if key in known
    ]  # fmt: skip
    answer = render_template(
        "casework/funder_template.html", form=form, lines=lines, preview=preview, template=template,
        back_url=url_for("funder.manager_templates"), period=figures.report.period,
    )  # fmt: skip
    return answer, UNPROCESSABLE if request.method == "POST" and not is_fine else 200


def _manager() -> None:
    if current.acting_role() != "manager":
        abort(403)


def _asked() -> FunderTemplate | None:
    key = row_key(request.args.get("id"))
    return (db.session.get(FunderTemplate, key) or abort(404)) if "id" in request.args else None


def _example() -> Guarded:
    period = periods.last_quarter(acting(db.session).today, number_setting(db.session, "year_first_month"))
    return guarded_figures(db.session, period, acting(db.session).today)


def _forms(
    template: FunderTemplate | None, known: dict[str, Any], sheets: list[str]
) -> tuple[LayoutForm, list[Any]]:  # fmt: skip
    """Give the form and one for each line: those kept or posted, and a few empty ones."""
    posted = request.form if request.method == "POST" else None
    start = {"name": template.name, "sheets": template.sheets} if template else {"sheets": "\n".join(sheets)}
    kept = sorted(template.lines, key=lambda one: one.place) if template else []
    count = len(kept) + EMPTY_LINES if posted is None else min(_count(posted), MOST_LINES)
    choices = [(key, one.name) for key, one in known.items()]
    form = type("FigureLineForm", (LineForm,), {"figure": ChoiceField(_l("Our figure"), choices=choices)})
    lines = []
    for place in range(count):
        old = kept[place] if place < len(kept) else None
        data = {"figure": old.figure, "heading": old.heading, "place": place + 1} if old else {"place": place + 1}
        lines.append(form(posted, prefix=f"line{place}-", data=data))
    return LayoutForm(posted, data=start), lines


def _count(posted: Any) -> int:
    return sum(1 for name in posted if name.startswith("line") and name.endswith(f"-{HEADING}"))


def _is_fine(form: LayoutForm, lines: list[Any], sheets: list[str]) -> bool:
    fine = [form.validate(), *(one.validate() for one in lines)]
    for line in lines:
        if line.heading.data and not line.figure.data:
            line.figure.errors = [_("Choose the figure that stands under this heading.")]
        if line.figure.data and not line.heading.data:
            line.heading.errors = [_("Write down the funder's heading for this figure.")]
    typed = [one.strip() for one in (form.sheets.data or "").splitlines() if one.strip()]
    unknown = [one for one in typed if one not in sheets]
    if unknown:
        form.sheets.errors = [_("There is no sheet “%(name)s”. Write its name as in the list below.", name=unknown[0])]
    return all(fine) and not form.errors and not any(one.errors for one in lines)


def _typed(lines: list[Any]) -> list[tuple[str, str]]:
    """Give (key, heading) of the lines that are filled in, in the order of their places."""
    filled = [one for one in lines if one.figure.data and one.heading.data]
    filled.sort(key=lambda one: one.place.data or MOST_LINES)
    return [(one.figure.data, one.heading.data) for one in filled]
