"""Documents: add one to a case, an incident or a consent, open it, set it aside. Nothing is shown inside a page.

What is opened is always saved to disk by the browser, under a name that tells nobody's name, with the kind that its
bytes had when it was kept; each opening is written to the trail first.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import CombinedMultiDict

from admin_views import current, details, options, pages, saving
from admin_views.db import db
from admin_views.fields import AtMost, ChoiceField, FileField, LineField, Required, TickField
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import audit, documents, sniff
from casework.context import acting
from casework.problems import RuleBroken
from models import Base, Case, Client, Code, Consent, Document, Incident
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("documents", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE = 422
# Twice what is kept: a file that is somewhat too large still gets its sentence, and the words typed beside it stay.
LARGEST_REQUEST = 2 * documents.LARGEST_FILE
ABOUT: dict[str, type[Base]] = {"case": Case, "incident": Incident, "consent": Consent}
FIELDS = by_key(Document)


class DocumentForm(OfficeForm):
    file = FileField(
        _l("File"), [Required(_l("Choose a file."))], largest=documents.LARGEST_FILE,
        accept=",".join(f".{ending}" for kind in sniff.KNOWN for ending in kind.endings),
        description=_l("At most 20 MB: %(kinds)s.", kinds=sniff.KINDS_IN_WORDS),
    )  # fmt: skip
    kind_id = ChoiceField(
        _l(FIELDS["kind"].info.label), [Required(_l("Choose what it is."))],
        choices=lambda: options.codes("document_kind"),
    )  # fmt: skip
    shows = LineField(
        _l(FIELDS["shows"].info.label), [AtMost(FIELDS["shows"].length or 0)], width="w-full",
        description=_l(FIELDS["shows"].info.help),
    )  # fmt: skip
    third_party = TickField(_l(FIELDS["third_party"].info.label), description=_l(FIELDS["third_party"].info.help))


def allow_large() -> None:
    """Let whoever is signed in send more on the page that takes files; runs before anything reads the request."""
    if request.endpoint in {f"{bp.name}.{role}" for role in ROLES} and current_user.is_authenticated:
        request.max_content_length = LARGEST_REQUEST


# Adding


def _add(role: str) -> Any:
    _only(role)
    name, row = _subject()
    form = DocumentForm(CombinedMultiDict([request.form, request.files]) if request.method == "POST" else None)
    if request.method != "POST" or not form.validate():
        return _show(role, name, row, form)
    kind = options.fetched(Code)(form.kind_id.data)
    try:
        documents.keep(
            db.session, documents.Belongs(**{name: row}), form.file.file_name, form.file.data, kind,
            shows=form.shows.data, third_party=form.third_party.data,
        )  # fmt: skip
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return _show(role, name, row, form)
    flash(_("The document is kept with its fingerprint."), "success")
    return redirect(_back(role, row))


def _only(role: str) -> None:
    if current.acting_role() != role:
        abort(403)


def _subject() -> tuple[str, Any]:
    """Give what the address names, as far as the reader may open it: ("case", row), an incident or a consent."""
    name = next((one for one in ABOUT if one in request.args), "case")
    model: Any = ABOUT[name]
    row = db.session.scalars(select(model).where(model.id == row_key(request.args.get(name)))).one_or_none()
    return name, row or abort(404)


def _back(role: str, row: Any) -> str:
    return details.url_of(role, row) or url_for("home")


def _show(role: str, name: str, row: Any, form: DocumentForm) -> Any:
    page = pages.FormPage(
        heading=_("Add a document"), title=_("Add a document"), verb=_("Keep document"), leave_url=_back(role, row),
        above=pages.Link(row.label(Sensitivity.PERSONAL), _back(role, row)), lead=_lead(name, row), busy=_("Sending"),
    )  # fmt: skip
    answer = render_template("casework/document.html", page=page, form=form)
    return answer, UNPROCESSABLE if form.errors else 200


def _lead(name: str, row: Any) -> str:
    if name == "incident":
        return _("About %(what)s of case %(case)s.", what=str(row).lower(), case=row.case)
    return _("About %(what)s.", what=str(row).lower()) if name == "consent" else ""


# Opening and setting aside


def _document() -> Document:
    """Give the document of the address within the reader's scope, and what names it."""
    whole = joinedload(Document.case).joinedload(Case.client), joinedload(Document.client)
    statement = select(Document).where(Document.id == row_key(request.args.get("id"))).options(*whole)
    return db.session.scalars(statement).one_or_none() or abort(404)


def _open(role: str) -> Any:
    _only(role)
    key = _document().id
    audit.write_now(db.engine, acting(db.session), "opened", "DocumentContent", key)
    document = _document()
    try:
        data = documents.content_of(db.session, document)
    except RuleBroken as broken:
        flash(str(broken), "warning")
        return redirect(_back(role, document))
    return send_file(
        BytesIO(data), mimetype=document.mime, as_attachment=True, download_name=documents.outward_name(document),
        etag=False,
    )  # fmt: skip


def _set_aside(role: str) -> Any:
    """Ask why, on a page of its own; then take it out of sight. Nothing is deleted."""
    _only(role)
    document = _document()
    reason, problems = request.form.get("reason", "").strip()[: FIELDS["voided_reason"].length], ()
    above: Any = document.case or document.consent or document.client
    if request.method == "POST":
        try:
            documents.set_aside(db.session, document, reason)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            problems = tuple(problem.text for problem in broken.problems)
        else:
            flash(_("Set aside. The document stays on file, out of sight."), "success")
            return redirect(_above(role, above))
    page = pages.ConfirmPage(
        heading=_("Set this document aside?"), verb=_("Set aside"), back_url=_back(role, document),
        action_url=url_for(f"documents.{role}_aside", id=document.id), asks_reason=True, reason=reason,
        lines=(_("It will no longer be shown with the file, and cannot be opened."),), problems=problems,
        stays=_("It is not deleted: its content, its fingerprint and your reason stay."),
        items=(pages.Cell(document.name),),
    )  # fmt: skip
    return render_template("casework/confirm.html", page=page), UNPROCESSABLE if problems else 200


def _above(role: str, row: Case | Consent | Client | None) -> str:
    return details.url_of(role, row) or url_for("home")


for _role in ROLES:
    for _ending, _path, _page, _methods in (
        ("", "documents", _add, ["GET", "POST"]), ("_open", "document/open", _open, ["GET"]),
        ("_aside", "document/aside", _set_aside, ["GET", "POST"]),
    ):  # fmt: skip
        bp.add_url_rule(f"/{_role}/{_path}/", f"{_role}{_ending}", _page, methods=_methods, defaults={"role": _role})
