"""The frame around every page, and the first page of each role."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select

from admin_views import current, details, doors, pages, shown
from admin_views.db import db
from admin_views.fields import echo_answer
from admin_views.keys import row_key
from casework.access import BY_NAME, panel_for, panels_of
from casework.context import acting
from casework.datetext import in_words
from casework.settings import office
from models import Appointment, Referral, Task
from models.base import Base
from models.declared import by_key
from models.people import ROLES as ROLE_WORDS

bp = Blueprint("pages", __name__)
SHOWN = 12
TASK_SCREENS: dict[str, tuple[tuple[str, str], ...]] = {
    "manager": (("interpreters", "Interpreters"), ("figures", "Figures")),
    "caseworker": (("interpreters", "Interpreters"),),
    "coordinator": (("interpreters", "Interpreters"),),
    "reports": (("figures", "Figures"),),
}


def frame() -> pages.Frame | None:
    """Give what surrounds the page, for whoever is signed in."""
    who = current.person()
    if who is None:
        return None
    own = url_for(f"{who.role}_home.index")
    menu = [pages.MenuItem(_("My day"), own, request.path == own)] if who.role != "reports" else []
    menu += [_item(who.role, panel.name) for panel in panels_of(who.role) if not panel.setup]
    menu += [
        pages.MenuItem(_(words), url_for(f"{screen}.{who.role}"), (request.endpoint or "").startswith(f"{screen}."))
        for screen, words in TASK_SCREENS[who.role]
        if f"{screen}.{who.role}" in doors.endpoints()
    ]
    setup = [_item(who.role, panel.name) for panel in panels_of(who.role) if panel.setup]
    role = _(dict(ROLE_WORDS)[who.role])
    return pages.Frame(
        role, who.name, own, tuple(menu), tuple(setup), demo=current.config().demo,
        find_url=_if_there(f"find.{who.role}"), log_url=_if_there(f"call.{who.role}"),
        hide_url=_if_there("hide.screen"),
    )  # fmt: skip


def _if_there(endpoint: str) -> str | None:
    """Give the address of a page that not every role has."""
    return url_for(endpoint) if endpoint in doors.endpoints() else None


def _item(role: str, name: str) -> pages.MenuItem:
    endpoint = f"{role}_{name}"
    url = url_for(f"{endpoint}.index_view")
    return pages.MenuItem(
        _(BY_NAME[name].several.capitalize()), url, (request.endpoint or "").startswith(f"{endpoint}.")
    )


@bp.get("/")
def home() -> Any:
    who = current.person()
    return redirect(url_for(f"{who.role}_home.index")) if who else abort(403)


@bp.get("/r/<table>/<ref>")
def record(table: str, ref: str) -> Any:
    """Send a permanent link to the record's page for the reader's role, if it is within their reach."""
    panel = BY_NAME.get(table) or abort(404)
    model: Any = panel.model
    key = or_(model.ref == ref, model.id == row_key(ref)) if hasattr(model, "ref") else model.id == row_key(ref)
    row = db.session.scalars(select(model).where(key)).first()
    url = details.url_of(current.acting_role(), row) if row is not None else None
    return redirect(url) if url else abort(404)


@bp.post("/date-in-words")
def date_in_words() -> Any:
    """Answer what a typed day means, for the line under its box."""
    text, prefer = request.form.get("text", "")[:100], request.form.get("prefer", "future")
    answer = echo_answer(text, prefer, acting(db.session).today, office(db.session))
    return jsonify(answer)


def page(role: str) -> Any:
    """Give the first page: what is late or due, the next appointments, what waits for an answer."""
    if role == "reports":
        return redirect(url_for("figures.reports"))
    today = acting(db.session).today
    blocks = [_block(role, Task, _due_tasks(today)), _block(role, Appointment, _next_meetings())]
    if panel_for(Referral, role):
        blocks.append(_block(role, Referral, _open_referrals(today)))
    return render_template("casework/home.html", page=pages.HomePage(
        heading=_("My day"), lead=in_words(today), blocks=tuple(blocks), buttons=tuple(_starts(role)),
    ))  # fmt: skip


def _starts(role: str) -> list[pages.Link]:
    """Give what a day begins with: somebody comes to us, and everything else starts from there."""
    url = _if_there(f"intake.{role}")
    return [pages.Link(_("New enquiry"), url, primary=True)] if url else []


def _due_tasks(today: Any) -> Any:
    who = acting(db.session)
    rule = Task.owner_id == who.worker_id
    return select(Task).where(
        rule, Task.done_on.is_(None), or_(Task.put_off_until.is_(None), Task.put_off_until <= today)
    )


def _next_meetings() -> Any:
    now = acting(db.session).now
    return select(Appointment).where(Appointment.ends_at >= now, Appointment.status.in_(("offered", "booked")))


def _open_referrals(_today: Any) -> Any:
    return select(Referral).where(Referral.status.in_(("sent", "acknowledged")))


_KNOWN_HERE: dict[type[Base], set[str]] = {Task: {"owner", "done_on"}, Referral: {"kind"}}  # told by the heading
_ORDERS: dict[type[Base], Any] = {
    Task: Task.due_on, Appointment: Appointment.starts_at, Referral: Referral.response_due,
}  # fmt: skip


def _block(role: str, model: type[Base], statement: Any) -> pages.Related:
    panel = panel_for(model, role)
    assert panel is not None
    see = panel.rights[role].see
    known = _KNOWN_HERE.get(model, set())
    fields = [
        one for one in by_key(model).values()
        if one.info.listed and one.info.sensitivity <= see and one.key not in known
    ]  # fmt: skip
    view = details_view(role, panel.name)
    rows = db.session.scalars(statement.order_by(_ORDERS[model], model.id).options(*view.loading(fields)).limit(SHOWN))
    made = []
    for row in rows.unique():
        cells = [shown.cell(one, row, see) for one in fields]
        made.append(pages.Row(str(row.id), (
            pages.Cell(cells[0].text or str(row), cells[0].badge, details.url_of(role, row)), *cells[1:],
        )))  # fmt: skip
    return pages.Related(
        heading=_HEADINGS[model](), count=len(made), columns=tuple(_(one.info.label) for one in fields),
        rows=tuple(made), all_url=url_for(f"{role}_{panel.name}.index_view") if len(made) == SHOWN else None,
        empty=_("Nothing here. Well done."),
    )  # fmt: skip


_HEADINGS: dict[type[Base], Any] = {
    Task: lambda: _("To do"), Appointment: lambda: _("Next appointments"), Referral: lambda: _("Waiting for answers"),
}  # fmt: skip


def details_view(role: str, name: str) -> Any:
    return current_app.extensions["casework_views"][role, name]
