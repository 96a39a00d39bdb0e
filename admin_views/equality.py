"""Equality questions: written down once, counted, and shown to nobody again. An objection takes the answers out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_views import current, details, pages, saving
from admin_views.db import db
from admin_views.fields import ChipsField, ChoiceField, DateText, Required
from admin_views.fields_choice import Option
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from admin_views.own_case import ROLES, UNPROCESSABLE
from casework import equality
from casework.context import acting
from casework.datetext import short
from casework.problems import RuleBroken
from models import Client, EqualityAnswer
from models.declared import by_key
from models.equality import NOT_ASKED, QUESTIONS
from models.fields import Sensitivity

bp = Blueprint("equality", __name__)
LISTS = ("ethnic_group", "religion")  # too long for chips
GROUPS = (  # of ethnic groups, by the first answer of each
    ("bangladeshi", _l("Asian or Asian British")), ("african", _l("Black, Black British, Caribbean or African")),
    ("white_asian", _l("Mixed or multiple")), ("british", _l("White")), ("arab", _l("Another group")),
    ("declined", ""),
)  # fmt: skip


def _options(question: str) -> list[Option]:
    """Give the answers; what was not asked is left open, so it is no answer to choose."""
    info, group = by_key(EqualityAnswer)[question].info, ""
    headings = dict(GROUPS) if question == "ethnic_group" else {}
    made = []
    for word, label in info.choices:
        group = str(headings.get(word, group))
        if word != NOT_ASKED:
            made.append(Option(word, _(label), group=group))
    return made


def _field(question: str) -> Any:
    info = by_key(EqualityAnswer)[question].info
    kind = ChoiceField if question in LISTS else ChipsField
    return kind(_l(info.label), description=_l(info.help) if info.help else "", choices=lambda: _options(question))


class _Asked(OfficeForm):
    asked_on = DateText(_l("Asked on"), [Required()], prefer="past")

    def answers(self) -> dict[str, str]:
        return {one: self[one].data for one in QUESTIONS if self[one].data}


AnswersForm = type("AnswersForm", (_Asked,), {one: _field(one) for one in QUESTIONS})


def _client(role: str) -> Client:
    """Give the person named in the address; 404 outside the reader's scope, and for what is no person."""
    if current.acting_role() != role:
        abort(403)
    key = row_key(request.args.get("client"))
    client = db.session.scalars(select(Client).where(Client.id == key)).one_or_none()
    return client if client is not None and client.kind != "organisation" else abort(404)


def _home(role: str, client: Client) -> str:
    return details.url_of(role, client) or url_for("home")


def _page(role: str) -> Any:
    client = _client(role)
    form = AnswersForm(request.form if request.method == "POST" else None, data={"asked_on": acting(db.session).today})
    if request.method == "POST" and form.validate():
        try:
            equality.write_down(db.session, client, form.answers(), form.asked_on.data)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(_("Saved. The answers are counted and not shown again."), "success")
            return redirect(_home(role, client))
    page = pages.FormPage(
        heading=_("Equality questions"), title=_("Equality questions"), verb=_("Save answers"),
        leave_url=_home(role, client), above=pages.Link(client.label(Sensitivity.PERSONAL), _home(role, client)),
        lead=_("Say first: every question may stay open, and no answer changes what we do for you."),
        echo_url=url_for("pages.date_in_words"), is_drafted=False,
        groups=(pages.Group(_("Six questions"), QUESTIONS), pages.Group(_("When"), ("asked_on",))),
    )  # fmt: skip
    answer = render_template(
        "casework/equality.html", page=page, form=form, before=_before(client),
        object_url=url_for(f"equality.{role}_object", client=client.id),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _before(client: Client) -> tuple[str, bool]:
    """Say when they were asked or objected, and whether they may still object. Never what they answered."""
    days = equality.days_of(db.session, client)
    if days is None:
        return _("Not asked yet."), True
    asked_on, objected_on = days
    if objected_on is None:
        return _("Asked on %(day)s.", day=short(asked_on)), True
    day = short(objected_on)
    return _("They do not want to be counted, since %(day)s. Ask again only if they wish it.", day=day), False


def _object(role: str) -> Any:
    """Take the answers out: the client has said that they do not want to be counted."""
    client = _client(role)
    equality.object_to(db.session, client)
    db.session.commit()
    flash(_("Written down. No answer of theirs is kept any more."), "success")
    return redirect(_home(role, client))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/equality/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
    bp.add_url_rule(
        f"/{_role}/equality/object/", f"{_role}_object", _object, methods=["POST"], defaults={"role": _role}
    )
