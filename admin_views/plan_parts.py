"""What the plan, closing and after-care show on the page of a case: a card, entries, ways on."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from admin_views import pages, plan_shown, shown
from admin_views.db import db
from admin_views.plan_shown import in_order, second_line, versions_of, words_of
from casework import cases
from casework.datetext import short
from casework.settings import office
from models import Case, PlanStep

ROLES = ("manager", "caseworker")


def plan_card(role: str, case: Case) -> pages.Card | None:
    """Give the present version of the plan, each step with its state."""
    if role not in ROLES:
        return None
    versions = versions_of(case)
    own = url_for(f"plan.{role}", case=case.id)
    if not versions:
        links = (pages.Link(_("Write the plan"), url_for(f"plan.{role}_write", case=case.id)),)
        return pages.Card("plan", _("Action plan"), links=links if case.status in cases.RUNNING else (),
                          empty=_("No plan yet."))  # fmt: skip
    plan = versions[0]
    steps = [one for one in in_order(plan.steps) if one.is_chosen and one.state != "dropped"]
    return pages.Card(
        "plan", _("Action plan"), lines=tuple(_line(step) for step in steps), lead=words_of(plan),
        links=(pages.Link(_("Open the plan"), own),), empty=_("No step is written down."),
    )  # fmt: skip


def _line(step: PlanStep) -> pages.Line:
    if step.state == "done":
        badge = pages.Badge(_("Done"), "ok")
    elif step.due_on is not None:
        badge = shown.due_badge(step.due_on, plan_shown.today(), _("To do"))
    else:
        badge = pages.Badge(_("To do"), "note")
    return pages.Line(step.what, badge, second=second_line(step))


def plan_entries(role: str, case: Case) -> Iterator[pages.Entry]:
    """Give an entry for each version that the client agreed to, on its day."""
    if role not in ROLES:
        return
    for plan in versions_of(case):
        if plan.agreed_on is not None:
            count = sum(step.is_chosen for step in plan.steps)
            yield pages.Entry(
                at=office(db.session).closes_on(plan.agreed_on), when=short(plan.agreed_on), kind="note", icon="doc",
                title=_("Plan agreed"), text=words_of(plan), meta=_("Steps: %(count)s", count=count),
                url=url_for(f"plan.{role}", case=case.id),
            )  # fmt: skip


def ways_on(role: str, case: Case) -> Iterator[pages.Link]:
    """Give the ways on that the state of the case allows."""
    if role not in ROLES:
        return
    if case.status in cases.RUNNING:
        yield pages.Link(_("Action plan"), url_for(f"plan.{role}", case=case.id))
        yield pages.Link(_("Close case"), url_for(f"closing.{role}", case=case.id))
    elif case.status == "closed":
        yield pages.Link(_("After-care contact"), url_for(f"aftercare.{role}", case=case.id))
        yield pages.Link(_("Open again"), url_for(f"closing.{role}_reopen", case=case.id))
