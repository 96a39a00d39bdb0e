"""The evidence pack of a campaign: made with one button, kept, and handed out while every quote in it is permitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import issue_figures, once
from admin_views.campaigns import bp, must_be, named, page_url
from admin_views.db import db
from admin_views.keys import row_key
from admin_views.sheets import TYPES
from admin_views.withdrawal import as_file
from casework import audit, campaigns
from casework.context import acting
from casework.problems import Problem, RuleBroken
from casework.settings import text_setting
from exports.issue_figures import ToldFigures
from exports.letters import MIME
from models import Campaign, CampaignQuote, EvidencePack
from models.campaigns import DEMAND_STATES

if TYPE_CHECKING:
    from exports.evidence_pack import Words

SUBJECT = "EvidencePack"  # what the audit trail calls it
FORMS = {"docx": MIME, "xlsx": TYPES["xlsx"]}


def _make() -> Any:
    """Make both files and keep them, with the proof of every quote in them; nothing is kept where one step fails."""
    campaign = named("manager")
    leads_to = page_url("manager", campaign)
    told = issue_figures.outside_of([one.id for one in campaign.issues])
    try:
        pack = _made(campaign, told)
        if pack is None:
            db.session.rollback()
            flash(_("This pack is made already: the figures and quotes are the same as before."), "info")
            return redirect(leads_to)
        said = f"document SHA-256 {pack.docx_sha256[:16]}, workbook SHA-256 {pack.xlsx_sha256[:16]}"
        audit.write(db.session, "exported", SUBJECT, pack.id, _parameters(told), said)
        left_out = pack.left_out
        once.commit(leads_to)
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
        return redirect(leads_to)
    flash(_("The pack is made. Both files stand below."), "success")
    if left_out:
        flash(ngettext("%(num)s quote is left out: no permission for it holds, or it is not yours to open.",
                       "%(num)s quotes are left out: no permission for them holds, or they are not yours to open.",
                       left_out), "info")  # fmt: skip
    return redirect(leads_to)


def _made(campaign: Campaign, told: ToldFigures) -> EvidencePack | None:
    """Make and keep a pack; None where today's is the same. Raises RuleBroken."""
    from exports import evidence_pack  # the spreadsheet library is slow to load and only needed here

    if not told.is_enough:
        raise RuleBroken([Problem("", f"Not made: fewer than {told.threshold} clients stand behind it, so that every "
                                  "figure would be hidden. Add evidence first.")])  # fmt: skip
    quotes = [one for one in campaigns.quotes_of(db.session, campaign) if campaigns.may_print(db.session, one)]
    words = _words(campaign, quotes)
    told_of = campaigns.named_in(db.session, campaign, words.texts(), quotes)
    if told_of:
        raise RuleBroken([Problem("", f"Not made: a text in it names {told_of[0]}. Correct the title, a demand or the "
                                  "issue, or take the quote out.")])  # fmt: skip
    files = evidence_pack.make(words, told)
    if campaigns.same_pack(db.session, campaign, files.prints) is not None:
        return None
    if evidence_pack.tells_by_taking_away(told, campaigns.workbooks_of(db.session, campaign)):
        raise RuleBroken(
            [
                Problem(
                    "",
                    "Not made: since an earlier pack of this campaign fewer than "
                    f"{told.threshold} came in at one of its lines, and whoever lays both packs side by "
                    "side would see who is new. Add further evidence, or go on with the earlier pack.",
                )
            ]
        )
    return campaigns.keep_pack(
        db.session, campaign, quotes, (files.docx, files.xlsx), files.prints, threshold=told.threshold,
        left_out=campaigns.quotes_in_all(db.session, campaign) - len(quotes),
    )  # fmt: skip


def _words(campaign: Campaign, quotes: list[CampaignQuote]) -> Words:
    from exports.evidence_pack import Words

    return Words(
        title=campaign.title, office=text_setting(db.session, "letterhead_name"), began_on=campaign.began_on,
        issues=[(one.title, one.policy or "", one.cause.words if one.cause is not None else "")
                for one in sorted(campaign.issues, key=lambda one: one.id)],
        demands=[(one.text, dict(DEMAND_STATES)[one.status]) for one in campaign.demands],
        targets=sorted(one.name for one in campaign.targets), partners=sorted(one.name for one in campaign.partners),
        log=campaigns.counted_log(campaigns.log_of(db.session, campaign)), quotes=[one.words for one in quotes],
    )  # fmt: skip


def _parameters(told: ToldFigures) -> tuple[str, ...]:
    return (f"counted on {told.counted.counted_on.isoformat()}", f"counts below {told.threshold} hidden")


def _file() -> Any:
    """Hand out one of the two files, as it was made, while everything quoted in it may be printed."""
    must_be("manager")
    pack = db.session.scalars(
        select(EvidencePack).where(EvidencePack.id == row_key(request.args.get("id")))
    ).one_or_none()
    form = request.args.get("form", "")
    if pack is None or form not in FORMS:
        abort(404)
    if not campaigns.is_permitted(db.session, pack):
        flash(_("Not handed out: a permission for words quoted in it holds no longer. Make a new pack."), "warning")
        return redirect(url_for("manager_campaign.details_view", id=pack.campaign_id))
    content, told = getattr(pack, form), f"{form}, SHA-256 {getattr(pack, f'{form}_sha256')[:16]}"
    name = f"evidence-pack-{pack.campaign_id}-{pack.made_on.isoformat()}.{form}"
    audit.write_now(db.engine, acting(db.session), "exported", SUBJECT, pack.id, told)
    return as_file(content, name, FORMS[form])


bp.add_url_rule("/manager/campaigns/pack/", "manager_pack", _make, methods=["POST"])
bp.add_url_rule("/manager/campaigns/pack/file/", "manager_file", _file)
