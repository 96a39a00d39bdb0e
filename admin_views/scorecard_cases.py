"""From the numbers of a scorecard to the requests behind them: those that the reader may open, by their own scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import aliased

from admin_views import pages
from admin_views.db import db
from casework.datetext import short
from casework.requests_sent import LATE, OVERDUE, Sent, answer_of, clock_of
from casework.scorecards import ANSWERS, CLOCKS
from exports.scorecards import Told
from models import Agency, Case, Code, Referral

SHOWN = 12
WORDS = {**dict(ANSWERS), **dict(CLOCKS)}


@dataclass(frozen=True)
class CasesCard:
    """The requests of one sort that the reader may open, newest first."""

    heading: str
    counted: str
    columns: tuple[str, ...]
    rows: tuple[pages.Row, ...]
    sorts: tuple[pages.MenuItem, ...]
    more: str


def cases_of(role: str, told: Told, show: str) -> CasesCard:
    """Give the requests behind a number: `show` is the word of an answer or a clock, nothing for all of them."""
    asked = told.card.asked
    show = show if show in WORDS else ""
    every = _rows(told)
    found = [
        (row, sent) for row, sent in every if not show or show in (answer_of(sent), clock_of(sent, asked.counted_on))
    ]
    all_counted = told.card.requests if not show else told.card.numbers[_key(show)]
    return CasesCard(
        _("Requests you may open"),
        _("%(mine)s of %(all)s counted here. The others belong to files that are not yours to open.",
          mine=len(found), all=all_counted) if len(found) < all_counted
        else _("All %(all)s counted here.", all=all_counted),
        (_("Case"), _("Request"), *((_("Agency"),) if len(asked.family) > 1 else ()), _("Sent"), _("Due"),
         _("Their clock"), _("What came back")),
        tuple(_row(role, row, sent, told) for row, sent in found[:SHOWN]), _sorts(show),
        _("%(more)s older ones are in the list of referrals.", more=len(found) - SHOWN) if len(found) > SHOWN else "",
    )  # fmt: skip


def _key(word: str) -> str:
    return f"answer_{word}" if word in dict(ANSWERS) else f"clock_{word}"


def _rows(told: Told) -> list[tuple[Any, Sent]]:
    """Read the requests within the reader's own scope, in one statement."""
    wanted, outcome, asked = aliased(Code), aliased(Code), told.card.asked
    found = (
        select(
            Referral.id, Case.ref, Agency.name.label("agency"), wanted.words.label("request"), Referral.sent_on,
            Referral.response_due, Referral.responded_on, Referral.closed_on, Referral.status,
            outcome.code.label("outcome"),
        )
        .join(Case, Referral.case_id == Case.id)
        .join(Agency, Referral.agency_id == Agency.id)
        .join(wanted, Referral.request_id == wanted.id)
        .outerjoin(outcome, Referral.outcome_id == outcome.id)
        .where(Referral.agency_id.in_(asked.family), Referral.kind == "referral_out", Referral.status != "draft")
        .where(asked.period.has_day(Referral.sent_on))
        .order_by(Referral.sent_on.desc(), Referral.id.desc())
    )  # fmt: skip
    return [(row, _sent(row)) for row in db.session.execute(found)]


def _sent(row: Any) -> Sent:
    return Sent(0, 0, "", None, 0, row.request, row.sent_on, row.response_due, row.responded_on, row.closed_on,
                row.status, row.outcome, None, None, None)  # fmt: skip


def _row(role: str, row: Any, sent: Sent, told: Told) -> pages.Row:
    clock, answer = clock_of(sent, told.card.asked.counted_on), answer_of(sent)
    late = pages.Badge(_("Late"), "late") if clock in (LATE, OVERDUE) else None
    due = pages.Cell(short(row.response_due) if row.response_due else "")
    return pages.Row(str(row.id), (
        pages.Cell(row.ref, url=url_for(f"{role}_referral.details_view", id=row.id)), pages.Cell(row.request),
        *((pages.Cell(row.agency),) if len(told.card.asked.family) > 1 else ()),
        pages.Cell(short(row.sent_on)), due, pages.Cell(_(dict(CLOCKS)[clock]), late), pages.Cell(_(WORDS[answer])),
    ))  # fmt: skip


def _sorts(show: str) -> tuple[pages.MenuItem, ...]:
    kept = {name: value for name, value in request.args.items() if name in ("id", "period", "parts")}

    def item(word: str, label: str) -> pages.MenuItem:
        more = {"show": word} if word else {}
        return pages.MenuItem(label, url_for(request.endpoint or "", **kept, **more, _anchor="requests"), word == show)

    return (item("", _("All")), *(item(word, _(label)) for word, label in (*ANSWERS, *CLOCKS[1:3])))
