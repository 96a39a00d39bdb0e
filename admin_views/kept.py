"""Keep a case to a few: the page that names them, and what the page of a kept case says."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_views import own_case, pages, saving
from admin_views.db import db
from admin_views.fields import AtMost, LineField, TicksField, VersionField
from admin_views.file_access import answered, attempt
from admin_views.forms import OfficeForm
from casework import kept
from casework.context import acting
from models import Case
from models.declared import by_key

bp = Blueprint("kept", __name__)
ROLES = own_case.ROLES
LONGEST = by_key(Case)["kept_reason"].length or 0


def may_say(case: Case) -> bool:
    """Say whether the person at the screen says to whom this case is kept: a manager, or its caseworker."""
    who = acting(db.session)
    return who.role == "manager" or (case.lead_id is not None and case.lead_id == who.worker_id)


def link(role: str, case: Case) -> list[pages.Link]:
    return [pages.Link(_("Keep to a few"), url_for(f"kept.{role}", case=case.id), quiet=True)] if may_say(case) else []


def card(_role: str, case: Case) -> pages.Card | None:
    """Give the card of a kept case, None for one that the whole team meets."""
    if not kept.is_kept(case):
        return None
    lines = (pages.Line(words(case), pages.Badge(_("Kept to a few"), "soon"), case.kept_reason or ""),)
    return pages.Card("kept", _("Confidential within the team"), lines)


def words(case: Case) -> str:
    """Give who meets a kept case, "" for one that the whole team meets."""
    if not kept.is_kept(case):
        return ""
    return _("Kept to %(people)s and the managers", people=", ".join(one.name for one in case.kept_to))


def _form_class(people: list[tuple[int, str]]) -> type[OfficeForm]:
    return type("KeptForm", (OfficeForm,), {
        "people": TicksField(_l("Who meets this case"), choices=people,
                             description=_l("Nobody ticked: the whole team. The caseworker and managers always do.")),
        "reason": LineField(_l("Why it is kept to a few"), [AtMost(LONGEST)], width="w-long",
                            description=_l("For example: somebody of the team lives next door.")),
        "version": VersionField(),
    })  # fmt: skip


def _page(role: str) -> Any:
    case = own_case.case_for(role)
    people = kept.who_could_be_named(db.session, case)
    made = _form_class([(one.id, one.name) for one in people])
    usual = {"people": [one.id for one in case.kept_to], "reason": case.kept_reason or ""}
    form = made(request.form if request.method == "POST" else None, obj=case, data=usual)
    if request.method == "POST" and form.validate() and not _is_stale(form):
        chosen = [one for one in people if one.id in form.people.data]
        if attempt(form, lambda: kept.keep_to(db.session, case, chosen, form.reason.data or "")):
            flash(_said(len(case.kept_to)), "success")
            return redirect(own_case.page_of(role, case))
    page = pages.FormPage(
        heading=_("Keep %(ref)s to a few", ref=case.ref), title=_("Keep to a few"), verb=_("Save"),
        leave_url=own_case.page_of(role, case), above=own_case.above(role, case),
        lead=_("Whoever is not named meets nothing of it: no list, search, count, sheet or page shows it to them."),
    )  # fmt: skip
    return answered("casework/form.html", form, page=page)


def _said(number: int) -> str:
    if not number:
        return _("Open to the whole team again.")
    return ngettext("Kept to %(num)s person and the managers.", "Kept to %(num)s people and the managers.", number)


def _is_stale(form: Any) -> bool:
    if form.version.is_stale:
        form.is_conflict, form.form_errors = True, [saving.changed_meanwhile().text]
        form.version.renew()
    return form.is_conflict


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/case/keep/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
