"""What the page of a case shows of consent: who may be told what, beside the timeline, and when it was agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from admin_views import details
from admin_views.case_reads import has, once
from admin_views.case_record import referrals_of
from admin_views.db import db
from admin_views.ledger import badge_of
from admin_views.pages import Badge, Card, Entry, Line, Link
from casework.calendar import utc_from_local
from casework.context import acting
from casework.coverage import is_live, listed
from casework.datetext import short
from casework.ledger import per_agency, sharing
from exports.letters import to_whom
from models import Agency, Case, Consent
from models.referrals import OUT

NOON = time(12)  # a consent has a day and no hour; at noon it stands among what happened that day


def consent_card(role: str, case: Case) -> Card | None:
    """Give "Consent to share": each agency with how its permission stands, in force first."""
    if case.client_id is None:
        return None
    today = acting(db.session).today
    found = per_agency(db.session, case, today, _sharing(case), _asked(case))
    lines = [_line(role, case, agency, consent, today) for agency, consent in found]
    return Card(
        key="consent", heading=_("Consent to share"), lines=tuple(lines),
        links=(
            Link(_("Ledger"), url_for(f"ledger.{role}", client=case.client_id)),
            Link(_("Record consent"), url_for(f"{role}_consent.create_view", client_id=case.client_id)),
        ),
        empty=_("Nothing is agreed yet, so nothing may leave."),
    )  # fmt: skip


def _sharing(case: Case) -> list[Consent]:
    """Give every permission of the client to share, the first given first."""
    if not has(case, Consent):
        return []
    shown = (joinedload(Consent.language), joinedload(Consent.interpreter))
    return once("consents", case, lambda: sharing(db.session, case, *shown))


def _asked(case: Case) -> list[Agency]:
    """Give each agency that the case has something with going out."""
    return [one.agency for one in referrals_of(case) if one.kind in OUT]


def _line(role: str, case: Case, agency: Agency | None, consent: Consent | None, today: date) -> Line:
    if consent is None:
        assert agency is not None
        ask = url_for(f"{role}_consent.create_view", client_id=case.client_id, agency_id=agency.id, kind="share_agency")
        return Line(agency.name, Badge(_("Not given"), "late"), links=(Link(_("Record consent"), ask),))
    live = is_live(consent, today)
    return Line(
        _(to_whom(consent)), badge_of(consent, live=live), second=_second(consent, live=live),
        url=details.url_of(role, consent), links=tuple(_starts(role, case, consent)) if live else (),
    )  # fmt: skip


def _second(consent: Consent, *, live: bool) -> str:
    """Give what one needs before telling anybody: which items, until when, or since when no longer."""
    if not live and consent.withdrawn_on is not None:
        return _("Since %(day)s", day=_plain(consent.withdrawn_on))
    last = _plain(consent.expires_on)
    if not live:
        return _("On %(day)s", day=last)
    return _("%(items)s, until %(day)s", items=listed(one.words for one in consent.scope), day=last)


def _plain(day: date) -> str:
    return short(day).partition(" ")[2]


def _starts(role: str, case: Case, consent: Consent) -> Iterator[Link]:
    """Begin a referral where everything but the items is agreed already."""
    if consent.agency is not None and consent.agency.active:
        for purpose in consent.purposes[:1]:
            begin = url_for(f"refer.{role}", case=case.id, request_id=purpose.id, agency_id=consent.agency_id)
            yield Link(_("Refer"), begin)


def consent_entries(role: str, case: Case) -> Iterable[Entry]:
    """Give the timeline's entries of consents: given and withdrawn; what left stands with its letter or referral."""
    if case.client_id is None:
        return
    for one in _sharing(case):
        if one.case_id in (None, case.id):
            yield from _of_consent(role, one)


def _of_consent(role: str, one: Consent) -> Iterator[Entry]:
    whom, url = _(to_whom(one)), details.url_of(role, one)
    how = _("Consent signed") if one.method == "signed" else _("Consent given")
    through = [one.interpreter.name] if one.interpreter is not None else []
    read = [_("explained in %(language)s", language=one.language.name)] if one.language is not None else []
    yield Entry(
        at=_noon(one.given_on), when=short(one.given_on), kind="agency", icon="doc", title=how, with_whom=whom,
        text=f"{listed(code.words for code in one.purposes)}: {listed(code.words for code in one.scope)}.",
        meta=", ".join([*read, *through]), url=url, inward=True,
    )  # fmt: skip
    if one.withdrawn_on is not None:
        yield Entry(
            at=_noon(one.withdrawn_on), when=short(one.withdrawn_on), kind="agency", icon="refused",
            title=_("Consent withdrawn"), with_whom=whom, text=_("Nothing more leaves under it."), url=url, inward=True,
        )  # fmt: skip


def _noon(day: date) -> datetime:
    return utc_from_local(day, NOON)
