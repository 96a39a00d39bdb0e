"""Every agency of a case on one page: what it was asked, by when it must answer, what came of it, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import details, pages, shown
from admin_views.db import db
from admin_views.own_case import ROLES, above, case_for
from casework import next_steps
from casework.calendar import local
from casework.context import acting
from casework.datetext import short
from casework.next_steps import NextStep
from casework.referral_rules import WAITING
from models import Agency, AgencyConduct, Case, Referral, ReferralChase
from models.declared import by_key

bp = Blueprint("case_agencies", __name__)


def _page(role: str) -> Any:
    case = case_for(role)
    return render_template(
        "casework/case_agencies.html", above=above(role, case), bodies=tuple(_bodies(role, case)),
        buttons=tuple(_buttons(role, case)), title=_("Agencies of case %(ref)s", ref=case.ref),
    )  # fmt: skip


def _buttons(role: str, case: Case) -> Iterator[pages.Link]:
    yield pages.Link(_("Refer"), url_for(f"refer.{role}", case=case.id), primary=True)
    yield pages.Link(_("Note how they dealt with it"), url_for(f"conduct.{role}", case=case.id))
    yield pages.Link(_("Sent to us by a partner"), url_for(f"partners.{role}_came", case=case.id))
    yield pages.Link(_("Where to ask"), url_for(f"directory.{role}", area=case.area_id))


def _bodies(role: str, case: Case) -> Iterator[pages.Body]:
    """Give each agency with its requests, the one with the oldest open clock first."""
    found, chases, conducts = _requests(case), _chases(case), _conducts(case)
    steps = next_steps.next_steps(db.session, found)
    agencies = dict.fromkeys([one.agency for one in found] + [one.agency for one in conducts])
    for agency in sorted(agencies, key=lambda one: (_first_due(found, one), one.name)):
        own = [one for one in found if one.agency is agency]
        told = [one for one in conducts if one.agency is agency]
        yield pages.Body(
            key=str(agency.id), name=agency.name, url=details.url_of(role, agency) or "", second=_second(agency),
            asks=tuple(_ask(role, one, chases.get(one.id, []), steps.get(one.id, ())) for one in own),
            conduct=tuple(_conduct(role, one) for one in told),
        )  # fmt: skip


def _requests(case: Case) -> list[Referral]:
    links = (Referral.request, Referral.outcome, Referral.refusal_reason, Referral.previous, Referral.standard)
    agency = joinedload(Referral.agency)
    found = select(Referral).where(Referral.case_id == case.id).order_by(Referral.id.desc())
    whole = (agency.joinedload(Agency.kind), agency.joinedload(Agency.parent), *(joinedload(one) for one in links))
    return list(db.session.scalars(found.options(*whole)))


def _chases(case: Case) -> dict[int, list[ReferralChase]]:
    found = select(ReferralChase).join(Referral, Referral.id == ReferralChase.referral_id)
    made: dict[int, list[ReferralChase]] = {}
    for one in db.session.scalars(found.where(Referral.case_id == case.id).order_by(ReferralChase.at)):
        made.setdefault(one.referral_id, []).append(one)
    return made


def _conducts(case: Case) -> list[AgencyConduct]:
    agency = joinedload(AgencyConduct.agency)
    found = select(AgencyConduct).where(AgencyConduct.case_id == case.id).options(
        agency.joinedload(Agency.kind), agency.joinedload(Agency.parent), joinedload(AgencyConduct.code),
        joinedload(AgencyConduct.unit),
    )  # fmt: skip
    return list(db.session.scalars(found.order_by(AgencyConduct.happened_on.desc(), AgencyConduct.id.desc())))


def _first_due(found: Iterable[Referral], agency: Agency) -> str:
    waiting = [one for one in found if one.agency is agency and one.status in WAITING]
    days = [one.response_due.isoformat() for one in waiting if one.response_due is not None]
    return min(days, default="8" if waiting else "9")  # an open clock, then those without a day, then the rest


def _second(agency: Agency) -> str:
    part_of = _("part of %(body)s", body=agency.parent.name) if agency.parent is not None else ""
    return " · ".join(filter(None, (agency.kind.words, part_of, agency.phone or "")))


def _ask(
    role: str, one: Referral, chases: list[ReferralChase], steps: Iterable[NextStep]
) -> pages.Ask:  # fmt: skip
    kind = _(by_key(Referral)["kind"].info.choice_label(one.kind))
    follows = _("follows %(what)s", what=one.previous.request.words) if one.previous is not None else ""
    return pages.Ask(
        what=one.request.words, url=url_for(f"{role}_referral.details_view", id=one.id),
        second=" · ".join(filter(None, (kind, _("urgent") if one.urgent else "", follows))),
        sent=short(one.sent_on) if one.sent_on else "", badge=badge_of(one),
        why=tuple((one.due_trace or "").splitlines()), chased=_chased(chases), answer=answer_words(one),
        links=tuple(acts_of(role, one)), steps=tuple(_step(role, one) for one in steps),
    )  # fmt: skip


def badge_of(one: Referral) -> pages.Badge:
    """Give how the clock stands while an answer is owed, else what became of it."""
    today, state = acting(db.session).today, _(by_key(Referral)["status"].info.choice_label(one.status))
    if one.status in WAITING:
        due = one.response_due
        return shown.due_badge(due, today, short(due)) if due else pages.Badge(_("No day set"), "note")
    late = bool(one.response_due and one.responded_on and one.responded_on > one.response_due)
    words = ngettext("Answered 1 day late", "Answered %(num)s days late", _days_late(one)) if late else state
    return pages.Badge(words, "late" if late else shown.BADGES["status"].get(one.status, "note"))


def _days_late(one: Referral) -> int:
    assert one.responded_on is not None and one.response_due is not None
    return (one.responded_on - one.response_due).days


def _chased(chases: list[ReferralChase]) -> str:
    if not chases:
        return ""
    last = short(local(chases[-1].at).date())
    return ngettext("once, on %(day)s", "%(num)s times, last on %(day)s", len(chases), day=last)


def answer_words(one: Referral) -> str:
    """Give what they answered, why, and whether in writing; empty while nothing came."""
    if one.outcome is None:
        return ""
    how = {True: _("in writing"), False: _("only told")}.get(one.in_writing, "") if one.in_writing is not None else ""
    reason = one.refusal_reason.words if one.refusal_reason is not None else ""
    day = short(one.responded_on) if one.responded_on else ""
    return " · ".join(filter(None, (one.outcome.words, reason, how, day)))


def acts_of(role: str, one: Referral) -> Iterator[pages.Link]:
    """Give what may be done with one request from here."""
    if one.status == "draft":
        yield pages.Link(_("Send it"), url_for(f"refer.{role}_send", id=one.id))
    elif one.kind == "referral_in" and one.status in WAITING:
        yield pages.Link(_("Answer them"), url_for(f"partners.{role}_reply", id=one.id))
    elif one.kind != "referral_in" and one.status in WAITING:
        yield pages.Link(_("Chase"), url_for(f"refer.{role}_chase", id=one.id))
        yield pages.Link(_("Record answer"), url_for(f"refer.{role}_answer", id=one.id))
    elif one.kind == "signpost":
        yield pages.Link(_("Print for the client"), url_for(f"directory.{role}_print", agency=one.agency_id))


def _step(role: str, step: NextStep) -> pages.Link:
    """Give the way to a next step, filled in with what came before."""
    by = _(", ask by %(day)s", day=short(step.by)) if step.by is not None else ""
    return pages.Link(f"{step.request.words}{by}", step_url(role, step))


def step_url(role: str, step: NextStep) -> str:
    agency = step.agency.id if step.agency is not None else None
    return url_for(f"refer.{role}", case=step.follows.case_id, request_id=step.request.id, agency_id=agency,
                   previous=step.follows.id)  # fmt: skip


def _conduct(role: str, one: AgencyConduct) -> pages.Line:
    badge = (
        pages.Badge(_("To their credit"), "ok") if one.favourable else pages.Badge(_("Against them"), "note", "flag")
    )
    unit = one.unit.name if one.unit is not None else ""
    noted = _("noted by itself, from what they call an incident") if one.by_itself else ""
    second = " · ".join(filter(None, (short(one.happened_on), unit, noted)))
    return pages.Line(one.code.words, badge, second, url_for(f"{role}_conduct.details_view", id=one.id))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/case-agencies/", _role, _page, defaults={"role": _role})
