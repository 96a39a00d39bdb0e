"""What is done from My day: tick a task off, take that back, put it off with a reason, see why it is due then."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError

from admin_views import current, my_day, pages, saving
from admin_views.db import db
from admin_views.fields import DateText, LineField, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import tasks
from casework.datetext import in_words, short
from casework.my_day import initials, without_names
from casework.problems import Problem, RuleBroken
from models import Case, Task

bp = Blueprint("day", __name__)
ROLES = ("manager", "caseworker", "coordinator")
NAMED = {"put_off_until": "until", "put_off_reason": "reason"}  # columns by their fields here
UNPROCESSABLE, CONFLICT = 422, 409


class PutOffForm(OfficeForm):
    until = DateText(_l("Until"), [Required(_l("Enter the day to which it is put off."))], quick=(1, 3, 5))
    reason = LineField(
        _l("Reason"), [Required(_l("Give the reason for putting this off."))], width="w-full",
        description=_l("Colleagues read it on their list."),
    )  # fmt: skip


def _task(role: str) -> Task:
    """Give the task that the page names, within the reader's scope."""
    if current.acting_role() != role:
        abort(403)
    key = row_key(request.values.get("id"))
    statement = select(Task).where(Task.id == key).options(joinedload(Task.case).joinedload(Case.client))
    return db.session.scalars(statement).one_or_none() or abort(404)


def _home(role: str, **more: Any) -> str:
    return url_for(f"{role}_home.index", who="everyone" if request.values.get("who") == "everyone" else None, **more)


def _done(role: str) -> Any:
    task = _task(role)
    try:
        tasks.tick_off(db.session, task)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
        return redirect(_home(role))
    except StaleDataError:
        db.session.rollback()
        flash(_("Not ticked off: a colleague changed this a moment ago. Look at it again."), "warning")
        return redirect(_home(role))
    return redirect(_home(role, done=task.id))


def _undo(role: str) -> Any:
    task = _task(role)
    try:
        tasks.undo(db.session, task)
        db.session.commit()
        flash(_("Undone: it is on the list again."), "success")
    except (RuleBroken, StaleDataError) as error:
        db.session.rollback()
        stale = _("Not undone: a colleague changed this a moment ago.")
        flash(str(error) if isinstance(error, RuleBroken) else stale, "warning")
    return redirect(_home(role))


def _page(role: str) -> Any:
    task = _task(role)
    form = PutOffForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            tasks.put_off(db.session, task, form.until.data, form.reason.data)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, [Problem(NAMED.get(one.field, ""), one.text) for one in broken.problems])
        except StaleDataError:
            db.session.rollback()
            form.is_conflict = True
            saving.show_problems(form, [saving.changed_meanwhile()])
        else:
            flash(_("Put off until %(day)s.", day=in_words(form.until.data)), "success")
            return redirect(_home(role))
    return _show(role, task, form)


def _show(role: str, task: Task, form: PutOffForm) -> Any:
    client = task.case.client if task.case is not None else None
    about = " · ".join(filter(None, (task.case.ref if task.case is not None else "", initials(client))))
    state = _("done on %(day)s", day=short(task.done_on)) if task.done_on else _("due %(day)s", day=short(task.due_on))
    page = pages.FormPage(
        heading=without_names(task.what, client), title=_("One task"), verb=_("Put it off"), leave_url=_home(role),
        above=pages.Link(_("My day"), _home(role)), lead=" · ".join(filter(None, (state, about))),
        echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    why_not = _("This is done already.") if task.done_on else ""
    if task.kind == "deadline" and not why_not:
        why_not = _("This date is set by others or by law, so it cannot be put off. Do it, or give it to a colleague.")
    wrong = CONFLICT if form.is_conflict else UNPROCESSABLE
    answer = render_template(
        "casework/day_task.html", page=page, form=form, task_id=task.id, trace=(task.trace or "").splitlines(),
        answer=my_day.answer_link(role, task), done_url=url_for(f"day.{role}_done"),
        can_put_off=not why_not, why_not=why_not,
        by_hand=task.done_on is None and (task.about is None or task.about in tasks.BY_HAND),
    )  # fmt: skip
    return answer, wrong if form.errors else 200


for _role in ROLES:
    _more = {"defaults": {"role": _role}}
    bp.add_url_rule(f"/{_role}/day/task/", f"{_role}_task", _page, methods=["GET", "POST"], **_more)
    bp.add_url_rule(f"/{_role}/day/done/", f"{_role}_done", _done, methods=["POST"], **_more)
    bp.add_url_rule(f"/{_role}/day/undo/", f"{_role}_undo", _undo, methods=["POST"], **_more)
