"""What the page of an issue prints, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import details, issue_figures, pages, shown
from admin_views.db import db
from admin_views.issue_figures import Read
from admin_views.issue_forms import words_of
from casework import issues
from casework.context import acting
from casework.datetext import short, without_weekday
from casework.issue_counts import PIECES
from models import Campaign, Issue, IssueEvidence
from models.declared import by_key
from models.fields import Sensitivity

WAYS = (("signal", "Signal"), ("issue", "Issue"), ("adopted", "Adopted"), ("campaign", "Campaign"))
SHOWN, OF_ONE_NUMBER = 12, 200  # lines of evidence: of all of it, and of one number that was chosen
BADGES = {"signal": "note", "issue": "soon", "adopted": "ok", "dropped": "note"}


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence that the reader may open."""

    text: str
    url: str
    second: str
    case: pages.Link
    out_url: str = ""
    kept: str = ""  # why it was taken out


@dataclass(frozen=True)
class Evidence:
    """What the reader may open of what was counted, in words; `more` lines are not printed."""

    lines: tuple[EvidenceLine, ...] = ()
    words: str = ""
    more: int = 0


@dataclass(frozen=True)
class IssuePage:
    title: str
    heading: str
    lead: str
    above: pages.Link
    badge: pages.Badge
    steps: tuple[str, ...]
    step: int
    facts: tuple[pages.Fact, ...]
    finding: str
    noticed: str
    figures: issue_figures.Shown
    evidence: Evidence
    all_url: str
    out: tuple[EvidenceLine, ...]
    campaigns: tuple[pages.Link, ...]
    warning: str
    add_url: str
    edit_url: str
    moves: tuple[tuple[str, str], ...]  # (state, words) of the steps that this reader may take now
    step_url: str
    dropped: str
    start_url: str


def page_of(role: str, issue: Issue) -> IssuePage:
    """Give the page of one issue, as this role may see it."""
    found = issue_figures.read(role, [issue.id])
    key = request.args.get("show", "")
    own = url_for(f"{role}_issue.details_view", id=issue.id)
    running = issues.campaigns_of(db.session, issue)
    evidence = evidence_of(role, found, issues.evidence_of(db.session, issue), key)
    return IssuePage(
        title=_("Issue"), heading=issue.title, lead=_lead(issue), above=pages.Link(_("Issues and campaigns"),
        url_for(f"issues.{role}")), badge=badge_of(issue), steps=tuple(_(words) for _word, words in WAYS),
        step=_step(issue, running), facts=tuple(_facts(issue)), finding=issue.finding or "",
        noticed=issue.noticed or "", figures=issue_figures.shown(found, lambda one: f"{own}&show={one}#evidence", key),
        evidence=evidence, all_url=f"{own}#evidence",
        out=tuple(_line(role, one) for one in issues.taken_out(db.session, issue)),
        campaigns=tuple(_campaign(role, one) for one in running), warning=_warning(issue, found.told.counted.clients),
        add_url=url_for(f"issues.{role}_add", issue=issue.id) if issue.status != "dropped" else "",
        edit_url=url_for(f"{role}_issue.edit_view", id=issue.id) if role == "manager" or issue.status != "adopted"
        else "", moves=tuple(_moves(role, issue, running)), step_url=url_for(f"issues.{role}_step", id=issue.id),
        dropped=issue.dropped_reason or "",
        start_url=url_for("campaigns.manager_new", issue=issue.id) if role == "manager" and issue.status == "adopted"
        else "",
    )  # fmt: skip


def badge_of(issue: Issue) -> pages.Badge:
    return pages.Badge(_(by_key(Issue)["status"].info.choice_label(issue.status)), BADGES[issue.status])


def _lead(issue: Issue) -> str:
    who = _("%(who)s decides", who=issue.owner.name) if issue.owner is not None else ""
    by = _("by %(day)s", day=short(issue.decide_by)) if issue.decide_by is not None else ""
    if issue.status == "adopted" and issue.adopted_on is not None:
        return _("Adopted on %(day)s by %(who)s", day=without_weekday(issue.adopted_on),
                 who=issue.adopted_by.name if issue.adopted_by is not None else "–")  # fmt: skip
    return " ".join(filter(None, (who, by))) if issue.status in ("signal", "issue") else ""


def _step(issue: Issue, running: Sequence[Campaign]) -> int:
    if running:
        return len(WAYS)
    return {"signal": 1, "issue": 2, "adopted": 3}.get(issue.status, 1)


def _facts(issue: Issue) -> list[pages.Fact]:
    told = (
        (_("Agency"), issue.agency.name if issue.agency is not None else ""),
        (_("Which part of it"), issue.unit.name if issue.unit is not None else ""),
        (_("Policy or practice"), issue.policy or ""),
        (_("The cause we see"), issue.cause.words if issue.cause is not None else ""),
        (_("First seen"), without_weekday(issue.first_seen_on)),
    )
    return [pages.Fact(label, pages.Cell(text)) for label, text in told if text]


def _warning(issue: Issue, clients: int) -> str:
    if clients >= issues.FEWEST or issue.status == "dropped":
        return ""
    return _(issues.TWO)


def _moves(role: str, issue: Issue, running: Sequence[Campaign]) -> list[tuple[str, str]]:
    words = {"issue": _("It is an issue"), "adopted": _("Adopt it"), "dropped": _("Do not pursue it"),
             "signal": _("Take it up again")}  # fmt: skip
    return [
        (one, words[one]) for one in issues.ISSUE_STEPS[issue.status]
        if (role == "manager" or "adopted" not in (one, issue.status)) and not (one == "dropped" and running)
    ]  # fmt: skip


def _campaign(role: str, campaign: Campaign) -> pages.Link:
    return pages.Link(campaign.title, url_for(f"{role}_campaign.details_view", id=campaign.id))


def evidence_of(role: str, found: Read, rows: Sequence[IssueEvidence], key: str) -> Evidence:
    """Give the evidence behind the chosen number that the reader may open, and how much of all that is."""
    whole = found.told.counted.behind.get(key, found.told.counted.behind[PIECES])
    mine = {one.id for one in found.behind(key)}
    met = [one for one in rows if one.id in mine]
    most = OF_ONE_NUMBER if key in found.told.counted.behind else SHOWN
    words = _("%(all)s counted here, of which you may open %(mine)s. The others belong to files that are not yours to "
              "open.", all=len(whole), mine=len(mine))  # fmt: skip
    if len(mine) == len(whole):
        words = ngettext("%(num)s piece, which you may open.", "%(num)s pieces, all of which you may open.", len(whole))
    return Evidence(tuple(_line(role, one) for one in met[:most]), words if whole else "", max(0, len(met) - most))


def _line(role: str, one: IssueEvidence) -> EvidenceLine:
    thing = one.referral or one.conduct or one.incident or one.case
    about = one.agency.name if one.agency is not None and thing in (one.incident, one.case) else ""
    second = " · ".join(filter(None, (short(one.happened_on), about, one.why or "")))
    kept = ""
    if one.out_on is not None:
        kept = _("Taken out on %(day)s: %(why)s", day=short(one.out_on), why=one.out_reason)
    return EvidenceLine(
        words_of(thing), details.url_of(role, thing) or "", second,
        pages.Link(one.case.label(Sensitivity.PERSONAL), details.url_of(role, one.case) or ""),
        "" if kept else url_for(f"issues.{role}_out", evidence=one.id), kept,
    )  # fmt: skip


def due_badge(issue: Issue) -> pages.Badge | None:
    """Give by when somebody decides, while it is still to decide."""
    if issue.decide_by is None or issue.status not in ("signal", "issue"):
        return None
    return shown.due_badge(
        issue.decide_by, acting(db.session).today, _("Decide by %(day)s", day=short(issue.decide_by))
    )
