"""The office's own letters: a manager fetches a template, edits it in Word, and brings the new edition in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_views import current, options, pages
from admin_views.db import db
from admin_views.fields import AtMost, ChoiceField, LineField, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from admin_views.withdrawal import as_file
from casework import letters
from casework.letters import ENGLISH
from exports.letters import EXAMPLES, LARGEST, MIME, TemplateRefused, check
from models import Language, LetterTemplate
from models.declared import by_key
from models.permissions import LETTER_KINDS

bp = Blueprint("templates", __name__)
UNPROCESSABLE = 422


class TemplateForm(OfficeForm):
    kind = ChoiceField(_l("Letter"), [Required()], choices=[(word, _l(words)) for word, words in LETTER_KINDS])
    language_id = ChoiceField(_l("Language"), [Required()], choices=lambda: options.rows_of(Language))
    made_for = LineField(
        _l("What changed"),
        [AtMost(by_key(LetterTemplate)["made_for"].length)],
        description=_l("One sentence for whoever looks later."),
    )


@bp.route("/manager/lettertemplate/upload/", methods=["GET", "POST"])
def upload() -> Any:
    """Take a new edition in: it is tried out with invented values before it takes the place of the old one."""
    if current.acting_role() != "manager":
        abort(403)
    form = TemplateForm(request.form if request.method == "POST" else None, data=_asked())
    fault = ""
    if request.method == "POST" and form.validate():
        try:
            content = _file()
            check(content, form.kind.data)
            language = db.session.get_one(Language, form.language_id.data)
            made = letters.put_in_use(db.session, form.kind.data, language, content, form.made_for.data)
            db.session.commit()
        except TemplateRefused as refused:
            db.session.rollback()
            fault = str(refused)
        else:
            flash(_("Edition %(edition)s is in use from now on.", edition=made.edition), "success")
            return redirect(url_for("manager_lettertemplate.details_view", id=made.id))
    page = pages.FormPage(
        heading=_("Bring in a letter template"), title=_("Bring in a letter template"), verb=_("Try it and use it"),
        leave_url=url_for("manager_lettertemplate.index_view"),
        above=pages.Link(_("Letter templates"), url_for("manager_lettertemplate.index_view")),
        lead=_("A Word file with fields in double braces. It is tried out first with invented values."),
    )  # fmt: skip
    listed = [(_(words), [_field(*one) for one in EXAMPLES[kind].items()]) for kind, words in LETTER_KINDS]
    answer = render_template("casework/letter_template.html", page=page, form=form, fault=fault, letters=listed)
    return answer, UNPROCESSABLE if form.errors or fault else 200


def _field(name: str, example: Any) -> tuple[str, str]:
    """Give a field as it is written in Word, and what it holds where that is no plain text."""
    if isinstance(example, bool):
        return f"{{%p if {name} %}} ... {{%p endif %}}", _("yes or no")
    if isinstance(example, list):
        return f"{{%p for one in {name} %}} {{{{ one }}}} {{%p endfor %}}", _("a list")
    return f"{{{{ {name} }}}}", ""


def _asked() -> dict[str, Any]:
    """Begin with the letter and language that the address names, else with English."""
    kind = request.args.get("kind", "")
    language = (
        row_key(request.args.get("language"))
        or db.session.scalars(select(Language.id).where(Language.code == ENGLISH)).one_or_none()
    )
    return {"language_id": language, **({"kind": kind} if kind in dict(LETTER_KINDS) else {})}


def _file() -> bytes:
    """Give the file that came, read no further than one may be long. Raises TemplateRefused without one."""
    came = request.files.get("file")
    content = came.stream.read(LARGEST + 1) if came is not None else b""
    if not content:
        raise TemplateRefused(_("Choose the Word file first."))
    return content


@bp.get("/manager/lettertemplate/file/")
def file() -> Any:
    """Give a template's file, to edit it in Word; it holds nobody's data."""
    if current.acting_role() != "manager":
        abort(403)
    found = db.session.get(LetterTemplate, row_key(request.args.get("id"))) or abort(404)
    return as_file(found.content, f"{found.kind}-{found.language.code}-{found.edition}.docx", MIME)
