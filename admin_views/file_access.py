"""A client asks to see their file: written down, laid ready, checked by a second person, given out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError

from admin_views import current, details, pages, saving, shown
from admin_views.db import db
from admin_views.file_forms import (
    AgreeForm,
    AskForm,
    ExtendForm,
    InformForm,
    ProvideForm,
    ReadyForm,
    marking_form,
    redaction_form,
)
from admin_views.keys import row_key
from admin_views.my_day import near
from casework import file_access
from casework.context import acting
from casework.problems import Problem, RuleBroken
from models import Case, CaseNote, FileRequest, Redaction, Worker
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("file_access", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE, CONFLICT = 422, 409
NEXT = {  # where the file is, and the state -> the form of the next step, and its verb
    ("premises", "requested"): ("ready", ReadyForm), ("premises", "ready"): ("provide", ProvideForm),
    ("off_site", "requested"): ("inform", InformForm), ("off_site", "informed"): ("agree", AgreeForm),
    ("off_site", "agreed"): ("ready", ReadyForm), ("off_site", "retrieved"): ("provide", ProvideForm),
}  # fmt: skip
VERBS = {
    "ready": lambda: _("It lies ready"), "provide": lambda: _("Given to the client"),
    "inform": lambda: _("Client told"), "agree": lambda: _("Day agreed"),
}  # fmt: skip


def asked_or_404(role: str) -> FileRequest:
    """Give the request that the page names, within the reader's scope."""
    if current.acting_role() != role:
        abort(403)
    statement = select(FileRequest).where(FileRequest.id == row_key(request.values.get("id"))).options(
        joinedload(FileRequest.case).joinedload(Case.client), joinedload(FileRequest.handler),
        selectinload(FileRequest.redactions).joinedload(Redaction.note),
    )  # fmt: skip
    return db.session.scalars(statement).unique().one_or_none() or abort(404)


def own_page(role: str, asked: FileRequest) -> str:
    return url_for(f"file_access.{role}_request", id=asked.id)


def attempt(form: Any, act: Callable[[], object], names: dict[str, str] | None = None) -> bool:
    """Do one verb and commit; on a broken rule nothing is written and each sentence stands beside its field."""
    try:
        act()
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        named = names or {}
        saving.show_problems(form, [Problem(named.get(one.field, one.field), one.text) for one in broken.problems])
        return False
    except StaleDataError:
        db.session.rollback()
        form.is_conflict = True
        saving.show_problems(form, [saving.changed_meanwhile()])
        return False
    return True


def answered(template: str, form: Any, **more: Any) -> Any:
    """Give the page with its status: 422 when something is wrong with it, 409 when a colleague was faster."""
    wrong = CONFLICT if form.is_conflict else UNPROCESSABLE
    return render_template(template, form=form, **more), wrong if form.errors else 200


def _ask(role: str) -> Any:
    """Write down that somebody asks for their file."""
    if current.acting_role() != role:
        abort(403)
    key = row_key(request.args.get("case"))
    case = db.session.scalars(select(Case).where(Case.id == key)).one_or_none() or abort(404)
    usual = {"requested_at": acting(db.session).now, "handler": acting(db.session).worker_id, "subject_access": True}
    form = AskForm(request.form if request.method == "POST" else None, data=usual)
    made: list[FileRequest] = []
    if request.method == "POST" and form.validate():
        handler = db.session.scalars(select(Worker).where(Worker.id == form.handler.data)).one()
        if attempt(form, lambda: made.append(file_access.ask_for_file(
            db.session, case, handler=handler, requested_at=form.requested_at.data,
            subject_access=form.subject_access.data, urgency=form.urgency.data,
        ))):  # fmt: skip
            flash(
                _("Written down. To be ready by %(day)s.", day=shown.plain(made[0].due_at or made[0].due_on)), "success"
            )
            return redirect(own_page(role, made[0]))
    own = details.url_of(role, case) or url_for("home")
    where = by_key(Case)["file_location"].info.choice_label(case.file_location)
    page = pages.FormPage(
        heading=_("Client asks for their file"), title=_("Client asks for their file"), verb=_("Write it down"),
        leave_url=own, above=pages.Link(case.label(Sensitivity.PERSONAL), own), echo_url=url_for("pages.date_in_words"),
        lead=" · ".join(filter(None, (_(where), case.file_box))),
    )  # fmt: skip
    return answered("casework/form.html", form, page=page)


def _page(role: str) -> Any:
    """Show a request with both clocks, and take its next step."""
    asked = asked_or_404(role)
    step, form_class = NEXT.get((asked.location, asked.status), ("", ReadyForm))
    form = form_class(request.form if request.method == "POST" else None, data=_usual(asked))
    if "late_reason" in form and not file_access.is_late(asked, acting(db.session).now):
        del form.late_reason
    if request.method == "POST" and request.form.get("act") == "withdraw":
        if attempt(form, lambda: file_access.take_back(db.session, asked)):
            flash(_("Recorded: the client no longer wants it."), "success")
            return redirect(own_page(role, asked))
    elif request.method == "POST" and step and request.form.get("act") == step and form.validate():
        if attempt(form, lambda: _take_step(step, asked, form)):
            words = by_key(FileRequest)["status"].info.choice_label(asked.status)
            flash(_("Recorded: %(state)s.", state=_(words).lower()), "success")
            return redirect(own_page(role, asked))
    elif request.method == "POST" and request.form.get("act") != step:
        form.form_errors = [*form.form_errors, str(saving.changed_meanwhile().text)]
    return _show(role, asked, form, step)


def _usual(asked: FileRequest) -> dict[str, Any]:
    now = acting(db.session)
    return {"informed_on": now.today, "urgency": asked.urgency, "safe_way": asked.safe_way,
            "identity_checked_by": now.worker_id, "late_reason": asked.late_reason}  # fmt: skip


def _take_step(step: str, asked: FileRequest, form: Any) -> None:
    session = db.session
    late = form.late_reason.data if "late_reason" in form else None
    if step == "inform":
        file_access.inform(session, asked, form.urgency.data, form.informed_on.data)
    elif step == "agree":
        file_access.agree(session, asked, form.agreed_on.data)
    elif step == "ready":
        file_access.lay_ready(session, asked, late_reason=late)
    else:
        key = form.identity_checked_by.data
        who = session.scalars(select(Worker).where(Worker.id == key)).one_or_none() if key else None
        file_access.provide(session, asked, who, form.safe_way.data, late_reason=late)


def _show(role: str, asked: FileRequest, form: Any, step: str) -> Any:
    client = asked.case.client
    own = details.url_of(role, asked.case) or url_for("home")
    state = shown.cell(by_key(FileRequest)["status"], asked, Sensitivity.SPECIAL)
    page = pages.FormPage(
        heading=_("Request to see the file"), title=_("Request to see a file"), verb=VERBS[step]() if step else "",
        leave_url=own, above=pages.Link(asked.case.label(Sensitivity.PERSONAL), own),
        echo_url=url_for("pages.date_in_words"), lead=_lead(asked),
    )  # fmt: skip
    return answered(
        "casework/file_request.html", form, page=page, role=role, asked_id=asked.id, step=step,
        badge=state.badge or pages.Badge(state.text), clocks=_clocks(asked), facts=_facts(asked),
        safe=details.safe_contact(client) if client is not None else "", check=_check_words(asked),
        unchecked=file_access.unchecked(db.session, asked),
        out_of_reach=out_of_reach_words(role) if file_access.out_of_reach(db.session, asked) else "",
        is_over=asked.status in file_access.OVER, can_extend=asked.sar_due_on is not None and asked.extended_to is None,
    )  # fmt: skip


def out_of_reach_words(role: str) -> str:
    """Say why somebody else makes the copy; never what it is that the reader may not open."""
    if role == "manager":
        return _("Part of this file is not yours to open. Another manager makes the copy.")
    return _("Part of this file is not yours to open. A manager makes the copy.")


def _lead(asked: FileRequest) -> str:
    what = _("a copy of everything") if asked.subject_access else _("to read the file here")
    where = by_key(FileRequest)["location"].info.choice_label(asked.location)
    return " · ".join((_("Asked %(when)s", when=shown.moment(asked.requested_at)), what, _(where).lower(),
                       _("prepared by %(who)s", who=asked.handler.name)))  # fmt: skip


def _clocks(asked: FileRequest) -> list[dict[str, Any]]:
    """Give both clocks: what is owed, how it stands, and the trace."""
    ours = {"heading": _("Our promise"), "by": shown.plain(asked.due_at or asked.due_on), "badge": _our_badge(asked),
            "trace": (asked.due_trace or "").splitlines(), "why": asked.late_reason or ""}  # fmt: skip
    if asked.sar_due_on is None:
        return [ours]
    day = asked.extended_to or asked.sar_due_on
    over = pages.Badge(_("Over"), "note") if asked.status in file_access.OVER else None
    told = _("Told on %(day)s: %(why)s", day=shown.plain(asked.extension_told_on), why=asked.extension_reason)
    law = {"heading": _("The law"), "by": shown.plain(day), "trace": (asked.sar_trace or "").splitlines(),
           "badge": over or _due_badge(day), "why": told if asked.extended_to else ""}  # fmt: skip
    return [ours, law]


def _our_badge(asked: FileRequest) -> pages.Badge:
    if asked.status == "withdrawn":
        return pages.Badge(_("Over"), "note")
    if asked.ready_at is None:
        return _due_badge(asked.due_on)
    is_late = file_access.is_past(asked.due_on, asked.due_at, asked.ready_at)
    return pages.Badge(_("Ready, late"), "late") if is_late else pages.Badge(_("Kept"), "ok")


def _due_badge(day: date) -> pages.Badge:
    return shown.due_badge(day, acting(db.session).today, near(day))


def _facts(asked: FileRequest) -> list[pages.Fact]:
    """Give what is known of the way so far; the dates that are still empty are left out."""
    keys = ("urgency", "informed_on", "agreed_on", "ready_at", "redacted_by", "redacted_at", "identity_checked_by",
            "safe_way", "provided_at")  # fmt: skip
    fields = [by_key(FileRequest)[key] for key in keys]
    cells = [(one, shown.cell(one, asked, Sensitivity.SPECIAL)) for one in fields]
    return [pages.Fact(_(one.info.label), cell) for one, cell in cells if cell.text]


def _check_words(asked: FileRequest) -> str:
    left = file_access.unchecked(db.session, asked)
    if left:
        return ngettext("Someone else's details appear in 1 note; a second person must confirm redaction.",
                        "Someone else's details appear in %(num)s notes; a second person must confirm redaction.",
                        left)  # fmt: skip
    if asked.redacted_by is not None:
        return _("Checked by %(who)s.", who=asked.redacted_by.name)
    return _("No note is marked as telling of somebody else.")


def _extend(role: str) -> Any:
    asked = asked_or_404(role)
    form = ExtendForm(request.form if request.method == "POST" else None, data={"told_on": acting(db.session).today})
    names = {"extension_told_on": "told_on", "extension_reason": "reason"}
    if request.method == "POST" and form.validate() and attempt(
        form, lambda: file_access.extend(db.session, asked, form.reason.data, form.told_on.data), names
    ):  # fmt: skip
        flash(_("Extended to %(day)s.", day=shown.plain(asked.extended_to)), "success")
        return redirect(own_page(role, asked))
    page = _small_page(role, asked, _("Take longer"), _("Extend"), _("For a complex copy. The client has to be told "
                       "within the first month; without that the first date stands."))  # fmt: skip
    return answered("casework/form.html", form, page=page)


def _mark(role: str) -> Any:
    """Mark which notes tell of somebody else."""
    asked = asked_or_404(role)
    notes = file_access.notes_of(db.session, asked)
    marked = [note.id for note in notes if note.third_party]
    form = marking_form(notes)(request.form if request.method == "POST" else None, data={"marked": marked})
    if request.method == "POST" and form.validate() and attempt(
        form, lambda: file_access.mark_third_parties(db.session, asked, set(form.marked.data or ()))
    ):  # fmt: skip
        flash(_("Marked. A second person checks them before the copy goes out."), "success")
        return redirect(own_page(role, asked))
    page = _small_page(role, asked, _("Mark notes about other people"), _("Mark these"), "")
    return answered("casework/form.html", form, page=page)


def _redact(role: str) -> Any:
    """As a second person, shorten each marked note to what may go out."""
    asked = asked_or_404(role)
    notes = [note for note in file_access.notes_of(db.session, asked) if note.third_party]
    form = redaction_form(notes, asked)(request.form if request.method == "POST" else None)
    conflict = []
    if request.method == "POST" and form.version.is_stale:
        conflict = _differing(notes, asked, form)
        form.version.renew()
    elif request.method == "POST" and form.validate():
        fields = {note.id: form[f"note_{note.id}"] for note in notes}
        texts = {key: field.data or "" for key, field in fields.items() if field.name in request.form}
        if attempt(form, lambda: file_access.redact(db.session, asked, texts)):
            flash(_("Confirmed: the notes may go out as they stand here."), "success")
            return redirect(own_page(role, asked))
    page = _small_page(role, asked, _("Check for other people's details"), _("Confirm redaction"),
                       _("Done by somebody else than %(who)s, who prepares the file.",
                         who=asked.handler.name))  # fmt: skip
    answer = answered("casework/form.html", form, page=page, conflict=conflict)
    return (answer[0], CONFLICT) if conflict else answer


def _differing(notes: Sequence[CaseNote], asked: FileRequest, form: Any) -> list[tuple[str, str, str]]:
    """Give what a colleague let go out meanwhile beside what was typed, for each note that differs."""
    fields = [form[f"note_{note.id}"] for note in notes]
    differs = [(str(one.label.text), one.object_data, one.data) for one in fields if one.data != one.object_data]
    state = (_("The request"), shown.text(by_key(FileRequest)["status"], asked, Sensitivity.SPECIAL), "")
    return differs or [state]


def _small_page(role: str, asked: FileRequest, heading: str, verb: str, lead: str) -> pages.FormPage:
    own = own_page(role, asked)
    return pages.FormPage(heading=heading, title=heading, verb=verb, leave_url=own, lead=lead,
                          above=pages.Link(_("Request to see the file"), own),
                          echo_url=url_for("pages.date_in_words"))  # fmt: skip


PAGES = (("ask", "ask", _ask), ("request", "request", _page), ("extend", "extend", _extend), ("mark", "mark", _mark),
         ("redact", "redact", _redact))  # fmt: skip
for _role in ROLES:
    for _name, _path, _view in PAGES:
        bp.add_url_rule(
            f"/{_role}/file/{_path}/", f"{_role}_{_name}", _view, methods=["GET", "POST"], defaults={"role": _role},
        )  # fmt: skip
