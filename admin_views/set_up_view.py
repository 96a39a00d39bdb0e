"""Panels of what the office has set up: each says what was changed last, with the way back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError

from admin_views import current, deletion, details, pages, saving, shown
from admin_views.base import CaseworkView
from admin_views.db import db
from admin_views.keys import row_key
from casework import set_up
from casework.problems import RuleBroken
from models import SetUpChange

bp = Blueprint("set_up_change", __name__)
ROLE = "manager"


class SetUpView(CaseworkView):
    """A table of the set-up."""

    def notices(self, model: Any) -> list[pages.Notice]:
        """Tell managers what was changed last, as long as it can be undone."""
        last = set_up.last_change(db.session, model) if self.role == ROLE else None
        return [_notice(last)] if last is not None and last.undone_at is None else []

    form_template = "casework/set_up_form.html"

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        return self._previewed(None) if _asks_first() and self.can_create else super().create_view()

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        if not _asks_first() or not self.can_edit:
            return super().edit_view()
        return self._previewed(self.one_or_404())

    def _previewed(self, model: Any) -> Any:
        """Show what saving would change, by the same rules, and save nothing."""
        form = self.form_class()(request.form, obj=model)
        if model is not None and form.version.is_stale:
            return saving.conflict_answer(self, form, model)
        found = self._tried(form, model or self.model(**self.panel.only)) if form.validate() else None
        return saving.form_answer(self, form, model, preview=found)

    def _tried(self, form: Any, model: Any) -> pages.Preview | None:
        """Put the form into the record, let the rules look, and undo it all; None where they object."""
        before = set_up.examples(db.session)
        try:
            with db.session.no_autoflush:
                db.session.add(model)
                form.populate_obj(model)
                self.before_saving(form, model)
                changes = tuple(set_up.told_of(db.session))
            db.session.flush()
            after = set_up.examples(db.session)
            lines = self.consequences(model)
        except RuleBroken as broken:
            saving.show_problems(form, broken.problems)
            return None
        except IntegrityError as error:
            saving.show_problems(form, [saving.problem_of(error, self.model)])
            return None
        finally:
            db.session.rollback()
            set_up.forget(db.session)
        moved = tuple((words, before[words], after[words]) for words in before if before[words] != after[words])
        return pages.Preview((*changes, *moved), (*lines, *(_used(model) if model in db.session else ())))

    def consequences(self, model: Any) -> tuple[str, ...]:
        """Give what else saving a record means, in sentences."""
        return ()


class LetterTemplateView(SetUpView):
    def list_buttons(self) -> list[pages.Link]:
        return [pages.Link(_("Bring in a template"), url_for("templates.upload"), primary=True)]

    def buttons(self, model: Any) -> list[pages.Link]:
        return [
            pages.Link(_("Fetch the Word file"), url_for("templates.file", id=model.id), primary=True),
            pages.Link(
                _("Bring in a new edition"), url_for("templates.upload", kind=model.kind, language=model.language_id)
            ),
        ]


class SetUpChangeView(CaseworkView):
    """Everything that was changed in the set-up, newest first."""

    def buttons(self, model: Any) -> list[pages.Link]:
        if model.undone_at is not None:
            return []
        return [pages.Link(_("Undo this change"), url_for("set_up_change.undo", id=model.id), primary=True)]


def _asks_first() -> bool:
    return request.method == "POST" and "preview" in request.form


def _used(model: Any) -> tuple[str, ...]:
    count = deletion.uses(model)
    return (ngettext("%(num)s record uses it.", "%(num)s records use it.", count),) if count else ()


def _notice(change: SetUpChange) -> pages.Notice:
    heading = _("Last change: %(when)s, by %(who)s", when=shown.moment(change.at), who=change.who)
    link = pages.Link(_("Undo this change"), url_for("set_up_change.undo", id=change.id))
    return pages.Notice(heading, change.told.replace("\n", "; "), links=(link,))


@bp.route(f"/{ROLE}/setupchange/undo/", methods=["GET", "POST"])
def undo() -> Any:
    """Say what will stand there again; put it back."""
    if current.acting_role() != ROLE:
        abort(403)
    change = db.session.get(SetUpChange, row_key(request.values.get("id"))) or abort(404)
    own = url_for(f"{ROLE}_setupchange.details_view", id=change.id)
    if request.method == "GET":
        return render_template("casework/confirm.html", page=_question(change, own))
    try:
        set_up.undo(db.session, change)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
        return redirect(own)
    flash(_("Undone: it is as it was before."), "success")
    model = set_up.BY_NAME[change.subject]
    row = db.session.get(model, change.row_id)
    return redirect((details.url_of(ROLE, row) if row is not None else None) or own)


def _question(change: SetUpChange, own: str) -> pages.ConfirmPage:
    return pages.ConfirmPage(
        heading=_("Undo this change?"),
        lines=(_("What stood there before will stand there again:"), *change.told.split("\n")),
        verb=_("Undo this change"), back_url=own, action_url=url_for("set_up_change.undo", id=change.id),
        items=(pages.Cell(change.name),),
        stays=_("What was done under the changed rule stays: due days that were set are not counted anew."),
    )  # fmt: skip
