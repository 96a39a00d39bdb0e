"""Two records of one person: side by side, joined by one button, and parted again by another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import compare, current, details, options, pages, saving
from admin_views.db import db
from admin_views.fields import LookupField, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import audit, avoidance, finding, merging
from casework.calendar import local
from casework.context import acting
from casework.datetext import in_words
from casework.problems import RuleBroken
from models import Client
from models.fields import Sensitivity

bp = Blueprint("merge", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE = 422


class OtherForm(OfficeForm):
    other_id = LookupField(
        _l("The other record"), [Required()], finder="client", width="w-long",
        description=_l("Type its reference or part of the name."),
    )  # fmt: skip


def _page(role: str) -> Any:
    """Choose the other record, look at both, and say which is kept."""
    client = _client(role)
    form = OtherForm(request.form if request.method == "POST" else None, meta={"finders": {"client": _finder(client)}})
    kept = _met(request.form.get("keep"))
    if request.method == "POST" and kept is not None:
        return _join(role, client, kept)
    if request.method == "POST":
        form.validate()
    return _show(role, client, form)


def _client(role: str) -> Client:
    if current.acting_role() != role:
        abort(403)
    return _met(request.args.get("id")) or abort(404)


def _met(key: str | None) -> Client | None:
    loaded = (joinedload(Client.area), joinedload(Client.language), joinedload(Client.merged_into))
    return db.session.scalars(select(Client).where(Client.id == row_key(key)).options(*loaded)).one_or_none()


def _finder(client: Client) -> options.Finder:
    return options.Finder(db.session, Client, Sensitivity.PERSONAL, (Client.id != client.id,))


def _join(role: str, client: Client, kept: Client) -> Any:
    """Point one of the two at the other; `other` is the record beside the one whose page this is."""
    other = _met(request.form.get("other"))
    record = other if kept is client else client
    try:
        if record is None or kept not in (client, other):
            abort(400)
        merging.merge(db.session, record, kept)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
        return redirect(url_for(f"merge.{role}", id=client.id))
    flash(_("%(record)s is now the same person as %(kept)s. Nothing was moved.", record=record, kept=kept), "success")
    for words in _to_be_replaced(kept):
        flash(words, "warning")
    return redirect(details.url_of(role, kept) or url_for("home"))


def _to_be_replaced(client: Client) -> Iterator[str]:
    """Name each meeting ahead with somebody who must not meet this person, as is known now; never why."""
    for meeting, worker in avoidance.booked_against(db.session, client.id):
        begins = local(meeting.starts_at)
        yield _("%(day)s, %(time)s: %(who)s is not to meet this person. Choose somebody else for that appointment.",
                day=in_words(begins.date()), time=f"{begins:%H:%M}", who=worker)  # fmt: skip


def _show(role: str, client: Client, form: OtherForm) -> Any:
    others = _others(client, form)
    for one in others if request.method == "GET" else ():
        audit.write_now(db.engine, acting(db.session), "opened", "Client", one.id, "compared")
    page = pages.FormPage(
        heading=_("Is it the same person?"), title=_("Same person as %(client)s", client=client), verb=_("Compare"),
        leave_url=details.url_of(role, client) or url_for("home"),
        lookup_url=url_for(f"merge.{role}_found", id=client.id),
        above=pages.Link(client.label(Sensitivity.PERSONAL), details.url_of(role, client) or url_for("home")),
        lead=_("Nothing is moved or lost: one record points at the other, and that can be undone."),
    )  # fmt: skip
    answer = render_template(
        "casework/merge.html", page=page, form=form, client=client, others=others,
        table=compare.table(compare.facts_of(client), others),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _others(client: Client, form: OtherForm) -> list[Client]:
    """Give the chosen record, or those that look like the same person."""
    if form.other_id.data:
        chosen = _met(str(form.other_id.data))
        return [chosen] if chosen is not None else []
    found = finding.likely_same(db.session, client.name, client.phone or "")
    return [one.client for one in found.matches if one.client.id not in (client.id, client.merged_into_id)]


def _found(role: str) -> Any:
    """Suggest records for the look-up."""
    return saving.found_as_json(_finder(_client(role)), request.form.get("query", ""))


def _undo(role: str) -> Any:
    client = _client(role)
    try:
        merging.undo_merge(db.session, client)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    else:
        flash(_("%(client)s stands for itself again.", client=client), "success")
    return redirect(details.url_of(role, client) or url_for("home"))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/same/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
    bp.add_url_rule(f"/{_role}/same/found/", f"{_role}_found", _found, methods=["POST"], defaults={"role": _role})
    bp.add_url_rule(f"/{_role}/same/undo/", f"{_role}_undo", _undo, methods=["POST"], defaults={"role": _role})
