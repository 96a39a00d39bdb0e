"""Write the plan of a case, or change it: one page, a row for each step, suggestions beside it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict

from admin_views import options, pages, plan, plan_shown, saving
from admin_views.db import db
from admin_views.keys import row_key, row_keys
from admin_views.own_case import CONFLICT, ROLES, UNPROCESSABLE, case_for
from admin_views.plan import bp
from admin_views.plan_forms import PlanForm
from casework import guard, plans
from casework.problems import RuleBroken
from models import Case, Plan, PlanStep

ROW = "row"
SUGGEST = "suggest:"


def _page(role: str) -> Any:
    case = case_for(role)
    present = next((one for one in plan_shown.versions_of(case) if one.is_current), None)
    waiting = [one for one in present.steps if one.state == "todo"] if present is not None else []
    open_steps = sorted(plan_shown.in_order(waiting), key=lambda one: not one.is_chosen)
    act = request.form.get("act", "")
    typed = _with_suggestion(act) if request.method == "POST" else None
    version = present.version if present is not None else None
    form = PlanForm.of(typed, open_steps, version)
    if request.method == "GET" or act == ROW or act.startswith(SUGGEST):
        return _show(role, case, present, form)
    if form.version.is_stale:
        return _stale(role, case, present, form)
    if form.validate() and _has_a_step(form, present):
        if not _differs(form, PlanForm.of(None, open_steps, version)):
            flash(_("Nothing was changed."), "info")
            return redirect(plan.address(role, case))
        answer = _save(role, case, form)
        if answer is not None:
            return answer
    return _show(role, case, present, form)


def _with_suggestion(act: str) -> MultiDict[str, str]:
    """Give what was typed, with a suggestion as one more row: somebody still says what it is for and who acts."""
    typed = MultiDict(request.form)
    words = dict(options.codes("plan_suggestion")).get(row_key(act.removeprefix(SUGGEST)))
    if act.startswith(SUGGEST) and words:
        places = row_keys((name.removeprefix("steps-").partition("-")[0] for name in typed), len(typed))
        blank = [place for place in sorted(set(places)) if not _is_used(typed, place)]
        typed[f"steps-{blank[0] if blank else max(places, default=-1) + 1}-what"] = words
    return typed


def _is_used(typed: MultiDict[str, str], place: int) -> bool:
    return bool(typed.get(f"steps-{place}-id") or typed.get(f"steps-{place}-what", "").strip())


def _has_a_step(form: PlanForm, present: Plan | None) -> bool:
    over = present is not None and any(one.state != "todo" for one in present.steps)
    if not over and form.steps.is_blank():
        form.steps.errors = [*form.steps.errors, _("Write down at least one step.")]
        return False
    return True


def _save(role: str, case: Case, form: PlanForm) -> Any:
    """Write the rows into the plan, or into a new version of an agreed one; None if a rule was broken."""
    try:
        with db.session.no_autoflush:
            written, copies = plans.open_for_change(db.session, case)
            is_new_version = written.number > 1 and written.id is None
            _fill(form, written, copies)
        if form.steps.errors:
            db.session.rollback()
            return None
        plans.save_steps(db.session, written, copies)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return None
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        form.is_conflict = True
        saving.show_problems(form, [saving.changed_meanwhile()])
        return None
    flash(_saved_words(written, is_new_version), "success")
    return redirect(plan.address(role, case))


def _fill(form: PlanForm, written: Plan, copies: dict[PlanStep, PlanStep]) -> None:
    """Put each row into its step; what a rule says of a step stands beside its own box."""
    for row in form.steps.rows:
        if row.child is not None and row.is_removed:
            plans.leave_out(db.session, written, row.child, copies)
        elif row.counts:
            step = plans.new_step(written) if row.child is None else copies[row.child]
            row.write(step)
            _judge(form, row, step)


def _judge(form: PlanForm, row: Any, step: PlanStep) -> None:
    for problem in guard.problems_of(step, db.session):
        name = next((one for one in (problem.field, f"{problem.field}_id") if one in row.inputs), None)
        if name is not None:
            row.inputs[name].errors = [*row.inputs[name].errors, problem.text]
        form.steps.errors = [*form.steps.errors, form.steps._rows_wrong if name is not None else problem.text]


def _differs(form: PlanForm, saved: PlanForm) -> bool:
    """Say whether a row was added, taken away or written differently."""
    fresh = any(row.is_removed or (row.child is None and row.counts) for row in form.steps.rows)
    return fresh or _said_in(form) != _said_in(saved)


def _said_in(form: PlanForm) -> dict[str, dict[str, Any]]:
    """Give what stands in each row of a step that is there already, by its key."""
    rows = [row for row in form.steps.rows if row.child is not None]
    return {row.key: {name: field.data for name, field in row.inputs.items()} for row in rows}


def _saved_words(written: Plan, is_new_version: bool) -> str:
    agree = _("Go through it with the client and record that they agree.")
    saved = _("Saved as version %(number)s.", number=written.number) if is_new_version else _("Saved.")
    return f"{saved} {agree}"


def _stale(role: str, case: Case, present: Plan | None, form: PlanForm) -> Any:
    form.is_conflict = True
    saving.show_problems(form, [saving.changed_meanwhile()])
    form.version.renew()
    return _show(role, case, present, form)


def _show(role: str, case: Case, present: Plan | None, form: PlanForm) -> Any:
    today = plan_shown.today()
    own = plan.address(role, case)
    page = pages.FormPage(
        heading=_("Change the plan") if present is not None else _("Write the plan"),
        title=_("Plan of %(case)s", case=case), verb=_("Save plan"), leave_url=own, lead=_lead(present),
        above=pages.Link(_("Action plan"), own), echo_url=url_for("pages.date_in_words"),
        lookup_url=url_for("refer.agencies_found"),
    )  # fmt: skip
    over = [plan_shown.step_shown(one, today) for one in (present.steps if present else ()) if one.state != "todo"]
    answer = render_template(
        "casework/plan_write.html", page=page, form=form, over=over, suggestions=options.codes("plan_suggestion"),
    )  # fmt: skip
    wrong = CONFLICT if form.is_conflict else UNPROCESSABLE
    return answer, wrong if form.errors or form.form_errors else 200


def _lead(present: Plan | None) -> str:
    if present is not None and present.agreed_on is not None:
        return _("The client has agreed to version %(number)s. A change makes a new version, to be agreed again.",
                 number=present.number)  # fmt: skip
    return _("Nothing is decided beforehand: write what the client wants, and what they looked at and declined.")


for _role in ROLES:
    bp.add_url_rule(
        f"/{_role}/actionplan/write/", f"{_role}_write", _page, methods=["GET", "POST"], defaults={"role": _role},
    )  # fmt: skip
