"""Issues: raised from ticked cases in one form, rested on evidence, decided by a manager."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from admin_views import campaign_shown, current, issue_shown, once, pages, saving
from admin_views.db import db
from admin_views.fields import ChoiceField, Required, TicksField
from admin_views.issue_forms import EvidenceForm, IssueForm, finders, offered, things_of
from admin_views.keys import row_key, row_keys
from admin_views.own_case import page_of as page_of_case
from casework import campaigns, issue_counts, issues
from casework.problems import RuleBroken
from models import Case, Issue, IssueEvidence

bp = Blueprint("issues", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE = 422
MOST_CASES = 100


@dataclass(frozen=True)
class Standing:
    """One issue or campaign in the list."""

    title: str
    url: str
    badge: pages.Badge
    second: str
    due: pages.Badge | None = None


def _list(role: str) -> Any:
    """Show every issue and campaign, with what stands behind each."""
    _must_be(role)
    counts = issue_counts.standing(db.session)
    return render_template(
        "casework/issues.html",
        issues=[_standing(role, one, counts.get(one.id, (0, 0))) for one in issues.issues(db.session)],
        campaigns=[campaign_shown.standing(role, one) for one in campaigns.campaigns(db.session)],
        new_url=url_for(f"{role}_case.index_view"), review_url=url_for(f"review.{role}"),
        patterns_url=url_for(f"patterns.{role}"),
    )  # fmt: skip


def _standing(role: str, issue: Issue, counted: tuple[int, int]) -> Standing:
    clients = ngettext("%(num)s client", "%(num)s clients", counted[0])
    pieces = ngettext("%(num)s piece of evidence", "%(num)s pieces of evidence", counted[1])
    return Standing(
        issue.title, url_for(f"{role}_issue.details_view", id=issue.id), issue_shown.badge_of(issue),
        " · ".join(filter(None, (issue.agency.name if issue.agency is not None else "", clients, pieces))),
        issue_shown.due_badge(issue),
    )  # fmt: skip


# A new issue


def _new(role: str) -> Any:
    """Make an issue of the cases that were ticked."""
    _must_be(role)
    once.only()
    cases = _ticked()
    form = _new_form(cases)
    if request.method == "POST" and form.validate():
        things = things_of(form.things.data)
        try:
            made = issues.raise_issue(db.session, form.said(), things)
            leads_to, is_issue = url_for(f"{role}_issue.details_view", id=made.id), made.status == "issue"
            once.commit(leads_to)
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, broken.problems)
        else:
            flash(
                _("An issue is made. Who decides has it on their list.")
                if is_issue
                else _("A signal is kept. It becomes an issue once a second client's evidence is added."),
                "success",
            )
            return redirect(leads_to)
    page = pages.FormPage(
        heading=_("Make an issue"), title=_("Make an issue"), verb=_("Make the issue"),
        leave_url=url_for(f"issues.{role}"), above=pages.Link(_("Issues and campaigns"), url_for(f"issues.{role}")),
        lead=ngettext("From %(num)s case.", "From %(num)s cases.", len(cases)) + " " + _(issues.TWO),
        lookup_url=url_for("refer.agencies_found"), echo_url=url_for("pages.date_in_words"),
        groups=(
            pages.Group(_("The pattern"), ("title", "finding")),
            pages.Group(_("Where it comes from"), ("agency_id", "unit_id", "policy", "cause_id")),
            pages.Group(_("The decision"), (("owner_id", "decide_by"),)),
            pages.Group(_("The cases"), ("things",)),
        ),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _ticked() -> list[Case]:
    """Give the cases that the address names and the reader may open."""
    keys = row_keys(request.args.getlist("case"), MOST_CASES)
    return list(db.session.scalars(select(Case).where(Case.id.in_(keys)).order_by(Case.ref))) if keys else []


def _new_form(cases: list[Case]) -> Any:
    things = offered(cases)

    class OfCases(IssueForm):
        things = TicksField(
            _l("What it rests on"), choices=offered(cases),
            description=_l("The cases as a whole, or single things in them: a request, a conduct, an incident."),
        )  # fmt: skip

    begins = {"things": [key for key, _words in things if key.startswith("case-")]}
    return OfCases(request.form if request.method == "POST" else None, data=begins, meta={"finders": finders()})


# Evidence


def _add(role: str) -> Any:
    """Add something of a case to an issue; either may be named by the address."""
    _must_be(role)
    once.only()
    case = _case()
    if case is None:
        return _ask_for_case(role)
    form = _add_form(case)
    if request.method == "POST" and form.validate() and _kept(role, form):
        return redirect(url_for(f"{role}_issue.details_view", id=form.issue_id.data))
    page = pages.FormPage(
        heading=_("Add to an issue"), title=_("Add to an issue"), verb=_("Add"), leave_url=page_of_case(role, case),
        above=pages.Link(case.ref, page_of_case(role, case)),
        lead=_("It is counted there. Nothing of it leaves the office: a count does, and only a large enough one."),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), UNPROCESSABLE if form.errors else 200


def _kept(role: str, form: Any) -> bool:
    """Save what was ticked, all of it or nothing."""
    issue = db.session.scalars(select(Issue).where(Issue.id == form.issue_id.data)).one_or_none() or abort(404)
    things = things_of(form.things.data)
    if not things:
        form.things.errors = [_("Tick what belongs there.")]
        return False
    try:
        for one in things:
            issues.add_evidence(db.session, issue, one, form.why.data or None)
        once.commit(url_for(f"{role}_issue.details_view", id=issue.id))
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return False
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        saving.show_problems(form, [saving.changed_meanwhile()])
        return False
    flash(ngettext("Added to the issue.", "%(num)s things added to the issue.", len(things)), "success")
    return True


def _case() -> Case | None:
    """Give the case that is named by its number, or by its reference as it is typed."""
    found = select(Case)
    if "case" in request.args:
        key = row_key(request.args.get("case"))
        return db.session.scalars(found.where(Case.id == key)).one_or_none() or abort(404)
    typed = request.args.get("typed", "").strip()
    return db.session.scalars(found.where(Case.ref == typed)).one_or_none() if typed else None


def _ask_for_case(role: str) -> Any:
    typed = request.args.get("typed", "").strip()
    return render_template(
        "casework/issue_case.html", issue=row_key(request.args.get("issue")), typed=typed,
        own_url=url_for(f"issues.{role}_add"), above=pages.Link(_("Issues and campaigns"), url_for(f"issues.{role}")),
        cases_url=url_for(f"{role}_case.index_view"),
    ), UNPROCESSABLE if typed else 200  # fmt: skip


def _add_form(case: Case) -> Any:
    several = [(one.id, one.title) for one in issues.can_take(db.session)]

    class OfCase(EvidenceForm):
        issue_id = ChoiceField(_l("Issue"), [Required(_l("Choose the issue."))], choices=several, width="w-full")
        things = TicksField(_l("What belongs there"), choices=offered([case]))

    begins = {"issue_id": row_key(request.args.get("issue")) if "issue" in request.args else None}
    return OfCase(request.form if request.method == "POST" else None, data=begins)


def _out(role: str) -> Any:
    """Take a piece of evidence out of its issue, with the reason."""
    _must_be(role)
    key = row_key(request.args.get("evidence"))
    found = db.session.scalars(select(IssueEvidence).where(IssueEvidence.id == key)).one_or_none() or abort(404)
    back, told = url_for(f"{role}_issue.details_view", id=found.issue_id), ()
    reason = request.form.get("reason", "")
    if request.method == "POST":
        try:
            issues.take_out(db.session, found, reason)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            told = tuple(one.text for one in broken.problems)
        except StaleDataError:
            db.session.rollback()
            told = (saving.changed_meanwhile().text,)
        else:
            flash(_("Taken out. It stays to be seen with its reason."), "success")
            return redirect(back)
    page = pages.ConfirmPage(
        heading=_("Take this out of the issue?"), lines=(_("It no longer counts for the issue."),),
        verb=_("Take it out"), back_url=back, action_url=request.full_path,
        asks_reason=True, reason=reason, problems=told,
        stays=_("The case itself stays as it is, and so does the record that this was evidence."),
    )  # fmt: skip
    return render_template("casework/confirm.html", page=page), UNPROCESSABLE if told else 200


# Deciding


def _step(role: str) -> Any:
    """Move an issue on."""
    _must_be(role)
    issue = db.session.scalars(select(Issue).where(Issue.id == row_key(request.args.get("id")))).one_or_none()
    if issue is None:
        abort(404)
    key, status = issue.id, request.form.get("status", "")
    if status not in issues.ISSUE_STEPS[issue.status]:
        flash(_("This step is not open now. This is how the issue stands."), "warning")
        return redirect(url_for(f"{role}_issue.details_view", id=key))
    try:
        issues.step(db.session, issue, status, request.form.get("reason", ""))
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        flash(_("Not done: a colleague was faster. This is how the issue stands now."), "warning")
    else:
        flash(_("Written down."), "success")
    return redirect(url_for(f"{role}_issue.details_view", id=key))


def _must_be(role: str) -> None:
    if current.acting_role() != role:
        abort(403)


for _role in ROLES:
    for _name, _path, _page, _methods in (
        ("", "", _list, ["GET"]), ("_new", "new/", _new, ["GET", "POST"]), ("_add", "add/", _add, ["GET", "POST"]),
        ("_out", "out/", _out, ["GET", "POST"]), ("_step", "step/", _step, ["POST"]),
    ):  # fmt: skip
        bp.add_url_rule(f"/{_role}/issues/{_path}", f"{_role}{_name}", _page, methods=_methods,
                        defaults={"role": _role})  # fmt: skip
