"""Suggest a week: who could interpret at every meeting that needs it, and why; ask them line by line or all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import current, suggest_week_shown
from admin_views.db import db
from admin_views.keys import is_number
from admin_views.suggest_week_shown import NEXT, Typed
from casework.calendar import local
from casework.context import acting
from casework.datetext import in_words
from casework.text import clean_line
from casework.week_asking import Asked, ask_lines
from casework.week_plan import suggest
from casework.week_read import DAYS_IN_A_WEEK, monday_of, read_week
from models import Appointment

bp = Blueprint("suggest_week", __name__)
ROLES = ("coordinator",)
MOST_LINES = 200
ALL, NONE = "all", "none"  # "none" is what the Enter key sends: nobody is asked by it
LONGEST = 200  # of a reason
UNPROCESSABLE = 422


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    if request.method == "POST":
        return _ask(role)
    return _show(role, dict(_numbers(request.args.get("was", "").split("."))))


def _show(role: str, before: Mapping[int, int], typed: Typed | None = None) -> Any:
    monday, typed = _monday(), typed or Typed({})
    week = read_week(db.session, monday, before=before)
    page = suggest_week_shown.week_page(role, monday, suggest(week), typed)
    answer = render_template("casework/suggest_week.html", page=page, wrong=bool(typed.problems))
    return answer, UNPROCESSABLE if typed.problems else 200


def _monday() -> date:
    this = monday_of(acting(db.session).today)
    return this + timedelta(days=DAYS_IN_A_WEEK) if request.values.get("week") == NEXT else this


def _numbers(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give lines as numbers (appointment, worker); what is none is left out."""
    for line in lines[:MOST_LINES]:
        need, _hyphen, person = line.partition("-")
        if is_number(need) and is_number(person):
            yield int(need), int(person)


def _ask(role: str) -> Any:
    """Ask for one line or for all that were shown; the page that follows keeps what was shown as far as it can.

    Where a reason is missing, or was typed for a line that nobody pressed, the page is shown again with what was typed.
    """
    asked, shown = request.form.get("ask", ""), list(_numbers(request.form.getlist("shown")))
    lines = shown if asked == ALL else list(_numbers([asked]))
    if not lines and asked != NONE:
        abort(404)
    own, for_all = _reasons([*shown, *lines]), _line("reason")
    reasons = {line: own.get(line) or (for_all if asked == ALL else "") for line in lines}
    done = ask_lines(db.session, _monday(), lines, reasons)
    words = list(_told(done))
    db.session.commit()
    for text, category in words:
        flash(text, category)
    left = {line: text for line, text in own.items() if line not in lines}
    lacking = {line: one.problem for line, one in zip(lines, done, strict=True) if one.lacks_reason}
    if lacking or left:
        return _show(role, dict(shown), Typed(left, for_all, lacking))
    was = ".".join(f"{need}-{person}" for need, person in shown)
    key = {"week": NEXT} if request.form.get("week") == NEXT else {}
    return redirect(url_for(f"suggest_week.{role}", **key, was=was))


def _reasons(lines: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Give the reasons that were typed beside these lines."""
    typed = {(need, person): _line(f"reason-{need}-{person}") for need, person in lines}
    return {line: text for line, text in typed.items() if text}


def _line(name: str) -> str:
    return clean_line(request.form.get(name, ""))[:LONGEST]


def _told(done: Sequence[Asked]) -> Iterator[tuple[str, str]]:
    """Say each line that was not asked for and why; of those that were, how many."""
    asked = [one for one in done if not one.problem]
    if len(asked) > 1:
        yield ngettext("%(num)s line has been asked for.", "%(num)s lines have been asked for.", len(asked)), "success"
    lacking = [one for one in done if one.lacks_reason]
    if lacking:
        words = ngettext("%(num)s line was not asked for, since it takes a reason.",
                         "%(num)s lines were not asked for, since they take a reason.", len(lacking))  # fmt: skip
        yield words, "error"
    yield from (_became(one) for one in done if not one.lacks_reason and (one.problem or len(asked) == 1))


def _became(one: Asked) -> tuple[str, str]:
    """Give what became of a line in a sentence that names its meeting, and of what kind the sentence is."""
    what = _meeting_words(one.appointment) if one.appointment is not None else _("A meeting that is gone")
    if one.problem:
        return _("%(what)s: %(problem)s", what=what, problem=one.problem), "warning"
    return _("%(what)s: %(name)s has been asked.", what=what, name=one.worker), "success"


def _meeting_words(one: Appointment) -> str:
    begins = local(one.starts_at)
    return f"{in_words(begins.date())} {begins:%H:%M}, {one.language}"


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/suggest-week/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
