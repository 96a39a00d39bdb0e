"""Refer to an agency: what is asked, whom, what is shared; then the consent gate; then sent, or signposted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views import current, details, options, pages, saving
from admin_views.db import db
from admin_views.keys import row_key, row_keys
from admin_views.refer_forms import AgencyChips, ReferForm, RequestForm
from casework import agencies, consent, coverage, need, next_steps, referrals
from casework.access import panel_for
from casework.context import acting
from casework.datetext import short
from casework.problems import RuleBroken
from models import Agency, Case, Code, Consent, DisclosureWithoutConsent, Referral
from models.fields import Sensitivity

bp = Blueprint("refer", __name__)
ROLES = ("manager", "caseworker")
MOST_CASES = 50
MOST_SUGGESTED = 6
MOST_AGREED = 5  # permissions offered as a way in
UNPROCESSABLE = 422


@dataclass(frozen=True)
class Agreed:
    """One thing that the client has agreed to: whom we may ask, for what, telling them what, until when."""

    agency: str
    request: str
    items: str
    until: str
    url: str


@dataclass(frozen=True)
class Gate:
    """One case at the gate: what the nearest consent covers, line by line, or that there is none."""

    case: Case
    coverage: coverage.Coverage | None
    problem: str

    @property
    def is_open(self) -> bool:
        return self.coverage is not None and self.coverage.complete


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    cases = _cases()
    asked = _code(request.values.get("request_id"), "request")
    if asked is None:
        return _ask_for_request(role, cases)
    form = _refer_form(cases, asked)
    if not _was_sent() or request.values.get("act") == "change":
        return _show_form(role, cases, asked, form)
    if not form.validate():
        return _show_form(role, cases, asked, form)
    act, _sep, key = request.form.get("act", "").partition(":")
    if act == "consent":
        return _ask_consent(role, [case for case in cases if str(case.id) == key], asked, form)
    return _ACTS.get(act, _check)(role, cases, asked, form)


def _cases() -> list[Case]:
    """Give the cases named in the address, as far as the reader may open them."""
    keys = row_keys(request.values.getlist("case"), MOST_CASES)
    cases = list(db.session.scalars(select(Case).where(Case.id.in_(keys)).order_by(Case.id)))
    return cases or abort(404)


def _code(key: str | None, code_list: str) -> Code | None:
    return db.session.scalars(select(Code).where(Code.id == row_key(key), Code.list == code_list)).one_or_none()


def _above(role: str, cases: list[Case]) -> pages.Link:
    url = details.url_of(role, cases[0]) if len(cases) == 1 else url_for(f"{role}_case.index_view")
    text = cases[0].label(Sensitivity.PERSONAL) if len(cases) == 1 else _("Cases")
    return pages.Link(text, url or url_for("home"))


def _lead(cases: list[Case]) -> str:
    if len(cases) == 1:
        return ""
    return _("For %(count)s cases: %(refs)s.", count=len(cases), refs=", ".join(case.ref for case in cases))


def _ask_for_request(role: str, cases: list[Case]) -> Any:
    form = RequestForm(request.form if request.method == "POST" else None)
    if request.method == "POST":
        form.validate()
    page = pages.FormPage(
        heading=_("Refer to an agency"), title=_("Refer to an agency"), verb=_("Show agencies"),
        leave_url=_above(role, cases).url, above=_above(role, cases), lead=_lead(cases),
    )  # fmt: skip
    answer = render_template(
        "casework/refer.html", page=page, form=form, step=1, cases=cases, asked=None, gates=[],
        agreed=_agreed(role, cases),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _agreed(role: str, cases: list[Case]) -> list[Agreed]:
    """Give what the client of a single case has agreed to already, as ways straight to the second page."""
    if len(cases) != 1 or cases[0].client is None:
        return []
    case, today = cases[0], acting(db.session).today
    live = [
        one for one in db.session.scalars(
            select(Consent).where(Consent.client_id == case.client_id, Consent.agency_id.is_not(None))
            .order_by(Consent.given_on.desc(), Consent.id.desc())
            .options(joinedload(Consent.agency), selectinload(Consent.purposes), selectinload(Consent.scope))
        ) if consent.is_live(one, today) and one.agency.active and one.case_id in (None, case.id)
    ]  # fmt: skip
    return [
        Agreed(
            one.agency.name, purpose.words, coverage.listed(item.words for item in one.scope), short(one.expires_on),
            url_for(f"refer.{role}", case=case.id, request_id=purpose.id, agency_id=one.agency_id),
        )
        for one in live[:MOST_AGREED] for purpose in one.purposes
    ]  # fmt: skip


def _refer_form(cases: list[Case], asked: Code) -> ReferForm:
    finders = {"agency": options.Finder(db.session, Agency, Sensitivity.OFFICE, (Agency.active.is_(True),))}
    suggested = agencies.suggest_agencies(db.session, cases[0], asked)[:MOST_SUGGESTED]
    named = _named()
    form = _with_suggestions(suggested, named)(
        request.form if _was_sent() else None, meta={"finders": finders}, data=_begins(cases, asked, named),
    )  # fmt: skip
    if not suggested and named is None:
        form.agency_id.description = _("None of our agencies fits this request here. Type a name below.")
    return form


def _named() -> Agency | None:
    """Give the agency that the address names: a permission for it was the way here."""
    key = row_key(request.args.get("agency_id"))
    return db.session.scalars(select(Agency).where(Agency.id == key, Agency.active.is_(True))).one_or_none()


def _begins(cases: list[Case], asked: Code, named: Agency | None) -> dict[str, Any]:
    """Give what the boxes begin with: what the address names, what came before, what the need comes from."""
    follows = _previous(cases)
    begins: dict[str, Any] = {"agency_id": named.id} if named is not None else {}
    if follows is not None:
        begins |= {"items": follows.items, "instruction": follows.instruction,
                   "reason": next_steps.complaint_words(follows, db.session)}  # fmt: skip
    elif len(cases) == 1 and asked.code in need.OF_NEED:
        told = need.of_case(db.session, cases[0])
        begins["reason"] = need.words_for_a_letter(cases[0], told, acting(db.session).today)
    return begins


def _previous(cases: list[Case]) -> Referral | None:
    """Give the request that this one follows, if the address names one of the same case."""
    key = row_key(request.args.get("previous"))
    if not key or len(cases) != 1:
        return None
    found = select(Referral).where(Referral.id == key, Referral.case_id == cases[0].id)
    return db.session.scalars(found).one_or_none()


def _with_suggestions(suggested: list[agencies.Suggestion], named: Agency | None) -> type[ReferForm]:
    """Give the form with these agencies to choose from; that one is needed, here or below, is checked at the end."""
    pairs = [(one.agency.id, f"{one.agency.name}: {one.why}") for one in suggested]
    if named is not None and named.id not in dict(pairs):
        pairs.insert(0, (named.id, _("%(agency)s: named in a permission", agency=named.name)))

    class Suggesting(ReferForm):
        agency_id = AgencyChips(_l("Agency"), choices=pairs, description=_l("Suggested by kind and borough."))

    return Suggesting


def _was_sent() -> bool:
    """Say whether the second page was filled in; the first page posts only its own question."""
    return request.method == "POST" and "channel" in request.form


def _show_form(role: str, cases: list[Case], asked: Code, form: ReferForm) -> Any:
    page = pages.FormPage(
        heading=_("Refer to an agency"), title=_("Refer to an agency"), verb=_("Check permission"),
        leave_url=_above(role, cases).url, above=_above(role, cases), lead=_lead(cases),
        lookup_url=url_for("refer.agencies_found"),
    )  # fmt: skip
    before = _previous(cases)
    follows = _("Follows: %(agency)s, %(request)s. What is below comes from there; change what no longer fits.",
                agency=before.agency.name, request=before.request.words) if before is not None else ""  # fmt: skip
    answer = render_template(
        "casework/refer.html", page=page, form=form, step=2, cases=cases, asked=asked, gates=[], follows=follows,
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _check(role: str, cases: list[Case], asked: Code, form: ReferForm, *, refused: str = "") -> Any:
    """The gate: nothing is sent yet; each case shows what its nearest consent covers."""
    agency, items = form.agency(), _items(form)
    assert agency is not None
    gates = [_gate(case, agency, asked, items) for case in cases]
    page = pages.FormPage(
        heading=_("Refer to an agency"), title=_("Consent check"), verb=_("Send now"),
        leave_url=_above(role, cases).url, above=_above(role, cases), lead=_lead(cases),
    )  # fmt: skip
    answer = render_template(
        "casework/refer.html", page=page, form=form, step=3, cases=cases, asked=asked, gates=gates, agency=agency,
        items=items, refused=refused, told_url=_told_url(role, cases),
    )  # fmt: skip
    return answer, 200 if any(gate.is_open for gate in gates) else UNPROCESSABLE


def _told_url(role: str, cases: list[Case]) -> str | None:
    """Give where what was told already is written down, for whoever may; nothing is sent from there."""
    panel = panel_for(DisclosureWithoutConsent, role)
    if panel is None or not panel.rights[role].create or len(cases) != 1 or cases[0].client_id is None:
        return None
    return url_for(f"{role}_disclosure.create_view", client_id=cases[0].client_id)


def _items(form: ReferForm) -> list[Code]:
    return options.fetched(Code)(form.items.data) if form.items.data else []


def _gate(case: Case, agency: Agency, asked: Code, items: list[Code]) -> Gate:
    today = acting(db.session).today
    if case.client is None:
        return Gate(case, None, _("This case has no client yet, so there is nobody whose permission could be asked."))
    nearest = consent.best_consent(db.session, case.client, agency, asked, items, day=today, case=case)
    if not items:
        return Gate(case, None, _("Tick what will be shared, or signpost instead."))
    if nearest is not None and nearest.complete:
        return Gate(case, nearest, "")
    return Gate(case, nearest, coverage.refusal(nearest, case.client.name, agency, today).text)


def _send(role: str, cases: list[Case], asked: Code, form: ReferForm) -> Any:
    """Send for every case whose consent covers it; those not covered are named with the reason."""
    sent, refused = [], []
    for case in cases:
        try:
            made = draft_of(case, asked, form)
            referrals.send(db.session, made, form.channel.data)
            db.session.commit()
            sent.append(made)
        except RuleBroken as broken:
            db.session.rollback()
            refused.append(f"{case.ref}: {broken}" if len(cases) > 1 else str(broken))
    if not sent:
        return _check(role, cases, asked, form, refused=" ".join(refused))
    flash(sent_words(sent), "success")
    for words in refused:
        flash(words, "warning")
    return redirect(page_after(role, sent))


def draft_of(case: Case, asked: Code, form: ReferForm) -> Referral:
    agency = form.agency()
    assert agency is not None
    return referrals.draft(
        db.session, case, agency, asked, _items(form), instruction=form.instruction.data, reason=form.reason.data,
        urgent=form.urgent.data, previous=_previous([case]),
    )  # fmt: skip


def sent_words(sent: list[Referral]) -> str:
    words = ngettext("Sent.", "%(num)s referrals sent.", len(sent))
    if len(sent) == 1 and sent[0].response_due is not None:
        words = _("Sent. Answer due %(day)s.", day=short(sent[0].response_due))
    return words


def page_after(role: str, made: list[Referral]) -> str:
    url = details.url_of(role, made[0]) if len(made) == 1 else None
    return url or url_for(f"{role}_referral.index_view")


def _ask_consent(role: str, cases: list[Case], asked: Code, form: ReferForm) -> Any:
    """Keep the referral as a draft and open the consent form filled in with it; then back to sending it."""
    if not cases:
        abort(404)
    try:
        made = draft_of(cases[0], asked, form)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        return _check(role, cases, asked, form, refused=str(broken))
    flash(_("The referral is kept as a draft. Record the consent, then send it."), "info")
    return redirect(url_for(
        f"{role}_consent.create_view", client_id=made.case.client_id, agency_id=made.agency_id, kind="share_agency",
        purposes=made.request_id, scope=[item.id for item in made.items],
        then=url_for(f"refer.{role}_send", id=made.id),
    ))  # fmt: skip


def _keep(role: str, cases: list[Case], asked: Code, form: ReferForm) -> Any:
    return _all_or_none(role, cases, asked, form, draft_of, _("Kept as a draft. Nothing has left the office."))


def _signpost(role: str, cases: list[Case], asked: Code, form: ReferForm) -> Any:
    def signposted(case: Case, code: Code, filled: ReferForm) -> Referral:
        agency = filled.agency()
        assert agency is not None
        return referrals.signpost(db.session, case, agency, code, reason=filled.reason.data)

    words = _("Recorded as a signpost: the client was told where to ask. Nothing has left the office.")
    return _all_or_none(role, cases, asked, form, signposted, words)


def _all_or_none(
    role: str, cases: list[Case], asked: Code, form: ReferForm,
    act: Callable[[Case, Code, ReferForm], Referral], words: str,
) -> Any:  # fmt: skip
    try:
        made = [act(case, asked, form) for case in cases]
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        return _check(role, cases, asked, form, refused=str(broken))
    flash(words, "success")
    return redirect(page_after(role, made))


_ACTS = {"send": _send, "keep": _keep, "signpost": _signpost}


@bp.post("/find-agency/")
def agencies_found() -> Any:
    """Suggest agencies by name for the look-up field."""
    if current.acting_role() not in ROLES:
        abort(403)
    finder = options.Finder(db.session, Agency, Sensitivity.OFFICE, (Agency.active.is_(True),))
    return saving.found_as_json(finder, request.form.get("query", ""))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/refer/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
