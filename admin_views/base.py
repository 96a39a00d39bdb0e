"""CaseworkView: one table, one role. Everything it shows follows from the table's declarations.

Flask-Admin computes lists, forms and filters when a view is made, so each role has a view of its own for
each table: a field above the role's sensitivity is not hidden in it, it does not exist. Where the stock
class is unsafe for people's files, it is mended here once; tests/admin_views/test_base_*.py name each
finding and fail on the stock class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError

from admin_views import (
    bulk,
    deletion,
    details,
    doors,
    extra_fields,
    forms,
    listing,
    record_history,
    saving,
    sheets,
)  # fmt: skip
from admin_views.current import acting_role
from admin_views.db import db
from admin_views.filters import RecordFilter, filters_for
from admin_views.keys import row_key, row_keys
from casework import audit, search
from casework.access import Panel, Right
from casework.context import acting
from casework.problems import RuleBroken
from models import Case
from models.base import Base
from models.declared import Declared, declared
from models.extras import loading as extra_values
from models.fields import Sensitivity

MOST_CHOSEN = 1000  # rows that one act may take


class CaseworkView(ModelView):
    """The pages of one table for one role."""

    named_filter_urls = True
    page_size = 50
    page_size_options = (20, 50, 100)
    can_set_page_size = True
    column_display_actions = False
    create_modal = edit_modal = details_modal = False
    can_view_details = True
    fast_mass_delete = False
    form_template = "casework/form.html"

    panel: Panel
    right: Right
    role: str
    adds_another = True  # whether the form of a new record offers to save it and begin the next
    changes_several = True  # whether a field of several rows may be changed at once
    bulk: tuple[tuple[str, Any], ...] = ()  # (name, words) of acts on several rows, see `act_on`

    def __init__(self, panel: Panel, role: str) -> None:
        self.panel, self.role, self.right = panel, role, panel.rights[role]
        self.built_in = [one for one in declared(panel.model) if one.info.sensitivity <= self.right.see]
        self._declare()
        super().__init__(
            panel.model, db, name=_l(panel.several.capitalize()), endpoint=f"{role}_{panel.name}",
            url=f"/{role}/{panel.name}",
        )  # fmt: skip

    def _declare(self) -> None:
        """Turn declarations into what Flask-Admin reads: nothing is scaffolded, nothing is left to defaults."""
        see, right = self.right.see, self.right
        self.column_list = [one.key for one in self.fields if one.info.listed]
        self.column_details_list = [one.key for one in self.fields if one.kind != "rows"]
        self.column_export_list = [one.key for one in sheets.working_fields(self.panel.model, see)]
        self.column_labels = {one.key: _l(one.info.label) for one in self.fields}
        self.column_descriptions = {one.key: _l(one.info.help) for one in self.fields if one.info.help}
        self.column_searchable_list = search.searched(self.panel.model, see)
        self.column_filters = [made for one in self.fields if one.info.filtered for made in filters_for(one)]
        self.column_sortable_list = [
            one.key for one in self.fields if one.info.listed and one.kind not in {"link", "many", "rows"}
        ]
        self.form_columns = [
            forms.form_name(one) for one in forms.form_fields(self.panel.model, see, fixed=self.panel.only)
        ]
        self.can_create, self.can_edit, self.can_delete = right.create, right.edit, right.delete
        self.can_export, self.export_types = right.export, ["xlsx", "csv"]

    @property
    def fields(self) -> list[Declared]:
        """The fields that this role meets: those of the code, and in a request those that the office added."""
        return [*self.built_in, *extra_fields.met(self)]

    def filters(self) -> list[Any]:
        """Give the questions that this list may be asked."""
        added = [made for one in extra_fields.met(self) if one.info.filtered for made in filters_for(one)]
        return [*self._filters, *added]

    def form_fields(self) -> list[Declared]:
        """Give the fields that are filled in here."""
        own = forms.form_fields(self.panel.model, self.right.see, fixed=self.panel.only)
        return [*own, *extra_fields.in_form(self)]

    def form_class(self) -> Any:
        """Give the form of this table as it is now."""
        return forms.with_more(self._edit_form_class, extra_fields.in_form(self), self.right.see)

    # What Flask-Admin builds at start

    def scaffold_form(self) -> Any:
        return forms.form_class(self.panel.model, self.right.see, fixed=self.panel.only)

    def scaffold_filters(self, name: Any) -> Any:
        return [name]

    def is_valid_filter(self, filter: Any) -> bool:
        return True

    def handle_filter(self, filter: Any) -> Any:
        return filter

    def get_filter_arg(self, index: int, flt: Any) -> str:
        return flt.key

    def _refresh_filters_cache(self) -> None:
        """Keep the filters by name; their choices are read in each request, never at start."""
        self._filters = list(self.column_filters)
        self._filter_groups = None
        self._filter_args = {flt.key: (place, flt) for place, flt in enumerate(self._filters)}
        self.record_filters = {flt.key: flt for flt in map(RecordFilter, self.fields) if flt.field.kind == "link"}

    def init_search(self) -> bool:
        return search.can_search(self.panel.model, self.right.see)

    def scaffold_auto_joins(self) -> list[Any]:
        return []

    # Who may come in

    def is_accessible(self) -> bool:
        return acting_role() == self.role

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a page once: the stock class tries a second time after a TypeError and hides the first."""
        return fn(self, *args, **kwargs)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """Send a link made for another role to the reader's own page of the same table, or say no."""
        mine = f"{acting_role()}_{self.panel.name}.{name}"
        if request.method == "GET" and mine in doors.endpoints():
            return redirect(url_for(mine, **request.args.to_dict(), **kwargs))
        return abort(403)

    # Which rows

    def scoped(self) -> Select[Any]:
        """Give the select of every row that this panel holds for this reader; all reading starts here."""
        rules = [getattr(self.model, key) == value for key, value in self.panel.only.items()]
        return select(self.model).where(*rules)

    def get_query(self) -> Any:
        return self.scoped()

    def get_one(self, id: Any) -> Any:
        return self._one(id, ())

    def _one(self, id: Any, loading: Sequence[Any]) -> Any:
        """Give the row in scope, with what the loader options bring along, or None."""
        statement = self.scoped().where(self.model.id == row_key(id)).options(*loading)
        return db.session.scalars(statement).unique().one_or_none()

    def one_or_404(self) -> Any:
        return self.get_one(request.args.get("id")) or abort(404)

    def loading(self, fields: Sequence[Declared]) -> list[Any]:
        """Give the loader options that bring the linked rows of `fields` along in the same statement."""
        made = []
        for one in fields:
            if one.kind == "link":
                option = joinedload(one.attribute)
                if one.target is Case and self.right.see >= Sensitivity.PERSONAL:
                    option = option.joinedload(Case.client)
                made.append(option)
        return [*made, *extra_values(fields)]

    # Pages

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> Any:
        return render_template("casework/list.html", page=listing.page_of(self))

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        if not self.can_create:
            abort(403)
        form = self.form_class()(request.form if request.method == "POST" else None, **saving.prefilled(self))
        if request.method == "POST" and form.validate():
            made = self.create_model(form)
            if made:
                flash(_("Saved: %(what)s.", what=str(made)), "success")
                return redirect(saving.next_page(self, made))
        return saving.form_answer(self, form)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        if not self.can_edit:
            abort(403)
        shown = forms.loading(self.panel.model, self.right.see, fixed=self.panel.only)
        model = self._one(request.args.get("id"), [*shown, *extra_values(extra_fields.in_form(self))]) or abort(404)
        self.note_opening(model)
        form = self.form_class()(request.form if request.method == "POST" else None, obj=model)
        if request.method == "GET":
            return saving.form_answer(self, form, model)
        if form.version.is_stale:
            return saving.conflict_answer(self, form, model)
        if form.validate() and self.update_model(form, model):
            flash(_("Saved: %(what)s.", what=str(model)), "success")
            return redirect(self.after_saving(model))
        return saving.form_answer(self, form, model)

    @expose("/details/")
    def details_view(self) -> Any:
        model = self._one(request.args.get("id"), self.loading(self.fields)) or abort(404)
        self.note_opening(model)
        return render_template("casework/details.html", page=details.page_of(self, model))

    @expose("/history/")
    def history_view(self) -> Any:
        """Show who made and changed a record, when, and which fields; never what stood in them."""
        model = self.one_or_404()
        self.note_opening(model)
        return render_template("casework/record_history.html", page=record_history.page_of(self, model))

    @expose("/delete/", methods=("GET", "POST"))
    def delete_view(self) -> Any:
        if not self.can_delete:
            abort(403)
        model = self.one_or_404()
        if request.method == "POST" and self.delete_model(model):
            flash(_("Deleted."), "success")
            return redirect(self.get_url(".index_view"))
        return render_template("casework/confirm.html", page=deletion.page_of(self, model))

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Any:
        """Act on several chosen rows: only those in scope, only acts that this view offers."""
        name = request.form.get("action", "")
        if name not in {known for known, _words in self.acts()}:
            abort(404)
        keys = row_keys(request.form.getlist("rowid"), MOST_CHOSEN)
        rows = list(db.session.scalars(self.scoped().where(self.model.id.in_(keys)).order_by(self.model.id)))
        if not rows:
            flash(_("Nothing was done: tick at least one row first."), "warning")
            return redirect(self.get_url(".index_view"))
        return self.act_on(name, rows)

    def acts(self) -> list[tuple[str, Any]]:
        """Give (name, words) of what may be done with several rows."""
        change = [(bulk.ACT, _l("Change a field"))] if self.may_change_several() else []
        return [*self.bulk, *change, *([("export", _l("Export chosen"))] if self.can_export else [])]

    def may_change_several(self) -> bool:
        return self.can_edit and self.changes_several and bool(bulk.choices(self))

    def act_on(self, name: str, rows: list[Any]) -> Any:
        """Do one of `bulk` with rows that are in scope; a subclass answers for its own."""
        if name == bulk.ACT:
            return bulk.begin(self, rows)
        return sheets.answer(self, "xlsx", self.scoped().where(self.model.id.in_([row.id for row in rows])))

    @expose("/several/", methods=("POST",))
    def bulk_view(self) -> Any:
        """Change a field of the ticked rows, step by step; written only by the last one."""
        bulk.must_be_allowed(self)
        return bulk.answer(self)

    @expose("/several/done/")
    def bulk_done_view(self) -> Any:
        bulk.must_be_allowed(self)
        return bulk.done(self)

    @expose("/several/undo/", methods=("POST",))
    def bulk_undo_view(self) -> Any:
        bulk.must_be_allowed(self)
        return bulk.undo(self)

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Any:
        if not self.can_export or export_type not in self.export_types:
            abort(403)
        asked = listing.wanted(self)
        on_sheet, left_out = listing.on_sheet(self, asked)
        if left_out and not on_sheet:
            abort(404)  # none of the chosen columns may leave the screen; the list has no button for such a sheet
        return sheets.answer(self, export_type, asked.statement, on_sheet)

    @expose("/ajax/lookup/", methods=("POST",))
    def ajax_lookup(self) -> Any:
        """Suggest rows for a look-up field of this form: at most twelve, two letters at least, by POST."""
        return saving.suggestions(self)

    @expose("/ajax/update/", methods=("POST",))
    def ajax_update(self) -> Any:
        abort(404)  # one cell at a time would pass by the form, its version and its rules

    # Saving

    def create_model(self, form: Any) -> Any:
        model = self.model(**self.panel.only)
        return model if self._write(form, model, is_new=True) else False

    def update_model(self, form: Any, model: Any) -> bool:
        return self._write(form, model, is_new=False)

    def delete_model(self, model: Any) -> bool:
        try:
            db.session.delete(model)
            db.session.commit()
        except (IntegrityError, RuleBroken) as error:
            db.session.rollback()
            flash(deletion.sentence_for(error), "warning")
            return False
        return True

    def _write(self, form: Any, model: Any, *, is_new: bool) -> bool:
        """Put the form into the record and commit; on a broken rule everything is undone, the text stays."""
        try:
            with db.session.no_autoflush:
                if is_new:
                    db.session.add(model)
                form.populate_obj(model)
                self.before_saving(form, model)
            db.session.commit()
        except RuleBroken as error:
            db.session.rollback()
            saving.show_problems(form, error.problems)
        except StaleDataError:
            db.session.rollback()
            form.is_conflict = True
            saving.show_problems(form, [saving.changed_meanwhile()])
        except IntegrityError as error:
            db.session.rollback()
            saving.show_problems(form, [saving.problem_of(error, self.model)])
        else:
            return True
        return False

    def before_saving(self, form: Any, model: Any) -> None:
        """Do what a table needs between the form and the commit."""

    def after_saving(self, model: Any) -> str:
        """Give where to go next: the record that this one is part of, else its own page."""
        parent = getattr(model, model.__part_of__) if model.__part_of__ else None
        return details.url_of(self.role, parent if parent is not None else model) or self.get_url(".index_view")

    def note_opening(self, model: Base) -> None:
        """Write "opened" to the audit trail, in a transaction of its own, before the page is read."""
        if self.panel.opened and request.method == "GET":
            audit.write_now(db.engine, acting(db.session), "opened", type(model).__name__, model.id)

    def handle_view_exception(self, exc: Exception) -> bool:
        return False

    # What a table may add

    def buttons(self, model: Any) -> list[Any]:
        """Give further buttons for a record's page."""
        return []

    def list_buttons(self) -> list[Any]:
        """Give further buttons for the list's page."""
        return []

    def may_edit(self, model: Any) -> bool:
        """Say whether this record's page offers to edit it; its rules decide when it is saved."""
        return self.can_edit

    def notices(self, model: Any) -> list[Any]:
        """Give what a record's page says before everything else."""
        return []

    def admin_view_of(self, name: str) -> CaseworkView:
        """Give the same role's view of another table."""
        return current_app.extensions["casework_views"][self.role, name]
