"""The matching board: needs by date, whom to ask for each, asking and writing down answers with one click each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from admin_views import board_shown, current, options, pages, volunteer_words
from admin_views.board_shown import Wrong
from admin_views.db import db
from admin_views.keys import row_key
from casework import board, language_cover, language_requests
from casework.context import acting
from casework.problems import RuleBroken
from casework.text import clean_line
from models import LanguageRequest, Worker

bp = Blueprint("board", __name__)
ROLES = ("manager", "coordinator")
UNPROCESSABLE = 422
LONGEST = 200
MOST_MINUTES = 6000
SAID = {"accepted": "Accepted", "declined": "Declined"}


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    return _act(role) if request.method == "POST" else _show(role)


def _show(role: str, wrong: Wrong | None = None) -> Any:
    found = board.board_of(db.session)
    cover = language_cover.cover(db.session)
    needs = [board_shown.need_card(role, line) for line in found.lines]
    shown = {card.id for card in needs} | {one.id for one in found.in_hand}
    if wrong is not None and wrong.request not in shown:  # somebody else was quicker, and the need is gone
        flash(wrong.words, "error")
    answer = render_template(
        "casework/board.html", needs=needs, in_hand=[board_shown.hand_card(one) for one in found.in_hand], wrong=wrong,
        hidden=found.hidden, months=board_shown.months(role, found), cover=volunteer_words.cover_lines(role, cover),
        lapses=volunteer_words.lapse_lines(role, cover), languages=cover.languages, volunteers=cover.volunteers,
        buttons=_buttons(role), requests_url=url_for(f"{role}_languagerequest.index_view"),
    )  # fmt: skip
    return answer, UNPROCESSABLE if wrong is not None else 200


def _buttons(role: str) -> tuple[pages.Link, ...]:
    return (
        pages.Link(_("New written request"), url_for(f"{role}_languagerequest.create_view"), primary=True),
        pages.Link(_("Find an interpreter"), url_for(f"interpreters.{role}")),
    )


def _act(role: str) -> Any:
    """Do one thing for one request, then come back to the same place; a refusal keeps what was typed."""
    one = _request()
    said, typed = request.form.get("said", ""), clean_line(request.form.get("reason", ""))[:LONGEST]
    worker = options.fetched(Worker)(row_key(request.form.get("worker"))) if request.form.get("worker") else None
    try:
        words = _done(one, said, worker, typed)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        typed = typed or clean_line(request.form.get("minutes", ""))[:LONGEST]
        wrong = Wrong(one.id, worker.id if worker is not None else 0, typed, str(broken))
        return _show(role, wrong)
    flash(words, "success")
    return redirect(url_for(f"board.{role}", _anchor=f"need-{one.id}"))


def _request() -> LanguageRequest:
    wanted = select(LanguageRequest).where(LanguageRequest.id == row_key(request.form.get("request")))
    return db.session.scalars(wanted).one_or_none() or abort(404)


def _done(one: LanguageRequest, said: str, worker: Worker | None, typed: str) -> str:
    if said == "give_up":
        language_requests.give_up(db.session, one, typed)
        return _("Written down: nobody found for %(what)s.", what=board_shown.heading(one))
    if said == "finish":
        language_requests.finish(db.session, one, _minutes(), acting(db.session).today)
        return _("Written down: %(what)s is done.", what=board_shown.heading(one))
    if worker is None or (said != "ask" and said not in SAID):
        abort(404)
    if said == "ask":
        board.ask(db.session, one, worker, typed)
        return _("%(who)s: Asked.", who=worker)
    language_requests.answer(db.session, one, worker, said)
    return _("%(who)s: %(answer)s.", who=worker, answer=_(SAID[said]))


def _minutes() -> int | None:
    typed = clean_line(request.form.get("minutes", ""))
    return min(int(typed), MOST_MINUTES) if typed.isascii() and typed.isdigit() and len(typed) < len("10000") else None


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/board/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
