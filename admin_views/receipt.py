"""The receipt of a permission, for the client alone: which text, read by whom, given by which safe way."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import current, details, pages, saving
from admin_views.db import db
from admin_views.fields import ChipsField, LineField, Required
from admin_views.forms import OfficeForm
from admin_views.ledger import ROLES, bp
from admin_views.withdrawal import as_file, consent_of, ledger_url
from casework import letters, receipts
from casework.context import acting
from casework.problems import Problem, RuleBroken
from exports import letters as office_letters
from models import Consent, LetterTemplate

UNPROCESSABLE = 422
WAYS = (("hand", _l("Handed over in person")), ("kept", _l("Kept here for them")), ("letter", _l("Post")),
        ("email", _l("E-mail")))  # fmt: skip


class ReceiptForm(OfficeForm):
    way = ChipsField(_l("How it is given"), [Required(_l("Choose how it is given."))], choices=WAYS, default="hand")
    read_by = LineField(_l("Read to the client by"), width="w-medium")


def _receipt(role: str) -> Any:
    consent = consent_of(role, request.args.get("consent"))
    template = letters.template_for(db.session, "consent_receipt", consent.client.language)
    form = ReceiptForm(request.form if request.method == "POST" else None, data={"read_by": _reader(consent)})
    read_out = receipts.is_read_out(consent, template)
    if request.method == "POST" and form.validate() and _is_said(form, needed=read_out):
        try:
            return _made(consent, template, form, read_out=read_out)
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
    page = pages.FormPage(
        heading=_("Receipt for %(name)s", name=consent.client.name), title=_("Receipt"), verb=_("Make the receipt"),
        leave_url=ledger_url(role, consent.client),
        above=pages.Link(_("Consent ledger"), ledger_url(role, consent.client)),
        lead=_text_used(template, read_out=read_out),
    )  # fmt: skip
    answer = render_template(
        "casework/receipt.html", page=page, form=form, safe_contact=details.safe_contact(consent.client),
        unsafe=[str(words) for way, words in WAYS if receipts.unsafe(consent.client, way) is not None],
        fields_shown=("way", "read_by") if read_out else ("way",), given=consent.receipt_on,
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _reader(consent: Consent) -> str:
    return consent.interpreter.name if consent.interpreter is not None else ""


def _is_said(form: ReceiptForm, *, needed: bool) -> bool:
    if needed and not form.read_by.data:
        form.read_by.errors = [_("Say who reads it to the client in their language.")]
        return False
    return True


def _text_used(template: LetterTemplate, *, read_out: bool) -> str:
    if read_out:
        return _("There is no text in their language yet, so the English one is read to them.")
    return _("In %(language)s, edition %(edition)s.", language=template.language.name, edition=template.edition)


def _made(consent: Consent, template: LetterTemplate, form: ReceiptForm, *, read_out: bool) -> Any:
    person = current.person()
    receipts.give(db.session, consent, form.way.data)
    try:
        receipt = office_letters.receipt(
            template, consent, today=acting(db.session).today, read_by=form.read_by.data if read_out else "",
            signed_by=person.name if person else "",
        )  # fmt: skip
    except office_letters.TemplateRefused as refused:
        raise RuleBroken([Problem("", str(refused))]) from refused
    receipts.log(db.session, consent, form.way.data, receipt.sha256)
    db.session.commit()
    return as_file(receipt.content, receipt.name, office_letters.MIME)


for _role in ROLES:
    bp.add_url_rule(
        f"/{_role}/consent/receipt/", f"{_role}_receipt", _receipt, methods=["GET", "POST"], defaults={"role": _role},
    )  # fmt: skip
