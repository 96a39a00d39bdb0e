"""What happens around a form: prefilled links, problems beside their fields, conflicts side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from admin_views import details, forms, options, pages, shown
from admin_views.keys import row_keys
from admin_views.login import safe_path
from casework.problems import Problem
from models.base import Base
from models.declared import Declared, by_key

UNPROCESSABLE, CONFLICT = 422, 409
FEWEST_LETTERS = 2
MOST_KEYS = 100  # that an address may name


def prefilled(view: Any) -> dict[str, Any]:
    """Give what the address names, for "add one here": links and ticks in the reader's scope, states."""
    given: dict[str, Any] = {}
    for one in view.form_fields():
        name = forms.form_name(one)
        if name in request.args:
            value = _given(one, request.args.getlist(name))
            if value:
                given[name] = value
    return {"data": given} if given else {}


def _given(field: Declared, typed: list[str]) -> Any:
    keys = row_keys(typed, MOST_KEYS)
    if field.kind == "link" and keys:
        row = options.fetched(field.target)(keys[0])
        return row.id if row is not None else None
    if field.kind == "many":
        return [row.id for row in options.fetched(field.target)(keys)]
    is_state = field.kind == "choice" and typed[0] in dict(field.info.choices)
    return typed[0] if is_state else None


def form_answer(view: Any, form: Any, model: Base | None = None, **more: Any) -> ResponseReturnValue:
    """Give the form's page: 422 when something is wrong with it, 409 when a colleague was faster."""
    wrong = CONFLICT if form.is_conflict else UNPROCESSABLE
    status = wrong if form.errors else 200
    return render_template(view.form_template, form=form, page=form_page(view, model), **more), status


def form_page(view: Any, model: Base | None) -> pages.FormPage:
    one = _(view.panel.one)
    back = details.url_of(view.role, model) if model is not None else view.get_url(".index_view")
    heading = (
        _("Edit %(what)s %(label)s", what=one, label=model.label(view.right.see))
        if model is not None
        else (_("New %(what)s", what=one))
    )
    return pages.FormPage(
        heading=heading, title=_("Edit %(what)s %(label)s", what=one, label=model) if model is not None else heading,
        verb=_("Save %(what)s", what=one), leave_url=back or view.get_url(".index_view"),
        above=pages.Link(_(view.panel.several.capitalize()), view.get_url(".index_view")),
        again=_("Save and add another") if model is None and view.adds_another else "",
        lookup_url=view.get_url(".ajax_lookup"), echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip


def next_page(view: Any, made: Base) -> str:
    """Give where to go after a new record was saved: to the next one, where that was asked for."""
    if view.adds_another and request.form.get("again"):
        return request.full_path.rstrip("?")
    return safe_path(request.args.get("then")) or view.after_saving(made)


def conflict_answer(view: Any, form: Any, model: Base) -> ResponseReturnValue:
    """Show what a colleague saved meanwhile beside what was typed; saving again is then a decision."""
    pairs = []
    for one in view.form_fields():
        field = form[forms.form_name(one)]
        yours = typed_words(field)
        theirs = shown.text(one, model, view.right.see)
        if field.data != field.object_data and one.kind != "rows":
            pairs.append((str(field.label.text), theirs, yours))
    form.version.renew()
    answer = render_template(view.form_template, form=form, page=form_page(view, model), conflict=pairs)
    return answer, CONFLICT


def typed_words(field: Any) -> str:
    """Give what stands in a form's field, in words."""
    if hasattr(field, "typed"):
        return field.typed
    if getattr(field, "is_choice", False):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return ", ".join(str(option.label) for option in field.options if option.value in chosen)
    return shown.plain(field.data)


def show_problems(form: Any, problems: Iterable[Problem]) -> None:
    """Put each sentence beside its field; what has no field here goes to the top of the page."""
    for problem in problems:
        field = next((form[name] for name in (problem.field, f"{problem.field}_id") if name in form), None)
        if field is not None:
            field.errors = [*field.errors, problem.text]
        else:
            form.form_errors = [*form.form_errors, problem.text]


def changed_meanwhile() -> Problem:
    return Problem(
        "", _("Not saved: a colleague changed this record a moment ago. Open it again to see both versions.")
    )


def problem_of(error: IntegrityError, model: type[Base]) -> Problem:
    """Give a sentence for a refusal by the database, at the field it names; never its own words."""
    text = str(error.orig)
    for one in by_key(model).values():
        if one.column is not None and _names(text, model, one):
            return Problem(one.key, _("Not saved: %(label)s is already used in another record, or does not fit. "
                                      "Change it, or open the other record.", label=_(one.info.label)))  # fmt: skip
    return Problem("", _("Not saved: this does not fit with what is already recorded. Check the dates and links."))


def _names(text: str, model: type[Base], field: Declared) -> bool:
    """Say whether the database's message names this column, by itself or through a constraint's name."""
    assert field.column is not None
    table, column = model.__tablename__, field.column.name
    return f"{table}.{column}" in text or f"uq_{table}_{column}" in text or f"ck_{table}_{column}_" in text


def suggestions(view: Any) -> ResponseReturnValue:
    """Answer a look-up field's question for matching rows."""
    name, typed = request.values.get("name", ""), request.values.get("query", "")
    finder = _finders(view.form_class()()).get(name) if view.can_create or view.can_edit else None
    if finder is None:
        return abort(404)
    return found_as_json(finder, typed)


def found_as_json(finder: Any, typed: str) -> ResponseReturnValue:
    """Give at most twelve [id, label] pairs for a look-up's script."""
    typed = typed.strip()[:100]
    found = finder.by_text(typed) if len(typed) >= FEWEST_LETTERS else []
    return jsonify(found[: options.MOST_FOUND])


def _finders(form: Any) -> dict[str, Any]:
    """Give the finders of a form by the names its pages ask for, those of rows edited inside it too."""
    rows = [row for field in form if field.kind == "rows" for row in field.rows]
    return {field.lookup: field.found_by for part in (form, *rows) for field in part if field.kind == "lookup"}
