"""What the page of a campaign prints, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import details, issue_figures, pages, shown
from admin_views.db import db
from admin_views.issue_figures import Read
from admin_views.issue_shown import Evidence, evidence_of
from casework import campaigns, issues
from casework.context import acting
from casework.datetext import counted, short, without_weekday
from models import Campaign, CampaignEvent, CampaignQuote, EvidencePack
from models.campaigns import CAMPAIGN_STATES, DEMAND_STATES, EVENT_KINDS
from models.declared import by_key
from models.fields import Sensitivity

BADGES = {"running": "soon", "won": "ok", "partly_won": "ok", "lost": "note", "dormant": "note"}


@dataclass(frozen=True)
class Standing:
    title: str
    url: str
    badge: pages.Badge
    second: str
    due: pages.Badge | None = None


@dataclass(frozen=True)
class LogLine:
    when: str
    kind: str
    what: str
    second: str


@dataclass(frozen=True)
class QuoteLine:
    words: str
    whose: pages.Link
    badge: pages.Badge
    out_url: str


@dataclass(frozen=True)
class PackLine:
    text: str
    second: str
    docx_url: str
    xlsx_url: str
    why_not: str


@dataclass(frozen=True)
class DemandLine:
    text: str
    state: str


@dataclass(frozen=True)
class CampaignPage:
    heading: str
    lead: str
    above: pages.Link
    badge: pages.Badge
    issues: tuple[pages.Link, ...]
    demands: tuple[DemandLine, ...]
    facts: tuple[pages.Fact, ...]
    result: str
    figures: issue_figures.Shown
    evidence: Evidence
    all_url: str
    log: tuple[LogLine, ...]
    log_words: str
    reply: pages.Badge | None
    quotes: tuple[QuoteLine, ...]
    unseen_quotes: int
    packs: tuple[PackLine, ...]
    pack_url: str
    pack_off: str
    threshold: int
    edit_url: str
    demand_url: str
    sides_url: str
    end_url: str
    states: tuple[tuple[str, str], ...]
    log_url: str
    quote_url: str


def standing(role: str, one: Campaign) -> Standing:
    """Give one line of the list: with whom, what was done, and the reply that is awaited."""
    log = one.log
    partners = ngettext("with %(num)s partner", "with %(num)s partners", len(one.partners)) if one.partners else ""
    return Standing(
        one.title, url_for(f"{role}_campaign.details_view", id=one.id), badge_of(one),
        " · ".join(filter(None, (partners, log_words(log)))), _reply(one, log),
    )  # fmt: skip


def badge_of(one: Campaign) -> pages.Badge:
    return pages.Badge(_(by_key(Campaign)["status"].info.choice_label(one.status)), BADGES[one.status])


def log_words(log: Sequence[CampaignEvent]) -> str:
    """Give "4 letters, 1 meeting, 1 reply"."""
    nouns = {"Meeting": "meeting", "Letter": "letter", "Demand put to them": "demand", "Reply": "reply",
             "Public action": "public action", "Result": "result"}  # fmt: skip
    told = [counted(number, nouns[words]) for words, number in campaigns.counted_log(log) if words in nouns]
    return ", ".join(one.replace("replys", "replies") for one in told)


def _reply(one: Campaign, log: Sequence[CampaignEvent]) -> pages.Badge | None:
    day = campaigns.reply_due(log) if one.status == "running" else None
    if day is None:
        return None
    return shown.due_badge(day, acting(db.session).today, _("Reply due %(day)s", day=short(day)))


def page_of(role: str, campaign: Campaign) -> CampaignPage:
    """Give the page of one campaign, as this role may see it."""
    found = issue_figures.read(role, [one.id for one in campaign.issues])
    meets_files = role in issue_figures.WHOLE_EYES
    own, key = _own(role, campaign), request.args.get("show", "")
    log = campaigns.log_of(db.session, campaign)
    leads, quotes = role == "manager", campaigns.quotes_of(db.session, campaign)
    return CampaignPage(
        heading=campaign.title, lead=_lead(campaign), badge=badge_of(campaign),
        above=pages.Link(_("Issues and campaigns"), url_for(f"issues.{role}")) if meets_files
        else pages.Link(_("Campaigns"), url_for("campaigns.reports")),
        issues=tuple(pages.Link(one.title, url_for(f"{role}_issue.details_view", id=one.id) if meets_files else "")
                     for one in campaign.issues),
        demands=tuple(DemandLine(one.text, _(dict(DEMAND_STATES)[one.status]))
                      for one in campaign.demands),
        facts=tuple(_facts(campaign)), result=(campaign.result or "") if meets_files else "",
        figures=issue_figures.shown(found, (lambda one: f"{own}&show={one}#evidence") if meets_files else None, key),
        evidence=_evidence(role, campaign, found, key),
        all_url=f"{own}#evidence", log=tuple(_event(one) for one in log), log_words=log_words(log),
        reply=_reply(campaign, log), quotes=tuple(_quote(role, one) for one in quotes),
        unseen_quotes=campaigns.quotes_in_all(db.session, campaign) - len(quotes) if meets_files else 0,
        packs=tuple(_pack(one) for one in campaigns.packs_of(db.session, campaign)) if leads else (),
        pack_url=url_for("campaigns.manager_pack", id=campaign.id) if leads and found.told.is_enough else "",
        pack_off=_too_few(found) if leads and not found.told.is_enough else "", threshold=found.told.threshold,
        edit_url=url_for("manager_campaign.edit_view", id=campaign.id) if leads else "",
        demand_url=url_for("campaigns.manager_demand", id=campaign.id) if leads else "",
        sides_url=url_for("campaigns.manager_sides", id=campaign.id) if leads else "",
        end_url=url_for("campaigns.manager_end", id=campaign.id) if leads else "",
        states=tuple((word, _(words)) for word, words in CAMPAIGN_STATES if word != campaign.status),
        log_url=url_for(f"campaigns.{role}_log", id=campaign.id) if meets_files else "",
        quote_url=url_for(f"campaigns.{role}_quote", id=campaign.id) if meets_files else "",
    )  # fmt: skip


def _own(role: str, campaign: Campaign) -> str:
    if role in issue_figures.WHOLE_EYES:
        return url_for(f"{role}_campaign.details_view", id=campaign.id)
    return url_for("campaigns.reports", id=campaign.id)


def _evidence(role: str, campaign: Campaign, found: Read, key: str) -> Evidence:
    if role not in issue_figures.WHOLE_EYES:
        return Evidence()
    rows = [row for one in campaign.issues for row in issues.evidence_of(db.session, one)]
    return evidence_of(role, found, sorted(rows, key=lambda row: (row.happened_on, row.id), reverse=True), key)


def _too_few(found: Read) -> str:
    return _("A pack can be made once at least %(least)s clients stand behind it: before, every figure in it would be "
             "hidden.", least=found.told.threshold)  # fmt: skip


def _lead(campaign: Campaign) -> str:
    who = _("led by %(who)s", who=campaign.lead.name) if campaign.lead is not None else ""
    began = _("since %(day)s", day=without_weekday(campaign.began_on))
    ended = _("ended %(day)s", day=without_weekday(campaign.ended_on)) if campaign.ended_on is not None else ""
    return " · ".join(filter(None, (began, ended, who)))


def _facts(campaign: Campaign) -> list[pages.Fact]:
    told = ((_("To whom"), campaign.targets), (_("With"), campaign.partners))
    return [pages.Fact(label, pages.Cell(", ".join(one.name for one in several))) for label, several in told if several]


def _event(one: CampaignEvent) -> LogLine:
    due = _("reply due %(day)s", day=short(one.reply_by)) if one.reply_by is not None else ""
    who = one.agency.name if one.agency is not None else ""
    by = one.by.name if one.by is not None else ""
    return LogLine(
        short(one.happened_on), _(dict(EVENT_KINDS)[one.kind]), one.what, " · ".join(filter(None, (who, due, by)))
    )


def _quote(role: str, one: CampaignQuote) -> QuoteLine:
    may = campaigns.may_print(db.session, one)
    badge = pages.Badge(_("May be printed"), "ok") if may else pages.Badge(_("No permission now"), "late")
    row: Any = one.case or one.client
    whose = pages.Link(row.label(Sensitivity.PERSONAL), details.url_of(role, row) or "")
    return QuoteLine(one.words, whose, badge, url_for(f"campaigns.{role}_quoteout", quote=one.id))


def _pack(one: EvidencePack) -> PackLine:
    may = campaigns.is_permitted(db.session, one)
    by = one.made_by.name if one.made_by is not None else ""
    left = ngettext("%(num)s quote left out", "%(num)s quotes left out", one.left_out) if one.left_out else ""
    quoted = ngettext("%(num)s quote", "%(num)s quotes", one.quoted)
    why = "" if may else _("Somebody quoted in it has taken the permission back, or it has ended. Make a new pack.")
    return PackLine(
        _("Made on %(day)s", day=short(one.made_on)), " · ".join(filter(None, (by, quoted, left))),
        url_for("campaigns.manager_file", id=one.id, form="docx") if may else "",
        url_for("campaigns.manager_file", id=one.id, form="xlsx") if may else "", why,
    )  # fmt: skip
