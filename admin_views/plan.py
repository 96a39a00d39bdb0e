"""The plan of a case: what was agreed, who does what by when, how the client stands, and how it all went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from admin_views import measure_forms, options, pages, plan_shown, saving
from admin_views.db import db
from admin_views.keys import row_key
from admin_views.own_case import CONFLICT, ROLES, UNPROCESSABLE, above, case_for, page_of
from admin_views.plan_forms import AgreeForm, DoneForm, DropForm
from casework import measures, plans
from casework.chain import chain_of
from casework.context import acting
from casework.datetext import short
from casework.problems import RuleBroken
from models import Case, Code, Language, Plan, PlanStep

bp = Blueprint("plan", __name__)


class StepForms(NamedTuple):
    """What may be done with a step: two small forms, named apart from those of the other steps."""

    done: DoneForm
    drop: DropForm


def _page(role: str) -> Any:
    case = case_for(role)
    if request.method == "POST":
        act = _ACTS.get(request.form.get("act", "")) or abort(400)
        return act(role, case)
    return show(role, case)


def address(role: str, case: Case) -> str:
    return url_for(f"plan.{role}", case=case.id)


def show(role: str, case: Case, *, agree: AgreeForm | None = None, step: Any = None, status: int = 200) -> Any:
    """Give the page; `agree` or `step` (the step and its form) hold what was typed and is not saved."""
    versions = plan_shown.versions_of(case)
    plan = next((one for one in versions if one.is_current), None)
    today = plan_shown.today()
    chosen = [one for one in plan.steps if one.is_chosen] if plan is not None else []
    running = case.status in plans.OPEN_STATES
    answer = render_template(
        "casework/plan.html", page=_form_page(role, case, plan), case=case, plan=plan, running=running,
        steps=[plan_shown.step_shown(one, today) for one in plan_shown.in_order(chosen)],
        declined=[plan_shown.step_shown(one, today) for one in (plan.steps if plan else ()) if not one.is_chosen],
        older=[plan_shown.version_shown(one, today) for one in versions if one is not plan],
        agree=agree or (_agree_form(case, plan) if plan is not None and plan.agreed_on is None and running else None),
        forms={one.id: _step_forms(one, step) for one in chosen}, wrong_form=step[1] if step else None,
        measured=measure_forms.rows(measures.measures_of(db.session, case)), columns=measure_forms.columns(),
        share=plan_shown.who_acts_shown(case, plan), late=_late(case, plan), **chain_shown(role, case),
        write_url=url_for(f"plan.{role}_write", case=case.id),
        measure_url=url_for(f"plan.{role}_measure", case=case.id),
    )  # fmt: skip
    return answer, status


def _step_forms(step: PlanStep, wrong: Any) -> StepForms:
    """Give the two forms of a step; the one that was sent and is not saved keeps what was typed."""
    done = DoneForm(data={"on": plan_shown.today()}, prefix=_prefix(step))
    drop = DropForm(prefix=_prefix(step))
    if wrong is not None and wrong[0] == step.id:
        return StepForms(wrong[1], drop) if isinstance(wrong[1], DoneForm) else StepForms(done, wrong[1])
    return StepForms(done, drop)


def _prefix(step: PlanStep) -> str:
    return f"step{step.id}-"


def chain_shown(role: str, case: Case) -> dict[str, Any]:
    """Give the cases that this one follows, as links, and since when we have known of it."""
    chain = chain_of(db.session, case)
    links = [
        pages.Link(_("%(case)s, opened %(day)s", case=one.ref, day=short(one.opened_on)) if one.opened_on else one.ref,
                   page_of(role, one))
        for one in chain.cases[1:]
    ]  # fmt: skip
    words = ""
    if chain.since is not None:
        words = ngettext(
            "Known to us since %(day)s: 1 month in all.", "Known to us since %(day)s: %(num)s months in all.",
            chain.months, day=short(chain.since),
        )  # fmt: skip
    return {"chain": chain, "chain_links": links, "chain_words": words}


def _form_page(role: str, case: Case, plan: Plan | None) -> pages.FormPage:
    return pages.FormPage(
        heading=_("Action plan"), title=_("Action plan of %(case)s", case=case), verb=_("Save agreement"),
        leave_url=above(role, case).url, above=above(role, case),
        lead=plan_shown.words_of(plan) if plan is not None else "", echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip


def _late(case: Case, plan: Plan | None) -> tuple[str, ...]:
    """Give by when the plan is to be agreed, and why, while it is not."""
    is_agreed = plan is not None and plan.agreed_on is not None
    if is_agreed or case.opened_on is None or case.status not in plans.OPEN_STATES:
        return ()
    return tuple(plans.to_be_agreed_by(db.session, case, plan).explained())


def _agree_form(case: Case, plan: Plan, typed: Any = None) -> AgreeForm:
    """Give the form, with the language of the last agreement or else the client's own."""
    language = plan.language_id or (case.client.language_id if case.client is not None else None)
    return AgreeForm(typed, data={
        "agreed_on": plan_shown.today(), "language_id": language, "expectations_on": case.expectations_on,
    })  # fmt: skip


def _agree(role: str, case: Case) -> Any:
    plan = plans.current_plan(db.session, case) or abort(404)
    form = _agree_form(case, plan, request.form)
    if str(plan.version) != request.form.get("version"):
        return _changed_meanwhile(role, case)
    if not form.validate():
        return show(role, case, agree=form, status=UNPROCESSABLE)
    language = options.fetched(Language)(form.language_id.data)
    try:
        plans.agree(db.session, plan, form.agreed_on.data, language, copy_given=form.copy_given.data,
                    expectations_on=form.expectations_on.data)  # fmt: skip
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return show(role, case, agree=form, status=UNPROCESSABLE)
    except StaleDataError:
        db.session.rollback()
        return _changed_meanwhile(role, case)
    flash(_("Agreed: %(words)s.", words=plan_shown.words_of(plan)), "success")
    return redirect(address(role, case))


def _changed_meanwhile(role: str, case: Case) -> Any:
    flash(_("Not saved: a colleague changed the plan a moment ago. Here it is as it stands now."), "warning")
    return show(role, case, status=CONFLICT)


def _step(case: Case) -> PlanStep:
    """Give the step that was pressed, of the present version of this case's plan."""
    statement = select(PlanStep).join(PlanStep.plan).where(
        PlanStep.id == row_key(request.form.get("step")), Plan.case_id == case.id, Plan.superseded_on.is_(None)
    )  # fmt: skip
    return db.session.scalars(statement).one_or_none() or abort(404)


def _done(role: str, case: Case) -> Any:
    step = _step(case)
    form = DoneForm(request.form, prefix=_prefix(step))

    def act() -> None:
        result = options.fetched(Code)(form.result_id.data) if form.result_id.data else None
        plans.tick_off(db.session, step, on=form.on.data or acting(db.session).today, result=result)

    return _with_step(role, case, step, form, act, _("Done: %(what)s.", what=step.what))


def _drop(role: str, case: Case) -> Any:
    step = _step(case)
    form = DropForm(request.form, prefix=_prefix(step))
    return _with_step(role, case, step, form, lambda: plans.drop(db.session, step, form.reason.data),
                      _("Dropped: %(what)s.", what=step.what))  # fmt: skip


def _again(role: str, case: Case) -> Any:
    step = _step(case)
    return _with_step(role, case, step, None, lambda: plans.take_up_again(db.session, step),
                      _("To do again: %(what)s.", what=step.what))  # fmt: skip


def _with_step(role: str, case: Case, step: PlanStep, form: Any, act: Callable[[], Any], said: str) -> Any:
    """Do one thing with a step; a broken rule is told beside its box, with what was typed kept."""
    key = step.id
    if form is not None and not form.validate():
        return show(role, case, step=(key, form), status=UNPROCESSABLE)
    try:
        act()
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        if form is None:
            flash(str(broken), "warning")
            return redirect(address(role, case))
        saving.show_problems(form, _beside(form, broken))
        return show(role, case, step=(key, form), status=UNPROCESSABLE)
    except StaleDataError:
        db.session.rollback()
        return _changed_meanwhile(role, case)
    flash(said, "success")
    return redirect(address(role, case))


def _beside(form: Any, broken: RuleBroken) -> list[Any]:
    names = {"done_on": "on", "dropped_reason": "reason", "result": "result_id"}
    return [type(one)(names.get(one.field, one.field), one.text) for one in broken.problems]


_ACTS: dict[str, Callable[[str, Case], Any]] = {"agree": _agree, "done": _done, "drop": _drop, "again": _again}


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/actionplan/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
