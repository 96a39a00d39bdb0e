"""What a case waits for: what is due by when and why, and every agency with its clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import pages, shown
from admin_views.case_agencies import acts_of
from admin_views.case_reads import has
from admin_views.case_record import meeting_words, meetings_ahead, referrals_of, who_goes
from admin_views.db import db
from casework.access import BY_NAME
from casework.calendar import local
from casework.context import acting
from casework.datetext import short
from casework.deadlines import reminders
from models import Appointment, Case, Deadline, Referral, Task
from models.declared import by_key

DUE, DEADLINE = "due", "deadline"  # the card's key; the panel of days set by others
Dated = tuple[date, pages.Line]


def due(role: str, case: Case) -> pages.Card:
    """Give what is to do, to keep and to attend, the earliest first; a deadline speaks for its own reminders."""
    ahead = deadlines_ahead(case)
    tasks = [_task(role, one) for one in _tasks(case) if one.about != DEADLINE or not ahead]
    found = [*tasks, *(_deadline(role, one) for one in ahead), *(_meeting(role, one) for one in meetings_ahead(case))]
    lines = tuple(line for _day, line in sorted(found, key=lambda pair: pair[0]))
    return pages.Card(DUE, _("Due"), lines, links=tuple(_add(role, case)), empty=_("Nothing is due."))


def _add(role: str, case: Case) -> Iterator[pages.Link]:
    yield pages.Link(_("Add a next step"), next_step_url(role, case))
    yield pages.Link(_("Add a deadline"), url_for(f"deadlines.{role}_add", case=case.id))


def next_step_url(role: str, case: Case) -> str:
    """Give the form of a new task in this case, for whoever is at the screen, else for its caseworker."""
    owner = acting(db.session).worker_id or case.lead_id
    return url_for(f"{role}_task.create_view", case_id=case.id, owner_id=owner)


def _tasks(case: Case) -> list[Task]:
    if not has(case, Task):
        return []
    found = select(Task).where(Task.case_id == case.id, Task.done_on.is_(None)).order_by(Task.due_on, Task.id)
    return list(db.session.scalars(found.options(joinedload(Task.owner))))


def _task(role: str, task: Task) -> Dated:
    day = task.put_off_until or task.due_on
    who = acting(db.session)
    owner = "" if task.owner_id == who.worker_id else task.owner.name
    put_off = _("put off from %(day)s: %(why)s", day=short(task.due_on), why=task.put_off_reason or "")
    second = " · ".join(part for part in (owner, put_off if task.put_off_until else "") if part)
    return day, pages.Line(
        task.what, _badge(day), second, url=_url_of_task(role, task), why=tuple((task.trace or "").splitlines()),
    )  # fmt: skip


def _url_of_task(role: str, task: Task) -> str:
    """Give the page of the record that this task waits for, else the task's own."""
    panel = BY_NAME.get(task.about or "")
    if panel is not None and role in panel.rights and task.about_id is not None:
        return url_for(f"{role}_{panel.name}.details_view", id=task.about_id)
    return url_for(f"{role}_task.details_view", id=task.id)


def _badge(day: date) -> pages.Badge:
    badge = shown.due_badge(day, acting(db.session).today, _day(day))
    return replace(badge, shape="calendar") if badge.state == "note" else badge


def _day(day: date) -> str:
    """Give a day without its year, which is near."""
    return short(day).rsplit(" ", 1)[0]


def deadlines_ahead(case: Case) -> list[Deadline]:
    if not has(case, Deadline):
        return []
    found = select(Deadline).where(Deadline.case_id == case.id, Deadline.state == "ahead").order_by(Deadline.due_on)
    return list(db.session.scalars(found.options(joinedload(Deadline.kind))))


def _deadline(role: str, one: Deadline) -> Dated:
    """Give a day set by others with the days that are left; the day itself stands in the second line."""
    day = short(one.due_on) + (f", {one.due_at:%H:%M}" if one.due_at else "")
    links = (pages.Link(_("Record what happened"), url_for(f"deadlines.{role}_happened", id=one.id)),)
    second = " · ".join(part for part in (one.kind.words, day, one.source or "") if part)
    url = url_for(f"{role}_deadline.details_view", id=one.id)
    return one.due_on, pages.Line(one.what, days_left(one.due_on), second, url=url, links=links)


def days_left(day: date) -> pages.Badge:
    """Give how many days are left; the day begins to press with its first reminder."""
    left = (day - acting(db.session).today).days
    if left <= 0:
        return _badge(day)
    words = ngettext("1 day left", "%(num)s days left", left)
    presses = left <= max(reminders(db.session))
    return pages.Badge(words, "soon") if presses else pages.Badge(words, "note", "calendar")


def _meeting(role: str, one: Appointment) -> Dated:
    starts = local(one.starts_at)
    is_today = starts.date() == acting(db.session).today
    words = _("Today %(time)s", time=f"{starts:%H:%M}") if is_today else _day(starts.date())
    going = who_goes(one)
    second = " · ".join(part for part in (going, "" if is_today else f"{starts:%H:%M}") if part)
    url = url_for(f"{role}_appointment.details_view", id=one.id)
    return starts.date(), pages.Line(
        meeting_words(one),
        pages.Badge(words, "soon" if is_today else "note", "" if is_today else "calendar"),
        second,
        url,
    )


def agencies(role: str, case: Case) -> pages.Card:
    """Give every agency that was asked, with its clock.

    Source: service statement, "Quality casework" (several agencies co-ordinated until the matter is resolved).
    """
    lines = tuple(_agency(role, one) for one in reversed(referrals_of(case)) if one.status != "withdrawn")
    links = (
        pages.Link(_("Every agency and its clock"), url_for(f"case_agencies.{role}", case=case.id)),
        pages.Link(_("Note how they dealt with it"), url_for(f"conduct.{role}", case=case.id)),
    )
    return pages.Card(
        "agencies", _("Agencies"), lines, links=links, count=len({line.text for line in lines}),
        empty=_("No agency has been asked yet."),
    )  # fmt: skip


def _clock(referral: Referral) -> pages.Badge:
    return _badge(referral.response_due) if referral.response_due else pages.Badge(_("No day set"), "note", "calendar")


def _agency(role: str, referral: Referral) -> pages.Line:
    waits = referral.status in ("sent", "acknowledged")
    state = _(by_key(Referral)["status"].info.choice_label(referral.status))
    badge = _clock(referral) if waits else pages.Badge(state, shown.BADGES["status"].get(referral.status, "note"))
    told = referral.outcome.words if referral.outcome is not None else state if badge.text != state else ""
    second = " · ".join(part for part in (referral.request.words, told) if part)
    return pages.Line(
        referral.agency.name, badge, second, url=url_for(f"{role}_referral.details_view", id=referral.id),
        why=tuple((referral.due_trace or "").splitlines()) if waits else (), links=tuple(acts_of(role, referral)),
    )  # fmt: skip
