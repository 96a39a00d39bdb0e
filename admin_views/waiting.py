"""Who waits without anything in sight, in four blocks; each line leads to the one act that ends the wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import call_parts, current, details, pages
from admin_views.db import db
from casework import waiting
from casework.context import acting
from casework.waiting import Waiting
from models import Case
from models.fields import Sensitivity

bp = Blueprint("waiting", __name__)
ROLES = ("manager", "caseworker")


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    mine = request.args.get("mine") == "1"
    own = url_for(f"waiting.{role}")
    return render_template(
        "casework/waiting.html", cards=cards(role, mine=mine),
        ways=(pages.MenuItem(_("Everyone"), own, not mine), pages.MenuItem(_("Mine"), f"{own}?mine=1", mine)),
    )  # fmt: skip


def cards(role: str, *, mine: bool = False) -> tuple[pages.Card, ...]:
    """Give the blocks: no appointment offered, nobody spoken to, no plan agreed, no next step."""
    return (
        _card("offer", _("No appointment offered yet"), waiting.contacts_without_offer(db.session, mine=mine),
              lambda one: _offer_line(role, one), _("Everyone who contacted us has been offered an appointment.")),
        _card("contact", _("No contact with the client"), waiting.silent_cases(db.session, mine=mine),
              lambda one: _silent_line(role, one), _("Everyone has heard from us lately.")),
        _card("plan", _("No plan agreed"), waiting.without_agreed_plan(db.session, mine=mine),
              lambda one: _plan_line(role, one), _("Every running case has a plan that was agreed in time.")),
        _card("step", _("No next step"), waiting.without_next_step(db.session, mine=mine),
              lambda one: _step_line(role, one), _("Every running case has its next step.")),
    )  # fmt: skip


def _card(key: str, heading: str, rows: list[Any], line: Callable[[Any], pages.Line], empty: str) -> pages.Card:
    return pages.Card(key, heading, tuple(line(one) for one in rows), count=len(rows), empty=empty)


def _offer_line(role: str, one: Waiting) -> pages.Line:
    day = _("Day %(day)s", day=one.days)
    second = _("Contacted us on %(since)s; promised by %(day)s.", since=call_parts.near(one.since),
               day=call_parts.near(one.due.on))  # fmt: skip
    act = pages.Link(_("Book"), url_for(f"visit.{role}", case=one.case.id))
    return _line(role, one, pages.Badge(day, "late" if one.is_late else "soon"), second, act)


def _silent_line(role: str, one: Waiting) -> pages.Line:
    words = ngettext("1 day", "%(num)s days", one.days)
    second = _("Last contact on %(since)s.", since=call_parts.near(one.since))
    act = pages.Link(_("Log a call"), url_for(f"call.{role}", case=one.case.id))
    return _line(role, one, pages.Badge(words, "late"), second, act)


def _plan_line(role: str, one: Waiting) -> pages.Line:
    words = ngettext("1 day", "%(num)s days", one.days)
    second = _("To be agreed with the client by %(day)s.", day=call_parts.near(one.due.on))
    act = pages.Link(_("Open plan"), url_for(f"plan.{role}", case=one.case.id))
    return _line(role, one, pages.Badge(words, "late"), second, act)


def _line(role: str, one: Waiting, badge: pages.Badge, second: str, act: pages.Link) -> pages.Line:
    return pages.Line(_words(one.case), badge, _with_lead(one.case, second), details.url_of(role, one.case), (act,),
                      tuple(one.due.explained()))  # fmt: skip


def _step_line(role: str, case: Case) -> pages.Line:
    since = _("Open since %(day)s.", day=call_parts.near(case.opened_on)) if case.opened_on else ""
    act = pages.Link(_("Add a step"), url_for(f"{role}_task.create_view", case_id=case.id))
    return pages.Line(_words(case), pages.Badge(_("Not dated"), "soon"), _with_lead(case, since),
                      details.url_of(role, case), (act,))  # fmt: skip


def _words(case: Case) -> str:
    return case.label(Sensitivity.PERSONAL)


def _with_lead(case: Case, second: str) -> str:
    mine = case.lead_id == acting(db.session).worker_id
    return second if mine or case.lead is None else f"{case.lead.name} · {second}"


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/waiting/", _role, _page, defaults={"role": _role})
