"""Close a case in one go, with the client's permission or after tries that nobody answered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError

from admin_views import details, options, pages, plan, saving, shown
from admin_views.db import db
from admin_views.fields import AreaField, AtMost, ChipsField, ChoiceField, LineField, Required
from admin_views.forms import OfficeForm
from admin_views.measure_forms import AnswersForm
from admin_views.own_case import ROLES, UNPROCESSABLE, above, case_for, page_of
from casework import aftercare, cases, closing, measures
from casework.context import acting
from casework.datetext import short
from casework.problems import RuleBroken
from models import Case, Code, Correspondence, PlanStep, Referral, Task
from models.base import Base
from models.cases import MEDIA
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("closing", __name__)
TRYING = ("phone", "text", "email", "letter", "visit")  # ways of trying, the usual one first
MESSAGE = ("text", "email", "letter", "answerphone", "phone", "visit")


def _media(known: tuple[str, ...]) -> Any:
    words = dict(MEDIA)
    return lambda: [(one, _(words[one])) for one in known]


def _length(name: str) -> int:
    return by_key(Case)[name].length or 0


class CloseForm(AnswersForm):
    reason_id = ChoiceField(
        _l("Why it closes"), [Required(_l("Say why the case is closed."))], width="w-long",
        choices=lambda: options.codes("closure_reason"),
    )  # fmt: skip
    closure_agreed = ChipsField(
        _l("Closing agreed by"), [Required(_l("Ask the client first, or say why they cannot be asked."))],
        choices=lambda: [(key, _(words)) for key, words in by_key(Case)["closure_agreed"].info.choices],
    )  # fmt: skip
    closure_note = LineField(
        _l("In words"), [AtMost(_length("closure_note"))], width="w-full",
        description=_l("Needed if the client has died, for “Other”, and if no last message could be left safely."),
    )  # fmt: skip
    aftercare_wishes = LineField(
        _l("Their wishes for after-care"), [AtMost(_length("aftercare_wishes"))], width="w-full",
        description=_l("For example: ring in the morning; ask after her son."),
    )  # fmt: skip


class TryForm(OfficeForm):
    medium = ChipsField(_l("How we tried"), [Required()], choices=_media(TRYING), default="phone")


class MessageForm(OfficeForm):
    medium = ChipsField(_l("How it was left"), [Required(_l("Say how it was left."))], choices=_media(MESSAGE))
    text = AreaField(_l("What it said"), [Required(_l("Say in a few words what it said."))])


def _close(role: str) -> Any:
    case = case_for(role)
    if case.status not in cases.RUNNING:
        flash(_("This case is not open, so there is nothing to close."), "info")
        return redirect(page_of(role, case))
    act = request.form.get("act", "close") if request.method == "POST" else ""
    form = CloseForm(request.form if act == "close" else None)
    attempt = TryForm(request.form if act == "try" else None, prefix="try-")
    message = MessageForm(request.form if act == "message" else None, prefix="message-")
    if act and act not in _ACTS:
        abort(400)
    if act:
        sent = {"close": form, "try": attempt, "message": message}[act]
        answer = _ACTS[act](role, case, sent) if sent.validate() else None
        if answer is not None:
            return answer
    return _show(role, case, form, attempt, message)


def _do_close(role: str, case: Case, form: CloseForm) -> Any:
    """Close, or put each broken rule beside its field and give None; nothing is saved then."""
    reason = options.fetched(Code)(form.reason_id.data)
    try:
        measures.measure(db.session, case, "closure", form.answers())
        cases.close_case(db.session, case, reason, form.closure_agreed.data, note=form.closure_note.data or None,
                         wishes=form.aftercare_wishes.data or None)  # fmt: skip
        said = _closed_words(case)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return None
    except StaleDataError:
        db.session.rollback()
        saving.show_problems(form, [saving.changed_meanwhile()])
        return None
    flash(said, "success")
    return redirect(page_of(role, case))


def _closed_words(case: Case) -> str:
    days = [short(task.due_on) for task in aftercare.waiting_for(db.session, case)]
    if not days:
        return _("Closed. No after-care contact is planned.")
    return _("Closed. After-care on %(days)s.", days=_(" and ").join(days))


def _record_try(role: str, case: Case, form: TryForm) -> Any:
    return _noted(role, case, form, closing.TRIED, _("Tried, no answer."))


def _record_message(role: str, case: Case, form: MessageForm) -> Any:
    return _noted(role, case, form, closing.LAST_MESSAGE, form.text.data)


def _noted(role: str, case: Case, form: Any, kind: str, text: str) -> Any:
    kinds = list(db.session.scalars(select(Code).where(Code.list == "note_kind", Code.code == kind)))
    try:
        cases.add_note(db.session, case, text, kinds=kinds, medium=form.medium.data)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return None
    flash(_("Written down."), "success")
    return redirect(url_for(f"closing.{role}", case=case.id))


_ACTS = {"close": _do_close, "try": _record_try, "message": _record_message}


def _show(role: str, case: Case, form: CloseForm, attempt: TryForm, message: MessageForm) -> Any:
    own = page_of(role, case)
    page = pages.FormPage(
        heading=_("Close case"), title=_("Close case %(case)s", case=case), verb=_("Close case"), leave_url=own,
        above=above(role, case), lead=_("A case is closed with the client's permission. It can be opened again."),
    )  # fmt: skip
    tried = closing.tries(db.session, case)
    answer = render_template(
        "casework/close.html", page=page, form=form, attempt=attempt, message=message, still=_still_open(role, case),
        safe=details.safe_contact(case.client) if case.client is not None else "",
        tried=tuple(short(day) for day in tried.days), wanted=tried.wanted,
        extra=[(fault.text, fault.id) for one in (attempt, message) for box in one for fault in box.faults()],
        last=shown.moment(tried.message.at) if tried.message is not None else "", **_aftercare_shown(role, case),
    )  # fmt: skip
    wrong = any(one.errors or one.form_errors for one in (form, attempt, message))
    return answer, UNPROCESSABLE if wrong else 200


def _still_open(role: str, case: Case) -> list[pages.Related]:
    """Give what stands against closing, each thing with a link to where it is finished."""
    made = []
    left = cases.left_open(db.session, case)
    _bring_agencies([row.id for _how, rows in left.values() for row in rows if isinstance(row, Referral)])
    for noun, (_how, found) in left.items():
        rows = tuple(pages.Row(str(row.id), (_to_finish(role, case, row),)) for row in found)
        if rows:
            made.append(pages.Related(_open_words(noun, len(rows)), len(rows), (), rows))
    return made


def _bring_agencies(keys: list[int]) -> None:
    """Read the agencies of these referrals, and what they were asked, in one statement."""
    with_words = (joinedload(Referral.agency), joinedload(Referral.request))
    db.session.scalars(select(Referral).where(Referral.id.in_(keys)).options(*with_words)).all()


def _open_words(noun: str, number: int) -> str:
    words = {
        "task": ngettext("1 task", "%(num)s tasks", number),
        "step": ngettext("1 step of the plan", "%(num)s steps of the plan", number),
        cases.LETTER: ngettext("1 letter or message", "%(num)s letters or messages", number),
        "referral": ngettext("1 referral unsent or unanswered", "%(num)s referrals unsent or unanswered", number),
    }  # fmt: skip
    return words.get(noun) or f"{number} {noun}"


def _to_finish(role: str, case: Case, row: Base) -> pages.Cell:
    """Give the thing in words and where to go; what belongs to nobody here is told without a link."""
    if isinstance(row, PlanStep):
        return pages.Cell(row.what, url=f"{plan.address(role, case)}#step-{row.id}")
    if isinstance(row, Correspondence):
        return pages.Cell(row.subject, url=details.url_of(role, row))
    words = row.what if isinstance(row, Task) else _referral_words(row)
    return pages.Cell(words, url=details.url_of(role, row))


def _referral_words(row: Any) -> str:
    agency, asked = getattr(row, "agency", None), getattr(row, "request", None)
    known = agency is not None and asked is not None
    return f"{agency.name}: {asked.words}" if known else row.label(Sensitivity.OFFICE)


def _aftercare_shown(role: str, case: Case) -> dict[str, Any]:
    """Give the contacts that closing today would leave, or where the permission for them is recorded."""
    planned = aftercare.contacts_after(db.session, case, acting(db.session).today)
    ask_url = url_for(
        f"{role}_consent.create_view", client_id=case.client_id, kind="contact_after_closure",
        then=url_for(f"closing.{role}", case=case.id),
    )  # fmt: skip
    return {"planned": [short(one.by.on) for one in planned], "ask_url": ask_url}


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/closing/", _role, _close, methods=["GET", "POST"], defaults={"role": _role})
