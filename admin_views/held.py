"""The visit itself: a sheet to take along, arriving and leaving with one tap, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import current, details, named, pages, saving, shown
from admin_views.db import db
from admin_views.fields import AreaField, ChipsField, DateText, LineField, Required, TickField
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import held, visits
from casework.calendar import local
from casework.context import acting
from casework.problems import RuleBroken
from casework.visit_way import Way, ways_to
from models import Appointment, AppointmentWorker, Case
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("held", __name__)
ROLES = ("manager", "caseworker")
COMES_ALONG = "coordinator"  # may be the second person of a visit, and meets no file: the taps alone
UNPROCESSABLE = 422
STATES = {word: words for word, words in by_key(Appointment)["status"].info.choices if word in held.OUTCOMES}


class HeldForm(OfficeForm):
    outcome = ChipsField(
        _l("What came of it"), [Required(_l("Say what came of it."))],
        choices=[(word, _l(words)) for word, words in STATES.items()],
    )  # fmt: skip
    id_carried = TickField(_l("The ID card was shown at the door"))
    all_left = TickField(_l("Everybody who went has left safely"))
    text = AreaField(
        _l("What was said or agreed"), [Required(_l("Say in a few words what happened."))],
        description=_l("Their own words in “quotes”. It becomes a note on the case."),
    )  # fmt: skip
    next_action = LineField(_l("What is to be done next"), width="w-full")
    next_on = DateText(_l("By"), prefer="future", quick=(1, 3, 10))


def find(role: str) -> Appointment:
    """Give the appointment that the address names, within the reader's scope, with everything that is shown of it."""
    if current.acting_role() != role:
        abort(403)
    wanted = select(Appointment).where(Appointment.id == row_key(request.args.get("id")))
    with_all = (
        joinedload(Appointment.case).joinedload(Case.client), joinedload(Appointment.area),
        joinedload(Appointment.language), joinedload(Appointment.venue),
        joinedload(Appointment.people).joinedload(AppointmentWorker.worker),
    )  # fmt: skip
    return db.session.scalars(wanted.options(*with_all)).unique().one_or_none() or abort(404)


def has_begun(appointment: Appointment) -> bool:
    return appointment.starts_at <= acting(db.session).now


def words_for(appointment: Appointment) -> str:
    """Name this page, and the button that leads to it, by what can be told now."""
    return _("How did it go?") if has_begun(appointment) else _("Confirm or call off")


def _page(role: str) -> Any:
    appointment = find(role)
    likely = {"outcome": "attended"} if has_begun(appointment) else {}  # before that it can only be called off
    form = HeldForm(request.form if request.method == "POST" else None, data=likely)
    if not held.still_there(appointment):
        del form.all_left  # nobody who arrived is still to leave
    if request.method == "POST" and form.validate():
        try:
            held.record(
                db.session, appointment, form.outcome.data, form.text.data, id_shown=form.id_carried.data,
                all_left="all_left" in form and form.all_left.data, next_action=form.next_action.data,
                next_on=form.next_on.data,
            )  # fmt: skip
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(_("Saved: %(state)s. The note is on the case.", state=STATES[appointment.status].lower()), "success")
            return redirect(details.url_of(role, appointment.case) or url_for("home"))
    return _show(role, appointment, form)


def _show(role: str, appointment: Appointment, form: HeldForm) -> Any:
    own = details.url_of(role, appointment) or url_for("home")
    heading = words_for(appointment)
    page = pages.FormPage(
        heading=heading, title=heading, verb=_("Save visit"), leave_url=own,
        above=pages.Link(appointment.case.label(Sensitivity.PERSONAL), details.url_of(role, appointment.case) or own),
        lead=lead_of(appointment), echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    answer = render_template("casework/held.html", page=page, form=form, appointment=appointment,
                             taps=_taps(role, appointment), people=_people(appointment),
                             sheet_url=url_for(f"held.{role}_sheet", id=appointment.id),
                             tell_url=_tell_url(role, appointment))  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def lead_of(appointment: Appointment) -> str:
    """Give "Home visit, Wed 25 Nov 2026, 11:00–12:00"."""
    kind = by_key(Appointment)["kind"].info.choice_label(appointment.kind)
    until = local(appointment.ends_at)
    return f"{_(kind)}, {shown.moment(appointment.starts_at)}–{until:%H:%M}"


def _people(appointment: Appointment) -> list[tuple[str, str]]:
    """Give who goes, each with where they are in words."""
    return [(one.worker.name, _whereabouts(one)) for one in appointment.people if one.status != "declined"]


def _whereabouts(one: AppointmentWorker) -> str:
    if one.checked_out_at is not None:
        return _("left safely at %(clock)s", clock=f"{local(one.checked_out_at):%H:%M}")
    if one.checked_in_at is not None:
        return _("arrived at %(clock)s", clock=f"{local(one.checked_in_at):%H:%M}")
    return _("not arrived yet") if one.role in held.SENT else _("interpreter")


def _taps(role: str, appointment: Appointment) -> list[tuple[str, str]]:
    """Give what can be told with one tap now: (address, words)."""
    mine = next((one for one in appointment.people if one.worker_id == acting(db.session).worker_id), None)
    on_the_day = local(appointment.starts_at).date() == acting(db.session).today
    if mine is None or appointment.kind not in held.GOES_OUT or not on_the_day or appointment.status != "booked":
        return []
    taps = []
    if mine.checked_in_at is None:
        taps.append((url_for(f"held.{role}_arrive", id=appointment.id), _("I have arrived")))
    if mine.checked_out_at is None:
        taps.append((url_for(f"held.{role}_leave", id=appointment.id), _("I have left safely")))
    return taps


def _along(role: str) -> Any:
    """Show a visit to somebody who comes along: when, in which borough, who goes, and the taps of the day."""
    appointment = find(role)
    if appointment.kind not in held.GOES_OUT or not _goes_along(appointment):
        abort(404)
    return render_template(
        "casework/held_along.html", lead=lead_of(appointment), ref=appointment.case.ref,
        area=appointment.area.name if appointment.area is not None else "", taps=_taps(role, appointment),
        people=_people(appointment), is_home_visit=appointment.kind == "home_visit",
    )  # fmt: skip


def _goes_along(appointment: Appointment) -> bool:
    me = acting(db.session).worker_id
    return any(one.worker_id == me and one.status != "declined" for one in appointment.people)


def page_of(role: str, appointment: Appointment) -> str:
    """Name the page on which this reader tells how a visit goes; empty where they have none."""
    along = role == COMES_ALONG and appointment.kind in held.GOES_OUT and _goes_along(appointment)
    return f"held.{role}" if role in ROLES or along else ""


def _tell_url(role: str, appointment: Appointment) -> str:
    """Give where the client is told the time, while it lies ahead."""
    is_ahead = appointment.status == "booked" and not has_begun(appointment)
    return url_for(f"held.{role}_tell", id=appointment.id) if is_ahead else ""


def _arrive(role: str) -> Any:
    return _tap(role, held.check_in, _("Written down: you have arrived."))


def _leave(role: str) -> Any:
    return _tap(role, held.check_out, _("Written down: you have left safely."))


def _tap(role: str, verb: Callable[..., AppointmentWorker], words: str) -> Any:
    appointment = find(role)
    try:
        verb(db.session, appointment, acting(db.session).worker_id)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    else:
        flash(words, "success")
    return redirect(url_for(f"held.{role}", id=appointment.id))


def _sheet(role: str) -> Any:
    """Give the sheet to take along; that it was opened is written down first."""
    appointment = find(role)
    named.note("opened", appointment, "visit sheet")
    client = appointment.case.client
    return render_template(
        "casework/visit_sheet.html", appointment=appointment, client=client, lead=lead_of(appointment),
        own_url=details.url_of(role, appointment), safe=details.safe_contact(client) if client is not None else "",
        going=[_goes(one) for one in appointment.people if one.status != "declined"],
        goes_out=appointment.kind in held.GOES_OUT, told=visits.warnings(appointment, db.session),
        ways=[_way(one) for one in ways_to(db.session, appointment)],
    )  # fmt: skip


def _way(one: Way) -> tuple[str, str]:
    """Give who comes, and from where with the time at which to set out."""
    return one.worker.name, _("%(way)s, about %(minutes)s minutes; leave by %(clock)s", way=one.words,
                              minutes=one.minutes, clock=f"{local(one.leave_by):%H:%M}")  # fmt: skip


def _goes(one: AppointmentWorker) -> tuple[str, str, str]:
    """Give who goes: name, as what, telephone."""
    words = by_key(AppointmentWorker)["role"].info.choice_label(one.role)
    return one.worker.name, _(words), one.worker.phone or ""


bp.add_url_rule(f"/{COMES_ALONG}/visit/held/", COMES_ALONG, _along, methods=["GET"], defaults={"role": COMES_ALONG})
for _role in ROLES:
    bp.add_url_rule(f"/{_role}/visit/held/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
    bp.add_url_rule(f"/{_role}/visit/sheet/", f"{_role}_sheet", _sheet, methods=["GET"], defaults={"role": _role})
for _role in (*ROLES, COMES_ALONG):
    for _name, _act in (("arrive", _arrive), ("leave", _leave)):
        bp.add_url_rule(f"/{_role}/visit/{_name}/", f"{_role}_{_name}", _act, methods=["POST"],
                        defaults={"role": _role})  # fmt: skip
