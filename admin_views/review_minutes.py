"""The minutes of a review as a Word file: for the office alone, marked confidential, and logged as exported."""

from __future__ import annotations

import hashlib
from io import BytesIO

from flask import Response, abort, request, send_file
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import call_parts, current, review_shown
from admin_views.db import db
from admin_views.keys import row_key
from admin_views.review import bp
from casework import audit, reviews
from casework.context import acting
from exports import minutes
from exports.letters import MIME
from models import Review, ReviewEntry


def _minutes() -> Response:
    """Send the minutes; nothing is sent before the whole is made and logged."""
    if current.acting_role() != "manager":
        abort(403)
    review = db.session.scalars(select(Review).where(Review.id == row_key(request.args.get("id")))).one_or_none()
    if review is None or review.status == "scheduled":
        abort(404)
    content = minutes.write(_told(review))
    name = f"review-{review.period_from:%Y-%m}-to-{review.period_to:%Y-%m}-confidential.docx"
    told = f"minutes, file {hashlib.sha256(content).hexdigest()[:16]}"
    key = review.id
    db.session.rollback()  # a POST holds SQLite's write lock: the trail could not be written
    audit.write_line(db.engine, audit.entry(acting(db.session), "exported", "Review", key, (), told))
    return send_file(BytesIO(content), mimetype=MIME, as_attachment=True, download_name=name)


def _told(review: Review) -> minutes.Minutes:
    figures = reviews.figures(db.session, review)
    without, listed = reviews.missing(db.session, review)
    entries = reviews.entries(db.session, review)
    return minutes.Minutes(
        heading=_("Review: %(months)s", months=review_shown.title(review)),
        lead=review_shown.lead(review, without, listed if review.status == "open" else figures.listed),
        numbers=[(one.name, one.number, one.before) for one in review_shown.big_numbers(figures)],
        workload=[[cell.text for cell in row.cells] for row in review_shown.workload(figures)],
        talks=[_talk(one) for one in entries], remarks=review_shown.remarks(review),
        draft=" ".join(filter(None, _notes(review, without, listed, listed - len(entries)))),
    )  # fmt: skip


def _notes(review: Review, without: int, listed: int, unseen: int) -> tuple[str, str]:
    """Say what these minutes are not yet, and what is left out of them."""
    draft = _("Draft: the review is not complete.") if review.status == "open" else ""
    left_out = ""
    if unseen > 0:
        left_out = ngettext("%(num)s file that you do not meet is left out.",
                            "%(num)s files that you do not meet are left out.", unseen)  # fmt: skip
    return draft + (f" {reviews.missing_words(without, listed)}" if draft and without else ""), left_out


def _talk(entry: ReviewEntry) -> minutes.Talk:
    step = None
    if entry.next_step and entry.owner is not None and entry.due_on is not None:
        step = (entry.next_step, entry.owner.name, call_parts.near(entry.due_on))
    why = "; ".join(_(line) for line in (entry.why or "").splitlines())
    return minutes.Talk(entry.case.ref, why, entry.note or _("No entry yet."), step)


bp.add_url_rule("/manager/review/minutes/", "manager_minutes", _minutes, methods=["POST"])
