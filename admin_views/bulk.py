"""Changing one field of several records: choose the field, give its value, look at what would change, change it.

Nothing is written before the last step, and for a day whoever did it can put it back. The steps come by POST: the
records that were ticked would not fit an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from admin_views import details, forms, pages, saving, shown
from admin_views.db import db
from admin_views.fields_base import lowered
from admin_views.keys import is_number, row_keys
from casework import bulk
from casework.calendar import local
from casework.context import acting
from casework.datetext import short
from models import Case, Client
from models.declared import Declared, by_key
from models.fields import Sensitivity

ACT = "change"
UNPROCESSABLE = 422
KINDS = {"choice", "yes_no", "date", "number", "link", "text"}
OWN = {"field", "step", "rowid", "csrf_token"}  # what the steps themselves carry
LONGEST_VERSION = 9  # digits
MOST_NAMED = 10  # records in one sentence about what stayed


@dataclass(frozen=True)
class Line:
    """One record of the preview or of what was done: its name, what stood there, what becomes of it."""

    name: pages.Cell
    now: str
    badge: pages.Badge
    why: str = ""


@dataclass(frozen=True)
class BulkPage:
    """One step: `step` is field, value, look or done. `carried` are the boxes that travel along, out of sight."""

    step: str
    heading: str
    above: pages.Link
    action_url: str
    list_url: str
    carried: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    label: str = ""
    value: str = ""
    lines: tuple[Line, ...] = ()
    counted: str = ""
    verb: str = ""
    lookup_url: str = ""
    echo_url: str = ""
    until: str = ""
    undo_url: str = ""
    before: pages.Link | None = None


def choices(view: Any) -> list[Declared]:
    """Give the fields of this table that may be set for several records at once, by this role.

    Not the record that a row is part of, nor whose file it is in: rows are not carried from file to file by the
    dozen. Not what must differ in each record, nor words about one person.
    """
    fields = forms.form_fields(view.model, view.right.see, fixed=view.panel.only)
    return [one for one in fields if _may_be_alike(view, one)]


def _may_be_alike(view: Any, one: Declared) -> bool:
    if one.kind not in KINDS or (one.column is not None and one.column.unique) or one.key == view.model.__part_of__:
        return False
    if one.kind == "text":
        return one.info.sensitivity <= Sensitivity.OFFICE and one.key not in view.model.__order__
    return one.target not in (Case, Client)


def begin(view: Any, rows: list[Any]) -> Any:
    """Answer the act "Change a field" of the list."""
    return _too_many(view) if len(rows) > bulk.MOST else _choose(view, rows)


def answer(view: Any) -> Any:
    """Answer one step for the records that were ticked, as far as they are in the reader's scope."""
    ticked = request.form.getlist("rowid")
    if len(ticked) > bulk.MOST:
        return _too_many(view)
    rows = _rows(view, row_keys(ticked, bulk.MOST))
    field = next((one for one in choices(view) if one.key == request.form.get("field")), None)
    if not rows:
        flash(_("Nothing was done: tick at least one row first."), "warning")
        return redirect(view.get_url(".index_view"))
    step = request.form.get("step", "")
    if field is None or step == "field":
        return _choose(view, rows)
    form = _form(view, field, request.form if step in {"look", "change"} else None)
    if step not in {"look", "change"} or not form.validate():
        return _ask(view, rows, field, form)
    return (_change if step == "change" else _look)(view, rows, field, form)


def done(view: Any) -> Any:
    """Show the reader's last change of this table, and the way to put it back."""
    kept = bulk.remembered(db.session, view.panel.name)
    if kept is None:
        flash(_("There is no change of several rows that you could put back."), "info")
        return redirect(view.get_url(".index_view"))
    rows = _rows(view, list(kept.records))
    field = by_key(view.model)[kept.field]
    lines = [Line(_name(view, row), shown.text(field, row, view.right.see), pages.Badge(_("Changed"), "ok"))
             for row in rows]  # fmt: skip
    page = BulkPage(
        "done", _counted(view, len(kept.records), _("changed")), _above(view), view.get_url(".bulk_undo_view"),
        view.get_url(".index_view"), label=_(field.info.label), lines=tuple(lines), until=_moment(kept.until),
        undo_url=view.get_url(".bulk_undo_view"),
    )  # fmt: skip
    return render_template("casework/bulk.html", page=page, form=None)


def undo(view: Any) -> Any:
    """Put the last change back, but for what was changed since, and say which that was."""
    kept = bulk.remembered(db.session, view.panel.name)
    if kept is None:
        flash(_("There is no change of several rows that you could put back."), "info")
        return redirect(view.get_url(".index_view"))
    rows = _rows(view, list(kept.records))
    verdicts = bulk.undo(db.session, view.panel.name, kept, rows, lambda row: _refusal(view, None, row))
    db.session.commit()
    back = sum(one.outcome == bulk.CHANGED for one in verdicts)
    flash(_counted(view, back, _("put back as before")), "success")
    refused = [f"{one.row}: {one.why}" for one in verdicts if one.outcome == bulk.REFUSED]
    if len(rows) < len(kept.records):
        refused.append(_("Some are no longer among the records that you may open."))
    if refused:
        flash(" ".join([_("Not put back:"), *refused[:MOST_NAMED]]), "warning")
    return redirect(view.get_url(".index_view"))


def _too_many(view: Any) -> Any:
    flash(_("Nothing was done: at most %(most)s rows are changed at once.", most=bulk.MOST), "warning")
    return redirect(view.get_url(".index_view"))


# The steps


def _choose(view: Any, rows: list[Any]) -> Any:
    kept = bulk.remembered(db.session, view.panel.name)
    page = BulkPage(
        "field", _heading(view, rows), _above(view), view.get_url(".bulk_view"), view.get_url(".index_view"),
        carried=_ids(rows), fields=tuple((one.key, _(one.info.label)) for one in choices(view)),
        before=pages.Link(_counted(view, len(kept.records), _("changed")), view.get_url(".bulk_done_view"))
        if kept is not None else None,
    )  # fmt: skip
    return render_template("casework/bulk.html", page=page, form=None)


def _ask(view: Any, rows: list[Any], field: Declared, form: Any) -> Any:
    page = BulkPage(
        "value", _heading(view, rows), _above(view), view.get_url(".bulk_view"), view.get_url(".index_view"),
        carried=(*_ids(rows), ("field", field.key)), label=_(field.info.label),
        lookup_url=view.get_url(".ajax_lookup"), echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    answer = render_template("casework/bulk.html", page=page, form=form)
    return answer, UNPROCESSABLE if form.errors else 200


def _look(view: Any, rows: list[Any], field: Declared, form: Any) -> Any:
    """Try it with every record, take it all back, and show what would happen."""
    see = view.right.see
    was = {row.id: (_name(view, row), shown.text(field, row, see), row.version) for row in rows}
    verdicts = bulk.change(db.session, rows, form.populate_obj, refusal=lambda row: _refusal(view, field, row))
    ends = [(one.row.id, one.outcome, _why(one)) for one in sorted(verdicts, key=_first_refused)]
    db.session.rollback()
    lines = [Line(was[key][0], was[key][1], _badge(outcome), why) for key, outcome, why in ends]
    changing = [key for key, outcome, _why in ends if outcome == bulk.CHANGED]
    typed = [(name, value) for name, value in request.form.items(multi=True) if _is_typed(name)]
    versions = [(f"was-{key}", str(was[key][2])) for key in changing]
    page = BulkPage(
        "look", _heading(view, rows), _above(view), view.get_url(".bulk_view"), view.get_url(".index_view"),
        carried=(*[("rowid", str(key)) for key in changing], *versions, ("field", field.key), *typed),
        label=_(field.info.label), value=saving.typed_words(next(one for one in form if one.kind != "hidden")),
        lines=tuple(lines), counted=_summary(ends),
        verb=ngettext("Change one", "Change all %(num)s", len(changing)) if changing else "",
    )  # fmt: skip
    return render_template("casework/bulk.html", page=page, form=None)


def _change(view: Any, rows: list[Any], field: Declared, form: Any) -> Any:
    """Change what the preview showed, in one transaction; what became another record since is left out."""
    versions = {row.id: _version(row.id) for row in rows}
    verdicts = bulk.change(
        db.session, rows, form.populate_obj, versions=versions, refusal=lambda row: _refusal(view, field, row)
    )
    changed = sum(one.outcome == bulk.CHANGED for one in verdicts)
    refused = [f"{one.row}: {one.why}" for one in verdicts if one.outcome == bulk.REFUSED]
    is_kept = bool(changed) and bulk.remember(db.session, view.panel.name, field.key, verdicts)
    db.session.commit()
    if not is_kept:
        flash(_counted(view, changed, _("changed")), "success" if changed else "info")
    if refused:
        flash(" ".join([_("Left as they were:"), *refused[:MOST_NAMED]]), "warning")
    return redirect(view.get_url(".bulk_done_view" if is_kept else ".index_view"))


def _version(key: int) -> int:
    text = request.form.get(f"was-{key}", "")
    return int(text) if is_number(text, LONGEST_VERSION) else 0


def _refusal(view: Any, field: Declared | None, row: Any) -> str:
    """Say what stands against changing a record here, beside the rules that run when it is saved."""
    if not view.may_edit(row):
        return _("This record is not changed by its form. Open it to see what can be done.")
    if field is None or field.kind != "link":
        return ""
    is_hidden = getattr(row, f"{field.key}_id") is not None and getattr(row, field.key) is None
    return _("Another team's record stands there, and stays.") if is_hidden else ""


# What the pages are made of


def _rows(view: Any, keys: list[int]) -> list[Any]:
    loading = view.loading([one for one in view.fields if one.kind == "link"])
    statement = view.scoped().where(view.model.id.in_(keys)).order_by(view.model.id).options(*loading)
    return list(db.session.scalars(statement).unique())


def _form(view: Any, field: Declared, typed: MultiDict[str, str] | None) -> Any:
    asked = forms.form_field(field, view.right.see)
    asked.kwargs.pop("default", None)  # what a new record begins with is no answer for records that are there
    return type("SeveralForm", (forms.OfficeForm,), {forms.form_name(field): asked})(typed)


def _is_typed(name: str) -> bool:
    return name not in OWN and not name.startswith("was-")


def _ids(rows: list[Any]) -> tuple[tuple[str, str], ...]:
    return tuple(("rowid", str(row.id)) for row in rows)


def _name(view: Any, row: Any) -> pages.Cell:
    return pages.Cell(row.label(view.right.see), url=details.url_of(view.role, row))


def _above(view: Any) -> pages.Link:
    return pages.Link(_(view.panel.several.capitalize()), view.get_url(".index_view"))


def _heading(view: Any, rows: list[Any]) -> str:
    what = ngettext(view.panel.one, view.panel.several, len(rows))
    return _("Change a field of %(count)s %(what)s", count=len(rows), what=lowered(what))


def _counted(view: Any, count: int, done: str) -> str:
    return f"{count} {ngettext(view.panel.one, view.panel.several, count)} {done}"


def _why(one: bulk.Verdict) -> str:
    return _("Other records follow from it, so it cannot be put back here.") if one.elsewhere else one.why


def _first_refused(one: bulk.Verdict) -> tuple[bool, int]:
    return one.outcome != bulk.REFUSED, one.row.id


def _badge(outcome: str) -> pages.Badge:
    words = {
        bulk.CHANGED: pages.Badge(_("Will change"), "ok"), bulk.SAME: pages.Badge(_("Is so already"), "note"),
        bulk.REFUSED: pages.Badge(_("Stays as it is"), "late", "refused"),
    }  # fmt: skip
    return words[outcome]


def _summary(ends: list[tuple[int, str, str]]) -> str:
    """Give "9 will change, 2 are so already, 1 stays as it is." """
    counts = {outcome: sum(one[1] == outcome for one in ends) for outcome in (bulk.CHANGED, bulk.SAME, bulk.REFUSED)}
    parts = [
        ngettext("%(num)s will change", "%(num)s will change", counts[bulk.CHANGED]),
        ngettext("%(num)s is so already", "%(num)s are so already", counts[bulk.SAME]),
        ngettext("%(num)s stays as it is", "%(num)s stay as they are", counts[bulk.REFUSED]),
    ]
    met = [part for part, count in zip(parts, counts.values(), strict=True) if count]
    return ", ".join(met) + "."


def _moment(at: Any) -> str:
    day = local(at)
    is_today = day.date() == acting(db.session).today
    return f"{day:%H:%M}" if is_today else f"{short(day.date())}, {day:%H:%M}"


def must_be_allowed(view: Any) -> None:
    """Refuse a table, or a role, for which nothing is changed by the dozen."""
    if not view.may_change_several():
        abort(403)
