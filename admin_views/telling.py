"""Telling a client the time: the words for each way that is safe for them, and one press once it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_views import details, pages, saving
from admin_views.db import db
from admin_views.forms import OfficeForm
from admin_views.held import ROLES, bp, find, lead_of
from casework import telling
from casework.calendar import local
from casework.datetext import in_words, without_year
from casework.problems import RuleBroken
from models import Appointment, Client
from models.appointments import TOLD_BY
from models.fields import Sensitivity

UNPROCESSABLE = 422
WORDS = dict(TOLD_BY)


@dataclass(frozen=True)
class WayShown:
    """One way: what to say or write by it, or why it is not safe; `done` stands on its button."""

    key: str
    name: str
    words: str
    done: str
    unsafe: str


class TellForm(OfficeForm):
    """Holds what was refused; the ways are buttons."""


def _page(role: str) -> Any:
    appointment = find(role)
    return _show(role, appointment, TellForm())


def _show(role: str, appointment: Appointment, form: OfficeForm) -> Any:
    client = appointment.case.client if appointment.case is not None else None
    own = url_for(f"held.{role}", id=appointment.id)
    label = appointment.case.label(Sensitivity.PERSONAL) if appointment.case is not None else ""
    page = pages.FormPage(
        heading=_("Tell the client the time"), title=_("Tell the client the time"), verb="", leave_url=own,
        above=pages.Link(label, own), lead=lead_of(appointment),
    )  # fmt: skip
    ways = [_way(appointment, client, key) for key in telling.WAYS]
    answer = render_template(
        "casework/telling.html", page=page, form=form, safe=details.safe_contact(client) if client is not None else "",
        ways=[one for one in ways if not one.unsafe], unsafe=[one for one in ways if one.unsafe],
        confirm_url=url_for(f"held.{role}_confirm", id=appointment.id), told=_told(appointment),
        phone=client.phone if client is not None else "",
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _told(appointment: Appointment) -> str:
    """Say when and by which way they were told already, if they were."""
    if appointment.client_told_on is None:
        return ""
    way = _(WORDS[appointment.client_told_by]).lower() if appointment.client_told_by else _("a safe way")
    return _("Told already on %(day)s, by %(way)s.", day=without_year(appointment.client_told_on), way=way)


def _way(appointment: Appointment, client: Client | None, key: str) -> WayShown:
    say = {
        "phone": _spoken, "text": _short, "email": _short, "post": _letter, "person": _face_to_face, "other": _agreed,
    }  # fmt: skip
    done = {
        "phone": _("I have rung them"), "text": _("I have sent the text"), "email": _("I have sent the e-mail"),
        "post": _("I have posted the letter"), "person": _("I have told them face to face"),
        "other": _("They know, in the way agreed"),
    }  # fmt: skip
    return WayShown(key, _(WORDS[key]), say[key](appointment), done[key], telling.why_unsafe(client, key))


def _when(appointment: Appointment) -> str:
    begins = local(appointment.starts_at)
    return _("%(day)s at %(clock)s", day=in_words(begins.date()), clock=f"{begins:%H:%M}")


def _spoken(appointment: Appointment) -> str:
    """Give what to say: whoever else picks up hears nothing of who rings or why."""
    going = [one.worker.name for one in appointment.people if one.status != "declined"]
    who = _("With me comes %(names)s.", names=", ".join(going[1:])) if going[1:] else ""
    cards = _("We show our cards at the door.") if appointment.kind == "home_visit" else ""
    first = _("First make sure that it is them and that they can talk; to anybody else say only that you ring again.")
    time = _("“We meet on %(when)s. Is that still safe for you?”", when=_when(appointment))
    return " ".join(filter(None, (first, time, who, cards)))


def _short(appointment: Appointment) -> str:
    """Give what to write: no name, nothing of who we are or why we meet."""
    return _("“%(when)s, as we said. If another time is better, please ring.”", when=_when(appointment))


def _letter(appointment: Appointment) -> str:
    return _("“We look forward to seeing you on %(when)s. If another time is better, please ring us.” Plain envelope, "
             "no name of ours on it.", when=_when(appointment))  # fmt: skip


def _face_to_face(appointment: Appointment) -> str:
    return _("Say it and, if it is safe for them to carry, write it down: %(when)s.", when=_when(appointment))


def _agreed(_appointment: Appointment) -> str:
    return _("In the way that stands above, for example through the person they have named: the time alone.")


def _confirm(role: str) -> Any:
    """Write down that the client has been told the time, today, by a way that is safe."""
    appointment = find(role)
    form, way = TellForm(request.form), request.form.get("way", "")
    try:
        if way not in telling.WAYS:
            flash(_("Press the way in which the client was told."), "warning")
            return redirect(url_for(f"held.{role}_tell", id=appointment.id))
        telling.tell(db.session, appointment, way)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return _show(role, find(role), form)
    flash(_("Written down: told by %(way)s.", way=_(WORDS[way]).lower()), "success")
    return redirect(details.url_of(role, appointment) or url_for("home"))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/visit/tell/", f"{_role}_tell", _page, methods=["GET"], defaults={"role": _role})
    bp.add_url_rule(f"/{_role}/visit/confirm/", f"{_role}_confirm", _confirm, methods=["POST"],
                    defaults={"role": _role})  # fmt: skip
