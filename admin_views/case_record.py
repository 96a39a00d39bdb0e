"""Meetings, what was asked of agencies and what came back, and what left the office: on the page of a case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import pages, shown, whose
from admin_views.case_reads import has, once
from admin_views.db import db
from casework.calendar import utc_from_local
from casework.context import acting
from casework.datetext import short, without_weekday
from models import Appointment, AppointmentWorker, Case, Referral, Release
from models.declared import by_key

AHEAD = ("requested", "offered", "booked")  # the states of a meeting still to come
ICONS = {"phone": "phone", "video": "phone", "aftercare": "phone", "office": "person", "accompaniment": "person"}


def meetings(role: str, case: Case) -> Iterator[pages.Entry]:
    """Give what took place or should have; what is still to come stands under "Due"."""
    for one in _appointments(case, ahead=False):
        state = by_key(Appointment)["status"].info.choice_label(one.status)
        language = one.language.name if one.language is not None else ""
        yield pages.Entry(
            at=one.starts_at, when=shown.moment(one.starts_at), kind="visit", icon=ICONS.get(one.kind, "home"),
            title=meeting_words(one),
            with_whom=_(state).lower(), text=one.note or "", meta=dotted(who_goes(one), language),
            url=url_for(f"{role}_appointment.details_view", id=one.id), recorded_at=one.created_at,
            by=one.created_by_id,
        )  # fmt: skip


def meetings_ahead(case: Case) -> list[Appointment]:
    """Give the meetings still to come, the next first."""
    return _appointments(case, ahead=True)


def meeting_words(one: Appointment) -> str:
    return _(by_key(Appointment)["kind"].info.choice_label(one.kind))


def who_goes(one: Appointment) -> str:
    return ", ".join(person.worker.name for person in one.people if person.worker is not None)


def _is_ahead(one: Appointment) -> bool:
    return one.status in AHEAD and one.ends_at > acting(db.session).now


def _appointments(case: Case, *, ahead: bool) -> list[Appointment]:
    found = once("appointments", case, lambda: _read(case)) if has(case, Appointment) else []
    return [one for one in found if _is_ahead(one) is ahead]


def _read(case: Case) -> list[Appointment]:
    people = joinedload(Appointment.people).joinedload(AppointmentWorker.worker)
    found = select(Appointment).where(Appointment.case_id == case.id).order_by(Appointment.starts_at)
    return list(db.session.scalars(found.options(people, joinedload(Appointment.language))).unique())


# Agencies


def referrals_of(case: Case) -> list[Referral]:
    """Give every referral of the case with its agency and words, in one statement."""
    return once("referrals", case, lambda: _referrals(case)) if has(case, Referral) else []


def _referrals(case: Case) -> list[Referral]:
    links = (Referral.agency, Referral.request, Referral.outcome, Referral.refusal_reason, Referral.standard)
    found = select(Referral).where(Referral.case_id == case.id).order_by(Referral.id)
    return list(db.session.scalars(found.options(*(joinedload(one) for one in links))))


def agencies(role: str, case: Case) -> Iterator[pages.Entry]:
    """Give what was asked of agencies, what left the office with it, and what they answered.

    What left with a letter stands in the entry of the letter.
    """
    if not (found := referrals_of(case)):
        return
    left = select(Release).join(Release.referral).where(Referral.case_id == case.id).order_by(Release.id)
    releases = {one.referral_id: one for one in db.session.scalars(left.options(joinedload(Release.consent)))}
    for referral in found:
        yield from _course(role, referral, releases.get(referral.id))


def _course(role: str, referral: Referral, release: Release | None) -> Iterator[pages.Entry]:
    url = url_for(f"{role}_referral.details_view", id=referral.id)
    if referral.sent_on is not None:
        yield _sent(referral, release, url)
    if referral.acknowledged_on is not None:
        yield _came_back(referral, referral.acknowledged_on, _("Receipt confirmed"), "", url)
    if referral.responded_on is not None:
        yield _came_back(referral, referral.responded_on, _("Agency answer"), _answer(referral), url)
    elif referral.status == "no_response":
        day = referral.response_due or referral.sent_on or acting(db.session).today
        yield _came_back(referral, day, _("No response"), "", url)


def _sent(referral: Referral, release: Release | None, url: str) -> pages.Entry:
    assert referral.sent_on is not None
    is_told = referral.kind == "signpost"
    title = _("Signpost") if is_told else _("Referral in") if referral.kind == "referral_in" else _("Referral sent")
    due = _("Answer due %(day)s.", day=short(referral.response_due)) if referral.response_due else ""
    left = dotted(released_under(release), release.items) if release is not None else ""
    return pages.Entry(
        at=release.at if release is not None else day_as_moment(referral.sent_on),
        when=shown.moment(release.at) if release is not None else short(referral.sent_on),
        kind="agency", icon="agency" if release is None or release.channel not in ("letter", "email") else "letter",
        title=title, with_whom=_("%(agency)s: %(request)s", agency=referral.agency, request=referral.request.words),
        text="\n".join(part for part in (referral.reason or "", due) if part),
        meta=dotted(whose.name_of(release.created_by_id if release else referral.created_by_id), left), url=url,
        filled=release is not None, recorded_at=release.created_at if release else referral.created_at,
        by=release.created_by_id if release else referral.created_by_id,
    )  # fmt: skip


def released_under(release: Release) -> str:
    """Say under the consent of which day something left, and whether it was asked back."""
    under = _("released under the consent of %(day)s", day=without_weekday(release.consent.given_on))
    return dotted(under, _("asked back on %(day)s", day=short(release.recalled_on)) if release.recalled_on else "")


def _came_back(referral: Referral, day: date, title: str, text: str, url: str) -> pages.Entry:
    """Give what came from an agency; it was written down when the referral was last changed."""
    writing = {True: _("in writing"), False: _("only told")}.get(referral.in_writing, "") if text else ""
    late = referral.response_due is not None and referral.responded_on == day and day > referral.response_due
    due = _("was due %(day)s", day=short(referral.response_due)) if late and referral.response_due else ""
    return pages.Entry(
        at=day_as_moment(day, last=True), when=short(day), kind="agency", icon="agency", title=title,
        with_whom=_("%(agency)s: %(request)s", agency=referral.agency, request=referral.request.words), text=text,
        meta=dotted(writing, due), url=url, inward=True, recorded_at=referral.updated_at, by=referral.updated_by_id,
    )  # fmt: skip


def _answer(referral: Referral) -> str:
    words = [one.words for one in (referral.outcome, referral.refusal_reason) if one is not None]
    return ": ".join(words)


def day_as_moment(day: date, *, last: bool = False) -> datetime:
    """Give a moment that orders a whole day: its beginning, or with `last` its end."""
    return utc_from_local(day, time.max.replace(microsecond=0) if last else time.min)


def dotted(*parts: str) -> str:
    """Join what there is with a middle dot."""
    return " · ".join(part for part in parts if part)
