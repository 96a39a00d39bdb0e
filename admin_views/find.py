"""The one find box: what it finds, what it may not show, and the way on to a new enquiry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_views import current, details, doors, jump
from admin_views.db import db
from admin_views.pages import Link
from casework import finding
from casework.context import acting
from casework.problems import RuleBroken
from casework.text import clean_line
from models import Client

bp = Blueprint("find", __name__)
ROLES = ("manager", "caseworker")
LONGEST = 100
MATCHED = {
    "name": _l("name"), "sounds": _l("name sounds alike"), "phone": _l("phone"), "postcode": _l("postcode"),
    "reference": _l("reference"),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One person among the results, as the page prints them."""

    name: str
    own_script: str
    url: str
    second: str
    age: str
    borough: str
    language: str
    caseworker: str
    open_cases: int
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Results:
    """What the page prints. `elsewhere` says by what another team's file matched, `ask` whom to ask about it."""

    heading: str
    text: str = ""
    rows: tuple[Row, ...] = ()
    elsewhere: str = ""
    ask: str = ""
    again: tuple[tuple[str, str], ...] = field(default=())


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    text = clean_line(request.form.get("find", "")[:LONGEST])
    found = finding.find(db.session, text) if text else finding.Found()
    own = details.url_of(role, found.exact) if found.exact is not None else None
    called = jump.page_called(role, text) if text and not found.matches else None
    if own or called is not None:
        return redirect(own or called.url)
    return render_template(
        "casework/find.html", page=_results(role, text, found), find_text=text, places=jump.pages_named(role, text),
        **_addresses(role),
    )  # fmt: skip


def _addresses(role: str) -> dict[str, str]:
    return {"intake_url": url_for(f"intake.{role}"), "ask_url": url_for(f"find.{role}_ask")}


def _results(role: str, text: str, found: finding.Found) -> Results:
    count = len(found.matches) + bool(found.elsewhere)
    if not text:
        heading = _("Find a client or a case")
    elif not count:
        heading = _("Nothing found")
    else:
        heading = ngettext("%(num)s result", "%(num)s results", count)
    return Results(
        heading, text, tuple(_row(role, match) for match in found.matches), matched(found.elsewhere),
        ", ".join(one.name for one in found.ask),
    )  # fmt: skip


def matched(kinds: tuple[str, ...]) -> str:
    """Give by what something was found: "match: name, phone"."""
    return _("match: %(kinds)s", kinds=", ".join(str(MATCHED[kind]) for kind in kinds)) if kinds else ""


def _row(role: str, match: finding.Match) -> Row:
    client = match.client
    also = _("also %(refs)s", refs=", ".join(match.also)) if match.also else ""
    leads = list(dict.fromkeys(case.lead.name for case in match.cases if case.lead is not None))
    return Row(
        client.name, client.own_script or "", details.url_of(role, client) or url_for("home"),
        " · ".join(part for part in (client.ref, also, matched(match.by)) if part),
        age_of(client, acting(db.session).today), str(client.area or ""), str(client.language or ""),
        ", ".join(leads), len(match.cases), tuple(_links(role, match)),
    )  # fmt: skip


def age_of(client: Client, today: date) -> str:
    """Give the age in years as text, empty where the date of birth is not known."""
    born = client.date_of_birth
    if born is None:
        return ""
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return str(today.year - born.year - (not had_birthday))


def _links(role: str, match: finding.Match) -> list[Link]:
    made = [Link(_("Open"), details.url_of(role, match.client) or url_for("home"))]
    if match.cases and f"call.{role}" in doors.endpoints():
        made.append(Link(_("Log a call"), url_for(f"call.{role}", case=match.cases[0].id)))
    made.append(Link(_("New case"), url_for(f"intake.{role}", client=match.client.id)))
    return made


def _ask(role: str) -> Any:
    """Leave the manager a note that something matched; it names what was looked for, never what was found."""
    if current.acting_role() != role:
        abort(403)
    text = clean_line(request.form.get("find", "")[:LONGEST])
    try:
        asked = finding.ask_manager(db.session, text)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    else:
        flash(_("%(name)s has it on their list and will come to you.", name=asked.owner.name), "success")
    return redirect(url_for("home"))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/find/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
    bp.add_url_rule(f"/{_role}/find/ask/", f"{_role}_ask", _ask, methods=["POST"], defaults={"role": _role})
