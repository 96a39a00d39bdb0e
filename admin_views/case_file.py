"""A case on paper: the whole file, and the card that says how to reach the person. Both are logged as exported."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import case_page, current, identity, named, pages, shown
from admin_views.db import db
from admin_views.keys import row_key
from casework.context import acting
from models import Case, Client

bp = Blueprint("case_file", __name__)
ROLES = ("manager", "caseworker")
WHOLE, CARD = "whole file", "contact card"  # what stands in the audit trail


def _case(role: str) -> Case:
    if current.acting_role() != role:
        abort(403)
    with_all = (joinedload(Case.client).joinedload(Client.language), joinedload(Case.lead), joinedload(Case.kind))
    found = select(Case).where(Case.id == row_key(request.args.get("id"))).options(*with_all)
    return db.session.scalars(found).unique().one_or_none() or abort(404)


def _log(case: Case, what: str) -> None:
    """Write the line of the audit trail before anything of the file is read."""
    named.note("exported", case, what)


def _whole(role: str) -> Any:
    """Print every entry and every card from the parts of the case's page, without paging.

    Source: service statement, "Access to case files".
    """
    case = _case(role)
    _log(case, WHOLE)
    page = pages.FilePage(
        title=_("Whole file of case %(ref)s", ref=case.ref), identity=identity.of_case(role, case),
        above=pages.Link(_("Case %(ref)s", ref=case.ref), url_for(f"{role}_case.details_view", id=case.id)),
        head=_("Case %(ref)s · whole file · confidential", ref=case.ref), printed=printed(),
        foot=_("Case %(ref)s, confidential", ref=case.ref), entries=tuple(case_page.whole_timeline(role, case)),
        cards=case_page.cards_of(role, case),
    )  # fmt: skip
    return render_template("casework/case_whole.html", page=page)


def printed() -> str:
    person = current.person()
    return _("Printed %(when)s by %(person)s", when=shown.moment(acting(db.session).now),
             person=person.name if person else "")  # fmt: skip


def _contact(role: str) -> Any:
    """Print how to reach somebody safely, and nothing of why."""
    case = _case(role)
    if case.client is None:
        abort(404)
    _log(case, CARD)
    client = case.client
    told = [
        (_("Say it"), ", ".join(part for part in (client.say_it, client.pronouns) if part)),
        (_("Contact person"), client.org_contact or ""), (_("Phone"), client.phone or _("None given")),
        (_("Language"), identity.language_of(client)), (_("Interpreter"), identity.interpreter_wish(client)),
        (_("Access"), identity.access_of(client)), (_("Caseworker"), case.lead.name if case.lead else ""),
    ]  # fmt: skip
    page = pages.ContactCard(
        title=_("Contact card"), above=pages.Link(
            _("Case %(ref)s", ref=case.ref), url_for(f"{role}_case.details_view", id=case.id)
        ),
        name=client.name, own_script=client.own_script or "", own_dir=identity.direction(client.own_script or ""),
        own_lang=identity.own_language(client),
        way=identity.safe_way(client), care=client.safe_note or "",
        facts=tuple(pages.Fact(label, pages.Cell(text)) for label, text in told if text), printed=printed(),
    )  # fmt: skip
    return render_template("casework/contact_card.html", page=page)


for _role in ROLES:
    for _name, _view in (("whole", _whole), ("contact", _contact)):
        bp.add_url_rule(f"/{_role}/case/{_name}/", f"{_role}_{_name}", _view, defaults={"role": _role})
