"""Find an interpreter: who speaks it, who is free then, and who is not and why; for an appointment, ask them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import current, details, options, pages, shown
from admin_views.db import db
from admin_views.fields import ChipsField, ChoiceField, NumberField, Required, WhenText
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import asking
from casework import interpreters as matching
from casework.access import BY_NAME
from casework.problems import Problem, RuleBroken
from models import Appointment, Language, Worker
from models.fields import Sensitivity
from models.people import MODES

bp = Blueprint("interpreters", __name__)
ROLES = ("manager", "caseworker", "coordinator")
UNPROCESSABLE = 422
MAKE_SHEETS = ("manager", "coordinator")


class NeedForm(OfficeForm):
    language_id = ChoiceField(_l("Language"), [Required()], choices=lambda: options.rows_of(Language))
    mode = ChipsField(_l("How"), [Required()], choices=[(word, _l(words)) for word, words in MODES], default="spoken")
    starts_at = WhenText(_l("When"), [Required(_l("Enter the day and the time."))])
    minutes = NumberField(_l("Minutes"), [Required()], least=10, most=480, default=60)
    gender = ChipsField(_l("Gender wished"), [Required()], default="any", choices=(
        ("any", _l("Any")), ("female", _l("Woman")), ("male", _l("Man")),
    ))  # fmt: skip


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    appointment = _appointment()
    if request.method == "POST":
        return _act(role, appointment or abort(404))
    if appointment is not None:
        return _for_appointment(role, appointment)
    asked = bool(request.args)
    form = NeedForm(request.args if asked else None)
    found = _found(form) if asked and form.validate() else None
    return _show(role, form, found, None)


def _appointment() -> Appointment | None:
    key = request.args.get("appointment", "")
    if not key:
        return None
    return db.session.scalars(select(Appointment).where(Appointment.id == row_key(key))).one_or_none() or abort(404)


def _found(form: NeedForm) -> list[matching.Match]:
    language = db.session.get(Language, form.language_id.data)
    assert language is not None
    ends_at = form.starts_at.data + timedelta(minutes=form.minutes.data)
    return matching.find(db.session, language, form.mode.data, form.starts_at.data, ends_at, gender=form.gender.data)


def _for_appointment(role: str, appointment: Appointment) -> Any:
    if appointment.language is None:
        flash(_("This appointment needs no interpreter. Edit it to name the language first."), "info")
        return redirect(details.url_of(role, appointment) or url_for("home"))
    return _show(role, None, matching.for_appointment(db.session, appointment), appointment)


def _act(role: str, appointment: Appointment) -> Any:
    """Ask somebody for this appointment, or write down their answer."""
    said = request.form.get("said", "")
    worker = options.fetched(Worker)(row_key(request.form.get("worker")))
    if worker is None:
        abort(404)
    try:
        if said == "ask":
            _ask(appointment, worker)
        else:
            asking.answer(db.session, appointment, worker, said)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "error")
    else:
        words = {"ask": _("Asked"), "accepted": _("Accepted"), "declined": _("Declined")}[said]
        flash(f"{worker}: {words}.", "success")
    return redirect(url_for(f"interpreters.{role}", appointment=appointment.id))


def _ask(appointment: Appointment, worker: Worker) -> None:
    """Ask somebody; who is put back by a soft rule is asked on the board, where there is a box for the reason."""
    put_back = _put_back(appointment, worker)
    if put_back:
        why = f"{put_back[0][:1].lower()}{put_back[0][1:]}"
        text = _("Not asked: %(who)s %(why)s On the matching board the coordinator can ask with a reason.", who=worker,
                 why=why)  # fmt: skip
        raise RuleBroken([Problem("worker", text)])
    asking.ask(db.session, appointment, worker)


def _put_back(appointment: Appointment, worker: Worker) -> tuple[str, ...]:
    if appointment.language is None:
        return ()
    return next((one.soft for one in matching.for_appointment(db.session, appointment) if one.worker is worker), ())


def _show(role: str, form: NeedForm | None, found: list[matching.Match] | None, appointment: Appointment | None) -> Any:
    page = pages.FormPage(
        heading=_("Find an interpreter"), title=_("Find an interpreter"), verb=_("Show who is free"),
        leave_url=url_for("home"), echo_url=url_for("pages.date_in_words"), lead=_lead(appointment),
        above=_above(role, appointment),
    )  # fmt: skip
    free = [match for match in found or () if match.free]
    spoken = _language_id(form, appointment)
    others = [match for match in found or () if not match.free and _speaks(match, spoken)]
    silent = len(found or ()) - len(free) - len(others)
    asked = {row.worker_id: row.status for row in appointment.people} if appointment is not None else {}
    answer = render_template(
        "casework/interpreters.html", page=page, form=form, found=found, free=free, others=others, asked=asked,
        appointment=appointment, silent=_silent_words(silent),
        sheet_endpoint=f"interpreters.{role}_sheet" if role in MAKE_SHEETS else "",
        phones=BY_NAME["volunteer"].rights[role].see >= Sensitivity.PERSONAL,
    )  # fmt: skip
    return answer, UNPROCESSABLE if form is not None and form.errors else 200


def _language_id(form: NeedForm | None, appointment: Appointment | None) -> int | None:
    return appointment.language_id if appointment is not None else form.language_id.data if form is not None else None


def _speaks(match: matching.Match, language_id: int | None) -> bool:
    return any(one.language_id == language_id for one in match.worker.languages)


def _silent_words(count: int) -> str:
    """Say how many were left out because they do not speak the language at all."""
    return ngettext("One other person does not speak it.", "%(num)s others do not speak it.", count) if count else ""


def _lead(appointment: Appointment | None) -> str:
    if appointment is None:
        return ""
    where = f", {appointment.area}" if appointment.area else ""
    return f"{appointment.language}: {shown.moment(appointment.starts_at)}{where}"


def _above(role: str, appointment: Appointment | None) -> pages.Link | None:
    url = details.url_of(role, appointment)
    return pages.Link(str(appointment), url) if url else None


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/interpreters/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
