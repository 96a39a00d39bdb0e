"""Campaigns: begun on adopted issues, with demands, a dated log, clients' words under permission, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from admin_views import campaign_shown, current, once, options, pages, saving
from admin_views.db import db
from admin_views.fields import (
    AreaField,
    AtMost,
    ChipsField,
    DateText,
    LineField,
    LookupField,
    OnceField,
    Required,
    TicksField,
)
from admin_views.forms import OfficeForm
from admin_views.issue_forms import finders
from admin_views.keys import row_key
from casework import campaigns, issues
from casework.context import acting
from casework.problems import RuleBroken
from models import Agency, Campaign, CampaignQuote, Case, Issue
from models.campaigns import CAMPAIGN_STATES, EVENT_KINDS, STORY_KINDS
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("campaigns", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE = 422


def _lines(text: str | None) -> list[str]:
    return [one.strip() for one in (text or "").splitlines() if one.strip()]


def _worded(states: tuple[tuple[str, str], ...]) -> list[tuple[str, Any]]:
    return [(word, _l(words)) for word, words in states]


class CampaignForm(OfficeForm):
    """What is asked for, of whom and with whom."""

    once = OnceField()
    title = LineField(
        _l("Campaign"), [Required(), AtMost(120)], description=_l(by_key(Campaign)["title"].info.help), width="w-long",
    )  # fmt: skip
    issues = TicksField(_l("Issues"), [Required(_l("Tick at least one adopted issue."))], choices=lambda: ())
    demands = AreaField(
        _l("Demands"), [Required(_l("Write down what is asked for."))],
        description=_l("One a line, as they may stand in public. No names of people."), lines=4,
    )  # fmt: skip
    target_id = LookupField(_l("To whom"), finder="agency", description=_l("Whoever can change it."))
    partner_id = LookupField(
        _l("With"), finder="agency", description=_l("A partner. More of them are added on the campaign's page.")
    )


class EventForm(OfficeForm):
    """One line of the log."""

    once = OnceField()
    kind = ChipsField(_l("What"), [Required(_l("Choose what it was."))], choices=_worded(EVENT_KINDS))
    on = DateText(_l("On"), [Required()], prefer="past")
    what = LineField(_l("In words"), [Required(), AtMost(400)], width="w-long")
    agency_id = LookupField(_l("With"), finder="agency", description=_l("Type part of its name."))
    reply_by = DateText(
        _l("Reply due"), description=_l("Where you asked for one. It then stands on the leader's list.")
    )


class QuoteForm(OfficeForm):
    """A client's words for the material of a campaign."""

    once = OnceField()
    case_id = LookupField(_l("Whose case"), finder="case", description=_l("Its reference, for example 26-0098."))
    kind = ChipsField(_l("What"), [Required()], default="quote", choices=_worded(STORY_KINDS))
    words = AreaField(
        _l("The words"), [Required(_l("Write down the words."))],
        description=_l("Exactly as they may be printed, without a name: they stand there as “a client”."), lines=4,
    )  # fmt: skip


class DemandForm(OfficeForm):
    """One more demand."""

    once = OnceField()
    text = LineField(
        _l("Demand"), [Required(_l("Write down what is asked for.")), AtMost(200)],
        description=_l("As it may stand in public. No names of people."), width="w-long",
    )  # fmt: skip


def sides_form(campaign: Campaign) -> type[OfficeForm]:
    """Give the form for whom a campaign speaks to and with whom: those it has, and one more of each."""
    targets, partners = ([(one.id, one.name) for one in side] for side in (campaign.targets, campaign.partners))
    return type("SidesForm", (OfficeForm,), {
        "once": OnceField(),
        "targets": TicksField(_l("To whom"), choices=targets),
        "target_id": LookupField(_l("One more to whom"), finder="agency", description=_l("Whoever can change it.")),
        "partners": TicksField(_l("With"), choices=partners),
        "partner_id": LookupField(_l("One more partner"), finder="agency", description=_l("Type part of its name.")),
    })  # fmt: skip


class EndForm(OfficeForm):
    """How a campaign stands."""

    status = ChipsField(_l("How it stands"), [Required(_l("Choose how it stands."))], choices=_worded(CAMPAIGN_STATES))
    result = AreaField(_l("What came of it"), description=_l("Needed where it is over."), lines=3)


def _new() -> Any:
    """Begin a campaign on an adopted issue."""
    must_be("manager")
    once.only()
    adopted = [(one.id, one.title) for one in issues.issues(db.session) if one.status == "adopted"]
    fields = {"issues": TicksField(_l("Issues"), [Required(_l("Tick at least one adopted issue."))], choices=adopted)}
    form = _filled(type("OfAdopted", (CampaignForm,), fields), {"issues": [row_key(request.args.get("issue"))]})

    def act() -> Campaign:
        targets, partners = ([_agency(one)] if one.data else [] for one in (form.target_id, form.partner_id))
        return campaigns.start(
            db.session, form.title.data, options.fetched(Issue)(form.issues.data), _lines(form.demands.data),
            targets=targets, partners=partners,
        )  # fmt: skip

    page = _page(_("Begin a campaign"), _("Begin"), url_for("issues.manager"))
    return _saved(form, act, page, _("The campaign is running."))


def _agency(field: Any) -> Agency:
    found: Agency = options.fetched(Agency)(field.data)
    return found


def _log(role: str) -> Any:
    """Write a line into the log."""
    campaign = named(role)
    form = _filled(EventForm, {"on": acting(db.session).today})

    def act() -> Campaign:
        agency = _agency(form.agency_id) if form.agency_id.data else None
        campaigns.write_down(
            db.session, campaign, form.kind.data, form.what.data, on=form.on.data, agency=agency,
            reply_by=form.reply_by.data,
        )  # fmt: skip
        return campaign

    return _saved(form, act, _page(_("Write into the log"), _("Write it down"), page_url(role, campaign), campaign),
                  _("Written down."))  # fmt: skip


def _quote(role: str) -> Any:
    """Keep a client's words, under their permission."""
    campaign = named(role)
    form = _filled(QuoteForm, {}, case=options.Finder(db.session, Case, Sensitivity.PERSONAL))

    def act() -> Campaign:
        case = options.fetched(Case)(form.case_id.data) if form.case_id.data else None
        if case is None:
            form.case_id.errors = [_("Choose whose words these are.")]
            raise RuleBroken([])
        campaigns.take_in(db.session, campaign, case, form.kind.data, form.words.data)
        return campaign

    lead = _("Only under a live permission to quote, or for a case study; to share with an agency is another thing.")
    page = _page(_("Add a client's words"), _("Keep these words"), page_url(role, campaign), campaign, lead=lead)
    page = replace(page, lookup_url="")  # a case is named by its reference; no list of cases is offered while typing
    return _saved(form, act, page, _("Kept. They are printed only while the permission holds."))


def _demand() -> Any:
    """Add one more demand."""
    campaign = named("manager")
    form = _filled(DemandForm, {})

    def act() -> Campaign:
        campaigns.demand(db.session, campaign, form.text.data)
        return campaign

    page = _page(_("Add a demand"), _("Add"), page_url("manager", campaign), campaign)
    return _saved(form, act, page, _("The demand is added."))


def _sides() -> Any:
    """Say to whom the campaign speaks and with whom: take the tick off one that has left, name one more."""
    campaign = named("manager")
    form = _filled(sides_form(campaign), {"targets": campaign.targets, "partners": campaign.partners})

    def act() -> Campaign:
        sides = [
            [*options.fetched(Agency)(ticked.data), *([_agency(more)] if more.data else [])]
            for ticked, more in ((form.targets, form.target_id), (form.partners, form.partner_id))
        ]
        return campaigns.stand(db.session, campaign, *sides)

    page = _page(_("To whom and with whom"), _("Save"), page_url("manager", campaign), campaign)
    return _saved(form, act, page, _("Saved."))


def _end() -> Any:
    """Say how a campaign stands."""
    campaign = named("manager")
    form = _filled(EndForm, {"status": campaign.status, "result": campaign.result})
    page = _page(_("How does it stand?"), _("Save"), page_url("manager", campaign), campaign)
    return _saved(form, lambda: campaigns.end(db.session, campaign, form.status.data, form.result.data or ""), page,
                  _("Written down."))  # fmt: skip


def _quoteout(role: str) -> Any:
    """Take a client's words out, with the reason."""
    must_be(role)
    key = row_key(request.args.get("quote"))
    found = db.session.scalars(select(CampaignQuote).where(CampaignQuote.id == key)).one_or_none() or abort(404)
    told: tuple[str, ...] = ()
    reason, back = request.form.get("reason", ""), url_for(f"{role}_campaign.details_view", id=found.campaign_id)
    if request.method == "POST":
        try:
            campaigns.leave_out(db.session, found, reason)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            told = tuple(one.text for one in broken.problems)
        except StaleDataError:
            db.session.rollback()
            told = (saving.changed_meanwhile().text,)
        else:
            flash(_("Taken out of the campaign."), "success")
            return redirect(back)
    page = pages.ConfirmPage(
        heading=_("Take these words out?"), lines=(_("They are printed in no further material of this campaign."),),
        verb=_("Take them out"), back_url=back, action_url=request.full_path, asks_reason=True, reason=reason,
        problems=told, stays=_("What is printed already stays in the client's ledger."),
    )  # fmt: skip
    return render_template("casework/confirm.html", page=page), UNPROCESSABLE if told else 200


# For those who meet no file


def _reports() -> Any:
    """Show the campaigns with small numbers hidden; one of them by its number."""
    must_be("reports")
    if "id" not in request.args:
        every = campaigns.campaigns(db.session)
        lines = [(one.title, url_for("campaigns.reports", id=one.id), campaign_shown.badge_of(one)) for one in every]
        return render_template("casework/campaigns.html", lines=lines)
    return render_template("casework/campaign.html", page=campaign_shown.page_of("reports", named("reports")))


# Shared


def must_be(role: str) -> None:
    if current.acting_role() != role:
        abort(403)


def named(role: str) -> Campaign:
    must_be(role)
    once.only()
    key = row_key(request.args.get("id"))
    return db.session.scalars(select(Campaign).where(Campaign.id == key)).one_or_none() or abort(404)


def page_url(role: str, campaign: Campaign) -> str:
    return url_for(f"{role}_campaign.details_view", id=campaign.id)


def _filled(kind: type[OfficeForm], begins: dict[str, Any], **more: Any) -> Any:
    posted = request.form if request.method == "POST" else None
    return kind(posted, data=begins, meta={"finders": {**finders(), **more}})


def _page(heading: str, verb: str, back: str, campaign: Campaign | None = None, lead: str = "") -> pages.FormPage:
    return pages.FormPage(
        heading=heading, title=heading, verb=verb, leave_url=back, lead=lead,
        above=pages.Link(campaign.title if campaign is not None else _("Issues and campaigns"), back),
        lookup_url=url_for("refer.agencies_found"), echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip


def _saved(form: Any, act: Callable[[], Campaign], page: pages.FormPage, words: str) -> Any:
    """Do one verb and go to the campaign with one sentence; a fault stands beside its box."""
    if request.method == "POST" and form.validate():
        try:
            leads_to = page_url(current.acting_role() or "", act())
            once.commit(leads_to)
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        except (StaleDataError, IntegrityError):
            db.session.rollback()
            saving.show_problems(form, [saving.changed_meanwhile()])
        else:
            flash(words, "success")
            return redirect(leads_to)
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


for _role in ROLES:
    for _name, _path, _view in (
        ("log", "log/", _log),
        ("quote", "quote/", _quote),
        ("quoteout", "quote/out/", _quoteout),
    ):
        bp.add_url_rule(f"/{_role}/campaigns/{_path}", f"{_role}_{_name}", _view, methods=["GET", "POST"],
                        defaults={"role": _role})  # fmt: skip
for _name, _manages in (("new", _new), ("demand", _demand), ("sides", _sides), ("end", _end)):
    bp.add_url_rule(f"/manager/campaigns/{_name}/", f"manager_{_name}", _manages, methods=["GET", "POST"])
bp.add_url_rule("/reports/campaigns/", "reports", _reports)
