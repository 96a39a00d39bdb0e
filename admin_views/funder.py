"""Files of figures for funders: choose a grant and its days, look at what will stand in the file, make it.

Each file is kept as it was made and can be taken again, with a password or without. A password is typed by whoever
takes the file, is kept nowhere, and only wraps the file: the fingerprint is that of the file inside.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import undefer

from admin_views import current, funder_shown
from admin_views.db import db
from admin_views.fields import ChipsField, ChoiceField, DateText, LineField, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from admin_views.sheets import TYPES
from admin_views.withdrawal import as_file
from casework import audit, grants
from casework.periods import Period
from casework.problems import RuleBroken
from models import ExportRun, Grant
from models.database import begin_mode

bp = Blueprint("funder", __name__)
ROLES = ("manager", "reports")
UNPROCESSABLE = 422
SHORTEST_PASSWORD = 12  # signs: a file that travels can be tried for as long as somebody likes


class FunderForm(OfficeForm):
    """Step 1: for which grant, and which of its days."""

    grant = ChoiceField(_l("Grant"), [Required(_l("Choose the grant that the file is for."))], choices=lambda: [
        (one.id, f"{one.name}, {one.funder}") for one in grants.in_use(db.session)
    ])  # fmt: skip
    period = ChipsField(_l("Period"), [Required()], default="last_quarter", shows={"days": "days"}, choices=(
        ("last_quarter", _l("Last quarter")), ("year", _l("This year so far")), ("last_year", _l("Last year")),
        ("grant", _l("The grant so far")), ("days", _l("Other days")),
    ))  # fmt: skip
    first = DateText(_l("First day"), prefer="past", description=_l("For “Other days” only. Day first: 1/7 or 1 Jul."))
    last = DateText(_l("Last day"), prefer="past", description=_l("Up to today."))

    def __init__(self, formdata: Any = None, offered: list[Grant] | None = None) -> None:
        super().__init__(formdata)
        self.known = {one.id: one for one in offered or ()}
        if formdata is None and len(self.known) == 1:
            self.grant.data = next(iter(self.known))

    def chosen(self) -> tuple[Grant, Period] | None:
        """Give the grant and those of its days that were asked for; None with the faults beside their boxes."""
        if not self.validate():
            return None
        grant, today = self.known[self.grant.data], self.meta.today
        if self.period.data == "days":
            typed = self._typed_days()
            period = typed and grants.cut_to(grant, typed)
            if typed is None:
                return None
        else:
            period = grants.named_period(db.session, grant, self.period.data, today)
        if period is None:
            self.period.errors = [_("The grant pays for none of these days. Choose others, or correct the grant.")]
            return None
        return grant, period

    def _typed_days(self) -> Period | None:
        first, last = self.first.data, self.last.data
        for field, ask in ((self.first, _("Enter the first day.")), (self.last, _("Enter the last day."))):
            if field.data is None:
                field.errors = [ask]
        if first is not None and last is not None and last < first:
            self.last.errors = [_("The last day is before the first. Correct one of the two.")]
        elif last is not None and last > self.meta.today:
            self.last.errors = [_("This day is still to come. Choose today or an earlier day.")]
        return None if self.errors else Period(first, last)


class PasswordForm(OfficeForm):
    password = LineField(_l("Password for the file"), description=_l(
        "Leave it empty for a file without one. At least 12 signs; write it down now, it is kept nowhere here."
    ))  # fmt: skip


# Step 1: choose, and what was made before


def _start(role: str) -> Any:
    _only(role)
    offered = grants.in_use(db.session)
    asked = "grant" in request.args
    form = FunderForm(request.args if asked else None, offered)
    chosen = form.chosen() if asked else None
    if chosen is not None:
        return _preview(role, *chosen)
    answer = render_template(
        "casework/funder.html", form=form, role=role, own_url=url_for(f"funder.{role}"),
        echo_url=url_for("pages.date_in_words"), is_set_up=bool(offered),
        runs=[funder_shown.run_line(role, one) for one in grants.runs(db.session)],
        grants_url=url_for("manager_grant.index_view") if role == "manager" else "",
        new_url=url_for("manager_grant.create_view") if role == "manager" else "",
        templates_url=url_for("funder.manager_templates") if role == "manager" else "",
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


# Step 2: look at it


def _preview(role: str, grant: Grant, period: Period) -> Any:
    from exports import funder_files  # the spreadsheet library is slow to load and only needed here

    planned = funder_files.plan(db.session, grant, period)
    return render_template(
        "casework/funder_preview.html", page=funder_shown.preview(role, planned), make_url=url_for(
            f"funder.{role}_make"), back_url=url_for(f"funder.{role}"), grant=grant, period=period,
    )  # fmt: skip


# Step 3: make it


def _make(role: str) -> Any:
    """Keep the file as the preview showed it, and lead to it; another file made meanwhile is looked at again."""
    from exports import funder_files

    _only(role)
    grant, period = _posted()
    # Counting only reads; the office's one place to write is taken for the moment of keeping alone.
    db.session.rollback()
    begin_mode.set("DEFERRED")
    planned = funder_files.plan(db.session, grant, period)
    db.session.rollback()
    begin_mode.set("IMMEDIATE")
    who = current.person()
    try:
        run = funder_files.make(db.session, planned, who.name if who else "")
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
        return redirect(
            url_for(
                f"funder.{role}",
                grant=grant.id,
                period="days",
                first=f"{period.first:%d/%m/%Y}",
                last=f"{period.last:%d/%m/%Y}",
            )
        )
    flash(_("The file is made. Its figures stay as they are now."), "success")
    return redirect(url_for(f"funder.{role}_file", run=run.id))


def _posted() -> tuple[Grant, Period]:
    """Read what the preview carries; a page of ours never sends anything else."""
    form = FunderForm(request.form, grants.in_use(db.session))
    return form.chosen() or abort(400)


# A file that was made


def _file(role: str) -> Any:
    _only(role)
    return _shown(role, _run(), PasswordForm())


def _shown(role: str, run: ExportRun, form: PasswordForm) -> Any:
    from exports import funder_files

    answer = render_template(
        "casework/funder_file.html", run=funder_shown.run_page(run), form=form, back_url=url_for(f"funder.{role}"),
        late=funder_files.late(db.session, run), take_url=url_for(f"funder.{role}_take", run=run.id),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _take(role: str) -> Any:
    """Send the file as it was made, and log it with its fingerprint."""
    from exports import funder, funder_files

    _only(role)
    run, form = _run(), PasswordForm(request.form)
    form.validate()
    password = form.password.data or ""
    if password and len(password) < SHORTEST_PASSWORD:
        form.password.errors = [_("Too short: a file that travels needs a password of 12 signs or more.")]
        return _shown(role, run, form)
    content, is_same = funder_files.again(run)
    if not is_same:
        flash(_("The figures are those of the file, but another edition of the workbook library wrote them: its "
                "fingerprint differs."), "warning")  # fmt: skip
    if password:
        from exports.locked import locked

        content = locked(content, password)
    reason = funder.fingerprint(run.sha256) + (", with a password" if password else "")
    audit.write(db.session, "exported", funder.SUBJECT, run.id, tuple(run.parameters.splitlines()), reason)
    db.session.commit()
    name = f"figures-{run.period_from.isoformat()}-to-{run.period_to.isoformat()}-file-{run.id}.xlsx"
    return as_file(content, name, TYPES["xlsx"])


def _run() -> ExportRun:
    key = row_key(request.args.get("run"))
    found = select(ExportRun).where(ExportRun.id == key).options(
        undefer(ExportRun.frozen), undefer(ExportRun.published))  # fmt: skip
    return db.session.scalars(found).one_or_none() or abort(404)


def _only(role: str) -> None:
    if current.acting_role() != role:
        abort(403)


for _role in ROLES:
    for _name, _path, _view, _methods in (
        ("", "", _start, ["GET"]), ("_make", "make/", _make, ["POST"]), ("_file", "file/", _file, ["GET"]),
        ("_take", "take/", _take, ["POST"]),
    ):  # fmt: skip
        bp.add_url_rule(f"/{_role}/funder/{_path}", f"{_role}{_name}", _view, methods=_methods,
                        defaults={"role": _role})  # fmt: skip
