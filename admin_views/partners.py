"""Community partners: somebody is sent to us, we answer through the gate, and one log holds both directions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_views import case_agencies, current, details, options, pages, saving
from admin_views.db import db
from admin_views.fields import (
    AreaField,
    ChipsField,
    ChoiceField,
    DateText,
    LookupField,
    Required,
    TickField,
    TicksField,
)
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from admin_views.own_case import ROLES, UNPROCESSABLE, above, case_for, page_of
from admin_views.refer_forms import CHANNELS, AgencyChips
from admin_views.referral_steps import referral_for
from casework import partners
from casework.context import acting
from casework.datetext import short
from casework.problems import RuleBroken
from models import Agency, Code, Referral
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("partners", __name__)
PARTNER = "community_partner"
NOT_TOLD = "not_told"


def _codes(code_list: str) -> Any:
    return lambda: options.codes(code_list)


class CameForm(OfficeForm):
    """Who sent them, for what, when."""

    agency_id: Any = AgencyChips(_l("Who sent them"))
    other_id = LookupField(_l("Another organisation"), finder="agency", description=_l("Type part of its name."))
    request_id = ChoiceField(
        _l("What for"), [Required(_l("Choose what they ask us for."))], choices=_codes("request"), width="w-long",
    )  # fmt: skip
    sent_on = DateText(_l("Came on"), [Required()], prefer="past")
    items = TicksField(
        _l("What an answer of ours would tell them"), [Required(_l("Tick at least the name."))],
        choices=_codes("data_scope"), description=_l("It is told only under a permission for this organisation."),
    )  # fmt: skip
    reason = AreaField(_l("What they wrote"), lines=3)
    urgent = TickField(_l("Urgent"))

    def partner(self) -> Agency | None:
        key = self.other_id.data or self.agency_id.data
        return db.session.get(Agency, key) if key else None

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if fine and self.partner() is None:
            self.agency_id.errors = [_("Choose who sent them, or type the name of another organisation.")]
        return fine and not self.agency_id.errors


class ReplyForm(OfficeForm):
    """What we do, and how the partner hears of it."""

    outcome = ChoiceField(_l("What we do"), [Required(_l("Choose what we do."))], choices=_codes("outcome"))
    refusal_reason = ChoiceField(_l("Reason given"), choices=_codes("refusal_reason"))
    channel = ChipsField(
        _l("How they hear of it"), [Required(_l("Choose how they hear of it."))],
        choices=(*CHANNELS, (NOT_TOLD, _l("They are not told: the client’s wish"))),
    )  # fmt: skip


def _came(role: str) -> Any:
    case = case_for(role)
    form = _came_form()
    if request.method == "POST" and form.validate():
        partner, fetch = form.partner(), options.fetched(Code)
        assert partner is not None
        try:
            partners.came_to_us(
                db.session, case, partner, fetch(form.request_id.data), fetch(form.items.data), on=form.sent_on.data,
                reason=form.reason.data or None, urgent=form.urgent.data,
            )  # fmt: skip
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(_("Saved. Answering them is on the list."), "success")
            return redirect(url_for(f"case_agencies.{role}", case=case.id))
    page = pages.FormPage(
        heading=_("Sent to us by a partner"), title=_("Sent to us by a partner"), verb=_("Save"),
        leave_url=page_of(role, case), above=above(role, case), echo_url=url_for("pages.date_in_words"),
        lookup_url=url_for("refer.agencies_found"),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _came_form() -> Any:
    known = select(Agency).join(Code, Code.id == Agency.kind_id).where(Code.code == PARTNER, Agency.active.is_(True))
    pairs = [(one.id, one.name) for one in db.session.scalars(known.order_by(Agency.name))]
    finder = options.Finder(db.session, Agency, Sensitivity.OFFICE, (Agency.active.is_(True),))

    class Known(CameForm):
        agency_id = AgencyChips(_l("Who sent them"), choices=pairs)

    return Known(
        request.form if request.method == "POST" else None, data={"sent_on": acting(db.session).today},
        meta={"finders": {"agency": finder}},
    )  # fmt: skip


def _reply(role: str) -> Any:
    came = referral_for(role)
    if came.kind != "referral_in":
        abort(404)
    form = ReplyForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            _answer(came, form)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            told = form.channel.data != NOT_TOLD
            flash(_("Answered.") if told else _("Noted. Nothing has left the office."), "success")
            return redirect(url_for(f"case_agencies.{role}", case=came.case_id))
    page = pages.FormPage(
        heading=_("Answer %(partner)s", partner=came.agency.name), title=_("Answer a partner"), verb=_("Save answer"),
        leave_url=page_of(role, came.case), above=above(role, came.case), lead=_told_words(came),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _told_words(came: Referral) -> str:
    items = ", ".join(one.words for one in came.items) or _("nothing")
    return _("%(request)s. An answer tells them: %(items)s. It leaves only under a permission for them.",
             request=came.request.words, items=items)  # fmt: skip


def _answer(came: Referral, form: ReplyForm) -> None:
    fetch = options.fetched(Code)
    reason = fetch(form.refusal_reason.data) if form.refusal_reason.data else None
    outcome = fetch(form.outcome.data)
    if form.channel.data == NOT_TOLD:
        partners.decide_without_telling(db.session, came, outcome, refusal_reason=reason)
    else:
        partners.answer_partner(db.session, came, outcome, form.channel.data, refusal_reason=reason)


def _log(role: str) -> Any:
    """Print everything between us and one partner, by reference only: it may be read together with them."""
    if current.acting_role() != role:
        abort(403)
    key = row_key(request.args.get("agency"))
    partner = db.session.scalars(select(Agency).where(Agency.id == key)).one_or_none() or abort(404)
    rows = tuple(_row(role, one) for one in partners.joint_log(db.session, partner))
    return render_template(
        "casework/joint_log.html", partner=partner, rows=rows,
        columns=(_("Day"), _("From whom to whom"), _("Case"), _("For what"), _("How it stands"), _("Answer")),
        above=pages.Link(partner.name, details.url_of(role, partner) or url_for("home")),
    )  # fmt: skip


def _row(role: str, one: Referral) -> pages.Row:
    way = {"referral_in": _("From them to us"), "signpost": _("We told the client of them")}.get(one.kind, _("From us"))
    state = _(by_key(Referral)["status"].info.choice_label(one.status))
    case = pages.Cell(one.case.ref, url=url_for(f"{role}_case.details_view", id=one.case_id))
    day = pages.Cell(short(one.sent_on) if one.sent_on else "", url=url_for(f"{role}_referral.details_view", id=one.id))
    cells = (day, pages.Cell(way), case, pages.Cell(one.request.words), pages.Cell(state),
             pages.Cell(case_agencies.answer_words(one)))  # fmt: skip
    return pages.Row(str(one.id), cells)


for _role in ROLES:
    for _name, _path, _view in (("came", "sent-to-us", _came), ("reply", "partner-answer", _reply)):
        bp.add_url_rule(
            f"/{_role}/{_path}/", f"{_role}_{_name}", _view, methods=["GET", "POST"], defaults={"role": _role}
        )
    bp.add_url_rule(f"/{_role}/joint-log/", f"{_role}_log", _log, defaults={"role": _role})
