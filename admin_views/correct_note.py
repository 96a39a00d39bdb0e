"""Correct a note that can no longer be changed: a further note, which holds instead of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views import current, details, options, pages, saving, shown, whose
from admin_views.db import db
from admin_views.fields import AreaField, ChoiceField, NumberField, Required, TicksField, WhenText
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import notes
from casework.problems import RuleBroken
from models import Case, CaseNote, Code
from models.cases import MEDIA
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("correct_note", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE = 422


class CorrectForm(OfficeForm):
    """The note as it should read; it begins with what stands in the wrong one."""

    text = AreaField(_l("What it should say"), [Required()], lines=8)
    at = WhenText(_l("When it happened"), [Required()], prefer="past")
    medium = ChoiceField(_l("How"), [Required()], choices=[(word, _l(words)) for word, words in MEDIA])
    contact_with = ChoiceField(_l("With"), [Required()], choices=[
        (word, _l(words)) for word, words in by_key(CaseNote)["contact_with"].info.choices
    ])  # fmt: skip
    kinds = TicksField(_l("Help given"), choices=lambda: options.codes("note_kind"))
    minutes = NumberField(_l("Minutes"), least=0)


def _correct(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    loading = (joinedload(CaseNote.case).joinedload(Case.client), selectinload(CaseNote.kinds))
    found = select(CaseNote).where(CaseNote.id == row_key(request.args.get("id"))).options(*loading)
    wrong = db.session.scalars(found).one_or_none() or abort(404)
    form = CorrectForm(request.form if request.method == "POST" else None, data=_as_it_stands(wrong))
    if request.method == "POST" and form.validate():
        try:
            _write(wrong, form)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(_("Saved: the note is corrected. What it said before stays in the file, struck out."), "success")
            return redirect(_page(role, wrong.case))
    return render_template("casework/form.html", page=_form_page(role, wrong), form=form), (
        UNPROCESSABLE if form.errors else 200
    )


def _as_it_stands(wrong: CaseNote) -> dict[str, Any]:
    return {
        "text": wrong.text, "at": wrong.at, "medium": wrong.medium, "contact_with": wrong.contact_with,
        "kinds": [kind.id for kind in wrong.kinds], "minutes": wrong.minutes,
    }  # fmt: skip


def _write(wrong: CaseNote, form: CorrectForm) -> CaseNote:
    kinds = options.fetched(Code)(form.kinds.data) if form.kinds.data else []
    return notes.correct(
        db.session, wrong, form.text.data, kinds=kinds, medium=form.medium.data, contact_with=form.contact_with.data,
        minutes=form.minutes.data, at=form.at.data,
    )  # fmt: skip


def _form_page(role: str, wrong: CaseNote) -> pages.FormPage:
    author = whose.name_of(wrong.created_by_id) or _("the program")
    return pages.FormPage(
        heading=_("Correct by a further note"), title=_("Correct by a further note"), verb=_("Save correction"),
        leave_url=_page(role, wrong.case), echo_url=url_for("pages.date_in_words"),
        above=pages.Link(wrong.case.label(Sensitivity.PERSONAL), _page(role, wrong.case)),
        lead=_("The note written by %(person)s on %(when)s stays in the file, struck out; this one holds instead.",
               person=author, when=shown.moment(wrong.created_at)),
    )  # fmt: skip


def _page(role: str, case: Case) -> str:
    return details.url_of(role, case) or url_for("pages.home")


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/casenote/correct/", _role, _correct, methods=["GET", "POST"], defaults={"role": _role})
