"""Bring a spreadsheet in: the dry run, its verdict on every row, the refused rows as a list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_views import current, pages, saving
from admin_views.db import db
from admin_views.fields import AtMost, LineField, Required
from admin_views.forms import OfficeForm
from admin_views.import_sheet import UNPROCESSABLE, bp, next_url, steps, upload
from admin_views.sheets import TYPES
from admin_views.withdrawal import as_file
from casework import audit, import_uploads
from casework.problems import RuleBroken
from models import ImportUpload
from models.database import begin_mode

ON_A_PAGE = 50
KINDS = (  # of lines, as the page counts and lists them
    ("new", _l("Will come in")), ("same", _l("Already in the office")), ("refused", _l("Refused")),
    ("left_out", _l("Left out")),
)  # fmt: skip


class NameForm(OfficeForm):
    mapping = LineField(
        _l("Name"), [Required(_l("Give the mapping a name, such as that of the sheet.")),
                     AtMost(import_uploads.LONGEST_NAME)],
        description=_l("For the next sheet of this kind. Nothing of what stands in the rows is kept with it, but the "
                       "words that you translated are."),
    )  # fmt: skip


@dataclass(frozen=True)
class Verdicts:
    """What the dry run said: (line, kind, reason) for each line below the heading, in order; kinds as in KINDS."""

    lines: tuple[tuple[int, str, str], ...]
    columns: tuple[str, ...]  # that are left out

    def counted(self) -> dict[str, int]:
        return {kind: sum(one[1] == kind for one in self.lines) for kind, _words in KINDS}


def plan_of(one: ImportUpload) -> tuple[Any, Any]:
    """Give (plan, choices) for a file as it waits, without writing. Raises ImportRefused."""
    from seed import import_choices, import_look, importer

    choices = import_choices.read(one.choices)
    lines = import_look.lines_at(one.content, choices.source)
    columns = import_look.columns_of(lines, choices.header_rows)
    mapping = import_choices.mapping_for(db_of(one), choices, columns, lines)
    return importer.plan_of(db_of(one), one.content, one.name, mapping), choices


def db_of(one: ImportUpload) -> Any:
    from sqlalchemy.orm import object_session

    return object_session(one)


def make(one: ImportUpload) -> Any:
    """Judge every row and lead to the verdicts; a mapping or file that cannot be used leads back with the reason."""
    from seed.import_source import ImportRefused

    key = one.id
    db.session.rollback()
    begin_mode.set("DEFERRED")  # judging takes some seconds and only reads: others may write meanwhile
    one = import_uploads.of(db.session, key) or abort(404)
    try:
        verdicts = _told(one)
    except ImportRefused as refused:
        db.session.rollback()
        flash(str(refused), "warning")
        return redirect(url_for("import_sheet.columns", file=key))
    db.session.rollback()
    begin_mode.set("IMMEDIATE")
    one = import_uploads.of(db.session, key) or abort(404)
    import_uploads.checked(db.session, one, verdicts)
    db.session.commit()
    return redirect(url_for("import_sheet.check", file=key))


def _told(one: ImportUpload) -> str:
    from seed import import_look

    planned, choices = plan_of(one)
    lines = import_look.lines_at(one.content, choices.source)
    kind_of = {"new": "new", "same": "same", "clash": "refused", "bad": "refused"}
    told = [(row.number, kind_of[row.verdict], row.reason) for row in planned.rows]
    told += [(line.number, "left_out", line.reason) for line in planned.lines_left_out]
    told += [(number, "left_out", "blank") for number in import_look.blank_lines(lines, choices.header_rows)]
    return json.dumps({"lines": sorted(told), "columns": list(planned.columns_left_out)})


def _verdicts(one: ImportUpload) -> Verdicts:
    told = json.loads(one.verdicts or "{}")
    return Verdicts(tuple((n, kind, why) for n, kind, why in told.get("lines", ())), tuple(told.get("columns", ())))


@bp.route("/manager/import-sheet/check/", methods=["GET", "POST"])
def check() -> Any:
    """Show what would become of each line; a POST keeps the choices under a name."""
    one = upload()
    if one.state == "choosing":
        return redirect(url_for("import_sheet.columns", file=one.id))
    if one.state != "checked":
        return redirect(next_url(one))
    form = NameForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            _keep_mapping(one, form.mapping.data)
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(_("Kept. Choose it when the next sheet of this kind is sent."), "success")
            return redirect(url_for("import_sheet.check", file=one.id))
    verdicts = _verdicts(one)
    answer = render_template(
        "casework/import_check.html", form=form, steps=steps(5), name=one.name, counted=verdicts.counted(),
        kinds=KINDS, total=len(verdicts.lines), columns=verdicts.columns, page=_page(one, verdicts),
        back_url=url_for("import_sheet.columns", file=one.id),
        refused_url=url_for("import_sheet.refused", file=one.id),
        apply_url=url_for("import_sheet.bring_in", file=one.id), own_url=url_for("import_sheet.check", file=one.id),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _keep_mapping(one: ImportUpload, name: str) -> None:
    from seed import import_choices

    choices = import_choices.read(one.choices)
    import_uploads.keep_mapping(db.session, name, import_choices.written(choices.for_another_file()))
    db.session.commit()


@dataclass(frozen=True)
class LinesPage:
    """One page of the lines of a kind; `tabs` lead to the other kinds."""

    tabs: tuple[pages.MenuItem, ...]
    lines: tuple[tuple[int, str, str], ...]
    pager: pages.Pager
    kind: str


def _page(one: ImportUpload, verdicts: Verdicts) -> LinesPage:
    counts, asked = verdicts.counted(), MultiDict(request.args)
    fallback = next((kind for kind in ("refused", "new", "same", "left_out") if counts[kind]), "new")
    kind = asked.get("show") if asked.get("show") in counts else fallback
    of_kind = [line for line in verdicts.lines if line[1] == kind]
    last_page = max((len(of_kind) - 1) // ON_A_PAGE + 1, 1)
    at = min(max(asked.get("page", 1, type=int), 1), last_page)
    some = of_kind[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]

    def url(page: int) -> str:
        return url_for("import_sheet.check", file=one.id, show=kind, page=page)

    tabs = tuple(
        pages.MenuItem(f"{words} ({counts[name]:,})", url_for("import_sheet.check", file=one.id, show=name),
                       name == kind) for name, words in KINDS
    )  # fmt: skip
    pager = pages.Pager(
        (at - 1) * ON_A_PAGE + bool(some), (at - 1) * ON_A_PAGE + len(some), at, last_page,
        url(at - 1) if at > 1 else None, url(at + 1) if at < last_page else None,
    )  # fmt: skip
    return LinesPage(tabs, tuple(some), pager, kind)


@bp.post("/manager/import-sheet/refused/")
def refused() -> Any:
    """Send the refused rows back to whoever brought them, with the reasons; logged with the fingerprint."""
    from io import BytesIO

    from exports import refused_rows
    from seed import import_choices, import_look
    from seed.import_cells import CellError, as_text

    one = upload()
    told = {number: why for number, kind, why in _verdicts(one).lines if kind == "refused"}
    if not told:
        flash(_("No row was refused."), "info")
        return redirect(next_url(one))
    choices = import_choices.read(one.choices)
    lines = import_look.lines_at(one.content, choices.source)
    columns = import_look.columns_of(lines, choices.header_rows)
    numbers = [line.number for line in lines if line.number > choices.header_rows[-1] and not line.is_blank]

    def said(cell: object) -> str:
        try:
            return as_text(cell)
        except CellError as error:
            return str(error)

    rows = [
        (number, told[number], [said(column.cells[at]) for column in columns])
        for at, number in enumerate(numbers) if number in told
    ]  # fmt: skip
    out = BytesIO()
    written = refused_rows.write(out, [one.name for one in columns], rows, file=one.name, made_at=current.now())
    audit.write(db.session, "exported", "ImportUpload", one.id, (), f"{len(rows)} refused rows, file "
                                                                   f"{written.sha256[:16]}")  # fmt: skip
    db.session.commit()
    return as_file(out.getvalue(), f"refused-rows-{current.now():%Y-%m-%d}.xlsx", TYPES["xlsx"])
