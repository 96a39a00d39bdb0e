"""Ask a body for its own figures: choose the questions, and the page of one request with everything on it.

Managers and caseworkers draft, read and type answers in; a manager makes the letter and sends it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from admin_views import current, figures_forms, figures_request_shown, once, pages, saving
from admin_views.db import db
from admin_views.keys import row_key
from admin_views.withdrawal import as_file
from casework import audit, letters
from casework import figures_requests as asking
from casework.context import acting
from casework.datetext import without_weekday
from casework.figures_gaps import Raised, kind_of, own_numbers, raised
from casework.figures_questions import questions_for
from casework.problems import Problem, RuleBroken
from casework.settings import text_setting
from models import Agency, FiguresRequest, Worker

bp = Blueprint("figures_request", __name__)
ROLES = ("manager", "caseworker")
SENDERS = ("manager",)
UNPROCESSABLE, CONFLICT = 422, 409
BOXES = MappingProxyType({  # where the fault of a field stands in the forms here
    "status": "step", "sent_on": "day", "acknowledged_on": "on", "answered_on": "on", "review_asked_on": "on",
    "reviewed_on": "on", "commissioner_on": "on",
})  # fmt: skip
MANY = 12  # questions from which a body may say that they cost too much


def way_there(role: str, agency: Agency) -> list[pages.Link]:
    """Give the button that leads here from an agency; none where there is nothing to ask, or for this role."""
    if role not in ROLES or not questions_for(kind_of(agency)):
        return []
    return [pages.Link(_("Ask for their figures"), url_for(f"figures_request.{role}_ask", agency=agency.id))]


# Choosing the questions


def _ask(role: str) -> Any:
    """Offer the questions to one body, those first that gaps of ours raise; keep the chosen ones as a draft."""
    agency = _agency(role)
    offered = asking.periods_offered(db.session, acting(db.session).today)
    word = request.values.get("period", "year")
    period = offered[word if word in offered else "year"]
    found = raised(agency, own_numbers(db.session, agency, period, acting(db.session).today))
    form = _ask_form(offered, word, found)
    if request.method == "POST":
        once.only()
        if form.validate() and (made := _drafted(form, role, agency, period, found)) is not None:
            return made
    return _asked(role, agency, form, found)


def _agency(role: str) -> Agency:
    if current.acting_role() != role:
        abort(403)
    found = db.session.scalars(select(Agency).where(Agency.id == row_key(request.values.get("agency")))).one_or_none()
    return found if found is not None and questions_for(kind_of(found)) else abort(404)


def _ask_form(offered: Any, word: str, found: list[Raised]) -> Any:
    made = figures_forms.ask_form(offered, [(one.question.topic, one.question.text) for one in found])
    usual = {"period": word if word in offered else "year",
             "topics": [one.question.topic for one in found if one.why]}  # fmt: skip
    return made(request.form if request.method == "POST" else None, data=usual)


def _drafted(form: Any, role: str, agency: Agency, period: Any, found: list[Raised]) -> Any:
    chosen = [one for one in found if one.question.topic in form.topics.data]
    try:
        made = asking.draft(db.session, agency, period, chosen, form.own_question())
        url = url_for(f"figures_request.{role}", id=made.id)
        once.commit(url)
    except RuleBroken as broken:
        db.session.rollback()
        names = {"questions": "topics", "text": "own", "unit": "own_unit"}
        saving.show_problems(form, [Problem(names.get(one.field, one.field), one.text) for one in broken.problems])
        return None
    flash(_("Draft kept. Read it, then a manager sends it."), "success")
    return redirect(url)


def _asked(role: str, agency: Agency, form: Any, found: list[Raised]) -> Any:
    own = url_for(f"figures_request.{role}_ask", agency=agency.id)
    return render_template(
        "casework/figures_ask.html", form=form, agency=agency, own_url=own,
        above=pages.Link(agency.name, url_for(f"{role}_agency.details_view", id=agency.id)),
        offered=figures_request_shown.offered(form.topics.shown(), found), is_bound=asking.is_bound(agency), many=MANY,
        times=figures_request_shown.times(form.period.options, form.period.data, own),
        before=figures_request_shown.before(role, asking.all_of(db.session, agency)),
    ), UNPROCESSABLE if form.errors else 200  # fmt: skip


# One request


def found(role: str) -> FiguresRequest:
    """Give the request that the address names."""
    if current.acting_role() != role:
        abort(403)
    return asking.loaded(db.session, row_key(request.values.get("id"))) or abort(404)


def _page(role: str) -> Any:
    return show(role, found(role))


def show(role: str, asked: FiguresRequest, **given: Any) -> Any:
    """Show a request with all its forms; `given` are those that were posted, with their faults."""
    today = acting(db.session).today
    own = own_numbers(db.session, asked.agency, asking.period_of(asked), today)
    steps = figures_request_shown.steps_open(asked, asking.next_steps(db.session, asked), today)
    typing = figures_request_shown.has_answers(asked) or "answers" in given
    forms = {
        "words": _of(figures_forms.words_form, asked, given) if asked.status == "draft" else None,
        "send": given.get("send") or figures_forms.SendForm(None, obj=asked, data={"day": today}),
        "step": given.get("step") or (figures_forms.step_form(steps)(None, obj=asked, data={"on": today}) if steps
                                      else None),
        "answers": _of(figures_forms.answers_form, asked, given) if typing else None,
    }  # fmt: skip
    wrong = [one for one in given.values() if one.errors]
    status = CONFLICT if any(one.is_conflict for one in wrong) else UNPROCESSABLE if wrong else 200
    return render_template(
        "casework/figures_request.html", role=role, forms=forms, wrong=wrong,
        page=figures_request_shown.page_of(db.session, role, asked, own, can_send=role in SENDERS),
        echo_url=url_for("pages.date_in_words"), question_ids=[one.id for one in asked.questions],
        urls={act: url_for(f"figures_request.{role}_{act}", id=asked.id) for act in ("words", "step", "answers")}
        | {act: url_for(f"figures_request.manager_{act}", id=asked.id) for act in ("send", "letter")},
    ), status  # fmt: skip


def _of(make: Callable[[FiguresRequest], Any], asked: FiguresRequest, given: dict[str, Any]) -> Any:
    name = {figures_forms.words_form: "words", figures_forms.answers_form: "answers"}[make]
    return given.get(name) or make(asked)(None, obj=asked)


def done(role: str, asked: FiguresRequest, name: str, form: Any, act: Callable[[], object], words: str) -> Any:
    """Do one verb with a form that was posted, and go back to the page: with one sentence, or with its faults."""
    key = asked.id
    if form.validate() and form.version.is_stale:
        form.is_conflict, form.form_errors = True, [saving.changed_meanwhile().text]
        form.version.renew()
    elif not form.errors:
        try:
            act()
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            problems = [Problem(BOXES.get(one.field, one.field), one.text) for one in broken.problems]
            saving.show_problems(form, problems)
        except StaleDataError:
            db.session.rollback()
            form.is_conflict, form.form_errors = True, [saving.changed_meanwhile().text]
        else:
            flash(words, "success")
            return redirect(url_for(f"figures_request.{role}", id=key))
    again = asking.loaded(db.session, key)
    assert again is not None
    return show(role, again, **{name: form})


def _letter(role: str) -> Any:
    """Make the letter; what it holds is written down as a fingerprint."""
    from exports import figures_letter
    from exports.letters import MIME, TemplateRefused

    asked = found(role)
    if asked.status == "withdrawn":
        abort(404)
    who, day = acting(db.session), asked.sent_on or acting(db.session).today
    signatory = db.session.get(Worker, who.worker_id) if who.worker_id is not None else None
    try:
        made = figures_letter.made(
            letters.template_for(db.session, "figures_request"), asked, on=day,
            answer_by=asked.due_on or asking.day_if_sent(db.session, asked, day).on,
            office=text_setting(db.session, "letterhead_name"), address=text_setting(db.session, "letterhead_address"),
            signed_by=signatory.name if signatory is not None else "",
        )  # fmt: skip
    except (RuleBroken, TemplateRefused) as fault:
        db.session.rollback()
        flash(str(fault), "warning")
        return redirect(url_for(f"figures_request.{role}", id=asked.id))
    told = (f"dated {without_weekday(day)}", f"{len(asked.questions)} questions")
    audit.write(db.session, "exported", "FiguresRequest", asked.id, told, f"letter, SHA-256 {made.sha256}")
    db.session.commit()
    return as_file(made.content, made.name, MIME)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/figures-request/", _role, _page, defaults={"role": _role})
    bp.add_url_rule(f"/{_role}/agency/ask-figures/", f"{_role}_ask", _ask, methods=["GET", "POST"],
                    defaults={"role": _role})  # fmt: skip
for _role in SENDERS:
    bp.add_url_rule(f"/{_role}/figures-request/letter/", f"{_role}_letter", _letter, methods=["POST"],
                    defaults={"role": _role})  # fmt: skip
