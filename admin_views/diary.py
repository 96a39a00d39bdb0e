"""The diary: one week by person or by room. On a phone one day of it is shown as a list; it prints as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import current, held, pages
from admin_views.db import db
from admin_views.fields import DateText
from admin_views.forms import OfficeForm
from casework import diary_week as week
from casework.calendar import ONE_DAY, local
from casework.context import acting
from casework.datetext import in_words, short, without_year
from models import Appointment
from models.declared import by_key

bp = Blueprint("diary", __name__)
ROLES = ("manager", "caseworker", "coordinator")
UNPROCESSABLE = 422
WEEK = 7 * ONE_DAY


class WeekForm(OfficeForm):
    week = DateText(_l("Week of"), quick=())


@dataclass(frozen=True)
class MeetingShown:
    """One meeting: its clock times, what it is, and its page; `place` and `state` stand under it."""

    clock: str
    what: str
    place: str = ""
    state: str = ""
    url: str = ""


@dataclass(frozen=True)
class CellShown:
    meetings: tuple[MeetingShown, ...]
    free: str
    day: str
    is_chosen: bool  # the day that a phone shows
    is_closed: bool


@dataclass(frozen=True)
class LineShown:
    name: str
    note: str
    cells: tuple[CellShown, ...]

    @property
    def is_idle(self) -> bool:
        """Whether a phone has nothing to show of this line on the chosen day."""
        return not any(one.meetings or one.free for one in self.cells if one.is_chosen)


@dataclass(frozen=True)
class DayShown:
    """A column: its words, why it is closed, and where a phone finds it."""

    words: str
    closed: str
    url: str
    is_today: bool
    is_chosen: bool


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    form = WeekForm(request.args)
    today = acting(db.session).today
    asked = form.week.data if form.validate() and form.week.data else today
    by: week.By = "room" if request.args.get("by") == "room" else "person"
    with_free = request.args.get("free") == "1" and by == "person"
    monday = week.monday_of(asked)
    found = week.week_of(db.session, monday, by, with_free_hours=with_free)
    chosen = _chosen(found, asked)
    here = _Here(role, by, with_free)
    answer = render_template(
        "casework/diary.html", form=form, heading=_heading(monday), by=by, with_free=with_free,
        days=[_day(here, day, closed, chosen) for day, closed in zip(found.days, found.closed, strict=True)],
        lines=[_line(role, one, found, chosen) for one in found.lines],
        turns=_turns(here, monday), ways=_ways(here, asked), chosen_words=in_words(chosen) if chosen else "",
        free_url=here.url(asked, free=not with_free) if by == "person" else "",
        echo_url=url_for("pages.date_in_words"), own_url=url_for(f"diary.{role}"),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


@dataclass(frozen=True)
class _Here:
    """What stays the same from one week to the next."""

    role: str
    by: str
    with_free: bool

    def url(self, day: date, *, by: str = "", free: bool | None = None) -> str:
        shows_free = self.with_free if free is None else free
        return url_for(f"diary.{self.role}", week=f"{day:%d/%m/%Y}", by=by or self.by, free=1 if shows_free else None)


def _heading(monday: date) -> str:
    last = monday + WEEK - ONE_DAY
    return _("Week of %(first)s to %(last)s", first=without_year(monday), last=short(last))


def _chosen(found: week.Week, asked: date) -> date | None:
    """Give the day that a phone shows: the one asked for, else the first of the week."""
    return asked if asked in found.days else next(iter(found.days), None)


def _day(here: _Here, day: date, closed: str, chosen: date | None) -> DayShown:
    return DayShown(without_year(day), closed, here.url(day), day == acting(db.session).today, day == chosen)


def _turns(here: _Here, monday: date) -> tuple[pages.MenuItem, ...]:
    today = acting(db.session).today
    return (
        pages.MenuItem(_("Previous week"), here.url(monday - WEEK), False),
        pages.MenuItem(_("This week"), here.url(today), week.monday_of(today) == monday),
        pages.MenuItem(_("Next week"), here.url(monday + WEEK), False),
    )


def _ways(here: _Here, asked: date) -> tuple[pages.MenuItem, ...]:
    words = (("person", _("By person")), ("room", _("By room")))
    return tuple(pages.MenuItem(text, here.url(asked, by=by, free=False), here.by == by) for by, text in words)


def _line(role: str, one: week.Line, found: week.Week, chosen: date | None) -> LineShown:
    note = str(getattr(one.who, "floor", "") or ("" if one.who.kind == "staff" else _("volunteer")))
    closed = dict(zip(found.days, found.closed, strict=True))
    cells = tuple(
        CellShown(
            meetings=tuple(_meeting(role, meeting) for meeting in cell.meetings),
            free=", ".join(f"{begins:%H:%M}–{_end(ends)}" for begins, ends in cell.free), day=without_year(cell.day),
            is_chosen=cell.day == chosen, is_closed=bool(closed[cell.day]),
        )
        for cell in one.cells
    )  # fmt: skip
    return LineShown(one.who.name, note, cells)


def _end(ends: datetime) -> str:
    return f"{ends:%H:%M}" if ends.hour or ends.minute else "24:00"


def _meeting(role: str, one: week.Meeting) -> MeetingShown:
    clock = f"{local(one.starts_at):%H:%M}–{local(one.ends_at):%H:%M}"
    if one.appointment is None:
        return MeetingShown(clock, _("Busy"))
    meeting = one.appointment
    kind = _(by_key(Appointment)["kind"].info.choice_label(meeting.kind))
    page = held.page_of(role, meeting) if meeting.status in ("offered", "booked") else ""
    url = url_for(page or f"{role}_appointment.details_view", id=meeting.id)
    what = " ".join(filter(None, (meeting.case.ref if meeting.case is not None else "", kind)))
    return MeetingShown(clock, what, ", ".join(_places(meeting)), _state(meeting), url)


def _places(meeting: Appointment) -> Iterator[str]:
    if meeting.venue is not None:
        yield meeting.venue.name
    elif meeting.area is not None:
        yield meeting.area.name
    if meeting.language is not None:
        yield meeting.language.name


def _state(meeting: Appointment) -> str:
    """Say what a meeting is where it is not simply booked."""
    return "" if meeting.status == "booked" else _(by_key(Appointment)["status"].info.choice_label(meeting.status))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/diary/", _role, _page, methods=["GET"], defaults={"role": _role})
