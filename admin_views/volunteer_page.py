"""A volunteer on one page: languages, week, papers, what they gave and what they asked; two short forms to add to it.

Whom they keep away from is written here and not shown again: a coordinator reads only how many wishes there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import current, details, pages, saving, shown
from admin_views.board_shown import heading, near
from admin_views.db import db
from admin_views.fields import ChipsField, DateText, LineField, NumberField, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import volunteers
from casework.context import acting
from casework.datetext import WEEKDAYS, short
from casework.problems import Problem, RuleBroken
from models import Availability, Avoidance, LanguageOffer, LanguageRequest, VolunteerEntry, Worker
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("volunteer_page", __name__)
ROLES = ("manager", "coordinator")
UNPROCESSABLE = 422
MOST_MINUTES, MOST_ROWS = 1440, 12
POUNDS = re.compile(r"£?\s*(\d{1,4})(?:[.,](\d{2}))?")
AN_HOUR = 60
OVER_A_WEEKEND = timedelta(days=3)


class EntryForm(OfficeForm):
    kind = ChipsField(_l("What"), [Required()], default="hours", choices=[
        (word, _l(words)) for word, words in by_key(VolunteerEntry)["kind"].info.choices
    ])  # fmt: skip
    day = DateText(_l("Day"), [Required(_l("Give the day."))], prefer="past")
    minutes = NumberField(_l("Minutes"), least=1, most=MOST_MINUTES, description=_l("For hours."))
    pounds = LineField(_l("Pounds"), width="w-short", description=_l("For an expense, for example 2.80."))
    what = LineField(_l("What for"), width="w-full")


class WishForm(OfficeForm):
    kind = ChipsField(_l("Keeps away from"), [Required()], default="person", choices=[
        (word, _l(words)) for word, words in by_key(Avoidance)["kind"].info.choices
    ])  # fmt: skip
    text = LineField(
        _l("Who or where"), [Required(_l("Write who or where it is."))], width="w-full",
        description=_l("First name and surname, or the name of the estate. It is compared with the files and not shown "
                       "again; others only read “not this person”."),
    )  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """One paper: since when it is there, until when it counts."""

    name: str
    since: str
    badge: pages.Badge


@dataclass(frozen=True)
class Profile:
    """Everything of a volunteer's page, as plain values."""

    worker: Worker
    lead: str
    buttons: tuple[pages.Link, ...]
    facts: tuple[pages.Fact, ...]
    languages: tuple[pages.Row, ...]
    week: tuple[tuple[str, str], ...]
    exceptions: tuple[tuple[str, str], ...]
    papers: tuple[Paper, ...]
    given: tuple[pages.Fact, ...]
    entries: tuple[pages.Row, ...]
    asked: tuple[pages.Row, ...]
    wishes: str


def page(role: str, worker: Worker, entry: EntryForm | None = None, wish: WishForm | None = None) -> Any:
    """Give the page of one volunteer; a form with faults comes back as it was typed."""
    entry = entry or EntryForm(data={"day": acting(db.session).today, "kind": "hours"})
    wish = wish or WishForm(prefix="wish-")
    faulty = bool(entry.errors or entry.form_errors or wish.errors or wish.form_errors)
    answer = render_template(
        "casework/volunteer.html", role=role, page=_profile(role, worker), entry=entry, wish=wish,
        entry_url=url_for(f"volunteer_page.{role}_enter", id=worker.id),
        wish_url=url_for(f"volunteer_page.{role}_keep_apart", id=worker.id), echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    return (answer, UNPROCESSABLE) if faulty else answer


def _profile(role: str, worker: Worker) -> Profile:
    return Profile(
        worker=worker, lead=_lead(worker), buttons=tuple(_buttons(role, worker)), facts=tuple(_facts(worker)),
        languages=tuple(_languages(worker)), week=tuple(_week(worker)), exceptions=tuple(_exceptions(worker)),
        papers=tuple(_papers(worker)), given=tuple(_given(worker)), entries=tuple(_entries(worker)),
        asked=tuple(_asked(role, worker)), wishes=_wishes(worker),
    )  # fmt: skip


def _lead(worker: Worker) -> str:
    state = _("Volunteer") if worker.active else _("Volunteer, not active with us now")
    return ", ".join(filter(None, (state, worker.base_area.name if worker.base_area is not None else "")))


def _buttons(role: str, worker: Worker) -> Iterator[pages.Link]:
    yield pages.Link(_("Edit"), url_for(f"{role}_volunteer.edit_view", id=worker.id), primary=True)
    yield pages.Link(_("Matching board"), url_for(f"board.{role}"))


def _facts(worker: Worker) -> Iterator[pages.Fact]:
    for key in ("phone", "email", "gender", "hours_a_month"):
        field = by_key(Worker)[key]
        cell = shown.cell(field, worker, Sensitivity.PERSONAL)
        if cell.text:
            yield pages.Fact(_(field.info.label), cell)
    if worker.may_hold_helpline:
        yield pages.Fact(_("Helpline"), pages.Cell(_("May hold the telephone")))


def _languages(worker: Worker) -> Iterator[pages.Row]:
    for one in worker.languages:
        words = [shown.text(by_key(type(one))[key], one, Sensitivity.OFFICE) for key in ("mode", "level", "dialect")]
        yield pages.Row(str(one.id), tuple(map(pages.Cell, (one.language.name, *words))))


def _week(worker: Worker) -> Iterator[tuple[str, str]]:
    weekly = sorted((one for one in worker.availability if one.day is None), key=lambda one: (one.weekday, one.starts))
    for day, name in enumerate(WEEKDAYS):
        hours = [_hours(one) for one in weekly if one.weekday == str(day)]
        if hours:
            yield _(name), ", ".join(hours)


def _exceptions(worker: Worker) -> Iterator[tuple[str, str]]:
    today = acting(db.session).today
    dated = [(one.day, one) for one in worker.availability if one.day is not None and one.day >= today]
    runs: list[tuple[date, date, str]] = []
    for day, one in sorted(dated, key=lambda pair: (pair[0], pair[1].starts)):
        goes_on = bool(runs) and runs[-1][2] == _hours(one) and day - runs[-1][1] <= OVER_A_WEEKEND
        first = runs.pop()[0] if goes_on else day
        runs.append((first, day, _hours(one)))
    for first, last, hours in runs:
        yield (near(first) if first == last else _("%(first)s to %(last)s", first=near(first), last=near(last))), hours


def _hours(one: Availability) -> str:
    words = f"{one.starts:%H:%M}–{one.ends:%H:%M}"
    return words if one.free else _("not %(hours)s", hours=words)


def _papers(worker: Worker) -> Iterator[Paper]:
    for what, begins, ends in volunteers.RUNS_OUT:
        since, until = getattr(worker, begins), getattr(worker, ends)
        yield Paper(_(what), _("since %(day)s", day=short(since)) if since else "", _paper_badge(worker, since, until))


def _paper_badge(worker: Worker, since: date | None, until: date | None) -> pages.Badge:
    today = acting(db.session).today
    if since is None:
        return pages.Badge(_("Not on record"), "soon")
    if until is None:
        return pages.Badge(_("In force"), "ok")
    if until < today:
        return pages.Badge(_("Ran out %(day)s", day=short(until)), "late")
    soon = any(one.until == until and one.worker is worker for one in volunteers.lapses(db.session))
    return pages.Badge(_("Until %(day)s", day=short(until)), "soon" if soon else "ok")


def _given(worker: Worker) -> Iterator[pages.Fact]:
    given = volunteers.given_by(db.session, worker)
    times = ngettext("%(hours)s in 1 request", "%(hours)s in %(num)s requests", given.requests,
                     hours=_time(given.interpreted))  # fmt: skip
    yield pages.Fact(_("Interpreted"), pages.Cell(times))
    yield pages.Fact(_("Other hours"), pages.Cell(_time(given.other_minutes)))
    owed = pages.Badge(pounds(given.owed_pence), "soon") if given.owed_pence else None
    yield pages.Fact(_("Expenses owed"), pages.Cell(pounds(given.owed_pence), owed))
    thanked = short(given.thanked_on) if given.thanked_on else _("not yet")
    yield pages.Fact(_("Thanked"), pages.Cell(thanked))


def _time(minutes: int) -> str:
    return f"{minutes // AN_HOUR}:{minutes % AN_HOUR:02d} h"


def pounds(pence: int) -> str:
    """Give "£3.50"."""
    return f"£{pence // 100}.{pence % 100:02d}"


def _entries(worker: Worker) -> Iterator[pages.Row]:
    for one in sorted(worker.entries, key=lambda one: (one.day, one.id), reverse=True)[:MOST_ROWS]:
        amount = _time(one.minutes) if one.minutes else pounds(one.pence) if one.pence else ""
        kind = _(by_key(VolunteerEntry)["kind"].info.choice_label(one.kind))
        paid = _("paid %(day)s", day=short(one.paid_on)) if one.paid_on else _("not paid yet") if one.pence else ""
        cells = (short(one.day), kind, amount, ", ".join(filter(None, (one.what, paid))))
        yield pages.Row(str(one.id), tuple(map(pages.Cell, cells)))


def _asked(role: str, worker: Worker) -> Iterator[pages.Row]:
    """Give what they were asked last, within the reader's scope."""
    wanted = (
        select(LanguageOffer)
        .join(LanguageRequest, LanguageOffer.request_id == LanguageRequest.id)
        .where(LanguageOffer.worker_id == worker.id)
        .options(
            joinedload(LanguageOffer.request).joinedload(LanguageRequest.language),
            joinedload(LanguageOffer.request).joinedload(LanguageRequest.case),
        )
        .order_by(LanguageOffer.id.desc())
        .limit(MOST_ROWS)
    )
    for one in db.session.scalars(wanted):
        answer = _(by_key(LanguageOffer)["status"].info.choice_label(one.status))
        day = pages.Cell(short(one.asked_on) if one.asked_on else _("earlier"), url=details.url_of(role, one.request))
        ref = one.request.case.ref if one.request.case is not None else _("another team's case")
        yield pages.Row(str(one.id), (day, *map(pages.Cell, (heading(one.request), ref, answer))))


def _wishes(worker: Worker) -> str:
    number = volunteers.wishes(db.session, worker)
    if not number:
        return _("Nobody and nowhere was named yet. Ask: is there anybody you would rather not meet at work?")
    return ngettext(
        "1 wish is kept and compared with every file.", "%(num)s wishes are kept and compared with every file.", number
    )


# The two forms


def _enter(role: str) -> Any:
    worker = _worker(role)
    form = EntryForm(request.form)
    if not form.validate():
        return page(role, worker, entry=form)
    kind = form.kind.data
    try:
        volunteers.enter(
            db.session, worker, kind, form.day.data, what=form.what.data or "",
            minutes=form.minutes.data if kind == "hours" else None,
            pence=_pence(form.pounds.data) if kind == "expense" else None,
        )  # fmt: skip
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        box = {"hours": "minutes", "expense": "pounds"}.get(kind, "kind")
        places = [Problem("day" if "day" in one.text.casefold() else box, one.text) for one in broken.problems]
        saving.show_problems(form, places)
        return page(role, worker, entry=form)
    flash(_("Written down."), "success")
    return _back(role, worker)


def _pence(typed: str | None) -> int | None:
    """Read "2.80" or "£2.80" as 280; None for what is no amount."""
    found = POUNDS.fullmatch((typed or "").strip())
    return int(found[1]) * 100 + int(found[2] or 0) if found else None


def _keep_apart(role: str) -> Any:
    worker = _worker(role)
    form = WishForm(request.form, prefix="wish-")
    if not form.validate():
        return page(role, worker, wish=form)
    try:
        volunteers.keep_apart(db.session, worker, form.kind.data, form.text.data)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, [Problem("text", one.text) for one in broken.problems])
        return page(role, worker, wish=form)
    flash(_("Kept. It is compared with every file from now on."), "success")
    return _back(role, worker)


def _worker(role: str) -> Worker:
    if current.acting_role() != role:
        abort(403)
    wanted = select(Worker).where(Worker.id == row_key(request.args.get("id")), Worker.kind == "volunteer")
    return db.session.scalars(wanted).one_or_none() or abort(404)


def _back(role: str, worker: Worker) -> Any:
    return redirect(details.url_of(role, worker) or url_for("home"))


for _role in ROLES:
    for _name, _view in (("enter", _enter), ("keep_apart", _keep_apart)):
        bp.add_url_rule(
            f"/{_role}/volunteer-page/{_name.replace('_', '-')}/", f"{_role}_{_name}", _view, methods=["POST"],
            defaults={"role": _role},
        )  # fmt: skip
