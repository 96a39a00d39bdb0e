"""Bring a spreadsheet in, the first steps: send the file, say where its table stands.

What waits between the steps is kept by the office beside the account, never in the page; it is gone after a day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.datastructures import CombinedMultiDict

from admin_views import current, pages, saving, shown
from admin_views.db import db
from admin_views.fields import ChoiceField, FileField, LineField, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import import_uploads
from casework.problems import RuleBroken
from models import ImportBatch, ImportMapping, ImportUpload

bp = Blueprint("import_sheet", __name__)
UNPROCESSABLE = 422
SHOWN_LINES, SHOWN_COLUMNS, SHOWN_SIGNS = 12, 8, 40
MOST_HEADING_LINES = 3
STEPS = (_l("File"), _l("Where the table stands"), _l("Columns"), _l("Words"), _l("Dry run"), _l("Bring in"))


class SendForm(OfficeForm):
    file = FileField(
        _l("File"), [Required(_l("Choose a file."))], largest=import_uploads.LARGEST, accept=".xlsx,.csv",
        description=_l("XLSX or CSV, 4 MB at most. Formulas count with the result that was saved; none is worked out."),
    )  # fmt: skip
    mapping = ChoiceField(
        _l("Saved mapping"), choices=lambda: [(one.id, one.name) for one in import_uploads.mappings(db.session)],
        description=_l("Where a sheet of this kind came in before. Everything can still be changed."),
    )  # fmt: skip


class WhereForm(OfficeForm):
    sheet = ChoiceField(_l("Sheet"), [Required()])
    first = LineField(_l("First line of the heading"), [Required()], width="w-short",
                      description=_l("Counted from the top of the sheet."))  # fmt: skip
    last = LineField(_l("Last line of the heading"), [Required()], width="w-short",
                     description=_l("The same, unless it takes two or three."))  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """A file that waits, as the first page tells it."""

    name: str
    sent: str
    state: str
    url: str
    away_url: str


def managers_only() -> None:
    if current.acting_role() != "manager":
        abort(403)


def upload() -> ImportUpload:
    """Give the file that the address names, if it is the reader's own and not too old."""
    managers_only()
    return import_uploads.of(db.session, row_key(request.args.get("file"))) or abort(404)


def steps(at: int) -> tuple[list[str], int]:
    return [str(word) for word in STEPS], at


def next_url(one: ImportUpload) -> str:
    """Give the page on which a file goes on."""
    ending = {"checked": "check", "running": "progress", "stopped": "progress", "done": "progress"}
    return url_for(f"import_sheet.{ending.get(one.state, 'where')}", file=one.id)


# Send a file


@bp.route("/manager/import-sheet/", methods=["GET", "POST"])
def start() -> Any:
    managers_only()
    posted = CombinedMultiDict([request.form, request.files]) if request.method == "POST" else None
    form = SendForm(posted)
    if request.method == "POST" and form.validate():
        try:
            made = _kept(form)
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            return redirect(url_for("import_sheet.where", file=made.id))
    answer = render_template(
        "casework/import_start.html", form=form, steps=steps(1), waiting=[_waiting(one) for one in _mine()],
        batches=_batches(), list_url=url_for("manager_import.index_view"),
        mappings=[(one.name, url_for("import_sheet.forget_mapping", mapping=one.id))
                  for one in import_uploads.mappings(db.session)],
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _kept(form: SendForm) -> ImportUpload:
    """Keep the file with a first guess of its layout. Raises RuleBroken for one that cannot be read."""
    from seed import import_choices, import_look

    made = import_uploads.keep(db.session, form.file.file_name, form.file.data)
    with refusals("file"):
        source, _names = import_look.guessed_source(made.content)
        header = import_look.guessed_header(import_look.lines_at(made.content, source))
    kept = db.session.get(ImportMapping, form.mapping.data) if form.mapping.data else None
    choices = import_choices.read(kept.told) if kept is not None else import_choices.Choices(prefix=_stem(made.name))
    choices = replace(choices, source=source, header_rows=header)
    import_uploads.choose(db.session, made, import_choices.written(choices))
    db.session.commit()
    return made


def _stem(name: str) -> str:
    return name.rpartition(".")[0][:12].strip() or name[:12]


class refusals:
    """Turn the importer's refusal of a file into a problem of the form's field."""

    def __init__(self, field: str) -> None:
        self.field = field

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        from casework.problems import Problem
        from seed.import_source import ImportRefused

        if isinstance(error, ImportRefused):
            raise RuleBroken([Problem(self.field, str(error))]) from None


def _mine() -> list[ImportUpload]:
    return import_uploads.waiting(db.session)


def _waiting(one: ImportUpload) -> Waiting:
    state = str(dict(_STATES)[one.state])
    return Waiting(one.name, shown.moment(one.sent_at), state, next_url(one),
                   url_for("import_sheet.away", file=one.id))  # fmt: skip


_STATES = (
    ("choosing", _l("Not checked yet")), ("checked", _l("Checked")), ("running", _l("Coming in")),
    ("stopped", _l("Stopped")), ("done", _l("In the office")),
)  # fmt: skip


def _batches() -> list[tuple[str, str, int, int, bool]]:
    last = select(ImportBatch).order_by(ImportBatch.id.desc()).limit(5)
    return [
        (one.name, url_for("manager_import.details_view", id=one.id), one.imported, one.refused,
         one.undone_at is not None)
        for one in db.session.scalars(last)
    ]  # fmt: skip


@bp.post("/manager/import-sheet/away/")
def away() -> Any:
    try:
        import_uploads.throw_away(db.session, upload())
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    else:
        flash(_("Thrown away. Nothing that came in was touched."), "success")
    return redirect(url_for("import_sheet.start"))


@bp.post("/manager/import-sheet/forget/")
def forget_mapping() -> Any:
    managers_only()
    found = db.session.get(ImportMapping, row_key(request.args.get("mapping"))) or abort(404)
    import_uploads.set_mapping_aside(db.session, found)
    db.session.commit()
    flash(_("The mapping is set aside."), "success")
    return redirect(url_for("import_sheet.start"))


# Where the table stands


@bp.route("/manager/import-sheet/where/", methods=["GET", "POST"])
def where() -> Any:
    """Show the first lines with the guess; another sheet or heading is looked at before it is taken."""
    from seed import import_choices

    one = upload()
    choices = import_choices.read(one.choices)
    form = _where_form(one, choices)
    if request.method == "POST" and form.validate():
        try:
            moved = _looked_at(one, form, choices)
            import_uploads.choose(db.session, one, import_choices.written(moved))
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            is_sure = request.form.get("act") == "go"
            return redirect(url_for(f"import_sheet.{'columns' if is_sure else 'where'}", file=one.id))
    answer = render_template(
        "casework/import_where.html", form=form, steps=steps(2), name=one.name, back_url=url_for("import_sheet.start"),
        lines=_top(one.content, choices), header=choices.header_rows, letters=_letters(), is_csv=not form.is_workbook,
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _where_form(one: ImportUpload, choices: Any) -> Any:
    from seed import import_look

    names = import_look.guessed_source(one.content)[1] if choices.source.format == "xlsx" else ()
    first, last = (min(choices.header_rows), max(choices.header_rows)) if choices.header_rows else (1, 1)
    made = type("SheetWhereForm", (WhereForm,), {
        "sheet": ChoiceField(_l("Sheet"), [Required()], choices=[(name, name) for name in names])} if names else {
        "sheet": None})  # fmt: skip
    form = made(request.form if request.method == "POST" else None,
                data={"sheet": choices.source.sheet, "first": str(first), "last": str(last)})  # fmt: skip
    form.is_workbook = bool(names)
    return form


def _looked_at(one: ImportUpload, form: Any, choices: Any) -> Any:
    """Give the choices as posted; another sheet is guessed anew. Raises RuleBroken."""
    from seed import import_look

    with refusals("sheet" if form.is_workbook else ""):
        if form.is_workbook and form.sheet.data != choices.source.sheet:
            source = replace(choices.source, sheet=form.sheet.data)
            header = import_look.guessed_header(import_look.lines_at(one.content, source))
            return replace(choices, source=source, header_rows=header)
    return replace(choices, header_rows=_heading_lines(form))


def _heading_lines(form: Any) -> tuple[int, ...]:
    from casework.problems import Problem

    first, last = (field.data if field.data.isascii() else "" for field in (form.first, form.last))
    if not (first.isdigit() and last.isdigit() and 0 < int(first) <= int(last) < int(first) + MOST_HEADING_LINES):
        raise RuleBroken([Problem("last", _("A heading takes one to three lines. Type their numbers, from the top."))])
    return tuple(range(int(first), int(last) + 1))


def _top(content: bytes, choices: Any) -> list[tuple[int, list[str]]]:
    """Give the first lines around the heading, cut to what fits a page."""
    from seed import import_look
    from seed.import_source import ImportRefused

    first = max(min(choices.header_rows, default=1) - 4, 0)
    try:
        lines = import_look.lines_at(content, choices.source, most=first + SHOWN_LINES)[first:]
    except ImportRefused:
        return []
    return [(line.number, [cell_words(cell) for cell in (*line.cells, *[None] * SHOWN_COLUMNS)[:SHOWN_COLUMNS]])
            for line in lines]  # fmt: skip


def cell_words(cell: object) -> str:
    """Give a cell of the sheet as it is shown here: short, and never worked out."""
    from seed.import_cells import CellError, as_text

    try:
        said = as_text(cell)
    except CellError as error:
        return str(error)
    return said if len(said) <= SHOWN_SIGNS else f"{said[: SHOWN_SIGNS - 1]}…"


def _letters() -> list[str]:
    return [chr(ord("A") + at) for at in range(SHOWN_COLUMNS)]


def back(one: ImportUpload, step: str) -> pages.Link:
    return pages.Link(_("Back"), url_for(f"import_sheet.{step}", file=one.id))
