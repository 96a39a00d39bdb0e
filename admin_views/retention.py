"""Retention review: whose day has come, a decision for each, and the second manager who confirms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import current, details, pages
from admin_views.db import db
from admin_views.fields import AreaField, AtMost, ChipsField, DateText, Required
from admin_views.file_access import answered, attempt
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import anonymising, retention
from casework.access import PANELS
from casework.context import acting
from casework.datetext import short
from casework.problems import RuleBroken
from models import Case, Client, RetentionDecision
from models.declared import by_key
from models.protection import RETAINED

bp = Blueprint("retention", __name__)
LONGEST = by_key(RetentionDecision)["reason"].length or 0


@dataclass(frozen=True)
class Shown:
    """One line of the review: no name stands in it."""

    ref: str
    kind: str
    second: str
    badge: pages.Badge
    act: pages.Link


class DecideForm(OfficeForm):
    decision = ChipsField(
        _l("Decision"), [Required(_l("Choose what is to become of it."))], shows={"keep": "keep_until"},
        choices=(("keep", _l("Keep for a time")), ("anonymise", _l("Propose to anonymise"))),
    )  # fmt: skip
    keep_until = DateText(_l("Keep until"), prefer="future", description=_l("It is looked at again on that day."))
    reason = AreaField(
        _l("Reason"), [Required(), AtMost(LONGEST)], lines=3,
        description=_l("It names nobody and stays on record. For example: a claim for compensation is running."),
    )  # fmt: skip


class AnswerForm(OfficeForm):
    """The tick box that stands before what cannot be undone."""

    act = ChipsField(
        _l("Your answer"), [Required(_l("Choose one of the two."))],
        choices=(("confirm", _l("Anonymise now, for good")), ("turn_down", _l("Turn down, keep everything"))),
    )  # fmt: skip


def _managers_only() -> None:
    if current.acting_role() != "manager":
        abort(403)


def _page() -> Any:
    """List what waits, oldest first; counts of what was decided."""
    _managers_only()
    found = retention.review(db.session)
    waiting = [_waiting(one) for one in found.waiting[: retention.SHOWN]]
    facts = (
        (_("Wait for a decision"), str(len(found.waiting))),
        (_("Wait for a second person"), str(len(found.proposed))),
        (_("Kept for now"), str(found.kept)), (_("Anonymised so far"), str(found.anonymised)),
    )  # fmt: skip
    return render_template(
        "casework/retention.html", facts=_facts(facts), waiting=waiting, count=len(found.waiting),
        proposed=[_proposed(one) for one in found.proposed],
        decided=pages.Link(_("Every decision so far"), url_for("manager_retention.index_view")),
        terms=pages.Link(_("How long each kind is kept"), url_for("manager_setting.index_view", search="retention")),
    )  # fmt: skip


def _waiting(one: retention.Waiting) -> Shown:
    cases = ngettext("%(num)s case", "%(num)s cases", one.cases)
    since = _("over since %(day)s", day=short(one.last_on))
    return Shown(
        one.record.ref, _kind(one.kind), " · ".join((_kind(one.kind), cases, since)),
        pages.Badge(_("Since %(day)s", day=short(one.due_on)), "soon"),
        pages.Link(_("Decide"), _decide_url(one.record)),
    )  # fmt: skip


def _proposed(one: RetentionDecision) -> Shown:
    record = one.client or one.case
    by = _("proposed by %(who)s on %(day)s", who=one.decided_by or "–", day=short(one.decided_on))
    return Shown(
        record.ref if record is not None else str(one), _kind(one.kind), " · ".join((_kind(one.kind), by)),
        pages.Badge(_("To confirm"), "soon"),
        pages.Link(_("Look at it"), url_for("retention.manager_answer", id=one.id)),
    )  # fmt: skip


def _facts(pairs: Iterable[tuple[str, str]]) -> list[pages.Fact]:
    return [pages.Fact(label, pages.Cell(words)) for label, words in pairs]


def _kind(word: str) -> str:
    return _(dict(RETAINED)[word])


def _decide_url(record: Client | Case) -> str:
    name = "client" if isinstance(record, Client) else "case"
    return url_for("retention.manager_decide", **{name: record.id})


def _record() -> Client | Case:
    """Give the client or the enquiry that the address names."""
    _managers_only()
    client, enquiry = row_key(request.args.get("client")), row_key(request.args.get("case"))
    model, key = (Client, client) if "client" in request.args else (Case, enquiry)
    found: Client | Case | None = db.session.scalars(select(model).where(model.id == key)).one_or_none()
    return found or abort(404)


def _decide() -> Any:
    record, own = _record(), url_for("retention.manager")
    try:
        waiting = retention.waiting_for(db.session, record)
    except RuleBroken as broken:
        flash(str(broken), "info")
        return redirect(own)
    form = DecideForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate() and attempt(form, lambda: _decided(waiting, form)):
        flash(_said(record.ref, form), "success")
        return redirect(own)
    page = pages.FormPage(
        heading=_("%(ref)s: keep or anonymise?", ref=record.ref), title=_("Keep or anonymise?"), verb=_("Decide"),
        leave_url=own, above=pages.Link(_("Retention review"), own), echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    return answered("casework/retention_decide.html", form, page=page, **_what(record, waiting.kind))


def _decided(waiting: retention.Waiting, form: DecideForm) -> None:
    if form.decision.data == "keep":
        retention.keep(db.session, waiting, form.keep_until.data, form.reason.data or "")
    else:
        retention.propose(db.session, waiting, form.reason.data or "")


def _said(ref: str, form: DecideForm) -> str:
    if form.decision.data == "keep":
        return _("%(ref)s is kept until %(day)s.", ref=ref, day=short(form.keep_until.data))
    return _("Proposed. Nothing is removed until another manager confirms it.")


def _what(record: Client | Case, kind: str) -> dict[str, Any]:
    """Give what a decision is about, in counts and in the words that stand beside it."""
    whole = anonymising.whole_of(db.session, record)
    counts = anonymising.counts_of(db.session, whole)
    words = {panel.model.__name__: (panel.one, panel.several) for panel in PANELS}
    held = [f"{counts[name]} {_(words[name][counts[name] != 1])}" for name in counts if name in words]
    return {
        "kind": _kind(kind), "held": ", ".join(held), "against": list(retention.against(db.session, record)),
        "open": pages.Link(_("Open the file"), details.url_of("manager", record) or url_for("pages.home")),
    }  # fmt: skip


def _answer() -> Any:
    _managers_only()
    key = row_key(request.args.get("id"))
    decision = db.session.scalars(select(RetentionDecision).where(RetentionDecision.id == key)).one_or_none()
    record = (decision.client or decision.case) if decision is not None else None
    if decision is None or record is None:
        abort(404)
    own = url_for("retention.manager")
    if decision.status != "proposed":
        return redirect(url_for("manager_retention.details_view", id=decision.id))
    form, ref = AnswerForm(request.form if request.method == "POST" else None), record.ref
    if request.method == "POST" and form.validate() and attempt(form, lambda: _answered(decision, form.act.data)):
        if form.act.data == "confirm":
            anonymising.sweep(db.engine)
            flash(_("%(ref)s is anonymised. Backups made before today still hold it until they are dropped; the paper "
                    "file is yours to destroy.", ref=ref), "success")  # fmt: skip
        else:
            flash(_("Turned down. Everything of %(ref)s is as it was.", ref=ref), "success")
        return redirect(own)
    page = pages.FormPage(
        heading=_("Anonymise %(ref)s?", ref=ref), title=_("Anonymise?"), verb=_("Answer"), leave_url=own,
        above=pages.Link(_("Retention review"), own),
        lead=_("Proposed by %(who)s on %(day)s: %(why)s", who=decision.decided_by or "–", why=decision.reason,
               day=short(decision.decided_on)),
    )  # fmt: skip
    mine = decision.decided_by_id == acting(db.session).user_id
    return answered("casework/retention_decide.html", form, page=page, is_mine=mine, **_what(record, decision.kind))


def _answered(decision: RetentionDecision, act: str) -> None:
    if act == "confirm":
        retention.confirm(db.session, decision)
    else:
        retention.turn_down(db.session, decision)


bp.add_url_rule("/manager/retention-review/", "manager", _page)
bp.add_url_rule("/manager/retention-review/decide/", "manager_decide", _decide, methods=["GET", "POST"])
bp.add_url_rule("/manager/retention-review/answer/", "manager_answer", _answer, methods=["GET", "POST"])
