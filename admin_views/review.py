"""The bimonthly review: the board on which every open case gets a few words, and completing it.

The manager opens and completes it; caseworkers write the entries of their own and their team's cases on the same
board, which also serves where a manager may not meet a file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from admin_views import current, pages, review_bars, review_forms, review_shown, saving, typed
from admin_views.db import db
from admin_views.fields import AreaField, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from casework import reviews
from casework.problems import RuleBroken
from models import Review, ReviewEntry

bp = Blueprint("review", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE, CONFLICT = 422, 409
PER_PAGE = 50
WAYS = {"all": _l("All"), "missing": _l("Without an entry"), "talk": _l("To talk through")}


class RemarkForm(OfficeForm):
    """What is added to a complete review."""

    text = AreaField(_l("Add a note"), [Required(_l("Write down what is to be added."))], lines=3)


def _board(role: str) -> Any:
    """Show a review, and save what was written into its entries."""
    if current.acting_role() != role:
        abort(403)
    review = _asked()
    if review is None:
        return _none_yet(role)
    if role != "manager" and review.status != "open" and "id" in request.args:
        abort(404)
    if review.status == "scheduled":
        return _planned(role, review)
    if review.status == "complete":
        return _kept(role, review, RemarkForm()) if role == "manager" else _nothing_open(role)
    return _entries(role, review)


def _asked() -> Review | None:
    """Give the review that the address names, else the one at hand."""
    if "id" in request.args:
        key = row_key(request.args["id"])
        return db.session.scalars(select(Review).where(Review.id == key)).one_or_none() or abort(404)
    return reviews.unfinished(db.session)


def _none_yet(role: str) -> Any:
    text = _("No review is planned yet. The first one looks at the last whole months, and each plans the next.")
    return _message(role, text, _("Plan the first review"), "plan") if role == "manager" else _nothing_open(role)


def _planned(role: str, review: Review) -> Any:
    if role != "manager":
        return _nothing_open(role)
    can = reviews.can_be_opened(db.session, review)
    verb = _("Open the review") if can else ""
    return _message(role, review_shown.planned_words(review), verb, "open", review)


def _nothing_open(role: str) -> Any:
    text = _("No review is open. While one is, the entries of your cases are written here.")
    return _message(role, text)


def _message(role: str, text: str, verb: str = "", act: str = "", review: Review | None = None) -> Any:
    return render_template(
        "casework/review_none.html", text=text, verb=verb, heading=_heading(review), lead=_lead(review),
        why=(review.due_trace or "").splitlines() if review is not None else (), others=_others(role, review),
        action_url=url_for(f"review.manager_{act}", id=review.id if review else None) if verb else "",
        issues_url=url_for(f"issues.{role}"), patterns_url=url_for(f"patterns.{role}"),
    )  # fmt: skip


def _heading(review: Review | None) -> str:
    return _("Review: %(months)s", months=review_shown.title(review)) if review is not None else _("Review")


def _lead(review: Review | None) -> str:
    return review_shown.lead(review, 0, 0) if review is not None else ""


def _others(role: str, shown: Review | None) -> tuple[pages.MenuItem, ...]:
    if role != "manager" or shown is None:
        return ()
    every = reviews.all_reviews(db.session)
    return review_shown.others(role, every, shown, lambda one: url_for(f"review.{role}", id=one.id))


# An open review


def _entries(role: str, review: Review) -> Any:
    every = reviews.entries(db.session, review)
    show = request.args.get("show") if request.args.get("show") in WAYS else "all"
    chosen = [one for one in every if _is_shown(one, show)]
    at = max(1, row_key(request.args.get("page"))) if "page" in request.args else 1
    on_page = chosen[(at - 1) * PER_PAGE : at * PER_PAGE]
    posted = [one for one in every if f"e{one.id}-version" in request.form] if request.method == "POST" else on_page
    parts = review_forms.parts(posted)
    conflicts: list[Any] = []
    if request.method == "POST":
        answer = _save(role, review, {one.id: one for one in posted}, parts, conflicts)
        if answer is not None:
            return answer
        db.session.rollback()
        every = reviews.entries(db.session, review)
        again = [one for one in every if one.id in parts]
        return _show(role, review, every, again, parts, show, 1, len(again), conflicts)
    return _show(role, review, every, on_page, parts, show, at, len(chosen), conflicts)


def _is_shown(entry: ReviewEntry, show: str | None) -> bool:
    return show == "all" or (not reviews.is_written(entry) if show == "missing" else bool(entry.why))


def _save(role: str, review: Review, entries: dict[int, ReviewEntry], parts: Any, conflicts: list[Any]) -> Any:
    """Save every part that was touched, or none of them: None where one has faults or a colleague was faster."""
    typed_into = {key: part for key, part in parts.items() if part.is_touched}
    sound = [part.validate() for part in typed_into.values()]
    touched = {key: part for key, part in typed_into.items() if part.differing()}
    for key, part in touched.items():
        if part.version.is_stale:
            conflicts += [(entries[key].case.ref, *one) for one in part.differing()]
            part.version.renew()
    if not all(sound) or conflicts:
        return None
    key = 0
    try:
        for key, part in touched.items():
            part.populate_obj(entries[key])
            db.session.flush()
        db.session.commit()
    except RuleBroken as broken:
        saving.show_problems(parts[key], broken.problems)
        return None
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        saving.show_problems(parts[key], [saving.changed_meanwhile()])
        return None
    flash(ngettext("%(num)s entry saved.", "%(num)s entries saved.", len(touched)), "success")
    typed.forget(request.path, request.args.items(multi=True))
    return redirect(_back(role, review))


def _back(role: str, review: Review) -> str:
    """Give the board where one left it, at the first case without an entry."""
    first = next((one for one in reviews.entries(db.session, review) if not reviews.is_written(one)), None)
    given = {name: request.args[name] for name in ("id", "show") if name in request.args}
    if "page" in request.args and request.args.get("show") != "missing":
        return url_for(f"review.{role}", **given, page=request.args["page"])
    return url_for(f"review.{role}", **given, _anchor=f"case-{first.id}" if first is not None else None)


def _show(
    role: str, review: Review, every: list[ReviewEntry], on_page: list[ReviewEntry], parts: Any, show: str | None,
    at: int, number: int, conflicts: list[Any],
) -> Any:  # fmt: skip
    without, listed = reviews.missing(db.session, review)
    picture = reviews.figures(db.session, review) if role == "manager" else None
    first = next((one for one in every if not reviews.is_written(one)), None)
    unseen = without - sum(not reviews.is_written(one) for one in every) if role == "manager" else 0
    wrong = _faults(on_page, parts)
    own = url_for(f"review.{role}", id=review.id)
    answer = render_template(
        "casework/review.html", heading=_heading(review), lead=review_shown.lead(review, without, listed),
        role=role, others=_others(role, review), picture=picture,
        numbers=review_shown.big_numbers(picture) if picture else (), loads=_loads(picture),
        bars=review_bars.charts(picture.bars, reviews.period_of(review)) if picture else (),
        missing=reviews.missing_words(without, listed) if without else "", unseen=unseen,
        first_url=_first_url(role, review, every, first), wrong=wrong, conflicts=conflicts,
        told=[(review_shown.told(role, one), parts[one.id]) for one in on_page], parts=list(parts.values()),
        ways=[pages.MenuItem(str(words), f"{own}&show={key}", key == show) for key, words in WAYS.items()],
        pager=_pager(role, review, show, at, number), complete_url=_act_url(role, "complete", review),
        minutes_url=_act_url(role, "minutes", review), echo_url=url_for("pages.date_in_words"),
        figures_url=url_for("figures.manager") if role == "manager" else "",
        suggestions_url=url_for("improvements.manager") if role == "manager" else "",
        filereview_url=url_for(f"{role}_filereview.create_view"), issue_url=url_for(f"issues.{role}_new"),
        issues_url=url_for(f"issues.{role}"), patterns_url=url_for(f"patterns.{role}"),
    )  # fmt: skip
    return answer, CONFLICT if conflicts else UNPROCESSABLE if wrong else 200


def _faults(on_page: list[ReviewEntry], parts: Any) -> list[tuple[str, str]]:
    """Give each fault with the case it is in, and the id of its box."""
    found = []
    for one in on_page:
        part = parts[one.id]
        faults = [(str(text), "") for text in part.form_errors] + [
            (fault.text, fault.id) for field in part for fault in field.faults()
        ]
        found += [(f"{one.case.ref}: {text}", id) for text, id in faults]
    return found


def _loads(picture: Any) -> tuple[pages.Row, ...]:
    return review_shown.workload(picture) if picture is not None else ()


def _act_url(role: str, act: str, review: Review) -> str:
    return url_for(f"review.manager_{act}", id=review.id) if role == "manager" else ""


def _first_url(role: str, review: Review, every: list[ReviewEntry], first: ReviewEntry | None) -> str:
    if first is None:
        return ""
    page = every.index(first) // PER_PAGE + 1
    return url_for(f"review.{role}", id=review.id, page=page if page > 1 else None, _anchor=f"case-{first.id}")


def _pager(role: str, review: Review, show: str | None, at: int, number: int) -> pages.Pager | None:
    if number <= PER_PAGE:
        return None
    last = -(-number // PER_PAGE)

    def step(page: int) -> str | None:
        return url_for(f"review.{role}", id=review.id, show=show, page=page) if 1 <= page <= last else None

    return pages.Pager((at - 1) * PER_PAGE + 1, min(at * PER_PAGE, number), at, last, step(at - 1), step(at + 1))


# A complete review


def _kept(role: str, review: Review, form: RemarkForm) -> Any:
    picture = reviews.figures(db.session, review)
    entries = [review_shown.told(role, one) for one in reviews.entries(db.session, review)]
    answer = render_template(
        "casework/review_kept.html", heading=_heading(review), others=_others(role, review),
        lead=review_shown.lead(review, 0, picture.listed), numbers=review_shown.big_numbers(picture),
        bars=review_bars.charts(picture.bars, reviews.period_of(review)), loads=_loads(picture), picture=picture,
        entries=entries, remarks=review_shown.remarks(review), form=form,
        minutes_url=_act_url(role, "minutes", review), remark_url=_act_url(role, "remark", review),
        issues_url=url_for(f"issues.{role}"), patterns_url=url_for(f"patterns.{role}"),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


# What the manager does with a review


def _plan() -> Any:
    return _done(lambda: reviews.plan_first(db.session), _("The first review is planned."))


def _open() -> Any:
    review = _named()
    return _done(lambda: reviews.open_review(db.session, review), _("The review is open."), review)


def _complete() -> Any:
    review = _named()
    words = _("The review is complete and stays as it is now. Its next steps are on the lists of their owners, and the "
              "next review is planned.")  # fmt: skip
    return _done(lambda: reviews.complete(db.session, review), words, review)


def _remark() -> Any:
    review = _named()
    form = RemarkForm(request.form)
    if not form.validate():
        return _kept("manager", review, form)
    text = form.text.data
    return _done(lambda: reviews.add_remark(db.session, review, text), _("Added to the review."), review)


def _named() -> Review:
    if current.acting_role() != "manager":
        abort(403)
    return _asked() or abort(404)


def _done(act: Callable[[], object], words: str, review: Review | None = None) -> Any:
    """Do one verb and go back to the review with one sentence."""
    if current.acting_role() != "manager":
        abort(403)
    key = review.id if review is not None else None
    try:
        act()
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        flash(_("Not done: a colleague was faster. This is how the review stands now."), "warning")
    else:
        flash(words, "success")
    return redirect(url_for("review.manager", id=key))


for _role in ROLES:
    bp.add_url_rule(
        f"/{_role}/review/board/", _role, _board, methods=["GET", "POST"], defaults={"role": _role}
    )  # fmt: skip
for _act, _view in (("plan", _plan), ("open", _open), ("complete", _complete), ("remark", _remark)):
    bp.add_url_rule(f"/manager/review/{_act}/", f"manager_{_act}", _view, methods=["POST"])
