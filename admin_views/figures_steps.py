"""What happens to a request for figures: its words are settled, it goes out, an answer comes, something follows."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _

from admin_views import figures_forms, figures_request_shown
from admin_views.db import db
from admin_views.figures_request import ROLES, SENDERS, bp, done, found, show
from casework import figures_requests as asking
from casework.context import acting
from casework.datetext import short
from models import FiguresRequest


def _words(role: str) -> Any:
    asked = found(role)
    form = figures_forms.words_form(asked)(request.form, obj=asked)
    kept = {
        one.id: (form[f"text_{one.id}"].data or "", form[f"breakdown_{one.id}"].data or None)
        for one in asked.questions if not form[f"drop_{one.id}"].data
    }  # fmt: skip
    return done(role, asked, "words", form, lambda: asking.reword(db.session, asked, kept, form.own_question()),
                _("Draft saved."))  # fmt: skip


def _send(role: str) -> Any:
    asked = found(role)
    form = figures_forms.SendForm(request.form, obj=asked)
    return done(role, asked, "send", form, lambda: asking.send(db.session, asked, form.day.data),
                _("Written down as sent. Their clock runs."))  # fmt: skip


def _step(role: str) -> Any:
    asked = found(role)
    steps = figures_request_shown.steps_open(asked, asking.next_steps(db.session, asked), acting(db.session).today)
    if not steps:
        return show(role, asked)
    form = figures_forms.step_form(steps)(request.form, obj=asked)
    return done(role, asked, "step", form, lambda: _take(asked, form), _said(form))


def _take(asked: FiguresRequest, form: Any) -> None:
    session, step, on = db.session, form.step.data, form.on.data
    if step in asking.ANSWERS:
        asking.answer(session, asked, step, on, form.exemption.data)
    elif step == "reviewed":
        asking.reviewed(session, asked, form.review_outcome.data, on)
    elif step in ("no_answer", "withdrawn"):
        {"no_answer": asking.no_answer, "withdrawn": asking.withdraw}[step](session, asked)
    else:
        dated = {"acknowledged": asking.acknowledge, "review": asking.ask_review,
                 "commissioner": asking.to_commissioner}  # fmt: skip
        dated[step](session, asked, on)


def _said(form: Any) -> str:
    words = figures_forms.STEP_WORDS.get(form.step.data, "")
    return _("Written down: %(what)s, %(day)s.", what=words, day=short(form.on.data)) if form.on.data else ""


def _answers(role: str) -> Any:
    asked = found(role)
    form = figures_forms.answers_form(asked)(request.form, obj=asked)
    told = {
        one.id: (form[f"said_{one.id}"].data or None, form[f"answer_{one.id}"].data,
                 (form[f"note_{one.id}"].data or "").strip() or None)
        for one in asked.questions
    }  # fmt: skip
    return done(role, asked, "answers", form, lambda: asking.take_down(db.session, asked, told), _("Answers saved."))


for _role in ROLES:
    for _name, _act in (("words", _words), ("step", _step), ("answers", _answers)):
        bp.add_url_rule(f"/{_role}/figures-request/{_name}/", f"{_role}_{_name}", _act, methods=["POST"],
                        defaults={"role": _role})  # fmt: skip
for _role in SENDERS:
    bp.add_url_rule(f"/{_role}/figures-request/send/", f"{_role}_send", _send, methods=["POST"],
                    defaults={"role": _role})  # fmt: skip
