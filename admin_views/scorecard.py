"""One page for each agency: what was asked of it, what came back and when, beside other agencies of the same kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_views import current, figures_request, pages, scorecard_shown
from admin_views.db import db
from admin_views.fields import ChipsField, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key
from admin_views.scorecard_cases import CasesCard, cases_of
from casework import periods, scorecards
from casework.access import panel_for
from casework.context import acting
from casework.datetext import without_weekday
from casework.periods import Period
from casework.settings import number_setting
from exports import scorecards as told_
from exports.scorecards import Told
from models import Agency

bp = Blueprint("scorecard", __name__)
ROLES = ("manager", "caseworker", "reports")
WHOLE_EYES = ("manager", "caseworker")  # who meets numbers as they are, on screen alone
WRITERS = ("manager",)  # who speaks for the office to an agency about its figures
UNPROCESSABLE = 422
NAMED: dict[str, Callable[[date, int], Period]] = {"year": periods.year_so_far, "last_year": periods.last_year}


class ChoiceForm(OfficeForm):
    period = ChipsField(_l("Sent in"), [Required()], default="whole", choices=(
        ("whole", _l("All the time")), ("year", _l("This year so far")), ("last_year", _l("Last year")),
    ))  # fmt: skip
    parts = ChipsField(_l("Which requests"), [Required()], default="with", choices=(
        ("with", _l("With its services")), ("alone", _l("This one alone")),
    ))  # fmt: skip

    def chosen(self) -> Period:
        """Give the period that was asked for."""
        if self.period.data not in NAMED:
            return scorecards.whole_time(db.session, self.meta.today)
        return NAMED[self.period.data](self.meta.today, number_setting(db.session, "year_first_month"))


@dataclass(frozen=True)
class ScorecardPage:
    """`screen` is what the reader may see, `paper` the same as it may be printed: None where both are one."""

    heading: str
    lead: str
    above: pages.Link
    family: tuple[str, ...]  # what is counted with it, on paper always
    is_alone: bool
    acts: tuple[pages.Link, ...]
    letter_url: str
    asked: tuple[tuple[str, str], ...]
    screen: scorecard_shown.Body
    paper: scorecard_shown.Body | None
    cases: CasesCard | None
    least: int
    links: dict[str, str]


def _page(role: str) -> Any:
    """Show one agency's scorecard."""
    agency, form, told = read(role)
    answer = render_template("casework/scorecard.html", page=_filled(role, agency, form, told), form=form,
                             own_url=url_for(f"scorecard.{role}"), agency=agency)  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def read(role: str, *, leaves: bool = False) -> tuple[Agency, ChoiceForm, Told]:
    """Give the agency, the choice and the scorecard that an address asks for, as this role may see it.

    What `leaves` has small numbers hidden whoever asks, and always counts an agency with its services: two pages that
    overlap could be taken from each other.
    """
    if current.acting_role() != role:
        abort(403)
    agency = db.session.scalars(select(Agency).where(Agency.id == row_key(request.values.get("id")))).one_or_none()
    if agency is None:
        abort(404)
    form = ChoiceForm(request.values if "period" in request.values else None)
    if "period" in request.values:
        form.validate()
    whole = role in WHOLE_EYES and not leaves
    alone = whole and form.parts.data == "alone"
    asked = scorecards.asked_for(db.session, agency, form.chosen(), acting(db.session).today, alone=alone)
    return agency, form, told_.told(db.session, asked, is_whole=whole)


def _filled(role: str, agency: Agency, form: ChoiceForm, told: Told) -> ScorecardPage:
    asked = (("id", str(agency.id)), ("period", form.period.data or "whole"), ("parts", form.parts.data or "with"))
    alone = told.is_whole and form.parts.data == "alone"
    outside = read(role, leaves=True)[2] if alone else told_.for_outside(told) if told.is_whole else told
    own = url_for(f"scorecard.{role}", **dict(asked))
    return ScorecardPage(
        heading=agency.name, lead=lead_of(told), above=above(role, agency), family=family_names(outside),
        is_alone=alone,
        acts=(
            *figures_request.way_there(role, agency),
            pages.Link(_("Printable scorecard"), url_for(f"scorecard.{role}_print", **dict(asked))),
        ),
        letter_url=url_for(f"scorecard.{role}_letter") if role in WRITERS and outside.is_told else "", asked=asked,
        screen=scorecard_shown.body_of(told, "screen"),
        paper=scorecard_shown.body_of(outside, "paper") if told.is_whole else None,
        cases=cases_of(role, told, request.args.get("show", "")) if told.is_whole else None, least=told.least,
        links={word: f"{own}&show={word}#requests" for word, _name in scorecards.ANSWERS},
    )  # fmt: skip


def lead_of(told: Told) -> str:
    """Say in one line what kind of agency it is, and which days are counted."""
    asked = told.card.asked
    return _("%(kind)s. Requests sent %(period)s, counted on %(day)s.", kind=asked.agency.kind.words,
             period=asked.period, day=without_weekday(asked.counted_on))  # fmt: skip


def above(role: str, agency: Agency) -> pages.Link:
    """Give the way back: the agency's record where the role has it, else all scorecards."""
    if panel_for(Agency, role) is not None:
        return pages.Link(agency.name, url_for(f"{role}_agency.details_view", id=agency.id))
    return pages.Link(_("Scorecards"), url_for(f"scorecards.{role}"))


def family_names(told: Told) -> tuple[str, ...]:
    """Give the names of the agencies that are part of this one and counted with it."""
    asked = told.card.asked
    if len(asked.family) == 1:
        return ()
    others = select(Agency.name).where(Agency.id.in_(asked.family - {asked.agency.id})).order_by(Agency.name)
    return tuple(db.session.scalars(others))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/agency/scorecard/", _role, _page, defaults={"role": _role})
